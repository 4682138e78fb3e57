/*
 * A shootdown on the screen: a lane for each CPU, see shootdown.c. A part of the view `cpus`.
 */
#ifndef KMAPLAB_VIEW_SHOOTDOWN_H
#define KMAPLAB_VIEW_SHOOTDOWN_H

#include "view/view.h"

/** Rows that the shootdown among the events being shown could use; 0: there is none. */
int shootdown_rows(const struct view_state *s);

/** Whether somebody is still waited for, or an animation shows a part of it. */
bool shootdown_runs(const struct view_state *s);

/** Draws it; does nothing when there is none. */
void shootdown_draw(struct area a, const struct view_state *s);

#endif
