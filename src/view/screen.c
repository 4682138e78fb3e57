/*
 * Laying the screen out. Sizes, from large to small:
 *
 *	76 x 15 and up   status, overview, answer, prompt; more rows go to the overview
 *	smaller          status, one or two views below each other, answer, prompt
 *	under 30 x 8     the first line, the answer as far as it fits, the prompt
 *
 * The prompt is never given up: whoever made the window too small can still type.
 */
#include "view/screen.h"

#include <stdio.h>
#include <string.h>

/* How a screen's rows are cut. */
struct cut {
	int body, rule, answer, prompt; /* first rows */
	int body_rows, answer_rows;
};

static bool is_small(int rows, int cols)
{
	return rows < 8 || cols < 30;
}

/* Rows of the answer on a closed screen. */
static int answer_rows_closed(int rows)
{
	return rows >= 50 ? 6 : rows >= 36 ? 4 : rows >= 12 ? 2 : 1;
}

static int answer_cols(int cols)
{
	return cols > 2 ? cols - 2 : 1;
}

int screen_answer_room(int rows, int cols)
{
	return is_small(rows, cols) ? (rows > 2 ? rows - 2 : 0) : rows - 3;
}

int screen_answer_lines(const struct screen *s, int cols)
{
	return s->answer && *s->answer ? text_lines(s->answer, answer_cols(cols)) : 0;
}

bool screen_answer_long(const struct screen *s, int rows, int cols)
{
	int room = is_small(rows, cols) ? screen_answer_room(rows, cols) : answer_rows_closed(rows);

	return screen_answer_lines(s, cols) > room;
}

static struct cut cut_screen(const struct screen *s, int rows, int cols)
{
	struct cut c = { .body = 1, .prompt = rows - 1 };
	int lines = screen_answer_lines(s, cols), room = screen_answer_room(rows, cols);

	c.answer_rows = answer_rows_closed(rows);
	c.body_rows = c.prompt - c.answer_rows - 1 - c.body;
	/* An open answer lies over the views: they do not move because somebody reads. */
	if (s->open && lines > c.answer_rows)
		c.answer_rows = lines < room ? lines : room;
	if (is_small(rows, cols))
		c.answer_rows = room;
	c.answer = c.prompt - c.answer_rows;
	c.rule = c.answer - 1;
	return c;
}

/* The rule between views and answer says what was typed, and on the right what keys do: for a long
 * answer, how to read it. */
static void draw_rule(struct area a, int y, const struct screen *s, int lines, int shown)
{
	char more[64] = "";
	const char *right = s->keys ? s->keys : "";

	area_rule(a, y, s->command);
	if (lines > shown) {
		snprintf(more, sizeof(more), "lines %d-%d of %d  PgUp PgDn  Esc closes",
		         s->scroll + 1, s->scroll + shown, lines);
		right = more;
	}
	if (!*right || a.cols < text_width(right) + (s->command ? text_width(s->command) : 0) + 10)
		return;
	area_put(a, y, a.cols - text_width(right) - 4, STYLE_RULE, ' ');
	area_right(a, y, a.cols - 3, STYLE_DIM, right);
	area_put(a, y, a.cols - 3, STYLE_RULE, ' ');
}

static void draw_answer(struct area a, const struct screen *s, bool cut_off)
{
	if (!s->answer)
		return;
	area_wrap(area_part(a, 0, 1, a.rows, answer_cols(a.cols)),
	          s->failed ? STYLE_ERROR : STYLE_TEXT, s->answer, s->scroll);
	if (cut_off && a.rows > 0)
		area_glyph(a, a.rows - 1, a.cols - 1, STYLE_DIM, GLYPH_SCROLL_DOWN);
}

/* The line is shifted to the left in half widths, so that the cursor is always in sight. Returns
 * the cursor's column. */
static int draw_prompt(struct area a, const struct screen *s)
{
	int start = area_text(a, 0, 0, STYLE_PROMPT, s->prompt ? s->prompt : ""), room, hidden = 0;
	const char *p = s->line ? s->line : "";
	size_t n = strlen(p);
	struct area line;
	int x = 0;

	if (start > a.cols - 4) { /* no room for a prompt beside the line */
		area_clear(a);
		start = 0;
	}
	line = area_part(a, 0, start, 1, a.cols - start);
	room = line.cols > 1 ? line.cols : 1;
	while (s->cursor - hidden >= room)
		hidden += room / 2 > 0 ? room / 2 : 1;
	for (x = -hidden; n && x < room;)
		x = area_put(line, 0, x, STYLE_TEXT, character_next(&p, &n));
	if (n)
		area_glyph(line, 0, room - 1, STYLE_DIM, GLYPH_MORE);
	if (hidden)
		area_glyph(line, 0, 0, STYLE_DIM, GLYPH_MORE);
	return start + s->cursor - hidden;
}

int screen_lesson_cols(int cols)
{
	int side = cols - 81;

	return side < 40 ? 0 : side > 78 ? 76 : side - 2;
}

/* The lesson on the right; returns what is left for the view. */
static struct area draw_lesson(struct area a, const char *text)
{
	int cols = screen_lesson_cols(a.cols), skip;
	struct area lesson = area_part(a, 0, a.cols - cols - 2, a.rows, cols + 2);

	area_rule(lesson, 0, "lesson");
	for (int y = 0; y < a.rows; y++)
		area_glyph(a, y, a.cols - cols - 3, STYLE_RULE, y ? GLYPH_VLINE : GLYPH_TEE_DOWN);
	/* Of a text that is too long the end: there stands what is to be done. */
	skip = text_lines(text, cols) - (a.rows - 1);
	area_wrap(area_part(lesson, 1, 1, a.rows - 1, cols), STYLE_TEXT, text, skip > 0 ? skip : 0);
	return area_part(a, 0, 0, a.rows, a.cols - cols - 3);
}

/* Too small for the view that is shown: what matters most, below each other. */
static void draw_body_small(struct area a, const struct view_state *s)
{
	int first = a.rows >= 12 ? 6 : a.rows;

	view_draw(&pkmap_view, area_part(a, 0, 0, first, a.cols), s);
	if (first < a.rows)
		view_draw(&events_view, area_part(a, first, 0, a.rows - first, a.cols), s);
}

static void draw_body(struct area a, const struct screen *s)
{
	if (a.rows <= 0)
		return;
	if (s->lesson && screen_lesson_cols(a.cols))
		a = draw_lesson(a, s->lesson);
	if (s->view.world && s->shown == views[0] &&
	    (a.rows < s->shown->rows || a.cols < s->shown->cols))
		draw_body_small(a, &s->view);
	else
		view_draw(s->shown, a, &s->view);
}

/* --- pop-ups ---------------------------------------------------------------------------------- */

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

/* Above the prompt, beginning under the word that it completes; or in the middle. */
static struct area popup_area(struct area a, const struct popup *p, int rows, int cols)
{
	int x = p->centred ? (a.cols - cols) / 2 : p->column - 2;

	if (x + cols > a.cols)
		x = a.cols - cols;
	return area_part(a, p->centred ? (a.rows - rows) / 2 : a.rows - 1 - rows, x < 0 ? 0 : x,
	                 rows, cols);
}

static void draw_popup(struct area a, const struct popup *p)
{
	int room = popup_room(a.rows), word, width = popup_width(p, &word), rows;
	int first = p->chosen >= room ? p->chosen - room + 1 : 0;
	struct area box;

	rows = (int)p->n < room ? (int)p->n : room;
	if (rows < 1 || a.rows < 5 || a.cols < 16)
		return;
	box = area_box(popup_area(a, p, rows + 2, width < a.cols ? width : a.cols), p->title);
	for (int i = 0; i < rows; i++) {
		const struct popup_row *r = &p->row[first + i];
		bool chosen = first + i == p->chosen;

		if (chosen)
			for (int x = 0; x < box.cols; x++)
				area_put(box, i, x, STYLE_MATCH, ' ');
		area_text(box, i, 0, chosen ? STYLE_MATCH : STYLE_STRONG, r->word);
		if (*r->text && word + 2 < box.cols)
			area_text(box, i, word + 2, chosen ? STYLE_MATCH : STYLE_TEXT, r->text);
	}
	if (first + rows < (int)p->n)
		area_glyph(box, rows - 1, box.cols - 1, STYLE_DIM, GLYPH_SCROLL_DOWN);
	if (p->foot) /* in the lower edge */
		area_right((struct area){ box.grid, box.y + rows, box.x, 1, box.cols }, 0, box.cols,
		           STYLE_DIM, p->foot);
}

/* --- all of it -------------------------------------------------------------------------------- */

void screen_draw(struct grid *g, const struct screen *s, int *y, int *x)
{
	struct area a = grid_area(g);
	struct cut c = cut_screen(s, g->rows, g->cols);
	int lines = screen_answer_lines(s, g->cols);

	area_clear(a);
	if (g->rows > 1)
		status_draw(area_part(a, 0, 0, 1, a.cols), &s->view);
	if (!is_small(g->rows, g->cols)) {
		draw_body(area_part(a, c.body, 0, c.body_rows, a.cols), s);
		area_clear(area_part(a, c.rule, 0, c.prompt - c.rule, a.cols));
		draw_rule(a, c.rule, s, lines, c.answer_rows);
	}
	draw_answer(area_part(a, c.answer, 0, c.answer_rows, a.cols), s,
	            lines - s->scroll > c.answer_rows);
	*y = c.prompt;
	*x = draw_prompt(area_part(a, c.prompt, 0, 1, a.cols), s);
	if (*x >= a.cols)
		*x = a.cols - 1;
	if (s->popup.title)
		draw_popup(a, &s->popup);
}
