/*
 * Operations that go on after their command answered: spawned, asleep, or stopped in the middle.
 */
#ifndef KMAPLAB_COMMAND_BACKGROUND_H
#define KMAPLAB_COMMAND_BACKGROUND_H

#include "command/interp.h"

/** Remembers what was asked of a task, so that its answer can be given when it has finished. */
void background_add(struct interp *in, unsigned task, const char *command,
                    const struct request *r);

/** What was asked of a task, or NULL when the present timeline knows of nothing. */
const struct background *background_of(const struct interp *in, unsigned task);

/** Whether a task is still in the middle of what was asked of it. */
bool background_open(const struct interp *in, const struct background *b);

/** Remembers which are unfinished, before a command; after it, answers for those that finished
 * since: as `finished` in the result, and in sentences. */
void background_look(struct interp *in);
void background_report(struct call *c);

/** The outcome of a task that has finished. */
struct outcome background_outcome(const struct interp *in, unsigned task);

/** Appends {task, command, status, result, message} of a task that has finished to an array. */
void background_answer(const struct interp *in, const struct background *b, json_t *array,
                       struct text *message);

/** Forgets everything: a new machine was booted. */
void background_clear(struct interp *in);

/** Background `i` of the present timeline that is unfinished, or NULL behind the last. */
const struct background *background_get(const struct interp *in, unsigned i);

#endif
