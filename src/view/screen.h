/*
 * The screen: status line, a view, the answer to the last command, the prompt, and now and then a
 * pop-up above it. What the curses front end shows is drawn here, onto a grid; so save-screen gives
 * the same screen without a terminal, and tests need none.
 *
 *	Linux 2.6.27  HIGHMEM64G  3G/1G ...      <- status
 *	+- virtual ----------------------------
 *	|  the view
 *	+- kmap p0 ----------------------------  <- the command
 *	p0 is mapped at 0xffa00000 ...           <- its answer; a long one opens upwards
 *	lab> _                                   <- prompt
 */
#ifndef KMAPLAB_VIEW_SCREEN_H
#define KMAPLAB_VIEW_SCREEN_H

#include "view/view.h"

/** One row of a pop-up: a word and what it is. */
struct popup_row {
	const char *word, *text;
};

/** A list above the prompt, or in the middle of the screen when nothing is typed yet. */
struct popup {
	const char *title;     /* NULL: no pop-up */
	const char *foot;      /* what can be done, or NULL */
	unsigned n;
	const struct popup_row *row;
	int chosen;            /* row that is marked, -1 = none */
	int column;            /* where it begins, in columns */
	bool centred;
};

struct screen {
	struct view_state view;
	const struct view_ops *shown; /* never NULL */
	const char *command;          /* what was answered, or NULL */
	const char *answer;           /* or NULL */
	bool failed;                  /* the answer is a refusal */
	bool open;                    /* a long answer takes the rows that it needs */
	int scroll;                   /* lines of it scrolled away at the top */
	const char *lesson;           /* what it said last, or NULL: a column of its own when there
	                               * is room (screen_lesson_cols()) */
	const char *keys;             /* what some keys do, said where there is room */
	const char *prompt, *line;    /* line: UTF-8 without control characters */
	int cursor;                   /* columns of `line` before the cursor */
	struct popup popup;
};

/** Draws all of it. The cursor's place goes to *y, *x. */
void screen_draw(struct grid *g, const struct screen *s, int *y, int *x);

/** How many lines of the answer an open screen of this size can show at once, and how many it
 * has. */
int screen_answer_room(int rows, int cols);
int screen_answer_lines(const struct screen *s, int cols);
/** Whether the answer has more lines than a closed screen of this size shows. */
bool screen_answer_long(const struct screen *s, int rows, int cols);

/** Columns that a lesson's text has beside the views; 0: the screen is too narrow for that, and the
 * text belongs into the answer. */
int screen_lesson_cols(int cols);

/** How many rows of a pop-up a screen of `rows` rows shows at once. */
int popup_room(int rows);

#endif
