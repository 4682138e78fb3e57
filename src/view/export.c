/*
 * What the formats share: growing text, runs of cells, and colours. See export.h.
 */
#include "view/export.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum export_format export_format(const char *path)
{
	const char *dot = strrchr(path, '.');

	if (!dot || strchr(dot, '/'))
		return EXPORT_TEXT;
	if (!strcasecmp(dot, ".ans"))
		return EXPORT_ANSI;
	if (!strcasecmp(dot, ".svg"))
		return EXPORT_SVG;
	return strcasecmp(dot, ".html") && strcasecmp(dot, ".htm") ? EXPORT_TEXT : EXPORT_HTML;
}

char *export_grid(const struct grid *g, const struct theme *t, enum export_format format)
{
	switch (format) {
	case EXPORT_ANSI:
		return export_ansi(g, t);
	case EXPORT_SVG:
		return export_svg(g, t);
	case EXPORT_HTML:
		return export_html(g, t);
	case EXPORT_TEXT:
		break;
	}
	return grid_to_text(g);
}

/* --- text ------------------------------------------------------------------------------------- */

static void reserve(struct export *e, size_t more)
{
	if (e->length + more + 1 <= e->size)
		return;
	e->size = 2 * e->size + more + 1024;
	e->s = realloc(e->s, e->size);
	if (!e->s)
		abort();
}

void export_add(struct export *e, const char *format, ...)
{
	va_list ap;
	int n;

	reserve(e, 256);
	va_start(ap, format);
	n = vsnprintf(e->s + e->length, e->size - e->length, format, ap);
	va_end(ap);
	if (n < 0)
		abort();
	if ((size_t)n >= e->size - e->length) {
		reserve(e, (size_t)n);
		va_start(ap, format);
		vsnprintf(e->s + e->length, e->size - e->length, format, ap);
		va_end(ap);
	}
	e->length += (size_t)n;
}

void export_character(struct export *e, uint32_t ch)
{
	if (ch < 0x80)
		export_add(e, "%c", (char)ch);
	else if (ch < 0x800)
		export_add(e, "%c%c", (char)(0xc0 | ch >> 6), (char)(0x80 | (ch & 0x3f)));
	else if (ch < 0x10000)
		export_add(e, "%c%c%c", (char)(0xe0 | ch >> 12), (char)(0x80 | (ch >> 6 & 0x3f)),
		           (char)(0x80 | (ch & 0x3f)));
	else
		export_add(e, "%c%c%c%c", (char)(0xf0 | ch >> 18),
		           (char)(0x80 | (ch >> 12 & 0x3f)), (char)(0x80 | (ch >> 6 & 0x3f)),
		           (char)(0x80 | (ch & 0x3f)));
}

void export_escaped(struct export *e, uint32_t ch)
{
	switch (ch) {
	case '&': export_add(e, "&amp;"); break;
	case '<': export_add(e, "&lt;"); break;
	case '>': export_add(e, "&gt;"); break;
	case '"': export_add(e, "&quot;"); break;
	case 0xfffe: /* neither is a character of XML, in any spelling */
	case 0xffff: export_add(e, "?"); break;
	default: export_character(e, ch);
	}
}

bool export_same(const struct cell *a, const struct cell *b)
{
	return a->ch == b->ch && a->style == b->style && a->width == b->width;
}

int export_run(const struct grid *g, int y, int x)
{
	const struct cell *first = grid_cell(g, y, x);
	int wide = first->width == 2;

	do
		x += wide ? 2 : 1;
	while (x < g->cols && grid_cell(g, y, x)->style == first->style &&
	       (grid_cell(g, y, x)->width == 2) == wide);
	return x < g->cols ? x : g->cols;
}

/* --- colours ---------------------------------------------------------------------------------- */

/* The palette of 256 colours as xterm has it: 16 named ones, a cube of 6 x 6 x 6, 24 greys. */
static uint32_t palette(int colour)
{
	static const uint32_t named[] = {
		0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
		0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
	};
	static const uint32_t step[] = { 0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff };
	uint32_t grey;

	if (colour < 16)
		return named[colour];
	if (colour < 232)
		return step[(colour - 16) / 36] << 16 | step[(colour - 16) / 6 % 6] << 8 |
		       step[(colour - 16) % 6];
	grey = (uint32_t)(8 + 10 * (colour - 232));
	return grey << 16 | grey << 8 | grey;
}

/* 0 to 1000: how bright a colour looks (ITU-R BT.601). */
static unsigned brightness(uint32_t c)
{
	return ((c >> 16 & 0xff) * 299 + (c >> 8 & 0xff) * 587 + (c & 0xff) * 114) / 255;
}

struct paint export_paint(const struct theme *t)
{
	static const struct paint dark = { 0xd8dee4, 0x10161c }, light = { 0x1c2126, 0xfcfcfa };
	unsigned n = 0, sum = 0;
	struct paint p;

	for (unsigned i = 0; t->colours && i < STYLES; i++)
		if (t->look[i].colour256 >= 0) {
			sum += brightness(palette(t->look[i].colour256));
			n++;
		}
	p = n && sum / n > 450 ? dark : light;
	if (!t->colours || t->background256 < 0)
		return p;
	p.paper = palette(t->background256);
	p.ink = brightness(p.paper) < 500 ? dark.ink : light.ink;
	return p;
}

uint32_t export_ink(const struct theme *t, enum style style, struct paint p)
{
	int colour = t->colours ? t->look[style].colour256 : COLOUR_DEFAULT;

	return colour < 0 ? p.ink : palette(colour);
}

/* A colour that is also dim many terminals fade beyond reading, so curses is not told to. */
unsigned export_attributes(const struct theme *t, enum style style)
{
	const struct look *look = &t->look[style];

	if (!t->colours)
		return look->plain;
	return look->colour256 == COLOUR_DEFAULT ? look->coloured :
	                                           look->coloured & ~(unsigned)LOOK_DIM;
}
