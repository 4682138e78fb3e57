/*
 * The same story as the screen's animation tells, from the same events (view/motion.def), as lines.
 * Who listens to it being read aloud cannot let the eye run over forty lines that are alike, so a
 * kind of event is told twice for each CPU at most, and behind them how many more there were.
 */
#include "front/tell.h"

#include "lab/narrate.h"
#include "view/motion.h"

#include <ctype.h>
#include <inttypes.h>

#define ALIKE 2
#define LINES 24

struct telling {
	unsigned lines;
	uint32_t left_out;
	uint8_t told[EVENT_KINDS][MAX_CPUS + 1]; /* the last one: no CPU's */
};

static void tell_event(FILE *out, struct telling *t, const struct world *w, const struct event *e)
{
	unsigned cpu = e->cpu < MAX_CPUS ? e->cpu : MAX_CPUS;
	char text[256];

	if (t->told[e->kind][cpu] == ALIKE || t->lines == LINES) {
		t->left_out++;
		return;
	}
	t->told[e->kind][cpu]++;
	t->lines++;
	event_narrate(w, e, text, sizeof(text));
	if (e->cpu == EVENT_NO_CPU)
		fprintf(out, "%c%s.\n", toupper((unsigned char)text[0]), text + 1);
	else
		fprintf(out, "CPU %u: %s.\n", (unsigned)e->cpu, text);
}

void tell_events(FILE *out, const struct world *w, uint32_t n)
{
	const struct event_log *log = &w->machine.log;
	struct telling t = { 0 };

	for (uint32_t seq = n < log->n ? log->n - n + 1 : 1; seq <= log->n; seq++) {
		const struct event *e = event_get(log, seq);

		if (e && motion_rank(e->kind))
			tell_event(out, &t, w, e);
	}
	if (t.left_out)
		fprintf(out, "And %" PRIu32 " more like these; \"step\" shows each.\n", t.left_out);
}
