/*
 * Interrupts that arrive by command: irq_enter(), __local_bh_disable(), nmi_enter(), on demand.
 *
 * An interrupt of a device may come between any two instructions for which IF is set, an NMI always,
 * a softirq where nobody disabled bottom halves. Here it comes when somebody says so: the commands
 * `irq`, `softirq` and `nmi`, or the explorer, which tries every moment. What it does is up to them;
 * the context stays until world_exit_context() (run.c), which is the handler's end.
 *
 * A hard interrupt and an NMI go through the machine, which saves and clears IF; a softirq is called
 * by the kernel itself. Left out: two kinds of the same rank on top of each other, but for what an
 * interrupt handler that enables interrupts lets in by itself.
 */
#include "kernel/world.h"

/* The highest kind of context that a CPU is in; it need not be the topmost, for an NMI's handler may
 * have enabled interrupts. Nothing of its kind or below comes in by command. */
static enum context_kind highest_context(const struct world *w, unsigned cpu)
{
	const struct cpu_state *state = &w->kernel.cpu[cpu];
	uint8_t highest = CONTEXT_TASK;

	for (unsigned i = 1; i < state->nr_contexts; i++)
		if (state->kind[i] > highest)
			highest = state->kind[i];
	return (enum context_kind)highest;
}

static bool may_enter(const struct world *w, unsigned cpu, enum context_kind kind,
                      struct message *m)
{
	const struct cpu *self = &w->machine.cpu[cpu];
	enum context_kind highest = highest_context(w, cpu);

	if (w->kernel.cpu[cpu].halted)
		return fail(m, "CPU %u is halted by an oops; `back` goes to before it.", cpu);
	if (kind <= highest)
		return fail(m, "CPU %u is in %s context already: no %s can come on top of it.",
		            cpu, context_kind_name(highest), context_kind_name(kind));
	if (self->nesting == IRQ_NESTING)
		return fail(m, "CPU %u handles %u interrupts already: no more nest.", cpu,
		            IRQ_NESTING);
	if (kind == CONTEXT_HARDIRQ && !self->eflags_if)
		return fail(m, "CPU %u has interrupts disabled: no interrupt can arrive.", cpu);
	return true;
}

static bool enter(struct world *w, unsigned cpu, enum context_kind kind)
{
	w->machine.log.cause = 0;
	w->machine.log.step = w->steps;
	w->machine.log.task = w->kernel.cpu[cpu].current;
	if (kind != CONTEXT_SOFTIRQ) {
		machine_raise(&w->machine, cpu, kind == CONTEXT_NMI ? VECTOR_NMI : DEVICE_VECTOR, 0, 0);
		machine_take_irq(&w->machine, cpu, NULL);
	}
	context_enter(w, cpu, kind, true);
	return true;
}

bool world_enter_context(struct world *w, unsigned cpu, enum context_kind kind, struct message *m)
{
	if (!may_enter(w, cpu, kind, m))
		return false;
	if (machine_next_irq(&w->machine, cpu) <= w->machine.cpu[cpu].cycle)
		return fail(m, "CPU %u has another interrupt to take first; `run` lets it.", cpu);
	return enter(w, cpu, kind);
}

bool world_enter_first(struct world *w, unsigned cpu, enum context_kind kind, struct message *m)
{
	if (!may_enter(w, cpu, kind, m))
		return false;
	machine_delay_irqs(&w->machine, cpu);
	return enter(w, cpu, kind);
}
