/*
 * The curses front end, for its own files alone.
 *
 * One loop (curses_loop.c): take what signals said, take keys, draw, wait. A command runs inside
 * it, and its steps are played back (curses_animate.c) before its answer is told; keys typed
 * meanwhile are looked at between two pictures: those of the editor go into the line, all others end
 * the playing and wait in a queue of ours. What is shown at any moment is a struct screen, and the
 * view floor draws it.
 */
#ifndef KMAPLAB_FRONT_CURSES_FRONT_H
#define KMAPLAB_FRONT_CURSES_FRONT_H

#include "front/desk.h"
#include "front/fronts.h"
#include "front/keys.h"
#include "front/prompt.h"
#include "front/terminal.h"
#include "view/detail.h"
#include "view/screen.h"

#define KEY_QUEUE 1024

struct shown_text {
	char *text;
	size_t size;
};

struct curses_front {
	struct desk *desk;
	const struct options *options;
	struct terminal *terminal;
	struct prompt *prompt;
	struct grid grid;
	struct screen screen;
	struct spots spots[PANES_MAX];
	struct detail detail;        /* of the one that is told of in the pop-up; name "" = none */
	bool dragging;               /* the timeline, with the mouse */
	char *command;               /* what screen points to; likewise: */
	struct shown_text answer;
	struct reading lesson;       /* what it said */
	bool answer_old;             /* what is said next replaces it */
	bool answer_lent;            /* it stands in for the lesson's pane */
	unsigned lesson_width;       /* columns, as the lesson was told last */
	char hint[160];              /* what could be typed */
	char keys_text[SPOT_NAME + 64];
	uint32_t shown_since;        /* events up to here are old */
	uint32_t since_before;       /* the same before the line that runs, and its moment */
	struct moment then_before;
	struct moment shown_then;    /* clocks and charges at that time */
	struct layout layout_before; /* of the world that a command found; all 0: there was none */
	struct {
		bool on, skip, paused;
		int move;            /* while paused: one picture on (1) or back (-1) */
		uint32_t position;   /* of the picture, for the timeline */
	} play;
	bool pasting;                /* between the marks of a bracketed paste */
	unsigned pasted;             /* lines of it that were run */
	uint32_t keys[KEY_QUEUE];    /* typed while nobody had time */
	unsigned nr_keys;
	struct candidate *candidates;
	struct popup_row *rows;      /* of the pop-up */
	size_t nr_candidates, nr_rows;
	bool choosing;               /* the menu of lessons is to open when the line is done */
	bool leaving;
	char theme[32];              /* as last applied */
};

/* --- curses_loop.c ------------------------------------------------------------------------------ */

/** Draws the screen as it is now. */
void front_draw(struct curses_front *f);

/** Takes what signals said: size, ^Z, the end. */
void front_signals(struct curses_front *f);

/** Runs a line as typed, with its answer and its animation. */
void front_line(struct curses_front *f, const char *line);

/* --- curses_key.c ------------------------------------------------------------------------------- */

/** Moves waiting keys into the queue; true when there were any. */
bool front_collect_keys(struct curses_front *f);

/** The next key, from the queue first; TERMINAL_NONE. */
uint32_t front_next_key(struct curses_front *f);

/** Puts a key back in front of the queue. */
void front_unget_key(struct curses_front *f, uint32_t key);

/** Does what a key does. */
void front_key(struct curses_front *f, uint32_t key);

/** The same while a command's steps are played. */
void front_play_key(struct curses_front *f, uint32_t key);

/* --- curses_focus.c --------------------------------------------------------------------------- */

/** Gives the panes their spots. */
void focus_begin(struct curses_front *f);
void focus_end(struct curses_front *f);
/** The next place (1) or the one before (-1): prompt, the panes, timeline. */
void focus_move(struct curses_front *f, int direction);
/** Back to the prompt; false when that is where keys go. */
bool focus_prompt(struct curses_front *f);
/** The next spot in a direction. */
void focus_arrow(struct curses_front *f, enum key_action action);
/** Tells what the spot with the focus is; once more: runs its command. */
void focus_detail(struct curses_front *f);
/** Runs the command of the spot in the open pop-up; false when none is open. */
bool focus_run_detail(struct curses_front *f);

/* --- curses_mouse.c --------------------------------------------------------------------------- */

/** What the mouse did. */
void mouse_key(struct curses_front *f);

/* --- curses_time.c ---------------------------------------------------------------------------- */

/** Brings the timeline's bar up to date. */
void time_update(struct curses_front *f);

/* --- curses_answer.c ------------------------------------------------------------------------- */

/** Begins a new answer to `command`: the old one stays until something is said. */
void answer_begin(struct curses_front *f, const char *command);
/** The same for a line of a paste: what its earlier lines answered stays above it. */
void answer_begin_pasted(struct curses_front *f, const char *command);
/** Appends lines to the answer. */
void answer_add(struct curses_front *f, const char *text, bool failed);
/** Frees what is shown. */
void answer_end(struct curses_front *f);
/** The command is done: nothing more will be said to it. */
void answer_done(struct curses_front *f);
/** A page up (-1) or down (1): in a long answer, in the lesson, in the chosen pane. */
void answer_page(struct curses_front *f, int direction);
/** Scrolls one of them by lines. */
void answer_scroll(struct curses_front *f, int lines);
void lesson_scroll(struct curses_front *f, int lines);
void pane_scroll(struct curses_front *f, unsigned pane, int lines);
/** Whether Enter had better turn a page: an open answer or lesson goes on below. */
bool answer_goes_on(const struct curses_front *f);
/** Turns it. */
void answer_go_on(struct curses_front *f);
/** The window has another size: one that is too small for the lesson's pane tells what is to be done as an
 * answer, where there is no other. */
void answer_fit(struct curses_front *f);
/** Folds a long answer or lesson; false when there was nothing to fold. */
bool answer_fold(struct curses_front *f);

/** The desk's callbacks. */
void answer_say(void *ctx, enum say_kind kind, const char *text);
void answer_reply(void *ctx, const struct reply *r);

/* --- curses_animate.c ------------------------------------------------------------------------ */

/** Shows the present world at rest. */
void animate_rest(struct curses_front *f);
/** Plays the steps of a command. */
void animate_reply(struct curses_front *f, const struct reply *r);

/* --- curses_complete.c ----------------------------------------------------------------------- */

/** Tab. */
void complete_key(struct curses_front *f);
/** F1: the list of keys. */
void keys_list(struct curses_front *f);
/** Goes through an open list by rows: marks another candidate, or scrolls the keys. False when no list
 * is open. */
bool complete_move(struct curses_front *f, int rows);
/** Puts candidate `row` of the open list into the line; false when there is no such. */
bool complete_take(struct curses_front *f, int row);
/** Lists what fits now that something was typed in an open list. */
void complete_again(struct curses_front *f);
/** Closes any pop-up; false when none was open. */
bool complete_close(struct curses_front *f);

/* --- curses_menu.c --------------------------------------------------------------------------- */

/** The lessons to choose from; the chosen one is opened. */
void menu_run(struct curses_front *f);

#endif
