/*
 * `kmaplab lesson ...`: lessons from the shell, for authors, teachers and tests.
 */
#ifndef KMAPLAB_FRONT_LESSON_CLI_H
#define KMAPLAB_FRONT_LESSON_CLI_H

/** Verb `i` of `kmaplab lesson`, with what it does; NULL behind the last. The function that
 * runs them is lesson_main() (front/subcommand.h): 0; 1 when a lesson has problems or its goals were
 * not met; 2 for wrong usage. */
const char *lesson_verb(unsigned i, const char **doc);

#endif
