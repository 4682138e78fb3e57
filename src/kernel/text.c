/*
 * Filling the holes of text.h. A hole is read into a small struct first, so that what is wrong
 * with it is known before anything is written; widths are bounded, and no text of a profile is
 * ever used as a format.
 */
#include "kernel/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define NAME_MAX_LEN 24
#define WIDTH_MAX 40

struct slot {
	char name[NAME_MAX_LEN + 1]; /* "" : blanks */
	unsigned width;
	bool zeros, left, hex;
	size_t len; /* of the whole hole, braces included */
};

static const char *read_width(const char *s, unsigned *width)
{
	*width = 0;
	while (isdigit((unsigned char)*s) && *width <= WIDTH_MAX)
		*width = *width * 10 + (unsigned)(*s++ - '0');
	return s;
}

static const char *read_format(const char *s, struct slot *slot)
{
	if (*s == '-')
		slot->left = true, s++;
	else if (*s == '0')
		slot->zeros = true, s++;
	s = read_width(s, &slot->width);
	if (*s == 'x')
		slot->hex = true, s++;
	return s;
}

/* Reads the hole at `text` (which points to its '{'). */
static bool read_slot(const char *text, struct slot *slot)
{
	const char *s = text + 1;
	size_t n = 0;

	memset(slot, 0, sizeof(*slot));
	if (isdigit((unsigned char)*s)) {
		s = read_width(s, &slot->width);
	} else {
		while (islower((unsigned char)*s) || *s == '_' ||
		       (n && isdigit((unsigned char)*s))) {
			if (n == NAME_MAX_LEN)
				return false;
			slot->name[n++] = *s++;
		}
		if (!n)
			return false;
		if (*s == ':')
			s = read_format(s + 1, slot);
	}
	if (*s != '}' || slot->width > WIDTH_MAX)
		return false;
	slot->len = (size_t)(s + 1 - text);
	return true;
}

static void put(char *out, size_t size, size_t *n, const char *s, size_t len)
{
	for (size_t i = 0; i < len && *n + 1 < size; i++)
		out[(*n)++] = s[i];
}

static void pad(char *out, size_t size, size_t *n, char c, size_t have, size_t width)
{
	for (; have < width; have++)
		put(out, size, n, &c, 1);
}

static void fill_slot(char *out, size_t size, size_t *n, const struct slot *slot,
                      const struct hole *hole)
{
	char digits[24];
	const char *s = hole->word;
	size_t len;

	if (!s) {
		snprintf(digits, sizeof(digits), slot->hex ? "%llx" : "%lld",
		         (unsigned long long)hole->number);
		s = digits;
	}
	len = strlen(s);
	if (!slot->left)
		pad(out, size, n, slot->zeros ? '0' : ' ', len, slot->width);
	put(out, size, n, s, len);
	if (slot->left)
		pad(out, size, n, ' ', len, slot->width);
}

static const struct hole *find(const struct hole *holes, const char *name)
{
	for (; holes && holes->name; holes++)
		if (!strcmp(holes->name, name))
			return holes;
	return NULL;
}

bool text_fill(char *out, size_t size, const char *text, const struct hole *holes)
{
	bool all = true;
	size_t n = 0;

	while (*text) {
		struct slot slot;
		const struct hole *hole = NULL;

		if (*text != '{' || !read_slot(text, &slot)) {
			all = all && *text != '{';
			put(out, size, &n, text++, 1);
			continue;
		}
		if (!slot.name[0]) {
			pad(out, size, &n, ' ', 0, slot.width);
		} else if ((hole = find(holes, slot.name))) {
			fill_slot(out, size, &n, &slot, hole);
		} else {
			put(out, size, &n, text, slot.len);
			all = false;
		}
		text += slot.len;
	}
	out[n] = '\0';
	return all;
}

bool text_valid(const char *text)
{
	struct slot slot;

	for (; *text; text++) {
		if (*text == '}')
			return false;
		if (*text != '{')
			continue;
		if (!read_slot(text, &slot))
			return false;
		text += slot.len - 1;
	}
	return true;
}
