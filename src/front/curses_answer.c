/*
 * The answer below the views: what the last line brought, replies and what a lesson says. A short
 * one stays in its rows; a long one opens upwards over the views, until Esc or the next line.
 */
#include "front/curses_front.h"

#include "command/script.h"

#include <stdlib.h>
#include <string.h>

void answer_begin(struct curses_front *f, const char *command)
{
	free(f->command);
	free(f->answer);
	f->command = strdup(command);
	f->answer = NULL;
	f->answer_size = 0;
	f->screen.command = f->command;
	f->screen.answer = NULL;
	f->screen.failed = false;
	f->screen.scroll = 0;
	f->screen.open = true;
}

void answer_add(struct curses_front *f, const char *text, bool failed)
{
	size_t n = strlen(text), at = f->answer_size;
	char *answer;

	if (!n)
		return;
	answer = realloc(f->answer, at + n + 2);
	if (!answer)
		abort();
	if (at)
		answer[at++] = '\n';
	memcpy(answer + at, text, n + 1);
	f->answer = answer;
	f->answer_size = at + n;
	f->screen.answer = answer;
	f->screen.failed = failed;
}

static void clamp_scroll(struct curses_front *f)
{
	int lines = screen_answer_lines(&f->screen, f->grid.cols);
	int room = screen_answer_room(f->grid.rows, f->grid.cols);
	int most = lines > room ? lines - room : 0;

	if (f->screen.scroll > most)
		f->screen.scroll = most;
	if (f->screen.scroll < 0)
		f->screen.scroll = 0;
}

void answer_page(struct curses_front *f, int direction)
{
	if (!screen_answer_long(&f->screen, f->grid.rows, f->grid.cols))
		return;
	if (!f->screen.open) {
		f->screen.open = true;
		return;
	}
	f->screen.scroll += direction * (screen_answer_room(f->grid.rows, f->grid.cols) - 1);
	clamp_scroll(f);
}

bool answer_fold(struct curses_front *f)
{
	if (!f->screen.open || !screen_answer_long(&f->screen, f->grid.rows, f->grid.cols))
		return false;
	f->screen.open = false;
	f->screen.scroll = 0;
	return true;
}

void answer_say(void *ctx, enum say_kind kind, const char *text)
{
	struct curses_front *f = ctx;

	/* Air before what begins something. */
	if (f->answer_size && (kind == SAY_HEADING || kind == SAY_TASK || kind == SAY_QUESTION))
		answer_add(f, " ", false);
	answer_add(f, text, kind == SAY_WRONG || kind == SAY_PROBLEM);
}

void answer_reply(void *ctx, const struct reply *r)
{
	struct curses_front *f = ctx;

	animate_reply(f, r);
	answer_add(f, r->message, status_failed(r->status));
}
