/*
 * Completion: what could stand at the cursor. One candidate is put in; of several what they have in
 * common; and when that adds nothing, they are listed with what each of them is. Another Tab
 * turns the page of a long list, any other key closes it.
 */
#include "front/curses_front.h"

#include "front/keys.h"
#include "lab/translate.h"

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
	*p = (struct popup){ .title = "what could stand here",
		             .foot = (int)f->nr_candidates > popup_room(screen_rows(&f->grid, &f->screen)) ?
		                             " Tab goes on, Esc closes " :
		                             " Esc closes ",
		             .n = (unsigned)f->nr_candidates, .row = f->rows, .chosen = -1,
		             .column = text_width(prompt_label(f->prompt)) + text_width(before) };
}

void keys_list(struct curses_front *f)
{
	unsigned n = 0, all = 0;
	int room;

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
	room = popup_room(screen_rows(&f->grid, &f->screen));
	f->screen.popup = (struct popup){ .title = "keys", .n = n, .row = f->rows, .chosen = -1,
		                          .foot = n > (unsigned)room ?
		                                  " Tab goes on, help lists commands, Esc closes " :
		                                  " help lists commands, Esc closes ",
		                          .centred = true };
}

/* Tab in an open list: the next page of it. */
static void next_page(struct curses_front *f)
{
	struct popup *p = &f->screen.popup;
	int room = popup_room(screen_rows(&f->grid, &f->screen));

	if (f->nr_rows <= (size_t)room) {
		terminal_beep(f->terminal);
		return;
	}
	p->row += room;
	if (p->row >= f->rows + f->nr_rows)
		p->row = f->rows;
	p->n = (unsigned)(f->rows + f->nr_rows - p->row);
}

void complete_key(struct curses_front *f)
{
	size_t cursor, start = 0, n = 0, common;
	const char *line = prompt_text(f->prompt, &cursor);
	char typed[512];

	if (f->screen.popup.title) {
		next_page(f);
		return;
	}
	f->candidates = complete(desk_interp(f->desk), line, cursor, &start, &n);
	f->nr_candidates = n;
	if (!n || start > cursor) {
		terminal_beep(f->terminal);
		complete_close(f);
		return;
	}
	common = common_prefix(f->candidates, n);
	if (n == 1) {
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
