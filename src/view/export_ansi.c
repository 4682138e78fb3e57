/*
 * ANSI: a grid for a terminal (.ans), and the difference of two for a recording.
 *
 * Only what every terminal of the last thirty years understands is used: SGR attributes and 256
 * colours, cursor positions, erase. A run of cells with one look costs one SGR.
 */
#include "view/export.h"

#include <stdlib.h>
#include <string.h>

static void look(struct export *e, const struct theme *t, enum style style)
{
	unsigned a = export_attributes(t, style);

	export_add(e, "\x1b[0%s%s%s%s", a & LOOK_BOLD ? ";1" : "", a & LOOK_DIM ? ";2" : "",
	           a & LOOK_UNDERLINE ? ";4" : "", a & LOOK_REVERSE ? ";7" : "");
	if (t->colours && t->look[style].colour256 >= 0)
		export_add(e, ";38;5;%d", t->look[style].colour256);
	if (t->colours && t->background256 >= 0)
		export_add(e, ";48;5;%d", t->background256);
	export_add(e, "m");
}

static void cells(struct export *e, const struct grid *g, int y, int x, int end)
{
	for (; x < end; x++)
		if (grid_cell(g, y, x)->width)
			export_character(e, grid_cell(g, y, x)->ch);
}

/* How long a row is without the blanks at its end that look like nothing. */
static int row_end(const struct grid *g, const struct theme *t, int y)
{
	int end = g->cols;

	while (end > 0) {
		const struct cell *c = grid_cell(g, y, end - 1);
		unsigned a = export_attributes(t, (enum style)c->style);

		if (c->ch != ' ' || (a & (LOOK_REVERSE | LOOK_UNDERLINE)))
			break;
		end--;
	}
	return end;
}

char *export_ansi(const struct grid *g, const struct theme *t)
{
	struct export e = { 0 };

	export_add(&e, "%s", "");
	for (int y = 0; y < g->rows; y++) {
		int end = t->colours && t->background256 >= 0 ? g->cols : row_end(g, t, y);

		for (int x = 0, next; x < end; x = next) {
			next = export_run(g, y, x);
			next = next < end ? next : end;
			look(&e, t, (enum style)grid_cell(g, y, x)->style);
			cells(&e, g, y, x, next);
		}
		export_add(&e, "\x1b[0m\n");
	}
	return e.s;
}

/* Columns of a row from the first that differs from what is shown, 0: none does. */
static bool changed(const struct grid *old, const struct grid *now, int y, int *first, int *end)
{
	int x = 0, last = now->cols;

	while (x < last && export_same(grid_cell(old, y, x), grid_cell(now, y, x)))
		x++;
	while (last > x && export_same(grid_cell(old, y, last - 1), grid_cell(now, y, last - 1)))
		last--;
	/* Never into the middle of a character of two columns. */
	while (x > 0 && x < last && !(grid_cell(now, y, x)->width && grid_cell(old, y, x)->width))
		x--;
	while (last < now->cols && !(grid_cell(now, y, last)->width && grid_cell(old, y, last)->width))
		last++;
	*first = x;
	*end = last;
	return x < last;
}

char *export_update(const struct grid *old, const struct grid *now, const struct theme *t)
{
	bool whole = !old || old->rows != now->rows || old->cols != now->cols;
	struct export e = { 0 };

	export_add(&e, "%s", whole ? "\x1b[0m\x1b[2J" : "");
	for (int y = 0; y < now->rows; y++) {
		int x = 0, end = now->cols, next;

		if (!whole && !changed(old, now, y, &x, &end))
			continue;
		export_add(&e, "\x1b[%d;%dH", y + 1, x + 1);
		for (; x < end; x = next) {
			next = export_run(now, y, x);
			next = next < end ? next : end;
			look(&e, t, (enum style)grid_cell(now, y, x)->style);
			cells(&e, now, y, x, next);
		}
	}
	return e.s;
}
