/*
 * A lesson's speech as plain lines: for --plain, and for `lesson run`.
 */
#ifndef KMAPLAB_FRONT_SAY_H
#define KMAPLAB_FRONT_SAY_H

#include "lesson/say.h"

#include <stdio.h>

/** Prints one piece of a lesson, with an empty line before what begins something new. */
void say_lines(FILE *out, enum say_kind kind, const char *text);

#endif
