/*
 * A lesson being played by a test: what the run says is collected as text, each piece behind the letter
 * of its kind.
 */
#ifndef KMAPLAB_TESTS_LESSON_PLAY_H
#define KMAPLAB_TESTS_LESSON_PLAY_H

#include "lesson_suite.h"

#include "lab/expr.h"
#include "lesson/run.h"

static const char kind_letters[] = "HpcC>?)T!+-gG...X";
_Static_assert(sizeof kind_letters - 1 == SAY_KINDS, "a letter for each kind of speech");

/* A lesson being played. */
struct play {
	struct lesson *lesson;
	struct session *s;
	struct interp *in;
	struct lesson_run *run;
	struct problems *problems;
	char said[20000];
	size_t n;
};

__attribute__((unused)) static void hear(void *ctx, enum say_kind kind, const char *text)
{
	struct play *p = ctx;

	p->n += (size_t)snprintf(p->said + p->n, sizeof p->said - p->n, "%c %s\n",
	                         kind_letters[kind], text);
	ck_assert_uint_lt(p->n, sizeof p->said);
}

__attribute__((unused)) static void play_new(struct play *p, const char *text)
{
	struct lesson_ear ear = { .say = hear, .ctx = p };

	memset(p, 0, sizeof *p);
	p->problems = problems_new();
	p->lesson = lesson_parse("l", text, strlen(text), p->problems);
	ck_assert_msg(p->lesson != NULL, "%s", problems_text(p->problems, 0));
	p->s = session_new();
	p->in = interp_new(p->s);
	p->run = lesson_run_new(p->lesson, p->in, &ear);
}

__attribute__((unused)) static void play_start(struct play *p, const char *text)
{
	struct message m;

	play_new(p, text);
	ck_assert_msg(lesson_run_start(p->run, NULL, &m), "%s", m.text);
}

__attribute__((unused)) static void play_free(struct play *p)
{
	lesson_run_free(p->run);
	lesson_free(p->lesson);
	interp_free(p->in);
	session_free(p->s);
	problems_free(p->problems);
}

/* Types a line; what is said begins anew. */
__attribute__((unused)) static void type(struct play *p, const char *line)
{
	p->n = 0;
	p->said[0] = '\0';
	lesson_run_line(p->run, NULL, 1, line, NULL, NULL);
}

#define SAYS(p, text) ck_assert_msg(strstr((p)->said, text) != NULL, "said: %s", (p)->said)
#define WANTS(p, what) ck_assert_int_eq(lesson_run_wants((p)->run), what)

__attribute__((unused)) static uint64_t value(const struct play *p, const char *expression)
{
	struct observation o;
	struct message m;

	ck_assert_msg(expr_eval_text(expression, p->s, &o, &m), "%s", m.text);
	return o.n;
}

#endif
