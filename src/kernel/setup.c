/*
 * How much memory, and how much of it low: setup_arch() and find_low_pfn_range().
 *
 * max_pfn is the end of RAM, clipped to what page-table entries of the build can name. Low memory
 * is what fits below MAXMEM; the rest is high memory, or lost where the build has none. highmem=
 * makes high memory smaller (RAM is cut off at the top) or, on a machine that would have none,
 * takes some from low memory. -aa's HIGHMEM_EMULATION is the other way to get high memory on a small
 * machine: it puts the limit at a fifth of RAM. The arithmetic is the kernel's, in 32 bits, so that
 * absurd values come out as absurd as there.
 */
#include "kernel/setup.h"

#include "kernel/numa.h"

#include <string.h>

#define MAX_NONPAE_PFN (1u << 20)
#define LOWMEM_LEAST_PFN ((64u << 20) >> PAGE_SHIFT)
#define LOWMEM_LEAST_EMULATED ((16u << 20) >> PAGE_SHIFT)
#define UNSET_PAGES UINT32_MAX

/* e820_end_of_ram_pfn(): entries of usable RAM, cut at the limit. */
static uint32_t end_of_ram_pfn(const struct e820_map *map, uint64_t limit)
{
	uint64_t last = 0;

	for (unsigned i = 0; i < map->nr; i++) {
		const struct e820_entry *e = &map->entry[i];
		uint64_t start = e->start >> PAGE_SHIFT, end = e->end >> PAGE_SHIFT;

		if (e->type != E820_RAM || start >= limit)
			continue;
		if (end > limit)
			end = limit;
		if (end > last)
			last = end;
	}
	return (uint32_t)last;
}

/* More RAM than low memory can hold. */
static void find_high(struct boot *b, uint32_t maxmem_pfn)
{
	struct low_pfn_warnings *warn = &b->warnings;
	uint32_t max_pfn = (uint32_t)b->layout.max_pfn, highmem = b->highmem_pages;

	if (highmem == UNSET_PAGES)
		highmem = max_pfn - maxmem_pfn;
	if (highmem + maxmem_pfn < max_pfn)
		max_pfn = maxmem_pfn + highmem;
	if (highmem + maxmem_pfn > max_pfn) {
		warn->highmem_excess = true;
		warn->has_mb = (max_pfn - maxmem_pfn) >> 8;
		warn->asked_mb = highmem >> 8;
	}
	if (!b->layout.highmem) {
		warn->only_maxmem = true;
		warn->wants_pae = max_pfn > MAX_NONPAE_PFN;
		if (!b->profile->keeps_max_pfn)
			max_pfn = maxmem_pfn;
	} else if (!b->layout.pae && max_pfn > MAX_NONPAE_PFN) {
		warn->only_4gb = true;
		max_pfn = MAX_NONPAE_PFN;
	}
	b->layout.max_pfn = max_pfn;
	b->layout.max_low_pfn = maxmem_pfn;
}

/* All RAM fits into low memory: high memory only if highmem= carves it out. */
static void find_low(struct boot *b)
{
	struct low_pfn_warnings *warn = &b->warnings;
	uint32_t max_pfn = (uint32_t)b->layout.max_pfn;
	uint32_t highmem = b->highmem_pages == UNSET_PAGES ? 0 : b->highmem_pages;

	b->layout.max_low_pfn = max_pfn;
	warn->asked_mb = highmem >> 8;
	if (!b->layout.highmem) {
		warn->highmem_ignored = highmem != 0;
		return;
	}
	if (highmem >= max_pfn) {
		warn->highmem_bigger = true;
		warn->has_mb = max_pfn >> 8;
		return;
	}
	if (highmem && max_pfn - highmem < LOWMEM_LEAST_PFN)
		warn->highmem_too_much = true;
	else
		b->layout.max_low_pfn = max_pfn - highmem;
}

/* MAXMEM_PFN under CONFIG_HIGHMEM_EMULATION: a fifth of RAM, in whole blocks of the largest order. */
static bool emulate_highmem(const struct boot *b, uint32_t *maxmem_pfn, struct message *m)
{
	uint32_t block = 1u << (b->profile->max_order - 1), max_pfn = (uint32_t)b->layout.max_pfn;

	if (!boot_option(b->config, b->profile, "highmem_emulation"))
		return true;
	if (max_pfn > *maxmem_pfn)
		return fail(m, "highmem_emulation=yes is impossible with %u MB of RAM: what is above "
		               "%u MB is high memory already; say highmem_emulation=no, or a smaller "
		               "ram=", max_pfn >> 8, *maxmem_pfn >> 8);
	*maxmem_pfn = max_pfn / 5 & ~(block - 1);
	if (*maxmem_pfn < LOWMEM_LEAST_EMULATED)
		return fail(m, "highmem_emulation=yes leaves a fifth of %u MB, less than the DMA zone's "
		               "16 MB: say a larger ram=, or highmem=SIZE in cmdline= instead",
		            max_pfn >> 8);
	return true;
}

static bool find_low_pfn_range(struct boot *b, struct message *m)
{
	struct layout *l = &b->layout;
	uint64_t limit = l->pae ? b->profile->max_arch_pfn_pae : b->profile->max_arch_pfn;
	uint32_t maxmem_pfn = l->maxmem >> PAGE_SHIFT;

	l->max_pfn = end_of_ram_pfn(&b->e820, limit);
	l->last_pfn = l->max_pfn;
	if (!l->max_pfn)
		return fail(m,
		            "no usable RAM is left: the memory map, mem= or memmap= take it all");
	if (!emulate_highmem(b, &maxmem_pfn, m))
		return false;
	if (l->max_pfn > maxmem_pfn)
		find_high(b, maxmem_pfn);
	else
		find_low(b);
	return true;
}

static bool boot_memory_map(struct boot *b, struct message *m)
{
	const struct boot_config *c = b->config;

	if (c->e820_given)
		b->bios = c->e820;
	else if (!e820_from_ram(&b->bios, c->ram, m))
		return false;
	if (!e820_fits(&b->bios, b->model->maxphyaddr, m))
		return false;
	sanitize_e820_map(&b->bios);
	b->e820 = b->bios;
	return true;
}

bool boot_setup(struct boot *b, const struct boot_config *c, const struct profile *p,
                const struct cpu_model *model, struct message *m)
{
	memset(b, 0, sizeof(*b));
	b->config = c;
	b->profile = p;
	b->model = model;
	b->highmem_pages = UNSET_PAGES;
	b->layout.vmalloc_reserve = p->vmalloc_reserve;
	b->pse = model->pse;
	b->pge = model->pge;
	if (!config_check(b, m) || !boot_memory_map(b, m) || !parse_early_param(b, m))
		return false;
	b->nx = b->layout.pae && p->nx && model->nx && !b->nx_off;
	if (!layout_areas(b, m) || !find_low_pfn_range(b, m) || !layout_finish(b, m) ||
	    !numa_check(b, m))
		return false;
	free_area_init(b);
	if (!early_reservations(b, m))
		return false;
	setup_per_zone_pages_min(p, &b->layout, b->zone, b->nr_zones);
	return true;
}
