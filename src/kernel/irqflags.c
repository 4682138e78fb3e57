/*
 * Disabling interrupts, bottom halves and preemption on the CPU that asks; see irqflags.h.
 *
 * Interrupts are a flag of the processor; the other two are fields of preempt_count, and nest.
 * Left out: running pending softirqs or rescheduling on the way out; there is nothing pending that
 * the user did not ask for.
 */
#include "kernel/irqflags.h"

#include "kernel/world.h"

OP(local_irq_disable)
{
	BEGIN
	STEP("cli")
	w->machine.cpu[c->cpu].eflags_if = false;
	END
}

OP(local_irq_enable)
{
	BEGIN
	STEP("sti")
	w->machine.cpu[c->cpu].eflags_if = true;
	END
}

/* SOFTIRQ_OFFSET is one in the field above preemption's; SOFTIRQ_DISABLE_OFFSET two where the kernel
 * tells who serves a softirq (bit 0 of the field) from who has bottom halves disabled. */
static uint32_t softirq_disable_offset(const struct world *w)
{
	const struct profile *p = w->kernel.profile;

	return (p->bh_disable_two ? 2u : 1u) << p->preempt_bits;
}

OP(local_bh_disable)
{
	BEGIN
	STEP("add_preempt_count(SOFTIRQ_DISABLE_OFFSET);")
	preempt_count_add(w, c->cpu, softirq_disable_offset(w));
	END
}

OP(local_bh_enable)
{
	BEGIN
	STEP("sub_preempt_count(SOFTIRQ_DISABLE_OFFSET);")
	preempt_count_sub(w, c->cpu, softirq_disable_offset(w));
	END
}

OP(preempt_disable)
{
	BEGIN
	STEP("inc_preempt_count();")
	inc_preempt_count(w, c->cpu);
	END
}

OP(preempt_enable)
{
	BEGIN
	STEP("dec_preempt_count();")
	dec_preempt_count(w, c->cpu);
	END
}
