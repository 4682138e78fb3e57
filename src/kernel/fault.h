/*
 * Page faults: arch/x86/mm/fault.c and the handlers of mm/memory.c.
 */
#ifndef KMAPLAB_KERNEL_FAULT_H
#define KMAPLAB_KERNEL_FAULT_H

#include "kernel/step.h"

/** What do_page_fault() comes to. */
enum fault_outcome {
	PF_RETRY,  /* dealt with: the access is made again */
	PF_SIGNAL, /* the task was killed by a signal: it does not return to user mode */
	PF_FIXUP,  /* kernel code touched a bad user address: its exception table takes over */
};

/** Handles the fault of an access that c's CPU has just made at `address`. The result is an enum
 * fault_outcome. */
FRAME(do_page_fault) { uint32_t address, error_code, mm, flags; };
DECLARE_OP(do_page_fault);

/** handle_mm_fault(mm, vma, address, write_access). The result is 0, or VM_FAULT_OOM. */
FRAME(handle_mm_fault) { uint32_t mm, address, write, ptep; };
DECLARE_OP(handle_mm_fault);
#define VM_FAULT_OOM 1

/** The table of an address, allocated when it is not there, mapped and locked; the result is the
 * entry's address. And the reverse. */
FRAME(pte_offset_map_lock) { uint32_t mm, address, ptep; };
DECLARE_OP(pte_offset_map_lock);
FRAME(pte_unmap_unlock) { uint32_t mm, ptep; };
DECLARE_OP(pte_unmap_unlock);

/** The frame of empty_zero_page, and whether a frame is that one, in a kernel that maps it. */
uint64_t zero_pfn(const struct world *w);
bool is_zero_pfn(const struct world *w, uint64_t pfn);

/** Maps it read-only for a first read. Called with the page table unmapped. */
FRAME(map_zero_page) { uint32_t mm, address, ptep; };
DECLARE_OP(map_zero_page);

/** Whether a range of the address space allows a read or write at `address`; a stack grows to it. */
bool fault_allowed(struct world *w, unsigned mm, uint32_t address, bool write);

/** The entry that maps a user page: its frame with the rights of the range (mk_pte,
 * maybe_mkwrite). */
uint64_t user_pte(const struct world *w, uint64_t pfn, uint32_t vm_flags, bool write);

#endif
