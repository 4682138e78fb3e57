/*
 * Views: what of the world is drawn, and where.
 *
 * A view is a file behind a struct view_ops in one table. It gets a const world and what the front
 * end has chosen to look at, draws into an area, and asks the model nothing else: it changes
 * nothing, keeps nothing, and draws the same state the same way every time. The overview is a view
 * like the others that gives its area away to them, piece by piece.
 */
#ifndef KMAPLAB_VIEW_VIEW_H
#define KMAPLAB_VIEW_VIEW_H

#include "kernel/world.h"
#include "lab/ledger.h"
#include "view/grid.h"
#include "view/spot.h"

/** An event in the middle of being shown: an animation draws several frames of it, and a view that
 * has something to move draws it `phase` of `phases` along its way. */
struct happening {
	const struct event *event; /* NULL: nothing is under way */
	unsigned phase, phases;    /* 0 <= phase < phases */
};

struct lesson_run; /* lesson/run.h */
struct view_choice;

#define VIEW_PAGES 48 /* names that are known; of more, the newest */

/** What is being looked at. */
struct view_state {
	const struct world *world; /* NULL: nothing is booted */
	unsigned cpu;              /* whose TLB and code */
	uint32_t since;            /* the last event before what is being shown: newer is new */
	uint32_t steps;            /* steps at the end of the timeline: "step k of n" */
	unsigned scroll;           /* rows that a list is scrolled by */
	struct happening now;      /* what an animation is showing */
	struct spots *spots;       /* where what can be pointed at is noted, or NULL (view/spot.h) */
	const struct view_choice *choice; /* what was asked for with `view`, or NULL */
	struct moment then;        /* clocks and charges before what is being shown */
	const struct layout *before; /* the layout that a boot being shown replaced, or NULL */
	const struct lesson_run *lesson; /* the lesson that is open, or NULL */
	unsigned nr_pages;               /* pages that have a name now, in the order of naming */
	struct named_page {
		uint64_t pfn;
		char name[16];
	} page[VIEW_PAGES];
};

#define VIEW_ARGS 128

/** A view as somebody asked for it: "walk 0xc0000000". */
struct view_choice {
	const struct view_ops *ops;
	char args[VIEW_ARGS];
};

struct view_ops {
	const char *name;  /* "pkmap": the word that `view` takes */
	const char *doc;   /* one phrase */
	int rows, cols;    /* the least area in which it makes sense */
	/** What stands in the rule above it: its name and its figures. */
	void (*caption)(const struct view_state *s, char *buf, size_t size);
	/** Draws into an area that is clear. */
	void (*draw)(struct area a, const struct view_state *s);
	/** How many rows it could use at this width. */
	int (*wants)(const struct view_state *s, int cols);
	/** What may stand behind its name, as in usage lines; NULL: nothing. */
	const char *usage;
	/** Whether it can make sense of that; if not, says why. NULL: of anything. */
	bool (*takes)(const char *args, struct message *m);
};

/** The table; the first is the overview. */
extern const struct view_ops *const views[];
extern const unsigned nr_views;

/** A view by name, or NULL. */
const struct view_ops *view_find(const char *name);

/** The view that words name, with what stands behind the name; a message, and `c` as it was, when
 * there is no such view, or it takes no such thing. */
bool view_choose(struct view_choice *c, const char *words, struct message *m);

/** What was said behind the name of this view, "" when nothing was or another one was chosen. */
const char *view_args(const struct view_state *s, const struct view_ops *view);

/** Clears the area and draws the caption as a rule and the view below it; one sentence instead
 * when there is no world, or too little room. */
void view_draw(const struct view_ops *view, struct area a, const struct view_state *s);

/** The line that always tells where one is: kernel, configuration, size, time. */
void status_draw(struct area a, const struct view_state *s);

/* The views. */
extern const struct view_ops overview_view, zones_view, regions_view, pkmap_view, fixmap_view,
	tlb_view, walk_view, code_view, cpus_view, events_view, cost_view, dmesg_view,
	lesson_view, help_view;

/* --- what several views need ------------------------------------------------------------------ */

/** A size in the largest unit that divides it: "896 MB", "4 KB", "64 GB". */
void size_text(uint64_t bytes, char *buf, size_t size);
/** The same without a blank and in one letter: "896M". */
void size_short(uint64_t bytes, char *buf, size_t size);
/** A number with its thousands apart: "12 408". */
void grouped_text(uint64_t n, char *buf, size_t size);

/** The sequence number of the first event that is newer than `since`, still kept, and among the last
 * NEW_EVENTS: behind more than that, what is new does not stand out anyway. */
#define NEW_EVENTS 4096u
uint32_t first_new_event(const struct world *w, uint32_t since);

#endif
