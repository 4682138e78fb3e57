/*
 * Asking the invariants while a session goes on; see paranoid.h.
 *
 * What is cheap is asked after each input, of the world as it stands between two lines of kernel code.
 * Page tables, free lists and the replay are asked at the end of a command: they cost as much as
 * many steps. A world is a value and its inputs are all that ever happens to it, so a clone of the
 * last checkpoint that gets the same inputs must come to the same hash; where it does not, something
 * outside the world was read (a pointer, padding, an uninitialised byte).
 */
#include "lab/paranoid.h"

#include "lab/timeline.h"

#include <stdio.h>

void session_set_paranoid(struct session *s, bool on, uint32_t except)
{
	s->paranoid = on;
	s->paranoid_except = except;
	session_forget_violation(s);
}

bool session_paranoid(const struct session *s)
{
	return s->paranoid;
}

const struct violation *session_violation(const struct session *s)
{
	return &s->violation;
}

void session_forget_violation(struct session *s)
{
	s->violation = (struct violation){ .invariant = NULL };
}

void paranoid_after_input(struct session *s, unsigned cpu)
{
	if (!s->paranoid || s->violation.invariant)
		return;
	invariants_hold(&s->world, invariants_each_step() & ~s->paranoid_except, cpu, &s->violation);
}

static bool replays(struct session *s)
{
	uint64_t again = timeline_replay_hash(s), now = world_hash(&s->world);

	if (again == now)
		return true;
	s->violation = (struct violation){ .invariant = INVARIANT_REPLAY, .step = s->world.steps };
	snprintf(s->violation.what, sizeof(s->violation.what),
	         "the world has the hash %016llx, its replay %016llx", (unsigned long long)now,
	         (unsigned long long)again);
	return false;
}

bool session_check(struct session *s)
{
	if (!s->booted || s->violation.invariant)
		return !s->violation.invariant;
	if (!invariants_hold(&s->world, INVARIANTS_ALL & ~s->paranoid_except, 0, &s->violation))
		return false;
	return replays(s);
}
