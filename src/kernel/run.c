/*
 * The stepper: what a CPU does when it is told to take one step.
 *
 * In order: take an interrupt if one is due and allowed; else run the next STEP of the topmost
 * context; when that context has nothing left, leave it (an interrupt handler returns, a task
 * that came to its end exits) or let another task run. A STEP that calls or returns carries on
 * until the next one is reached, so that a CPU always stands before a line of kernel code.
 */
#include "kernel/entry.h"
#include "kernel/fork.h"
#include "kernel/world.h"

#include <stdio.h>

/* The events of what follows are due to `cause`. */
static void set_cause(struct world *w, unsigned cpu, uint32_t cause)
{
	w->machine.log.cause = cause;
	w->machine.log.step = w->steps;
	w->machine.log.task = w->kernel.cpu[cpu].current;
}

static enum disposition run_frame(struct world *w, struct context *c)
{
	struct frame *fr = &c->frame[c->depth - 1];

	set_cause(w, c->cpu, fr->cause);
	return op_get(fr->op)->run(w, c, fr);
}

static void pop_frame(struct world *w, struct context *c)
{
	struct frame *fr = &c->frame[c->depth - 1];

	world_event(w, c->cpu, EVENT_RETURN, fr->op, c->result, 0);
	c->depth--;
}

/* Runs until the next STEP is reached, the context ends, or it has to wait. */
static enum disposition run_to_next_step(struct world *w, struct context *c)
{
	enum disposition d;

	for (;;) {
		d = run_frame(w, c);
		if (d == OP_RETURN)
			pop_frame(w, c);
		else if (d != OP_CALL)
			return d;
		if (!c->depth)
			return OP_RETURN;
	}
}

/* An idle CPU's clock stood still; time went on. */
static void catch_up(struct world *w, unsigned cpu)
{
	uint64_t now = 0;

	for (unsigned i = 0; i < w->machine.nr_cpus; i++)
		if (w->machine.cpu[i].cycle > now)
			now = w->machine.cpu[i].cycle;
	machine_wait(&w->machine, cpu, now);
}

static void leave_context(struct world *w, unsigned cpu)
{
	bool hardware = cpu_context_kind(w, cpu) != CONTEXT_SOFTIRQ;

	set_cause(w, cpu, cpu_context(w, cpu)->cause);
	context_exit(w, cpu);
	if (cpu_context_kind(w, cpu) == CONTEXT_TASK)
		switch_to_user_pgd(w, cpu);
	if (hardware)
		machine_iret(&w->machine, cpu);
}

/* The handler of an interrupt; one whose vector nobody registered is spurious, and over at once. */
static void enter_irq(struct world *w, unsigned cpu, const struct irq_frame *irq)
{
	struct context *c;

	set_cause(w, cpu, irq->cause);
	c = context_enter(w, cpu, irq->nmi ? CONTEXT_NMI : CONTEXT_HARDIRQ, false);
	if (irq->vector == CALL_FUNCTION_VECTOR)
		op_push(w, c, &smp_call_function_interrupt_op,
		        &(struct smp_call_function_interrupt_frame){ 0 });
	else if (irq->vector == INVALIDATE_TLB_VECTOR)
		op_push(w, c, &smp_invalidate_interrupt_op,
		        &(struct smp_invalidate_interrupt_frame){ 0 });
	else if (irq->vector == BLK_VECTOR)
		op_push(w, c, &ide_dma_intr_op, &(struct ide_dma_intr_frame){ irq->data, 0 });
	if (c->depth)
		run_to_next_step(w, c);
	else
		leave_context(w, cpu);
}

/* The current task leaves its CPU. Who comes next runs with interrupts enabled, and so will this
 * one when it is back, whatever it had before (finish_task_switch). */
static void deschedule(struct world *w, unsigned cpu)
{
	w->kernel.stats.sleeps++;
	world_event(w, cpu, EVENT_SLEEP, w->kernel.cpu[cpu].current,
	            cpu_current(w, cpu)->waiting_on, 0);
	w->machine.cpu[cpu].eflags_if = true;
	context_switch(w, cpu, pick_next_task(w, cpu));
}

/* 2.4 has no count of its own for preemption: whoever is in an interrupt, or has bottom halves disabled,
 * must not call schedule(). */
static enum disposition scheduling_in_interrupt(struct world *w, unsigned cpu)
{
	printk(w, "Scheduling in interrupt");
	world_oops(w, cpu_context_put(w, cpu), "kernel BUG at sched.c!");
	return OP_OOPS;
}

/* schedule() by an operation that wants to sleep; one that was woken meanwhile just goes on. Who
 * disabled preemption is complained about (__schedule_bug) and sleeps all the same; an interrupt
 * has no task of its own that could, and the model ends there. */
static enum disposition schedule(struct world *w, unsigned cpu)
{
	const struct task *task = cpu_current(w, cpu);
	char text[DMESG_LINE];

	if (task->state == TASK_RUNNING)
		return OP_SCHEDULE;
	if (!w->kernel.profile->preempt_bits && in_interrupt(w, cpu))
		return scheduling_in_interrupt(w, cpu);
	snprintf(text, sizeof(text), "BUG: scheduling while atomic: %s/%d/0x%08x", task->comm,
	         task->pid, task->preempt_count);
	if (cpu_context_kind(w, cpu) != CONTEXT_TASK) {
		world_oops(w, cpu_context_put(w, cpu), text);
		return OP_OOPS;
	}
	if (task->preempt_count)
		world_warn(w, cpu, text);
	deschedule(w, cpu);
	return OP_SCHEDULE;
}

/* A task with an address space came to its end, or was killed: do_exit() follows, in steps. */
static void exit_to_the_end(struct world *w, unsigned cpu)
{
	struct context *c = &cpu_current_put(w, cpu)->context;

	op_push(w, c, &do_exit_op, &(struct do_exit_frame){ .result = c->result });
	run_to_next_step(w, c);
}

/* 4G/4G: a system call came to its end; RESTORE_ALL follows, in steps. */
static void return_to_user_mode(struct world *w, unsigned cpu)
{
	struct context *c = &cpu_current_put(w, cpu)->context;

	op_push(w, c, &RESTORE_ALL_op, &(struct RESTORE_ALL_frame){ .result = c->result });
	run_to_next_step(w, c);
}

/* What is left to do when the step itself is over. */
static void after_step(struct world *w, unsigned cpu, enum disposition d)
{
	bool task_context = cpu_context_kind(w, cpu) == CONTEXT_TASK;
	unsigned current = w->kernel.cpu[cpu].current;

	if (d != OP_RETURN)
		return;
	if (!task_context) {
		if (!w->kernel.cpu[cpu].manual[w->kernel.cpu[cpu].nr_contexts - 1])
			leave_context(w, cpu);
	} else if (!task_get(w, current)->shell && task_get(w, current)->mm) {
		exit_to_the_end(w, cpu);
	} else if (!task_get(w, current)->shell) {
		task_exit(w, current);
		context_switch(w, cpu, pick_next_task(w, cpu));
	} else if (task_get(w, current)->mm && switches_pagetables(w) && !in_user_pgd(w, cpu)) {
		return_to_user_mode(w, cpu);
	}
}

/* Takes an interrupt. `wait`: the CPU has nothing better to do, so its clock may go on to the
 * moment when one arrives. */
static bool take_irq(struct world *w, unsigned cpu, bool wait)
{
	uint64_t due = machine_next_irq(&w->machine, cpu);
	struct irq_frame irq;

	if (due == UINT64_MAX || (due > w->machine.cpu[cpu].cycle && !wait))
		return false;
	machine_wait(&w->machine, cpu, due);
	set_cause(w, cpu, 0);
	if (!machine_take_irq(&w->machine, cpu, &irq))
		return false;
	enter_irq(w, cpu, &irq);
	return true;
}

/* Devices move what is due by this CPU's clock, also while nobody may take their interrupts. */
static bool devices_work(struct world *w, unsigned cpu)
{
	set_cause(w, cpu, 0);
	return machine_devices_run(&w->machine, w->machine.cpu[cpu].cycle) != 0;
}

/* The topmost context has nothing to do: another task's turn, if there is one. */
static bool run_another_task(struct world *w, unsigned cpu)
{
	unsigned next = pick_next_task(w, cpu);

	if (cpu_context_kind(w, cpu) != CONTEXT_TASK || !can_switch(w, cpu) ||
	    next == w->kernel.cpu[cpu].current)
		return false;
	catch_up(w, cpu);
	set_cause(w, cpu, 0);
	context_switch(w, cpu, next);
	return true;
}

static enum step_result taken(struct world *w)
{
	w->steps++;
	return STEP_TAKEN;
}

/* Runs the topmost context's step. One that only goes on waiting leaves nothing behind. */
static enum step_result run_step(struct world *w, unsigned cpu)
{
	struct context *c = cpu_context_put(w, cpu);
	uint64_t cycle = w->machine.cpu[cpu].cycle;
	uint32_t line, depth;
	enum disposition d;

	if (push_pgd_switch(w, cpu))
		run_to_next_step(w, c);
	line = c->frame[c->depth - 1].line;
	depth = c->depth;
	if (line) /* a task that never ran only comes to stand before its first line */
		machine_charge(&w->machine, cpu, COST_INSN);
	d = run_to_next_step(w, c);
	if (d == OP_SPIN && c->depth == depth && c->frame[depth - 1].line == line) {
		w->machine.cpu[cpu].cycle = cycle;
		w->machine.stats.charges[COST_INSN]--;
		return STEP_SPUN;
	}
	if (d == OP_SCHEDULE)
		d = schedule(w, cpu);
	after_step(w, cpu, d);
	w->steps++;
	return d == OP_OOPS ? STEP_OOPSED : STEP_TAKEN;
}

enum step_result world_step(struct world *w, unsigned cpu)
{
	enum step_result r;

	if (w->kernel.cpu[cpu].halted)
		return STEP_NOTHING;
	if (take_irq(w, cpu, false) || devices_work(w, cpu))
		return taken(w);
	if (!cpu_context(w, cpu)->depth)
		return run_another_task(w, cpu) || take_irq(w, cpu, true) ? taken(w) : STEP_NOTHING;
	r = run_step(w, cpu);
	if (r == STEP_SPUN && take_irq(w, cpu, true))
		return taken(w);
	return r;
}

enum step_result world_interrupt(struct world *w, unsigned cpu)
{
	if (w->kernel.cpu[cpu].halted || !take_irq(w, cpu, true))
		return STEP_NOTHING;
	return taken(w);
}

enum step_result world_line(struct world *w, unsigned cpu)
{
	if (w->kernel.cpu[cpu].halted || !cpu_context(w, cpu)->depth)
		return STEP_NOTHING;
	return run_step(w, cpu);
}

/* --- from outside ----------------------------------------------------------------------------- */

/* Whether a shell could run what is typed for a CPU whose topmost context is a task's. */
static bool shell_ready(const struct world *w, unsigned cpu, struct message *m)
{
	unsigned shell = w->kernel.cpu[cpu].shell;

	if (shell && !task_get(w, shell)->context.depth)
		return true;
	if (task_free_number(w))
		return true;
	return fail(m, "There is no room for another task (%u at most), and CPU %u has no shell.",
	            MAX_TASKS - 1, cpu);
}

bool world_ready(const struct world *w, unsigned cpu, struct message *m)
{
	const struct context *c;

	if (cpu >= w->machine.nr_cpus)
		return fail(m, "There is no CPU %u: this machine has %u (0 to %u).", cpu,
		            w->machine.nr_cpus, w->machine.nr_cpus - 1);
	if (w->kernel.cpu[cpu].halted)
		return fail(m, "CPU %u is halted by an oops; `back` goes to before it.", cpu);
	c = cpu_context(w, cpu);
	if (!c->depth && cpu_context_kind(w, cpu) != CONTEXT_TASK)
		return true;
	if (!c->depth || (cpu_context_kind(w, cpu) == CONTEXT_TASK && can_switch(w, cpu) &&
	                  !cpu_current(w, cpu)->shell))
		return shell_ready(w, cpu, m);
	return fail(m,
		"CPU %u is in the middle of %s() (preempt_count %u); `step` or `run` moves it on.",
		cpu, op_get(c->frame[0].op)->name, preempt_count(w, cpu));
}

/* Gives the CPU to its shell, unless an interrupt context is on top. */
static void take_shell(struct world *w, unsigned cpu)
{
	if (cpu_context_kind(w, cpu) != CONTEXT_TASK)
		return;
	if (!w->kernel.cpu[cpu].shell || task_get(w, w->kernel.cpu[cpu].shell)->context.depth)
		task_new_shell(w, cpu);
	set_cause(w, cpu, 0);
	context_switch(w, cpu, w->kernel.cpu[cpu].shell);
}

void world_start(struct world *w, unsigned cpu, const struct op *op, const void *locals)
{
	struct context *c;

	catch_up(w, cpu);
	take_shell(w, cpu);
	c = cpu_context_put(w, cpu);
	set_cause(w, cpu, c->cause);
	op_push(w, c, op, locals);
	run_to_next_step(w, c);
}

void world_start_task(struct world *w, unsigned number, const struct op *op, const void *locals)
{
	struct task *task = task_put(w, number);

	catch_up(w, task->cpu);
	set_cause(w, task->cpu, 0);
	w->machine.log.task = (uint16_t)number;
	op_push(w, &task->context, op, locals);
}

bool world_switch_to(struct world *w, unsigned number, struct message *m)
{
	const struct task *task = task_get(w, number);
	unsigned cpu = task->cpu;

	if (task->state == TASK_UNINTERRUPTIBLE)
		return fail(m, "Task %u sleeps: somebody has to wake it first.", number);
	if (task->state != TASK_RUNNING)
		return fail(m, "There is no task %u%s.", number,
		            task->state == TASK_DEAD ? " any more: it has ended" : "");
	if (w->kernel.cpu[cpu].current == number)
		return true;
	if (!can_switch(w, cpu))
		return fail(m, "CPU %u cannot switch to task %u now: preempt_count is %u.", cpu,
		            number, preempt_count(w, cpu));
	catch_up(w, cpu);
	set_cause(w, cpu, 0);
	context_switch(w, cpu, number);
	return true;
}

bool world_exit_context(struct world *w, unsigned cpu, struct message *m)
{
	const struct cpu_state *state = &w->kernel.cpu[cpu];

	if (cpu_context_kind(w, cpu) == CONTEXT_TASK)
		return fail(m, "CPU %u is in no interrupt context: there is nothing to leave "
		            "(`quit` ends the program).", cpu);
	if (cpu_context(w, cpu)->depth)
		return fail(m, "CPU %u is in the middle of %s(); `step` or `run` moves it on.", cpu,
		            op_get(cpu_context(w, cpu)->frame[0].op)->name);
	if (!state->manual[state->nr_contexts - 1])
		return fail(m, "CPU %u leaves this context by itself.", cpu);
	leave_context(w, cpu);
	return true;
}

bool world_runnable(const struct world *w, unsigned cpu)
{
	const struct cpu_state *state = &w->kernel.cpu[cpu];

	if (state->halted)
		return false;
	if (machine_next_irq(&w->machine, cpu) != UINT64_MAX)
		return true;
	if (cpu_context(w, cpu)->depth)
		return true;
	return cpu_context_kind(w, cpu) == CONTEXT_TASK && can_switch(w, cpu) &&
	       pick_next_task(w, cpu) != state->current;
}
