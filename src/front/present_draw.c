/*
 * Pages on a wall. A terminal has one size of letters, so that of the projector is set with the
 * terminal's font; what can be done here is to show little at a time: one paragraph, in a narrow
 * column with an empty line between its lines, or one view with the command below it.
 */
#include "front/present.h"

#include "front/save.h"
#include "view/view.h"

#include <stdlib.h>
#include <string.h>

#define COLUMN 60      /* of text, at most */
#define REPLY_LINES 6  /* of an answer, at most */

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

/* One line of a text that is broken at `cols`: its lines are drawn `step` rows apart. Returns the row
 * behind the text. */
static int draw_spaced(struct area a, int y, int step, enum style style, const char *text)
{
	int lines = text_lines(text, a.cols);

	for (int i = 0; i < lines && y < a.rows; i++, y += step)
		area_wrap(area_part(a, y, 0, 1, a.cols), style, text, i);
	return y;
}

static enum style text_style(enum slide_kind kind)
{
	return kind == SLIDE_QUESTION || kind == SLIDE_TASK ? STYLE_STRONG : STYLE_TEXT;
}

/* A narrow column in the middle, double spaced where it fits. */
static void draw_text(struct area a, const struct slide *p)
{
	int cols = a.cols > COLUMN + 4 ? COLUMN : a.cols - 4;
	struct area column = area_part(a, 1, (a.cols - cols) / 2, a.rows - 2, cols);
	int lines, step, y = 0;

	if (p->heading)
		y = draw_spaced(column, 0, 1, STYLE_TITLE, p->heading) + 2;
	column = area_part(column, y, 0, column.rows - y, cols);
	lines = text_lines(p->text, cols);
	step = 2 * lines - 1 <= column.rows ? 2 : 1;
	y = (column.rows - step * lines) / 3;
	draw_spaced(column, y > 0 ? y : 0, step, text_style(p->kind), p->text);
}

/* --- views and commands ----------------------------------------------------------------------- */

static void draw_view(struct present *pr, struct area a, const struct slide *p)
{
	struct view_choice choice = { .ops = views[0] };
	struct view_state state = { .choice = &choice };
	struct message m;

	if (*p->view)
		view_choose(&choice, p->view, &m);
	look_at_session(&state, pr->session, 0);
	/* The overview is for who sits in front of it; from the last row one pane can be read. */
	if (choice.ops == views[0])
		choice.ops = view_find("pkmap");
	view_draw(choice.ops, a, &state);
}

/* The first `n` characters of a text. */
static char *beginning(const char *text, unsigned n)
{
	const char *s = text;

	for (size_t left = strlen(text); left && n; n--)
		character_next(&s, &left);
	return strndup(text, (size_t)(s - text));
}

static void draw_command(struct present *pr, struct area a, const struct slide *p)
{
	bool done = pr->typed >= present_characters(p);
	int reply = p->reply ? text_lines(p->reply, a.cols - 4) : 0, rows;
	char *typed = beginning(p->text, pr->typed);
	struct area below;
	int x;

	reply = reply > REPLY_LINES ? REPLY_LINES : reply;
	rows = a.rows - 4 - reply;
	draw_view(pr, area_part(a, 0, 0, rows, a.cols), p);
	below = area_part(a, rows + 1, 2, a.rows - rows - 1, a.cols - 4);
	x = area_text(below, 0, 0, STYLE_PROMPT, "lab> ");
	x = area_text(below, 0, x, STYLE_STRONG, typed ? typed : "");
	if (done)
		area_wrap(area_part(below, 2, 0, reply, below.cols), STYLE_TEXT,
		          p->reply ? p->reply : "", 0);
	else
		area_put(below, 0, x, STYLE_PROMPT, '_');
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
