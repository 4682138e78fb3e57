/*
 * /proc/sys/vm, as far as zones are concerned: mm/page_alloc.c's handlers.
 *
 * What boot worked out can be changed while the kernel runs: how much of low memory all zones keep
 * (min_free_kbytes), and how much a zone keeps from requests that could have used a higher one
 * (lowmem_reserve_ratio; a larger ratio keeps less). 2.4 has neither: there both are boot parameters.
 */
#ifndef KMAPLAB_KERNEL_SYSCTL_H
#define KMAPLAB_KERNEL_SYSCTL_H

#include "kernel/step.h"

/** min_free_kbytes becomes `kbytes`; the watermarks of all zones follow. */
FRAME(min_free_kbytes_sysctl_handler) { uint64_t kbytes; };
DECLARE_OP(min_free_kbytes_sysctl_handler);

/** lowmem_reserve_ratio of DMA and Normal becomes `ratio`; the reserves of all zones follow. 0 is
 * taken for 1, and in kernels with the scaled watermarks for "nothing". */
FRAME(lowmem_reserve_ratio_sysctl_handler) { uint32_t ratio[2]; };
DECLARE_OP(lowmem_reserve_ratio_sysctl_handler);

/** Whether a kernel has these files. */
bool has_vm_sysctls(const struct world *w);

#endif
