/*
 * explore: every order in which the threads of a program can run.
 *
 * The machine that a program sets up is one of its own, unless the program goes on with the present
 * one: when the search is over, the session is where it was. With replay=yes it stays, and the
 * shortest schedule that breaks something is put on the timeline, a step of the schedule an input or
 * two, so that `back`, `forward` and `goto` walk along it and every view shows it.
 */
#include "command/explored.h"
#include "command/program.h"

#include "command/arg.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A program being explored. */
struct exploring {
	struct call *c;
	struct program *p;
	struct explorer *x;
	unsigned nr_threads; /* with those that were in the middle of something */
	struct explore_thread thread[EXPLORE_THREADS];
};

/* --- where the program comes from ------------------------------------------------------------- */

void interp_program(struct interp *in, const char *name, unsigned line, const char *text)
{
	char *copy = strdup(text), *called = strdup(name);

	if (!copy || !called)
		abort();
	free(in->program.text);
	free(in->program.name);
	in->program.text = copy;
	in->program.name = called;
	in->program.line = line;
}

static bool read_file(struct call *c, const char *path)
{
	char *text = malloc(PROGRAM_BYTES + 2);
	struct stat st;
	size_t n = 0;
	FILE *f = text ? fopen(path, "r") : NULL;

	if (!f) {
		bad(c, 0, "The program %s cannot be opened: %s", path, strerror(errno));
	} else if (fstat(fileno(f), &st) || !S_ISREG(st.st_mode)) {
		bad(c, 0, "%s is no regular file", path);
	} else {
		n = fread(text, 1, PROGRAM_BYTES + 1, f);
		text[n] = '\0';
		if (n > PROGRAM_BYTES)
			bad(c, 0, "%s is longer than %u bytes", path, PROGRAM_BYTES);
		else if (strlen(text) < n)
			bad(c, 0, "%s is no text: it has a zero byte", path);
		else
			interp_program(c->in, path, 1, text);
	}
	if (f)
		fclose(f);
	free(text);
	return !c->answer.message.length;
}

static bool find_program(struct call *c)
{
	if (c->argc && c->in->restricted)
		return bad(c, 0, "`explore FILE` reads a file, which a lesson may not do; without FILE "
		           "it explores the lesson's threads again");
	if (c->argc)
		return read_file(c, c->argv[0]);
	return c->in->program.text ||
	       bad(c, c->argc, "There is no program yet: name a file, as in: explore race.txt");
}

/* --- setting up ------------------------------------------------------------------------------- */

/* The first command of the setup that fails says why. */
static void hear(void *ctx, const struct reply *reply)
{
	struct call *c = ctx;

	if (reply->status >= STATUS_ERROR)
		refuse(c, "%s", reply->message);
}

static bool set_up(struct exploring *e)
{
	struct message m;

	for (unsigned i = 0; i < e->p->nr_setup; i++)
		if (interp_line(e->c->in, e->p->name, e->p->setup[i].line, e->p->setup[i].text, hear,
		                e->c) >= STATUS_ERROR)
			return false;
	return need_world(e->c->in, &m) || bad(e->c, e->c->argc, "%s", m.text);
}

/* The program's threads, and the tasks that are in the middle of something already. */
static bool gather_threads(struct exploring *e)
{
	const struct world *w = call_world(e->c);

	for (unsigned i = 0; i < e->p->nr_threads; i++)
		e->thread[i] = (struct explore_thread){ .cpu = e->p->thread[i].cpu,
			                                .kind = e->p->thread[i].kind,
			                                .nr_ops = e->p->thread[i].nr };
	e->nr_threads = e->p->nr_threads;
	for (unsigned i = 1; i <= w->kernel.nr_tasks; i++) {
		const struct task *t = task_get(w, i);

		if (t->state == TASK_DEAD || !t->context.depth)
			continue;
		if (e->nr_threads == EXPLORE_THREADS)
			return bad(e->c, e->c->argc, "There are more than %u threads, with the tasks "
			           "that are in the middle of something", EXPLORE_THREADS);
		e->thread[e->nr_threads++] = (struct explore_thread){ .cpu = t->cpu, .task = i };
	}
	return true;
}

/* --- what the explorer asks ------------------------------------------------------------------- */

static bool prepare(void *ctx, unsigned thread, unsigned n, struct explore_op *op, struct message *m)
{
	const struct exploring *e = ctx;
	struct request r;

	if (!program_request(e->p, e->c->in, thread, n, &r, m))
		return false;
	op->op = r.op;
	memcpy(op->locals, r.locals, sizeof(op->locals));
	return true;
}

/* An expression that has no value in a state (the page is not mapped) is not true there. */
static bool never(void *ctx, struct message *m)
{
	const struct exploring *e = ctx;
	struct observation o;

	for (unsigned i = 0; i < e->p->nr_nevers; i++)
		if (expr_eval(e->p->never[i].expr, e->c->s, &o, NULL) && observation_true(&o)) {
			fail(m, "%s", e->p->never[i].text);
			return true;
		}
	return false;
}

/* Before anybody has found anything: a search of a minute must not look like one that hangs. */
static void progress(void *ctx, const struct explore_result *so_far)
{
	const struct exploring *e = ctx;
	const struct interp *in = e->c->in;
	char text[120];

	if (!in->front || !in->front->progress)
		return;
	snprintf(text, sizeof(text), "%u of at most %u states, %u steps deep, %u violation%s",
	         so_far->states, e->p->bound.states, so_far->depth, so_far->nr_violations,
	         so_far->nr_violations == 1 ? "" : "s");
	in->front->progress(in->front_ctx, text);
}

/* --- the command ------------------------------------------------------------------------------ */

static bool search(struct exploring *e)
{
	const struct explore_client client = { prepare, e->p->nr_nevers ? never : NULL, progress,
		                               e };
	struct message m;

	e->x = explorer_new(e->c->s, e->thread, e->nr_threads, &e->p->bound, &client, &m);
	if (!e->x || !explorer_run(e->x, &m)) {
		refuse(e->c, "%s", m.text);
		return false;
	}
	explored_answer(&e->c->answer, e->p, explorer_result(e->x));
	return true;
}

/* The session's end of it: the schedule on the timeline, or the way back. */
static enum status finish(struct exploring *e, const struct session_place *from, bool replay)
{
	const struct explore_result *result = explorer_result(e->x);
	struct message m;

	if (!replay || !result->nr_violations) {
		session_return(e->c->s, from);
		return STATUS_OK;
	}
	session_mark(e->c->s, e->c->line->text);
	if (!explorer_replay(e->x, 0, &m))
		return refuse(e->c, "%s", m.text);
	text_line(&e->c->answer.message);
	say(e->c, "The schedule is on the timeline: `back N` and `forward N` walk along it, `back` goes "
	    "to before it.");
	return STATUS_OK;
}

/* What lessons and scripts can ask about later. */
static void bind_numbers(struct call *c, const struct explore_result *result)
{
	const struct {
		const char *name;
		uint64_t n;
	} numbers[] = { { "explore_states", result->states },
		        { "explore_violations", result->nr_violations },
		        { "explore_complete", result->complete } };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		session_bind(c->s, numbers[i].name, (struct value){ VALUE_NUMBER, numbers[i].n }, NULL);
	c->answer.value = (struct value){ VALUE_NUMBER, result->nr_violations };
}

static enum status explore(struct exploring *e, bool replay)
{
	struct interp *in = e->c->in;
	struct boot_config config = in->config;
	struct session_place from = session_place(e->c->s);
	enum status status = STATUS_ERROR;

	if (set_up(e) && gather_threads(e) && search(e)) {
		status = finish(e, &from, replay);
		if (status == STATUS_OK)
			bind_numbers(e->c, explorer_result(e->x));
	} else {
		session_return(e->c->s, &from);
	}
	if (!replay)
		in->config = config;
	return status;
}

static enum status run_explore(struct call *c)
{
	const char *value = option_value(c, "replay", NULL);
	struct exploring e = { .c = c };
	struct message m;
	enum status status;

	if (!find_program(c))
		return STATUS_ERROR;
	e.p = program_parse(c->in->program.text, c->in->program.name, c->in->program.line, &m);
	if (!e.p)
		return refuse(c, "%s", m.text);
	status = explore(&e, value && !strcmp(value, "yes"));
	explorer_free(e.x);
	program_free(e.p);
	return status;
}

static const struct option_row explore_options[] = {
	{ "replay", ARG_YESNO, "whether the shortest schedule is put on the timeline" },
	{ NULL, ARG_NONE, NULL },
};

const struct command explore_commands[] = {
	{
		.name = "explore", .group = "running", .usage = "explore [FILE] [replay=yes]",
		.summary = "Tries every order in which the threads and interrupts of a program can run, "
		           "line by line, and finds the shortest schedule that breaks an invariant, "
		           "oopses or locks up, or proves that none does. Without FILE, the program of "
		           "last time.",
		.example = { "explore race.txt", "explore race.txt replay=yes" },
		.errors = "The program must be as kmaplab-explore(5) says, and nothing may be wrong "
		          "before it begins. Lessons may not read files.",
		.see = "spawn step set back", .max = 1, .flags = GIVES, .arg = { ARG_FILE },
		.options = explore_options, .run = run_explore,
	},
	{ .name = NULL },
};
