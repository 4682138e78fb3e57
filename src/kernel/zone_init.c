/*
 * Zones at boot: free_area_init_nodes() of mm/page_alloc.c (2.4: free_area_init_core).
 *
 * RAM is turned into ranges of whole pages (early_node_map); a zone's limits come from max_low_pfn
 * and max_pfn, its span is what of them lies within the node, its present pages are those of the
 * span that are RAM. 2.6 then takes the zone's share of mem_map off the present pages, also for
 * HighMem, although the bytes lie in low memory.
 */
#include "kernel/numa.h"

#define DMA_END_PFN 4096 /* 16 MiB: what an ISA device can reach */
#define DMA_LEAST_PFN 2048

static const char *const zone_names[MAX_NR_ZONES] = { "DMA", "Normal", "HighMem" };

static uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t max_u64(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static void init_node_map(struct boot *b)
{
	const struct profile *p = b->profile;
	uint64_t limit = p->node_beyond ? b->layout.max_arch_pfn : b->layout.max_pfn;
	struct e820_map map = b->e820;

	if (p->trim_bios) {
		e820_remove_ram(&map, 0xa0000, 0x100000);
		sanitize_e820_map(&map);
	}
	for (unsigned i = 0; i < map.nr; i++) {
		const struct e820_entry *e = &map.entry[i];
		struct pfn_range r = { (e->start + PAGE_SIZE - 1) >> PAGE_SHIFT,
			               min_u64(e->end >> PAGE_SHIFT, limit) };

		r.start = max_u64(r.start, p->first_pfn);
		if (e->type == E820_RAM && r.start < r.end)
			b->node_map.range[b->node_map.nr++] = r;
	}
}

/* Each range belongs to one node. */
static void split_node_map(struct node_map *map, uint64_t at)
{
	for (unsigned i = 0; i < map->nr; i++)
		if (map->range[i].start < at && map->range[i].end > at && map->nr < E820_MAX) {
			for (unsigned k = map->nr++; k > i; k--)
				map->range[k] = map->range[k - 1];
			map->range[i].end = at;
			map->range[i + 1].start = at;
		}
	for (unsigned i = 0; i < map->nr; i++)
		map->node[i] = map->range[i].start >= at;
}

static uint64_t ram_pages(const struct node_map *map, uint64_t start, uint64_t end)
{
	uint64_t pages = 0;

	for (unsigned i = 0; i < map->nr; i++) {
		uint64_t from = max_u64(start, map->range[i].start);
		uint64_t to = min_u64(end, map->range[i].end);

		if (from < to)
			pages += to - from;
	}
	return pages;
}

uint32_t zone_batchsize(const struct profile *p, uint64_t pages)
{
	uint32_t batch = (uint32_t)min_u64(pages / 1024, p->batch_max) / 4, power = 1;

	if (!batch)
		batch = 1;
	while (power * 2 <= batch + batch / 2)
		power *= 2;
	return power - 1;
}

static void init_zone(struct boot *b, unsigned i, struct pfn_range node)
{
	const struct profile *p = b->profile;
	struct zone *z = &b->zone[i];
	enum zone_type type = zone_type(i);
	uint64_t start = max_u64(b->limit[type].start, node.start);
	uint64_t end = min_u64(b->limit[type].end, node.end);
	uint64_t bytes;

	z->name = zone_names[type];
	z->node = node.start && node.start == b->node_split;
	z->start_pfn = start < end ? start : 0;
	z->spanned = start < end ? end - start : 0;
	z->present = p->holes_present ? z->spanned : ram_pages(&b->node_map, start, end);
	b->layout.totalpages += z->present;
	bytes = z->spanned * b->sizeof_page;
	if (p->memmap_from_zone && z->present >= (bytes + PAGE_SIZE - 1) >> PAGE_SHIFT) {
		z->memmap = (bytes + PAGE_SIZE - 1) >> PAGE_SHIFT;
		z->present -= z->memmap;
	}
	z->managed = z->present;
	z->batch = z->spanned ? zone_batchsize(p, z->present) : 0;
}

static unsigned page_struct_size(const struct boot *b)
{
	const struct profile *p = b->profile;

	if (!b->layout.highmem && p->sizeof_page_nohighmem)
		return p->sizeof_page_nohighmem;
	if (p->sizeof_page_memcg && boot_option(b->config, p, "memcg"))
		return p->sizeof_page_memcg;
	if (!b->layout.pae && p->sizeof_page_nopae)
		return p->sizeof_page_nopae;
	return p->sizeof_page;
}

/* zone_sizes_init(): the first 16 MiB. RHEL3's HIGHMEM64G build, where only who asks for DMA gets it,
 * sets no more aside than a twentieth of memory, in blocks of 8 MiB, and one at least. */
static uint64_t dma_end(const struct boot *b)
{
	uint64_t share = b->layout.max_pfn / 20 & ~(uint64_t)(DMA_LEAST_PFN - 1);

	if (!b->profile->dma_apart || !b->layout.pae)
		return DMA_END_PFN;
	return min_u64(max_u64(share, DMA_LEAST_PFN), DMA_END_PFN);
}

void free_area_init(struct boot *b)
{
	struct pfn_range node = { 0, 0 };
	uint64_t ends[MAX_NR_ZONES] = { dma_end(b), b->layout.max_low_pfn, b->layout.max_pfn };
	uint64_t behind;

	init_node_map(b);
	split_node_map(&b->node_map, b->node_split);
	b->sizeof_page = page_struct_size(b);
	b->nr_zones = b->layout.highmem ? 3 : 2;
	if (b->node_map.nr)
		node = (struct pfn_range){ b->node_map.range[0].start,
			                   b->node_map.range[b->node_map.nr - 1].end };
	if (b->profile->holes_present)
		node = (struct pfn_range){ 0, b->layout.max_pfn };
	behind = node.start;
	for (unsigned i = 0; i < b->nr_zones; i++) {
		b->limit[i] = (struct pfn_range){ behind, max_u64(ends[i], behind) };
		behind = b->limit[i].end;
		init_zone(b, i, (struct pfn_range){ node.start, min_u64(node.end, b->node_split) });
	}
	if (b->nr_nodes > 1)
		init_zone(b, b->nr_zones++, (struct pfn_range){ b->node_split, node.end });
}
