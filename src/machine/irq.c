/*
 * Interrupts: a local APIC that is nothing but a queue per CPU (SDM vol. 3A, chapters 6 and 10).
 *
 * Who sends an IPI writes down when it will arrive, in the sender's time plus what the way costs;
 * the receiver can take it once its own clock is there, its interrupt flag is set or it is an NMI,
 * and no NMI is being handled that would block it. So nothing is delivered by surprise: the floor
 * above asks, between two steps, whether there is something to take. Left out: priorities other
 * than NMI before the rest, and the merging of equal vectors that a real APIC does.
 */
#include "machine/machine.h"

#include <assert.h>
#include <string.h>

static bool enqueue(struct cpu *c, struct irq irq)
{
	if (c->nr_pending == IRQ_PENDING)
		return false;
	c->pending[c->nr_pending++] = irq;
	return true;
}

bool machine_ipi(struct machine *m, unsigned from, unsigned to, uint8_t vector, uint16_t data)
{
	struct irq irq = { .vector = vector, .from = (uint8_t)from, .data = data };

	assert(from < m->nr_cpus && to < m->nr_cpus);
	if (m->cpu[to].nr_pending == IRQ_PENDING)
		return false;
	machine_charge(m, from, COST_IPI_SEND);
	irq.due = m->cpu[from].cycle + m->cost->cycles[COST_IPI];
	irq.cause = machine_event(m, from, EVENT_IPI_SEND, to, vector, irq.due);
	m->stats.ipi++;
	return m->broken.lose_ipi || enqueue(&m->cpu[to], irq);
}

bool machine_raise(struct machine *m, unsigned cpu, uint8_t vector, uint64_t delay, uint16_t data)
{
	struct irq irq = {
		.cause = m->log.cause,
		.vector = vector,
		.from = EVENT_NO_CPU,
		.data = data,
	};

	assert(cpu < m->nr_cpus);
	irq.due = m->cpu[cpu].cycle + delay;
	return enqueue(&m->cpu[cpu], irq);
}

/* An NMI is not blocked by IF but by another NMI, until that one's IRET. */
static bool allowed(const struct cpu *c, const struct irq *irq)
{
	if (c->nesting == IRQ_NESTING)
		return false;
	if (irq->vector != VECTOR_NMI)
		return c->eflags_if;
	for (unsigned i = 0; i < c->nesting; i++)
		if (c->frame[i].nmi)
			return false;
	return true;
}

/* Earlier first; of two that are due at once an NMI, then what was sent first. */
static bool before(const struct irq *a, const struct irq *b)
{
	if (a->due != b->due)
		return a->due < b->due;
	return a->vector == VECTOR_NMI && b->vector != VECTOR_NMI;
}

/* The index of the pending interrupt to take next, due or not, or -1. */
static int next(const struct cpu *c)
{
	int best = -1;

	for (unsigned i = 0; i < c->nr_pending; i++)
		if (allowed(c, &c->pending[i]) &&
		    (best < 0 || before(&c->pending[i], &c->pending[best])))
			best = (int)i;
	return best;
}

/* When a device that is at work now will interrupt the CPU. */
static uint64_t next_device(const struct machine *m, unsigned cpu)
{
	const struct cpu *c = &m->cpu[cpu];

	if (!c->eflags_if || c->nesting == IRQ_NESTING || c->nr_pending == IRQ_PENDING)
		return UINT64_MAX;
	return machine_device_due(m, cpu);
}

uint64_t machine_next_irq(const struct machine *m, unsigned cpu)
{
	uint64_t due, device;
	int i;

	assert(cpu < m->nr_cpus);
	device = next_device(m, cpu);
	if (!m->cpu[cpu].nr_pending)
		return device;
	i = next(&m->cpu[cpu]);
	due = i < 0 ? UINT64_MAX : m->cpu[cpu].pending[i].due;
	return device < due ? device : due;
}

void machine_delay_irqs(struct machine *m, unsigned cpu)
{
	struct cpu *c = &m->cpu[cpu];

	for (unsigned i = 0; i < c->nr_pending; i++)
		if (c->pending[i].due <= c->cycle)
			c->pending[i].due = c->cycle + 1;
}

static struct irq dequeue(struct cpu *c, unsigned i)
{
	struct irq irq = c->pending[i];

	c->nr_pending--;
	memmove(&c->pending[i], &c->pending[i + 1], (c->nr_pending - i) * sizeof(irq));
	return irq;
}

bool machine_take_irq(struct machine *m, unsigned cpu, struct irq_frame *frame)
{
	struct cpu *c = &m->cpu[cpu];
	struct irq_frame *top = &c->frame[c->nesting];
	uint32_t cause = m->log.cause;
	struct irq irq;

	machine_devices_run(m, c->cycle);
	if (machine_next_irq(m, cpu) > c->cycle)
		return false;
	irq = dequeue(c, (unsigned)next(c));
	*top = (struct irq_frame){
		.vector = irq.vector,
		.from = irq.from,
		.nmi = irq.vector == VECTOR_NMI,
		.saved_if = c->eflags_if,
		.data = irq.data,
	};
	c->nesting++;
	c->eflags_if = false;
	machine_charge(m, cpu, COST_IRQ_ENTRY);
	m->log.cause = irq.cause;
	top->cause = machine_event(m, cpu, EVENT_IRQ_DELIVER, irq.vector, irq.from, 0);
	m->log.cause = cause;
	if (frame)
		*frame = *top;
	return true;
}

/* An event that belongs to an interrupt being handled. */
static void event_of_frame(struct machine *m, unsigned cpu, const struct irq_frame *frame,
                           unsigned kind, uint64_t a, uint64_t b)
{
	uint32_t cause = m->log.cause;

	m->log.cause = frame->cause;
	machine_event(m, cpu, kind, a, b, 0);
	m->log.cause = cause;
}

void machine_ack(struct machine *m, unsigned cpu, const struct irq_frame *frame)
{
	machine_charge(m, cpu, COST_ACK);
	event_of_frame(m, cpu, frame, EVENT_IPI_ACK, frame->from, frame->vector);
}

void machine_iret(struct machine *m, unsigned cpu)
{
	struct cpu *c = &m->cpu[cpu];
	struct irq_frame frame;

	assert(cpu < m->nr_cpus && c->nesting);
	frame = c->frame[--c->nesting];
	c->eflags_if = frame.saved_if;
	machine_charge(m, cpu, COST_IRET);
	event_of_frame(m, cpu, &frame, EVENT_IRET, frame.vector, 0);
}
