/*
 * The page of a lesson: what the present step says, as a value to draw. A front end that shows
 * lessons as a stream needs none of this; one that has a pane for them asks for the page after each
 * line and after each change of width.
 *
 *	07-kmap   kmap: an address on loan                     step 3 of 12
 *	  (lines)  the prose that leads to the step, its question, choices or task;
 *	           then, as they come, hints, what was wrong or right, the state of its goals
 *	  status   what can be typed now
 *
 * A line holds marks (marks.h): a view takes them out with mark_span() and styles what is between
 * them. The page is made from what the run keeps, computes nothing in the world, and changes nothing.
 * Pieces of the steps before this one are set into the same lines by reading.h.
 */
#ifndef KMAPLAB_LESSON_PAGE_H
#define KMAPLAB_LESSON_PAGE_H

#include "lesson/run.h"

struct page_line {
	enum say_kind kind; /* what it is a part of */
	bool own;           /* it belongs to the step's block, not to the prose before it */
	bool begins;        /* the first of its piece, or of all that belongs to a verdict */
	char *text;         /* "" between two pieces */
};

struct page_lines {
	unsigned n;
	struct page_line *line;
};

/** Sets a piece into lines of `width` cells behind those that are there; `before` is the piece that
 * stands above it, or NULL. A command has the prompt in front of it, "lab> ". */
void page_lines_add(struct page_lines *to, const struct piece *before, const struct piece *piece,
                    bool own, unsigned width);
void page_lines_release(struct page_lines *lines);

struct lesson_page {
	const char *id, *title;   /* the lesson's; they live with it */
	unsigned step, steps;     /* 1 to steps; steps + 1 at the end */
	const char *kind;         /* of the step: "run", "predict", "task", "threads", or "end" */
	enum lesson_wants wants;
	bool paused;              /* free play */
	unsigned hints, hints_left, commands; /* at this step */
	const char *status;       /* a sentence: what can be typed now */
	struct page_lines lines;
	char *notes;              /* for the teacher, one a line; "" when there are none */
	char *next;               /* what the step after this one is called; "" at the last */
};

/** The page of the step at which the run is, set into lines of `width` cells (at least 10). The
 * caller releases it. */
void lesson_run_page(const struct lesson_run *r, unsigned width, struct lesson_page *page);
void lesson_page_release(struct lesson_page *page);

#endif
