/*
 * A call: a command's words on their way to its function.
 *
 * Before a command runs, its row decides whether it may (is a machine booted, is there such a CPU,
 * may files be touched) and its words are sorted into arguments and key=value options. What is
 * wrong with any of them is said with the column of the word.
 */
#include "command/arg.h"
#include "command/op.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* --- what commands say ------------------------------------------------------------------------ */

const struct world *call_world(const struct call *c)
{
	return session_world(c->s);
}

/* Replaces the message. */
static void complain(struct call *c, const char *format, va_list ap)
{
	char text[1000];

	vsnprintf(text, sizeof(text), format, ap);
	text_free(&c->answer.message);
	text_add(&c->answer.message, "%s", text);
}

bool bad(struct call *c, unsigned i, const char *format, ...)
{
	va_list ap;

	c->column = c->line->column + (i < c->argc ? c->line->at[c->word[i]] : 0);
	va_start(ap, format);
	complain(c, format, ap);
	va_end(ap);
	return false;
}

bool bad_option(struct call *c, unsigned i, const char *format, ...)
{
	va_list ap;

	c->column = c->line->column + c->line->at[c->option[i].word];
	va_start(ap, format);
	complain(c, format, ap);
	va_end(ap);
	return false;
}

bool bad_raw(struct call *c, unsigned at, const char *format, ...)
{
	va_list ap;

	c->column = c->line->column + c->raw_at + at;
	va_start(ap, format);
	complain(c, format, ap);
	va_end(ap);
	return false;
}

enum status refuse(struct call *c, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	complain(c, format, ap);
	va_end(ap);
	return STATUS_ERROR;
}

/* --- sorting the words ------------------------------------------------------------------------ */

static const struct option_row *option_find(const struct command *command, const char *key)
{
	for (const struct option_row *o = command->options; o && o->key; o++)
		if (strcmp(o->key, key) == 0)
			return o;
	return NULL;
}

static bool unknown_option(struct call *c, unsigned i)
{
	const char *keys[64];
	char near[64];
	unsigned n = 0;

	for (const struct option_row *o = c->command->options; o && o->key && n < 64; o++)
		keys[n++] = o->key;
	return bad_option(c, i, "`%s` takes no option '%s='%s", c->command->name, c->option[i].key,
	                  suggestion(c->option[i].key, keys, n, near, sizeof(near)));
}

/* Word `w` as key=value, when it looks like it. */
static bool take_option(struct call *c, unsigned w, bool *taken)
{
	const char *word = c->line->word[w], *equals = strchr(word, '=');
	size_t used = c->nr_options ? (size_t)(c->option[c->nr_options - 1].key - c->keys) : 0;
	size_t length = equals ? (size_t)(equals - word) : 0;
	unsigned i = c->nr_options;

	*taken = false;
	if (!c->command->options || !length || length > NAME_MAX_BYTES)
		return true;
	if (i)
		used += strlen(c->option[i - 1].key) + 1;
	if (i == sizeof(c->option) / sizeof(c->option[0]) || used + length + 1 > sizeof(c->keys))
		return bad(c, c->argc, "`%s` has too many options", c->command->name);
	snprintf(c->keys + used, sizeof(c->keys) - used, "%.*s", (int)length, word);
	c->option[i].key = c->keys + used;
	c->option[i].value = equals + 1;
	c->option[i].word = w;
	c->nr_options++;
	*taken = true;
	return (c->command->flags & ANY_OPTION) || option_find(c->command, c->option[i].key) ||
	       unknown_option(c, i);
}

static bool sort_words(struct call *c)
{
	const struct command *command = c->command;
	bool taken;

	if (command->flags & RAW) {
		c->raw_at = c->line->n > 1 ? c->line->at[1] : (unsigned)strlen(c->line->text);
		c->raw = c->line->text + c->raw_at;
	}
	for (unsigned w = 1; w < c->line->n; w++) {
		if (!take_option(c, w, &taken))
			return false;
		if (taken)
			continue;
		c->word[c->argc] = (unsigned short)w;
		c->argv[c->argc++] = c->line->word[w];
	}
	if (c->argc < command->min)
		return bad(c, c->argc, "`%s` is not complete: %s", command->name, command->usage);
	if (command->max == 0 && c->argc && (command->flags & ANY_OPTION))
		return bad(c, 0, "'%s' is no KEY=VALUE, which `%s` takes, as in: %s", c->argv[0],
		           command->name, command->example[0]);
	if (command->max != ARGS_MANY && c->argc > command->max)
		return bad(c, command->max, "'%s' is too much for `%s`: %s", c->argv[command->max],
		           command->name, command->usage);
	return true;
}

/* --- may it run? ------------------------------------------------------------------------------ */

static bool check_cpu(struct call *c)
{
	const struct parsed *line = c->line;

	c->cpu = line->cpu < 0 ? interp_cpu(c->in) : (unsigned)line->cpu;
	if (!(c->command->flags & ON_CPU) && line->cpu >= 0)
		return bad(c, c->argc, "`%s` runs on no CPU: leave out the 'cpu%d:' in front",
		           c->command->name, line->cpu);
	if (c->cpu >= call_world(c)->machine.nr_cpus)
		return bad(c, c->argc, "There is no CPU %u: this machine has %u", c->cpu,
		           call_world(c)->machine.nr_cpus);
	return true;
}

static bool may_run(struct call *c)
{
	struct message m;

	if ((c->command->flags & FILES) && c->in->restricted)
		return bad(c, c->argc, "`%s` touches files, which a lesson may not do", c->command->name);
	if (c->line->binding[0] && !(c->command->flags & GIVES))
		return bad(c, c->argc, "`%s` gives nothing that '%s' could stand for", c->command->name,
		           c->line->binding);
	c->first = !session_world(c->s);
	if ((c->command->flags & NEEDS_WORLD) && !need_world(c->in, &m))
		return bad(c, c->argc, "The first boot is impossible: %s", m.text);
	return !session_world(c->s) || check_cpu(c);
}

/* What other programs call it. */
static const char *other_word(const char *word)
{
	static const struct {
		const char *word, *instead;
	} others[] = {
		{ "undo", "back" }, { "redo", "forward" }, { "history", "timeline" },
		{ "q", "quit" }, { "bye", "quit" }, { "logout", "quit" }, { ":q", "quit" },
		{ "?", "help" }, { "h", "help" }, { "info", "help" }, { "apropos", "man search" },
		{ "ls", "help" }, { "ps", "task" }, { "top", "cpu" }, { "uname", "config" },
		{ "reboot", "boot" }, { "malloc", "alloc" }, { "get_free_page", "alloc" },
		{ "unmap", "kunmap" }, { "map", "kmap" }, { "peek", "read" }, { "poke", "write" },
		{ "dump", "read" }, { "x", "read" }, { "meminfo", "zones" },
		{ "buddyinfo", "buddy" }, { "theme", "set theme" }, { "speed", "set speed" },
		{ "log", "dmesg" }, { "ptwalk", "walk" }, { "v2p", "translate" },
		{ "lessons", "lesson" }, { "tutorial", "lesson" }, { "load", "source" },
		{ "screenshot", "save-screen" },
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!strcmp(others[i].word, word))
			return others[i].instead;
	return NULL;
}

/* A name alone, and what is said to a lesson: the word is known, but is no command here. False when it is
 * neither. */
static bool known_otherwise(struct call *c, const char *word)
{
	static const char *const said[] = { "next", "hint", "check", "skip", "restart", "status",
		                            "steps", "pause", "resume" };
	struct value v = session_world(c->s) ? session_lookup(c->s, word) : (struct value){ 0 };

	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		if (!strcmp(said[i], word)) {
			bad(c, 0, "'%s' is said to a lesson, and none is open: `lesson` lists them", word);
			return true;
		}
	if (v.kind == VALUE_PAGE)
		bad(c, 0, "'%s' is a page: `page %s` tells about it, `kmap %s` maps it", word, word, word);
	else if (v.kind == VALUE_VA)
		bad(c, 0, "'%s' is an address: `read %s` reads there, `walk %s` shows how it is found",
		    word, word, word);
	else if (v.kind == VALUE_NUMBER)
		bad(c, 0, "'%s' is a number: `print %s` prints it", word, word);
	return v.kind != VALUE_NONE;
}

static bool unknown_command(struct call *c)
{
	const char *names[COMMANDS_MAX], *word = c->line->word[0];
	char near[64];
	int digits = 0;

	if (sscanf(word, "cpu%*u%n", &digits) == 0 && digits && !word[digits])
		return bad(c, 0, "There is no command '%s'; for a CPU write '%s:', with a colon",
		           word, word);
	if (*word && word[strlen(word) - 1] == ':')
		return bad(c, 0, "There is no command '%s'; a CPU in front is written 'cpu1:'", word);
	if (known_otherwise(c, word))
		return false;
	if (other_word(word))
		return bad(c, 0, "There is no command '%s': `%s` is the one", word, other_word(word));
	suggestion(word, names, command_names(names), near, sizeof(near));
	return bad(c, 0, "There is no command '%s'%s", word,
	           near[0] ? near : "; `help` lists them");
}

bool call_begin(struct call *c)
{
	c->command = command_find(c->line->word[0]);
	if (!c->command)
		return unknown_command(c);
	return may_run(c) && sort_words(c);
}
