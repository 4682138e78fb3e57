/*
 * The view `tlb`: what the chosen CPU's TLBs hold (machine/tlb.h), a row for each entry: virtual
 * page, frame, size, G for global, I for the instruction TLB.
 *
 * Stale entries come first and say so: the page tables no longer say what they say, and the CPU
 * will go on believing them. Behind them the newest fills. An entry keeps its place when it is
 * used, so a row moves only when something happened to the TLB.
 */
#include "view/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct tlb_row {
	const struct tlb_entry *entry;
	enum tlb_array array;
	bool stale;
};

struct tlb_rows {
	unsigned n, stale;
	struct tlb_row row[TLB_MAX];
};

static int by_interest(const void *pa, const void *pb)
{
	const struct tlb_row *a = pa, *b = pb;

	if (a->stale != b->stale)
		return a->stale ? -1 : 1;
	if (a->entry->fill != b->entry->fill)
		return a->entry->fill > b->entry->fill ? -1 : 1;
	return (a->entry->va > b->entry->va) - (a->entry->va < b->entry->va);
}

/* Staleness is asked of the machine for each entry: a walk of the tables as they are now, compared
 * with what the entry says. Nothing remembers that something went stale. */
static void collect(struct tlb_rows *rows, const struct world *w, unsigned cpu)
{
	const struct tlb *tlb = &w->machine.cpu[cpu].tlb;
	unsigned capacity = tlb_capacity(w->machine.model);

	rows->n = rows->stale = 0;
	for (unsigned i = 0; i < capacity && rows->n < TLB_MAX; i++) {
		struct tlb_row *r = &rows->row[rows->n];

		r->entry = tlb_entry(tlb, i, &r->array);
		if (!r->entry->size)
			continue;
		r->stale = machine_tlb_stale(&w->machine, cpu, r->entry);
		rows->stale += r->stale;
		rows->n++;
	}
	qsort(rows->row, rows->n, sizeof(rows->row[0]), by_interest);
}

/* "!ffa01000>07f424 4K G stale": the sign and the word say what the colour says. */
static void draw_entry(struct area a, int y, const struct tlb_row *r, uint32_t since)
{
	const struct tlb_entry *e = r->entry;
	bool new = e->fill > since, instruction = r->array == TLB_I4K || r->array == TLB_ILARGE;
	enum style style = r->stale ? STYLE_STALE : new ? STYLE_NEW : STYLE_TEXT;
	char size[16];
	int x;

	if (r->stale)
		area_glyph(a, y, 0, style, GLYPH_STALE);
	x = area_printf(a, y, 1, style, "%08" PRIx32, e->va);
	x = area_glyph(a, y, x, STYLE_DIM, GLYPH_ARROW);
	x = area_printf(a, y, x, style, "%06" PRIx64, e->pa >> PAGE_SHIFT);
	size_short(e->size, size, sizeof(size));
	x = area_printf(a, y, x + 1, STYLE_DIM, "%-3s%c%c", size, e->global ? 'G' : ' ',
	                instruction ? 'I' : ' ');
	if (r->stale || new)
		area_text(a, y, x, style, r->stale ? "stale" : "new");
}

/* The last row: how many entries are not shown, and how often the TLBs of this machine hit. */
static void draw_foot(struct area a, const struct view_state *s, unsigned more)
{
	const struct machine_stats *stats = &s->world->machine.stats;
	uint64_t all = stats->tlb_hits + stats->tlb_misses;
	char text[32];

	if (more)
		area_printf(a, a.rows - 1, 1, STYLE_DIM, "and %u more", more);
	if (!all)
		return;
	snprintf(text, sizeof(text), "hits %u%%", (unsigned)(stats->tlb_hits * 100 / all));
	area_right(a, a.rows - 1, a.cols - 1, STYLE_DIM, text);
}

static void draw(struct area a, const struct view_state *s)
{
	struct tlb_rows *rows = malloc(sizeof(*rows));
	unsigned i;
	int y = 0;

	if (!rows)
		abort();
	collect(rows, s->world, s->cpu);
	if (!rows->n)
		area_text(a, 0, 1, STYLE_DIM, "empty");
	for (i = s->scroll < rows->n ? s->scroll : 0; i < rows->n && y < a.rows - 1; i++)
		draw_entry(a, y++, &rows->row[i], s->since);
	draw_foot(a, s, rows->n - i);
	free(rows);
}

static void caption(const struct view_state *s, char *buf, size_t size)
{
	const struct machine *m = &s->world->machine;

	snprintf(buf, size, "CPU %u TLB %u/%u", s->cpu, m->cpu[s->cpu].tlb.used,
	         tlb_capacity(m->model));
}

static int wants(const struct view_state *s, int cols)
{
	(void)cols;
	return (int)s->world->machine.cpu[s->cpu].tlb.used + 1;
}

const struct view_ops tlb_view = {
	.name = "tlb", .doc = "the chosen CPU's TLB, stale entries first",
	.rows = 2, .cols = 27, .caption = caption, .draw = draw, .wants = wants,
};
