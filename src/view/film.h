/*
 * A film: grids one after the other, each from a moment on, with markers. Two formats, by the
 * file's name: an asciicast (.cast, version 2), which terminals can play and which is written as it
 * happens, so that a crash costs at most its last moment; and an SVG that moves (.svg), for a page
 * that only shows pictures.
 *
 * A film has no clock: whoever makes it says when. With the same grids at the same times it is the
 * same file, byte for byte.
 */
#ifndef KMAPLAB_VIEW_FILM_H
#define KMAPLAB_VIEW_FILM_H

#include "view/theme.h"

struct film;

/** Begins a film in a new file. `timestamp`: seconds since 1970 for whoever archives it, 0: leave
 * it out. NULL with a message when the file cannot be made, or its name ends otherwise. */
struct film *film_open(const char *path, const struct theme *t, int64_t timestamp, struct message *m);

/** From `ms` milliseconds on (never less than the last time), this is shown. What is shown already
 * costs nothing. */
void film_frame(struct film *f, const struct grid *g, uint64_t ms);

/** Something begins that one may want to jump to; before the first frame, too. */
void film_marker(struct film *f, const char *label, uint64_t ms);

/** Ends it at `ms`, and frees it. False with a message when it could not be written, or an SVG
 * became so long that its end had to be left out. */
bool film_close(struct film *f, uint64_t ms, struct message *m);

#endif
