/*
 * ZERO_PAGE: one page of zeros for everybody who only reads; mm/memory.c, do_anonymous_page().
 *
 * Memory that was never written reads as zeros. 2.4 maps one page, empty_zero_page, read-only behind
 * every such address, and gives a page of its own to who writes: a copy-on-write whose source is
 * known, so the new page is cleared and not copied. 2.6.24 took this out, because all the processes
 * of a large machine counted references on one struct page; 2.6.32 brought it back without them: its
 * entries are marked special, which says that there is no struct page to look after. In between, and
 * so in 2.6.27, a first read gets a cleared page as a first write does.
 *
 * empty_zero_page lies in the kernel's image, behind what is freed after boot. It is never counted,
 * neither as a reference nor in the rss, in no generation here: 2.4 skips reserved pages.
 *
 * Left out: the zero page of a huge page, and MIPS' many of them.
 */
#include "kernel/fault.h"

#include "kernel/mm.h"
#include "kernel/pgtable.h"

/* _PAGE_SPECIAL: bit 9, one of those that the processor leaves to the system. */
#define PTE_SPECIAL 0x200ull

uint64_t zero_pfn(const struct world *w)
{
	const struct kernel_image *image = &w->kernel.profile->image;
	uint64_t parts = (uint64_t)image->code + image->data + image->rodata + image->init;
	uint64_t pfn = (image->start + parts * 1024 + PAGE_SIZE - 1) >> PAGE_SHIFT;
	uint64_t last = (image->end >> PAGE_SHIFT) - 1;

	return pfn < last ? pfn : last;
}

bool is_zero_pfn(const struct world *w, uint64_t pfn)
{
	return w->kernel.profile->zero_page != ZERO_PAGE_NONE && pfn == zero_pfn(w);
}

static uint64_t zero_pte(const struct world *w, uint32_t flags)
{
	return user_pte(w, zero_pfn(w), flags, false) |
	       (w->kernel.profile->zero_page == ZERO_PAGE_SPECIAL ? PTE_SPECIAL : 0);
}

OP(map_zero_page)
{
	const struct vm_area_struct *vma;
	uint64_t pte;

	BEGIN
	STEP("entry = pte_mkspecial(pfn_pte(my_zero_pfn(address), vma->vm_page_prot));")
	STEP("page_table = pte_offset_map_lock(mm, pmd, address, &ptl);")
	CALL(pte_offset_map_lock, .mm = f->mm, .address = f->address);
	f->ptep = (uint32_t)RESULT;
	STEP("if (!pte_none(*page_table)) goto unlock; set_pte_at(mm, address, page_table, entry);")
	if (!entry_load(w, c, f->ptep, &pte))
		return OP_OOPS;
	vma = find_vma(mm_get(w, f->mm), f->address);
	if (!pte && vma) {
		if (!set_pte_at(w, c, f->address, f->ptep, zero_pte(w, vma->vm_flags)))
			return OP_OOPS;
		world_event(w, c->cpu, EVENT_ZERO_PAGE_SHARED, f->address, zero_pfn(w), f->mm);
	}
	CALL(pte_unmap_unlock, .mm = f->mm, .ptep = f->ptep);
	END
}
