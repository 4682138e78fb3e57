/*
 * The keeper: writes down how far a reader has come in a lesson, and knows it the next time.
 *
 * A home that cannot be written to is no reason not to learn: that is said once, and the lesson goes
 * on.
 */
#ifndef KMAPLAB_FRONT_KEEPER_H
#define KMAPLAB_FRONT_KEEPER_H

#include "lesson/progress.h"

struct keeper;

struct keeper *keeper_new(void);
void keeper_free(struct keeper *k);

/** A run was begun: says what its reader should know (what the lesson builds on, where he was last
 * time, that his progress cannot be kept), and writes down that he has begun. */
void keeper_begin(struct keeper *k, const struct lesson_run *run, say_fn *say, void *ctx);

/** Step `i`, from 0, was passed; the lesson is over. */
void keeper_step(struct keeper *k, const struct lesson_run *run, unsigned i);
void keeper_over(struct keeper *k, const struct lesson_run *run);

/** The step, from 1, at which the reader left the lesson last time; 0 when he did not, or has resumed
 * or gone on since. */
unsigned keeper_left_at(const struct keeper *k);

/** Goes there. */
void keeper_resume(struct keeper *k, struct lesson_run *run);

#endif
