/*
 * The stage: commands acted out for a recording where there is no screen. In batch and in plain
 * lines nobody types and nothing moves; what a watcher of the recording sees is the screen as the
 * curses front end would have shown it: the line typed letter by letter, the animation, the answer.
 */
#ifndef KMAPLAB_FRONT_STAGE_H
#define KMAPLAB_FRONT_STAGE_H

#include "command/command.h"
#include "front/camera.h"
#include "view/view.h"

/** What a stage is set with: where to record, what to look at. */
struct stage {
	struct camera *camera;
	struct session *session;
	const struct view_choice *choice;
	unsigned cpu;
	bool ascii;
};

/** Acts out a command that was just answered. */
void stage_act(const struct stage *stage, const struct reply *r);

#endif
