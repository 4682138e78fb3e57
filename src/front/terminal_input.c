/*
 * What comes from the terminal: keys, the mouse, pastes. See terminal.h.
 *
 * A key of several bytes that begins with Escape is put together by curses; Escape followed at once
 * by a character is Alt.
 */
#include "front/terminal.h"

#include "front/signals.h"

#include <curses.h>
#include <poll.h>
#include <unistd.h>

uint32_t terminal_key(struct terminal *t)
{
	wint_t key, next;
	int kind;

	(void)t;
	do /* resizeterm() tells us what we told it */
		kind = get_wch(&key);
	while (kind == KEY_CODE_YES && key == KEY_RESIZE);
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

	(void)t;
	poll(fds, 2, milliseconds);
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
