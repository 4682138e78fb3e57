/*
 * The layout as JSON, by CONTRACT: the answer of `boot` and of `layout`.
 *
 * The regions are what the layout block of the boot log shows, from the bottom up, and what lies
 * between fixmap and pool in newer kernels. Ends are exclusive, as in that block.
 */
#include "command/describe.h"

#include "kernel/numa.h"
#include "lab/words.h"

#include <stdlib.h>

static void region_add(struct region *region, unsigned *n, const char *name, uint32_t start,
                       uint32_t end)
{
	if (start < end)
		region[(*n)++] = (struct region){ name, start, end };
}

unsigned layout_regions(const struct layout *l, struct region region[REGIONS_MAX])
{
	unsigned n = 0;

	region_add(region, &n, "user", 0, l->task_size);
	region_add(region, &n, "lowmem", l->page_offset, l->high_memory);
	region_add(region, &n, "vmalloc", l->vmalloc_start, l->vmalloc_end);
	if (l->highmem)
		region_add(region, &n, "pkmap", l->pkmap_base,
		           l->pkmap_base + l->last_pkmap * PAGE_SIZE);
	if (l->ldt_base)
		region_add(region, &n, "ldt", l->ldt_base, l->cpu_entry_area);
	if (l->cpu_entry_area)
		region_add(region, &n, "cpu_entry_area", l->cpu_entry_area,
		           cpu_entry_area_end(l));
	if (l->fixaddr_boot_start)
		region_add(region, &n, "fixmap_boot", l->fixaddr_boot_start, l->fixaddr_start);
	region_add(region, &n, "fixmap", l->fixaddr_start, l->fixaddr_top);
	return n;
}

static json_t *regions_json(const struct layout *l)
{
	struct region region[REGIONS_MAX];
	unsigned n = layout_regions(l, region);
	json_t *array = json_array();

	for (unsigned i = 0; i < n; i++)
		json_array_append_new(array, json_pack("{s:s, s:o, s:o}", "name", region[i].name,
		                                       "start", json_hex(region[i].start), "end",
		                                       json_hex(region[i].end)));
	return array;
}

static json_t *zone_json(const struct zone *z, unsigned nr_reserves)
{
	json_t *protection = json_array();

	for (unsigned i = 0; i < nr_reserves; i++)
		json_array_append_new(protection, json_integer((json_int_t)z->lowmem_reserve[i]));
	return json_pack("{s:s, s:o, s:I, s:I, s:I, s:I, s:I, s:o}", "name", z->name, "start_pfn",
	                 json_hex(z->start_pfn), "spanned", (json_int_t)z->spanned, "present",
	                 (json_int_t)z->present, "min", (json_int_t)z->min, "low",
	                 (json_int_t)z->low, "high", (json_int_t)z->high, "protection", protection);
}

json_t *zones_json(const struct world *w)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < w->kernel.nr_zones; i++)
		json_array_append_new(array, zone_json(&w->kernel.zone[i],
		                                       zone_types(w->kernel.nr_zones) + 1));
	return array;
}

/* What the kernel logged while it booted. Whoever came later added to the log. */
static json_t *messages_json(struct session *s)
{
	const struct world *boot = session_peek(s, 0);
	json_t *array = json_array();

	for (uint32_t i = 0; i < boot->kernel.dmesg.n; i++)
		json_array_append_new(array, json_string(dmesg_line(boot, i)));
	return array;
}

static void set_hex(json_t *json, const char *key, uint64_t n)
{
	json_object_set_new(json, key, json_hex(n));
}

static void set_count(json_t *json, const char *key, uint64_t n)
{
	json_object_set_new(json, key, json_integer((json_int_t)n));
}

static void set_addresses(json_t *json, const struct layout *l)
{
	set_hex(json, "page_offset", l->page_offset);
	set_hex(json, "high_memory", l->high_memory);
	set_hex(json, "maxmem", l->maxmem);
	set_hex(json, "vmalloc_start", l->vmalloc_start);
	set_hex(json, "vmalloc_end", l->vmalloc_end);
	if (l->pkmap_base) { /* a constant of every build, of use with high memory only */
		set_hex(json, "pkmap_base", l->pkmap_base);
		set_count(json, "last_pkmap", l->last_pkmap);
	}
	set_hex(json, "fixaddr_top", l->fixaddr_top);
	set_hex(json, "fixaddr_start", l->fixaddr_start);
	if (l->fixaddr_boot_start)
		set_hex(json, "fixaddr_boot_start", l->fixaddr_boot_start);
	if (!l->fix_kmap_begin)
		return;
	set_count(json, "fix_kmap_begin", l->fix_kmap_begin);
	set_hex(json, "fix_kmap_begin_va", fix_to_virt(l, l->fix_kmap_begin));
	set_count(json, "kmap_slots_per_cpu", l->kmap_slots_per_cpu);
}

static void set_memory(json_t *json, const struct world *w)
{
	const struct layout *l = &w->kernel.layout;

	set_hex(json, "max_pfn", l->max_pfn);
	set_hex(json, "max_low_pfn", l->max_low_pfn);
	set_count(json, "lowmem_mb", l->max_low_pfn >> (20 - PAGE_SHIFT));
	set_count(json, "highmem_mb", (l->max_pfn - l->max_low_pfn) >> (20 - PAGE_SHIFT));
	json_object_set_new(json, "pae", json_boolean(l->pae));
	set_count(json, "nr_cpus", w->kernel.config.nr_cpus);
	set_count(json, "cpus", w->machine.nr_cpus);
	set_count(json, "min_free_kbytes", l->min_free_kbytes);
}

json_t *layout_json(struct session *s)
{
	const struct world *w = session_world(s);
	json_t *json = json_object();

	json_object_set_new(json, "kernel", json_string(w->kernel.profile->name));
	set_addresses(json, &w->kernel.layout);
	set_memory(json, w);
	json_object_set_new(json, "zones", zones_json(w));
	json_object_set_new(json, "regions", regions_json(&w->kernel.layout));
	json_object_set_new(json, "messages", messages_json(s));
	return json;
}
