/*
 * How a lesson speaks: it never prints. Each piece of text goes through one callback with the
 * word for what it is, and a front end shows it as it can: in colour beside the views, or as
 * lines.
 */
#ifndef KMAPLAB_LESSON_SAY_H
#define KMAPLAB_LESSON_SAY_H

#include <stdbool.h>

enum say_kind {
	SAY_HEADING,  /* a heading of the prose */
	SAY_PROSE,    /* a paragraph, list or quote, set into lines */
	SAY_CODE,     /* a block to be shown as it is */
	SAY_COMMAND,  /* commands about to be run, one per line */
	SAY_REPLY,    /* what a command answered */
	SAY_QUESTION, /* of a prediction */
	SAY_CHOICE,   /* one of its choices: "a) ..." */
	SAY_TASK,     /* what is to be done */
	SAY_HINT,
	SAY_RIGHT,    /* a right answer, a goal that was reached */
	SAY_WRONG,    /* a wrong answer, a task that failed */
	SAY_GOAL,     /* one condition of a task's goal, which holds */
	SAY_NOT_YET,  /* one that does not hold yet */
	SAY_STATUS,   /* how things stand at the moment */
	SAY_NOW,      /* what the reader can type now; it takes the place of the one before it */
	SAY_SUMMARY,  /* what came of it, at the end */
	SAY_PROBLEM,  /* the lesson itself is at fault */
	SAY_KINDS
};

/** `text` has no newline at its end and lives only during the call. */
typedef void say_fn(void *ctx, enum say_kind kind, const char *text);

/** Something that was said: marked text (marks.h), a paragraph to a line, or lines as they are. */
struct piece {
	enum say_kind kind;
	char *text;
};

/** Whether a piece's text stands in lines of its own, without marks. */
bool say_is_verbatim(enum say_kind kind);

#endif
