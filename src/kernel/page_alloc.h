/*
 * Inside the page allocator: what page_alloc.c, its slow path and the watermark check share.
 */
#ifndef KMAPLAB_KERNEL_PAGE_ALLOC_H
#define KMAPLAB_KERNEL_PAGE_ALLOC_H

#include "kernel/world.h"

/** How deep a request may dig (mm/internal.h): the mark to keep, and what may be taken off it. */
enum alloc_flags {
	ALLOC_WMARK_MIN = 0,
	ALLOC_WMARK_LOW = 1,
	ALLOC_WMARK_HIGH = 2,
	ALLOC_WMARK_MASK = 3,
	ALLOC_NO_WATERMARKS = 0x04, /* not checked at all */
	ALLOC_OOM = 0x08,           /* 6.1: for who is being killed */
	ALLOC_HARDER = 0x10,        /* who cannot wait */
	ALLOC_HIGH = 0x20,          /* __GFP_HIGH */
};

/** The highest zone a request may use, by its flags. */
int gfp_zone(const struct world *w, uint32_t gfp);

/** Zone `n` in the order in which a request from a CPU is to try them (the node's zonelist), as a
 * number of kernel.zone[]; -1 behind the last. */
int zonelist_zone(const struct world *w, unsigned cpu, uint32_t gfp, unsigned n);

/** How a check of a zone came out. */
struct watermark_check {
	int64_t free;   /* pages, without those asked for, as the generation counts */
	int64_t mark;   /* that must stay: the mark, and the reserve */
	int short_of;   /* the order whose blocks are missing; -1: the pages themselves decide */
	bool ok;
};

/** zone_watermark_ok(): whether 2^order pages can go and leave the zone its mark and reserve. */
struct watermark_check zone_watermark_check(const struct world *w, const struct zone *z,
                                            unsigned order, int classzone, unsigned flags);

/** The flags of the second attempt (gfp_to_alloc_flags). */
unsigned gfp_to_alloc_flags(const struct world *w, uint32_t gfp);

/** Goes through the zonelist and takes a block from the first zone that has one to spare. */
FRAME(get_page_from_freelist)
{
	uint32_t gfp, order, flags, n;
	int64_t zone;
	uint64_t interrupts; /* IF before the zone's lock was taken */
	uint64_t pfn;
};
DECLARE_OP(get_page_from_freelist);

/** What happens when no zone was above its low mark. The result is the page, or 0. */
FRAME(__alloc_pages_slowpath)
{
	uint32_t gfp, order, flags, unused;
};
DECLARE_OP(__alloc_pages_slowpath);
/** The same in 2.4. */
FRAME(rebalance)
{
	uint32_t gfp, order, flags, unused;
};
DECLARE_OP(rebalance);

/** Puts the current task on the queue of those who wait for memory; then call SCHEDULE(). */
void wait_for_memory(struct world *w, unsigned cpu);
/** Takes it off again. */
void waited_for_memory(struct world *w, unsigned cpu);
/** Lets everybody on that queue look again: pages came back, or a killed task is gone. */
void memory_came_back(struct world *w);

#endif
