/*
 * kmap_atomic() and kmap_local: mappings in the fixmap, in slots of each CPU.
 *
 * A slot is a fixmap index: slot + slots_per_CPU * cpu + FIX_KMAP_BEGIN. How a slot is chosen is
 * what the generations differ in, and the reason for struct atomic_ops:
 *
 *	typed_noclear	the caller names it, and nobody clears it afterwards (2.4 to 2.6.18)
 *	typed		the caller names it, KM_USER0 and so on (2.6.19 to 2.6.36)
 *	typed_nested	the same, with callers that are ready for the stack (kernel/atomic_patch.h)
 *	stack		a stack of each CPU (2.6.37 to 5.10)
 *	local		a stack of each task, carried over context switches (5.11 and later)
 */
#ifndef KMAPLAB_KERNEL_ATOMIC_H
#define KMAPLAB_KERNEL_ATOMIC_H

#include "kernel/step.h"
#include "machine/message.h"

struct profile;

/** What kmap_atomic() disables before it maps. */
enum atomicity {
	ATOMIC_BY_CARE,      /* 2.4: nothing; kernels were not preempted then */
	ATOMIC_NO_PAGEFAULT, /* pagefault_disable(), which counts in preempt_count */
	ATOMIC_NO_PREEMPT,   /* preempt_disable() and a count of its own for page faults */
};

/** A generation's way of mapping for a moment. Constants; a profile names one by its word. */
struct atomic_ops {
	const char *word;     /* "typed" */
	enum atomicity atomicity;
	bool typed;           /* the caller names a slot */
	const struct op *map; /* FRAME(kmap_atomic_map): the result is the address */
	const struct op *unmap; /* FRAME(kmap_atomic_unmap) */
	bool local;           /* kmap_local_page() exists */
	bool nested;          /* the kernel's own callers release in the reverse order of mapping */
};

/** The ops a profile's word selects, or NULL. */
const struct atomic_ops *atomic_ops_find(const char *word);

/** kmap_atomic(page[, type]): the result is the virtual address. `slot` is the enum's value of the
 * type, as km_type() gives it (with fences not its place in the list); -1 where the generation
 * asks for none. */
FRAME(kmap_atomic) { uint32_t pfn; int32_t slot; };
DECLARE_OP(kmap_atomic);
/** kunmap_atomic(address[, type]). */
FRAME(kunmap_atomic) { uint32_t vaddr; int32_t slot; };
DECLARE_OP(kunmap_atomic);

/** kmap_local_page(page), kunmap_local(address): only where atomic_ops.local. */
FRAME(kmap_local_page) { uint32_t pfn; };
DECLARE_OP(kmap_local_page);
FRAME(kunmap_local) { uint32_t vaddr; };
DECLARE_OP(kunmap_local);

/** What kmap_atomic() calls; of the generation. */
FRAME(kmap_atomic_map) { uint32_t pfn; int32_t slot; uint32_t idx, vaddr; };
FRAME(kmap_atomic_unmap) { uint32_t vaddr; int32_t slot; uint32_t idx; };
DECLARE_OP(kmap_atomic_prot);
DECLARE_OP(kunmap_atomic_typed);
DECLARE_OP(kmap_atomic_noclear);
DECLARE_OP(kunmap_atomic_noclear);
DECLARE_OP(__kmap_atomic);
DECLARE_OP(__kunmap_atomic);
DECLARE_OP(__kmap_local_page_prot);
DECLARE_OP(kunmap_local_indexed);

/** DEBUG_HIGHMEM's check of slots against contexts. */
struct slot_check {
	uint32_t warned; /* warnings so far */
	uint32_t count;  /* the kernel's counter, kept as what it has lost since the start */
	uint32_t once;   /* enum slot_warning: those that have been given */
	uint32_t misused; /* enum slot_misuse, since the boot: what no longer holds, and rightly so */
};

/** What callers did to the counts behind atomic mappings, as bits: kept for the invariants, and
 * nothing else. */
enum slot_misuse {
	SLOT_OUT_OF_RANGE = 1, /* its counter left the CPU's slots: entries beside them changed */
	SLOT_WRONG_FLUSH = 2,  /* released out of order: cleared one slot, flushed another's address */
	SLOT_LEFT_BEHIND = 4,  /* by an interrupt: who was interrupted then popped the wrong one */
	COUNT_UNDERFLOW = 8,   /* preemption was enabled more often than disabled, locks left aside */
};

/** The WARN_ON_ONCEs of the stacks of slots, as bits. */
enum slot_warning { WARN_PUSH_IN_IRQ = 1, WARN_NOT_ON_TOP = 2, WARN_NO_MAPPING = 4 };

/** WARN_ON_ONCE(): world_warn() the first time. */
void slot_warn_once(struct world *w, unsigned cpu, enum slot_warning which, const char *text);

/** WARNs when a typed slot is used in a context that must not use it (debug_kmap_atomic_prot). */
void debug_kmap_atomic_prot(struct world *w, unsigned cpu, int slot);

/** Whether this is a DEBUG_HIGHMEM build: fences, checks of slots and contexts. */
bool debug_highmem(const struct world *w);

/** The enum value of the profile's slot number `slot`, which is its fixmap index within a CPU: with
 * fences (DEBUG_HIGHMEM) 2 * slot + 1. */
unsigned km_type(const struct world *w, int slot);
/** The name of an enum value ("USER0"), or "" for a fence or an unnamed slot. */
const char *km_type_name(const struct world *w, unsigned type);

/** The fixmap address of a slot of a CPU: __fix_to_virt(FIX_KMAP_BEGIN + slot + slots * cpu). */
uint32_t slot_address(const struct world *w, unsigned cpu, unsigned slot);
/** Clears the entry of a slot of this CPU and drops `vaddr` from its TLB, with the event. */
void kpte_clear_flush(struct world *w, unsigned cpu, unsigned slot, uint32_t vaddr);
/** Which slot of which CPU an address of the kmap fixmap belongs to; false: it is no such address. */
bool fixmap_slot(const struct world *w, uint32_t va, unsigned *cpu, unsigned *slot);

/** Clears a task's local mappings from a CPU's slots, and writes them again (5.11 and later). */
void kmap_local_sched_out(struct world *w, unsigned cpu, unsigned task);
void kmap_local_sched_in(struct world *w, unsigned cpu, unsigned task);

/** Copies a page between two kernel addresses, multiples of PAGE_SIZE, through the TLB. False when the
 * CPU faulted, like any other code whose mapping is not there. */
bool copy_page(struct world *w, unsigned cpu, uint32_t to, uint32_t from);

/** clear_highpage(page), clear_user_highpage(page, address), copy_highpage(to, from): through temporary
 * mappings; the first through kmap() where the profile says so (2.4), which can sleep. */
FRAME(clear_highpage) { uint32_t pfn; };
DECLARE_OP(clear_highpage);
FRAME(clear_user_highpage) { uint32_t pfn; };
DECLARE_OP(clear_user_highpage);
FRAME(copy_highpage) { uint32_t to, from; };
DECLARE_OP(copy_highpage);

#endif
