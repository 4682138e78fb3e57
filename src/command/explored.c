/*
 * Telling what was explored.
 *
 * A schedule is told as one reads it: who moves, in which kernel function, which line; the command
 * where it begins, the interrupt where it comes and goes.
 */
#include "command/explored.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define EXACT 9007199254740992.0 /* below it a double counts without a gap */

/* "cpu0 task": threads are told apart by number where a CPU has several of a kind. */
static void thread_name(const struct program *p, const struct explore_step *s, char *buf, size_t size)
{
	static const char *const kinds[CONTEXT_KINDS] = { "task", "softirq", "irq", "nmi" };
	const struct program_thread *t = s->thread >= 0 ? &p->thread[s->thread] : NULL;
	unsigned same = 0, which = 0;

	if (s->thread < 0 || s->thread >= (int)p->nr_threads) {
		snprintf(buf, size, "cpu%u %s", s->cpu, s->thread < 0 ? "interrupt" : "task before");
		return;
	}
	for (unsigned i = 0; i < p->nr_threads; i++)
		if (p->thread[i].cpu == t->cpu && p->thread[i].kind == t->kind) {
			same++;
			which = i == (unsigned)s->thread ? same : which;
		}
	snprintf(buf, size, "cpu%u %s", t->cpu, kinds[t->kind]);
	if (same > 1)
		snprintf(buf + strlen(buf), size - strlen(buf), " %u", which);
}

static json_t *step_json(const struct program *p, const struct explore_step *s, unsigned number,
                         const char *name, const char *text)
{
	json_t *json = json_pack("{s:i, s:i, s:s, s:s, s:s}", "step", (int)number, "cpu", (int)s->cpu,
	                         "thread", name, "function", s->function, "text", text);

	if (s->begins)
		json_object_set_new(json, "command",
		                    json_string(p->thread[s->thread].command[s->n]->parsed.text));
	if (s->arrives)
		json_object_set_new(json, "arrives", json_true());
	if (s->leaves)
		json_object_set_new(json, "returns", json_true());
	return json;
}

static void say_step(struct text *t, const struct program *p, const struct explore_step *s,
                     unsigned number, const char *name, const char *text)
{
	text_line(t);
	if (s->arrives)
		text_add(t, "      %-12s the interrupt arrives\n", name);
	if (s->begins)
		text_add(t, "      %-12s %s\n", name, p->thread[s->thread].command[s->n]->parsed.text);
	if (s->function[0])
		text_add(t, "%4u  %-12s     %s: %s", number, name, s->function,
		         text[0] ? text : "(goes on)");
	else
		text_add(t, "%4u  %-12s", number, name);
	if (s->leaves)
		text_add(t, "\n      %-12s the interrupt returns", name);
}

/* Who a deadlock is about. */
static void say_stuck(struct text *t, const struct program *p, uint16_t stuck)
{
	char name[40];
	bool any = false;

	for (unsigned i = 0; i < EXPLORE_THREADS; i++)
		if (stuck & 1u << i) {
			struct explore_step s = { .thread = (int8_t)i };

			thread_name(p, &s, name, sizeof(name));
			text_add(t, "%s%s", any ? ", " : " Stuck: ", name);
			any = true;
		}
	if (any)
		text_add(t, ".");
}

static json_t *violation(struct text *t, const struct program *p, const struct explore_violation *v)
{
	json_t *steps = json_array();
	char name[40];

	text_line(t);
	text_add(t, "%s after %u step%s: %s%s", v->invariant, v->nr_steps, v->nr_steps == 1 ? "" : "s",
	         v->what, v->what[0] && strchr(".!?", v->what[strlen(v->what) - 1]) ? "" : ".");
	say_stuck(t, p, v->stuck);
	for (unsigned i = 0; i < v->nr_steps; i++) {
		const struct explore_step *s = &v->step[i];
		const char *text = s->text + strspn(s->text, "\t");

		thread_name(p, s, name, sizeof(name));
		say_step(t, p, s, i + 1, name, text);
		json_array_append_new(steps, step_json(p, s, i + 1, name, text));
	}
	return json_pack("{s:s, s:s, s:o}", "invariant", v->invariant, "what", v->what, "steps", steps);
}

static void say_counts(struct text *t, const struct explore_result *r)
{
	text_add(t, "%u state%s, %" PRIu64 " transitions, ", r->states, r->states == 1 ? "" : "s",
	         r->transitions);
	if (isinf(r->schedules))
		text_add(t, "schedules without number (some go round for ever)");
	else
		text_add(t, "%s%.*g schedule%s", r->schedules < EXACT ? "" : "about ",
		         r->schedules < EXACT ? 17 : 3, r->schedules, r->schedules == 1 ? "" : "s");
	if (r->interrupted)
		text_add(t, ": interrupted.");
	else
		text_add(t, ": %s.", r->complete ? "that is all there are" :
		                                  "there are more, beyond the bound");
	if (!r->nr_violations)
		text_add(t, " %s", r->complete ? "Nothing breaks in any order." :
		                                 "Nothing breaks in those.");
}

void explored_answer(struct answer *a, const struct program *p, const struct explore_result *r)
{
	json_t *violations = json_array();

	say_counts(&a->message, r);
	for (unsigned i = 0; i < r->nr_violations; i++)
		json_array_append_new(violations, violation(&a->message, p, &r->violation[i]));
	json_object_set_new(a->result, "states", json_integer(r->states));
	json_object_set_new(a->result, "transitions", json_integer((json_int_t)r->transitions));
	json_object_set_new(a->result, "schedules",
	                    isinf(r->schedules)   ? json_null() :
	                    r->schedules < EXACT ? json_integer((json_int_t)r->schedules) :
	                                           json_real(r->schedules));
	json_object_set_new(a->result, "violations", violations);
	json_object_set_new(a->result, "complete", json_boolean(r->complete));
}
