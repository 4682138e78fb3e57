/*
 * Switching, preempting, migrating; see resched.h. kernel/sched.c.
 *
 * Preemption is what preempt_count is for: preempt_schedule() returns at once when it is not 0 or
 * interrupts are off. kmap_atomic() raises it, because its slot belongs to the CPU: another task that
 * ran meanwhile could use the same slot, and a task that came back on another CPU would look at that
 * CPU's slots. kmap_local() is safe from the first (a context switch saves its slots) and forbids
 * only the second (migrate_disable). 2.4 does not preempt kernel code at all, so its kmap_atomic()
 * had nothing to disable.
 */
#include "kernel/resched.h"

static void set_cause(struct world *w, unsigned cpu, uint32_t cause)
{
	w->machine.log.cause = cause;
	w->machine.log.step = w->steps;
	w->machine.log.task = w->kernel.cpu[cpu].current;
}

/* Whoever comes next runs with interrupts enabled. */
static void leave_to(struct world *w, unsigned cpu, unsigned next)
{
	w->machine.cpu[cpu].eflags_if = true;
	context_switch(w, cpu, next);
}

/* Whether a CPU is in a state in which a task could be taken off it at all. */
static bool in_task(const struct world *w, unsigned cpu, struct message *m)
{
	if (w->kernel.cpu[cpu].halted)
		return fail(m, "CPU %u is halted by an oops; `back` goes to before it.", cpu);
	if (w->kernel.cpu[cpu].nr_contexts > 1)
		return fail(m, "CPU %u is in a %s context: a task is switched only when that is over.",
		            cpu, context_kind_name(cpu_context_kind(w, cpu)));
	return true;
}

/* preemptible(), with the reason why not. */
static bool preemptible(const struct world *w, unsigned cpu, struct message *m)
{
	if (w->kernel.broken.allow_preempt)
		return true;
	if (preempt_count(w, cpu))
		return fail(m, "The kernel does not preempt task %u now: its preempt_count is %u; `set "
		            "allow.preempt on` lets it happen all the same.",
		            w->kernel.cpu[cpu].current, preempt_count(w, cpu));
	if (!kernel_preemptible(w, cpu))
		return fail(m, "Linux %s preempts no kernel code, and task %u is in some; `set "
		            "allow.preempt on` lets it happen all the same.", w->kernel.profile->name,
		            w->kernel.cpu[cpu].current);
	if (irqs_disabled(w, cpu))
		return fail(m, "The kernel does not preempt task %u now: CPU %u has interrupts off.",
		            w->kernel.cpu[cpu].current, cpu);
	return true;
}

static bool alive(const struct world *w, unsigned task, struct message *m)
{
	const struct task *t = task_get(w, task);

	if (t->state == TASK_RUNNING)
		return true;
	if (t->state == TASK_UNINTERRUPTIBLE)
		return fail(m, "Task %u sleeps; it runs when somebody wakes it.", task);
	return fail(m, "Task %u is dead.", task);
}

bool world_become(struct world *w, unsigned task, struct message *m)
{
	const struct task *t = task_get(w, task);
	unsigned cpu = t->cpu;

	if (!in_task(w, cpu, m) || !alive(w, task, m))
		return false;
	if (w->kernel.cpu[cpu].current != task && !preemptible(w, cpu, m))
		return false;
	if (t->shell)
		w->kernel.cpu[cpu].shell = (uint16_t)task;
	set_cause(w, cpu, 0);
	if (w->kernel.cpu[cpu].current != task)
		leave_to(w, cpu, task);
	return true;
}

bool world_become_shell(struct world *w, unsigned cpu, struct message *m)
{
	unsigned shell = w->kernel.cpu[cpu].shell;

	if (!in_task(w, cpu, m) || !preemptible(w, cpu, m))
		return false;
	if (!shell || task_get(w, shell)->mm || task_get(w, shell)->context.depth)
		shell = find_shell(w, cpu);
	if (!shell)
		shell = task_new_shell(w, cpu);
	if (!shell)
		return fail(m, "There is no room for another task.");
	return world_become(w, shell, m);
}

/* Somebody else who has something to do on a CPU; 0: nobody. */
static unsigned next_other(const struct world *w, unsigned cpu)
{
	unsigned current = w->kernel.cpu[cpu].current;

	for (unsigned i = 1; i < w->kernel.nr_tasks; i++) {
		unsigned number = (current + i - 1) % w->kernel.nr_tasks + 1;
		const struct task *t = task_get(w, number);

		if (t->cpu == cpu && t->state == TASK_RUNNING && t->context.depth && !t->held)
			return number;
	}
	return 0;
}

/* A shell for a CPU whose current one is to give way; 0: there is no room for one. */
static unsigned another_shell(struct world *w, unsigned cpu)
{
	unsigned shell = w->kernel.cpu[cpu].shell, found;

	if (shell && shell != w->kernel.cpu[cpu].current && !task_get(w, shell)->context.depth)
		return shell;
	found = find_shell(w, cpu);
	if (!found || found == w->kernel.cpu[cpu].current)
		return task_new_shell(w, cpu);
	w->kernel.cpu[cpu].shell = (uint16_t)found;
	return found;
}

bool world_preempt(struct world *w, unsigned cpu, unsigned next, struct message *m)
{
	unsigned current = w->kernel.cpu[cpu].current;
	uint32_t seq;

	if (!in_task(w, cpu, m) || !preemptible(w, cpu, m))
		return false;
	if (!task_get(w, current)->context.depth)
		return fail(m, "CPU %u runs no kernel code that could be preempted: `spawn steps=K "
		            "COMMAND` stops in the middle of some.", cpu);
	if (next && !alive(w, next, m))
		return false;
	if (next && (next == current || task_get(w, next)->cpu != cpu))
		return fail(m, "Task %u cannot take CPU %u: it is current there, or belongs to another "
		            "CPU.", next, cpu);
	next = next ? next : next_other(w, cpu);
	if (!next && !task_free_number(w) && !find_shell(w, cpu))
		return fail(m, "There is nobody who could run instead, and no room for another task.");
	set_cause(w, cpu, 0);
	seq = world_event(w, cpu, EVENT_PREEMPT, current, preempt_count(w, cpu), 0);
	set_cause(w, cpu, seq);
	leave_to(w, cpu, next ? next : another_shell(w, cpu));
	return true;
}

/* What pins a task to its CPU. */
static bool movable(const struct world *w, unsigned task, struct message *m)
{
	const struct task *t = task_get(w, task);

	if (!t->pid)
		return fail(m, "Task %u is an idle task: it stays on its CPU.", task);
	if (t->state == TASK_DEAD)
		return fail(m, "Task %u is dead.", task);
	if (w->kernel.broken.allow_migrate)
		return true;
	if (t->migration_disabled)
		return fail(m, "Task %u must not leave CPU %u: it has disabled migration (%u), because it "
		            "holds a local mapping; `set allow.migrate on` lets it happen all the same.",
		            task, t->cpu, t->migration_disabled);
	if (t->preempt_count)
		return fail(m, "Task %u must not leave CPU %u: its preempt_count is %u; `set "
		            "allow.migrate on` lets it happen all the same.",
		            task, t->cpu, t->preempt_count);
	if (w->kernel.cpu[t->cpu].current == task && !kernel_preemptible(w, t->cpu))
		return fail(m,
		            "Task %u must not leave CPU %u: it is in kernel code, which Linux %s does "
		            "not preempt; `set allow.migrate on` lets it happen all the same.",
		            task, t->cpu, w->kernel.profile->name);
	return true;
}

bool world_migrate(struct world *w, unsigned task, unsigned cpu, struct message *m)
{
	unsigned from = task_get(w, task)->cpu;
	bool current = w->kernel.cpu[from].current == task;
	struct task *t;

	if (!movable(w, task, m) || (current && !in_task(w, from, m)))
		return false;
	if (from == cpu)
		return fail(m, "Task %u is on CPU %u already.", task, cpu);
	set_cause(w, from, 0);
	if (w->kernel.cpu[from].shell == task)
		w->kernel.cpu[from].shell = 0;
	if (current) {
		unsigned next = next_other(w, from);

		leave_to(w, from, next ? next : w->kernel.cpu[from].idle);
	}
	t = task_put(w, task);
	t->cpu = (uint8_t)cpu;
	t->context.cpu = (uint8_t)cpu;
	if (!w->kernel.cpu[from].shell)
		w->kernel.cpu[from].shell = (uint16_t)find_shell(w, from);
	world_event(w, from, EVENT_MIGRATE, task, from, cpu);
	return true;
}
