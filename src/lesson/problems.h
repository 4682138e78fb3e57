/*
 * What is wrong with a file: all of it, each as one line "file:line:column: sentence".
 *
 * A teacher who writes a lesson wants the whole list, as from a compiler, not one complaint a
 * run. So the readers of this folder go on after an error and add what they find here; whoever
 * called them asks at the end whether anything was found.
 */
#ifndef KMAPLAB_LESSON_PROBLEMS_H
#define KMAPLAB_LESSON_PROBLEMS_H

#include <stdbool.h>
#include <stddef.h>

/** More are counted, but not kept: a file of garbage has no need of a thousand complaints. */
#define PROBLEMS_KEPT 50

struct problems;

/** An empty list. The caller frees it. */
struct problems *problems_new(void);
void problems_free(struct problems *p);

/** The file that problems are in from now on. */
void problems_file(struct problems *p, const char *name);

/** Adds one: where (1-based; column 0 = the whole line, line 0 = the whole file) and a sentence
 * without a newline; bytes that a terminal could obey become '?'. Always returns false. */
bool problem(struct problems *p, unsigned line, unsigned column, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/** Whether a problem of this place whose sentence ends with `text` is there already. */
bool problems_has(const struct problems *p, unsigned line, unsigned column, const char *text);

/** How many were found, kept or not. */
size_t problems_count(const struct problems *p);

/** Line `i` of the list; NULL behind the last that was kept. */
const char *problems_text(const struct problems *p, size_t i);

#endif
