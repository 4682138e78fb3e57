/*
 * Panes: which views are on the screen, and where.
 *
 * One pane is the main one; when there is room for more they stand in a column on its right, or,
 * when the terminal is narrow and tall, below it. A small terminal shows one pane, and Tab leads from
 * one to the next; a zoomed pane has all the room on any terminal.
 *
 *	+-- overview ---------+-- code -----+        +-- overview ---+
 *	|                     |             |        |               |
 *	|                     +-- events ---+        |               |
 *	|                     |             |        +-- code -------+
 *	|                     +-- tlb ------+        |               |
 *	|                     |             |
 */
#ifndef KMAPLAB_VIEW_PANES_H
#define KMAPLAB_VIEW_PANES_H

#include "view/view.h"

#define PANES_MAX 6

struct pane {
	struct view_choice choice; /* its view, never NULL, and what was said behind the name */
	unsigned scroll;           /* rows that its list is scrolled by */
	struct spots *spots;       /* what can be pointed at in it, or NULL: nobody will */
};

struct panes {
	unsigned n;      /* 1..PANES_MAX; the first is the main one */
	unsigned chosen; /* the one that keys go to, and that is shown when only one can be */
	bool zoomed;     /* it has all the room */
	struct pane pane[PANES_MAX];
};

/** A pane on the screen. */
struct placed {
	unsigned pane; /* index in `panes` */
	struct area area;
};

/** The panes that a screen opens with: one look at everything, and what explains it. */
void panes_init(struct panes *p);

/** As many panes as a screen of so many columns is worth: on a very wide one there are two columns of
 * them beside the main one. */
void panes_fit(struct panes *p, int cols);

/** Lays out as many panes as `a` has room for; a chosen pane that would not be among them takes the
 * last place. Fills `where`, returns how many. */
unsigned panes_place(const struct panes *p, struct area a, struct placed where[PANES_MAX]);

/** Draws them. `focused`: the chosen one has the keys, and shows it. */
void panes_draw(const struct panes *p, struct area a, const struct view_state *s, bool focused);

/** Lets the chosen pane show a view. When another pane has it the two change places. */
void panes_show(struct panes *p, const struct view_choice *choice);

#endif
