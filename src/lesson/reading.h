/*
 * What a lesson has said so far, for a pane in which it can be read: not only the present step, as
 * a page has it (page.h), but back to what was said some steps ago, the newest last.
 *
 *	asked   here begins what is to be done: the question, the task, the commands, with the hints
 *	        and verdicts that have come since
 *	fresh   here begins what was said since the reader did something
 *
 * A pane that is opened to be read shows it from the first of these two, one that makes room for the
 * views from the first. Who shows it says once how wide it is; lines are kept set until that changes.
 */
#ifndef KMAPLAB_LESSON_READING_H
#define KMAPLAB_LESSON_READING_H

#include "lesson/page.h"

struct reading {
	unsigned n;
	struct piece *piece;
	unsigned *line_of;       /* of each piece: where in `lines` its first one is */
	unsigned asked, fresh;   /* pieces */
	bool acted;              /* what is said next is fresh */
	unsigned width;          /* of the lines; 0: none are set */
	struct page_lines lines;
};

/** Adds a piece; texts have their marks. What can be typed now takes the place of what could. */
void reading_add(struct reading *r, enum say_kind kind, const char *text);

/** The reader has done something: what was said up to here is old, and how things stood is gone. */
void reading_acted(struct reading *r);

/** Whether a piece stands there since the last time that the reader was told something. */
bool reading_has(const struct reading *r, enum say_kind kind, const char *text);

/** Sets all of it into lines of `width` cells, if it is not. */
void reading_set(struct reading *r, unsigned width);

/** The line at which what is to be done begins, and what is fresh; the number of lines when there is
 * nothing. */
unsigned reading_asked(const struct reading *r);
unsigned reading_fresh(const struct reading *r);

void reading_release(struct reading *r);

#endif
