/*
 * Variants: `vary: n = 3..9` or `vary: ram = 1G, 2G, 4G` in a lesson's front matter names a value
 * that is drawn from a seed, so that neighbours in a class have different numbers and the same
 * lesson. The draw uses integers alone and depends on nothing but the seed and the name: the same
 * on every machine, and a new line in the front matter changes none of the others.
 *
 * A variant stands in a text or a command as `{= n}`, where its value is inserted as it was
 * written ("1G"), and, if it is a number, in every expression as `n`.
 */
#ifndef KMAPLAB_LESSON_VARIANTS_H
#define KMAPLAB_LESSON_VARIANTS_H

#include "lesson/problems.h"

#include <stdint.h>

#define VARIANTS 8u        /* of one lesson */
#define VARIANT_VALUES 64u /* of one of them */

/** What a name may be. Immutable once read. */
struct vary {
	char name[32];
	unsigned n;       /* values */
	bool range;       /* first, first + 1, ...; else value[i] */
	uint64_t first;
	char value[VARIANT_VALUES][24];
};

/** Values that were drawn. */
struct variants {
	unsigned n;
	struct {
		char name[32], text[24];
		bool is_number;
		uint64_t number;
	} v[VARIANTS];
};

/** Reads "n = 3..9" or "ram = 1G, 2G"; adds a problem at line:column when it is neither. */
bool vary_read(struct vary *v, const char *text, unsigned line, unsigned column,
               struct problems *p);

/** Draws a value for each of `n` names. */
void variants_draw(struct variants *to, const struct vary *vary, unsigned n, uint64_t seed);

/** Takes value i of each, beginning again where a name has fewer: for i from 0 up to the longest
 * list, every value of every name has its turn. */
void variants_take(struct variants *to, const struct vary *vary, unsigned n, unsigned i);

/** The text of a name's value, or NULL when it is none of the variants; `name` has `size` bytes. */
const char *variants_text(const struct variants *v, const char *name, size_t size);

#endif
