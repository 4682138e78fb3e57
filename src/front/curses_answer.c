/*
 * The answer below the views: what the last line brought, replies and what a lesson says. A short
 * one stays in its rows; a long one opens upwards over the views, until Esc or the next line.
 */
#include "front/curses_front.h"

#include "command/script.h"
#include "front/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LESSON_KEPT 20000 /* bytes */

static void empty(struct shown_text *t)
{
	free(t->text);
	*t = (struct shown_text){ 0 };
}

/* Adds a line. */
static void append(struct shown_text *t, const char *text)
{
	size_t n = strlen(text), at = t->size;
	char *all = realloc(t->text, at + n + 2);

	if (!all)
		abort();
	if (at)
		all[at++] = '\n';
	memcpy(all + at, text, n + 1);
	t->text = all;
	t->size = at + n;
}

void answer_begin(struct curses_front *f, const char *command)
{
	free(f->command);
	f->command = strdup(command);
	f->screen.command = *f->command ? f->command : NULL;
	f->answer_old = true;
}

/* The old answer makes room. */
static void clear(struct curses_front *f)
{
	if (!f->answer_old)
		return;
	empty(&f->answer);
	f->answer_old = false;
	f->screen.answer = NULL;
	f->screen.failed = false;
	f->screen.scroll = 0;
	f->screen.open = true;
}

void answer_add(struct curses_front *f, const char *text, bool failed)
{
	clear(f);
	if (!*text)
		return;
	append(&f->answer, text);
	f->screen.answer = f->answer.text;
	f->screen.failed = failed;
}

void answer_done(struct curses_front *f)
{
	clear(f);
}

void answer_end(struct curses_front *f)
{
	free(f->command);
	empty(&f->answer);
	empty(&f->lesson);
}

/* The last page is a full one. */
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

/* Without a long answer the view's own list is turned, if it is one. */
static void page_view(struct curses_front *f, int direction)
{
	struct view_state *v = &f->screen.view;
	int rows = f->grid.rows / 2, most, scroll;

	if (!v->world || !f->screen.shown->wants)
		return;
	most = f->screen.shown->wants(v, f->grid.cols) - rows;
	scroll = (int)v->scroll + direction * rows;
	v->scroll = scroll < 0 || most < 0 ? 0 : scroll > most ? (unsigned)most : (unsigned)scroll;
}

void answer_page(struct curses_front *f, int direction)
{
	if (!screen_answer_long(&f->screen, f->grid.rows, f->grid.cols)) {
		/* The newest event is at the bottom: up is back in time. */
		page_view(f, f->screen.shown == &events_view ? -direction : direction);
		return;
	}
	if (!f->screen.open) {
		f->screen.open = true;
		return;
	}
	f->screen.scroll += direction * (screen_answer_room(f->grid.rows, f->grid.cols) - 1);
	clamp_scroll(f);
}

bool answer_goes_on(const struct curses_front *f)
{
	return f->screen.open &&
	       screen_answer_long(&f->screen, f->grid.rows, f->grid.cols) &&
	       f->screen.scroll + screen_answer_room(f->grid.rows, f->grid.cols) <
	       screen_answer_lines(&f->screen, f->grid.cols);
}

bool answer_fold(struct curses_front *f)
{
	if (!f->screen.open || !screen_answer_long(&f->screen, f->grid.rows, f->grid.cols))
		return false;
	f->screen.open = false;
	f->screen.scroll = 0;
	return true;
}

/* As plain mode prints it. The caller frees it. */
static char *said(enum say_kind kind, const char *text)
{
	char *lines = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&lines, &size);

	if (!file)
		abort();
	say_lines(file, kind, text);
	fclose(file);
	if (size && lines[size - 1] == '\n')
		lines[size - 1] = '\0';
	return lines;
}

/* A lesson's own column holds a good deal of what it said, the newest last. */
static void trim(struct shown_text *t)
{
	char *line = t->size > LESSON_KEPT ? strchr(t->text + t->size / 2, '\n') : NULL;

	if (!line)
		return;
	t->size -= (size_t)(line + 1 - t->text);
	memmove(t->text, line + 1, t->size + 1);
}

/* In a column of its own when there is one, so that the views and what commands answer can be seen
 * beside it; else as an answer. */
void answer_say(void *ctx, enum say_kind kind, const char *text)
{
	struct curses_front *f = ctx;
	char *lines = said(kind, text);

	if (screen_lesson_cols(f->grid.cols)) {
		append(&f->lesson, lines);
		trim(&f->lesson);
		f->screen.lesson = f->lesson.text;
	} else if (kind == SAY_STATUS && f->answer_old && f->answer.text &&
	           strstr(f->answer.text, lines)) {
		/* It stands there already, with what it speaks of. */
		f->answer_old = false;
	} else {
		/* No air above the first. */
		clear(f);
		answer_add(f, lines + (!f->answer.size && lines[0] == '\n'), false);
	}
	free(lines);
}

/* First the steps, then the words: the answer would give away what is about to be seen. */
void answer_reply(void *ctx, const struct reply *r)
{
	struct curses_front *f = ctx;

	animate_reply(f, r);
	answer_add(f, r->message, status_failed(r->status));
}
