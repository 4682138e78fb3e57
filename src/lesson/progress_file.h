/*
 * The file of progress as a file of lines: found, read, added to, and mended. What the lines say is
 * progress.h's business.
 */
#ifndef KMAPLAB_LESSON_PROGRESS_FILE_H
#define KMAPLAB_LESSON_PROGRESS_FILE_H

#include "lesson/problems.h"
#include "machine/message.h"

/** Where the file is, by $XDG_STATE_HOME or $HOME; false with a message when neither is there. */
bool progress_path(char *path, size_t size, struct message *m);

/** Takes a line; false when it is damaged. */
typedef bool progress_line_fn(void *ctx, const char *line);

/** Gives every line of the file to `fn`. What is damaged is left out: the file is kept aside as
 * PATH.damaged-N, one with its good lines takes its place, and `p` says so. A piece of a line, as a
 * kmaplab leaves that is killed in the middle of a write, is left out without a word. */
void progress_file_read(const char *path, progress_line_fn *fn, void *ctx, struct problems *p);

/** Adds a line, whole or not at all; the folders are made. False with a message when it could not be
 * kept; the file is then as it was. */
bool progress_file_add(const char *path, const char *line, struct message *m);

#endif
