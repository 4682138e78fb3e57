/*
 * The explorer: all orders in which threads and interrupts can run, from one world.
 *
 * A thread is a list of kernel operations on one CPU: a task's, or an interrupt's that may arrive
 * between any two lines of what its CPU does, once. Whoever asks knows how to make the operations
 * (they may depend on what happened before); the explorer knows how to let threads run, and what a
 * state is. It is asked for the shortest schedule that breaks something, and for the proof that
 * none does within the bound.
 */
#ifndef KMAPLAB_LAB_EXPLORE_H
#define KMAPLAB_LAB_EXPLORE_H

#include "lab/session.h"

/** Most threads, those included that were in the middle of something before. */
#define EXPLORE_THREADS 16u

struct explore_thread {
	unsigned cpu;
	enum context_kind kind;
	unsigned nr_ops; /* operations, one after the other */
	unsigned task;   /* one that is in the middle of something already; 0: a new one is made */
};

/** An operation and its locals. */
struct explore_op {
	const struct op *op;
	uint64_t locals[FRAME_BYTES / 8];
};

struct explore_result;

/** What the explorer asks of whoever uses it. While it does, the session's present world is the state
 * in question; it must not be changed. */
struct explore_client {
	/** Makes operation `n` of a thread. False with a message: it cannot even be asked for, which
	 * counts as a violation. */
	bool (*prepare)(void *ctx, unsigned thread, unsigned n, struct explore_op *op,
	                struct message *m);
	/** Whether something holds that must never hold; the message says what. May be NULL. */
	bool (*never)(void *ctx, struct message *m);
	/** Hears now and then, between two states, how far the search is. May be NULL. */
	void (*progress)(void *ctx, const struct explore_result *so_far);
	void *ctx;
};

struct explore_bound {
	unsigned steps;  /* in a schedule */
	unsigned states; /* that are kept */
	bool first;      /* stop at the first violation */
	bool no_merging; /* `never` asks about the past: states that look the same are not */
};

/** One step of a schedule. */
struct explore_step {
	uint8_t cpu;
	int8_t thread;    /* -1: the handler of an interrupt that another CPU sent */
	bool arrives;     /* the interrupt comes, before its first line */
	bool leaves;      /* its handler is over, after this line */
	bool begins;      /* operation `n` of the thread begins with this line */
	uint16_t n;
	const char *function, *text; /* the line that runs; "" when there is none */
};

struct explore_violation {
	char invariant[32]; /* a name of invariants.def, "oops", "deadlock", "never", "command" */
	char what[256];     /* a sentence without a full stop */
	uint16_t stuck;     /* a deadlock's threads, as bits */
	unsigned nr_steps;
	struct explore_step *step;
};

#define EXPLORE_VIOLATIONS 8u

struct explore_result {
	unsigned states, depth; /* depth: steps of the longest way to a new state */
	uint64_t transitions;
	double schedules;       /* from the beginning to an end; INFINITY: some go round for ever */
	bool complete;          /* everything within reach was seen */
	bool interrupted;       /* ^C */
	unsigned nr_violations; /* the shortest of each kind, in the order of their lengths */
	struct explore_violation violation[EXPLORE_VIOLATIONS];
};

struct explorer;

/** An explorer of what `n` threads can do from the session's present world, which has to be quiet on
 * their CPUs. NULL with a message when that cannot be. Owned by the caller. */
struct explorer *explorer_new(struct session *s, const struct explore_thread *threads, unsigned n,
                              const struct explore_bound *bound,
                              const struct explore_client *client, struct message *m);
void explorer_free(struct explorer *x);

/** Searches, breadth first. The session is as before. Stops when session_stop_asked(). False with a
 * message when the world is wrong from the beginning. */
bool explorer_run(struct explorer *x, struct message *m);

/** What was found; the explorer's. */
const struct explore_result *explorer_result(const struct explorer *x);

/** Lets the session go through the schedule of violation `i`, each step an input of its timeline.
 * False when it cannot: the session has moved since. */
bool explorer_replay(struct explorer *x, unsigned i, struct message *m);

#endif
