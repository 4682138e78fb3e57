/*
 * The overview: one look says where things are and what just happened. Windows and memory on top,
 * the two windows' slots below them, the last events at the bottom:
 *
 *	+-- virtual --------+-- physical ----+-- TLB -----------+-- code (wide) ---+
 *	|                   |                |                  |                  |
 *	+-- pkmap ----------+----------------+------------------+                  |
 *	|                                                       |                  |
 *	+-- fixmap ---------------------------------------------+-- other TLBs ----+
 *	|                                                       |                  |
 *	+-- what happened --------------------------------------+                  |
 *	|                                                       |                  |
 *
 * The last column on top begins with the chosen CPU's TLB and ends with a line for each of the
 * others. While a shootdown or a copy is under way, it takes the place of the last events: it is what
 * everybody looks at then.
 *
 * It fits 80 columns and 19 rows (a screen of 24 without status line, answer and prompt). What a
 * larger terminal has more goes to the views that have a use for it, row by row; from 120 columns
 * on a column with the running code and the other CPUs' TLBs opens on the right.
 */
#include "view/copying.h"
#include "view/draw.h"
#include "view/shootdown.h"

#include <stdio.h>

#define REGIONS_COLS 28
#define TLB_COLS 27
#define SIDE_MIN 40 /* columns of the column on the right */

enum { BAND_TOP, BAND_PKMAP, BAND_FIXMAP, BAND_EVENTS, BANDS };

/* Rows below each band's rule: the least, and how many of those to spare it takes in each turn. */
static const struct band {
	int least, turn;
} bands[BANDS] = { { 8, 2 }, { 2, 1 }, { 1, 1 }, { 3, 2 } };

/* Shares out the rows that are left when each band has its least. */
static void share_rows(int rows[BANDS], const int wants[BANDS], int spare)
{
	bool given = true;

	while (spare > 0 && given) {
		given = false;
		for (int i = 0; i < BANDS && spare > 0; i++) {
			int n = wants[i] - rows[i];

			n = n > bands[i].turn ? bands[i].turn : n;
			n = n > spare ? spare : n;
			if (n > 0) {
				rows[i] += n;
				spare -= n;
				given = true;
			}
		}
	}
	rows[BAND_EVENTS] += spare; /* what nobody wants */
}

/* Rows of the bands in `total` rows, rules not counted. Bands that do not fit get none, the last
 * ones first. */
static void layout_rows(int rows[BANDS], const struct view_state *s, int total, int cols)
{
	int tlb = tlb_view.wants(s, TLB_COLS);
	int wants[BANDS] = { tlb > 14 ? 14 : tlb < 10 ? 10 : tlb, pkmap_view.wants(s, cols),
		             fixmap_view.wants(s, cols), events_view.wants(s, cols) };
	int spare = total;

	for (int i = 0; i < BANDS; i++) {
		rows[i] = spare > bands[i].least ? bands[i].least : 0;
		spare -= rows[i] ? rows[i] + 1 : 0;
	}
	/* With all CPUs in sight, if anyhow possible. */
	if (spare > 0 && rows[BAND_FIXMAP] && rows[BAND_FIXMAP] + 1 == wants[BAND_FIXMAP]) {
		rows[BAND_FIXMAP]++;
		spare--;
	}
	share_rows(rows, wants, spare);
}

static void separate(struct area a, int x)
{
	area_glyph(a, 0, x, STYLE_RULE, GLYPH_TEE_DOWN);
	for (int y = 1; y < a.rows - 1; y++)
		area_glyph(a, y, x, STYLE_RULE, GLYPH_VLINE);
}

/* A line between columns ends in the rule of the band below, unless its caption is there. */
static void end_line(struct area a, int x)
{
	const struct cell *c = grid_cell(a.grid, a.y + a.rows - 1, a.x + x);

	if (a.rows > 1 && c->ch == grid_glyph(a.grid, GLYPH_HLINE))
		area_glyph(a, a.rows - 1, x, STYLE_RULE, GLYPH_TEE_UP);
}

static const char *idle_text(const struct world *w, unsigned cpu)
{
	if (w->kernel.cpu[cpu].halted)
		return "halted";
	return w->kernel.cpu[cpu].current == w->kernel.cpu[cpu].idle ? "idle" :
	                                                                cpu_current(w, cpu)->comm;
}

/* The other CPUs, a line each: what runs there, what their TLB holds. */
static void draw_other_cpus(struct area a, const struct view_state *s)
{
	const struct world *w = s->world;
	const char *op, *line;
	int y = 0;

	for (unsigned cpu = 0; cpu < w->machine.nr_cpus && y < a.rows; cpu++) {
		char tlb[24];
		int x;

		if (cpu == s->cpu)
			continue;
		x = area_printf(a, y, 1, STYLE_STRONG, "CPU %u ", cpu);
		snprintf(tlb, sizeof(tlb), "TLB %u", w->machine.cpu[cpu].tlb.used);
		area_right(a, y, a.cols - 1, STYLE_DIM, tlb);
		if (running_line(w, cpu, &op, &line))
			area_text(area_part(a, y, x, 1, a.cols - x - 8), 0, 0, STYLE_NEW, op);
		else
			area_text(area_part(a, y, x, 1, a.cols - x - 8), 0, 0, STYLE_DIM,
			          idle_text(w, cpu));
		if (spot_add(s->spots, a, y, 0, 1, a.cols, "view cpus", "cpu %u", cpu))
			draw_focus(a, y, 0, 1, a.cols);
		y++;
	}
}

/* The chosen CPU's TLB, and below it the other CPUs: at most a third of the rows. */
static void draw_cpu_column(struct area a, const struct view_state *s)
{
	int others = (int)s->world->machine.nr_cpus - 1;

	if (others > a.rows / 3)
		others = a.rows / 3;
	view_draw(&tlb_view, area_part(a, 0, 0, a.rows - others, a.cols), s);
	draw_other_cpus(area_part(a, a.rows - others, 0, others, a.cols), s);
}

/* The three columns on top. `a` has one row more than they do: the next rule, which the lines
 * between them end at. */
static void draw_top(struct area a, const struct view_state *s)
{
	struct area body = area_part(a, 0, 0, a.rows - 1, a.cols);
	int regions = REGIONS_COLS, tlb = TLB_COLS, zones;

	if (a.cols > 100) /* the regions have notes, then */
		regions += 9;
	zones = a.cols - regions - tlb - 2;
	view_draw(&regions_view, area_part(body, 0, 0, body.rows, regions), s);
	view_draw(&zones_view, area_part(body, 0, regions + 1, body.rows, zones), s);
	draw_cpu_column(area_part(body, 0, regions + zones + 2, body.rows, tlb), s);
	separate(a, regions);
	separate(a, regions + zones + 1);
	end_line(a, regions);
	end_line(a, regions + zones + 1);
}

/* The column on the right: the running code, below it the TLBs of the CPUs that follow. */
static void draw_side(struct area a, const struct view_state *s)
{
	const struct world *w = s->world;
	int code = a.rows / 2 < 10 ? a.rows : a.rows / 2, y = code, others, each;
	struct view_state other = *s;

	view_draw(&code_view, area_part(a, 0, 0, code, a.cols), s);
	others = (int)w->machine.nr_cpus - 1;
	if (others > (a.rows - code) / 6)
		others = (a.rows - code) / 6;
	if (others < 1)
		return;
	each = (a.rows - code) / others;
	for (int i = 0; i < others; i++, y += each) {
		other.cpu = (s->cpu + 1 + (unsigned)i) % w->machine.nr_cpus;
		view_draw(&tlb_view, area_part(a, y, 0, i + 1 < others ? each : a.rows - y, a.cols),
		          &other);
	}
}

/* Rows of what everybody looks at while it is under way: a shootdown's lanes, a copy's bytes. */
static int rows_wanted(const struct view_state *s)
{
	return shootdown_runs(s) ? shootdown_rows(s) : copying_rows(s);
}

/* It takes the place of the oldest events, or, in less room, lies over the lowest bands: all of it, if
 * anyhow possible. Returns its rows. */
static int make_room(int rows[BANDS], const struct view_state *s)
{
	int wanted = rows_wanted(s);

	if (wanted && rows[BAND_EVENTS] - wanted >= bands[BAND_EVENTS].least)
		rows[BAND_EVENTS] -= wanted;
	return wanted;
}

static void draw_under_way(struct area a, const struct view_state *s, int rows)
{
	struct area part;

	if (rows < 3)
		return;
	rows = rows < a.rows ? rows : a.rows;
	part = area_part(a, a.rows - rows, 0, rows, a.cols);
	area_clear(part);
	if (shootdown_runs(s))
		shootdown_draw(part, s);
	else
		copying_draw(part, s);
}

static void draw_main(struct area a, const struct view_state *s)
{
	static const struct view_ops *const lower[BANDS] = { NULL, &pkmap_view, &fixmap_view,
		                                             &events_view };
	int rows[BANDS], y, wanted;

	layout_rows(rows, s, a.rows, a.cols);
	wanted = make_room(rows, s);
	y = rows[BAND_TOP] + 1;
	for (int i = BAND_PKMAP; i < BANDS; i++) {
		if (!rows[i])
			continue;
		view_draw(lower[i], area_part(a, y, 0, rows[i] + 1, a.cols), s);
		y += rows[i] + 1;
	}
	y = rows[BAND_TOP] + 1;
	draw_under_way(area_part(a, y, 0, a.rows - y, a.cols), s, wanted);
	/* Last, because its lines end in the rule of the band below. */
	draw_top(area_part(a, 0, 0, rows[BAND_TOP] + 2, a.cols), s);
}

static void draw(struct area a, const struct view_state *s)
{
	int side = a.cols - 80 >= SIDE_MIN ? a.cols - 81 : 0;

	if (side > 79)
		side = 79;
	if (side) {
		int x = a.cols - side;

		draw_side(area_part(a, 0, x, a.rows, side), s);
		for (int y = 0; y < a.rows; y++)
			area_glyph(a, y, x - 1, STYLE_RULE, y ? GLYPH_VLINE : GLYPH_TEE_DOWN);
		a.cols = x - 1;
	}
	draw_main(a, s);
}

const struct view_ops overview_view = {
	.name = "overview", .doc = "everything at one look",
	.rows = 9, .cols = 76, .caption = NULL, .draw = draw, .wants = NULL,
};
