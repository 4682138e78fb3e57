/*
 * The desk: what every front end has in front of it: a session, an interpreter for it, and the
 * lesson that is open, if any. A line typed goes to the lesson or to the interpreter; which, no
 * front end has to know.
 */
#ifndef KMAPLAB_FRONT_DESK_H
#define KMAPLAB_FRONT_DESK_H

#include "front/options.h"

#include "lesson/run.h"

struct desk;
struct view_choice; /* view/view.h */

/** What a front end does for the desk. `say` and `reply` show things; `save_screen`, `view` and
 * `zoom` may be NULL. `marked`: what a lesson says comes with its marks, a paragraph to a line. */
struct desk_front {
	say_fn *say;
	bool marked;
	reply_fn *reply;
	bool (*save_screen)(void *ctx, const char *path, struct message *m);
	bool (*view)(void *ctx, const char *name, struct message *m);
	bool (*zoom)(void *ctx, struct message *m);
	/** Where nothing is drawn: tells the view that was asked for in words. May be NULL. */
	void (*tell_view)(void *ctx, const struct view_choice *choice);
	/** `lesson` alone: lets somebody choose one when the line is done, instead of a list. May be
	 * NULL. */
	void (*choose_lesson)(void *ctx);
	/** Hears, while a line runs, how far it is, every `busy_ms` milliseconds. It must not look at the
	 * world, which is in the middle of something. May be NULL. */
	void (*busy)(void *ctx, const char *text);
	unsigned busy_ms;
	void *ctx;
};

/** A session and an interpreter with the options' first boot and settings. `o` must outlive it.
 * NULL with a message when an option is wrong. */
struct desk *desk_new(const struct options *o, struct message *m);
void desk_free(struct desk *d);

/** Ends the recording of the screen, if there is one. False with a message when its file is not whole,
 * which nobody is told otherwise when the program ends. */
bool desk_stop_filming(struct desk *d, struct message *m);

/** `front` is copied. */
void desk_set_front(struct desk *d, const struct desk_front *front);

struct session *desk_session(const struct desk *d);
struct interp *desk_interp(const struct desk *d);

/** Columns in which lessons speak: 76 unless this says otherwise. */
void desk_set_width(struct desk *d, unsigned width);

/** Writes every event from now on to a file, as JSON Lines. False: it cannot be written. */
bool desk_trace(struct desk *d, const char *path, struct message *m);

/** Where what is on the screen is filmed (front/camera.h); NULL while nobody does. */
struct camera *desk_camera(const struct desk *d);

/** Acts a reply out for the camera, where there is no screen to film; `ctx` is the desk. */
void desk_film(void *ctx, const struct reply *r);

/** Runs one line; answers go to the front. Returns the worst status. */
enum status desk_line(struct desk *d, const char *name, unsigned number, const char *text);

/** Opens a lesson by file, or by id in the lessons folder, and goes to its first stop; the lesson
 * before it is closed. False with a message. */
bool desk_open_lesson(struct desk *d, const char *lesson, struct message *m);

/** The lesson's run, or NULL. */
struct lesson_run *desk_lesson(const struct desk *d);

/** What is to be told before anything else: what is wrong with the settings that are kept; or NULL. */
const char *desk_notice(const struct desk *d);

/** True once `quit` was given. */
bool desk_quit(const struct desk *d);

/** True when ^C ended something. */
bool desk_interrupted(const struct desk *d);

#endif
