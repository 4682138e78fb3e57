/*
 * What a reader types inside a lesson: nothing (go on), a word for the lesson, an answer, or
 * commands. The lesson's words are plain ones, and only alone on their line: `back` is the
 * lesson's, `back 5` is the timeline's. With `lesson` in front they are the lesson's also where they
 * would mean something else: `lesson goto 3`, and `lesson back` in free play.
 */
#include "lesson/running.h"

#include "machine/conf.h"

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
	{ "status", lesson_run_status }, { "steps", lesson_run_steps },
	{ "pause", lesson_run_pause },   { "resume", lesson_run_resume },
};

/* "goto 3"; false when it is something else. */
static bool go_to_step(struct lesson_run *r, const char *verb)
{
	uint64_t n;

	if (strncmp(verb, "goto", 4) || !isblank((unsigned char)verb[4]) ||
	    !conf_number(verb + 5 + strspn(verb + 5, " \t"), &n))
		return false;
	lesson_run_goto(r, n > LESSON_PARTS ? 0 : (unsigned)n);
	return true;
}

/* What is asked of a lesson ends free play. */
static void leave_free_play(struct lesson_run *r, void (*run)(struct lesson_run *r))
{
	if (r->paused && run != lesson_run_resume && run != lesson_run_pause &&
	    run != lesson_run_status && run != lesson_run_steps)
		lesson_run_resume(r);
}

bool lesson_run_do(struct lesson_run *r, const char *verb)
{
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (!strcmp(verbs[i].name, verb)) {
			leave_free_play(r, verbs[i].run);
			verbs[i].run(r);
			return true;
		}
	return false;
}

const char *lesson_run_verb(unsigned i)
{
	return i < sizeof verbs / sizeof *verbs ? verbs[i].name : NULL;
}

/* Each line of a text that is typed in the reader's place. */
static void tell_typed(const struct lesson_run *r, const char *text)
{
	struct source_line l = { NULL, 0, 0 };

	while (r->ear.typed && source_next(text, &l)) {
		char *line = strndup(l.start, l.size);

		if (line)
			r->ear.typed(r->ear.ctx, line);
		free(line);
	}
}

/* One solution, or what the author wrote on several lines that only together are one: they are typed
 * until the goal is reached. */
static void task_solve(struct lesson_run *r, reply_fn *fn, void *ctx)
{
	const char *lines;

	for (unsigned i = 0; r->wants == LESSON_GOAL && (lines = lesson_run_solution(r, true, i)); i++) {
		char *text = run_command_text(r, lines);

		tell_typed(r, text ? text : "");
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

		tell_typed(r, "next");
		lesson_run_next(r);
		return r->at != at;
	}
	if (wants == LESSON_ANSWER && lesson_run_right_answer(r, answer, sizeof answer)) {
		tell_typed(r, answer);
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

/* What stands behind "lesson ", or NULL. */
static const char *behind_lesson(const char *word)
{
	if (strncmp(word, "lesson", 6) || !isblank((unsigned char)word[6]))
		return NULL;
	return word + 6 + strspn(word + 6, " \t");
}

/* In free play a line is a command, unless it ends free play or names the lesson. */
static bool free_line(struct lesson_run *r, const char *word)
{
	bool ours = !*word || !strcmp(word, "resume") || !strcmp(word, "pause");

	if (ours && *word)
		lesson_run_do(r, word);
	else if (ours)
		lesson_run_status(r);
	return ours;
}

/* The lesson's words come first, then answers, then commands: a choice called `kmap` would be an
 * answer here, which is what its author must have meant. */
static bool lesson_line(struct lesson_run *r, const char *word)
{
	const char *verb = behind_lesson(word);

	if (verb && (go_to_step(r, verb) || lesson_run_do(r, verb)))
		return true;
	if (r->paused)
		return free_line(r, word);
	if (!*word)
		lesson_run_next(r);
	return !*word || lesson_run_do(r, word) || lesson_run_answer(r, word);
}

enum status lesson_run_line(struct lesson_run *r, const char *name, unsigned number,
                            const char *text, reply_fn *fn, void *ctx)
{
	char *word = trimmed(text);
	enum status s = STATUS_OK;

	if (!word)
		return STATUS_ERROR;
	if (!lesson_line(r, word))
		s = run_typed(r, name, number, text, fn, ctx);
	free(word);
	return s;
}
