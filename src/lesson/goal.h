/*
 * A goal, piece by piece: which of its conditions hold, and what the values are.
 */
#ifndef KMAPLAB_LESSON_GOAL_H
#define KMAPLAB_LESSON_GOAL_H

#include "lab/session.h"

/** Condition `i` of an expression: what stands between its outermost `and`s, without blanks at its
 * ends. The caller frees it; NULL behind the last. An expression whose outermost operator is `or` has
 * one. */
char *goal_condition(const char *goal, unsigned i);

/** Whether a condition holds in the session's present world; what cannot be computed does not (yet).
 * `now` gets what its sides are, "3" or "3 and 8", or why it cannot be computed, or "". */
bool goal_holds(const char *condition, const struct session *s, char *now, size_t size);

#endif
