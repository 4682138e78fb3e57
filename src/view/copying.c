/*
 * A page is copied: between a page and its bounce page (mm/bounce.c), by copy-on-write, by a command.
 * The processor does it through virtual addresses, so a frame of high memory must be mapped for it, by
 * kmap's pool or by an atomic slot; low memory is in the direct map. What one should see is both frames,
 * the zones and the windows that they are in, and the bytes on their way:
 *
 *	from  p      1ffc00  HighMem  ffa01000 pkmap       ■■■■■■■■■■■■■■■■■■■■■■■■
 *	                                                             ↓
 *	to           37c40   Normal   f7c40000 direct map  ■■■■■■■■■■··············
 *	a write to disk, which reaches frames up to fffff: 37c40 stands in for p
 *
 * Everything is read from the world that the step of the copy left behind, in which the mappings still
 * are.
 */
#include "view/copying.h"

#include "view/draw.h"

#include "kernel/block.h"
#include "kernel/highmem.h"

#include <inttypes.h>
#include <stdio.h>

#define BAR 51 /* column at which the bytes begin */
#define BAR_MOST 64
#define ROWS 5

struct copy {
	uint64_t from, to, bytes; /* frames, and how much */
	unsigned cpu;
	bool bounces;
};

static bool collect(struct copy *c, const struct view_state *s)
{
	const struct event *e = s->now.event;

	if (!e || (e->kind != EVENT_COPY && e->kind != EVENT_BOUNCE_COPY))
		return false;
	*c = (struct copy){ e->arg[0], e->arg[1], e->arg[2], e->cpu, e->kind == EVENT_BOUNCE_COPY };
	return true;
}

/* The address in an atomic slot of the CPU that maps a frame, or 0. */
static uint32_t atomic_address(const struct world *w, unsigned cpu, uint64_t pfn)
{
	const struct layout *l = &w->kernel.layout;

	for (uint32_t i = 0; l->fix_kmap_begin && i < l->kmap_slots_per_cpu; i++) {
		uint32_t va = fix_to_virt(l, l->fix_kmap_begin + cpu * l->kmap_slots_per_cpu + i);
		uint64_t pte = kernel_pte(w, va);

		if (pte & PTE_P && pte_pfn(pte) == pfn)
			return va;
	}
	return 0;
}

/* "f7c40000 direct map": where the processor sees a frame. */
static void where_text(const struct world *w, unsigned cpu, uint64_t pfn, char *buf, size_t size)
{
	uint32_t va = page_address(w, pfn), atomic = va ? 0 : atomic_address(w, cpu, pfn);

	if (va)
		snprintf(buf, size, "%08" PRIx32 " %s", va,
		         pfn < w->kernel.layout.max_low_pfn ? "direct map" : "pkmap");
	else if (atomic)
		snprintf(buf, size, "%08" PRIx32 " atomic slot", atomic);
	else
		buf[0] = '\0';
}

/* One of the two frames, in words. */
static void draw_frame(struct area a, int y, const struct view_state *s, unsigned cpu, uint64_t pfn,
                       const char *word)
{
	const struct zone *zone = page_zone_const(s->world, pfn);
	char name[32], where[40];

	page_label_text(s, pfn, name, sizeof(name));
	where_text(s->world, cpu, pfn, where, sizeof(where));
	area_text(a, y, 1, STYLE_DIM, word);
	if (name[0] != 'p' || name[1] != 'f' || name[2] != 'n')
		area_text(area_part(a, y, 6, 1, 7), 0, 0, STYLE_STRONG, name);
	area_printf(a, y, 13, STYLE_TEXT, "%" PRIx64, pfn);
	area_text(a, y, 20, zone && pfn >= s->world->kernel.layout.max_low_pfn ? STYLE_HIGHMEM :
	          STYLE_LOWMEM, zone ? zone->name : "");
	area_text(area_part(a, y, 28, 1, BAR - 29), 0, 0, STYLE_DIM, where);
}

/* The I/O that a bounce page is there for, or NULL. */
static const struct bio *bio_of(const struct world *w, const struct copy *c)
{
	uint32_t last = w->kernel.block.last_io;

	for (uint32_t io = last; io && last - io < BIOS; io--) {
		const struct bio *b = bio_get(w, io);

		for (unsigned i = 0; b && b->io == io && i < b->vcnt; i++) {
			const struct bio_vec *v = bio_vec_get(w, io, i);

			if ((v->page == c->from && v->bounce == c->to) ||
			    (v->page == c->to && v->bounce == c->from))
				return b;
		}
	}
	return NULL;
}

/* Why there are two of them. */
static void draw_reason(struct area a, int y, const struct view_state *s, const struct copy *c)
{
	const struct bio *b = c->bounces ? bio_of(s->world, c) : NULL;
	char name[32];

	if (!b)
		return;
	page_label_text(s, b->write ? c->from : c->to, name, sizeof(name));
	area_printf(a, y, 1, STYLE_DIM, "%s %s, which reaches frames up to %" PRIx32
	            ": %" PRIx64 " stands in for %s", b->write ? "a write to" : "a read from",
	            s->world->machine.device[b->device].name, bio_queue(s->world, b->io)->bounce_pfn,
	            b->write ? c->to : c->from, name);
}

/* The bytes: those that are there, and those that are copied so far, below each other. */
static void draw_bytes(struct area a, const struct view_state *s)
{
	int cells = a.cols > BAR_MOST ? BAR_MOST : a.cols - 1, gone = cells;

	if (cells < 4)
		return;
	if (s->now.phases)
		gone = cells * (int)(s->now.phase + 1) / (int)s->now.phases;
	area_repeat(a, 0, 0, cells, STYLE_USED, GLYPH_METER);
	area_repeat(a, 2, 0, gone, STYLE_NEW, GLYPH_METER);
	area_repeat(a, 2, gone, cells - gone, STYLE_FREE, GLYPH_METER_REST);
	area_glyph(a, 1, gone > 0 ? gone - 1 : 0, STYLE_NEW, GLYPH_SCROLL_DOWN);
}

int copying_rows(const struct view_state *s)
{
	struct copy c;

	return collect(&c, s) ? ROWS : 0;
}

void copying_draw(struct area a, const struct view_state *s)
{
	struct copy c;
	char title[64];

	if (a.rows < ROWS - 1 || !collect(&c, s))
		return;
	snprintf(title, sizeof(title), "%s: CPU %u copies %" PRIu64 " bytes",
	         c.bounces ? "bounce" : "copy", c.cpu, c.bytes);
	area_rule(a, 0, title);
	draw_frame(a, 1, s, c.cpu, c.from, "from");
	draw_frame(a, 3, s, c.cpu, c.to, "to");
	draw_bytes(area_part(a, 1, BAR, 3, a.cols - BAR), s);
	draw_reason(a, 4, s, &c);
}
