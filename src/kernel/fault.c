/*
 * Page faults of user addresses: do_page_fault(), and handle_mm_fault() with what it calls.
 *
 *	nothing there yet	do_anonymous_page: a page of zeros (demand-zero)
 *	read-only, and written	do_wp_page: nobody else has the page: it becomes writable
 *				            else a copy of one's own (copy-on-write)
 *	it is as wanted		an old entry in a TLB: flush it and try again
 *	the range forbids it	SIGSEGV
 *
 * The pages come from high memory if they can, so the kernel reaches them only through atomic
 * kmaps: KM_USER0 to clear one, KM_USER0 and KM_USER1 to copy one. Neither may be held while the
 * page table is (KM_PTE0 is a different slot, but the allocation may sleep): the handlers unmap the
 * table, do the work, map the table again, and look whether its entry is still what it was.
 *
 * A first read gets ZERO_PAGE where the generation has it (zero_page.c), else a page as a write does.
 *
 * Left out: files, swap, and the reverse map: a page is
 * nobody else's when page_count says 1.
 */
#include "kernel/fault.h"

#include "kernel/mm.h"
#include "kernel/pgtable.h"
#include "kernel/text.h"
#include "kernel/tlb.h"

FRAME(handle_pte_fault) { uint32_t mm, address, write, ptep; uint64_t entry; };
FRAME(do_anonymous_page) { uint32_t mm, address, write, ptep; uint64_t pfn; };
FRAME(break_cow) { uint32_t mm, address, ptep, unused; uint64_t orig_pte, new_page; };
FRAME(wp_page_enter) { uint32_t mm, address, ptep, unused; uint64_t orig_pte, new_page; };
FRAME(wp_page_copy) { uint32_t mm, address, ptep, done; uint64_t orig_pte, new_page; };
FRAME(do_wp_page) { uint32_t address, ptep; uint64_t mm, orig_pte; };
FRAME(cow_page) { uint64_t from, pfn; };

uint64_t user_pte(const struct world *w, uint64_t pfn, uint32_t vm_flags, bool write)
{
	uint64_t pte = pfn << PAGE_SHIFT | PTE_P | PTE_US | PTE_A;

	if (w->kernel.layout.nx && !(vm_flags & VM_EXEC))
		pte |= PTE_XD;
	if (write && vm_flags & VM_WRITE)
		pte |= PTE_RW | PTE_D;
	return pte;
}

static uint32_t vm_flags(const struct world *w, unsigned mm, uint32_t address)
{
	const struct vm_area_struct *vma = find_vma(mm_get(w, mm), address);

	return vma ? vma->vm_flags : 0;
}

/* --- the page table, mapped and locked -------------------------------------------------------- */

OP(pte_offset_map_lock)
{
	BEGIN
	CALL(pte_alloc_map, .mm = f->mm, .address = f->address);
	f->ptep = (uint32_t)RESULT;
	STEP("spin_lock(ptl);")
	SPIN_LOCK(&mm_put(w, f->mm)->page_table_lock, PAGE_TABLE_LOCK);
	RETURN(f->ptep);
	END
}

OP(pte_unmap_unlock)
{
	BEGIN
	STEP("spin_unlock(ptl); pte_unmap(pte);")
	spin_unlock(w, c->cpu, &mm_put(w, f->mm)->page_table_lock, PAGE_TABLE_LOCK);
	CALL(pte_unmap, .ptep = f->ptep);
	END
}

/* --- the handlers ----------------------------------------------------------------------------- */

/* Whether the allocator knows __GFP_ZERO (2.6.11 and later). */
static bool gfp_zero(const struct world *w)
{
	return w->kernel.profile->gfp[GFP_BIT_ZERO] != 0;
}

/* Called with the page table mapped; gives it back. */
OP(do_anonymous_page)
{
	uint64_t pte;

	BEGIN
	STEP("pte_unmap(page_table);")
	CALL(pte_unmap, .ptep = f->ptep);
	if (!f->write && w->kernel.profile->zero_page != ZERO_PAGE_NONE) {
		STEP("if (!write_access) /* ZERO_PAGE will do */")
		CALL(map_zero_page, .mm = f->mm, .address = f->address);
		RETURN(0);
	}
	STEP("page = alloc_zeroed_user_highpage_movable(vma, address);")
	CALL(__alloc_pages, .gfp = GFP_HIGHUSER_MOVABLE | (gfp_zero(w) ? GFP_ZERO : 0));
	f->pfn = RESULT;
	if (!f->pfn)
		RETURN(VM_FAULT_OOM);
	pfn_to_page_mut(w, f->pfn)->use = PAGE_ANON;
	if (!gfp_zero(w)) {
		STEP("clear_user_highpage(page, address);")
		CALL(clear_user_highpage, .pfn = (uint32_t)f->pfn);
	}
	STEP("page_table = pte_offset_map_lock(mm, pmd, address, &ptl);")
	CALL(pte_offset_map_lock, .mm = f->mm, .address = f->address);
	f->ptep = (uint32_t)RESULT;
	STEP("if (!pte_none(*page_table)) goto release;")
	if (!entry_load(w, c, f->ptep, &pte))
		return OP_OOPS;
	if (!pte) {
		STEP("set_pte_at(mm, address, page_table, entry); inc_mm_counter(mm, anon_rss);")
		pte = user_pte(w, f->pfn, vm_flags(w, f->mm, f->address), true);
		if (!set_pte_at(w, c, f->address, f->ptep, pte))
			return OP_OOPS;
		mm_put(w, f->mm)->rss++;
		world_event(w, c->cpu, EVENT_ZERO_PAGE, f->address, f->pfn, f->mm);
		f->pfn = 0;
	}
	CALL(pte_unmap_unlock, .mm = f->mm, .ptep = f->ptep);
	if (f->pfn) {
		STEP("release: page_cache_release(page); /* another was faster */")
		CALL(__free_pages, .pfn = f->pfn);
	}
	END
}

/* Whether nobody but this page table has the page (can_share_swap_page). */
static bool exclusive(const struct world *w, uint64_t pte)
{
	return !is_zero_pfn(w, pte_pfn(pte)) && pfn_to_page(w, pte_pfn(pte))->refs == 1;
}

/* The entry of the copy, put in the old one's place. */
static bool replace_pte(struct world *w, struct context *c, const struct break_cow_frame *f)
{
	uint32_t flags = vm_flags(w, f->mm, f->address);

	world_event(w, c->cpu, EVENT_COW, f->address, pte_pfn(f->orig_pte), f->new_page);
	return set_pte_at(w, c, f->address, f->ptep, user_pte(w, f->new_page, flags, true));
}

/* 2.4: set first, then flushed. In between other CPUs may read the old page, and nobody can
 * write. */
OP(break_cow)
{
	BEGIN
	STEP("break_cow: set_pte(page_table, entry);")
	if (!replace_pte(w, c, f))
		return OP_OOPS;
	STEP("flush_tlb_page(vma, address);")
	CALL(flush_tlb_page, .mm = f->mm, .va = f->address);
	END
}

/* RHEL3 and 2.6: nobody has the old page any more when the new one is entered. */
OP(wp_page_enter)
{
	const struct break_cow_frame same = { f->mm, f->address, f->ptep, 0, f->orig_pte,
		                              f->new_page };

	BEGIN
	STEP("ptep_clear_flush(vma, address, page_table);")
	if (!set_pte_at(w, c, f->address, f->ptep, 0))
		return OP_OOPS;
	CALL(flush_tlb_page, .mm = f->mm, .va = f->address);
	STEP("set_pte_at(mm, address, page_table, entry);")
	if (!replace_pte(w, c, &same))
		return OP_OOPS;
	END
}

/* A new page with what is in the old one; the result is its frame, or 0. */
OP(cow_page)
{
	BEGIN
	if (is_zero_pfn(w, f->from)) {
		STEP("if (is_zero_pfn(pte_pfn(orig_pte))) new_page = alloc_zeroed_user_highpage_movable();")
	} else {
		STEP("new_page = alloc_page_vma(GFP_HIGHUSER_MOVABLE, vma, address);")
	}
	CALL(__alloc_pages, .gfp = GFP_HIGHUSER_MOVABLE |
	                           (is_zero_pfn(w, f->from) && gfp_zero(w) ? GFP_ZERO : 0));
	f->pfn = RESULT;
	if (!f->pfn)
		RETURN(0);
	pfn_to_page_mut(w, f->pfn)->use = PAGE_ANON;
	if (!is_zero_pfn(w, f->from)) {
		STEP("cow_user_page(new_page, old_page, address, vma); /* copy_user_highpage() */")
		CALL(copy_highpage, .to = (uint32_t)f->pfn, .from = (uint32_t)f->from);
	} else if (!gfp_zero(w)) {
		STEP("if (from == ZERO_PAGE(address)) clear_user_highpage(to, address);")
		CALL(clear_user_highpage, .pfn = (uint32_t)f->pfn);
	}
	RETURN(f->pfn);
	END
}

/* The second half of do_wp_page(), "gotten:". Holds a reference to the old page meanwhile, unless
 * that is ZERO_PAGE, which nobody counts. */
OP(wp_page_copy)
{
	uint64_t pte;

	BEGIN
	CALL(cow_page, .from = pte_pfn(f->orig_pte));
	f->new_page = RESULT;
	if (!f->new_page) {
		STEP("oom: page_cache_release(old_page);")
		if (!is_zero_pfn(w, pte_pfn(f->orig_pte)))
			CALL(__free_pages, .pfn = pte_pfn(f->orig_pte));
		RETURN(VM_FAULT_OOM);
	}
	STEP("page_table = pte_offset_map_lock(mm, pmd, address, &ptl);")
	CALL(pte_offset_map_lock, .mm = f->mm, .address = f->address);
	f->ptep = (uint32_t)RESULT;
	STEP("if (likely(pte_same(*page_table, orig_pte)))")
	if (!entry_load(w, c, f->ptep, &pte))
		return OP_OOPS;
	f->done = pte == f->orig_pte;
	if (f->done)
		CALL_THROUGH(w->kernel.profile->cow_sets_first ? &break_cow_op : &wp_page_enter_op,
		             break_cow, .mm = f->mm, .address = f->address, .ptep = f->ptep,
		             .orig_pte = f->orig_pte, .new_page = f->new_page);
	CALL(pte_unmap_unlock, .mm = f->mm, .ptep = f->ptep);
	if (is_zero_pfn(w, pte_pfn(f->orig_pte))) {
		if (f->done)
			mm_put(w, f->mm)->rss++;
		else
			CALL(__free_pages, .pfn = f->new_page);
		RETURN(0);
	}
	STEP("page_cache_release(old_page); /* the handler's own reference */")
	CALL(__free_pages, .pfn = pte_pfn(f->orig_pte));
	STEP("page_cache_release(new_page or old_page); /* the one that is not mapped here */")
	CALL(__free_pages, .pfn = f->done ? pte_pfn(f->orig_pte) : f->new_page);
	END
}

/* Called with the page table mapped and locked; gives it back. */
OP(do_wp_page)
{
	BEGIN
	if (exclusive(w, f->orig_pte) || w->kernel.broken.no_cow) {
		STEP("if (reuse) { entry = maybe_mkwrite(pte_mkdirty(entry), vma); set_pte(...); }")
		if (!set_pte_at(w, c, f->address, f->ptep, f->orig_pte | PTE_RW | PTE_D | PTE_A))
			return OP_OOPS;
		world_event(w, c->cpu, EVENT_COW_REUSE, f->address, pte_pfn(f->orig_pte), f->mm);
		CALL(flush_tlb_page, .mm = f->mm, .va = f->address);
		CALL(pte_unmap_unlock, .mm = f->mm, .ptep = f->ptep);
		RETURN(0);
	}
	STEP("page_cache_get(old_page); /* but for ZERO_PAGE */")
	if (!is_zero_pfn(w, pte_pfn(f->orig_pte)))
		pfn_to_page_mut(w, pte_pfn(f->orig_pte))->refs++;
	CALL(pte_unmap_unlock, .mm = f->mm, .ptep = f->ptep);
	CALL(wp_page_copy, .mm = f->mm, .address = f->address, .orig_pte = f->orig_pte);
	RETURN(RESULT);
	END
}

OP(handle_pte_fault)
{
	uint64_t pte;

	BEGIN
	STEP("entry = *pte;")
	if (!entry_load(w, c, f->ptep, &f->entry))
		return OP_OOPS;
	if (!f->entry) {
		STEP("if (pte_none(entry)) return do_anonymous_page(mm, vma, address, pte, pmd, ...);")
		CALL(do_anonymous_page, .mm = f->mm, .address = f->address, .write = f->write,
		     .ptep = f->ptep);
		RETURN(RESULT);
	}
	STEP("spin_lock(ptl);")
	SPIN_LOCK(&mm_put(w, f->mm)->page_table_lock, PAGE_TABLE_LOCK);
	STEP("if (unlikely(!pte_same(*pte, entry))) goto unlock;")
	if (!entry_load(w, c, f->ptep, &pte))
		return OP_OOPS;
	if (pte == f->entry && f->write && !(pte & PTE_RW)) {
		STEP("if (write_access && !pte_write(entry)) return do_wp_page(...);")
		CALL(do_wp_page, .mm = f->mm, .address = f->address, .ptep = f->ptep,
		     .orig_pte = f->entry);
		RETURN(RESULT);
	}
	if (pte == f->entry && f->write) {
		STEP("flush_tlb_page(vma, address); /* a spurious fault: the TLB was behind */")
		CALL(flush_tlb_page, .mm = f->mm, .va = f->address);
	}
	CALL(pte_unmap_unlock, .mm = f->mm, .ptep = f->ptep);
	END
}

OP(handle_mm_fault)
{
	BEGIN
	STEP("pte = pte_alloc_map(mm, pmd, address);")
	CALL(pte_alloc_map, .mm = f->mm, .address = f->address);
	f->ptep = (uint32_t)RESULT;
	if (!f->ptep)
		RETURN(VM_FAULT_OOM);
	CALL(handle_pte_fault, .mm = f->mm, .address = f->address, .write = f->write,
	     .ptep = f->ptep);
	RETURN(RESULT);
	END
}

/* --- do_page_fault() -------------------------------------------------------------------------- */

#define RLIMIT_STACK (8u << 20)

/* The rights of the range that holds the address, which for a stack may grow to it (expand_stack);
 * 0: there is none. */
static uint32_t find_extend_vma(struct world *w, unsigned mm, uint32_t address)
{
	const struct vm_area_struct *vma = find_vma(mm_get(w, mm), address);
	unsigned i;

	if (!vma)
		return 0;
	if (address >= vma->vm_start)
		return vma->vm_flags;
	if (!(vma->vm_flags & VM_GROWSDOWN) || vma->vm_end - address > RLIMIT_STACK)
		return 0;
	i = (unsigned)(vma - mm_get(w, mm)->vma);
	mm_put(w, mm)->vma[i].vm_start = address & ~(PAGE_SIZE - 1);
	return mm_get(w, mm)->vma[i].vm_flags;
}

/* Whether the range allows what the access wanted. */
static bool access_ok(uint32_t error_code, uint32_t flags)
{
	if (error_code & PF_W)
		return flags & VM_WRITE;
	if (error_code & PF_P)
		return false; /* a read of what is there: not for user mode */
	if (error_code & PF_I)
		return flags & VM_EXEC;
	return flags & (VM_READ | VM_EXEC | VM_WRITE);
}

bool fault_allowed(struct world *w, unsigned mm, uint32_t address, bool write)
{
	uint32_t flags = address < w->kernel.layout.task_size ? find_extend_vma(w, mm, address) : 0;

	return access_ok(write ? PF_W : 0, flags);
}

/* force_sig(): the task ends instead of returning to user mode. */
static void force_sig(struct world *w, unsigned cpu, uint32_t address, uint32_t error_code)
{
	struct task *task = cpu_current_put(w, cpu);

	task->shell = false;
	printk(w, "%s[%d]: segfault at %08x error %x", task->comm, task->pid, address, error_code);
	world_event(w, cpu, EVENT_SIGSEGV, address, error_code, w->kernel.cpu[cpu].current);
}

static void out_of_memory(struct world *w, unsigned cpu)
{
	const char *text = profile_text(w->kernel.profile, "vm_killing");
	struct task *task = cpu_current_put(w, cpu);
	char line[DMESG_LINE];

	task->shell = false;
	if (text)
		text_fill(line, sizeof(line), text,
		          (struct hole[]){ HOLE_WORD("comm", task->comm), HOLES_END });
	if (text)
		printk(w, "%s", line);
	world_event(w, cpu, EVENT_SIGKILL, w->kernel.cpu[cpu].current, 0, 0);
}

OP(do_page_fault)
{
	BEGIN
	STEP("address = read_cr2();")
	f->mm = cpu_current(w, c->cpu)->mm;
	fr->cause = world_event(w, c->cpu, EVENT_PAGE_FAULT, f->address, f->error_code, f->mm);
	w->machine.log.cause = fr->cause;
	STEP("if (in_atomic() || !mm) goto bad_area_nosemaphore;")
	if (preempt_count(w, c->cpu) || cpu_current(w, c->cpu)->pagefault_disabled || !f->mm)
		goto bad_area;
	STEP("vma = find_vma(mm, address);")
	f->flags = f->address < w->kernel.layout.task_size ?
		find_extend_vma(w, f->mm, f->address) : 0;
	if (!f->flags)
		goto bad_area;
	STEP("good_area: if (write && !(vma->vm_flags & VM_WRITE)) goto bad_area;")
	if (!access_ok(f->error_code, f->flags))
		goto bad_area;
	STEP("fault = handle_mm_fault(mm, vma, address, write);")
	CALL(handle_mm_fault, .mm = f->mm, .address = f->address & ~(PAGE_SIZE - 1),
	     .write = (f->error_code & PF_W) != 0);
	if (RESULT == VM_FAULT_OOM) {
		STEP("out_of_memory: do_group_exit(SIGKILL);")
		if (!cpu_current(w, c->cpu)->memdie)
			out_of_memory(w, c->cpu);
		RETURN(PF_SIGNAL);
	}
	world_event(w, c->cpu, EVENT_PAGE_FAULT_DONE, f->address, 0, 0);
	if (f->error_code & PF_U && cpu_current(w, c->cpu)->memdie) {
		STEP("do_notify_resume: do_signal(regs); /* SIGKILL */")
		RETURN(PF_SIGNAL);
	}
	RETURN(PF_RETRY);
bad_area:
	if (!(f->error_code & PF_U)) {
		STEP("no_context: if (fixup_exception(regs)) return;")
		RETURN(PF_FIXUP);
	}
	STEP("bad_area: force_sig_info_fault(SIGSEGV, si_code, address, tsk);")
	force_sig(w, c->cpu, f->address, f->error_code);
	RETURN(PF_SIGNAL);
	END
}
