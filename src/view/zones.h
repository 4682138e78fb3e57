/*
 * The narrow form of the view `zones`, which the overview has room for; see zones_scale.c.
 */
#ifndef KMAPLAB_VIEW_ZONES_H
#define KMAPLAB_VIEW_ZONES_H

#include "view/view.h"

#define ZONES_SCALE_COLS 13 /* the least that it makes sense in */

/** Draws the frames of RAM with the zones on them. */
void zones_scale_draw(struct area a, const struct view_state *s);

#endif
