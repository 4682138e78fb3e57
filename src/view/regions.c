/*
 * The view `virtual`: the 4 GiB that an address can name, top to bottom, as the kernel cut them
 * up at boot (kernel/layout.h has the drawing that kernels print as "virtual kernel memory
 * layout"). An address stands beside the row where its region begins, so each region lies between
 * its own address and the one above it.
 *
 * Not to scale: user space and the direct map would leave no row to the windows. What rows are to
 * spare go to those two all the same, so that the large looks larger than the small.
 */
#include "view/view.h"

#include <stdio.h>

#define MAX_REGIONS 12

struct region {
	const char *name;
	uint64_t start, end;
	enum glyph glyph;
	enum style style;
	bool stretches;   /* takes rows that are to spare */
	char note[24];
};

struct regions {
	unsigned n;
	struct region r[MAX_REGIONS];
};

/* Adds a region; one that is empty, as vmalloc can be, or that this generation has not, is left
 * out, and NULL comes back. */
static struct region *add(struct regions *all, const char *name, uint64_t start, uint64_t end,
                          enum glyph glyph, enum style style)
{
	struct region *r = &all->r[all->n];

	if (end <= start || all->n == MAX_REGIONS)
		return NULL;
	all->n++;
	*r = (struct region){ .name = name, .start = start, .end = end, .glyph = glyph,
		              .style = style };
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
static void add_pkmap(struct regions *all, const struct kernel *k)
{
	const struct layout *l = &k->layout;
	unsigned taken = 0;
	struct region *r;

	/* PKMAP_BASE is computed in every build; only one with high memory keeps its range free. */
	if (!l->highmem)
		return;
	r = add(all, "pkmap", l->pkmap_base, l->pkmap_base + l->last_pkmap * 4096ull, GLYPH_WINDOW,
	        STYLE_HIGHMEM);
	for (unsigned i = 0; i < l->last_pkmap; i++)
		taken += k->pkmap.pkmap_count[i] != 0;
	if (r)
		snprintf(r->note, sizeof(r->note), "%u/%u", taken, l->last_pkmap);
}

/* 6.1's own areas between fixmap and pkmap: where they begin is all the layout knows. */
static void add_entry_areas(struct regions *all, const struct layout *l)
{
	uint64_t size = l->cpu_entry_area_pages * 4096ull;

	if (l->cpu_entry_area)
		add(all, "cpu_entry", l->cpu_entry_area, l->cpu_entry_area + size, GLYPH_AREA,
		    STYLE_DIM);
	if (l->ldt_base)
		add(all, "ldt", l->ldt_base, l->ldt_base + (l->pae ? 0x200000u : 0x400000u),
		    GLYPH_AREA, STYLE_DIM);
}

/* High addresses first. */
static void collect(struct regions *all, const struct kernel *k)
{
	const struct layout *l = &k->layout;
	struct region *r;

	all->n = 0;
	add_fixmap(all, l);
	add_entry_areas(all, l);
	add_pkmap(all, k);
	add(all, "vmalloc", l->vmalloc_start, l->vmalloc_end, GLYPH_AREA, STYLE_TEXT);
	add(all, "hole", l->high_memory, l->vmalloc_start, GLYPH_HOLE, STYLE_DIM);
	r = add(all, "direct map", l->page_offset, l->high_memory, GLYPH_DIRECT, STYLE_LOWMEM);
	if (r)
		r->stretches = true;
	r = add(all, "user", 0, l->page_offset, GLYPH_USER, STYLE_USER);
	if (r)
		r->stretches = true;
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

static void draw_region(struct area a, int y, int rows, const struct region *r)
{
	char size[24];
	int touch;

	for (int i = 0; i < rows; i++)
		area_glyph(a, y + i, 10, r->style, r->glyph);
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
}

static void draw(struct area a, const struct view_state *s)
{
	struct regions all;
	int spare, stretching = 0, y = 0;

	collect(&all, &s->world->kernel);
	while ((int)all.n > a.rows)
		drop_least(&all);
	for (unsigned i = 0; i < all.n; i++)
		stretching += all.r[i].stretches;
	spare = a.rows - (int)all.n;
	for (unsigned i = 0; i < all.n; i++) {
		const struct region *r = &all.r[i];
		int rows = 1;

		if (r->stretches) {
			/* The upper one gets the odd row: its lower edge is PAGE_OFFSET. */
			rows += (spare + stretching - 1) / stretching;
			spare -= rows - 1;
			stretching--;
		}
		draw_region(a, y, rows, r);
		y += rows;
	}
}

static void caption(const struct view_state *s, char *buf, size_t size)
{
	(void)s;
	snprintf(buf, size, "virtual, 4 GB");
}

static int wants(const struct view_state *s, int cols)
{
	struct regions all;

	(void)cols;
	collect(&all, &s->world->kernel);
	return (int)all.n + 6;
}

const struct view_ops regions_view = {
	.name = "virtual", .doc = "the virtual address space and its regions",
	.rows = 3, .cols = 22, .caption = caption, .draw = draw, .wants = wants,
};
