/*
 * The lint plays a lesson as a reader would, through the same run, and tries at every task what its
 * author says is right and what he says is not, going back after each. So the verdict is the one that
 * readers will get.
 */
#include "lesson/linting.h"

#include <stdio.h>
#include <string.h>

/* --- tasks ------------------------------------------------------------------------------------ */

struct hearing {
	const struct lint *lint;
	const struct field *field;
	char error[300];
};

/* Keeps the first command that failed. */
static void hear_reply(void *ctx, const struct reply *reply)
{
	struct hearing *h = ctx;

	if (reply->status == STATUS_ERROR && !*h->error)
		run_complaint(h->lint->run, reply, h->error, sizeof h->error);
}

static bool reached(const struct lint *lint)
{
	return lesson_run_wants(lint->run) == LESSON_NEXT;
}

/* Tries a line of the author's from the beginning of the task. */
static bool try(struct lint *lint, struct hearing *h)
{
	lesson_run_again(lint->run);
	lesson_run_try(lint->run, h->field->value, hear_reply, h);
	return reached(lint);
}

/* Whether all solutions in a row are one, and none of them is too much: the goal is reached with the
 * last and not before. */
static bool solved_in_a_row(struct lint *lint)
{
	const struct field *f;
	bool before = false;

	lesson_run_again(lint->run);
	for (unsigned i = 0; (f = part_field(run_part(lint->run), KEY_SOLUTION, i)); i++) {
		before = reached(lint);
		lesson_run_try(lint->run, f->value, NULL, NULL);
	}
	return reached(lint) && !before;
}

static void complain_of_solution(struct lint *lint, const struct hearing *h)
{
	const struct field *f = h->field;

	if (*h->error)
		lint_complain(lint, f->line, f->column, h->error);
	else if (lesson_run_wants(lint->run) == LESSON_BACK)
		lint_complain(lint, f->line, f->column, "this solution does what the task forbids");
	else
		lint_complain(lint, f->line, f->column, "this solution does not reach the goal");
}

/* Each is a way of its own, or all of them together are one. */
static void check_solutions(struct lint *lint, const struct part *part)
{
	const struct field *f;
	bool alone = true, row;

	for (unsigned i = 0; (f = part_field(part, KEY_SOLUTION, i)); i++)
		alone = try(lint, &(struct hearing){ lint, f, "" }) && alone;
	row = !alone && solved_in_a_row(lint);
	for (unsigned i = 0; !alone && !row && (f = part_field(part, KEY_SOLUTION, i)); i++) {
		struct hearing h = { lint, f, "" };

		if (!try(lint, &h))
			complain_of_solution(lint, &h);
	}
}

/* A non-solution that failed before it did anything is a typing error, and proves nothing. */
static void check_non_solution(struct lint *lint, const struct field *f)
{
	uint32_t before = session_position(lint->run->s);
	struct hearing h = { lint, f, "" };

	if (try(lint, &h))
		lint_complain(lint, f->line, f->column, "this non-solution is accepted");
	else if (*h.error && session_position(lint->run->s) == before)
		lint_complain(lint, f->line, f->column, h.error);
}

static void check_task(struct lint *lint, const struct part *part)
{
	const struct field *f;

	for (unsigned i = 0; (f = part_field(part, KEY_NOT_SOLUTION, i)); i++) {
		lesson_run_again(lint->run);
		check_non_solution(lint, f);
	}
	check_solutions(lint, part);
	lesson_run_again(lint->run);
}

/* --- predictions ------------------------------------------------------------------------------ */

/* Whether `wrong NAME:` can ever be said: it names a choice, or there are none. */
static bool is_choice(const struct lesson_run *r, const char *name)
{
	const struct field *choice = part_field(run_part(r), KEY_CHOICE, 0);

	if (!choice || !strcmp(name, "other"))
		return true;
	for (unsigned i = 0; (choice = part_field(run_part(r), KEY_CHOICE, i)); i++)
		if (!strcmp(name, predict_choice(r, choice)) || !strcmp(name, choice->value))
			return true;
	return false;
}

static void check_feedback(const struct lint *lint, const struct field *wrong)
{
	const char *label = predict_label(lint->run, wrong);

	if (!is_choice(lint->run, label))
		lint_complain(lint, wrong->line, wrong->column,
		              "no choice is called like this wrong answer");
	else if (predict_is_right(lint->run, label))
		lint_complain(lint, wrong->line, wrong->column,
		              "this answer is called wrong, and it is right");
}

/* Two choices with one name: the second could never be given. */
static void check_choices(const struct lint *lint, const struct part *part)
{
	const struct field *a, *b;

	for (unsigned i = 0; (a = part_field(part, KEY_CHOICE, i)); i++)
		for (unsigned k = 0; k < i && (b = part_field(part, KEY_CHOICE, k)); k++)
			if (!strcmp(predict_choice(lint->run, a), predict_choice(lint->run, b)))
				lint_complain(lint, a->line, a->column,
				              "this choice says the same as one before it");
}

/* Everything here is about the question as asked of this world: on another kernel the same choices
 * may lack the right one. */
static void check_prediction(const struct lint *lint, const struct part *part)
{
	const struct field *wrong;
	char right[80], text[160];

	if (!lint->run->answer_known)
		return; /* said already */
	check_choices(lint, part);
	if (!lesson_run_right_answer(lint->run, right, sizeof right)) {
		observation_text(&lint->run->answer, right, sizeof right);
		snprintf(text, sizeof text, "the answer is %s, and no choice says so", right);
		lint_complain(lint, part->line, 1, text);
	}
	for (unsigned i = 0; (wrong = part_field(part, KEY_WRONG, i)); i++)
		check_feedback(lint, wrong);
}

/* --- the whole way ---------------------------------------------------------------------------- */

void lint_play(struct lint *lint)
{
	while (lesson_run_wants(lint->run) != LESSON_OVER) {
		enum lesson_wants wants = lesson_run_wants(lint->run);

		if (wants == LESSON_GOAL)
			check_task(lint, run_part(lint->run));
		else if (wants == LESSON_ANSWER)
			check_prediction(lint, run_part(lint->run));
		if (!lesson_run_solve(lint->run, NULL, NULL) &&
		    lesson_run_wants(lint->run) != LESSON_OVER)
			return; /* what is wrong was said, and the rest may depend on it */
	}
}

