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

/* SOFTIRQ_OFFSET: one in the field above preemption's. */
static uint32_t softirq_offset(const struct world *w)
{
	return 1u << w->kernel.profile->preempt_bits;
}

OP(local_bh_disable)
{
	BEGIN
	STEP("add_preempt_count(SOFTIRQ_OFFSET);")
	preempt_count_add(w, c->cpu, softirq_offset(w));
	END
}

OP(local_bh_enable)
{
	BEGIN
	STEP("sub_preempt_count(SOFTIRQ_OFFSET);")
	preempt_count_sub(w, c->cpu, softirq_offset(w));
	END
}

OP(preempt_disable)
{
	BEGIN
	STEP("inc_preempt_count();")
	preempt_count_add(w, c->cpu, 1);
	END
}

OP(preempt_enable)
{
	BEGIN
	STEP("dec_preempt_count();")
	preempt_count_sub(w, c->cpu, 1);
	END
}
