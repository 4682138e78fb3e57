/*
 * back, forward, goto, timeline: moving in time. Nothing is run again that the user could notice:
 * the session knows every earlier moment.
 */
#include "command/arg.h"

#include <inttypes.h>
#include <string.h>

#define MARKS_SHOWN 20u

static enum status arrived(struct call *c)
{
	const struct world *w = call_world(c);
	uint32_t position = session_position(c->s), mark;
	const char *line;

	json_object_set_new(c->answer.result, "position", json_integer(position));
	json_object_set_new(c->answer.result, "end", json_integer(session_end(c->s)));
	json_object_set_new(c->answer.result, "steps", json_integer(w->steps));
	say(c, "Step %u, position %u of %u", w->steps, position, session_end(c->s));
	if (session_mark_before(c->s, position, &mark, &line))
		say(c, ", %s `%s`.", mark < position ? "behind" : "before", line);
	else
		say(c, ", just booted.");
	return STATUS_OK;
}

static enum status go_to_step(struct call *c, uint64_t step)
{
	uint32_t position;

	if (step > UINT32_MAX || !session_find_step(c->s, (uint32_t)step, &position))
		return refuse(c, "There is no step %" PRIu64 " on this branch; `timeline` shows how far it "
		              "goes", step);
	session_goto(c->s, position);
	return arrived(c);
}

static enum status run_back(struct call *c)
{
	uint32_t steps = call_world(c)->steps, mark;
	const char *line;
	uint64_t n;

	if (c->argc) {
		if (!arg_number(c, 0, 1, UINT32_MAX, &n))
			return STATUS_ERROR;
		if (n > steps)
			return refuse(c, "Only %u steps were taken since the boot", steps);
		return go_to_step(c, steps - n);
	}
	if (!session_mark_before(c->s, session_position(c->s), &mark, &line))
		return refuse(c, "There is no command before this: the machine was just booted");
	say(c, "Back before `%s`. ", line);
	session_goto(c->s, mark);
	return arrived(c);
}

/* The first mark behind a position, or the end. */
static uint32_t next_mark(const struct session *s, uint32_t position)
{
	uint32_t next = session_end(s), mark;
	const char *line;

	while (session_mark_before(s, next, &mark, &line) && mark > position)
		next = mark;
	return next;
}

static enum status run_forward(struct call *c)
{
	uint32_t position = session_position(c->s);
	uint64_t n;

	if (position == session_end(c->s))
		return refuse(c, "This is the present: nothing is known beyond it");
	if (c->argc) {
		if (!arg_number(c, 0, 1, UINT32_MAX, &n))
			return STATUS_ERROR;
		return go_to_step(c, call_world(c)->steps + n);
	}
	session_goto(c->s, next_mark(c->s, position));
	return arrived(c);
}

/* The first position whose log has event `seq`: logs only grow along a branch. */
static uint32_t position_of_event(struct session *s, uint32_t seq)
{
	uint32_t from = 0, to = session_end(s);

	while (from < to) {
		uint32_t middle = from + (to - from) / 2;

		if (session_peek(s, middle)->machine.log.n >= seq)
			to = middle;
		else
			from = middle + 1;
	}
	return from;
}

/* The moment of an event: the world as the step or start in which it happened left it. */
static enum status go_to_event(struct call *c)
{
	uint64_t seq;

	if (c->argc < 2)
		return refuse(c, "Which event? `events` and --trace number them");
	if (!arg_number(c, 1, 1, UINT32_MAX, &seq))
		return STATUS_ERROR;
	if (seq > session_peek(c->s, session_end(c->s))->machine.log.n)
		return refuse(c, "There is no event %" PRIu64 " on this branch", seq);
	session_goto(c->s, position_of_event(c->s, (uint32_t)seq));
	return arrived(c);
}

static enum status run_goto(struct call *c)
{
	uint64_t n;

	if (strcmp(c->argv[0], "event") == 0)
		return go_to_event(c);
	if (c->argc > 1)
		return refuse(c, "One step is enough: `goto STEP`");

	if (strcmp(c->argv[0], "end") == 0) {
		session_goto(c->s, session_end(c->s));
		return arrived(c);
	}
	if (strcmp(c->argv[0], "boot") == 0) {
		session_goto(c->s, 0);
		return arrived(c);
	}
	if (!arg_number(c, 0, 0, UINT32_MAX, &n))
		return STATUS_ERROR;
	return go_to_step(c, n);
}

/* --- timeline --------------------------------------------------------------------------------- */

/* The newest commands of this branch, from the newest backwards. */
static json_t *marks_json(struct call *c)
{
	uint32_t at = session_end(c->s), mark, here = session_position(c->s);
	json_t *marks = json_array();
	const char *line;

	for (unsigned i = 0; i < MARKS_SHOWN && session_mark_before(c->s, at, &mark, &line); i++) {
		if (here >= mark && here < at)
			say(c, "\n> %8u  you are here", here);
		say(c, "\n  %8u  %s", mark, line);
		json_array_insert_new(marks, 0, json_pack("{s:I, s:s}", "position", (json_int_t)mark,
		                                          "line", line));
		if (mark == 0)
			break;
		at = mark;
	}
	return marks;
}

static json_t *branches_json(struct call *c)
{
	json_t *branches = json_array();

	for (unsigned i = 0; i < session_branches(c->s); i++) {
		unsigned parent;
		uint32_t fork, end;

		session_branch_info(c->s, i, &parent, &fork, &end);
		if (i)
			say(c, "\n%s branch %u left branch %u at position %u and has %u",
			    i == session_branch(c->s) ? ">" : " ", i, parent, fork, end);
		json_array_append_new(branches, json_pack("{s:i, s:i, s:I, s:I}", "branch", (int)i,
		                                          "parent", (int)parent, "fork",
		                                          (json_int_t)fork, "end", (json_int_t)end));
	}
	return branches;
}

static enum status run_timeline(struct call *c)
{
	enum status status;
	uint64_t branch;

	if (c->argc) {
		if (!arg_number(c, 0, 0, session_branches(c->s) - 1, &branch))
			return STATUS_ERROR;
		if (!session_switch_branch(c->s, (unsigned)branch))
			return refuse(c, "There is no branch %" PRIu64, branch);
	}
	status = arrived(c);
	json_object_set_new(c->answer.result, "marks", marks_json(c));
	json_object_set_new(c->answer.result, "branch", json_integer(session_branch(c->s)));
	json_object_set_new(c->answer.result, "branches", branches_json(c));
	return status;
}

#define SEE "back forward goto timeline step"

const struct command time_commands[] = {
	{
		.name = "back", .group = "time", .usage = "back [STEPS]",
		.summary = "Goes back to before the last command, or by a number of steps: exactly, TLBs "
		           "and all. What is typed then begins a new branch.",
		.example = { "back", "back 3" }, .errors = "Nothing lies before the boot.", .see = SEE,
		.max = 1, .flags = NEEDS_WORLD, .arg = { ARG_NUMBER }, .run = run_back,
	},
	{
		.name = "forward", .group = "time", .usage = "forward [STEPS]",
		.summary = "Goes forward again, by one command or by a number of steps.",
		.example = { "back; forward", "forward 3" }, .errors = "Nothing lies beyond the present.",
		.see = SEE, .max = 1, .flags = NEEDS_WORLD, .arg = { ARG_NUMBER }, .run = run_forward,
	},
	{
		.name = "goto", .group = "time", .usage = "goto STEP|boot|end|event N",
		.summary = "Goes to the moment when so many steps had been taken, to the boot, to the end, "
		           "or to where an event has just happened.",
		.example = { "goto 12", "goto event 8" },
		.errors = "The step, or the event, must lie on this branch.",
		.see = SEE, .min = 1, .max = 2, .flags = NEEDS_WORLD, .arg = { ARG_POSITION },
		.run = run_goto,
	},
	{
		.name = "timeline", .group = "time", .usage = "timeline [BRANCH]",
		.summary = "Shows the commands so far and the branches, or changes to the end of another "
		           "branch.",
		.example = { "timeline", "timeline 1" }, .errors = "There must be such a branch.",
		.see = SEE, .max = 1, .flags = NEEDS_WORLD, .arg = { ARG_NUMBER }, .run = run_timeline,
	},
	{ .name = NULL },
};
