/*
 * From slots to a stack: the patch series behind 2.6.37's kmap_atomic().
 *
 * Named slots had two costs. Whoever called kmap_atomic() had to know which of 13, later 19 names
 * was safe where he stood, and a wrong guess was found only when somebody else held the slot. But
 * mappings of one CPU nest anyway: an interrupt begins and ends within what it interrupted. So a
 * counter per CPU can hand the slots out, provided that every caller releases in the reverse order
 * in which it mapped. The series (posted in 2009 and 2010, merged for 2.6.37 as 3e4d3af501cc; the
 * callers lost the argument in 3.x, 1285e4c8a751) went there in steps that each leave a kernel that
 * works:
 *
 *	0	named slots, as in 2.6.19 to 2.6.36
 *	1	callers that released in another order are changed (copy_highpage)
 *	2	the stack comes, behind the old prototype: the name still compiles and means nothing
 *	3	the prototype loses the argument; what is executed stays the same
 *	4	the names go
 *
 * A state is a row: which atomic_ops run, and what happens to a slot that is named. Steps 2, 3 and 4
 * have the same atomic_ops, and that is the point: they change what compiles, not what runs.
 *
 * A kernel that was released stands somewhere in the series too (profile key slot_argument): 2.6.32
 * in state 0, 2.6.37 in state 2. Left out: the driver trees that followed one by one.
 */
#include "kernel/atomic_patch.h"

#include "kernel/world.h"

#include <string.h>

static const struct patch_state series[PATCH_STATES] = {
	{ "typed slots", "The caller names a slot, and releases in any order.", "typed",
	  SLOT_CHOOSES },
	{ "strict nesting",
	  "Callers release in the reverse order of mapping: copy_highpage() gives back the "
	  "destination, then the source. The slots are still named.",
	  "typed_nested", SLOT_CHOOSES },
	{ "the stack, behind the old prototype",
	  "Each CPU hands out its slots from a stack. A slot's name still compiles and is ignored.",
	  "stack", SLOT_IGNORED },
	{ "the prototype without the slot",
	  "kmap_atomic() takes a page and nothing else: naming a slot does not compile. What is "
	  "executed is what patch 2 executes.",
	  "stack", SLOT_REFUSED },
	{ "cleanup", "The names of the slots go. What is executed is still the same.", "stack",
	  SLOT_GONE },
};

/* Kernels that the series cannot be applied to, by the word of their atomic_ops. */
static const struct {
	const char *atomic, *why;
} refusals[] = {
	{ "typed_noclear",
	  "leaves a slot's entry after the release, and the stack relies on empty entries: the "
	  "series is for 2.6.19 and later. Say kernel=2.6.32" },
	{ "local",
	  "had the whole series in 2.6.37 and replaced the stack of a CPU by one of each task. Say "
	  "kernel=2.6.37, or kernel=2.6.32 to begin before it" },
};

const struct patch_state *patch_state(unsigned n)
{
	return n < PATCH_STATES ? &series[n] : NULL;
}

enum slot_argument slot_argument(const struct world *w)
{
	unsigned patch = w->kernel.config.patch;

	return patch ? series[patch - 1].argument : w->kernel.profile->slot_argument;
}

int patch_of(const struct world *w)
{
	if (w->kernel.config.patch)
		return (int)w->kernel.config.patch - 1;
	for (unsigned i = 0; i < PATCH_STATES; i++)
		if (!strcmp(series[i].atomic, w->kernel.atomic_ops->word) &&
		    series[i].argument == w->kernel.profile->slot_argument)
			return (int)i;
	return -1;
}

const char *patch_refusal(const struct boot_config *c, const struct profile *p)
{
	for (size_t i = 0; c->patch && i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (!strcmp(refusals[i].atomic, p->atomic))
			return refusals[i].why;
	return NULL;
}

const struct atomic_ops *patched_ops(const struct boot_config *c, const struct profile *p)
{
	return c->patch ? atomic_ops_find(series[c->patch - 1].atomic) : p->atomic_ops;
}
