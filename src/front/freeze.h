/*
 * A view frozen into text: for handouts, and for lessons in plain lines.
 */
#ifndef KMAPLAB_FRONT_FREEZE_H
#define KMAPLAB_FRONT_FREEZE_H

#include "lab/session.h"

/** A pane with its caption, drawn at `cols` x `rows` cells (0: 76 and 20), as lines of text without
 * empty ones at the end. `view` is what the command `view` takes. NULL when there is no such view. The
 * caller frees it. */
char *freeze_view(const char *view, struct session *s, unsigned cpu, unsigned cols, unsigned rows,
                  bool ascii);

#endif
