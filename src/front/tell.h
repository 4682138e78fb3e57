/*
 * What an animation shows, in sentences: for --plain.
 */
#ifndef KMAPLAB_FRONT_TELL_H
#define KMAPLAB_FRONT_TELL_H

#include "kernel/world.h"

#include <stdio.h>

/** Prints what moved in the last `n` events of a world, one sentence to a line; of many alike the
 * first, and how many were left out. */
void tell_events(FILE *out, const struct world *w, uint32_t n);

#endif
