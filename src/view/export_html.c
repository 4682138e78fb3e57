/*
 * HTML: a page with one <pre>, in which a run is a <span> whose class is its style. The look of
 * each style stands once, at the top; a handout can change it there. A character of two columns has
 * a box of its own that is so wide: browsers take it from another font, with another idea of that.
 */
#include "view/export.h"

static void rule(struct export *e, const struct theme *t, enum style style, struct paint p)
{
	unsigned a = export_attributes(t, style);
	uint32_t ink = export_ink(t, style, p);

	export_add(e, ".%s{", style_name(style));
	if (a & LOOK_REVERSE)
		export_add(e, "color:#%06x;background:#%06x;", p.paper, ink);
	else
		export_add(e, "color:#%06x;", ink);
	export_add(e, "%s%s%s}\n", a & LOOK_BOLD ? "font-weight:bold;" : "",
	           a & LOOK_DIM ? "opacity:.75;" : "",
	           a & LOOK_UNDERLINE ? "text-decoration:underline;" : "");
}

static void character(struct export *e, const struct cell *c)
{
	if (!c->width)
		return;
	export_add(e, "%s", c->width == 2 ? "<i>" : "");
	export_escaped(e, c->ch);
	export_add(e, "%s", c->width == 2 ? "</i>" : "");
}

char *export_html(const struct grid *g, const struct theme *t)
{
	struct paint p = export_paint(t);
	struct export e = { 0 };

	export_add(&e,
	           "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
	           "<title>kmaplab</title>\n<style>\n"
	           "pre{color:#%06x;background:#%06x;padding:1em;line-height:1.2;"
	           "font-family:\"DejaVu Sans Mono\",Menlo,Consolas,monospace}\n"
	           "i{font-style:normal;display:inline-block;width:2ch;height:1.2em;"
	           "vertical-align:bottom}\n",
	           p.ink, p.paper);
	for (unsigned i = 0; i < STYLES; i++)
		rule(&e, t, (enum style)i, p);
	export_add(&e, "</style>\n<pre>");
	for (int y = 0; y < g->rows; y++) {
		for (int x = 0, end; x < g->cols; x = end) {
			end = export_run(g, y, x);
			export_add(&e, "<span class=\"%s\">",
			           style_name((enum style)grid_cell(g, y, x)->style));
			for (; x < end; x++)
				character(&e, grid_cell(g, y, x));
			export_add(&e, "</span>");
		}
		export_add(&e, "\n");
	}
	export_add(&e, "</pre>\n</html>\n");
	return e.s;
}
