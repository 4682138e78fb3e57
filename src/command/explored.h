/*
 * What the explorer found, in sentences and as JSON.
 */
#ifndef KMAPLAB_COMMAND_EXPLORED_H
#define KMAPLAB_COMMAND_EXPLORED_H

#include "command/program.h"

/** Adds the result of exploring a program to an answer: CONTRACT's {states, transitions, schedules,
 * violations: [{invariant, steps}], complete}, and the schedules step by step. */
void explored_answer(struct answer *a, const struct program *p, const struct explore_result *r);

#endif
