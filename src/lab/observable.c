/*
 * The table of observables, made from observables.def, and what its readers share.
 *
 * A row is a promise: lessons, scripts and other programs name it. What a row's function does is in
 * observable_machine.c (CPUs and TLBs), observable_kernel.c (layout, pool, slots, tasks, pages) and
 * observable_zone.c (zones).
 */
#include "lab/observe.h"

#include <inttypes.h>
#include <string.h>

#define OBSERVABLE(name, text, type, doc) { text, OBS_##type, doc, observe_##name },
#define ZONE_FIELD(Z, field, type, doc)                                                           \
	{ "zone." #Z "." #field, OBS_##type, doc, observe_zone_##Z##_##field },
#define ZONE(Z)                                                                                   \
	{ "zone." #Z, OBS_COUNT, "Page frames that are there in zone " #Z "; 0 without the zone.", \
	  observe_zone_##Z },                                                                     \
	ZONE_FIELDS(ZONE_FIELD, Z)                                                                \
	{ "zone." #Z ".protection[i]", OBS_COUNT,                                                 \
	  "lowmem_reserve: pages kept from allocations that could have used zone i (0 is DMA).",  \
	  observe_zone_##Z##_protection },                                                        \
	{ "zone." #Z ".order[i]", OBS_COUNT, "Free blocks of 2^i pages in the zone.",             \
	  observe_zone_##Z##_order },

const struct observable observables[] = {
#include "lab/observables.def"
	{ NULL, OBS_COUNT, NULL, NULL },
};

const char *observable_family(const char *name)
{
	size_t n = strlen(name);

	for (const struct observable *o = observables; o->name; o++)
		if (!strncmp(o->name, name, n) && (o->name[n] == '.' || o->name[n] == '['))
			return o->name;
	return NULL;
}

bool observed(struct observation *o, enum observable_type type, uint64_t n)
{
	*o = (struct observation){ .type = type, .n = n };
	return true;
}

bool observed_word(struct observation *o, const char *word)
{
	*o = (struct observation){ .type = OBS_WORD, .word = word };
	return true;
}

bool observe_index(uint64_t index, uint64_t n, const char *things, struct message *m)
{
	if (index < n)
		return true;
	if (n == 0)
		return fail(m, "this machine has no %s", things);
	/* Expressions are unsigned; who wrote -1 wants to read -1. */
	return fail(m, "there is no number %" PRId64 ": the %s have the numbers 0 to %" PRIu64,
	            (int64_t)index, things, n - 1);
}
