/*
 * Running kernel operations for commands.
 */
#ifndef KMAPLAB_COMMAND_OP_H
#define KMAPLAB_COMMAND_OP_H

#include "command/interp.h"

/** Runs a command that has prepare and answer: its requests, one after the other, in the topmost
 * context of c->cpu. */
enum status op_run_call(struct call *c);

/** Fills the call of a command to be prepared elsewhere: finds it, checks its CPU, sorts its
 * words. False after a bad(). */
bool call_begin(struct call *c);

/** What the end of a run means for the operation that ran on a CPU, for `task`'s command: answers
 * for it when it is done, says what it waits for when it is blocked. */
enum status op_ended(struct call *c, const struct request *r, enum run_end end, unsigned cpu,
                     unsigned task);

/** Adds what the kernel logged as a warning since event `from` to the answer. */
void op_warnings(struct call *c, uint32_t from);

/** Says why a CPU or task does not go on; `task` is its number. */
void op_why_blocked(struct call *c, unsigned cpu, unsigned task);

/** Fills a request: the operation and its locals, a compound literal of its frame. */
#define REQUEST(r, name, ...)                                                                     \
	do {                                                                                      \
		_Static_assert(sizeof(struct name##_frame) <= sizeof((r)->locals), #name);        \
		(r)->op = &name##_op;                                                             \
		request_locals((r), &(struct name##_frame){ __VA_ARGS__ },                        \
		               sizeof(struct name##_frame));                                      \
	} while (0)

void request_locals(struct request *r, const void *locals, size_t size);

#endif
