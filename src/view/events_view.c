/*
 * The view `events`: the last events in words, the newest at the bottom; the sentences are
 * lab/narrate.h's. In front of each its number, its CPU and what its CPU's clock had gained since
 * that CPU's event before it. What belongs to the command being shown stands out.
 */
#include "view/view.h"

#include "lab/narrate.h"

#include <inttypes.h>
#include <stdio.h>

#define LONGEST 1000 /* rows that it is good for */

/* Cycles since the event before it on the same CPU; 0 when that one is far away or gone, or the
 * clock was set back in between: the machine was booted. */
static uint64_t cycles_since(const struct event_log *log, uint32_t seq, const struct event *e)
{
	for (uint32_t back = 1; back < seq && back <= 64; back++) {
		const struct event *before = event_get(log, seq - back);

		if (!before)
			return 0;
		if (before->cpu == e->cpu)
			return e->cycle > before->cycle ? e->cycle - before->cycle : 0;
	}
	return 0;
}

static void draw_event(struct area a, int y, const struct view_state *s, uint32_t seq)
{
	const struct event *e = event_get(&s->world->machine.log, seq);
	enum style style = seq > s->since ? STYLE_TEXT : STYLE_DIM;
	char text[256], cycles[32] = "";
	uint64_t took;
	int x;

	if (!e)
		return;
	if (e->kind == EVENT_OOPS || e->kind == EVENT_WARN)
		style = STYLE_ERROR;
	took = cycles_since(&s->world->machine.log, seq, e);
	if (took && a.cols >= 60)
		snprintf(cycles, sizeof(cycles), "+%" PRIu64, took);
	x = area_printf(a, y, 0, STYLE_DIM, "%6" PRIu32 " ", seq);
	if (e->cpu == EVENT_NO_CPU)
		x = area_text(a, y, x, STYLE_DIM, "      ");
	else
		x = area_printf(a, y, x, e->cpu == s->cpu ? style : STYLE_DIM, "CPU %-2u", e->cpu);
	event_narrate(s->world, e, text, sizeof(text));
	area_text(area_part(a, 0, 0, a.rows, a.cols - 8), y, x + 1, style, text);
	area_right(a, y, a.cols - 1, STYLE_DIM, cycles);
}

static void draw(struct area a, const struct view_state *s)
{
	const struct event_log *log = &s->world->machine.log;
	uint32_t last = log->n > s->scroll ? log->n - s->scroll : 0;

	for (int y = a.rows - 1; y >= 0 && last && last >= log->first; y--)
		draw_event(a, y, s, last--);
}

static void caption(const struct view_state *s, char *buf, size_t size)
{
	const struct event_log *log = &s->world->machine.log;

	if (log->n > s->since && s->since)
		snprintf(buf, size, "what happened: %" PRIu32 " event%s", log->n - s->since,
		         log->n - s->since == 1 ? "" : "s");
	else
		snprintf(buf, size, "what happened");
}

static int wants(const struct view_state *s, int cols)
{
	(void)cols;
	return s->world->machine.log.n < LONGEST ? (int)s->world->machine.log.n + 3 : LONGEST;
}

const struct view_ops events_view = {
	.name = "events", .doc = "the last events in words",
	.rows = 1, .cols = 24, .caption = caption, .draw = draw, .wants = wants,
};
