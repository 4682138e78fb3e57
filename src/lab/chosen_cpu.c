/*
 * The CPU that commands run on. It is nothing of the machine's: somebody at the keyboard looks at one
 * processor at a time, as with `taskset` or a debugger's current thread. But a moment in which CPU 1
 * was being worked on is not the same moment when CPU 0 is, so the choice is noted along the branch,
 * like names, and going back brings it back.
 *
 * To choose is no input: nothing happens to the world, and no branch begins. A choice made in the past
 * stands from there up to the next one that was noted.
 */
#include "lab/timeline.h"

#include <stdlib.h>
#include <string.h>

/* How many notes lie at or before a position. */
static unsigned noted(const struct branch *b, uint32_t position)
{
	unsigned n = b ? b->nr_choices : 0;

	while (n && b->choice[n - 1].position > position)
		n--;
	return n;
}

static void insert(struct branch *b, unsigned at, struct choice choice)
{
	if (b->nr_choices == b->choices_room) {
		b->choices_room = b->choices_room ? 2 * b->choices_room : 8;
		b->choice = realloc(b->choice, b->choices_room * sizeof(*b->choice));
		if (!b->choice)
			abort();
	}
	memmove(&b->choice[at + 1], &b->choice[at], (b->nr_choices - at) * sizeof(*b->choice));
	b->choice[at] = choice;
	b->nr_choices++;
}

void choices_fork(struct branch *to, const struct branch *from, uint32_t position)
{
	for (unsigned i = 0, n = noted(from, position); i < n; i++)
		insert(to, i, from->choice[i]);
}

unsigned session_cpu(const struct session *s)
{
	unsigned n = noted(s->now, s->position);

	return n ? s->now->choice[n - 1].cpu : 0;
}

void session_choose_cpu(struct session *s, unsigned cpu)
{
	unsigned n = noted(s->now, s->position);

	if (!s->booted || cpu == session_cpu(s))
		return;
	if (n && s->now->choice[n - 1].position == s->position)
		s->now->choice[n - 1].cpu = cpu;
	else
		insert(s->now, n, (struct choice){ s->position, cpu });
}
