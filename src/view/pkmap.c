/*
 * The view `pkmap`: the window of kmap(), mm/highmem.c, a cell for each slot.
 *
 * A cell shows pkmap_count as it is: 0 as a dot (free), 1 as 1 (nobody uses it, but the mapping
 * and TLB entries are still there), n > 1 as its digit (n - 1 users), + above nine. The arrow below
 * points at last_pkmap_nr: the slot that was handed out last, behind which the next search begins.
 *
 * A pool of 512 or 1024 slots does not fit on a small screen: then whole rows of slots are left
 * out, first those in which all slots are free. The row with last_pkmap_nr is always there, and
 * the figures in the caption count all slots.
 *
 * Below, as far as there is room: the slot that has the focus (or else that was handed out last),
 * with what it maps; who waits; and the slots that are not free, one by one, with the TLBs that
 * still have them: that is what a count of 1 is about. While a shootdown is under way, its lanes.
 */
#include "view/draw.h"
#include "view/shootdown.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LABEL 6 /* columns of the number of a row's first slot */
#define NR_MAX LAST_PKMAP_MAX
#define BELOW 10 /* rows for what stands below the slots, when they stand apart */

/* What each slot is to the drawing. */
struct slots {
	const struct view_state *s;
	const struct world *world;
	unsigned focus; /* the slot that has it, or n */
	unsigned last;  /* last_pkmap_nr, or where the animation of a wrap has it */
	unsigned swept; /* the slot that a flush under way has come to, or n */
	unsigned n, per_row;
	int cell; /* columns of a slot */
	bool new[NR_MAX];
};

/* Slots in a row: a power of two, so that the labels are round numbers. Where there are rows enough,
 * slots stand apart, and can be told apart from the back of a room. */
static void lay_out(struct slots *slots, int rows, int cols)
{
	for (slots->cell = 2;; slots->cell--) {
		unsigned room = (unsigned)((cols - LABEL - 1) / slots->cell);

		slots->per_row = 8;
		while (slots->per_row * 2 <= room && slots->per_row < slots->n)
			slots->per_row *= 2;
		if (slots->cell == 1 || (slots->per_row <= room &&
		                         (int)(slots->n / slots->per_row) + BELOW <= rows))
			return;
	}
}

static void collect(struct slots *slots, const struct view_state *s, int rows, int cols)
{
	const struct event_log *log = &s->world->machine.log;

	memset(slots, 0, sizeof(*slots));
	slots->s = s;
	slots->world = s->world;
	slots->n = s->world->kernel.layout.highmem ? s->world->kernel.layout.last_pkmap : 0;
	slots->focus = slots->swept = slots->n;
	slots->last = s->world->kernel.pkmap.last_pkmap_nr;
	/* The cursor runs back to the beginning; then the flush runs over all slots. */
	if (slots->n && is_now(s, EVENT_PKMAP_WRAP))
		slots->last = slots->n - 1 - (unsigned)way_gone(s, (int)slots->n - 1);
	if (slots->n && is_now(s, EVENT_PKMAP_FLUSH))
		slots->swept = (unsigned)way_gone(s, (int)slots->n - 1);
	lay_out(slots, rows, cols);
	for (uint32_t seq = first_new_event(s->world, s->since); seq <= log->n; seq++) {
		const struct event *e = event_get(log, seq);

		if (e && e->kind == EVENT_PKMAP_COUNT && e->arg[0] < NR_MAX)
			slots->new[e->arg[0]] = true;
	}
}

static uint32_t count_of(const struct slots *slots, unsigned nr)
{
	return slots->world->kernel.pkmap.pkmap_count[nr];
}

/* Whether the event that an animation shows is about this slot: its count, or its entry. */
static bool is_touched(const struct slots *slots, unsigned nr)
{
	const struct event *e = slots->s->now.event;

	if (is_now(slots->s, EVENT_PKMAP_COUNT))
		return e->arg[0] == nr;
	return is_now(slots->s, EVENT_PTE_SET) &&
	       e->arg[0] == PKMAP_ADDR(&slots->world->kernel.layout, nr);
}

static void draw_slot(struct area a, int y, int x, struct slots *slots, unsigned nr)
{
	uint32_t count = count_of(slots, nr);
	enum style style = count > 1 ? STYLE_USED : count ? STYLE_UNUSED : STYLE_FREE;

	if (slots->new[nr])
		style = STYLE_NEW;
	/* The count as it was, and then as it is. */
	if (is_touched(slots, nr)) {
		style = STYLE_CURRENT;
		if (is_now(slots->s, EVENT_PKMAP_COUNT) &&
		    2 * slots->s->now.phase < slots->s->now.phases - 1)
			count = (uint32_t)slots->s->now.event->arg[2];
	}
	if (nr >= slots->swept && nr < slots->swept + 8 && slots->swept < slots->n)
		style = STYLE_CURRENT;
	if (!count)
		area_glyph(a, y, x, style, GLYPH_FREE);
	else
		area_put(a, y, x, style, count > 9 ? '+' : '0' + count);
	if (spot_add(slots->s->spots, a, y, x, 1, 1, "pkmap", "slot %u", nr)) {
		draw_focus(a, y, x, 1, 1);
		slots->focus = nr;
	}
}

/* How much a row has to say: the one with last_pkmap_nr most. */
static unsigned row_weight(const struct slots *slots, unsigned row)
{
	unsigned first = row * slots->per_row, weight = 0;

	for (unsigned i = first; i < first + slots->per_row && i < slots->n; i++)
		weight += (count_of(slots, i) > 0) + (count_of(slots, i) > 1) + 2 * slots->new[i];
	if (slots->last / slots->per_row == row)
		weight += 8 * NR_MAX;
	return weight;
}

/* Chooses up to `room` of `nr` rows: the weightiest, and of equals the first. */
static void choose_rows(const struct slots *slots, unsigned nr, unsigned room, bool *chosen)
{
	unsigned weight[NR_MAX / 8];

	for (unsigned i = 0; i < nr; i++) {
		weight[i] = row_weight(slots, i) + 1;
		chosen[i] = false;
	}
	for (; room; room--) {
		unsigned best = 0;

		for (unsigned i = 1; i < nr; i++)
			if (weight[i] > weight[best])
				best = i;
		chosen[best] = chosen[best] || weight[best];
		weight[best] = 0;
	}
}

/* The row below the slots of last_pkmap_nr's row: an arrow, and who waits. */
static void draw_cursor(struct area a, int y, const struct slots *slots)
{
	const struct world *w = slots->world;
	unsigned last = slots->last, waiting = waiters(w, PKMAP_MAP_WAIT);
	int x = LABEL + 1 + (int)(last % slots->per_row) * slots->cell, end;
	char text[64];

	snprintf(text, sizeof(text), "last_pkmap_nr %u", last);
	area_glyph(a, y, x, STYLE_CURSOR, GLYPH_CURSOR);
	end = x + 2 + text_width(text);
	if (end <= a.cols)
		area_text(a, y, x + 2, STYLE_CURSOR, text);
	else
		area_right(a, y, x - 1, STYLE_CURSOR, text);
	if (!waiting)
		snprintf(text, sizeof(text), "waiters: none");
	else
		snprintf(text, sizeof(text), "waiters: %u", waiting);
	/* On the side that the cursor's own text leaves free, if there is one. */
	if (end + 3 + text_width(text) <= a.cols)
		area_right(a, y, a.cols - 1, waiting ? STYLE_NEW : STYLE_DIM, text);
	else if (end > a.cols && x - 1 - end + x > text_width(text) + 3)
		area_text(a, y, 1, waiting ? STYLE_NEW : STYLE_DIM, text);
}

static void draw_row(struct area a, int y, struct slots *slots, unsigned row)
{
	unsigned first = row * slots->per_row;

	area_printf(a, y, 0, STYLE_DIM, "%*u", LABEL - 1, first);
	for (unsigned i = 0; i < slots->per_row && first + i < slots->n; i++)
		draw_slot(a, y, LABEL + 1 + (int)i * slots->cell, slots, first + i);
}

static void draw_legend(struct area a, int y)
{
	int x = area_glyph(a, y, LABEL + 1, STYLE_FREE, GLYPH_FREE);

	x = area_text(a, y, x, STYLE_DIM, " free   ");
	x = area_text(a, y, x, STYLE_UNUSED, "1");
	x = area_text(a, y, x, STYLE_DIM, " unused, not flushed   ");
	x = area_text(a, y, x, STYLE_USED, "2");
	area_text(a, y, x, STYLE_DIM, " one user   3.. more");
}

/* "slot 1 at ffa01000: count 2, one user, maps p0 (frame 7f424)". */
static int draw_detail(struct area a, int y, const struct slots *slots, unsigned nr, bool focus)
{
	const struct layout *l = &slots->world->kernel.layout;
	uint32_t count = count_of(slots, nr), va = PKMAP_ADDR(l, nr);
	uint64_t pte = kernel_pte(slots->world, va);
	char page[32];
	int x;

	x = area_printf(a, y, 1, focus ? STYLE_STRONG : STYLE_TEXT, "slot %u at %08" PRIx32 ": count %"
	                PRIu32, nr, va, count);
	if (count > 1)
		x = area_printf(a, y, x, STYLE_USED, ", %" PRIu32 " user%s", count - 1,
		                count == 2 ? "" : "s");
	else
		x = area_text(a, y, x, STYLE_DIM, count ? " (unused, not flushed)" : " (free)");
	if (pte & PTE_P)
		x = area_printf(a, y, x, STYLE_TEXT, ", maps %s (frame %" PRIx64 ")",
		                page_label_text(slots->s, pte_pfn(pte), page, sizeof(page)),
		                pte_pfn(pte));
	return x;
}

/* Tasks that sleep until a slot is free. */
static void draw_waiters(struct area a, int y, const struct slots *slots)
{
	const struct world *w = slots->world;
	int x = area_text(a, y, 1, STYLE_NEW, "waiting:");

	for (unsigned t = 1; t <= w->kernel.nr_tasks && x < a.cols; t++)
		if (task_get(w, t)->waiting_on == PKMAP_MAP_WAIT &&
		    task_get(w, t)->state == TASK_UNINTERRUPTIBLE)
			x = area_printf(a, y, x, STYLE_TEXT, " task %u %s ", t, task_get(w, t)->comm);
}

static bool tlb_has(const struct tlb *t, uint32_t va)
{
	for (unsigned i = 0; t->used && i < tlb_capacity(t->model); i++) {
		const struct tlb_entry *e = tlb_entry(t, i, NULL);

		if (e->size && va - e->va < e->size)
			return true;
	}
	return false;
}

/* A line for each slot that is not free. */
static int draw_list(struct area a, int y, const struct slots *slots)
{
	const struct machine *m = &slots->world->machine;

	for (unsigned nr = 0; nr < slots->n && y < a.rows; nr++) {
		int x, behind;

		if (!count_of(slots, nr))
			continue;
		x = draw_detail(a, y, slots, nr, false) + 2;
		x = behind = area_text(a, y, x < 74 ? 74 : x, STYLE_DIM, "in the TLB of");
		for (unsigned cpu = 0; cpu < m->nr_cpus; cpu++)
			if (tlb_has(&m->cpu[cpu].tlb, PKMAP_ADDR(&slots->world->kernel.layout, nr)))
				x = area_printf(a, y, x, STYLE_TEXT, " CPU %u", cpu);
		if (x == behind)
			area_text(a, y, x, STYLE_DIM, " none");
		y++;
	}
	return y;
}

static void draw(struct area a, const struct view_state *s)
{
	struct slots slots;
	bool chosen[NR_MAX / 8];
	unsigned nr, last_row;
	int y = 0, room = a.rows - 1, rows;

	collect(&slots, s, a.rows, a.cols);
	if (!slots.n) {
		area_text(a, 0, 1, STYLE_DIM, "this kernel has no high memory, hence no pool");
		return;
	}
	nr = (slots.n + slots.per_row - 1) / slots.per_row;
	if (a.rows >= (int)nr + 3 || a.rows >= 12) /* a row for the slot in focus */
		room--;
	last_row = slots.last / slots.per_row;
	choose_rows(&slots, nr, room > 0 ? (unsigned)room : 1, chosen);
	for (unsigned i = 0; i < nr; i++) {
		if (!chosen[i])
			continue;
		draw_row(a, y++, &slots, i);
		if (i == last_row)
			draw_cursor(a, y++, &slots);
	}
	if (y < a.rows)
		draw_legend(a, y++);
	draw_detail(a, y, &slots, slots.focus < slots.n ? slots.focus : slots.last % slots.n,
	            slots.focus < slots.n);
	if (waiters(s->world, PKMAP_MAP_WAIT))
		draw_waiters(a, ++y, &slots);
	/* The flush of the pool is one of all TLBs. */
	rows = shootdown_runs(s) ? shootdown_rows(s) : 0;
	if (rows > a.rows - y - 2)
		rows = a.rows - y - 2;
	if (rows >= 4) {
		shootdown_draw(area_part(a, a.rows - rows, 0, rows, a.cols), s);
		a.rows -= rows + 1;
	}
	if (a.cols >= 96)
		draw_list(a, y + 2, &slots);
}

static void caption(const struct view_state *s, char *buf, size_t size)
{
	const struct layout *l = &s->world->kernel.layout;
	unsigned used = 0, unused = 0;

	if (!l->highmem) {
		snprintf(buf, size, "pkmap");
		return;
	}
	for (unsigned i = 0; i < l->last_pkmap; i++) {
		used += s->world->kernel.pkmap.pkmap_count[i] > 1;
		unused += s->world->kernel.pkmap.pkmap_count[i] == 1;
	}
	snprintf(buf, size, "pkmap %08x + n * 4K: %u in use, %u not flushed (1), %u free",
	         l->pkmap_base, used, unused, l->last_pkmap - used - unused);
}

static int wants(const struct view_state *s, int cols)
{
	struct slots slots;

	collect(&slots, s, 0, cols);
	return slots.n ? (int)((slots.n + slots.per_row - 1) / slots.per_row) + 3 : 1;
}

const struct view_ops pkmap_view = {
	.name = "pkmap", .doc = "the slots of kmap()'s pool with their counts",
	.rows = 1, .cols = 24, .caption = caption, .draw = draw, .wants = wants,
};
