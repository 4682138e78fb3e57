/*
 * Words that `help` knows beside the tables: slots, functions, invariants, man pages.
 */
#ifndef KMAPLAB_COMMAND_HELP_WORDS_H
#define KMAPLAB_COMMAND_HELP_WORDS_H

#include "command/text.h"

#include <stdbool.h>

/** A word and a sentence about it. */
struct help_word {
	const char *name, *doc;
};

/** What a word is called here: "views" -> "view"; the word itself when it has no other name. */
const char *help_alias(const char *topic);

/** Word `i` that is a slot, an invariant or a kernel function, with its sentence; NULL behind the
 * last. */
const char *help_word(unsigned i, const char **doc);

/** Writes about a slot ("KM_USER0", "USER0"), a function ("kmap_high"), an invariant or a man page
 * ("kmap(9)"). False, with nothing written, when the word is none. */
bool explain_word(struct text *t, const char *topic);

/** Lists of the topics of the same names. */
void list_slots(struct text *t);
void list_invariants(struct text *t);
void list_knobs(struct text *t);
void list_functions(struct text *t);
void explain_keys(struct text *t);

/** How many man pages a word stands in; the first three, "kmap(9), pkmap(9)", go into `buf`. Words
 * of less than three letters stand everywhere: 0. */
unsigned help_mentions(const char *word, char *buf, size_t size);

#endif
