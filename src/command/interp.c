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
#include "lab/paranoid.h"

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
	free(in->program.text);
	free(in->program.name);
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
	return session_cpu(in->session);
}

void interp_restrict(struct interp *in, bool restricted)
{
	in->restricted = restricted;
}

bool interp_quit(const struct interp *in)
{
	return in->quit;
}

bool need_world(struct interp *in, struct message *m)
{
	return session_world(in->session) || session_boot(in->session, &in->config, m);
}

bool interp_boot(struct interp *in, struct message *m)
{
	return need_world(in, m);
}

/* --- running one command ---------------------------------------------------------------------- */

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
	unsigned branch;
	uint32_t position, events;
	uint64_t cycle;
};

static struct before look(const struct interp *in, unsigned cpu)
{
	const struct world *w = session_world(in->session);

	if (!w || cpu >= w->machine.nr_cpus)
		return (struct before){ .booted = w != NULL };
	return (struct before){ true, session_branch(in->session), session_position(in->session),
		                w->machine.log.n,
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

/* Whether a sentence begins with a word, whose first letter is then upper case: `speed cannot be ...`,
 * `init[2]: ...` and `cpus=0 is ...` begin with names, which are written as they are. What the library
 * says begins in lower case, since it may become a part of another sentence. */
static bool begins_with_word(const struct interp *in, const char *text, size_t n)
{
	char word[32] = "";
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz");

	if (!length || length >= n || length >= sizeof(word) || !strchr(" ,", text[length]))
		return false;
	memcpy(word, text, length);
	return !command_find(word) && !setting_get(in, word);
}

char *refusal_text(const struct interp *in, unsigned column, const char *text, size_t n)
{
	struct text t = { 0 };
	bool upper = begins_with_word(in, text, n);

	if (in->script)
		text_add(&t, "%s:%u:%u: ", in->script, in->line, column);
	if (upper)
		text_add(&t, "%c", text[0] - 'a' + 'A');
	text_add(&t, "%.*s", (int)n - upper, text + upper);
	if (n && !strchr(".!?\n", text[n - 1]))
		text_add(&t, ".");
	return text_take(&t);
}

/* The message as it goes out. */
static char *finish_message(const struct call *c, enum status status, struct text *message)
{
	struct text t = { 0 };
	const char *s = text_get(message);
	size_t n = strlen(s);
	char *refusal = NULL;

	while (n && s[n - 1] == '\n')
		n--;
	if (status == STATUS_ERROR)
		refusal = refusal_text(c->in, c->column ? c->column : c->line->column, s, n);
	else
		text_add(&t, "%.*s", (int)n, s);
	text_free(message);
	return refusal ? refusal : text_take(&t);
}

/* With `set paranoid on`, the end of a command that moved the world: a violated invariant is its error,
 * whatever else it had to say. */
static enum status check_invariants(struct call *c, const struct before *before, enum status status)
{
	char text[320];

	if (!session_paranoid(c->s) || !session_world(c->s) ||
	    (before->booted && before->position == session_position(c->s) &&
	     before->branch == session_branch(c->s)))
		return status;
	if (session_check(c->s))
		return status;
	violation_text(session_violation(c->s), text, sizeof(text));
	session_forget_violation(c->s);
	return refuse(c, "%s", text);
}

enum status command_run(struct interp *in, const struct parsed *p, struct reply *reply)
{
	struct call c = { .in = in, .s = in->session, .line = p, .times = 1 };
	unsigned cpu = p->cpu >= 0 ? (unsigned)p->cpu : interp_cpu(in);
	struct before before = look(in, cpu), after;

	c.answer.result = json_object();
	reply->status = run_call(&c);
	background_report(&c);
	reply->status = check_invariants(&c, &before, reply->status);
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
	unsigned column;
	enum status status;

	if (line_parse(segment, &p, &column, &m)) {
		command_run(in, &p, &reply);
		line_release(&p);
	} else {
		reply.status = STATUS_ERROR;
		reply.message = refusal_text(in, column, m.text, strlen(m.text));
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
