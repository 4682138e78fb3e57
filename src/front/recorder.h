/*
 * The recorder of a desk: whatever is typed in a lesson goes into a transcript by itself, unless
 * its owner says no (`record-transcript off`).
 */
#ifndef KMAPLAB_FRONT_RECORDER_H
#define KMAPLAB_FRONT_RECORDER_H

#include "lesson/run.h"

struct recorder;

/** A recorder that is on. The caller frees it. */
struct recorder *recorder_new(void);
void recorder_free(struct recorder *r);

/** A lesson is about to be opened: chooses a file for it, and says which to `m`. False when none is
 * to be written; `m` then says why not, or nothing when the recorder is off. */
bool recorder_choose(struct recorder *r, const char *lesson, struct message *m);

/** The lesson's run has begun; the one before it, if any, is done with. NULL: none has. */
void recorder_begin(struct recorder *r, const struct lesson_run *run);

/** A line was typed in it, and is about to be run; or ^C has ended that line. False with a message
 * when it could not be written down; that is said once, and the lesson goes on. */
bool recorder_typed(struct recorder *r, const struct lesson_run *run, const char *line,
                    struct message *m);
bool recorder_interrupted(struct recorder *r, const struct lesson_run *run, struct message *m);

/** What `record-transcript` does: "on", "off", a file's name, or NULL to be told. `m` gets what
 * there is to say; false when it cannot be done. */
bool recorder_command(struct recorder *r, const char *what, struct message *m);

#endif
