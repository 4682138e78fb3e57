/*
 * Drawing pop-ups. See popup.h.
 *
 * A row is a line; the marked one, and all of them where `wrap` says so, take as many as their text
 * needs: of a list one reads the words, of the one word that is chosen everything.
 */
#include "view/popup.h"

#include <stdio.h>
#include <string.h>

#define WORD_MOST 28 /* columns: a longer word leaves its text too little room */
#define WRAP_MOST 84 /* a line that is longer is hard to read */

int popup_room(int rows)
{
	return rows < 6 ? 1 : rows - 5 < 18 ? rows - 5 : 18;
}

/* Where everything is: the box with its frame, the rows that are shown, the columns of the words. */
struct frame {
	struct area box;
	unsigned first, last; /* rows; last exclusive */
	int word;             /* columns */
};

/* Columns of the longest word, and of the whole for the longest row, the title and the foot. */
static int measure(const struct popup *p, int *word)
{
	int width = text_width(p->title) + 4;

	*word = 0;
	for (unsigned i = 0; i < p->n; i++)
		if (text_width(p->row[i].word) > *word)
			*word = text_width(p->row[i].word);
	for (unsigned i = 0; i < p->n; i++) {
		int columns = *word + 2 + text_width(p->row[i].text);

		width = columns > width ? columns : width;
	}
	if (p->foot && text_width(p->foot) > width)
		width = text_width(p->foot);
	return width + 4;
}

/* Lines that a row takes in a box of so many columns inside. */
static int row_lines(const struct popup *p, unsigned i, int word, int cols)
{
	int room = cols - word - 2, lines;

	if ((!p->wrap && (int)i != p->chosen) || room < 8 || !*p->row[i].text)
		return 1;
	lines = text_lines(p->row[i].text, room);
	return lines < 1 ? 1 : lines;
}

/* The rows that are shown: from the top one on, or as many as end with the marked one. Returns the
 * lines that they take. */
static int choose_rows(const struct popup *p, struct frame *f, int room, int cols)
{
	int lines = 0;

	f->first = p->chosen < 0 && p->top < p->n ? p->top : 0;
	for (f->last = f->first; f->last < p->n; f->last++) {
		lines += row_lines(p, f->last, f->word, cols);
		while (lines > room && (int)f->last <= p->chosen && f->first < f->last)
			lines -= row_lines(p, f->first++, f->word, cols);
		if (lines > room && f->last > f->first) {
			lines -= row_lines(p, f->last, f->word, cols);
			break;
		}
	}
	return lines < room ? lines : room;
}

/* In the middle; or above the prompt, beginning under the word that it completes; or below what it
 * explains, and above that when there is no room below. False where there is room for none. */
static bool find_frame(struct area a, const struct popup *p, struct frame *f)
{
	int cols = measure(p, &f->word), rows, x, y;

	if (!p->n || a.rows < 5 || a.cols < 16)
		return false;
	if (p->wrap && cols > WRAP_MOST)
		cols = WRAP_MOST;
	cols = cols < a.cols ? cols : a.cols;
	if (f->word > WORD_MOST && p->wrap)
		f->word = WORD_MOST;
	rows = choose_rows(p, f, popup_room(a.rows), cols - 4) + 2;
	x = p->centred ? (a.cols - cols) / 2 : p->column - 2;
	y = p->centred ? (a.rows - rows) / 2 : a.rows - 1 - rows;
	if (p->below)
		y = p->below + 1 + rows < a.rows ? p->below + 1 : p->below - rows;
	if (x + cols > a.cols)
		x = a.cols - cols;
	f->box = area_part(a, y < 0 ? 0 : y, x < 0 ? 0 : x, rows, cols);
	return true;
}

static void draw_row(struct area row, const struct popup_row *r, int word, bool chosen)
{
	enum style style = chosen ? STYLE_MATCH : STYLE_TEXT;

	for (int y = 0; chosen && y < row.rows; y++)
		for (int x = 0; x < row.cols; x++)
			area_put(row, y, x, STYLE_MATCH, ' ');
	area_text(area_part(row, 0, 0, 1, word), 0, 0, chosen ? STYLE_MATCH : STYLE_STRONG, r->word);
	if (*r->text && row.rows > 1)
		area_wrap(area_part(row, 0, word + 2, row.rows, row.cols - word - 2), style, r->text, 0);
	else if (*r->text && word + 2 < row.cols)
		area_text(row, 0, word + 2, style, r->text);
}

/* How far one has come in a long one, and what can be done: in the lower edge. */
static void draw_edges(struct frame *f, const struct popup *p, struct area inside)
{
	struct area edge = { inside.grid, inside.y + inside.rows, inside.x, 1, inside.cols };
	int foot = p->foot ? text_width(p->foot) : 0;
	char part[40];

	if (f->last < p->n)
		area_glyph(inside, inside.rows - 1, inside.cols - 1, STYLE_DIM, GLYPH_SCROLL_DOWN);
	if (f->first > 0)
		area_glyph(inside, 0, inside.cols - 1, STYLE_DIM, GLYPH_SCROLL_UP);
	snprintf(part, sizeof(part), " %u-%u / %u ", f->first + 1, f->last, p->n);
	if ((f->first > 0 || f->last < p->n) && text_width(part) + foot < edge.cols)
		area_text(edge, 0, 0, STYLE_DIM, part);
	if (p->foot)
		area_right(edge, 0, edge.cols, STYLE_DIM, p->foot);
}

void popup_draw(struct area a, const struct popup *p, int *y, int *x)
{
	struct area inside;
	struct frame f;
	int at = 0;

	if (!find_frame(a, p, &f))
		return;
	inside = area_box(f.box, p->title);
	for (unsigned i = f.first; i < f.last; i++) {
		int lines = row_lines(p, i, f.word, inside.cols);

		draw_row(area_part(inside, at, 0, lines, inside.cols), &p->row[i], f.word,
		         (int)i == p->chosen);
		if ((int)i == p->chosen) {
			*y = inside.y + at - a.y;
			*x = inside.x - a.x;
		}
		at += lines;
	}
	draw_edges(&f, p, inside);
}

int popup_at(struct area a, const struct popup *p, int y, int x)
{
	struct frame f;

	if (!p->title || !find_frame(a, p, &f))
		return POPUP_OUTSIDE;
	y += a.y - f.box.y;
	x += a.x - f.box.x;
	if (y < 0 || x < 0 || y >= f.box.rows || x >= f.box.cols)
		return POPUP_OUTSIDE;
	if (y == 0 || y == f.box.rows - 1)
		return POPUP_EDGE;
	y--;
	for (unsigned i = f.first; i < f.last; i++) {
		int lines = row_lines(p, i, f.word, f.box.cols - 4);

		if (y < lines)
			return (int)i;
		y -= lines;
	}
	return POPUP_EDGE;
}
