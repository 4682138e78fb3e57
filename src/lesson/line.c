/*
 * What a reader types inside a lesson: nothing (go on), a word for the lesson, an answer, or
 * commands. The lesson's words are plain ones, and only alone on their line: `back` is the
 * lesson's, `back 5` is the timeline's.
 */
#include "lesson/running.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	void (*run)(struct lesson_run *r);
} verbs[] = {
	{ "next", lesson_run_next },   { "back", lesson_run_back },
	{ "hint", lesson_run_hint },   { "check", lesson_run_check },
	{ "skip", lesson_run_skip },   { "restart", lesson_run_restart },
	{ "status", lesson_run_status },
};

bool lesson_run_do(struct lesson_run *r, const char *verb)
{
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (!strcmp(verbs[i].name, verb)) {
			verbs[i].run(r);
			return true;
		}
	return false;
}

/* One solution, or what the author wrote on several lines that only together are one: they are typed
 * until the goal is reached. */
static void task_solve(struct lesson_run *r, reply_fn *fn, void *ctx)
{
	const char *lines;

	for (unsigned i = 0; r->wants == LESSON_GOAL && (lines = lesson_run_solution(r, true, i)); i++) {
		char *text = run_command_text(r, lines);

		run_say(r, SAY_COMMAND, "%s", text ? text : "");
		free(text);
		lesson_run_try(r, lines, fn, ctx);
	}
}

/* Used by the lint, by `lesson run --solve` and by tests: the same doors that readers go through. */
bool lesson_run_solve(struct lesson_run *r, reply_fn *fn, void *ctx)
{
	enum lesson_wants wants = r->wants;
	char answer[80];

	if (wants == LESSON_NEXT) {
		unsigned at = r->at;

		lesson_run_next(r);
		return r->at != at;
	}
	if (wants == LESSON_ANSWER && lesson_run_right_answer(r, answer, sizeof answer)) {
		run_say(r, SAY_COMMAND, "%s", answer);
		lesson_run_answer(r, answer);
	} else if (wants == LESSON_GOAL) {
		task_solve(r, fn, ctx);
	}
	return r->wants == LESSON_NEXT;
}

/* The line without blanks at its ends, NULL when memory is out. */
static char *trimmed(const char *text)
{
	size_t n;

	text += strspn(text, " \t");
	for (n = strlen(text); n && isspace((unsigned char)text[n - 1]);)
		n--;
	return strndup(text, n);
}

/* The lesson's words come first, then answers, then commands: a choice called `kmap` would be an
 * answer here, which is what its author must have meant. */
enum status lesson_run_line(struct lesson_run *r, const char *name, unsigned number,
                            const char *text, reply_fn *fn, void *ctx)
{
	char *word = trimmed(text);
	enum status s = STATUS_OK;

	if (!word)
		return STATUS_ERROR;
	if (!*word)
		lesson_run_next(r);
	else if (!lesson_run_do(r, word) && !lesson_run_answer(r, word))
		s = run_typed(r, name, number, text, fn, ctx);
	free(word);
	return s;
}
