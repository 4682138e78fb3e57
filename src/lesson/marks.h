/*
 * Text with marks: what is emphasised, what is code, how a line hangs. A lesson's prose and texts
 * are kept so, each paragraph on one line, and set into lines where their width is known: as plain
 * text with the signs that people write in mail (*emphasis*, `code`), or with the marks left in, for
 * a view that has styles.
 *
 * Marks are bytes that no lesson can hold (source.h refuses control characters) and that no terminal
 * must see: whoever draws has to take them out, which mark_span() does.
 */
#ifndef KMAPLAB_LESSON_MARKS_H
#define KMAPLAB_LESSON_MARKS_H

#include <stdbool.h>
#include <stddef.h>

enum mark {
	MARK_EMPH = 1,     /* begins emphasis */
	MARK_STRONG = 2,   /* begins strong emphasis */
	MARK_CODE = 3,     /* begins code: a command, a function, a name */
	MARK_END = 4,      /* ends what was begun last; spans do not nest */
	MARK_HANG = 5,     /* the lines below this one are indented as far as here */
	MARK_VERBATIM = 6, /* the line is not to be broken */
};

/** The author's `code` and *emphasis* as marks, for texts that are no Markdown of their own: ask,
 * choice, hint. The caller frees it. */
char *marks_from_text(const char *text);

/** Sets marked lines into lines of `width` cells; `keep`: the marks of spans stay in, and each line
 * closes and opens its own. The caller frees it. */
char *marks_set(const char *marked, unsigned width, bool keep);

/** The next span of a line that was set with its marks: returns its first byte, puts how many there
 * are into `*n`, and its style (MARK_EMPH, MARK_STRONG, MARK_CODE, or MARK_END for none). `*at` is
 * where to look, at first the line's begin, and moves on. NULL behind the last. */
const char *mark_span(const char **at, enum mark *style, size_t *n);

#endif
