/*
 * save-screen: a screen as a text file.
 */
#ifndef KMAPLAB_FRONT_SAVE_H
#define KMAPLAB_FRONT_SAVE_H

#include "lab/session.h"
#include "view/grid.h"

/** Writes a grid's text to a file, which is made or replaced. */
bool save_grid(const char *path, const struct grid *g, struct message *m);

/** Draws the overview of the session's present world, as the curses front end would after the last
 * command, at COLUMNS x LINES (80 x 24 when the environment does not say), and saves it. */
bool save_overview(const char *path, struct session *s, unsigned cpu, bool ascii,
                   struct message *m);

/** What a screen shows of a session: its world, the time, and as new what came since the last
 * command began. */
struct view_state;
void look_at_session(struct view_state *v, struct session *s, unsigned cpu);

#endif
