/*
 * kmaplab lesson weave: a lesson as a handout.
 */
#ifndef KMAPLAB_FRONT_WEAVE_CLI_H
#define KMAPLAB_FRONT_WEAVE_CLI_H

/** Does it; argv[0] is "weave". Returns the program's exit status: 0; 1 when the lesson cannot be
 * read or played, or the file not written; 2 for wrong usage. */
int lesson_weave_main(int argc, char **argv);

#endif
