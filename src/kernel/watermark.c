/*
 * Watermarks and reserves: setup_per_zone_pages_min(), setup_per_zone_lowmem_reserve(),
 * init_per_zone_pages_min() of mm/page_alloc.c.
 *
 * min_free_kbytes grows with the square root of low memory; each zone gets its share as min. High
 * memory is of no use to the kernel itself, so it keeps only a little. lowmem_reserve is what a
 * zone withholds from requests that could have used a higher zone: without it page cache would
 * fill low memory while HighMem is free. 2.4 has a share of the zone's size instead of the root;
 * RHEL3 adds up to 4 MB of low memory on large machines, and leaves the steps to low and high as
 * wide as the zone is.
 */
#include "kernel/numa.h"

#define SWAP_CLUSTER_MAX 32

/* sysctl_lowmem_reserve_ratio: of DMA and of Normal. */
static const uint32_t reserve_ratio[] = { 256, 32 };

static uint64_t int_sqrt(uint64_t x)
{
	uint64_t root = 0;

	for (uint64_t bit = 1ull << 31; bit; bit >>= 1)
		if ((root | bit) * (root | bit) <= x)
			root |= bit;
	return root;
}

static uint64_t clamp(uint64_t value, uint64_t least, uint64_t most)
{
	return value < least ? least : value > most ? most : value;
}

static uint64_t lowmem_pages(const struct zone *zone)
{
	return zone[ZONE_DMA].managed + zone[ZONE_NORMAL].managed;
}

/* reserve[j]: for a request whose highest zone is j. The last class is the Movable zone, which is
 * empty: it counts as the one before. */
void setup_lowmem_reserve(struct zone *zone, unsigned nr_zones, const uint32_t *ratio)
{
	unsigned types = zone_types(nr_zones);

	for (unsigned i = 0; i < nr_zones; i++) {
		uint64_t above = 0;

		for (unsigned j = 0; j <= types; j++) {
			if (j > i && j < types)
				above += zone[j].managed;
			zone[i].lowmem_reserve[j] =
				i < ZONE_HIGHMEM && j > i && ratio[i] ? above / ratio[i] : 0;
		}
	}
}

static void setup_share(struct zone *z)
{
	z->min = clamp(z->managed / 128, 20, 255);
	z->low = z->min * 2;
	z->high = z->min * 3;
}

/* free_area_init_core() of RHEL3. Its HIGHMEM64G build keeps nothing of DMA, which nobody falls back
 * to there. */
static void setup_extra(struct zone *z, unsigned i, const struct layout *l)
{
	const unsigned extra_ratio[] = { l->pae ? 0 : 128, 512, 0 };
	uint64_t extra = extra_ratio[i] ? l->totalpages / extra_ratio[i] : 0;
	uint64_t share = z->managed / 128 > 20 ? z->managed / 128 : 20;

	if (i == ZONE_DMA && l->pae)
		return;
	extra = extra > 1024 ? 1024 : extra < 255 ? 0 : extra;
	z->min = extra + (share < 255 ? share : 255);
	z->low = extra + share * 2;
	z->high = extra + share * 3;
}

/* Rules that know no min_free_kbytes. */
static bool setup_shares(const struct profile *p, const struct layout *l, struct zone *zone,
                         unsigned nr_zones)
{
	for (unsigned i = 0; i < nr_zones; i++) {
		if (p->watermark == WATERMARK_SHARE && zone[i].managed)
			setup_share(&zone[i]);
		if (p->watermark == WATERMARK_EXTRA && zone[i].managed)
			setup_extra(&zone[i], i, l);
	}
	return p->watermark == WATERMARK_SHARE || p->watermark == WATERMARK_EXTRA;
}

static void setup_zone(const struct profile *p, struct zone *z, bool highmem, uint64_t pages_min,
                       uint64_t lowmem)
{
	uint64_t share = lowmem ? pages_min * z->managed / lowmem : 0, step;

	z->min = highmem ? clamp(z->managed / 1024, SWAP_CLUSTER_MAX, 128) : share;
	if (p->watermark == WATERMARK_SCALE) {
		step = share / 4 > z->managed / 1000 ? share / 4 : z->managed / 1000;
		z->low = z->min + step;
		z->high = z->low + step;
	} else {
		z->low = z->min + share / 4;
		z->high = z->min + share / 2;
	}
}

void setup_per_zone_marks(const struct profile *p, struct zone *zone, unsigned nr_zones,
                          uint32_t min_free_kbytes)
{
	uint64_t lowmem = lowmem_pages(zone);

	for (unsigned i = 0; i < nr_zones; i++)
		setup_zone(p, &zone[i], i >= ZONE_HIGHMEM, min_free_kbytes >> 2, lowmem);
}

void setup_per_zone_pages_min(const struct profile *p, struct layout *l, struct zone *zone,
                              unsigned nr_zones)
{
	if (p->watermark != WATERMARK_EXTRA)
		setup_lowmem_reserve(zone, nr_zones, reserve_ratio);
	if (setup_shares(p, l, zone, nr_zones))
		return;
	l->min_free_kbytes = (uint32_t)clamp(int_sqrt(lowmem_pages(zone) * 4 * 16), 128,
	                                     p->min_free_max);
	setup_per_zone_marks(p, zone, nr_zones, l->min_free_kbytes);
}
