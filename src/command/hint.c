/*
 * Hints: what could still be typed. The usage line of the command's row, without the words that
 * stand for what is there already.
 */
#include "command/interp.h"

#include <stdio.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The row of the command that a text begins with, and how long its name is. */
static const struct command *command_at(const char *s, size_t *length)
{
	char name[32];

	*length = strcspn(s, " \t;");
	if (*length >= sizeof(name))
		return NULL;
	memcpy(name, s, *length);
	name[*length] = '\0';
	return command_find(name);
}

/* Arguments in `s` that are no options. */
static unsigned count_words(const char *s)
{
	unsigned n = 0;

	for (s += strspn(s, " \t"); *s; s += strspn(s, " \t")) {
		size_t length = strcspn(s, " \t");

		n += !memchr(s, '=', length);
		s += length;
	}
	return n;
}

/* The usage behind its first `n` words that are no options. */
static const char *usage_rest(const char *usage, unsigned n)
{
	for (usage += strspn(usage, " "); *usage && n; usage += strspn(usage, " ")) {
		size_t length = strcspn(usage, " ");
		/* "PAGE..." stands for all that follow. */
		bool many = length >= 3 && !memcmp(usage + length - 3, "...", 3);

		if (many)
			break;
		n -= !memchr(usage, '=', length);
		usage += length;
	}
	return usage;
}

/* "[NAME [VALUE]]" without NAME leaves "[VALUE]]": closing brackets too many go. */
static void balance(char *s)
{
	int open = 0;
	char *to = s;

	for (const char *from = s; *from; from++) {
		open += *from == '[';
		if (*from == ']' && --open < 0) {
			open = 0;
			continue;
		}
		*to++ = *from;
	}
	*to = '\0';
}

/* Behind "ram=": what may stand there. */
static void hint_value(const struct command *command, const char *s, char *buf, size_t size)
{
	const char *word = s + strlen(s);

	while (word > s && !is_blank(word[-1]))
		word--;
	for (const struct option_row *o = command->options; o && o->key; o++)
		if (!strncmp(word, o->key, strlen(o->key)) && !strcmp(word + strlen(o->key), "="))
			snprintf(buf, size, "  %s", o->doc);
}

void command_hint(const char *line, char *buf, size_t size)
{
	const struct command *command;
	size_t length, n = strlen(line);
	const char *s = line + line_last_command(line), *rest;
	unsigned words;

	*buf = '\0';
	if (!n || (!is_blank(line[n - 1]) && line[n - 1] != '='))
		return;
	s += line_front(s);
	command = command_at(s, &length);
	/* spawn and its like: the command inside. */
	if (command && command->arg[0] == ARG_COMMAND && count_words(s + length)) {
		s += length + strspn(s + length, " \t");
		s += line_front(s);
		command = command_at(s, &length);
	}
	if (!command || !is_blank(s[length]))
		return;
	if (line[n - 1] == '=') {
		hint_value(command, s, buf, size);
		return;
	}
	words = count_words(s + length);
	if (words && (command->flags & RAW))
		return;
	rest = usage_rest(command->usage + strcspn(command->usage, " "), words);
	snprintf(buf, size, "%s", rest);
	balance(buf);
}

const char *command_summary(const char *line)
{
	size_t length;
	const struct command *command = command_at(line + strspn(line, " \t"), &length);

	return command ? command->summary : "";
}
