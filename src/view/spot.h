/*
 * Spots: the places of a drawing that can be pointed at, with the mouse or with the arrow keys.
 *
 * A view that draws a slot, a region or an entry of a TLB says so while it draws: here it is, this
 * is what there is to say about it, and this command would show it. Nothing else is needed for a
 * view to have arrow keys, a mouse and details: the screen knows where everything lies from the
 * drawing itself, so the two cannot differ. As in immediate-mode interfaces, spots are as short-lived
 * as the frame that was drawn; what outlives it is which one has the focus, by its name.
 */
#ifndef KMAPLAB_VIEW_SPOT_H
#define KMAPLAB_VIEW_SPOT_H

#include "view/grid.h"

#define SPOTS_MAX 4096
#define SPOT_NAME 32
#define SPOT_COMMAND 64

/** One of them. Rows and columns are the grid's, not the area's. */
struct spot {
	int y, x, rows, cols;
	char name[SPOT_NAME];       /* "slot 5", "tlb 1 c0000": the same thing has the same name in
	                             * the next frame */
	char command[SPOT_COMMAND]; /* what to type to see more of it; "" = nothing */
};

/** Those of one frame, in the order of drawing: where two overlap, the later one is on top. */
struct spots {
	unsigned n;
	struct spot *spot;          /* of SPOTS_MAX; the caller's */
	char focus[SPOT_NAME];      /* the name of the one that has the focus, "" = none */
};

/** Says that cells of an area are something: `name` as printf's format, `command` may be NULL. Cells
 * outside the area are cut off; a spot without any cell left is none. Does nothing when `spots` is
 * NULL (nobody will point) or full. Returns whether this one has the focus, so that the caller can
 * draw it so. */
bool spot_add(struct spots *spots, struct area a, int y, int x, int rows, int cols,
              const char *command, const char *name, ...)
	__attribute__((format(printf, 8, 9)));

/** The topmost spot at a cell of the grid, or NULL. */
const struct spot *spot_at(const struct spots *spots, int y, int x);

/** The spot that has the focus, or NULL. */
const struct spot *spot_focused(const struct spots *spots);

/** The nearest spot from the focus in a direction (dy, dx of -1, 0, 1), or from the first spot when
 * nothing has the focus; NULL when there is none that way. */
const struct spot *spot_towards(const struct spots *spots, int dy, int dx);

#endif
