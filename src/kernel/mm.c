/*
 * Making and taking down address spaces: mm_alloc() and mmput() of kernel/fork.c, pgd_alloc() of
 * arch/x86/mm/pgtable.c, exit_mmap() of mm/mmap.c, zap_pte_range() of mm/memory.c.
 *
 * A top table is one page. Without PAE it is the page directory, and its upper part a copy of the
 * kernel's. Under PAE it holds four entries; the user's directories are made at once, because the
 * processor caches those four entries when CR3 is loaded and would not notice a later one; the
 * kernel's directory is shared by all. Under 4G/4G all directories are the process' own, and only the
 * entries of the last 16 MB lead to the kernel's page tables.
 *
 * At the end, a page must not be free while some TLB still maps it. Pages are therefore gathered
 * while their entries are cleared, then the TLBs are flushed, then the pages are freed. (The gather
 * is per CPU in Linux; here it belongs to the address space that is taken down.)
 */
#include "kernel/mm.h"

#include "kernel/entry.h"
#include "kernel/highmem.h"
#include "kernel/fault.h"
#include "kernel/pgtable.h"
#include "kernel/tlb.h"

#include <assert.h>

FRAME(pgd_free) { uint32_t mm, i; };
DECLARE_OP(pgd_free);
FRAME(exit_mmap) { uint32_t mm, i, address, end; };
FRAME(zap_pte_range) { uint32_t mm, address, end, pmd, ptep; };

const struct mm *mm_get(const struct world *w, unsigned number)
{
	return SPARSE_GET(&w->kernel.mms, struct mm, number);
}

struct mm *mm_put(struct world *w, unsigned number)
{
	return SPARSE_PUT(&w->kernel.mms, struct mm, number);
}

const struct vm_area_struct *find_vma(const struct mm *mm, uint32_t address)
{
	for (unsigned i = 0; i < mm->nr_vmas; i++)
		if (address < mm->vma[i].vm_end)
			return &mm->vma[i];
	return NULL;
}

/* Directories of user space that a top table needs from the start. Under 4G/4G all four are its own. */
static unsigned preallocated_pmds(const struct world *w)
{
	uint32_t top = w->kernel.layout.task_size;

	return w->kernel.layout.pae ? (top >> 30) + ((top & 0x3fffffff) != 0) : 0;
}

/* --- beginning -------------------------------------------------------------------------------- */

/* kmem_cache_alloc(mm_cachep): the first free entry; 0: none. */
static unsigned allocate_mm(struct world *w)
{
	unsigned number = 1;

	while (number <= w->kernel.nr_mms && mm_get(w, number)->mm_users)
		number++;
	if (number >= MAX_MMS)
		return 0;
	if (number > w->kernel.nr_mms)
		w->kernel.nr_mms = number;
	*mm_put(w, number) = (struct mm){ .mm_users = 1 };
	return number;
}

/* clone_pgd_range(): the kernel's part of the top table. */
static bool clone_kernel_half(struct world *w, struct context *c, uint64_t pgd)
{
	unsigned shift = w->kernel.layout.pae ? 30 : 22, n = w->kernel.layout.pae ? 4 : 1024;

	for (unsigned i = w->kernel.layout.page_offset >> shift; i < n; i++) {
		uint32_t offset = i * pte_bytes(w);
		uint64_t entry;

		if (!entry_load(w, c, __va(w, w->kernel.swapper_pg_dir + offset), &entry) ||
		    !entry_store(w, c, __va(w, pgd + offset), entry))
			return false;
	}
	return true;
}

/* 4G/4G: the part above user space, entry by entry, which leads to the kernel's own page tables. */
static bool alias_shared_pmds(struct world *w, struct context *c, uint64_t pgd)
{
	for (uint64_t va = w->kernel.layout.task_size; va <= UINT32_MAX; va += pmd_size(w)) {
		uint64_t entry;

		if (!entry_load(w, c, __va(w, pmd_offset_k(w, (uint32_t)va)), &entry) ||
		    !entry_store(w, c, __va(w, pmd_offset(w, pgd, (uint32_t)va)), entry))
			return false;
	}
	return true;
}

static void becomes_table(struct world *w, uint64_t pfn)
{
	pfn_to_page_mut(w, pfn)->use = PAGE_PGTABLE;
}

OP(mm_alloc)
{
	BEGIN
	STEP("mm = allocate_mm();")
	f->mm = allocate_mm(w);
	if (!f->mm)
		RETURN(0);
	STEP("pgd = (pgd_t *)__get_free_page(GFP_KERNEL | __GFP_ZERO);")
	CALL(__alloc_pages, .gfp = GFP_KERNEL | GFP_ZERO);
	if (!RESULT)
		goto no_memory;
	becomes_table(w, RESULT);
	f->pgd = RESULT << PAGE_SHIFT;
	mm_put(w, f->mm)->pgd = f->pgd;
	for (f->i = 0; f->i < preallocated_pmds(w); f->i++) {
		STEP("\tpmd = (pmd_t *)__get_free_page(GFP_KERNEL | __GFP_ZERO);")
		CALL(__alloc_pages, .gfp = GFP_KERNEL | GFP_ZERO);
		if (!RESULT)
			goto no_memory;
		becomes_table(w, RESULT);
		if (!entry_store(w, c, __va(w, f->pgd + f->i * 8), RESULT << PAGE_SHIFT | PTE_P))
			return OP_OOPS;
	}
	if (switches_pagetables(w)) {
		STEP("memcpy(pmd + PTRS_PER_PMD - NR_SHARED_PMDS, kernel_pmd + ..., NR_SHARED_PMDS);")
		if (!alias_shared_pmds(w, c, f->pgd))
			return OP_OOPS;
	} else {
		STEP("clone_pgd_range(pgd + KERNEL_PGD_BOUNDARY, swapper_pg_dir + KERNEL_PGD_BOUNDARY, ...);")
		if (!clone_kernel_half(w, c, f->pgd))
			return OP_OOPS;
	}
	world_event(w, c->cpu, EVENT_MM_ALLOC, f->mm, f->pgd, 0);
	RETURN(f->mm);
no_memory:
	CALL(pgd_free, .mm = f->mm);
	RETURN(0);
	END
}

static void insert_vm_struct(struct mm *mm, uint32_t start, uint32_t end, uint32_t flags)
{
	mm->vma[mm->nr_vmas++] = (struct vm_area_struct){ start, end, flags };
}

/* Where an ELF program of those days is loaded; its stack ends where the kernel begins and may grow
 * downwards. */
void exec_mmap(struct world *w, unsigned number)
{
	struct mm *mm = mm_put(w, number);
	uint32_t top = w->kernel.layout.task_size;

	insert_vm_struct(mm, 0x08048000, 0x08050000, VM_READ | VM_EXEC);
	insert_vm_struct(mm, 0x08050000, 0x08150000, VM_READ | VM_WRITE);
	insert_vm_struct(mm, top - 21 * PAGE_SIZE, top, VM_READ | VM_WRITE | VM_GROWSDOWN);
}

/* --- the end ---------------------------------------------------------------------------------- */

bool tlb_remove_page(struct world *w, unsigned mm, uint64_t pfn)
{
	uint32_t n = mm_put(w, mm)->gathered++;

	assert(n < FREE_PTE_NR); /* who fills it empties it */
	*SPARSE_PUT(&w->kernel.gathers, uint32_t, mm * FREE_PTE_NR + n) = (uint32_t)pfn;
	return n + 1 == FREE_PTE_NR;
}

OP(tlb_flush_mmu)
{
	BEGIN
	STEP("tlb_flush(tlb); /* flush_tlb_mm(tlb->mm) */")
	CALL(flush_tlb_mm, .mm = f->mm);
	for (f->i = 0; f->i < mm_get(w, f->mm)->gathered; f->i++) {
		STEP("\tfree_page_and_swap_cache(tlb->pages[i]);")
		CALL(__free_pages, .pfn = *SPARSE_GET(&w->kernel.gathers, uint32_t,
		                                      f->mm * FREE_PTE_NR + f->i));
	}
	mm_put(w, f->mm)->gathered = 0;
	END
}

/* Clears the entries of one page table. */
OP(zap_pte_range)
{
	uint64_t pte;

	BEGIN
	f->pmd = __va(w, pmd_offset(w, mm_get(w, f->mm)->pgd, f->address));
	STEP("pte = pte_offset_map_lock(mm, pmd, addr, &ptl);")
	CALL(pte_offset_map, .pmd = f->pmd, .address = f->address);
	f->ptep = (uint32_t)RESULT;
	SPIN_LOCK(&mm_put(w, f->mm)->page_table_lock, PAGE_TABLE_LOCK);
	for (;;) {
		f->address = next_pte(w, mm_get(w, f->mm)->pgd, f->address, f->end);
		if (f->address == f->end)
			break;
		STEP("\tptent = ptep_get_and_clear_full(mm, addr, pte, tlb->fullmm);")
		f->ptep = pte_index_at(w, f->ptep, f->address);
		if (!entry_load(w, c, f->ptep, &pte) ||
		    !set_pte_at(w, c, f->address, f->ptep, 0))
			return OP_OOPS;
		if (is_zero_pfn(w, pte_pfn(pte)))
			continue;
		mm_put(w, f->mm)->rss--;
		if (tlb_remove_page(w, f->mm, pte_pfn(pte))) {
			STEP("\ttlb_remove_page(tlb, page); /* the gather is full */")
			CALL(tlb_flush_mmu, .mm = f->mm);
		}
	}
	STEP("pte_unmap_unlock(pte - 1, ptl);")
	spin_unlock(w, c->cpu, &mm_put(w, f->mm)->page_table_lock, PAGE_TABLE_LOCK);
	CALL(pte_unmap, .ptep = f->ptep);
	END
}

/* Takes a page table out of its directory. */
static bool free_pte_range(struct world *w, struct context *c, unsigned mm, uint32_t address)
{
	uint32_t pmd = __va(w, pmd_offset(w, mm_get(w, mm)->pgd, address));
	uint64_t entry;

	if (!entry_load(w, c, pmd, &entry) || !entry_store(w, c, pmd, 0))
		return false;
	mm_put(w, mm)->nr_ptes--;
	tlb_remove_page(w, mm, pte_pfn(entry));
	return true;
}

static uint32_t first_table(const struct world *w, unsigned mm, uint32_t address)
{
	return next_table(w, mm_get(w, mm)->pgd, address, w->kernel.layout.task_size);
}

OP(exit_mmap)
{
	BEGIN
	f->end = w->kernel.layout.task_size;
	world_event(w, c->cpu, EVENT_EXIT_MMAP, f->mm, mm_get(w, f->mm)->rss, 0);
	for (f->address = first_table(w, f->mm, 0); f->address < f->end;
	     f->address = first_table(w, f->mm, f->address)) {
		STEP("unmap_vmas(&tlb, vma, 0, -1, &nr_accounted, NULL); /* zap_pte_range() */")
		CALL(zap_pte_range, .mm = f->mm, .address = f->address,
		     .end = pmd_addr_end(w, f->address, f->end));
		f->address = pmd_addr_end(w, f->address, f->end);
	}
	for (f->address = first_table(w, f->mm, 0); f->address < f->end;
	     f->address = first_table(w, f->mm, f->address)) {
		STEP("free_pgtables(&tlb, vma, 0, 0); /* pmd_clear(pmd); pte_free_tlb(tlb, token); */")
		if (!free_pte_range(w, c, f->mm, f->address))
			return OP_OOPS;
		if (mm_get(w, f->mm)->gathered == FREE_PTE_NR)
			CALL(tlb_flush_mmu, .mm = f->mm);
	}
	STEP("tlb_finish_mmu(tlb, 0, end);")
	CALL(tlb_flush_mmu, .mm = f->mm);
	END
}

/* The top table and, under PAE, the user's directories. */
OP(pgd_free)
{
	BEGIN
	for (f->i = 0; f->i < preallocated_pmds(w); f->i++) {
		if (!mm_get(w, f->mm)->pgd ||
		    !entry_peek(w, mm_get(w, f->mm)->pgd + f->i * 8))
			continue;
		STEP("pmd_free(mm, pmd); /* pgd_mop_up_pmds() */")
		CALL(__free_pages,
		     .pfn = pte_pfn(entry_peek(w, mm_get(w, f->mm)->pgd + f->i * 8)));
	}
	if (mm_get(w, f->mm)->pgd) {
		STEP("free_page((unsigned long)pgd);")
		CALL(__free_pages, .pfn = mm_get(w, f->mm)->pgd >> PAGE_SHIFT);
	}
	*mm_put(w, f->mm) = (struct mm){ 0 };
	END
}

OP(mmput)
{
	BEGIN
	STEP("if (!atomic_dec_and_test(&mm->mm_users)) return;")
	if (mm_get(w, f->mm)->mm_users > 1) {
		mm_put(w, f->mm)->mm_users--;
		RETURN(0);
	}
	STEP("exit_mmap(mm);")
	CALL(exit_mmap, .mm = f->mm);
	STEP("mmdrop(mm); /* pgd_free() */")
	CALL(pgd_free, .mm = f->mm);
	END
}
