/*
 * Tasks: the reader works freely, and the lesson notices when the goal holds.
 *
 * A goal is a predicate over the world and what happened in it, never a comparison with the
 * author's way: whatever reaches it is right. `let: n = expression` keeps a number of the moment
 * the task was set, so that a goal can speak of what changed since (stats.kmaps == n + 2).
 */
#include "lab/translate.h"
#include "lesson/goal.h"
#include "lesson/marks.h"
#include "lesson/running.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Evaluates a field that is true or false; a failure is a "not yet": a page may not exist. */
static bool holds(const struct lesson_run *r, const struct field *f)
{
	struct observation o;
	struct message m;

	return expr_eval_text(f->value, r->s, &o, &m) && observation_true(&o);
}

/* All goals have to hold at the same moment: a lesson that wants one after the other says so with
 * count(EVENT). */
static bool goals_reached(const struct lesson_run *r)
{
	const struct field *goal;

	for (unsigned i = 0; (goal = part_field(run_part(r), KEY_GOAL, i)); i++)
		if (!holds(r, goal))
			return false;
	return true;
}

static const struct field *forbidden(const struct lesson_run *r)
{
	const struct field *f;

	for (unsigned i = 0; (f = part_field(run_part(r), KEY_FORBID, i)); i++)
		if (holds(r, f))
			return f;
	return NULL;
}

/* --- setting a task --------------------------------------------------------------------------- */

static void bind(struct lesson_run *r, const struct field *let)
{
	char name[64] = "";
	size_t n = strcspn(let->value, " \t=");
	struct observation o;
	struct message m = { "" };

	memcpy(name, let->value, n < sizeof name ? n : sizeof name - 1);
	if (!expr_eval_text(strchr(let->value, '=') + 1, r->s, &o, &m)) {
		run_fault(r, let->line, m.text);
		return;
	}
	names_keep(r, name, (struct value){ o.type == OBS_ADDRESS ? VALUE_VA : VALUE_NUMBER, o.n });
}

void run_let(struct lesson_run *r)
{
	const struct field *let;

	for (unsigned i = 0; (let = part_field(run_part(r), KEY_LET, i)); i++)
		bind(r, let);
}

/* A goal that holds at once would be praised for the first command, whatever it is. */
void task_begin(struct lesson_run *r)
{
	run_let(r);
	if (goals_reached(r))
		run_fault(r, run_part(r)->line,
		          "the goal of this task holds before anything is done");
}

void task_set(struct lesson_run *r)
{
	run_say_text(r, SAY_TASK, "", part_value(run_part(r), KEY_ASK));
}

/* --- while it is open ------------------------------------------------------------------------- */

static void praise(struct lesson_run *r)
{
	const struct part *part = run_part(r);
	unsigned n = r->record[r->at].commands;
	const char *par = part_value(part, KEY_PAR), *why = part_value(part, KEY_WHY);

	if (par && n < strtoul(par, NULL, 0))
		run_say(r, SAY_RIGHT, ngettext("Done, with %u command: better than par, which is %s.",
		                               "Done, with %u commands: better than par, which is %s.",
		                               n), n, par);
	else if (par && n == strtoul(par, NULL, 0))
		run_say(r, SAY_RIGHT, ngettext("Done, with %u command: that is par.",
		                               "Done, with %u commands: that is par.", n), n);
	else if (par)
		run_say(r, SAY_RIGHT, "Done. You took %u commands; it can be done with %s.", n,
		        par);
	else
		run_say(r, SAY_RIGHT, "Done.");
	if (why)
		run_say_text(r, SAY_RIGHT, "", why);
}

/* What was said of them was of another moment. */
static void forget_goals(struct lesson_run *r)
{
	log_forget(r, SAY_GOAL);
	log_forget(r, SAY_NOT_YET);
}

/* What is forbidden is looked at first: a reader who reached the goal over an oops has not. */
void task_notice(struct lesson_run *r)
{
	const struct field *f;

	if (r->wants != LESSON_GOAL || r->paused)
		return;
	r->record[r->at].commands++;
	f = forbidden(r);
	forget_goals(r);
	if (f) {
		r->wants = LESSON_BACK;
		run_say(r, SAY_WRONG, "That must not happen here: %s", f->value);
	} else if (goals_reached(r)) {
		r->wants = LESSON_NEXT;
		r->record[r->at].done = r->record[r->at].ever = true;
		step_passed(r);
		r->resume = run_moment(r);
		praise(r);
	} else {
		return;
	}
	lesson_run_status(r);
}

static void say_condition(struct lesson_run *r, const char *condition)
{
	char now[200];
	bool there = goal_holds(condition, r->s, now, sizeof now);

	run_say(r, there ? SAY_GOAL : SAY_NOT_YET, *now ? N_("%s%c%s (now %s)") : "%s%c%s",
	        there ? _("holds:   ") : _("not yet: "), MARK_HANG, condition, now);
}

/* The goals themselves are shown: they are short, and reading them is no cheating but the exercise. */
void task_check(struct lesson_run *r)
{
	const struct field *goal;
	char *condition;

	forget_goals(r);
	if (r->record[r->at].done)
		run_say(r, SAY_RIGHT, "This is done.");
	for (unsigned i = 0; (goal = part_field(run_part(r), KEY_GOAL, i)); i++)
		for (unsigned k = 0; !r->record[r->at].done &&
		                     (condition = goal_condition(goal->value, k)); k++) {
			say_condition(r, condition);
			free(condition);
		}
	lesson_run_status(r);
}

/* --- skipping --------------------------------------------------------------------------------- */

static void say_reply(void *ctx, const struct reply *reply)
{
	run_say(ctx, SAY_REPLY, "%s", reply->message);
}

/* Shows the author's solution and runs it, so that what follows finds the world it expects. */
void task_skip(struct lesson_run *r)
{
	const struct field *solution;
	const char *why = part_value(run_part(r), KEY_WHY);

	if (!run_restore(r, &r->record[r->at].arrival))
		return;
	for (unsigned i = 0; !goals_reached(r) &&
	                     (solution = part_field(run_part(r), KEY_SOLUTION, i)); i++) {
		char *text = run_command_text(r, solution->value);

		run_say(r, SAY_COMMAND, "%s", text ? text : "");
		free(text);
		run_lines(r, solution->value, solution->line, say_reply, r);
	}
	r->resume = run_moment(r);
	if (why)
		run_say_text(r, SAY_RIGHT, "", why);
}
