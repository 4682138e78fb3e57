/*
 * The screen: status line, views, the lesson, the answer to the last command, the prompt, and now
 * and then a pop-up above it. What the curses front end shows is drawn here, onto a grid; so
 * save-screen gives the same screen without a terminal, and tests need none.
 *
 *	Linux 2.6.27  HIGHMEM64G  3G/1G ...      <- status
 *	+- virtual ----------------------------
 *	|  the panes (view/panes.h)
 *	+- lesson -----------------------------  <- on the right of them where that is wide enough
 *	|
 *	+- kmap p0 --------- =+====+==O--+- ---  <- the command, and the timeline
 *	p0 is mapped at 0xffa00000 ...           <- its answer; a long one opens upwards
 *	lab> _                                   <- prompt
 */
#ifndef KMAPLAB_VIEW_SCREEN_H
#define KMAPLAB_VIEW_SCREEN_H

#include "lesson/reading.h"
#include "view/panes.h"
#include "view/popup.h"
#include "view/timebar.h"

/** Where keys go. */
enum screen_focus { FOCUS_PROMPT, FOCUS_PANE, FOCUS_TIMELINE };

#define REFUSALS_MAX 8

struct screen {
	struct view_state view;
	struct panes panes;
	enum screen_focus focus;
	struct timebar time;
	const char *command;          /* what was answered, or NULL */
	const char *answer;           /* or NULL */
	unsigned nr_refusals;         /* parts of the answer that refuse something, whole lines: */
	struct {
		size_t from, to;      /* bytes */
	} refusal[REFUSALS_MAX];
	bool open;                    /* a long answer takes the rows that it needs */
	int scroll;                   /* lines of it scrolled away at the top */
	const struct reading *lesson; /* what it said, set to screen_lesson_cols(); NULL: nothing */
	bool lesson_open;             /* what was said last takes the rows that it needs */
	int lesson_scroll;            /* lines scrolled on from where it would begin; may be < 0 */
	const char *keys;             /* what some keys do, said where there is room */
	const char *prompt, *line;    /* line: UTF-8 without control characters */
	const char *hint;             /* what could be typed behind it, or NULL */
	int cursor;                   /* columns of `line` before the cursor */
	bool large;                   /* for the back row: one pane, wide spacing */
	struct popup popup;
};

/** Draws all of it. The cursor's place goes to *y, *x. */
void screen_draw(struct grid *g, const struct screen *s, int *y, int *x);

/** The rows and columns that it is laid out in: the grid's, or in large print half of them. Whoever
 * asks the functions below for room must ask with these. */
int screen_rows(const struct grid *g, const struct screen *s);
int screen_cols(const struct grid *g, const struct screen *s);

/** What lies at a place of the grid, for the mouse. */
enum screen_part { PART_NONE, PART_STATUS, PART_PANE, PART_LESSON, PART_TIMELINE, PART_ANSWER,
	           PART_PROMPT, PART_POPUP };
struct screen_hit {
	enum screen_part part;
	unsigned pane;            /* PART_PANE: its index */
	int row;                  /* PART_POPUP: its row, or POPUP_EDGE */
	int y, x;                 /* the place in the grid that was drawn: what spots are asked for */
	struct area time;         /* PART_TIMELINE: the bar's area */
};
struct screen_hit screen_at(struct grid *g, const struct screen *s, int y, int x);

/** Where a pane was drawn; empty when it was not. */
struct area screen_pane_area(struct grid *g, const struct screen *s, unsigned pane);

/** How many lines of the answer an open screen of this size can show at once, and how many it
 * has. */
int screen_answer_room(const struct screen *s, int rows, int cols);
int screen_answer_lines(const struct screen *s, int cols);
/** Whether the answer has more lines than a closed screen of this size shows. */
bool screen_answer_long(const struct screen *s, int rows, int cols);

/** Columns that a lesson's text has; 0: the screen is too small for a pane of its own, and the text
 * belongs into the answer. */
int screen_lesson_cols(int rows, int cols);

/** Whether an open answer or lesson takes rows from the views that it would give back when folded. */
bool screen_hides_views(const struct screen *s, int rows, int cols);

/** Rows of the lesson's text that are shown, lines that it has, and how many of them are above
 * what is shown; all 0 when there is no pane. */
struct lesson_window {
	int shown, lines, above;
};
struct lesson_window screen_lesson_window(const struct screen *s, int rows, int cols);

#endif
