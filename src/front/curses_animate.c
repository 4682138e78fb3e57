/*
 * The animation: the steps of a command, one after the other, as the timeline has them.
 *
 * The command is done before the first frame is drawn; the session can show the world of any of
 * its positions, so playing a command is looking at each of them for a moment. Nothing waits for
 * it: a key ends it and is used as if there had been none. A long command is played in the same
 * time as a short one, by leaving out positions.
 */
#include "front/curses_front.h"

#include "front/save.h"
#include "front/signals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_MS 70     /* unless `speed` says otherwise */
#define PLAY_MS 2000    /* the longest */

void animate_rest(struct curses_front *f)
{
	struct interp *in = desk_interp(f->desk);

	look_at_session(&f->screen.view, desk_session(f->desk), interp_cpu(in));
	if (f->screen.view.world && f->shown_since <= f->screen.view.world->machine.log.n)
		f->screen.view.since = f->shown_since;
}

static bool wanted(struct curses_front *f)
{
	const char *animation = setting_get(desk_interp(f->desk), "animation");

	return !f->options->no_animation && !(animation && !strcmp(animation, "off"));
}

static uint32_t frame_ms(struct curses_front *f)
{
	const char *speed = setting_get(desk_interp(f->desk), "speed");
	long ms = speed ? strtol(speed, NULL, 10) : 0;

	return ms >= 10 && ms <= PLAY_MS ? (uint32_t)ms : FRAME_MS;
}

/* The line of kernel code that the CPU is about to run, where the answer will be. */
static void tell_line(struct curses_front *f, char *buf, size_t size)
{
	const struct view_state *v = &f->screen.view;
	const struct context *c = cpu_context(v->world, v->cpu);
	const struct frame *fr = c->depth ? &c->frame[c->depth - 1] : NULL;
	const struct step_text *step = fr ? frame_step(fr) : NULL;

	if (step)
		snprintf(buf, size, "%s: %s", op_get(fr->op)->name,
		         step->text + strspn(step->text, "\t "));
	f->screen.answer = buf;
}

/* Shows one position for a frame's time. False when a key or a signal ends the playing. */
static bool show_position(struct curses_front *f, uint32_t position, uint32_t ms)
{
	struct session *s = desk_session(f->desk);
	const char *answer = f->screen.answer;
	char line[160] = "";

	f->screen.view.world = session_peek(s, position);
	tell_line(f, line, sizeof(line));
	front_draw(f);
	f->screen.answer = answer;
	terminal_wait(f->terminal, (int)ms);
	front_signals(f);
	return !front_collect_keys(f) && !signal_came(SIGNAL_INTERRUPT) && !f->leaving;
}

void animate_reply(struct curses_front *f, const struct reply *r)
{
	uint32_t ms = frame_ms(f), end = session_end(desk_session(f->desk)), n, stride, position;

	/* Further back in time there is nothing to play: `back` is a jump. */
	if (!wanted(f) || f->nr_keys || f->leaving || r->to <= r->from + 1 || r->to > end)
		return;
	n = r->to - r->from;
	stride = (uint32_t)(((uint64_t)n * ms + PLAY_MS - 1) / PLAY_MS);
	animate_rest(f);
	for (position = r->from + 1; position < r->to; position += stride ? stride : 1)
		if (!show_position(f, position, ms))
			break;
	animate_rest(f);
}
