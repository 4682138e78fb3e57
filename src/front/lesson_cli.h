/*
 * `kmaplab lesson ...`: lessons from the shell, for authors, teachers and tests.
 */
#ifndef KMAPLAB_FRONT_LESSON_CLI_H
#define KMAPLAB_FRONT_LESSON_CLI_H

/** Runs a subcommand: argv[0] is "lesson", argv[1] its name. Returns the program's exit status:
 * 0; 1 when a lesson has problems or its goals were not met; 2 for wrong usage. */
int lesson_main(int argc, char **argv);

#endif
