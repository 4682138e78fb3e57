/*
 * man: the man pages at the prompt. Looking something up is not a change of the world, so nothing
 * here touches the session.
 */
#include "command/arg.h"
#include "command/complete.h"
#include "command/manual.h"

#include <stdlib.h>
#include <string.h>

static void list_pages(struct call *c, const struct manual *m)
{
	json_t *pages = json_array();

	for (unsigned i = 0; i < m->n; i++) {
		const struct manual_page *p = &m->page[i];

		say(c, "%s(%c)%*s%s\n", p->name, p->section, (int)(22 - strlen(p->name)), "",
		    p->about);
		json_array_append_new(pages, json_sprintf("%s(%c)", p->name, p->section));
	}
	say(c, "\n`man PAGE` shows one, `man search WORD` finds a word in all of them.\n");
	json_object_set_new(c->answer.result, "pages", pages);
}

static enum status show_page(struct call *c, const struct manual *m, const struct manual_page *p)
{
	struct message why;
	char *text = manual_text(m, p, &why);

	if (!text) {
		bad(c, 0, "%s", why.text);
		return STATUS_ERROR;
	}
	say(c, "%s", text);
	free(text);
	json_object_set_new(c->answer.result, "page",
	                    json_sprintf("%s(%c)", p->name, p->section));
	return STATUS_OK;
}

static enum status search(struct call *c, const struct manual *m)
{
	struct text found = { 0 };
	unsigned lines = manual_search(m, c->argv[1], &found);

	if (!lines) {
		bad(c, 1, "No man page of kmaplab says '%s'", c->argv[1]);
		text_free(&found);
		return STATUS_ERROR;
	}
	say(c, "%s", text_get(&found));
	text_free(&found);
	json_object_set_new(c->answer.result, "found", json_integer(lines));
	return STATUS_OK;
}

/* A topic that is no page may stand in one, or be something that `help` knows. */
static enum status unknown(struct call *c, const struct manual *m)
{
	const char *topic = c->argv[0], *near, **names = calloc(m->n + 1, sizeof(*names));
	char *help = help_text(topic);

	if (!names)
		abort();
	for (unsigned i = 0; i < m->n; i++)
		names[i] = m->page[i].name;
	near = did_you_mean(topic, names, m->n);
	bad(c, 0, "There is no man page '%s'; %s%s%s", topic,
	    help ? "but help explains it: help " : near ? "did you mean '" : "man search ",
	    help || !near ? topic : near,
	    help ? "" : near ? "'?" : " looks for it in all of them");
	free(names);
	free(help);
	return STATUS_ERROR;
}

static enum status look_up(struct call *c, const struct manual *m)
{
	const struct manual_page *p;
	char two[MANUAL_NAME + 4];

	if (!m->n) {
		bad(c, 0, "The text of the man pages was not installed with kmaplab; "
		          "`help` explains commands and names");
		return STATUS_ERROR;
	}
	if (!c->argc) {
		list_pages(c, m);
		return STATUS_OK;
	}
	if (c->argc == 2 && strcmp(c->argv[0], "search") == 0)
		return search(c, m);
	snprintf(two, sizeof(two), "%s%s%s", c->argv[0], c->argc == 2 ? " " : "",
	         c->argc == 2 ? c->argv[1] : "");
	p = manual_find(m, two);
	return p ? show_page(c, m, p) : unknown(c, m);
}

static enum status run_man(struct call *c)
{
	struct manual m;
	enum status status;

	manual_read(&m);
	status = look_up(c, &m);
	manual_release(&m);
	return status;
}

const struct command man_commands[] = {
	{
		.name = "man", .group = "program", .usage = "man [PAGE | search WORD]",
		.summary = "Shows a man page, finds a word in all of them, or lists them.",
		.example = { "man highmem", "man search lowmem_reserve" },
		.errors = "An unknown page is answered with the nearest one, and with `help` when that "
		          "knows the word.",
		.see = "help", .max = 2, .arg = { ARG_MANUAL, ARG_TEXT },
		.run = run_man,
	},
	{ .name = NULL },
};
