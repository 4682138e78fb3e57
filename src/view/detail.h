/*
 * Details: what there is to say about a thing that was pointed at, in a sentence or two.
 */
#ifndef KMAPLAB_VIEW_DETAIL_H
#define KMAPLAB_VIEW_DETAIL_H

#include "view/view.h"

struct detail {
	char name[SPOT_NAME];
	char text[240];             /* what it is at this moment; "" when nothing is known */
	char command[SPOT_COMMAND]; /* what to type to see more of it; "" = nothing */
	char shows[200];            /* what that shows, in a sentence */
};

/** The details of a spot, read from the world that `s` shows. A spot is known by its name alone
 * ("slot 5", "tlb 1 ffa01000"), so that what is told does not depend on the view that drew it. */
void detail_of(struct detail *d, const struct view_state *s, const struct spot *spot);

/** A region of the address space by its name: bounds, size, what it is for. view/regions.c. */
void region_text(const struct view_state *s, const char *name, char *buf, size_t size);

#endif
