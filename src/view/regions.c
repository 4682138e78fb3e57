/*
 * The view `virtual`: the 4 GiB that an address can name, top to bottom, as the kernel cut them
 * up at boot (kernel/layout.h has the drawing that kernels print as "virtual kernel memory
 * layout"). An address stands beside the row where its region begins, so each region lies between
 * its own address and the one above it.
 *
 * Not to scale: user space and the direct map would leave no row to the windows. What rows are to
 * spare those two share by their sizes all the same, so that the list changes its shape with the split.
 * Beside it, where there is room, stands the kernel's part to scale, in which the windows are hardly a
 * line: that is how small they are.
 *
 * Under 4G/4G these are two address spaces, and the list has two bars: the kernel's, and that of a
 * process, which has user space where the kernel has its direct map, and the same windows above it.
 *
 * While an animation shows a boot that changed the layout (`split`), the boundaries are on their way
 * from where they were to where they are, and the numbers with them.
 */
#include "view/detail.h"
#include "view/draw.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MAX_REGIONS 12
#define SCALE 24 /* columns of a bar to scale */

struct region {
	const char *name;
	uint64_t start, end;
	enum glyph glyph;
	enum style style;
	bool stretches;   /* takes rows that are to spare */
	const char *command; /* that shows more of it */
	const char *what; /* what it is for */
	char note[24];
};

struct regions {
	unsigned n;
	uint64_t user_end; /* of the second address space under 4G/4G, else 0 */
	struct region r[MAX_REGIONS];
};

/* Adds a region; one that is empty, as vmalloc can be, or that this generation has not, is left
 * out, and NULL comes back. */
static struct region *add(struct regions *all, const char *name, uint64_t start, uint64_t end,
                          enum glyph glyph, enum style style)
{
	static const char *const about[][3] = {
		{ "fixmap", "view fixmap", "addresses fixed at build time; kmap_atomic's slots" },
		{ "pkmap", "view pkmap", "kmap's window onto high memory" },
		{ "vmalloc", "layout", "page by page, in a row: vmalloc, ioremap" },
		{ "hole", "layout", "a guard against running off the direct map" },
		{ "direct map", "view zones", "low memory, virtual = physical + PAGE_OFFSET" },
		{ "user", "layout", "each process' own" },
		{ "cpu_entry", "layout", "entry code's stacks, for each CPU" },
		{ "ldt", "layout", "local descriptor tables" },
	};
	struct region *r = &all->r[all->n];

	if (end <= start || all->n == MAX_REGIONS)
		return NULL;
	all->n++;
	*r = (struct region){ .name = name, .start = start, .end = end, .glyph = glyph,
		              .style = style, .command = "layout", .what = "" };
	for (size_t i = 0; i < sizeof(about) / sizeof(about[0]); i++)
		if (!strcmp(about[i][0], name)) {
			r->command = about[i][1];
			r->what = about[i][2];
		}
	return r;
}

static void add_fixmap(struct regions *all, const struct layout *l)
{
	struct region *r = add(all, "fixmap", l->fixaddr_start, (uint64_t)l->fixaddr_top + 0x1000,
	                       GLYPH_WINDOW, STYLE_HIGHMEM);

	if (r && l->fix_kmap_begin)
		snprintf(r->note, sizeof(r->note), "%u/CPU", l->kmap_slots_per_cpu);
}

/* kmap()'s window; its note counts what is not free, in use or not. */
static void add_pkmap(struct regions *all, const struct layout *l, const struct pkmap *pkmap)
{
	unsigned taken = 0;
	struct region *r;

	/* PKMAP_BASE is computed in every build; only one with high memory keeps its range free. */
	if (!l->highmem)
		return;
	r = add(all, "pkmap", l->pkmap_base, l->pkmap_base + l->last_pkmap * 4096ull, GLYPH_WINDOW,
	        STYLE_HIGHMEM);
	for (unsigned i = 0; i < l->last_pkmap; i++)
		taken += pkmap->pkmap_count[i] != 0;
	if (r)
		snprintf(r->note, sizeof(r->note), "%u/%u", taken, l->last_pkmap);
}

/* 6.1's own areas between fixmap and pkmap: where they begin is all the layout knows. */
static void add_entry_areas(struct regions *all, const struct layout *l)
{
	if (l->cpu_entry_area)
		add(all, "cpu_entry", l->cpu_entry_area, cpu_entry_area_end(l), GLYPH_AREA,
		    STYLE_DIM);
	if (l->ldt_base)
		add(all, "ldt", l->ldt_base, l->ldt_base + (l->pae ? 0x200000u : 0x400000u),
		    GLYPH_AREA, STYLE_DIM);
}

/* High addresses first. */
static void collect(struct regions *all, const struct layout *l, const struct pkmap *pkmap)
{
	struct region *r;

	all->n = 0;
	all->user_end = l->switch_pagetables ? l->task_size : 0;
	add_fixmap(all, l);
	add_entry_areas(all, l);
	add_pkmap(all, l, pkmap);
	add(all, "vmalloc", l->vmalloc_start, l->vmalloc_end, GLYPH_AREA, STYLE_TEXT);
	add(all, "hole", l->high_memory, l->vmalloc_start, GLYPH_HOLE, STYLE_DIM);
	r = add(all, "direct map", l->page_offset, l->high_memory, GLYPH_DIRECT, STYLE_LOWMEM);
	if (r)
		r->stretches = true;
	r = add(all, "user", 0, l->task_size, GLYPH_USER, STYLE_USER);
	if (r)
		r->stretches = true;
}

static uint64_t between(uint64_t from, uint64_t to, const struct happening *now)
{
	int64_t way = (int64_t)(to - from);

	if (!way)
		return to;
	/* In whole megabytes: digits that only flicker tell nothing. */
	return (from + (uint64_t)(way * (int64_t)(now->phase + 1) / (int64_t)(now->phases + 1))) &
	       ~0xfffffull;
}

/* The regions as they are, or on their way from the layout before. */
static void find_regions(struct regions *all, const struct view_state *s)
{
	const struct kernel *k = &s->world->kernel;
	struct regions before;

	collect(all, &k->layout, &k->pkmap);
	if (!s->before || !is_now(s, EVENT_BOOT))
		return;
	collect(&before, s->before, &k->pkmap);
	for (unsigned i = 0; i < all->n; i++)
		for (unsigned j = 0; j < before.n; j++)
			if (!strcmp(all->r[i].name, before.r[j].name)) {
				all->r[i].start = between(before.r[j].start, all->r[i].start, &s->now);
				all->r[i].end = between(before.r[j].end, all->r[i].end, &s->now);
			}
}

/* In too few rows the least telling regions go first. */
static void drop_least(struct regions *all)
{
	unsigned least = all->n - 1;

	for (unsigned i = 0; i < all->n; i++)
		if (all->r[i].style == STYLE_DIM)
			least = i;
	for (unsigned i = least; i + 1 < all->n; i++)
		all->r[i] = all->r[i + 1];
	all->n--;
}

/* A region's part of the bar, or of both bars: what lies above user space is in both, and user space in
 * the second alone. */
static void draw_bar(struct area a, int y, const struct region *r, uint64_t user_end)
{
	bool both = r->start >= user_end;

	if (!user_end) {
		area_glyph(a, y, 10, r->style, r->glyph);
		return;
	}
	if (r->glyph != GLYPH_USER)
		area_glyph(a, y, 9, r->style, r->glyph);
	else
		area_glyph(a, y, 9, STYLE_DIM, GLYPH_HOLE);
	area_glyph(a, y, 10, both ? r->style : STYLE_USER, both ? r->glyph : GLYPH_USER);
}

static void draw_region(struct area a, int y, int rows, const struct region *r,
                        const struct view_state *s, uint64_t user_end)
{
	char size[24];
	int touch;

	for (int i = 0; i < rows; i++)
		draw_bar(a, y + i, r, user_end);
	size_short(r->end - r->start, size, sizeof(size));
	area_text(a, y, 12, r->style == STYLE_DIM ? STYLE_DIM : STYLE_STRONG, r->name);
	/* "direct map" and five characters need the column that otherwise parts the size from the edge. */
	touch = 12 + text_width(r->name) + text_width(size) >= 27;
	area_right(a, y, 27 + touch, r->style == STYLE_DIM ? STYLE_DIM : STYLE_TEXT, size);
	area_printf(a, y + rows - 1, 1, STYLE_DIM, "%08x", (unsigned)r->start);
	if (rows > 1 && r->start)
		area_text(a, y + rows - 1, 12, STYLE_DIM, "PAGE_OFFSET");
	else if (a.cols >= 30 + text_width(r->note))
		area_text(a, y, 29, STYLE_DIM, r->note);
	if (spot_add(s->spots, a, y, 0, rows, a.cols, r->command, "region %s", r->name))
		draw_focus(a, y, 11, 1, a.cols - 11);
}

/* Rows of the list that a region gets, when `spare` are left for `all` bytes: its share, and two at
 * least where that is possible, for its name and PAGE_OFFSET. */
static int rows_for(const struct region *r, int spare, uint64_t all)
{
	int more = scale_to(r->end - r->start, all, spare);

	if (!r->stretches)
		return 1;
	return 1 + (more < 1 && spare > 0 ? 1 : more);
}

/* The list, high addresses first. */
static void draw_list(struct area a, const struct view_state *s, struct regions all)
{
	uint64_t stretching = 0;
	int spare, y = 0;

	while ((int)all.n > a.rows)
		drop_least(&all);
	for (unsigned i = 0; i < all.n; i++)
		stretching += all.r[i].stretches ? all.r[i].end - all.r[i].start : 0;
	spare = a.rows - (int)all.n;
	for (unsigned i = 0; i < all.n; i++) {
		const struct region *r = &all.r[i];
		int rows = rows_for(r, spare, stretching);

		if (r->stretches) {
			spare -= rows - 1;
			stretching -= r->end - r->start;
		}
		draw_region(a, y, rows, r, s, all.user_end);
		y += rows;
	}
}

/* The region that has most of [start, end), or NULL. */
static const struct region *most_of(const struct regions *all, uint64_t start, uint64_t end)
{
	const struct region *best = NULL;
	uint64_t most = 0;

	for (unsigned i = 0; i < all->n; i++) {
		const struct region *r = &all->r[i];
		uint64_t from = r->start > start ? r->start : start, to = r->end < end ? r->end : end;

		if (to > from && to - from > most) {
			most = to - from;
			best = r;
		}
	}
	return best;
}

/* One of the two address spaces of 4G/4G. */
static struct regions space_of(const struct regions *all, bool user)
{
	struct regions one = { 0 };

	for (unsigned i = 0; i < all->n; i++) {
		const struct region *r = &all->r[i];

		if (r->start >= all->user_end || user == (r->glyph == GLYPH_USER))
			one.r[one.n++] = *r;
	}
	return one;
}

/* From `low` to 4 GiB, each cell as many bytes as any other, high addresses first: the windows are a
 * cell or two at the upper left. Beside a row stands the region that begins in it. */
static void draw_scale(struct area a, const struct regions *all, uint64_t low, const char *title)
{
	uint64_t span = (1ull << 32) - low;
	const struct region *before = NULL;
	struct area bar = area_part(a, 1, 0, a.rows - 1, a.cols);
	int wide = a.cols >= 22 ? 8 : 5;
	uint64_t cells = (uint64_t)(bar.rows > 0 ? bar.rows : 1) * (uint64_t)wide;
	char size[24];

	size_text(span / cells * (uint64_t)wide, size, sizeof(size));
	area_printf(a, 0, 1, STYLE_DIM, a.cols < 22 ? "%s, %s/row" : "%s, %s a row", title, size);
	for (uint64_t i = 0; i < cells; i++) {
		int y = (int)i / wide, x = (int)i % wide;
		const struct region *r = most_of(all, (1ull << 32) - span * (i + 1) / cells,
		                                 (1ull << 32) - span * i / cells);

		area_glyph(bar, y, 1 + x, r ? r->style : STYLE_DIM, r ? r->glyph : GLYPH_HOLE);
		if (!r)
			continue;
		/* Of those that begin in one row the last, which is the largest part of what follows. */
		if (r != before && r->style != STYLE_DIM) {
			area_clear(area_part(bar, y, wide + 2, 1, bar.cols));
			area_text(bar, y, wide + 2, STYLE_TEXT, r->name);
		}
		before = r;
	}
}

/* Each region with its ends and what it is for. */
static void draw_table(struct area a, const struct regions *all)
{
	char size[24];

	area_text(a, 0, 1, STYLE_DIM, "from     to         size");
	for (unsigned i = 0; i < all->n; i++) {
		const struct region *r = &all->r[i];
		int y = 2 + 3 * (int)i;

		size_text(r->end - r->start, size, sizeof(size));
		area_printf(a, y, 1, STYLE_TEXT, "%08" PRIx64 " %08" PRIx64, r->start, r->end - 1);
		area_right(a, y, 28, STYLE_STRONG, size);
		area_glyph(a, y, 30, r->style, r->glyph);
		area_text(a, y, 32, STYLE_TITLE, r->name);
		area_text(a, y + 1, 32, STYLE_DIM, r->what);
	}
}

/* The kernel's part and all of it; or, of two address spaces, each. */
static void draw_scales(struct area a, const struct regions *all)
{
	struct regions kernel = *all, user = *all;
	uint64_t low = all->r[all->n - 1].end;

	if (all->user_end) {
		kernel = space_of(all, false);
		user = space_of(all, true);
		low = 0;
	}
	draw_scale(area_part(a, 0, 0, a.rows, SCALE), &kernel, low, "kernel");
	if (a.cols >= 2 * SCALE - 8)
		draw_scale(area_part(a, 0, SCALE, a.rows, SCALE), &user, 0,
		           all->user_end ? "user" : "all");
}

static void draw(struct area a, const struct view_state *s)
{
	struct regions all;
	int list = a.cols < 60 ? a.cols : 38;

	find_regions(&all, s);
	draw_list(area_part(a, 0, 0, a.rows, list), s, all);
	if (a.cols < list + SCALE)
		return;
	draw_scales(area_part(a, 0, list, a.rows, a.cols - list), &all);
	if (a.cols >= list + 2 * SCALE + 70 && a.rows >= 26)
		draw_table(area_part(a, 0, list + 2 * SCALE, a.rows, a.cols - list - 2 * SCALE), &all);
}

static void caption(const struct view_state *s, char *buf, size_t size)
{
	snprintf(buf, size, "virtual, %s4 GB", s->world->kernel.layout.switch_pagetables ? "2 x " : "");
}

static int wants(const struct view_state *s, int cols)
{
	struct regions all;

	(void)cols;
	find_regions(&all, s);
	return (int)all.n + 6;
}

void region_text(const struct view_state *s, const char *name, char *buf, size_t size)
{
	struct regions all;
	char large[24];

	find_regions(&all, s);
	for (unsigned i = 0; i < all.n; i++) {
		const struct region *r = &all.r[i];

		if (strcmp(r->name, name) != 0)
			continue;
		size_text(r->end - r->start, large, sizeof(large));
		snprintf(buf, size, "%08" PRIx64 " to %08" PRIx64 ", %s%s%s", r->start, r->end - 1, large,
		         *r->what ? ": " : "", r->what);
	}
}

const struct view_ops regions_view = {
	.name = "virtual", .doc = "the address space and its regions, zoomed and to scale",
	.rows = 3, .cols = 22, .caption = caption, .draw = draw, .wants = wants,
};
