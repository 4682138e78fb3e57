/*
 * A user who does anything: random operations, legal and not, on random CPUs in random contexts,
 * through the lab's session. The choice depends on the driver's own random state and on the world
 * at hand, so a driver also works after going back.
 */
#ifndef KMAPLAB_TESTS_DRIVER_H
#define KMAPLAB_TESTS_DRIVER_H

#include "lab.h"

#include "lab/session.h"

#define DRIVER_PAGES 24
#define DRIVER_BLOCKS 16

struct driver {
	struct session *s;
	uint64_t random;
	uint32_t first; /* position at which its pages were allocated: it goes back no further */
	uint32_t page[DRIVER_PAGES]; /* of high memory, but for the last two */
	uint64_t block[DRIVER_BLOCKS]; /* allocated meanwhile */
	bool illegal;                /* also do what must not be done */
	bool knobs;                  /* also break things on purpose */
	const char *words;           /* that it was booted with */
	unsigned done, refused;      /* operations that were taken, and that were not */
};

/** Boots from words as lab_config() knows them and allocates the driver's pages. */
void driver_boot(struct driver *d, const char *words, uint64_t seed);
void driver_free(struct driver *d);

/** A number in 0..n-1. */
unsigned driver_random(struct driver *d, unsigned n);

/** Does one thing. */
void driver_act(struct driver *d);

/** Goes to a position of the session's timeline. */
void driver_goto(struct driver *d, uint32_t position);

/** Asserts that no invariant was violated (kernel/invariants.h): they are asked after every step, the
 * costly ones now and then here. */
void driver_check(const struct driver *d);

/** Whether some CPU has halted: nothing much can happen from here on. */
bool driver_halted(const struct driver *d);

#endif
