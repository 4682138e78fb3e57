/*
 * Motion: which events an animation shows more than one picture of, and how important each is.
 */
#ifndef KMAPLAB_VIEW_MOTION_H
#define KMAPLAB_VIEW_MOTION_H

#include "kernel/world.h"

#define MOTION_RANKS 6

/** Pictures of an event; 1: nothing moves. */
unsigned motion_pictures(const struct event *e);

/** How important it is that an event is shown, 0 (a step like any other) to MOTION_RANKS - 1. */
unsigned motion_rank(unsigned kind);

#endif
