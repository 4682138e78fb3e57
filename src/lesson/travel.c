/*
 * Going back. A part's arrival is a moment of the session's timeline: a branch, and a position on
 * it. Whoever goes back and types something else begins a new branch, which shares its past with
 * the old one:
 *
 *	branch 1  ●──arrival──●──●          the first try
 *	                 \
 *	branch 2          ●──●──●           after `back`
 *
 * The arrival lies on both. A session keeps only so many branches, so a moment is moved to the
 * present branch whenever that goes through it, and stays good however often somebody tries.
 */
#include "lesson/running.h"

struct moment run_moment(const struct lesson_run *r)
{
	const struct world *w = session_world(r->s);

	return (struct moment){ session_branch(r->s), session_position(r->s), w->steps,
		                w->machine.log.n };
}

/* Whether the present branch, or one it grew out of, is the moment's, and forked behind it. */
static bool on_present_branch(const struct lesson_run *r, struct moment m)
{
	unsigned branch = session_branch(r->s), parent = branch;
	uint32_t fork = 0, end;

	while (branch != m.branch) {
		session_branch_info(r->s, branch, &parent, &fork, &end);
		if (parent == branch || fork < m.position)
			return false;
		branch = parent;
	}
	return true;
}

/* Goes there, if the branch is still kept and the world there is the one that was meant. */
static bool go_to(struct lesson_run *r, const struct moment *m)
{
	struct moment there;

	if (!on_present_branch(r, *m) && !session_switch_branch(r->s, m->branch))
		return false;
	if (m->position > session_end(r->s))
		return false;
	session_goto(r->s, m->position);
	there = run_moment(r);
	return there.steps == m->steps && there.events == m->events;
}

bool run_restore(struct lesson_run *r, struct moment *m)
{
	struct moment here = run_moment(r);

	if (go_to(r, m)) {
		m->branch = session_branch(r->s);
		return true;
	}
	go_to(r, &here);
	run_say(r, SAY_STATUS, "That world is too far back to be restored. `restart` begins the "
	        "lesson again.");
	return false;
}

void run_rebase(struct lesson_run *r)
{
	for (unsigned i = 0; i <= r->at; i++)
		if (r->record[i].reached && on_present_branch(r, r->record[i].arrival))
			r->record[i].arrival.branch = session_branch(r->s);
}

bool run_resume(struct lesson_run *r)
{
	struct moment now = run_moment(r);

	if (now.position == r->resume.position && on_present_branch(r, r->resume))
		return true;
	if (!run_restore(r, &r->resume))
		return false;
	run_say(r, SAY_STATUS, "(The world is again as the lesson left it.)");
	return true;
}

/* The part in front of `at` at which a reader had to do something; `at` itself if there is none. */
static unsigned stop_before(const struct lesson_run *r, unsigned at)
{
	for (unsigned i = at; i-- > 0;)
		if (is_step(&r->lesson->part[i]))
			return i;
	return at;
}

/* Whether the reader has done something at the part where the run is. */
static bool begun(const struct lesson_run *r)
{
	const struct record *record = &r->record[r->at];

	return run_part(r) && (record->done || record->skipped || r->wants == LESSON_BACK ||
	                       session_position(r->s) != record->arrival.position ||
	                       !on_present_branch(r, record->arrival));
}

/* What leads to part `at` from the step before it. */
static void say_way_to(struct lesson_run *r, unsigned at)
{
	unsigned first = at;

	log_clear(r);
	while (first > 0 && !is_step(&r->lesson->part[first - 1]))
		first--;
	for (r->at = first; r->at < at; r->at++)
		run_arrive(r);
	r->own = r->nr_said;
}

void lesson_run_again(struct lesson_run *r)
{
	struct record *record = &r->record[r->at];

	if (!run_part(r) || !run_restore(r, &record->arrival))
		return;
	record->done = record->skipped = false;
	record->commands = 0;
	log_cut(r, r->own);
	run_arrive(r);
	r->resume = run_moment(r);
	lesson_run_status(r);
}

void lesson_run_back(struct lesson_run *r)
{
	bool again = begun(r);
	unsigned to = again ? r->at : stop_before(r, r->at);

	if (!again && to == r->at) {
		run_say(r, SAY_STATUS, "This is the beginning.");
		return;
	}
	if (again)
		lesson_run_again(r);
	else
		run_return(r, to);
}

bool run_return(struct lesson_run *r, unsigned to)
{
	if (!run_restore(r, &r->record[to].arrival))
		return false;
	say_way_to(r, to);
	lesson_run_again(r);
	return true;
}
