/*
 * A desk's insides, for desk.c and desk_lesson.c.
 */
#ifndef KMAPLAB_FRONT_DESK_INSIDE_H
#define KMAPLAB_FRONT_DESK_INSIDE_H

#include "front/camera.h"
#include "front/desk.h"
#include "front/keeper.h"
#include "front/recorder.h"
#include "front/shelf.h"
#include "view/view.h"

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
	struct keeper *keeper;
	struct camera *camera; /* NULL: nobody films */
	bool camera_fresh;     /* the command that began the film has not been answered yet */
	FILE *trace;
	uint32_t traced; /* events of the log that the trace has */
	char *pending; /* lesson to open when the line is done */
	char *notice;  /* to be told at the start, or NULL */
	bool interrupted;
	struct shelf shelf; /* for completion; read anew for each */
	struct {
		int64_t since, told; /* clock_ms(): when the line began, when its progress was told */
		char text[160];       /* what its command said of it; "" = nothing */
	} busy;
};

/** A reply on its way to the front end, and into the trace; `ctx` is the desk. */
void desk_hear(void *ctx, const struct reply *r);

/** What the command `lesson` asks for (struct front_ops): the list, or a lesson to be opened when the
 * line is done. */
bool desk_front_lesson(void *ctx, int argc, const char *const *argv, struct reply *r);

/** Words about lessons for completion (struct front_ops). */
const char *desk_lesson_word(void *ctx, bool verb, unsigned i, const char **doc);

/** Closes the lesson that is open, if any. Lessons are a stranger's files: while one is open, commands
 * may not touch ours. */
void desk_close_lesson(struct desk *d);

/** The lesson's reader has come to its end: that is kept, and he is told which lesson is the next. */
void desk_lesson_over(struct desk *d);

/** The line that is to be run in place of one that was typed: `resume`, before anything was done in a
 * lesson, goes to where its reader left it last time. `buf` is room for it. */
const char *desk_resumed(struct desk *d, const char *text, char *buf, size_t size);

#endif
