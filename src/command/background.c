/*
 * What tasks were asked to do.
 *
 * A kmap that finds the pool full sleeps; its command has answered `blocked` long before somebody
 * wakes it. The world knows everything about the sleeping task but what the user typed, so that is
 * kept here, with the place on the timeline where it began. Nothing here says whether a task has
 * finished: that is read off the world, which is why `back` and `forward` need no care. An entry
 * counts if its beginning lies on the way from the boot to the present.
 */
#include "command/background.h"

#include <stdio.h>
#include <stdlib.h>

/* Whether the position at which an entry began lies in the present's past. */
static bool in_our_past(const struct session *s, const struct background *b)
{
	unsigned branch = session_branch(s), parent;
	uint32_t limit = session_position(s), fork, end;

	while (session_branch_id(s, branch) != b->branch) {
		session_branch_info(s, branch, &parent, &fork, &end);
		/* The first of all, or one whose parent was given up. */
		if (parent == branch)
			return false;
		limit = fork < limit ? fork : limit;
		branch = parent;
	}
	return b->position <= limit;
}

static bool known(const struct interp *in, const struct background *b)
{
	const struct world *w = session_world(in->session);

	return w && b->task <= w->kernel.nr_tasks && task_get(w, b->task)->pid == b->pid &&
	       in_our_past(in->session, b);
}

void background_add(struct interp *in, unsigned task, const char *command, const struct request *r)
{
	struct background *b;

	if (in->nr_background == in->size_background) {
		in->size_background = in->size_background ? 2 * in->size_background : 16;
		in->background = realloc(in->background,
		                         in->size_background * sizeof(*in->background));
		if (!in->background)
			abort();
	}
	b = &in->background[in->nr_background++];
	*b = (struct background){
		.task = task,
		.pid = task_get(session_world(in->session), task)->pid,
		.branch = session_branch_id(in->session, session_branch(in->session)),
		.position = session_position(in->session),
		.request = *r,
	};
	snprintf(b->command, sizeof(b->command), "%s", command);
}

const struct background *background_of(const struct interp *in, unsigned task)
{
	for (size_t i = in->nr_background; i > 0; i--)
		if (in->background[i - 1].task == task && known(in, &in->background[i - 1]))
			return &in->background[i - 1];
	return NULL;
}

bool background_open(const struct interp *in, const struct background *b)
{
	const struct task *t = task_get(session_world(in->session), b->task);

	return known(in, b) && t->state != TASK_DEAD && t->context.depth > 0;
}

const struct background *background_get(const struct interp *in, unsigned n)
{
	for (size_t i = 0; session_world(in->session) && i < in->nr_background; i++)
		if (background_open(in, &in->background[i]) && n-- == 0)
			return &in->background[i];
	return NULL;
}

void background_look(struct interp *in)
{
	for (size_t i = 0; i < in->nr_background; i++)
		in->background[i].open = background_open(in, &in->background[i]);
}

struct outcome background_outcome(const struct interp *in, unsigned task)
{
	const struct world *w = session_world(in->session);
	const struct task *t = task_get(w, task);

	return (struct outcome){ in->session, w, t->cpu, t->context.result };
}

void background_answer(const struct interp *in, const struct background *b, json_t *array,
                       struct text *message)
{
	struct outcome o = background_outcome(in, b->task);
	struct answer a = { .result = json_object() };
	enum status status = b->request.command->answer(&o, &b->request, &a);

	text_line(message);
	text_add(message, "Task %u (%s): %s", b->task, b->command, text_get(&a.message));
	json_array_append_new(array, json_pack("{s:i, s:s, s:s, s:o}", "task", (int)b->task,
	                                       "command", b->command, "status", status_name(status),
	                                       "result", a.result));
	text_free(&a.message);
}

void background_report(struct call *c)
{
	json_t *finished = json_object_get(c->answer.result, "finished");

	for (size_t i = 0; i < c->in->nr_background; i++) {
		struct background *b = &c->in->background[i];

		if (!b->open || !known(c->in, b) || background_open(c->in, b))
			continue;
		if (!finished) {
			finished = json_array();
			json_object_set_new(c->answer.result, "finished", finished);
		}
		background_answer(c->in, b, finished, &c->answer.message);
	}
}

void background_clear(struct interp *in)
{
	in->nr_background = 0;
	in->last_task = 0;
}
