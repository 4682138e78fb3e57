/*
 * The allocation check: zone_watermark_ok() of mm/page_alloc.c, and before it what __alloc_pages()
 * of 2.4 asks of each zone.
 *
 * A zone must keep a mark free, plus what it reserves for requests that have no choice but it (its
 * lowmem_reserve for the class of the request). How much of the mark an urgent request may use, and
 * what must be true of the blocks when more than one page is wanted, is each generation's own:
 *
 *	2.4	what is left must exceed the mark; who cannot wait, a quarter of mark and reserve;
 *		blocks are not looked at: free pages may be enough and the list empty all the same
 *	2.6	half the mark for __GFP_HIGH, a quarter of what is left for who cannot wait; then for
 *		each smaller order: without the blocks of that order, more than half of the mark of
 *		the order below must be left
 *	6.1	the same two, "cannot wait" being __GFP_ATOMIC; half for who is being killed; and
 *		one block that is large enough will do (4.4 and later)
 *
 * Left out: 6.1's reserve for atomic requests of a high order (MIGRATE_HIGHATOMIC) and the boost of
 * the marks after fragmentation; both need migrate types.
 */
#include "kernel/buddy.h"
#include "kernel/page_alloc.h"

static uint64_t mark_of(const struct zone *z, unsigned flags)
{
	switch (flags & ALLOC_WMARK_MASK) {
	case ALLOC_WMARK_LOW:
		return z->low;
	case ALLOC_WMARK_HIGH:
		return z->high;
	default:
		return z->min;
	}
}

/* The class of a request is the zone that it named: what lower zones keep from it is theirs. */
static struct watermark_check check_share(const struct zone *z, unsigned order, int classzone,
                                          unsigned flags)
{
	int64_t free = (int64_t)z->free - (int64_t)(1ull << order);
	int64_t mark = (int64_t)(mark_of(z, flags) + z->lowmem_reserve[classzone]);

	if (flags & ALLOC_HARDER)
		mark >>= 2;
	free = free < 0 ? 0 : free;
	return (struct watermark_check){ free, mark, -1, free > mark };
}

/* The half and the quarter that urgent requests need not leave. */
static int64_t lowered(int64_t mark, unsigned flags)
{
	if (flags & ALLOC_HIGH)
		mark -= mark / 2;
	if (flags & ALLOC_OOM)
		mark -= mark / 2;
	else if (flags & ALLOC_HARDER)
		mark -= mark / 4;
	return mark;
}

static struct watermark_check check_quarters(const struct zone *z, unsigned order, int classzone,
                                             unsigned flags)
{
	int64_t min = lowered((int64_t)mark_of(z, flags), flags);
	int64_t free = (int64_t)z->free - (int64_t)(1ull << order) + 1;
	int64_t mark = min + (int64_t)z->lowmem_reserve[classzone];

	if (free <= mark)
		return (struct watermark_check){ free, mark, -1, false };
	for (unsigned o = 0; o < order; o++) {
		free -= (int64_t)(z->free_area[o].nr_free << o);
		min >>= 1;
		mark = min;
		if (free <= min)
			return (struct watermark_check){ free, min, (int)o, false };
	}
	return (struct watermark_check){ free, mark, -1, true };
}

static struct watermark_check check_scale(const struct world *w, const struct zone *z,
                                          unsigned order, int classzone, unsigned flags)
{
	int64_t free = (int64_t)z->free - (int64_t)(1ull << order) + 1;
	int64_t mark = lowered((int64_t)mark_of(z, flags), flags) +
	               (int64_t)z->lowmem_reserve[classzone];

	if (free <= mark)
		return (struct watermark_check){ free, mark, -1, false };
	if (order && free_area_find(w, z, order) < 0)
		return (struct watermark_check){ free, mark, (int)order, false };
	return (struct watermark_check){ free, mark, -1, true };
}

struct watermark_check zone_watermark_check(const struct world *w, const struct zone *z,
                                            unsigned order, int classzone, unsigned flags)
{
	if (flags & ALLOC_NO_WATERMARKS)
		return (struct watermark_check){ (int64_t)z->free, 0, -1, true };
	switch (w->kernel.profile->watermark) {
	case WATERMARK_QUARTERS:
		return check_quarters(z, order, classzone, flags);
	case WATERMARK_SCALE:
		return check_scale(w, z, order, classzone, flags);
	default:
		return check_share(z, order, classzone, flags);
	}
}

unsigned gfp_to_alloc_flags(const struct world *w, uint32_t gfp)
{
	const struct profile *p = w->kernel.profile;
	bool cannot_wait = p->gfp[GFP_BIT_ATOMIC] ? gfp & 1u << GFP_BIT_ATOMIC : !(gfp & GFP_WAIT);
	bool quarters = p->watermark == WATERMARK_QUARTERS || p->watermark == WATERMARK_SCALE;
	unsigned flags = ALLOC_WMARK_MIN;

	if (gfp & GFP_HIGH && quarters)
		flags |= ALLOC_HIGH;
	if (cannot_wait && !(p->gfp[GFP_BIT_ATOMIC] && gfp & GFP_NOMEMALLOC))
		flags |= ALLOC_HARDER;
	return flags;
}
