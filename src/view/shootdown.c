/*
 * A TLB shootdown: a CPU has changed a mapping that others may have in their TLBs, and asks them to
 * forget it; kernel/smp.c and kernel/tlb.c have the code. What one should see is who waits for whom:
 *
 *	asks     CPU 0 ▌ sent 2 IPIs ○ waits for 1 answer
 *	asked    CPU 1 ──────────────● flushed: 41 entries go ◄──────────────
 *	         CPU 2 ──────────►     an IPI on its way
 *	         CPU 3 ──────────────○ interrupts are off: waits
 *
 * A lane is drawn from what happened since the request (IPI_SEND, IRQ_DELIVER, TLB_FLUSH,
 * FLUSH_DONE, IPI_ACK) and from what is pending now. An IPI in flight stands where the sender's
 * clock says it is between sending and arriving, or where the animation has moved it to.
 */
#include "view/shootdown.h"

#include "view/draw.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LANES_MAX MAX_CPUS
#define LANE 8 /* column at which a lane's way begins */

enum stage { NOT_ASKED, IN_FLIGHT, HELD_UP, HANDLING, ANSWERED };

struct lane {
	enum stage stage;
	uint64_t sent, due, arrived, answered; /* cycles */
	uint64_t dropped;                      /* TLB entries that went */
	bool flushed;
};

struct shootdown {
	const struct view_state *s;
	const struct event *request;
	unsigned asker, asked, answers;
	uint64_t asker_dropped;
	bool asker_flushed;
	struct lane lane[LANES_MAX];
};

static void note_asker(struct shootdown *d, const struct event *e)
{
	if (e->kind == EVENT_IPI_SEND && e->arg[0] < LANES_MAX) {
		struct lane *to = &d->lane[e->arg[0]];

		*to = (struct lane){ .stage = IN_FLIGHT, .sent = e->cycle, .due = e->arg[2] };
		d->asked++;
	} else if (e->kind == EVENT_TLB_FLUSH || e->kind == EVENT_INVLPG) {
		d->asker_flushed = true;
		d->asker_dropped += e->arg[e->kind == EVENT_INVLPG];
	}
}

static void note_asked(struct lane *l, struct shootdown *d, const struct event *e)
{
	if (e->kind == EVENT_IRQ_DELIVER && e->arg[1] == d->asker) {
		l->stage = HANDLING;
		l->arrived = e->cycle;
	} else if (l->stage == HANDLING && e->kind == EVENT_TLB_FLUSH) {
		l->flushed = true;
		l->dropped += e->arg[0];
	} else if (l->stage == HANDLING && e->kind == EVENT_INVLPG) {
		l->flushed = true;
		l->dropped += e->arg[1];
	} else if (l->stage == HANDLING && e->kind == EVENT_IPI_ACK) {
		l->stage = ANSWERED;
		l->answered = e->cycle;
		d->answers++;
	}
}

/* From the newest request on, what each CPU did about it. */
static bool collect(struct shootdown *d, const struct view_state *s)
{
	const struct world *w = s->world;
	const struct event_log *log = &w->machine.log;
	uint32_t until = shown_until(s), first = first_new_event(w, s->since), seq = until;

	*d = (struct shootdown){ .s = s };
	for (; seq >= first && seq; seq--) {
		d->request = event_get(log, seq);
		if (d->request && d->request->kind == EVENT_FLUSH_REQUEST)
			break;
	}
	if (seq < first || !seq)
		return false;
	d->asker = d->request->cpu;
	for (seq++; seq <= until; seq++) {
		const struct event *e = event_get(log, seq);

		if (e && e->cpu == d->asker)
			note_asker(d, e);
		else if (e && e->cpu < w->machine.nr_cpus && d->lane[e->cpu].stage)
			note_asked(&d->lane[e->cpu], d, e);
	}
	/* What is due and not taken is held up, by the receiver's interrupt flag. */
	for (unsigned i = 0; i < w->machine.nr_cpus; i++)
		if (d->lane[i].stage == IN_FLIGHT && !w->machine.cpu[i].eflags_if &&
		    w->machine.cpu[d->asker].cycle >= d->lane[i].due)
			d->lane[i].stage = HELD_UP;
	return true;
}

/* Cells that an IPI has come on its way. */
static int ipi_gone(const struct shootdown *d, const struct lane *l, unsigned cpu, int way)
{
	uint64_t now = d->s->world->machine.cpu[d->asker].cycle;

	if (is_now(d->s, EVENT_IPI_SEND) && d->s->now.event->arg[0] == cpu)
		return way_gone(d->s, way);
	if (l->stage != IN_FLIGHT)
		return way;
	return l->due > l->sent && now > l->sent ? scale_to(now - l->sent, l->due - l->sent, way) : 0;
}

/* The answer comes back along the lane. */
static void draw_answer(struct area a, int y, int x, const struct shootdown *d,
                        const struct lane *l, unsigned cpu)
{
	int way = a.cols - x - 12 < 14 ? a.cols - x - 12 : 14, gone = way;
	char text[32];

	if (is_now(d->s, EVENT_IPI_ACK) && d->s->now.event->cpu == cpu)
		gone = way_gone(d->s, way);
	for (int i = 0; i < gone; i++)
		area_glyph(a, y, x + way - 1 - i, STYLE_USED, i + 1 == gone ? GLYPH_ACK : GLYPH_HLINE);
	grouped_text(l->answered - l->sent, text, sizeof(text));
	if (way > 0)
		area_printf(a, y, x + way + 1, STYLE_DIM, "+%s", text);
}

static void draw_asked(struct area a, int y, const struct shootdown *d, unsigned cpu)
{
	const struct lane *l = &d->lane[cpu];
	int way = a.cols / 4 > 24 ? 24 : a.cols / 4, gone = ipi_gone(d, l, cpu, way), x;
	enum style style = l->stage == IN_FLIGHT ? STYLE_NEW : STYLE_DIM;

	area_printf(a, y, 1, l->stage ? STYLE_TEXT : STYLE_DIM, "CPU %u", cpu);
	if (!l->stage) {
		area_text(a, y, LANE, STYLE_DIM, "not asked");
		return;
	}
	area_repeat(a, y, LANE, gone, style, GLYPH_HLINE);
	x = LANE + gone;
	if (l->stage == IN_FLIGHT) {
		x = area_glyph(a, y, x, STYLE_NEW, GLYPH_IPI) + 1;
		area_text(a, y, x > LANE + way + 1 ? x : LANE + way + 2, STYLE_DIM, "on its way");
	} else if (l->stage == HELD_UP) {
		x = area_glyph(a, y, x, STYLE_STALE, GLYPH_WAITS) + 1;
		area_text(a, y, x, STYLE_STALE, "interrupts are off: waits");
	} else {
		x = area_glyph(a, y, x, STYLE_USED, GLYPH_ARRIVED) + 1;
		if (!l->flushed)
			x = area_text(a, y, x, STYLE_NEW, "the handler runs");
		else
			x = area_printf(a, y, x, STYLE_TEXT, "flush: %2" PRIu64 " %s", l->dropped,
			                l->dropped == 1 ? "entry goes " : "entries go");
		if (l->stage == ANSWERED)
			draw_answer(a, y, x + 1, d, l, cpu);
	}
}

static void draw_asker(struct area a, int y, const struct shootdown *d)
{
	unsigned missing = d->asked - d->answers;
	int x = area_printf(a, y, 1, STYLE_STRONG, "CPU %u", d->asker);

	(void)x;
	x = area_glyph(a, y, LANE, STYLE_STRONG, GLYPH_WORKS) + 1;
	x = area_printf(a, y, x, STYLE_TEXT, "sent %u IPI%s ", d->asked, d->asked == 1 ? "" : "s");
	if (missing) {
		x = area_glyph(a, y, x + 1, STYLE_NEW, GLYPH_WAITS) + 1;
		area_printf(a, y, x, STYLE_NEW, "waits for %u answer%s", missing,
		            missing == 1 ? "" : "s");
	} else if (d->asked) {
		x = area_text(a, y, x + 1, STYLE_USED, "all have answered");
		if (d->asker_flushed)
			area_printf(a, y, x, STYLE_TEXT, "; its own flush: %" PRIu64 " go",
			            d->asker_dropped);
	}
}

/* What it has cost: the prices are the cost table's, the sum is the ledger's. */
static void draw_cost(struct area a, int y, const struct shootdown *d)
{
	struct ledger l = ledger_since(d->s->world, &d->s->then);
	uint32_t price = d->s->world->machine.cost->cycles[COST_IPI_SEND];
	char flushes[24], waited[24];

	grouped_text(l.cause[CAUSE_FLUSHES].cycles, flushes, sizeof(flushes));
	grouped_text(l.cause[CAUSE_IPI_WAIT].cycles, waited, sizeof(waited));
	area_printf(a, y, 1, STYLE_DIM, "cost so far: IPIs %" PRIu64 " x %" PRIu32 ", flushes %" PRIu64
	            " = %s, CPU %u waited %s cycles", l.cause[CAUSE_IPIS].count, price,
	            l.cause[CAUSE_FLUSHES].count, flushes, d->asker, waited);
}

int shootdown_rows(const struct view_state *s)
{
	struct shootdown d;

	return collect(&d, s) ? (int)s->world->machine.nr_cpus + 2 : 0;
}

void shootdown_draw(struct area a, const struct view_state *s)
{
	struct shootdown d;
	char title[96];
	int y = 1;

	if (a.rows < 3 || !collect(&d, s))
		return;
	if (d.request->arg[2])
		snprintf(title, sizeof(title), "shootdown: forget %" PRIu64 " page%s at %08" PRIx64,
		         d.request->arg[2], d.request->arg[2] == 1 ? "" : "s", d.request->arg[1]);
	else
		snprintf(title, sizeof(title), "shootdown: forget everything");
	area_rule(a, 0, title);
	draw_asker(a, y++, &d);
	for (unsigned i = 0; i < s->world->machine.nr_cpus && y < a.rows - 1; i++)
		if (i != d.asker)
			draw_asked(a, y++, &d, i);
	draw_cost(a, y, &d);
}
