/*
 * The lint: does a lesson hold what it promises, on every kernel that it names?
 */
#ifndef KMAPLAB_LESSON_LINT_H
#define KMAPLAB_LESSON_LINT_H

#include "lesson/lesson.h"

/** The name of view `i`; NULL behind the last. Views are drawn above this floor. */
typedef const char *lint_view_fn(unsigned i);

/**
 * Reads the lesson at `path` and looks at its text: lengths of prose, names of commands, man pages,
 * views (when `view` is not NULL), the lessons it requires, its translations. Then plays it on each
 * of its kernels, with each value of its variants: every command works, every expectation holds,
 * every prediction can be computed and answered, every solution is accepted and every non-solution is
 * not. True when nothing was found; else `p` says what.
 */
bool lesson_lint(const char *path, lint_view_fn *view, struct problems *p);

#endif
