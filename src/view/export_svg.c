/*
 * SVG: a row of text is a <text> with a <tspan> for each run, and a rectangle behind whatever is
 * reversed. Each run says how wide it is, so that the columns stand below each other whatever fixed
 * font the reader has; no font is loaded.
 */
#include "view/export.h"

#define CELL_WIDTH 8.43 /* DejaVu Sans Mono's at 14 pixels, for who draws it and knows no textLength */
#define CELL_HEIGHT 17
#define BASELINE 13
#define MARGIN 10

void export_svg_begin(struct export *e, const struct grid *g, const struct theme *t)
{
	struct paint p = export_paint(t);
	double width = g->cols * CELL_WIDTH + 2 * MARGIN;
	int height = g->rows * CELL_HEIGHT + 2 * MARGIN;

	export_add(e,
	           "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%d\" "
	           "viewBox=\"0 0 %.0f %d\">\n"
	           "<rect width=\"100%%\" height=\"100%%\" rx=\"6\" fill=\"#%06x\"/>\n"
	           "<g font-family=\"DejaVu Sans Mono,Menlo,Consolas,monospace\" font-size=\"14\" "
	           "xml:space=\"preserve\" fill=\"#%06x\">\n",
	           width, height, width, height, p.paper, p.ink);
}

static double column(int x)
{
	return MARGIN + x * CELL_WIDTH;
}

/* Blank and neither reversed nor underlined: nothing to draw. */
static bool invisible(const struct grid *g, int y, int x, int end, unsigned attributes)
{
	if (attributes & (LOOK_REVERSE | LOOK_UNDERLINE))
		return false;
	for (; x < end; x++)
		if (grid_cell(g, y, x)->width && grid_cell(g, y, x)->ch != ' ')
			return false;
	return true;
}

/* A run of row `y`, drawn as row `at` of the picture. */
static void run(struct export *e, const struct grid *g, const struct theme *t, int y, int at, int x,
                int end)
{
	struct paint p = export_paint(t);
	enum style style = (enum style)grid_cell(g, y, x)->style;
	unsigned a = export_attributes(t, style);
	uint32_t ink = export_ink(t, style, p);
	double width = (end - x) * CELL_WIDTH;

	if (invisible(g, y, x, end, a))
		return;
	if (a & LOOK_REVERSE)
		export_add(e, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" "
		              "fill=\"#%06x\"/>\n",
		           column(x), MARGIN + at * CELL_HEIGHT, width, CELL_HEIGHT, ink);
	export_add(e, "<text x=\"%.1f\" y=\"%d\" textLength=\"%.1f\" lengthAdjust=\"spacingAndGlyphs\"",
	           column(x), MARGIN + at * CELL_HEIGHT + BASELINE, width);
	if (a & LOOK_REVERSE || ink != p.ink)
		export_add(e, " fill=\"#%06x\"", a & LOOK_REVERSE ? p.paper : ink);
	export_add(e, "%s%s%s>", a & LOOK_BOLD ? " font-weight=\"bold\"" : "",
	           a & LOOK_DIM ? " opacity=\"0.75\"" : "",
	           a & LOOK_UNDERLINE ? " text-decoration=\"underline\"" : "");
	for (; x < end; x++)
		if (grid_cell(g, y, x)->width)
			export_escaped(e, grid_cell(g, y, x)->ch);
	export_add(e, "</text>\n");
}

void export_svg_row(struct export *e, const struct grid *g, const struct theme *t, int y, int at)
{
	for (int x = 0, end; x < g->cols; x = end) {
		end = export_run(g, y, x);
		run(e, g, t, y, at, x, end);
	}
}

char *export_svg(const struct grid *g, const struct theme *t)
{
	struct export e = { 0 };

	export_svg_begin(&e, g, t);
	for (int y = 0; y < g->rows; y++)
		export_svg_row(&e, g, t, y, y);
	export_add(&e, "</g>\n</svg>\n");
	return e.s;
}
