/*
 * Finding zones and struct pages, and checking that the allocator's books are in order.
 *
 * mem_map is a sparse table: a page that boot gave to the allocator and nobody touched since has
 * no entry, and reads as free. What boot reserved, and the holes between RAM, have no entries
 * either; they are recognised by address.
 */
#include "kernel/buddy.h"

static const struct page reserved_page = { .refs = 1, .use = PAGE_RESERVED };

const struct zone *page_zone_const(const struct world *w, uint64_t pfn)
{
	for (unsigned i = 0; i < w->kernel.nr_zones; i++) {
		const struct zone *z = &w->kernel.zone[i];

		if (pfn >= z->start_pfn && pfn - z->start_pfn < z->spanned)
			return z;
	}
	return NULL;
}

struct zone *page_zone(struct world *w, uint64_t pfn)
{
	const struct zone *z = page_zone_const(w, pfn);

	return z ? &w->kernel.zone[z - w->kernel.zone] : NULL;
}

static bool is_ram(const struct kernel *k, uint64_t pfn)
{
	for (unsigned i = 0; i < k->node_map.nr; i++)
		if (pfn >= k->node_map.range[i].start && pfn < k->node_map.range[i].end)
			return true;
	return false;
}

static bool is_reserved(const struct kernel *k, uint64_t pfn)
{
	uint64_t pa = pfn << PAGE_SHIFT;

	for (unsigned i = 0; i < k->nr_reserved; i++)
		if (pa < k->reserved[i].end && k->reserved[i].start < pa + PAGE_SIZE)
			return true;
	return false;
}

const struct page *pfn_to_page(const struct world *w, uint64_t pfn)
{
	const struct page *page = SPARSE_GET(&w->kernel.mem_map, struct page, pfn);

	if (page->use != PAGE_FREE || page->refs)
		return page;
	if (!page_zone_const(w, pfn) || !is_ram(&w->kernel, pfn) || is_reserved(&w->kernel, pfn))
		return &reserved_page;
	return page;
}

struct page *pfn_to_page_mut(struct world *w, uint64_t pfn)
{
	return SPARSE_PUT(&w->kernel.mem_map, struct page, pfn);
}

bool page_highmem(const struct world *w, uint64_t pfn)
{
	return pfn >= w->kernel.layout.max_low_pfn;
}

/* One block of a list: inside its zone, linked both ways, free, and not part of another. */
static bool check_block(const struct world *w, const struct zone *z, uint64_t pfn, unsigned order,
                        struct message *m)
{
	for (unsigned o = order + 1; o < w->kernel.profile->max_order; o++)
		if (buddy_listed(w, pfn >> o << o, o))
			return fail(m, "zone %s: pfn %#llx is on the lists of order %u and %u",
			            z->name, (unsigned long long)pfn, order, o);
	for (uint64_t i = pfn; i < pfn + (1ull << order); i += order >= 8 ? 1ull << order >> 3 : 1)
		if (page_zone_const(w, i) != z || pfn_to_page(w, i)->use != PAGE_FREE)
			return fail(m, "zone %s: pfn %#llx in a free block of order %u is not free",
			            z->name, (unsigned long long)i, order);
	return true;
}

static bool check_list(const struct world *w, const struct zone *z, unsigned order,
                       struct message *m)
{
	uint32_t prev = FREE_LINK_HEAD, block = z->free_area[order].head;
	uint64_t n = 0;

	while (block) {
		const struct free_link *link = SPARSE_GET(&w->kernel.free_links[order],
		                                          struct free_link, block - 1);

		if (link->prev != prev)
			return fail(m, "zone %s: order %u: block %u does not know its predecessor",
			            z->name, order, block - 1);
		if (++n > z->free_area[order].nr_free)
			break;
		if (!check_block(w, z, (uint64_t)(block - 1) << order, order, m))
			return false;
		prev = block;
		block = link->next;
	}
	if (n != z->free_area[order].nr_free)
		return fail(m, "zone %s: order %u: the list and nr_free %llu disagree", z->name,
		            order, (unsigned long long)z->free_area[order].nr_free);
	return true;
}

bool zones_check(const struct world *w, struct message *m)
{
	for (unsigned i = 0; i < w->kernel.nr_zones; i++) {
		const struct zone *z = &w->kernel.zone[i];
		uint64_t pages = 0;

		for (unsigned order = 0; order < w->kernel.profile->max_order; order++) {
			if (!check_list(w, z, order, m))
				return false;
			pages += z->free_area[order].nr_free << order;
		}
		if (pages != z->free)
			return fail(m, "zone %s: its lists have %llu pages, it counts %llu",
			            z->name, (unsigned long long)pages,
			            (unsigned long long)z->free);
	}
	return true;
}
