/*
 * The answer below the views, and the lesson's pane: what the last line brought. A short answer
 * stays in its rows; a long one opens upwards over the views, until Esc or the next line. What a
 * lesson says goes into its pane, which likewise takes more rows for as long as it is being read;
 * on a screen without room for that pane it is an answer like others.
 */
#include "front/curses_front.h"

#include "command/script.h"
#include "front/say.h"
#include "lesson/marks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the screen is laid out in. */
static int rows(const struct curses_front *f)
{
	return screen_rows(&f->grid, &f->screen);
}

static int cols(const struct curses_front *f)
{
	return screen_cols(&f->grid, &f->screen);
}

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

/* What happened up to here is old. */
static void remember(struct curses_front *f)
{
	const struct world *w = session_world(desk_session(f->desk));

	f->since_before = f->shown_since;
	f->then_before = f->shown_then;
	f->shown_since = w ? w->machine.log.n : 0;
	f->shown_then = w ? moment_of(w) : (struct moment){ 0 };
	f->layout_before = w ? w->kernel.layout : (struct layout){ 0 };
}

/* A line in which nothing happened (another view, a question) makes nothing old: what the one before it
 * did is what one wants to look at. */
static void remember_better(struct curses_front *f)
{
	const struct world *w = session_world(desk_session(f->desk));

	if (!w || w->machine.log.n != f->shown_since)
		return;
	f->shown_since = f->since_before;
	f->shown_then = f->then_before;
}

void answer_begin(struct curses_front *f, const char *command)
{
	/* The new one may be a part of what is about to go. */
	char *copy = strdup(command);

	if (!copy)
		abort();
	free(f->command);
	f->command = copy;
	f->screen.command = *f->command ? f->command : NULL;
	f->answer_old = true;
	reading_acted(&f->lesson);
	f->screen.lesson_open = false;
	f->screen.lesson_scroll = 0;
	f->play.skip = false;
	remember(f);
}

/* Who pastes ten lines wants to know what became of each: an answer that only the last one gives would
 * hide the one that failed. */
void answer_begin_pasted(struct curses_front *f, const char *command)
{
	char line[200];

	answer_begin(f, command);
	f->answer_old = !f->pasted++;
	snprintf(line, sizeof(line), "> %.190s", command);
	answer_add(f, line, false);
}

/* The old answer makes room. */
static void clear(struct curses_front *f)
{
	if (!f->answer_old)
		return;
	empty(&f->answer);
	f->answer_old = f->answer_lent = false;
	f->screen.answer = NULL;
	f->screen.nr_refusals = 0;
	f->screen.scroll = 0;
	f->screen.open = true;
}

void answer_add(struct curses_front *f, const char *text, bool failed)
{
	size_t from;

	clear(f);
	if (!*text)
		return;
	from = f->answer.size + (f->answer.size > 0); /* behind the end of the line before it */
	append(&f->answer, text);
	f->screen.answer = f->answer.text;
	if (!failed || f->screen.nr_refusals == REFUSALS_MAX)
		return;
	f->screen.refusal[f->screen.nr_refusals].from = from;
	f->screen.refusal[f->screen.nr_refusals++].to = f->answer.size;
}

void answer_done(struct curses_front *f)
{
	remember_better(f);
	clear(f);
}

void answer_end(struct curses_front *f)
{
	free(f->command);
	empty(&f->answer);
	reading_release(&f->lesson);
}

/* The last page is a full one. */
static void clamp_scroll(struct curses_front *f)
{
	int lines = screen_answer_lines(&f->screen, cols(f));
	int room = screen_answer_room(&f->screen, rows(f), cols(f));
	int most = lines > room ? lines - room : 0;

	if (f->screen.scroll > most)
		f->screen.scroll = most;
	if (f->screen.scroll < 0)
		f->screen.scroll = 0;
}

void answer_scroll(struct curses_front *f, int lines)
{
	f->screen.scroll += lines;
	clamp_scroll(f);
}

static struct lesson_window window(const struct curses_front *f)
{
	return screen_lesson_window(&f->screen, rows(f), cols(f));
}

void lesson_scroll(struct curses_front *f, int lines)
{
	struct lesson_window w = window(f);
	int wanted = w.above + lines;

	if (wanted > w.lines - w.shown)
		wanted = w.lines - w.shown;
	f->screen.lesson_scroll += (wanted < 0 ? 0 : wanted) - w.above;
}

/* The newest event is at the bottom: up is back in time. */
void pane_scroll(struct curses_front *f, unsigned pane, int lines)
{
	struct pane *p = &f->screen.panes.pane[pane];
	struct area a = screen_pane_area(&f->grid, &f->screen, pane);
	struct view_state v = f->screen.view;
	int most, scroll;

	if (!v.world || !p->choice.ops->wants || a.rows < 2)
		return;
	v.choice = &p->choice;
	if (p->choice.ops == &events_view)
		lines = -lines;
	most = p->choice.ops->wants(&v, a.cols) - (a.rows - 1);
	scroll = (int)p->scroll + lines;
	p->scroll = scroll < 0 || most < 0 ? 0 : scroll > most ? (unsigned)most : (unsigned)scroll;
}

/* A page of the lesson, with a line of the old one left for the eye. */
static void lesson_page(struct curses_front *f, int direction)
{
	int shown = window(f).shown;

	lesson_scroll(f, direction * (shown > 1 ? shown - 1 : 1));
}

static void pane_page(struct curses_front *f, int direction)
{
	unsigned chosen = f->screen.panes.chosen;
	int lines = screen_pane_area(&f->grid, &f->screen, chosen).rows - 2;

	pane_scroll(f, chosen, direction * (lines > 1 ? lines : 1));
}

static bool is_long(const struct curses_front *f)
{
	return screen_answer_long(&f->screen, rows(f), cols(f));
}

void answer_page(struct curses_front *f, int direction)
{
	struct lesson_window w = window(f);

	if (is_long(f)) {
		if (f->screen.open)
			answer_scroll(f, direction *
			                 (screen_answer_room(&f->screen, rows(f), cols(f)) - 1));
		f->screen.open = true;
	} else if (f->screen.focus != FOCUS_PANE && w.lines > w.shown) {
		lesson_page(f, direction);
	} else {
		pane_page(f, direction);
	}
}

/* Whether lines of an open answer, or of what the lesson said, are still below. */
static bool answer_is_cut(const struct curses_front *f)
{
	const struct screen *s = &f->screen;

	return s->open && is_long(f) && s->scroll + screen_answer_room(s, rows(f), cols(f)) <
	                                screen_answer_lines(s, cols(f));
}

static bool lesson_is_cut(const struct curses_front *f)
{
	struct lesson_window w = window(f);

	return f->screen.lesson_open && w.above + w.shown < w.lines;
}

/* A task or question that is done says that Enter goes on: it does, although the answer to what its reader
 * typed himself may be longer. PgDn is there for who wants to see that. */
static bool step_is_done(const struct curses_front *f)
{
	const struct lesson_run *run = desk_lesson(f->desk);
	struct lesson_step step;

	return run && lesson_run_wants(run) == LESSON_NEXT &&
	       lesson_run_step(run, lesson_run_at(run) - 1, &step) && step.state >= STEP_SKIPPED &&
	       (!strcmp(step.kind, "task") || !strcmp(step.kind, "predict"));
}

bool answer_goes_on(const struct curses_front *f)
{
	return (answer_is_cut(f) && !step_is_done(f)) || lesson_is_cut(f);
}

/* First the answer, which came first; when it has been read, its rows are the lesson's. */
void answer_go_on(struct curses_front *f)
{
	if (answer_is_cut(f) && !step_is_done(f)) {
		answer_page(f, 1);
	} else if (f->screen.open && is_long(f)) {
		f->screen.open = false;
		f->screen.scroll = 0;
	} else {
		lesson_page(f, 1);
	}
}

bool answer_fold(struct curses_front *f)
{
	bool was_open = screen_hides_views(&f->screen, rows(f), cols(f));

	f->screen.lesson_open = false;
	f->screen.lesson_scroll = 0;
	if (!f->screen.open || !is_long(f))
		return was_open;
	f->screen.open = false;
	f->screen.scroll = 0;
	return true;
}

/* As plain mode prints it. The caller frees it. */
static char *said(const struct curses_front *f, enum say_kind kind, const char *text)
{
	char *set = say_is_verbatim(kind) ? strdup(text) : marks_set(text, f->lesson_width, false);
	char *lines = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&lines, &size);

	if (!file || !set)
		abort();
	say_lines(file, kind, set);
	fclose(file);
	free(set);
	if (size && lines[size - 1] == '\n')
		lines[size - 1] = '\0';
	return lines;
}

/* Where there is no room for a pane. */
static void say_as_answer(struct curses_front *f, enum say_kind kind, const char *text)
{
	char *lines = said(f, kind, text);
	bool status = kind == SAY_STATUS || kind == SAY_NOW;

	if (status && f->answer_old && f->answer.text && strstr(f->answer.text, lines)) {
		/* It stands there already, with what it speaks of. */
		f->answer_old = false;
	} else {
		/* No air above the first. */
		clear(f);
		answer_add(f, lines + (!f->answer.size && lines[0] == '\n'), false);
	}
	free(lines);
}

void answer_fit(struct curses_front *f)
{
	const struct reading *r = f->screen.lesson;
	bool has_pane = screen_lesson_cols(rows(f), cols(f));

	if (f->answer_lent) {
		f->answer_old = true;
		clear(f);
	}
	if (!r || f->answer.size || has_pane)
		return;
	for (unsigned i = r->asked; i < r->n; i++)
		say_as_answer(f, r->piece[i].kind, r->piece[i].text);
	f->answer_lent = f->screen.open = true;
}

/* After Enter alone a lesson asks again, and a command of its own is said once more when it runs; what
 * the reader still has before him is not said twice, but its pane opens for it. */
static bool stands_there(const struct curses_front *f, enum say_kind kind, const char *text)
{
	return f->lesson.acted && f->command && (kind == SAY_COMMAND || !*f->command) &&
	       reading_has(&f->lesson, kind, text);
}

/* Beside or below the views when there is room, so that they and what commands answer can be seen
 * with it; else as an answer, but kept for the pane of a larger window. */
void answer_say(void *ctx, enum say_kind kind, const char *text)
{
	struct curses_front *f = ctx;

	if (!screen_lesson_cols(rows(f), cols(f)))
		say_as_answer(f, kind, text);
	if (!stands_there(f, kind, text))
		reading_add(&f->lesson, kind, text);
	f->screen.lesson = &f->lesson;
	f->screen.lesson_open = true;
	f->screen.lesson_scroll = 0;
}

/* First the steps, then the words: the answer would give away what is about to be seen. While they are
 * played the views have the room, and the rule names the command, if a lesson gave it. */
void answer_reply(void *ctx, const struct reply *r)
{
	struct curses_front *f = ctx;
	const char *command = f->screen.command;
	bool open = f->screen.lesson_open;

	f->screen.lesson_open = false;
	if (!command)
		f->screen.command = r->command;
	animate_reply(f, r);
	f->screen.command = command;
	f->screen.lesson_open = open;
	answer_add(f, r->message, status_failed(r->status));
}
