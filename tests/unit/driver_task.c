/*
 * The random user's acts with contexts and tasks: interrupts, who runs where, processes.
 */
#include "driver_acts.h"

#include "kernel/fork.h"
#include "kernel/uaccess.h"
#include "lab/paranoid.h"

/* --- contexts, tasks, time -------------------------------------------------------------------- */

void act_enter(struct driver *d)
{
	enum context_kind kind = 1 + driver_random(d, CONTEXT_KINDS - 1);

	if (session_enter_context(d->s, random_cpu(d), kind, NULL))
		d->done++;
	else
		d->refused++;
}

void act_exit(struct driver *d)
{
	if (session_exit_context(d->s, random_cpu(d), NULL))
		d->done++;
	else
		d->refused++;
}

void act_disable(struct driver *d)
{
	unsigned cpu = random_cpu(d);

	switch (driver_random(d, 3)) {
	case 0: START_OP(d, cpu, local_irq_disable, 0); break;
	case 1: START_OP(d, cpu, local_bh_disable, 0); START_OP(d, cpu, local_bh_enable, 0); break;
	case 2:
		if (preempt_depth(driver_world(d), cpu) < 12)
			START_OP(d, cpu, preempt_disable, 0);
		break;
	}
}

void act_enable(struct driver *d)
{
	unsigned cpu = random_cpu(d);

	if (driver_random(d, 2))
		START_OP(d, cpu, local_irq_enable, 0);
	else if (preempt_depth(driver_world(d), cpu) > 12) /* never below what atomic kmaps hold */
		START_OP(d, cpu, preempt_enable, 0);
}

void act_spawn(struct driver *d)
{
	unsigned cpu = random_cpu(d);
	uint32_t page = random_page(d), other = random_page(d);
	struct kmap_frame f = { .pfn = page };
	struct copy_highpage_frame c = { .to = page, .from = other };
	bool copy = driver_random(d, 3) == 0, held = driver_random(d, 3) == 0;

	if (session_spawn(d->s, cpu, copy ? "copy" : "kmap", held,
	                  copy ? &copy_highpage_op : &kmap_op, copy ? (void *)&c : (void *)&f))
		d->done++;
}

void act_release(struct driver *d)
{
	unsigned task = random_task(d);

	if (task_get(driver_world(d), task)->held)
		session_release_task(d->s, task);
}

void act_step(struct driver *d)
{
	unsigned cpu = random_cpu(d), n = 1 + driver_random(d, 30);

	while (n-- && session_step(d->s, cpu) == STEP_TAKEN)
		d->done++;
}

void act_interrupt(struct driver *d)
{
	session_interrupt(d->s, random_cpu(d));
}

void act_run(struct driver *d)
{
	unsigned task = random_task(d);

	switch (driver_random(d, 4)) {
	case 0: session_run_all(d->s); break;
	case 1: session_run_cpu(d->s, random_cpu(d)); break;
	case 2: session_run_task(d->s, task); break;
	case 3: session_switch_to(d->s, task, NULL); break;
	}
}

void act_knob(struct driver *d)
{
	enum knob knob;

	if (!d->knobs || driver_random(d, 10))
		return;
	knob = driver_random(d, KNOBS);
	session_set_knob(d->s, knob, driver_random(d, 2));
	session_set_paranoid(d->s, true, lab_excepted(driver_world(d)));
}

/* --- processes -------------------------------------------------------------------------------- */

#define PROCESSES 12

/* Whether a process' user mode is what commands of a CPU run in. */
static bool in_user_mode(const struct world *w, unsigned cpu)
{
	unsigned shell = w->kernel.cpu[cpu].shell;

	return shell && task_get(w, shell)->mm && cpu_context_kind(w, cpu) == CONTEXT_TASK;
}

static unsigned processes(const struct world *w)
{
	unsigned n = 0;

	for (unsigned i = 1; i <= w->kernel.nr_mms; i++)
		n += mm_get(w, i)->mm_users;
	return n;
}

void act_fork(struct driver *d)
{
	struct do_fork_frame f = { .comm = "child" };
	unsigned cpu = random_cpu(d);

	f.cpu = random_cpu(d);
	if (in_interrupt(driver_world(d), cpu) || !sleeping_allowed(d, cpu) ||
	    processes(driver_world(d)) >= PROCESSES)
		return;
	if (in_user_mode(driver_world(d), cpu) && driver_random(d, 4) == 0)
		f.clone_flags = CLONE_VM;
	driver_start(d, cpu, &do_fork_op, &f);
}

/* Text, data and stack of every program; what is nobody's; what is the kernel's. */
static uint32_t user_address(struct driver *d)
{
	static const uint32_t bases[] = { 0x08048000, 0x08050000, 0x08050000, 0x08050000, 0xbffff000,
		                          0, 0xc0000000 };
	uint32_t va = bases[driver_random(d, d->illegal ? LENGTH(bases) : 4)];

	if (va == 0xbffff000)
		va = driver_world(d)->kernel.layout.page_offset - PAGE_SIZE;
	va += driver_random(d, 6) * PAGE_SIZE;
	return va + driver_random(d, PAGE_SIZE - ACCESS_WRITE_MAX);
}

void act_user(struct driver *d)
{
	struct user_write_frame f = { .n = 1 + driver_random(d, ACCESS_WRITE_MAX) };
	unsigned cpu = random_cpu(d);

	if (!in_user_mode(driver_world(d), cpu) || !sleeping_allowed(d, cpu))
		return;
	f.va = user_address(d);
	memset(f.bytes, (int)driver_random(d, 256), sizeof(f.bytes));
	if (driver_random(d, 2))
		driver_start(d, cpu, &user_write_op, &f);
	else
		START_OP(d, cpu, user_read, .va = f.va, .n = f.n);
}

void act_syscall(struct driver *d)
{
	unsigned cpu = random_cpu(d);
	uint32_t buf, n = 1 + driver_random(d, PAGE_SIZE);

	if (!in_user_mode(driver_world(d), cpu) || !sleeping_allowed(d, cpu))
		return;
	buf = user_address(d);
	switch (driver_random(d, 5)) {
	case 0: START_OP(d, cpu, sys_truncate, 0); break;
	case 1: case 2: START_OP(d, cpu, sys_write, .buf = buf, .n = n); break;
	default: START_OP(d, cpu, sys_read, .buf = buf, .n = n);
	}
}

void act_end(struct driver *d)
{
	unsigned cpu = random_cpu(d);

	if (in_user_mode(driver_world(d), cpu) && sleeping_allowed(d, cpu))
		START_OP(d, cpu, do_exit, 0);
}

void act_become(struct driver *d)
{
	unsigned task = driver_random(d, 3) ? random_task(d) : 0;

	if (session_become(d->s, random_cpu(d), task, NULL))
		d->done++;
	else
		d->refused++;
}

void act_preempt(struct driver *d)
{
	unsigned next = driver_random(d, 3) ? 0 : random_task(d);

	if (session_preempt(d->s, random_cpu(d), next, NULL))
		d->done++;
	else
		d->refused++;
}

void act_migrate(struct driver *d)
{
	unsigned task = random_task(d);

	if (session_migrate(d->s, task, random_cpu(d), NULL))
		d->done++;
	else
		d->refused++;
}
