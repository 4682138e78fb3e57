/*
 * The lesson on the desk: the list of lessons, opening one and closing it, and what it asks of whoever
 * shows things. What its reader reaches goes to the keeper, what he types to the recorder.
 */
#include "front/desk_inside.h"

#include "front/freeze.h"
#include "front/shelf.h"
#include "front/terminal.h"
#include "lab/translate.h"
#include "lesson/marks.h"
#include "machine/conf.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHAPTER 200 /* cells: a title is one line */

/* --- what the command `lesson` asks for ------------------------------------------------------- */

static bool answer(struct reply *r, enum status status, const char *text)
{
	free(r->message);
	r->message = strdup(text);
	if (!r->message)
		abort();
	r->status = status;
	return status == STATUS_OK;
}

/* The menu as an answer. */
static bool list_lessons(const struct desk *d, struct reply *r)
{
	struct shelf shelf;
	char *text;

	shelf_read(&shelf, d->options->lang);
	text = shelf_text(&shelf);
	shelf_release(&shelf);
	answer(r, STATUS_OK, text);
	free(text);
	return true;
}

static bool is_verb(const char *word)
{
	const char *verb;

	for (unsigned i = 0; (verb = lesson_run_verb(i)); i++)
		if (!strcmp(verb, word))
			return true;
	return !strcmp(word, "goto");
}

static bool is_word_to_open(const char *word)
{
	return !strcmp(word, "start") || !strcmp(word, "open") || !strcmp(word, "run");
}

/* The words of the command: `lesson NAME`, or one of the verbs, of which an open lesson would have
 * heard before the interpreter did. */
bool desk_front_lesson(void *ctx, int argc, const char *const *argv, struct reply *r)
{
	struct desk *d = ctx;

	if (argc < 1 || strcmp(argv[0], "lesson") != 0)
		return answer(r, STATUS_ERROR, "no lesson is open; \"lesson NAME\" opens one");
	if (argc < 2 && d->front.choose_lesson) {
		d->front.choose_lesson(d->front.ctx);
		return answer(r, STATUS_OK, "");
	}
	if (argc < 2 || !strcmp(argv[1], "list"))
		return list_lessons(d, r);
	/* Who knows other programs says `lesson start 01`. */
	if (argc > 2 && is_word_to_open(argv[1]))
		argv++;
	if (!d->run && is_verb(argv[1]))
		return answer(r, STATUS_ERROR, "no lesson is open; \"lesson NAME\" opens one");
	if (!d->front.say)
		return answer(r, STATUS_ERROR, "a lesson needs somebody who reads it");
	free(d->pending);
	d->pending = strdup(argv[1]);
	return answer(r, STATUS_OK, "");
}

/* --- opening and closing ---------------------------------------------------------------------- */

/* A heading is a chapter of the film. */
static void mark_film(struct desk *d, const char *text)
{
	char *line = marks_set(text, CHAPTER, false);

	camera_marker(d->camera, line);
	free(line);
}

/* What a lesson says on its way there. */
static void speak(void *ctx, enum say_kind kind, const char *text)
{
	struct desk *d = ctx;

	if (kind == SAY_HEADING)
		mark_film(d, text);
	d->front.say(d->front.ctx, kind, text);
}

void desk_close_lesson(struct desk *d)
{
	if (d->run)
		lesson_run_free(d->run);
	if (d->lesson)
		lesson_free(d->lesson);
	d->run = NULL;
	d->lesson = NULL;
	interp_restrict(d->interp, false);
}

/* The first of its problems is what a reader is told; `lesson lint` tells its author all. */
static struct lesson *read_lesson(const char *path, struct message *m)
{
	struct problems *problems = problems_new();
	struct lesson *lesson = lesson_read(path, problems);

	if (!lesson)
		fail(m, "%s", problems_text(problems, 0));
	problems_free(problems);
	return lesson;
}

/* The next step (from 0) begins: a place in the film to jump to. Its title as far as it is one line, and
 * needs no world to be read. */
static void mark_step(struct desk *d, unsigned step)
{
	struct lesson_step next;
	char label[160];
	size_t n;

	if (!lesson_run_step(d->run, step, &next))
		return;
	n = strcspn(next.title, "\n{");
	if (n > sizeof(label) - 40)
		n = sizeof(label) - 40;
	while (n && ((unsigned char)next.title[n] & 0xc0) == 0x80)
		n--;
	snprintf(label, sizeof(label), "step %u: %.*s", step + 1, (int)n, next.title);
	mark_film(d, label);
}

/* A step was done or skipped. */
static void passed(void *ctx, unsigned step)
{
	struct desk *d = ctx;

	keeper_step(d->keeper, d->run, step);
	mark_step(d, step + 1);
}

/* A `show` block: a screen turns to the view; without one it is printed. */
static void show(void *ctx, const char *name, unsigned cols, unsigned rows)
{
	struct desk *d = ctx;
	struct message m;
	char *text;

	if (d->front.view) {
		d->front.view(d->front.ctx, name, &m);
		return;
	}
	text = freeze_view(name, d->session, interp_cpu(d->interp), cols ? cols : d->width, rows,
	                   d->options->ascii || !locale_is_utf8());
	for (size_t n = text ? strlen(text) : 0; n && text[n - 1] == '\n';)
		text[--n] = '\0';
	if (text)
		d->front.say(d->front.ctx, SAY_CODE, text);
	free(text);
}

/* Who is recorded is told so before anything else. */
static void say_recording(struct desk *d, const struct lesson *lesson)
{
	char text[sizeof(struct message) + 80];
	struct message m;

	if (recorder_choose(d->recorder, lesson_id(lesson), &m))
		snprintf(text, sizeof(text), "%s",
		         _("What you type here is kept; `record-transcript` says where."));
	else
		snprintf(text, sizeof(text), _("No transcript is kept: %s."), m.text);
	if (*m.text)
		d->front.say(d->front.ctx, SAY_STATUS, text);
}

/* The value of an option that is a word of boot, or NULL. */
static const char *boot_word_of(const struct desk *d, const char *key)
{
	const char *value = NULL;
	size_t n = strlen(key);

	for (unsigned i = 0; i < d->options->nr_boot; i++)
		if (!strncmp(d->options->boot[i], key, n) && d->options->boot[i][n] == '=')
			value = d->options->boot[i] + n + 1;
	return value;
}

/* --kernel chooses among the kernels that a lesson is written for; NULL: its first. */
static const char *kernel_for(const struct desk *d, const struct lesson *lesson)
{
	const char *wish = boot_word_of(d, "kernel"), *kernel;

	for (unsigned i = 0; wish && (kernel = lesson_kernel(lesson, i)); i++)
		if (!strcmp(kernel, wish))
			return kernel;
	return NULL;
}

/* --seed draws the numbers of those lessons that vary them. */
static void choose_variants(const struct desk *d, struct lesson_run *run)
{
	const char *wish = boot_word_of(d, "seed");
	uint64_t seed;

	if (wish && conf_number(wish, &seed))
		lesson_run_seed(run, seed);
}

bool desk_open_lesson(struct desk *d, const char *name, struct message *m)
{
	struct lesson_ear ear = { .say = speak, .reply = desk_hear, .ctx = d, .show = show,
		                  .passed = passed, .marked = d->front.marked };
	char path[PATH_MAX];
	struct lesson *lesson;
	struct lesson_run *run;

	if (!shelf_path(name, d->options->lang, path, sizeof(path), m))
		return false;
	lesson = read_lesson(path, m);
	if (!lesson)
		return false;
	run = lesson_run_new(lesson, d->interp, &ear);
	lesson_run_width(run, d->width);
	choose_variants(d, run);
	say_recording(d, lesson);
	if (!lesson_run_start(run, kernel_for(d, lesson), m)) {
		lesson_run_free(run);
		lesson_free(lesson);
		return false;
	}
	desk_close_lesson(d);
	d->run = run;
	d->lesson = lesson;
	recorder_begin(d->recorder, run);
	keeper_begin(d->keeper, run, d->front.say, d->front.ctx);
	return true;
}

/* Where to go from here, unless that has been done. */
void desk_lesson_over(struct desk *d)
{
	const struct shelf_lesson *next;
	struct shelf shelf;
	char text[400];

	keeper_over(d->keeper, d->run);
	shelf_read(&shelf, d->options->lang);
	next = shelf_behind(&shelf, lesson_id(d->lesson));
	if (next && next->state != SHELF_DONE) {
		snprintf(text, sizeof(text), _("The next one, \"%s\": `lesson %s`."), next->title,
		         next->name);
		d->front.say(d->front.ctx, SAY_SUMMARY, text);
	}
	shelf_release(&shelf);
}

struct lesson_run *desk_lesson(const struct desk *d)
{
	return d->run;
}

/* In a transcript that is a jump to that step, since the one who reads it does not know of last time. */
const char *desk_resumed(struct desk *d, const char *text, char *buf, size_t size)
{
	unsigned step = d->run ? keeper_left_at(d->keeper) : 0;

	if (!step || (strcmp(text, "resume") && strcmp(text, "lesson resume")))
		return text;
	keeper_resume(d->keeper, d->run);
	snprintf(buf, size, "lesson goto %u", step);
	return buf;
}
