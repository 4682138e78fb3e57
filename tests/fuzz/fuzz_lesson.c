/*
 * Any bytes as a lesson: read, and when it can be read, begun and gone through to its end by somebody
 * who only ever says `next` and `skip`.
 */
#include "fuzz.h"

#include "command/interp.h"
#include "lab/session.h"
#include "lesson/lesson.h"
#include "lesson/problems.h"
#include "lesson/run.h"

#include <stdlib.h>
#include <string.h>

const struct fuzz_seeds fuzz_seeds[] = {
	{ .folder = "lessons", .suffix = ".md" }, { .folder = NULL },
};
const unsigned fuzz_runs = 150;

/* The session asks every 4096 steps. */
static bool stop(void *ctx)
{
	return ++*(unsigned *)ctx > 100;
}

static void hear(void *ctx, enum say_kind kind, const char *text)
{
	(void)ctx;
	(void)kind;
	(void)text;
}

static void go_through(const struct lesson *l)
{
	struct session *s = session_new();
	struct interp *in = interp_new(s);
	const struct lesson_ear ear = { .say = hear };
	struct lesson_run *run = lesson_run_new(l, in, &ear);
	unsigned asked = 0;
	struct message m;

	session_set_stop(s, stop, &asked);
	if (lesson_run_start(run, lesson_kernel(l, 0), &m))
		for (unsigned i = 0; i < 60 && lesson_run_wants(run) != LESSON_OVER; i++) {
			lesson_run_hint(run);
			lesson_run_next(run);
			lesson_run_skip(run);
		}
	lesson_run_free(run);
	interp_free(in);
	session_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct problems *p = problems_new();
	char *text = malloc(size + 1);
	struct lesson *l;

	memcpy(text, data, size);
	text[size] = '\0';
	l = lesson_parse("fuzz", text, size, p);
	if (l)
		go_through(l);
	lesson_free(l);
	problems_free(p);
	free(text);
	return 0;
}
