/*
 * How a screen is cut into its parts, and how many rows each gets. For view/screen.c alone; what
 * others need of it is in screen.h.
 */
#ifndef KMAPLAB_VIEW_SCREEN_CUT_H
#define KMAPLAB_VIEW_SCREEN_CUT_H

#include "view/screen.h"

/** The parts. Empty areas are not there. */
struct screen_cut {
	struct area status, panes, lesson, rule, time, answer, prompt;
	bool beside; /* the lesson */
};

/** Cuts a screen that is drawn into `a`. */
struct screen_cut screen_cut(const struct screen *s, struct area a);

#endif
