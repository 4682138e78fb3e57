/*
 * Expressions over the world: arithmetic, comparison, and/or/not, observables, bound names, and
 * count(EVENT [where CONDITION]) over the history. One small language for print, expect, watch,
 * goals and answers of lessons, and {= ...} in their prose. Pure: evaluating changes nothing.
 */
#ifndef KMAPLAB_LAB_EXPR_H
#define KMAPLAB_LAB_EXPR_H

#include "lab/observable.h"

struct expr;

/** Parses; NULL with a message naming the column on a syntax error or an unknown name ("did you
 * mean"). Bounded depth. The caller frees it. */
struct expr *expr_parse(const char *text, struct message *m);
void expr_free(struct expr *e);

/** The same with the column (from 1) apart from the message, for those who name a file's. */
struct expr *expr_parse_at(const char *text, unsigned *column, struct message *m);

/** Evaluates in the session's present world. False with a message on failure (an index out of
 * range, a page that has no such name, a division by zero). */
bool expr_eval(const struct expr *e, const struct session *s, struct observation *o,
               struct message *m);

/** Parses, evaluates, frees. */
bool expr_eval_text(const char *text, const struct session *s, struct observation *o,
                    struct message *m);

/** The values of both sides of a comparison, as text; false when the expression is none. */
bool expr_sides_text(const char *text, const struct session *s, char *left, char *right,
                     size_t size);

/** An observation as text: counts in decimal, addresses, pfns and masks in 0x hex, words as is. */
void observation_text(const struct observation *o, char *buf, size_t size);

/** Whether it counts as true. */
bool observation_true(const struct observation *o);

#endif
