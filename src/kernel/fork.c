/*
 * fork and exit: do_fork(), dup_mm() of kernel/fork.c, copy_page_range() of mm/memory.c, do_exit()
 * of kernel/exit.c.
 *
 * fork() copies page tables, not pages: every entry of a private range becomes read-only in the
 * parent as well as in the child, both point to one frame, and the frame counts one user more.
 * Who writes first faults, and gets a copy (do_wp_page). The parent's TLB still has writable
 * entries, so it is flushed at the end.
 *
 * With HIGHPTE two page tables are mapped at once, the child's in KM_PTE0 and the parent's in
 * KM_PTE1; they are unmapped in the reverse order, which the stack of later kernels wants.
 *
 * Left out: kernel stacks in simulated memory, parents that wait for children, signals.
 */
#include "kernel/fork.h"

#include "kernel/fault.h"
#include "kernel/mm.h"
#include "kernel/pgtable.h"
#include "kernel/tlb.h"

FRAME(dup_mm) { uint32_t oldmm, mm, failed; };
FRAME(copy_page_range) { uint32_t dst, src, address, end; };
FRAME(copy_pte_range) { uint32_t dst, src, address, end, dst_pte, src_pte; };

/* One entry: read-only on both sides from now on, one user more. */
static bool copy_one_pte(struct world *w, struct context *c, struct copy_pte_range_frame *f)
{
	uint64_t pte;

	f->dst_pte = pte_index_at(w, f->dst_pte, f->address);
	f->src_pte = pte_index_at(w, f->src_pte, f->address);
	if (!entry_load(w, c, f->src_pte, &pte))
		return false;
	if (pte & PTE_RW) {
		pte &= ~PTE_RW;
		if (!set_pte_at(w, c, f->address, f->src_pte, pte))
			return false;
	}
	if (!is_zero_pfn(w, pte_pfn(pte))) {
		pfn_to_page_mut(w, pte_pfn(pte))->refs++;
		mm_put(w, f->dst)->rss++;
	}
	return set_pte_at(w, c, f->address, f->dst_pte, pte & ~PTE_A);
}

/* One page table. The result is 0 when there was no memory for the child's. */
OP(copy_pte_range)
{
	BEGIN
	STEP("dst_pte = pte_alloc_map_lock(dst_mm, dst_pmd, addr, &dst_ptl);")
	CALL(pte_alloc_map, .mm = f->dst, .address = f->address);
	f->dst_pte = (uint32_t)RESULT;
	if (!f->dst_pte)
		RETURN(0);
	SPIN_LOCK(&mm_put(w, f->dst)->page_table_lock, PAGE_TABLE_LOCK);
	STEP("src_pte = pte_offset_map_nested(src_pmd, addr);")
	CALL(pte_offset_map, .pmd = __va(w, pmd_offset(w, mm_get(w, f->src)->pgd, f->address)),
	     .address = f->address, .nested = true);
	f->src_pte = (uint32_t)RESULT;
	STEP("spin_lock_nested(src_ptl, SINGLE_DEPTH_NESTING);")
	SPIN_LOCK(&mm_put(w, f->src)->page_table_lock, PAGE_TABLE_LOCK);
	for (;;) {
		f->address = next_pte(w, mm_get(w, f->src)->pgd, f->address, f->end);
		if (f->address == f->end)
			break;
		STEP("\tcopy_one_pte(dst_mm, src_mm, dst_pte, src_pte, vma, addr, rss);")
		if (!copy_one_pte(w, c, f))
			return OP_OOPS;
		f->address += PAGE_SIZE;
	}
	STEP("spin_unlock(src_ptl); pte_unmap_nested(src_pte - 1);")
	spin_unlock(w, c->cpu, &mm_put(w, f->src)->page_table_lock, PAGE_TABLE_LOCK);
	CALL(pte_unmap, .ptep = f->src_pte, .nested = true);
	STEP("pte_unmap_unlock(dst_pte - 1, dst_ptl);")
	spin_unlock(w, c->cpu, &mm_put(w, f->dst)->page_table_lock, PAGE_TABLE_LOCK);
	CALL(pte_unmap, .ptep = f->dst_pte);
	RETURN(1);
	END
}

static uint32_t next_source_table(const struct world *w, unsigned mm, uint32_t address)
{
	return next_table(w, mm_get(w, mm)->pgd, address, w->kernel.layout.task_size);
}

/* The result is 0 when there was not enough memory. */
OP(copy_page_range)
{
	BEGIN
	f->end = w->kernel.layout.task_size;
	for (f->address = next_source_table(w, f->src, 0); f->address < f->end;
	     f->address = next_source_table(w, f->src, f->address)) {
		CALL(copy_pte_range, .dst = f->dst, .src = f->src, .address = f->address,
		     .end = pmd_addr_end(w, f->address, f->end));
		if (!RESULT)
			RETURN(0);
		f->address = pmd_addr_end(w, f->address, f->end);
	}
	RETURN(1);
	END
}

static void copy_vmas(struct world *w, unsigned to, unsigned from)
{
	const struct mm old = *mm_get(w, from);
	struct mm *mm = mm_put(w, to);

	mm->nr_vmas = old.nr_vmas;
	for (unsigned i = 0; i < old.nr_vmas; i++)
		mm->vma[i] = old.vma[i];
}

OP(dup_mm)
{
	BEGIN
	CALL(mm_alloc, 0);
	f->mm = (uint32_t)RESULT;
	if (!f->mm)
		RETURN(0);
	STEP("dup_mmap(mm, oldmm): for (mpnt = oldmm->mmap; mpnt; mpnt = mpnt->vm_next) *tmp = *mpnt;")
	copy_vmas(w, f->mm, f->oldmm);
	STEP("\tretval = copy_page_range(mm, oldmm, mpnt);")
	CALL(copy_page_range, .dst = f->mm, .src = f->oldmm);
	f->failed = !RESULT;
	STEP("flush_tlb_mm(oldmm);")
	CALL(flush_tlb_mm, .mm = f->oldmm);
	if (f->failed) {
		STEP("free_pt: mmput(mm);")
		CALL(mmput, .mm = f->mm);
		RETURN(0);
	}
	RETURN(f->mm);
	END
}

/* copy_process() without what a simulated task does not have. */
static unsigned new_process(struct world *w, unsigned cpu, const struct do_fork_frame *f)
{
	unsigned child = task_new(w, f->cpu, f->comm);

	if (!child)
		return 0;
	task_put(w, child)->mm = (uint16_t)f->mm;
	task_put(w, child)->shell = true;
	world_event(w, cpu, EVENT_FORK, w->kernel.cpu[cpu].current, child, f->mm);
	return child;
}

/* 6.1: a child does not inherit mappings, and fork says so when there are any. */
static void kmap_local_fork(struct world *w, unsigned cpu)
{
	if (!cpu_current(w, cpu)->kmap_ctrl.idx)
		return;
	printk(w, "WARNING: at kernel/fork.c kmap_local_fork()");
	w->kernel.stats.warnings++;
	world_event(w, cpu, EVENT_WARN, w->kernel.dmesg.n - 1, 0, 0);
}

OP(do_fork)
{
	uint64_t child;

	BEGIN
	STEP("p = dup_task_struct(current);")
	if (!task_free_number(w))
		RETURN(0);
	kmap_local_fork(w, c->cpu);
	f->oldmm = cpu_current(w, c->cpu)->mm;
	if (f->oldmm && f->clone_flags & CLONE_VM) {
		STEP("if (clone_flags & CLONE_VM) atomic_inc(&oldmm->mm_users);")
		mm_put(w, f->oldmm)->mm_users++;
		f->mm = f->oldmm;
	} else if (f->oldmm) {
		STEP("mm = dup_mm(tsk);")
		CALL(dup_mm, .oldmm = f->oldmm);
		f->mm = (uint32_t)RESULT;
	} else {
		STEP("/* a kernel thread's child becomes a program: do_execve() */")
		CALL(mm_alloc, 0);
		f->mm = (uint32_t)RESULT;
		if (f->mm)
			exec_mmap(w, f->mm);
	}
	if (!f->mm)
		RETURN(0);
	STEP("wake_up_new_task(p, clone_flags);")
	child = new_process(w, c->cpu, f);
	if (child)
		RETURN(child);
	CALL(mmput, .mm = f->mm); /* somebody else took the last number */
	RETURN(0);
	END
}

OP(do_exit)
{
	BEGIN
	STEP("exit_signals(tsk);")
	cpu_current_put(w, c->cpu)->shell = false;
	f->mm = cpu_current(w, c->cpu)->mm;
	if (f->mm) {
		STEP("exit_mm(tsk): tsk->mm = NULL; enter_lazy_tlb(mm, current);")
		cpu_current_put(w, c->cpu)->mm = 0;
		w->kernel.cpu[c->cpu].lazy_tlb = true;
		CALL(mmput, .mm = f->mm);
	}
	STEP("tsk->state = TASK_DEAD; schedule();")
	RETURN(f->result);
	END
}
