/*
 * vmalloc() and vfree(): pages that lie anywhere, at consecutive kernel addresses. mm/vmalloc.c.
 *
 * An area is a range of the vmalloc space with a guard page behind it that maps nothing. What the
 * generations differ in is when a mapping that was given back leaves the TLBs (profile key vmalloc):
 *
 *	by_entry	2.4: a page is freed with its entry, all TLBs are flushed at the end
 *	flushed		to 2.6.27: unmapped, flushed everywhere, then the pages are freed
 *	lazy		2.6.28 and later: unmapped, the pages freed; addresses and TLBs come later, for
 *			many areas together
 *	drained		5.18 and later: the same, in a worker's context
 */
#ifndef KMAPLAB_KERNEL_VMALLOC_H
#define KMAPLAB_KERNEL_VMALLOC_H

#include "kernel/spinlock.h"
#include "kernel/step.h"
#include "machine/sparse.h"

/* What of an area is still needed. */
#define VMAP_LISTED 1u  /* its addresses are taken */
#define VMAP_IN_USE 2u  /* vfree() has not come yet */
#define VMAP_PAGES 4u   /* its pages are not all freed */
#define VMAP_LAZY 8u    /* unmapped, waits for a purge (VM_LAZY_FREE) */
#define VMAP_BUILDING 32u /* vmalloc() has not returned it yet: no vfree() finds it */
#define VMAP_PURGING 16u /* belongs to the purge that is under way (VM_LAZY_FREEING) */

/** An area; end exclusive, with the guard page. Both structs of the kernel (vm_struct and, from
 * 2.6.28 on, vmap_area) in one. */
struct vmap_area {
	uint32_t va_start, va_end;
	uint32_t nr_pages; /* allocated so far */
	uint32_t next;     /* number of the next by address, or of the next unused entry */
	uint32_t flags;
};

/** The vmalloc space. */
struct vmalloc_space {
	struct sparse areas;  /* struct vmap_area by number, from 1 */
	struct sparse pages;  /* uint32_t: the frames of area n from index n * VMALLOC_PAGES on */
	uint32_t vmlist;      /* the area with the lowest address; 0 = none */
	uint32_t unused;      /* entries that were given back, linked */
	uint32_t nr;          /* highest number ever used */
	uint32_t used, in_use; /* bytes and number of the areas in use, guard pages included */
	uint32_t vmap_lazy_nr; /* pages of areas that wait for a purge */
	struct spinlock lock;  /* vmlist_lock; vmap_area_lock from 2.6.28 on */
	struct spinlock purge_lock;
};

/** More pages than any area has. */
#define VMALLOC_PAGES (1u << 20)

/** A generation's way; constants, in the order of the profile's words. */
struct vmalloc_ops {
	const struct op *area_pages; /* FRAME(__vmalloc_area): gets the pages and maps them */
	const struct op *vunmap;     /* FRAME(__vunmap) */
	bool bug_in_interrupt;       /* both functions BUG there */
	bool deferred;               /* vfree() in an interrupt leaves it to a worker */
	bool lazy, worker;
};
const struct vmalloc_ops *vmalloc_ops(const struct world *w);

/** vmalloc(size): the result is the address, or 0. May sleep. */
FRAME(vmalloc) { uint32_t size, area; };
DECLARE_OP(vmalloc);
/** vfree(addr). */
FRAME(vfree) { uint32_t addr; };
DECLARE_OP(vfree);

/** Unmaps what waits for it, lets all CPUs forget it, and gives the addresses back. `sync`: waits
 * for a purge that is under way; else leaves it at that. */
FRAME(__purge_vmap_area_lazy) { uint32_t sync, start, end, areas, pages; };
DECLARE_OP(__purge_vmap_area_lazy);

/** Unmaps an area and leaves it to a later purge. */
FRAME(free_unmap_vmap_area) { uint32_t area; };
DECLARE_OP(free_unmap_vmap_area);

/** Lets a new task of the kernel on this CPU do something later (schedule_work). False when there can
 * be no more tasks. */
bool schedule_work(struct world *w, unsigned cpu, const struct op *op, const void *locals);

/** How many lazy pages may gather: 32 MiB for each doubling of the CPUs. */
uint32_t lazy_max_pages(const struct world *w);

/* --- areas: vmap_area.c ------------------------------------------------------------------------ */

/** Area by number, for reading and for writing. */
const struct vmap_area *vmap_area(const struct world *w, uint32_t number);
struct vmap_area *vmap_area_put(struct world *w, uint32_t number);
/** The frame of an area's page i. */
uint32_t vmap_area_page(const struct world *w, uint32_t number, uint32_t i);
void vmap_area_set_page(struct world *w, uint32_t number, uint32_t i, uint32_t pfn);

/** The lowest address at which `size` bytes fit, with the generation's gap to the area below; 0:
 * nowhere. */
uint32_t vmap_area_find_hole(const struct world *w, uint32_t size);
/** Enters an area in the list, in use. Its number. */
uint32_t vmap_area_insert(struct world *w, uint32_t va_start, uint32_t size);
/** The area in use that begins at an address, or 0. */
uint32_t vmap_area_find(const struct world *w, uint32_t va_start);
/** Clears flags; an area that is neither listed nor has pages left is forgotten. */
void vmap_area_clear(struct world *w, uint32_t number, uint32_t flags);

/* --- page tables: vmalloc_map.c ----------------------------------------------------------------- */

/** Maps the pages of an area. The result is false when there was no memory for a page table. */
FRAME(map_vm_area) { uint32_t area, i; };
DECLARE_OP(map_vm_area);
/** Makes a page table for a kernel address where there is none; false without memory. */
FRAME(pte_alloc_kernel) { uint64_t address, pfn; };
DECLARE_OP(pte_alloc_kernel);
/** Clears the entries of [addr, end); flushes nothing. */
FRAME(vunmap_page_range) { uint32_t addr, end; };
DECLARE_OP(vunmap_page_range);
/** The entry of a kernel address as vmalloc writes it. */
void vmalloc_set_pte(struct world *w, unsigned cpu, uint32_t va, uint64_t pfn);

/** The next address in [addr, end) whose entry is not empty, or end. */
uint32_t vmalloc_next_mapped(const struct world *w, uint32_t addr, uint32_t end);

/** Whether the top table that a CPU runs on lacks a page table of the vmalloc space that the kernel's
 * own has: it was added after the copy was made. */
bool vmalloc_out_of_sync(const struct world *w, unsigned cpu, uint32_t va);
/** vmalloc_fault(): takes the entry over. */
void vmalloc_fault(struct world *w, unsigned cpu, uint32_t va);

#endif
