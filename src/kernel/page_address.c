/*
 * Where a page is mapped, and the kernel's own PTEs: page_address() of mm/highmem.c, and set_pte()
 * on the tables of pkmap and fixmap.
 *
 * A page of low memory has a fixed address in the direct map. A page of high memory has one only
 * while a slot of the pool maps it; 2.6 finds it through a small hash of struct
 * page_address_map, keyed by the address of the page's struct page. (2.4 kept it in struct page.)
 *
 * The PTEs are bytes in simulated RAM: reading one walks the kernel's own tables (swapper_pg_dir,
 * whatever a CPU has in CR3), writing one writes there and nowhere else, and no TLB notices.
 */
#include "kernel/highmem.h"
#include "kernel/world.h"

#include <assert.h>

/* GOLDEN_RATIO_PRIME_32, include/linux/hash.h */
#define GOLDEN_RATIO_PRIME_32 0x9e370001u

uint32_t struct_page_va(const struct world *w, uint64_t pfn)
{
	return w->kernel.layout.page_offset + (uint32_t)w->kernel.mem_map_pa +
	       (uint32_t)pfn * w->kernel.sizeof_page;
}

/* hash_ptr(page, PA_HASH_ORDER), the pointer being mem_map's element. */
static unsigned page_slot(const struct world *w, uint64_t pfn)
{
	return struct_page_va(w, pfn) * GOLDEN_RATIO_PRIME_32 >> (32 - PA_HASH_ORDER);
}

uint32_t page_address(const struct world *w, uint64_t pfn)
{
	const struct pkmap *pool = &w->kernel.pkmap;

	if (!page_highmem(w, pfn))
		return w->kernel.layout.page_offset + (uint32_t)(pfn << PAGE_SHIFT);
	for (unsigned i = pool->htable[page_slot(w, pfn)]; i; i = pool->map[i - 1].next)
		if (pool->map[i - 1].pfn == pfn)
			return PKMAP_ADDR(&w->kernel.layout, i - 1);
	return 0;
}

uint64_t virt_to_page(const struct world *w, uint32_t va)
{
	return (uint32_t)(va - w->kernel.layout.page_offset) >> PAGE_SHIFT;
}

uint64_t pte_pfn(uint64_t pte)
{
	return (pte & ~PTE_XD & ((1ull << PHYS_MAX_BITS) - 1)) >> PAGE_SHIFT;
}

uint64_t kmap_to_page(const struct world *w, unsigned cpu, uint32_t va)
{
	const struct layout *l = &w->kernel.layout;
	const struct kmap_ctrl *ctrl = &cpu_current(w, cpu)->kmap_ctrl;
	uint32_t base = va & ~(PAGE_SIZE - 1);

	if (l->highmem && va >= PKMAP_ADDR(l, 0) && va < PKMAP_ADDR(l, l->last_pkmap))
		return pte_pfn(kernel_pte(w, base));
	if (w->kernel.atomic_ops->local && base < slot_address(w, 0, 0))
		for (int i = 0; i < ctrl->idx; i++)
			if (ctrl->pteval[i] && slot_address(w, cpu, (unsigned)i) == base)
				return pte_pfn(ctrl->pteval[i]);
	return virt_to_page(w, va);
}

static void hash_remove(struct pkmap *pool, unsigned bucket, uint64_t pfn)
{
	uint16_t *link = &pool->htable[bucket];

	while (*link && pool->map[*link - 1].pfn != pfn)
		link = &pool->map[*link - 1].next;
	if (*link) {
		struct page_address_map *entry = &pool->map[*link - 1];

		*link = entry->next;
		*entry = (struct page_address_map){ 0 };
	}
}

void set_page_address(struct world *w, uint64_t pfn, uint32_t vaddr)
{
	struct pkmap *pool = &w->kernel.pkmap;
	unsigned bucket = page_slot(w, pfn), nr;

	if (!vaddr) {
		hash_remove(pool, bucket, pfn);
		return;
	}
	nr = PKMAP_NR(&w->kernel.layout, vaddr);
	pool->map[nr] = (struct page_address_map){
		.pfn = (uint32_t)pfn, .next = pool->htable[bucket], .used = true
	};
	pool->htable[bucket] = (uint16_t)(nr + 1);
}

uint64_t kernel_entry(const struct world *w, uint64_t pa)
{
	return w->kernel.layout.pae ? phys_read64(&w->machine.phys, pa) :
	                              phys_read32(&w->machine.phys, pa);
}

/* The table that a directory entry points to. */
static uint64_t table_of(uint64_t entry)
{
	return pte_pfn(entry) << PAGE_SHIFT;
}

uint64_t pmd_offset_k(const struct world *w, uint32_t va)
{
	if (!w->kernel.layout.pae)
		return w->kernel.swapper_pg_dir + (va >> 22) * 4;
	return table_of(kernel_entry(w, w->kernel.swapper_pg_dir + (va >> 30) * 8)) +
	       (va >> 21 & 511) * 8;
}

uint64_t kernel_pte_pa(const struct world *w, uint32_t va)
{
	uint64_t pmd;

	if (va < w->kernel.layout.page_offset)
		return 0; /* the kernel's own tables have no user half */
	pmd = kernel_entry(w, pmd_offset_k(w, va));
	if (!(pmd & PTE_P) || pmd & PTE_PS)
		return 0;
	if (w->kernel.layout.pae)
		return table_of(pmd) + (va >> PAGE_SHIFT & 511) * 8;
	return table_of(pmd) + (va >> PAGE_SHIFT & 1023) * 4;
}

uint64_t kernel_pte(const struct world *w, uint32_t va)
{
	uint64_t pa = kernel_pte_pa(w, va);

	if (va < w->kernel.layout.page_offset)
		return 0;
	return kernel_entry(w, pa ? pa : pmd_offset_k(w, va));
}

void set_pte(struct world *w, unsigned cpu, uint32_t va, uint64_t pte)
{
	uint64_t pa = kernel_pte_pa(w, va), old;

	assert(pa); /* boot gave pkmap and fixmap their page tables */
	old = w->kernel.layout.pae ? phys_read64(&w->machine.phys, pa) :
	                             phys_read32(&w->machine.phys, pa);
	if (w->kernel.layout.pae)
		phys_write64(&w->machine.phys, pa, pte);
	else
		phys_write32(&w->machine.phys, pa, (uint32_t)pte);
	machine_charge(&w->machine, cpu, COST_PTE);
	if (pte & PTE_P)
		world_event(w, cpu, EVENT_PTE_SET, va, pte,
		            pte_pfn(pte));
	else
		world_event(w, cpu, EVENT_PTE_CLEAR, va, old, 0);
}

uint64_t kmap_prot(const struct world *w)
{
	uint64_t prot = PTE_P | PTE_RW | PTE_A | PTE_D;

	if (w->machine.cpu[0].cr4 & CR4_PGE)
		prot |= PTE_G;
	return w->kernel.layout.nx ? prot | PTE_XD : prot;
}

uint64_t page_kernel(const struct world *w)
{
	return kmap_prot(w) & ~(w->kernel.layout.switch_pagetables ? (uint64_t)PTE_G : 0);
}
