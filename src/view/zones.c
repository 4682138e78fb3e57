/*
 * The view `zones`: physical memory, mm/page_alloc.c. On the left all of RAM to scale with what its
 * frames hold, where the 16 MB of ZONE_DMA are hardly a line; for each zone a block of its own, zoomed:
 * how much of it is free against its watermarks (min, low, high: below low kswapd would be woken, below
 * min only those that must have memory get any), its free blocks by order, and who owns what is not
 * free.
 *
 * What boot keeps (the kernel's image, mem_map) is counted by what the zone lacks; what was handed
 * out since stands in the written blocks of mem_map, which are looked through. Very many of those are
 * not all counted for each picture: then the figures carry a "+".
 *
 * While an animation shows a copy, it stands below. Narrow areas get the frames alone, to half scale
 * (zones_scale.c).
 */
#include "view/zones.h"

#include "view/copying.h"
#include "view/draw.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SCALE_COLS 16   /* of the column that is to scale */
#define SCALE_BAR 6     /* of them, for the frames */
#define SCAN_BLOCKS 128 /* of written mem_map looked through in each zone */
#define BLOCK_ROWS 5

/* Pages by use, as far as they were counted. */
struct owners {
	uint64_t used[PAGE_CACHE + 1];
	bool more; /* not all were counted */
};

static struct owners count_owners(const struct world *w, const struct zone *zone)
{
	struct owners o = { .more = false };
	uint64_t block = zone->start_pfn / SPARSE_PER(struct page), end = zone->start_pfn + zone->spanned;

	for (unsigned seen = 0;; seen++, block++) {
		const struct page *page = sparse_next(&w->kernel.mem_map, &block);
		uint64_t first = block * SPARSE_PER(struct page);

		if (!page || first >= end)
			return o;
		o.more = seen == SCAN_BLOCKS;
		if (o.more)
			return o;
		for (uint64_t i = 0; i < SPARSE_PER(struct page); i++)
			if (page[i].use && page[i].use <= PAGE_CACHE && first + i >= zone->start_pfn &&
			    first + i < end)
				o.used[page[i].use]++;
	}
}

/* --- to scale --------------------------------------------------------------------------------- */

bool zone_is_high(const struct kernel *k, const struct zone *zone)
{
	return zone >= &k->zone[ZONE_HIGHMEM];
}

const char *zone_label_text(const struct kernel *k, const struct zone *zone, char *buf, size_t size)
{
	if (k->nr_nodes > 1 && zone_is_high(k, zone))
		snprintf(buf, size, "%s/%u", zone->name, zone->node);
	else
		snprintf(buf, size, "%s", zone->name);
	return buf;
}

/* Where low memory ends, in whole megabytes while it moves. */
static uint64_t low_end(const struct view_state *s)
{
	uint64_t to = s->world->kernel.layout.max_low_pfn, from = s->before ? s->before->max_low_pfn : to;

	if (!is_now(s, EVENT_BOOT) || from == to)
		return to;
	return (uint64_t)((int64_t)from + (int64_t)(to - from) * (int64_t)(s->now.phase + 1) /
	                  (int64_t)(s->now.phases + 1)) & ~0xffull;
}

struct zone_span zone_span(const struct view_state *s, const struct zone *zone)
{
	struct zone_span span = { zone->start_pfn, zone->start_pfn + zone->spanned };
	uint64_t end = s->world->kernel.layout.max_low_pfn;

	if (span.start == end)
		span.start = low_end(s);
	if (span.end == end)
		span.end = low_end(s);
	return span;
}

/* The zone that a row of the scale shows, from the top; rows are many frames each. */
static const struct zone *zone_at(const struct view_state *s, uint64_t pfn)
{
	const struct kernel *k = &s->world->kernel;

	for (unsigned i = 0; i < k->nr_zones; i++) {
		struct zone_span span = zone_span(s, &k->zone[i]);

		if (k->zone[i].spanned && pfn >= span.start && pfn < span.end)
			return &k->zone[i];
	}
	return NULL;
}

static void scale_label(struct area a, int y, uint64_t pfn, enum glyph glyph)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64 "M", pfn >> 8);
	area_right(a, y, 7, STYLE_STRONG, text);
	area_glyph(a, y, 7, STYLE_RULE, glyph);
}

/* The zone of a row. The lowest one is low memory's, however little that is. */
static const struct zone *zone_of_row(const struct view_state *s, int y, int rows)
{
	uint64_t end = e820_end_of_ram(&s->world->machine.phys.map) >> PAGE_SHIFT;

	return zone_at(s, y + 1 < rows ? end - 1 - (uint64_t)y * end / (uint64_t)rows : 0);
}

/* What the frames of a zone hold, in its rows of the scale; the lowest ones are left in the last row. */
static void draw_frames(struct area a, const struct view_state *s, const struct zone *zone,
                        const struct mapped_frames *mapped)
{
	enum style style = zone_is_high(&s->world->kernel, zone) ? STYLE_HIGHMEM : STYLE_LOWMEM;
	struct zone_cells z;

	if (a.rows > ZONE_CELLS / SCALE_BAR)
		a = area_part(a, a.rows - ZONE_CELLS / SCALE_BAR, 0, ZONE_CELLS / SCALE_BAR, a.cols);
	zone_cells_find(&z, s, zone, (unsigned)(a.rows * SCALE_BAR), mapped);
	for (unsigned i = 0; i < z.n; i++)
		zone_cell_draw(a, a.rows - 1 - (int)i / SCALE_BAR, (int)i % SCALE_BAR, &z.cell[i],
		               zone_cell_frames(&z, i), style);
}

static void draw_scale(struct area a, const struct view_state *s)
{
	const struct zone *before = NULL;
	struct mapped_frames mapped;

	mapped_frames_find(&mapped, s->world);
	for (int y = 0, rows; y < a.rows; y += rows) {
		const struct zone *zone = zone_of_row(s, y, a.rows);

		for (rows = 0; y + rows < a.rows && zone_of_row(s, y + rows, a.rows) == zone; rows++) {
			area_glyph(a, y + rows, 7, STYLE_RULE, GLYPH_VLINE);
			area_repeat(a, y + rows, 9, SCALE_BAR, STYLE_DIM, GLYPH_HOLE);
		}
		if (zone)
			draw_frames(area_part(a, y, 9, rows, SCALE_BAR), s, zone, &mapped);
		if (zone && before)
			scale_label(a, y - 1, zone_span(s, before).start, GLYPH_CROSS);
		before = zone ? zone : before;
	}
	scale_label(a, 0, e820_end_of_ram(&s->world->machine.phys.map) >> PAGE_SHIFT, GLYPH_TEE_DOWN);
	scale_label(a, a.rows - 1, 0, GLYPH_TEE_UP);
}

/* --- a zone, zoomed --------------------------------------------------------------------------- */

static void megabytes(uint64_t pages, char *buf, size_t size)
{
	if (pages < 2560)
		snprintf(buf, size, "%" PRIu64 " KB", pages * 4);
	else
		snprintf(buf, size, "%" PRIu64 " MB", (pages + 128) >> 8);
}

static void draw_title(struct area a, int y, const struct view_state *s, const struct zone *zone)
{
	struct zone_span span = zone_span(s, zone);
	char size[24], free[24], name[32];
	int x;

	megabytes(span.end - span.start, size, sizeof(size));
	megabytes(zone->free, free, sizeof(free));
	zone_label_text(&s->world->kernel, zone, name, sizeof(name));
	x = area_text(a, y, 1, STYLE_TITLE, name);
	x = area_printf(a, y, x + 1, STYLE_TEXT, "%" PRIu64 "M to %" PRIu64 "M", span.start >> 8,
	                span.end >> 8);
	x = area_printf(a, y, x + 2, STYLE_TEXT, "%s, ", size);
	x = area_printf(a, y, x, STYLE_STRONG, "%s free", free);
	if (zone->spanned)
		area_printf(a, y, x + 1, STYLE_DIM, "(%u%%)",
		            (unsigned)(zone->free * 100 / zone->spanned));
	if (spot_add(s->spots, a, y, 0, 1, a.cols, "zones", "zone %s", name))
		draw_focus(a, y, 0, 1, a.cols);
}

/* Free pages as a meter, with the watermarks as marks on it. Those are a few hundred pages of
 * hundreds of thousands: to be told apart they have a scale of their own, four times `high`, and what
 * is free beyond that is cut off. */
static void draw_watermarks(struct area a, int y, const struct zone *zone)
{
	uint64_t whole = zone->high * 4;
	const char *word = zone->free <= zone->min ? "! at min" : zone->free <= zone->low ? "! at low" : "";
	int room = a.cols - 34 - text_width(word), cols = room > 40 ? 40 : room, x = 1;
	enum style style = zone->free <= zone->min ? STYLE_ERROR :
	                   zone->free <= zone->low ? STYLE_UNUSED : STYLE_USED;

	if (cols >= 8) {
		draw_meter(a, y, x, cols, zone->free, whole, style);
		draw_mark(a, y, x, cols, zone->min, whole, STYLE_STALE);
		draw_mark(a, y, x, cols, zone->low, whole, STYLE_UNUSED);
		draw_mark(a, y, x, cols, zone->high, whole, STYLE_STRONG);
		if (zone->free > whole)
			area_glyph(a, y, x + cols, STYLE_DIM, GLYPH_MORE);
		x += cols + 2;
	}
	x = area_printf(a, y, x, STYLE_DIM, "min %" PRIu64 " low %" PRIu64 " high %" PRIu64, zone->min,
	                zone->low, zone->high);
	area_text(a, y, x + 1, style, word);
}

/* "free blocks 0:3 1:1 ... 10:287": an order's count stands out when it has changed. */
static void draw_orders(struct area a, int y, const struct view_state *s, const struct zone *zone)
{
	int x = area_text(a, y, 1, STYLE_DIM,
	                  a.cols >= 80 ? "free blocks by order  " : "orders ");
	char name[32];

	zone_label_text(&s->world->kernel, zone, name, sizeof(name));
	for (unsigned order = 0; order < s->world->kernel.profile->max_order && order < MAX_ORDER;
	     order++) {
		const struct free_area *f = &zone->free_area[order];
		int start = x;

		x = area_printf(a, y, x, STYLE_DIM, "%u:", order);
		x = area_printf(a, y, x, f->nr_free ? STYLE_STRONG : STYLE_FREE, "%" PRIu64, f->nr_free);
		if (spot_add(s->spots, a, y, start, 1, x - start, "buddy", "order %s %u", name, order))
			draw_focus(a, y, start, 1, x - start);
		x++;
	}
}

/* Pages with an address in kmap's pool that somebody uses. */
static unsigned pages_kmapped(const struct kernel *k)
{
	unsigned n = 0;

	for (unsigned i = 0; k->layout.highmem && i < k->layout.last_pkmap; i++)
		n += k->pkmap.pkmap_count[i] > 1;
	return n;
}

/* What mem_map takes: a struct page for each frame that there is. */
static uint64_t mem_map_pages(const struct kernel *k)
{
	return (k->layout.max_pfn * k->sizeof_page + PAGE_SIZE - 1) / PAGE_SIZE;
}

/* Who has what is not free: what commands took, processes, files, tables, the kernel's own; what is
 * left of the zone was reserved at boot. */
static void draw_owners(struct area a, int y, const struct view_state *s, const struct zone *zone)
{
	static const struct {
		enum page_use use;
		const char *name;
		enum style style;
	} rows[] = { { PAGE_USED, "allocated", STYLE_USED }, { PAGE_ANON, "processes", STYLE_USER },
		     { PAGE_CACHE, "files", STYLE_USER },     { PAGE_PGTABLE, "tables", STYLE_TEXT },
		     { PAGE_SLAB, "slab", STYLE_TEXT } };
	struct owners o = count_owners(s->world, zone);
	uint64_t known = zone->free, rest;
	int x = 1;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t n = o.used[rows[i].use];

		known += n;
		if (n)
			x = area_printf(a, y, x, rows[i].style, "%s %" PRIu64 "%s", rows[i].name, n,
			                o.more ? "+" : "") + 2;
	}
	if (zone_is_high(&s->world->kernel, zone) && pages_kmapped(&s->world->kernel))
		x = area_printf(a, y, x, STYLE_USED, "(kmap has %u)",
		                pages_kmapped(&s->world->kernel)) + 2;
	rest = zone->spanned > known ? zone->spanned - known : 0;
	x = area_printf(a, y, x, STYLE_DIM, o.more ? "not counted: %" PRIu64 : "boot, or no RAM: %" PRIu64,
	                rest);
	if (page_zone_const(s->world, s->world->kernel.mem_map_pa >> PAGE_SHIFT) == zone)
		area_printf(a, y, x, STYLE_DIM, " (mem_map %" PRIu64 ")",
		            mem_map_pages(&s->world->kernel));
}

/* Pages with a name that lie in the zone, and where they are mapped. */
static void draw_names(struct area a, int y, const struct view_state *s, const struct zone *zone)
{
	int x = 1;

	for (unsigned i = 0; i < s->nr_pages && x < a.cols - 8; i++) {
		const struct named_page *p = &s->page[i];
		uint32_t va;
		int start = x;

		if (page_zone_const(s->world, p->pfn) != zone)
			continue;
		va = page_address(s->world, p->pfn);
		x = area_printf(a, y, x, STYLE_STRONG, "%s", p->name);
		x = area_printf(a, y, x, va ? STYLE_USED : STYLE_DIM, " %" PRIx64 "%s", p->pfn,
		                va && zone_is_high(&s->world->kernel, zone) ? " mapped" : "");
		if (spot_add(s->spots, a, y, start, 1, x - start, "page", "page %s", p->name))
			draw_focus(a, y, start, 1, x - start);
		x += 2;
	}
}

static void draw_zone(struct area a, const struct view_state *s, const struct zone *zone)
{
	draw_title(a, 0, s, zone);
	draw_watermarks(a, 1, zone);
	draw_orders(a, 2, s, zone);
	draw_owners(a, 3, s, zone);
	draw_names(a, 4, s, zone);
}

/* --- all of it -------------------------------------------------------------------------------- */

/* What the glyphs of frames stand for. */
static void draw_legend(struct area a, int y)
{
	static const struct {
		enum glyph glyph;
		enum style style;
		const char *text;
	} signs[] = { { GLYPH_FRAMES_FREE, STYLE_LOWMEM, " free   " },
		      { GLYPH_FRAMES_SOME, STYLE_LOWMEM, " some in use   " },
		      { GLYPH_FRAMES_USED, STYLE_LOWMEM, " in use, or no RAM   " },
		      { GLYPH_MAPPED, STYLE_USED, " mapped" } };
	int x = 1;

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		x = area_glyph(a, y, x, signs[i].style, signs[i].glyph);
		x = area_text(a, y, x, STYLE_DIM, signs[i].text);
	}
}

static void draw_zoomed(struct area a, const struct view_state *s)
{
	const struct kernel *k = &s->world->kernel;
	unsigned nr = 0;
	int y = 0, each;

	for (unsigned i = 0; i < k->nr_zones; i++)
		nr += k->zone[i].spanned != 0;
	each = a.rows / (int)(nr ? nr : 1);
	if (each > BLOCK_ROWS + 1)
		each = BLOCK_ROWS + 1;
	for (unsigned i = k->nr_zones; i-- > 0;) {
		if (!k->zone[i].spanned)
			continue;
		draw_zone(area_part(a, y, 0, each, a.cols), s, &k->zone[i]);
		y += each;
	}
	if (each > BLOCK_ROWS && y > 0)
		draw_legend(a, y - 1);
	if (a.rows - y >= 8) { /* room for the frames themselves */
		struct view_state silent = *s;

		silent.spots = NULL; /* the zones above are what can be pointed at */
		area_rule(a, y, "frames");
		zones_scale_draw(area_part(a, y + 1, 0, a.rows - y - 1, a.cols), &silent);
	}
}

static void draw(struct area a, const struct view_state *s)
{
	int copy = copying_rows(s);

	if (a.cols < 64 || a.rows < 12) {
		zones_scale_draw(a, s);
		return;
	}
	if (copy) {
		copying_draw(area_part(a, a.rows - copy, 0, copy, a.cols), s);
		a.rows -= copy;
	}
	draw_scale(area_part(a, 0, 0, a.rows, SCALE_COLS), s);
	draw_zoomed(area_part(a, 0, SCALE_COLS, a.rows, a.cols - SCALE_COLS), s);
}

static void caption(const struct view_state *s, char *buf, size_t size)
{
	char ram[32];

	size_text(e820_end_of_ram(&s->world->machine.phys.map), ram, sizeof(ram));
	snprintf(buf, size, "physical, %s", ram);
}

static int wants(const struct view_state *s, int cols)
{
	(void)s;
	(void)cols;
	return 18;
}

const struct view_ops zones_view = {
	.name = "zones", .doc = "RAM with its zones: free blocks, watermarks, who owns what",
	.rows = 6, .cols = ZONES_SCALE_COLS, .caption = caption, .draw = draw, .wants = wants,
};
