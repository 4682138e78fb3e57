/*
 * The lint's insides, for the lint*.c of this folder.
 */
#ifndef KMAPLAB_LESSON_LINTING_H
#define KMAPLAB_LESSON_LINTING_H

#include "lesson/lint.h"
#include "lesson/running.h"

struct lint {
	const struct lesson *l;
	const char *path;
	struct lesson_run *run;   /* of the kernel and variants being tried; else NULL */
	const char *kernel;
	struct problems *p;
	lint_view_fn *view;
};

/** Adds a problem, once however many kernels and variants have it, and says in which one it was found
 * when the lesson has several. */
void lint_complain(const struct lint *lint, unsigned line, unsigned column, const char *text);

/* lint_play.c */
/** Plays the run to its end, trying everything on the way. */
void lint_play(struct lint *lint);

/* lint_text.c */
/** What can be said without a machine: names of commands in code, man pages, views, and whether there
 * is enough to do. */
void lint_text(const struct lint *lint);
/** Stretches of prose that do not fit on a screen, with the numbers of the run's machine. */
void lint_lengths(const struct lint *lint);

/* lint_words.c */
/** Complains about a piece of code at line:column that looks like a command, a function or an
 * observable and is none. */
struct lint_words;
struct lint_words *lint_words_new(const struct lesson *l);
void lint_words_free(struct lint_words *w);
void lint_words_check(const struct lint_words *w, const char *code, unsigned line, unsigned column,
                      struct problems *p);

/* lint_shelf.c */
/** What a lesson says of others: that those it requires are there and do not require it, that its
 * translations do the same. Looks into the lesson's own folder. */
void lint_shelf(const struct lint *lint);

#endif
