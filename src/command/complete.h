/*
 * Completion, inside: candidates being collected.
 */
#ifndef KMAPLAB_COMMAND_COMPLETE_H
#define KMAPLAB_COMMAND_COMPLETE_H

#include "command/interp.h"

struct completion {
	const struct interp *in;
	const char *word;    /* what was typed of the word, up to the cursor */
	const char *before;  /* stays in front of every candidate: "gfp=" */
	const char *first;   /* the command's first argument, for those that depend on it; or "" */
	struct candidate *c;
	size_t n, size;
};

/** Adds a candidate if it begins with what was typed. */
void offer(struct completion *k, const char *text, const char *description);
/** Adds what can be said to the lesson that is open, or (`verbs` false) the lessons that there are. */
void offer_lesson_words(struct completion *k, bool verbs);

/** Adds what an argument of a kind can be. */
void complete_kind(struct completion *k, enum arg_kind kind);

/** The same for kinds that are some words each. */
void complete_words(struct completion *k, enum arg_kind kind);

/** Adds what can stand at the end of an expression; returns where in it the word begins. */
size_t complete_expression(struct completion *k, const char *text);

/** Topics of `help` that are no command, observable, event or setting. */
const char *help_topic(unsigned i, const char **doc);

#endif
