/*
 * A run's insides, for those files of this folder that make one up.
 */
#ifndef KMAPLAB_LESSON_RUNNING_H
#define KMAPLAB_LESSON_RUNNING_H

#include "lab/expr.h"
#include "lesson/inline.h"
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
	bool ever;             /* the same, before the reader came back to it too */
	bool skipped;
	unsigned tries;        /* wrong answers */
	unsigned hints;        /* given */
	unsigned commands;     /* since it was set */
	unsigned past_commands; /* in an earlier sitting */
};

/** Names that a lesson keeps over a boot: its variants, and what its tasks `let`. */
#define LESSON_NAMES 64u

struct kept_name {
	char name[32];
	struct value value;
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
	char **shown;             /* the texts and labels of its fields, with their numbers */
	unsigned nr_shown;
	uint64_t seed; /* that the variants were drawn from */
	struct variants variants;
	unsigned nr_names;
	struct kept_name name[LESSON_NAMES];
	unsigned faults;
	struct record *record;
	unsigned nr_said, own;    /* what was said at this step; from `own` on, at its block */
	struct piece *said;
	bool mute;                /* on the way to a step that the reader asked for */
	bool paused;              /* free play */
	struct moment pause;      /* where it began */
	reply_fn *fn;             /* of the line being run, with its context */
	void *fn_ctx;
	bool readers;             /* the reader typed it */
};

/** The part at which the run is; NULL at the end. */
const struct part *run_part(const struct lesson_run *r);

/* speak.c */
/** Says marked text, one line a paragraph; `ctx` is the run, so that this is a say_fn. */
void run_speak(void *ctx, enum say_kind kind, const char *marked);

/** Keeps something for the page that is said otherwise, or nowhere. */
void log_keep(struct lesson_run *r, enum say_kind kind, const char *marked);

/** Forgets what was said at this step: all, all but `n` pieces, or what is of a kind and was said at
 * the block. */
void log_clear(struct lesson_run *r);
void log_cut(struct lesson_run *r, unsigned n);
void log_forget(struct lesson_run *r, enum say_kind kind);

/** Says a text; printf's format. */
void run_say(struct lesson_run *r, enum say_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** Says a text with its expressions filled in, set into lines behind `first`; an expression that
 * fails is a fault of the lesson. */
void run_say_text(struct lesson_run *r, enum say_kind kind, const char *first, const char *text);

/** The sentence that says what the run waits for. */
const char *run_status(const struct lesson_run *r);

/** Says that the lesson is at fault at a line of its file. */
void run_fault(struct lesson_run *r, unsigned line, const char *text);

/** Why a command of the lesson failed, as a sentence; and the fault that this is. */
void run_complaint(const struct lesson_run *r, const struct reply *reply, char *buf, size_t size);
void run_fault_of(struct lesson_run *r, unsigned line, const struct reply *reply);

/** What expressions in texts can speak of. */
struct inline_scope run_scope(const struct lesson_run *r);

/** Takes value `i` of each variant (see variants_take) in place of those that the seed drew. */
void run_take_variants(struct lesson_run *r, unsigned i);

/* arrive.c */
/** Goes on from part r->at until something waits. */
void run_go_on(struct lesson_run *r);
/** Shows part r->at and whatever it needs. True when the run has to wait there. */
bool run_arrive(struct lesson_run *r);
/** Executes a run block, which was shown before. */
void run_block(struct lesson_run *r);
/** Passes the answer to a command of the lesson on; one that failed is a fault. */
void run_hear(void *ctx, const struct reply *reply);

/* threads.c */
/** Gives the program of a block of threads, which was shown before, to the explorer. */
void run_threads(struct lesson_run *r);

/* give.c */
/** Keeps a name for the lesson's life, and binds it now. */
void names_keep(struct lesson_run *r, const char *name, struct value v);
/** Keeps the variants, and nothing else, on a machine that was just booted. */
void names_begin(struct lesson_run *r);
/** Lines of commands with the values of their expressions in them, as far as these are known. The
 * caller frees it. */
char *run_command_text(const struct lesson_run *r, const char *text);
/** Runs lines of commands in the lesson's name. Returns the worst status. */
enum status run_lines(struct lesson_run *r, const char *lines, unsigned line, reply_fn *fn,
                      void *ctx);
/** A line of commands that the reader typed: the goals are looked at after each. */
enum status run_typed(struct lesson_run *r, const char *name, unsigned number, const char *text,
                      reply_fn *fn, void *ctx);

/* travel.c */
struct moment run_moment(const struct lesson_run *r);
/** Goes to a moment, which is then of the present branch; false when its branch is gone. */
bool run_restore(struct lesson_run *r, struct moment *m);
/** Makes all moments that the present branch goes through moments of it. */
void run_rebase(struct lesson_run *r);
/** Goes back to a part that was come to, and says what leads to it. */
bool run_return(struct lesson_run *r, unsigned to);
/** Ends free play: the world is the lesson's again. */
bool run_resume(struct lesson_run *r);

/* predict.c */
void predict_ask(struct lesson_run *r);
void predict_compute(struct lesson_run *r);
void predict_skip(struct lesson_run *r);
void predict_release(struct lesson_run *r);
/** What a choice is called: its label, or its text. The label of a wrong answer. Both with their
 * numbers, as they were when the question was asked. */
const char *predict_choice(const struct lesson_run *r, const struct field *choice);
const char *predict_label(const struct lesson_run *r, const struct field *wrong);
/** Whether a choice's name, or a number, is the right answer to the open question. */
bool predict_is_right(const struct lesson_run *r, const char *name);

/* run.c */
/** Gives the open question or task up: tells the answer, or runs the solution. */
void run_skip(struct lesson_run *r);

/* steps.c */
/** Tells whoever wants to know that the present step is done or skipped. */
void step_passed(struct lesson_run *r);
/** The part that is step `i`, from 0; nr_parts behind the last. */
unsigned step_part(const struct lesson *l, unsigned i);
/** How many steps lie before a part. */
unsigned steps_before(const struct lesson *l, unsigned part);

/* task.c */
/** Computes and binds what the present part says with `let`. */
void run_let(struct lesson_run *r);
void task_set(struct lesson_run *r);
void task_begin(struct lesson_run *r);
/** Looks at the goals after a command of the reader. */
void task_notice(struct lesson_run *r);
void task_check(struct lesson_run *r);
void task_skip(struct lesson_run *r);

#endif
