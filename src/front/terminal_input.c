/*
 * What comes from the terminal: keys, the mouse, pastes. See terminal.h.
 *
 * A key of several bytes that begins with Escape is put together by curses; Escape followed at once
 * by a character is Alt.
 *
 * Curses is asked for a key only when poll() has seen something, for the asking costs two system
 * calls, and an animation asks many times a second.
 */
#include "front/terminal_inside.h"

#include "front/signals.h"

#include <poll.h>
#include <unistd.h>

uint32_t terminal_key(struct terminal *t)
{
	wint_t key, next;
	int kind;

	if (!t->input)
		return TERMINAL_NONE;
	do /* resizeterm() tells us what we told it */
		kind = get_wch(&key);
	while (kind == KEY_CODE_YES && key == KEY_RESIZE);
	t->input = kind != ERR;
	if (kind == ERR)
		return TERMINAL_NONE;
	if (kind == KEY_CODE_YES)
		return TERMINAL_KEY | (uint32_t)key;
	if (key != 0x1b)
		return (uint32_t)key;
	kind = get_wch(&next);
	if (kind == ERR || kind == KEY_CODE_YES || next < 0x20) {
		if (kind == KEY_CODE_YES)
			ungetch((int)next);
		else if (kind != ERR)
			unget_wch((wchar_t)next);
		return 0x1b;
	}
	return TERMINAL_META | (uint32_t)next;
}

bool terminal_wait(struct terminal *t, int milliseconds)
{
	struct pollfd fds[] = { { .fd = STDIN_FILENO, .events = POLLIN },
		                { .fd = signal_descriptor(), .events = POLLIN } };

	poll(fds, 2, milliseconds);
	t->input = t->input || fds[0].revents;
	if (fds[1].revents & POLLIN)
		signal_drain();
	return !(fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)) || fds[0].revents & POLLIN;
}

bool terminal_mouse(struct terminal *t, struct mouse *mouse)
{
	MEVENT event;

	(void)t;
	if (getmouse(&event) != OK)
		return false;
	mouse->y = event.y;
	mouse->x = event.x;
	if (event.bstate & BUTTON4_PRESSED)
		mouse->kind = MOUSE_WHEEL_UP;
	else if (event.bstate & BUTTON5_PRESSED)
		mouse->kind = MOUSE_WHEEL_DOWN;
	else if (event.bstate & BUTTON1_PRESSED)
		mouse->kind = MOUSE_PRESS;
	else if (event.bstate & BUTTON1_RELEASED)
		mouse->kind = MOUSE_RELEASE;
	else
		mouse->kind = MOUSE_DRAG;
	return true;
}
