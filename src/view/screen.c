/*
 * Laying the screen out. Sizes, from large to small:
 *
 *	121 columns and up   the lesson beside the panes
 *	18 rows and up       the lesson below the panes; what it said last takes what it needs, until
 *	                     the reader begins to type
 *	smaller              what a lesson says is an answer
 *	under 30 x 8         the first line, the answer as far as it fits, the prompt
 *
 * The prompt is never given up: whoever made the window too small can still type.
 */
#include "view/screen.h"

#include <stdio.h>
#include <string.h>

#define LESSON_ROWS 18
#define LESSON_COLS 40
#define RULE_TITLE 12

/* How a screen is cut. Empty areas are not there. */
struct cut {
	struct area status, panes, lesson, rule, time, answer, prompt;
	bool beside; /* the lesson */
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

/* --- the lesson's place ----------------------------------------------------------------------- */

static bool is_beside(int cols)
{
	return cols - 81 >= 40;
}

int screen_lesson_cols(int rows, int cols)
{
	int side = cols - 81;

	if (is_beside(cols) && !is_small(rows, cols))
		return side > 78 ? 76 : side - 2;
	return rows >= LESSON_ROWS && cols >= LESSON_COLS ? cols - 2 : 0;
}

/* Rows between status line and rule. */
static int body_rows(int rows)
{
	return rows - 3 - answer_rows_closed(rows);
}

/* Lines of what the lesson said last. */
static int new_lines(const struct screen *s, int cols)
{
	return text_lines(s->lesson + s->lesson_new, cols);
}

/* Rows of the lesson's pane, with its rule. */
static int lesson_rows(const struct screen *s, int rows, int cols)
{
	int body = body_rows(rows), least = (body + 1) * 9 / 20, wanted;

	if (is_beside(cols))
		return body;
	wanted = s->lesson_open ? new_lines(s, screen_lesson_cols(rows, cols)) + 1 : least;
	return wanted < least ? least : wanted > body ? body : wanted;
}

void screen_lesson_lines(const struct screen *s, int rows, int cols, int *shown, int *lines,
                         int *above)
{
	int width = screen_lesson_cols(rows, cols), most, begin;

	*shown = *lines = *above = 0;
	if (!s->lesson || !width)
		return;
	*shown = lesson_rows(s, rows, cols) - 1;
	*lines = text_lines(s->lesson, width);
	most = *lines > *shown ? *lines - *shown : 0;
	begin = *lines - new_lines(s, width);
	/* The end of it, but of what was just said the beginning. */
	*above = (s->lesson_open && begin < most ? begin : most) + s->lesson_scroll;
	*above = *above < 0 ? 0 : *above > most ? most : *above;
}

/* --- cutting ---------------------------------------------------------------------------------- */

static void cut_body(struct cut *c, const struct screen *s, struct area a, struct area body)
{
	int cols = s->lesson ? screen_lesson_cols(a.rows, a.cols) : 0, rows;

	c->panes = body;
	if (!cols)
		return;
	c->beside = is_beside(a.cols);
	rows = lesson_rows(s, a.rows, a.cols);
	if (c->beside) {
		c->lesson = area_part(body, 0, body.cols - cols - 2, body.rows, cols + 2);
		c->panes.cols -= cols + 3;
	} else {
		c->lesson = area_part(body, body.rows - rows, 0, rows, body.cols);
		c->panes.rows -= rows;
	}
}

/* The bar stands on the right of the rule, unless that has to tell of a long answer. */
static struct area time_area(struct area rule, bool is_long)
{
	int cols = rule.cols * 2 / 5 - 2;

	if (is_long || rule.cols < 40)
		return area_part(rule, 0, 0, 0, 0);
	return area_part(rule, 0, rule.cols - cols - 3, 1, cols);
}

static struct cut cut_screen(const struct screen *s, struct area a)
{
	int rows = a.rows, closed = answer_rows_closed(rows), prompt = rows - 1, answer = closed;
	int lines = screen_answer_lines(s, a.cols), room = screen_answer_room(rows, a.cols);
	struct cut c = { .status = area_part(a, 0, 0, rows > 1, a.cols) };

	if (!is_small(rows, a.cols))
		cut_body(&c, s, a, area_part(a, 1, 0, body_rows(rows), a.cols));
	/* An open answer lies over the views: they do not move because somebody reads. */
	if (s->open && lines > closed)
		answer = lines < room ? lines : room;
	if (is_small(rows, a.cols))
		answer = room;
	else
		c.rule = area_part(a, prompt - answer - 1, 0, 1, a.cols);
	if (c.rule.rows)
		c.time = time_area(c.rule, lines > answer);
	c.answer = area_part(a, prompt - answer, 0, answer, a.cols);
	c.prompt = area_part(a, prompt, 0, 1, a.cols);
	return c;
}

/* --- drawing ---------------------------------------------------------------------------------- */

static void draw_time(struct area a, struct area rule, const struct screen *s)
{
	int x = a.x - rule.x;

	if (a.cols < 8 || !s->view.world)
		return;
	timebar_draw(a, &s->time, s->focus == FOCUS_TIMELINE);
	area_glyph(rule, 0, x - 1, STYLE_RULE, GLYPH_TEE_LEFT);
	area_glyph(rule, 0, x + a.cols, STYLE_RULE, GLYPH_TEE_RIGHT);
}

/* The rule between views and answer says what was typed, what keys do, and where in time this is:
 * for a long answer, how to read it. */
static void draw_rule(const struct cut *c, const struct screen *s, int lines)
{
	struct area a = c->rule;
	int shown = c->answer.rows, end = c->time.rows ? c->time.x - 1 : a.cols - 2;
	const char *right = s->keys ? s->keys : "";
	char more[64] = "";
	int title;

	if (lines > shown) {
		snprintf(more, sizeof(more), "lines %d-%d of %d  PgUp PgDn  Esc closes",
		         s->scroll + 1, s->scroll + shown, lines);
		right = more;
	}
	area_clear(a);
	/* The command can be read in the history, too: it is what is cut. */
	title = end - text_width(right) - 3;
	if (!*right || title < RULE_TITLE)
		title = end;
	area_rule(area_part(a, 0, 0, 1, title), 0, s->command);
	area_repeat(a, 0, title, a.cols - title, STYLE_RULE, GLYPH_HLINE);
	draw_time(c->time, a, s);
	if (title == end)
		return;
	area_put(a, 0, end - text_width(right) - 2, STYLE_RULE, ' ');
	area_right(a, 0, end - 1, STYLE_DIM, right);
	area_put(a, 0, end - 1, STYLE_RULE, ' ');
}

static void draw_answer(struct area a, const struct screen *s, bool cut_off)
{
	area_clear(a);
	if (!s->answer)
		return;
	area_wrap(area_part(a, 0, 1, a.rows, answer_cols(a.cols)),
	          s->failed ? STYLE_ERROR : STYLE_TEXT, s->answer, s->scroll);
	if (cut_off && a.rows > 0)
		area_glyph(a, a.rows - 1, a.cols - 1, STYLE_DIM, GLYPH_SCROLL_DOWN);
}

static void draw_lesson(const struct cut *c, const struct screen *s, int rows, int cols)
{
	struct area a = c->lesson;
	int shown, lines, above;
	char title[64];

	screen_lesson_lines(s, rows, cols, &shown, &lines, &above);
	snprintf(title, sizeof(title), lines > shown ? "lesson, lines %d-%d of %d" : "lesson",
	         above + 1, above + shown, lines);
	area_clear(a);
	area_rule(a, 0, title);
	for (int y = 0; c->beside && y < a.rows; y++)
		area_glyph(grid_area(a.grid), a.y + y, a.x - 1, STYLE_RULE,
		           y ? GLYPH_VLINE : GLYPH_TEE_DOWN);
	area_wrap(area_part(a, 1, 1, a.rows - 1, a.cols - 2), STYLE_TEXT, s->lesson, above);
	if (above > 0)
		area_glyph(a, 1, a.cols - 1, STYLE_DIM, GLYPH_SCROLL_UP);
	if (above + shown < lines)
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
	else if (s->hint && x < room - 1)
		area_text(line, 0, x, STYLE_DIM, s->hint);
	if (hidden)
		area_glyph(line, 0, 0, STYLE_DIM, GLYPH_MORE);
	return start + s->cursor - hidden;
}

/* Where the hardware cursor goes: to what has the focus. */
static void place_cursor(const struct cut *c, const struct screen *s, int *y, int *x)
{
	const struct spots *spots = s->panes.pane[s->panes.chosen].spots;
	const struct spot *spot = spots && s->focus == FOCUS_PANE ? spot_focused(spots) : NULL;

	if (spot) {
		*y = spot->y - c->status.y;
		*x = spot->x - c->status.x;
	} else if (s->focus == FOCUS_TIMELINE && c->time.rows) {
		*y = c->time.y;
		*x = c->time.x + timebar_column(&s->time, c->time.cols, s->time.position);
	}
}

static void draw(struct area a, const struct screen *s, int *y, int *x)
{
	struct cut c = cut_screen(s, a);
	int lines = screen_answer_lines(s, a.cols);

	area_clear(a);
	status_draw(c.status, &s->view);
	if (c.panes.rows > 0)
		panes_draw(&s->panes, c.panes, &s->view, s->focus == FOCUS_PANE);
	if (c.lesson.rows > 0)
		draw_lesson(&c, s, a.rows, a.cols);
	if (c.rule.rows)
		draw_rule(&c, s, lines);
	draw_answer(c.answer, s, lines - s->scroll > c.answer.rows);
	*y = c.prompt.y;
	*x = draw_prompt(c.prompt, s);
	place_cursor(&c, s, y, x);
	if (*x >= a.cols)
		*x = a.cols - 1;
	if (s->popup.title)
		popup_draw(a, &s->popup, y, x);
}

/* --- large print ------------------------------------------------------------------------------ */

/* What goes between two characters that a wider spacing takes apart: lines and bars go on. */
static uint32_t between(const struct grid *g, const struct cell *c)
{
	static const enum glyph solid[] = { GLYPH_HLINE, GLYPH_PAST, GLYPH_HOLE, GLYPH_FRAMES_FREE,
		                            GLYPH_FRAMES_SOME, GLYPH_FRAMES_USED, GLYPH_AREA };

	for (size_t i = 0; i < sizeof(solid) / sizeof(solid[0]); i++)
		if (c->ch == grid_glyph(g, solid[i]))
			return c->ch;
	return ' ';
}

static bool is_large(const struct grid *g, const struct screen *s)
{
	return s->large && g->rows >= 10 && g->cols >= 40;
}

int screen_rows(const struct grid *g, const struct screen *s)
{
	return is_large(g, s) ? g->rows / 2 : g->rows;
}

int screen_cols(const struct grid *g, const struct screen *s)
{
	return is_large(g, s) ? g->cols / 2 : g->cols;
}

/* A screen of half the rows and half the columns, taken apart to twice of both: there is room for
 * one pane and few words, and each of them can be read from the back row. */
static void draw_large(struct grid *g, const struct screen *s, int *y, int *x)
{
	struct area a = grid_area(g);
	struct screen one = *s;
	struct grid small;

	one.panes.zoomed = true;
	grid_init(&small, screen_rows(g, s), screen_cols(g, s), g->ascii);
	draw(grid_area(&small), &one, y, x);
	area_clear(a);
	for (int row = 0; row < small.rows; row++)
		for (int col = 0; col < small.cols; col++) {
			const struct cell *c = grid_cell(&small, row, col);

			if (c->width)
				area_put(a, 2 * row, 2 * col, c->style, c->ch);
			if (c->width == 1)
				area_put(a, 2 * row, 2 * col + 1, c->style, between(g, c));
		}
	grid_release(&small);
	*y *= 2;
	*x *= 2;
}

/* --- all of it -------------------------------------------------------------------------------- */

void screen_draw(struct grid *g, const struct screen *s, int *y, int *x)
{
	if (is_large(g, s))
		draw_large(g, s, y, x);
	else
		draw(grid_area(g), s, y, x);
}

/* The cut of what was drawn, and the screen as it was: in large print, the small one. */
static struct cut cut_drawn(struct grid *g, struct screen *s)
{
	struct area a = grid_area(g);

	if (is_large(g, s)) {
		s->panes.zoomed = true;
		a = area_part(a, 0, 0, screen_rows(g, s), screen_cols(g, s));
	}
	return cut_screen(s, a);
}

struct area screen_pane_area(struct grid *g, const struct screen *s, unsigned pane)
{
	struct screen shown = *s;
	struct cut c = cut_drawn(g, &shown);
	struct placed where[PANES_MAX];
	unsigned n = c.panes.rows > 0 ? panes_place(&shown.panes, c.panes, where) : 0;

	for (unsigned i = 0; i < n; i++)
		if (where[i].pane == pane)
			return where[i].area;
	return area_part(grid_area(g), 0, 0, 0, 0);
}

static bool inside(struct area a, int y, int x)
{
	return y >= a.y && y < a.y + a.rows && x >= a.x && x < a.x + a.cols;
}

/* The panes in the order in which they were drawn; answers lie over them. */
static void hit_pane(struct screen_hit *hit, const struct screen *s, struct area panes)
{
	struct placed where[PANES_MAX];
	unsigned n = panes_place(&s->panes, panes, where);

	for (unsigned i = 0; i < n; i++)
		if (inside(where[i].area, hit->y, hit->x)) {
			hit->part = PART_PANE;
			hit->pane = where[i].pane;
		}
}

struct screen_hit screen_at(struct grid *g, const struct screen *s, int y, int x)
{
	int scale = is_large(g, s) ? 2 : 1;
	struct screen_hit hit = { .y = y / scale, .x = x / scale };
	struct screen shown = *s;
	struct cut c = cut_drawn(g, &shown);

	hit.time = c.time;
	if (inside(c.prompt, hit.y, hit.x))
		hit.part = PART_PROMPT;
	else if (inside(c.time, hit.y, hit.x))
		hit.part = PART_TIMELINE;
	else if (inside(c.rule, hit.y, hit.x) || inside(c.answer, hit.y, hit.x))
		hit.part = PART_ANSWER;
	else if (inside(c.lesson, hit.y, hit.x))
		hit.part = PART_LESSON;
	else if (inside(c.status, hit.y, hit.x))
		hit.part = PART_STATUS;
	else
		hit_pane(&hit, &shown, c.panes);
	return hit;
}
