/*
 * Reaching user memory that the kernel's own page tables do not map: mm/usercopy.c of RHEL3, 4G/4G.
 */
#ifndef KMAPLAB_KERNEL_USERCOPY_H
#define KMAPLAB_KERNEL_USERCOPY_H

#include "kernel/step.h"

/** Copies n bytes (up to a page) between a kernel address and a user address of the current process:
 * to user memory when `write`, else from it. kernel 0: touches one byte and leaves it as it is. The
 * result is how many bytes are left: not 0 after a bad address. */
FRAME(rw_vm) { uint32_t kernel, user, n, write, done, mm, pfn, maddr; };
DECLARE_OP(rw_vm);

/** follow_page(mm, address, write): the frame that a process' page tables give for an address, 0 when it is
 * not there or may not be written. mm->page_table_lock is held. */
FRAME(follow_page) { uint32_t mm, address, write, ptep; uint64_t pfn; };
DECLARE_OP(follow_page);

#endif
