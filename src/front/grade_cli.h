/*
 * kmaplab lesson grade: marks transcripts.
 */
#ifndef KMAPLAB_FRONT_GRADE_CLI_H
#define KMAPLAB_FRONT_GRADE_CLI_H

/** Does it; argv[0] is "grade". Returns the program's exit status: 0 when every check of every
 * transcript is met, 1 when not, or when a transcript cannot be graded, 2 for wrong usage. */
int lesson_grade(int argc, char **argv);

#endif
