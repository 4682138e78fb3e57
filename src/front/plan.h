/*
 * The plan of an animation: which pictures it shows, in order.
 */
#ifndef KMAPLAB_FRONT_PLAN_H
#define KMAPLAB_FRONT_PLAN_H

#include "lab/session.h"
#include "view/view.h"

/** One picture: the world of a position, and an event of the step that led there, so far along its
 * way. */
struct picture {
	uint32_t position;
	uint32_t seq;          /* of the event, 0 = the step as a whole */
	uint16_t phase, phases;
	uint8_t rank;          /* view/motion.h */
	uint8_t kind;          /* the event's */
};

struct plan {
	size_t n, room;
	struct picture *picture;
};

/** Plans the pictures of positions from + 1 .. to - 1 of the present branch, and of what moves in
 * the step to `to`: at most `most` of them, the more important ones. Release it with
 * plan_release(). */
void plan_make(struct plan *p, struct session *s, uint32_t from, uint32_t to, size_t most);

/** Plans one event of a position, and nothing else: a boot. */
void plan_event(struct plan *p, uint32_t position, uint32_t seq, unsigned phases);

void plan_release(struct plan *p);

/** Turns a view's eyes to a picture: its world and what is happening in it. What is seen, in words,
 * goes to `text`. The world is good until the next look at the session. */
void picture_look(const struct picture *p, struct session *s, struct view_state *v, char *text,
                  size_t size);

#endif
