/*
 * A run's main road: how it begins, how it speaks, and what readers ask of it. What happens at a
 * part is in arrive.c; what a question or a task needs of its own in predict.c and task.c, going
 * back in travel.c, what readers type in line.c.
 */
#include "lesson/run.h"

#include "lab/translate.h"
#include "lesson/running.h"

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
	if (!r->record) {
		free(r);
		return NULL;
	}
	lesson_run_seed(r, l->seed);
	return r;
}

void lesson_run_free(struct lesson_run *r)
{
	if (!r)
		return;
	predict_release(r);
	log_clear(r);
	free(r->said);
	free(r->record);
	free(r);
}

void lesson_run_seed(struct lesson_run *r, uint64_t seed)
{
	r->seed = seed;
	variants_draw(&r->variants, r->lesson->vary, r->lesson->nr_vary, seed);
}

void run_take_variants(struct lesson_run *r, unsigned i)
{
	variants_take(&r->variants, r->lesson->vary, r->lesson->nr_vary, i);
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

struct inline_scope run_scope(const struct lesson_run *r)
{
	return (struct inline_scope){ r->s, &r->variants };
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
	struct inline_scope scope = run_scope(r);
	char kernel[64], seed[64], *machine, *at;
	const char *words[BOOT_WORDS] = { kernel, seed };
	unsigned n = 2;
	bool ok;

	machine = inline_expand(lesson_machine(r->lesson), &scope, m);
	if (!machine || *m->text) {
		free(machine);
		return false;
	}
	at = machine;
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
	r->paused = false;
	names_begin(r);
	run_go_on(r);
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
	else if (run_part(r)->kind == PART_THREADS)
		run_threads(r);
	r->at++;
	run_go_on(r);
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
		run_say_text(r, SAY_HINT, _("Hint: "), hint->value);
	} else {
		run_say(r, SAY_HINT, r->record[r->at].hints ? N_("There are no more hints.") :
		        N_("There is no hint here."));
	}
}

/* Skipping a task runs the author's solution, so that what comes next finds the world it expects. */
void run_skip(struct lesson_run *r)
{
	if (run_part(r)->kind == PART_TASK)
		task_skip(r);
	else
		predict_skip(r);
	r->record[r->at].skipped = !r->record[r->at].ever;
	r->wants = LESSON_NEXT;
	step_passed(r);
}

void lesson_run_skip(struct lesson_run *r)
{
	if (r->wants == LESSON_NEXT) {
		lesson_run_next(r);
	} else if (r->wants == LESSON_OVER) {
		lesson_run_status(r);
	} else if (!r->lesson->allow_skip) {
		run_say(r, SAY_STATUS, "This lesson does not let you skip; `hint` may help.");
	} else {
		run_skip(r);
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
