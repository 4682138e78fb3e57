/*
 * What the functions that read observables share. Each reads one observable of observables.def;
 * they are spread over observable_*.c by the floor they look at.
 */
#ifndef KMAPLAB_LAB_OBSERVE_H
#define KMAPLAB_LAB_OBSERVE_H

#include "lab/observable.h"

/** The fields of a zone that can be observed: ZONE_FIELD(field, type, documentation). */
#define ZONE_FIELDS(ZONE_FIELD, Z)                                                                 \
	ZONE_FIELD(Z, start_pfn, PFN, "The first page frame of the zone.")                         \
	ZONE_FIELD(Z, spanned, COUNT,                                                              \
	           "Page frames from the zone's first to its last, with holes.")                   \
	ZONE_FIELD(Z, present, COUNT, "Page frames of the zone that are there.")                   \
	ZONE_FIELD(Z, free, COUNT, "Page frames of the zone on the buddy allocator's lists.")      \
	ZONE_FIELD(Z, min, COUNT, "The watermark below which only the kernel's own may allocate.") \
	ZONE_FIELD(Z, low, COUNT, "The watermark at which kswapd is woken.")                       \
	ZONE_FIELD(Z, high, COUNT, "The watermark at which kswapd goes back to sleep.")

/** Declares the function that reads an observable. */
#define OBSERVE(name)                                                                             \
	bool observe_##name(const struct world *w, uint64_t index, struct observation *o,         \
	                    struct message *m)

#define OBSERVABLE(name, text, type, doc) OBSERVE(name);
#define ZONE_FIELD(Z, field, type, doc) OBSERVE(zone_##Z##_##field);
#define ZONE(Z)                                                                                   \
	OBSERVE(zone_##Z);                                                                        \
	ZONE_FIELDS(ZONE_FIELD, Z)                                                                \
	OBSERVE(zone_##Z##_protection);                                                           \
	OBSERVE(zone_##Z##_order);
#include "lab/observables.def"
#undef ZONE
#undef ZONE_FIELD
#undef OBSERVABLE

/** Fills an observation with a number. Returns true. */
bool observed(struct observation *o, enum observable_type type, uint64_t n);
/** Fills an observation with a word. Returns true. */
bool observed_word(struct observation *o, const char *word);
/** Fails unless index < n: "there are n NAME, 0 to n - 1". */
bool observe_index(uint64_t index, uint64_t n, const char *things, struct message *m);

#endif
