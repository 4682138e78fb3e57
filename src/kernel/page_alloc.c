/*
 * The zoned buddy allocator: __alloc_pages() and __free_pages() of mm/page_alloc.c.
 *
 * A request names the highest zone it can use; zones are tried from there downwards, and each must
 * keep its low mark free, plus what it reserves for requests that have no choice but it
 * (zone_watermark.c). When none can, page_alloc_slow.c goes on. Each check of a zone is an event, so
 * that it can be seen why a request went where it went: a GFP_KERNEL request fails while HighMem is
 * almost all free, because it cannot use it.
 *
 * Left out: per-CPU lists, migrate types, the fair round of zones of some 3.x.
 */
#include "kernel/atomic.h"
#include "kernel/buddy.h"
#include "kernel/numa.h"
#include "kernel/page_alloc.h"

FRAME(__rmqueue)
{
	uint32_t zone, order;
	int64_t current_order;
	uint64_t pfn;
};
FRAME(__free_one_page)
{
	uint64_t pfn, max_order;
	uint32_t zone, order;
};

/* The zones that have pages count; a kernel without HighMem has it in Normal. */
int gfp_zone(const struct world *w, uint32_t gfp)
{
	if (gfp & GFP_DMA)
		return ZONE_DMA;
	if (gfp & GFP_HIGHMEM && w->kernel.nr_zones > ZONE_HIGHMEM)
		return ZONE_HIGHMEM;
	return ZONE_NORMAL;
}

int zonelist_zone(const struct world *w, unsigned cpu, uint32_t gfp, unsigned n)
{
	int zone;

	if (n && w->kernel.broken.no_fallback)
		return -1;
	if (w->kernel.broken.highmem_for_all)
		gfp |= GFP_HIGHMEM;
	zone = node_zonelist(w, cpu_to_node(w, cpu), gfp_zone(w, gfp), n);
	if (n && zone == ZONE_DMA && w->kernel.profile->dma_apart && w->kernel.layout.pae)
		return -1; /* build_zonelists() of RHEL3 */
	return zone;
}

/* A check in a step: what it compared is an event. */
static bool zone_watermark_ok(struct world *w, unsigned cpu,
                              const struct get_page_from_freelist_frame *f)
{
	const struct zone *z = &w->kernel.zone[f->zone];
	struct watermark_check check = zone_watermark_check(w, z, f->order, gfp_zone(w, f->gfp),
	                                                    f->flags);
	unsigned kind = check.ok ? EVENT_WATERMARK_OK :
	                check.short_of < 0 ? EVENT_WATERMARK_LOW : EVENT_WATERMARK_ORDER;

	world_event(w, cpu, kind, (uint64_t)f->zone,
	            check.free < 0 ? 0 : (uint64_t)check.free,
	            check.ok || check.short_of < 0 ? (uint64_t)check.mark :
	                                             (uint64_t)check.short_of);
	return check.ok;
}

/* Disables interrupts. Returns whether they were enabled. */
static bool local_irq_save(struct world *w, unsigned cpu)
{
	bool interrupts = w->machine.cpu[cpu].eflags_if;

	w->machine.cpu[cpu].eflags_if = false;
	return interrupts;
}

static void unlock_irqrestore(struct world *w, unsigned cpu, struct zone *z, bool interrupts)
{
	spin_unlock(w, cpu, &z->lock, ZONE_LOCK);
	w->machine.cpu[cpu].eflags_if = interrupts;
}

/* One split: the upper half goes back, the lower one is split further or given out. */
static void expand(struct world *w, struct zone *z, uint64_t pfn, unsigned order)
{
	free_list_add(w, z, pfn + (1ull << order), order);
}

static void prep_new_page(struct world *w, unsigned cpu, uint64_t pfn, unsigned order)
{
	pages_set_used(w, pfn, order, w->kernel.cpu[cpu].current);
	world_event(w, cpu, EVENT_ALLOC, pfn, order,
	            (uint64_t)(page_zone_const(w, pfn) - w->kernel.zone));
}

/* The first block of the lowest order that serves. */
static bool first_block(const struct world *w, struct __rmqueue_frame *f)
{
	f->current_order = free_area_find(w, &w->kernel.zone[f->zone], f->order);
	if (f->current_order < 0)
		return false;
	f->pfn = free_list_first(&w->kernel.zone[f->zone], (unsigned)f->current_order);
	return true;
}

/* Called with zone->lock held. */
OP(__rmqueue)
{
	BEGIN
	STEP("while (list_empty(&zone->free_area[current_order].free_list)) current_order++;")
	if (!first_block(w, f))
		RETURN(0);
	STEP("list_del(&page->lru); area->nr_free--;")
	if (!first_block(w, f)) /* a stack may have been allocated meanwhile: that asks for no lock */
		RETURN(0);
	free_list_del(w, &w->kernel.zone[f->zone], f->pfn, (unsigned)f->current_order);
	while ((uint32_t)f->current_order > f->order) {
		STEP("\texpand: size >>= 1; list_add(&page[size].lru, &area->free_list);")
		f->current_order--;
		expand(w, &w->kernel.zone[f->zone], f->pfn, (unsigned)f->current_order);
	}
	RETURN(f->pfn);
	END
}

OP(get_page_from_freelist)
{
	BEGIN
	for (f->n = 0; (f->zone = zonelist_zone(w, c->cpu, f->gfp, f->n)) >= 0; f->n++) {
		if (!w->kernel.zone[f->zone].managed)
			continue;
		STEP("if (!zone_watermark_ok(zone, order, mark, classzone_idx, flags)) continue;")
		if (!zone_watermark_ok(w, c->cpu, f))
			continue;
		STEP("spin_lock_irqsave(&zone->lock, flags);")
		f->interrupts = local_irq_save(w, c->cpu);
		SPIN_LOCK(&w->kernel.zone[f->zone].lock, ZONE_LOCK);
		CALL(__rmqueue, .zone = (uint32_t)f->zone, .order = f->order);
		f->pfn = RESULT;
		STEP("spin_unlock_irqrestore(&zone->lock, flags);")
		unlock_irqrestore(w, c->cpu, &w->kernel.zone[f->zone], f->interrupts);
		if (!f->pfn)
			continue;
		STEP("prep_new_page(page, order, gfp_flags);")
		prep_new_page(w, c->cpu, f->pfn, f->order);
		if ((int)zone_type((unsigned)f->zone) != gfp_zone(w, f->gfp))
			world_event(w, c->cpu, EVENT_ZONE_FALLBACK, f->pfn,
			            (uint64_t)gfp_zone(w, f->gfp), (uint64_t)f->zone);
		RETURN(f->pfn);
	}
	END
}

OP(__alloc_pages)
{
	BEGIN
	STEP("page = get_page_from_freelist(gfp_mask, order, zonelist, ALLOC_WMARK_LOW);")
	CALL(get_page_from_freelist, .gfp = f->gfp, .order = f->order, .flags = ALLOC_WMARK_LOW);
	f->pfn = RESULT;
	if (!f->pfn) {
		STEP("if (unlikely(!page)) page = __alloc_pages_slowpath(gfp_mask, order, ...);")
		CALL_THROUGH(w->kernel.profile->oom == OOM_NONE ? &rebalance_op :
		                                                  &__alloc_pages_slowpath_op,
		             __alloc_pages_slowpath, .gfp = f->gfp, .order = f->order);
		f->pfn = RESULT;
	}
	if (!f->pfn)
		RETURN(0);
	if (f->gfp & GFP_ZERO) {
		for (f->i = 0; f->i < 1u << f->order; f->i++) {
			STEP("if (gfp_flags & __GFP_ZERO) clear_highpage(page + i);")
			CALL(clear_highpage, .pfn = (uint32_t)f->pfn + f->i);
		}
	}
	RETURN(f->pfn);
	END
}

/* Joins a block with its buddy; false when that is not free, or no more: stacks come and go without
 * asking for the lock (alloc_pages_now). */
static bool merge(struct world *w, struct __free_one_page_frame *f)
{
	struct zone *z = &w->kernel.zone[f->zone];

	if (!buddy_free(w, z, f->pfn, f->order))
		return false;
	free_list_del(w, z, f->pfn ^ 1ull << f->order, f->order);
	f->pfn &= ~(1ull << f->order++);
	return true;
}

/* Called with zone->lock held. The result is the first page of what was merged. */
OP(__free_one_page)
{
	BEGIN
	f->max_order = w->kernel.profile->max_order;
	while (f->order < f->max_order - 1) {
		STEP("buddy = __page_find_buddy(...); if (!page_is_buddy(page, buddy)) break;")
		if (!buddy_free(w, &w->kernel.zone[f->zone], f->pfn, f->order))
			break;
		STEP("\tlist_del(&buddy->lru); page_idx &= ~(1 << order); order++;")
		if (!merge(w, f))
			break;
	}
	STEP("list_add(&page->lru, &zone->free_area[order].free_list);")
	while (f->order < f->max_order - 1 && merge(w, f))
		; /* with what a stack's end has freed meanwhile */
	free_list_add(w, &w->kernel.zone[f->zone], f->pfn, f->order);
	RETURN(f->pfn);
	END
}

static unsigned zone_of(const struct world *w, uint64_t pfn)
{
	return (unsigned)(page_zone_const(w, pfn) - w->kernel.zone);
}

OP(__free_pages)
{
	BEGIN
	STEP("if (!put_page_testzero(page)) return;")
	BUG_ON(!pfn_to_page(w, f->pfn)->refs || pfn_to_page(w, f->pfn)->use == PAGE_RESERVED,
	       "include/linux/mm.h:246");
	if (--pfn_to_page_mut(w, f->pfn)->refs)
		RETURN(0);
	STEP("spin_lock_irqsave(&zone->lock, flags);")
	f->interrupts = local_irq_save(w, c->cpu);
	SPIN_LOCK(&w->kernel.zone[zone_of(w, f->pfn)].lock, ZONE_LOCK);
	pages_set_free(w, f->pfn, f->order);
	world_event(w, c->cpu, EVENT_FREE, f->pfn, f->order, zone_of(w, f->pfn));
	CALL(__free_one_page, .pfn = f->pfn, .zone = zone_of(w, f->pfn), .order = f->order);
	STEP("spin_unlock_irqrestore(&zone->lock, flags);")
	unlock_irqrestore(w, c->cpu, &w->kernel.zone[zone_of(w, f->pfn)], f->interrupts);
	memory_came_back(w);
	END
}

static uint64_t rmqueue_now(struct world *w, struct zone *z, unsigned order)
{
	int current_order = free_area_find(w, z, order);
	uint64_t pfn;

	if (current_order < 0)
		return 0;
	pfn = free_list_first(z, (unsigned)current_order);
	free_list_del(w, z, pfn, (unsigned)current_order);
	while ((unsigned)current_order > order)
		expand(w, z, pfn, (unsigned)--current_order);
	return pfn;
}

static uint64_t freelist_now(struct world *w, uint32_t gfp, unsigned order, unsigned flags)
{
	int i;

	for (unsigned n = 0; (i = zonelist_zone(w, 0, gfp, n)) >= 0; n++) {
		struct zone *z = &w->kernel.zone[i];
		uint64_t pfn = 0;

		if (z->managed && zone_watermark_check(w, z, order, gfp_zone(w, gfp), flags).ok)
			pfn = rmqueue_now(w, z, order);
		if (pfn)
			return pfn;
	}
	return 0;
}

uint64_t alloc_pages_now(struct world *w, uint32_t gfp, unsigned order)
{
	uint64_t pfn = freelist_now(w, gfp, order, ALLOC_WMARK_LOW);

	if (!pfn)
		pfn = freelist_now(w, gfp, order, gfp_to_alloc_flags(w, gfp));
	if (pfn)
		prep_new_page(w, 0, pfn, order);
	return pfn;
}

void free_pages_now(struct world *w, uint64_t pfn, unsigned order)
{
	struct zone *z = page_zone(w, pfn);

	world_event(w, 0, EVENT_FREE, pfn, order, (uint64_t)(z - w->kernel.zone));
	pages_set_free(w, pfn, order);
	while (order < w->kernel.profile->max_order - 1 && buddy_free(w, z, pfn, order)) {
		free_list_del(w, z, pfn ^ 1ull << order, order);
		pfn &= ~(1ull << order++);
	}
	free_list_add(w, z, pfn, order);
}
