/*
 * The animation: the steps of a command, one after the other, as the timeline has them; and within
 * a step what moves in it, in several pictures (front/plan.h).
 *
 * The command is done before the first picture is drawn; the session can show the world of any of
 * its positions, so playing a command is looking at each of them for a moment. Nothing waits for
 * it: keys of the editor go into the line while it plays, Esc and Enter end it, any other key ends
 * it and is used as if there had been none. Space pauses, and then the arrows leaf through the
 * pictures one by one. A long command has no more pictures than a short one: what matters least is
 * left out.
 */
#include "front/curses_front.h"

#include "front/clock.h"
#include "front/plan.h"
#include "front/save.h"
#include "front/signals.h"
#include "view/motion.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_MS 70   /* unless `speed` says otherwise */
#define PLAY_MOST 42  /* pictures of a command: three seconds of them, at that speed */
#define PLAY_STEP 5000 /* pictures, when each waits for a key */

void animate_rest(struct curses_front *f)
{
	struct interp *in = desk_interp(f->desk);
	struct view_state *v = &f->screen.view;

	look_at_session(v, desk_session(f->desk), interp_cpu(in));
	v->lesson = desk_lesson(f->desk);
	if (v->world && f->shown_since <= v->world->machine.log.n) {
		v->since = f->shown_since;
		v->then = f->shown_then;
	}
}

static const char *mode(struct curses_front *f)
{
	const char *animation = setting_get(desk_interp(f->desk), "animation");

	return f->options->no_animation || !animation ? "off" : animation;
}

static uint32_t frame_ms(struct curses_front *f)
{
	const char *speed = setting_get(desk_interp(f->desk), "speed");
	long ms = speed ? strtol(speed, NULL, 10) : 0;

	return ms >= 10 && ms <= 2000 ? (uint32_t)ms : FRAME_MS;
}

/* --- one picture ------------------------------------------------------------------------------ */

/* Where the answer will be stands meanwhile what is seen, in words. */
static void show(struct curses_front *f, const struct picture *p)
{
	struct view_state *v = &f->screen.view;
	const char *answer = f->screen.answer;
	unsigned refusals = f->screen.nr_refusals;
	char line[256] = "";

	picture_look(p, desk_session(f->desk), v, line, sizeof(line));
	f->play.position = p->position;
	f->screen.answer = line;
	f->screen.nr_refusals = 0; /* they are parts of the other */
	front_draw(f);
	f->screen.nr_refusals = refusals;
	f->screen.answer = answer;
}

/* --- playing ---------------------------------------------------------------------------------- */

/* Until something comes, or the time is over. True when the picture must be drawn again. */
static bool attend(struct curses_front *f, int64_t until)
{
	int64_t left = until - clock_ms();
	bool again = false;

	/* What was typed ahead comes first. */
	if (!f->nr_keys && !terminal_wait(f->terminal, f->play.paused ? -1 : left > 0 ? (int)left : 0))
		f->leaving = true;
	front_signals(f);
	front_collect_keys(f);
	while (f->nr_keys && !f->play.skip && !f->play.move) {
		uint32_t key = front_next_key(f);

		front_play_key(f, key);
		again = true;
	}
	if (signal_came(SIGNAL_INTERRUPT) || signal_came(SIGNAL_RESIZE))
		again = true;
	if (signal_came(SIGNAL_INTERRUPT))
		f->play.skip = true;
	return again;
}

static void play(struct curses_front *f, const struct plan *p)
{
	uint32_t ms = frame_ms(f);
	size_t i = 0;

	f->play.on = true;
	while (i < p->n && !f->play.skip && !f->leaving) {
		int64_t until = clock_ms() + ms;

		show(f, &p->picture[i]);
		f->play.move = 0;
		while (!f->play.skip && !f->leaving && !f->play.move &&
		       (f->play.paused || clock_ms() < until))
			if (attend(f, until))
				show(f, &p->picture[i]);
		if (f->play.move >= 0)
			i++;
		else if (i)
			i--;
	}
	f->play.on = false;
	animate_rest(f);
}

/* --- what to play ----------------------------------------------------------------------------- */

/* Whether the world was booted anew since the command began: then there is one thing to see, the
 * boundaries moving to where they are now. */
static bool plan_boot(struct curses_front *f, const struct reply *r, struct plan *p)
{
	const struct world *w = session_world(desk_session(f->desk));
	const struct layout none = { 0 };

	if (!w || r->to || !memcmp(&f->layout_before, &none, sizeof(none)) ||
	    !memcmp(&f->layout_before, &w->kernel.layout, sizeof(none)))
		return false;
	for (uint32_t seq = 1; seq <= w->machine.log.n; seq++) {
		const struct event *e = event_get(&w->machine.log, seq);

		if (!e || e->kind != EVENT_BOOT)
			continue;
		plan_event(p, 0, seq, motion_pictures(e));
		return true;
	}
	return false;
}

void animate_reply(struct curses_front *f, const struct reply *r)
{
	struct session *s = desk_session(f->desk);
	bool by_key = !strcmp(mode(f), "step");
	struct plan p = { 0 };

	if (!strcmp(mode(f), "off") || f->play.skip || f->leaving)
		return;
	animate_rest(f);
	if (plan_boot(f, r, &p)) {
		f->screen.view.before = &f->layout_before;
		f->screen.view.since = 0;
	} else if (r->to > r->from && r->to <= session_end(s)) {
		/* Further back in time there is nothing to play: `back` is a jump. */
		plan_make(&p, s, r->from, r->to, by_key ? PLAY_STEP : PLAY_MOST);
	}
	f->play.paused = by_key;
	play(f, &p);
	f->screen.view.before = NULL;
	plan_release(&p);
	/* A boot that follows in the same line begins here. */
	if (session_world(s))
		f->layout_before = session_world(s)->kernel.layout;
}
