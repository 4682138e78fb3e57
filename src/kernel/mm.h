/*
 * Address spaces: struct mm_struct of include/linux/sched.h, kernel/fork.c, mm/mmap.c.
 *
 * An address space is a top table of its own (its kernel half is the kernel's) and a list of the
 * ranges that user code may touch; pages appear behind them when they are touched (fault.h). A
 * kernel thread has none, and runs on the tables of whoever ran before it: lazy TLB, see tlb.h.
 *
 * All ranges are private and anonymous: a program's text and data come from nowhere and read as
 * zeros. Left out: files, shared mappings, swap, mm_count (an address space that ends is left by
 * all CPUs before its top table is freed, so nobody needs to hold it), and mmap_sem: ranges change
 * at fork and at exit only, and PTEs are guarded by page_table_lock.
 */
#ifndef KMAPLAB_KERNEL_MM_H
#define KMAPLAB_KERNEL_MM_H

#include "kernel/spinlock.h"
#include "kernel/step.h"

#define VM_READ 0x1u
#define VM_WRITE 0x2u
#define VM_EXEC 0x4u
#define VM_GROWSDOWN 0x100u

/** A range of user addresses with the same rights; end exclusive. */
struct vm_area_struct {
	uint32_t vm_start, vm_end, vm_flags;
};

#define MM_VMAS 4

struct mm {
	uint64_t pgd;         /* physical address of the top table */
	uint32_t mm_users;    /* tasks; 0 = the entry is free */
	uint32_t cpu_vm_mask; /* CPUs that may have entries of it in their TLB */
	uint32_t rss;         /* pages */
	uint32_t nr_ptes;     /* page tables */
	uint32_t gathered;    /* pages that wait for a flush before they are freed */
	uint32_t nr_vmas;
	struct vm_area_struct vma[MM_VMAS];
	struct spinlock page_table_lock;
};

/** Address spaces by number, 1 to kernel.nr_mms; 0 is the kernel's own (init_mm). */
const struct mm *mm_get(const struct world *w, unsigned number);
struct mm *mm_put(struct world *w, unsigned number); /* for writing */
#define MAX_MMS 1024

/** The vma that holds an address or is the first above it; NULL: none. (find_vma) */
const struct vm_area_struct *find_vma(const struct mm *mm, uint32_t address);

/** A new, empty address space; the result is its number, or 0 without memory. */
FRAME(mm_alloc) { uint32_t mm, i; uint64_t pgd; };
DECLARE_OP(mm_alloc);

/** The address space of a program that begins: text, data, stack. (No file is read.) */
void exec_mmap(struct world *w, unsigned mm);

/** Drops a user of an address space, and with the last one all that it has. */
FRAME(mmput) { uint32_t mm; };
DECLARE_OP(mmput);

/** Pages that are freed together after one flush (struct mmu_gather). */
#define FREE_PTE_NR 506

/** Notes a page to be freed after the flush (tlb_remove_page). True when the gather is full. */
bool tlb_remove_page(struct world *w, unsigned mm, uint64_t pfn);

/** Flushes the TLBs and frees what was gathered. */
FRAME(tlb_flush_mmu) { uint32_t mm, i; };
DECLARE_OP(tlb_flush_mmu);

#endif
