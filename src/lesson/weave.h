/*
 * Weaving: a lesson becomes a handout, plain Markdown with what the machine really answered in it.
 *
 * Prose stays as it was written, with its expressions filled in; run blocks get their output,
 * questions a line to write on, tasks a prompt or three. With answers, the questions have them, the
 * tasks their solution with its output, and a teacher's notes are shown. The same lesson, kernel and
 * seed give the same bytes.
 */
#ifndef KMAPLAB_LESSON_WEAVE_H
#define KMAPLAB_LESSON_WEAVE_H

#include "lab/session.h"
#include "lesson/problems.h"

#include <stdio.h>

struct weaving {
	const char *path;    /* of the lesson */
	const char *kernel;  /* NULL: its first */
	bool answers;
	bool seeded;         /* draw the variants from `seed` instead of the lesson's own */
	uint64_t seed;
	/** A view as lines of text, for `show` blocks; `cols` and `rows` are 0 where the lesson does
	 * not say. The caller frees it. NULL when there is no such view; the field itself may be. */
	char *(*screen)(void *ctx, struct session *s, const char *view, unsigned cols,
	                unsigned rows);
	void *ctx;
};

/** Writes the handout. False when the lesson cannot be read or does not play through; `p` says why,
 * and what was written until then is worth nothing. */
bool lesson_weave(const struct weaving *w, FILE *out, struct problems *p);

#endif
