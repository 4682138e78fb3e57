/*
 * The front ends: three ways to sit at the same desk. Each runs to its end and returns the
 * program's exit status (CONTRACT "Starting").
 */
#ifndef KMAPLAB_FRONT_FRONTS_H
#define KMAPLAB_FRONT_FRONTS_H

#include "front/desk.h"

enum { EXIT_GOOD = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_INTERRUPTED = 130 };

/** Commands from scripts, -e and standard input; answers on standard output. */
int batch_run(struct desk *d, const struct options *o);

/** Lines in, lines out: for screen readers, dumb terminals and logs. Nothing moves the cursor. */
int plain_run(struct desk *d, const struct options *o);

/** The screen. `prompt` was made before curses was asked for anything; it is freed. */
struct prompt;
int curses_run(struct desk *d, const struct options *o, struct prompt *prompt);

#endif
