/*
 * The mouse: a click on anything that a view has drawn tells what it is, a second one shows it; the
 * timeline is dragged; the wheel scrolls what it is over. Everything it can do, keys can.
 */
#include "front/curses_front.h"

#include <stdio.h>
#include <string.h>

#define WHEEL 3 /* lines */

static void wheel(struct curses_front *f, const struct screen_hit *hit, int lines)
{
	if (hit->part == PART_POPUP)
		complete_move(f, lines);
	else if (hit->part == PART_PANE)
		pane_scroll(f, hit->pane, lines);
	else if (hit->part == PART_LESSON)
		lesson_scroll(f, lines);
	else if (hit->part == PART_ANSWER)
		answer_scroll(f, lines);
}

/* To the moment under the mouse: the same command as if it had been typed. */
static void go_to(struct curses_front *f, const struct screen_hit *hit)
{
	struct session *s = desk_session(f->desk);
	uint32_t position = timebar_position(&f->screen.time, hit->time.cols, hit->x - hit->time.x);
	char line[32];

	if (!session_world(s) || position == session_position(s))
		return;
	if (position >= session_end(s))
		snprintf(line, sizeof(line), "goto end");
	else
		snprintf(line, sizeof(line), "goto %u", session_peek(s, position)->steps);
	front_line(f, line);
}

static void press_pane(struct curses_front *f, const struct screen_hit *hit)
{
	struct spots *spots = &f->spots[hit->pane];
	bool same = f->detail.name[0] && f->screen.panes.chosen == hit->pane;
	const struct spot *spot;

	f->screen.focus = FOCUS_PANE;
	f->screen.panes.chosen = hit->pane;
	front_draw(f); /* now somebody points */
	spot = spot_at(spots, hit->y, hit->x);
	if (same && spot && !strcmp(f->detail.name, spot->name)) {
		focus_run_detail(f);
		return;
	}
	complete_close(f);
	if (!spot)
		return;
	memmove(spots->focus, spot->name, sizeof(spots->focus));
	focus_detail(f);
}

/* In a list: the first click marks, the second takes. Of a spot: its command is run. */
static void press_popup(struct curses_front *f, int row)
{
	struct popup *p = &f->screen.popup;

	if (row == POPUP_EDGE)
		return;
	if (f->detail.name[0] && row > 0)
		focus_run_detail(f);
	else if (f->candidates && row == p->chosen)
		complete_take(f, row);
	else if (f->candidates)
		p->chosen = row;
}

static void press(struct curses_front *f, const struct screen_hit *hit)
{
	if (hit->part == PART_POPUP) {
		press_popup(f, hit->row);
		return;
	}
	if (hit->part == PART_PANE) {
		press_pane(f, hit);
		return;
	}
	complete_close(f);
	if (hit->part == PART_TIMELINE) {
		f->dragging = true;
		go_to(f, hit);
	} else if (hit->part == PART_PROMPT) {
		focus_prompt(f);
	}
}

/* What is dragged stays dragged when the mouse slips off the row. */
static void drag(struct curses_front *f, struct screen_hit *hit)
{
	if (!f->dragging)
		return;
	if (hit->x < hit->time.x)
		hit->x = hit->time.x;
	if (hit->x >= hit->time.x + hit->time.cols)
		hit->x = hit->time.x + hit->time.cols - 1;
	go_to(f, hit);
}

void mouse_key(struct curses_front *f)
{
	struct mouse mouse;
	struct screen_hit hit;

	if (!terminal_mouse(f->terminal, &mouse))
		return;
	hit = screen_at(&f->grid, &f->screen, mouse.y, mouse.x);
	switch (mouse.kind) {
	case MOUSE_WHEEL_UP: wheel(f, &hit, -WHEEL); break;
	case MOUSE_WHEEL_DOWN: wheel(f, &hit, WHEEL); break;
	case MOUSE_PRESS: press(f, &hit); break;
	case MOUSE_DRAG: drag(f, &hit); break;
	case MOUSE_RELEASE: f->dragging = false; break;
	}
}
