/*
 * The menu of lessons, with which the lab opens when nothing was asked for: Enter opens the marked
 * lesson, anything else leaves it for the free prompt.
 */
#include "front/curses_front.h"

#include "front/keys.h"
#include "front/shelf.h"
#include "front/signals.h"
#include "lab/translate.h"

#include <stdlib.h>

#include <curses.h>

/* The shelf as rows of a pop-up; both must outlive it. */
static void fill(struct popup *p, struct popup_row *rows, const struct shelf *shelf)
{
	for (size_t i = 0; i < shelf->n; i++)
		rows[i] = (struct popup_row){ shelf->lesson[i].name, shelf->lesson[i].label };
	*p = (struct popup){ .title = _("lessons"), .foot = _(" Enter opens, Esc: free prompt "),
		             .n = (unsigned)shelf->n, .row = rows, .chosen = 0, .centred = true };
}

/* True when the key closed the menu; `*opened` when it chose. */
static bool menu_key(struct curses_front *f, uint32_t key, bool *opened)
{
	struct popup *p = &f->screen.popup;

	key = key_for_editor(key);
	if (key == KEY_CONTROL('P')) {
		p->chosen -= p->chosen > 0;
	} else if (key == KEY_CONTROL('N')) {
		p->chosen += p->chosen + 1 < (int)p->n;
	} else if (key == '\r' || key == '\n') {
		*opened = true;
		return true;
	} else if (key == 0x1b || key == KEY_CONTROL('D')) {
		return true;
	} else {
		/* Whoever begins to type has chosen the prompt: the key is the prompt's. */
		front_unget_key(f, key);
		return true;
	}
	return false;
}

/* Until the menu is closed, or the program is to end. */
static bool choose(struct curses_front *f)
{
	bool opened = false;

	while (!f->leaving) {
		uint32_t key;

		while ((key = front_next_key(f)) != TERMINAL_NONE)
			if (menu_key(f, key, &opened))
				return opened;
		if (signal_take(SIGNAL_INTERRUPT))
			return false;
		front_signals(f);
		front_draw(f);
		if (!f->leaving && !terminal_wait(f->terminal, -1))
			f->leaving = true;
	}
	return false;
}

void menu_run(struct curses_front *f)
{
	struct shelf shelf;
	struct popup_row *rows;
	struct message m;
	bool opened;
	int chosen;

	shelf_read(&shelf, f->options->lang);
	rows = calloc(shelf.n + 1, sizeof(*rows));
	if (!rows)
		abort();
	fill(&f->screen.popup, rows, &shelf);
	/* Without lessons there is nothing to choose, and the prompt is there at once. */
	opened = shelf.n && choose(f);
	chosen = f->screen.popup.chosen;
	f->screen.popup = (struct popup){ .chosen = -1 };
	if (opened) {
		answer_begin(f, shelf.lesson[chosen].name);
		if (!desk_open_lesson(f->desk, shelf.lesson[chosen].path, &m))
			answer_add(f, m.text, true);
		animate_rest(f);
	}
	free(rows);
	shelf_release(&shelf);
}
