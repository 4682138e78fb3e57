/*
 * view, set, save-screen, source, quit, lesson: what concerns whoever shows things, or the
 * interpreter itself.
 */
#include "command/arg.h"
#include "command/reply.h"
#include "command/script.h"
#include "command/settings.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static enum status not_here(struct call *c)
{
	return refuse(c, "`%s` means nothing here: nobody shows anything", c->command->name);
}

/* Names mean something here and nothing to a view: it gets the numbers behind them. */
static void view_word(struct call *c, unsigned i, struct text *t)
{
	struct value v = session_lookup(c->s, c->argv[i]);

	if (i && v.kind == VALUE_PAGE)
		text_add(t, " pfn:0x%" PRIx64, v.n);
	else if (i && v.kind != VALUE_NONE)
		text_add(t, " 0x%" PRIx64, v.n);
	else
		text_add(t, "%s%s", i ? " " : "", c->argv[i]);
}

/* Without a name: the names there are, and what each shows. */
static enum status list_views(struct call *c)
{
	const struct front_ops *front = c->in->front;
	const char *name, *doc;

	for (unsigned i = 0; front->view_name && (name = front->view_name(c->in->front_ctx, i)); i++) {
		doc = front->view_doc ? front->view_doc(c->in->front_ctx, i) : "";
		text_line(&c->answer.message);
		say(c, "%-10s %s", name, doc);
		json_object_set_new(c->answer.result, name, json_string(doc));
	}
	return STATUS_OK;
}

static enum status run_view(struct call *c)
{
	const struct front_ops *front = c->in->front;
	struct text words = { 0 };
	struct message m;
	bool shown;

	if (!front || !front->view)
		return not_here(c);
	if (!c->argc)
		return list_views(c);
	for (unsigned i = 0; i < c->argc; i++)
		view_word(c, i, &words);
	shown = front->view(c->in->front_ctx, text_get(&words), &m);
	text_free(&words);
	if (!shown)
		bad(c, 0, "%s", m.text);
	return shown ? STATUS_OK : STATUS_ERROR;
}

static enum status run_zoom(struct call *c)
{
	const struct front_ops *front = c->in->front;
	struct message m;

	if (!front || !front->zoom)
		return not_here(c);
	return front->zoom(c->in->front_ctx, &m) ? STATUS_OK : refuse(c, "%s", m.text);
}

static enum status run_save_screen(struct call *c)
{
	const struct front_ops *front = c->in->front;
	struct message m;

	if (!front || !front->save_screen)
		return not_here(c);
	if (!front->save_screen(c->in->front_ctx, c->argv[0], &m)) {
		bad(c, 0, "%s", m.text);
		return STATUS_ERROR;
	}
	json_object_set_new(c->answer.result, "file", json_string(c->argv[0]));
	say(c, "The screen is in %s.", c->argv[0]);
	return STATUS_OK;
}

/* The front end's answer is a reply of its own; its sentences become ours. */
static enum status run_lesson(struct call *c)
{
	const struct front_ops *front = c->in->front;
	const char *words[LINE_WORDS];
	struct reply r = { .status = STATUS_OK };

	if (!front || !front->lesson)
		return not_here(c);
	words[0] = c->command->name;
	for (unsigned i = 0; i < c->argc; i++)
		words[i + 1] = c->argv[i];
	front->lesson(c->in->front_ctx, (int)c->argc + 1, words, &r);
	if (r.message)
		say(c, "%s", r.message);
	free(r.message);
	free(r.command);
	json_decref(r.result);
	return r.status;
}

static enum status run_record(struct call *c)
{
	const struct front_ops *front = c->in->front;
	struct message m;

	if (!front || !front->record)
		return not_here(c);
	if (!front->record(c->in->front_ctx, c->argc ? c->argv[0] : NULL, &m))
		return refuse(c, "%s", m.text);
	say(c, "%s", m.text);
	return STATUS_OK;
}

static enum status run_film(struct call *c)
{
	const struct front_ops *front = c->in->front;
	bool off = strcmp(c->argv[0], "off") == 0;
	struct message m;

	if (!front || !front->film)
		return not_here(c);
	if (!front->film(c->in->front_ctx, off ? NULL : c->argv[0], &m)) {
		bad(c, 0, "%s", m.text);
		return STATUS_ERROR;
	}
	if (off)
		say(c, "The recording is complete.");
	else
		say(c, "What is on the screen is recorded in %s, until record off.", c->argv[0]);
	return STATUS_OK;
}

static enum status run_quit(struct call *c)
{
	c->in->quit = true;
	if (c->in->front && c->in->front->quit)
		c->in->front->quit(c->in->front_ctx);
	return STATUS_OK;
}

/* --- set -------------------------------------------------------------------------------------- */

static void show_setting(struct call *c, const char *name, const char *values, const char *doc)
{
	const char *value = setting_get(c->in, name);

	text_line(&c->answer.message);
	say(c, "%s = %s  (%s)  %s", name, value, values, doc);
	json_object_set_new(c->answer.result, name, json_string(value));
}

static enum status show_settings(struct call *c, const char *only)
{
	const char *name, *values, *doc;
	bool found = false, switches = false;

	for (unsigned i = 0; (name = setting_name(i, &values, &doc)); i++) {
		if (only && strcmp(only, name) != 0)
			continue;
		if (!only && !switches && !setting_default(name)) {
			switches = true;
			say(c, "\n`save-settings` keeps these. Switches of this machine:");
		}
		show_setting(c, name, values, doc);
		found = true;
	}
	return found ? STATUS_OK : STATUS_ERROR;
}

static enum status run_save_settings(struct call *c)
{
	const struct front_ops *front = c->in->front;
	struct message m;

	if (!front || !front->save_settings)
		return not_here(c);
	if (!front->save_settings(c->in->front_ctx, &m))
		return refuse(c, "%s", m.text);
	json_object_set_new(c->answer.result, "file", json_string(m.text));
	say(c, "The settings are kept in %s; --no-settings starts without it.", m.text);
	return STATUS_OK;
}

static enum status run_set(struct call *c)
{
	struct message m;

	if (c->argc == 2 && (strncmp(c->argv[0], "broken.", 7) == 0 ||
	                     strncmp(c->argv[0], "allow.", 6) == 0)) { /* part of the world */
		if (!need_world(c->in, &m))
			return refuse(c, "%s", m.text);
		session_mark(c->s, c->line->text);
	}
	if (c->argc == 0 || (c->argc == 1 && setting_get(c->in, c->argv[0])))
		return show_settings(c, c->argc ? c->argv[0] : NULL);
	if (!setting_set(c->in, c->argv[0], c->argc > 1 ? c->argv[1] : "", &m)) {
		bad(c, setting_get(c->in, c->argv[0]) ? 1 : 0, "%s", m.text);
		return STATUS_ERROR;
	}
	return show_settings(c, c->argv[0]);
}

/* --- source ----------------------------------------------------------------------------------- */

#define NESTED_MAX 8u

/* Who hears the replies of the line that `source` stands in. While the script runs, the
 * interpreter's own listener is the script's. */
struct hearer {
	reply_fn *fn;
	void *ctx;
};

static void pass_on(void *ctx, const struct reply *r)
{
	const struct hearer *hearer = ctx;

	if (hearer->fn)
		hearer->fn(hearer->ctx, r);
}

static enum status run_source(struct call *c)
{
	struct interp *in = c->in;
	struct hearer hearer = { in->fn, in->fn_ctx };
	enum status status;
	struct message m;
	unsigned n = 0;

	if (in->nested == NESTED_MAX)
		return refuse(c, "Scripts that read scripts are %u deep: that is enough", NESTED_MAX);
	in->nested++;
	status = script_source(in, c->argv[0], pass_on, &hearer, &n, &m);
	in->nested--;
	if (status == STATUS_ERROR && m.text[0]) {
		bad(c, 0, "%s", m.text);
		return STATUS_ERROR;
	}
	json_object_set_new(c->answer.result, "commands", json_integer(n));
	say(c, "%s: %u command%s, %s.", c->argv[0], n, n == 1 ? "" : "s",
	    status_failed(status) ? "the last of which failed" : "all done");
	return status;
}

const struct command front_commands[] = {
	{
		.name = "view", .group = "program", .usage = "view [NAME [WHAT...]]",
		.summary = "Shows another view: on the screen, or in what save-screen writes where there "
		           "is none. Some views take what to look at: an address, events of a kind. "
		           "Without a name, lists the views.",
		.example = { "view pkmap", "view walk 0xc0000000" },
		.errors = "There must be a view of that name, and it must take what is said behind it.",
		.see = "save-screen set", .max = ARGS_MANY,
		.arg = { ARG_VIEW, ARG_VIEW_WORD }, .run = run_view,
	},
	{
		.name = "zoom", .group = "program", .usage = "zoom",
		.summary = "Gives the chosen pane of the screen all the room; again: the other panes come "
		           "back.",
		.example = { "zoom", "view pkmap; zoom" },
		.errors = "There must be a screen.", .see = "view set", .run = run_zoom,
	},
	{
		.name = "set", .group = "program", .usage = "set [NAME [VALUE]]",
		.summary = "Shows the settings, shows one, or changes one. Those called broken.* break a "
		           "mechanism on purpose.",
		.example = { "set speed 200", "set broken.no_wrap_flush on" },
		.errors = "There must be such a setting, and it must take the value.",
		.see = "settings save-settings", .max = 2, .arg = { ARG_SETTING, ARG_VALUE },
		.run = run_set,
	},
	{
		.name = "save-settings", .group = "program", .usage = "save-settings",
		.summary = "Keeps the settings as they are for the next start of the lab. Those called "
		           "broken.* and allow.* are the machine's, and not kept.",
		.example = { "set theme light; save-settings", "set print large; save-settings" },
		.errors = "The file must be writable. Lessons may not write files.", .see = "set",
		.flags = FILES, .run = run_save_settings,
	},
	{
		.name = "save-screen", .group = "program", .usage = "save-screen FILE",
		.summary = "Writes what is on the screen into a file: as text, or as .ans, .svg or .html, "
		           "when its name ends so.",
		.example = { "save-screen kmap.txt", "view pkmap; save-screen pool.svg" },
		.errors = "The file must be writable. Lessons may not write files.", .see = "view source",
		.min = 1, .max = 1, .flags = FILES | NEEDS_WORLD, .arg = { ARG_FILE },
		.run = run_save_screen,
	},
	{
		.name = "source", .group = "program", .usage = "source FILE",
		.summary = "Runs the commands in a file, up to the first that fails.",
		.example = { "source demo.km", "back; source again.km" },
		.errors = "The file must be text, one command line after the other. Lessons may not read "
		          "files.",
		.see = "expect", .min = 1, .max = 1, .flags = FILES, .arg = { ARG_FILE },
		.run = run_source,
	},
	{
		.name = "lesson", .group = "program", .usage = "lesson [NAME]",
		.summary = "Opens a lesson by its name or number; without one, lists them, on the screen "
		           "to choose from. In a lesson: next, back, hint, check, skip, steps, goto N, "
		           "pause, resume, restart, status.",
		.example = { "lesson 07-kmap", "lesson my-lesson.md" },
		.errors = "There must be such a lesson, and somebody to read it.", .see = "help man",
		.max = ARGS_MANY, .arg = { ARG_LESSON }, .run = run_lesson,
	},
	{
		.name = "record", .group = "program", .usage = "record FILE|off",
		.summary = "Records the screen into a file, until record off: as an asciicast when its "
		           "name ends with .cast, as a picture that moves when with .svg.",
		.example = { "record kmap.cast", "record kmap.svg; kmap p; record off" },
		.errors = "The file must be writable, and one recording runs at a time. Lessons may "
		          "not write files.",
		.see = "save-screen record-transcript", .min = 1, .max = 1,
		.flags = FILES | NEEDS_WORLD, .arg = { ARG_FILE }, .run = run_film,
	},
	{
		.name = "record-transcript", .group = "program",
		.usage = "record-transcript [on|off|FILE]",
		.summary = "Says where what you type in a lesson is kept, keeps it or not, or writes "
		           "all of it, from the lesson's first line on, into a file.",
		.example = { "record-transcript off", "record-transcript homework.jsonl" },
		.errors = "A file needs an open lesson, and must not be there yet.", .see = "lesson",
		.max = 1, .flags = FILES, .arg = { ARG_FILE }, .run = run_record,
	},
	{
		.name = "quit", .group = "program", .usage = "quit", .summary = "Leaves the program.",
		.example = { "quit", "expect stats.oops == 0; quit" }, .errors = "Cannot fail.",
		.see = "exit", .run = run_quit,
	},
	{ .name = NULL },
};
