/*
 * A deck: a lesson as pages for a room full of people.
 *
 * The lesson is played through once with its own answers, and everything it says becomes pages: one
 * paragraph, one command with its answer, one question, one answer to a page. A page knows where on
 * the session's timeline it is, so that turning pages in either direction is going there, and
 * nothing is ever run again.
 */
#ifndef KMAPLAB_LESSON_DECK_H
#define KMAPLAB_LESSON_DECK_H

#include "command/command.h"
#include "lesson/lesson.h"

enum slide_kind {
	SLIDE_PROSE,
	SLIDE_COMMAND,  /* typed out, with its answer, below a view */
	SLIDE_QUESTION, /* with its choices, one to a line */
	SLIDE_ANSWER,
	SLIDE_TASK,
	SLIDE_SCREEN,   /* a view alone */
};

struct slide {
	enum slide_kind kind;
	bool as_it_is;          /* SLIDE_PROSE: a block of code, without marks */
	unsigned part;          /* of the lesson */
	char *heading;          /* of the section it is in, or NULL */
	char *text;             /* with marks (marks.h), one paragraph to a line; of a command: the line
	                           that is typed */
	char *reply;            /* SLIDE_COMMAND: what it answered, or NULL */
	char view[128];         /* words that `view` takes; "" = none was asked for */
	uint32_t before, after; /* positions on the timeline: after, when the command is done */
	unsigned before_branch, after_branch; /* of which branch: `boot` and `back` begin another */
};

struct deck {
	const struct lesson *lesson; /* not owned */
	unsigned n;
	struct slide *slide;
};

/** Plays a lesson on the interpreter's session with a kernel (NULL: its first) and makes the deck.
 * NULL with a message when it cannot be played. The caller frees it. */
struct deck *deck_new(const struct lesson *l, struct interp *in, const char *kernel,
                      struct message *m);
void deck_free(struct deck *d);

/** Note `i` of the teacher's to a page: what stands in the file just before it or just before what
 * comes next. NULL behind the last. */
const char *deck_note(const struct deck *d, unsigned page, unsigned i);

/** What a page is, in one short line without marks: "lab> kmap p", "Question: Which slot ...". */
void slide_summary(const struct slide *p, char *buf, size_t size);

#endif
