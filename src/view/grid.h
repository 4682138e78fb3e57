/*
 * The grid: a screen as a value. Views draw cells, a backend shows them: on curses, as text, later
 * in other forms. So the same drawing serves the terminal, save-screen, the tests and handouts,
 * and no view knows a terminal.
 *
 * A cell is a character, what it means, and how many columns it takes: a character of two columns
 * owns its cell and the next one, whose width is 0. An area is a rectangle of a grid: all drawing
 * goes through one, is given coordinates inside it, and is clipped to it, so that a pane that is
 * too small shows less but never harms its neighbour.
 */
#ifndef KMAPLAB_VIEW_GRID_H
#define KMAPLAB_VIEW_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum style {
#define STYLE(name, doc) STYLE_##name,
#include "view/style.def"
#undef STYLE
	STYLES
};

enum glyph {
#define GLYPH(name, unicode, ascii, doc) GLYPH_##name,
#include "view/glyph.def"
#undef GLYPH
	GLYPHS
};

struct cell {
	uint32_t ch;   /* Unicode code point; ASCII only in a grid that is ASCII */
	uint8_t style; /* enum style */
	uint8_t width; /* columns: 1, 2; 0 = the right half of the cell before */
	uint16_t zero; /* instead of padding: rows are compared as bytes */
};

#define GRID_MAX 1000 /* rows, columns */

struct grid {
	int rows, cols;
	bool ascii;
	struct cell *cells; /* rows * cols, row by row */
};

/** A rectangle of a grid; may be empty. */
struct area {
	struct grid *grid;
	int y, x, rows, cols;
};

/** Makes an empty grid of 1..GRID_MAX rows and columns (clamped). Aborts when memory is out. */
void grid_init(struct grid *g, int rows, int cols, bool ascii);
void grid_release(struct grid *g);

/** The cell at a place inside the grid. */
const struct cell *grid_cell(const struct grid *g, int y, int x);

/** The whole grid as UTF-8 lines, blanks at the end of a line left out, a newline behind each.
 * malloc'ed; the caller frees it. */
char *grid_to_text(const struct grid *g);

/** The code point of a glyph in this grid. */
uint32_t grid_glyph(const struct grid *g, enum glyph glyph);

/** Columns of a code point: 0 (combining, or a control character), 1 or 2. */
int character_width(uint32_t ch);

/** Decodes the UTF-8 character at `*s`, n bytes left, and moves on; a byte that is no part of a
 * harmless character gives '?'. */
uint32_t character_next(const char **s, size_t *n);

/** Columns that a text takes. */
int text_width(const char *s);

/* --- areas ------------------------------------------------------------------------------------ */

/** All of a grid. */
struct area grid_area(struct grid *g);

/** A part of an area, clipped to it. */
struct area area_part(struct area a, int y, int x, int rows, int cols);

/** Blanks an area; in a style that has a background of its own, or as text has it. */
void area_blank(struct area a, enum style style);
void area_clear(struct area a);

/** One character; what does not fit is left out. Returns the column behind it. */
int area_put(struct area a, int y, int x, enum style style, uint32_t ch);
int area_glyph(struct area a, int y, int x, enum style style, enum glyph glyph);

/** `n` times the same glyph. Returns the column behind them. */
int area_repeat(struct area a, int y, int x, int n, enum style style, enum glyph glyph);

/** UTF-8 text up to its end or a newline, cut at the area's right edge, where GLYPH_MORE then
 * tells of it. Returns the column behind what was written. */
int area_text(struct area a, int y, int x, enum style style, const char *s);

/** The same with printf's format, for at most 511 bytes. */
int area_printf(struct area a, int y, int x, enum style style, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/** Text that ends at column `end` (exclusive) of the area. */
void area_right(struct area a, int y, int end, enum style style, const char *s);

/** A rule over the area's whole row `y`, with a title in it (may be NULL). */
void area_rule(struct area a, int y, const char *title);

/** A box along the area's edge with a title; returns the area inside it. */
struct area area_box(struct area a, const char *title);

/** Lines that a text takes when it is wrapped at `cols` columns; at least 1. */
int text_lines(const char *s, int cols);

/** Writes a text wrapped at words to the area's width, leaving out its first `skip` lines. */
void area_wrap(struct area a, enum style style, const char *s, int skip);

#endif
