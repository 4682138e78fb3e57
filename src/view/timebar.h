/*
 * The timeline as a bar: the past on the left, what lies ahead after a `back` on the right, a tick
 * where each command began and where a branch leaves.
 *
 *	├┼──┼──┬────◆┄┄┄┄┼┄┄┤
 */
#ifndef KMAPLAB_VIEW_TIMEBAR_H
#define KMAPLAB_VIEW_TIMEBAR_H

#include "view/grid.h"

#define TICKS_MAX 512

struct tick {
	uint32_t position;
	bool branch; /* another branch leaves here; else a command begins */
};

/** The present branch. Positions are the session's: inputs since the boot. */
struct timebar {
	uint32_t position, end;
	unsigned n;
	struct tick tick[TICKS_MAX];
};

/** The position that a column stands for, and the column of a position, in a bar of `cols`
 * columns. */
uint32_t timebar_position(const struct timebar *t, int cols, int x);
int timebar_column(const struct timebar *t, int cols, uint32_t position);

/** Draws it into row 0 of an area; `focused`: keys move in it. */
void timebar_draw(struct area a, const struct timebar *t, bool focused);

#endif
