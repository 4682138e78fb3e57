/*
 * How a run speaks: everything goes through the ear's callback, set into lines of its width, and is
 * also kept as the page of the present step, for a front end that shows the lesson as a pane and not
 * as a stream (page.h). A status is not part of the page: it is asked for when the page is.
 */
#include "lab/translate.h"
#include "lesson/flow.h"
#include "lesson/marks.h"
#include "lesson/running.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A step has some ten pieces; a reader who answers a thousand times wrong has no need of them all. */
#define PIECES 500u

void log_clear(struct lesson_run *r)
{
	log_cut(r, 0);
}

void log_cut(struct lesson_run *r, unsigned n)
{
	while (r->nr_said > n)
		free(r->said[--r->nr_said].text);
	if (r->own > n)
		r->own = n;
}

void log_forget(struct lesson_run *r, enum say_kind kind)
{
	unsigned to = r->own;

	for (unsigned i = r->own; i < r->nr_said; i++)
		if (r->said[i].kind == kind)
			free(r->said[i].text);
		else
			r->said[to++] = r->said[i];
	if (r->own <= r->nr_said)
		r->nr_said = to;
}

void log_keep(struct lesson_run *r, enum say_kind kind, const char *marked)
{
	struct piece *grown;

	if (kind == SAY_STATUS || kind == SAY_NOW || r->nr_said == PIECES)
		return;
	grown = reallocarray(r->said, r->nr_said + 1, sizeof *grown);
	if (!grown)
		return;
	r->said = grown;
	r->said[r->nr_said] = (struct piece){ kind, strdup(marked) };
	r->nr_said += r->said[r->nr_said].text != NULL;
}

bool say_is_verbatim(enum say_kind kind)
{
	return kind == SAY_CODE || kind == SAY_COMMAND || kind == SAY_REPLY ||
	       kind == SAY_STATUS || kind == SAY_NOW || kind == SAY_SUMMARY || kind == SAY_PROBLEM;
}

void run_speak(void *ctx, enum say_kind kind, const char *marked)
{
	struct lesson_run *r = ctx;
	char *set;

	if (r->mute)
		return;
	log_keep(r, kind, marked);
	if (r->ear.marked || say_is_verbatim(kind)) {
		r->ear.say(r->ear.ctx, kind, marked);
		return;
	}
	set = marks_set(marked, r->width, false);
	if (set)
		r->ear.say(r->ear.ctx, kind, set);
	free(set);
}

void run_say(struct lesson_run *r, enum say_kind kind, const char *format, ...)
{
	va_list ap;
	char *text;
	int n;

	va_start(ap, format);
	n = vasprintf(&text, gettext(format), ap);
	va_end(ap);
	if (n < 0)
		return;
	run_speak(r, kind, text);
	free(text);
}

/* A fault is the author's, never the reader's: it is said with the place in the file, and the lesson
 * goes on as well as it can, because a class cannot wait for a corrected file. */
void run_fault(struct lesson_run *r, unsigned line, const char *text)
{
	r->faults++;
	if (r->ear.fault)
		r->ear.fault(r->ear.ctx, line, text);
	else
		run_say(r, SAY_PROBLEM, "%s:%u: %s", r->lesson->file, line, text);
}

/* The place that a message names is of the same file: it is not said twice. */
void run_complaint(const struct lesson_run *r, const struct reply *reply, char *buf, size_t size)
{
	const char *text = reply->message, *place = r->lesson->file;
	size_t n = strlen(place);

	if (!strncmp(text, place, n) && text[n] == ':' && strstr(text + n, ": "))
		text = strstr(text + n, ": ") + 2;
	snprintf(buf, size, "`%.60s` fails: %.*s", reply->command ? reply->command : "",
	         (int)strcspn(text, "\n"), text);
}

void run_fault_of(struct lesson_run *r, unsigned line, const struct reply *reply)
{
	char text[300];

	run_complaint(r, reply, text, sizeof text);
	run_fault(r, line, text);
}

void run_say_text(struct lesson_run *r, enum say_kind kind, const char *first, const char *text)
{
	const struct part *part = run_part(r);
	struct inline_scope scope = run_scope(r);
	struct message m;
	char *expanded = inline_expand(text, &scope, &m);
	char *marked = expanded ? marks_from_text(expanded) : NULL;

	if (marked && *first)
		run_say(r, kind, "%s%c%s", first, MARK_HANG, marked);
	else if (marked)
		run_speak(r, kind, marked);
	if (*m.text)
		run_fault(r, part ? part->line : 0, m.text);
	free(marked);
	free(expanded);
}
