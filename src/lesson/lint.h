/*
 * The lint: does a lesson hold what it promises, on every kernel that it names?
 */
#ifndef KMAPLAB_LESSON_LINT_H
#define KMAPLAB_LESSON_LINT_H

#include "lesson/lesson.h"

/** Reads the lesson at `path` and plays it on each of its kernels: every command works, every
 * expectation holds, every prediction can be computed and answered, every solution is accepted and
 * every non-solution is not, no stretch of prose is longer than a screen. True when nothing was
 * found; else `p` says what. */
bool lesson_lint(const char *path, struct problems *p);

#endif
