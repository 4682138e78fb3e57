/*
 * save-screen: a screen as a file: text, ANSI, SVG or HTML.
 */
#ifndef KMAPLAB_FRONT_SAVE_H
#define KMAPLAB_FRONT_SAVE_H

#include "lab/session.h"
#include "view/view.h"

/** Writes a grid to a file, which is made or replaced, in the format that the file's name asks for
 * (view/export.h), with the colours of a theme; NULL: dark. */
bool save_grid(const char *path, const struct grid *g, const char *theme, struct message *m);

/** Makes the grid of a screen that nobody has: COLUMNS x LINES, 80 x 24 when the environment does not
 * say. */
void save_grid_size(struct grid *g, bool ascii);

/** Draws a view of the session's present world, as the curses front end would after the last
 * command, at COLUMNS x LINES (80 x 24 when the environment does not say), and saves it. */
bool save_view(const char *path, const struct view_choice *view, struct session *s, unsigned cpu,
               bool ascii, const char *theme, struct message *m);

/** What a screen shows of a session: its world, the time, and as new what came since the last
 * command began. */
void look_at_session(struct view_state *v, struct session *s, unsigned cpu);

#endif
