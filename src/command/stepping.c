/*
 * Stepping.
 *
 * Before the step, the frame on top of the CPU says which line is about to run; after it, the new
 * events say what it did. When an interrupt comes instead, the first of them tells.
 */
#include "command/stepping.h"

#include "command/background.h"
#include "command/op.h"
#include "lab/narrate.h"

#include <stdio.h>
#include <string.h>

#define EVENTS_SHOWN 12 /* of one step */

/* What a CPU is about to run. */
struct about {
	const char *function, *text;
};

static struct about about_to_run(const struct world *w, unsigned cpu)
{
	const struct context *c = cpu_context(w, cpu);
	const struct frame *top = c->depth ? &c->frame[c->depth - 1] : NULL;
	const struct step_text *step = top ? frame_step(top) : NULL;
	const char *text = step ? step->text : top ? "(begins)" : "(switches)";

	return (struct about){ top ? op_get(top->op)->name : "", text + strspn(text, "\t") };
}

static json_t *say_events(struct call *c, uint32_t from)
{
	const struct world *w = call_world(c);
	json_t *events = json_array();
	char text[200];
	unsigned shown = 0;

	for (uint32_t seq = from + 1; seq <= w->machine.log.n; seq++) {
		const struct event *e = event_get(&w->machine.log, seq);

		if (!e)
			continue;
		event_narrate(w, e, text, sizeof(text));
		json_array_append_new(events, json_string(text));
		if (shown++ < EVENTS_SHOWN)
			say(c, "\n    %s", text);
	}
	if (shown > EVENTS_SHOWN)
		say(c, "\n    and %u events more", shown - EVENTS_SHOWN);
	return events;
}

/* Whether the step was the arrival of an interrupt. */
static bool interrupted(const struct world *w, uint32_t from)
{
	const struct event *e = event_get(&w->machine.log, from + 1);

	return w->machine.log.n > from && e && e->kind == EVENT_IRQ_DELIVER;
}

static void say_step(struct call *c, unsigned cpu, const struct about *about, uint32_t from)
{
	json_t *steps = json_object_get(c->answer.result, "steps"), *events;
	bool irq = interrupted(call_world(c), from);
	const char *text = irq ? "(an interrupt arrives)" : about->text;

	if (!steps) {
		steps = json_array();
		json_object_set_new(c->answer.result, "steps", steps);
	}
	text_line(&c->answer.message);
	say(c, "CPU %u  %s%s%s", cpu, irq ? "" : about->function,
	    irq || !about->function[0] ? "" : ": ", text);
	events = say_events(c, from);
	json_array_append_new(steps, json_pack("{s:i, s:i, s:s, s:s, s:o}", "cpu", (int)cpu, "step",
	                                       (int)call_world(c)->steps, "function",
	                                       irq ? "" : about->function, "text", text, "events",
	                                       events));
	json_object_set_new(c->answer.result, "text", json_string(text));
}

static enum status step(struct call *c, unsigned cpu, unsigned task)
{
	uint32_t from = call_world(c)->machine.log.n;
	struct about about = about_to_run(call_world(c), cpu);
	enum step_result result = session_step(c->s, cpu);

	switch (result) {
	case STEP_NOTHING:
		return refuse(c, "CPU %u has nothing to do; `task` tells who has", cpu);
	case STEP_SPUN:
		text_line(&c->answer.message);
		op_why_blocked(c, cpu, task ? task : call_world(c)->kernel.cpu[cpu].current);
		return STATUS_BLOCKED;
	case STEP_OOPSED:
	case STEP_TAKEN:
		break;
	}
	say_step(c, cpu, &about, from);
	if (result == STEP_TAKEN)
		return STATUS_OK;
	text_line(&c->answer.message);
	say(c, "%s\nCPU %u has halted; `back` goes to before it.",
	    dmesg_line(call_world(c), call_world(c)->kernel.dmesg.n - 1), cpu);
	return STATUS_OOPS;
}

enum status step_cpu(struct call *c, unsigned cpu)
{
	return step(c, cpu, 0);
}

enum status step_task(struct call *c, unsigned task)
{
	const struct task *t = task_get(call_world(c), task);
	struct message m;

	if (t->state == TASK_DEAD || (t->state == TASK_RUNNING && !t->context.depth))
		return refuse(c, "Task %u (%s) has nothing to do", task, t->comm);
	if (t->state == TASK_UNINTERRUPTIBLE) {
		op_why_blocked(c, t->cpu, task);
		return STATUS_BLOCKED;
	}
	if (!session_switch_to(c->s, task, &m))
		return refuse(c, "%s", m.text);
	/* A task that never ran first comes to stand before its first line. */
	if (!task_get(call_world(c), task)->context.frame[0].line)
		session_step(c->s, t->cpu);
	return step(c, task_get(call_world(c), task)->cpu, task);
}

enum status step_finished(struct call *c, const struct background *b)
{
	struct outcome o = background_outcome(c->in, b->task);

	text_line(&c->answer.message);
	return b->request.command->answer(&o, &b->request, &c->answer);
}
