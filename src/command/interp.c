/*
 * The interpreter: from a line of text to replies.
 *
 * A line is cut into commands (line.c), a command's verb is looked up in the table, its arguments
 * are sorted into plain ones and options, and its function runs. Around that, for every command
 * alike: the events and cycles it took, the name it binds, the place of an error. A command that
 * fails ends the line.
 */
#include "command/interp.h"

#include "command/arg.h"
#include "command/background.h"
#include "command/op.h"
#include "command/reply.h"
#include "command/settings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct interp *interp_new(struct session *s)
{
	struct interp *in = calloc(1, sizeof(*in));

	if (!in)
		abort();
	in->session = s;
	in->config = boot_config_default();
	settings_init(in);
	return in;
}

void interp_free(struct interp *in)
{
	if (!in)
		return;
	free(in->background);
	free(in->setting);
	free(in);
}

void interp_set_front(struct interp *in, const struct front_ops *ops, void *ctx)
{
	in->front = ops;
	in->front_ctx = ctx;
}

struct session *interp_session(const struct interp *in)
{
	return in->session;
}

unsigned interp_cpu(const struct interp *in)
{
	return in->cpu;
}

void interp_restrict(struct interp *in, bool restricted)
{
	in->restricted = restricted;
}

bool interp_quit(const struct interp *in)
{
	return in->quit;
}

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

bool need_world(struct interp *in, struct message *m)
{
	return session_world(in->session) || session_boot(in->session, &in->config, m);
}

bool interp_boot(struct interp *in, struct message *m)
{
	return need_world(in, m);
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
	if (command->max != ARGS_MANY && c->argc > command->max)
		return bad(c, command->max, "'%s' is too much for `%s`: %s", c->argv[command->max],
		           command->name, command->usage);
	return true;
}

/* --- running one command ---------------------------------------------------------------------- */

static bool check_cpu(struct call *c)
{
	const struct parsed *line = c->line;

	c->cpu = line->cpu < 0 ? c->in->cpu : (unsigned)line->cpu;
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
		return bad(c, c->argc, "%s", m.text);
	return !session_world(c->s) || check_cpu(c);
}

static bool unknown_command(struct call *c)
{
	const char *names[COMMANDS_MAX], *word = c->line->word[0];
	char near[64];

	suggestion(word, names, command_names(names), near, sizeof(near));
	return bad(c, 0, "There is no command '%s'%s", word,
	           near[0] ? near : "; `help` lists them");
}

/* Gives the answer's value the name in front of "=". */
static enum status bind_name(struct call *c)
{
	struct message m;

	if (!c->line->binding[0])
		return STATUS_OK;
	if (c->answer.value.kind == VALUE_NONE)
		return refuse(c, "`%s` gives nothing that '%s' could stand for", c->command->name,
		              c->line->binding);
	if (!session_bind(c->s, c->line->binding, c->answer.value, &m))
		return refuse(c, "%s", m.text);
	return STATUS_OK;
}

bool call_begin(struct call *c)
{
	c->command = command_find(c->line->word[0]);
	if (!c->command)
		return unknown_command(c);
	return may_run(c) && sort_words(c);
}

static enum status run_call(struct call *c)
{
	enum status status;

	if (!call_begin(c))
		return STATUS_ERROR;
	background_look(c->in);
	status = c->command->run ? c->command->run(c) : op_run_call(c);
	if (status == STATUS_OK)
		status = bind_name(c);
	return status;
}

/* What the world showed before the command. */
struct before {
	bool booted;
	uint32_t position, events;
	uint64_t cycle;
};

static struct before look(const struct interp *in, unsigned cpu)
{
	const struct world *w = session_world(in->session);

	if (!w || cpu >= w->machine.nr_cpus)
		return (struct before){ .booted = w != NULL };
	return (struct before){ true, session_position(in->session), w->machine.log.n,
		                w->machine.cpu[cpu].cycle };
}

/* Going back makes numbers smaller; then the command itself took nothing. */
static void measure(struct reply *r, const struct before *b, const struct before *a)
{
	r->from = b->position;
	r->to = a->position;
	r->events = a->events > b->events ? a->events - b->events : 0;
	r->cycles = a->cycle > b->cycle ? a->cycle - b->cycle : 0;
}

/* The message as it goes out: an error with its place in front, a sentence with its full stop. */
static char *finish_message(const struct call *c, enum status status, struct text *message)
{
	const struct interp *in = c->in;
	struct text t = { 0 };
	const char *s = text_get(message);
	size_t n = strlen(s);

	while (n && s[n - 1] == '\n')
		n--;
	if (status == STATUS_ERROR && in->script)
		text_add(&t, "%s:%u:%u: ", in->script, in->line,
		         c->column ? c->column : c->line->column);
	text_add(&t, "%.*s", (int)n, s);
	if (status == STATUS_ERROR && n && !strchr(".!?\n", s[n - 1]))
		text_add(&t, ".");
	text_free(message);
	return text_take(&t);
}

enum status command_run(struct interp *in, const struct parsed *p, struct reply *reply)
{
	struct call c = { .in = in, .s = in->session, .line = p, .times = 1 };
	unsigned cpu = p->cpu >= 0 ? (unsigned)p->cpu : in->cpu;
	struct before before = look(in, cpu), after;

	c.answer.result = json_object();
	reply->status = run_call(&c);
	background_report(&c);
	after = look(in, cpu);
	if (c.first && after.booted && (c.command->flags & NEEDS_WORLD))
		before.events = session_peek(in->session, 0)->machine.log.n; /* booting is not its */
	measure(reply, &before, &after);
	reply->result = c.answer.result;
	reply->message = finish_message(&c, reply->status, &c.answer.message);
	return reply->status;
}

/* --- running a line --------------------------------------------------------------------------- */

static char *segment_text(const struct segment *segment)
{
	struct text t = { 0 };

	text_add(&t, "%.*s", (int)segment->length, segment->start);
	return text_take(&t);
}

/* One command of the line: taken apart, run, answered. */
static enum status run_segment(struct interp *in, const struct segment *segment)
{
	struct reply reply = { .line = in->line, .command = segment_text(segment) };
	struct parsed p;
	struct message m;
	struct text t = { 0 };
	unsigned column;
	enum status status;

	if (line_parse(segment, &p, &column, &m)) {
		command_run(in, &p, &reply);
		line_release(&p);
	} else {
		reply.status = STATUS_ERROR;
		if (in->script)
			text_add(&t, "%s:%u:%u: ", in->script, in->line, column);
		text_add(&t, "%s.", m.text);
		reply.message = text_take(&t);
		reply.result = json_object();
	}
	if (in->fn)
		in->fn(in->fn_ctx, &reply);
	status = reply.status;
	reply_release(&reply);
	return status;
}

enum status interp_line(struct interp *in, const char *name, unsigned number, const char *text,
                        reply_fn *fn, void *ctx)
{
	struct interp outer = *in;
	enum status worst = STATUS_OK, status;
	struct segment segment;
	size_t at = 0;

	in->script = name;
	in->line = number;
	in->fn = fn;
	in->fn_ctx = ctx;
	while (!in->quit && line_segment(text, &at, &segment)) {
		status = run_segment(in, &segment);
		if (status > worst)
			worst = status;
		if (status >= STATUS_ERROR)
			break;
	}
	in->script = outer.script;
	in->line = outer.line;
	in->fn = outer.fn;
	in->fn_ctx = outer.fn_ctx;
	return worst;
}
