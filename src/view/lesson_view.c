/*
 * The view `lesson`: the step of the open lesson as a page (lesson/page.h): where one is, what is
 * said, what is asked or to be done, hints and verdicts as they come, and what can be typed now.
 *
 * The page is made by the lesson's run and set to this view's width; its lines are drawn as the pane
 * beside the views draws them (view/lesson_lines.h). A page that is longer than the room for it is
 * shown from its end: there stands what is to be done; scrolling goes back up.
 */
#include "view/draw.h"

#include "lesson/marks.h"
#include "lesson/page.h"
#include "view/lesson_lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH_MAX (76 + LESSON_GUTTER) /* longer lines are hard to read */

static void draw_head(struct area a, const struct lesson_page *page)
{
	char step[48];

	if (page->step <= page->steps)
		snprintf(step, sizeof(step), "step %u of %u%s", page->step, page->steps,
		         page->paused ? ", free play" : "");
	else
		snprintf(step, sizeof(step), "the end");
	area_text(area_part(a, 0, 0, 1, a.cols - text_width(step) - 2), 0, 0, STYLE_TITLE, page->title);
	area_right(a, 0, a.cols, STYLE_DIM, step);
	/* What is behind one: the present step is not. */
	draw_meter(a, 1, 0, a.cols, page->step - 1, page->steps, STYLE_USED);
}

/* What can be typed now stands at the same place, however long the page is. */
static void draw_now(struct area a, const char *status)
{
	struct page_line line = { .kind = SAY_NOW, .begins = true, .text = marks_from_text(status) };

	if (line.text)
		lesson_line_draw(a, a.rows - 1, &line);
	free(line.text);
}

static void draw_page(struct area a, const struct view_state *s, const struct lesson_page *page)
{
	struct area text = area_part(a, 3, 0, a.rows - 5, a.cols);
	int lines = (int)page->lines.n, above = lines > text.rows ? lines - text.rows : 0;

	above = (int)s->scroll < above ? above - (int)s->scroll : 0;
	draw_head(a, page);
	for (int y = 0; y < text.rows && above + y < lines; y++)
		lesson_line_draw(text, y, &page->lines.line[above + y]);
	if (above)
		area_glyph(a, 2, a.cols - 1, STYLE_DIM, GLYPH_SCROLL_UP);
	if (above + text.rows < lines)
		area_glyph(a, a.rows - 2, a.cols - 1, STYLE_DIM, GLYPH_SCROLL_DOWN);
	draw_now(a, page->status);
}

static void draw(struct area a, const struct view_state *s)
{
	struct area page_area = area_part(a, 0, 1, a.rows, a.cols - 2);
	struct lesson_page page;

	if (!s->lesson) {
		area_wrap(page_area, STYLE_DIM, "No lesson is open: \"lesson NAME\" opens one, "
		          "\"lesson\" and Tab list them.", 0);
		return;
	}
	if (page_area.cols > WIDTH_MAX)
		page_area.cols = WIDTH_MAX;
	lesson_run_page(s->lesson, (unsigned)(page_area.cols - LESSON_GUTTER), &page);
	draw_page(page_area, s, &page);
	lesson_page_release(&page);
}

static void caption(const struct view_state *s, char *buf, size_t size)
{
	(void)s;
	snprintf(buf, size, "lesson");
}

static int wants(const struct view_state *s, int cols)
{
	(void)s;
	(void)cols;
	return 30;
}

const struct view_ops lesson_view = {
	.name = "lesson", .doc = "the step of the open lesson",
	.rows = 6, .cols = 24, .caption = caption, .draw = draw, .wants = wants,
};
