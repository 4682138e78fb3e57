/*
 * The TLBs of a CPU: SDM 4.10. Four arrays (instruction and data, 4 KiB and large pages), each
 * with sets and ways, replacing the least recently used way. Models with one array for both page
 * sizes, or for both kinds of access, say so in their file.
 *
 * An entry is what a walk returned at the time of the fill. Nothing here looks at the page tables
 * again: an entry whose PTE changed since is stale, and is used until somebody drops it.
 */
#ifndef KMAPLAB_MACHINE_TLB_H
#define KMAPLAB_MACHINE_TLB_H

#include "machine/paging.h"

enum tlb_array { TLB_I4K, TLB_ILARGE, TLB_D4K, TLB_DLARGE, TLB_ARRAYS };

struct tlb_geometry {
	unsigned sets, ways; /* sets is a power of two; ways = entries when fully associative;
	                        both 0 in an instruction array: fetches use the data array */
};

/** A processor to be simulated, from data/cpus/NAME.conf; immutable and shared once read. */
struct cpu_model {
	char name[32];
	char title[64];
	unsigned maxphyaddr; /* physical address bits: 32..52; over 32 with PAE or PSE-36 only */
	bool pae, pse, pse36, pge, nx, invlpg;
	struct tlb_geometry tlb[TLB_ARRAYS];
	bool shared_sizes; /* 4 KiB and large pages live in the 4 KiB arrays */
};

struct tlb_entry {
	uint64_t pa;   /* of the page's first byte */
	uint32_t va;   /* likewise */
	uint32_t used; /* for LRU: larger is more recent */
	uint32_t fill; /* seq of the TLB_FILL event */
	uint32_t size; /* bytes of the page; 0 = empty */
	bool global, writable, user, nx, dirty;
};

/** Upper bound of entries over the four arrays of one CPU. */
#define TLB_MAX 1024

/** Page sizes there are: 4 KiB, 2 MiB (PAE), 4 MiB (32-bit paging). */
#define TLB_SIZES 3

struct tlb {
	const struct cpu_model *model;
	struct sparse entries;
	uint32_t clock;              /* of the LRU */
	unsigned used;               /* entries that are not empty */
	unsigned of_size[TLB_SIZES]; /* the same for each page size: where a lookup need not look */
};

/** Reads a model. On failure says why. `model` is unchanged then. */
bool cpu_model_read(struct cpu_model *model, const char *name, struct message *m);

/** Looks an access up; touches its LRU age on a hit. NULL: a miss. An entry whose rights do not
 * allow the access, or a write through a clean entry, counts as a miss: the walk decides (so with
 * CR0.WP clear a supervisor's write to a read-only page walks each time). The entry is good until
 * the TLB changes. */
const struct tlb_entry *tlb_lookup(struct tlb *t, struct access a);

/** Stores a walk's result for the access; `victim` gets what had to leave (size 0: nothing). An
 * entry for the same page is replaced in place and is no victim. */
void tlb_fill(struct tlb *t, struct access a, const struct walk *w, uint32_t fill,
              struct tlb_entry *victim);

/** Drops all entries that translate `va`, global or not. Returns how many. */
unsigned tlb_invlpg(struct tlb *t, uint32_t va);

/** Drops everything, or all but global entries. Returns how many were dropped. */
unsigned tlb_flush(struct tlb *t, bool keep_global);

/** Number of entries that `model` has room for, over all arrays. */
unsigned tlb_capacity(const struct cpu_model *model);

/** Entry `i` in 0..capacity-1 (size 0: empty) and, when not NULL, the array it is in. */
const struct tlb_entry *tlb_entry(const struct tlb *t, unsigned i, enum tlb_array *array);

/** "I 4K", "I large", "D 4K", "D large". */
const char *tlb_array_name(enum tlb_array array);

#endif
