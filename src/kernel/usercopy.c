/*
 * Copies to and from user memory, the slow way; see usercopy.h.
 *
 * Under 4G/4G a user address means nothing in the kernel's page tables. So the kernel does what the
 * processor would do: it walks the process' page tables, entry by entry, under their lock, and maps the
 * frame that it finds through the atomic slot KM_USER_COPY, page by page. A page that is not there is
 * brought in by the very function that a fault would end in, handle_mm_fault(); but no fault happens,
 * and nothing is said to the processor. With page tables in high memory each page copied therefore costs
 * two atomic kmaps, where other kernels make an ordinary access.
 *
 * Left out: strings (str_vm()) and the marks that the page was accessed.
 */
#include "kernel/usercopy.h"

#include "kernel/atomic.h"
#include "kernel/fault.h"
#include "kernel/mm.h"
#include "kernel/pgtable.h"

FRAME(fault_in_page) { uint32_t mm, address, write, ok; };

OP(follow_page)
{
	uint64_t pte;

	BEGIN
	STEP("pgd = pgd_offset(mm, address); pmd = pmd_offset(pgd, address);")
	if (!entry_load(w, c, __va(w, pmd_offset(w, mm_get(w, f->mm)->pgd, f->address)), &pte))
		return OP_OOPS;
	if (!(pte & PTE_P))
		RETURN(0);
	STEP("ptep = pte_offset_map(pmd, address);")
	CALL(pte_offset_map, .pmd = __va(w, pmd_offset(w, mm_get(w, f->mm)->pgd, f->address)),
	     .address = f->address);
	f->ptep = (uint32_t)RESULT;
	STEP("pte = *ptep; if (pte_present(pte) && (!write || pte_write(pte))) page = pte_page(pte);")
	if (!entry_load(w, c, f->ptep, &pte))
		return OP_OOPS;
	if (pte & PTE_P && pte & PTE_US && (!f->write || pte & PTE_RW))
		f->pfn = pte_pfn(pte);
	if (f->pfn && f->write && !(pte & PTE_D)) {
		STEP("ptep_mkdirty(ptep);")
		if (!entry_load(w, c, f->ptep, &pte) || !entry_store(w, c, f->ptep, pte | PTE_D))
			return OP_OOPS;
	}
	STEP("pte_unmap(ptep);")
	CALL(pte_unmap, .ptep = f->ptep);
	RETURN(f->pfn);
	END
}

/* Makes a page present, as get_user_pages() does. The result is 0 when nobody may have one there. */
OP(fault_in_page)
{
	BEGIN
	STEP("spin_unlock(&mm->page_table_lock);")
	spin_unlock(w, c->cpu, &mm_put(w, f->mm)->page_table_lock, PAGE_TABLE_LOCK);
	STEP("ret = get_user_pages(current, mm, addr, 1, write, 0, &page, NULL);")
	f->ok = fault_allowed(w, f->mm, f->address, f->write);
	if (f->ok) {
		CALL(handle_mm_fault, .mm = f->mm, .address = f->address & ~(PAGE_SIZE - 1),
		     .write = f->write);
		f->ok = RESULT != VM_FAULT_OOM;
	}
	STEP("spin_lock(&mm->page_table_lock);")
	SPIN_LOCK(&mm_put(w, f->mm)->page_table_lock, PAGE_TABLE_LOCK);
	RETURN(f->ok);
	END
}

/* Bytes up to the end of the user's page. */
static uint32_t piece(const struct rw_vm_frame *f)
{
	uint32_t rest = PAGE_SIZE - (f->user + f->done) % PAGE_SIZE;

	return f->n - f->done < rest ? f->n - f->done : rest;
}

/* The copy of one piece through the mapping at f->maddr. */
static bool copy_piece(struct world *w, unsigned cpu, const struct rw_vm_frame *f)
{
	uint32_t at = f->maddr + (f->user + f->done) % PAGE_SIZE, n = piece(f);
	uint32_t kernel = f->kernel ? f->kernel + f->done : at;
	unsigned char bytes[PAGE_SIZE];
	struct access_result r;

	r = machine_read(&w->machine, cpu, f->write ? kernel : at, bytes, n, false, NULL);
	if (!r.fault && (f->kernel || f->write))
		r = machine_write(&w->machine, cpu, f->write ? at : kernel, bytes, n, false, NULL);
	if (!r.fault && f->kernel)
		w->kernel.stats.bytes_copied += n;
	return !r.fault;
}

static int32_t km_user_copy(const struct world *w)
{
	int slot = profile_slot(w->kernel.profile, "USER_COPY");

	return slot < 0 ? slot : (int32_t)km_type(w, slot);
}

OP(rw_vm)
{
	BEGIN
	f->mm = cpu_current(w, c->cpu)->mm;
	if (!f->mm) /* a kernel thread: init_mm has nothing that user mode may touch */
		RETURN(f->n);
	STEP("spin_lock(&mm->page_table_lock);")
	SPIN_LOCK(&mm_put(w, f->mm)->page_table_lock, PAGE_TABLE_LOCK);
	while (f->done < f->n) {
		STEP("\tpage = follow_page(mm, addr, write);")
		CALL(follow_page, .mm = f->mm, .address = f->user + f->done, .write = f->write);
		f->pfn = (uint32_t)RESULT;
		if (!f->pfn) {
			STEP("\tif (unlikely(!page)) page = fault_in_page(mm, addr, write);")
			CALL(fault_in_page, .mm = f->mm, .address = f->user + f->done,
			     .write = f->write);
			if (!RESULT)
				break;
			continue;
		}
		STEP("\tmaddr = kmap_atomic(page, KM_USER_COPY);")
		CALL(kmap_atomic, .pfn = f->pfn, .slot = km_user_copy(w));
		f->maddr = (uint32_t)RESULT;
		if (f->write) {
			STEP("\tmemcpy(maddr + offset, buf, bytes);")
		} else {
			STEP("\tmemcpy(buf, maddr + offset, bytes);")
		}
		OOPS_ON(!copy_piece(w, c->cpu, f), UNABLE_TO_HANDLE);
		STEP("\tkunmap_atomic(maddr, KM_USER_COPY);")
		CALL(kunmap_atomic, .vaddr = f->maddr, .slot = km_user_copy(w));
		f->done += piece(f);
	}
	STEP("spin_unlock(&mm->page_table_lock);")
	spin_unlock(w, c->cpu, &mm_put(w, f->mm)->page_table_lock, PAGE_TABLE_LOCK);
	RETURN(f->n - f->done);
	END
}
