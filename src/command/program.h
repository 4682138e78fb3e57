/*
 * Programs for the explorer: what a file for `explore` says, kmaplab-explore(5).
 *
 *	setup: boot kernel=2.6.37 cpus=1; a = alloc highmem; b = alloc highmem
 *	cpu0 task: kmap_atomic a; kunmap_atomic a
 *	cpu0 irq: kmap_atomic b; kunmap_atomic b
 *	never: page(a).va == page(b).va
 *	bound: steps=200 states=100000
 *
 * Untrusted: bounded, checked, refused with NAME:LINE:COLUMN.
 */
#ifndef KMAPLAB_COMMAND_PROGRAM_H
#define KMAPLAB_COMMAND_PROGRAM_H

#include "command/interp.h"
#include "lab/explore.h"

#define PROGRAM_BYTES (64u << 10)
#define PROGRAM_COMMANDS 256u /* setup lines; commands of a thread */
#define PROGRAM_NEVERS 16u

/** A command of a thread. */
struct program_command {
	struct parsed parsed;
	unsigned line;
};

struct program_thread {
	unsigned cpu;
	enum context_kind kind;
	unsigned nr;
	struct program_command **command;
};

struct program_never {
	struct expr *expr;
	char *text;
};

struct program {
	char *name; /* for messages */
	unsigned nr_setup;
	struct {
		char *text; /* as long as the file's line, blanks where the keyword was */
		unsigned line;
	} setup[PROGRAM_COMMANDS];
	unsigned nr_threads;
	struct program_thread thread[EXPLORE_THREADS];
	unsigned nr_nevers;
	struct program_never never[PROGRAM_NEVERS];
	struct explore_bound bound;
};

/** Reads a program. `name` and `line` (of the first line) are for messages. NULL with a message. The
 * caller frees it. */
struct program *program_parse(const char *text, const char *name, unsigned line,
                              struct message *m);
void program_free(struct program *p);

/** Makes the request of command `n` of a thread in the session's present world. False with a message. */
bool program_request(const struct program *p, struct interp *in, unsigned thread, unsigned n,
                     struct request *r, struct message *m);

#endif
