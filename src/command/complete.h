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
/** The same for words separated by blanks. */
void offer_words(struct completion *k, const char *words, const char *description);

/** Adds what an argument of a kind can be. */
void complete_kind(struct completion *k, enum arg_kind kind);

/** Adds what can stand at the end of an expression; returns where in it the word begins. */
size_t complete_expression(struct completion *k, const char *text);

/** Topics of `help` that are no command, observable, event or setting. */
const char *help_topic(unsigned i, const char **doc);

#endif
