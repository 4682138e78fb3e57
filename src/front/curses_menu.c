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

/* The shelf as rows of a pop-up; both must outlive it. */
static void fill(struct popup *p, struct popup_row *rows, const struct shelf *shelf)
{
	for (size_t i = 0; i < shelf->n; i++)
		rows[i] = (struct popup_row){ shelf->lesson[i].name, shelf->lesson[i].label };
	*p = (struct popup){ .title = _("lessons"), .foot = _(" Enter opens, Esc: free prompt "),
		             .n = (unsigned)shelf->n, .row = rows, .centred = true,
		             .chosen = (int)shelf_where_left(shelf) };
}

static void move(struct popup *p, int rows)
{
	int last = (int)p->n - 1, to = p->chosen + rows;

	p->chosen = to < 0 ? 0 : to > last ? last : to;
}

/* As in other lists: a click marks, another one opens; beside the menu it leaves it. True when the menu
 * is to be closed. */
static bool menu_mouse(struct curses_front *f, bool *opened)
{
	struct popup *p = &f->screen.popup;
	struct mouse mouse;
	struct screen_hit hit;

	if (!terminal_mouse(f->terminal, &mouse))
		return false;
	hit = screen_at(&f->grid, &f->screen, mouse.y, mouse.x);
	if (mouse.kind == MOUSE_WHEEL_UP || mouse.kind == MOUSE_WHEEL_DOWN)
		move(p, mouse.kind == MOUSE_WHEEL_UP ? -1 : 1);
	if (mouse.kind != MOUSE_PRESS)
		return false;
	*opened = hit.part == PART_POPUP && hit.row == p->chosen;
	if (hit.part == PART_POPUP && hit.row >= 0)
		p->chosen = hit.row;
	return *opened || hit.part != PART_POPUP;
}

/* True when the key closed the menu; `*opened` when it chose. Whoever begins to type has chosen the
 * prompt: the key is the prompt's. */
static bool menu_key(struct curses_front *f, uint32_t key, bool *opened)
{
	const struct key_row *row = key_find(KEYS_LIST, key);
	int page = popup_room(screen_rows(&f->grid, &f->screen)) - 1;
	struct popup *p = &f->screen.popup;

	switch (row ? row->action : ACTION_NONE) {
	case ACTION_LIST_NEXT: move(p, 1); return false;
	case ACTION_LIST_PREVIOUS: move(p, -1); return false;
	case ACTION_LIST_PAGE_DOWN: move(p, page); return false;
	case ACTION_LIST_PAGE_UP: move(p, -page); return false;
	case ACTION_LIST_TAKE: *opened = true; return true;
	case ACTION_MOUSE: return menu_mouse(f, opened);
	case ACTION_REDRAW: terminal_redraw(f->terminal); return false;
	case ACTION_CLOSE:
	case ACTION_END: return true;
	default: break;
	}
	switch (key_for_editor(key)) {
	case KEY_CONTROL('N'): move(p, 1); return false;
	case KEY_CONTROL('P'): move(p, -1); return false;
	case KEY_CONTROL('A'): move(p, -(int)p->n); return false;
	case KEY_CONTROL('E'): move(p, (int)p->n); return false;
	default: front_unget_key(f, key); return true;
	}
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
