/*
 * The curses front end, for its own files alone.
 *
 * One loop (curses_loop.c): take what signals said, take keys, draw, wait. A command runs inside
 * it, and its steps are played back (curses_animate.c) before the prompt is back; keys typed
 * meanwhile wait in a queue of ours and end the playing. What is shown at any moment is a struct
 * screen, and the view floor draws it.
 */
#ifndef KMAPLAB_FRONT_CURSES_FRONT_H
#define KMAPLAB_FRONT_CURSES_FRONT_H

#include "front/fronts.h"
#include "front/prompt.h"
#include "front/terminal.h"
#include "view/screen.h"

#define KEY_QUEUE 1024

struct curses_front {
	struct desk *desk;
	const struct options *options;
	struct terminal *terminal;
	struct prompt *prompt;
	struct grid grid;
	struct screen screen;
	struct view_choice choice;   /* what `view` chose last */
	char *command;               /* what screen points to; likewise: */
	struct shown_text { char *text; size_t size; } answer, lesson;
	bool answer_old;             /* what is said next replaces it */
	uint32_t shown_since;        /* events up to here are old */
	bool playing;                /* an animation is running */
	uint32_t keys[KEY_QUEUE];    /* typed while nobody had time */
	unsigned nr_keys;
	struct candidate *candidates;
	struct popup_row *rows;      /* of the pop-up */
	size_t nr_candidates;
	bool gone;                   /* the terminal is */
	bool leaving;
	char theme[16];              /* as last applied */
};

/* --- curses_loop.c ------------------------------------------------------------------------------ */

/** Draws the screen as it is now. */
void front_draw(struct curses_front *f);

/** Takes what signals said: size, ^Z, the end. */
void front_signals(struct curses_front *f);

/** Moves waiting keys into the queue; true when there were any. */
bool front_collect_keys(struct curses_front *f);

/** The next key, from the queue first; TERMINAL_NONE. */
uint32_t front_next_key(struct curses_front *f);

/** Runs a line as typed, with its answer and its animation. */
void front_line(struct curses_front *f, const char *line);

/* --- curses_answer.c ------------------------------------------------------------------------- */

/** Begins a new answer to `command`: the old one stays until something is said. */
void answer_begin(struct curses_front *f, const char *command);
/** Appends lines to the answer. */
void answer_add(struct curses_front *f, const char *text, bool failed);
/** Frees what is shown. */
void answer_end(struct curses_front *f);
/** The command is done: nothing more will be said to it. */
void answer_done(struct curses_front *f);
/** A page up (-1) or down (1) in it. */
void answer_page(struct curses_front *f, int direction);
/** Whether Enter had better turn a page: an open answer goes on below. */
bool answer_goes_on(const struct curses_front *f);
/** Folds a long answer; false when there was nothing to fold. */
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
/** Closes either pop-up; false when none was open. */
bool complete_close(struct curses_front *f);

/* --- curses_menu.c --------------------------------------------------------------------------- */

/** The lessons to choose from; the chosen one is opened. */
void menu_run(struct curses_front *f);

#endif
