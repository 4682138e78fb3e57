/*
 * One step, with its line of kernel code and its events in words.
 */
#ifndef KMAPLAB_COMMAND_STEPPING_H
#define KMAPLAB_COMMAND_STEPPING_H

#include "command/interp.h"

/** The most steps that one command takes. */
#define STEPS_MAX 1000000u

/** Takes one step of a task, which becomes current on its CPU first, or of a CPU. Adds what
 * happened to the call's answer: its text, and an object in result.steps. STATUS_BLOCKED: it waits
 * for somebody else; STATUS_ERROR: there is nothing to do. */
enum status step_task(struct call *c, unsigned task);
enum status step_cpu(struct call *c, unsigned cpu);

/** Adds the answer of an operation that has come to its end by steps. */
enum status step_finished(struct call *c, const struct background *b);

#endif
