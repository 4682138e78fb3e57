/*
 * fork, switch, touch, syscall, preempt, migrate: processes, and who runs where.
 *
 * A process is a task with an address space that waits for commands: `switch` makes it the one that
 * commands run in. Addresses below PAGE_OFFSET are then its own, and `touch`, `read` and `write` of
 * them happen in user mode: a fault is handled by the kernel, line by line, and the access is made
 * again. What the kernel cannot deal with kills the process, which is an answer as well.
 */
#include "command/process.h"

#include "command/arg.h"
#include "command/describe.h"
#include "command/op.h"
#include "kernel/fault.h"
#include "kernel/fork.h"
#include "kernel/uaccess.h"
#include "lab/words.h"
#include "machine/conf.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

unsigned user_mode_task(const struct call *c)
{
	const struct world *w = call_world(c);
	unsigned task = w->kernel.cpu[c->cpu].shell;

	if (cpu_context_kind(w, c->cpu) != CONTEXT_TASK || !task || !task_get(w, task)->mm)
		return 0;
	return task;
}

/* --- user memory ------------------------------------------------------------------------------ */

/* Notes in a request what the answer counts from. */
void user_request(const struct call *c, struct request *r)
{
	r->other = call_world(c)->machine.stats.faults;
	r->pfn = user_mode_task(c);
}

/* The last line of the kernel's log about a task that it killed. */
static const char *killed_by(const struct world *w)
{
	for (uint32_t i = w->kernel.dmesg.n; i > 0; i--) {
		const char *line = dmesg_line(w, i - 1);

		if (strstr(line, "]: segfault at ") || strstr(line, "VM: killing process "))
			return line;
	}
	return "";
}

void answer_user(const struct outcome *o, const struct request *r, struct answer *a, bool killed)
{
	uint64_t faults = o->w->machine.stats.faults - r->other;

	json_object_set_new(a->result, "task", json_integer((json_int_t)r->pfn));
	json_object_set_new(a->result, "faults", json_integer((json_int_t)faults));
	text_line(&a->message);
	if (faults)
		text_add(&a->message, "The kernel handled %" PRIu64 " page fault%s.", faults,
		         faults == 1 ? "" : "s");
	if (!killed)
		return;
	json_object_set_new(a->result, "killed", json_true());
	text_line(&a->message);
	text_add(&a->message, "It is killed: %s", killed_by(o->w));
}

static const char *const access_words[] = { "read", "write" };

static bool prepare_touch(struct call *c, unsigned i, struct request *r)
{
	int word = 0;

	(void)i;
	if (!arg_va(c, 0, &r->va))
		return false;
	if (c->argc > 1)
		word = arg_word(c, 1, "access", access_words, 2);
	if (word < 0)
		return false;
	if (!user_mode_task(c))
		return bad(c, c->argc, "Nobody is in user mode on CPU %u: `fork init`, then `switch init`",
		           c->cpu);
	user_request(c, r);
	r->n = (uint32_t)word;
	REQUEST(r, user_touch, .va = r->va, .write = r->n);
	return true;
}

static enum status answer_touch(const struct outcome *o, const struct request *r, struct answer *a)
{
	const struct access_report *report = &o->w->kernel.cpu[o->cpu].access;

	json_object_set_new(a->result, "va", json_hex(r->va));
	json_object_set_new(a->result, "access", json_string(access_words[r->n]));
	if (report->fault) {
		const char *reason = fault_reason_text((enum fault_reason)report->fault);

		json_object_set_new(a->result, "fault",
		                    json_pack("{s:o, s:s}", "error_code",
		                              json_hex(report->error_code), "reason", reason));
		text_add(&a->message, "Page fault at 0x%x, error code 0x%x: %s.", r->va,
		         report->error_code, reason);
	} else {
		json_object_set_new(a->result, "pa", json_hex(report->pa[0]));
		json_object_set_new(a->result, "pfn", json_hex(report->pa[0] >> PAGE_SHIFT));
		text_add(&a->message, "0x%x is physical 0x%" PRIx64 ", in ", r->va, report->pa[0]);
		describe_frame(o->w, "the page", report->pa[0] >> PAGE_SHIFT, &a->message);
		text_add(&a->message, is_zero_pfn(o->w, report->pa[0] >> PAGE_SHIFT) ?
		         ": ZERO_PAGE, which everybody shares who has not written." : ".");
		a->value = (struct value){ VALUE_PAGE, report->pa[0] >> PAGE_SHIFT };
	}
	answer_user(o, r, a, report->fault);
	return STATUS_OK;
}

/* --- fork and exit ---------------------------------------------------------------------------- */

static const struct option_row fork_options[] = {
	{ "cpu", ARG_CPU, "where the child will run" },
	{ "vm", ARG_TEXT, "copy (the default), or share: a thread of the same address space" },
	{ NULL, ARG_NONE, NULL },
};

#define COMM_MAX 15

/* A name that looks like a program's. */
static bool arg_comm(struct call *c, unsigned i)
{
	const char *s = c->argv[i];

	for (const char *p = s; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("_-./", *p))
			return bad(c, i, "'%s' is no name for a process: letters, digits, _ - . /", s);
	if (isdigit((unsigned char)*s) || strlen(s) > COMM_MAX)
		return bad(c, i, "'%s' is no name for a process: it begins with a letter and has %d "
		           "characters at most", s, COMM_MAX);
	return true;
}

static bool fork_options_read(struct call *c, struct do_fork_frame *frame)
{
	unsigned at = 0;
	const char *value = option_value(c, "cpu", &at);
	uint64_t cpu = c->cpu;

	if (value && (!conf_number(strncmp(value, "cpu", 3) ? value : value + 3, &cpu) ||
	              cpu >= call_world(c)->machine.nr_cpus))
		return bad_option(c, at, "There is no CPU %s: this machine has %u", value,
		                  call_world(c)->machine.nr_cpus);
	frame->cpu = (uint32_t)cpu;
	value = option_value(c, "vm", &at);
	if (value && strcmp(value, "share") && strcmp(value, "copy"))
		return bad_option(c, at, "vm is 'copy' or 'share', not '%s'", value);
	if (value && !strcmp(value, "share"))
		frame->clone_flags = CLONE_VM;
	return true;
}

static bool prepare_fork(struct call *c, unsigned i, struct request *r)
{
	struct do_fork_frame frame = { .cpu = c->cpu };

	(void)i;
	if (!arg_comm(c, 0) || !fork_options_read(c, &frame))
		return false;
	if (frame.clone_flags && !user_mode_task(c))
		return bad(c, c->argc, "There is no address space to share: the commands of CPU %u run in "
		           "a kernel thread", c->cpu);
	snprintf(frame.comm, sizeof(frame.comm), "%s", c->argv[0]);
	r->op = &do_fork_op;
	r->other = user_mode_task(c);
	request_locals(r, &frame, sizeof(frame));
	return true;
}

static enum status answer_fork(const struct outcome *o, const struct request *r, struct answer *a)
{
	unsigned child = (unsigned)o->result;
	const struct task *t = task_get(o->w, child);

	if (!child) {
		text_add(&a->message, "There is no memory for another process.");
		return STATUS_ERROR;
	}
	json_object_set_new(a->result, "task", json_integer(child));
	json_object_set_new(a->result, "pid", json_integer(t->pid));
	json_object_set_new(a->result, "comm", json_string(t->comm));
	json_object_set_new(a->result, "cpu", json_integer(t->cpu));
	json_object_set_new(a->result, "mm", json_integer(t->mm));
	json_object_set_new(a->result, "pgd", json_hex(mm_get(o->w, t->mm)->pgd));
	a->value = (struct value){ VALUE_NUMBER, child };
	text_add(&a->message, "Task %u (%s) is born on CPU %u, pid %u: ", child, t->comm, t->cpu, t->pid);
	if (!r->other)
		text_add(&a->message, "a program that begins, in address space %u.", t->mm);
	else if (mm_get(o->w, t->mm)->mm_users > 1)
		text_add(&a->message, "a thread in address space %u.", t->mm);
	else
		text_add(&a->message, "its address space %u shares %u page%s with its parent, read-only.",
		         t->mm, mm_get(o->w, t->mm)->rss, mm_get(o->w, t->mm)->rss == 1 ? "" : "s");
	return STATUS_OK;
}

static bool prepare_exit(struct call *c, unsigned i, struct request *r)
{
	(void)i;
	r->pfn = user_mode_task(c);
	r->other = call_world(c)->kernel.zone[0].free;
	for (unsigned z = 1; z < call_world(c)->kernel.nr_zones; z++)
		r->other += call_world(c)->kernel.zone[z].free;
	REQUEST(r, do_exit, 0);
	return true;
}

static enum status answer_exit(const struct outcome *o, const struct request *r, struct answer *a)
{
	const struct task *t = task_get(o->w, (unsigned)r->pfn);
	uint64_t free = 0;

	for (unsigned z = 0; z < o->w->kernel.nr_zones; z++)
		free += o->w->kernel.zone[z].free;
	json_object_set_new(a->result, "task", json_integer((json_int_t)r->pfn));
	json_object_set_new(a->result, "freed", json_integer((json_int_t)(free - r->other)));
	text_add(&a->message, "Task %u (%s) has ended; %" PRIu64 " pages are free again.",
	         (unsigned)r->pfn, t->comm, free - r->other);
	return STATUS_OK;
}

enum status process_exit(struct call *c)
{
	static const struct command exit_row = { .name = "exit", .prepare = prepare_exit,
		                                 .answer = answer_exit };

	c->command = &exit_row;
	c->times = 1;
	return op_run_call(c);
}

/* --- who runs --------------------------------------------------------------------------------- */

static void say_running(struct call *c, unsigned cpu)
{
	const struct world *w = call_world(c);
	unsigned task = w->kernel.cpu[cpu].current;
	const struct task *t = task_get(w, task);

	json_object_set_new(c->answer.result, "cpu", json_integer(cpu));
	json_object_set_new(c->answer.result, "task", json_integer(task));
	json_object_set_new(c->answer.result, "comm", json_string(t->comm));
	json_object_set_new(c->answer.result, "mm", json_integer(t->mm));
	json_object_set_new(c->answer.result, "cr3", json_hex(w->machine.cpu[cpu].cr3));
	say(c, "CPU %u runs task %u (%s)", cpu, task, t->comm);
	if (t->mm)
		say(c, " in address space %u: CR3 is 0x%" PRIx64 ".", t->mm, w->machine.cpu[cpu].cr3);
	else if (w->kernel.cpu[cpu].active_mm)
		say(c, ", a kernel thread, on the tables of address space %u (lazy TLB).",
		    w->kernel.cpu[cpu].active_mm);
	else
		say(c, ", a kernel thread.");
}

static enum status run_switch(struct call *c)
{
	struct message m;
	unsigned task = 0;

	if (strcmp(c->argv[0], "shell") && !arg_task(c, 0, &task))
		return STATUS_ERROR;
	session_mark(c->s, c->line->text);
	if (!session_become(c->s, c->cpu, task, &m))
		return refuse(c, "%s", m.text);
	if (task) {
		c->cpu = task_get(call_world(c), task)->cpu;
		session_choose_cpu(c->s, c->cpu);
	}
	say_running(c, c->cpu);
	return STATUS_OK;
}

static enum status run_preempt(struct call *c)
{
	unsigned current = call_world(c)->kernel.cpu[c->cpu].current, next = 0;
	struct message m;

	if (c->argc && !arg_task(c, 0, &next))
		return STATUS_ERROR;
	session_mark(c->s, c->line->text);
	if (!session_preempt(c->s, c->cpu, next, &m))
		return refuse(c, "%s", m.text);
	json_object_set_new(c->answer.result, "preempted", json_integer(current));
	say(c, "Task %u gives way in the middle of what it does. ", current);
	say_running(c, c->cpu);
	return STATUS_OK;
}

static enum status run_migrate(struct call *c)
{
	struct message m;
	unsigned task, cpu, from;

	if (!arg_task(c, 0, &task) || !arg_cpu(c, 1, &cpu))
		return STATUS_ERROR;
	from = task_get(call_world(c), task)->cpu;
	session_mark(c->s, c->line->text);
	if (!session_migrate(c->s, task, cpu, &m))
		return refuse(c, "%s", m.text);
	json_object_set_new(c->answer.result, "task", json_integer(task));
	json_object_set_new(c->answer.result, "from", json_integer(from));
	json_object_set_new(c->answer.result, "cpu", json_integer(cpu));
	say(c, "Task %u (%s) moves from CPU %u to CPU %u.", task, task_get(call_world(c), task)->comm,
	    from, cpu);
	return STATUS_OK;
}

#define SEE "fork switch touch exit task syscall preempt migrate"

const struct command process_commands[] = {
	{
		.name = "fork", .group = "processes",
		.usage = "fork NAME [cpu=N] [vm=copy|share]",
		.summary = "Creates a process: a copy of the one that commands run in, page by page "
		           "shared until written; from a shell, a program that begins.",
		.example = { "fork init", "fork init; switch init; fork child cpu=1" },
		.errors = "Fails without memory for page tables. Sharing needs a process to share with.",
		.see = SEE, .min = 1, .max = 1, .flags = GIVES | NEEDS_WORLD | ON_CPU,
		.arg = { ARG_TEXT }, .options = fork_options, .prepare = prepare_fork,
		.answer = answer_fork,
	},
	{
		.name = "switch", .group = "processes", .usage = "switch TASK|shell",
		.summary = "Makes a task the current one of its CPU; in a process, commands run as its "
		           "system calls, and `touch`, `read`, `write` of user addresses in user mode.",
		.example = { "fork init; switch init", "switch shell" },
		.errors = "The kernel does not switch while preempt_count is not 0, or in an interrupt.",
		.see = SEE, .min = 1, .max = 1, .flags = NEEDS_WORLD | ON_CPU, .arg = { ARG_TASK },
		.run = run_switch,
	},
	{
		.name = "touch", .group = "processes", .usage = "touch ADDRESS [read|write]",
		.summary = "Reads a byte in user mode, or writes it back as it is. A page fault is handled "
		           "by the kernel, and the access made again.",
		.example = { "fork init; switch init; touch 0x08050000 write",
		             "fork init; switch init; touch 0x08048000" },
		.errors = "Needs a process. One that touches what it must not is killed: SIGSEGV.",
		.see = SEE " read write walk", .min = 1, .max = 2,
		.flags = GIVES | NEEDS_WORLD | ON_CPU, .arg = { ARG_VA, ARG_TEXT },
		.prepare = prepare_touch, .answer = answer_touch,
	},
	{
		.name = "preempt", .group = "processes", .usage = "preempt [TASK]",
		.summary = "Takes the CPU away from its current task in the middle of kernel code and "
		           "gives it to another, or to a shell.",
		.example = { "spawn steps=2 kmap p0; preempt", "set allow.preempt on" },
		.errors = "Refused while preempt_count is not 0, unless allow.preempt is on.",
		.see = SEE " spawn step set", .max = 1, .flags = NEEDS_WORLD | ON_CPU,
		.arg = { ARG_TASK }, .run = run_preempt,
	},
	{
		.name = "migrate", .group = "processes", .usage = "migrate TASK CPU",
		.summary = "Moves a task to another CPU, where it goes on.",
		.example = { "fork init; migrate init 1", "set allow.migrate on" },
		.errors = "Refused while preempt_count is not 0 or migration is disabled, unless "
		          "allow.migrate is on.",
		.see = SEE " set", .min = 2, .max = 2, .flags = NEEDS_WORLD,
		.arg = { ARG_TASK, ARG_CPU }, .run = run_migrate,
	},
	{ .name = NULL },
};
