/*
 * The grader is a reader without eyes: it gives a run the lines of the transcript, one after the
 * other, through the same door as a prompt does, and looks after each at the records of the parts.
 *
 * A run forgets what was done when it begins again, and a part when one goes back to it; so the
 * grader keeps its own account and only adds to it what has changed.
 */
#include "config.h"

#include "lesson/grade.h"

#include "lesson/running.h"
#include "lesson/transcript.h"

#include <stdlib.h>
#include <string.h>

/* The session asks every 4096 steps whether to stop: 4 million steps a line, 400 million in all, are
 * a hundred times what the longest lesson takes, and some seconds of work. */
#define LINE_QUESTIONS 1000u
#define ALL_QUESTIONS 100000u

struct grader {
	struct verdict *v;
	struct lesson_run *run;
	struct interp *in;
	const struct typed *line;       /* being typed */
	unsigned questions, all_questions;
	bool out_of_bounds;
	struct record *before;          /* the records, as they were after the last line */
};

/* --- bounds ----------------------------------------------------------------------------------- */

/* Ends a run where ^C ended it, or where it has gone on for too long. */
static bool stop(void *ctx)
{
	struct grader *g = ctx;

	if (++g->questions > LINE_QUESTIONS || ++g->all_questions > ALL_QUESTIONS)
		g->out_of_bounds = true;
	return g->out_of_bounds || (g->line->interrupted &&
	                            session_position(g->run->s) >= g->line->position);
}

/* --- the account ------------------------------------------------------------------------------ */

static struct check *check_of(struct grader *g, unsigned part)
{
	for (unsigned i = 0; i < g->v->nr; i++)
		if (g->v->check[i].line == g->run->lesson->part[part].line)
			return &g->v->check[i];
	return NULL;
}

/* How much a counter has grown; one that was set back begins again. */
static unsigned grown(unsigned now, unsigned before)
{
	return now >= before ? now - before : now;
}

/* What the last line has changed at one part. */
static void note_part(struct check *c, const struct record *now, const struct record *before)
{
	c->reached = c->reached || now->reached;
	c->hints += grown(now->hints, before->hints);
	if (c->met)
		return;
	c->wrong += grown(now->tries, before->tries);
	c->skipped = c->skipped || now->skipped;
	if (!now->done || c->skipped || (!c->task && c->wrong))
		return;
	c->met = true;
	c->commands = c->task ? now->commands : 0;
}

static void note(struct grader *g)
{
	const struct lesson *l = g->run->lesson;

	for (unsigned i = 0; i < l->nr_parts; i++) {
		struct check *c = check_of(g, i);

		if (c)
			note_part(c, &g->run->record[i], &g->before[i]);
	}
	memcpy(g->before, g->run->record, l->nr_parts * sizeof *g->before);
}

/* One check for each part that asks something of the reader. */
static void make_checks(struct verdict *v, const struct lesson *l)
{
	unsigned tasks = 0, predictions = 0;

	v->check = calloc(l->nr_parts + 1, sizeof *v->check);
	if (!v->check)
		abort();
	for (unsigned i = 0; i < l->nr_parts; i++) {
		const struct part *part = &l->part[i];
		bool task = part->kind == PART_TASK;

		if (!task && part->kind != PART_PREDICT)
			continue;
		v->check[v->nr++] = (struct check){ .task = task, .line = part->line,
			                            .number = task ? ++tasks : ++predictions,
			                            .ask = part_value(part, KEY_ASK) };
	}
}

/* --- typing it again -------------------------------------------------------------------------- */

static void hear_nothing(void *ctx, enum say_kind kind, const char *text)
{
	(void)ctx;
	(void)kind;
	(void)text;
}

/* A lesson that is at fault itself proves nothing about who worked in it. */
static void hear_fault(void *ctx, unsigned line, const char *text)
{
	struct verdict *v = ctx;

	if (v->graded)
		fail(&v->reason, "the lesson itself fails in line %u: %s", line, text);
	v->graded = false;
}

static void hear_no_reply(void *ctx, const struct reply *reply)
{
	(void)ctx;
	(void)reply;
}

/* Files are out of reach in each line anew: a run gives them back to the reader behind the commands
 * of its own. */
static void type(struct grader *g, const struct typed *line, unsigned number)
{
	g->line = line;
	g->questions = 0;
	interp_restrict(g->in, true);
	lesson_run_line(g->run, NULL, number, line->text, hear_no_reply, NULL);
	note(g);
}

static void replay(struct grader *g, const struct transcript *t)
{
	struct message m;

	lesson_run_seed(g->run, t->head.seed);
	if (!lesson_run_start(g->run, t->head.kernel, &m)) {
		g->v->graded = fail(&g->v->reason, "%s", m.text);
		return;
	}
	note(g);
	for (unsigned i = 0; i < t->n && g->v->graded && !interp_quit(g->in); i++) {
		type(g, &t->line[i], i + 1);
		if (g->out_of_bounds)
			g->v->graded = fail(&g->v->reason, "what is typed in line %u takes more steps "
			                    "than are granted", i + 2);
	}
}

/* A session of its own for each: nothing of one student can leak into the verdict on another. */
static void play(const struct lesson *l, const struct transcript *t, struct verdict *v)
{
	struct lesson_ear ear = { .say = hear_nothing, .reply = hear_no_reply, .ctx = v,
		                  .fault = hear_fault };
	struct session *s = session_new();
	struct grader g = { .v = v, .in = interp_new(s) };

	g.before = calloc(l->nr_parts + 1, sizeof *g.before);
	g.run = lesson_run_new(l, g.in, &ear);
	if (!g.before || !g.run)
		abort();
	g.line = &(struct typed){ .text = NULL };
	session_set_stop(s, stop, &g);
	replay(&g, t);
	lesson_run_free(g.run);
	interp_free(g.in);
	session_free(s);
	free(g.before);
}

/* --- the whole -------------------------------------------------------------------------------- */

static bool has_kernel(const struct lesson *l, const char *kernel)
{
	const char *name;

	for (unsigned i = 0; (name = lesson_kernel(l, i)); i++)
		if (!strcmp(name, kernel))
			return true;
	return false;
}

/* Whether the transcript is of this lesson, as it is now, and of this program. */
static bool belongs(const struct lesson *l, const struct transcript_head *h, struct message *m)
{
	char hash[20];

	lesson_hash(l, hash, sizeof hash);
	if (strcmp(h->lesson, lesson_id(l)) != 0)
		return fail(m, "this is a transcript of the lesson %s, not of %s", h->lesson,
		            lesson_id(l));
	if (strcmp(h->version, PACKAGE_VERSION) != 0)
		return fail(m, "this was made with kmaplab %s; kmaplab %s may answer otherwise",
		            h->version, PACKAGE_VERSION);
	if (strcmp(h->hash, hash) != 0)
		return fail(m, "this was made with another version of the lesson (%s; this is %s)",
		            h->hash, hash);
	if (!has_kernel(l, h->kernel))
		return fail(m, "this was made with kernel %s, on which the lesson is not played",
		            h->kernel);
	return true;
}

void grade(const struct lesson *l, const char *path, struct verdict *v)
{
	struct transcript *t;

	*v = (struct verdict){ .transcript = path };
	make_checks(v, l);
	t = transcript_read(path, &v->reason);
	v->graded = t && belongs(l, &t->head, &v->reason);
	if (v->graded)
		play(l, t, v);
	for (unsigned i = 0; i < v->nr; i++)
		v->nr_met += v->check[i].met;
	transcript_free(t);
}

void verdict_release(struct verdict *v)
{
	free(v->check);
	*v = (struct verdict){ .transcript = NULL };
}

static void add_check(struct check *c, const struct check *later)
{
	bool open = !c->met && !c->skipped && (c->task || !c->wrong);

	c->reached = c->reached || later->reached;
	c->hints += later->hints;
	if (c->met)
		return;
	c->met = open && later->met;
	c->commands = c->met ? later->commands : 0;
	c->skipped = c->skipped || later->skipped;
	c->wrong += later->wrong;
}

void verdict_add(struct verdict *v, const struct verdict *later)
{
	v->nr_met = 0;
	for (unsigned i = 0; i < v->nr && i < later->nr; i++) {
		add_check(&v->check[i], &later->check[i]);
		v->nr_met += v->check[i].met;
	}
}

const char *check_reason(const struct check *c)
{
	if (!c->reached)
		return "not come to";
	if (c->skipped)
		return "shown by `skip`";
	if (c->task)
		return "goal not reached";
	return c->wrong ? "first answer wrong" : "not answered";
}
