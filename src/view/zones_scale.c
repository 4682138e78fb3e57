/*
 * The narrow form of the view `zones`: the frames of RAM with the zones on them, high addresses on
 * top; the label at a boundary is where the zone above it begins (16 MB: where ISA DMA ends; 896 MB,
 * or wherever this kernel put it: where the direct map ends). Everything is read from the booted
 * world.
 *
 * A zone is drawn as cells (view/zone_cells.h), its lowest frames bottom left; those that have an
 * address in the pkmap or fixmap window are marked on top.
 */
#include "view/zones.h"

#include "view/draw.h"
#include "view/zone_cells.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LABEL 7 /* columns of the scale */

void zone_cell_draw(struct area a, int y, int x, const struct zone_cell *c, uint64_t frames,
                    enum style zone)
{
	enum glyph glyph = GLYPH_FRAMES_FREE;

	if (c->mapped)
		glyph = GLYPH_MAPPED;
	else if (c->used * 8ull >= frames * 7 && frames)
		glyph = GLYPH_FRAMES_USED;
	else if (c->used)
		glyph = GLYPH_FRAMES_SOME;
	area_glyph(a, y, x, c->new ? STYLE_NEW : c->mapped ? STYLE_USED : zone, glyph);
}

static enum style style_of(const struct view_state *s, const struct zone *zone)
{
	return zone_is_high(&s->world->kernel, zone) ? STYLE_HIGHMEM : STYLE_LOWMEM;
}

/* The cells of a zone in rows y..y+rows-1, lowest frames in the last row. */
static void draw_cells(struct area a, int y, int rows, const struct view_state *s,
                       const struct zone *zone, const struct mapped_frames *mapped)
{
	int cols = a.cols - LABEL - 2;
	struct zone_cells z;

	if (rows < 1 || cols < 1)
		return;
	if (rows * cols > ZONE_CELLS)
		rows = ZONE_CELLS / cols;
	zone_cells_find(&z, s, zone, (unsigned)(rows * cols), mapped);
	for (unsigned i = 0; i < z.n; i++)
		zone_cell_draw(a, y + rows - 1 - (int)i / cols, LABEL + 2 + (int)i % cols,
		               &z.cell[i], zone_cell_frames(&z, i), style_of(s, zone));
}

/* Where `pfn` lies, beside the scale, in megabytes; what is between two of them is cut to tenths. */
static void draw_boundary(struct area a, int y, uint64_t pfn, enum glyph glyph)
{
	char text[24];
	uint64_t bytes = pfn << PAGE_SHIFT;

	if (bytes % (1u << 20))
		snprintf(text, sizeof(text), "%" PRIu64 ".%uM", bytes >> 20,
		         (unsigned)((bytes >> 10) % 1024 * 10 / 1024));
	else
		snprintf(text, sizeof(text), "%" PRIu64 "%s", bytes >> 20, bytes ? "M" : "");
	area_right(a, y, LABEL, STYLE_STRONG, text);
	area_glyph(a, y, LABEL, STYLE_RULE, glyph);
}

/* The cell of a frame in the picture, as draw_zone() lays it out; false when it is in none. */
static bool place_of(struct area a, const struct view_state *s, uint64_t pfn, int *y, int *x);

/* Named pages beside the row that they are in, where nothing else stands. */
static void draw_names(struct area a, const struct view_state *s)
{
	for (unsigned i = 0; i < s->nr_pages; i++) {
		int y, x, width = text_width(s->page[i].name);

		if (width > 4 || !place_of(a, s, s->page[i].pfn, &y, &x) ||
		    grid_cell(a.grid, a.y + y, a.x + LABEL - 2)->ch != ' ')
			continue;
		area_right(a, y, LABEL - 2, STYLE_STRONG, s->page[i].name);
		area_glyph(a, y, LABEL - 2, STYLE_USED, GLYPH_CURRENT);
	}
}

/* A copy under way: from frame to frame, a piece that moves. */
static void draw_copy(struct area a, const struct view_state *s)
{
	const struct event *e = s->now.event;
	unsigned from = e && e->kind == EVENT_COW;
	int y0, x0, y1, x1, steps = 64, gone;

	if (!e || (e->kind != EVENT_BOUNCE_COPY && e->kind != EVENT_COPY && e->kind != EVENT_COW))
		return;
	if (!place_of(a, s, e->arg[from], &y0, &x0) || !place_of(a, s, e->arg[from + 1], &y1, &x1))
		return;
	gone = way_gone(s, steps);
	area_glyph(a, y0, x0, STYLE_CURSOR, GLYPH_MAPPED);
	area_glyph(a, y1, x1, STYLE_CURSOR, GLYPH_MAPPED);
	area_glyph(a, y0 + (y1 - y0) * gone / steps, x0 + (x1 - x0) * gone / steps, STYLE_NEW,
	           GLYPH_MAPPED);
}

static void draw_zone(struct area a, int y, int rows, const struct view_state *s,
                      const struct zone *zone, const struct mapped_frames *mapped)
{
	struct zone_span span = zone_span(s, zone);
	uint64_t pages = span.end - span.start;
	int x, text = rows > 1;
	char name[32];

	zone_label_text(&s->world->kernel, zone, name, sizeof(name));
	for (int i = 0; i < rows - 1; i++)
		area_glyph(a, y + i, LABEL, STYLE_RULE, GLYPH_VLINE);
	if (spot_add(s->spots, a, y, 0, rows, a.cols, "zones", "zone %s", name))
		draw_focus(a, y, LABEL + 1, 1, a.cols - LABEL - 1);
	x = area_text(a, y, LABEL + 2, STYLE_STRONG, name) + 1;
	if (a.cols - x >= 18)
		area_printf(a, y, x, STYLE_DIM, "%" PRIu64 "M, %" PRIu64 "M free",
		            (pages + 128) >> 8, (zone->free + 128) >> 8);
	else if (a.cols - x >= 6 || pages < 1000 << 8)
		area_printf(a, y, x, STYLE_DIM, "%" PRIu64 "M", (pages + 128) >> 8);
	draw_cells(a, y + text, rows - text, s, zone, mapped);
}

/* Rows for zone `i` of those that have memory: what is to spare goes to the upper ones first. */
static int zone_rows(int rows, unsigned nr, unsigned i)
{
	int each = rows / (int)nr, rest = rows % (int)nr;

	return each + ((int)i < rest);
}

/* The zones that have memory, from the top down. */
static unsigned zones_from_top(const struct kernel *k, const struct zone *zone[MAX_ZONES])
{
	unsigned nr = 0;

	for (unsigned i = k->nr_zones; i-- > 0;)
		if (k->zone[i].spanned)
			zone[nr++] = &k->zone[i];
	return nr;
}

static bool place_of(struct area a, const struct view_state *s, uint64_t pfn, int *y, int *x)
{
	const struct zone *zone[MAX_ZONES];
	unsigned nr = zones_from_top(&s->world->kernel, zone);
	int top = 0, cols = a.cols - LABEL - 2;

	for (unsigned i = 0; i < nr; i++) {
		int all = zone_rows(a.rows, nr, i), rows = all - (all > 1);

		if (rows * cols > ZONE_CELLS)
			rows = ZONE_CELLS / cols;
		if (rows > 0 && pfn >= zone[i]->start_pfn && pfn - zone[i]->start_pfn < zone[i]->spanned) {
			int cell = (int)((pfn - zone[i]->start_pfn) * (uint64_t)(rows * cols) /
			                 zone[i]->spanned);

			*y = top + (all > 1) + rows - 1 - cell / cols;
			*x = LABEL + 2 + cell % cols;
			return true;
		}
		top += all;
	}
	return false;
}

void zones_scale_draw(struct area a, const struct view_state *s)
{
	const struct zone *zone[MAX_ZONES];
	unsigned nr = zones_from_top(&s->world->kernel, zone);
	struct mapped_frames mapped;
	int y = 0;

	mapped_frames_find(&mapped, s->world);
	for (unsigned i = 0; i < nr; i++) {
		int rows = zone_rows(a.rows, nr, i);
		uint64_t end = zone[i]->start_pfn + zone[i]->spanned;

		draw_zone(a, y, rows, s, zone[i], &mapped);
		if (i == 0)
			draw_boundary(a, 0, end, GLYPH_TEE_DOWN);
		y += rows;
		draw_boundary(a, y - 1, i + 1 < nr ? zone_span(s, zone[i]).start : 0,
		              i + 1 < nr ? GLYPH_CROSS : GLYPH_TEE_UP);
	}
	draw_names(a, s);
	draw_copy(a, s);
}
