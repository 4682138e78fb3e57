/*
 * What the commands that touch memory know of processes.
 */
#ifndef KMAPLAB_COMMAND_PROCESS_H
#define KMAPLAB_COMMAND_PROCESS_H

#include "command/interp.h"

/** The process whose user mode a command on c->cpu would run in, or 0: a kernel thread's commands,
 * or an interrupt's, have none. */
unsigned user_mode_task(const struct call *c);

/** Notes in a request for an access of user mode what the answer needs (in pfn and other). */
void user_request(const struct call *c, struct request *r);

/** Adds to the answer of such an access how many faults it took, and whether the task was killed. */
void answer_user(const struct outcome *o, const struct request *r, struct answer *a, bool killed);

/** `exit` in a process: it ends. */
enum status process_exit(struct call *c);

#endif
