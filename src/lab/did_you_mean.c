/*
 * The edit distance behind "did you mean": Damerau's four kinds of slip, in the restricted form
 * that never edits a swapped pair again (optimal string alignment). Costs are counted in halves,
 * so that a letter of the wrong case, the likeliest slip with zone and event names, is nearer than
 * a wrong letter. Words are short; a table of three rows is all there is to it.
 */
#include "lab/did_you_mean.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define WORD_MAX 63u
#define EDIT 2u /* half edits in one edit */

static unsigned min(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* The price of reading `a` where `b` was meant. */
static unsigned replace_cost(char a, char b)
{
	if (a == b)
		return 0;
	return tolower((unsigned char)a) == tolower((unsigned char)b) ? 1 : EDIT;
}

/* One cell of the table: `row[0]` is the present row, row[1] the one above, row[2] above that. */
static unsigned cell(unsigned row[3][WORD_MAX + 1], const char *a, const char *b, size_t i,
                     size_t j)
{
	unsigned best = row[1][j - 1] + replace_cost(a[i - 1], b[j - 1]);

	best = min(best, row[1][j] + EDIT);
	best = min(best, row[0][j - 1] + EDIT);
	if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
		best = min(best, row[2][j - 2] + EDIT);
	return best;
}

unsigned edit_distance(const char *a, const char *b)
{
	size_t na = strlen(a), nb = strlen(b);
	unsigned row[3][WORD_MAX + 1];

	if (na > WORD_MAX || nb > WORD_MAX)
		return EDIT * WORD_MAX;
	for (size_t j = 0; j <= nb; j++)
		row[0][j] = row[1][j] = (unsigned)j * EDIT;
	for (size_t i = 1; i <= na; i++) {
		memcpy(row[2], row[1], sizeof(row[2]));
		memcpy(row[1], row[0], sizeof(row[1]));
		row[0][0] = (unsigned)i * EDIT;
		for (size_t j = 1; j <= nb; j++)
			row[0][j] = cell(row, a, b, i, j);
	}
	return row[0][nb];
}

const char *did_you_mean(const char *word, const char *const *words, size_t n)
{
	size_t length = strlen(word);
	unsigned limit = length < 3 ? EDIT : EDIT * (unsigned)((length + 2) / 3), best = limit + 1;
	const char *nearest = NULL;

	for (size_t i = 0; i < n; i++) {
		unsigned distance = words[i] ? edit_distance(word, words[i]) : best;

		if (words[i] && strcasecmp(word, words[i]) == 0)
			distance = 0;
		if (distance < best) {
			best = distance;
			nearest = words[i];
		}
	}
	return nearest;
}
