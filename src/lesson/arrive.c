/*
 * Arriving at a part: prose is said, views are changed and expectations dealt with in passing; a
 * block that asks something of the reader is shown, and holds the run.
 */
#include "lab/translate.h"
#include "lesson/prose.h"
#include "lesson/running.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- blocks that are run ---------------------------------------------------------------------- */

/* A command with its values in it, just before it is run. */
static void say_command(struct lesson_run *r, const char *text)
{
	char *line = run_command_text(r, text);

	if (line)
		run_say(r, SAY_COMMAND, "%s", line);
	free(line);
}

/* An oops is an answer like others: a lesson may provoke one. An error means that the command could
 * not be done at all, and that the author did not try his lesson. */
void run_hear(void *ctx, const struct reply *reply)
{
	struct lesson_run *r = ctx;
	const struct part *part = run_part(r);

	if (r->ear.reply && !r->mute)
		r->ear.reply(r->ear.ctx, reply);
	else if (!r->ear.reply)
		run_say(r, SAY_REPLY, "%s", reply->message);
	if (reply->status == STATUS_ERROR && part)
		run_fault_of(r, reply->line ? reply->line : part->line, reply);
}

void run_block(struct lesson_run *r)
{
	const struct part *part = run_part(r);

	for (unsigned i = 0; i < part->nr_fields; i++) {
		if (part->nr_fields > 1)
			say_command(r, part->field[i].value);
		run_lines(r, part->field[i].value, part->field[i].line, run_hear, r);
	}
	r->record[r->at].done = r->record[r->at].ever = true;
	step_passed(r);
}

/* --- arriving at a part ----------------------------------------------------------------------- */

/* The commands as they stand in the file, before anything happens: who reads them first has a guess
 * to compare with what comes. */
static void show_run(struct lesson_run *r)
{
	const struct part *part = run_part(r);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return;
	for (unsigned i = 0; i < part->nr_fields; i++) {
		char *line = run_command_text(r, part->field[i].value);

		fprintf(out, "%s%s", i ? "\n" : "", line ? line : "");
		free(line);
	}
	fclose(out);
	run_say(r, SAY_COMMAND, "%s", text);
	free(text);
}

/* `expect`: the author's own assertions, so that a lesson whose world has gone astray says so where
 * it happens and not three questions later. */
static void check_expectations(struct lesson_run *r)
{
	const struct part *part = run_part(r);

	for (unsigned i = 0; i < part->nr_fields; i++) {
		const struct field *f = &part->field[i];
		struct observation o;
		struct message m;

		if (!expr_eval_text(f->value, r->s, &o, &m))
			run_fault(r, f->line, m.text);
		else if (!observation_true(&o))
			run_fault(r, f->line, "the lesson expects something here that is not so");
	}
}

/* Not every front end has views: that one is missing is no fault of the lesson. */
static void no_reply(void *ctx, const struct reply *reply)
{
	(void)ctx;
	(void)reply;
}

static void change_view(struct lesson_run *r)
{
	const struct part *part = run_part(r);
	char line[80];

	snprintf(line, sizeof line, "view %.60s", part->field[0].value);
	interp_line(r->in, r->lesson->file, part->line, line, no_reply, NULL);
}

/* Where nobody can show a view there is none. */
static void show_screen(struct lesson_run *r)
{
	char name[64] = "";
	unsigned cols = 0, rows = 0;

	sscanf(run_part(r)->field[0].value, "%63s %ux%u", name, &cols, &rows);
	if (r->ear.show)
		r->ear.show(r->ear.ctx, name, cols, rows);
}

/* Without the line's end: what it is said as has none. */
static void show_program(struct lesson_run *r)
{
	const char *text = part_value(run_part(r), KEY_PROGRAM);
	size_t n = strlen(text);

	while (n && text[n - 1] == '\n')
		n--;
	run_say(r, SAY_CODE, "%.*s", (int)n, text);
}

static void say_prose(struct lesson_run *r)
{
	struct inline_scope scope = run_scope(r);
	struct message m;

	if (!prose_say(run_part(r), &scope, run_speak, r, &m))
		run_fault(r, run_part(r)->line, m.text);
}

/* Prose, views and expectations ask nothing of the reader and are passed; the others hold the run. */
bool run_arrive(struct lesson_run *r)
{
	switch (run_part(r)->kind) {
	case PART_PROSE:
		say_prose(r);
		return false;
	case PART_EXPECT:
		check_expectations(r);
		return false;
	case PART_VIEW:
		change_view(r);
		return false;
	case PART_SHOW:
		show_screen(r);
		return false;
	case PART_RUN:
		show_run(r);
		r->wants = LESSON_NEXT;
		return true;
	case PART_THREADS:
		show_program(r);
		r->wants = LESSON_NEXT;
		return true;
	case PART_PREDICT:
		predict_compute(r);
		predict_ask(r);
		r->wants = LESSON_ANSWER;
		return true;
	case PART_TASK:
		task_begin(r);
		task_set(r);
		r->wants = LESSON_GOAL;
		return true;
	default:
		return false;
	}
}

/* No marks, no percentage: what was right at once is what a reader, or his teacher, can use. */
static void say_summary(struct lesson_run *r)
{
	struct lesson_score score = lesson_run_score(r);
	const char *read = lesson_read_on(r->lesson);
	char *text;

	r->wants = LESSON_OVER;
	if (*read && asprintf(&text, _("Pages that `man` shows here: %s."), read) >= 0) {
		run_say_text(r, SAY_PROSE, "", text);
		free(text);
	}
	if (asprintf(&text, _("The end of \"%s\". Predictions right at once: %u of %u. "
	                      "Goals reached: %u of %u. Hints: %u."),
	             lesson_title(r->lesson), score.first_try, score.predictions, score.reached,
	             score.tasks, score.hints) < 0)
		return;
	run_say(r, SAY_SUMMARY, "%s", text);
	free(text);
	lesson_run_status(r);
}

void run_go_on(struct lesson_run *r)
{
	log_clear(r);
	for (; run_part(r); r->at++) {
		struct record *record = &r->record[r->at];

		record->arrival = run_moment(r);
		record->reached = true;
		record->commands = 0;
		run_rebase(r);
		r->own = r->nr_said;
		if (run_arrive(r)) {
			r->resume = run_moment(r);
			lesson_run_status(r);
			return;
		}
		r->own = r->nr_said; /* it was on the way */
	}
	r->resume = run_moment(r);
	say_summary(r);
}

