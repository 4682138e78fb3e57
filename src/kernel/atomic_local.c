/*
 * kmap_local: mm/highmem.c of 5.11 and later (here 6.1).
 *
 * Slots form a stack, and the stack belongs to the task: current->kmap_ctrl counts the mappings
 * and remembers their entries, so that a context switch can take them out of this CPU's slots and
 * put them back when the task runs again. Preemption may therefore stay enabled; what must not
 * happen is moving to another CPU, because the address belongs to this one's slots: migration is
 * disabled while a mapping is held. kmap_atomic() is the same with preemption and page faults
 * disabled around it.
 *
 * Releasing clears the slot on top of the stack, whatever address it was handed: a release out of
 * order warns, and unmaps the wrong one. One release too many finds no slot on top: it clears the entry
 * in front of this CPU's first, which on CPU 0 is no slot and on CPU 1 is the last of CPU 0's, and only
 * the pop notices.
 */
#include "kernel/atomic.h"
#include "kernel/world.h"

struct __kmap_local_page_prot_frame {
	uint32_t pfn;
	int32_t slot;
	uint32_t idx, vaddr;
};

FRAME(__kmap_local_pfn_prot) { uint32_t pfn, idx, vaddr; };
FRAME(kunmap_local_indexed) { uint32_t vaddr; int32_t slot; uint32_t idx; };

/* KM_INCR: with debugging every other slot is a guard. */
static int km_incr(const struct world *w)
{
	return debug_highmem(w) ? 2 : 1;
}

OP(__kmap_local_pfn_prot)
{
	BEGIN
	STEP("migrate_disable();")
	cpu_current_put(w, c->cpu)->migration_disabled++;
	STEP("preempt_disable();")
	inc_preempt_count(w, c->cpu);
	STEP("idx = arch_kmap_local_map_idx(kmap_local_idx_push(), pfn);")
	if (in_irq(w, c->cpu) && !irqs_disabled(w, c->cpu))
		slot_warn_once(w, c->cpu, WARN_PUSH_IN_IRQ,
		               "WARNING: at mm/highmem.c kmap_local_idx_push(): hard interrupt "
		               "with interrupts on");
	cpu_current_put(w, c->cpu)->kmap_ctrl.idx += (int16_t)km_incr(w);
	BUG_ON(cpu_current(w, c->cpu)->kmap_ctrl.idx >= (int)w->kernel.layout.kmap_slots_per_cpu,
	       "mm/highmem.c");
	f->idx = (uint32_t)cpu_current(w, c->cpu)->kmap_ctrl.idx - 1;
	STEP("vaddr = __fix_to_virt(FIX_KMAP_BEGIN + idx);")
	f->vaddr = slot_address(w, c->cpu, f->idx);
	STEP("BUG_ON(!pte_none(*kmap_pte));")
	BUG_ON(kernel_pte(w, f->vaddr), "mm/highmem.c");
	STEP("arch_kmap_local_set_pte(&init_mm, vaddr, kmap_pte, pteval);")
	set_pte(w, c->cpu, f->vaddr, (uint64_t)f->pfn << PAGE_SHIFT | kmap_prot(w));
	world_event(w, c->cpu, EVENT_SLOT_MAP, f->vaddr, f->pfn, f->idx);
	STEP("current->kmap_ctrl.pteval[kmap_local_idx()] = pteval;")
	cpu_current_put(w, c->cpu)->kmap_ctrl.pteval[f->idx] = kernel_pte(w, f->vaddr);
	STEP("preempt_enable();")
	dec_preempt_count(w, c->cpu);
	RETURN(f->vaddr);
	END
}

OP(__kmap_local_page_prot)
{
	BEGIN
	if (!debug_highmem(w)) {
		STEP("if (!PageHighMem(page)) return page_address(page);")
		if (!page_highmem(w, f->pfn))
			RETURN(page_address(w, f->pfn));
	}
	STEP("return __kmap_local_pfn_prot(page_to_pfn(page), prot);")
	CALL(__kmap_local_pfn_prot, .pfn = f->pfn);
	RETURN(RESULT);
	END
}

OP(kmap_local_page)
{
	BEGIN
	STEP("return __kmap_local_page_prot(page, kmap_prot);")
	CALL(__kmap_local_page_prot, .pfn = f->pfn);
	RETURN(RESULT);
	END
}

/* Whether an address lies in the kmap part of the fixmap, of any CPU. */
static bool kmap_range(const struct world *w, uint32_t va)
{
	unsigned cpu, slot;

	return fixmap_slot(w, va, &cpu, &slot);
}

/* What is about to be cleared is not what the caller names; `idx` may even be -1. */
static void not_on_top(struct world *w, unsigned cpu, uint32_t idx)
{
	slot_warn_once(w, cpu, WARN_NOT_ON_TOP,
	               "WARNING: at mm/highmem.c kunmap_local_indexed(): not the mapping made last");
	w->kernel.slot_check.misused |= SLOT_WRONG_FLUSH;
	if ((int32_t)idx < 0)
		w->kernel.slot_check.misused |= SLOT_OUT_OF_RANGE;
}

OP(kunmap_local_indexed)
{
	BEGIN
	f->vaddr &= ~(PAGE_SIZE - 1);
	STEP("if (addr < __fix_to_virt(FIX_KMAP_END) || addr > __fix_to_virt(FIX_KMAP_BEGIN))")
	if (!kmap_range(w, f->vaddr)) {
		if (f->vaddr < w->kernel.layout.page_offset)
			slot_warn_once(w, c->cpu, WARN_NO_MAPPING,
			               "WARNING: at mm/highmem.c kunmap_local_indexed(): an "
			               "address below PAGE_OFFSET");
		RETURN(0);
	}
	STEP("preempt_disable();")
	inc_preempt_count(w, c->cpu);
	STEP("idx = arch_kmap_local_unmap_idx(kmap_local_idx(), addr);")
	f->idx = (uint32_t)cpu_current(w, c->cpu)->kmap_ctrl.idx - 1;
	STEP("WARN_ON_ONCE(addr != __fix_to_virt(FIX_KMAP_BEGIN + idx));")
	if (f->vaddr != slot_address(w, c->cpu, f->idx))
		not_on_top(w, c->cpu, f->idx);
	STEP("pte_clear(&init_mm, addr, kmap_pte);")
	if (!w->kernel.broken.no_slot_clear)
		set_pte(w, c->cpu, slot_address(w, c->cpu, f->idx), 0);
	STEP("arch_kmap_local_post_unmap(addr); /* flush_tlb_one_kernel */")
	if (!w->kernel.broken.no_slot_clear)
		machine_invlpg(&w->machine, c->cpu, f->vaddr);
	world_event(w, c->cpu, EVENT_SLOT_UNMAP, f->vaddr, f->idx, 0);
	STEP("current->kmap_ctrl.pteval[kmap_local_idx()] = __pte(0);")
	if ((int32_t)f->idx >= 0) /* pteval[-1] is the count in front of it, which is 0 already */
		cpu_current_put(w, c->cpu)->kmap_ctrl.pteval[f->idx] = 0;
	STEP("kmap_local_idx_pop();")
	if ((uint32_t)cpu_current(w, c->cpu)->kmap_ctrl.idx - 1 != f->idx)
		w->kernel.slot_check.misused |= SLOT_LEFT_BEHIND;
	cpu_current_put(w, c->cpu)->kmap_ctrl.idx -= (int16_t)km_incr(w);
	BUG_ON(cpu_current(w, c->cpu)->kmap_ctrl.idx < 0, "mm/highmem.c");
	STEP("preempt_enable();")
	dec_preempt_count(w, c->cpu);
	STEP("migrate_enable();")
	cpu_current_put(w, c->cpu)->migration_disabled--;
	END
}

OP(kunmap_local)
{
	BEGIN
	STEP("kunmap_local_indexed(addr);")
	CALL(kunmap_local_indexed, .vaddr = f->vaddr);
	END
}

void kmap_local_sched_out(struct world *w, unsigned cpu, unsigned task)
{
	const struct kmap_ctrl *ctrl = &task_get(w, task)->kmap_ctrl;

	for (int i = 0; i < ctrl->idx && !w->kernel.broken.no_kmap_save; i++)
		if (ctrl->pteval[i]) {
			uint32_t va = slot_address(w, cpu, (unsigned)i);

			set_pte(w, cpu, va, 0);
			machine_invlpg(&w->machine, cpu, va);
		}
}

void kmap_local_sched_in(struct world *w, unsigned cpu, unsigned task)
{
	const struct kmap_ctrl *ctrl = &task_get(w, task)->kmap_ctrl;

	for (int i = 0; i < ctrl->idx && !w->kernel.broken.no_kmap_save; i++)
		if (ctrl->pteval[i])
			set_pte(w, cpu, slot_address(w, cpu, (unsigned)i), ctrl->pteval[i]);
}
