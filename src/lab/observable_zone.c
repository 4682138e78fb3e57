/*
 * Observables of the zones: struct zone's fields, by zone.
 *
 * The functions are made from the list of fields in observe.h, one for each zone and field, so
 * that a zone's name stands in the table and can be completed. A kernel without the zone (NOHIGHMEM
 * has no HighMem) has 0 pages of it; it has no first frame, which is an error.
 */
#include "lab/observe.h"
#include "lab/words.h"

#include <string.h>

/* A zone that is not there reads as zeros. */
static const struct zone *zone_named(const struct world *w, const char *name)
{
	static const struct zone none;
	const struct zone *z = zone_find(w, name);

	return z ? z : &none;
}

static bool zone_field(const struct zone *z, enum observable_type type, uint64_t n,
                       struct observation *o, struct message *m)
{
	if (type == OBS_PFN && !z->name)
		return fail(m, "this kernel has no such zone, so it begins nowhere");
	return observed(o, type, n);
}

#define ZONE_FIELD(Z, field, type, doc)                                                           \
	OBSERVE(zone_##Z##_##field)                                                               \
	{                                                                                         \
		const struct zone *z = zone_named(w, #Z);                                         \
                                                                                                  \
		(void)index;                                                                      \
		return zone_field(z, OBS_##type, z->field, o, m);                                 \
	}

#define ZONE(Z)                                                                                   \
	ZONE_FIELDS(ZONE_FIELD, Z)                                                                \
                                                                                                  \
	OBSERVE(zone_##Z)                                                                         \
	{                                                                                         \
		return observe_zone_##Z##_present(w, index, o, m);                                \
	}                                                                                         \
                                                                                                  \
	OBSERVE(zone_##Z##_protection)                                                            \
	{                                                                                         \
		return observe_index(index, MAX_NR_ZONES + 1, "reserves", m) &&                   \
		       observed(o, OBS_COUNT, zone_named(w, #Z)->lowmem_reserve[index]);          \
	}                                                                                         \
                                                                                                  \
	OBSERVE(zone_##Z##_order)                                                                 \
	{                                                                                         \
		return observe_index(index, MAX_ORDER, "orders", m) &&                            \
		       observed(o, OBS_COUNT, zone_named(w, #Z)->free_area[index].nr_free);       \
	}

ZONE(DMA)
ZONE(Normal)
ZONE(HighMem)

/* --- nodes ------------------------------------------------------------------------------------ */

OBSERVE(nodes)
{
	(void)index, (void)m;
	return observed(o, OBS_COUNT, w->kernel.nr_nodes);
}

OBSERVE(node_present)
{
	uint64_t pages = 0;

	for (unsigned i = 0; i < w->kernel.nr_zones; i++)
		pages += w->kernel.zone[i].node == index ? w->kernel.zone[i].present : 0;
	return observe_index(index, w->kernel.nr_nodes, "nodes", m) && observed(o, OBS_COUNT, pages);
}

OBSERVE(node_free)
{
	uint64_t pages = 0;

	for (unsigned i = 0; i < w->kernel.nr_zones; i++)
		pages += w->kernel.zone[i].node == index ? w->kernel.zone[i].free : 0;
	return observe_index(index, w->kernel.nr_nodes, "nodes", m) && observed(o, OBS_COUNT, pages);
}
