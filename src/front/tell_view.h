/*
 * Views in words, for plain lines.
 */
#ifndef KMAPLAB_FRONT_TELL_VIEW_H
#define KMAPLAB_FRONT_TELL_VIEW_H

#include "command/command.h"
#include "view/view.h"

#include <stdio.h>

/** Tells what a view shows: as the answers of the commands that know it, or line by line where the view
 * itself is lines of text. The interpreter's world is not changed. */
void tell_view(FILE *out, struct interp *in, const struct view_choice *choice);

#endif
