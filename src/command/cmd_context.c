/*
 * cpu, task, irq, softirq, nmi, exit, and disabling what could interrupt: in which context kernel
 * code runs.
 */
#include "command/arg.h"
#include "command/describe.h"
#include "command/op.h"
#include "command/process.h"

#include "kernel/irqflags.h"
#include "lab/words.h"

#include <inttypes.h>

/* cpu, context, preempt_count. */
static void context_json(const struct world *w, unsigned cpu, json_t *json)
{
	json_object_set_new(json, "cpu", json_integer(cpu));
	json_object_set_new(json, "context",
	                    json_string(context_kind_name(cpu_context_kind(w, cpu))));
	json_object_set_new(json, "preempt_count", json_integer(preempt_count(w, cpu)));
}

static void say_context(const struct world *w, unsigned cpu, struct text *t)
{
	text_add(t, "CPU %u is in %s context: preempt_count 0x%x, interrupts %s.", cpu,
	         context_kind_name(cpu_context_kind(w, cpu)), preempt_count(w, cpu),
	         irqs_disabled(w, cpu) ? "off" : "on");
	if (preempt_count(w, cpu) > INT32_MAX)
		text_add(t, " That is below 0: more was enabled than disabled.");
}

static enum status context_answer(struct call *c)
{
	context_json(call_world(c), c->cpu, c->answer.result);
	say_context(call_world(c), c->cpu, &c->answer.message);
	return STATUS_OK;
}

static enum status enter(struct call *c, enum context_kind kind)
{
	struct message m;

	session_mark(c->s, c->line->text);
	if (!session_enter_context(c->s, c->cpu, kind, &m))
		return refuse(c, "%s", m.text);
	return context_answer(c);
}

static enum status run_irq(struct call *c)
{
	return enter(c, CONTEXT_HARDIRQ);
}

static enum status run_softirq(struct call *c)
{
	return enter(c, CONTEXT_SOFTIRQ);
}

static enum status run_nmi(struct call *c)
{
	return enter(c, CONTEXT_NMI);
}

static enum status run_exit(struct call *c)
{
	struct message m;

	if (user_mode_task(c))
		return process_exit(c);
	session_mark(c->s, c->line->text);
	if (!session_exit_context(c->s, c->cpu, &m))
		return refuse(c, "%s", m.text);
	return context_answer(c);
}

/* --- disabling -------------------------------------------------------------------------------- */

#define DISABLING(name)                                                                           \
	static bool prepare_##name(struct call *c, unsigned i, struct request *r)                 \
	{                                                                                         \
		(void)c, (void)i;                                                                 \
		REQUEST(r, name, 0);                                                              \
		return true;                                                                      \
	}

DISABLING(local_irq_disable)
DISABLING(local_irq_enable)
DISABLING(local_bh_disable)
DISABLING(local_bh_enable)
DISABLING(preempt_disable)
DISABLING(preempt_enable)

static enum status answer_context(const struct outcome *o, const struct request *r,
                                  struct answer *a)
{
	(void)r;
	context_json(o->w, o->cpu, a->result);
	json_object_set_new(a->result, "irqs", json_boolean(!irqs_disabled(o->w, o->cpu)));
	say_context(o->w, o->cpu, &a->message);
	return STATUS_OK;
}

/* --- looking ---------------------------------------------------------------------------------- */

static const char *doing(const struct task *t)
{
	return t->context.depth ? op_get(t->context.frame[0].op)->name : "";
}

static json_t *cpu_line(struct call *c, unsigned cpu)
{
	const struct world *w = call_world(c);
	const struct cpu_state *state = &w->kernel.cpu[cpu];
	const struct task *t = cpu_current(w, cpu);
	json_t *json = json_pack("{s:i, s:s, s:I, s:b, s:b}", "task", (int)state->current, "comm",
	                         t->comm, "cycle", (json_int_t)w->machine.cpu[cpu].cycle, "irqs",
	                         !irqs_disabled(w, cpu), "halted", state->halted);

	context_json(w, cpu, json);
	say(c, "%c CPU %-2u %-8s preempt_count 0x%08x  irqs %-3s  cycle %-10" PRIu64
	    " task %u (%s)%s\n", cpu == interp_cpu(c->in) ? '>' : ' ', cpu,
	    context_kind_name(cpu_context_kind(w, cpu)), preempt_count(w, cpu),
	    irqs_disabled(w, cpu) ? "off" : "on", w->machine.cpu[cpu].cycle, state->current, t->comm,
	    state->halted ? " HALTED" : "");
	return json;
}

/* Chooses the CPU that commands run on, or lists them all. */
static enum status run_cpu(struct call *c)
{
	json_t *cpus;
	unsigned cpu;

	if (c->argc) {
		if (!arg_cpu(c, 0, &cpu))
			return STATUS_ERROR;
		c->cpu = cpu;
		session_choose_cpu(c->s, cpu);
		return context_answer(c);
	}
	cpus = json_array();
	for (cpu = 0; cpu < call_world(c)->machine.nr_cpus; cpu++)
		json_array_append_new(cpus, cpu_line(c, cpu));
	json_object_set_new(c->answer.result, "cpus", cpus);
	json_object_set_new(c->answer.result, "cpu", json_integer(interp_cpu(c->in)));
	return STATUS_OK;
}

static json_t *task_line(struct call *c, unsigned number)
{
	const struct world *w = call_world(c);
	const struct task *t = task_get(w, number);
	const char *op = doing(t);

	say(c, "%c task %-3u pid %-3u CPU %-2u %-8s preempt_count %u  %s%s%s%s",
	    w->kernel.cpu[t->cpu].current == number ? '*' : ' ', number, t->pid, t->cpu,
	    word_for(&task_words, t->state), t->preempt_count, t->comm, op[0] ? ", in " : "", op,
	    t->held ? " (held)" : "");
	if (t->mm)
		say(c, ", address space %u, %u page%s", t->mm, mm_get(w, t->mm)->rss,
		    mm_get(w, t->mm)->rss == 1 ? "" : "s");
	say(c, "\n");
	return json_pack("{s:i, s:i, s:s, s:i, s:s, s:I, s:b, s:b, s:s, s:i}", "task", (int)number,
	                 "pid", (int)t->pid, "comm", t->comm, "cpu", (int)t->cpu, "state",
	                 word_for(&task_words, t->state), "preempt_count",
	                 (json_int_t)t->preempt_count, "held", t->held, "current",
	                 w->kernel.cpu[t->cpu].current == number, "op", op, "mm", (int)t->mm);
}

static bool listed(const struct task *t)
{
	return t->pid && t->state != TASK_DEAD && t->state != TASK_UNUSED;
}

static enum status run_task(struct call *c)
{
	json_t *tasks;
	unsigned task = 0;

	if (c->argc && !arg_task(c, 0, &task))
		return STATUS_ERROR;
	tasks = json_array();
	if (task)
		json_array_append_new(tasks, task_line(c, task));
	for (unsigned i = 1; !task && i <= call_world(c)->kernel.nr_tasks; i++)
		if (listed(task_get(call_world(c), i)))
			json_array_append_new(tasks, task_line(c, i));
	json_object_set_new(c->answer.result, "tasks", tasks);
	return STATUS_OK;
}

#define SEE "irq softirq nmi exit cpu task"
#define SEE_FLAGS "local_irq_disable local_bh_disable preempt_disable irq cpu"

#define FLAG_COMMAND(name_, summary_)                                                             \
	{                                                                                         \
		.name = #name_, .group = "contexts", .usage = #name_, .summary = summary_,        \
		.example = { #name_, "cpu1: " #name_ }, .errors = "The CPU must not be busy.",    \
		.see = SEE_FLAGS, .flags = NEEDS_WORLD | ON_CPU, .prepare = prepare_##name_,      \
		.answer = answer_context,                                                         \
	}

const struct command context_commands[] = {
	{
		.name = "cpu", .group = "contexts", .usage = "cpu [N]",
		.summary = "Chooses the CPU that commands run on, or lists the CPUs.",
		.example = { "cpu 1", "cpu" },
		.errors = "There must be such a CPU. One command alone runs elsewhere with cpuN: in "
		          "front.",
		.see = "task irq cpus", .max = 1, .flags = NEEDS_WORLD, .arg = { ARG_CPU },
		.run = run_cpu,
	},
	{
		.name = "task", .group = "contexts", .usage = "task [N]",
		.summary = "Lists the tasks that live, or shows one: its state, CPU, and what it is in "
		           "the middle of.",
		.example = { "task", "task 5" }, .errors = "There must be such a task.",
		.see = "spawn step run cpu", .max = 1, .flags = NEEDS_WORLD, .arg = { ARG_TASK },
		.run = run_task,
	},
	{
		.name = "irq", .group = "contexts", .usage = "irq",
		.summary = "Lets a device's interrupt arrive: what follows on this CPU runs in hard "
		           "interrupt context, until `exit`.",
		.example = { "irq; kmap_atomic p0 KM_IRQ0; exit", "cpu1: irq" },
		.errors = "No interrupt arrives while interrupts are off, or inside another.",
		.see = SEE, .flags = NEEDS_WORLD | ON_CPU, .run = run_irq,
	},
	{
		.name = "softirq", .group = "contexts", .usage = "softirq",
		.summary = "Enters softirq context on this CPU, until `exit`.",
		.example = { "softirq; kmap_atomic p0 KM_SOFTIRQ0; exit", "cpu1: softirq" },
		.errors = "A softirq begins in task context only.", .see = SEE,
		.flags = NEEDS_WORLD | ON_CPU, .run = run_softirq,
	},
	{
		.name = "nmi", .group = "contexts", .usage = "nmi",
		.summary = "Lets a non-maskable interrupt arrive on this CPU, until `exit`.",
		.example = { "nmi; exit", "cpu1: nmi" },
		.errors = "No NMI comes inside another.", .see = SEE, .flags = NEEDS_WORLD | ON_CPU,
		.run = run_nmi,
	},
	{
		.name = "exit", .group = "contexts", .usage = "exit",
		.summary = "Leaves the interrupt context that irq, softirq or nmi entered; in a process, "
		           "ends it. (To leave the program: quit.)",
		.example = { "irq; exit", "cpu1: exit" },
		.errors = "Fails in a shell's task context, and while code in the context is unfinished.",
		.see = SEE " quit", .flags = NEEDS_WORLD | ON_CPU, .run = run_exit,
	},
	FLAG_COMMAND(local_irq_disable, "Switches this CPU's interrupts off: IPIs wait."),
	FLAG_COMMAND(local_irq_enable, "Switches this CPU's interrupts on."),
	FLAG_COMMAND(local_bh_disable, "Disables bottom halves: the code counts as softirq."),
	FLAG_COMMAND(local_bh_enable, "Enables bottom halves again."),
	FLAG_COMMAND(preempt_disable, "Adds 1 to preempt_count: sleeping is forbidden."),
	FLAG_COMMAND(preempt_enable, "Takes 1 from preempt_count."),
	{ .name = NULL },
};
