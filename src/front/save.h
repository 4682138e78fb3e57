/*
 * save-screen: a screen as a text file.
 */
#ifndef KMAPLAB_FRONT_SAVE_H
#define KMAPLAB_FRONT_SAVE_H

#include "lab/session.h"
#include "view/view.h"

/** Writes a grid's text to a file, which is made or replaced. */
bool save_grid(const char *path, const struct grid *g, struct message *m);

/** Draws a view of the session's present world, as the curses front end would after the last
 * command, at COLUMNS x LINES (80 x 24 when the environment does not say), and saves it. */
bool save_view(const char *path, const struct view_choice *view, struct session *s, unsigned cpu,
               bool ascii, struct message *m);

/** What a screen shows of a session: its world, the time, and as new what came since the last
 * command began. */
void look_at_session(struct view_state *v, struct session *s, unsigned cpu);

#endif
