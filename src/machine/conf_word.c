/*
 * What single words of a data file mean: numbers, sizes, switches, sentences.
 */
#include "machine/conf.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* The value of a digit in any base up to 16, or 99. */
static unsigned digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 99;
}

/* How far the unit behind a number shifts it; 99 when it is no unit. */
static unsigned unit_shift(const char *s)
{
	static const char units[] = "kmg";
	const char *unit;

	if (!*s)
		return 0;
	unit = strchr(units, tolower((unsigned char)*s));
	return unit && !s[1] ? 10 * (unsigned)(unit - units + 1) : 99;
}

bool conf_number(const char *word, uint64_t *value)
{
	unsigned base = word[0] == '0' && (word[1] == 'x' || word[1] == 'X') ? 16 : 10, shift;
	const char *s = base == 16 ? word + 2 : word;
	uint64_t v = 0;

	if (digit(*s) >= base)
		return false;
	for (; digit(*s) < base; s++) {
		if (v > (UINT64_MAX - digit(*s)) / base)
			return false;
		v = v * base + digit(*s);
	}
	shift = unit_shift(s);
	if (shift == 99 || v << shift >> shift != v)
		return false;
	*value = v << shift;
	return true;
}

bool conf_line_number(const struct conf_line *line, unsigned i, uint64_t min, uint64_t max,
                      uint64_t *value, struct message *m)
{
	uint64_t v;

	if (i >= line->nr_words)
		return conf_fail(m, line, i, "'%s' needs a number here", line->word[0]);
	if (!conf_number(line->word[i], &v))
		return conf_fail(m, line, i, "'%s' is not a number", line->word[i]);
	if (v < min || v > max)
		return conf_fail(m, line, i,
		                 "%s must be between %" PRIu64 " and %" PRIu64 ", not %s",
		                 line->word[0], min, max, line->word[i]);
	*value = v;
	return true;
}

/* Appends as many whole characters as fit; false when that was not all. */
static bool append(char *text, size_t size, size_t *len, const char *s)
{
	for (unsigned bytes; (bytes = message_character(s, strlen(s))); s += bytes) {
		if (*len + bytes >= size)
			return false;
		memcpy(text + *len, s, bytes);
		*len += bytes;
		text[*len] = '\0';
	}
	return true;
}

void conf_line_rest(const struct conf_line *line, unsigned i, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (unsigned first = i; i < line->nr_words; i++) {
		if (i > first && !append(text, size, &len, " "))
			return;
		if (!append(text, size, &len, line->word[i]))
			return;
	}
}

bool conf_bool(const char *word, bool *value)
{
	static const char *const words[][2] = { { "no", "yes" },
		                                { "off", "on" },
		                                { "false", "true" } };

	for (unsigned i = 0; i < 6; i++) {
		if (strcasecmp(word, words[i / 2][i % 2]) == 0) {
			*value = i % 2;
			return true;
		}
	}
	return false;
}
