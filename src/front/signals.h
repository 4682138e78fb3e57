/*
 * Signals: handlers set flags and wake the loop, all else happens in the loop. The one exception
 * is a crash, which puts the terminal back before it tells the world.
 */
#ifndef KMAPLAB_FRONT_SIGNALS_H
#define KMAPLAB_FRONT_SIGNALS_H

#include <stdbool.h>

#include <termios.h>

enum signal_flag {
	SIGNAL_INTERRUPT, /* SIGINT: ^C */
	SIGNAL_STOP,      /* SIGTSTP: ^Z */
	SIGNAL_RESIZE,    /* SIGWINCH */
	SIGNAL_CONTINUE,  /* SIGCONT: it went on; SIGNAL_RESIZE comes with it */
	SIGNAL_END,       /* SIGTERM, SIGHUP, SIGQUIT: leave, within seconds */
	SIGNAL_FLAGS
};

/** Handlers for ^C alone (plain and batch). */
void signals_interrupt_only(void);

/** All handlers of the curses front end, the crash handlers included. */
void signals_screen(void);

/** Puts back what was there before. */
void signals_release(void);

/** Whether the signal came since it was last taken; taking it clears it. */
bool signal_came(enum signal_flag flag);
bool signal_take(enum signal_flag flag);

/** For the very end: dies of the signal behind SIGNAL_END, so that whoever sent it sees that it worked.
 * When none came, or it is ignored, returns the exit status. */
int signals_finish(int status);

/** A descriptor that becomes readable when any signal comes, -1 = none; signal_drain() makes it
 * unreadable again. */
int signal_descriptor(void);
void signal_drain(void);

/** What the crash handler does first: these attributes, and these bytes to the terminal. A copy is
 * kept; NULL: the terminal is as it should be. */
void signals_set_terminal(const struct termios *saved, const char *leave);

#endif
