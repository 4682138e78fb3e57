/*
 * The free lists of the buddy allocator: struct free_area of mm/page_alloc.c.
 *
 * A block of 2^order pages is known by its number, pfn >> order. The lists are doubly linked by
 * block numbers kept in one sparse table per order; a block is on a list exactly when its link has
 * a predecessor, which is also what tells whether it is free. So nothing has to be written into
 * the page frames, or into struct page, to build the lists: a 64 GiB machine boots by filling the
 * links of its blocks of the largest order, and nothing else.
 *
 * Lists are last in, first out. Boot frees in ascending order, so that the first allocation comes
 * from the top of the zone; a split keeps the lower half and puts the upper one back.
 */
#include "kernel/buddy.h"

#define LINKS_PER_BLOCK SPARSE_PER(struct free_link)

static const struct free_link *link_get(const struct world *w, unsigned order, uint32_t block)
{
	return SPARSE_GET(&w->kernel.free_links[order], struct free_link, block);
}

static struct free_link *link_put(struct world *w, unsigned order, uint32_t block)
{
	return SPARSE_PUT(&w->kernel.free_links[order], struct free_link, block);
}

bool buddy_listed(const struct world *w, uint64_t pfn, unsigned order)
{
	return link_get(w, order, (uint32_t)(pfn >> order))->prev != 0;
}

void free_list_add(struct world *w, struct zone *z, uint64_t pfn, unsigned order)
{
	struct free_area *area = &z->free_area[order];
	uint32_t block = (uint32_t)(pfn >> order);

	if (area->head)
		link_put(w, order, area->head - 1)->prev = block + 1;
	*link_put(w, order, block) = (struct free_link){ area->head, FREE_LINK_HEAD };
	area->head = block + 1;
	area->nr_free++;
	z->free += 1ull << order;
}

void free_list_del(struct world *w, struct zone *z, uint64_t pfn, unsigned order)
{
	struct free_area *area = &z->free_area[order];
	uint32_t block = (uint32_t)(pfn >> order);
	struct free_link link = *link_get(w, order, block);

	if (link.next)
		link_put(w, order, link.next - 1)->prev = link.prev;
	if (link.prev == FREE_LINK_HEAD)
		area->head = link.next;
	else
		link_put(w, order, link.prev - 1)->next = link.next;
	*link_put(w, order, block) = (struct free_link){ 0, 0 };
	area->nr_free--;
	z->free -= 1ull << order;
}

/* Adds n blocks that follow each other, a table's worth at a time: the same as n times
 * free_list_add(), without finding each link by itself. */
static void free_list_add_run(struct world *w, struct zone *z, uint64_t pfn, unsigned order,
                              uint32_t n)
{
	struct free_area *area = &z->free_area[order];
	uint32_t first = (uint32_t)(pfn >> order), behind = first + n;

	if (area->head)
		link_put(w, order, area->head - 1)->prev = first + 1;
	for (uint32_t block = first; block < behind;) {
		struct free_link *link = link_put(w, order, block);
		uint32_t room = (uint32_t)(LINKS_PER_BLOCK - block % LINKS_PER_BLOCK);

		for (; room-- && block < behind; block++, link++)
			*link = (struct free_link){ block == first ? area->head : block,
				                    block + 1 == behind ? FREE_LINK_HEAD :
				                                          block + 2 };
	}
	area->head = behind;
	area->nr_free += n;
	z->free += (uint64_t)n << order;
}

void free_range(struct world *w, struct zone *z, uint64_t start, uint64_t end)
{
	unsigned top = w->kernel.profile->max_order - 1, order;

	while (start < end) {
		for (order = 0; order < top; order++)
			if (start & 1ull << order || start + (2ull << order) > end)
				break;
		if (order == top) {
			uint32_t n = (uint32_t)((end - start) >> top);

			free_list_add_run(w, z, start, top, n);
			start += (uint64_t)n << top;
		} else {
			free_list_add(w, z, start, order);
			start += 1ull << order;
		}
	}
}

int free_area_find(const struct world *w, const struct zone *z, unsigned order)
{
	for (; order < w->kernel.profile->max_order; order++)
		if (z->free_area[order].head)
			return (int)order;
	return -1;
}

uint64_t free_list_first(const struct zone *z, unsigned order)
{
	return (uint64_t)(z->free_area[order].head - 1) << order;
}

uint64_t buddy_free(const struct world *w, const struct zone *z, uint64_t pfn, unsigned order)
{
	uint64_t buddy = pfn ^ 1ull << order;

	if (buddy < z->start_pfn || buddy + (1ull << order) > z->start_pfn + z->spanned)
		return 0;
	return buddy_listed(w, buddy, order) ? buddy : 0;
}

int page_buddy(const struct world *w, uint64_t pfn, uint64_t *first)
{
	for (unsigned order = 0; order < w->kernel.profile->max_order; order++) {
		uint64_t block = pfn >> order << order;

		if (!buddy_listed(w, block, order))
			continue;
		if (first)
			*first = block;
		return (int)order;
	}
	return -1;
}

void pages_set_used(struct world *w, uint64_t pfn, unsigned order, unsigned owner)
{
	for (uint64_t i = 0; i < 1ull << order; i++)
		*pfn_to_page_mut(w, pfn + i) = (struct page){ .owner = (uint16_t)owner,
			                                      .use = PAGE_USED };
	*pfn_to_page_mut(w, pfn) = (struct page){ .refs = 1,
		                                  .owner = (uint16_t)owner,
		                                  .use = PAGE_USED,
		                                  .order = (uint8_t)order };
}

void pages_set_free(struct world *w, uint64_t pfn, unsigned order)
{
	for (uint64_t i = 0; i < 1ull << order; i++)
		*pfn_to_page_mut(w, pfn + i) = (struct page){ 0 };
}
