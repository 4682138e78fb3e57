/*
 * What must hold of every world, as functions with names: the model's own consistency, and what the
 * kernel promises about its TLBs. One set for everybody: `set paranoid on`, the unit tests, the random
 * users, the explorer. The table is invariants.def.
 *
 * Nothing here is in Linux, though some of it is: CONFIG_DEBUG_VM, DEBUG_HIGHMEM and free_area's
 * checks look at the same things.
 */
#ifndef KMAPLAB_KERNEL_INVARIANTS_H
#define KMAPLAB_KERNEL_INVARIANTS_H

#include "kernel/world.h"

enum invariant {
#define INVARIANT(name, when, doc) INVARIANT_##name,
#include "kernel/invariants.def"
#undef INVARIANT
	INVARIANTS,
};

/** A set of invariants, as bits. */
#define INVARIANT_BIT(name) (1u << INVARIANT_##name)
#define INVARIANTS_ALL ((1u << INVARIANTS) - 1)

/** Those that are asked after each step; the others cost more than a step should. */
uint32_t invariants_each_step(void);

/** The first thing that was found wrong. */
struct violation {
	const char *invariant; /* its name; NULL: nothing is wrong */
	uint32_t step;         /* steps taken since the boot */
	unsigned cpu;          /* whose state it is, or who moved last */
	bool has_address;
	uint64_t address; /* virtual, or a frame's physical one: `what` says which */
	char what[160];   /* what differs, without a full stop */
};

/** Whether all invariants of the set hold of a world in which `cpu` has moved last. False: `v` (which
 * may be NULL) names the first that does not. Changes nothing. */
bool invariants_hold(const struct world *w, uint32_t set, unsigned cpu, struct violation *v);

/** A violation as one sentence, without a full stop. */
void violation_text(const struct violation *v, char *buf, size_t size);

/** Name and documentation of an invariant; NULL behind the last. */
const char *invariant_name(unsigned i);
const char *invariant_doc(unsigned i);

/* --- for the files that implement them --------------------------------------------------------- */

/** One of them: false after violated(). */
typedef bool invariant_fn(const struct world *w, struct violation *v);
#define INVARIANT(name, when, doc) invariant_fn invariant_##name;
#include "kernel/invariants.def"
#undef INVARIANT

/** Says what differs; on a CPU other than the one that moved, or at an address. Return false. */
bool violated(struct violation *v, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool violated_at(struct violation *v, unsigned cpu, uint64_t address, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/** Frames of any of the ops (a list that ends with NULL) on the contexts of a CPU: how many are in the
 * middle of one there. */
unsigned frames_of(const struct world *w, unsigned cpu, const struct op *const *ops);

/** Whether nobody stands in the middle of anything, those asleep apart. */
bool world_quiet(const struct world *w);

/** Calls `fn` for each spinlock of the kernel; stops and returns false when it does. */
typedef bool lock_fn(const struct world *w, const struct spinlock *lock, void *ctx);
bool each_lock(const struct world *w, lock_fn *fn, void *ctx);

#endif
