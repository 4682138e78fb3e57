/*
 * Commands that run in a lesson, whoever gives them, and the names that a lesson keeps.
 *
 * A boot forgets all names, as it must: p0 was a page of the old machine. What a lesson has computed
 * (`let: before = max_low_pfn`) and its variants are numbers of the lesson and not of the machine,
 * so they are bound again on the new one.
 */
#include "lesson/running.h"

#include <stdlib.h>
#include <string.h>

/* --- names ------------------------------------------------------------------------------------ */

static void bind(struct lesson_run *r, const struct kept_name *name)
{
	struct message m;

	if (!session_bind(r->s, name->name, name->value, &m))
		run_fault(r, lesson_run_file_line(r), m.text);
}

void names_keep(struct lesson_run *r, const char *name, struct value v)
{
	struct value known = session_lookup(r->s, name);
	unsigned i = 0;

	while (i < r->nr_names && strcmp(r->name[i].name, name) != 0)
		i++;
	if (i == LESSON_NAMES || strlen(name) >= sizeof r->name[i].name) {
		run_fault(r, lesson_run_file_line(r), "these are too many names, or too long ones");
		return;
	}
	strcpy(r->name[i].name, name);
	r->name[i].value = v;
	r->nr_names += i == r->nr_names;
	if (known.kind != v.kind || known.n != v.n) /* else binding would begin another branch */
		bind(r, &r->name[i]);
}

void names_begin(struct lesson_run *r)
{
	r->nr_names = 0;
	for (unsigned i = 0; i < r->variants.n; i++)
		if (r->variants.v[i].is_number)
			names_keep(r, r->variants.v[i].name,
			           (struct value){ VALUE_NUMBER, r->variants.v[i].number });
}

/* On a machine that was booted just now; one that was booted earlier has them. */
static void names_restore(struct lesson_run *r)
{
	if (session_position(r->s) || session_end(r->s))
		return;
	for (unsigned i = 0; i < r->nr_names; i++)
		if (session_lookup(r->s, r->name[i].name).kind == VALUE_NONE)
			bind(r, &r->name[i]);
}

/* --- commands --------------------------------------------------------------------------------- */

/* A command in the lesson's name is shown and run with its values in it. What cannot be computed
 * yet stays as it is, for the reader to see what will be put there. */
char *run_command_text(const struct lesson_run *r, const char *text)
{
	struct inline_scope scope = run_scope(r);
	struct message m;
	char *expanded = inline_expand(text, &scope, &m);

	if (!*m.text)
		return expanded;
	free(expanded);
	return strdup(text);
}

/* Every answer comes by here. */
static void heard(void *ctx, const struct reply *reply)
{
	struct lesson_run *r = ctx;

	names_restore(r);
	if (r->fn)
		r->fn(r->fn_ctx, reply);
	if (r->readers)
		task_notice(r);
}

/* A line to the interpreter; `readers`: the goals are looked at after each of its commands. */
static enum status give(struct lesson_run *r, bool readers, const char *name, unsigned number,
                        const char *text, reply_fn *fn, void *ctx)
{
	enum status s;

	r->fn = fn;
	r->fn_ctx = ctx;
	r->readers = readers;
	s = interp_line(r->in, name, number, text, heard, r);
	r->fn = NULL;
	r->readers = false;
	return s;
}

enum status run_typed(struct lesson_run *r, const char *name, unsigned number, const char *text,
                      reply_fn *fn, void *ctx)
{
	return give(r, true, name, number, text, fn, ctx);
}

/* The author's lines, up to one that fails. */
static enum status give_lines(struct lesson_run *r, bool readers, const char *lines, unsigned line,
                              reply_fn *fn, void *ctx)
{
	struct source_line l = { NULL, 0, 0 };
	enum status worst = STATUS_OK;

	interp_restrict(r->in, true);
	while (source_next(lines, &l) && worst != STATUS_ERROR && worst != STATUS_OOPS) {
		char *raw = strndup(l.start, l.size), *text = raw ? run_command_text(r, raw) : NULL;
		enum status s = text ? give(r, readers, r->lesson->file, line + l.number - 1, text,
		                            fn, ctx) : STATUS_ERROR;

		worst = s > worst ? s : worst;
		free(text);
		free(raw);
	}
	interp_restrict(r->in, false);
	return worst;
}

enum status run_lines(struct lesson_run *r, const char *lines, unsigned line, reply_fn *fn,
                      void *ctx)
{
	return give_lines(r, false, lines, line, fn, ctx);
}

enum status lesson_run_try(struct lesson_run *r, const char *lines, reply_fn *fn, void *ctx)
{
	return give_lines(r, true, lines, lesson_run_file_line(r), fn, ctx);
}
