/*
 * Predictions: a question, choices or none, and an answer that nobody wrote down.
 *
 * The answer is an expression over the world, evaluated when the question is asked. Where the
 * question is about something that is still to happen (`after: kmap p`), the commands are run, the
 * expression is evaluated, and the session goes back: the reader sees nothing of it, and the world
 * is as it was. So a prediction cannot become wrong when a kernel or a machine changes.
 *
 * A choice is told by its letter, by its text, or by its label (`choice same: ...`), which is also
 * what the answer's value is compared with and what `wrong LABEL:` means.
 */
#include "lesson/running.h"

#include "machine/conf.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A choice's text, or a label, with its numbers in it: each field has a place for both. */
static const char *shown_text(const struct lesson_run *r, const struct field *f)
{
	size_t i = 2 * (size_t)(f - run_part(r)->field);

	return i < r->nr_shown && r->shown[i] ? r->shown[i] : f->value;
}

const char *predict_label(const struct lesson_run *r, const struct field *f)
{
	size_t i = 2 * (size_t)(f - run_part(r)->field) + 1;

	return i < r->nr_shown && r->shown[i] ? r->shown[i] : f->label;
}

const char *predict_choice(const struct lesson_run *r, const struct field *choice)
{
	return *choice->label ? predict_label(r, choice) : shown_text(r, choice);
}

/* Whether a word names a value: as a number (yes and no are 1 and 0), or as text. */
static bool names_value(const char *word, const struct observation *o)
{
	char text[80];
	uint64_t n;
	bool b;

	if (o->type == OBS_WORD)
		return !strcasecmp(word, o->word);
	if (conf_number(word, &n))
		return n == o->n;
	if (conf_bool(word, &b) && (o->type == OBS_BOOL || o->n < 2))
		return b == (o->n != 0);
	observation_text(o, text, sizeof text);
	return !strcasecmp(word, text);
}

/* `within: 10` takes for right what is at most 10 percent off. */
static bool near_value(const struct part *part, const char *word, const struct observation *o)
{
	const char *within = part_value(part, KEY_WITHIN);
	uint64_t n, percent = within ? strtoull(within, NULL, 0) : 0, off;

	if (!percent || o->type == OBS_WORD || !conf_number(word, &n))
		return false;
	off = n > o->n ? n - o->n : o->n - n;
	return off <= UINT64_MAX / 100 && o->n <= UINT64_MAX / percent &&
	       off * 100 <= o->n * percent;
}

/* The same text, or the same number. */
static bool same_name(const char *a, const char *b)
{
	uint64_t m, n;

	return !strcasecmp(a, b) || (conf_number(a, &m) && conf_number(b, &n) && m == n);
}

/* --- asking ----------------------------------------------------------------------------------- */

/* Of the commands behind `after` nothing is heard, unless one fails. */
static void hear_after(void *ctx, const struct reply *reply)
{
	struct lesson_run *r = ctx;

	if (reply->status == STATUS_ERROR)
		run_fault_of(r, reply->line ? reply->line : run_part(r)->line, reply);
}

void predict_release(struct lesson_run *r)
{
	for (unsigned i = 0; i < r->nr_shown; i++)
		free(r->shown[i]);
	free(r->shown);
	r->shown = NULL;
	r->nr_shown = 0;
}

static char *filled_in(struct lesson_run *r, const struct field *f, const char *text)
{
	struct inline_scope scope = run_scope(r);
	struct message m;
	char *filled = inline_expand(text, &scope, &m);

	if (*m.text)
		run_fault(r, f->line, m.text);
	return filled;
}

/* Choices and their names, and those of wrong answers, may hold expressions. They are computed once,
 * when the question is asked: the reader may change the world before he answers. */
static void fill_in(struct lesson_run *r)
{
	const struct part *part = run_part(r);

	predict_release(r);
	r->shown = calloc(2 * part->nr_fields, sizeof *r->shown);
	if (!r->shown)
		return;
	r->nr_shown = 2 * part->nr_fields;
	for (unsigned i = 0; i < part->nr_fields; i++) {
		const struct field *f = &part->field[i];

		if (f->key == KEY_CHOICE)
			r->shown[2 * i] = filled_in(r, f, f->value);
		if (f->key == KEY_CHOICE || f->key == KEY_WRONG)
			r->shown[2 * i + 1] = filled_in(r, f, f->label);
	}
}

void predict_compute(struct lesson_run *r)
{
	const struct part *part = run_part(r);
	const struct field *after = part_field(part, KEY_AFTER, 0);
	const struct field *answer = part_field(part, KEY_ANSWER, 0);
	struct moment here;
	struct message m = { "" };

	run_let(r);
	fill_in(r);
	here = run_moment(r);
	if (after)
		run_lines(r, after->value, after->line, hear_after, r);
	r->answer_known = expr_eval_text(answer->value + 1, r->s, &r->answer, &m);
	if (!r->answer_known)
		run_fault(r, answer->line, m.text);
	if (after)
		run_restore(r, &here);
}

/* Letters, not numbers: most answers are numbers themselves, and "2" would mean two things. */
void predict_ask(struct lesson_run *r)
{
	const struct part *part = run_part(r);
	const struct field *choice;

	run_say_text(r, SAY_QUESTION, "", part_value(part, KEY_ASK));
	for (unsigned i = 0; (choice = part_field(part, KEY_CHOICE, i)); i++) {
		char first[8];

		snprintf(first, sizeof first, "%c) ", 'a' + (int)(i % 26));
		run_say_text(r, SAY_CHOICE, first, shown_text(r, choice));
	}
}

/* --- answers ---------------------------------------------------------------------------------- */

/* What a typed answer stands for: a choice's name or a number's text; NULL when it is neither. */
static const char *meant(const struct lesson_run *r, const char *text)
{
	const struct part *part = run_part(r);
	const struct field *choice;
	uint64_t n;

	if (!part_field(part, KEY_CHOICE, 0))
		return conf_number(text, &n) || isalpha((unsigned char)*text) ? text : NULL;
	for (unsigned i = 0; (choice = part_field(part, KEY_CHOICE, i)); i++)
		if (same_name(text, shown_text(r, choice)) ||
		    same_name(text, predict_choice(r, choice)) ||
		    (tolower((unsigned char)*text) == 'a' + (int)i && !text[1]))
			return predict_choice(r, choice);
	if (conf_number(text, &n) && n && n < 27)
		choice = part_field(part, KEY_CHOICE, (unsigned)n - 1);
	return choice ? predict_choice(r, choice) : NULL;
}

bool predict_is_right(const struct lesson_run *r, const char *name)
{
	return r->answer_known && (names_value(name, &r->answer) ||
	                           near_value(run_part(r), name, &r->answer));
}

/* What the author has to say to this wrong answer. */
static const char *feedback(const struct lesson_run *r, const char *name)
{
	const struct part *part = run_part(r);
	const struct field *wrong;
	const char *other = NULL;

	for (unsigned i = 0; (wrong = part_field(part, KEY_WRONG, i)); i++) {
		if (same_name(predict_label(r, wrong), name))
			return wrong->value;
		if (!strcasecmp(wrong->label, "other"))
			other = wrong->value;
	}
	return other;
}

static void answered_right(struct lesson_run *r)
{
	const char *why = part_value(run_part(r), KEY_WHY);

	r->record[r->at].done = r->record[r->at].ever = true;
	step_passed(r);
	r->wants = LESSON_NEXT;
	run_say(r, SAY_RIGHT, "Right.");
	if (why)
		run_say_text(r, SAY_RIGHT, "", why);
	lesson_run_status(r);
}

/* A wrong answer may be followed by another; only the first counts for the score. */
static void answered_wrong(struct lesson_run *r, const char *name)
{
	const char *text = feedback(r, name);

	r->record[r->at].tries++;
	log_forget(r, SAY_WRONG);
	run_say(r, SAY_WRONG, "Not so.");
	if (text)
		run_say_text(r, SAY_WRONG, "", text);
	lesson_run_status(r);
}

/* A letter beyond the last choice: no command is so short, so it was meant as an answer. */
static bool beyond_choices(struct lesson_run *r, const char *text)
{
	unsigned n = 0;

	while (part_field(run_part(r), KEY_CHOICE, n))
		n++;
	if (!n || !isalpha((unsigned char)*text) || text[1])
		return false;
	run_say(r, SAY_HINT, "The answers here are a to %c; Enter shows the question again.",
	        'a' + (int)(n - 1) % 26);
	return true;
}

/* What is no answer is left to the caller, who tries it as a command: readers may look around before
 * they commit themselves. */
bool lesson_run_answer(struct lesson_run *r, const char *text)
{
	const char *name;

	if (r->wants != LESSON_ANSWER)
		return false;
	name = meant(r, text);
	if (!name && beyond_choices(r, text))
		return true;
	if (!name || (!part_field(run_part(r), KEY_CHOICE, 0) && r->answer.type != OBS_WORD &&
	              isalpha((unsigned char)*name)))
		return false;
	if (!run_resume(r))
		return true;
	if (predict_is_right(r, name))
		answered_right(r);
	else
		answered_wrong(r, name);
	return true;
}

bool lesson_run_right_answer(const struct lesson_run *r, char *buf, size_t size)
{
	const struct part *part = run_part(r);
	const struct field *choice;

	if (!part || part->kind != PART_PREDICT || !r->answer_known)
		return false;
	if (!part_field(part, KEY_CHOICE, 0)) {
		observation_text(&r->answer, buf, size);
		return true;
	}
	for (unsigned i = 0; (choice = part_field(part, KEY_CHOICE, i)); i++)
		if (names_value(predict_choice(r, choice), &r->answer)) {
			snprintf(buf, size, "%c", 'a' + (int)i);
			return true;
		}
	return false;
}

void predict_skip(struct lesson_run *r)
{
	char right[80];
	const char *why = part_value(run_part(r), KEY_WHY);

	run_resume(r);
	if (lesson_run_right_answer(r, right, sizeof right))
		run_say(r, SAY_RIGHT, "The answer: %s.", right);
	if (why)
		run_say_text(r, SAY_RIGHT, "", why);
}
