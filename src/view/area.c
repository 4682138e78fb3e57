/*
 * Drawing into areas: text, rules, boxes, wrapped paragraphs. Everything is clipped here, in
 * put_cell(), and nowhere else; a view does not have to know how small its area is.
 *
 * What is written comes from anywhere: names that were typed, a lesson's prose, a file's path. It
 * goes through character_next(), which knows no control characters, so nothing that could command
 * a terminal ever becomes a cell.
 *
 * Two things make characters harder than bytes. Some take two columns: writing over one half of
 * one must blank the other, or the rest of the row would shift. And a grid may be ASCII only: then
 * the few signs that our own sentences use (arrows, dashes, dots) have a stand-in, all else is '?'.
 */
#include "view/grid.h"

#include "lesson/breaks.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct area grid_area(struct grid *g)
{
	return (struct area){ g, 0, 0, g->rows, g->cols };
}

static int at_most(int a, int b)
{
	return a < b ? a : b;
}

struct area area_part(struct area a, int y, int x, int rows, int cols)
{
	y = y < 0 ? 0 : at_most(y, a.rows);
	x = x < 0 ? 0 : at_most(x, a.cols);
	rows = rows < 0 ? 0 : at_most(rows, a.rows - y);
	cols = cols < 0 ? 0 : at_most(cols, a.cols - x);
	return (struct area){ a.grid, a.y + y, a.x + x, rows, cols };
}

static struct cell *cell_at(struct area a, int y, int x)
{
	return &a.grid->cells[(a.y + y) * a.grid->cols + a.x + x];
}

/* Blanks the other half of a wide character that is about to lose one half. */
static void split_wide(struct area a, int y, int x)
{
	struct cell *c = cell_at(a, y, x), blank = { ' ', STYLE_TEXT, 1, 0 };

	if (c->width == 0 && a.x + x > 0)
		c[-1] = blank;
	if (c->width == 2 && a.x + x + 1 < a.grid->cols)
		c[1] = blank;
}

/* The one place that writes a cell. False when it lies outside: a wide character that would stick
 * out by half is not written at all. */
static bool put_cell(struct area a, int y, int x, enum style style, uint32_t ch, int width)
{
	if (y < 0 || y >= a.rows || x < 0 || x + width > a.cols || !width)
		return false;
	for (int i = 0; i < width; i++)
		if (cell_at(a, y, x + i)->width != 1)
			split_wide(a, y, x + i);
	*cell_at(a, y, x) = (struct cell){ ch, (uint8_t)style, (uint8_t)width, 0 };
	if (width == 2)
		*cell_at(a, y, x + 1) = (struct cell){ ' ', (uint8_t)style, 0, 0 };
	return true;
}

/* What an ASCII grid shows for a character that is none. */
static uint32_t fold(const struct grid *g, uint32_t ch)
{
	if (!g->ascii || ch < 0x7f)
		return ch;
	switch (ch) {
	case 0x2190: return '<';
	case 0x2192: return '>';
	case 0x2013:
	case 0x2014: return '-';
	case 0x2018:
	case 0x2019: return '\'';
	case 0x201c:
	case 0x201d: return '"';
	case 0x00d7: return 'x';
	case 0x00b7: return '.';
	case 0x2026: return '~';
	}
	return '?';
}

int area_put(struct area a, int y, int x, enum style style, uint32_t ch)
{
	int width;

	ch = fold(a.grid, ch);
	width = character_width(ch);
	put_cell(a, y, x, style, ch, width);
	return x + width;
}

int area_glyph(struct area a, int y, int x, enum style style, enum glyph glyph)
{
	put_cell(a, y, x, style, grid_glyph(a.grid, glyph), 1);
	return x + 1;
}

/* The same cell all over an area. Inside it no cell has another half to care for, but at the two
 * edges. */
static void fill(struct area a, struct cell with)
{
	for (int y = 0; y < a.rows && a.cols > 0; y++) {
		struct cell *row = cell_at(a, y, 0);

		split_wide(a, y, 0);
		split_wide(a, y, a.cols - 1);
		for (int x = 0; x < a.cols; x++)
			row[x] = with;
	}
}

int area_repeat(struct area a, int y, int x, int n, enum style style, enum glyph glyph)
{
	int from = x < 0 ? 0 : x, end = x + (n > 0 ? n : 0);

	if (y >= 0)
		fill(area_part(a, y, from, 1, end - from),
		     (struct cell){ grid_glyph(a.grid, glyph), (uint8_t)style, 1, 0 });
	return end;
}

void area_blank(struct area a, enum style style)
{
	fill(a, (struct cell){ ' ', (uint8_t)style, 1, 0 });
}

void area_clear(struct area a)
{
	area_blank(a, STYLE_TEXT);
}

/* Writes `n` bytes, a tab as blanks up to the next eighth column. */
static int put_text(struct area a, int y, int x, enum style style, const char *s, size_t n)
{
	while (n) {
		if (*s >= ' ' && *s <= '~') { /* nearly all of them, and nothing to find out */
			put_cell(a, y, x++, style, (uint32_t)*s, 1);
			s++, n--;
			continue;
		}
		if (*s == '\t') {
			for (int to = x + 8 - x % 8; x < to; x++)
				put_cell(a, y, x, style, ' ', 1);
			s++, n--;
			continue;
		}
		x = area_put(a, y, x, style, character_next(&s, &n));
	}
	return x;
}

int area_text(struct area a, int y, int x, enum style style, const char *s)
{
	int end = put_text(a, y, x, style, s, strcspn(s, "\n"));

	if (end <= a.cols)
		return end;
	/* Cut text must not look like the whole of it. */
	area_glyph(a, y, a.cols - 1, STYLE_DIM, GLYPH_MORE);
	return a.cols;
}

int area_printf(struct area a, int y, int x, enum style style, const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return area_text(a, y, x, style, text);
}

void area_right(struct area a, int y, int end, enum style style, const char *s)
{
	int x = end - text_width(s);

	area_text(a, y, x < 0 ? 0 : x, style, s);
}

/* ── title ─────── : two dashes, so that titles below each other line up. */
void area_rule(struct area a, int y, const char *title)
{
	struct area inside = area_part(a, y, 2, 1, a.cols - 3);
	int x;

	area_repeat(a, y, 0, a.cols, STYLE_RULE, GLYPH_HLINE);
	if (!title || !*title || inside.cols < 3)
		return;
	x = area_put(inside, 0, 0, STYLE_RULE, ' ');
	x = area_text(area_part(inside, 0, 0, 1, inside.cols - 1), 0, x, STYLE_TITLE, title);
	area_put(inside, 0, x, STYLE_RULE, ' ');
}

struct area area_box(struct area a, const char *title)
{
	int bottom = a.rows - 1, right = a.cols - 1;

	area_clear(a);
	area_rule(a, 0, title);
	area_rule(a, bottom, NULL);
	for (int y = 1; y < bottom; y++) {
		area_glyph(a, y, 0, STYLE_RULE, GLYPH_VLINE);
		area_glyph(a, y, right, STYLE_RULE, GLYPH_VLINE);
	}
	area_glyph(a, 0, 0, STYLE_RULE, GLYPH_CORNER_TOP_LEFT);
	area_glyph(a, 0, right, STYLE_RULE, GLYPH_CORNER_TOP_RIGHT);
	area_glyph(a, bottom, 0, STYLE_RULE, GLYPH_CORNER_LEFT);
	area_glyph(a, bottom, right, STYLE_RULE, GLYPH_CORNER_RIGHT);
	return area_part(a, 1, 2, a.rows - 2, a.cols - 4);
}

/* --- paragraphs ------------------------------------------------------------------------------- */

/* The character that comes next, 0 at the end of the line. */
static uint32_t peek(const char *p, size_t n)
{
	return n ? character_next(&p, &n) : 0;
}

/* Bytes of `s` that fit on a line of `cols` columns, at least one character; breaks behind a blank,
 * or where a script without blanks allows it. `*next` is where the next line begins. */
static size_t line_bytes(const char *s, int cols, const char **next)
{
	const char *p = s, *fits = NULL; /* the last place for a break */
	size_t n = strcspn(s, "\n");
	int x = 0;

	while (n) {
		const char *before = p;
		int tab = *p == '\t';
		uint32_t ch = character_next(&p, &n);

		x += tab ? 8 - x % 8 : character_width(ch);
		if (x > cols && before > s) {
			*next = !fits ? before : *fits == ' ' ? fits + 1 : fits;
			return (size_t)((fits ? fits : before) - s);
		}
		if (*before == ' ')
			fits = before;
		else if (break_between(ch, peek(p, n)) && n)
			fits = p;
	}
	*next = *p == '\n' ? p + 1 : p;
	return (size_t)(p - s);
}

/* The same walk as area_wrap()'s, so that who counts lines and who draws them agree. */
int text_lines(const char *s, int cols)
{
	int lines = 0;

	do {
		line_bytes(s, cols, &s);
		lines++;
	} while (*s);
	return lines;
}

void area_wrap(struct area a, enum style style, const char *s, int skip)
{
	for (int y = -skip; *s && y < a.rows; y++) {
		const char *line = s;
		size_t n = line_bytes(s, a.cols, &s);

		if (y >= 0)
			put_text(a, y, 0, style, line, n);
	}
}
