/*
 * The desk. A lesson that a command opens is opened when the line is done, because the interpreter
 * is in the middle of it until then; the same with leaving a lesson.
 *
 * save-screen without a screen draws the overview at COLUMNS x LINES, 80x24 unless the environment
 * says otherwise.
 */
#include "front/desk_inside.h"

#include "command/trace.h"
#include "front/clock.h"
#include "front/keeper.h"
#include "front/recorder.h"
#include "front/save.h"
#include "front/settings_file.h"
#include "front/signals.h"
#include "front/stage.h"
#include "lab/translate.h"
#include "view/theme.h"
#include "view/view.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- a line that takes long ------------------------------------------------------------------- */

static void front_progress(void *ctx, const char *text)
{
	struct desk *d = ctx;

	snprintf(d->busy.text, sizeof(d->busy.text), "%s", text);
}

/* The clock is the wall's, and what is told is for who waits in front of it: no answer depends on it. */
static void tell_busy(struct desk *d)
{
	int64_t now = clock_ms();
	char text[240];

	if (!d->front.busy || !d->busy.since || now - d->busy.told < d->front.busy_ms)
		return;
	d->busy.told = now;
	snprintf(text, sizeof(text), _("%u s: %s; ^C stops it"), (unsigned)((now - d->busy.since) / 1000),
	         *d->busy.text ? d->busy.text : _("still at it"));
	d->front.busy(d->front.ctx, text);
}

/* Asked by the session during a run and between commands: ^C, or the program is to end. */
static bool stop_on_interrupt(void *ctx)
{
	struct desk *d = ctx;

	tell_busy(d);
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
	if (!view_choose(&d->shown, name, m))
		return false;
	if (d->front.tell_view)
		d->front.tell_view(d->front.ctx, &d->shown);
	return true;
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

/* What is kept counts where somebody sits in front of it; what a script, a recording or a grader does
 * shall not depend on who runs it. */
static bool settings_are_kept(const struct options *o)
{
	return !o->deterministic && !o->batch && isatty(STDIN_FILENO);
}

/* Where none were read, writing them would forget those that are kept. */
static bool front_save_settings(void *ctx, struct message *m)
{
	struct desk *d = ctx;
	char path[PATH_MAX];

	if (!settings_are_kept(d->options))
		return fail(m, "settings are kept by who sits at a terminal, not by scripts");
	if (!settings_file_save(d->interp, path, sizeof(path), m))
		return false;
	fail(m, "%s", path);
	return true;
}

static bool front_record(void *ctx, const char *what, struct message *m)
{
	struct desk *d = ctx;

	return recorder_command(d->recorder, what, m);
}

/* --- life ------------------------------------------------------------------------------------- */

/* The settings that are kept, and over them the options that are settings, too. */
static bool apply_settings(struct desk *d, const struct options *o, struct message *m)
{
	struct message wrong;

	if (settings_are_kept(o) && !o->no_settings && !settings_file_load(d->interp, &wrong)) {
		d->notice = strdup(wrong.text);
		if (!d->notice)
			abort();
	}
	if (o->theme && !setting_set(d->interp, "theme", o->theme, m))
		return false;
	return !o->no_animation || setting_set(d->interp, "animation", "off", m);
}

/* --- filming ---------------------------------------------------------------------------------- */

bool desk_stop_filming(struct desk *d, struct message *m)
{
	struct camera *camera = d->camera;

	d->camera = NULL;
	return camera_free(camera, m);
}

static bool front_film(void *ctx, const char *path, struct message *m)
{
	struct desk *d = ctx;

	if (!path)
		return d->camera ? desk_stop_filming(d, m) :
		                   fail(m, "nothing is being recorded; record FILE begins");
	if (d->camera)
		return fail(m, "a recording is under way: record off ends it");
	d->camera = camera_new(path, setting_get(d->interp, "theme"), d->options->deterministic, m);
	d->camera_fresh = true;
	return d->camera;
}

void desk_film(void *ctx, const struct reply *r)
{
	struct desk *d = ctx;
	struct stage stage = { .camera = d->camera, .session = d->session, .choice = &d->shown,
		               .cpu = interp_cpu(d->interp), .ascii = d->options->ascii };

	if (d->camera && !d->camera_fresh && !d->front.save_screen)
		stage_act(&stage, r);
	d->camera_fresh = false;
}

struct camera *desk_camera(const struct desk *d)
{
	return d->camera;
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
		                              .lesson = desk_front_lesson,
		                              .lesson_word = desk_lesson_word,
		                              .record = front_record,
		                              .film = front_film,
		                              .save_settings = front_save_settings,
		                              .progress = front_progress };
	struct desk *d = calloc(1, sizeof(*d));

	if (!d)
		abort();
	d->options = o;
	d->width = 76;
	d->shown.ops = views[0];
	d->session = session_new();
	d->interp = interp_new(d->session);
	d->recorder = recorder_new();
	d->keeper = keeper_new();
	interp_set_front(d->interp, &ops, d);
	session_set_stop(d->session, stop_on_interrupt, d);
	if (!interp_set_boot(d->interp, o->nr_boot, (const char *const *)o->boot, m) ||
	    !apply_settings(d, o, m)) {
		desk_free(d);
		return NULL;
	}
	return d;
}

void desk_free(struct desk *d)
{
	struct message m;

	desk_close_lesson(d);
	if (d->trace)
		fclose(d->trace);
	free(d->pending);
	free(d->notice);
	recorder_free(d->recorder);
	desk_stop_filming(d, &m);
	keeper_free(d->keeper);
	shelf_release(&d->shelf);
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
void desk_hear(void *ctx, const struct reply *r)
{
	struct desk *d = ctx;
	const struct world *w = session_world(d->session);
	uint32_t n = w ? w->machine.log.n : 0;

	if (d->trace && n)
		trace_write(d->trace, d->session, r->events >= n ? 1 : d->traced + 1, n);
	d->traced = n;
	desk_film(d, r);
	if (d->front.reply)
		d->front.reply(d->front.ctx, r);
}

/* --- lines ------------------------------------------------------------------------------------ */

/* What could not be done outside of any command, as a command's answer. */
static enum status refuse(struct desk *d, const char *text, const struct message *m)
{
	struct reply r = { .line = 1, .status = STATUS_ERROR, .command = strdup(text),
		           .message = refusal_text(d->interp, 1, m->text, strlen(m->text)) };

	desk_hear(d, &r);
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

/* What could not be written down: said once, and the lesson goes on. */
static void say_not_kept(struct desk *d, const struct message *m)
{
	char text[sizeof(struct message) + 40];

	snprintf(text, sizeof(text), "No transcript is kept: %s.", m->text);
	d->front.say(d->front.ctx, SAY_STATUS, text);
}

enum status desk_line(struct desk *d, const char *name, unsigned number, const char *text)
{
	bool was_over = d->run && lesson_run_wants(d->run) == LESSON_OVER;
	enum status status;
	struct message m;
	char step[40];

	signal_take(SIGNAL_INTERRUPT);
	d->interrupted = false;
	d->busy.since = d->busy.told = clock_ms();
	d->busy.text[0] = '\0';
	text = desk_resumed(d, text, step, sizeof(step));
	if (d->run && !recorder_typed(d->recorder, d->run, text, &m))
		say_not_kept(d, &m);
	if (d->run)
		status = lesson_run_line(d->run, name, number, text, desk_hear, d);
	else
		status = interp_line(d->interp, name, number, text, desk_hear, d);
	if (d->run && !was_over && lesson_run_wants(d->run) == LESSON_OVER)
		desk_lesson_over(d);
	if (d->pending && status == STATUS_OK)
		status = open_pending(d, text);
	d->busy.since = 0;
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

const char *desk_notice(const struct desk *d)
{
	return d->notice;
}

bool desk_quit(const struct desk *d)
{
	return interp_quit(d->interp);
}

bool desk_interrupted(const struct desk *d)
{
	return d->interrupted;
}
