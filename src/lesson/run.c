/*
 * A run's main road: from part to part. What a question or a task needs of its own is in
 * predict.c and task.c, going back in travel.c, what readers type in line.c.
 */
#include "lesson/run.h"

#include "lesson/flow.h"
#include "lesson/inline.h"
#include "lesson/prose.h"
#include "lesson/running.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BOOT_WORDS 32

/* A run knows its session only through the interpreter: what a lesson does goes the same way as what
 * a reader types, so that both are recorded, traced and taken back alike. */
struct lesson_run *lesson_run_new(const struct lesson *l, struct interp *in,
                                  const struct lesson_ear *ear)
{
	struct lesson_run *r = calloc(1, sizeof *r);

	if (!r)
		return NULL;
	r->lesson = l;
	r->in = in;
	r->s = interp_session(in);
	r->ear = *ear;
	r->width = 80;
	r->wants = LESSON_OVER;
	r->record = calloc(l->nr_parts + 1, sizeof *r->record);
	if (r->record)
		return r;
	free(r);
	return NULL;
}

void lesson_run_free(struct lesson_run *r)
{
	if (!r)
		return;
	free(r->record);
	free(r);
}

void lesson_run_width(struct lesson_run *r, unsigned width)
{
	r->width = width;
}

/* Behind the last part there is none: every user of this has to ask, and the end is no special
 * number elsewhere. */
const struct part *run_part(const struct lesson_run *r)
{
	return r->at < r->lesson->nr_parts ? &r->lesson->part[r->at] : NULL;
}

/* --- speaking --------------------------------------------------------------------------------- */

void run_say(struct lesson_run *r, enum say_kind kind, const char *format, ...)
{
	va_list ap;
	char *text;
	int n;

	va_start(ap, format);
	n = vasprintf(&text, format, ap);
	va_end(ap);
	if (n < 0)
		return;
	r->ear.say(r->ear.ctx, kind, text);
	free(text);
}

/* A fault is the author's, never the reader's: it is said with the place in the file, and the lesson
 * goes on as well as it can, because a class cannot wait for a corrected file. */
void run_fault(struct lesson_run *r, unsigned line, const char *text)
{
	r->faults++;
	if (r->ear.fault)
		r->ear.fault(r->ear.ctx, line, text);
	else
		run_say(r, SAY_PROBLEM, "%s:%u: %s", r->lesson->file, line, text);
}

void run_say_text(struct lesson_run *r, enum say_kind kind, const char *first, const char *text)
{
	const struct part *part = run_part(r);
	struct message m;
	char rest[32], *expanded = inline_expand(text, r->s, &m), *set;

	snprintf(rest, sizeof rest, "%*s", (int)text_cells(first), "");
	set = expanded ? flow_paragraph(expanded, r->width, first, rest) : NULL;
	if (set)
		r->ear.say(r->ear.ctx, kind, set);
	if (*m.text)
		run_fault(r, part ? part->line : 0, m.text);
	free(set);
	free(expanded);
}

/* --- commands in the lesson's name ------------------------------------------------------------ */

enum status run_lines(struct lesson_run *r, const char *lines, unsigned line, reply_fn *fn,
                         void *ctx)
{
	struct source_line l = { NULL, 0, 0 };
	enum status worst = STATUS_OK;

	interp_restrict(r->in, true);
	while (source_next(lines, &l) && worst != STATUS_ERROR && worst != STATUS_OOPS) {
		char *text = strndup(l.start, l.size);
		enum status s = text ? interp_line(r->in, r->lesson->file, line + l.number - 1,
		                                   text, fn, ctx) : STATUS_ERROR;

		worst = s > worst ? s : worst;
		free(text);
	}
	interp_restrict(r->in, false);
	return worst;
}

/* An oops is an answer like others: a lesson may provoke one. An error means that the command could
 * not be done at all, and that the author did not try his lesson. */
static void hear_reply(void *ctx, const struct reply *reply)
{
	struct lesson_run *r = ctx;
	const struct part *part = run_part(r);

	if (r->ear.reply)
		r->ear.reply(r->ear.ctx, reply);
	else
		run_say(r, SAY_REPLY, "%s", reply->message);
	if (reply->status == STATUS_ERROR && part)
		run_fault(r, reply->line ? reply->line : part->line,
		          "the lesson's own command fails");
}

/* Executes a run block, which was shown before. */
static void run_block(struct lesson_run *r)
{
	const struct part *part = run_part(r);

	for (unsigned i = 0; i < part->nr_fields; i++) {
		if (part->nr_fields > 1)
			run_say(r, SAY_COMMAND, "%s", part->field[i].value);
		run_lines(r, part->field[i].value, part->field[i].line, hear_reply, r);
	}
	r->record[r->at].done = true;
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
	for (unsigned i = 0; i < part->nr_fields; i++)
		fprintf(out, "%s%s", i ? "\n" : "", part->field[i].value);
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

static void say_prose(struct lesson_run *r)
{
	struct message m;

	if (!prose_say(run_part(r), r->s, r->width, r->ear.say, r->ear.ctx, &m))
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
	case PART_RUN:
		show_run(r);
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

	r->wants = LESSON_OVER;
	run_say(r, SAY_STATUS, "The end of \"%s\". Predictions right at once: %u of %u. "
	        "Goals reached: %u of %u. Hints: %u.", lesson_title(r->lesson), score.first_try,
	        score.predictions, score.reached, score.tasks, score.hints);
}

/* Goes on from part r->at until something waits. */
static void go_on(struct lesson_run *r)
{
	for (; run_part(r); r->at++) {
		struct record *record = &r->record[r->at];

		record->arrival = run_moment(r);
		record->reached = true;
		record->commands = 0;
		run_rebase(r);
		if (run_arrive(r)) {
			r->resume = run_moment(r);
			lesson_run_status(r);
			return;
		}
	}
	r->resume = run_moment(r);
	say_summary(r);
}

/* --- what readers ask for --------------------------------------------------------------------- */

/* Cuts the next word off `*at`, in place; a part of it in double quotes may hold blanks. */
static char *cut_word(char **at)
{
	char *word = *at + strspn(*at, " \t"), *to = word, *s = word;
	bool quoted = false;

	for (; *s && (quoted || (*s != ' ' && *s != '\t')); s++) {
		if (*s == '"')
			quoted = !quoted;
		else
			*to++ = *s;
	}
	*at = *s ? s + 1 : s;
	*to = '\0';
	return word;
}

/* The words of the front matter, in the order of their strength: a machine line cannot name another
 * kernel or seed, because front.c has refused that. */
static bool boot(struct lesson_run *r, struct message *m)
{
	char kernel[64], seed[64], *machine = strdup(lesson_machine(r->lesson)), *at = machine;
	const char *words[BOOT_WORDS] = { kernel, seed };
	unsigned n = 2;
	bool ok;

	snprintf(kernel, sizeof kernel, "kernel=%s", r->kernel);
	snprintf(seed, sizeof seed, "seed=%llu", (unsigned long long)r->lesson->seed);
	while (at && n < BOOT_WORDS && *(words[n] = cut_word(&at)))
		n++;
	ok = interp_boot_fresh(r->in, n, words, m);
	free(machine);
	return ok;
}

bool lesson_run_start(struct lesson_run *r, const char *kernel, struct message *m)
{
	const char *before = r->kernel;

	r->kernel = kernel ? kernel : r->lesson->kernel[0];
	if (!boot(r, m)) {
		r->kernel = before;
		return false;
	}
	memset(r->record, 0, (r->lesson->nr_parts + 1) * sizeof *r->record);
	r->at = 0;
	go_on(r);
	return true;
}

void lesson_run_restart(struct lesson_run *r)
{
	struct message m;

	if (!lesson_run_start(r, r->kernel, &m))
		run_fault(r, 1, m.text);
}

/* Going on ends free play. A run block is executed now, on leaving it: its commands were shown when
 * the run came to it. Where going on has to wait for the reader, what it waits for is said again: by
 * now it may be off the screen. */
void lesson_run_next(struct lesson_run *r)
{
	if (r->wants != LESSON_NEXT) {
		if (r->wants == LESSON_ANSWER)
			predict_ask(r);
		else if (r->wants == LESSON_GOAL)
			task_set(r);
		lesson_run_status(r);
		return;
	}
	if (!run_resume(r))
		return;
	if (run_part(r)->kind == PART_RUN)
		run_block(r);
	r->at++;
	go_on(r);
}

void lesson_run_hint(struct lesson_run *r)
{
	const struct part *part = run_part(r);
	const struct field *hint;

	if (r->wants != LESSON_ANSWER && r->wants != LESSON_GOAL) {
		lesson_run_status(r);
		return;
	}
	hint = part_field(part, KEY_HINT, r->record[r->at].hints);
	if (hint) {
		r->record[r->at].hints++;
		run_say_text(r, SAY_HINT, "Hint: ", hint->value);
	} else {
		run_say(r, SAY_HINT, r->record[r->at].hints ? "There are no more hints." :
		        "There is no hint here.");
	}
}

/* Skipping a task runs the author's solution, so that what comes next finds the world it expects. */
void lesson_run_skip(struct lesson_run *r)
{
	if (r->wants == LESSON_NEXT) {
		lesson_run_next(r);
	} else if (r->wants == LESSON_OVER) {
		lesson_run_status(r);
	} else if (!r->lesson->allow_skip) {
		run_say(r, SAY_STATUS, "This lesson does not let you skip; `hint` may help.");
	} else {
		if (run_part(r)->kind == PART_TASK)
			task_skip(r);
		else
			predict_skip(r);
		r->record[r->at].skipped = true;
		r->wants = LESSON_NEXT;
		lesson_run_status(r);
	}
}

void lesson_run_check(struct lesson_run *r)
{
	const struct part *part = run_part(r);

	if (part && part->kind == PART_TASK)
		task_check(r);
	else
		lesson_run_status(r);
}
