/*
 * The grid itself: cells, characters and their widths, and the backend that makes text of it.
 *
 * How wide a character is, is the C library's wcwidth() to say, as terminals and curses ask the
 * same table. Characters that take no column of their own (combining marks) are left out: nothing
 * that kmaplab says has any, and a cell that holds one character stays plain data.
 */
#include "view/grid.h"

#include "machine/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static const struct {
	uint32_t unicode;
	char ascii;
} glyphs[GLYPHS] = {
#define GLYPH(name, unicode, ascii, doc) { unicode, ascii },
#include "view/glyph.def"
#undef GLYPH
};

/* A terminal of 0 rows does exist (a window that is being made), and one of 100,000 is a lie. */
static int clamp(int n)
{
	return n < 1 ? 1 : n > GRID_MAX ? GRID_MAX : n;
}

void grid_init(struct grid *g, int rows, int cols, bool ascii)
{
	g->rows = clamp(rows);
	g->cols = clamp(cols);
	g->ascii = ascii;
	g->cells = calloc((size_t)g->rows * (size_t)g->cols, sizeof(*g->cells));
	if (!g->cells)
		abort();
	area_clear(grid_area(g));
}

void grid_release(struct grid *g)
{
	free(g->cells);
	*g = (struct grid){ 0 };
}

const struct cell *grid_cell(const struct grid *g, int y, int x)
{
	return &g->cells[y * g->cols + x];
}

uint32_t grid_glyph(const struct grid *g, enum glyph glyph)
{
	return g->ascii ? (uint32_t)glyphs[glyph].ascii : glyphs[glyph].unicode;
}

int character_width(uint32_t ch)
{
	int width;

	if (ch < 0x20 || ch == 0x7f)
		return 0;
	if (ch < 0x7f)
		return 1;
	width = wcwidth((wchar_t)ch);
	/* A locale that knows no such character: ours are one column wide, as grid_init's caller
	 * asked for Unicode. */
	return width < 0 ? 1 : width > 2 ? 2 : width;
}

uint32_t character_next(const char **s, size_t *n)
{
	const unsigned char *u = (const unsigned char *)*s;
	uint32_t ch = '?';
	unsigned bytes;

	if (*u >= ' ' && *u <= '~') { /* nearly all of them, and nothing to find out */
		++*s, --*n;
		return *u;
	}
	bytes = message_character(*s, *n);
	if (bytes) {
		ch = bytes == 1 ? u[0] : u[0] & (0x7fu >> bytes);
		for (unsigned i = 1; i < bytes; i++)
			ch = ch << 6 | (u[i] & 0x3f);
	}
	*s += bytes ? bytes : 1;
	*n -= bytes ? bytes : 1;
	return ch;
}

int text_width(const char *s)
{
	size_t n = strcspn(s, "\n");
	int width = 0;

	while (n)
		width += character_width(character_next(&s, &n));
	return width;
}

/* --- text ------------------------------------------------------------------------------------- */

/* The standard's four forms; code points come from character_next() and are valid. */
static char *put_utf8(char *to, uint32_t ch)
{
	if (ch < 0x80) {
		*to++ = (char)ch;
	} else if (ch < 0x800) {
		*to++ = (char)(0xc0 | ch >> 6);
		*to++ = (char)(0x80 | (ch & 0x3f));
	} else {
		if (ch < 0x10000) {
			*to++ = (char)(0xe0 | ch >> 12);
		} else {
			*to++ = (char)(0xf0 | ch >> 18);
			*to++ = (char)(0x80 | (ch >> 12 & 0x3f));
		}
		*to++ = (char)(0x80 | (ch >> 6 & 0x3f));
		*to++ = (char)(0x80 | (ch & 0x3f));
	}
	return to;
}

/* A row without the blanks at its end: they are nothing anybody meant. */
static char *put_line(char *to, const struct grid *g, int y)
{
	char *end = to;

	for (int x = 0; x < g->cols; x++) {
		const struct cell *c = grid_cell(g, y, x);

		if (!c->width)
			continue;
		to = put_utf8(to, c->ch);
		if (c->ch != ' ')
			end = to;
	}
	*end++ = '\n';
	return end;
}

char *grid_to_text(const struct grid *g)
{
	size_t most = (size_t)g->rows * ((size_t)g->cols * 4 + 1) + 1;
	char *text = malloc(most), *to = text;

	if (!text)
		abort();
	for (int y = 0; y < g->rows; y++)
		to = put_line(to, g, y);
	*to = '\0';
	return text;
}
