/*
 * The stack of slots: arch/x86/mm/highmem_32.c of 2.6.37 to 5.10.
 *
 * Nobody names a slot any more. Each CPU counts how many it has in use (__kmap_atomic_idx); mapping
 * takes the next, releasing gives back the one on top. What nests must be released in the reverse
 * order; the address handed to the release only says that it is a slot at all. Clearing comes
 * before the pop. The first version (3e4d3af501cc) had it the other way round: an interrupt between
 * the two took the slot that was free by the counter, and found its entry occupied; 20273941f212
 * mended it. `broken.pop_before_clear` brings the first version back.
 *
 * Without debugging nobody looks at the counter: releases without a mapping, or mappings without an
 * end, run out of the CPU's slots into whatever entries lie beside them, and at last out of the page
 * table. There the model ends with a fault; Linux would go on in the memory next to it.
 */
#include "kernel/atomic.h"
#include "kernel/world.h"

FRAME(__kmap_atomic) { uint32_t pfn; int32_t slot; uint32_t idx, vaddr; };
FRAME(__kunmap_atomic) { uint32_t vaddr; int32_t slot; uint32_t idx; };

/* __kmap_atomic_idx += n; who counts past the CPU's own slots is on somebody else's from now on. */
static void count_slot(struct world *w, unsigned cpu, int n)
{
	int16_t *idx = &w->kernel.cpu[cpu].kmap_atomic_idx;

	*idx = (int16_t)(*idx + n);
	if (*idx < 0 || *idx > (int)w->kernel.layout.kmap_slots_per_cpu)
		w->kernel.slot_check.misused |= SLOT_OUT_OF_RANGE;
}

/* kmap_pte-idx points into no page table any more. */
static bool beyond_table(const struct world *w, uint32_t vaddr)
{
	return !kernel_pte_pa(w, vaddr);
}

OP(__kmap_atomic)
{
	BEGIN
	STEP("if (!PageHighMem(page)) return page_address(page);")
	if (!page_highmem(w, f->pfn))
		RETURN(page_address(w, f->pfn));
	STEP("type = kmap_atomic_idx_push();")
	if (debug_highmem(w) && in_irq(w, c->cpu) && !irqs_disabled(w, c->cpu))
		slot_warn_once(w, c->cpu, WARN_PUSH_IN_IRQ,
		               "WARNING: at include/linux/highmem.h kmap_atomic_idx_push()");
	f->idx = (uint32_t)w->kernel.cpu[c->cpu].kmap_atomic_idx;
	count_slot(w, c->cpu, 1);
	BUG_ON(debug_highmem(w) && f->idx > w->kernel.layout.kmap_slots_per_cpu,
	       "include/linux/highmem.h");
	STEP("idx = type + KM_TYPE_NR*smp_processor_id();")
	f->vaddr = slot_address(w, c->cpu, f->idx);
	STEP("BUG_ON(!pte_none(*(kmap_pte-idx)));")
	OOPS_ON(beyond_table(w, f->vaddr), UNABLE_TO_HANDLE);
	BUG_ON(kernel_pte(w, f->vaddr), "arch/x86/mm/highmem_32.c");
	STEP("set_pte(kmap_pte-idx, mk_pte(page, prot));")
	set_pte(w, c->cpu, f->vaddr, (uint64_t)f->pfn << PAGE_SHIFT | kmap_prot(w));
	world_event(w, c->cpu, EVENT_SLOT_MAP, f->vaddr, f->pfn, f->idx);
	RETURN(f->vaddr);
	END
}

OP(__kunmap_atomic)
{
	BEGIN
	f->vaddr &= ~(PAGE_SIZE - 1);
	STEP("if (vaddr >= __fix_to_virt(FIX_KMAP_END) && vaddr <= __fix_to_virt(FIX_KMAP_BEGIN)) {")
	if (!fixmap_slot(w, f->vaddr, &(unsigned){ 0 }, &(unsigned){ 0 })) {
		BUG_ON(debug_highmem(w) && (f->vaddr < w->kernel.layout.page_offset ||
		                            f->vaddr >= w->kernel.layout.high_memory),
		       "arch/x86/mm/highmem_32.c");
		RETURN(0);
	}
	if (w->kernel.broken.pop_before_clear) {
		STEP("\ttype = kmap_atomic_idx_pop();")
		count_slot(w, c->cpu, -1);
		f->idx = (uint32_t)w->kernel.cpu[c->cpu].kmap_atomic_idx;
		STEP("\tkpte_clear_flush(kmap_pte-idx, vaddr); /* too late */")
		OOPS_ON(beyond_table(w, slot_address(w, c->cpu, f->idx)), UNABLE_TO_HANDLE);
		kpte_clear_flush(w, c->cpu, f->idx, f->vaddr);
		RETURN(0);
	}
	STEP("\ttype = kmap_atomic_idx();")
	f->idx = (uint32_t)w->kernel.cpu[c->cpu].kmap_atomic_idx - 1;
	if (debug_highmem(w) && f->vaddr != slot_address(w, c->cpu, f->idx))
		slot_warn_once(w, c->cpu, WARN_NOT_ON_TOP,
		               "WARNING: at arch/x86/mm/highmem_32.c __kunmap_atomic()");
	STEP("\tkpte_clear_flush(kmap_pte-idx, vaddr);")
	OOPS_ON(beyond_table(w, slot_address(w, c->cpu, f->idx)), UNABLE_TO_HANDLE);
	kpte_clear_flush(w, c->cpu, f->idx, f->vaddr);
	STEP("\tkmap_atomic_idx_pop();")
	if ((uint32_t)w->kernel.cpu[c->cpu].kmap_atomic_idx - 1 != f->idx)
		w->kernel.slot_check.misused |= SLOT_LEFT_BEHIND;
	count_slot(w, c->cpu, -1);
	BUG_ON(debug_highmem(w) && w->kernel.cpu[c->cpu].kmap_atomic_idx < 0,
	       "include/linux/highmem.h");
	END
}
