/*
 * The history of command lines: libedit's, kept in a file from session to session.
 */
#ifndef KMAPLAB_FRONT_HISTORY_H
#define KMAPLAB_FRONT_HISTORY_H

#include <stdbool.h>

#include <histedit.h>

struct line_history;

/** An empty history, with what the file holds when it can be read. */
struct line_history *line_history_new(void);
/** Saves it (mode 0600, folders made as needed) and frees it. When it cannot be saved it is lost
 * in silence: nobody is stopped by that. */
void line_history_free(struct line_history *h);

/** Appends a line; empty ones, and one equal to the last, are left out. */
void line_history_add(struct line_history *h, const char *line);

/** libedit's own handle, for EL_HIST. */
History *line_history_handle(struct line_history *h);

/** The newest line that contains `text`, not counting the `skip` newest such lines; NULL when there
 * is none. Good until the history changes. */
const char *line_history_search(struct line_history *h, const char *text, unsigned skip);

#endif
