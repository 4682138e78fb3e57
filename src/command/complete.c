/*
 * Completion: which word the cursor is in, and what it could become.
 *
 * The text up to the cursor is enough. It is cut as line.c cuts it: the last command of the line,
 * without its binding and CPU; then it is the verb, an option's value, or an argument, and the
 * command's row says of which kind.
 */
#include "command/complete.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The length of the first sentence, without its full stop. */
static size_t first_sentence(const char *s)
{
	const char *end = strstr(s, ". ");
	size_t n = end ? (size_t)(end - s) : strlen(s);

	return n && s[n - 1] == '.' ? n - 1 : n;
}

void offer(struct completion *k, const char *text, const char *description)
{
	struct text t = { 0 };
	struct candidate *c;

	if (strncasecmp(text, k->word, strlen(k->word)) != 0)
		return;
	if (k->n == k->size) {
		k->size = k->size ? 2 * k->size : 32;
		k->c = realloc(k->c, k->size * sizeof(*k->c));
		if (!k->c)
			abort();
	}
	c = &k->c[k->n++];
	text_add(&t, "%s%s", k->before, text);
	c->text = text_take(&t);
	text_add(&t, "%.*s", (int)first_sentence(description), description);
	c->description = text_take(&t);
}

static void offer_commands(struct completion *k)
{
	const struct command *c;

	for (unsigned i = 0; (c = command_get(i)); i++)
		offer(k, c->name, c->summary);
	offer_lesson_words(k, true);
}

/* The kind of argument number i: the last one of a row stands for all that follow. */
static enum arg_kind argument_kind(const struct command *c, unsigned i)
{
	if (c->max != ARGS_MANY && i >= c->max)
		return ARG_NONE;
	if (i >= ARGS)
		i = ARGS - 1;
	while (i > 0 && c->arg[i] == ARG_NONE)
		i--;
	return c->arg[i];
}

/* "key=val" of a command: its values. False when it is no option. */
static bool complete_option(struct completion *k, const struct command *command)
{
	const char *equals = strchr(k->word, '=');
	char before[NAME_MAX_BYTES + 2];

	for (const struct option_row *o = command->options; equals && o && o->key; o++) {
		if (strlen(o->key) != (size_t)(equals - k->word) ||
		    strncmp(o->key, k->word, strlen(o->key)) != 0)
			continue;
		memcpy(before, k->word, strlen(o->key) + 1);
		before[strlen(o->key) + 1] = '\0';
		k->before = before;
		k->word = equals + 1;
		complete_kind(k, o->kind);
		k->before = "";
		return true;
	}
	return false;
}

static void offer_options(struct completion *k, const struct command *command)
{
	struct text t = { 0 };

	for (const struct option_row *o = command->options; o && o->key; o++) {
		text_add(&t, "%s=", o->key);
		offer(k, text_get(&t), o->doc);
		text_free(&t);
	}
}

/* Arguments in front of the last word of `s`, which begins at `last`; the first is copied. */
static unsigned count_arguments(const char *s, size_t last, char *first, size_t size)
{
	unsigned n = 0;

	first[0] = '\0';
	for (size_t i = strcspn(s, " \t"); i < last;) {
		size_t length;

		i += strspn(s + i, " \t");
		length = strcspn(s + i, " \t");
		if (i < last && !memchr(s + i, '=', length)) {
			if (n++ == 0 && length < size) {
				memcpy(first, s + i, length);
				first[length] = '\0';
			}
		}
		i += length;
	}
	return n;
}

static size_t complete_command(struct completion *k, const char *s);

/* The command inside `spawn`, behind steps=K. */
static size_t complete_inner(struct completion *k, const char *s, size_t at)
{
	at += strspn(s + at, " \t");
	if (strncmp(s + at, "steps=", 6) == 0 && s[at + strcspn(s + at, " \t")])
		at += strcspn(s + at, " \t");
	at += strspn(s + at, " \t");
	return at + complete_command(k, s + at);
}

/* Completes the end of one command; returns where in it the word begins. */
static size_t complete_command(struct completion *k, const char *s)
{
	size_t front = line_front(s), verb, last = strlen(s);
	char name[32], first[64];
	const struct command *command;
	unsigned argument;

	s += front;
	last -= front;
	verb = strcspn(s, " \t");
	if (!s[verb]) {
		k->word = s;
		offer_commands(k);
		return front;
	}
	while (last > 0 && s[last - 1] != ' ' && s[last - 1] != '\t')
		last--;
	if (verb >= sizeof(name))
		return front + last;
	memcpy(name, s, verb);
	name[verb] = '\0';
	command = command_find(name);
	if (!command)
		return front + last;
	if (command->arg[0] == ARG_COMMAND)
		return front + complete_inner(k, s, verb);
	if (command->arg[0] == ARG_EXPR)
		return front + verb + complete_expression(k, s + verb);
	argument = count_arguments(s, last, first, sizeof(first));
	k->word = s + last;
	k->first = first;
	if (complete_option(k, command))
		return front + last;
	complete_kind(k, argument_kind(command, argument));
	offer_options(k, command);
	k->first = "";
	return front + last;
}

static int by_text(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return strcmp(x->text, y->text);
}

/* Sorted, each text once. */
static void tidy(struct completion *k)
{
	size_t n = 0;

	if (k->n)
		qsort(k->c, k->n, sizeof(*k->c), by_text);
	for (size_t i = 0; i < k->n; i++) {
		if (n && strcmp(k->c[n - 1].text, k->c[i].text) == 0) {
			free(k->c[i].text);
			free(k->c[i].description);
		} else {
			k->c[n++] = k->c[i];
		}
	}
	k->n = n;
}

struct candidate *complete(const struct interp *in, const char *line, size_t cursor, size_t *start,
                           size_t *n)
{
	struct completion k = { .in = in, .before = "", .first = "" };
	size_t at;
	char *text;

	if (cursor > strlen(line))
		cursor = strlen(line);
	text = strndup(line, cursor);
	if (!text)
		abort();
	at = line_last_command(text);
	*start = at + complete_command(&k, text + at);
	tidy(&k);
	free(text);
	*n = k.n;
	return k.c;
}

void candidates_free(struct candidate *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(c[i].text);
		free(c[i].description);
	}
	free(c);
}
