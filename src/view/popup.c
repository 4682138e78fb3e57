/*
 * Drawing pop-ups. See popup.h.
 */
#include "view/popup.h"

#include <string.h>

int popup_room(int rows)
{
	return rows < 6 ? 1 : rows - 5 < 18 ? rows - 5 : 18;
}

/* Wide enough for the longest row, the title and the foot. */
static int popup_width(const struct popup *p, int *word)
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

/* In the middle; or above the prompt, beginning under the word that it completes; or below what it
 * explains, and above that when there is no room below. */
static struct area popup_area(struct area a, const struct popup *p, int rows, int cols)
{
	int x = p->centred ? (a.cols - cols) / 2 : p->column - 2;
	int y = p->centred ? (a.rows - rows) / 2 : a.rows - 1 - rows;

	if (p->below)
		y = p->below + 1 + rows < a.rows ? p->below + 1 : p->below - rows;
	if (x + cols > a.cols)
		x = a.cols - cols;
	return area_part(a, y < 0 ? 0 : y, x < 0 ? 0 : x, rows, cols);
}

static void draw_row(struct area box, int y, const struct popup_row *r, int word, bool chosen)
{
	if (chosen)
		for (int x = 0; x < box.cols; x++)
			area_put(box, y, x, STYLE_MATCH, ' ');
	area_text(box, y, 0, chosen ? STYLE_MATCH : STYLE_STRONG, r->word);
	if (*r->text && word + 2 < box.cols)
		area_text(box, y, word + 2, chosen ? STYLE_MATCH : STYLE_TEXT, r->text);
}

void popup_draw(struct area a, const struct popup *p, int *y, int *x)
{
	int room = popup_room(a.rows), word, width = popup_width(p, &word), rows;
	int first = p->chosen >= room ? p->chosen - room + 1 : 0;
	struct area box;

	rows = (int)p->n < room ? (int)p->n : room;
	if (rows < 1 || a.rows < 5 || a.cols < 16)
		return;
	box = area_box(popup_area(a, p, rows + 2, width < a.cols ? width : a.cols), p->title);
	for (int i = 0; i < rows; i++) {
		bool chosen = first + i == p->chosen;

		draw_row(box, i, &p->row[first + i], word, chosen);
		if (chosen) {
			*y = box.y + i - a.y;
			*x = box.x - a.x;
		}
	}
	if (first + rows < (int)p->n)
		area_glyph(box, rows - 1, box.cols - 1, STYLE_DIM, GLYPH_SCROLL_DOWN);
	if (p->foot) /* in the lower edge */
		area_right((struct area){ box.grid, box.y + rows, box.x, 1, box.cols }, 0, box.cols,
		           STYLE_DIM, p->foot);
}
