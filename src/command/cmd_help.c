/*
 * help: what the tables know, in words. The text of a topic is made when somebody asks for it.
 */
#include "command/arg.h"
#include "command/complete.h"
#include "command/help_words.h"
#include "command/settings.h"

#include "kernel/world.h"
#include "lab/translate.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- lists ------------------------------------------------------------------------------------ */

static bool group_seen(unsigned before, const char *group)
{
	for (unsigned i = 0; i < before; i++)
		if (strcmp(command_get(i)->group, group) == 0)
			return true;
	return false;
}

static void list_group(struct text *t, const char *group)
{
	const struct command *c;
	unsigned column = 12;

	text_add(t, "%-10s", group);
	for (unsigned i = 0; (c = command_get(i)); i++) {
		if (strcmp(c->group, group) != 0)
			continue;
		if (column + strlen(c->name) + 2 > 78) {
			text_add(t, "\n%-10s", "");
			column = 12;
		}
		text_add(t, "  %s", c->name);
		column += (unsigned)strlen(c->name) + 2;
	}
	text_add(t, "\n");
}

static void list_commands(struct text *t)
{
	const struct command *c;

	for (unsigned i = 0; (c = command_get(i)); i++)
		if (!group_seen(i, c->group))
			list_group(t, c->group);
	text_add(t, "\n`help COMMAND` explains one. Also: help lines, pages, expressions,\n"
	         "observables, events, settings, keys, slots, functions, invariants, knobs;\n"
	         "help pkmap.used, PTE_SET, KM_USER0 or kmap_high explain single ones.\n"
	         "`man` lists the pages to read.\n");
}

static void list_observables(struct text *t)
{
	for (const struct observable *o = observables; o->name; o++)
		text_add(t, "%-26s %s\n", o->name, o->doc);
}

static void list_events(struct text *t)
{
	for (unsigned kind = 1; kind < EVENT_KINDS; kind++)
		if (event_desc(kind))
			text_add(t, "%-14s %s\n", event_desc(kind)->name, event_desc(kind)->doc);
}

static void list_settings(struct text *t)
{
	const char *name, *values, *doc;

	for (unsigned i = 0; (name = setting_name(i, &values, &doc)); i++)
		text_add(t, "%-24s %-12s %s\n", name, values, doc);
	text_add(t, "\n`set NAME VALUE` changes one; `save-settings` keeps them, but for broken.* and "
	            "allow.*,\nfor the next start.\n");
}

static void explain_lines(struct text *t)
{
	text_add(t, "%s",
	         "A line holds commands, separated by ';'. '#' begins a comment. Words are split as a\n"
	         "shell does it; quotes keep blanks together. key=value are options.\n"
	         "\n"
	         "cpu1: COMMAND         runs it on CPU 1\n"
	         "name = COMMAND        gives the page, address or number that it answers with a name,\n"
	         "                      in addition to p0, p1, ... which `alloc` gives by itself\n"
	         "\n"
	         "Numbers are decimal or 0x hexadecimal, with K, M or G behind them; an expression\n"
	         "without blanks does as well.\n");
}

static void explain_pages(struct text *t)
{
	text_add(t, "%s",
	         "A page is named in three ways:\n"
	         "\n"
	         "p0                    a name: what `alloc` gave it, or what you bound\n"
	         "pfn:0x3a000           the page frame with this number\n"
	         "@0xff001000           the page behind a virtual address, by the page tables\n");
}

static void explain_expressions(struct text *t)
{
	text_add(t, "%s",
	         "or and not   == != < <= > >=   + - * / %   ( )   (also || && !)\n"
	         "\n"
	         "pkmap.used + 1        an observable; `help observables` lists them\n"
	         "pkmap.count[3]        with an index: any expression\n"
	         "page(p0).va           of a page: a name, pfn:NUMBER or @ADDRESS\n"
	         "page(p0).zone == HighMem   words are compared as they are\n"
	         "count(IPI_SEND)       how often an event happened since boot\n"
	         "count(PTE_SET where pfn == page(p0).pfn)   how often with a condition: the event's\n"
	         "                      arguments, and cpu, task, cycle, step, seq, cause\n"
	         "\n"
	         "Numbers are decimal, 0x hexadecimal, with K, M, G. Names that are bound count as\n"
	         "their frame, address or number.\n");
}

static const struct {
	const char *name;
	void (*write)(struct text *t);
	const char *doc;
} topics[] = {
	{ "observables", list_observables, "all observables" },
	{ "events", list_events, "all kinds of events" },
	{ "settings", list_settings, "all settings" },
	{ "expressions", explain_expressions, "how expressions are written" },
	{ "pages", explain_pages, "how pages are named" },
	{ "lines", explain_lines, "how command lines are written" },
	{ "keys", explain_keys, "where the keys are listed" },
	{ "slots", list_slots, "all atomic slots that had names" },
	{ "functions", list_functions, "all functions of the kernel that can be stepped" },
	{ "invariants", list_invariants, "what must always hold" },
	{ "knobs", list_knobs, "what can be broken on purpose" },
};
#define TOPICS (sizeof(topics) / sizeof(topics[0]))

const char *help_topic(unsigned i, const char **doc)
{
	if (i >= TOPICS)
		return NULL;
	*doc = topics[i].doc;
	return topics[i].name;
}

/* --- single things ---------------------------------------------------------------------------- */

static void explain_command(struct text *t, const struct command *c)
{
	text_add(t, "%s\n\n%s\n\n", c->usage, c->summary);
	for (const struct option_row *o = c->options; o && o->key; o++)
		text_add(t, "  %s=  %s\n", o->key, o->doc);
	text_add(t, _("%sExamples:  %s\n           %s\nErrors:    %s\nSee also:  %s\n"),
	         c->options ? "\n" : "", c->example[0], c->example[1], c->errors, c->see);
}

/* pkmap.count[5] as the table calls it. */
static void canonical(const char *name, char *buf, size_t size)
{
	size_t n = 0;

	for (; *name && n + 4 < size; name++) {
		const char *end = *name == '[' ? strchr(name, ']') :
		                  *name == '(' ? strchr(name, ')') :
		                                 NULL;

		if (!end) {
			buf[n++] = *name;
			continue;
		}
		memcpy(buf + n, *name == '[' ? "[i]" : "(P)", 3);
		n += 3;
		name = end;
	}
	buf[n] = '\0';
}

/* pkmap.count is found as pkmap.count[i], too. */
static bool same_name(const char *listed, const char *typed)
{
	size_t n = strlen(typed);

	return strncmp(listed, typed, n) == 0 &&
	       (!listed[n] || strcmp(listed + n, "[i]") == 0 || strcmp(listed + n, "(P)") == 0);
}

static bool explain_observable(struct text *t, const char *topic)
{
	static const char *const types[] = { "a count", "an address", "a frame number", "a mask",
		                             "true or false", "a word", "bytes" };
	char name[96];

	canonical(topic, name, sizeof(name));
	for (const struct observable *o = observables; o->name; o++)
		if (same_name(o->name, name)) {
			text_add(t, "%s  (%s)\n\n%s\n", o->name, types[o->type], o->doc);
			return true;
		}
	return false;
}

static bool explain_event(struct text *t, const char *topic)
{
	unsigned kind = event_kind_find(topic);
	const struct event_desc *d = kind ? event_desc(kind) : NULL;

	if (!d)
		return false;
	text_add(t, "%s\n\n%s\n\nIn words:   %s\nArguments:", d->name, d->doc, d->narration);
	for (unsigned i = 0; i < 3; i++)
		if (d->arg[i])
			text_add(t, " %.*s", (int)strcspn(d->arg[i], ":"), d->arg[i]);
	text_add(t, " cpu task cycle step seq cause\n");
	return true;
}

static bool explain_setting(struct text *t, const char *topic)
{
	const char *name, *values, *doc;

	for (unsigned i = 0; (name = setting_name(i, &values, &doc)); i++)
		if (strcmp(name, topic) == 0) {
			text_add(t, "set %s VALUE\n\n%s Values: %s.\n", name, doc, values);
			return true;
		}
	return false;
}

static bool explain_topic(struct text *t, const char *topic)
{
	for (unsigned i = 0; i < TOPICS; i++)
		if (strcmp(topics[i].name, topic) == 0) {
			topics[i].write(t);
			return true;
		}
	return false;
}

char *help_text(const char *topic)
{
	const struct command *c;
	struct text t = { 0 };

	topic = topic ? help_alias(topic) : NULL;
	c = topic ? command_find(topic) : NULL;
	if (!topic || !topic[0])
		list_commands(&t);
	else if (c)
		explain_command(&t, c);
	else if (!explain_topic(&t, topic) && !explain_observable(&t, topic) &&
	         !explain_event(&t, topic) && !explain_setting(&t, topic) &&
	         !explain_word(&t, topic))
		return NULL;
	return text_take(&t);
}

/* The nearest of everything that has a help text. */
static const char *nearest_topic(const char *topic)
{
	const char *names[768], *doc, *values, *name;
	unsigned n = command_names(names);

	for (unsigned i = 0; (name = help_topic(i, &doc)); i++)
		names[n++] = name;
	for (unsigned i = 0; (name = setting_name(i, &values, &doc)); i++)
		names[n++] = name;
	for (unsigned i = 1; i < EVENT_KINDS; i++)
		if (event_desc(i))
			names[n++] = event_desc(i)->name;
	for (unsigned i = 0; n < 768 && (name = help_word(i, &doc)); i++)
		names[n++] = name;
	for (const struct observable *o = observables; o->name && n < 768; o++)
		names[n++] = o->name;
	return did_you_mean(topic, names, n);
}

/* A view of the screen has one sentence. */
static bool say_view(struct call *c, const char *topic)
{
	const struct front_ops *front = c->in->front;
	const char *name;

	for (unsigned i = 0; front && front->view_name; i++) {
		name = front->view_name(c->in->front_ctx, i);
		if (!name)
			break;
		if (strcmp(name, topic) != 0)
			continue;
		say(c, "view %s: %s.\n", name,
		    front->view_doc ? front->view_doc(c->in->front_ctx, i) : "a view");
		return true;
	}
	return false;
}

/* Says where to look instead: the nearest word, or the man pages that have this one. */
static enum status no_help(struct call *c, const char *topic)
{
	const char *near = nearest_topic(topic);
	char pages[160];
	unsigned n = help_mentions(topic, pages, sizeof(pages));

	if (n)
		bad(c, 0, "There is no help on '%s'%s%s%s `man search %s` finds it in %s%s", topic,
		    near ? "; did you mean '" : "", near ? near : "", near ? "'?" : ";", topic, pages,
		    n > 3 ? " and more" : "");
	else
		bad(c, 0, "There is no help on '%s'%s%s%s", topic, near ? "; did you mean '" : "",
		    near ? near : "; `help` alone lists what there is", near ? "'?" : "");
	return STATUS_ERROR;
}

static enum status run_help(struct call *c)
{
	const char *topic = c->argc ? c->argv[0] : NULL;
	char *text = help_text(topic);

	if (!text && !say_view(c, topic))
		return no_help(c, topic);
	if (text)
		say(c, "%s", text);
	json_object_set_new(c->answer.result, "topic", json_string(topic ? topic : "commands"));
	free(text);
	return STATUS_OK;
}

const struct command help_commands[] = {
	{
		.name = "help", .group = "program", .usage = "help [TOPIC]",
		.summary = "Lists the commands, or explains a command, an observable, an event, a setting, "
		           "an atomic slot, a function of the kernel, or one of: lines, pages, "
		           "expressions, observables, events, settings, keys, slots, functions, "
		           "invariants, knobs.",
		.example = { "help kmap", "help kmap_high" },
		.errors = "An unknown topic is answered with the nearest known one, or with the man pages "
		          "that speak of it.",
		.see = "man observables events expressions settings", .max = 1, .arg = { ARG_TOPIC },
		.run = run_help,
	},
	{ .name = NULL },
};
