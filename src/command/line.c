/*
 * Cutting lines.
 *
 * Quotes are looked at twice: here, to find where a command ends and where each word begins, and
 * by libedit's tokenizer, which takes them off. Both keep to the shell's rules: nothing is special
 * between single quotes, a backslash keeps the next byte between double ones and outside.
 */
#include "command/line.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <histedit.h>

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Behind the byte, quoted string or escaped byte at s[i]; an open string ends with the text. */
static size_t skip(const char *s, size_t i)
{
	char quote = s[i];

	if (quote == '\\')
		return s[i + 1] ? i + 2 : i + 1;
	if (quote != '"' && quote != '\'')
		return i + 1;
	for (i++; s[i] && s[i] != quote; i++)
		if (quote == '"' && s[i] == '\\' && s[i + 1])
			i++;
	return s[i] ? i + 1 : i;
}

/* The end of the command that begins at `i`: a ';', a comment, or the end of the line. */
static size_t segment_end(const char *line, size_t i)
{
	bool word = false;

	while (line[i] && line[i] != ';' && (word || line[i] != '#')) {
		word = !blank(line[i]);
		i = skip(line, i);
	}
	return i;
}

bool line_segment(const char *line, size_t *at, struct segment *segment)
{
	for (;;) {
		size_t start = *at, end;

		while (blank(line[start]) || line[start] == ';')
			start++;
		if (!line[start] || line[start] == '#')
			return false;
		end = segment_end(line, start);
		*at = line[end] == '#' ? end + strlen(line + end) : end;
		while (end > start && blank(line[end - 1]))
			end--;
		if (end > start) {
			*segment =
				(struct segment){ line + start, end - start, (unsigned)start + 1 };
			return true;
		}
	}
}

bool is_name(const char *s)
{
	size_t n = 0;

	if (isdigit((unsigned char)s[0]))
		return false;
	while (isalnum((unsigned char)s[n]) || s[n] == '_')
		n++;
	return n > 0 && n <= NAME_MAX_BYTES && !s[n];
}

static size_t blanks(const char *s)
{
	return strspn(s, " \t");
}

/* "name =" at s: how long it is with the blanks behind it, and the name; 0 when there is none. */
static size_t binding_at(const char *s, char *name)
{
	size_t n = 0, end;

	while (isalnum((unsigned char)s[n]) || s[n] == '_')
		n++;
	end = n + blanks(s + n);
	if (!n || n > NAME_MAX_BYTES || isdigit((unsigned char)s[0]) || s[end] != '=' ||
	    s[end + 1] == '=')
		return 0;
	snprintf(name, NAME_MAX_BYTES + 1, "%.*s", (int)n, s);
	return end + 1 + blanks(s + end + 1);
}

/* "cpu1:" at s. */
static size_t cpu_at(const char *s, int *cpu)
{
	size_t n = 3;

	if (strncmp(s, "cpu", 3) != 0 || !isdigit((unsigned char)s[3]))
		return 0;
	while (isdigit((unsigned char)s[n]))
		n++;
	if (s[n] != ':')
		return 0;
	*cpu = n > 6 ? 999 : atoi(s + 3);
	return n + 1 + blanks(s + n + 1);
}

/* Takes the binding and the CPU, in either order, off the front. Returns how long they are. */
static size_t parse_front(const char *s, struct parsed *p)
{
	size_t i = 0, n;

	do {
		n = p->binding[0] ? 0 : binding_at(s + i, p->binding);
		if (!n && p->cpu < 0)
			n = cpu_at(s + i, &p->cpu);
		i += n;
	} while (n);
	return i;
}

size_t line_front(const char *s)
{
	struct parsed p = { .cpu = -1 };

	return parse_front(s, &p);
}

size_t line_last_command(const char *text)
{
	size_t start = 0;

	for (size_t i = 0; text[i];) {
		bool separator = text[i] == ';';

		i = skip(text, i);
		if (separator)
			start = i;
	}
	return start + blanks(text + start);
}

/* Where each word begins. Returns how many there are, LINE_WORDS + 1 when there are too many. */
static unsigned find_words(const char *s, unsigned short *at)
{
	unsigned n = 0;

	for (size_t i = blanks(s); s[i]; i += blanks(s + i)) {
		if (n == LINE_WORDS)
			return n + 1;
		at[n++] = (unsigned short)i;
		while (s[i] && !blank(s[i]))
			i = skip(s, i);
	}
	return n;
}

/* Splits p->text. The message says what is wrong with its quotes. */
static bool tokenize(struct parsed *p, struct message *m)
{
	static const char *const problems[] = { "", "a single quote (') is never closed",
		                                "a double quote (\") is never closed",
		                                "nothing stands behind the backslash at the end" };
	unsigned found = find_words(p->text, p->at);
	int n = 0, state;

	if (found > LINE_WORDS)
		return fail(m, "the command has more than %u words", LINE_WORDS);
	p->tokenizer = tok_init(NULL);
	if (!p->tokenizer)
		abort();
	state = tok_str(p->tokenizer, p->text, &n, &p->word);
	p->n = (unsigned)n;
	if (state == 0 && p->n == found)
		return true;
	tok_end(p->tokenizer);
	return fail(m, "%s", state > 0 && state < 4 ? problems[state] : "the quotes make no sense");
}

bool line_parse(const struct segment *segment, struct parsed *p, unsigned *column,
                struct message *m)
{
	char *all = strndup(segment->start, segment->length);
	size_t front;

	if (!all)
		abort();
	p->binding[0] = '\0';
	p->cpu = -1;
	front = parse_front(all, p);
	p->column = segment->column + (unsigned)front;
	*column = p->column;
	p->text = strdup(all + front);
	free(all);
	if (!p->text)
		abort();
	if (!p->text[0])
		fail(m, "a command is missing behind '%s'", p->cpu >= 0 ? "cpu:" : "=");
	else if (tokenize(p, m))
		return true;
	free(p->text);
	return false;
}

void line_release(struct parsed *p)
{
	tok_end(p->tokenizer);
	free(p->text);
}
