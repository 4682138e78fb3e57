/*
 * The lint: first what can be seen in the text, once; then the lesson is played, on each kernel that
 * it names and with each value of its variants, each time in a session of its own, so that nothing
 * of one can leak into the verdict on another.
 */
#include "lesson/lint.h"

#include "lesson/linting.h"

#include <stdio.h>
#include <string.h>

/* So many rounds on one kernel: a range of 3..9 is tried whole, one of 1..64 in part. */
#define ROUNDS 12u

/* The variants, if there are any: "with kernel 6.1 and n = 3: ". */
static size_t circumstances(const struct lint *lint, char *buf, size_t size)
{
	size_t n = 0;

	buf[0] = '\0';
	if (lint->run && lint->l->nr_kernels > 1)
		n += (size_t)snprintf(buf, size, "kernel %s", lint->kernel);
	for (unsigned i = 0; lint->run && i < lint->run->variants.n && n < size; i++)
		n += (size_t)snprintf(buf + n, size - n, "%s%s = %s", n ? ", " : "",
		                      lint->run->variants.v[i].name,
		                      lint->run->variants.v[i].text);
	return n;
}

void lint_complain(const struct lint *lint, unsigned line, unsigned column, const char *text)
{
	char with[400];

	if (problems_has(lint->p, line, column, text))
		return;
	if (circumstances(lint, with, sizeof with))
		problem(lint->p, line, column, "with %s: %s", with, text);
	else
		problem(lint->p, line, column, "%s", text);
}

static void hear_fault(void *ctx, unsigned line, const char *text)
{
	lint_complain(ctx, line, 1, text);
}

static void say_nothing(void *ctx, enum say_kind kind, const char *text)
{
	(void)ctx;
	(void)kind;
	(void)text;
}

/* --- rounds ----------------------------------------------------------------------------------- */

static void lint_round(struct lint *lint, unsigned round)
{
	struct lesson_ear ear = { .say = say_nothing, .ctx = lint, .fault = hear_fault };
	struct session *s = session_new();
	struct interp *in = s ? interp_new(s) : NULL;
	struct message m;

	lint->run = in ? lesson_run_new(lint->l, in, &ear) : NULL;
	if (lint->run)
		run_take_variants(lint->run, round);
	if (lint->run && !lesson_run_start(lint->run, lint->kernel, &m))
		lint_complain(lint, 1, 1, m.text);
	else if (lint->run) {
		lint_lengths(lint);
		lint_play(lint);
	}
	lesson_run_free(lint->run);
	lint->run = NULL;
	if (in)
		interp_free(in);
	if (s)
		session_free(s);
}

static unsigned rounds(const struct lesson *l)
{
	unsigned n = 1;

	for (unsigned i = 0; i < l->nr_vary; i++)
		n = l->vary[i].n > n ? l->vary[i].n : n;
	return n < ROUNDS ? n : ROUNDS;
}

bool lesson_lint(const char *path, lint_view_fn *view, struct problems *p)
{
	size_t before = problems_count(p);
	struct lesson *l = lesson_read(path, p);
	struct lint lint = { .l = l, .path = path, .p = p, .view = view };

	if (!l)
		return false;
	lint_text(&lint);
	lint_shelf(&lint);
	for (unsigned i = 0; i < l->nr_kernels; i++) {
		lint.kernel = l->kernel[i];
		for (unsigned round = 0; round < rounds(l); round++)
			lint_round(&lint, round);
	}
	lesson_free(l);
	return problems_count(p) == before;
}
