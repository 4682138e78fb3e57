/*
 * The series that turned the named slots of kmap_atomic() into a stack (2.6.37), as states to boot
 * into: `patch 0` to `patch 4`.
 */
#ifndef KMAPLAB_KERNEL_ATOMIC_PATCH_H
#define KMAPLAB_KERNEL_ATOMIC_PATCH_H

#include "kernel/atomic.h"

struct boot_config;

/** What becomes of the slot that a caller of kmap_atomic() names. */
enum slot_argument {
	SLOT_CHOOSES, /* it is the slot */
	SLOT_IGNORED, /* it compiles, and is thrown away */
	SLOT_REFUSED, /* one argument too many: it does not compile */
	SLOT_GONE,    /* there is no such name either */
};

/** A state of the series. */
struct patch_state {
	const char *title;           /* "typed slots" */
	const char *doc;             /* what the patch does, a sentence or two */
	const char *atomic;          /* word of its atomic_ops */
	enum slot_argument argument;
};

#define PATCH_STATES 5

/** State n of the series, 0..PATCH_STATES - 1. */
const struct patch_state *patch_state(unsigned n);

/** The state that a kernel is in: the one it was patched to, or the one that it was released in.
 * -1: it has nothing to do with the series (2.4 before it, 6.1 after it). */
int patch_of(const struct world *w);

/** What this kernel does with a slot's name. */
enum slot_argument slot_argument(const struct world *w);

/** Why a kernel cannot be patched so, and what to say instead; NULL: it can. */
const char *patch_refusal(const struct boot_config *c, const struct profile *p);

/** The ops of a kernel booted with this configuration. */
const struct atomic_ops *patched_ops(const struct boot_config *c, const struct profile *p);

#endif
