/*
 * The ledger: what the cycles of all CPUs went into, by cause.
 *
 * The machine charges every price of its cost table to some CPU's clock and counts how often
 * (machine_stats.charges), and it counts the cycles for which a CPU waited, with the reason
 * (machine_stall). A clock moves for no other reason, so a ledger's causes sum up to the cycles
 * that passed, exactly, on however many CPUs: the test of it is that sum.
 *
 * A ledger is a value. It is made of two moments, so a command's own cost is the ledger from before
 * it to behind it; a moment is small, and outlives the world that it was taken from.
 */
#ifndef KMAPLAB_LAB_LEDGER_H
#define KMAPLAB_LAB_LEDGER_H

#include "kernel/world.h"

/** What a ledger needs to know of a moment: clocks, charges, waits, events counted. */
struct moment {
	uint64_t cycles; /* of all CPUs' clocks together */
	uint64_t charges[NR_COSTS];
	uint64_t stalls[STALLS], stalled[STALLS];
	uint64_t walks;
};

enum ledger_cause {
#define CAUSE(name, key, prices, doc) CAUSE_##name,
#include "lab/ledger.def"
#undef CAUSE
	CAUSES,
};

struct ledger {
	uint64_t cycles; /* that passed on all CPUs; the sum of those below */
	struct {
		uint64_t count, cycles;
	} cause[CAUSES];
};

/** The moment of a world. */
struct moment moment_of(const struct world *w);

/** What it all went into from a moment (NULL: the boot) to a world later on the same timeline; a
 * moment that is not earlier counts as the boot. */
struct ledger ledger_since(const struct world *w, const struct moment *from);

/** A cause's word ("ipi_wait") and what it is. Constants of the program. */
const char *ledger_key(enum ledger_cause cause);
const char *ledger_doc(enum ledger_cause cause);

#endif
