/*
 * The view `dmesg`: the kernel's log, as dmesg(1) shows it: what boot printed, warnings, oopses. The
 * newest lines are at the bottom; a line that tells of trouble stands out, a long one is wrapped.
 */
#include "view/draw.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool is_trouble(const char *line)
{
	return strstr(line, "BUG") || strstr(line, "WARNING") || strstr(line, "Oops") ||
	       strstr(line, "cut here");
}

/* Rows of a line: what is too long goes on below. */
static int rows_of(struct area a, const char *line)
{
	return text_lines(line, a.cols - 2);
}

static void draw(struct area a, const struct view_state *s)
{
	const struct dmesg *log = &s->world->kernel.dmesg;
	uint32_t end = log->n > s->scroll ? log->n - s->scroll : 0, i = end;
	int y = 0;

	while (i && y < a.rows)
		y += rows_of(a, dmesg_line(s->world, --i));
	y = y < a.rows ? y : a.rows;
	i = end;
	while (i && y > 0) {
		const char *line = dmesg_line(s->world, --i);
		int rows = rows_of(a, line), skip = rows > y ? rows - y : 0;

		y -= rows - skip;
		area_wrap(area_part(a, y, 1, rows - skip, a.cols - 2),
		          is_trouble(line) ? STYLE_ERROR : STYLE_TEXT, line, skip);
		if (spot_add(s->spots, a, y, 0, rows - skip, a.cols, "dmesg", "line %" PRIu32, i))
			draw_focus(a, y, 0, 1, a.cols);
	}
	if (i)
		area_glyph(a, 0, a.cols - 1, STYLE_DIM, GLYPH_SCROLL_UP);
	if (end < log->n)
		area_glyph(a, a.rows - 1, a.cols - 1, STYLE_DIM, GLYPH_SCROLL_DOWN);
}

static void caption(const struct view_state *s, char *buf, size_t size)
{
	snprintf(buf, size, "dmesg: %" PRIu32 " lines", s->world->kernel.dmesg.n);
}

static int wants(const struct view_state *s, int cols)
{
	(void)cols;
	return (int)s->world->kernel.dmesg.n;
}

const struct view_ops dmesg_view = {
	.name = "dmesg", .doc = "the kernel's log",
	.rows = 1, .cols = 20, .caption = caption, .draw = draw, .wants = wants,
};
