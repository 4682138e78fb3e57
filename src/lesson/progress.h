/*
 * What a learner has begun and done: one file, to which a line is added each time.
 *
 *	{"time": 1763777000, "lesson": "07-kmap", "what": "begun", "steps": 12, ...}
 *	{"time": 1763777090, "lesson": "07-kmap", "what": "step", "step": 1, "done": true, ...}
 *	{"time": 1763777900, "lesson": "07-kmap", "what": "done", "first_try": 4, ...}
 *
 * JSON Lines, append-only, in $XDG_STATE_HOME/kmaplab/progress.jsonl. A crash can spoil the last line
 * at most, and two kmaplabs can write at once. A file with damaged lines is kept aside as it is
 * (progress_file.h), and one with its good lines takes its place.
 */
#ifndef KMAPLAB_LESSON_PROGRESS_H
#define KMAPLAB_LESSON_PROGRESS_H

#include "lesson/problems.h"
#include "lesson/run.h"

/** Done is a lesson whose end was reached with nothing skipped. */
enum progress { PROGRESS_NONE, PROGRESS_BEGUN, PROGRESS_DONE };

/** "", "begun", "done". */
const char *progress_name(enum progress what);

/** How far each lesson was come with. */
struct progress_book;

/** Reads the file; one that is not there has nothing in it. What is wrong goes to `p`, in one
 * sentence. Never NULL; the caller frees it. */
struct progress_book *progress_read(const char *path, struct problems *p);
void progress_free(struct progress_book *b);

/** The most that was reached in a lesson, by its id. */
enum progress progress_of(const struct progress_book *b, const char *id);

/** The first of some ids, separated by blanks, whose lesson is not done, copied to `buf`; false when
 * all are: what a lesson requires and its reader has not. */
bool progress_missing(const struct progress_book *b, const char *ids, char *buf, size_t size);

/** What is known of the steps of a lesson since it was last begun anew: step i + 1 in step[i]. Returns
 * how many, at most `max`; 0 when the lesson had another number of steps then, or was done. */
unsigned progress_steps(const struct progress_book *b, const char *id, unsigned steps,
                        struct lesson_past *step, unsigned max);

/** Adds a line: `what` happened to the lesson of a run, with its score. The folders are made. False
 * with a message when it could not be kept; the file is then as it was. */
bool progress_add(const char *path, const struct lesson_run *r, enum progress what,
                  struct message *m);

/** Adds a line for step `i`, from 0, of a run. */
bool progress_add_step(const char *path, const struct lesson_run *r, unsigned i,
                       struct message *m);

#endif
