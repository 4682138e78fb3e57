/*
 * What differs between two kernels: a walk over the tables of the profile format.
 */
#ifndef KMAPLAB_KERNEL_PROFILE_DIFF_H
#define KMAPLAB_KERNEL_PROFILE_DIFF_H

#include "kernel/profile.h"

/** A difference: the section and key, and what each profile says there; NULL: it says nothing. */
typedef void profile_diff_fn(void *ctx, const char *section, const char *key, const char *a,
                             const char *b);

/** Calls `fn` for each difference between two profiles, section by section. How many there are. */
unsigned profile_diff(const struct profile *a, const struct profile *b, profile_diff_fn *fn,
                      void *ctx);

/** The names of the list sections, in the order of a file; NULL behind the last. */
const char *profile_list_name(unsigned i);

#endif
