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

#include "command/settings.h"
#include "front/camera.h"
#include "front/save.h"
#include "front/signals.h"
#include "lab/translate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Columns that a lesson's text has. */
static unsigned lesson_width(const struct curses_front *f)
{
	int all = screen_cols(&f->grid, &f->screen);
	int cols = screen_lesson_cols(screen_rows(&f->grid, &f->screen), all);

	return cols ? (unsigned)cols : all > 12 ? (unsigned)all - 2 : 10;
}

/* The grid follows the terminal, not the signal: also the very first time. */
static void fit_grid(struct curses_front *f)
{
	bool ascii = f->grid.ascii;
	int rows, cols;

	terminal_size(f->terminal, &rows, &cols);
	if (rows != f->grid.rows || cols != f->grid.cols) {
		grid_release(&f->grid);
		grid_init(&f->grid, rows, cols, ascii);
	}
	if (!desk_lesson(f->desk))
		f->screen.lesson = NULL; /* it could not be opened */
	reading_set(&f->lesson, lesson_width(f));
	panes_fit(&f->screen.panes, screen_cols(&f->grid, &f->screen));
	if (lesson_width(f) == f->lesson_width)
		return;
	f->lesson_width = lesson_width(f);
	desk_set_width(f->desk, f->lesson_width);
	answer_fit(f);
}

/* What has the focus, by name; and what Enter does where there is room for both. */
static const char *focus_hint(struct curses_front *f)
{
	const struct panes *p = &f->screen.panes;
	const struct spot *spot = spot_focused(p->pane[p->chosen].spots);

	if (!spot)
		return _("arrows scroll  F11 zooms");
	snprintf(f->keys_text, sizeof(f->keys_text), "%s%s%s", spot->name,
	         f->grid.cols >= 110 ? "  " : "",
	         f->grid.cols >= 110 ? _("Enter: what is it?") : "");
	return f->keys_text;
}

/* What some keys do, where they go now. */
static const char *keys_hint(struct curses_front *f)
{
	if (f->play.paused && f->play.on)
		return "paused: \u2190 \u2192 leaf  Space";
	if (f->play.on)
		return _("Space pauses  Esc skips");
	if (f->screen.focus == FOCUS_PANE)
		return focus_hint(f);
	if (f->screen.focus == FOCUS_TIMELINE)
		return "\u2190 \u2192 steps  Esc";
	if (screen_hides_views(&f->screen, screen_rows(&f->grid, &f->screen),
	                       screen_cols(&f->grid, &f->screen)))
		return answer_goes_on(f) ? _("Enter: more  Esc: views") : _("Esc: views  F1 keys");
	return _("F1 keys  Tab views");
}

/* The line, its cursor in columns (what stands before it may hold wide characters), and what could
 * be typed behind it. */
static void fill_prompt(struct curses_front *f)
{
	size_t bytes;
	const char *line = prompt_text(f->prompt, &bytes);
	char before[PROMPT_BYTES * 4 + 1];

	memcpy(before, line, bytes);
	before[bytes] = '\0';
	f->screen.prompt = prompt_label(f->prompt);
	f->screen.line = line;
	f->screen.cursor = text_width(before);
	f->hint[0] = '\0';
	if (!line[bytes] && !prompt_searching(f->prompt))
		command_hint(line, f->hint, sizeof(f->hint));
	f->screen.hint = f->hint;
}

/* What a picture of an animation, and one after a key, are meant to stay in a recording whose clock is
 * not the wall's. */
#define PICTURE_MS 80
#define KEY_MS 60

void front_draw(struct curses_front *f)
{
	int y, x;

	fit_grid(f);
	fill_prompt(f);
	time_update(f);
	f->screen.keys = keys_hint(f);
	screen_draw(&f->grid, &f->screen, &y, &x);
	terminal_show(f->terminal, &f->grid, y, x);
	camera_frame(desk_camera(f->desk), &f->grid, f->play.on ? PICTURE_MS : KEY_MS);
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

/* Settings may have changed by a command. */
static void apply_settings(struct curses_front *f)
{
	const struct interp *in = desk_interp(f->desk);
	const char *theme = setting_get(in, "theme");
	struct message m;

	f->screen.large = !strcmp(setting_get(in, "print"), "large");
	terminal_set_mouse(f->terminal, !strcmp(setting_get(in, "mouse"), "on"));
	if (!strcmp(theme, f->theme))
		return;
	snprintf(f->theme, sizeof(f->theme), "%s", theme);
	if (!terminal_set_theme(f->terminal, theme, &m))
		answer_add(f, m.text, true);
}

void front_line(struct curses_front *f, const char *line)
{
	if (f->pasting)
		answer_begin_pasted(f, line);
	else
		answer_begin(f, line);
	camera_marker(desk_camera(f->desk), line);
	desk_line(f->desk, NULL, 1, line);
	if (desk_interrupted(f->desk))
		answer_add(f, _("interrupted"), true);
	answer_done(f);
	apply_settings(f);
	animate_rest(f);
	if (desk_quit(f->desk))
		f->leaving = true;
	if (f->choosing && !f->leaving) {
		f->choosing = false;
		menu_run(f);
	}
}

/* ^C at the prompt. */
static void interrupt(struct curses_front *f)
{
	if (!signal_take(SIGNAL_INTERRUPT))
		return;
	complete_close(f);
	focus_prompt(f);
	prompt_clear(f->prompt);
}

static void loop(struct curses_front *f)
{
	while (!f->leaving) {
		uint32_t key;

		while (!f->leaving && (key = front_next_key(f)) != TERMINAL_NONE)
			front_key(f, key);
		interrupt(f);
		front_signals(f);
		if (f->leaving)
			break;
		front_draw(f);
		if (!terminal_wait(f->terminal, -1))
			break;
	}
}

static void choose_lesson(void *ctx)
{
	struct curses_front *f = ctx;

	f->choosing = true;
}

/* A line runs and takes long: in the prompt's row, for nothing can be typed in it just now. All else
 * stays as it is, since the world is in the middle of something. */
#define BUSY_MS 300

static void busy(void *ctx, const char *text)
{
	struct curses_front *f = ctx;
	struct area row = area_part(grid_area(&f->grid), f->grid.rows - 1, 0, 1, f->grid.cols);

	area_clear(row);
	area_text(row, 0, 0, STYLE_DIM, text);
	terminal_show(f->terminal, &f->grid, f->grid.rows - 1, 0);
}

/* --- what commands ask of the screen ---------------------------------------------------------- */

/* What is on the screen at this moment: the command itself stands at the prompt still, its answer is
 * not there yet. */
static bool save_screen(void *ctx, const char *path, struct message *m)
{
	struct curses_front *f = ctx;

	return save_grid(path, &f->grid, f->theme, m);
}

static bool view(void *ctx, const char *words, struct message *m)
{
	struct curses_front *f = ctx;
	struct view_choice choice = { 0 };

	if (!view_choose(&choice, words, m))
		return false;
	panes_show(&f->screen.panes, &choice);
	return true;
}

static bool zoom(void *ctx, struct message *m)
{
	struct curses_front *f = ctx;

	(void)m;
	f->screen.panes.zoomed = !f->screen.panes.zoomed;
	return true;
}

/* --- life ------------------------------------------------------------------------------------- */

/* A refusal of no command's. */
static void answer_refusal(struct curses_front *f, const struct message *m)
{
	char *text = refusal_text(desk_interp(f->desk), 1, m->text, strlen(m->text));

	answer_add(f, text, true);
	free(text);
}

/* Lessons and scripts named on the command line, as if they had been asked for at the prompt. */
static void open_files(struct curses_front *f)
{
	struct message m;

	for (int i = 0; i < f->options->nr_files; i++) {
		const char *file = f->options->file[i];
		char line[1100];

		if (is_lesson_file(file)) {
			const char *slash = strrchr(file, '/');

			answer_begin(f, slash ? slash + 1 : file);
			if (!desk_open_lesson(f->desk, file, &m))
				answer_refusal(f, &m);
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
		answer_refusal(f, &m);
	}
	if (desk_notice(f->desk))
		answer_add(f, desk_notice(f->desk), true);
	apply_settings(f);
	animate_rest(f);
	front_draw(f);
	if (f->options->nr_files)
		open_files(f);
	else
		menu_run(f);
}

/* $NO_COLOR (no-color.org), when nobody asked for a theme, now or by keeping one: the setting shall say
 * what is shown. */
static const char *first_theme(struct curses_front *f)
{
	const char *no_colour = getenv("NO_COLOR");
	struct interp *in = desk_interp(f->desk);
	struct message m;

	if (!f->options->theme && no_colour && *no_colour &&
	    !strcmp(setting_get(in, "theme"), setting_default("theme")))
		setting_set(in, "theme", "mono", &m);
	snprintf(f->theme, sizeof(f->theme), "%s", setting_get(in, "theme"));
	return f->theme;
}

static void leave(struct curses_front *f)
{
	complete_close(f);
	terminal_leave(f->terminal);
	prompt_free(f->prompt);
	grid_release(&f->grid);
	answer_end(f);
	focus_end(f);
}

int curses_run(struct desk *d, const struct options *o, struct prompt *prompt)
{
	struct curses_front f = { .desk = d, .options = o, .prompt = prompt };
	struct desk_front callbacks = { .say = answer_say, .reply = answer_reply,
		                        .save_screen = save_screen, .view = view, .zoom = zoom,
		                        .busy = busy, .busy_ms = BUSY_MS,
		                        .choose_lesson = choose_lesson,
		                        .marked = true,
		                        .ctx = &f };
	struct message m;

	f.terminal = terminal_enter(first_theme(&f), &m);
	if (!f.terminal) {
		prompt_free(prompt);
		fprintf(stderr, "kmaplab: %s: going on in plain lines\n", m.text);
		return plain_run(d, o);
	}
	focus_begin(&f);
	f.screen.popup.chosen = -1;
	grid_init(&f.grid, 1, 1, o->ascii || !locale_is_utf8());
	desk_set_front(d, &callbacks);
	begin(&f);
	loop(&f);
	leave(&f);
	return EXIT_GOOD;
}
