/*
 * Plain lines have no colour and no columns, so what a piece of text is must be told by words and
 * signs that a screen reader speaks: a heading is underlined, a command has the prompt in front of
 * it, what the lesson says about itself stands in brackets.
 */
#include "front/say.h"

#include "lesson/flow.h"

#include <string.h>

/* Each line of a text behind a prefix. */
static void put_lines(FILE *out, const char *prefix, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		fprintf(out, "%s%.*s\n", n ? prefix : "", (int)n, text);
		text += n + (text[n] == '\n');
	}
}

static void put_heading(FILE *out, const char *text)
{
	fprintf(out, "\n%s\n", text);
	for (unsigned i = text_cells(text); i; i--)
		putc('=', out);
	putc('\n', out);
}

void say_lines(FILE *out, enum say_kind kind, const char *text)
{
	switch (kind) {
	case SAY_HEADING:
		put_heading(out, text);
		break;
	case SAY_PROSE:
	case SAY_QUESTION:
	case SAY_TASK:
		fprintf(out, "\n%s\n", text);
		break;
	case SAY_CODE:
		putc('\n', out);
		put_lines(out, "    ", text);
		break;
	case SAY_COMMAND:
		putc('\n', out);
		put_lines(out, "lab> ", text);
		break;
	case SAY_STATUS:
	case SAY_NOW:
	case SAY_SUMMARY:
		fprintf(out, "[%s]\n", text);
		break;
	default:
		put_lines(out, "", text);
		break;
	}
}
