/*
 * Address spaces and TLBs; see tlb.h.
 *
 * Loading CR3 drops all entries but global ones, so a switch from one process to another costs the
 * user pages' translations and keeps those of kernel mappings. A kernel thread needs no user pages:
 * it leaves CR3 alone and marks the CPU lazy (TLBSTATE_LAZY). If the address space it sits on changes
 * meanwhile, a lazy CPU does not flush page by page: it leaves that address space for good
 * (leave_mm) and is asked no more.
 *
 * The kernel's own entries are global, hence no business of these functions; those of the pool and
 * of vmalloc are flushed by flush_tlb_kernel_range() (smp.c).
 *
 * 6.1 sends its requests as function calls, knows generations of an address space, and lets lazy
 * CPUs be until they switch; here it asks in the same way as its ancestors.
 */
#include "kernel/tlb.h"

#include "kernel/entry.h"
#include "kernel/mm.h"
#include "kernel/world.h"

FRAME(flush_tlb_others) { uint32_t mask, mm, va; };

static void load_cr3(struct world *w, unsigned cpu, uint64_t pgd)
{
	machine_write_cr3(&w->machine, cpu, pgd);
}

void leave_mm(struct world *w, unsigned cpu)
{
	struct cpu_state *state = &w->kernel.cpu[cpu];

	if (!state->active_mm)
		return;
	mm_put(w, state->active_mm)->cpu_vm_mask &= ~(1u << cpu);
	world_event(w, cpu, EVENT_LEAVE_MM, state->active_mm, 0, 0);
	state->active_mm = 0;
	load_cr3(w, cpu, w->kernel.swapper_pg_dir);
}

void switch_mm(struct world *w, unsigned cpu, unsigned mm)
{
	struct cpu_state *state = &w->kernel.cpu[cpu];

	state->lazy_tlb = !mm;
	if (!mm || state->active_mm == mm)
		return;
	w->machine.log.cause = world_event(w, cpu, EVENT_SWITCH_MM, state->active_mm, mm, 0);
	if (state->active_mm)
		mm_put(w, state->active_mm)->cpu_vm_mask &= ~(1u << cpu);
	state->active_mm = (uint16_t)mm;
	mm_put(w, mm)->cpu_vm_mask |= 1u << cpu;
	if (!switches_pagetables(w)) /* else the return to user mode does */
		load_cr3(w, cpu, mm_get(w, mm)->pgd);
}

/* Drops what this CPU's TLB has of the address space that is loaded. Under 4G/4G that went when the kernel
 * was entered, and only who wants to flush everything reloads CR3 all the same. */
static void local_flush(struct world *w, unsigned cpu, uint32_t va)
{
	bool asked = cpu_context_kind(w, cpu) != CONTEXT_TASK;

	if (w->kernel.cpu[cpu].lazy_tlb)
		leave_mm(w, cpu);
	else if (switches_pagetables(w) && (asked || va != TLB_FLUSH_ALL))
		return;
	else if (va == TLB_FLUSH_ALL)
		load_cr3(w, cpu, w->machine.cpu[cpu].cr3);
	else
		machine_invlpg(&w->machine, cpu, va);
}

OP(smp_invalidate_interrupt)
{
	BEGIN
	STEP("if (!cpu_isset(cpu, flush_cpumask)) goto out;")
	if (!(w->kernel.tlb_flush.flush_cpumask & 1u << c->cpu))
		RETURN(0);
	STEP("if (flush_mm == active_mm) __flush_tlb_one(flush_va) or leave_mm(cpu);")
	if (w->kernel.tlb_flush.flush_mm == w->kernel.cpu[c->cpu].active_mm)
		local_flush(w, c->cpu, w->kernel.tlb_flush.flush_va);
	flush_done(w, c->cpu);
	STEP("ack_APIC_irq(); cpu_clear(cpu, flush_cpumask);")
	{
		struct cpu *cpu = &w->machine.cpu[c->cpu];

		machine_ack(&w->machine, c->cpu, &cpu->frame[cpu->nesting - 1]);
		w->kernel.tlb_flush.flush_cpumask &= ~(1u << c->cpu);
		w->kernel.tlb_flush.cycle = cpu->cycle;
	}
	END
}

static unsigned weight(uint32_t mask)
{
	unsigned n = 0;

	for (; mask; mask &= mask - 1)
		n++;
	return n;
}

static void send_IPI_mask(struct world *w, unsigned self, uint32_t mask)
{
	for (unsigned i = 0; i < w->machine.nr_cpus; i++)
		if (mask & 1u << i)
			machine_ipi(&w->machine, self, i, INVALIDATE_TLB_VECTOR, 0);
}

OP(flush_tlb_others)
{
	BEGIN
	STEP("BUG_ON(cpu_isset(smp_processor_id(), cpumask));")
	BUG_ON(f->mask & 1u << c->cpu, "arch/x86/kernel/tlb_32.c");
	STEP("spin_lock(&tlbstate_lock);")
	SPIN_LOCK(&w->kernel.tlb_flush.lock, TLBSTATE_LOCK);
	w->kernel.tlb_flush.flush_mm = (uint16_t)f->mm;
	w->kernel.tlb_flush.flush_va = f->va;
	w->kernel.tlb_flush.flush_cpumask = f->mask;
	STEP("send_IPI_mask(cpumask, INVALIDATE_TLB_VECTOR);")
	fr->cause = world_event(w, c->cpu, EVENT_FLUSH_REQUEST, weight(f->mask),
	                        f->va == TLB_FLUSH_ALL ? 0 : f->va, f->va != TLB_FLUSH_ALL);
	w->machine.log.cause = fr->cause;
	send_IPI_mask(w, c->cpu, f->mask);
	STEP("while (!cpus_empty(flush_cpumask)) cpu_relax();")
	WAIT_FOR(!w->kernel.tlb_flush.flush_cpumask);
	machine_stall(&w->machine, c->cpu, w->kernel.tlb_flush.cycle, STALL_ANSWERS);
	STEP("spin_unlock(&tlbstate_lock);")
	w->kernel.tlb_flush.flush_mm = 0;
	spin_unlock(w, c->cpu, &w->kernel.tlb_flush.lock, TLBSTATE_LOCK);
	flush_done(w, c->cpu);
	END
}

/* The other CPUs that may have entries of an address space. */
static uint32_t other_cpus(const struct world *w, unsigned cpu, unsigned mm)
{
	return mm_get(w, mm)->cpu_vm_mask & ~(1u << cpu);
}

OP(flush_tlb_page)
{
	BEGIN
	STEP("preempt_disable();")
	inc_preempt_count(w, c->cpu);
	f->mask = other_cpus(w, c->cpu, f->mm);
	STEP("if (current->active_mm == mm) __flush_tlb_one(va);")
	if (w->kernel.cpu[c->cpu].active_mm == f->mm)
		local_flush(w, c->cpu, f->va);
	if (f->mask) {
		STEP("if (!cpus_empty(cpu_mask)) flush_tlb_others(cpu_mask, mm, va);")
		CALL(flush_tlb_others, .mask = f->mask, .mm = f->mm, .va = f->va);
	}
	STEP("preempt_enable();")
	dec_preempt_count(w, c->cpu);
	END
}

OP(flush_tlb_mm)
{
	BEGIN
	STEP("preempt_disable();")
	inc_preempt_count(w, c->cpu);
	f->mask = other_cpus(w, c->cpu, f->mm);
	STEP("if (current->active_mm == mm) local_flush_tlb();")
	if (w->kernel.cpu[c->cpu].active_mm == f->mm)
		local_flush(w, c->cpu, TLB_FLUSH_ALL);
	if (f->mask) {
		STEP("if (!cpus_empty(cpu_mask)) flush_tlb_others(cpu_mask, mm, TLB_FLUSH_ALL);")
		CALL(flush_tlb_others, .mask = f->mask, .mm = f->mm, .va = TLB_FLUSH_ALL);
	}
	STEP("preempt_enable();")
	dec_preempt_count(w, c->cpu);
	END
}
