/*
 * Making a deck is listening to a run. Whatever it says has a kind, and the kind decides whether it
 * begins a page or belongs to the last one. A run says commands twice, when it shows them and when
 * it runs them: only the second time counts here.
 */
#include "lesson/deck.h"

#include "lab/translate.h"
#include "lesson/marks.h"
#include "lesson/running.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ONE_LINE 100000u /* cells */
#define NOBODY UINT32_MAX

struct maker {
	struct deck *deck;
	struct lesson_run *run;
	struct session *s;
	char *heading;
	char view[128];
	unsigned doing;  /* the part that is being run, answered or solved */
	unsigned praise; /* pieces of it that were heard */
	struct message fault;
};

static char *copy(const char *text)
{
	char *to = strdup(text);

	if (!to)
		abort();
	return to;
}

/* --- pages ------------------------------------------------------------------------------------ */

static struct slide *add_slide(struct maker *mk, enum slide_kind kind, const char *text)
{
	struct deck *d = mk->deck;
	struct slide *p = reallocarray(d->slide, d->n + 1, sizeof *p);

	if (!p)
		abort();
	d->slide = p;
	p += d->n++;
	*p = (struct slide){ .kind = kind, .part = mk->run ? mk->run->at : 0, .text = copy(text),
		            .heading = mk->heading ? copy(mk->heading) : NULL };
	memcpy(p->view, mk->view, sizeof p->view);
	p->before = p->after = session_position(mk->s);
	p->before_branch = p->after_branch = session_branch(mk->s);
	return p;
}

static struct slide *last_slide(struct maker *mk)
{
	return mk->deck->n ? &mk->deck->slide[mk->deck->n - 1] : NULL;
}

/* Adds a line to a text. */
static void add_line(char **to, const char *text)
{
	char *joined;

	if (asprintf(&joined, "%s%s%s", *to ? *to : "", *to && **to ? "\n" : "", text) < 0)
		abort();
	free(*to);
	*to = joined;
}

static bool doing(const struct maker *mk)
{
	return mk->run && mk->doing == mk->run->at;
}

/* --- listening -------------------------------------------------------------------------------- */

/* "Right." and "Done, with 2 commands" are for who has worked; the reason is for all. */
static void hear_praise(struct maker *mk, const char *text)
{
	struct slide *p = last_slide(mk);

	if (!mk->praise++)
		return;
	if (p && p->kind == SLIDE_ANSWER && p->part == mk->run->at)
		add_line(&p->text, text);
	else
		add_slide(mk, SLIDE_ANSWER, text);
}

static void hear_say(void *ctx, enum say_kind kind, const char *text)
{
	struct maker *mk = ctx;

	switch (kind) {
	case SAY_HEADING:
		free(mk->heading);
		mk->heading = copy(text);
		break;
	case SAY_PROSE: add_slide(mk, SLIDE_PROSE, text); break;
	case SAY_CODE: add_slide(mk, SLIDE_PROSE, text)->as_it_is = true; break;
	case SAY_QUESTION: add_slide(mk, SLIDE_QUESTION, text); break;
	case SAY_CHOICE: add_line(&last_slide(mk)->text, text); break;
	case SAY_TASK: add_slide(mk, SLIDE_TASK, text); break;
	case SAY_RIGHT: hear_praise(mk, text); break;
	case SAY_COMMAND:
		if (doing(mk) && run_part(mk->run)->kind != PART_PREDICT)
			add_slide(mk, SLIDE_COMMAND, text);
		break;
	default:
		break;
	}
}

static void hear_reply(void *ctx, const struct reply *reply)
{
	struct maker *mk = ctx;
	struct slide *p = last_slide(mk);

	if (!doing(mk) || !p || p->kind != SLIDE_COMMAND)
		return;
	if (*reply->message)
		add_line(&p->reply, reply->message);
	p->after = session_position(mk->s);
	p->after_branch = session_branch(mk->s);
}

static void hear_fault(void *ctx, unsigned line, const char *text)
{
	struct maker *mk = ctx;

	if (!*mk->fault.text)
		fail(&mk->fault, "line %u: %s", line, text);
}

static void hear_show(void *ctx, const char *view, unsigned cols, unsigned rows)
{
	struct maker *mk = ctx;
	struct slide *p = add_slide(mk, SLIDE_SCREEN, "");

	(void)cols;
	(void)rows;
	snprintf(p->view, sizeof p->view, "%s", view);
}

/* A `view` block. Whether there is such a view, who draws it will see. */
static bool hear_view(void *ctx, const char *words, struct message *m)
{
	struct maker *mk = ctx;

	(void)m;
	snprintf(mk->view, sizeof mk->view, "%s", words);
	return true;
}

/* --- playing ---------------------------------------------------------------------------------- */

/* "b) slot 1", or the number. */
static void add_answer(struct maker *mk)
{
	struct slide *p = last_slide(mk);
	char right[80];

	if (!lesson_run_right_answer(mk->run, right, sizeof right - 1))
		return;
	if (p && p->kind == SLIDE_QUESTION && strchr(p->text, '\n')) {
		char *found, *text;

		strcat(right, ")");
		found = strstr(p->text, right);
		while (found && found > p->text && found[-1] != '\n')
			found = strstr(found + 1, right);
		text = found ? strndup(found, strcspn(found, "\n")) : copy(right);
		add_slide(mk, SLIDE_ANSWER, text ? text : right);
		free(text);
		return;
	}
	add_slide(mk, SLIDE_ANSWER, right);
}

/* A block with one command says only its answer when it is run. */
static void add_command(struct maker *mk)
{
	const struct part *part = run_part(mk->run);
	char *line;

	if (part->kind != PART_RUN || part->nr_fields != 1 || mk->run->record[mk->run->at].done)
		return;
	line = run_command_text(mk->run, part->field[0].value);
	add_slide(mk, SLIDE_COMMAND, line ? line : "");
	free(line);
}

static bool play(struct maker *mk, const char *kernel, struct message *m)
{
	if (!lesson_run_start(mk->run, kernel, m))
		return false;
	while (lesson_run_wants(mk->run) != LESSON_OVER && !*mk->fault.text) {
		mk->doing = mk->run->at;
		mk->praise = 0;
		if (lesson_run_wants(mk->run) == LESSON_ANSWER)
			add_answer(mk);
		else if (lesson_run_wants(mk->run) == LESSON_NEXT)
			add_command(mk);
		if (!lesson_run_solve(mk->run, hear_reply, mk) &&
		    lesson_run_wants(mk->run) != LESSON_OVER)
			return fail(m, "line %u: the lesson cannot be played any further",
			            lesson_run_file_line(mk->run));
	}
	return *mk->fault.text ? fail(m, "%s", mk->fault.text) : true;
}

struct deck *deck_new(const struct lesson *l, struct interp *in, const char *kernel,
                      struct message *m)
{
	static const struct front_ops front = { .view = hear_view };
	struct maker mk = { .s = interp_session(in), .doing = NOBODY, .fault = { "" } };
	struct lesson_ear ear = { .say = hear_say, .marked = true, .reply = hear_reply, .ctx = &mk,
		                  .fault = hear_fault, .show = hear_show };
	bool good;

	mk.deck = calloc(1, sizeof *mk.deck);
	mk.run = lesson_run_new(l, in, &ear);
	if (!mk.deck || !mk.run)
		abort();
	mk.deck->lesson = l;
	interp_set_front(in, &front, &mk);
	good = play(&mk, kernel, m);
	interp_set_front(in, NULL, NULL);
	if (good && !mk.deck->n)
		good = fail(m, "there is nothing in this lesson to show");
	lesson_run_free(mk.run);
	free(mk.heading);
	if (good)
		return mk.deck;
	deck_free(mk.deck);
	return NULL;
}

void deck_free(struct deck *d)
{
	if (!d)
		return;
	for (unsigned i = 0; i < d->n; i++) {
		free(d->slide[i].heading);
		free(d->slide[i].text);
		free(d->slide[i].reply);
	}
	free(d->slide);
	free(d);
}

/* --- for who speaks --------------------------------------------------------------------------- */

/* A note in the middle of prose belongs to what follows it, and is wanted before that is there. */
const char *deck_note(const struct deck *d, unsigned page, unsigned i)
{
	const struct lesson *l = d->lesson;
	unsigned part = d->slide[page].part;
	bool prose = d->slide[page].kind == SLIDE_PROSE;

	for (unsigned n = 0; n < l->nr_notes; n++)
		if ((l->note[n].before == part || (prose && l->note[n].before == part + 1)) && !i--)
			return l->note[n].text;
	return NULL;
}

void slide_summary(const struct slide *p, char *buf, size_t size)
{
	static const char *const before[] = {
		[SLIDE_PROSE] = "",       [SLIDE_COMMAND] = "lab> ", [SLIDE_QUESTION] = N_("Question: "),
		[SLIDE_ANSWER] = N_("Answer: "), [SLIDE_TASK] = N_("Task: "),
		[SLIDE_SCREEN] = N_("Screen: "),
	};
	char *plain = marks_set(p->kind == SLIDE_SCREEN ? p->view : p->text, ONE_LINE, false);
	int n = (int)strcspn(plain, "\n");

	snprintf(buf, size, "%s%.*s", *before[p->kind] ? gettext(before[p->kind]) : "", n, plain);
	free(plain);
	/* Cut, it must not end in the middle of a character. */
	for (char *s = buf; *s; s += n) {
		n = (int)message_character(s, strlen(s));
		if (!n)
			*s = '\0';
	}
}
