/*
 * From a request to an operation's end.
 *
 * The operation is started in the topmost context of a CPU and stepped until it is done. If it is
 * not, there are three reasons, and each leaves something behind that the user can go on with: it
 * sleeps (its task becomes a background task, and the CPU gets another shell), it spins on what
 * somebody else holds (its shell stays where it is), or the kernel found a bug (the CPU has halted).
 */
#include "command/op.h"

#include "command/background.h"

#include <stdio.h>
#include <string.h>

void request_locals(struct request *r, const void *locals, size_t size)
{
	memset(r->locals, 0, sizeof(r->locals));
	memcpy(r->locals, locals, size);
}

/* The line of the kernel log that the newest event of a kind points to. */
static const char *logged(const struct world *w, unsigned kind)
{
	for (uint32_t seq = w->machine.log.n; seq; seq--) {
		const struct event *e = event_get(&w->machine.log, seq);

		if (!e)
			break;
		if (e->kind == kind)
			return dmesg_line(w, (uint32_t)e->arg[0]);
	}
	return "";
}

void op_warnings(struct call *c, uint32_t from)
{
	const struct world *w = call_world(c);
	json_t *warnings = NULL;

	for (uint32_t seq = from + 1; seq <= w->machine.log.n; seq++) {
		const struct event *e = event_get(&w->machine.log, seq);

		if (!e || e->kind != EVENT_WARN)
			continue;
		if (!warnings) {
			warnings = json_array();
			json_object_set_new(c->answer.result, "warnings", warnings);
		}
		json_array_append_new(warnings, json_string(dmesg_line(w, (uint32_t)e->arg[0])));
		text_line(&c->answer.message);
		say(c, "The kernel warns: %s", dmesg_line(w, (uint32_t)e->arg[0]));
	}
}

/* An interrupt wants a lock of the code that it has interrupted, which goes on only after it. */
static bool say_deadlock(struct call *c, const struct spinlock *lock, const char *name, unsigned cpu)
{
	if (cpu_context_kind(call_world(c), cpu) == CONTEXT_TASK)
		return false;
	say(c, "CPU %u spins on %s, and will for ever: task %u holds it, which was interrupted here and "
	    "goes on only after the interrupt. `back` goes to before that.", cpu, name, lock->task);
	return true;
}

/* Who holds the lock that a CPU spins on, as far as that is what it does. */
static bool say_lock(struct call *c, const struct spinlock *lock, const char *name, unsigned cpu)
{
	if (!lock->locked)
		return false;
	if (lock->cpu == cpu)
		return say_deadlock(c, lock, name, cpu);
	say(c,
	    "CPU %u spins on %s, which task %u on CPU %u holds: move that one with `step task%u` "
	    "or `run`.",
	    cpu, name, lock->task, lock->cpu, lock->task);
	return true;
}

/* Why a CPU does not switch to a task that could run. */
static void say_why_waiting(struct call *c, unsigned cpu, unsigned task)
{
	const struct world *w = call_world(c);
	const struct task *current = cpu_current(w, cpu);

	if (w->kernel.cpu[cpu].halted)
		say(c, "CPU %u has halted, and task %u with it; `back` goes to before that.", cpu, task);
	else if (cpu_context_kind(w, cpu) != CONTEXT_TASK)
		say(c, "Task %u waits: CPU %u is in %s context. `exit` it, then `run`.", task, cpu,
		    context_kind_name(cpu_context_kind(w, cpu)));
	else if (current->preempt_count)
		say(c, "Task %u waits: CPU %u cannot switch to it, because preempt_count is %u (an atomic "
		    "mapping, a lock, preempt_disable). Undo that, then `run`.", task, cpu,
		    current->preempt_count);
	else
		say(c, "Task %u waits for CPU %u; `run` lets everybody go on.", task, cpu);
}

static bool say_any_lock(struct call *c, unsigned cpu)
{
	const struct world *w = call_world(c);

	for (unsigned i = 0; i < w->kernel.nr_zones; i++)
		if (say_lock(c, &w->kernel.zone[i].lock, "zone->lock", cpu))
			return true;
	return say_lock(c, &w->kernel.kmap_lock, "kmap_lock", cpu) ||
	       say_lock(c, &w->kernel.call_lock, "call_function_lock", cpu) ||
	       say_lock(c, &w->kernel.vmalloc.lock, "vmlist_lock", cpu) ||
	       say_lock(c, &w->kernel.vmalloc.purge_lock, "purge_lock", cpu);
}

void op_why_blocked(struct call *c, unsigned cpu, unsigned task)
{
	const struct world *w = call_world(c);
	const struct call_data *call = &w->kernel.call_data[cpu];

	if (task_get(w, task)->state == TASK_UNINTERRUPTIBLE &&
	    task_get(w, task)->waiting_on == CONGESTION_WAIT)
		say(c, "Task %u sleeps: memory has run out, and it waits until some comes back (from a "
		    "task that was killed, or by `free`). `run` lets everybody go on.", task);
	else if (task_get(w, task)->state == TASK_UNINTERRUPTIBLE &&
	         task_get(w, task)->waiting_on != PKMAP_MAP_WAIT)
		say(c, "Task %u sleeps: there is no page left to bounce with. A transfer that ends gives "
		    "its pages back; `run` lets it.", task);
	else if (task_get(w, task)->state == TASK_UNINTERRUPTIBLE)
		say(c, "Task %u sleeps: every slot of the pool is in use. A `kunmap` wakes it; `run` lets "
		    "it go on.", task);
	else if (w->kernel.cpu[cpu].current != task)
		say_why_waiting(c, cpu, task);
	else if (call->finished < call->expected)
		say(c, "CPU %u waits: %u of the %u CPUs that were called have answered. The others have "
		    "interrupts off, stand still, or never heard of it: let them (`exit`, "
		    "local_irq_enable), then `run`.", cpu, call->finished, call->expected);
	else if (w->kernel.tlb_flush.flush_cpumask)
		say(c, "CPU %u waits for other CPUs to flush what they hold of address space %u. They have "
		    "interrupts off or stand still: let them (`exit`, local_irq_enable), then `run`.",
		    cpu, w->kernel.tlb_flush.flush_mm);
	else if (!say_any_lock(c, cpu))
		say(c, "CPU %u stands before its next line; `run` lets it go on.", cpu);
}

/* The operation did not end. Its task keeps it; the command's answer comes with `run`. */
static enum status blocked(struct call *c, const struct request *r, unsigned cpu, unsigned task)
{
	struct interp *in = c->in;

	if (task_get(call_world(c), task)->shell &&
	    task_get(call_world(c), task)->state == TASK_UNINTERRUPTIBLE)
		task = session_background(c->s, cpu, r->command->name);
	if (!background_of(in, task) || !background_open(in, background_of(in, task)))
		background_add(in, task, c->line->text, r);
	in->last_task = task;
	json_object_set_new(c->answer.result, "task", json_integer(task));
	op_why_blocked(c, cpu, task);
	return STATUS_BLOCKED;
}

/* Where it was: the function that the CPU stays in for ever, and its line. */
static void say_bug(struct call *c, unsigned cpu)
{
	const struct context *context = cpu_context(call_world(c), cpu);
	const struct frame *fr = context->depth ? &context->frame[context->depth - 1] : NULL;
	const struct step_text *step = fr ? frame_step(fr) : NULL;

	if (step)
		say(c, "It was in %s(), at: %s\n", op_get(fr->op)->name, step->text);
}

static enum status oopsed(struct call *c, unsigned cpu)
{
	const char *line = logged(call_world(c), EVENT_OOPS);

	json_object_set_new(c->answer.result, "oops", json_string(line));
	json_object_set_new(c->answer.result, "cpu", json_integer(cpu));
	text_line(&c->answer.message);
	say(c, "%s\n", line);
	say_bug(c, cpu);
	say(c, "CPU %u has halted; `back` goes to before the command.", cpu);
	return STATUS_OOPS;
}

/* The operation is done; so is its task, when it was killed meanwhile for lack of memory. */
static enum status done(struct call *c, const struct request *r, const struct outcome *o,
                        unsigned task)
{
	enum status status = r->command->answer(o, r, &c->answer);

	if (!task || !task_get(o->w, task)->memdie)
		return status;
	json_object_set_new(c->answer.result, "killed", json_integer(task));
	text_line(&c->answer.message);
	say(c, "Memory had run out, and task %u (%s), which did this, was killed for it; `dmesg` has "
	    "the report.", task, task_get(o->w, task)->comm);
	return STATUS_ERROR;
}

enum status op_ended(struct call *c, const struct request *r, enum run_end end, unsigned cpu,
                     unsigned task)
{
	const struct world *w = call_world(c);
	struct outcome o = { c->s, w, cpu, 0 };

	switch (end) {
	case RUN_DONE:
		o.result = task ? task_get(w, task)->context.result : cpu_context(w, cpu)->result;
		return done(c, r, &o, task);
	case RUN_BLOCKED:
		return blocked(c, r, cpu, task ? task : w->kernel.cpu[cpu].current);
	case RUN_OOPS:
		return oopsed(c, cpu);
	case RUN_INTERRUPTED:
		return refuse(c, "Interrupted: the operation stands in the middle; `run` goes on, "
		              "`back` undoes it");
	case RUN_VIOLATED: /* command_run() says which */
		return STATUS_ERROR;
	case RUN_LIMIT:
		break;
	}
	return refuse(c, "The operation does not end: it was stopped after a great many steps");
}

/* The task whose context an operation on a CPU would run in: its shell; 0 in an interrupt. */
static unsigned task_of(const struct call *c)
{
	const struct world *w = call_world(c);

	return cpu_context_kind(w, c->cpu) == CONTEXT_TASK ? w->kernel.cpu[c->cpu].current : 0;
}

static enum status run_one(struct call *c, const struct request *r)
{
	uint32_t from = call_world(c)->machine.log.n;
	struct message m;
	enum status status;
	unsigned task;

	if (!session_start(c->s, c->cpu, r->op, r->locals, &m))
		return refuse(c, "%s", m.text);
	task = task_of(c);
	status = op_ended(c, r, session_run_cpu(c->s, c->cpu), c->cpu, task);
	op_warnings(c, from);
	return status;
}

/* Between two of many operations: how far it is, and whether somebody wants it to end. */
static bool goes_on(struct call *c, unsigned done)
{
	const struct front_ops *front = c->in->front;
	char text[64];

	if (!done)
		return true;
	if (front && front->progress && done % 16 == 0) {
		snprintf(text, sizeof(text), "%u of %u", done, c->times);
		front->progress(c->in->front_ctx, text);
	}
	return !session_stop_asked(c->s);
}

enum status op_run_call(struct call *c)
{
	enum status status = STATUS_OK;

	for (unsigned i = 0; i < c->times && status == STATUS_OK; i++) {
		struct request r = { .command = c->command, .slot = -1 };

		if (!goes_on(c, i)) {
			text_free(&c->answer.message);
			return refuse(c, "Interrupted behind %u of %u; `back` undoes them", i, c->times);
		}

		if (!c->command->prepare(c, i, &r))
			return STATUS_ERROR;
		if (i == 0)
			session_mark(c->s, c->line->text);
		status = run_one(c, &r);
	}
	return status;
}
