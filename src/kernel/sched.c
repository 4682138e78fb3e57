/*
 * The scheduler, as far as high memory needs one: kernel/sched.c.
 *
 * Each CPU runs its current task until it sleeps or ends, then the next runnable task of that CPU
 * in order of numbers, else its idle task. There are no priorities and no time slices: who runs
 * when is the user's choice (spawn, step, run), which is what a laboratory is for. A held task
 * runs only when it is stepped.
 *
 * A context switch carries the local mappings of 5.11 and later (kmap_local_sched_out and _in,
 * mm/highmem.c): the outgoing task's slots are cleared and flushed on this CPU, the incoming
 * task's are written again. In between the address space changes, if the incoming task has one
 * (switch_mm, tlb.c). Under 4G/4G it happens in the kernel's page tables, maps the incoming task's stack,
 * and leaves loading its page tables to the return to user mode (entry.c). Left out: registers.
 */
#include "kernel/atomic.h"
#include "kernel/entry.h"
#include "kernel/task.h"
#include "kernel/world.h"

#include <stdio.h>

static bool runnable(const struct task *t)
{
	return t->state == TASK_RUNNING && t->context.depth && !t->held;
}

void sched_init(struct world *w)
{
	for (unsigned cpu = 0; cpu < w->machine.nr_cpus; cpu++) {
		struct cpu_state *state = &w->kernel.cpu[cpu];
		unsigned idle = ++w->kernel.nr_tasks;
		struct task *task = task_put(w, idle);

		*task = (struct task){
			.state = TASK_RUNNING,
			.cpu = (uint8_t)cpu,
			.context = { .cpu = (uint8_t)cpu, .task = (uint16_t)idle },
		};
		snprintf(task->comm, sizeof(task->comm), "swapper/%u", cpu);
		state->idle = state->current = (uint16_t)idle;
		state->nr_contexts = 1;
		alloc_stack(w, idle);
		map_virtual_stack(w, cpu, idle);
	}
	context_switch(w, 0, task_new_shell(w, 0));
}

unsigned pick_next_task(const struct world *w, unsigned cpu)
{
	const struct cpu_state *state = &w->kernel.cpu[cpu];
	const struct task *current = cpu_current(w, cpu);

	if (current->state == TASK_RUNNING && current->context.depth)
		return state->current;
	for (unsigned i = 1; i <= w->kernel.nr_tasks; i++) {
		unsigned number = (state->current + i - 1) % w->kernel.nr_tasks + 1;
		const struct task *task = task_get(w, number);

		if (task->cpu == cpu && runnable(task))
			return number;
	}
	return current->state == TASK_RUNNING ? state->current : state->idle;
}

unsigned find_shell(const struct world *w, unsigned cpu)
{
	for (unsigned i = 1; i <= w->kernel.nr_tasks; i++) {
		const struct task *task = task_get(w, i);

		if (task->cpu == cpu && task->shell && !task->mm && !task->context.depth &&
		    task->state == TASK_RUNNING)
			return i;
	}
	return 0;
}

bool kernel_preemptible(const struct world *w, unsigned cpu)
{
	const struct task *t = cpu_current(w, cpu);

	if (preempt_count(w, cpu))
		return false;
	return w->kernel.profile->preempt_bits || t->state != TASK_RUNNING || !t->context.depth ||
	       !t->context.frame[0].line;
}

bool can_switch(const struct world *w, unsigned cpu)
{
	return w->kernel.cpu[cpu].nr_contexts == 1 &&
	       (kernel_preemptible(w, cpu) || w->kernel.broken.allow_preempt);
}

void context_switch(struct world *w, unsigned cpu, unsigned next)
{
	struct cpu_state *state = &w->kernel.cpu[cpu];
	unsigned previous = state->current;

	if (previous == next)
		return;
	w->machine.log.cause = world_event(w, cpu, EVENT_SWITCH, previous, next, 0);
	machine_charge(&w->machine, cpu, COST_SWITCH);
	switch_to_kernel_pgd(w, cpu);
	kmap_local_sched_out(w, cpu, previous);
	switch_mm(w, cpu, task_get(w, next)->mm);
	map_virtual_stack(w, cpu, next);
	state->current = (uint16_t)next;
	w->machine.log.task = (uint16_t)next;
	kmap_local_sched_in(w, cpu, next);
	switch_to_user_pgd(w, cpu);
	w->kernel.stats.context_switches++;
}

void wake_up_task(struct world *w, unsigned number)
{
	struct task *task = task_put(w, number);
	uint32_t seq;

	if (task->state != TASK_UNINTERRUPTIBLE)
		return;
	seq = world_event(w, task->cpu, EVENT_WAKE, number, task->waiting_on, 0);
	task->state = TASK_RUNNING;
	if (task->context.depth)
		task->context.frame[task->context.depth - 1].cause = seq;
	w->kernel.stats.wakeups++;
}

unsigned wake_up_all(struct world *w, enum wait_queue queue)
{
	unsigned n = 0;

	for (unsigned i = 1; i <= w->kernel.nr_tasks; i++)
		if (task_get(w, i)->waiting_on == queue &&
		    task_get(w, i)->state == TASK_UNINTERRUPTIBLE) {
			wake_up_task(w, i);
			n++;
		}
	return n;
}

unsigned waiters(const struct world *w, enum wait_queue queue)
{
	unsigned n = 0;

	for (unsigned i = 1; i <= w->kernel.nr_tasks; i++)
		n += task_get(w, i)->waiting_on == queue;
	return n;
}
