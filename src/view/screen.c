/*
 * Drawing the parts of the screen, each into the area that it was given (view/screen_cut.h), in one
 * print or the other.
 */
#include "view/screen.h"

#include "lab/translate.h"
#include "view/lesson_lines.h"
#include "view/screen_cut.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RULE_TITLE 12

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
static void draw_rule(const struct screen_cut *c, const struct screen *s, int lines)
{
	struct area a = c->rule;
	int shown = c->answer.rows, end = c->time.rows ? c->time.x - 1 : a.cols - 2;
	const char *right = s->keys ? s->keys : "";
	char more[120] = "";
	int title;

	if (lines > shown) {
		if (s->open)
			snprintf(more, sizeof(more), "lines %d-%d of %d  %.60s", s->scroll + 1,
			         s->scroll + shown, lines, right);
		else
			snprintf(more, sizeof(more), "%d of %d lines, PgDn opens  %.60s", shown, lines,
			         right);
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

/* What refuses something stands out among what went well. */
static void draw_refusal(struct area a, const struct screen *s, size_t from, size_t to)
{
	char *before = strndup(s->answer, from), *text = strndup(s->answer + from, to - from);
	int y;

	if (!before || !text)
		abort();
	if (from)
		before[from - 1] = '\0'; /* the end of the line before it */
	y = (from ? text_lines(before, a.cols) : 0) - s->scroll;
	if (y < a.rows)
		area_wrap(area_part(a, y < 0 ? 0 : y, 0, a.rows, a.cols), STYLE_ERROR, text,
		          y < 0 ? -y : 0);
	free(before);
	free(text);
}

static void draw_answer(struct area a, const struct screen *s, bool cut_off)
{
	size_t size = s->answer ? strlen(s->answer) : 0;
	struct area text = area_part(a, 0, 1, a.rows, a.cols > 2 ? a.cols - 2 : 1);

	area_clear(a);
	if (!s->answer)
		return;
	area_wrap(text, STYLE_TEXT, s->answer, s->scroll);
	for (unsigned i = 0; i < s->nr_refusals && s->refusal[i].to <= size; i++)
		draw_refusal(text, s, s->refusal[i].from, s->refusal[i].to);
	if (cut_off && a.rows > 0)
		area_glyph(a, a.rows - 1, a.cols - 1, STYLE_DIM, GLYPH_SCROLL_DOWN);
}

/* Which lesson, and how far. */
static void lesson_title_text(const struct screen *s, char *buf, size_t size)
{
	const struct lesson_run *run = s->view.lesson;
	const struct lesson *l = run ? lesson_run_lesson(run) : NULL;

	if (!l)
		snprintf(buf, size, "lesson");
	else if (lesson_run_at(run) > lesson_steps(l))
		snprintf(buf, size, _("lesson: %s"), lesson_title(l));
	else
		snprintf(buf, size, _("lesson, step %u of %u: %s"), lesson_run_at(run),
		         lesson_steps(l), lesson_title(l));
}

static void draw_lesson(const struct screen_cut *c, const struct screen *s, int rows, int cols)
{
	struct lesson_window w = screen_lesson_window(s, rows, cols);
	struct area a = c->lesson, text = area_part(a, 1, 1, a.rows - 1, a.cols - 2);
	char title[128];

	lesson_title_text(s, title, sizeof(title));
	area_clear(a);
	area_rule(a, 0, title);
	for (int y = 0; c->beside && y < a.rows; y++)
		area_glyph(grid_area(a.grid), a.y + y, a.x - 1, STYLE_RULE,
		           y ? GLYPH_VLINE : GLYPH_TEE_DOWN);
	for (int y = 0; y < w.shown && w.above + y < w.lines; y++)
		lesson_line_draw(text, y, &s->lesson->lines.line[w.above + y]);
	if (w.above > 0)
		area_glyph(a, 1, a.cols - 1, STYLE_DIM, GLYPH_SCROLL_UP);
	if (w.above + w.shown < w.lines)
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

/* The head of the pane that has the keys, where nothing in it can be pointed at. */
static void place_at_pane(const struct screen_cut *c, const struct screen *s, int *y, int *x)
{
	struct placed where[PANES_MAX];
	unsigned n = c->panes.rows > 0 ? panes_place(&s->panes, c->panes, where) : 0;

	for (unsigned i = 0; i < n; i++)
		if (where[i].pane == s->panes.chosen) {
			*y = where[i].area.y - c->status.y;
			*x = where[i].area.x - c->status.x;
		}
}

/* Where the hardware cursor goes: to what has the focus. */
static void place_cursor(const struct screen_cut *c, const struct screen *s, int *y, int *x)
{
	const struct spots *spots = s->panes.pane[s->panes.chosen].spots;
	const struct spot *spot = spots && s->focus == FOCUS_PANE ? spot_focused(spots) : NULL;

	if (spot) {
		*y = spot->y - c->status.y;
		*x = spot->x - c->status.x;
	} else if (s->focus == FOCUS_PANE) {
		place_at_pane(c, s, y, x);
	} else if (s->focus == FOCUS_TIMELINE && c->time.rows) {
		*y = c->time.y;
		*x = c->time.x + timebar_column(&s->time, c->time.cols, s->time.position);
	}
}

static void draw(struct area a, const struct screen *s, int *y, int *x)
{
	struct screen_cut c = screen_cut(s, a);
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

/* What the screen was drawn in: in large print, the small one. */
static struct area drawn_area(struct grid *g, const struct screen *s)
{
	return area_part(grid_area(g), 0, 0, screen_rows(g, s), screen_cols(g, s));
}

/* The cut of what was drawn, and the screen as it was. */
static struct screen_cut cut_drawn(struct grid *g, struct screen *s)
{
	struct area a = grid_area(g);

	if (is_large(g, s)) {
		s->panes.zoomed = true;
		a = area_part(a, 0, 0, screen_rows(g, s), screen_cols(g, s));
	}
	return screen_cut(s, a);
}

struct area screen_pane_area(struct grid *g, const struct screen *s, unsigned pane)
{
	struct screen shown = *s;
	struct screen_cut c = cut_drawn(g, &shown);
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
	struct screen_cut c = cut_drawn(g, &shown);

	hit.time = c.time;
	hit.row = popup_at(drawn_area(g, s), &s->popup, hit.y, hit.x);
	if (hit.row != POPUP_OUTSIDE)
		hit.part = PART_POPUP;
	else if (inside(c.prompt, hit.y, hit.x))
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
