/*
 * {= expression} in a text: replaced by its value in the world of the moment, so that a number in
 * the prose is right in every kernel and on every machine. {= expression, format} says how it is
 * written (format.h); the name of a variant alone gives its value as the author wrote it. `\{=`
 * stands for itself.
 */
#ifndef KMAPLAB_LESSON_INLINE_H
#define KMAPLAB_LESSON_INLINE_H

#include "lab/session.h"
#include "lesson/problems.h"
#include "lesson/variants.h"

/** What an expression can speak of. */
struct inline_scope {
	const struct session *s;
	const struct variants *variants; /* or NULL */
};

/** An expression found in a text: [start, start + size) is all of "{= ...}". */
struct inline_place {
	const char *start;
	size_t size;   /* 0: it is not closed on its line */
	char text[256]; /* the expression */
};

/** The next "{=" at or behind `s`, or NULL. */
const char *inline_brace(const char *s);

/** How long the expression at `s` ("{= ...}") is; 0 when it does not end on its line, or is too
 * long for a person to have meant it. */
size_t inline_length(const char *s);

/** The next one at or behind `from`; false when there is none. */
bool inline_find(const char *from, struct inline_place *place);

/** Parses all expressions of a text that begins at a place of a file. */
void inline_check(const char *text, unsigned line, unsigned column, struct problems *p);

/** The text with the values in it. An expression that fails becomes "(?)", and `m` says why
 * (else its text is empty). The caller frees it. */
char *inline_expand(const char *text, const struct inline_scope *scope, struct message *m);

#endif
