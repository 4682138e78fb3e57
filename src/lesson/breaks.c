/*
 * Two short lists of punctuation, sorted by code point as nothing else is needed: a paragraph asks
 * some hundred times.
 */
#include "lesson/breaks.h"

#include <stddef.h>

/* ! % ) , . : ; ? ] }  ’ ” … ‧  and their wide sisters, the iteration mark 々, long vowels. */
static const uint32_t closing[] = {
	0x21,   0x25,   0x29,   0x2c,   0x2e,   0x3a,   0x3b,   0x3f,   0x5d,   0x7d,   0x2014,
	0x2019, 0x201d, 0x2025, 0x2026, 0x2027, 0x2030, 0x3001, 0x3002, 0x3005, 0x3009, 0x300b,
	0x300d, 0x300f, 0x3011, 0x3015, 0x3017, 0x3019, 0x301e, 0x303b, 0x309d, 0x309e, 0x30fb,
	0x30fc, 0x30fd, 0x30fe, 0xff01, 0xff05, 0xff09, 0xff0c, 0xff0e, 0xff1a, 0xff1b, 0xff1f,
	0xff3d, 0xff5d, 0xff5e, 0xff60, 0xff61, 0xff63, 0xff64,
};

/* ( [ {  ‘ “  and their wide sisters, the signs of currencies. */
static const uint32_t opening[] = {
	0x24,   0x28,   0x5b,   0x7b,   0x2018, 0x201c, 0x3008, 0x300a, 0x300c, 0x300e, 0x3010,
	0x3014, 0x3016, 0x3018, 0x301d, 0xff04, 0xff08, 0xff3b, 0xff5b, 0xff5f, 0xff62,
};

static bool is_one_of(uint32_t ch, const uint32_t *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == ch)
			return true;
	return false;
}

bool character_is_wide(uint32_t ch)
{
	return (ch >= 0x1100 && ch <= 0x115f) ||   /* Hangul's beginnings */
	       (ch >= 0x2e80 && ch <= 0xa4cf && ch != 0x303f) || /* CJK, kana, bopomofo, Yi */
	       (ch >= 0xac00 && ch <= 0xd7a3) ||   /* Hangul */
	       (ch >= 0xf900 && ch <= 0xfaff) ||   /* compatibility */
	       (ch >= 0xfe30 && ch <= 0xfe6f) || (ch >= 0xff00 && ch <= 0xff60) ||
	       (ch >= 0xffe0 && ch <= 0xffe6) ||   /* full width forms */
	       (ch >= 0x20000 && ch <= 0x3fffd);   /* rare characters */
}

bool break_between(uint32_t before, uint32_t after)
{
	if (!character_is_wide(before) && !character_is_wide(after))
		return false;
	/* The stars of *emphasis* open and close: what is beside them decides. */
	if (before == '*' || after == '*')
		return false;
	return !is_one_of(after, closing, sizeof closing / sizeof *closing) &&
	       !is_one_of(before, opening, sizeof opening / sizeof *opening);
}
