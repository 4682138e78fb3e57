/*
 * What a learner has begun and done: one file, to which a line is added each time.
 *
 *	{"time": 1763777000, "lesson": "07-kmap", "what": "done", "predictions": 5, ...}
 *
 * JSON Lines, append-only, in $XDG_STATE_HOME/kmaplab/progress.jsonl. Nothing that was written is
 * ever changed, so a crash can spoil the last line at most, and two kmaplabs can write at once. A
 * line that is damaged is skipped, and said; it stays where it is.
 */
#ifndef KMAPLAB_LESSON_PROGRESS_H
#define KMAPLAB_LESSON_PROGRESS_H

#include "lesson/problems.h"
#include "lesson/run.h"

/** Done is a lesson whose end was reached with nothing skipped. */
enum progress { PROGRESS_NONE, PROGRESS_BEGUN, PROGRESS_DONE };

/** "", "begun", "done". */
const char *progress_name(enum progress what);

/** Where the file is, by $XDG_STATE_HOME or $HOME; false with a message when neither is there. */
bool progress_path(char *path, size_t size, struct message *m);

/** How far each lesson was come with. */
struct progress_book;

/** Reads the file; one that is not there has nothing in it. Damaged lines go to `p`. Never NULL;
 * the caller frees it. */
struct progress_book *progress_read(const char *path, struct problems *p);
void progress_free(struct progress_book *b);

/** The most that was reached in a lesson, by its id. */
enum progress progress_of(const struct progress_book *b, const char *id);

/** Adds a line: `what` happened to the lesson of a run, with its score. The folders are made. False
 * with a message when it could not be kept; the file is then as it was. */
bool progress_add(const char *path, const struct lesson_run *r, enum progress what,
                  struct message *m);

#endif
