/*
 * Inputs: writing them down and doing them again; see history.h.
 */
#include "lab/history.h"

#include "kernel/resched.h"
#include "lab/session.h"

#include <stdio.h>

void history_add_step(struct history *h, uint32_t cpu)
{
	*SPARSE_PUT(&h->inputs, uint32_t, h->n) = cpu;
	h->n++;
}

void history_add_action(struct history *h, const struct action *a)
{
	*SPARSE_PUT(&h->actions, struct action, h->nr_actions) = *a;
	*SPARSE_PUT(&h->inputs, uint32_t, h->n) = ACTION_BIT | h->nr_actions;
	h->nr_actions++;
	h->n++;
}

void history_fork(struct history *dst, const struct history *src, uint32_t n)
{
	*dst = *src;
	sparse_clone(&dst->inputs, &src->inputs);
	sparse_clone(&dst->actions, &src->actions);
	for (; dst->n > n; dst->n--)
		if (*SPARSE_GET(&dst->inputs, uint32_t, dst->n - 1) & ACTION_BIT)
			dst->nr_actions--;
}

void history_release(struct history *h)
{
	sparse_release(&h->inputs);
	sparse_release(&h->actions);
}

/* --- doing ------------------------------------------------------------------------------------ */

static unsigned spawn(struct world *w, const struct action *a)
{
	unsigned task = task_new(w, a->cpu, a->comm), shell = w->kernel.cpu[a->cpu].shell;
	unsigned mm = shell ? task_get(w, shell)->mm : 0;

	if (!task)
		return 0;
	if (mm) { /* a process' command: in a thread of it */
		mm_put(w, mm)->mm_users++;
		task_put(w, task)->mm = (uint16_t)mm;
	}
	task_put(w, task)->held = a->value;
	world_start_task(w, task, op_get(a->op), a->locals);
	return task;
}

static unsigned background(struct world *w, const struct action *a)
{
	unsigned task = w->kernel.cpu[a->cpu].shell;

	if (!task_get(w, task)->mm)
		snprintf(task_put(w, task)->comm, TASK_COMM_LEN, "%s", a->comm);
	task_new_shell(w, a->cpu);
	return task;
}

/* One that nobody types for: it waits for operations as a shell does. */
static unsigned new_shell(struct world *w, const struct action *a)
{
	unsigned task = task_new(w, a->cpu, a->comm);

	if (task)
		task_put(w, task)->shell = true;
	return task;
}

/* Where a knob lives in the world. */
static bool *knob(struct world *w, enum knob which)
{
	bool *const where[KNOBS] = {
#define KNOB(name, where, setting, doc) &w->where,
#include "lab/knobs.def"
#undef KNOB
	};

	return where[which];
}

static const struct {
	const char *name, *doc;
} knobs[KNOBS] = {
#define KNOB(name, where, setting, doc) { setting, doc },
#include "lab/knobs.def"
#undef KNOB
};

bool session_knob(const struct session *s, enum knob which)
{
	return *knob((struct world *)session_world(s), which);
}

const char *knob_name(enum knob which)
{
	return which < KNOBS ? knobs[which].name : NULL;
}

const char *knob_doc(enum knob which)
{
	return which < KNOBS ? knobs[which].doc : NULL;
}

unsigned action_apply(struct world *w, const struct action *a, struct message *m)
{
	switch ((enum action_kind)a->kind) {
	case ACTION_START:
		if (!world_ready(w, a->cpu, m))
			return 0;
		world_start(w, a->cpu, op_get(a->op), a->locals);
		return 1;
	case ACTION_SPAWN:
		return spawn(w, a);
	case ACTION_RELEASE:
		task_put(w, a->task)->held = false;
		return 1;
	case ACTION_BACKGROUND:
		return background(w, a);
	case ACTION_SWITCH:
		return world_switch_to(w, a->task, m);
	case ACTION_ENTER:
		return (a->value ? world_enter_first : world_enter_context)(
			w, a->cpu, (enum context_kind)a->what, m);
	case ACTION_EXIT:
		return world_exit_context(w, a->cpu, m);
	case ACTION_KNOB:
		*knob(w, (enum knob)a->what) = a->value;
		return 1;
	case ACTION_BECOME:
		return a->task ? world_become(w, a->task, m) :
		                 world_become_shell(w, a->cpu, m);
	case ACTION_PREEMPT:
		return world_preempt(w, a->cpu, a->task, m);
	case ACTION_MIGRATE:
		return world_migrate(w, a->task, a->cpu, m);
	case ACTION_SHELL:
		return new_shell(w, a);
	}
	return 0;
}

enum step_result step_apply(struct world *w, uint32_t input)
{
	if (input & INTERRUPT_BIT)
		return world_interrupt(w, STEP_CPU(input));
	if (input & LINE_BIT)
		return world_line(w, STEP_CPU(input));
	return world_step(w, input);
}

void history_replay(const struct history *h, uint32_t position, struct world *w)
{
	uint32_t input = *SPARSE_GET(&h->inputs, uint32_t, position);

	if (input & ACTION_BIT)
		action_apply(w, SPARSE_GET(&h->actions, struct action, input & ~ACTION_BIT), NULL);
	else
		step_apply(w, input);
}
