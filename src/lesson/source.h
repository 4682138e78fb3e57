/*
 * The text of a lesson before anybody reads meaning into it: bounded, UTF-8, and harmless.
 *
 * Lessons come from colleagues, students and the net. What is refused here cannot reach a
 * terminal: control characters (an escape sequence could change the terminal's title, or type),
 * NUL, bytes that are no UTF-8, and the marks that turn the direction of writing, which can make
 * a line read other than it runs.
 */
#ifndef KMAPLAB_LESSON_SOURCE_H
#define KMAPLAB_LESSON_SOURCE_H

#include "lesson/problems.h"

/** The longest lesson, in bytes. The longest of ours has a hundredth of it. */
#define LESSON_BYTES (1u << 20)

/** Reads a regular file of at most LESSON_BYTES; CR LF becomes LF; a NUL follows the text. NULL
 * with a problem when it cannot be read. The caller frees it. */
char *source_read(const char *path, size_t *size, struct problems *p);

/** Whether the text may be read as a lesson; adds one problem for each line that may not. */
bool source_check(const char *text, size_t size, struct problems *p);

/** One line of a text: `start` and `size` without its newline; `number` from 1. */
struct source_line {
	const char *start;
	size_t size;
	unsigned number;
};

/** The line behind `line` in `text`; begin with { NULL, 0, 0 }. False behind the last. */
bool source_next(const char *text, struct source_line *line);

#endif
