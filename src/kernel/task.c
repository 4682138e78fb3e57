/*
 * Tasks, contexts and preempt_count: include/linux/sched.h, hardirq.h, kernel/softirq.c.
 *
 * preempt_count is one word with fields, from the lowest bit: how often preemption was disabled,
 * softirqs being handled (or bottom halves disabled), hard interrupts, NMIs. The widths differ
 * by generation and come from the profile. A hardware interrupt borrows the stack of nobody here:
 * each context on top of a CPU's task has a stack of frames of its own, but, as on i386, it counts
 * in the preempt_count of the task it interrupted.
 */
#include "kernel/task.h"

#include "kernel/entry.h"
#include "kernel/oom_kill.h"
#include "kernel/world.h"

#include <assert.h>
#include <stdio.h>

const struct task *task_get(const struct world *w, unsigned number)
{
	return SPARSE_GET(&w->kernel.tasks, struct task, number);
}

struct task *task_put(struct world *w, unsigned number)
{
	return SPARSE_PUT(&w->kernel.tasks, struct task, number);
}

const struct task *cpu_current(const struct world *w, unsigned cpu)
{
	return task_get(w, w->kernel.cpu[cpu].current);
}

struct task *cpu_current_put(struct world *w, unsigned cpu)
{
	return task_put(w, w->kernel.cpu[cpu].current);
}

enum context_kind cpu_context_kind(const struct world *w, unsigned cpu)
{
	const struct cpu_state *state = &w->kernel.cpu[cpu];

	return state->kind[state->nr_contexts - 1];
}

const char *context_kind_name(enum context_kind kind)
{
	static const char *const names[CONTEXT_KINDS] = { "task", "softirq", "hardirq", "nmi" };

	return names[kind];
}

/* Where the frames of a CPU's topmost context are, when it is not a task's. */
static unsigned irq_context(const struct world *w, unsigned cpu)
{
	return cpu * CONTEXT_LEVELS + w->kernel.cpu[cpu].nr_contexts - 1;
}

const struct context *cpu_context(const struct world *w, unsigned cpu)
{
	if (cpu_context_kind(w, cpu) == CONTEXT_TASK)
		return &cpu_current(w, cpu)->context;
	return SPARSE_GET(&w->kernel.irq_contexts, struct context, irq_context(w, cpu));
}

struct context *cpu_context_put(struct world *w, unsigned cpu)
{
	if (cpu_context_kind(w, cpu) == CONTEXT_TASK)
		return &cpu_current_put(w, cpu)->context;
	return SPARSE_PUT(&w->kernel.irq_contexts, struct context, irq_context(w, cpu));
}

unsigned task_free_number(const struct world *w)
{
	if (w->kernel.nr_tasks + 1 < MAX_TASKS)
		return w->kernel.nr_tasks + 1;
	for (unsigned i = 1; i < MAX_TASKS; i++)
		if (task_get(w, i)->state == TASK_DEAD)
			return i;
	return 0;
}

unsigned task_new(struct world *w, unsigned cpu, const char *comm)
{
	unsigned number = task_free_number(w);
	struct task *task;

	if (!number)
		return 0;
	if (number > w->kernel.nr_tasks)
		w->kernel.nr_tasks = number;
	task = task_put(w, number);
	*task = (struct task){
		.pid = ++w->kernel.last_pid,
		.state = TASK_RUNNING,
		.cpu = (uint8_t)cpu,
		.context = { .cpu = (uint8_t)cpu, .task = (uint16_t)number },
	};
	snprintf(task->comm, sizeof(task->comm), "%s", comm);
	if (!alloc_stack(w, number)) {
		task_put(w, number)->state = TASK_DEAD;
		return 0;
	}
	world_event(w, cpu, EVENT_SPAWN, number, cpu, 0);
	return number;
}

unsigned task_new_shell(struct world *w, unsigned cpu)
{
	unsigned number = task_new(w, cpu, "sh");

	if (!number)
		return 0;
	if (w->kernel.cpu[cpu].shell && !task_get(w, w->kernel.cpu[cpu].shell)->mm)
		task_put(w, w->kernel.cpu[cpu].shell)->shell = false;
	task_put(w, number)->shell = true;
	w->kernel.cpu[cpu].shell = (uint16_t)number;
	return number;
}

void task_exit(struct world *w, unsigned number)
{
	struct task *task = task_put(w, number);

	task->state = TASK_DEAD;
	free_stack(w, number);
	if (w->kernel.cpu[task->cpu].shell == number)
		w->kernel.cpu[task->cpu].shell = (uint16_t)find_shell(w, task->cpu);
	world_event(w, task->cpu, EVENT_EXIT, number, task->preempt_count, 0);
	if (task->memdie)
		oom_victim_gone(w);
	if (task->preempt_count)
		printk(w, "note: %s[%d] exited with preempt_count %u", task->comm, task->pid,
		       task->preempt_count);
}

/* --- preempt_count ---------------------------------------------------------------------------- */

static unsigned field_shift(const struct profile *p, enum context_kind kind)
{
	unsigned shift = p->preempt_bits;

	if (kind >= CONTEXT_HARDIRQ)
		shift += p->softirq_bits;
	if (kind >= CONTEXT_NMI)
		shift += p->hardirq_bits;
	return shift;
}

static uint32_t field(const struct world *w, unsigned cpu, enum context_kind kind)
{
	const struct profile *p = w->kernel.profile;
	const unsigned bits[CONTEXT_KINDS] = { 0, p->softirq_bits, p->hardirq_bits, p->nmi_bits };

	return preempt_count(w, cpu) >> field_shift(p, kind) & ((1u << bits[kind]) - 1);
}

uint32_t preempt_count(const struct world *w, unsigned cpu)
{
	return cpu_current(w, cpu)->preempt_count;
}

void preempt_count_add(struct world *w, unsigned cpu, uint32_t value)
{
	cpu_current_put(w, cpu)->preempt_count += value;
}

void preempt_count_sub(struct world *w, unsigned cpu, uint32_t value)
{
	cpu_current_put(w, cpu)->preempt_count -= value;
}

void inc_preempt_count(struct world *w, unsigned cpu)
{
	if (w->kernel.profile->preempt_bits)
		preempt_count_add(w, cpu, 1);
}

void dec_preempt_count(struct world *w, unsigned cpu)
{
	unsigned bits = w->kernel.profile->preempt_bits;

	if (!bits)
		return;
	/* What is given back here was taken by nobody, or by a lock that is still held. */
	if ((preempt_count(w, cpu) & ((1u << bits) - 1)) <= cpu_current(w, cpu)->lockdep_depth)
		w->kernel.slot_check.misused |= COUNT_UNDERFLOW;
	preempt_count_sub(w, cpu, 1);
}

bool in_irq(const struct world *w, unsigned cpu)
{
	return field(w, cpu, CONTEXT_HARDIRQ) != 0;
}

/* Kernels without a field for it have no other way to tell than their NMI handler's. */
bool in_nmi(const struct world *w, unsigned cpu)
{
	return w->kernel.profile->nmi_bits ? field(w, cpu, CONTEXT_NMI) != 0 :
	                                     cpu_context_kind(w, cpu) == CONTEXT_NMI;
}

bool in_interrupt(const struct world *w, unsigned cpu)
{
	return field(w, cpu, CONTEXT_SOFTIRQ) || in_irq(w, cpu) || field(w, cpu, CONTEXT_NMI);
}

bool irqs_disabled(const struct world *w, unsigned cpu)
{
	return !w->machine.cpu[cpu].eflags_if;
}

bool in_atomic(const struct world *w, unsigned cpu)
{
	return preempt_count(w, cpu) || irqs_disabled(w, cpu);
}

/* --- contexts --------------------------------------------------------------------------------- */

/* What entering a kind of context adds to preempt_count. */
static uint32_t context_offset(const struct world *w, enum context_kind kind)
{
	const struct profile *p = w->kernel.profile;

	uint32_t hardirq_offset = 1u << field_shift(p, CONTEXT_HARDIRQ);

	if (kind != CONTEXT_NMI)
		return 1u << field_shift(p, kind);
	/* nmi_enter() was irq_enter(), and later counts in both fields */
	return p->nmi_bits ? hardirq_offset + (1u << field_shift(p, kind)) : hardirq_offset;
}

struct context *context_enter(struct world *w, unsigned cpu, enum context_kind kind, bool manual)
{
	struct cpu_state *state = &w->kernel.cpu[cpu];
	struct context *c;

	assert(state->nr_contexts < CONTEXT_LEVELS); /* the machine takes no more interrupts */
	preempt_count_add(w, cpu, context_offset(w, kind));
	state->kind[state->nr_contexts] = (uint8_t)kind;
	state->manual[state->nr_contexts] = manual;
	state->nr_contexts++;
	c = cpu_context_put(w, cpu);
	*c = (struct context){ .cpu = (uint8_t)cpu, .task = state->current };
	switch_to_kernel_pgd(w, cpu);
	c->cause = world_event(w, cpu, EVENT_CONTEXT_ENTER, kind, preempt_count(w, cpu), 0);
	w->machine.log.cause = c->cause;
	return c;
}

void context_exit(struct world *w, unsigned cpu)
{
	struct cpu_state *state = &w->kernel.cpu[cpu];
	enum context_kind kind = cpu_context_kind(w, cpu);

	assert(kind != CONTEXT_TASK);
	preempt_count_sub(w, cpu, context_offset(w, kind));
	state->nr_contexts--;
	world_event(w, cpu, EVENT_CONTEXT_EXIT, kind, preempt_count(w, cpu), 0);
}
