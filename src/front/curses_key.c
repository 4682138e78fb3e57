/*
 * Keys: the queue, and what each key does. A key is looked up in keys.def for the place to which
 * keys go at the moment (prompt, a view, the timeline, a playing animation); a row that names a
 * command runs it as if it had been typed, and what has no row is the editor's.
 */
#include "front/curses_front.h"

#include "front/signals.h"

#include <stdlib.h>
#include <string.h>

/* --- the queue -------------------------------------------------------------------------------- */

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

void front_unget_key(struct curses_front *f, uint32_t key)
{
	if (f->nr_keys == KEY_QUEUE)
		return;
	memmove(f->keys + 1, f->keys, f->nr_keys++ * sizeof(f->keys[0]));
	f->keys[0] = key;
}

/* --- the editor ------------------------------------------------------------------------------- */

static bool line_is_empty(struct curses_front *f)
{
	size_t cursor;

	return !*prompt_text(f->prompt, &cursor);
}

/* ^D: leave, but only from an empty line; elsewhere it is the editor's, which deletes. */
static void end_key(struct curses_front *f, uint32_t key)
{
	if (line_is_empty(f))
		f->leaving = true;
	else
		prompt_key(f->prompt, key);
}

/* When the editor says that a line is complete, the line runs. */
static void editor_key(struct curses_front *f, uint32_t key)
{
	char *line;

	focus_prompt(f);
	if (!prompt_key(f->prompt, key)) {
		/* Whoever begins to type has read what lies over the views. */
		f->screen.lesson_open = f->screen.lesson_open && line_is_empty(f);
		return;
	}
	line = prompt_take(f->prompt);
	/* An empty line turns the page, or goes on in a lesson: going on before the end would take
	 * away what nobody has read. */
	if (line[strspn(line, " \t")])
		front_line(f, line);
	else if (answer_goes_on(f))
		answer_go_on(f);
	else if (desk_lesson(f->desk))
		front_line(f, line);
	free(line);
}

/* Marks around a paste; between them a key is a character, whatever it does otherwise, and the
 * lines are run in order. True when the key was used up. */
static bool paste_key(struct curses_front *f, uint32_t key)
{
	if (key == (TERMINAL_KEY | TERMINAL_PASTE_BEGIN) ||
	    key == (TERMINAL_KEY | TERMINAL_PASTE_END)) {
		f->pasting = key == (TERMINAL_KEY | TERMINAL_PASTE_BEGIN);
		f->pasted = 0;
		complete_close(f);
		focus_prompt(f);
		return true;
	}
	return f->pasting && key != '\r' && key != '\n' && key < 0x20 && key != '\t';
}

/* --- what keys do ----------------------------------------------------------------------------- */

static enum key_place place(const struct curses_front *f)
{
	return f->screen.focus == FOCUS_PANE ? KEYS_VIEW :
	       f->screen.focus == FOCUS_TIMELINE ? KEYS_TIMELINE :
	                                           KEYS_PROMPT;
}

static void tab(struct curses_front *f)
{
	if (f->screen.popup.title || !line_is_empty(f))
		complete_key(f);
	else
		focus_move(f, 1);
}

static void close_key(struct curses_front *f, uint32_t key)
{
	if (prompt_searching(f->prompt) || (!answer_fold(f) && !focus_prompt(f)))
		prompt_key(f->prompt, key);
}

static void do_action(struct curses_front *f, const struct key_row *row, uint32_t key)
{
	switch (row->action) {
	case ACTION_COMMAND: front_line(f, row->command); break;
	case ACTION_KEYS: keys_list(f); break;
	case ACTION_COMPLETE: tab(f); break;
	case ACTION_NEXT: focus_move(f, 1); break;
	case ACTION_PREVIOUS: focus_move(f, -1); break;
	case ACTION_UP:
	case ACTION_DOWN:
	case ACTION_LEFT:
	case ACTION_RIGHT: focus_arrow(f, row->action); break;
	case ACTION_DETAIL: focus_detail(f); break;
	case ACTION_PAGE_DOWN: answer_page(f, 1); break;
	case ACTION_PAGE_UP: answer_page(f, -1); break;
	case ACTION_CLOSE: close_key(f, key); break;
	case ACTION_MOUSE: mouse_key(f); break;
	case ACTION_REDRAW: terminal_redraw(f->terminal); break;
	case ACTION_END: end_key(f, key); break;
	default: editor_key(f, key); break;
	}
}

/* In an open list: keys that go through it, that take what is marked, and those of the word that it
 * completes. True when the key was used up. */
static bool list_key(struct curses_front *f, uint32_t key)
{
	const struct key_row *row = key_find(KEYS_LIST, key);
	int page = popup_room(screen_rows(&f->grid, &f->screen)) - 1;
	uint32_t ch = key & ~TERMINAL_META;

	if (!f->screen.popup.title)
		return false;
	switch (row ? row->action : ACTION_NONE) {
	case ACTION_LIST_NEXT: return complete_move(f, 1);
	case ACTION_LIST_PREVIOUS: return complete_move(f, -1);
	case ACTION_LIST_PAGE_DOWN: return complete_move(f, page);
	case ACTION_LIST_PAGE_UP: return complete_move(f, -page);
	case ACTION_LIST_TAKE: return complete_take(f, f->screen.popup.chosen);
	default: break;
	}
	if (!f->candidates || (!key_is_backspace(key) && (ch <= ' ' || ch >= TERMINAL_KEY)))
		return false;
	prompt_key(f->prompt, key);
	complete_again(f);
	return true;
}

/* A pop-up is closed by any key but those that go through it, the mouse's, and, when it tells of a
 * spot, the one that runs its command; only Escape is used up by that. */
void front_key(struct curses_front *f, uint32_t key)
{
	const struct key_row *row = key_find(place(f), key);
	enum key_action action = row ? row->action : ACTION_NONE;

	if (paste_key(f, key))
		return;
	if (f->pasting) {
		editor_key(f, key == '\t' ? ' ' : key);
		return;
	}
	if (list_key(f, key))
		return;
	if (action == ACTION_DETAIL && focus_run_detail(f))
		return;
	if (action != ACTION_COMPLETE && action != ACTION_MOUSE && complete_close(f) &&
	    action == ACTION_CLOSE)
		return;
	if (row)
		do_action(f, row, key);
	else
		editor_key(f, key);
}

/* --- while steps are played ------------------------------------------------------------------- */

/* Ends the playing; what the key does otherwise it will do behind it. */
static void skip(struct curses_front *f, uint32_t key, bool used_up)
{
	f->play.skip = true;
	if (!used_up)
		front_unget_key(f, key);
}

static void play_editor_key(struct curses_front *f, uint32_t key)
{
	const struct key_row *row = key_find(KEYS_PROMPT, key);

	if (row && row->action == ACTION_COMPLETE && !f->pasting)
		skip(f, key, false);
	else
		prompt_key(f->prompt, f->pasting && key == '\t' ? ' ' : key);
}

void front_play_key(struct curses_front *f, uint32_t key)
{
	const struct key_row *row = key_find(KEYS_PLAYING, key);
	bool empty = line_is_empty(f) && !f->pasting;

	if (paste_key(f, key))
		return;
	if (!row || (prompt_searching(f->prompt) && key != '\r')) {
		play_editor_key(f, key);
	} else if (row->action == ACTION_SKIP) {
		/* An empty line has nothing to run: Enter on it means the playing alone. */
		skip(f, key, row->key == 0x1b || empty);
	} else if (row->action == ACTION_PAUSE && empty) {
		f->play.paused = !f->play.paused;
	} else if (row->action == ACTION_FRAME_ON || row->action == ACTION_FRAME_BACK) {
		if (empty && f->play.paused)
			f->play.move = row->action == ACTION_FRAME_ON ? 1 : -1;
		else
			play_editor_key(f, key);
	} else if (row->action == ACTION_PAUSE) {
		play_editor_key(f, key);
	} else if (row->action == ACTION_REDRAW) {
		terminal_redraw(f->terminal);
	} else {
		skip(f, key, false);
	}
}
