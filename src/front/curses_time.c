/*
 * The timeline's bar: the session's marks and branches as ticks. They are gathered anew only when
 * something was added: while an animation plays, only the present moves.
 */
#include "front/curses_front.h"

/* The newest commands of the branch, as many as there is room for. */
static void add_marks(struct timebar *t, const struct session *s)
{
	uint32_t at = t->end, mark;
	const char *line;

	/* Half of the ticks are left for branches. */
	while (t->n < TICKS_MAX / 2 && session_mark_before(s, at, &mark, &line)) {
		t->tick[t->n++] = (struct tick){ .position = mark };
		at = mark;
	}
}

static void add_branches(struct timebar *t, const struct session *s)
{
	unsigned here = session_branch(s);

	for (unsigned i = 0; i < session_branches(s) && t->n < TICKS_MAX; i++) {
		unsigned parent;
		uint32_t fork, end;

		session_branch_info(s, i, &parent, &fork, &end);
		if (i != here && parent == here && fork <= t->end)
			t->tick[t->n++] = (struct tick){ .position = fork, .branch = true };
		/* Where this branch itself left another, that one goes on. */
		if (i == here && parent != here)
			t->tick[t->n++] = (struct tick){ .position = fork, .branch = true };
	}
}

void time_update(struct curses_front *f)
{
	struct session *s = desk_session(f->desk);
	struct timebar *t = &f->screen.time;

	t->end = session_end(s);
	t->position = f->play.on ? f->play.position : session_position(s);
	if (f->play.on || !session_world(s))
		return;
	t->n = 0;
	add_marks(t, s);
	add_branches(t, s);
}
