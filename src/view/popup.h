/*
 * Pop-ups: a list above the prompt, or in the middle of the screen: what could stand at the cursor,
 * what keys do, what a spot is, which lessons there are.
 */
#ifndef KMAPLAB_VIEW_POPUP_H
#define KMAPLAB_VIEW_POPUP_H

#include "view/grid.h"

/** One row: a word and what it is. */
struct popup_row {
	const char *word, *text;
};

struct popup {
	const char *title;     /* NULL: no pop-up */
	const char *foot;      /* what can be done, or NULL */
	unsigned n;
	const struct popup_row *row;
	int chosen;            /* row that is marked, -1 = none; all of its text is shown */
	unsigned top;          /* the first row that is shown, while none is marked */
	bool wrap;             /* all text of all rows, on as many lines as that takes */
	int column;            /* where it begins, in columns */
	bool centred;
	int below;             /* it hangs below this row of the grid, 0 = above the prompt */
};

/** Draws it over what is there. When a row is marked its place goes to *y, *x: the hardware cursor
 * belongs there. */
void popup_draw(struct area a, const struct popup *p, int *y, int *x);

/** How many rows of a pop-up a screen of `rows` rows shows at once. */
int popup_room(int rows);

/** The row of it at a place of the area in which it was drawn; POPUP_EDGE for a place of its frame,
 * POPUP_OUTSIDE for one that it does not cover. */
#define POPUP_EDGE (-1)
#define POPUP_OUTSIDE (-2)
int popup_at(struct area a, const struct popup *p, int y, int x);

#endif
