/*
 * `kmaplab lesson ...`: lessons from the shell, for authors, teachers and tests.
 */
#ifndef KMAPLAB_FRONT_LESSON_CLI_H
#define KMAPLAB_FRONT_LESSON_CLI_H

#include <stdbool.h>
#include <stddef.h>

/** Verb `i` of `kmaplab lesson`, with what it does; NULL behind the last. The function that
 * runs them is lesson_main() (front/subcommand.h): 0; 1 when a lesson has problems or its goals were
 * not met; 2 for wrong usage. */
const char *lesson_verb(unsigned i, const char **doc);

/** The file of a lesson that was given by its path or by its name on the shelf; false when there is
 * none, which is said on standard error. */
bool lesson_find(const char *name, char *path, size_t size);

#endif
