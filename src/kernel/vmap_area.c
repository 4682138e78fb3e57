/*
 * The list of areas in the vmalloc space: get_vm_area() and alloc_vmap_area() of mm/vmalloc.c.
 *
 * Areas are kept by address, and a new one takes the lowest hole that is large enough. 2.4 to 2.6.27
 * keep a list (vmlist) and walk it; from 2.6.28 on there is a tree beside it, which finds the same
 * hole sooner, and until 2.6.39 a page of distance is kept to the area below on top of the guard
 * page (profile key vmap_gap). An area that was freed lazily stays in the list: its addresses may
 * still be in some TLB.
 *
 * Left out: alignment of more than a page (ioremap), the cache of the last hole (2.6.39).
 */
#include "kernel/world.h"

const struct vmap_area *vmap_area(const struct world *w, uint32_t number)
{
	return SPARSE_GET(&w->kernel.vmalloc.areas, struct vmap_area, number);
}

struct vmap_area *vmap_area_put(struct world *w, uint32_t number)
{
	return SPARSE_PUT(&w->kernel.vmalloc.areas, struct vmap_area, number);
}

uint32_t vmap_area_page(const struct world *w, uint32_t number, uint32_t i)
{
	return *SPARSE_GET(&w->kernel.vmalloc.pages, uint32_t, (uint64_t)number * VMALLOC_PAGES + i);
}

void vmap_area_set_page(struct world *w, uint32_t number, uint32_t i, uint32_t pfn)
{
	*SPARSE_PUT(&w->kernel.vmalloc.pages, uint32_t, (uint64_t)number * VMALLOC_PAGES + i) = pfn;
}

/* The area behind which an address lies, 0 = before the first. */
static uint32_t area_below(const struct world *w, uint32_t va)
{
	uint32_t below = 0;

	for (uint32_t n = w->kernel.vmalloc.vmlist; n && vmap_area(w, n)->va_start < va;
	     n = vmap_area(w, n)->next)
		below = n;
	return below;
}

uint32_t vmap_area_find_hole(const struct world *w, uint32_t size)
{
	uint64_t va = w->kernel.layout.vmalloc_start, end = w->kernel.layout.vmalloc_end;

	for (uint32_t n = w->kernel.vmalloc.vmlist; n; n = vmap_area(w, n)->next) {
		const struct vmap_area *area = vmap_area(w, n);

		if (va + size <= area->va_start)
			break;
		va = area->va_end + (uint64_t)w->kernel.profile->vmap_gap * PAGE_SIZE;
	}
	return va + size <= end ? (uint32_t)va : 0;
}

/* The number of an entry that nobody uses. */
static uint32_t entry_new(struct vmalloc_space *space, struct world *w)
{
	uint32_t number = space->unused;

	if (!number)
		return ++space->nr;
	space->unused = vmap_area(w, number)->next;
	return number;
}

uint32_t vmap_area_insert(struct world *w, uint32_t va_start, uint32_t size)
{
	struct vmalloc_space *space = &w->kernel.vmalloc;
	uint32_t number = entry_new(space, w), below = area_below(w, va_start);

	*vmap_area_put(w, number) = (struct vmap_area){
		.va_start = va_start, .va_end = va_start + size,
		.next = below ? vmap_area(w, below)->next : space->vmlist,
		.flags = VMAP_LISTED | VMAP_IN_USE | VMAP_PAGES | VMAP_BUILDING,
	};
	if (below)
		vmap_area_put(w, below)->next = number;
	else
		space->vmlist = number;
	space->used += size;
	space->in_use++;
	return number;
}

uint32_t vmap_area_find(const struct world *w, uint32_t va_start)
{
	for (uint32_t n = w->kernel.vmalloc.vmlist; n; n = vmap_area(w, n)->next)
		if (vmap_area(w, n)->va_start == va_start &&
		    (vmap_area(w, n)->flags & (VMAP_IN_USE | VMAP_BUILDING)) == VMAP_IN_USE)
			return n;
	return 0;
}

/* Takes an area out of the list: its addresses are free. */
static void unlist(struct world *w, uint32_t number)
{
	uint32_t below = area_below(w, vmap_area(w, number)->va_start);

	if (below)
		vmap_area_put(w, below)->next = vmap_area(w, number)->next;
	else
		w->kernel.vmalloc.vmlist = vmap_area(w, number)->next;
}

void vmap_area_clear(struct world *w, uint32_t number, uint32_t flags)
{
	struct vmalloc_space *space = &w->kernel.vmalloc;
	uint32_t had = vmap_area(w, number)->flags & flags;
	struct vmap_area *area;

	if (had & VMAP_LISTED)
		unlist(w, number);
	area = vmap_area_put(w, number);
	if (had & VMAP_IN_USE) {
		space->used -= area->va_end - area->va_start;
		space->in_use--;
	}
	area->flags &= ~flags;
	if (area->flags & (VMAP_LISTED | VMAP_PAGES))
		return;
	*area = (struct vmap_area){ .next = space->unused };
	space->unused = number;
}
