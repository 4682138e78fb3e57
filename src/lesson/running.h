/*
 * A run's insides, for run.c, travel.c, predict.c and task.c.
 */
#ifndef KMAPLAB_LESSON_RUNNING_H
#define KMAPLAB_LESSON_RUNNING_H

#include "lab/expr.h"
#include "lesson/parts.h"
#include "lesson/run.h"

/** A place on the session's timeline. */
struct moment {
	unsigned branch;
	uint32_t position;
	uint32_t steps, events; /* of the world there, to know it again */
};

/** What happened at a part. */
struct record {
	struct moment arrival; /* the world when the part was come to */
	bool reached;          /* it was come to */
	bool done;             /* answered right, or its goal was reached */
	bool skipped;
	unsigned tries;        /* wrong answers */
	unsigned hints;        /* given */
	unsigned commands;     /* since it was set */
};

struct lesson_run {
	const struct lesson *lesson;
	struct interp *in;
	struct session *s;
	struct lesson_ear ear;
	const char *kernel;
	unsigned width;
	unsigned at;              /* part; nr_parts = the end */
	enum lesson_wants wants;
	struct moment resume;     /* the lesson's own world: free play ends here */
	bool answer_known;
	struct observation answer; /* to the open question */
	unsigned faults;
	struct record *record;
	reply_fn *fn;             /* of the line being run, with its context */
	void *fn_ctx;
};

/** The part at which the run is; NULL at the end. */
const struct part *run_part(const struct lesson_run *r);

/** Says a text; printf's format. */
void run_say(struct lesson_run *r, enum say_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** Says a text with its expressions filled in, set into lines behind `first`; an expression that
 * fails is a fault of the lesson. */
void run_say_text(struct lesson_run *r, enum say_kind kind, const char *first, const char *text);

/** Says that the lesson is at fault at a line of its file. */
void run_fault(struct lesson_run *r, unsigned line, const char *text);

/** Runs lines of commands in the lesson's name. Returns the worst status. */
enum status run_lines(struct lesson_run *r, const char *lines, unsigned line, reply_fn *fn,
                         void *ctx);

/** Shows part r->at and whatever it needs. True when the run has to wait there. */
bool run_arrive(struct lesson_run *r);

/* travel.c */
struct moment run_moment(const struct lesson_run *r);
/** Goes to a moment, which is then of the present branch; false when its branch is gone. */
bool run_restore(struct lesson_run *r, struct moment *m);
/** Makes all moments that the present branch goes through moments of it. */
void run_rebase(struct lesson_run *r);
/** Ends free play: the world is the lesson's again. */
bool run_resume(struct lesson_run *r);

/* predict.c */
void predict_ask(struct lesson_run *r);
void predict_compute(struct lesson_run *r);
void predict_skip(struct lesson_run *r);
/** Whether a choice's name, or a number, is the right answer to the open question. */
bool predict_is_right(const struct lesson_run *r, const char *name);

/* task.c */
void task_set(struct lesson_run *r);
void task_begin(struct lesson_run *r);
/** Looks at the goals after a command of the reader. */
void task_notice(struct lesson_run *r);
void task_check(struct lesson_run *r);
void task_skip(struct lesson_run *r);

#endif
