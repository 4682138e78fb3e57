/*
 * Curses (ncursesw). It is told of signals by the loop, never by its own handlers: those would
 * call endwin() in the middle of anything. The terminal's attributes are saved before curses sees
 * it and put back behind it, so that "as it was found" holds even for what curses does not know.
 * What comes from the terminal is in terminal_input.c, ^Z and what else a shell does to its jobs in
 * terminal_job.c.
 */
#include "front/terminal_inside.h"

#include "front/signals.h"

#include <curses.h>
#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

/* What terminfo has no word for, or not everywhere: pastes marked as such (bracketed paste), and the
 * mouse's movements while a button is down. Terminals that do not know these ignore them. */
#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define DRAG_ON "\033[?1002h"
#define DRAG_OFF "\033[?1002l"

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

static attr_t curses_attributes(uint8_t look)
{
	return (look & LOOK_BOLD ? A_BOLD : 0) | (look & LOOK_DIM ? A_DIM : 0) |
	       (look & LOOK_UNDERLINE ? A_UNDERLINE : 0) | (look & LOOK_REVERSE ? A_REVERSE : 0);
}

/* Everything has to be handed to curses again. */
static void forget_shown(struct terminal *t)
{
	memset(t->shown, 0, (size_t)t->rows * (size_t)t->cols * sizeof(*t->shown));
	clearok(stdscr, TRUE);
}

/* One colour pair for each style: few enough for every terminal that has colours at all. */
static void apply_theme(struct terminal *t)
{
	const struct theme *theme = &t->theme;
	bool colours = theme->colours && has_colors() && COLORS >= 8;

	for (int i = 0; i < STYLES; i++) {
		const struct look *look = &theme->look[i];

		t->attributes[i] = curses_attributes(colours ? look->coloured : look->plain);
		t->pair[i] = 0;
		if (!colours)
			continue;
		t->pair[i] = (short)(i + 1);
		if (COLORS < 256) {
			init_pair(t->pair[i], look->colour8, theme->background8);
			continue;
		}
		init_pair(t->pair[i], look->colour256, theme->background256);
		/* Many terminals fade a colour that is also dim beyond reading. */
		if (look->colour256 != COLOUR_DEFAULT)
			t->attributes[i] &= ~A_DIM;
	}
}

bool terminal_set_theme(struct terminal *t, const char *name, struct message *m)
{
	if (!theme_read(&t->theme, name, m))
		return false;
	apply_theme(t);
	forget_shown(t);
	return true;
}

/* --- into it, out of it ----------------------------------------------------------------------- */

/* --- what the terminal reports besides keys --- */

/* To the terminal itself, behind what curses has sent. */
static void tell(const char *text)
{
	fputs(text, stdout);
	fflush(stdout);
}

/* Terminals of xterm's family take no harm from a mode that they do not have. */
static bool is_xterm_like(void)
{
	static const char *const families[] = { "xterm", "screen", "tmux", "rxvt", "foot", "alacritty" };
	const char *term = getenv("TERM");

	for (size_t i = 0; term && i < sizeof(families) / sizeof(families[0]); i++)
		if (!strncmp(term, families[i], strlen(families[i])))
			return true;
	return false;
}

void terminal_reports_on(struct terminal *t)
{
	if (t->paste)
		tell(PASTE_ON);
	if (!t->mouse)
		return;
	mousemask(BUTTON1_PRESSED | BUTTON1_RELEASED | BUTTON4_PRESSED | BUTTON5_PRESSED |
	                  REPORT_MOUSE_POSITION,
	          NULL);
	mouseinterval(0);
	if (is_xterm_like())
		tell(DRAG_ON);
}

void terminal_reports_off(struct terminal *t)
{
	if (t->paste)
		tell(PASTE_OFF);
	if (!t->mouse)
		return;
	if (is_xterm_like())
		tell(DRAG_OFF);
	mousemask(0, NULL);
}

void terminal_set_mouse(struct terminal *t, bool on)
{
	if (on == t->mouse)
		return;
	terminal_reports_off(t);
	t->mouse = on;
	terminal_reports_on(t);
}

/* What a crash has to send: end of modes, cursor, end of the alternate screen. */
void terminal_arm(const struct terminal *t)
{
	bool xterm_like = is_xterm_like();
	char leave[256] = "";
	const char *const parts[] = { t->paste ? PASTE_OFF : NULL,
		                      xterm_like ? DRAG_OFF "\033[?1000l\033[?1006l" : NULL,
		                      exit_attribute_mode, orig_pair, cursor_normal, keypad_local,
		                      exit_ca_mode };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i] && strlen(leave) + strlen(parts[i]) < sizeof(leave))
			strcat(leave, parts[i]);
	signals_set_terminal(&t->found, leave);
}

static void read_size(struct terminal *t)
{
	free(t->shown);
	getmaxyx(stdscr, t->rows, t->cols);
	t->shown = calloc((size_t)t->rows * (size_t)t->cols, sizeof(*t->shown));
	if (!t->shown)
		abort();
	clearok(stdscr, TRUE);
}

/* Home, End and arrows as terminals send them whose type is not quite what TERM says, as often under
 * tmux, screen and over ssh. What the terminal's own description says goes before. */
static void define_other_keys(void)
{
	static const struct {
		const char *bytes;
		int key;
	} others[] = {
		{ "\033[1~", KEY_HOME }, { "\033[4~", KEY_END }, { "\033[7~", KEY_HOME },
		{ "\033[8~", KEY_END }, { "\033[H", KEY_HOME }, { "\033[F", KEY_END },
		{ "\033OH", KEY_HOME }, { "\033OF", KEY_END }, { "\033[A", KEY_UP },
		{ "\033[B", KEY_DOWN }, { "\033[C", KEY_RIGHT }, { "\033[D", KEY_LEFT },
		{ "\033OA", KEY_UP }, { "\033OB", KEY_DOWN }, { "\033OC", KEY_RIGHT },
		{ "\033OD", KEY_LEFT }, { "\033[Z", KEY_BTAB },
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!key_defined(others[i].bytes))
			define_key(others[i].bytes, others[i].key);
}

static void set_modes(void)
{
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	/* Keys are looked at by the loop; a refresh is never given up for them. */
	typeahead(-1);
	/* Long enough for an arrow key over a network, too short to be noticed behind Escape. */
	set_escdelay(25);
	if (has_colors()) {
		start_color();
		use_default_colors();
	}
	define_key("\033[200~", TERMINAL_PASTE_BEGIN);
	define_key("\033[201~", TERMINAL_PASTE_END);
	define_other_keys();
}

struct terminal *terminal_enter(const char *theme, struct message *m)
{
	struct terminal *t = calloc(1, sizeof(*t));
	const char *no_colour = getenv("NO_COLOR");

	if (!t)
		abort();
	/* Before curses changes anything: what "as it was found" will mean. */
	terminal_wait_for_foreground();
	tcgetattr(STDIN_FILENO, &t->found);
	t->screen = newterm(NULL, stdout, stdin);
	if (!t->screen) {
		free(t);
		fail(m, "curses cannot use this terminal");
		return NULL;
	}
	/*
	 * Until its first endwin(), curses sends every movement of the cursor on its own (for who
	 * uses terminfo alone): twenty writes to a picture, which may be seen half done. After it,
	 * a picture is one write.
	 */
	endwin();
	t->paste = is_xterm_like();
	t->input = true;
	signals_screen();
	terminal_arm(t);
	set_modes();
	terminal_reports_on(t);
	read_size(t);
	apply_theme(t); /* plain, should there be no data folder */
	terminal_set_theme(t, theme ? theme : no_colour && *no_colour ? "mono" : "dark", NULL);
	return t;
}

void terminal_leave(struct terminal *t)
{
	terminal_reports_off(t);
	endwin();
	tcsetattr(STDIN_FILENO, TCSADRAIN, &t->found);
	signals_set_terminal(NULL, NULL);
	signals_release();
	delscreen(t->screen);
	free(t->shown);
	free(t);
}

/* --- size, output ----------------------------------------------------------------------------- */

/* curses would learn of it by its own handler of SIGWINCH, which is ours. */
void terminal_resize(struct terminal *t)
{
	struct winsize size;

	if (signal_take(SIGNAL_CONTINUE))
		terminal_take_again(t);
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	read_size(t);
}

void terminal_size(const struct terminal *t, int *rows, int *cols)
{
	*rows = t->rows;
	*cols = t->cols;
}

static void show_cell(struct terminal *t, int row, int col, const struct cell *c)
{
	wchar_t text[2] = { (wchar_t)c->ch, 0 };
	cchar_t shown;

	setcchar(&shown, text, t->attributes[c->style], t->pair[c->style], NULL);
	mvadd_wchnstr(row, col, &shown, 1);
}

static void show_row(struct terminal *t, const struct grid *g, int row)
{
	struct cell *shown = &t->shown[row * t->cols];
	int cols = g->cols < t->cols ? g->cols : t->cols;

	/* Most rows are as they were. */
	if (!memcmp(shown, grid_cell(g, row, 0), (size_t)cols * sizeof(*shown)))
		return;
	for (int col = 0; col < cols; col++) {
		const struct cell *c = grid_cell(g, row, col);
		struct cell *old = &shown[col];

		if (old->ch == c->ch && old->style == c->style && old->width == c->width)
			continue;
		/* A wide character that goes leaves a half behind, unless one that comes has taken it. */
		if (col && c->width && old->width == 0 && old->ch && grid_cell(g, row, col - 1)->width)
			show_cell(t, row, col - 1, grid_cell(g, row, col - 1));
		if (c->width)
			show_cell(t, row, col, c);
		*old = *c;
	}
}

/* What differs from the frame before is handed to curses, which sends what differs from what the
 * terminal shows: the first comparison is ours because it is much cheaper. */
void terminal_show(struct terminal *t, const struct grid *g, int y, int x)
{
	for (int row = 0; row < g->rows && row < t->rows; row++)
		show_row(t, g, row);
	move(y, x);
	refresh();
}

void terminal_redraw(struct terminal *t)
{
	forget_shown(t);
}

void terminal_beep(struct terminal *t)
{
	(void)t;
	beep();
}
