/*
 * Plain: the same lab as a stream of lines. A screen reader reads it from top to bottom, so every
 * answer and every complaint comes on standard output in the order in which things happened, and
 * nothing is drawn, moved or coloured. What the screen shows moving is told in front of the answer,
 * in sentences made of the same events.
 *
 * Lines are read by getline(): the terminal's own line editing is what such a reader knows. The
 * prompt appears only when somebody types.
 */
#include "front/fronts.h"

#include "command/script.h"
#include "front/say.h"
#include "front/shelf.h"
#include "front/signals.h"
#include "front/tell.h"
#include "front/tell_view.h"
#include "lab/translate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct plain {
	struct desk *desk;
	bool prompts, failed;
	unsigned number;
};

static void say(void *ctx, enum say_kind kind, const char *text)
{
	(void)ctx;
	say_lines(stdout, kind, text);
}

/* What moved, unless `set animation off` says that nobody wants to hear of it. */
static void tell(struct plain *p, const struct reply *r)
{
	const struct world *w = session_world(desk_session(p->desk));
	const char *animation = setting_get(desk_interp(p->desk), "animation");

	if (w && r->events && animation && strcmp(animation, "off") != 0)
		tell_events(stdout, w, r->events);
}

static void view(void *ctx, const struct view_choice *choice)
{
	struct plain *p = ctx;

	tell_view(stdout, desk_interp(p->desk), choice);
}

/* A refusal goes where the answers go: on standard error it would come at another time. */
static void reply(void *ctx, const struct reply *r)
{
	struct plain *p = ctx;

	tell(p, r);
	if (*r->message)
		puts(r->message);
	p->failed = p->failed || status_failed(r->status);
}

/* A line now and then, and only for who sits there: nothing else may depend on how long things take. */
#define BUSY_MS 5000

static void busy(void *ctx, const char *text)
{
	const struct plain *p = ctx;

	if (!p->prompts)
		return;
	puts(text);
	fflush(stdout);
}

/* A line is UTF-8 without control characters, like a script's. */
static bool line_is_text(const char *line, struct message *m)
{
	size_t n = strlen(line);

	if (n > SCRIPT_MAX_LINE)
		return fail(m, "that line is longer than %u bytes", SCRIPT_MAX_LINE);
	for (size_t i = 0; i < n;) {
		unsigned bytes = line[i] == '\t' ? 1 : message_character(line + i, n - i);

		if (!bytes)
			return fail(m, "column %zu is not text", i + 1);
		i += bytes;
	}
	return true;
}

static void run_line(struct plain *p, char *line)
{
	struct message m;

	line[strcspn(line, "\r\n")] = '\0';
	p->number++;
	if (!line_is_text(line, &m)) {
		puts(m.text);
		p->failed = true;
		return;
	}
	desk_line(p->desk, NULL, p->number, line);
	if (desk_interrupted(p->desk))
		puts(_("interrupted"));
}

/* Until the end of input, `quit`, or ^C when nobody types. At a terminal ^C gives a new prompt, as in
 * a shell. */
static void read_lines(struct plain *p)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while (!desk_quit(p->desk)) {
		if (p->prompts)
			fputs("lab> ", stdout);
		fflush(stdout);
		errno = 0;
		n = getline(&line, &size, stdin);
		if (signal_take(SIGNAL_INTERRUPT)) {
			if (!p->prompts)
				break;
			clearerr(stdin);
			putchar('\n');
			continue;
		}
		if (n < 0)
			break;
		/* A NUL byte would hide what stands behind it. */
		if (memchr(line, '\0', (size_t)n))
			line[0] = '\1', line[1] = '\0';
		run_line(p, line);
	}
	if (p->prompts && !desk_quit(p->desk))
		putchar('\n');
	free(line);
}

/* What the menu is on a screen; the list itself would push away what stands above it. */
static void greet(void)
{
	puts(_("kmaplab: a laboratory for Linux high memory. \"help\" says what can be typed."));
	puts(_("\"lesson\" lists the lessons, \"lesson 01\" opens the first of them."));
}

static void put_script(void *ctx, enum status status, const char *text)
{
	struct plain *p = ctx;

	puts(text);
	p->failed = p->failed || status_failed(status);
}

/* Lessons and scripts named on the command line, in order. */
static bool open_files(struct plain *p, const struct options *o)
{
	struct script_options s = { .put = put_script, .ctx = p };
	struct message m;

	for (int i = 0; i < o->nr_files; i++) {
		if (!is_lesson_file(o->file[i])) {
			script_run_file(desk_interp(p->desk), o->file[i], &s);
		} else if (!desk_open_lesson(p->desk, o->file[i], &m)) {
			puts(m.text);
			return false;
		}
	}
	return true;
}

int plain_run(struct desk *d, const struct options *o)
{
	struct plain p = { .desk = d, .prompts = isatty(STDIN_FILENO) };
	struct desk_front front = { .say = say, .reply = reply, .tell_view = view,
		                    .busy = busy, .busy_ms = BUSY_MS, .ctx = &p };

	desk_set_front(d, &front);
	signals_interrupt_only();
	if (p.prompts && !o->nr_files)
		greet();
	if (desk_notice(d))
		puts(desk_notice(d));
	if (!open_files(&p, o))
		return EXIT_FAILED;
	read_lines(&p);
	if (!p.prompts && desk_interrupted(d))
		return EXIT_INTERRUPTED;
	/* Whoever types at a terminal may mistype without being told so at the end. */
	return p.failed && !p.prompts ? EXIT_FAILED : EXIT_GOOD;
}
