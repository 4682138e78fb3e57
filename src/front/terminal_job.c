/*
 * A job of a shell: stopped with ^Z or from elsewhere, in the background or in front (termios(3),
 * credentials(7)). Whoever is in front owns the terminal's settings, and a shell that edits lines
 * changes them for itself while its jobs are stopped. So "as it was found" is asked only in front, and
 * whatever was set before a stop is set again behind it.
 */
#include "front/terminal_inside.h"

#include "front/signals.h"

#include <signal.h>
#include <unistd.h>

/* A shell's job that reads the terminal from the background is stopped; one that only asks for its
 * settings is not, and would be told the shell's. Where nobody can continue us (an orphaned process
 * group) the signal does nothing, so there is an end to asking. */
void terminal_wait_for_foreground(void)
{
	for (int i = 0; i < 100; i++) {
		pid_t front = tcgetpgrp(STDIN_FILENO);

		if (front == -1 || front == getpgrp())
			return;
		kill(0, SIGTTIN);
	}
}

/* The process stops in raise() and goes on there after SIGCONT. SIGTSTP must have its default action
 * meanwhile, and the terminal must be the shell's own before, not after. */
void terminal_suspend(struct terminal *t)
{
	struct sigaction stop = { .sa_handler = SIG_DFL }, before;
	struct termios ours;

	tcgetattr(STDIN_FILENO, &ours);
	terminal_reports_off(t);
	endwin();
	tcsetattr(STDIN_FILENO, TCSADRAIN, &t->found);
	sigaction(SIGTSTP, &stop, &before);
	raise(SIGTSTP);
	terminal_wait_for_foreground();
	sigaction(SIGTSTP, &before, NULL);
	/* The user may have changed it while we were away. */
	tcgetattr(STDIN_FILENO, &t->found);
	terminal_arm(t);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &ours);
	/* All of what the SIGCONT asks for is done here. */
	signal_take(SIGNAL_CONTINUE);
	signal_take(SIGNAL_RESIZE);
	terminal_resize(t);
	terminal_reports_on(t);
}

/* SIGSTOP cannot be caught, so nothing was put back before it, and others were given a terminal in our
 * modes. Curses sends them all again after an endwin(). */
void terminal_take_again(struct terminal *t)
{
	terminal_reports_off(t);
	endwin();
	terminal_reports_on(t);
}
