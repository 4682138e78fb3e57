/*
 * Progress as a reader meets it: sentences at the beginning of a lesson, lines in a file as it goes.
 */
#include "front/keeper.h"

#include "lab/translate.h"
#include "lesson/progress_file.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#define STEPS 400u

struct keeper {
	bool said;               /* that nothing can be kept */
	unsigned n, left_at;     /* of the past of the open lesson */
	struct lesson_past past[STEPS];
	say_fn *say;
	void *ctx;
};

struct keeper *keeper_new(void)
{
	struct keeper *k = calloc(1, sizeof(*k));

	if (!k)
		abort();
	return k;
}

void keeper_free(struct keeper *k)
{
	free(k);
}

static void say(const struct keeper *k, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void say(const struct keeper *k, const char *format, ...)
{
	char text[sizeof(struct message) + 300];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	if (k->say)
		k->say(k->ctx, SAY_STATUS, text);
}

static void not_kept(struct keeper *k, const struct message *m)
{
	if (!k->said)
		say(k, _("Your progress is not kept: %s."), m->text);
	k->said = true;
}

/* The step behind the last that was passed; 0 when none was, or the last of all. */
static unsigned first_open(const struct keeper *k, unsigned steps)
{
	unsigned last = 0;

	for (unsigned i = 0; i < k->n; i++)
		if (k->past[i].done || k->past[i].skipped)
			last = i + 1;
	return last && last < steps ? last + 1 : 0;
}

/* What the file says of this lesson. */
static void look_back(struct keeper *k, const char *path, const struct lesson *l)
{
	struct problems *p = problems_new();
	struct progress_book *b = progress_read(path, p);
	char missing[80];

	if (problems_count(p))
		say(k, "%s", problems_text(p, 0));
	if (progress_missing(b, lesson_requires(l), missing, sizeof(missing)))
		say(k, _("This lesson builds on %s, which you have not done yet: `lesson %s` opens "
		         "that."), missing, missing);
	k->n = progress_steps(b, lesson_id(l), lesson_steps(l), k->past, STEPS);
	k->left_at = first_open(k, lesson_steps(l));
	if (k->left_at)
		say(k, _("Last time you came to step %u of %u: `resume` goes there."), k->left_at,
		    lesson_steps(l));
	progress_free(b);
	problems_free(p);
}

void keeper_begin(struct keeper *k, const struct lesson_run *run, say_fn *fn, void *ctx)
{
	char path[PATH_MAX];
	struct message m;

	k->say = fn;
	k->ctx = ctx;
	k->n = k->left_at = 0;
	if (!progress_path(path, sizeof(path), &m)) {
		not_kept(k, &m);
		return;
	}
	look_back(k, path, lesson_run_lesson(run));
	if (!progress_add(path, run, PROGRESS_BEGUN, &m))
		not_kept(k, &m);
}

void keeper_step(struct keeper *k, const struct lesson_run *run, unsigned i)
{
	char path[PATH_MAX];
	struct message m;

	k->left_at = 0;
	if (!progress_path(path, sizeof(path), &m) || !progress_add_step(path, run, i, &m))
		not_kept(k, &m);
}

void keeper_over(struct keeper *k, const struct lesson_run *run)
{
	enum progress what = lesson_run_score(run).skipped ? PROGRESS_BEGUN : PROGRESS_DONE;
	char path[PATH_MAX];
	struct message m;

	if (!progress_path(path, sizeof(path), &m) || !progress_add(path, run, what, &m))
		not_kept(k, &m);
}

unsigned keeper_left_at(const struct keeper *k)
{
	return k->left_at;
}

void keeper_resume(struct keeper *k, struct lesson_run *run)
{
	k->left_at = 0;
	lesson_run_recall(run, k->past, k->n);
}
