/*
 * Observables: names for what can be seen of the world (pkmap.used, zone.HighMem.free,
 * tlb[1].stale, page(p0).va), in one table with type and sentence. print, expect, watch, goals of
 * lessons, --json, completion and the reference pages all read this table.
 */
#ifndef KMAPLAB_LAB_OBSERVABLE_H
#define KMAPLAB_LAB_OBSERVABLE_H

#include "lab/session.h"

enum observable_type { OBS_COUNT, OBS_ADDRESS, OBS_PFN, OBS_MASK, OBS_BOOL, OBS_WORD, OBS_BYTES };

/** A value read: numbers in n; OBS_WORD in word (a constant string of the program). */
struct observation {
	enum observable_type type;
	uint64_t n;
	const char *word;
};

struct observable {
	const char *name;  /* "pkmap.count[i]": [i] and (P) stand for one argument */
	enum observable_type type;
	const char *doc;   /* one sentence */
	/** Reads it; `index` is the argument (a number or a pfn). False with a message when the
	 * argument is out of range, or this kernel has no such thing. */
	bool (*read)(const struct world *w, uint64_t index, struct observation *o,
	             struct message *m);
};

/** The table; ends with a row whose name is NULL. */
extern const struct observable observables[];

/** The first observable that begins with `name` and a '.' or '[' behind it; NULL: there is none. */
const char *observable_family(const char *name);

#endif
