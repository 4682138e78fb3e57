/*
 * Pages on a wall. A terminal has one size of letters, so that of the projector is set with the
 * terminal's font; what can be done here is to show little at a time: one paragraph, in a narrow
 * column with an empty line between its lines, or one view with the command below it.
 */
#include "front/present.h"

#include "front/save.h"
#include "view/lesson_lines.h"
#include "view/view.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define COLUMN (60 + LESSON_GUTTER) /* of text, at most */

unsigned present_characters(const struct slide *page)
{
	const char *s = page->text;
	unsigned n = 0;

	if (page->kind != SLIDE_COMMAND)
		return 0;
	for (size_t left = strlen(s); left; n++)
		character_next(&s, &left);
	return n;
}

/* --- text ------------------------------------------------------------------------------------- */

/* The lines of a text of several paragraphs; `first` is what the first of them is, `rest` the others. */
static void set_text(struct page_lines *to, const char *text, enum say_kind first, enum say_kind rest,
                     int cols)
{
	struct piece before = { first, NULL }, piece = { first, NULL };

	for (const char *s = text; s; piece.kind = rest) {
		size_t n = strcspn(s, "\n");

		piece.text = strndup(s, n);
		if (!piece.text)
			abort();
		page_lines_add(to, s > text ? &before : NULL, &piece, false, (unsigned)cols);
		before.kind = piece.kind;
		free(piece.text);
		s = s[n] ? s + n + 1 : NULL;
	}
}

static void set_slide(struct page_lines *to, const struct slide *p, int cols)
{
	struct piece whole = { p->as_it_is ? SAY_CODE : SAY_PROSE, p->text };

	if (p->kind == SLIDE_QUESTION)
		set_text(to, p->text, SAY_QUESTION, SAY_CHOICE, cols);
	else if (p->kind == SLIDE_ANSWER)
		set_text(to, p->text, SAY_RIGHT, SAY_RIGHT, cols);
	else if (p->kind == SLIDE_TASK)
		set_text(to, p->text, SAY_TASK, SAY_TASK, cols);
	else
		page_lines_add(to, NULL, &whole, false, (unsigned)cols);
}

/* Lines `step` rows apart. */
static void draw_lines(struct area a, int y, int step, const struct page_lines *lines)
{
	for (unsigned i = 0; i < lines->n && y < a.rows; i++, y += step)
		lesson_line_draw(a, y, &lines->line[i]);
}

/* A narrow column in the middle, double spaced where it fits. */
static void draw_text(struct area a, const struct slide *p)
{
	int cols = a.cols > COLUMN + 4 ? COLUMN : a.cols - 4, step, y = 0;
	struct area column = area_part(a, 1, (a.cols - cols) / 2, a.rows - 2, cols);
	struct page_lines head = { 0 }, text = { 0 };
	struct piece heading = { SAY_HEADING, p->heading };

	if (p->heading)
		page_lines_add(&head, NULL, &heading, false, (unsigned)(cols - LESSON_GUTTER));
	draw_lines(column, 0, 1, &head);
	y = head.n ? (int)head.n + 1 : 0;
	column = area_part(column, y, 0, column.rows - y, cols);
	set_slide(&text, p, cols - LESSON_GUTTER);
	step = 2 * (int)text.n - 1 <= column.rows ? 2 : 1;
	y = (column.rows - step * (int)text.n) / 3;
	draw_lines(column, y > 0 ? y : 0, step, &text);
	page_lines_release(&head);
	page_lines_release(&text);
}

/* --- views and commands ----------------------------------------------------------------------- */

/* What of the world is looked at, when nothing moves. */
static void look(struct present *pr, const struct slide *p, struct view_choice *choice,
                 struct view_state *state)
{
	struct message m;

	*choice = (struct view_choice){ .ops = views[0] };
	*state = (struct view_state){ .choice = choice };
	if (*p->view)
		view_choose(choice, p->view, &m);
	look_at_session(state, pr->session, 0);
	/* The overview is for who sits in front of it; from the last row one pane can be read. */
	if (choice->ops == views[0])
		choice->ops = view_find("pkmap");
}

static void draw_view(struct present *pr, struct area a, const struct slide *p)
{
	struct view_choice choice;
	struct view_state state;

	look(pr, p, &choice, &state);
	if (pr->picture < pr->plan.n)
		picture_look(&pr->plan.picture[pr->picture], pr->session, &state, pr->seen,
		             sizeof(pr->seen));
	view_draw(choice.ops, a, &state);
}

/* Rows that the view can use, with its rule. */
static int view_rows(struct present *pr, const struct slide *p, int cols)
{
	struct view_choice choice;
	struct view_state state;

	look(pr, p, &choice, &state);
	return state.world && choice.ops->wants ? choice.ops->wants(&state, cols) + 1 : INT_MAX;
}

/* The first `n` characters of a text. */
static char *beginning(const char *text, unsigned n)
{
	const char *s = text;

	for (size_t left = strlen(text); left && n; n--)
		character_next(&s, &left);
	return strndup(text, (size_t)(s - text));
}

/* The answer below the command, or meanwhile what is seen; the view has the rows that are left, the
 * larger half at least. What it has no use for stays free at the bottom, where heads are in the way. */
static void draw_command(struct present *pr, struct area a, const struct slide *p)
{
	bool done = pr->typed >= present_characters(p), plays = pr->picture < pr->plan.n;
	int lines = p->reply ? text_lines(p->reply, a.cols - 4) : 0, rows, x;
	int reply = lines < a.rows / 2 - 4 ? lines : a.rows / 2 - 4, wants = view_rows(pr, p, a.cols);
	char *typed = beginning(p->text, pr->typed);
	struct area below, answer;

	rows = a.rows - 4 - (reply > 1 ? reply : 1);
	rows = wants < rows ? wants : rows;
	draw_view(pr, area_part(a, 0, 0, rows, a.cols), p);
	below = area_part(a, rows + 1, 2, a.rows - rows - 1, a.cols - 4);
	answer = area_part(below, 2, 0, reply > 1 ? reply : 1, below.cols);
	x = area_text(below, 0, 0, STYLE_PROMPT, "lab> ");
	x = area_text(below, 0, x, STYLE_STRONG, typed ? typed : "");
	if (!done)
		area_put(below, 0, x, STYLE_PROMPT, '_');
	else if (plays)
		area_text(answer, 0, 0, STYLE_DIM, pr->seen);
	else
		area_wrap(answer, STYLE_TEXT, p->reply ? p->reply : "", 0);
	if (done && !plays && lines > answer.rows)
		area_glyph(below, 1 + answer.rows, below.cols - 1, STYLE_DIM, GLYPH_SCROLL_DOWN);
	free(typed);
}

/* --- all of it -------------------------------------------------------------------------------- */

void present_draw(struct present *pr)
{
	const struct slide *p = &pr->deck->slide[pr->page];
	struct area a = grid_area(&pr->grid), body = area_part(a, 0, 0, a.rows - 1, a.cols);
	char where[40];

	area_clear(a);
	if (pr->black)
		return;
	snprintf(where, sizeof where, "%u/%u", pr->page + 1, pr->deck->n);
	area_right(a, a.rows - 1, a.cols - 1, STYLE_DIM, where);
	if (p->kind == SLIDE_COMMAND)
		draw_command(pr, body, p);
	else if (p->kind == SLIDE_SCREEN)
		draw_view(pr, body, p);
	else
		draw_text(body, p);
}
