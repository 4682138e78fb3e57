/*
 * A session: booting, and the actions; see session.h. What was done goes into the history of the
 * present branch (timeline.c), how long to run is runner.c's business.
 */
#include "lab/session.h"

#include "lab/timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- what was read ---------------------------------------------------------------------------- */

#define SHELF 16

struct library {
	struct profile *profile[SHELF];
	struct cpu_model *model[SHELF];
	struct cost_table *cost;
	unsigned profiles, models;
};

static const struct profile *library_profile(struct library *l, const char *version,
                                             struct message *m)
{
	struct profile *p;

	for (unsigned i = 0; i < l->profiles; i++)
		if (!strcmp(l->profile[i]->name, version))
			return l->profile[i];
	if (l->profiles == SHELF) {
		fail(m, "More than %d kernels in one session are not kept apart.", SHELF);
		return NULL;
	}
	p = profile_read(version, m);
	if (!p)
		return NULL;
	p->atomic_ops = atomic_ops_find(p->atomic);
	if (!p->atomic_ops) {
		fail(m, "The profile of %s asks for atomic kmaps of kind \"%s\": there is none.",
		     version, p->atomic);
		profile_free(p);
		return NULL;
	}
	return l->profile[l->profiles++] = p;
}

static const struct cpu_model *library_model(struct library *l, const char *name, struct message *m)
{
	struct cpu_model *model;

	for (unsigned i = 0; i < l->models; i++)
		if (!strcmp(l->model[i]->name, name))
			return l->model[i];
	if (l->models == SHELF) {
		fail(m, "More than %d CPU models in one session are not kept apart.", SHELF);
		return NULL;
	}
	model = calloc(1, sizeof(*model));
	if (!model || !cpu_model_read(model, name, m)) {
		free(model);
		return NULL;
	}
	return l->model[l->models++] = model;
}

static const struct cost_table *library_cost(struct library *l, struct message *m)
{
	struct cost_table *cost = l->cost ? NULL : calloc(1, sizeof(*cost));

	if (!cost)
		return l->cost;
	if (!cost_table_read(cost, "default", m)) {
		free(cost);
		return NULL;
	}
	return l->cost = cost;
}

static void library_free(struct library *l)
{
	for (unsigned i = 0; i < l->profiles; i++)
		profile_free(l->profile[i]);
	for (unsigned i = 0; i < l->models; i++)
		free(l->model[i]);
	free(l->cost);
	free(l);
}

/* --- the session ------------------------------------------------------------------------------ */

struct session *session_new(void)
{
	struct session *s = calloc(1, sizeof(*s));

	if (s)
		s->library = calloc(1, sizeof(*s->library));
	if (!s || !s->library)
		abort();
	return s;
}

void session_free(struct session *s)
{
	timeline_free(s);
	library_free(s->library);
	free(s);
}

const struct world *session_world(const struct session *s)
{
	return s->booted ? &s->world : NULL;
}

bool session_boot(struct session *s, const struct boot_config *c, struct message *m)
{
	const struct cost_table *cost = library_cost(s->library, m);
	const struct profile *p = cost ? library_profile(s->library, c->kernel, m) : NULL;
	const struct cpu_model *model = p ? library_model(s->library, c->cpu_model, m) : NULL;
	struct world *w;
	bool ok;

	if (!model)
		return false;
	w = malloc(sizeof(*w));
	if (!w)
		abort();
	ok = world_boot(w, c, p, model, cost, m);
	if (ok)
		timeline_boot(s, w);
	free(w);
	return ok;
}

void session_set_stop(struct session *s, stop_fn *fn, void *ctx)
{
	s->stop = fn;
	s->stop_ctx = ctx;
}

bool session_stop_asked(const struct session *s)
{
	return s->stop && s->stop(s->stop_ctx);
}

/* --- inputs ----------------------------------------------------------------------------------- */

unsigned session_act(struct session *s, const struct action *a, struct message *m)
{
	unsigned result;

	result = action_apply(&s->world, a, m);
	if (!result)
		return 0;
	timeline_before_input(s);
	history_add_action(&s->now->history, a);
	timeline_after_input(s);
	paranoid_after_input(s, a->cpu);
	return result;
}

static struct action action_of_op(enum action_kind kind, unsigned cpu, const struct op *op,
                                  const void *locals)
{
	struct action a = { .kind = (uint8_t)kind, .cpu = (uint8_t)cpu };

	a.op = (uint16_t)op_index(op);
	memcpy(a.locals, locals, op->frame_size);
	return a;
}

bool session_start(struct session *s, unsigned cpu, const struct op *op, const void *locals,
                   struct message *m)
{
	struct action a = action_of_op(ACTION_START, cpu, op, locals);

	return session_act(s, &a, m);
}

unsigned session_spawn(struct session *s, unsigned cpu, const char *comm, bool held,
                       const struct op *op, const void *locals)
{
	struct action a = action_of_op(ACTION_SPAWN, cpu, op, locals);

	a.value = held;
	snprintf(a.comm, sizeof(a.comm), "%s", comm);
	return session_act(s, &a, NULL);
}

void session_release_task(struct session *s, unsigned task)
{
	session_act(s, &(struct action){ .kind = ACTION_RELEASE, .task = (uint16_t)task }, NULL);
}

unsigned session_background(struct session *s, unsigned cpu, const char *comm)
{
	struct action a = { .kind = ACTION_BACKGROUND, .cpu = (uint8_t)cpu };

	snprintf(a.comm, sizeof(a.comm), "%s", comm);
	return session_act(s, &a, NULL);
}

bool session_switch_to(struct session *s, unsigned task, struct message *m)
{
	if (s->world.kernel.cpu[task_get(&s->world, task)->cpu].current == task)
		return true;
	return session_act(s, &(struct action){ .kind = ACTION_SWITCH, .task = (uint16_t)task }, m);
}

bool session_become(struct session *s, unsigned cpu, unsigned task, struct message *m)
{
	struct action a = { .kind = ACTION_BECOME, .cpu = (uint8_t)cpu, .task = (uint16_t)task };

	return session_act(s, &a, m);
}

bool session_preempt(struct session *s, unsigned cpu, unsigned next, struct message *m)
{
	struct action a = { .kind = ACTION_PREEMPT, .cpu = (uint8_t)cpu, .task = (uint16_t)next };

	return session_act(s, &a, m);
}

bool session_migrate(struct session *s, unsigned task, unsigned cpu, struct message *m)
{
	struct action a = { .kind = ACTION_MIGRATE, .cpu = (uint8_t)cpu, .task = (uint16_t)task };

	return session_act(s, &a, m);
}

bool session_enter_context(struct session *s, unsigned cpu, enum context_kind kind,
                           struct message *m)
{
	struct action a = { .kind = ACTION_ENTER, .cpu = (uint8_t)cpu, .what = (uint8_t)kind };

	return session_act(s, &a, m);
}

bool session_exit_context(struct session *s, unsigned cpu, struct message *m)
{
	return session_act(s, &(struct action){ .kind = ACTION_EXIT, .cpu = (uint8_t)cpu }, m);
}

void session_set_knob(struct session *s, enum knob knob, bool value)
{
	session_act(s, &(struct action){ .kind = ACTION_KNOB, .what = (uint8_t)knob, .value = value },
	    NULL);
}

enum step_result session_input(struct session *s, uint32_t input)
{
	enum step_result r;

	r = step_apply(&s->world, input);
	if (r == STEP_NOTHING || r == STEP_SPUN)
		return r;
	timeline_before_input(s);
	history_add_step(&s->now->history, input);
	timeline_after_input(s);
	paranoid_after_input(s, STEP_CPU(input));
	return r;
}

enum step_result session_step(struct session *s, unsigned cpu)
{
	return session_input(s, cpu);
}

enum step_result session_interrupt(struct session *s, unsigned cpu)
{
	return session_input(s, cpu | INTERRUPT_BIT);
}
