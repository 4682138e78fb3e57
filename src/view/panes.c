/*
 * Laying panes out and drawing them. See panes.h.
 *
 * The main pane gets what a view was made for, 80 columns, before anything stands beside it; a
 * column of less than SIDE_LEAST columns says too little to be worth it. The overview of a very wide
 * terminal opens a column with code and TLBs of its own, which panes make superfluous: the main pane
 * stays below MAIN_MOST.
 */
#include "view/panes.h"

#include "view/shootdown.h"

#include <string.h>

#define MAIN_LEAST 80
#define MAIN_MOST 119
#define SIDE_LEAST 39
#define PANES_USUAL 4
#define TWO_COLUMNS 240 /* from here on the panes beside the main one stand in two columns */
#define SIDE_ROWS 9   /* the least that a pane in the column gets */
#define BELOW_ROWS 10 /* and one below the main pane, which keeps: */
#define ABOVE_ROWS 22
#define OVERVIEW_ROWS 14 /* below that it would be a picture of the regions alone */

void panes_init(struct panes *p)
{
	static const char *const names[PANES_MAX] = { "overview", "code", "tlb", "cpus", "cost",
		                                      "zones" };

	*p = (struct panes){ .n = PANES_USUAL };
	for (int i = 0; i < PANES_MAX; i++)
		p->pane[i].choice.ops = view_find(names[i]);
}

void panes_fit(struct panes *p, int cols)
{
	p->n = cols >= TWO_COLUMNS ? PANES_MAX : PANES_USUAL;
	if (p->chosen >= p->n)
		p->chosen = 0;
}

static int at_most(int a, int b)
{
	return a < b ? a : b;
}

/* Shares `a` out among places from..n, one below the other. */
static void stack(struct placed *where, unsigned from, unsigned n, struct area a)
{
	int left = (int)(n - from), y = 0;

	for (unsigned i = from; i < n; i++, left--) {
		int rows = (a.rows - y) / left;

		where[i].area = area_part(a, y, 0, rows, a.cols);
		y += rows;
	}
}

/* The main pane and a column, or two; one column of the grid before each is the line. */
static unsigned place_beside(unsigned n, struct area a, struct placed *where)
{
	int side = a.cols - 1 - at_most(MAIN_MOST, a.cols * 3 / 5), first;
	unsigned high = (unsigned)at_most(3, a.rows / SIDE_ROWS), left;

	if (a.cols - 1 - side < MAIN_LEAST)
		side = a.cols - 1 - MAIN_LEAST;
	where[0].area = area_part(a, 0, 0, a.rows, a.cols - side - 1);
	if (a.cols < TWO_COLUMNS || n <= high + 1) {
		n = (unsigned)at_most((int)n, 1 + (int)high);
		stack(where, 1, n, area_part(a, 0, a.cols - side, a.rows, side));
		return n;
	}
	n = (unsigned)at_most((int)n, 1 + 2 * (int)high);
	left = n / 2 + 1; /* of an odd number the left column has more */
	first = (side - 1) / 2;
	stack(where, 1, left, area_part(a, 0, a.cols - side, a.rows, first));
	stack(where, left, n, area_part(a, 0, a.cols - side + first + 1, a.rows, side - first - 1));
	return n;
}

static unsigned place_below(unsigned n, struct area a, struct placed *where)
{
	int spare = a.rows - ABOVE_ROWS, main_rows;

	n = (unsigned)at_most((int)n, 1 + (spare > 0 ? spare / BELOW_ROWS : 0));
	main_rows = n == 1 ? a.rows : ABOVE_ROWS + (spare - (int)(n - 1) * BELOW_ROWS) / (int)n;
	where[0].area = area_part(a, 0, 0, main_rows, a.cols);
	stack(where, 1, n, area_part(a, main_rows, 0, a.rows - main_rows, a.cols));
	return n;
}

unsigned panes_place(const struct panes *p, struct area a, struct placed where[PANES_MAX])
{
	unsigned n = p->zoomed ? 1 : p->n;

	if (n > 1 && a.cols >= MAIN_LEAST + 1 + SIDE_LEAST && a.rows >= SIDE_ROWS)
		n = place_beside(n, a, where);
	else
		n = place_below(n, a, where);
	for (unsigned i = 0; i < n; i++)
		where[i].pane = i;
	if (p->chosen >= n)
		where[n - 1].pane = p->chosen;
	return n;
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* A small overview is no overview: what matters most instead, below each other. While a shootdown
 * runs, that is its lanes. */
static void draw_small(struct area a, const struct view_state *s)
{
	int first = a.rows >= 12 ? 6 : a.rows >= 8 ? a.rows / 2 : a.rows;
	struct area rest = area_part(a, first, 0, a.rows - first, a.cols);

	view_draw(&pkmap_view, area_part(a, 0, 0, first, a.cols), s);
	if (rest.rows >= 4 && shootdown_runs(s))
		shootdown_draw(rest, s);
	else if (rest.rows)
		view_draw(&events_view, rest, s);
}

/* The rule of the pane that has the keys: told by a sign and by its weight. */
static void mark_focus(struct area a)
{
	for (int x = 0; x < a.cols; x++) {
		const struct cell *c = grid_cell(a.grid, a.y, a.x + x);

		if (c->style == STYLE_RULE && c->width == 1)
			area_put(a, 0, x, STYLE_CURSOR, c->ch);
	}
	area_glyph(a, 0, 0, STYLE_CURSOR, GLYPH_CURRENT);
}

/* The spot that has the focus is inverted; of a tall one the first rows, so that what it shows can
 * still be seen. */
static void mark_spot(struct area a, const struct spots *spots)
{
	const struct spot *spot = spot_focused(spots);

	for (int y = 0; spot && y < spot->rows && y < 2; y++)
		for (int x = 0; x < spot->cols; x++) {
			const struct cell *c = grid_cell(a.grid, spot->y + y, spot->x + x);

			if (c->width == 1)
				area_put(grid_area(a.grid), spot->y + y, spot->x + x, STYLE_MATCH,
				         c->ch);
		}
}

/* Spots are noted where somebody points: an animation has no time for five hundred names a picture that
 * nobody asks for, and what is marked in a pane that has not the keys would only mislead. */
static void draw_pane(const struct pane *p, struct area a, const struct view_state *s, bool focused)
{
	struct view_state own = *s;

	own.choice = &p->choice;
	own.scroll = p->scroll;
	own.spots = focused ? p->spots : NULL;
	if (s->world && p->choice.ops == &overview_view &&
	    (a.rows < OVERVIEW_ROWS || a.cols < overview_view.cols))
		draw_small(a, &own);
	else
		view_draw(p->choice.ops, a, &own);
}

/* The line in front of each column, with a joint at each rule that meets it. */
static void draw_lines(struct area a, const struct placed *where, unsigned n)
{
	for (unsigned i = 1; i < n; i++) {
		int x = where[i].area.x - a.x - 1;

		if (x < 0)
			continue;
		if (where[i].area.y != a.y) {
			area_glyph(a, where[i].area.y - a.y, x, STYLE_RULE, GLYPH_TEE_RIGHT);
			continue;
		}
		for (int y = 0; y < a.rows; y++)
			area_glyph(a, y, x, STYLE_RULE, y ? GLYPH_VLINE : GLYPH_TEE_DOWN);
	}
}

void panes_draw(const struct panes *p, struct area a, const struct view_state *s, bool focused)
{
	struct placed where[PANES_MAX];
	unsigned n = panes_place(p, a, where);

	/* What is not on the screen cannot be pointed at. */
	for (unsigned i = 0; i < p->n; i++)
		if (p->pane[i].spots)
			p->pane[i].spots->n = 0;
	for (unsigned i = 0; i < n; i++)
		draw_pane(&p->pane[where[i].pane], where[i].area, s,
		          focused && where[i].pane == p->chosen);
	if (n > 1)
		draw_lines(a, where, n);
	for (unsigned i = 0; focused && i < n; i++) {
		if (where[i].pane != p->chosen)
			continue;
		mark_focus(where[i].area);
		if (p->pane[p->chosen].spots)
			mark_spot(a, p->pane[p->chosen].spots);
	}
}

void panes_show(struct panes *p, const struct view_choice *choice)
{
	struct pane *chosen = &p->pane[p->chosen];
	struct view_choice old = chosen->choice;

	for (unsigned i = 0; i < p->n; i++)
		if (p->pane[i].choice.ops == choice->ops && i != p->chosen) {
			p->pane[i].choice = old;
			p->pane[i].scroll = 0;
		}
	chosen->choice = *choice;
	chosen->scroll = 0;
	if (chosen->spots)
		chosen->spots->n = 0; /* they were the other view's */
}
