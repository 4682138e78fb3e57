/*
 * A copy on the screen, from frame to frame; see copying.c. A part of the overview and of `zones`.
 */
#ifndef KMAPLAB_VIEW_COPYING_H
#define KMAPLAB_VIEW_COPYING_H

#include "view/view.h"

/** Rows that the copy which an animation shows could use; 0: it shows none. */
int copying_rows(const struct view_state *s);

/** Draws it; does nothing when there is none. */
void copying_draw(struct area a, const struct view_state *s);

#endif
