/*
 * spawn, step, run: operations that do not run in one go.
 *
 * `spawn` gives a command to a task of its own; `step` moves one task or CPU line by line; `run`
 * lets everybody go on until nobody can.
 */
#include "command/arg.h"
#include "command/background.h"
#include "command/device.h"
#include "command/op.h"
#include "command/stepping.h"
#include "machine/conf.h"

#include <stdio.h>
#include <string.h>

/* --- spawn ------------------------------------------------------------------------------------ */

/* "steps=K" at the front of the raw argument. Returns how long it is; -1 after a bad_raw(). */
static int steps_option(struct call *c, bool *held, uint64_t *steps)
{
	size_t n = strcspn(c->raw, " \t");
	char value[24];

	*held = strncmp(c->raw, "steps=", 6) == 0;
	if (!*held)
		return 0;
	snprintf(value, sizeof(value), "%.*s", (int)(n - 6), c->raw + 6);
	if (!conf_number(value, steps) || *steps > STEPS_MAX) {
		bad_raw(c, 0, "steps=%s: a number of steps belongs there, 0 to %u", value, STEPS_MAX);
		return -1;
	}
	return (int)(n + strspn(c->raw + n, " \t"));
}

/* Takes apart and prepares the command that is to be spawned. Its errors become the call's. */
static bool prepare_inner(struct call *c, struct call *inner, struct request *r)
{
	const struct command *command = command_find(inner->line->word[0]);
	bool ok = true;

	if (command && !command->prepare)
		ok = bad(inner, 0, "`%s` runs no kernel code, so there is nothing to spawn",
		         command->name);
	else if (inner->line->binding[0])
		ok = bad(inner, 0, "A name cannot be bound to what is not there yet: bind spawn's answer "
		         "instead");
	ok = ok && call_begin(inner);
	if (ok) {
		r->command = inner->command;
		ok = inner->command->prepare(inner, 0, r);
	}
	if (ok && inner->times > 1)
		ok = bad(inner, inner->argc, "A task runs one operation: spawn `%s` for one page at a "
		         "time", inner->command->name);
	if (!ok) {
		c->column = inner->column;
		c->answer.message = inner->answer.message;
	}
	return ok;
}

/* The task's state as the answer has it: {task, status, result, and the result's own fields}. */
static void spawn_answer(struct call *c, unsigned task, enum status status, bool running)
{
	json_t *own = c->answer.result;

	c->answer.result = json_pack("{s:i, s:s}", "task", (int)task, "status",
	                             running ? "running" : status_name(status));
	json_object_update_missing(c->answer.result, own);
	if (!running && status != STATUS_BLOCKED)
		json_object_set(c->answer.result, "result", own);
	json_decref(own);
}

static enum status spawn_held(struct call *c, unsigned task, uint64_t steps)
{
	enum status status = STATUS_OK;
	const struct background *b = background_of(c->in, task);

	say(c, "Task %u (%s) is spawned and held: `step` moves it on.\n", task, b->command);
	for (uint64_t i = 0; i < steps && status == STATUS_OK && background_open(c->in, b); i++)
		status = step_task(c, task);
	if (status == STATUS_OK && !background_open(c->in, b))
		status = step_finished(c, b);
	return status;
}

static enum status spawn(struct call *c, const struct call *inner, const struct request *r,
                         bool held, uint64_t steps)
{
	uint32_t from = call_world(c)->machine.log.n;
	enum status status;
	unsigned task;

	session_mark(c->s, c->line->text);
	task = session_spawn(c->s, inner->cpu, r->command->name, held, r->op, r->locals);
	if (!task)
		return refuse(c, "There are %d tasks already, which is the most there can be",
		              MAX_TASKS - 1);
	background_add(c->in, task, inner->line->text, r);
	c->in->last_task = task;
	if (held)
		status = spawn_held(c, task, steps);
	else
		status = op_ended(c, r, session_run_task(c->s, task), inner->cpu, task);
	op_warnings(c, from);
	spawn_answer(c, task, status,
	             held && background_open(c->in, background_of(c->in, task)));
	if (c->answer.value.kind == VALUE_NONE)
		c->answer.value = (struct value){ VALUE_NUMBER, task };
	return status;
}

static enum status run_spawn(struct call *c)
{
	struct request r = { .slot = -1 };
	struct segment segment;
	struct parsed parsed;
	struct call inner = { .in = c->in, .s = c->s, .line = &parsed, .times = 1 };
	struct message m;
	enum status status = STATUS_ERROR;
	uint64_t steps = 0;
	bool held;
	int skip = steps_option(c, &held, &steps);

	if (skip < 0)
		return STATUS_ERROR;
	segment = (struct segment){ c->raw + skip, strlen(c->raw + skip),
		                    c->line->column + c->raw_at + (unsigned)skip };
	if (!segment.length) {
		bad_raw(c, 0, "A command belongs behind `spawn`, as in: spawn kmap p0");
		return STATUS_ERROR;
	}
	if (!line_parse(&segment, &parsed, &c->column, &m))
		return refuse(c, "%s", m.text);
	if (parsed.cpu < 0)
		parsed.cpu = (int)c->cpu;
	if (prepare_inner(c, &inner, &r))
		status = spawn(c, &inner, &r, held, steps);
	line_release(&parsed);
	return status;
}

/* --- run -------------------------------------------------------------------------------------- */

static void release_held(struct call *c, unsigned only)
{
	for (unsigned i = 1; i <= call_world(c)->kernel.nr_tasks; i++) {
		const struct task *t = task_get(call_world(c), i);

		if (t->held && t->state != TASK_DEAD && (!only || i == only))
			session_release_task(c->s, i);
	}
}

/* Who is still in the middle of something, and why. */
static void say_left(struct call *c)
{
	const struct background *b;
	json_t *left = json_array();

	for (unsigned i = 0; (b = background_get(c->in, i)); i++) {
		const struct task *t = task_get(call_world(c), b->task);

		json_array_append_new(left, json_pack("{s:i, s:s}", "task", (int)b->task, "command",
		                                      b->command));
		text_line(&c->answer.message);
		say(c, "Task %u (%s) is not done. ", b->task, b->command);
		op_why_blocked(c, t->cpu, b->task);
	}
	json_object_set_new(c->answer.result, "blocked", left);
}

static enum status run_ended(struct call *c, enum run_end end)
{
	if (end == RUN_INTERRUPTED)
		return refuse(c, "Interrupted; `run` goes on");
	if (end == RUN_VIOLATED)
		return STATUS_ERROR;
	if (end == RUN_LIMIT)
		return refuse(c, "This does not end: it was stopped after a great many steps");
	background_report(c);
	background_look(c->in); /* reported: not again behind the command */
	say_left(c);
	if (!c->answer.message.length)
		say(c, "Nothing is left to run.");
	if (end != RUN_OOPS)
		return STATUS_OK;
	text_line(&c->answer.message);
	say(c, "A CPU has halted: %s", dmesg_line(call_world(c), call_world(c)->kernel.dmesg.n - 1));
	return STATUS_OOPS;
}

static enum status run_run(struct call *c)
{
	uint32_t from = call_world(c)->machine.log.n;
	unsigned task = 0;
	enum status status;
	enum run_end end;

	if (c->argc && !arg_task(c, 0, &task))
		return STATUS_ERROR;
	session_mark(c->s, c->line->text);
	json_object_set_new(c->answer.result, "finished", json_array());
	release_held(c, task);
	end = task ? session_run_task(c->s, task) : session_run_all(c->s);
	device_report(c, from);
	status = run_ended(c, end);
	op_warnings(c, from);
	return status;
}

/* --- step ------------------------------------------------------------------------------------- */

/* What is to be stepped: a task (or 0) and a CPU. */
static bool step_target(struct call *c, unsigned i, unsigned *task)
{
	const struct background *b = background_of(c->in, c->in->last_task);

	*task = 0;
	if (i < c->argc && strncmp(c->argv[i], "task", 4) == 0)
		return arg_task(c, i, task);
	if (i < c->argc)
		return arg_cpu(c, i, &c->cpu);
	if (c->line->cpu < 0 && b && background_open(c->in, b))
		*task = b->task;
	return true;
}

/* Whether the CPU has come to the end of what it did. */
static bool nothing_left(const struct call *c)
{
	return !world_runnable(call_world(c), c->cpu);
}

static enum status run_step(struct call *c)
{
	uint32_t from = call_world(c)->machine.log.n;
	bool number = c->argc && strncmp(c->argv[0], "cpu", 3) && strncmp(c->argv[0], "task", 4);
	const struct background *b;
	enum status status = STATUS_OK;
	uint64_t n = 1;
	unsigned task;

	if ((number && !arg_number(c, 0, 1, STEPS_MAX, &n)) || !step_target(c, number, &task))
		return STATUS_ERROR;
	b = background_of(c->in, task);
	session_mark(c->s, c->line->text);
	for (uint64_t i = 0; i < n && status == STATUS_OK; i++) {
		if ((task && b && !background_open(c->in, b)) || (i && !task && nothing_left(c)))
			break;
		status = task ? step_task(c, task) : step_cpu(c, c->cpu);
	}
	op_warnings(c, from);
	return status;
}

const struct command run_commands[] = {
	{
		.name = "spawn", .group = "running", .usage = "spawn [steps=K] [cpuN:] COMMAND",
		.summary = "Gives a command to a new task and runs it until it finishes or blocks; with "
		           "steps=K, K steps only, and then it is held.",
		.example = { "spawn cpu1: kmap p0", "spawn steps=3 kmap p1" },
		.errors = "Only commands that run kernel code can be spawned, one operation at a time.",
		.see = "step run task", .max = ARGS_MANY, .flags = GIVES | NEEDS_WORLD | RAW | ON_CPU,
		.arg = { ARG_COMMAND }, .run = run_spawn,
	},
	{
		.name = "step", .group = "running", .usage = "step [N] [cpuN|taskN]",
		.summary = "Takes one step, or N, and shows the line of kernel code that ran and what "
		           "happened: of the operation spawned last, else of the current CPU.",
		.example = { "spawn steps=2 kmap p0; step", "step 3 task5" },
		.errors = "Says so when there is nothing to do, or when a step waits for somebody else.",
		.see = "spawn run back task", .max = 2, .flags = NEEDS_WORLD | ON_CPU,
		.arg = { ARG_NUMBER, ARG_CPU_OR_TASK }, .run = run_step,
	},
	{
		.name = "run", .group = "running", .usage = "run [TASK]",
		.summary = "Lets all tasks go on, held ones too, until nothing can run; or only one. Gives "
		           "the answers of the commands that finish.",
		.example = { "run", "run task5" },
		.errors = "Who is still blocked is named, with the reason.",
		.see = "spawn step task", .max = 1, .flags = NEEDS_WORLD, .arg = { ARG_TASK },
		.run = run_run,
	},
	{ .name = NULL },
};
