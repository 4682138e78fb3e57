/*
 * Calls to other CPUs and the TLB flushes that use them: kernel/smp.c, arch/x86/kernel/tlb_32.c
 * (6.1: arch/x86/mm/tlb.c).
 */
#ifndef KMAPLAB_KERNEL_SMP_H
#define KMAPLAB_KERNEL_SMP_H

#include "kernel/step.h"

/** The vector of smp_call_function's IPI on 32 bits (0xfc is its vector on 64 bits). */
#define CALL_FUNCTION_VECTOR 0xfb

/** The cross-call that a CPU has made and waits for; all zero when there is none. */
struct call_data {
	uint32_t expected, finished; /* CPUs */
	uint32_t start, pages;       /* range to flush; pages 0 = everything */
	uint64_t cycle;              /* clock of the last CPU that finished */
};

/** flush_tlb_kernel_range(): makes every CPU drop a range of kernel addresses, by the rule of the
 * generation: everything, or (6.1) page by page when there are few. Waits for all of them. */
FRAME(flush_tlb_kernel_range) { uint32_t start, end; };
DECLARE_OP(flush_tlb_kernel_range);

/** The handler of CALL_FUNCTION_VECTOR. */
FRAME(smp_call_function_interrupt) { uint32_t unused; };
DECLARE_OP(smp_call_function_interrupt);

/** A CPU has flushed because of a request: counts it (stats.ipi_received) and says so. */
void flush_done(struct world *w, unsigned cpu);

/** 6.1: up to this many pages are flushed one by one (tlb_single_page_flush_ceiling). */
#define TLB_SINGLE_PAGE_FLUSH_CEILING 33

#endif
