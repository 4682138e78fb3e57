/*
 * The view `events`: the last events in words, the newest at the bottom; the sentences are
 * lab/narrate.h's. In front of each its number, its CPU and what its CPU's clock had gained since
 * that CPU's event before it. What belongs to the command being shown stands out.
 *
 * Behind `view events` may stand what is to be seen: names of kinds (IPI_SEND PTE_SET), CPUs (cpu1),
 * and words that the sentence must have. The event in focus tells below what led to it, event by
 * event back to the command, and Enter goes to the moment when it had just happened. An animation sees
 * only what has happened so far.
 */
#include "view/draw.h"

#include "lab/narrate.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST 1000 /* rows that it is good for */
#define LOOKED_AT 20000u /* events that are looked through for what is wanted */
#define TOLD 600u        /* and sentences made for it */
#define CAUSES_SHOWN 4

/* What is to be seen; all of it when nothing was said. */
struct filter {
	bool any_kind;
	bool kind[EVENT_KINDS];
	uint32_t cpus; /* bits; 0 = all */
	char text[64]; /* in lower case; "" = any */
	unsigned told;
};

/* "cpu1", "cpu=1": its number, or -1. */
static int cpu_word(const char *word)
{
	char *end;
	unsigned long n;

	if (strncmp(word, "cpu", 3) != 0)
		return -1;
	word += 3 + (word[3] == '=');
	n = strtoul(word, &end, 10);
	return end > word && !*end && n < MAX_CPUS ? (int)n : -1;
}

static void add_word(struct filter *f, const char *word)
{
	const char *name = !strncmp(word, "kind=", 5) ? word + 5 : word;
	unsigned kind = event_kind_find(name);
	size_t length = strlen(f->text);

	if (cpu_word(word) >= 0) {
		f->cpus |= 1u << cpu_word(word);
	} else if (kind) {
		f->kind[kind] = true;
		f->any_kind = false;
	} else {
		word += !strncmp(word, "text=", 5) ? 5 : 0;
		snprintf(f->text + length, sizeof(f->text) - length, "%s%s", length ? " " : "", word);
	}
}

static struct filter read_filter(const char *args)
{
	struct filter f = { .any_kind = true };
	char words[VIEW_ARGS], *rest = NULL;

	snprintf(words, sizeof(words), "%s", args);
	for (char *w = strtok_r(words, " ", &rest); w; w = strtok_r(NULL, " ", &rest))
		add_word(&f, w);
	for (char *c = f.text; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return f;
}

/* A kind that is none would show nothing at all, for ever: refused. */
static bool takes(const char *args, struct message *m)
{
	char words[VIEW_ARGS], *rest = NULL;

	snprintf(words, sizeof(words), "%s", args);
	for (char *w = strtok_r(words, " ", &rest); w; w = strtok_r(NULL, " ", &rest)) {
		if (!strncmp(w, "kind=", 5) && !event_kind_find(w + 5))
			return fail(m, "there is no kind of event %.32s; \"help events\" lists them",
			            w + 5);
		if (!strncmp(w, "cpu=", 4) && cpu_word(w) < 0)
			return fail(m, "%.32s names no CPU", w);
	}
	return true;
}

static bool wanted(struct filter *f, const struct view_state *s, const struct event *e)
{
	char text[256];

	if (!f->any_kind && !f->kind[e->kind])
		return false;
	if (f->cpus && (e->cpu >= MAX_CPUS || !(f->cpus >> e->cpu & 1)))
		return false;
	if (!f->text[0])
		return true;
	if (f->told++ >= TOLD)
		return false;
	event_narrate(s->world, e, text, sizeof(text));
	for (char *c = text; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return strstr(text, f->text) != NULL;
}

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

static enum style style_of(const struct view_state *s, const struct event *e, uint32_t seq)
{
	if (e->kind == EVENT_OOPS || e->kind == EVENT_WARN)
		return STYLE_ERROR;
	if (e == s->now.event)
		return STYLE_NEW;
	return seq > s->since ? STYLE_TEXT : STYLE_DIM;
}

/* Its number, its CPU, its sentence. */
static void draw_sentence(struct area a, int y, const struct view_state *s, uint32_t seq,
                          const struct event *e, enum style style)
{
	char text[256];
	int x = area_printf(a, y, 0, STYLE_DIM, "%6" PRIu32 " ", seq);

	if (e->cpu == EVENT_NO_CPU)
		x = area_text(a, y, x, STYLE_DIM, "      ");
	else
		x = area_printf(a, y, x, e->cpu == s->cpu ? style : STYLE_DIM, "CPU %-2u", e->cpu);
	event_narrate(s->world, e, text, sizeof(text));
	area_text(area_part(a, 0, 0, a.rows, a.cols - 8), y, x + 1, style, text);
}

/* A row of the list. Returns whether it has the focus. */
static bool draw_event(struct area a, int y, const struct view_state *s, uint32_t seq,
                       const struct event *e)
{
	char cycles[32] = "", command[SPOT_COMMAND];
	uint64_t took = cycles_since(&s->world->machine.log, seq, e);

	draw_sentence(a, y, s, seq, e, style_of(s, e, seq));
	if (took && a.cols >= 60)
		snprintf(cycles, sizeof(cycles), "+%" PRIu64, took);
	area_right(a, y, a.cols - 1, STYLE_DIM, cycles);
	snprintf(command, sizeof(command), "goto event %" PRIu32, seq);
	if (!spot_add(s->spots, a, y, 0, 1, a.cols, command, "event %" PRIu32, seq))
		return false;
	draw_focus(a, y, 0, 1, a.cols);
	return true;
}

/* The number of the event that has the focus, 0 = none: known before the drawing, by its name. */
static uint32_t focused_event(const struct view_state *s)
{
	unsigned long n = 0;

	if (s->spots && !strncmp(s->spots->focus, "event ", 6))
		n = strtoul(s->spots->focus + 6, NULL, 10);
	return n <= s->world->machine.log.n ? (uint32_t)n : 0;
}

/* What led to an event, the nearest cause first. Returns the rows taken, at the bottom. */
static int draw_causes(struct area a, const struct view_state *s, uint32_t seq)
{
	const struct event *e = event_get(&s->world->machine.log, seq);
	uint32_t cause[CAUSES_SHOWN];
	int n = 0;

	for (; e && e->cause && e->cause < seq && n < CAUSES_SHOWN && n < a.rows / 4; n++) {
		cause[n] = seq = e->cause;
		e = event_get(&s->world->machine.log, seq);
	}
	if (!n)
		return 0;
	area_rule(a, a.rows - n - 1, "because");
	for (int i = 0; i < n; i++) {
		e = event_get(&s->world->machine.log, cause[i]);
		if (e)
			draw_sentence(a, a.rows - n + i, s, cause[i], e, STYLE_TEXT);
	}
	return n + 1;
}

static void draw(struct area a, const struct view_state *s)
{
	const struct event_log *log = &s->world->machine.log;
	struct filter f = read_filter(view_args(s, &events_view));
	uint32_t seq = shown_until(s), skip = s->scroll, focus = focused_event(s);
	int y;

	if (focus && a.rows >= 8)
		a.rows -= draw_causes(a, s, focus);
	y = a.rows - 1;
	for (uint32_t n = 0; y >= 0 && seq && seq >= log->first && n < LOOKED_AT; seq--, n++) {
		const struct event *e = event_get(log, seq);

		if (!e || !wanted(&f, s, e))
			continue;
		if (skip) {
			skip--;
			continue;
		}
		draw_event(a, y--, s, seq, e);
	}
	if (y == a.rows - 1)
		area_text(a, 0, 1, STYLE_DIM, "no such event");
}

static void caption(const struct view_state *s, char *buf, size_t size)
{
	uint32_t until = shown_until(s);
	const char *args = view_args(s, &events_view);

	if (*args)
		snprintf(buf, size, "what happened: %s", args);
	else if (until > s->since && s->since)
		snprintf(buf, size, "what happened: %" PRIu32 " event%s", until - s->since,
		         until - s->since == 1 ? "" : "s");
	else
		snprintf(buf, size, "what happened");
}

static int wants(const struct view_state *s, int cols)
{
	(void)cols;
	return s->world->machine.log.n < LONGEST ? (int)s->world->machine.log.n + 3 : LONGEST;
}

const struct view_ops events_view = {
	.name = "events", .doc = "what happened, in words; by kind, CPU or text",
	.rows = 1, .cols = 24, .caption = caption, .draw = draw, .wants = wants,
	.usage = "[KIND|cpuN|WORD]...", .takes = takes,
};
