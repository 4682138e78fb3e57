/*
 * A run: one reader's way through a lesson, over an interpreter and its session.
 *
 *	next ──> prose is said, views and expectations are dealt with, up to the first of
 *	         run       shown; executed when the reader goes on
 *	         predict   asked; the answer is computed in a world that is thrown away
 *	         task      set; after each command the goals are looked at
 *	         the end   a summary
 *
 * Every place at which it stopped is a moment of the session's timeline, so `back` restores the
 * world and runs nothing again, and what a reader plays with between two parts is undone when he
 * goes on. A run says what it has to say through one callback and never prints.
 */
#ifndef KMAPLAB_LESSON_RUN_H
#define KMAPLAB_LESSON_RUN_H

#include "command/command.h"
#include "lesson/lesson.h"
#include "lesson/say.h"

struct lesson_run;

/** What the run waits for. */
enum lesson_wants {
	LESSON_NEXT,   /* the reader goes on */
	LESSON_ANSWER, /* an answer to the question */
	LESSON_GOAL,   /* commands that reach the goal */
	LESSON_BACK,   /* the task failed: back, to try again */
	LESSON_OVER,
};

/** Who listens. `reply` gets the answers of the commands that the lesson itself gives; when it is
 * NULL they are said as SAY_REPLY. Both get `ctx`. `fault` gets what is wrong with the lesson, and
 * the line of its file; when it is NULL that is said as SAY_PROBLEM. `show` is asked to show a view,
 * as `show` blocks do; `cols` and `rows` are 0 where the lesson does not say; `passed` hears of each
 * step, from 0, when it is done or skipped; `typed` of each line that lesson_run_solve() types in the
 * reader's place; these three may be NULL. `marked`: texts are said as they are kept, with their marks
 * (marks.h) and a paragraph to a line, because whoever listens sets them himself. */
struct lesson_ear {
	say_fn *say;
	bool marked;
	reply_fn *reply;
	void *ctx;
	void (*fault)(void *ctx, unsigned line, const char *text);
	void (*show)(void *ctx, const char *view, unsigned cols, unsigned rows);
	void (*passed)(void *ctx, unsigned step);
	void (*typed)(void *ctx, const char *line);
};

/** How it went. */
struct lesson_score {
	unsigned predictions, first_try; /* asked; answered right at once */
	unsigned tasks, reached;         /* set; goals reached without `skip` */
	unsigned skipped, hints, commands;
	unsigned faults;                 /* of the lesson: its own commands failed */
};

/** A run over a lesson and an interpreter, neither owned; nothing is booted yet. */
struct lesson_run *lesson_run_new(const struct lesson *l, struct interp *in,
                                  const struct lesson_ear *ear);
void lesson_run_free(struct lesson_run *r);

/** Sets the width, in cells, of what is said from now on (80 at first). */
void lesson_run_width(struct lesson_run *r, unsigned width);

/** Draws the lesson's variants from another seed than its own, from the next start on. */
void lesson_run_seed(struct lesson_run *r, uint64_t seed);

/** Boots the lesson's machine with a kernel (NULL: the lesson's first) and goes to the first
 * stop. False with a message when it does not boot; everything is then as it was. */
bool lesson_run_start(struct lesson_run *r, const char *kernel, struct message *m);

enum lesson_wants lesson_run_wants(const struct lesson_run *r);

/** What the reader can ask for; each says what came of it. */
void lesson_run_next(struct lesson_run *r);
void lesson_run_back(struct lesson_run *r);
/** Begins the present part again, in the world as it was when it was come to. */
void lesson_run_again(struct lesson_run *r);
void lesson_run_hint(struct lesson_run *r);
void lesson_run_check(struct lesson_run *r);
void lesson_run_skip(struct lesson_run *r);
void lesson_run_restart(struct lesson_run *r);
/** Says again what the run waits for. */
void lesson_run_status(struct lesson_run *r);
/** Free play: commands do not count until the reader resumes, which restores the world. */
void lesson_run_pause(struct lesson_run *r);
void lesson_run_resume(struct lesson_run *r);
/** Goes to a step, from 1: back to one that was come to, or on, skipping what lies between. */
void lesson_run_goto(struct lesson_run *r, unsigned step);
/** Says a line for each step: its number, kind, state and title. */
void lesson_run_steps(struct lesson_run *r);

/** An answer to the open question: a choice's letter, number or text, a number, an address. False
 * when it cannot be an answer (nothing is said then). */
bool lesson_run_answer(struct lesson_run *r, const char *text);

/** Does what a verb ("next", "back", ...) says; false when there is no such verb. */
bool lesson_run_do(struct lesson_run *r, const char *verb);

/** Verb `i`, for completion; NULL behind the last. */
const char *lesson_run_verb(unsigned i);

/**
 * A line as it is typed inside a lesson: empty (next), a verb, an answer, or commands. Takes and
 * returns what interp_line() does; the goals are looked at after each command.
 */
enum status lesson_run_line(struct lesson_run *r, const char *name, unsigned number,
                            const char *text, reply_fn *fn, void *ctx);

/** Solution or non-solution `i` of the open task: lines of commands; NULL behind the last. */
const char *lesson_run_solution(const struct lesson_run *r, bool accepted, unsigned i);
/** The right answer to the open question as one would type it; false when there is none. */
bool lesson_run_right_answer(const struct lesson_run *r, char *buf, size_t size);

/** Types lines of commands in the reader's place; files are out of their reach, because they are
 * the author's. Returns the worst status. */
enum status lesson_run_try(struct lesson_run *r, const char *lines, reply_fn *fn, void *ctx);
/** Does what the run waits for: goes on, gives the right answer, types the first solution. False
 * when that did not help, or when the lesson is over. */
bool lesson_run_solve(struct lesson_run *r, reply_fn *fn, void *ctx);

/** A step: what holds the run until the reader has done something. */
enum step_state { STEP_NEW, STEP_BEGUN, STEP_SKIPPED, STEP_DONE };

struct lesson_step {
	const char *kind;  /* "run", "predict", "task", "threads" */
	const char *title; /* its question or first command, as in the file; lives with the lesson */
	enum step_state state;
	bool here;         /* the run is at it */
};

/** How many steps a lesson has. */
unsigned lesson_steps(const struct lesson *l);
/** The step at which the run is, from 1; one more than there are at the end. */
unsigned lesson_run_at(const struct lesson_run *r);
/** Step `i`, from 0; false behind the last. */
bool lesson_run_step(const struct lesson_run *r, unsigned i, struct lesson_step *step);

/** What is to be remembered of a step between two sittings. */
struct lesson_past {
	bool done, skipped;
	unsigned tries, hints, commands;
};

/** The past of step `i`, from 0. */
struct lesson_past lesson_run_past(const struct lesson_run *r, unsigned i);

/** Takes over what is remembered of the first `n` steps, and goes on in silence to the step behind the
 * last that was passed: the world there is what the lesson's own solutions make of it. */
void lesson_run_recall(struct lesson_run *r, const struct lesson_past *past, unsigned n);

/** The line of the file at which the run is. */
unsigned lesson_run_file_line(const struct lesson_run *r);

struct lesson_score lesson_run_score(const struct lesson_run *r);
const struct lesson *lesson_run_lesson(const struct lesson_run *r);

#endif
