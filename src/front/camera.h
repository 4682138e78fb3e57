/*
 * The camera: a film of the screen (view/film.h), and the clock that a film has not.
 *
 * Recording a person, the clock is the wall's. With --deterministic it counts what each picture is
 * meant to stay, and nothing else: the same commands give the same file on every machine.
 */
#ifndef KMAPLAB_FRONT_CAMERA_H
#define KMAPLAB_FRONT_CAMERA_H

#include "machine/message.h"
#include "view/grid.h"

struct camera;

/** Begins to record into a file (.cast or .svg) with the colours of a theme. NULL with a message. */
struct camera *camera_new(const char *path, const char *theme, bool deterministic,
                          struct message *m);

/** Ends it and frees it; NULL is fine. False with a message when the file is not whole. */
bool camera_free(struct camera *c, struct message *m);

/** What is on the screen now, and how many milliseconds it is meant to stay there. NULL: nobody
 * records. */
void camera_frame(struct camera *c, const struct grid *g, unsigned stay_ms);

/** A command, or a step of a lesson, begins; "" (Enter alone) is no mark. */
void camera_marker(struct camera *c, const char *label);

#endif
