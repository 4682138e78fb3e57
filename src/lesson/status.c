/*
 * Where a run is: its status line, its score, and what lints and front ends ask.
 */
#include "lab/translate.h"
#include "lesson/running.h"

#include <string.h>

enum lesson_wants lesson_run_wants(const struct lesson_run *r)
{
	return r->wants;
}

/* What can be typed at an open question. */
static const char *answer_status(const struct part *part)
{
	if (!part_field(part, KEY_CHOICE, 0))
		return _("Type your answer, a number or an address; `hint` and `skip` help.");
	return _("Type the letter of your answer; `hint` and `skip` help.");
}

/* One sentence for each state: it is the last line on the screen, and says what Enter would do. */
const char *run_status(const struct lesson_run *r)
{
	const struct part *part = run_part(r);

	if (r->paused)
		return _("Free play: `resume` puts the world back and goes on with the lesson.");
	switch (r->wants) {
	case LESSON_NEXT:
		if (part->kind == PART_THREADS && !r->record[r->at].done)
			return _("Enter explores this.");
		return part->kind == PART_RUN && !r->record[r->at].done ?
		       _("Enter runs this.") : _("Enter goes on.");
	case LESSON_ANSWER:
		return answer_status(part);
	case LESSON_GOAL:
		return _("Your turn: type commands. `hint`, `check`, `back` and `skip` help.");
	case LESSON_BACK:
		return _("`back` puts the world back as it was, and you try again.");
	case LESSON_OVER:
		break;
	}
	return _("The lesson is over. `restart` begins it again.");
}

void lesson_run_status(struct lesson_run *r)
{
	run_say(r, SAY_NOW, "%s", run_status(r));
}

unsigned lesson_run_file_line(const struct lesson_run *r)
{
	const struct part *part = run_part(r);

	return part ? part->line : 0;
}

const struct lesson *lesson_run_lesson(const struct lesson_run *r)
{
	return r->lesson;
}

/* Parts that were never come to count for nothing, so that a score can be asked for at any time. */
static void score_part(struct lesson_score *score, const struct part *part,
                       const struct record *record)
{
	if (!record->reached)
		return;
	score->hints += record->hints;
	score->skipped += record->skipped;
	if (part->kind == PART_PREDICT) {
		score->predictions++;
		score->first_try += record->ever && !record->tries;
	} else if (part->kind == PART_TASK) {
		score->tasks++;
		score->reached += record->ever;
		score->commands += record->commands;
	}
}

struct lesson_score lesson_run_score(const struct lesson_run *r)
{
	struct lesson_score score = { .faults = r->faults };

	for (unsigned i = 0; i < r->lesson->nr_parts; i++)
		score_part(&score, &r->lesson->part[i], &r->record[i]);
	return score;
}

const char *lesson_run_solution(const struct lesson_run *r, bool accepted, unsigned i)
{
	const struct part *part = run_part(r);
	const struct field *f = part ? part_field(part, accepted ? KEY_SOLUTION : KEY_NOT_SOLUTION,
	                                          i) : NULL;

	return f ? f->value : NULL;
}
