/*
 * Planning an animation. Every step is worth a picture, and an event in which something moves is
 * worth several (view/motion.def). A kmap has forty of them, a run of many tasks millions; what
 * there is no time for is left out by rank: when the flush of a whole pool is to be seen, nobody
 * misses the lines of code between two flushes. Of the first rank for which the time is too short
 * each event gets fewer pictures, or every so-many-th event one, so that the whole of the command is
 * still seen.
 */
#include "front/plan.h"

#include "lab/narrate.h"
#include "view/draw.h"
#include "view/motion.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POSITIONS 20000u /* looked at; of a longer command every so-many-th */
#define PICTURES 200000u /* noted before the thinning */
#define RARE 4           /* the rank of IPIs */

static void add(struct plan *p, struct picture picture)
{
	if (p->n == p->room) {
		p->room = p->room ? 2 * p->room : 256;
		p->picture = realloc(p->picture, p->room * sizeof(*p->picture));
		if (!p->picture)
			abort();
	}
	p->picture[p->n++] = picture;
}

/* All pictures of one event. */
static void add_event(struct plan *p, uint32_t position, uint32_t seq, unsigned phases,
                      unsigned rank, unsigned kind)
{
	for (unsigned i = 0; i < phases && p->n < PICTURES; i++)
		add(p, (struct picture){ position, seq, (uint16_t)i, (uint16_t)phases,
			                 (uint8_t)rank, (uint8_t)kind });
}

/* What moves in the events from `first` on. False when nothing does. */
static bool add_motions(struct plan *p, const struct event_log *log, uint32_t position,
                        uint32_t first)
{
	bool moved = false;

	for (uint32_t seq = first < log->first ? log->first : first; seq <= log->n; seq++) {
		const struct event *e = event_get(log, seq);
		unsigned pictures = e ? motion_pictures(e) : 1;

		if (pictures < 2)
			continue;
		add_event(p, position, seq, pictures, motion_rank(e->kind), e->kind);
		moved = true;
	}
	return moved;
}

/* What a rank has: pictures, and events of each kind. */
struct share {
	size_t pictures, events, kind[EVENT_KINDS];
	size_t each;  /* pictures that an event may have, 0: not even one of each */
	size_t every; /* then the last one of every so-many-th event of a kind */
};

/* Of each kind one in `every`, and the first in any case: events of a command come in patterns, and
 * every third of all might be always the same kind. */
static size_t events_left(const struct share *s, size_t every)
{
	size_t n = 0;

	for (unsigned i = 0; i < EVENT_KINDS; i++)
		n += (s->kind[i] + every - 1) / every;
	return n;
}

/* Shares `most` out, the higher ranks first: each event gets fewer pictures, and where even one of
 * each is too much, fewer events get one. */
static void share_out(struct share share[MOTION_RANKS], size_t most)
{
	for (int rank = MOTION_RANKS; rank-- > 0;) {
		struct share *s = &share[rank];
		size_t taken;

		s->each = s->pictures <= most ? SIZE_MAX : s->events ? most / s->events : 0;
		s->every = 1;
		while (!s->each && s->every < s->events && events_left(s, s->every) > most)
			s->every++;
		if (!most)
			s->every = 0;
		taken = s->each == SIZE_MAX ? s->pictures : most;
		most -= taken;
	}
}

/* Whether a picture stays; of several of an event the last one does, for where something came to
 * matters more than the way. `nth`: of its kind, from 0. */
static bool stays(const struct picture *p, const struct share *s, size_t nth)
{
	if (s->each >= p->phases)
		return true;
	if (s->each)
		return p->phase * s->each / p->phases != (p->phase + 1u) * s->each / p->phases;
	return s->every && nth % s->every == 0 && p->phase + 1 == p->phases;
}

/* Keeps `most` pictures, the higher ranks first. */
static void thin(struct plan *p, size_t most)
{
	struct share share[MOTION_RANKS] = { { 0 } };
	size_t nth[EVENT_KINDS] = { 0 }, keep = 0;

	for (size_t i = 0; i < p->n; i++) {
		struct share *s = &share[p->picture[i].rank];

		s->pictures++;
		s->events += p->picture[i].phase == 0;
		s->kind[p->picture[i].kind] += p->picture[i].phase == 0;
	}
	share_out(share, most);
	for (size_t i = 0; i < p->n; i++) {
		const struct picture *now = &p->picture[i];

		if (stays(now, &share[now->rank], nth[now->kind]))
			p->picture[keep++] = *now;
		nth[now->kind] += now->phase + 1 == now->phases;
	}
	p->n = keep;
}

/* A shootdown is not over in a moment: with something of that rank there is twice the time. */
static size_t time_for(const struct plan *p, size_t most)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->picture[i].rank >= RARE)
			return 2 * most;
	return most;
}

void plan_make(struct plan *p, struct session *s, uint32_t from, uint32_t to, size_t most)
{
	uint32_t stride = (to - from) / POSITIONS + 1, seen = session_peek(s, from)->machine.log.n;

	*p = (struct plan){ 0 };
	for (uint32_t position = from + 1; position <= to && p->n < PICTURES;) {
		const struct event_log *log = &session_peek(s, position)->machine.log;

		/* The last position needs no picture of its own: it is what is shown afterwards. */
		if (!add_motions(p, log, position, seen + 1) && position < to)
			add(p, (struct picture){ position, 0, 0, 1, 0, 0 });
		seen = log->n;
		position = position < to && to - position < stride ? to : position + stride;
	}
	thin(p, time_for(p, most));
}

void plan_event(struct plan *p, uint32_t position, uint32_t seq, unsigned phases)
{
	*p = (struct plan){ 0 };
	add_event(p, position, seq, phases, MOTION_RANKS - 1, EVENT_BOOT);
}

void plan_release(struct plan *p)
{
	free(p->picture);
	*p = (struct plan){ 0 };
}

/* --- looking at one --------------------------------------------------------------------------- */

/* The line of kernel code that the CPU is about to run. */
static void tell_line(const struct view_state *v, char *buf, size_t size)
{
	const struct context *c = cpu_context(v->world, v->cpu);
	const struct frame *fr = c->depth ? &c->frame[c->depth - 1] : NULL;
	const struct step_text *step = fr ? frame_line(fr) : NULL;

	if (step)
		snprintf(buf, size, "%s: %s", op_get(fr->op)->name,
		         step->text + strspn(step->text, "\t "));
}

static void tell_event(const struct view_state *v, char *buf, size_t size)
{
	const struct event *e = v->now.event;
	char text[200];

	event_narrate(v->world, e, text, sizeof(text));
	if (e->cpu == EVENT_NO_CPU)
		snprintf(buf, size, "%s", text);
	else
		snprintf(buf, size, "CPU %u: %s", (unsigned)e->cpu, text);
}

void picture_look(const struct picture *p, struct session *s, struct view_state *v, char *text,
                  size_t size)
{
	text[0] = '\0';
	v->world = session_peek(s, p->position);
	v->now = (struct happening){ .phase = p->phase, .phases = p->phases };
	if (p->seq)
		v->now.event = event_get(&v->world->machine.log, p->seq);
	if (v->now.event)
		tell_event(v, text, size);
	else
		tell_line(v, text, size);
}
