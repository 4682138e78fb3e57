/*
 * A TLB shootdown: a CPU has changed a mapping that others may have in their TLBs, and asks them to
 * forget it; kernel/smp.c and kernel/tlb.c have the code. What one should see is who waits for whom:
 *
 *	asks	CPU 0       ▌ waits for 3 of 4 answers: 1 240 cycles so far
 *	asked	CPU 1 !1    ├──────►┄┄┄┄┄┄   an IPI on its way
 *		CPU 2 !1    ├────────────○  interrupts are off: it has to wait
 *		CPU 3 !1    ├────────────●  interrupted
 *		CPU 4       ◄━━━━━━━━━━━━●  flushed 41 entries, answered after 4 840 cycles
 *
 * A lane is drawn from what happened since the request (IPI_SEND, IRQ_DELIVER, TLB_FLUSH,
 * FLUSH_DONE, IPI_ACK) and from what is pending now; the number behind the "!" are stale entries of
 * that TLB, which is what all this is about. Question and answer go along the same way. Where an IPI
 * is on it says the clock: an animation lets the time between two events pass, so that those in flight
 * move together, and none ever goes back.
 */
#include "view/shootdown.h"

#include "view/draw.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LANES_MAX MAX_CPUS
#define LANE 12 /* column at which a lane's way begins */
#define LANE_COLS 20 /* the least for a lane beside others */
#define ROWS_MOST 20 /* of more CPUs, lanes stand beside each other */
#define FLUSH_CELLS 9

enum stage { NOT_ASKED, IN_FLIGHT, HELD_UP, LOST, HANDLING, ANSWERED };

struct lane {
	enum stage stage;
	uint64_t sent, due, answered; /* cycles */
	uint64_t dropped;             /* TLB entries that went */
	unsigned stale;               /* entries that lie */
	bool flushed;
};

struct shootdown {
	const struct view_state *s;
	const struct event *request;
	unsigned asker, asked, answers, wanted, last; /* last: of those asked */
	uint64_t asker_dropped;
	uint64_t clock; /* what the events so far have come to */
	uint64_t waits_since, last_answer;
	bool asker_flushed;
	struct lane lane[LANES_MAX];
};

static uint32_t send_price(const struct shootdown *d)
{
	return d->s->world->machine.cost->cycles[COST_IPI_SEND];
}

static void note_asker(struct shootdown *d, const struct event *e)
{
	if (e->kind == EVENT_IPI_SEND && e->arg[0] < LANES_MAX) {
		struct lane *to = &d->lane[e->arg[0]];

		*to = (struct lane){ .stage = IN_FLIGHT, .sent = e->cycle, .due = e->arg[2] };
		d->asked++;
		d->waits_since = e->cycle;
		if (e->arg[0] > d->last)
			d->last = (unsigned)e->arg[0];
	} else if (e->kind == EVENT_TLB_FLUSH || e->kind == EVENT_INVLPG) {
		d->asker_flushed = true;
		d->asker_dropped += e->arg[e->kind == EVENT_INVLPG];
	}
}

static void note_asked(struct lane *l, struct shootdown *d, const struct event *e)
{
	const struct happening *now = &d->s->now;

	if (e->kind == EVENT_IRQ_DELIVER && e->arg[1] == d->asker) {
		/* Being shown, it is on its way up to the last picture. */
		if (e != now->event || now->phase + 1 >= now->phases)
			l->stage = HANDLING;
	} else if (l->stage == HANDLING && e->kind == EVENT_TLB_FLUSH) {
		l->flushed = true;
		l->dropped += e->arg[0];
	} else if (l->stage == HANDLING && e->kind == EVENT_INVLPG) {
		l->flushed = true;
		l->dropped += e->arg[1];
	} else if (l->stage == HANDLING && e->kind == EVENT_IPI_ACK) {
		l->stage = ANSWERED;
		l->answered = e->cycle;
		if (d->last_answer < e->cycle)
			d->last_answer = e->cycle;
		d->answers++;
	}
}

/* Time goes on with every event. What the animation shows now has only begun: the next IPI leaves when
 * this one has been paid for, and an interrupt is still to arrive. */
static void note_time(struct shootdown *d, const struct event *e)
{
	const struct happening *now = &d->s->now;
	uint64_t from = d->clock, to = e->cycle;

	if (e->kind == EVENT_IPI_SEND) {
		from = from > e->cycle ? from : e->cycle;
		to = e->cycle + send_price(d);
	}
	if (from >= to)
		return;
	if (e == now->event && now->phases)
		to = from + (to - from) * (now->phase + 1) / now->phases;
	d->clock = to;
}

/* The newest request that is still of interest; its seq, or 0. */
static uint32_t find_request(struct shootdown *d, uint32_t until)
{
	const struct world *w = d->s->world;
	uint32_t first = first_new_event(w, d->s->since);

	for (uint32_t seq = until; seq >= first && seq; seq--) {
		d->request = event_get(&w->machine.log, seq);
		if (d->request && d->request->kind == EVENT_FLUSH_REQUEST)
			return seq;
	}
	return 0;
}

static bool is_pending(const struct cpu *c, unsigned from)
{
	for (unsigned i = 0; i < c->nr_pending; i++)
		if (c->pending[i].from == from)
			return true;
	return false;
}

/* What is due and not taken is held up, by the receiver's interrupt flag. What neither arrived nor
 * pends, is lost: the world may be ahead of the event that is being shown, but not of its step. */
static void settle(struct shootdown *d, unsigned cpu)
{
	const struct cpu *c = &d->s->world->machine.cpu[cpu];
	struct lane *l = &d->lane[cpu];

	if (l->stage != IN_FLIGHT)
		return;
	if (!is_pending(c, d->asker) && !d->s->now.phases)
		l->stage = LOST;
	else if (is_pending(c, d->asker) && !c->eflags_if && d->clock >= l->due)
		l->stage = HELD_UP;
}

static unsigned stale_entries(const struct machine *m, unsigned cpu)
{
	const struct tlb *t = &m->cpu[cpu].tlb;
	unsigned n = 0;

	for (unsigned i = 0; t->used && i < tlb_capacity(t->model); i++) {
		const struct tlb_entry *e = tlb_entry(t, i, NULL);

		n += e->size && machine_tlb_stale(m, cpu, e);
	}
	return n;
}

/* From the newest request on, what each CPU did about it. */
static bool collect(struct shootdown *d, const struct view_state *s)
{
	const struct world *w = s->world;
	uint32_t until = shown_until(s), seq;

	*d = (struct shootdown){ .s = s };
	seq = find_request(d, until);
	if (!seq)
		return false;
	d->asker = d->request->cpu;
	d->wanted = (unsigned)d->request->arg[0];
	d->clock = d->request->cycle;
	for (seq++; seq <= until; seq++) {
		const struct event *e = event_get(&w->machine.log, seq);

		if (!e || e->cpu >= w->machine.nr_cpus)
			continue;
		if (e->cpu == d->asker)
			note_asker(d, e);
		else if (d->lane[e->cpu].stage)
			note_asked(&d->lane[e->cpu], d, e);
		if (e->cpu == d->asker || d->lane[e->cpu].stage)
			note_time(d, e);
	}
	for (unsigned i = 0; i < w->machine.nr_cpus; i++)
		settle(d, i);
	return true;
}

/* --- a lane ----------------------------------------------------------------------------------- */

/* The way there: what an IPI has come of it, and what is ahead of it. */
static void draw_question(struct area a, int y, const struct shootdown *d, const struct lane *l,
                          unsigned cpu, int way)
{
	int gone = way;
	enum style style = l->stage == IN_FLIGHT ? STYLE_NEW : STYLE_TEXT;

	if (l->stage == IN_FLIGHT && l->due > l->sent)
		gone = d->clock > l->sent ? scale_to(d->clock - l->sent, l->due - l->sent, way) : 0;
	if (l->stage == LOST)
		gone = way / 2;
	area_glyph(a, y, LANE, STYLE_STRONG, cpu == d->last ? GLYPH_CORNER_LEFT : GLYPH_TEE_RIGHT);
	area_repeat(a, y, LANE + 1, way, STYLE_DIM, GLYPH_HOLE);
	area_repeat(a, y, LANE + 1, gone, style, GLYPH_HLINE);
	if (l->stage == IN_FLIGHT)
		area_glyph(a, y, LANE + 1 + (gone < way ? gone : way - 1), STYLE_NEW, GLYPH_IPI);
	else if (l->stage == LOST)
		area_glyph(a, y, LANE + 1 + gone, STYLE_ERROR, GLYPH_STALE);
}

/* And the way back, to whom waits for it. */
static void draw_answer(struct area a, int y, const struct shootdown *d, unsigned cpu, int way)
{
	int gone = way + 1;

	if (is_now(d->s, EVENT_IPI_ACK) && d->s->now.event->cpu == cpu)
		gone = way_gone(d->s, way);
	if (gone <= 0)
		return;
	area_repeat(a, y, LANE + 1 + way - gone, gone, STYLE_USED, GLYPH_PAST);
	area_glyph(a, y, LANE + 1 + way - gone, STYLE_USED, GLYPH_ACK);
}

static const char *entries(uint64_t n)
{
	return n == 1 ? "entry" : "entries";
}

/* Its entries go while one looks. */
static void draw_flush(struct area a, int y, int x, const struct shootdown *d, const struct lane *l)
{
	int left = FLUSH_CELLS - way_gone(d->s, FLUSH_CELLS + 1);

	x = area_text(a, y, x, STYLE_NEW, is_now(d->s, EVENT_INVLPG) ? "INVLPG " : "flush ");
	left = left < 0 || !l->dropped ? 0 : left;
	x = area_repeat(a, y, x, left, STYLE_NEW, GLYPH_METER);
	x = area_repeat(a, y, x, FLUSH_CELLS - left, STYLE_FREE, GLYPH_METER_REST);
	area_printf(a, y, x, STYLE_NEW, " %" PRIu64 " %s go%s", l->dropped, entries(l->dropped),
	            l->dropped == 1 ? "es" : "");
}

/* What the asked CPU is at, in words. */
static void draw_state(struct area a, int y, int x, const struct shootdown *d, unsigned cpu)
{
	const struct lane *l = &d->lane[cpu];
	char cycles[24];

	if (l->stage == IN_FLIGHT) {
		area_text(a, y, x, STYLE_DIM, d->clock < l->due ? "an IPI on its way" : "arrives");
	} else if (l->stage == HELD_UP) {
		area_text(a, y, x, STYLE_STALE, "interrupts are off: it has to wait");
	} else if (l->stage == LOST) {
		area_text(a, y, x, STYLE_ERROR, "lost: it never arrives");
	} else if (!l->flushed) {
		area_text(a, y, x, STYLE_NEW, "interrupted");
	} else if ((is_now(d->s, EVENT_TLB_FLUSH) || is_now(d->s, EVENT_INVLPG)) &&
	           d->s->now.event->cpu == cpu) {
		draw_flush(a, y, x, d, l);
	} else {
		x = area_printf(a, y, x, STYLE_TEXT, "flushed %" PRIu64 " %s", l->dropped,
		                entries(l->dropped));
		grouped_text(l->answered - l->sent, cycles, sizeof(cycles));
		if (l->stage == ANSWERED)
			area_printf(a, y, x, STYLE_DIM, ", answered after %s", cycles);
	}
}

/* A lane in a row of its own, or beside others: then its signs must do. */
static void draw_asked(struct area a, const struct shootdown *d, unsigned cpu, int way)
{
	const struct lane *l = &d->lane[cpu];
	int y = 0;
	unsigned stale = stale_entries(&d->s->world->machine, cpu);

	area_printf(a, y, 1, l->stage ? STYLE_TEXT : STYLE_DIM, "CPU %u", cpu);
	if (stale)
		area_printf(a, y, 8, STYLE_STALE, "!%u", stale);
	if (!l->stage) {
		if (d->asked && cpu < d->last)
			area_glyph(a, y, LANE, STYLE_STRONG, GLYPH_VLINE);
		if (d->asked == d->wanted)
			area_text(a, y, LANE + 2, STYLE_DIM, "not asked");
		return;
	}
	draw_question(a, y, d, l, cpu, way);
	if (l->stage == HELD_UP)
		area_glyph(a, y, LANE + 1 + way, STYLE_STALE, GLYPH_WAITS);
	if (l->stage >= HANDLING)
		area_glyph(a, y, LANE + 1 + way, STYLE_USED, GLYPH_ARRIVED);
	if (l->stage == ANSWERED)
		draw_answer(a, y, d, cpu, way);
	if (a.cols >= LANE + way + 3 + 12)
		draw_state(a, y, LANE + way + 3, d, cpu);
}

/* How the lanes are laid out: one below the other, or, when there are too many of them, in columns. */
struct lanes {
	unsigned columns, rows, shown;
	int cols, way; /* of a column; of the way in it */
};

static struct lanes lay_out(struct area a, unsigned n)
{
	unsigned room = (unsigned)a.rows - 3, most = (unsigned)(a.cols / LANE_COLS);
	struct lanes l = { .columns = 1, .rows = n };

	if (n > room && room) {
		l.columns = (n + room - 1) / room;
		if (l.columns > most)
			l.columns = most ? most : 1;
		l.rows = (n + l.columns - 1) / l.columns;
	}
	if (l.rows > room) /* the last row is for those that are not shown */
		l.rows = room ? room - 1 : 0;
	l.shown = l.rows * l.columns < n ? l.rows * l.columns : n;
	l.cols = a.cols / (int)l.columns;
	l.way = l.columns > 1 ? l.cols - LANE - 4 : a.cols / 4 > 40 ? 40 : a.cols / 4;
	return l;
}

/* --- who asks, and what it costs -------------------------------------------------------------- */

/* Up to now, or to the last answer. */
static uint64_t waited(const struct shootdown *d)
{
	uint64_t until = d->answers < d->asked ? d->clock : d->last_answer;

	return d->asked >= d->wanted && until > d->waits_since ? until - d->waits_since : 0;
}

static void draw_asker(struct area a, int y, const struct shootdown *d)
{
	unsigned stale = stale_entries(&d->s->world->machine, d->asker);
	char cycles[24];
	int x;

	grouped_text(waited(d), cycles, sizeof(cycles));
	area_printf(a, y, 1, STYLE_STRONG, "CPU %u", d->asker);
	if (stale)
		area_printf(a, y, 8, STYLE_STALE, "!%u", stale);
	x = area_glyph(a, y, LANE, STYLE_STRONG, GLYPH_WORKS) + 1;
	if (d->asked == d->wanted && d->answers < d->asked)
		area_glyph(a, y, LANE, STYLE_NEW, GLYPH_WAITS);
	if (d->asked < d->wanted) {
		x = area_printf(a, y, x, STYLE_NEW, "sends IPI %u of %u", d->asked, d->wanted);
	} else if (d->answers < d->asked) {
		x = area_printf(a, y, x, STYLE_NEW, "waits for %u of %u answers, %s cycles so far",
		                d->asked - d->answers, d->asked, cycles);
	} else if (d->asked) {
		x = area_printf(a, y, x, STYLE_USED, "has %u of %u answers, after %s cycles",
		                d->answers, d->asked, cycles);
	} else {
		x = area_text(a, y, x, STYLE_TEXT, "has nobody to ask");
	}
	if (d->asker_flushed)
		area_printf(a, y, x, STYLE_TEXT, "; its own flush: %" PRIu64, d->asker_dropped);
}

/* What it has cost: the prices are the cost table's, the sum is the ledger's. */
static void draw_cost(struct area a, int y, const struct shootdown *d)
{
	struct ledger l = ledger_since(d->s->world, &d->s->then);
	char flushes[24], wait[24];

	grouped_text(l.cause[CAUSE_FLUSHES].cycles, flushes, sizeof(flushes));
	grouped_text(l.cause[CAUSE_IPI_WAIT].cycles ? l.cause[CAUSE_IPI_WAIT].cycles : waited(d), wait,
	             sizeof(wait));
	area_printf(a, y, 1, STYLE_DIM, "cost so far: IPIs %u x %" PRIu32 ", flushes %" PRIu64
	            " = %s, CPU %u waited %s cycles", d->asked, send_price(d),
	            l.cause[CAUSE_FLUSHES].count, flushes, d->asker, wait);
}

/* For those that there is no row for: how far they are. */
static void draw_rest(struct area a, int y, const struct shootdown *d, unsigned first)
{
	unsigned n = 0, answered = 0, flies = 0;

	for (unsigned i = first; i < d->s->world->machine.nr_cpus; i++) {
		if (i == d->asker)
			continue;
		n++;
		answered += d->lane[i].stage == ANSWERED;
		flies += d->lane[i].stage == IN_FLIGHT;
	}
	area_printf(a, y, 1, STYLE_DIM, "and %u more CPUs: %u have answered, to %u an IPI is on its way", n,
	            answered, flies);
}

int shootdown_rows(const struct view_state *s)
{
	struct shootdown d;

	if (!collect(&d, s))
		return 0;
	return s->world->machine.nr_cpus < ROWS_MOST - 2 ? (int)s->world->machine.nr_cpus + 2 : ROWS_MOST;
}

bool shootdown_runs(const struct view_state *s)
{
	struct shootdown d;
	const struct event *e = s->now.event;

	if (!collect(&d, s))
		return false;
	return d.answers < d.wanted || (e && (e->kind == EVENT_IPI_ACK || e->kind == EVENT_INVLPG ||
	                                      e->kind == EVENT_TLB_FLUSH));
}

void shootdown_draw(struct area a, const struct view_state *s)
{
	struct shootdown d;
	unsigned cpus = s->world->machine.nr_cpus, nth = 0;
	struct lanes l;
	char what[64] = "everything", title[128];

	if (a.rows < 3 || !collect(&d, s))
		return;
	if (d.request->arg[2])
		snprintf(what, sizeof(what), "%" PRIu64 " page%s at %08" PRIx64, d.request->arg[2],
		         d.request->arg[2] == 1 ? "" : "s", d.request->arg[1]);
	snprintf(title, sizeof(title), "shootdown: forget %s; !n: stale TLB entries", what);
	area_rule(a, 0, title);
	draw_asker(a, 1, &d);
	l = lay_out(a, cpus - 1);
	for (unsigned i = 0; i < cpus; i++) {
		if (i == d.asker)
			continue;
		if (nth == l.shown) {
			draw_rest(a, 2 + (int)l.rows, &d, i);
			l.rows++;
			break;
		}
		draw_asked(area_part(a, 2 + (int)(nth % l.rows), (int)(nth / l.rows) * l.cols, 1, l.cols),
		           &d, i, l.way);
		nth++;
	}
	draw_cost(a, 2 + (int)l.rows, &d);
}
