/*
 * Cutting the screen. Sizes, from large to small:
 *
 *	121 columns and up   the lesson beside the panes
 *	18 rows and up       the lesson below the panes
 *	smaller              what a lesson says is an answer
 *	under 30 x 8         the first line, the answer as far as it fits, the prompt
 *
 * The prompt is never given up: whoever made the window too small can still type.
 *
 * Without a lesson a long answer lies over the views, which do not move because somebody reads. With
 * one, three things want rows: what is to be done must never be hidden; what was said last, and the
 * answer, shall be read; and the views shall be seen. So the lesson keeps the rows of its question or
 * task, the two that are read take what they need as long as they are read, and the views have the rest.
 * Where there is not enough for both a third is the answer's: turning its pages, one has before one's
 * eyes what it is about. Escape, or beginning to type, says that it has been read.
 */
#include "view/screen_cut.h"

#include "view/lesson_lines.h"

#define LESSON_ROWS 18
#define LESSON_COLS 40
#define BESIDE_COLS 121
#define VIEWS_COLS 80  /* that a lesson beside them leaves them */
#define TEXT_COLS 76   /* longer lines are hard to read; */
#define BELOW_COLS 96  /* but below the views rows are dearer */
#define VIEWS_LEAST 4  /* rows; with less there is nothing to see in them */
#define EDGES (LESSON_GUTTER + 2)

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

int screen_answer_lines(const struct screen *s, int cols)
{
	return s->answer && *s->answer ? text_lines(s->answer, answer_cols(cols)) : 0;
}

bool screen_answer_long(const struct screen *s, int rows, int cols)
{
	int room = is_small(rows, cols) ? screen_answer_room(s, rows, cols) :
	                                  answer_rows_closed(rows);

	return screen_answer_lines(s, cols) > room;
}

/* --- the lesson's place ----------------------------------------------------------------------- */

static bool is_beside(int cols)
{
	return cols >= BESIDE_COLS;
}

int screen_lesson_cols(int rows, int cols)
{
	int beside = cols - VIEWS_COLS - 1 - EDGES, below = cols - EDGES;

	if (is_beside(cols) && !is_small(rows, cols))
		return beside > TEXT_COLS ? TEXT_COLS : beside;
	if (rows < LESSON_ROWS || cols < LESSON_COLS)
		return 0;
	return below > BELOW_COLS ? BELOW_COLS : below;
}

/* The view `lesson` has the step as a page: the pane would say it twice. */
static bool has_lesson(const struct screen *s, int rows, int cols)
{
	const struct view_ops *chosen = s->panes.pane[s->panes.chosen].choice.ops;

	return s->lesson && chosen != &lesson_view && screen_lesson_cols(rows, cols);
}

static int at_most(int n, int most)
{
	return n < most ? n : most;
}

static int at_least(int n, int least)
{
	return n > least ? n : least;
}

/* Lines from one to the end. */
static int lines_from(const struct screen *s, unsigned line)
{
	return (int)(s->lesson->lines.n - line);
}

/* The line from which on the lesson wants to be read, if that many fit. */
static unsigned first_line(const struct screen *s, int fit)
{
	unsigned asked = reading_asked(s->lesson), fresh = reading_fresh(s->lesson);

	if (!s->lesson_open || (asked < fresh && lines_from(s, asked) <= fit))
		return asked;
	return fresh;
}

/* --- sharing ---------------------------------------------------------------------------------- */

/* Rows of answer and lesson; the latter's with its rule. */
struct shares {
	int answer, lesson;
};

static struct shares share(const struct screen *s, int rows, int cols)
{
	int all = rows - 3, closed = answer_rows_closed(rows), asked, wanted;
	int lines = screen_answer_lines(s, cols), least = lines ? closed : 0;
	struct shares got = { s->open && lines > closed ? at_most(lines, all) : closed, 0 };

	if (!has_lesson(s, rows, cols))
		return got;
	asked = at_most(lines_from(s, reading_asked(s->lesson)) + 1, all / 2);
	got.answer = at_most(got.answer, all - asked);
	if (is_beside(cols)) {
		got.lesson = all - got.answer;
		return got;
	}
	wanted = at_least(asked, lines_from(s, first_line(s, all - least - 1)) + 1);
	if (!s->lesson_open)
		wanted = asked;
	if (got.answer + wanted > all && lines)
		got.answer = at_most(got.answer, at_least(all / 3, all - wanted));
	else if (got.answer + wanted > all)
		got.answer = at_least(0, all - wanted);
	got.lesson = at_most(wanted, all - got.answer);
	if (all - got.answer - got.lesson < VIEWS_LEAST)
		got.lesson = all - got.answer;
	return got;
}

int screen_answer_room(const struct screen *s, int rows, int cols)
{
	struct screen open = *s;

	if (is_small(rows, cols))
		return rows > 2 ? rows - 2 : 0;
	if (!has_lesson(s, rows, cols))
		return rows - 3;
	open.open = true;
	return share(&open, rows, cols).answer;
}

bool screen_hides_views(const struct screen *s, int rows, int cols)
{
	struct screen folded = *s;
	struct shares now, then;

	if (is_small(rows, cols))
		return false;
	folded.open = folded.lesson_open = false;
	now = share(s, rows, cols);
	then = share(&folded, rows, cols);
	return now.answer > then.answer || (!is_beside(cols) && now.lesson > then.lesson);
}

struct lesson_window screen_lesson_window(const struct screen *s, int rows, int cols)
{
	struct lesson_window w = { 0 };
	int most, begin;

	if (!has_lesson(s, rows, cols))
		return w;
	w.shown = share(s, rows, cols).lesson - 1;
	w.lines = (int)s->lesson->lines.n;
	most = at_least(w.lines - w.shown, 0);
	begin = (int)first_line(s, w.shown);
	/* The end of it, but of what was just said the beginning. */
	w.above = (s->lesson_open ? at_most(begin, most) : most) + s->lesson_scroll;
	w.above = at_least(at_most(w.above, most), 0);
	return w;
}

/* --- cutting ---------------------------------------------------------------------------------- */

/* The bar stands on the right of the rule, unless that has to tell of a long answer. */
static struct area time_area(struct area rule, bool is_long)
{
	int cols = rule.cols * 2 / 5 - 2;

	if (is_long || rule.cols < 40)
		return area_part(rule, 0, 0, 0, 0);
	return area_part(rule, 0, rule.cols - cols - 3, 1, cols);
}

/* Views and lesson, in the rows between status line and rule. */
static void cut_body(struct screen_cut *c, const struct screen *s, struct area a, struct shares got)
{
	int closed = answer_rows_closed(a.rows), cols = screen_lesson_cols(a.rows, a.cols) + EDGES;
	struct area body = area_part(a, 1, 0, a.rows - 3 - closed, a.cols);

	c->panes = body;
	if (!has_lesson(s, a.rows, a.cols))
		return;
	c->beside = is_beside(a.cols);
	if (c->beside) {
		c->lesson = area_part(body, 0, body.cols - cols, got.lesson, cols);
		c->panes.cols -= cols + 1;
	} else {
		c->panes.rows = a.rows - 3 - got.answer - got.lesson;
		c->lesson = area_part(a, 1 + c->panes.rows, 0, got.lesson, a.cols);
	}
}

struct screen_cut screen_cut(const struct screen *s, struct area a)
{
	int prompt = a.rows - 1, answer = screen_answer_room(s, a.rows, a.cols);
	struct screen_cut c = { .status = area_part(a, 0, 0, a.rows > 1, a.cols) };

	if (!is_small(a.rows, a.cols)) {
		struct shares got = share(s, a.rows, a.cols);

		cut_body(&c, s, a, got);
		answer = got.answer;
		c.rule = area_part(a, prompt - answer - 1, 0, 1, a.cols);
		c.time = time_area(c.rule, screen_answer_lines(s, a.cols) > answer);
	}
	c.answer = area_part(a, prompt - answer, 0, answer, a.cols);
	c.prompt = area_part(a, prompt, 0, 1, a.cols);
	return c;
}
