/*
 * One table tells what each kind of speech looks like. See lesson_lines.h.
 */
#include "view/lesson_lines.h"

#include "lesson/marks.h"

#include <string.h>

#define NO_GLYPH GLYPHS
#define INDENT 2

static const struct {
	enum style style;
	enum glyph glyph; /* in front of its first line */
} looks[SAY_KINDS] = {
	[SAY_HEADING] = { STYLE_TITLE, NO_GLYPH },   [SAY_PROSE] = { STYLE_TEXT, NO_GLYPH },
	[SAY_CODE] = { STYLE_TEXT, NO_GLYPH },       [SAY_COMMAND] = { STYLE_STRONG, NO_GLYPH },
	[SAY_REPLY] = { STYLE_TEXT, NO_GLYPH },      [SAY_QUESTION] = { STYLE_STRONG, GLYPH_QUESTION },
	[SAY_CHOICE] = { STYLE_TEXT, NO_GLYPH },     [SAY_TASK] = { STYLE_STRONG, GLYPH_TASK },
	[SAY_HINT] = { STYLE_TEXT, GLYPH_HINT },     [SAY_RIGHT] = { STYLE_RIGHT, GLYPH_RIGHT },
	[SAY_WRONG] = { STYLE_ERROR, GLYPH_WRONG },  [SAY_GOAL] = { STYLE_RIGHT, GLYPH_RIGHT },
	[SAY_NOT_YET] = { STYLE_TEXT, GLYPH_WRONG }, [SAY_STATUS] = { STYLE_DIM, NO_GLYPH },
	[SAY_NOW] = { STYLE_PROMPT, NO_GLYPH },
	[SAY_SUMMARY] = { STYLE_TEXT, GLYPH_RIGHT },
	[SAY_PROBLEM] = { STYLE_ERROR, NO_GLYPH },
};

static enum style span_style(enum say_kind kind, enum mark mark)
{
	switch (mark) {
	case MARK_CODE: return STYLE_CODE;
	case MARK_EMPH: return STYLE_EMPH;
	case MARK_STRONG: return STYLE_STRONG;
	default: return looks[kind].style;
	}
}

/* The verdict's word has its colour; the sentences behind it are to be read like others. */
static enum style line_style(const struct page_line *line)
{
	bool verdict = line->kind == SAY_RIGHT || line->kind == SAY_WRONG;

	return verdict && !line->begins ? STYLE_TEXT : looks[line->kind].style;
}

/* What the lab's own prompt looks like, so does it here. */
static int draw_prompt(struct area a, int y, const char **text)
{
	static const char prompt[] = "lab> ";

	if (strncmp(*text, prompt, strlen(prompt)) != 0)
		return 0;
	*text += strlen(prompt);
	return area_text(a, y, 0, STYLE_PROMPT, prompt);
}

/* A heading goes on as a thin line, so that it is one without colours, too. */
static void draw_rest(struct area a, int y, int x)
{
	if (x + 2 < a.cols)
		area_repeat(a, y, x + 1, a.cols - x - 1, STYLE_RULE, GLYPH_HLINE);
}

void lesson_line_draw(struct area a, int y, const struct page_line *line)
{
	struct area text = area_part(a, 0, LESSON_GUTTER, a.rows, a.cols - LESSON_GUTTER);
	const char *at = line->text, *span;
	enum glyph glyph = looks[line->kind].glyph;
	enum mark mark;
	size_t n;
	int x = line->kind == SAY_COMMAND ? draw_prompt(text, y, &at) : 0;

	/* A program stands a little aside, where it has the room. */
	if (line->kind == SAY_CODE && text_width(at) + INDENT <= text.cols)
		x = INDENT;
	if (line->begins && glyph != NO_GLYPH)
		area_glyph(a, y, 0, looks[line->kind].style, glyph);
	while ((span = mark_span(&at, &mark, &n))) {
		enum style style = mark == MARK_END ? line_style(line) : span_style(line->kind, mark);

		while (n)
			x = area_put(text, y, x, style, character_next(&span, &n));
	}
	if (x > text.cols)
		area_glyph(text, y, text.cols - 1, STYLE_DIM, GLYPH_MORE);
	if (line->kind == SAY_HEADING)
		draw_rest(text, y, x);
}
