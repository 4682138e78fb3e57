/*
 * The view `help`: the text of a topic, the same that `help TOPIC` answers, to keep beside what one
 * does; without a topic the list of them. The texts are made from the tables by the command floor.
 */
#include "view/draw.h"

#include "command/command.h"

#include <stdio.h>
#include <stdlib.h>

static bool takes(const char *args, struct message *m)
{
	char *text = *args ? help_text(args) : NULL;
	bool found = !*args || text;

	free(text);
	return found ? true : fail(m, "there is no help on %.40s", args);
}

static void draw(struct area a, const struct view_state *s)
{
	const char *args = view_args(s, &help_view);
	char *text = help_text(*args ? args : "commands");
	struct area page = area_part(a, 0, 1, a.rows, a.cols - 2);
	int lines;

	if (!text)
		text = help_text("");
	if (!text)
		return;
	lines = text_lines(text, page.cols);
	area_wrap(page, STYLE_TEXT, text, (int)s->scroll < lines ? (int)s->scroll : lines - 1);
	if (lines - (int)s->scroll > a.rows)
		area_glyph(a, a.rows - 1, a.cols - 1, STYLE_DIM, GLYPH_SCROLL_DOWN);
	free(text);
}

static void caption(const struct view_state *s, char *buf, size_t size)
{
	const char *args = view_args(s, &help_view);

	snprintf(buf, size, "help%s%s", *args ? " " : "", args);
}

static int wants(const struct view_state *s, int cols)
{
	(void)s;
	(void)cols;
	return 40;
}

const struct view_ops help_view = {
	.name = "help", .doc = "the topics of help, or the text of one",
	.rows = 2, .cols = 20, .caption = caption, .draw = draw, .wants = wants,
	.usage = "[TOPIC]", .takes = takes,
};
