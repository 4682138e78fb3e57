/*
 * The loop of the curses front end: signals, keys, drawing, waiting.
 *
 *	keys waiting? ──yes──> each to the pop-up, the screen or the prompt
 *	     │ no                 └─ Enter: the line runs, its steps are played
 *	signals? ────────────> size, ^Z, the end
 *	draw the screen, sleep until a key or a signal comes
 *
 * Drawing comes last and once: whatever a burst of keys did, the screen is put together one time
 * for all of it, and curses sends what is different. Nothing here polls; an idle lab uses no time.
 *
 * ^C is a signal, not a key: while a line runs it asks the session to stop (front/desk.c), at the
 * prompt it empties the line, in an animation it ends the playing.
 */
#include "front/curses_front.h"

#include "front/keys.h"
#include "front/save.h"
#include "front/signals.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char keys_hint[] = "F1 keys  F2-F6 views  Tab completes";

/* Columns that a lesson's text has. */
static unsigned lesson_width(const struct curses_front *f)
{
	int beside = screen_lesson_cols(f->grid.cols);

	return beside ? (unsigned)beside : f->grid.cols > 12 ? (unsigned)f->grid.cols - 2 : 10;
}

void front_draw(struct curses_front *f)
{
	size_t bytes;
	const char *line = prompt_text(f->prompt, &bytes);
	char before[PROMPT_BYTES * 4 + 1];
	int rows, cols, y, x;

	terminal_size(f->terminal, &rows, &cols);
	/* The grid follows the terminal, not the signal: also the very first time. */
	if (rows != f->grid.rows || cols != f->grid.cols) {
		bool ascii = f->grid.ascii;

		grid_release(&f->grid);
		grid_init(&f->grid, rows, cols, ascii);
		desk_set_width(f->desk, lesson_width(f));
	}
	/* The cursor in columns: what stands before it may hold wide characters. */
	memcpy(before, line, bytes);
	before[bytes] = '\0';
	f->screen.prompt = prompt_label(f->prompt);
	f->screen.line = line;
	f->screen.cursor = text_width(before);
	f->screen.keys = keys_hint;
	screen_draw(&f->grid, &f->screen, &y, &x);
	terminal_show(f->terminal, &f->grid, y, x);
}

void front_signals(struct curses_front *f)
{
	if (signal_take(SIGNAL_RESIZE)) {
		terminal_resize(f->terminal);
		f->screen.scroll = 0;
	}
	if (signal_take(SIGNAL_STOP))
		terminal_suspend(f->terminal);
	if (signal_came(SIGNAL_END))
		f->leaving = true;
}

/* --- keys ------------------------------------------------------------------------------------- */

bool front_collect_keys(struct curses_front *f)
{
	unsigned before = f->nr_keys;
	uint32_t key;

	/* What does not fit stays with the terminal. */
	while (f->nr_keys < KEY_QUEUE && (key = terminal_key(f->terminal)) != TERMINAL_NONE)
		f->keys[f->nr_keys++] = key;
	return f->nr_keys > before;
}

uint32_t front_next_key(struct curses_front *f)
{
	uint32_t key;

	front_collect_keys(f);
	if (!f->nr_keys)
		return TERMINAL_NONE;
	key = f->keys[0];
	memmove(f->keys, f->keys + 1, --f->nr_keys * sizeof(f->keys[0]));
	return key;
}

/* Settings may have changed by a command. */
static void apply_settings(struct curses_front *f)
{
	const char *theme = setting_get(desk_interp(f->desk), "theme");

	if (!theme || !strcmp(theme, f->theme))
		return;
	if (terminal_set_theme(f->terminal, theme))
		snprintf(f->theme, sizeof(f->theme), "%s", theme);
}

void front_line(struct curses_front *f, const char *line)
{
	const struct world *w = session_world(desk_session(f->desk));

	f->shown_since = w ? w->machine.log.n : 0;
	answer_begin(f, line);
	desk_line(f->desk, NULL, 1, line);
	if (desk_interrupted(f->desk))
		answer_add(f, "interrupted", true);
	answer_done(f);
	apply_settings(f);
	animate_rest(f);
	if (desk_quit(f->desk))
		f->leaving = true;
}

/* ^D: leave, but only from an empty line; elsewhere it is the editor's, which deletes. */
static void end_key(struct curses_front *f, uint32_t key)
{
	size_t cursor;

	if (!*prompt_text(f->prompt, &cursor))
		f->leaving = true;
	else
		prompt_key(f->prompt, key);
}

/* Everything else is the editor's. When it says that a line is complete, the line runs. */
static void editor_key(struct curses_front *f, uint32_t key)
{
	char *line;

	if (!prompt_key(f->prompt, key))
		return;
	line = prompt_take(f->prompt);
	/* An empty line turns the page, or goes on in a lesson: going on before the end would take
	 * away what nobody has read. */
	if (line[strspn(line, " \t")])
		front_line(f, line);
	else if (answer_goes_on(f))
		answer_page(f, 1);
	else if (desk_lesson(f->desk))
		front_line(f, line);
	free(line);
}

/* A pop-up is closed by any key but the one that turns its pages; only Escape is used up by that. */
static void handle_key(struct curses_front *f, uint32_t key)
{
	const struct key_row *row = key_find(key);
	enum key_action action = row ? row->action : ACTION_NONE;

	if (action != ACTION_COMPLETE && complete_close(f) && action == ACTION_CLOSE)
		return;
	switch (action) {
	case ACTION_NONE: editor_key(f, key); break;
	case ACTION_COMMAND: front_line(f, row->command); break;
	case ACTION_KEYS: keys_list(f); break;
	case ACTION_COMPLETE: complete_key(f); break;
	case ACTION_PAGE_DOWN: answer_page(f, 1); break;
	case ACTION_PAGE_UP: answer_page(f, -1); break;
	case ACTION_CLOSE:
		if (!answer_fold(f))
			prompt_key(f->prompt, key);
		break;
	case ACTION_REDRAW: terminal_redraw(f->terminal); break;
	case ACTION_END: end_key(f, key); break;
	}
}

/* ^C at the prompt. */
static void interrupt(struct curses_front *f)
{
	if (!signal_take(SIGNAL_INTERRUPT))
		return;
	complete_close(f);
	prompt_clear(f->prompt);
}

static void loop(struct curses_front *f)
{
	while (!f->leaving) {
		uint32_t key;

		while (!f->leaving && (key = front_next_key(f)) != TERMINAL_NONE)
			handle_key(f, key);
		interrupt(f);
		front_signals(f);
		if (f->leaving)
			break;
		front_draw(f);
		if (!terminal_wait(f->terminal, -1))
			break;
	}
}

/* --- what commands ask of the screen ---------------------------------------------------------- */

/* What is on the screen at this moment: the line with the command itself is gone from the prompt,
 * its answer is not there yet. */
static bool save_screen(void *ctx, const char *path, struct message *m)
{
	struct curses_front *f = ctx;

	return save_grid(path, &f->grid, m);
}

static bool view(void *ctx, const char *name, struct message *m)
{
	struct curses_front *f = ctx;

	if (!view_choose(&f->choice, name, m))
		return false;
	f->screen.shown = f->choice.ops;
	f->screen.view.choice = &f->choice;
	f->screen.view.scroll = 0;
	return true;
}

/* --- life ------------------------------------------------------------------------------------- */

/* Lessons and scripts named on the command line, as if they had been asked for at the prompt. */
static void open_files(struct curses_front *f)
{
	struct message m;

	for (int i = 0; i < f->options->nr_files; i++) {
		const char *file = f->options->file[i];
		char line[1100];

		if (is_lesson_file(file)) {
			answer_begin(f, file);
			if (!desk_open_lesson(f->desk, file, &m))
				answer_add(f, m.text, true);
			animate_rest(f);
			continue;
		}
		snprintf(line, sizeof(line), "source '%s'", file);
		front_line(f, line);
	}
}

/* The machine is there before the first key: an empty screen would teach nobody anything. A boot
 * that the options made impossible is told like a command's refusal, and can be corrected. */
static void begin(struct curses_front *f)
{
	struct message m;

	if (!interp_boot(desk_interp(f->desk), &m)) {
		answer_begin(f, "boot");
		answer_add(f, m.text, true);
	}
	apply_settings(f);
	animate_rest(f);
	front_draw(f);
	if (f->options->nr_files)
		open_files(f);
	else
		menu_run(f);
}

/* Dies of the signal that asked for the end, so that whoever sent it sees that it worked. */
static int exit_status(void)
{
	int number = signal_end_number();

	if (!number)
		return EXIT_GOOD;
	signal(number, SIG_DFL);
	raise(number);
	return 128 + number;
}

int curses_run(struct desk *d, const struct options *o, struct prompt *prompt)
{
	struct curses_front f = { .desk = d, .options = o, .prompt = prompt };
	struct desk_front callbacks = { answer_say, answer_reply, save_screen, view, &f };
	struct message m;

	f.terminal = terminal_enter(o->theme, &m);
	if (!f.terminal) {
		prompt_free(prompt);
		fprintf(stderr, "kmaplab: %s: going on in plain lines\n", m.text);
		return plain_run(d, o);
	}
	snprintf(f.theme, sizeof(f.theme), "%s", setting_get(desk_interp(d), "theme"));
	f.screen.shown = views[0];
	f.screen.popup.chosen = -1;
	grid_init(&f.grid, 1, 1, o->ascii || !locale_is_utf8());
	desk_set_front(d, &callbacks);
	begin(&f);
	loop(&f);
	complete_close(&f);
	terminal_leave(f.terminal);
	prompt_free(prompt);
	grid_release(&f.grid);
	answer_end(&f);
	return exit_status();
}
