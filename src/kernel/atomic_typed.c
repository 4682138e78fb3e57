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
	uint32_t idx, vaddr;
};

FRAME(kunmap_atomic_typed) { uint32_t vaddr; int32_t slot; uint32_t idx; };

static bool debug_highmem(const struct world *w)
{
	return boot_option(&w->kernel.config, w->kernel.profile, "debug_highmem");
}

/* The text of this generation's BUG, "kernel BUG at FILE:LINE!". */
static const char *bug_text(const struct world *w, const char *key, const char *otherwise)
{
	const char *text = profile_text(w->kernel.profile, key);

	return text ? text : otherwise;
}

/* idx = type + KM_TYPE_NR * smp_processor_id() */
static uint32_t slot_index(const struct world *w, unsigned cpu, int slot)
{
	return (uint32_t)slot + w->kernel.layout.kmap_slots_per_cpu * cpu;
}

static uint32_t index_address(const struct world *w, uint32_t idx)
{
	return fix_to_virt(&w->kernel.layout, w->kernel.layout.fix_kmap_begin + idx);
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
	f->idx = slot_index(w, c->cpu, f->slot);
	STEP("vaddr = __fix_to_virt(FIX_KMAP_BEGIN + idx);")
	f->vaddr = index_address(w, f->idx);
	STEP("BUG_ON(!pte_none(*(kmap_pte-idx)));")
	if (kernel_pte(w, f->vaddr)) {
		world_oops(w, c, bug_text(w, "bug_kmap_atomic",
		                          "kernel BUG at arch/x86/mm/highmem_32.c!"));
		return OP_OOPS;
	}
	STEP("set_pte(kmap_pte-idx, mk_pte(page, prot));")
	set_pte(w, c->cpu, f->vaddr, (uint64_t)f->pfn << PAGE_SHIFT | page_kernel(w));
	world_event(w, c->cpu, EVENT_SLOT_MAP, f->vaddr, f->pfn, (uint64_t)f->slot);
	RETURN(f->vaddr);
	END
}

OP(kunmap_atomic_typed)
{
	BEGIN
	STEP("idx = type + KM_TYPE_NR*smp_processor_id();")
	f->vaddr &= ~(PAGE_SIZE - 1);
	f->idx = slot_index(w, c->cpu, f->slot);
	if (f->vaddr == index_address(w, f->idx)) {
		STEP("if (vaddr == __fix_to_virt(FIX_KMAP_BEGIN+idx)) kpte_clear_flush(kmap_pte-idx, vaddr);")
		if (!w->kernel.broken.no_slot_clear) {
			set_pte(w, c->cpu, f->vaddr, 0);
			machine_invlpg(&w->machine, c->cpu, f->vaddr);
		}
		world_event(w, c->cpu, EVENT_SLOT_UNMAP, f->vaddr, (uint64_t)f->slot, 0);
	} else if (debug_highmem(w)) {
		STEP("else BUG_ON(vaddr < PAGE_OFFSET || vaddr >= (unsigned long)high_memory);")
		if (f->vaddr < w->kernel.layout.page_offset ||
		    f->vaddr >= w->kernel.layout.high_memory) {
			world_oops(w, c, bug_text(w, "bug_kunmap_atomic",
			                          "kernel BUG at arch/x86/mm/highmem_32.c!"));
			return OP_OOPS;
		}
	}
	END
}
