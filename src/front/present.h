/*
 * kmaplab present: a lesson in front of a class.
 */
#ifndef KMAPLAB_FRONT_PRESENT_H
#define KMAPLAB_FRONT_PRESENT_H

#include "front/plan.h"
#include "front/podium.h"
#include "front/terminal.h"

/** A presentation on a terminal. */
struct present {
	struct deck *deck;
	struct session *session;
	struct terminal *terminal;
	struct grid grid;
	struct podium podium;
	unsigned page;
	unsigned typed;  /* characters of the page's command that are there */
	struct plan plan; /* of the page's command; empty: nothing is played */
	size_t picture;
	char seen[256];   /* in the picture, in words */
	bool black;
	bool leaving;
	time_t started;
};

/** present_draw.c: draws the page onto the grid. */
void present_draw(struct present *p);
/** Characters of the page's command line; 0 when it has none. */
unsigned present_characters(const struct slide *page);

/** present_notes.c: the second terminal, until it is left. Returns the program's exit status. */
int present_notes(struct terminal *t, bool ascii);

/** What a key means there, and here. */
enum turn { TURN_NONE, TURN_NEXT, TURN_BACK, TURN_FIRST, TURN_LAST, TURN_BLACK, TURN_QUIT,
	    TURN_REDRAW };
enum turn present_key(uint32_t key);

#endif
