/*
 * The inside of a terminal, for the files that make it up alone.
 */
#ifndef KMAPLAB_FRONT_TERMINAL_INSIDE_H
#define KMAPLAB_FRONT_TERMINAL_INSIDE_H

#include "front/terminal.h"

#include <curses.h>
#include <termios.h>

struct terminal {
	SCREEN *screen;
	struct termios found; /* as it was */
	struct theme theme;
	int rows, cols;
	attr_t attributes[STYLES];
	short pair[STYLES];
	struct cell *shown; /* what curses was given, rows * cols; ch 0: nothing yet */
	bool paste, mouse;  /* what the terminal was told to report */
	bool input;         /* something may be there to be read */
};

/** Asks the terminal to report pastes and the mouse, as far as it shall; and to stop that. */
void terminal_reports_on(struct terminal *t);
void terminal_reports_off(struct terminal *t);

/** Tells the crash handler what to send, and which settings to put back. */
void terminal_arm(const struct terminal *t);

/** Returns when the shell has given us the terminal: before, its settings are the shell's own. */
void terminal_wait_for_foreground(void);

/** Takes the terminal over once more, after others may have changed its settings and its screen. */
void terminal_take_again(struct terminal *t);

#endif
