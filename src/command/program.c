/*
 * Reading programs for the explorer; see program.h.
 *
 * One thing a line: a keyword, a colon, and what belongs to it. A line that begins with a blank goes on
 * with the thread or the setup before it. What stands behind the keyword is looked at in the line as
 * it is, with blanks in the keyword's place, so that columns are those of the file.
 *
 * What runs in a thread is a command that runs kernel code: what `spawn` takes. Its arguments are
 * looked up when the thread comes to it, in the world as it is then: `kunmap_atomic a` finds the slot
 * that maps the page at that moment, as the address in a variable of the kernel would.
 */
#include "command/program.h"

#include "command/arg.h"
#include "command/op.h"
#include "machine/conf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 4000u

/* The file being read: what a line that begins with a blank goes on with. */
struct reading {
	struct program *p;
	unsigned line;
	enum { NOTHING, SETUP, THREAD } open;
	struct message *m;
};

static void *must(void *p)
{
	if (!p)
		abort();
	return p;
}

/* Says what is wrong, and where. Returns false. */
static bool wrong(struct reading *r, unsigned column, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static bool wrong(struct reading *r, unsigned column, const char *format, ...)
{
	char text[200];
	size_t n;
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	n = strlen(text);
	return fail(r->m, "%.60s:%u:%u: %.170s%s", r->p->name, r->line, column, text,
	            n && strchr(".!?", text[n - 1]) ? "" : ".");
}

/* --- what a line holds ------------------------------------------------------------------------ */

static bool add_setup(struct reading *r, const char *text)
{
	struct program *p = r->p;

	if (p->nr_setup == PROGRAM_COMMANDS)
		return wrong(r, 1, "There are more than %u lines of setup", PROGRAM_COMMANDS);
	p->setup[p->nr_setup].line = r->line;
	p->setup[p->nr_setup++].text = must(strdup(text));
	r->open = SETUP;
	return true;
}

/* Whether a thread can run a command. */
static bool can_run(struct reading *r, const struct parsed *parsed)
{
	const struct command *command = command_find(parsed->word[0]);
	const char *names[COMMANDS_MAX];
	char near[64];

	suggestion(parsed->word[0], names, command_names(names), near, sizeof(near));
	if (!command)
		return wrong(r, parsed->column, "There is no command '%s'%s", parsed->word[0], near);
	if (!command->prepare)
		return wrong(r, parsed->column, "`%s` runs no kernel code: it belongs into the setup, "
		             "not into a thread", command->name);
	if (!strcmp(command->name, "io"))
		return wrong(r, parsed->column, "A transfer takes time, and the explorer knows of none: "
		             "no thread can do io");
	if (parsed->cpu >= 0)
		return wrong(r, parsed->column, "The CPU is the thread's: no 'cpu%d:' belongs here",
		             parsed->cpu);
	if (parsed->binding[0])
		return wrong(r, parsed->column, "No name can be bound in a thread: '%s' would mean "
		             "something else in every order", parsed->binding);
	return true;
}

static bool add_command(struct reading *r, const struct segment *segment)
{
	struct program_thread *t = &r->p->thread[r->p->nr_threads - 1];
	struct program_command *command;
	unsigned column = 1;
	struct message m;

	if (t->nr == PROGRAM_COMMANDS)
		return wrong(r, segment->column, "A thread has at most %u commands", PROGRAM_COMMANDS);
	command = must(calloc(1, sizeof(*command)));
	if (!line_parse(segment, &command->parsed, &column, &m)) {
		free(command);
		return wrong(r, column, "%s", m.text);
	}
	t->command = must(realloc(t->command, (t->nr + 1) * sizeof(struct program_command *)));
	t->command[t->nr++] = command;
	command->line = r->line;
	if (!can_run(r, &command->parsed))
		return false;
	command->parsed.cpu = (int)t->cpu;
	return true;
}

static bool add_commands(struct reading *r, const char *text)
{
	struct segment segment;
	size_t at = 0;

	while (line_segment(text, &at, &segment))
		if (!add_command(r, &segment))
			return false;
	r->open = THREAD;
	return true;
}

/* Whether an expression asks about clocks, statistics or the log, none of which is in the world's hash:
 * states that look the same may then differ. */
static bool asks_the_past(const char *text)
{
	static const char *const words[] = { "steps", "cycles", ".cycle", "events", "count" };
	size_t n;

	for (; *text; text += n ? n : 1) {
		n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.");
		if (!strncmp(text, "stats.", 6))
			return true;
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (n == strlen(words[i]) && !strncmp(text, words[i], n))
				return true;
	}
	return false;
}

static bool add_never(struct reading *r, const char *text)
{
	struct program *p = r->p;
	size_t blanks = strspn(text, " \t");
	struct program_never *never = &p->never[p->nr_nevers];
	unsigned column = 1;
	struct message m;

	if (p->nr_nevers == PROGRAM_NEVERS)
		return wrong(r, 1, "There are more than %u lines of never", PROGRAM_NEVERS);
	never->expr = expr_parse_at(text + blanks, &column, &m);
	if (!never->expr)
		return wrong(r, (unsigned)blanks + column, "%s", m.text);
	never->text = must(strdup(text + blanks));
	p->nr_nevers++;
	p->bound.no_merging |= asks_the_past(text);
	r->open = NOTHING;
	return true;
}

static bool bound_word(struct reading *r, const char *key, const char *value, unsigned column)
{
	struct explore_bound *bound = &r->p->bound;
	uint64_t n = 0;

	if (!strcmp(key, "first"))
		return conf_bool(value, &bound->first) || wrong(r, column, "first= is yes or no");
	if (strcmp(key, "steps") && strcmp(key, "states"))
		return wrong(r, column, "A bound has no '%s': there are steps=, states= and first=", key);
	if (!conf_number(value, &n) || !n || n > (*key == 's' && key[3] == 'p' ? 60000u : 10000000u))
		return wrong(r, column, "'%s' is no bound: steps are 1 to 60000, states 1 to 10000000",
		             value);
	*(strcmp(key, "steps") ? &bound->states : &bound->steps) = (unsigned)n;
	return true;
}

static bool add_bound(struct reading *r, const char *text)
{
	char key[16], value[16];
	int length, used;

	r->open = NOTHING;
	for (size_t at = strspn(text, " \t"); text[at]; at += (size_t)length) {
		used = 0;
		length = (int)(strcspn(text + at, " \t") + strspn(text + at + strcspn(text + at, " \t"),
		                                                  " \t"));
		if (text[at] == '#')
			break;
		if (sscanf(text + at, "%15[a-z]=%15[a-z0-9]%n", key, value, &used) < 2 || !used)
			return wrong(r, (unsigned)at + 1, "A bound is written as in: bound: steps=200 "
			             "states=100000");
		if (!bound_word(r, key, value, (unsigned)at + 1))
			return false;
	}
	return true;
}

/* --- lines ------------------------------------------------------------------------------------ */

static bool thread_kind(const char *word, enum context_kind *kind)
{
	static const char *const kinds[] = { "task", "softirq", "irq", "nmi" };

	for (unsigned i = 0; i < CONTEXT_KINDS; i++)
		if (!strcmp(word, kinds[i])) {
			*kind = (enum context_kind)i;
			return true;
		}
	return false;
}

/* "cpu0 irq": a new thread. */
static bool add_thread(struct reading *r, const char *keyword)
{
	struct program *p = r->p;
	char kind[16];
	unsigned cpu;
	int end = 0;

	if (sscanf(keyword, "cpu%3u %15[a-z]%n", &cpu, kind, &end) < 2 || keyword[end])
		return wrong(r, 1, "'%.40s:' is none of setup:, cpuN task:, cpuN irq:, cpuN softirq:, "
		             "cpuN nmi:, never:, bound:", keyword);
	if (p->nr_threads == EXPLORE_THREADS)
		return wrong(r, 1, "There are more than %u threads", EXPLORE_THREADS);
	p->thread[p->nr_threads].cpu = cpu;
	if (!thread_kind(kind, &p->thread[p->nr_threads].kind))
		return wrong(r, 1, "'%s' is no kind of thread: there are task, irq, softirq and nmi",
		             kind);
	p->nr_threads++;
	return true;
}

/* A line with a keyword; `text` has blanks in its place. */
static bool read_keyword(struct reading *r, const char *keyword, const char *text)
{
	if (!strcmp(keyword, "setup"))
		return add_setup(r, text);
	if (!strcmp(keyword, "never"))
		return add_never(r, text);
	if (!strcmp(keyword, "bound"))
		return add_bound(r, text);
	return add_thread(r, keyword) && add_commands(r, text);
}

static bool read_line(struct reading *r, char *text)
{
	char keyword[64];
	size_t n = strcspn(text, ":"), at = 0;
	unsigned bytes;

	for (size_t i = 0; text[i]; i += bytes) {
		bytes = text[i] == '\t' ? 1 : message_character(text + i, strlen(text + i));
		if (!bytes)
			return wrong(r, (unsigned)i + 1, "This byte is no text");
	}
	at = strspn(text, " \t");
	if (!text[at] || text[at] == '#')
		return true;
	if (at && r->open != NOTHING)
		return r->open == SETUP ? add_setup(r, text) : add_commands(r, text);
	if (at)
		return wrong(r, (unsigned)at + 1, "There is nothing that this line could go on with");
	if (!text[n])
		return wrong(r, 1, "A line begins with setup:, cpuN task:, cpuN irq:, never: or bound:, "
		             "or with a blank when it goes on with the one before");
	snprintf(keyword, sizeof(keyword), "%.*s", (int)n, text);
	memset(text, ' ', n + 1);
	return read_keyword(r, keyword, text);
}

static bool read_all(struct reading *r, const char *text)
{
	char line[LINE_BYTES + 1];

	for (; *text; r->line++) {
		size_t n = strcspn(text, "\n"), keep = n && text[n - 1] == '\r' ? n - 1 : n;

		if (keep > LINE_BYTES)
			return wrong(r, LINE_BYTES, "The line is longer than %u bytes", LINE_BYTES);
		snprintf(line, sizeof(line), "%.*s", (int)keep, text);
		if (!read_line(r, line))
			return false;
		text += n + (text[n] == '\n');
	}
	if (!r->p->nr_threads)
		return wrong(r, 1, "There is no thread, as in: cpu0 task: kmap p0");
	return true;
}

struct program *program_parse(const char *text, const char *name, unsigned line, struct message *m)
{
	struct program *p = must(calloc(1, sizeof(*p)));
	struct reading r = { .p = p, .line = line, .m = m };

	p->name = must(strdup(name));
	p->bound = (struct explore_bound){ .steps = 200, .states = 100000 };
	if (read_all(&r, text))
		return p;
	program_free(p);
	return NULL;
}

void program_free(struct program *p)
{
	if (!p)
		return;
	for (unsigned i = 0; i < p->nr_setup; i++)
		free(p->setup[i].text);
	for (unsigned i = 0; i < p->nr_nevers; i++) {
		expr_free(p->never[i].expr);
		free(p->never[i].text);
	}
	for (unsigned i = 0; i < p->nr_threads; i++) {
		for (unsigned k = 0; k < p->thread[i].nr; k++) {
			line_release(&p->thread[i].command[k]->parsed);
			free(p->thread[i].command[k]);
		}
		free(p->thread[i].command);
	}
	free(p->name);
	free(p);
}

/* --- requests --------------------------------------------------------------------------------- */

bool program_request(const struct program *p, struct interp *in, unsigned thread, unsigned n,
                     struct request *r, struct message *m)
{
	const struct program_command *command = p->thread[thread].command[n];
	struct call c = { .in = in, .s = in->session, .line = &command->parsed, .times = 1 };
	bool ok = call_begin(&c);

	*r = (struct request){ .command = c.command, .slot = -1 };
	ok = ok && c.command->prepare(&c, 0, r);
	if (ok && c.times > 1)
		ok = bad(&c, c.argc, "A thread runs one operation at a time: `%s` for one page",
		         c.command->name);
	if (!ok)
		fail(m, "%.40s:%u:%u: `%.60s`: %.120s", p->name, command->line, c.column,
		     command->parsed.text, text_get(&c.answer.message));
	text_free(&c.answer.message);
	return ok;
}
