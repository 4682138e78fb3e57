/*
 * What presenter and notes share: where the presentation is, in a small file.
 *
 * The presenter writes it whenever a page is turned, the notes look at it a few times a second. No
 * pipe and no socket: either can come and go as it likes, and neither ever waits for the other. The
 * file is replaced as a whole, so who reads it never sees half of one.
 */
#ifndef KMAPLAB_FRONT_PODIUM_H
#define KMAPLAB_FRONT_PODIUM_H

#include "lesson/deck.h"

#include <time.h>

struct podium {
	char path[4096]; /* "" = there is no place for the file */
};

/** What the notes show; strings are owned. */
struct podium_state {
	char *lesson, *now, *next, *notes; /* notes: one to a line */
	unsigned page, of;                 /* page 1 to `of` */
	bool black;
	time_t started;
};

/** Chooses the file: in $XDG_RUNTIME_DIR/kmaplab, or else where progress is kept. */
void podium_init(struct podium *p);

/** Tells where the deck is. What cannot be written is not: nobody in front of a class wants to know. */
void podium_tell(const struct podium *p, const struct deck *d, unsigned page, bool black,
                 time_t started);

/** The presentation is over. */
void podium_end(const struct podium *p);

/** What was told last; false when nobody presents now. The caller releases it. */
bool podium_read(const struct podium *p, struct podium_state *s);
void podium_release(struct podium_state *s);

#endif
