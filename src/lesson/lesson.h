/*
 * A lesson: a Markdown file that reads well anywhere, and runs here.
 *
 *	---
 *	title: kmap                              front matter: what it is, and on which machine
 *	id: 07-kmap
 *	machine: ram=2G highmem=64g
 *	---
 *	You have a page above 896 MB ...         prose: narration, with {= pkmap.size} computed
 *	```kmaplab run                           blocks: run, predict, task, expect, view,
 *	p = alloc highmem                                threads, show
 *	```
 *	<!-- note: wait for a show of hands -->  a teacher's note, not shown
 *
 * cmark reads the Markdown; what stands in the blocks is read here. A lesson is immutable once
 * read: a run over it (lesson/run.h) keeps its own state. Everything wrong with a file is
 * reported at once, each with file:line:column and what would be right.
 */
#ifndef KMAPLAB_LESSON_LESSON_H
#define KMAPLAB_LESSON_LESSON_H

#include "lesson/problems.h"

#include <stdint.h>

struct lesson;

/** Reads a lesson from `size` bytes of text; `name` is what problems call it. NULL when anything
 * at all is wrong with it: `p` then says what. The caller frees it with lesson_free(). */
struct lesson *lesson_parse(const char *name, const char *text, size_t size, struct problems *p);

/** The same for a file. */
struct lesson *lesson_read(const char *path, struct problems *p);

void lesson_free(struct lesson *l);

/** "kmap: borrowing an address", "07-kmap". */
const char *lesson_title(const struct lesson *l);
const char *lesson_id(const struct lesson *l);
/** The ids of the lessons that come before it, separated by blanks; "" when there are none. */
const char *lesson_requires(const struct lesson *l);
/** The man pages to read afterwards, separated by blanks: "highmem(7) kmaplab(1)", or "". */
const char *lesson_read_on(const struct lesson *l);
/** How many minutes it takes; 0 when its author does not say. */
unsigned lesson_minutes(const struct lesson *l);

/** The kernels in which it holds: the first is the one it is normally run in. NULL behind the
 * last. */
const char *lesson_kernel(const struct lesson *l, unsigned i);
/** The words of `boot` beside kernel and seed: "ram=2G cpus=2", or "". */
const char *lesson_machine(const struct lesson *l);
uint64_t lesson_seed(const struct lesson *l);
/** Whether the reader may skip what he cannot do. */
bool lesson_allows_skip(const struct lesson *l);

#endif
