/*
 * Memory that is taken before there is an allocator: reserve_early() and bootmem (later memblock).
 *
 * The kernel's image has its place; the tables for the direct mapping, the boot allocator's bitmap
 * and mem_map, the array of struct page, are put into the first gap that is large enough. mem_map
 * is the one that matters to high memory: it describes all RAM but must lie in low memory, so that
 * enough RAM starves, and in the end forbids, a kernel with little low memory.
 */
#include "kernel/setup.h"

#include <stdio.h>
#include <string.h>

#define EARLY_TABLE_START 0x7000 /* where find_early_table_space() begins to look */
#define SECTION_PFNS (1u << (MAX_ORDER - 1))

static uint64_t page_align(uint64_t bytes)
{
	return (bytes + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
}

static void reserve(struct boot *b, uint64_t start, uint64_t end, const char *name)
{
	struct early_res *r = &b->reserved[b->nr_reserved++];

	r->start = start;
	r->end = end;
	snprintf(r->name, sizeof(r->name), "%s", name);
}

static const struct early_res *overlapping(const struct boot *b, uint64_t start, uint64_t end)
{
	for (unsigned i = 0; i < b->nr_reserved; i++)
		if (b->reserved[i].start < end && start < b->reserved[i].end)
			return &b->reserved[i];
	return NULL;
}

static uint64_t low_end(const struct boot *b, const struct pfn_range *r)
{
	return (r->end < b->layout.max_low_pfn ? r->end : b->layout.max_low_pfn) << PAGE_SHIFT;
}

/* The first gap of `size` bytes in low RAM at or above `start`, or 0. (find_e820_area) */
static uint64_t find_area(const struct boot *b, uint64_t start, uint64_t size)
{
	for (unsigned i = 0; i < b->node_map.nr; i++) {
		const struct pfn_range *r = &b->node_map.range[i];
		uint64_t at = r->start << PAGE_SHIFT, end = low_end(b, r);

		if (at < start)
			at = page_align(start);
		while (at + size <= end) {
			const struct early_res *taken = overlapping(b, at, at + size);

			if (!taken)
				return at;
			at = page_align(taken->end);
		}
	}
	return 0;
}

/* The last gap, or 0: memblock allocates from the top down. */
static uint64_t find_area_top(const struct boot *b, uint64_t size)
{
	for (unsigned i = b->node_map.nr; i-- > 0;) {
		const struct pfn_range *r = &b->node_map.range[i];
		uint64_t at = r->start << PAGE_SHIFT, end = low_end(b, r);

		while (at + size <= end) {
			const struct early_res *taken = overlapping(b, end - size, end);

			if (!taken)
				return end - size;
			end = taken->start & ~(uint64_t)(PAGE_SIZE - 1);
			if (end < size)
				break;
		}
	}
	return 0;
}

static bool place_image(struct boot *b, struct message *m)
{
	const struct kernel_image *image = &b->profile->image;
	uint64_t end;

	kernel_tables_count(b, &b->early_tables.pages, &b->init_tables.pages);
	b->init_tables.start = image->end;
	end = image->end + (uint64_t)b->init_tables.pages * PAGE_SIZE;
	for (unsigned i = 0; i < b->profile->nr_reserved; i++)
		reserve(b, b->profile->reserved[i].start, b->profile->reserved[i].end,
		        b->profile->reserved[i].name);
	for (unsigned i = 0; i < b->node_map.nr; i++) {
		const struct pfn_range *r = &b->node_map.range[i];

		if (r->start << PAGE_SHIFT > image->start || end > low_end(b, r))
			continue;
		reserve(b, image->start, image->end, "TEXT DATA BSS");
		reserve(b, image->end, end, "INIT_PG_TABLE");
		return true;
	}
	return fail(m,
	            "the kernel's image needs RAM from %llu to %llu KiB, and low memory has %llu "
	            "KiB with holes: say a larger ram= or another e820=",
	            (unsigned long long)image->start >> 10, (unsigned long long)end >> 10,
	            (unsigned long long)b->layout.max_low_pfn * 4);
}

/* What find_early_table_space() sets aside: an estimate, of which less is used. */
static uint64_t table_space(const struct boot *b)
{
	const struct layout *l = &b->layout;
	uint64_t low = l->max_low_pfn << PAGE_SHIFT, entry = l->pae ? 8 : 4, pages;
	uint64_t pmd = l->pae ? 2u << 20 : 4u << 20, pud = l->pae ? 1u << 30 : pmd;
	uint64_t small = b->pse ? low % pmd + pmd : low;

	pages = page_align((low + pud - 1) / pud * entry) +
	        page_align((low + pmd - 1) / pmd * entry) + page_align(small / PAGE_SIZE * entry);
	if (b->profile->early_tables)
		return pages + (uint64_t)b->profile->early_tables * PAGE_SIZE;
	return pages + page_align(l->end_of_fixed * entry);
}

static bool place_tables(struct boot *b, struct message *m)
{
	uint64_t bytes = table_space(b), used = (uint64_t)b->early_tables.pages * PAGE_SIZE;
	uint64_t at = find_area(b, EARLY_TABLE_START, bytes > used ? bytes : used);

	if (!at)
		return fail(m,
		            "Cannot find space for the kernel page tables: %llu KiB in one piece",
		            (unsigned long long)bytes >> 10);
	b->tables_printed = (struct pfn_range){ at >> PAGE_SHIFT, (at + bytes) >> PAGE_SHIFT };
	b->early_tables.start = at;
	if (used)
		reserve(b, at, at + used, "PGTABLE");
	return true;
}

/* The boot allocator's bitmap has a bit for each low page; it is given back in the end, so it is
 * found here but not kept. */
static bool place_bootmap(struct boot *b, struct message *m)
{
	b->bootmap_bytes = (b->layout.max_low_pfn + 31) / 32 * 4;
	b->bootmap = find_area(b, 0, page_align(b->bootmap_bytes));
	return b->bootmap ? true : fail(m, "there is no room for the boot allocator's bitmap");
}

static uint64_t mem_map_size(const struct boot *b)
{
	uint64_t start = b->node_map.range[0].start & ~(uint64_t)(SECTION_PFNS - 1), end = 0;

	for (unsigned i = 0; i < b->nr_zones; i++)
		if (b->zone[i].spanned && b->zone[i].start_pfn + b->zone[i].spanned > end)
			end = b->zone[i].start_pfn + b->zone[i].spanned;
	end = (end + SECTION_PFNS - 1) & ~(uint64_t)(SECTION_PFNS - 1);
	return (end - start) * b->sizeof_page;
}

static bool place_mem_map(struct boot *b, struct message *m)
{
	uint64_t goal = b->profile->mem_map_goal, bytes = mem_map_size(b), at;

	at = goal ? find_area(b, goal, page_align(bytes)) : find_area_top(b, page_align(bytes));
	if (!at)
		at = find_area(b, 0, page_align(bytes));
	if (!at)
		return fail(m,
			"mem_map does not fit into low memory: %llu MB (%u bytes for each page of "
			"RAM) into %llu MB; say a smaller ram=, or a split with more low memory",
			(unsigned long long)bytes >> 20, b->sizeof_page,
			(unsigned long long)b->layout.max_low_pfn >> 8);
	b->mem_map = at;
	b->mem_map_bytes = bytes;
	reserve(b, at, at + page_align(bytes), "mem_map");
	return true;
}

/* swiotlb_init(): a PAE build that finds RAM above 4 GiB sets a pool aside for devices that do not
 * reach it. Where there is no room there is none, as the kernel says ("Cannot allocate buffer"). */
static void place_swiotlb(struct boot *b)
{
	uint64_t bytes = b->swiotlb_bytes ? b->swiotlb_bytes : b->profile->swiotlb;
	bool beyond = b->node_map.range[b->node_map.nr - 1].end > 1u << (32 - PAGE_SHIFT);

	b->swiotlb_bytes = 0;
	if (!b->profile->swiotlb || !b->layout.pae || !beyond)
		return;
	b->swiotlb = find_area_top(b, bytes);
	if (!b->swiotlb)
		return;
	b->swiotlb_bytes = bytes;
	reserve(b, b->swiotlb, b->swiotlb + bytes, "swiotlb");
}

/* Pages of a range that are RAM and reserved; the reserved ranges do not overlap. */
static uint64_t reserved_pages(const struct boot *b, uint64_t start_pfn, uint64_t end_pfn)
{
	uint64_t pages = 0;

	for (unsigned i = 0; i < b->nr_reserved; i++)
		for (unsigned j = 0; j < b->node_map.nr; j++) {
			const struct pfn_range *r = &b->node_map.range[j];
			uint64_t from = b->reserved[i].start >> PAGE_SHIFT;
			uint64_t to = page_align(b->reserved[i].end) >> PAGE_SHIFT;

			from = from > r->start ? from : r->start;
			from = from > start_pfn ? from : start_pfn;
			to = to < r->end ? to : r->end;
			to = to < end_pfn ? to : end_pfn;
			pages += from < to ? to - from : 0;
		}
	return pages;
}

uint64_t early_reserved_pages(const struct boot *b)
{
	return reserved_pages(b, 0, b->layout.max_low_pfn);
}

bool early_reservations(struct boot *b, struct message *m)
{
	if (!b->node_map.nr)
		return fail(m,
			"the memory map has no whole page of usable RAM that the kernel can use");
	if (!place_image(b, m) || !place_tables(b, m) || !place_bootmap(b, m) ||
	    !place_mem_map(b, m))
		return false;
	place_swiotlb(b);
	for (unsigned i = 0; b->profile->zones_managed && i < b->nr_zones; i++) {
		struct zone *z = &b->zone[i];

		z->managed -= reserved_pages(b, z->start_pfn, z->start_pfn + z->spanned);
		z->batch = z->spanned ? zone_batchsize(b->profile, z->managed) : 0;
	}
	return true;
}
