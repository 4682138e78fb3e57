/*
 * Switching address spaces, and flushing their TLB entries on the CPUs that have some:
 * include/asm-x86/mmu_context_32.h, arch/x86/kernel/tlb_32.c (6.1: arch/x86/mm/tlb.c).
 */
#ifndef KMAPLAB_KERNEL_TLB_H
#define KMAPLAB_KERNEL_TLB_H

#include "kernel/spinlock.h"
#include "kernel/step.h"

/** The vector of flush_tlb_others()'s IPI. */
#define INVALIDATE_TLB_VECTOR 0xfd

#define TLB_FLUSH_ALL UINT32_MAX

/** The flush that other CPUs were asked for; tlbstate_lock guards it. */
struct tlb_flush {
	uint32_t flush_cpumask; /* who has not answered yet */
	uint32_t flush_va;      /* a page, or TLB_FLUSH_ALL */
	uint16_t flush_mm;
	uint64_t cycle;         /* clock of the last CPU that answered */
	struct spinlock lock;
};

/** The part of context_switch() that changes the address space: a task with one gets it loaded
 * into CR3 (unless it is there already), a kernel thread keeps whatever is there. */
void switch_mm(struct world *w, unsigned cpu, unsigned mm);

/** The CPU stops using the address space it has only borrowed: CR3 becomes the kernel's. */
void leave_mm(struct world *w, unsigned cpu);

/** flush_tlb_page(vma, va): drops one page of an address space, on all CPUs that use it. */
FRAME(flush_tlb_page) { uint32_t mm, va, mask; };
DECLARE_OP(flush_tlb_page);
/** flush_tlb_mm(mm): drops all of an address space's pages. */
FRAME(flush_tlb_mm) { uint32_t mm, mask; };
DECLARE_OP(flush_tlb_mm);

/** The handler of INVALIDATE_TLB_VECTOR. */
FRAME(smp_invalidate_interrupt) { uint32_t unused; };
DECLARE_OP(smp_invalidate_interrupt);

#endif
