/*
 * A grid as a file: text, ANSI, SVG or HTML, and as what a terminal must be sent to come from one
 * grid to the next, for recordings. The same cells that curses shows, with the same theme; so a
 * screenshot in a man page, a handout and a projector show one drawing.
 */
#ifndef KMAPLAB_VIEW_EXPORT_H
#define KMAPLAB_VIEW_EXPORT_H

#include "view/theme.h"

enum export_format { EXPORT_TEXT, EXPORT_ANSI, EXPORT_SVG, EXPORT_HTML };

/** The format that a file's name asks for: .ans, .svg, .html or .htm; text else. */
enum export_format export_format(const char *path);

/** The grid in a format: malloc'ed UTF-8, the caller frees it. SVG and HTML stand alone: nothing
 * else has to be loaded, and nothing in them runs. */
char *export_grid(const struct grid *g, const struct theme *t, enum export_format format);

/** What a terminal that shows `old` must be sent to show `now`: the cells that differ, and nothing
 * else. `old` NULL, or of another size: all of it, cleared first. malloc'ed. */
char *export_update(const struct grid *old, const struct grid *now, const struct theme *t);

/* --- for the files of the formats ------------------------------------------------------------- */

/** Text that grows. */
struct export {
	char *s;
	size_t length, size;
};

void export_add(struct export *e, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** One cell's character as UTF-8. */
void export_character(struct export *e, uint32_t ch);
/** The same for XML and HTML, whose own characters are escaped. */
void export_escaped(struct export *e, uint32_t ch);

/** Whether two cells look the same. */
bool export_same(const struct cell *a, const struct cell *b);

/** Cells from `x` on that have one style and one width; returns the column behind them. */
int export_run(const struct grid *g, int y, int x);

/** What a picture is painted with, 0xRRGGBB: a terminal has colours of its own, paper has not. */
struct paint {
	uint32_t ink, paper;
};

/** The paper: the theme's background; where it leaves that to the terminal, dark paper for bright
 * colours and light paper for dark ones. */
struct paint export_paint(const struct theme *t);
/** The ink of a style on that paper. */
uint32_t export_ink(const struct theme *t, enum style style, struct paint p);
/** The attributes of a style. */
unsigned export_attributes(const struct theme *t, enum style style);

/** The beginning of an SVG for a grid of this size, and row `y` of a grid as row `at` of the
 * picture; whoever uses them ends it with "</g></svg>". */
void export_svg_begin(struct export *e, const struct grid *g, const struct theme *t);
void export_svg_row(struct export *e, const struct grid *g, const struct theme *t, int y, int at);

char *export_svg(const struct grid *g, const struct theme *t);
char *export_html(const struct grid *g, const struct theme *t);
char *export_ansi(const struct grid *g, const struct theme *t);

#endif
