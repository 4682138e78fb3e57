/*
 * The view `tlb`: what the CPUs' TLBs hold (machine/tlb.h), CPUs beside each other, and in a second
 * row of them below when there are many; very many have a line each, with what is new, stale and hit.
 * An entry has a row: virtual page, frame, size, G for global, I for the instruction TLB.
 *
 * Stale entries come first and say so: the page tables no longer say what they say, and the CPU
 * will go on believing them. Behind them the newest fills. An entry keeps its place when it is
 * used, so a row moves only when something happened to the TLB. What an INVLPG or a flush has just
 * dropped stands as empty rows for as long as an animation shows it; what is filled later in the same
 * step is not there yet, and what is filled now comes in from the side.
 */
#include "view/draw.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define COLUMN 34     /* of a CPU where they stand beside each other */
#define COLUMN_MIN 26
#define BAND_ROWS 5 /* the least that a CPU's entries are worth */
#define FILL_WAY 8

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
static void collect(struct tlb_rows *rows, const struct view_state *s, unsigned cpu)
{
	const struct world *w = s->world;
	const struct tlb *tlb = &w->machine.cpu[cpu].tlb;
	unsigned capacity = tlb_capacity(w->machine.model);
	uint32_t until = shown_until(s);

	rows->n = rows->stale = 0;
	for (unsigned i = 0; i < capacity && rows->n < TLB_MAX; i++) {
		struct tlb_row *r = &rows->row[rows->n];

		r->entry = tlb_entry(tlb, i, NULL);
		if (!r->entry->size || r->entry->fill > until)
			continue;
		tlb_entry(tlb, i, &r->array);
		r->stale = machine_tlb_stale(&w->machine, cpu, r->entry);
		rows->stale += r->stale;
		rows->n++;
	}
	qsort(rows->row, rows->n, sizeof(rows->row[0]), by_interest);
}

/* Columns that a row is still away from its place: a fill that is being shown comes in from the side. */
static int still_away(const struct view_state *s, const struct tlb_entry *e)
{
	if (!is_now(s, EVENT_TLB_FILL) || e->fill != shown_until(s))
		return 0;
	return FILL_WAY - way_gone(s, FILL_WAY + 1);
}

/* "!ffa01000>07f424 4K G stale": the sign and the word say what the colour says; where there is no
 * room for words a sign alone, behind it for what is new. */
static void draw_entry(struct area a, int y, const struct tlb_row *r, const struct view_state *s,
                       unsigned cpu)
{
	const struct tlb_entry *e = r->entry;
	bool new = e->fill > s->since, instruction = r->array == TLB_I4K || r->array == TLB_ILARGE;
	enum style style = r->stale ? STYLE_STALE : new ? STYLE_NEW : STYLE_TEXT;
	char size[16], command[SPOT_COMMAND];
	int x = still_away(s, e);

	if (r->stale)
		area_glyph(a, y, x, style, GLYPH_STALE);
	x = area_printf(a, y, x + 1, style, "%08" PRIx32, e->va);
	x = area_glyph(a, y, x, STYLE_DIM, GLYPH_ARROW);
	x = area_printf(a, y, x, style, "%06" PRIx64, e->pa >> PAGE_SHIFT);
	size_short(e->size, size, sizeof(size));
	x = area_printf(a, y, x + 1, STYLE_DIM, "%-3s%c%c", size, e->global ? 'G' : ' ',
	                instruction ? 'I' : ' ');
	if ((r->stale || new) && x + (r->stale ? 5 : 3) <= a.cols)
		area_text(a, y, x, style, r->stale ? "stale" : "new");
	else if (new)
		area_glyph(a, y, x, style, GLYPH_NEW);
	snprintf(command, sizeof(command), "view walk 0x%" PRIx32, e->va);
	if (spot_add(s->spots, a, y, 0, 1, a.cols, command, "tlb %u %" PRIx32 "%s", cpu, e->va,
	             instruction ? " I" : ""))
		draw_focus(a, y, 0, 1, a.cols);
}

/* Of the accesses of a CPU, how many its TLB knew. */
static void hits_text(const struct view_state *s, unsigned cpu, char *buf, size_t size)
{
	const struct machine_stats *stats = &s->world->machine.stats;
	uint64_t all = stats->cpu_hits[cpu] + stats->cpu_misses[cpu];

	if (all)
		snprintf(buf, size, "hits %u%%", (unsigned)(stats->cpu_hits[cpu] * 100 / all));
	else
		buf[0] = '\0';
}

/* The last row: how many entries are not shown, and, where no heading says it, how often this CPU's TLB
 * hit. */
static void draw_foot(struct area a, const struct view_state *s, unsigned cpu, unsigned more)
{
	char text[32];

	if (more)
		area_printf(a, a.rows - 1, 1, STYLE_DIM, "and %u more", more);
	hits_text(s, cpu, text, sizeof(text));
	area_right(a, a.rows - 1, a.cols - 1, STYLE_DIM, text);
}

/* How many entries the event being shown has dropped from this CPU's TLB. */
static int just_dropped(const struct view_state *s, unsigned cpu)
{
	const struct event *e = s->now.event;

	if (!e || e->cpu != cpu)
		return 0;
	if (e->kind == EVENT_TLB_FLUSH)
		return (int)e->arg[0];
	return e->kind == EVENT_INVLPG ? (int)e->arg[1] : e->kind == EVENT_TLB_EVICT;
}

/* Rows that have just become empty: fewer with each frame, so that a flush is seen to empty them. One
 * that went by itself says which it was. */
static int draw_ghosts(struct area a, int y, const struct view_state *s, unsigned cpu)
{
	int dropped = just_dropped(s, cpu), left = dropped - way_gone(s, dropped), x = 1;
	const struct event *e = s->now.event;

	if (left > 0 && e->kind != EVENT_TLB_FLUSH && y < a.rows - 1)
		x = area_printf(a, y, 1, STYLE_NEW, "%08" PRIx64, e->arg[0]) + 1;
	for (; left > 0 && y < a.rows - 1; left--, y++, x = 1)
		area_repeat(a, y, x, (24 < a.cols ? 25 : a.cols) - x, STYLE_NEW, GLYPH_GHOST);
	return y;
}

/* A walk under way, level by level: "walk PD 509 > PT 1". The view `walk` has all of it. */
static int draw_walking(struct area a, int y, const struct view_state *s, unsigned cpu)
{
	struct access access = { .kind = ACCESS_READ };
	struct walk walk;
	int x, lit;

	if (!is_now(s, EVENT_WALK) || s->now.event->cpu != cpu)
		return y;
	access.va = (uint32_t)s->now.event->arg[0];
	walk = machine_peek(&s->world->machine, cpu, access);
	lit = way_gone(s, (int)walk.nr + 1);
	x = area_text(a, y, 1, STYLE_NEW, "walk");
	for (int i = 0; i < (int)walk.nr && i <= lit; i++) {
		x = area_glyph(a, y, x + 1, STYLE_DIM, GLYPH_ARROW) + 1;
		x = area_printf(a, y, x, i == lit ? STYLE_CURRENT : STYLE_TEXT, "%s",
		                walk_level_name(walk.read[i].level));
	}
	return y + 1;
}

/* What happened to this TLB last, in a few words. */
static void draw_last(struct area a, int y, const struct view_state *s, unsigned cpu)
{
	const struct event *flush = newest_event(s, EVENT_TLB_FLUSH, cpu);
	const struct event *invlpg = newest_event(s, EVENT_INVLPG, cpu);

	if (flush && (!invlpg || flush->cycle >= invlpg->cycle))
		area_printf(a, y, 1, STYLE_NEW, "flush: %" PRIu64 " go, %" PRIu64 " stay",
		            flush->arg[0], flush->arg[1]);
	else if (invlpg)
		area_printf(a, y, 1, STYLE_NEW, "INVLPG %08" PRIx64 ": %" PRIu64 " go%s",
		            invlpg->arg[0], invlpg->arg[1], invlpg->arg[1] == 1 ? "es" : "");
}

/* As many rows of entries as there are; a foot takes the last row when some are left, and where there
 * is no heading. */
static void draw_cpu(struct area a, const struct view_state *s, unsigned cpu, bool heading)
{
	struct tlb_rows rows;
	unsigned i;
	int y = 0, end;

	collect(&rows, s, cpu);
	y = draw_walking(a, y, s, cpu);
	y = draw_ghosts(a, y, s, cpu);
	if (!rows.n && !y)
		area_text(a, 0, 1, STYLE_DIM, "empty");
	end = a.rows - (!heading || (int)rows.n > a.rows - y);
	for (i = s->scroll < rows.n ? s->scroll : 0; i < rows.n && y < end; i++)
		draw_entry(a, y++, &rows.row[i], s, cpu);
	if (!heading)
		draw_foot(a, s, cpu, rows.n - i);
	else if (i < rows.n)
		area_printf(a, a.rows - 1, 1, STYLE_DIM, "and %u more", rows.n - i);
}

/* A CPU's heading: how full, how often hit; in words and, with room, as a meter. Returns the column
 * behind it. */
static int draw_heading(struct area a, int y, const struct view_state *s, unsigned cpu)
{
	const struct machine *m = &s->world->machine;
	const struct machine_stats *stats = &m->stats;
	uint64_t all = stats->cpu_hits[cpu] + stats->cpu_misses[cpu];
	char hits[32], command[SPOT_COMMAND];
	int x, meter;

	area_printf(a, y, 1, cpu == s->cpu ? STYLE_TITLE : STYLE_STRONG, "CPU %u", cpu);
	x = area_printf(a, y, 9, STYLE_DIM, "%u/%u", m->cpu[cpu].tlb.used, tlb_capacity(m->model));
	hits_text(s, cpu, hits, sizeof(hits));
	meter = a.cols - x - 2 - text_width(hits) - 3;
	x = area_text(a, y, x + 2, STYLE_DIM, hits) + 1;
	if (all && meter >= 4) {
		draw_meter(a, y, x, meter > 10 ? 10 : meter, stats->cpu_hits[cpu], all, STYLE_USED);
		x += meter > 10 ? 10 : meter;
	}
	snprintf(command, sizeof(command), "cpu %u", cpu);
	if (spot_add(s->spots, a, y, 0, 1, x, command, "cpu %u", cpu))
		draw_focus(a, y, 0, 1, x);
	return x;
}

static void draw_column(struct area a, const struct view_state *s, unsigned cpu)
{
	draw_heading(a, 0, s, cpu);
	draw_last(a, 1, s, cpu);
	draw_cpu(area_part(a, 2, 0, a.rows - 2, a.cols), s, cpu, true);
}

/* CPUs below each other: a narrow area that is high enough for all of them. */
static void draw_stacked(struct area a, const struct view_state *s)
{
	unsigned cpus = s->world->machine.nr_cpus;
	int y = 0;

	for (unsigned cpu = 0; cpu < cpus; cpu++) {
		int rows = (a.rows - y) / (int)(cpus - cpu);
		struct area part = area_part(a, y, 0, rows, a.cols);

		draw_heading(part, 0, s, cpu);
		draw_cpu(area_part(part, 1, 0, rows - 1, a.cols), s, cpu, true);
		y += rows;
	}
}

/* --- all of them ------------------------------------------------------------------------------ */

/* How the CPUs are laid out: so many beside each other, so many rows high. */
struct table {
	unsigned across;
	int rows, cols;
};

static struct table lay_out(struct area a, unsigned cpus)
{
	struct table t = { .across = (unsigned)(a.cols / COLUMN) };
	unsigned down;

	if (t.across < cpus && (a.cols < 2 * COLUMN || a.rows >= 2 * BAND_ROWS ||
	                        a.cols / COLUMN_MIN >= (int)cpus))
		t.across = (unsigned)(a.cols / COLUMN_MIN);
	t.across = t.across > cpus ? cpus : t.across ? t.across : 1;
	down = (cpus + t.across - 1) / t.across;
	/* Evenly: four CPUs are two by two, not three and one. */
	t.across = (cpus + down - 1) / down;
	t.rows = a.rows / (int)down;
	t.cols = a.cols / (int)t.across;
	if (t.cols > COLUMN + 6)
		t.cols = COLUMN + 6;
	return t;
}

static void draw_table(struct area a, const struct view_state *s, struct table t)
{
	for (unsigned cpu = 0; cpu < s->world->machine.nr_cpus; cpu++) {
		int x = (int)(cpu % t.across) * t.cols, y = (int)(cpu / t.across) * t.rows;

		for (int i = 0; x && i < t.rows; i++)
			area_glyph(a, y + i, x - 1, STYLE_RULE, GLYPH_VLINE);
		draw_column(area_part(a, y, x, t.rows, t.cols - 1), s, cpu);
	}
}

/* A line for each, column by column. */
static void draw_lines(struct area a, const struct view_state *s)
{
	unsigned cpus = s->world->machine.nr_cpus, across = (unsigned)(a.cols / COLUMN);
	unsigned down;
	struct tlb_rows rows;

	across = across < 1 ? 1 : across;
	down = (cpus + across - 1) / across;
	for (unsigned cpu = 0; cpu < cpus; cpu++) {
		int cols = a.cols / (int)across, x = (int)(cpu / down) * cols;
		struct area part = area_part(a, (int)(cpu % down), x, 1, cols - 1);

		collect(&rows, s, cpu);
		if (rows.stale) {
			area_printf(part, 0, part.cols - 5, STYLE_STALE, "! %u", rows.stale);
			part.cols -= 6;
		}
		draw_heading(part, 0, s, cpu);
	}
}

static void draw(struct area a, const struct view_state *s)
{
	unsigned cpus = s->world->machine.nr_cpus;
	struct table t = lay_out(a, cpus);

	if (t.across < 2 && cpus > 1 && a.cols >= COLUMN && a.rows >= 3 * (int)cpus)
		draw_stacked(a, s);
	else if (cpus < 2 || a.rows < BAND_ROWS || a.cols < 2 * COLUMN_MIN)
		draw_cpu(a, s, s->cpu, false);
	else if (t.rows >= BAND_ROWS)
		draw_table(a, s, t);
	else
		draw_lines(a, s);
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
	.name = "tlb", .doc = "the CPUs' TLBs, stale entries first",
	.rows = 2, .cols = 27, .caption = caption, .draw = draw, .wants = wants,
};
