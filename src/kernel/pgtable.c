/*
 * Reaching and changing page tables of user space; see pgtable.h. mm/memory.c has __pte_alloc(),
 * include/asm-x86/pgtable_32.h pte_offset_map().
 *
 * With HIGHPTE a page table may lie in high memory. It is then mapped for as long as the code looks
 * at it, in the slot KM_PTE0, and in KM_PTE1 when two are needed at once (fork); and like every
 * atomic kmap this counts in preempt_count even if the table happened to lie in low memory.
 */
#include "kernel/pgtable.h"

#include "kernel/mm.h"

#include <stdio.h>

unsigned pte_bytes(const struct world *w)
{
	return w->kernel.layout.pae ? 8 : 4;
}

uint32_t pmd_size(const struct world *w)
{
	return w->kernel.layout.pae ? 2u << 20 : 4u << 20;
}

uint64_t entry_peek(const struct world *w, uint64_t pa)
{
	const struct phys *phys = &w->machine.phys;

	return w->kernel.layout.pae ? phys_read64(phys, pa) : phys_read32(phys, pa);
}

uint64_t pmd_offset(const struct world *w, uint64_t pgd, uint32_t address)
{
	if (!w->kernel.layout.pae)
		return pgd + (address >> 22) * 4;
	return (pte_pfn(entry_peek(w, pgd + (address >> 30) * 8)) << PAGE_SHIFT) +
	       (address >> 21 & 511) * 8;
}

uint32_t pte_index_at(const struct world *w, uint32_t ptep, uint32_t address)
{
	uint32_t index = address >> PAGE_SHIFT & (PAGE_SIZE / pte_bytes(w) - 1);

	return (ptep & ~(PAGE_SIZE - 1)) + index * pte_bytes(w);
}

uint32_t pmd_addr_end(const struct world *w, uint32_t address, uint32_t end)
{
	uint64_t next = ((uint64_t)address + pmd_size(w)) & ~((uint64_t)pmd_size(w) - 1);

	return next < end ? (uint32_t)next : end;
}

uint32_t next_table(const struct world *w, uint64_t pgd, uint32_t address, uint32_t end)
{
	while (address < end && !(entry_peek(w, pmd_offset(w, pgd, address)) & PTE_P))
		address = pmd_addr_end(w, address, end);
	return address;
}

uint32_t next_pte(const struct world *w, uint64_t pgd, uint32_t address, uint32_t end)
{
	uint64_t table;

	if (address >= end)
		return end;
	table = pte_pfn(entry_peek(w, pmd_offset(w, pgd, address))) << PAGE_SHIFT;
	for (; address < end; address += PAGE_SIZE) {
		uint64_t index = address >> PAGE_SHIFT & (PAGE_SIZE / pte_bytes(w) - 1);

		if (entry_peek(w, table + index * pte_bytes(w)))
			break;
	}
	return address < end ? address : end;
}

/* --- accesses --------------------------------------------------------------------------------- */

static bool unable(struct world *w, struct context *c, uint32_t kaddr)
{
	char text[DMESG_LINE];

	snprintf(text, sizeof(text), "BUG: unable to handle kernel paging request at %08x", kaddr);
	world_oops(w, c, text);
	return false;
}

bool entry_load(struct world *w, struct context *c, uint32_t kaddr, uint64_t *entry)
{
	*entry = 0; /* entries are little-endian, and so is what the bytes are put together to */
	unsigned char bytes[8] = { 0 };
	struct access_result r = machine_read(&w->machine, c->cpu, kaddr, bytes, pte_bytes(w),
	                                      false, NULL);

	for (unsigned i = 0; i < 8; i++)
		*entry |= (uint64_t)bytes[i] << 8 * i;
	return !r.fault || unable(w, c, kaddr);
}

bool entry_store(struct world *w, struct context *c, uint32_t kaddr, uint64_t entry)
{
	unsigned char bytes[8];
	struct access_result r;

	for (unsigned i = 0; i < 8; i++)
		bytes[i] = (unsigned char)(entry >> 8 * i);
	r = machine_write(&w->machine, c->cpu, kaddr, bytes, pte_bytes(w), false, NULL);
	return !r.fault || unable(w, c, kaddr);
}

bool set_pte_at(struct world *w, struct context *c, uint32_t address, uint32_t ptep, uint64_t pte)
{
	uint64_t old;

	if (!entry_load(w, c, ptep, &old) || !entry_store(w, c, ptep, pte))
		return false;
	if (pte & PTE_P)
		world_event(w, c->cpu, EVENT_PTE_SET, address, pte, pte_pfn(pte));
	else
		world_event(w, c->cpu, EVENT_PTE_CLEAR, address, old, 0);
	return true;
}

/* --- mapping a page table --------------------------------------------------------------------- */

bool highpte(const struct world *w)
{
	return boot_option(&w->kernel.config, w->kernel.profile, "highpte");
}

/* KM_PTE0 or KM_PTE1, where slots have names. */
static int32_t pte_slot(const struct world *w, bool nested)
{
	int slot = profile_slot(w->kernel.profile, nested ? "PTE1" : "PTE0");

	return slot < 0 ? slot : (int32_t)km_type(w, slot);
}

OP(pte_offset_map)
{
	uint64_t pmd;

	BEGIN
	if (!highpte(w)) {
		STEP("pte = page_address(pmd_page(*pmd)) + pte_index(address);")
		if (!entry_load(w, c, f->pmd, &pmd))
			return OP_OOPS;
		RETURN(pte_index_at(w, page_address(w, pte_pfn(pmd)), f->address));
	}
	if (f->nested) {
		STEP("pte = kmap_atomic(pmd_page(*pmd), KM_PTE1) + pte_index(address);")
	} else {
		STEP("pte = kmap_atomic(pmd_page(*pmd), KM_PTE0) + pte_index(address);")
	}
	if (!entry_load(w, c, f->pmd, &pmd))
		return OP_OOPS;
	CALL(kmap_atomic, .pfn = (uint32_t)pte_pfn(pmd), .slot = pte_slot(w, f->nested));
	RETURN(pte_index_at(w, (uint32_t)RESULT, f->address));
	END
}

OP(pte_unmap)
{
	BEGIN
	if (!highpte(w))
		RETURN(0);
	if (f->nested) {
		STEP("kunmap_atomic(pte, KM_PTE1);")
	} else {
		STEP("kunmap_atomic(pte, KM_PTE0);")
	}
	CALL(kunmap_atomic, .vaddr = f->ptep, .slot = pte_slot(w, f->nested));
	END
}

/* --- making a page table ---------------------------------------------------------------------- */

FRAME(__pte_alloc) { uint32_t address, pmd; uint64_t mm, pfn; };

/* mm/memory.c. Somebody else with the same address space may have been faster. */
OP(__pte_alloc)
{
	uint64_t pmd;

	BEGIN
	STEP("new = pte_alloc_one(mm, address);")
	CALL(__alloc_pages, .gfp = GFP_KERNEL | GFP_ZERO | (highpte(w) ? GFP_HIGHMEM : 0));
	f->pfn = RESULT;
	if (!f->pfn)
		RETURN(0);
	pfn_to_page_mut(w, f->pfn)->use = PAGE_PGTABLE;
	STEP("spin_lock(&mm->page_table_lock);")
	SPIN_LOCK(&mm_put(w, f->mm)->page_table_lock, PAGE_TABLE_LOCK);
	STEP("if (!pmd_present(*pmd)) { mm->nr_ptes++; pmd_populate(mm, pmd, new); }")
	if (!entry_load(w, c, f->pmd, &pmd))
		return OP_OOPS;
	if (!(pmd & PTE_P)) {
		if (!entry_store(w, c, f->pmd, f->pfn << PAGE_SHIFT | _PAGE_TABLE))
			return OP_OOPS;
		mm_put(w, f->mm)->nr_ptes++;
		world_event(w, c->cpu, EVENT_PTE_ALLOC, f->address, f->pfn, f->mm);
		f->pfn = 0;
	}
	STEP("spin_unlock(&mm->page_table_lock);")
	spin_unlock(w, c->cpu, &mm_put(w, f->mm)->page_table_lock, PAGE_TABLE_LOCK);
	if (f->pfn) {
		STEP("pte_free(mm, new); /* another has populated it */")
		CALL(__free_pages, .pfn = f->pfn);
	}
	RETURN(1);
	END
}

OP(pte_alloc_map)
{
	uint64_t pmd;

	BEGIN
	STEP("pmd = pmd_offset(pgd_offset(mm, address), address);")
	f->pmd = __va(w, pmd_offset(w, mm_get(w, f->mm)->pgd, f->address));
	STEP("if (!pmd_present(*pmd)) __pte_alloc(mm, pmd, address);")
	if (!entry_load(w, c, f->pmd, &pmd))
		return OP_OOPS;
	if (!(pmd & PTE_P)) {
		CALL(__pte_alloc, .mm = f->mm, .address = f->address, .pmd = f->pmd);
		if (!RESULT)
			RETURN(0);
	}
	CALL(pte_offset_map, .pmd = f->pmd, .address = f->address);
	RETURN(RESULT);
	END
}
