/*
 * Prose: a part's Markdown as text with marks.
 */
#ifndef KMAPLAB_LESSON_PROSE_H
#define KMAPLAB_LESSON_PROSE_H

#include "lesson/inline.h"
#include "lesson/parts.h"
#include "lesson/say.h"

/** Says a part of prose, one heading, paragraph, list or block at a time, with the values of its
 * expressions in the present world of the scope's session. The text is one line a paragraph, with
 * marks (marks.h); SAY_CODE has none. False with a message when an expression could not be
 * computed; the prose is said nevertheless, with (?) in its place. */
bool prose_say(const struct part *part, const struct inline_scope *scope, say_fn *say, void *ctx,
               struct message *m);

/** Lines that the part takes at a width, blank ones between its blocks included. */
unsigned prose_lines(const struct part *part, const struct inline_scope *scope, unsigned width);

#endif
