/*
 * The steps of a lesson: what holds the run, numbered from 1. Jumping to one, listing them, and free
 * play, which is a step aside.
 *
 * A jump back is a `back` over several steps. A jump forward plays what lies between with the
 * lesson's own answers and solutions, so that the step finds the world it was written for; they count
 * as skipped.
 */
#include "lab/translate.h"
#include "lesson/running.h"

#include "machine/conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

unsigned step_part(const struct lesson *l, unsigned i)
{
	unsigned part = 0;

	while (part < l->nr_parts && (!is_step(&l->part[part]) || i--))
		part++;
	return part;
}

unsigned steps_before(const struct lesson *l, unsigned part)
{
	unsigned n = 0;

	for (unsigned i = 0; i < part && i < l->nr_parts; i++)
		n += is_step(&l->part[i]);
	return n;
}

unsigned lesson_steps(const struct lesson *l)
{
	return steps_before(l, l->nr_parts);
}

unsigned lesson_run_at(const struct lesson_run *r)
{
	return steps_before(r->lesson, r->at) + 1;
}

/* --- listing ---------------------------------------------------------------------------------- */

/* What a step is called: its question, its first command, or its program's first line. */
static const char *step_title(const struct part *part)
{
	const char *ask = part_value(part, KEY_ASK);

	return ask ? ask : part->nr_fields ? part->field[0].value : "";
}

static enum step_state step_state(const struct lesson_run *r, unsigned part)
{
	const struct record *record = &r->record[part];

	if (record->skipped && !record->ever)
		return STEP_SKIPPED;
	if (record->ever)
		return STEP_DONE;
	return record->reached ? STEP_BEGUN : STEP_NEW;
}

bool lesson_run_step(const struct lesson_run *r, unsigned i, struct lesson_step *step)
{
	unsigned at = step_part(r->lesson, i);
	const struct part *part = &r->lesson->part[at];

	if (at == r->lesson->nr_parts)
		return false;
	*step = (struct lesson_step){
		.kind = part_kind_name(part->kind),
		.title = step_title(part),
		.state = step_state(r, at),
		.here = at == r->at,
	};
	return true;
}

/* A title on the rest of a line: up to a line's end, cut at a whole character. */
static int title_length(const struct lesson_run *r, const char *title)
{
	size_t room = r->width > 40 ? r->width - 20 : 20, n = strcspn(title, "\n");

	if (n <= room)
		return (int)n;
	for (n = room; n && ((unsigned char)title[n] & 0xc0) == 0x80;)
		n--;
	return (int)n;
}

void lesson_run_steps(struct lesson_run *r)
{
	static const char *const states[] = { "", N_("begun"), N_("skipped"), N_("done") };
	struct lesson_step step;
	struct inline_scope scope = run_scope(r);

	for (unsigned i = 0; lesson_run_step(r, i, &step); i++) {
		struct message m;
		char *title = inline_expand(step.title, &scope, &m), *unknown = title;

		/* A number of a world that is still to come. */
		while (unknown && (unknown = strstr(unknown, "(?)")))
			memcpy(unknown, "...", 3);
		run_say(r, SAY_STATUS, "%c%2u %-7s %-7s %.*s", step.here ? '>' : ' ', i + 1,
		        step.kind, *states[step.state] ? gettext(states[step.state]) : "",
		        title ? title_length(r, title) : 0, title ? title : "");
		free(title);
	}
	run_say(r, SAY_STATUS, "`lesson goto N` goes to a step.");
}

/* --- the past --------------------------------------------------------------------------------- */

void step_passed(struct lesson_run *r)
{
	if (r->ear.passed && !r->mute)
		r->ear.passed(r->ear.ctx, steps_before(r->lesson, r->at));
}

struct lesson_past lesson_run_past(const struct lesson_run *r, unsigned i)
{
	const struct record *record = &r->record[step_part(r->lesson, i)];

	return (struct lesson_past){ record->ever, record->skipped && !record->ever,
		                     record->tries, record->hints, record->commands };
}

/* Before the way there is gone: what is done on the way leaves what is remembered as it is. */
static void recall(struct lesson_run *r, unsigned i, const struct lesson_past *past)
{
	unsigned part = step_part(r->lesson, i);

	if (part == r->lesson->nr_parts)
		return;
	r->record[part].ever = past->done;
	r->record[part].skipped = past->skipped;
	r->record[part].tries = past->tries;
	r->record[part].hints = past->hints;
	r->record[part].past_commands = past->commands;
}

/* --- jumping ---------------------------------------------------------------------------------- */

/* Goes on by one step as a reader would who skips it, whether the lesson lets him or not. */
static bool pass_step(struct lesson_run *r)
{
	unsigned at = r->at;

	if (r->wants == LESSON_BACK)
		lesson_run_again(r);
	if (r->wants != LESSON_NEXT)
		run_skip(r);
	if (r->wants == LESSON_NEXT)
		lesson_run_next(r);
	return r->at > at;
}

/* Everything on the way is done in silence. */
static void pass_to(struct lesson_run *r, unsigned part)
{
	bool moved = true;

	r->mute = true;
	while (moved && r->at < part && r->wants != LESSON_OVER)
		moved = pass_step(r);
	r->mute = false;
}

void lesson_run_recall(struct lesson_run *r, const struct lesson_past *past, unsigned n)
{
	unsigned to = 0;

	for (unsigned i = 0; i < n; i++) {
		recall(r, i, &past[i]);
		if (past[i].done || past[i].skipped)
			to = i + 1;
	}
	if (to == lesson_steps(r->lesson))
		to--; /* the end is not a place to begin at */
	if (step_part(r->lesson, to) > r->at)
		pass_to(r, step_part(r->lesson, to));
}

void lesson_run_goto(struct lesson_run *r, unsigned step)
{
	unsigned part = step ? step_part(r->lesson, step - 1) : r->lesson->nr_parts;

	if (part == r->lesson->nr_parts) {
		run_say(r, SAY_STATUS, "This lesson has steps 1 to %u; `steps` lists them.",
		        lesson_steps(r->lesson));
	} else if (r->record[part].reached) {
		run_return(r, part);
	} else if (!r->lesson->allow_skip) {
		run_say(r, SAY_STATUS, "This lesson does not let you skip what you have not done.");
	} else {
		pass_to(r, part);
		run_return(r, r->at);
	}
}

/* --- free play -------------------------------------------------------------------------------- */

/* Elsewhere than in a task every command is free play; in a task the reader may want to try something
 * that is not to count. */
void lesson_run_pause(struct lesson_run *r)
{
	if (!r->paused)
		r->pause = run_moment(r);
	r->paused = true;
	lesson_run_status(r);
}

void lesson_run_resume(struct lesson_run *r)
{
	if (!r->paused) {
		lesson_run_status(r);
		return;
	}
	r->paused = false;
	if (run_restore(r, &r->pause))
		run_say(r, SAY_STATUS, "The world is again as it was.");
	lesson_run_status(r);
}
