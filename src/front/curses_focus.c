/*
 * The focus: where keys go. Tab leads from the prompt to the panes, one after the other, to the
 * timeline and back; a character typed leads back to the prompt from everywhere, because typing must
 * always do what it does.
 *
 * Inside a pane the arrows go from spot to spot (view/spot.h): what can be pointed at is known from
 * the drawing itself, so a view has arrow keys without a line of code for them.
 */
#include "front/curses_front.h"

#include "lab/translate.h"

#include <stdlib.h>
#include <string.h>

void focus_begin(struct curses_front *f)
{
	panes_init(&f->screen.panes);
	for (unsigned i = 0; i < PANES_MAX; i++) {
		f->spots[i].spot = calloc(SPOTS_MAX, sizeof(struct spot));
		if (!f->spots[i].spot)
			abort();
		f->screen.panes.pane[i].spots = &f->spots[i];
	}
}

void focus_end(struct curses_front *f)
{
	for (unsigned i = 0; i < PANES_MAX; i++)
		free(f->spots[i].spot);
}

static struct spots *chosen_spots(struct curses_front *f)
{
	return f->screen.panes.pane[f->screen.panes.chosen].spots;
}

static void set_focus(struct curses_front *f, const struct spot *spot)
{
	struct spots *spots = chosen_spots(f);

	/* Not snprintf: a spot's name may be the very string that is written. */
	if (spot)
		memmove(spots->focus, spot->name, sizeof(spots->focus));
}

/* Into a pane: the place that had the focus there before, or the first. A pane that was not on the
 * screen is drawn first, for its spots to be known. */
static void enter_pane(struct curses_front *f, unsigned pane)
{
	f->screen.focus = FOCUS_PANE;
	f->screen.panes.chosen = pane;
	front_draw(f);
	if (!spot_focused(chosen_spots(f)))
		set_focus(f, spot_towards(chosen_spots(f), 1, 0));
	if (!spot_focused(chosen_spots(f)) && chosen_spots(f)->n)
		set_focus(f, &chosen_spots(f)->spot[0]);
}

/* Stops in order: 0 the prompt, 1..n the panes, n + 1 the timeline. */
void focus_move(struct curses_front *f, int direction)
{
	struct panes *p = &f->screen.panes;
	int stops = (int)p->n + 2, at = 0;

	if (f->screen.focus == FOCUS_PANE)
		at = (int)p->chosen + 1;
	else if (f->screen.focus == FOCUS_TIMELINE)
		at = stops - 1;
	at = (at + direction + stops) % stops;
	/* A zoomed pane is the only one. */
	if (p->zoomed && at >= 1 && at <= (int)p->n && at != (int)p->chosen + 1)
		at = f->screen.focus == FOCUS_PANE ? (direction > 0 ? stops - 1 : 0) :
		                                     (int)p->chosen + 1;
	if (at == 0) {
		f->screen.focus = FOCUS_PROMPT;
		if (!p->zoomed)
			p->chosen = 0;
	} else if (at == stops - 1) {
		f->screen.focus = FOCUS_TIMELINE;
	} else {
		enter_pane(f, (unsigned)at - 1);
	}
}

bool focus_prompt(struct curses_front *f)
{
	if (f->screen.focus == FOCUS_PROMPT)
		return false;
	f->screen.focus = FOCUS_PROMPT;
	return true;
}

void focus_arrow(struct curses_front *f, enum key_action action)
{
	int dy = action == ACTION_DOWN ? 1 : action == ACTION_UP ? -1 : 0;
	int dx = action == ACTION_RIGHT ? 1 : action == ACTION_LEFT ? -1 : 0;
	const struct spot *to = spot_towards(chosen_spots(f), dy, dx);

	if (to)
		set_focus(f, to);
	else if (dy)
		pane_scroll(f, f->screen.panes.chosen, dy);
	else
		terminal_beep(f->terminal);
}

/* --- details ---------------------------------------------------------------------------------- */

/* The pop-up of a spot: what it is, and the command that shows it with what that does. */
void focus_detail(struct curses_front *f)
{
	const struct spot *spot = spot_focused(chosen_spots(f));
	struct detail *d = &f->detail;

	if (!spot) {
		terminal_beep(f->terminal);
		return;
	}
	complete_close(f);
	detail_of(d, &f->screen.view, spot);
	f->rows = calloc(2, sizeof(*f->rows));
	if (!f->rows)
		abort();
	f->rows[0] = (struct popup_row){ d->name, d->text };
	f->rows[1] = (struct popup_row){ d->command, d->shows };
	f->screen.popup = (struct popup){ .title = _("what is this?"),
		                          .foot = *d->command ? _(" Enter runs that, Esc closes ") :
		                                                _(" Esc closes "),
		                          .n = *d->command ? 2 : 1, .row = f->rows,
		                          .chosen = -1, .wrap = true, .column = spot->x + 2,
		                          .below = spot->y + spot->rows - 1 };
}

bool focus_run_detail(struct curses_front *f)
{
	char command[SPOT_COMMAND];

	if (!f->detail.name[0])
		return false;
	memcpy(command, f->detail.command, sizeof(command));
	complete_close(f);
	if (*command)
		front_line(f, command);
	return true;
}
