/*
 * Lazy unmapping: free_unmap_vmap_area() and __purge_vmap_area_lazy() of mm/vmalloc.c, 2.6.28 and
 * later.
 *
 * An area that is freed loses its page-table entries at once, but nobody is told; in 2.6.32 (but no
 * longer in 2.6.37) it keeps them until the purge, and everybody can read its pages, which are free
 * already. Its addresses stay
 * taken, so that no TLB can know two pages for one of them, and its pages count in vmap_lazy_nr.
 * When more than lazy_max_pages() have gathered, one flush of the whole range serves all areas, and
 * the addresses are free. Up to 5.17 whoever frees one page too many pays for it; since then a
 * worker does (drain_vmap_work).
 *
 * purge_lock is a spinlock here in all generations (a mutex in later ones), and vmlist_lock stands
 * for vmap_area_lock and (6.1) free_vmap_area_lock too.
 */
#include "kernel/vmalloc.h"

#include "kernel/world.h"

#include <stdio.h>

FRAME(vunmap_gathered) { uint32_t n; };

/* fls(): number of the highest bit, from 1. */
static uint32_t fls(uint32_t x)
{
	uint32_t n = 0;

	for (; x; x >>= 1)
		n++;
	return n;
}

uint32_t lazy_max_pages(const struct world *w)
{
	return fls(w->machine.nr_cpus) * w->kernel.profile->vmap_lazy;
}

bool schedule_work(struct world *w, unsigned cpu, const struct op *op, const void *locals)
{
	char comm[TASK_COMM_LEN];
	unsigned task;

	snprintf(comm, sizeof(comm), "kworker/%u:0", cpu);
	task = task_new(w, cpu, comm);
	if (task)
		world_start_task(w, task, op, locals);
	return task != 0;
}

OP(free_unmap_vmap_area)
{
	BEGIN
	if (!w->kernel.profile->vunmap_lazy) {
		STEP("unmap_vmap_area(va);")
		CALL(vunmap_page_range, .addr = vmap_area(w, f->area)->va_start,
		     .end = vmap_area(w, f->area)->va_end);
	}
	STEP("va->flags |= VM_LAZY_FREE; atomic_add(nr, &vmap_lazy_nr); /* no flush */")
	w->kernel.vmalloc.vmap_lazy_nr +=
		(vmap_area(w, f->area)->va_end - vmap_area(w, f->area)->va_start) / PAGE_SIZE;
	vmap_area_put(w, f->area)->flags |= VMAP_LAZY;
	STEP("if (atomic_read(&vmap_lazy_nr) > lazy_max_pages())")
	if (w->kernel.vmalloc.vmap_lazy_nr <= lazy_max_pages(w))
		RETURN(0);
	if (vmalloc_ops(w)->worker) {
		STEP("\tschedule_work(&drain_vmap_work);")
		if (schedule_work(w, c->cpu, &__purge_vmap_area_lazy_op,
		                  &(FRAME(__purge_vmap_area_lazy)){ .sync = 1 }))
			RETURN(0);
	}
	STEP("\ttry_purge_vmap_area_lazy();")
	CALL(__purge_vmap_area_lazy, 0);
	END
}

/* Marks the areas that wait: their number, pages and range. */
static void gather(struct world *w, struct __purge_vmap_area_lazy_frame *f)
{
	f->start = UINT32_MAX;
	for (uint32_t n = w->kernel.vmalloc.vmlist; n; n = vmap_area(w, n)->next) {
		struct vmap_area *area;

		if (!(vmap_area(w, n)->flags & VMAP_LAZY))
			continue;
		area = vmap_area_put(w, n);
		area->flags = (area->flags & ~VMAP_LAZY) | VMAP_PURGING;
		f->areas++;
		f->pages += (area->va_end - area->va_start) / PAGE_SIZE;
		f->start = area->va_start < f->start ? area->va_start : f->start;
		f->end = area->va_end > f->end ? area->va_end : f->end;
	}
}

/* The area at or behind number `n` on the list that this purge has gathered; 0: none. */
static uint32_t next_gathered(const struct world *w, uint32_t n)
{
	while (n && !(vmap_area(w, n)->flags & VMAP_PURGING))
		n = vmap_area(w, n)->next;
	return n;
}

/* __free_vmap_area() for all that were gathered. */
static void free_gathered(struct world *w)
{
	uint32_t next;

	for (uint32_t n = w->kernel.vmalloc.vmlist; n; n = next) {
		next = vmap_area(w, n)->next;
		if (vmap_area(w, n)->flags & VMAP_PURGING)
			vmap_area_clear(w, n, VMAP_PURGING | VMAP_LISTED);
	}
}

/* 2.6.32: what __purge_vmap_area_lazy() does to each area while it gathers them. */
OP(vunmap_gathered)
{
	BEGIN
	f->n = next_gathered(w, w->kernel.vmalloc.vmlist);
	while (f->n) {
		CALL(vunmap_page_range, .addr = vmap_area(w, f->n)->va_start,
		     .end = vmap_area(w, f->n)->va_end);
		f->n = next_gathered(w, vmap_area(w, f->n)->next);
	}
	END
}

OP(__purge_vmap_area_lazy)
{
	BEGIN
	STEP("if (!sync && !spin_trylock(&purge_lock)) return; spin_lock(&purge_lock);")
	if (!f->sync && w->kernel.vmalloc.purge_lock.locked)
		RETURN(0);
	SPIN_LOCK(&w->kernel.vmalloc.purge_lock, PURGE_LOCK);
	STEP("list_for_each_entry(va, &vmap_area_list, list) if (va->flags & VM_LAZY_FREE) ...")
	gather(w, f);
	if (f->areas) {
		fr->cause = world_event(w, c->cpu, EVENT_VMAP_PURGE, f->areas, f->pages, f->start);
		w->machine.log.cause = fr->cause;
		if (w->kernel.profile->vunmap_lazy) {
			STEP("\tunmap_vmap_area(va);")
			CALL(vunmap_gathered, 0);
		}
		if (!vmalloc_ops(w)->worker) {
			STEP("atomic_sub(nr, &vmap_lazy_nr);")
			w->kernel.vmalloc.vmap_lazy_nr -= f->pages;
		}
		STEP("flush_tlb_kernel_range(*start, *end);")
		CALL(flush_tlb_kernel_range, .start = f->start, .end = f->end);
		STEP("spin_lock(&vmap_area_lock);")
		SPIN_LOCK(&w->kernel.vmalloc.lock, VMLIST_LOCK);
		STEP("list_for_each_entry_safe(va, n_va, &valist, purge_list) __free_vmap_area(va);")
		free_gathered(w);
		if (vmalloc_ops(w)->worker) {
			STEP("atomic_long_sub(nr, &vmap_lazy_nr);")
			w->kernel.vmalloc.vmap_lazy_nr -= f->pages;
		}
		STEP("spin_unlock(&vmap_area_lock);")
		spin_unlock(w, c->cpu, &w->kernel.vmalloc.lock, VMLIST_LOCK);
	}
	STEP("spin_unlock(&purge_lock);")
	spin_unlock(w, c->cpu, &w->kernel.vmalloc.purge_lock, PURGE_LOCK);
	RETURN(f->pages);
	END
}
