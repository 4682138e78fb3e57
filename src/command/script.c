/*
 * Reading scripts line by line.
 *
 * A line is read into a buffer of fixed size, so a file without newlines costs nothing; what does
 * not fit, or is no text, is answered like a failed command, with its place. Then the line goes to
 * the interpreter, and every reply to whoever wants it, as text.
 */
#include "command/script.h"

#include "command/reply.h"
#include "command/text.h"
#include "command/trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Somebody who runs a script: the options, and what to do with replies. */
struct player {
	struct interp *in;
	const struct script_options *o;
	reply_fn *fn;      /* for `source`: who gets the replies, instead of o->put */
	void *ctx;
	unsigned commands;
	uint32_t traced;   /* the newest event that was there at the last reply */
};

bool status_failed(enum status s)
{
	return s >= STATUS_ERROR;
}

static void put_reply(const struct script_options *o, const struct reply *r)
{
	json_t *json;
	char *text;

	if (!o->put)
		return;
	if (!o->json) {
		if (r->message[0])
			o->put(o->ctx, r->status, r->message);
		return;
	}
	json = reply_json(r);
	text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	if (text)
		o->put(o->ctx, r->status, text);
	free(text);
	json_decref(json);
}

/* Whatever was added to the log since the last reply; all of it after a boot. Going back takes
 * events away again. */
static void trace_reply(struct player *p, const struct reply *r)
{
	const struct world *w = session_world(interp_session(p->in));

	uint32_t n = w ? w->machine.log.n : 0;

	if (p->o->trace && n)
		trace_write(p->o->trace, interp_session(p->in), r->events >= n ? 1 : p->traced + 1, n);
	p->traced = n;
}

static struct player player(struct interp *in, const struct script_options *o)
{
	const struct world *w = session_world(interp_session(in));

	return (struct player){ .in = in, .o = o, .traced = w ? w->machine.log.n : 0 };
}

static void play_reply(void *ctx, const struct reply *r)
{
	struct player *p = ctx;

	p->commands++;
	if (p->fn) {
		p->fn(p->ctx, r);
		return;
	}
	if (p->o->heard)
		p->o->heard(p->o->ctx, r);
	put_reply(p->o, r);
	trace_reply(p, r);
}

/* A line that is not even a command. */
static enum status answer_bad_line(struct player *p, const char *name, unsigned line,
                                   unsigned column, const char *problem)
{
	struct reply r = { .line = line, .status = STATUS_ERROR, .command = strdup("") };
	struct text t = { 0 };

	text_add(&t, "%s:%u:%u: %s.", name, line, column, problem);
	r.message = text_take(&t);
	r.result = json_object();
	play_reply(p, &r);
	reply_release(&r);
	return STATUS_ERROR;
}

/* The column of the first byte that is no text, or 0. */
static unsigned first_bad(const char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		unsigned bytes = s[i] == '\t' ? 1 : message_character(s + i, n - i);

		if (!bytes)
			return (unsigned)i + 1;
		i += bytes;
	}
	return 0;
}

/* Reads a line without its end. Returns its length, -1 at the end of the file, SCRIPT_MAX_LINE + 1
 * when it is longer (the rest is skipped). */
static long read_line(FILE *file, char *line)
{
	size_t n = 0;
	int c = getc(file);

	if (c == EOF)
		return -1;
	for (; c != EOF && c != '\n'; c = getc(file)) {
		if (n <= SCRIPT_MAX_LINE)
			line[n] = (char)c;
		n += n <= SCRIPT_MAX_LINE;
	}
	if (n && n <= SCRIPT_MAX_LINE && line[n - 1] == '\r')
		n--;
	line[n <= SCRIPT_MAX_LINE ? n : SCRIPT_MAX_LINE] = '\0';
	return (long)n;
}

/* The line as it would stand on a screen: for sessions that are to be read. */
static void put_line(const struct player *p, const char *line, size_t n)
{
	char text[SCRIPT_MAX_LINE + 16];

	if (!p->o->echo || p->o->json || p->fn || !p->o->put)
		return;
	snprintf(text, sizeof(text), "lab> %.*s", (int)n, line);
	p->o->put(p->o->ctx, STATUS_OK, text);
}

static enum status play_line(struct player *p, const char *name, unsigned number, const char *line,
                             long n)
{
	unsigned column = n > (long)SCRIPT_MAX_LINE ? 0 : first_bad(line, (size_t)n);

	if (n > (long)SCRIPT_MAX_LINE)
		return answer_bad_line(p, name, number, SCRIPT_MAX_LINE + 1,
		                       "the line is longer than 4000 bytes");
	if (column)
		return answer_bad_line(p, name, number, column,
		                       "this byte is no text: a script is UTF-8 without control "
		                       "characters");
	put_line(p, line, (size_t)n);
	return interp_line(p->in, name, number, line, play_reply, p);
}

/* Some editors begin a file with a byte order mark, which nobody sees: its length. */
static long bom(const char *line, unsigned number)
{
	return number == 1 && strstr(line, "\xef\xbb\xbf") == line ? 3 : 0;
}

static bool stopped(const struct player *p)
{
	return interp_quit(p->in) || session_stop_asked(interp_session(p->in)) ||
	       (p->o->stop && p->o->stop(p->o->ctx));
}

static enum status play(struct player *p, FILE *file, const char *name)
{
	enum status worst = STATUS_OK, status;
	char line[SCRIPT_MAX_LINE + 2];
	unsigned number = 0;
	long n, at;

	while (!stopped(p) && (n = read_line(file, line)) >= 0) {
		at = bom(line, ++number);
		if (number > SCRIPT_MAX_LINES)
			status = answer_bad_line(p, name, number, 1,
			                         "the script has too many lines");
		else
			status = play_line(p, name, number, line + at, n - at);
		if (status > worst)
			worst = status;
		if (status_failed(status) && (!p->o->keep_going || number > SCRIPT_MAX_LINES))
			break;
	}
	return worst;
}

enum status script_run(struct interp *in, FILE *file, const char *name,
                       const struct script_options *o)
{
	struct player p = player(in, o);

	return play(&p, file, name);
}

/* Opens a regular file; NULL with a message. */
static FILE *open_script(const char *path, struct message *m)
{
	struct stat st;
	FILE *f = fopen(path, "r");

	if (!f) {
		fail(m, "The script %s cannot be opened: %s", path, strerror(errno));
		return NULL;
	}
	if (fstat(fileno(f), &st) == 0 && S_ISREG(st.st_mode))
		return f;
	fail(m, "%s is no regular file, so it is no script", path);
	fclose(f);
	return NULL;
}

enum status script_run_file(struct interp *in, const char *path, const struct script_options *o)
{
	struct player p = player(in, o);
	enum status status;
	struct message m;
	FILE *f;

	if (strcmp(path, "-") == 0)
		return play(&p, stdin, "standard input");
	f = open_script(path, &m);
	if (!f)
		return answer_bad_line(&p, path, 1, 1, m.text);
	status = play(&p, f, path);
	fclose(f);
	return status;
}

enum status script_run_line(struct interp *in, const char *text, unsigned number,
                            const struct script_options *o)
{
	struct player p = player(in, o);
	size_t n = strlen(text);

	return play_line(&p, "-e", number, text, n > SCRIPT_MAX_LINE ? (long)SCRIPT_MAX_LINE + 1 :
	                                                               (long)n);
}

enum status script_source(struct interp *in, const char *path, reply_fn *fn, void *ctx,
                          unsigned *commands, struct message *m)
{
	static const struct script_options plain;
	struct player p = { .in = in, .o = &plain, .fn = fn, .ctx = ctx };
	enum status status;
	FILE *f = open_script(path, m);

	if (!f)
		return STATUS_ERROR;
	m->text[0] = '\0';
	status = play(&p, f, path);
	*commands = p.commands;
	fclose(f);
	return status;
}
