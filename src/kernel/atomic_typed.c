/*
 * Typed slots: arch/x86/mm/highmem_32.c of 2.6.27 (and, but for the list of types, 2.6.32).
 *
 * The caller names the slot. Each CPU has one slot of each type, so two users of a type on one CPU
 * must not overlap: the convention says which type may be used in which context, and nothing but
 * DEBUG_HIGHMEM's check enforces it. Since 2.6.19 the entry is cleared on release, and finding it
 * occupied is a BUG in every build. No TLB flush is needed to map: the entry was empty, and
 * processors do not cache what is not present. Releasing flushes this CPU only, one page, which
 * is what makes these mappings cheap; and why they must not leave the CPU.
 *
 * Left out: kmap_atomic_pfn() and paravirtual lazy updates (nothing to see on bare hardware).
 */
#include "kernel/atomic.h"
#include "kernel/world.h"

struct kmap_atomic_prot_frame {
	uint32_t pfn;
	int32_t slot;
	uint32_t idx, vaddr; /* idx: the CPU whose slot it is */
};

FRAME(kunmap_atomic_typed) { uint32_t vaddr; int32_t slot; uint32_t idx; };
FRAME(kmap_atomic_noclear) { uint32_t pfn; int32_t slot; uint32_t idx, vaddr; };
FRAME(kunmap_atomic_noclear) { uint32_t vaddr; int32_t slot; uint32_t idx; };

/* The text of this generation's BUG, "kernel BUG at FILE:LINE!". */
static const char *bug_text(const struct world *w, const char *key)
{
	const char *text = profile_text(w->kernel.profile, key);

	return text ? text : "kernel BUG at arch/x86/mm/highmem_32.c!";
}

OP(kmap_atomic_prot)
{
	BEGIN
	STEP("if (!PageHighMem(page)) return page_address(page);")
	if (!page_highmem(w, f->pfn))
		RETURN(page_address(w, f->pfn));
	if (debug_highmem(w)) {
		STEP("debug_kmap_atomic_prot(type);")
		debug_kmap_atomic_prot(w, c->cpu, f->slot);
	}
	STEP("idx = type + KM_TYPE_NR*smp_processor_id();")
	f->idx = c->cpu;
	STEP("vaddr = __fix_to_virt(FIX_KMAP_BEGIN + idx);")
	f->vaddr = slot_address(w, f->idx, (unsigned)f->slot);
	STEP("BUG_ON(!pte_none(*(kmap_pte-idx)));")
	OOPS_ON(kernel_pte(w, f->vaddr), bug_text(w, "bug_kmap_atomic"));
	STEP("set_pte(kmap_pte-idx, mk_pte(page, prot));")
	set_pte(w, c->cpu, f->vaddr, (uint64_t)f->pfn << PAGE_SHIFT | kmap_prot(w));
	world_event(w, c->cpu, EVENT_SLOT_MAP, f->vaddr, f->pfn, (uint64_t)f->slot);
	RETURN(f->vaddr);
	END
}

OP(kunmap_atomic_typed)
{
	BEGIN
	STEP("idx = type + KM_TYPE_NR*smp_processor_id();")
	f->vaddr &= ~(PAGE_SIZE - 1);
	if (f->vaddr == slot_address(w, c->cpu, (unsigned)f->slot)) {
		STEP("if (vaddr == __fix_to_virt(FIX_KMAP_BEGIN+idx)) kpte_clear_flush(kmap_pte-idx, vaddr);")
		kpte_clear_flush(w, c->cpu, (unsigned)f->slot, f->vaddr);
	} else if (debug_highmem(w)) {
		STEP("else BUG_ON(vaddr < PAGE_OFFSET || vaddr >= (unsigned long)high_memory);")
		OOPS_ON(f->vaddr < w->kernel.layout.page_offset ||
		        f->vaddr >= w->kernel.layout.high_memory, bug_text(w, "bug_kunmap_atomic"));
	}
	END
}

/* What a slot's entry becomes. */
static uint64_t slot_pte(const struct world *w, uint32_t pfn)
{
	return (uint64_t)pfn << PAGE_SHIFT | kmap_prot(w);
}

/* arch/i386/mm/highmem.c and include/asm-i386/highmem.h, 2.4: the entry is flushed when it is
 * written, and stays until the slot is used again; RHEL3 does neither when the page is the same. */
OP(kmap_atomic_noclear)
{
	BEGIN
	STEP("if (page < highmem_start_page) return page_address(page);")
	if (!page_highmem(w, f->pfn))
		RETURN(page_address(w, f->pfn));
	STEP("idx = type + KM_TYPE_NR*smp_processor_id();")
	f->idx = c->cpu;
	STEP("vaddr = __fix_to_virt(FIX_KMAP_BEGIN + idx);")
	f->vaddr = slot_address(w, f->idx, (unsigned)f->slot);
	if (debug_highmem(w)) {
		STEP("if (!pte_none(*(kmap_pte-idx))) out_of_line_bug();")
		OUT_OF_LINE_BUG_ON(kernel_pte(w, f->vaddr), 101);
	} else if (w->kernel.profile->slot_same_kept) {
		STEP("if (pte_val(*(kmap_pte-idx)) == pte_val(mk_pte(page, kmap_prot))) return vaddr;")
		if (kernel_pte(w, f->vaddr) == slot_pte(w, f->pfn)) {
			world_event(w, c->cpu, EVENT_SLOT_MAP, f->vaddr, f->pfn,
			            (uint64_t)f->slot);
			RETURN(f->vaddr);
		}
	}
	STEP("set_pte(kmap_pte-idx, mk_pte(page, kmap_prot));")
	set_pte(w, c->cpu, f->vaddr, slot_pte(w, f->pfn));
	STEP("__flush_tlb_one(vaddr);")
	machine_invlpg(&w->machine, c->cpu, f->vaddr);
	world_event(w, c->cpu, EVENT_SLOT_MAP, f->vaddr, f->pfn, (uint64_t)f->slot);
	RETURN(f->vaddr);
	END
}

OP(kunmap_atomic_noclear)
{
	BEGIN
	if (!debug_highmem(w)) {
		STEP("/* nothing: the mapping stays until the slot is used again */")
		RETURN(0);
	}
	f->vaddr &= ~(PAGE_SIZE - 1);
	STEP("if (vaddr < FIXADDR_START) return;")
	if (f->vaddr < w->kernel.layout.fixaddr_start)
		RETURN(0);
	STEP("if (vaddr != __fix_to_virt(FIX_KMAP_BEGIN+idx)) out_of_line_bug();")
	OUT_OF_LINE_BUG_ON(f->vaddr != slot_address(w, c->cpu, (unsigned)f->slot), 119);
	STEP("pte_clear(kmap_pte-idx);")
	set_pte(w, c->cpu, f->vaddr, 0);
	STEP("__flush_tlb_one(vaddr);")
	machine_invlpg(&w->machine, c->cpu, f->vaddr);
	world_event(w, c->cpu, EVENT_SLOT_UNMAP, f->vaddr, (uint64_t)f->slot, 0);
	END
}
