/*
 * "Did you mean ...?": the word of a list that is nearest to one that was typed.
 */
#ifndef KMAPLAB_LAB_DID_YOU_MEAN_H
#define KMAPLAB_LAB_DID_YOU_MEAN_H

#include <stddef.h>

/** The nearest of `n` words to `word` by edits (insert, delete, replace, swap two neighbours; a
 * letter of the other case is half an edit), or NULL when none is near: more than a third of the
 * word's letters would have to change. Entries that are NULL are skipped. */
const char *did_you_mean(const char *word, const char *const *words, size_t n);

/** How far apart two words are, in half edits; words longer than 63 bytes are far from all. */
unsigned edit_distance(const char *a, const char *b);

#endif
