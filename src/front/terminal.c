/*
 * Curses (ncursesw). It is told of signals by the loop, never by its own handlers: those would
 * call endwin() in the middle of anything. The terminal's attributes are saved before curses sees
 * it and put back behind it, so that "as it was found" holds even for what curses does not know.
 *
 * A key of several bytes that begins with Escape is put together by curses; Escape followed at
 * once by a character is Alt.
 */
#include "front/terminal.h"

#include "front/signals.h"

#include <curses.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

enum theme { THEME_DARK, THEME_LIGHT, THEME_MONO, THEMES };

static const char *const theme_names[] = { "dark", "light", "mono", NULL };

struct look {
	attr_t coloured, plain; /* attributes with colours, and without any */
	short colour[2][2]; /* [dark, light][256, 8] */
};

static const struct look looks[STYLES] = {
#define LOOK(style, coloured, plain, dark256, dark8, light256, light8) \
	[STYLE_##style] = { coloured, plain, { { dark256, dark8 }, { light256, light8 } } },
#include "front/theme.def"
#undef LOOK
};

struct terminal {
	SCREEN *screen;
	struct termios found;
	enum theme theme;
	int rows, cols;
	attr_t attributes[STYLES];
	short pair[STYLES];
};

bool locale_is_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

bool terminal_usable(struct message *m)
{
	const char *term = getenv("TERM");
	int error = 0;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return fail(m, "standard input and output are no terminal");
	if (!term || !*term)
		return fail(m, "TERM is not set");
	if (setupterm(NULL, STDOUT_FILENO, &error) != OK)
		return fail(m, "the terminal type %s is not known here", term);
	if (!cursor_address || !clear_screen)
		return fail(m, "a terminal of type %s cannot move its cursor", term);
	return true;
}

/* --- looks ------------------------------------------------------------------------------------ */

/* One colour pair for each style: few enough for every terminal that has colours at all. -1 leaves
 * the terminal's own colour, which its owner chose to be readable. */
static void apply_theme(struct terminal *t)
{
	bool colours = t->theme != THEME_MONO && has_colors() && COLORS >= 8;
	int depth = COLORS >= 256 ? 0 : 1;

	for (int i = 0; i < STYLES; i++) {
		t->attributes[i] = colours ? looks[i].coloured : looks[i].plain;
		t->pair[i] = 0;
		if (!colours)
			continue;
		t->pair[i] = (short)(i + 1);
		init_pair(t->pair[i], looks[i].colour[t->theme][depth], -1);
		/* Many terminals fade a colour that is also dim beyond reading. */
		if (depth == 0)
			t->attributes[i] &= ~A_DIM;
	}
}

bool terminal_set_theme(struct terminal *t, const char *theme)
{
	for (int i = 0; i < THEMES; i++) {
		if (strcmp(theme, theme_names[i]) != 0)
			continue;
		t->theme = (enum theme)i;
		apply_theme(t);
		clearok(stdscr, TRUE);
		return true;
	}
	return false;
}

/* --- into it, out of it ----------------------------------------------------------------------- */

/* What a crash has to send: end of modes, cursor, end of the alternate screen. */
static void arm_crash_handler(const struct terminal *t)
{
	char leave[256] = "";
	const char *const parts[] = { exit_attribute_mode, cursor_normal, keypad_local,
		                      exit_ca_mode };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i] && strlen(leave) + strlen(parts[i]) < sizeof(leave))
			strcat(leave, parts[i]);
	signals_set_terminal(&t->found, leave);
}

struct terminal *terminal_enter(const char *theme, struct message *m)
{
	struct terminal *t = calloc(1, sizeof(*t));
	const char *no_colour = getenv("NO_COLOR");

	if (!t)
		abort();
	/* Before curses changes anything: what "as it was found" will mean. */
	tcgetattr(STDIN_FILENO, &t->found);
	t->screen = newterm(NULL, stdout, stdin);
	if (!t->screen) {
		free(t);
		fail(m, "curses cannot use this terminal");
		return NULL;
	}
	signals_screen();
	arm_crash_handler(t);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	/* Long enough for an arrow key over a network, too short to be noticed behind Escape. */
	set_escdelay(25);
	if (has_colors()) {
		start_color();
		use_default_colors();
	}
	t->theme = no_colour && *no_colour ? THEME_MONO : THEME_DARK;
	apply_theme(t);
	if (theme)
		terminal_set_theme(t, theme);
	getmaxyx(stdscr, t->rows, t->cols);
	return t;
}

void terminal_leave(struct terminal *t)
{
	endwin();
	tcsetattr(STDIN_FILENO, TCSADRAIN, &t->found);
	signals_set_terminal(NULL, NULL);
	signals_release();
	delscreen(t->screen);
	free(t);
}

/* The process stops in raise() and goes on there after SIGCONT. SIGTSTP must have its default action
 * meanwhile, and the terminal must be the shell's own before, not after. */
void terminal_suspend(struct terminal *t)
{
	struct sigaction stop = { .sa_handler = SIG_DFL }, before;
	struct termios ours;

	tcgetattr(STDIN_FILENO, &ours);
	endwin();
	tcsetattr(STDIN_FILENO, TCSADRAIN, &t->found);
	sigaction(SIGTSTP, &stop, &before);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &before, NULL);
	/* The user may have changed it while we were away. */
	tcgetattr(STDIN_FILENO, &t->found);
	arm_crash_handler(t);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &ours);
	terminal_resize(t);
	clearok(stdscr, TRUE);
}

/* --- size, output ----------------------------------------------------------------------------- */

/* curses would learn of it by its own handler of SIGWINCH, which is ours. */
void terminal_resize(struct terminal *t)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	getmaxyx(stdscr, t->rows, t->cols);
	clearok(stdscr, TRUE);
}

void terminal_size(const struct terminal *t, int *rows, int *cols)
{
	*rows = t->rows;
	*cols = t->cols;
}

/* All cells are handed over; curses compares them with what the terminal shows and sends what is
 * different. In the last cell of a terminal add_wch() says ERR, because the cursor cannot move on;
 * the cell is written. */
void terminal_show(struct terminal *t, const struct grid *g, int y, int x)
{
	for (int row = 0; row < g->rows && row < t->rows; row++) {
		for (int col = 0; col < g->cols && col < t->cols; col++) {
			const struct cell *c = grid_cell(g, row, col);
			wchar_t text[2] = { (wchar_t)c->ch, 0 };
			cchar_t shown;

			if (!c->width)
				continue;
			setcchar(&shown, text, t->attributes[c->style], t->pair[c->style], NULL);
			mvadd_wch(row, col, &shown);
		}
	}
	move(y, x);
	refresh();
}

void terminal_redraw(struct terminal *t)
{
	(void)t;
	clearok(stdscr, TRUE);
}

void terminal_beep(struct terminal *t)
{
	(void)t;
	beep();
}

/* --- input ------------------------------------------------------------------------------------ */

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
