/*
 * The table of motions. See motion.def.
 */
#include "view/motion.h"

static const struct motion {
	uint8_t pictures, rank;
} motions[EVENT_KINDS] = {
#define MOTION(kind, pictures, rank) [EVENT_##kind] = { pictures, rank },
#include "view/motion.def"
#undef MOTION
};

unsigned motion_pictures(const struct event *e)
{
	const struct motion *m = &motions[e->kind];

	if (!m->rank)
		return 1;
	/* EVENT_WALK's second argument is its levels. */
	return m->pictures ? m->pictures : (unsigned)e->arg[1] + 1;
}

unsigned motion_rank(unsigned kind)
{
	return kind < EVENT_KINDS ? motions[kind].rank : 0;
}
