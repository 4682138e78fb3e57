/*
 * kmaplab present [--kernel V] [--theme T] [--ascii] LESSON, kmaplab present --notes
 *
 * The deck is made before the terminal is entered, so that a lesson with a mistake in it is told of
 * in plain lines. Then there is nothing but turning pages: a page is a place on the timeline, and
 * the view is drawn from the world there. A command types itself, a character at a time; then what it
 * does is played, as on the screen of the lab (front/plan.h), and its answer is there. A key for going
 * on completes the typing, then ends the playing, then turns the page.
 *
 * Keys are those of presenters' clickers, which are keyboards: PageDown, PageUp, the arrows, `b` or
 * a full stop for a black screen. Some send Escape and F5 as well, at their "start" and "end": these
 * do nothing here.
 */
#include "front/present.h"

#include "front/fronts.h"
#include "front/keys.h"
#include "front/language.h"
#include "front/lesson_cli.h"
#include "front/signals.h"
#include "front/subcommand.h"

#include <curses.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#define TYPING_MS 40   /* a character, as a quick typist does */
#define PICTURE_MS 90  /* of what the command does */
#define PLAY_MOST 42   /* pictures */

/* --- keys ------------------------------------------------------------------------------------- */

static const struct {
	uint32_t key;
	enum turn turn;
} keys[] = {
	{ TERMINAL_KEY | KEY_NPAGE, TURN_NEXT }, { TERMINAL_KEY | KEY_RIGHT, TURN_NEXT },
	{ TERMINAL_KEY | KEY_DOWN, TURN_NEXT },  { TERMINAL_KEY | KEY_ENTER, TURN_NEXT },
	{ ' ', TURN_NEXT },                      { '\r', TURN_NEXT },
	{ '\n', TURN_NEXT },                     { 'n', TURN_NEXT },
	{ TERMINAL_KEY | KEY_PPAGE, TURN_BACK }, { TERMINAL_KEY | KEY_LEFT, TURN_BACK },
	{ TERMINAL_KEY | KEY_UP, TURN_BACK },    { TERMINAL_KEY | KEY_BACKSPACE, TURN_BACK },
	{ 0x7f, TURN_BACK },                     { 'p', TURN_BACK },
	{ TERMINAL_KEY | KEY_HOME, TURN_FIRST }, { TERMINAL_KEY | KEY_END, TURN_LAST },
	{ 'b', TURN_BLACK },                     { '.', TURN_BLACK },
	{ 'q', TURN_QUIT },                      { KEY_CONTROL('D'), TURN_QUIT },
	{ KEY_CONTROL('L'), TURN_REDRAW },
};

enum turn present_key(uint32_t key)
{
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (keys[i].key == key)
			return keys[i].turn;
	return TURN_NONE;
}

/* --- turning pages ---------------------------------------------------------------------------- */

/* The world of the page: in front of its command until that is typed, then behind it. */
static void go_there(struct present *p)
{
	const struct slide *page = &p->deck->slide[p->page];
	bool done = p->typed >= present_characters(page);
	unsigned branch = done ? page->after_branch : page->before_branch;

	if (branch != session_branch(p->session))
		session_switch_branch(p->session, branch);
	session_goto(p->session, done ? page->after : page->before);
	podium_tell(&p->podium, p->deck, p->page, p->black, p->started);
}

static void stop_playing(struct present *p)
{
	plan_release(&p->plan);
	p->picture = 0;
}

/* What the command did, as the curses front end shows it. A boot is another branch: that is a jump. */
static void begin_playing(struct present *p)
{
	const struct slide *page = &p->deck->slide[p->page];

	stop_playing(p);
	if (page->before_branch == page->after_branch && page->after > page->before)
		plan_make(&p->plan, p->session, page->before, page->after, PLAY_MOST);
}

/* Back means back to something finished: nobody wants to see it typed again. */
static void turn_to(struct present *p, unsigned page, bool complete)
{
	stop_playing(p);
	p->page = page;
	p->typed = complete ? UINT_MAX : 0;
	go_there(p);
}

static bool typing(const struct present *p)
{
	return !p->black && p->typed < present_characters(&p->deck->slide[p->page]);
}

static bool playing(const struct present *p)
{
	return !p->black && p->picture < p->plan.n;
}

static void type_all(struct present *p)
{
	turn_to(p, p->page, true);
	begin_playing(p);
}

/* A black screen comes back with any key that turns pages, and turns none. */
static void turn(struct present *p, enum turn t)
{
	bool was_black = p->black;

	p->black = t == TURN_BLACK ? !p->black : t == TURN_NONE ? p->black : false;
	if (t == TURN_QUIT)
		p->leaving = true;
	else if (t == TURN_REDRAW)
		terminal_redraw(p->terminal);
	else if (was_black || t == TURN_BLACK)
		go_there(p);
	else if (t == TURN_NEXT && typing(p))
		type_all(p);
	else if (t == TURN_NEXT && playing(p))
		stop_playing(p);
	else if (t == TURN_NEXT && p->page + 1 < p->deck->n)
		turn_to(p, p->page + 1, false);
	else if (t == TURN_BACK && p->page > 0)
		turn_to(p, p->page - 1, true);
	else if (t == TURN_FIRST)
		turn_to(p, 0, true);
	else if (t == TURN_LAST)
		turn_to(p, p->deck->n - 1, true);
}

/* Nobody has pressed a key: the next character, or the next picture. */
static void go_on(struct present *p)
{
	if (playing(p)) {
		if (++p->picture == p->plan.n)
			stop_playing(p);
	} else if (typing(p)) {
		p->typed++;
		if (!typing(p))
			type_all(p);
	}
}

static int patience(const struct present *p)
{
	return typing(p) ? TYPING_MS : playing(p) ? PICTURE_MS : -1;
}

/* --- the loop --------------------------------------------------------------------------------- */

static void draw(struct present *p)
{
	int rows, cols;

	terminal_size(p->terminal, &rows, &cols);
	if (rows != p->grid.rows || cols != p->grid.cols) {
		bool ascii = p->grid.ascii;

		grid_release(&p->grid);
		grid_init(&p->grid, rows, cols, ascii);
	}
	present_draw(p);
	terminal_show(p->terminal, &p->grid, rows - 1, 0);
}

static void take_signals(struct present *p)
{
	if (signal_take(SIGNAL_RESIZE))
		terminal_resize(p->terminal);
	if (signal_take(SIGNAL_STOP))
		terminal_suspend(p->terminal);
	if (signal_came(SIGNAL_END) || signal_take(SIGNAL_INTERRUPT))
		p->leaving = true;
}

static void loop(struct present *p)
{
	turn_to(p, 0, false);
	while (!p->leaving) {
		uint32_t key;
		bool waited;

		draw(p);
		waited = terminal_wait(p->terminal, patience(p));
		key = terminal_key(p->terminal);
		if (key == TERMINAL_NONE)
			go_on(p);
		for (; key != TERMINAL_NONE && !p->leaving; key = terminal_key(p->terminal))
			turn(p, present_key(key));
		take_signals(p);
		p->leaving = p->leaving || !waited;
	}
}

/* --- the command line ------------------------------------------------------------------------- */

struct wishes {
	bool notes, ascii;
	const char *theme, *kernel;
};

static int complain(const char *text, int status)
{
	fprintf(stderr, "kmaplab present: %s\n", text);
	return status;
}

static int on_terminal(struct deck *deck, struct session *s, const struct wishes *w)
{
	struct present p = { .deck = deck, .session = s, .started = time(NULL) };
	bool ascii = w->ascii || !locale_is_utf8();
	struct message m;
	int status = EXIT_GOOD;

	if (!terminal_usable(&m) || !(p.terminal = terminal_enter(w->theme, &m)))
		return complain(m.text, EXIT_FAILED);
	if (deck) {
		podium_init(&p.podium);
		grid_init(&p.grid, 1, 1, ascii);
		loop(&p);
		stop_playing(&p);
		podium_end(&p.podium);
		grid_release(&p.grid);
	} else {
		status = present_notes(p.terminal, ascii);
	}
	terminal_leave(p.terminal);
	return signals_finish(status);
}

static int present_lesson(const struct lesson *l, const struct wishes *w)
{
	struct session *s = session_new();
	struct interp *in = interp_new(s);
	struct message m;
	struct deck *deck = deck_new(l, in, w->kernel, &m);
	int status = deck ? on_terminal(deck, s, w) : complain(m.text, EXIT_FAILED);

	deck_free(deck);
	interp_free(in);
	session_free(s);
	return status;
}

static int present_file(const char *name, const struct wishes *w)
{
	struct problems *p = problems_new();
	struct lesson *l = NULL;
	int status = EXIT_FAILED;
	char path[PATH_MAX];

	if (lesson_find(name, path, sizeof path))
		l = lesson_read(path, p);
	for (size_t i = 0; problems_text(p, i); i++)
		fprintf(stderr, "%s\n", problems_text(p, i));
	if (l)
		status = present_lesson(l, w);
	lesson_free(l);
	problems_free(p);
	return status;
}

int present_main(int argc, char **argv)
{
	static const struct option options[] = { { "notes", no_argument, NULL, 'n' },
		                                 { "ascii", no_argument, NULL, 'a' },
		                                 { "theme", required_argument, NULL, 't' },
		                                 { "kernel", required_argument, NULL, 'k' },
		                                 { NULL, 0, NULL, 0 } };
	struct wishes w = { .notes = false };
	int c;

	language_begin(NULL);
	opterr = 0;
	optind = 0;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (c) {
		case 'n': w.notes = true; break;
		case 'a': w.ascii = true; break;
		case 't': w.theme = optarg; break;
		case 'k': w.kernel = optarg; break;
		default:
			return complain("it takes --notes, --kernel V, --theme T, --ascii and a lesson",
			                EXIT_USAGE);
		}
	if (optind + (w.notes ? 0 : 1) != argc)
		return complain(w.notes ? "--notes follows whatever is presented: it takes no lesson" :
		                "which lesson? `kmaplab lesson list` shows them", EXIT_USAGE);
	return w.notes ? on_terminal(NULL, NULL, &w) : present_file(argv[optind], &w);
}
