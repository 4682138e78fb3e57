/*
 * Completion: what could stand at the cursor. One candidate is put in; of several what they have in
 * common; and when that adds nothing, they are listed with what each of them is. Tab and the arrows
 * then go through the list, Enter takes what is marked; typing goes on and leaves in the list what still
 * fits; any other key closes it.
 */
#include "front/curses_front.h"

#include "front/keys.h"
#include "lab/translate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes that all candidates begin with. */
static size_t common_prefix(const struct candidate *c, size_t n)
{
	size_t length = strlen(c[0].text);

	for (size_t i = 1; i < n; i++) {
		size_t k = 0;

		while (k < length && c[0].text[k] == c[i].text[k])
			k++;
		length = k;
	}
	/* Not in the middle of a character. */
	while (length && ((unsigned char)c[0].text[length] & 0xc0) == 0x80)
		length--;
	return length;
}

/* A word that goes on ("ram=") gets no blank behind it. */
static void put_candidate(struct curses_front *f, size_t start, const char *text)
{
	size_t n = strlen(text);
	char word[512];

	if (n + 2 > sizeof(word))
		return;
	memcpy(word, text, n + 1);
	if (n && !strchr("=([./:", word[n - 1]))
		strcat(word, " ");
	prompt_replace(f->prompt, start, word);
}

bool complete_close(struct curses_front *f)
{
	bool was_open = f->screen.popup.title;

	if (f->candidates)
		candidates_free(f->candidates, f->nr_candidates);
	free(f->rows);
	f->candidates = NULL;
	f->rows = NULL;
	f->nr_rows = f->nr_candidates = 0;
	f->detail.name[0] = '\0';
	f->screen.popup = (struct popup){ .chosen = -1 };
	return was_open;
}

/* Opens the pop-up under the word that is being completed. The rows point into the candidates. */
static void list(struct curses_front *f, size_t start)
{
	size_t cursor;
	const char *line = prompt_text(f->prompt, &cursor);
	struct popup *p = &f->screen.popup;
	char before[PROMPT_BYTES * 4 + 1];

	f->rows = calloc(f->nr_candidates, sizeof(*f->rows));
	if (!f->rows)
		abort();
	for (size_t i = 0; i < f->nr_candidates; i++) {
		f->rows[i].word = f->candidates[i].text;
		f->rows[i].text = f->candidates[i].description ? f->candidates[i].description : "";
	}
	f->nr_rows = f->nr_candidates;
	memcpy(before, line, start);
	before[start] = '\0';
	*p = (struct popup){ .title = _("what could stand here"),
		             .foot = _(" Tab chooses, Enter takes, Esc closes "),
		             .n = (unsigned)f->nr_candidates, .row = f->rows, .chosen = -1,
		             .column = text_width(prompt_label(f->prompt)) + text_width(before) };
}

void keys_list(struct curses_front *f)
{
	unsigned n = 0, all = 0;
	while (key_row(all))
		all++;
	f->rows = calloc(all, sizeof(*f->rows));
	if (!f->rows)
		abort();
	for (unsigned i = 0; i < all; i++)
		if (key_row(i)->doc)
			f->rows[n++] = (struct popup_row){ key_row(i)->name,
			                                   gettext(key_row(i)->doc) };
	f->nr_rows = n;
	f->screen.popup = (struct popup){ .title = _("keys"), .n = n, .row = f->rows, .chosen = -1,
		                          .foot = _(" help lists commands, Esc closes "),
		                          .centred = true };
}

/* The candidates for what stands at the cursor now. Returns whether there are any. */
static bool find(struct curses_front *f, size_t *start, size_t *cursor)
{
	const char *line = prompt_text(f->prompt, cursor);

	f->candidates = complete(desk_interp(f->desk), line, *cursor, start, &f->nr_candidates);
	if (f->nr_candidates && *start <= *cursor)
		return true;
	complete_close(f);
	return false;
}

/* In an open list: the next or the one before; of the keys, which nobody can choose, the next rows. */
bool complete_move(struct curses_front *f, int rows)
{
	struct popup *p = &f->screen.popup;
	int n = (int)p->n, room = popup_room(screen_rows(&f->grid, &f->screen));

	if (!p->title || f->detail.name[0])
		return false;
	if (f->candidates) {
		if (p->chosen < 0 && rows < 0)
			p->chosen = n;
		p->chosen = rows == 1 || rows == -1 ? (p->chosen + rows + n) % n :
		            p->chosen + rows < 0    ? 0 :
		            p->chosen + rows >= n   ? n - 1 :
		                                      p->chosen + rows;
		return true;
	}
	rows += (int)p->top;
	p->top = rows < 0 || n <= room ? 0 : rows > n - room ? (unsigned)(n - room) : (unsigned)rows;
	return true;
}

bool complete_take(struct curses_front *f, int row)
{
	size_t start = 0, cursor;
	char word[512];

	if (!f->candidates || row < 0 || (size_t)row >= f->nr_candidates)
		return false;
	snprintf(word, sizeof(word), "%s", f->candidates[row].text);
	complete_close(f);
	if (find(f, &start, &cursor))
		put_candidate(f, start, word);
	complete_close(f);
	return true;
}

void complete_again(struct curses_front *f)
{
	size_t start = 0, cursor;

	complete_close(f);
	if (find(f, &start, &cursor) && cursor > start)
		list(f, start);
	else
		complete_close(f);
}

void complete_key(struct curses_front *f)
{
	size_t cursor, start = 0, common;
	char typed[512];

	if (!find(f, &start, &cursor)) {
		terminal_beep(f->terminal);
		return;
	}
	common = common_prefix(f->candidates, f->nr_candidates);
	if (f->nr_candidates == 1) {
		put_candidate(f, start, f->candidates[0].text);
	} else if (common > cursor - start && common < sizeof(typed)) {
		memcpy(typed, f->candidates[0].text, common);
		typed[common] = '\0';
		prompt_replace(f->prompt, start, typed);
	} else {
		list(f, start);
		return;
	}
	complete_close(f);
}
