/*
 * Marks in, marks out. Setting goes through flow.c, which knows widths; a span of code stays on one
 * line where it can, because a command broken in two is no command.
 */
#include "lesson/marks.h"

#include "lesson/flow.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INDENT 60

/* --- from an author's text -------------------------------------------------------------------- */

/* Where the span that begins at `s` with a sign ends (its closing sign), or NULL: then the sign is a
 * character like others, as in 3 * 4. */
static const char *span_end(const char *s)
{
	const char *end;

	if (!s[1] || isspace((unsigned char)s[1]) || s[1] == *s)
		return NULL;
	for (end = strchr(s + 1, *s); end; end = strchr(end + 1, *s))
		if (*s == '`' || !isspace((unsigned char)end[-1]))
			return end;
	return NULL;
}

/* An asterisk inside a word or a formula is no emphasis. */
static bool may_begin(const char *text, const char *s)
{
	return *s == '`' || (*s == '*' && (s == text || strchr(" (\"'", s[-1])));
}

char *marks_from_text(const char *text)
{
	char *marked = NULL;
	size_t size;
	FILE *out = open_memstream(&marked, &size);

	if (!out)
		return NULL;
	for (const char *s = text; *s; s++) {
		const char *end = may_begin(text, s) ? span_end(s) : NULL;

		if (end) {
			fprintf(out, "%c%.*s%c", *s == '`' ? MARK_CODE : MARK_EMPH,
			        (int)(end - s - 1), s + 1, MARK_END);
			s = end;
		} else {
			fputc(*s, out);
		}
	}
	fclose(out);
	return marked;
}

/* --- setting ---------------------------------------------------------------------------------- */

/* How a span is written where there are no styles. */
static const char *sign(enum mark mark)
{
	return mark == MARK_CODE ? "`" : "*";
}

/* What begins at `s` up to the next mark of a span, or the end. */
static size_t run_length(const char *s)
{
	return strcspn(s, "\001\002\003\004");
}

/* Adds a span's text, and its signs or marks, so that the signs cannot be parted from it. */
static void set_span(struct flow *f, enum mark mark, const char *s, size_t n, bool keep)
{
	char *piece = NULL;
	bool code = mark == MARK_CODE;

	if (asprintf(&piece, "%s%.*s%s", keep ? "" : sign(mark), (int)n, s, keep ? "" : sign(mark)) < 0)
		return;
	if (keep)
		flow_mark(f, (char)mark);
	if (code)
		flow_solid(f, piece);
	else
		flow_text(f, piece);
	if (keep)
		flow_mark(f, MARK_END);
	free(piece);
}

static void set_spans(struct flow *f, char *s, bool keep)
{
	while (*s) {
		size_t n = run_length(s);
		char after = s[n];

		if (n) {
			s[n] = '\0';
			flow_text(f, s);
			s[n] = after;
		} else if (after && after != MARK_END) {
			n = run_length(s + 1);
			set_span(f, (enum mark)after, s + 1, n, keep);
			n++;
		}
		s += n + (s[n] == MARK_END);
	}
}

/* "> - " for the first line is ">   " for those below it. */
static void hang(struct flow *f, const char *prefix, size_t n)
{
	char first[INDENT], rest[INDENT];

	if (n >= sizeof first)
		n = sizeof first - 1;
	memcpy(first, prefix, n);
	first[n] = '\0';
	for (size_t i = 0; i < n; i++)
		rest[i] = prefix[i] == '>' ? '>' : ' ';
	rest[n] = '\0';
	flow_indent(f, first, rest);
}

static void set_line(struct flow *f, char *line, bool keep)
{
	char *text = strchr(line, MARK_HANG);

	hang(f, line, text ? (size_t)(text - line) : 0);
	text = text ? text + 1 : line;
	if (*text == MARK_VERBATIM)
		flow_verbatim(f, text + 1);
	else
		set_spans(f, text, keep);
	flow_break(f);
}

/* Each line closes what it has open, and the next opens it again. */
static char *close_lines(char *text)
{
	char *closed = NULL, open = 0;
	size_t size;
	FILE *out = open_memstream(&closed, &size);

	if (!out)
		return text;
	for (const char *s = text; *s; s++) {
		if (*s == '\n' && open)
			fprintf(out, "%c\n%c", MARK_END, open);
		else
			fputc(*s, out);
		if (*s >= MARK_EMPH && *s <= MARK_END)
			open = *s == MARK_END ? 0 : *s;
	}
	fclose(out);
	free(text);
	return closed;
}

char *marks_set(const char *marked, unsigned width, bool keep)
{
	struct flow *f = flow_new(width);
	char *copy = strdup(marked), *set;

	if (!f || !copy)
		abort();
	for (char *line = copy, *end; line; line = end) {
		end = strchr(line, '\n');
		if (end)
			*end++ = '\0';
		if (*line)
			set_line(f, line, keep);
		else
			flow_blank(f);
	}
	free(copy);
	set = flow_end(f);
	return set && keep ? close_lines(set) : set;
}

const char *mark_span(const char **at, enum mark *style, size_t *n)
{
	const char *s = *at;

	*style = MARK_END;
	while (*s >= MARK_EMPH && *s <= MARK_END)
		*style = (enum mark)*s++;
	*n = run_length(s);
	*at = s + *n;
	return *n ? s : NULL;
}
