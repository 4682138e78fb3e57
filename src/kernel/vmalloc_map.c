/*
 * The page tables behind the vmalloc space: map_vm_area(), vunmap_page_range() and pte_alloc_kernel()
 * of mm/vmalloc.c and mm/memory.c, vmalloc_fault() of arch/x86/mm/fault.c.
 *
 * Boot makes page tables for the direct map, the pool and the fixmap, none for vmalloc. They are
 * allocated when the first area in their reach is mapped, from low memory, and stay for good. They
 * are entered in the kernel's own directory (swapper_pg_dir) and nowhere else: with two levels every
 * process has its own copy of the directory's kernel half, and lacks the new entry until it faults
 * there and copies it. With PAE the directories of the kernel half are shared by all.
 *
 * Clearing an entry tells no TLB. Who unmaps has to flush, now or later.
 */
#include "kernel/world.h"

void vmalloc_set_pte(struct world *w, unsigned cpu, uint32_t va, uint64_t pfn)
{
	set_pte(w, cpu, va, pfn << PAGE_SHIFT | page_kernel(w));
}

static uint64_t pmd_value(const struct world *w, uint32_t va)
{
	return kernel_entry(w, pmd_offset_k(w, va));
}

/* pmd_populate_kernel() */
static void populate(struct world *w, unsigned cpu, uint32_t va, uint64_t pfn)
{
	uint64_t pa = pmd_offset_k(w, va);
	uint64_t entry = pfn << PAGE_SHIFT | PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D;

	pfn_to_page_mut(w, pfn)->use = PAGE_PGTABLE;
	if (w->kernel.layout.pae)
		phys_write64(&w->machine.phys, pa, entry);
	else
		phys_write32(&w->machine.phys, pa, (uint32_t)entry);
	machine_charge(&w->machine, cpu, COST_PTE);
	world_event(w, cpu, EVENT_PMD_SET, va, entry, pfn);
}

OP(pte_alloc_kernel)
{
	BEGIN
	STEP("if (pmd_none(*pmd)) new = pte_alloc_one_kernel(&init_mm, address);")
	if (pmd_value(w, f->address) & PTE_P)
		RETURN(1);
	CALL(__alloc_pages, .gfp = GFP_KERNEL | GFP_ZERO);
	f->pfn = RESULT;
	if (!f->pfn)
		RETURN(0);
	STEP("if (!pmd_present(*pmd)) pmd_populate_kernel(&init_mm, pmd, new);")
	if (!(pmd_value(w, f->address) & PTE_P)) {
		populate(w, c->cpu, f->address, f->pfn);
		RETURN(1);
	}
	STEP("else pte_free_kernel(&init_mm, new); /* somebody was faster */")
	CALL(__free_pages, .pfn = f->pfn);
	RETURN(1);
	END
}

static uint32_t page_va(const struct world *w, uint32_t area, uint32_t i)
{
	return vmap_area(w, area)->va_start + i * PAGE_SIZE;
}

OP(map_vm_area)
{
	BEGIN
	for (; f->i < vmap_area(w, f->area)->nr_pages; f->i++) {
		if (!(pmd_value(w, page_va(w, f->area, f->i)) & PTE_P)) {
			STEP("pte = pte_alloc_kernel(pmd, addr); if (!pte) return -ENOMEM;")
			CALL(pte_alloc_kernel, .address = page_va(w, f->area, f->i));
			if (!RESULT)
				RETURN(0);
		}
		STEP("set_pte_at(&init_mm, addr, pte, mk_pte(page, prot));")
		vmalloc_set_pte(w, c->cpu, page_va(w, f->area, f->i),
		                vmap_area_page(w, f->area, f->i));
	}
	RETURN(1);
	END
}

uint32_t vmalloc_next_mapped(const struct world *w, uint32_t addr, uint32_t end)
{
	while (addr < end && (!kernel_pte_pa(w, addr) || !kernel_pte(w, addr)))
		addr += PAGE_SIZE;
	return addr < end ? addr : end;
}

OP(vunmap_page_range)
{
	BEGIN
	while ((f->addr = vmalloc_next_mapped(w, f->addr, f->end)) < f->end) {
		STEP("ptep_get_and_clear(&init_mm, addr, pte);")
		set_pte(w, c->cpu, f->addr, 0);
		f->addr += PAGE_SIZE;
	}
	END
}

/* The directory entry for an address in the tables that a CPU runs on; two levels. */
static uint64_t pgd_offset(const struct world *w, unsigned cpu, uint32_t va)
{
	return (w->machine.cpu[cpu].cr3 & ~(uint64_t)(PAGE_SIZE - 1)) + (va >> 22) * 4;
}

bool vmalloc_out_of_sync(const struct world *w, unsigned cpu, uint32_t va)
{
	const struct layout *l = &w->kernel.layout;

	if (l->pae || va < l->vmalloc_start || va >= l->vmalloc_end)
		return false; /* with PAE the directories of the kernel half are shared */
	return pmd_value(w, va) & PTE_P && !(kernel_entry(w, pgd_offset(w, cpu, va)) & PTE_P);
}

void vmalloc_fault(struct world *w, unsigned cpu, uint32_t va)
{
	uint64_t entry = pmd_value(w, va);

	phys_write32(&w->machine.phys, pgd_offset(w, cpu, va), (uint32_t)entry);
	machine_charge(&w->machine, cpu, COST_PTE);
	world_event(w, cpu, EVENT_PMD_SET, va, entry, entry >> PAGE_SHIFT);
}
