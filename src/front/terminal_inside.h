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

#endif
