/*
 * Moves of the explorer: one step of one thread.
 *
 * What the schedule is free to choose, in Linux as here, is which CPU runs its next line, when an
 * interrupt arrives, and, where the kernel can be preempted, which task of a CPU runs. So a move is
 * one line of a thread, together with what makes it possible: the interrupt's arrival, the switch to
 * the task, the call of the next operation. An interrupt that a CPU sent to another one is a move as
 * well: how long it is on its way is promised by nobody, so a CPU may run lines before it takes it.
 * Clocks decide nothing here, which is why states can be told apart by a hash that has no clocks.
 *
 * A move that cannot be made now (the task sleeps, its line spins on a lock, interrupts are off) is
 * found out by trying it on a clone.
 *
 * Each move is made of the same inputs that a session writes down. So the schedule that was found can
 * be put on the timeline as it is. Left out: devices, whose transfers end when a clock says so.
 */
#include "lab/explore_inside.h"

#include <stdio.h>

/* --- inputs ----------------------------------------------------------------------------------- */

static unsigned act(struct explorer *x, const struct action *a, struct message *m)
{
	if (x->recording)
		return session_act(x->s, a, m);
	return action_apply(&x->s->world, a, m);
}

static enum step_result input(struct explorer *x, uint32_t word)
{
	if (x->recording)
		return session_input(x->s, word);
	return step_apply(&x->s->world, word);
}

/* --- threads ---------------------------------------------------------------------------------- */

/* A task of their own for those that have none. It waits for operations as a shell does, so it
 * lives from one to the next. */
bool explore_begin(struct explorer *x, struct message *m)
{
	for (unsigned i = 0; i < x->nr_threads; i++) {
		struct explore_thread *t = &x->thread[i];
		struct action a = { .kind = ACTION_SHELL, .cpu = (uint8_t)t->cpu };

		if (t->kind != CONTEXT_TASK || !t->nr_ops)
			continue; /* an interrupt's, or a task that was there before */
		snprintf(a.comm, sizeof(a.comm), "thread%u", i);
		t->task = act(x, &a, NULL);
		if (!t->task)
			return fail(m, "There is no room for the tasks of these threads.");
	}
	return true;
}

static bool task_over(const struct explorer *x, unsigned i)
{
	const struct explore_thread *t = &x->thread[i];
	const struct task *task = task_get(&x->s->world, t->task);

	return x->now.at[i].next == t->nr_ops &&
	       (task->state == TASK_DEAD ||
	        (task->state == TASK_RUNNING && !task->context.depth));
}

uint16_t explore_unfinished(const struct explorer *x)
{
	uint16_t unfinished = 0;

	for (unsigned i = 0; i < x->nr_threads; i++)
		if (x->thread[i].kind == CONTEXT_TASK ? !task_over(x, i) :
		                                        x->now.at[i].phase == PHASE_HERE)
			unfinished |= (uint16_t)(1u << i);
	return unfinished;
}

/* --- moves ------------------------------------------------------------------------------------ */

/* Which line a CPU is about to run. */
static void tell_line(struct explorer *x, unsigned cpu)
{
	const struct context *c = cpu_context(&x->s->world, cpu);
	const struct frame *top = c->depth ? &c->frame[c->depth - 1] : NULL;
	const struct step_text *step = top ? frame_step(top) : NULL;

	x->last.function = top ? op_get(top->op)->name : "";
	x->last.text = step ? step->text : "";
}

/* Runs a line of the topmost context of a CPU. */
static enum moved line(struct explorer *x, unsigned cpu)
{
	if (x->telling)
		tell_line(x, cpu);
	switch (input(x, cpu | LINE_BIT)) {
	case STEP_TAKEN:
		return MOVED;
	case STEP_OOPSED:
		return MOVED_OOPS;
	default:
		return MOVED_NOT;
	}
}

/* Calls a thread's next operation in the topmost context of its CPU. */
static enum moved begin_op(struct explorer *x, unsigned i)
{
	struct action a = { .kind = ACTION_START, .cpu = (uint8_t)x->thread[i].cpu };
	struct explore_op op = { .op = NULL };

	x->last.begins = true;
	x->last.n = x->now.at[i].next++;
	if (!x->client.prepare(x->client.ctx, i, x->last.n, &op, &x->refusal))
		return MOVED_REFUSED;
	a.op = (uint16_t)op_index(op.op);
	for (unsigned w = 0; w < FRAME_BYTES / 8; w++)
		a.locals[w] = op.locals[w];
	return act(x, &a, NULL) ? MOVED : MOVED_NOT;
}

/* A line of a thread whose context is on top. */
static enum moved go_on(struct explorer *x, unsigned i)
{
	unsigned cpu = x->thread[i].cpu;
	enum moved moved = MOVED;

	if (!cpu_context(&x->s->world, cpu)->depth)
		moved = begin_op(x, i);
	return moved == MOVED ? line(x, cpu) : moved;
}

/* Asleep is who has called schedule(); a task that only means to, and says so in its state, runs on, and
 * may have a lock to give back. */
static bool asleep(const struct explorer *x, const struct explore_thread *t)
{
	return task_get(&x->s->world, t->task)->state != TASK_RUNNING &&
	       x->s->world.kernel.cpu[t->cpu].current != t->task;
}

/* The thread's task is made the one that runs, and the one that operations begin in. */
static enum moved move_task(struct explorer *x, unsigned i)
{
	const struct explore_thread *t = &x->thread[i];
	const struct cpu_state *state = &x->s->world.kernel.cpu[t->cpu];
	const struct task *task = task_get(&x->s->world, t->task);
	struct action a = { .kind = ACTION_BECOME, .cpu = (uint8_t)t->cpu,
		            .task = (uint16_t)t->task };

	if (state->halted || state->nr_contexts > 1 || asleep(x, t) || task_over(x, i))
		return MOVED_NOT;
	if ((state->current != t->task || (task->shell && state->shell != t->task)) &&
	    !act(x, &a, NULL))
		return MOVED_NOT;
	return go_on(x, i);
}

static enum moved arrive(struct explorer *x, unsigned i)
{
	const struct explore_thread *t = &x->thread[i];
	struct action a = { .kind = ACTION_ENTER, .cpu = (uint8_t)t->cpu,
		            .what = (uint8_t)t->kind, .value = true };

	if (!act(x, &a, NULL))
		return MOVED_NOT;
	x->last.arrives = true;
	x->now.at[i].phase = PHASE_HERE;
	x->now.at[i].level = x->s->world.kernel.cpu[t->cpu].nr_contexts;
	return MOVED;
}

/* The handler returns when its last operation has. */
static enum moved leave_when_over(struct explorer *x, unsigned i)
{
	const struct explore_thread *t = &x->thread[i];
	struct action a = { .kind = ACTION_EXIT, .cpu = (uint8_t)t->cpu };

	if (cpu_context(&x->s->world, t->cpu)->depth || x->now.at[i].next < t->nr_ops)
		return MOVED;
	x->now.at[i].phase = PHASE_OVER;
	x->last.leaves = true;
	return act(x, &a, NULL) ? MOVED : MOVED_NOT;
}

static enum moved move_interrupt(struct explorer *x, unsigned i)
{
	const struct cpu_state *state = &x->s->world.kernel.cpu[x->thread[i].cpu];
	enum moved moved = MOVED;

	if (x->now.at[i].phase == PHASE_OVER)
		return MOVED_NOT;
	if (x->now.at[i].phase == PHASE_NOT_YET)
		moved = arrive(x, i);
	else if (state->nr_contexts != x->now.at[i].level)
		return MOVED_NOT; /* it was interrupted itself */
	if (moved == MOVED)
		moved = go_on(x, i);
	return moved == MOVED ? leave_when_over(x, i) : moved;
}

/* A CPU takes what was sent to it. */
static enum moved take(struct explorer *x, unsigned cpu)
{
	x->last.arrives = true;
	return input(x, cpu | INTERRUPT_BIT) == STEP_TAKEN ? MOVED : MOVED_NOT;
}

/* A CPU goes on with the handler of what it took. */
static enum moved handle(struct explorer *x, unsigned cpu)
{
	const struct cpu_state *state = &x->s->world.kernel.cpu[cpu];

	if (state->nr_contexts == 1 || state->manual[state->nr_contexts - 1])
		return MOVED_NOT;
	return line(x, cpu);
}

enum moved explore_move(struct explorer *x, move_t move)
{
	unsigned who = MOVE_WHO(move);
	bool thread = move < EXPLORE_THREADS;

	x->last = (struct explore_step){
		.cpu = (uint8_t)(thread ? x->thread[who].cpu : who),
		.thread = thread ? (int8_t)who : -1,
		.function = "", .text = "",
	};
	if (!thread)
		return move == MOVE_IRQ(who) ? take(x, who) : handle(x, who);
	return x->thread[who].kind == CONTEXT_TASK ? move_task(x, who) : move_interrupt(x, who);
}

/* What can be seen without trying. */
static bool thread_may_move(const struct explorer *x, unsigned i)
{
	const struct explore_thread *t = &x->thread[i];

	if (t->kind == CONTEXT_TASK)
		return x->s->world.kernel.cpu[t->cpu].nr_contexts == 1 && !asleep(x, t) &&
		       !task_over(x, i);
	return x->now.at[i].phase != PHASE_OVER;
}

unsigned explore_moves(const struct explorer *x, move_t *moves)
{
	const struct world *w = &x->s->world;
	unsigned n = 0;

	for (unsigned i = 0; i < x->nr_threads; i++)
		if (thread_may_move(x, i))
			moves[n++] = (move_t)i;
	for (unsigned cpu = 0; cpu < w->machine.nr_cpus; cpu++) {
		if (machine_next_irq(&w->machine, cpu) != UINT64_MAX)
			moves[n++] = MOVE_IRQ(cpu);
		if (w->kernel.cpu[cpu].nr_contexts > 1)
			moves[n++] = MOVE_HANDLER(cpu);
	}
	return n;
}
