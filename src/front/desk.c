/*
 * The desk. A lesson that a command opens is opened when the line is done, because the interpreter
 * is in the middle of it until then; the same with leaving a lesson.
 *
 * save-screen without a screen draws the overview at COLUMNS x LINES, 80x24 unless the environment
 * says otherwise.
 */
#include "front/desk.h"

#include "command/trace.h"
#include "front/recorder.h"
#include "front/save.h"
#include "front/shelf.h"
#include "front/signals.h"
#include "lesson/progress.h"
#include "view/theme.h"
#include "view/view.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct desk {
	const struct options *options;
	struct session *session;
	struct interp *interp;
	struct desk_front front;
	struct lesson *lesson;
	struct lesson_run *run;
	struct view_choice shown; /* by save-screen, where there is no screen */
	unsigned width;
	struct recorder *recorder;
	FILE *trace;
	uint32_t traced; /* events of the log that the trace has */
	char *pending; /* lesson to open when the line is done */
	bool interrupted;
};

/* Asked by the session during a run and between commands: ^C, or the program is to end. */
static bool stop_on_interrupt(void *ctx)
{
	struct desk *d = ctx;

	if (signal_came(SIGNAL_INTERRUPT))
		d->interrupted = true;
	return signal_came(SIGNAL_INTERRUPT) || signal_came(SIGNAL_END);
}

/* --- what commands ask of a front end (struct front_ops) --- */

static bool front_save_screen(void *ctx, const char *path, struct message *m)
{
	struct desk *d = ctx;

	if (d->front.save_screen)
		return d->front.save_screen(d->front.ctx, path, m);
	return save_view(path, &d->shown, d->session, interp_cpu(d->interp), d->options->ascii,
	                 setting_get(d->interp, "theme"), m);
}

static bool front_view(void *ctx, const char *name, struct message *m)
{
	struct desk *d = ctx;

	if (d->front.view)
		return d->front.view(d->front.ctx, name, m);
	return view_choose(&d->shown, name, m);
}

static bool front_zoom(void *ctx, struct message *m)
{
	struct desk *d = ctx;

	return d->front.zoom ? d->front.zoom(d->front.ctx, m) :
	                       fail(m, "there are no panes here: nothing is drawn");
}

static bool front_theme(void *ctx, const char *name, struct message *m)
{
	struct theme theme;

	(void)ctx;
	return theme_read(&theme, name, m);
}

static void front_themes(void *ctx, char *names, size_t size)
{
	(void)ctx;
	theme_names(names, size);
}

static const char *front_view_name(void *ctx, unsigned i)
{
	(void)ctx;
	return i < nr_views ? views[i]->name : NULL;
}

static const char *front_view_doc(void *ctx, unsigned i)
{
	(void)ctx;
	return i < nr_views ? views[i]->doc : NULL;
}

static bool answer(struct reply *r, enum status status, const char *text)
{
	free(r->message);
	r->message = strdup(text);
	if (!r->message)
		abort();
	r->status = status;
	return status == STATUS_OK;
}

/* The words of the command: `lesson NAME`, or one of the verbs, of which an open lesson would have
 * heard before the interpreter did. */
static bool front_lesson(void *ctx, int argc, const char *const *argv, struct reply *r)
{
	struct desk *d = ctx;

	if (argc < 1 || strcmp(argv[0], "lesson") != 0)
		return answer(r, STATUS_ERROR, "no lesson is open; \"lesson NAME\" opens one");
	if (argc < 2)
		return answer(r, STATUS_ERROR, "which lesson? \"lesson NAME\" opens one");
	if (!d->front.say)
		return answer(r, STATUS_ERROR, "a lesson needs somebody who reads it");
	free(d->pending);
	d->pending = strdup(argv[1]);
	return answer(r, STATUS_OK, "");
}

static bool front_record(void *ctx, const char *what, struct message *m)
{
	struct desk *d = ctx;

	return recorder_command(d->recorder, what, m);
}

/* --- life ------------------------------------------------------------------------------------- */

/* Options that are settings, too. */
static bool apply_settings(struct desk *d, const struct options *o, struct message *m)
{
	if (o->theme && !setting_set(d->interp, "theme", o->theme, m))
		return false;
	return !o->no_animation || setting_set(d->interp, "animation", "off", m);
}

struct desk *desk_new(const struct options *o, struct message *m)
{
	static const struct front_ops ops = { .save_screen = front_save_screen,
		                              .view = front_view,
		                              .zoom = front_zoom,
		                              .theme = front_theme,
		                              .themes = front_themes,
		                              .view_name = front_view_name,
		                              .view_doc = front_view_doc,
		                              .lesson = front_lesson,
		                              .record = front_record };
	struct desk *d = calloc(1, sizeof(*d));

	if (!d)
		abort();
	d->options = o;
	d->width = 76;
	d->shown.ops = views[0];
	d->session = session_new();
	d->interp = interp_new(d->session);
	d->recorder = recorder_new();
	interp_set_front(d->interp, &ops, d);
	session_set_stop(d->session, stop_on_interrupt, d);
	if (!interp_set_boot(d->interp, o->nr_boot, (const char *const *)o->boot, m) ||
	    !apply_settings(d, o, m)) {
		desk_free(d);
		return NULL;
	}
	return d;
}

/* Lessons are a stranger's files: while one is open, commands may not touch ours. */
static void close_lesson(struct desk *d)
{
	if (d->run)
		lesson_run_free(d->run);
	if (d->lesson)
		lesson_free(d->lesson);
	d->run = NULL;
	d->lesson = NULL;
	interp_restrict(d->interp, false);
}

void desk_free(struct desk *d)
{
	close_lesson(d);
	if (d->trace)
		fclose(d->trace);
	free(d->pending);
	recorder_free(d->recorder);
	interp_free(d->interp);
	session_free(d->session);
	free(d);
}

void desk_set_front(struct desk *d, const struct desk_front *front)
{
	d->front = *front;
}

void desk_set_width(struct desk *d, unsigned width)
{
	d->width = width;
	if (d->run)
		lesson_run_width(d->run, width);
}

bool desk_trace(struct desk *d, const char *path, struct message *m)
{
	d->trace = fopen(path, "we");
	return d->trace ? true : fail(m, "%.150s cannot be written: %s", path, strerror(errno));
}

/* A reply on its way to the front end, and into the trace: whatever was added to the log since the
 * last one, all of it after a boot. */
static void hear(void *ctx, const struct reply *r)
{
	struct desk *d = ctx;
	const struct world *w = session_world(d->session);
	uint32_t n = w ? w->machine.log.n : 0;

	if (d->trace && n)
		trace_write(d->trace, d->session, r->events >= n ? 1 : d->traced + 1, n);
	d->traced = n;
	if (d->front.reply)
		d->front.reply(d->front.ctx, r);
}

/* What a lesson says on its way there. */
static void speak(void *ctx, enum say_kind kind, const char *text)
{
	struct desk *d = ctx;

	d->front.say(d->front.ctx, kind, text);
}

/* --- lessons ---------------------------------------------------------------------------------- */

/* A file of that name, or a lesson on the shelf. */
static bool find_lesson(const struct desk *d, const char *lesson, char *path, size_t size,
                        struct message *m)
{
	struct shelf shelf;
	const char *found = NULL;

	if (is_lesson_file(lesson)) {
		snprintf(path, size, "%s", lesson);
		return true;
	}
	shelf_read(&shelf, d->options->lang);
	found = shelf_find(&shelf, lesson);
	if (found)
		snprintf(path, size, "%s", found);
	else
		shelf_missing(&shelf, lesson, m);
	shelf_release(&shelf);
	return found;
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

/* Writes down what the reader has begun or done. A home that cannot be written to is no reason not to
 * learn: it is said, and the lesson goes on. */
static void keep_progress(struct desk *d, enum progress what)
{
	char path[PATH_MAX], text[sizeof(struct message) + 40];
	struct message m;

	if (progress_path(path, sizeof(path), &m) && progress_add(path, d->run, what, &m))
		return;
	snprintf(text, sizeof(text), "Your progress is not kept: %s.", m.text);
	if (d->front.say)
		d->front.say(d->front.ctx, SAY_STATUS, text);
}

/* Who is recorded is told so before anything else. */
static void say_recording(struct desk *d, const struct lesson *lesson)
{
	char text[sizeof(struct message) + 80];
	struct message m;

	if (recorder_choose(d->recorder, lesson_id(lesson), &m))
		snprintf(text, sizeof(text), "What you type here is kept in %s", m.text);
	else
		snprintf(text, sizeof(text), "No transcript is kept: %s.", m.text);
	if (*m.text)
		d->front.say(d->front.ctx, SAY_STATUS, text);
}

/* What could not be written down: said once, and the lesson goes on. */
static void say_not_kept(struct desk *d, const struct message *m)
{
	char text[sizeof(struct message) + 40];

	snprintf(text, sizeof(text), "No transcript is kept: %s.", m->text);
	d->front.say(d->front.ctx, SAY_STATUS, text);
}

bool desk_open_lesson(struct desk *d, const char *name, struct message *m)
{
	struct lesson_ear ear = { .say = speak, .reply = hear, .ctx = d };
	char path[PATH_MAX];
	struct lesson *lesson;
	struct lesson_run *run;

	if (!find_lesson(d, name, path, sizeof(path), m))
		return false;
	lesson = read_lesson(path, m);
	if (!lesson)
		return false;
	run = lesson_run_new(lesson, d->interp, &ear);
	lesson_run_width(run, d->width);
	say_recording(d, lesson);
	if (!lesson_run_start(run, NULL, m)) {
		lesson_run_free(run);
		lesson_free(lesson);
		return false;
	}
	close_lesson(d);
	d->run = run;
	d->lesson = lesson;
	recorder_begin(d->recorder, run);
	keep_progress(d, PROGRESS_BEGUN);
	return true;
}

struct lesson_run *desk_lesson(const struct desk *d)
{
	return d->run;
}

/* --- lines ------------------------------------------------------------------------------------ */

/* What could not be done outside of any command, as a command's answer. */
static enum status refuse(struct desk *d, const char *text, const struct message *m)
{
	struct reply r = { .line = 1, .status = STATUS_ERROR, .command = strdup(text),
		           .message = strdup(m->text) };

	hear(d, &r);
	free(r.command);
	free(r.message);
	return STATUS_ERROR;
}

/* The lesson that the line asked for. When it cannot be opened the one before it stays. */
static enum status open_pending(struct desk *d, const char *text)
{
	struct message m;
	char *name = d->pending;
	enum status status = STATUS_OK;

	d->pending = NULL;
	if (!desk_open_lesson(d, name, &m))
		status = refuse(d, text, &m);
	free(name);
	return status;
}

enum status desk_line(struct desk *d, const char *name, unsigned number, const char *text)
{
	bool was_over = d->run && lesson_run_wants(d->run) == LESSON_OVER;
	enum status status;
	struct message m;

	signal_take(SIGNAL_INTERRUPT);
	d->interrupted = false;
	if (d->run && !recorder_typed(d->recorder, d->run, text, &m))
		say_not_kept(d, &m);
	if (d->run)
		status = lesson_run_line(d->run, name, number, text, hear, d);
	else
		status = interp_line(d->interp, name, number, text, hear, d);
	if (d->run && !was_over && lesson_run_wants(d->run) == LESSON_OVER)
		keep_progress(d, lesson_run_score(d->run).skipped ? PROGRESS_BEGUN : PROGRESS_DONE);
	if (d->pending && status == STATUS_OK)
		status = open_pending(d, text);
	if (signal_take(SIGNAL_INTERRUPT))
		d->interrupted = true;
	if (d->run && d->interrupted && !recorder_interrupted(d->recorder, d->run, &m))
		say_not_kept(d, &m);
	return status;
}

struct session *desk_session(const struct desk *d)
{
	return d->session;
}

struct interp *desk_interp(const struct desk *d)
{
	return d->interp;
}

bool desk_quit(const struct desk *d)
{
	return interp_quit(d->interp);
}

bool desk_interrupted(const struct desk *d)
{
	return d->interrupted;
}
