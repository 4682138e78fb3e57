/*
 * Recording: a lesson's run becomes a transcript while somebody works.
 *
 * Everything typed since the lesson began is kept in memory, and written to a file as soon as there
 * is one: line by line, before the line does anything, each in one write at the file's end. So a
 * file can be asked for in the middle of a lesson and has all of it, and whatever kills kmaplab can
 * cost the last line at most.
 */
#ifndef KMAPLAB_LESSON_RECORDING_H
#define KMAPLAB_LESSON_RECORDING_H

#include "lesson/run.h"
#include "lesson/transcript.h"

struct recording;

/** A recording of a run that has just been started, without a file yet. The caller frees it. */
struct recording *recording_new(const struct lesson_run *run);
void recording_free(struct recording *r);

/** Where transcripts are kept by themselves: a name for one of this lesson that begins now, in
 * $XDG_STATE_HOME/kmaplab/transcripts or the same below $HOME. False with a message. */
bool recording_path(const char *lesson, char *path, size_t size, struct message *m);

/** Writes to a new file from the first line typed on (so a lesson that was only opened leaves no
 * file); what was typed until now goes there at once. False with a message: the file is there
 * already, or cannot be made. */
bool recording_open(struct recording *r, const char *path, struct message *m);

/** Writes to no file any more. */
void recording_close(struct recording *r);

/** The file that is written to, or NULL; the lesson's id. */
const char *recording_file(const struct recording *r);
const char *recording_lesson(const struct recording *r);

/** A line was typed and is about to be run, or ^C has ended it. False with a message when it could
 * not be written: the file then ends with the line before it, and nothing more will be written. */
bool recording_typed(struct recording *r, const struct lesson_run *run, const char *text,
                     struct message *m);
bool recording_interrupted(struct recording *r, const struct lesson_run *run, struct message *m);

#endif
