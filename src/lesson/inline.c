/*
 * Finding and filling in {= ...}. An expression stays on one line and has no '}' in it, so a
 * forgotten brace cannot swallow the rest of a lesson.
 */
#include "lesson/inline.h"

#include "lab/expr.h"
#include "lesson/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *inline_brace(const char *s)
{
	while ((s = strchr(s, '{')) && s[1] != '=')
		s++;
	return s;
}

size_t inline_length(const char *s)
{
	size_t n = 2;

	while (n < sizeof ((struct inline_place *)0)->text && s[n] && s[n] != '}' && s[n] != '\n')
		n++;
	return s[n] == '}' ? n + 1 : 0;
}

/* Used on whole files as well as on single lines, so nothing here may look further than it has to:
 * a megabyte of "{=" must not cost more than a megabyte. */
bool inline_find(const char *from, struct inline_place *place)
{
	const char *s = from;
	size_t n;

	while ((s = inline_brace(s)) && s > from && s[-1] == '\\')
		s += 2;
	if (!s)
		return false;
	n = inline_length(s);
	place->start = s;
	place->size = n;
	if (n)
		memcpy(place->text, s + 2, n - 3);
	place->text[n ? n - 3 : 0] = '\0';
	return true;
}

/* Counts on to `to`: lines, and bytes since the last newline. */
static void advance(const char *from, const char *to, unsigned *line, unsigned *column)
{
	for (; from < to; from++) {
		++*column;
		if (*from == '\n')
			++*line, *column = 1;
	}
}

/* What stands between "{=" and "}", whose first byte is at line:column. */
static void check_place(char *text, unsigned line, unsigned column, struct problems *p)
{
	struct message m;
	struct expr *e;
	unsigned inside;
	size_t size;
	const char *format = format_find(text, &size);

	if (format && !format_exists(format))
		problem(p, line, column + (unsigned)(format - text),
		        "there is no format '%s', but %s", format, format_names());
	text[size] = '\0';
	e = expr_parse_at(text, &inside, &m);
	if (!e)
		problem(p, line, column + inside - 1, "%s", m.text);
	expr_free(e);
}

void inline_check(const char *text, unsigned line, unsigned column, struct problems *p)
{
	struct inline_place at;

	while (inline_find(text, &at)) {
		advance(text, at.start, &line, &column);
		if (!at.size)
			problem(p, line, column,
			        "`{=` has no `}` near it on its line (write `\\{=` for the "
			        "characters themselves)");
		else
			check_place(at.text, line, column + 2, p);
		text = at.start + (at.size ? at.size : 2);
		column += (unsigned)(text - at.start);
	}
}

/* The text between expressions: `\{=` loses its backslash. */
static void copy_plain(FILE *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] != '\\' || i + 2 >= n || s[i + 1] != '{' || s[i + 2] != '=')
			fputc(s[i], out);
}

/* The value of what stands between "{=" and "}"; false with a message when it has none. */
static bool place_value(char *text, const struct inline_scope *scope, char *value, size_t size,
                        struct message *m)
{
	size_t n, blanks = strspn(text, " \t");
	const char *format = format_find(text, &n), *variant;
	struct observation o;

	while (n > blanks && (text[n - 1] == ' ' || text[n - 1] == '\t'))
		n--;
	text[n] = '\0';
	variant = format ? NULL : variants_text(scope->variants, text + blanks, n - blanks);
	if (variant) {
		snprintf(value, size, "%s", variant);
		return true;
	}
	if (!expr_eval_text(text, scope->s, &o, m))
		return false;
	if (!format)
		observation_text(&o, value, size);
	else if (!format_value(format, &o, value, size))
		return fail(m, "a word cannot be written as %s", format);
	return true;
}

/* Prose is said even if a number in it is missing. */
char *inline_expand(const char *text, const struct inline_scope *scope, struct message *m)
{
	struct inline_place at;
	char *result = NULL;
	size_t size;
	FILE *out = open_memstream(&result, &size);

	m->text[0] = '\0';
	if (!out)
		return NULL;
	while (inline_find(text, &at)) {
		char value[80] = "(?)";

		copy_plain(out, text, (size_t)(at.start - text));
		if (at.size)
			place_value(at.text, scope, value, sizeof value, m);
		fputs(value, out);
		text = at.start + (at.size ? at.size : 2);
	}
	copy_plain(out, text, strlen(text));
	fclose(out);
	return result;
}
