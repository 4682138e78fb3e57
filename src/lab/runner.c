/*
 * Running until done: who goes next.
 *
 * The CPU whose clock is furthest behind takes the next step, so that what CPUs do in the same
 * cycles interleaves as it would on a real machine, and always in the same way. During a command
 * only its own CPU works; the others take interrupts and handle them (a TLB shootdown needs
 * them), but their own tasks stay where they are until `step` or `run`. When everybody who may
 * move waits for somebody who may not, the run is blocked, which is an answer.
 */
#include "lab/timeline.h"

#define STEP_LIMIT 100000000u
#define STOP_EVERY 4096u
#define STOP_EVERY_PARANOID 8u /* each step asks all invariants, which takes a while */

/* Whose work a run does, and when it is over. */
struct run {
	bool all;
	unsigned cpu;
	unsigned level;  /* contexts on the CPU when the run began */
	unsigned task;   /* for a task's context */
	bool stuck[MAX_CPUS];
};

/* Whether a CPU is handling an interrupt that came by itself. */
static bool in_handler(const struct world *w, unsigned cpu)
{
	const struct cpu_state *state = &w->kernel.cpu[cpu];

	return state->nr_contexts > 1 && !state->manual[state->nr_contexts - 1];
}

/* Whether a step of this CPU would be a step that the run may take. */
static bool may_step(const struct world *w, const struct run *r, unsigned cpu)
{
	if (in_handler(w, cpu))
		return true;
	if (!r->all)
		return cpu == r->cpu;
	if (w->kernel.cpu[cpu].nr_contexts > 1)
		return cpu_context(w, cpu)->depth != 0;
	return !(cpu_current(w, cpu)->held && cpu_context(w, cpu)->depth);
}

/* When the CPU could do something, in cycles; UINT64_MAX: it cannot. */
static uint64_t next_cycle(const struct world *w, const struct run *r, unsigned cpu)
{
	uint64_t clock = w->machine.cpu[cpu].cycle, due = machine_next_irq(&w->machine, cpu);
	bool work = may_step(w, r, cpu) && world_runnable(w, cpu);

	if (r->stuck[cpu] || w->kernel.cpu[cpu].halted)
		return UINT64_MAX;
	if (work && (cpu_context(w, cpu)->depth || due == UINT64_MAX))
		return clock;
	if (due == UINT64_MAX)
		return UINT64_MAX;
	return due > clock ? due : clock;
}

static int choose(const struct world *w, const struct run *r)
{
	uint64_t best = UINT64_MAX;
	int cpu = -1;

	for (unsigned i = 0; i < w->machine.nr_cpus; i++) {
		uint64_t cycle = next_cycle(w, r, i);

		if (cycle < best) {
			best = cycle;
			cpu = (int)i;
		}
	}
	return cpu;
}

/* Whether the run's target has come to its end; `end` says how. */
static bool over(const struct world *w, const struct run *r, enum run_end *end)
{
	const struct cpu_state *state = &w->kernel.cpu[r->cpu];

	if (r->all)
		return false;
	*end = RUN_OOPS;
	if (state->halted)
		return true;
	*end = RUN_DONE;
	if (!r->task)
		return state->nr_contexts == r->level && !cpu_context(w, r->cpu)->depth;
	if (!task_get(w, r->task)->context.depth)
		return !in_handler(w, r->cpu); /* interrupts that came meanwhile end first */
	/* Asleep is who has called schedule(): before that it may still hold a lock. */
	*end = RUN_BLOCKED;
	return task_get(w, r->task)->state == TASK_UNINTERRUPTIBLE && state->current != r->task &&
	       !in_handler(w, r->cpu);
}

static enum step_result step(struct session *s, const struct run *r, unsigned cpu)
{
	return may_step(&s->world, r, cpu) ? session_step(s, cpu) : session_interrupt(s, cpu);
}

static enum run_end run(struct session *s, struct run *r)
{
	enum run_end end = RUN_DONE;

	for (uint32_t n = 1; n < STEP_LIMIT; n++) {
		enum step_result result;
		int cpu;

		if (over(&s->world, r, &end))
			return end;
		cpu = choose(&s->world, r);
		if (cpu < 0)
			return r->all ? RUN_DONE : RUN_BLOCKED;
		result = step(s, r, (unsigned)cpu);
		if (s->violation.invariant)
			return RUN_VIOLATED;
		if (result == STEP_TAKEN || result == STEP_OOPSED)
			for (unsigned i = 0; i < MAX_CPUS; i++)
				r->stuck[i] = false;
		else
			r->stuck[cpu] = true;
		if (result == STEP_OOPSED && r->all)
			return RUN_OOPS;
		if (n % (s->paranoid ? STOP_EVERY_PARANOID : STOP_EVERY) == 0 && s->stop &&
		    s->stop(s->stop_ctx))
			return RUN_INTERRUPTED;
	}
	return RUN_LIMIT;
}

enum run_end session_run_cpu(struct session *s, unsigned cpu)
{
	struct run r = { .cpu = cpu, .level = s->world.kernel.cpu[cpu].nr_contexts };

	if (cpu_context_kind(&s->world, cpu) == CONTEXT_TASK)
		r.task = s->world.kernel.cpu[cpu].current;
	return run(s, &r);
}

enum run_end session_run_task(struct session *s, unsigned task)
{
	const struct task *t = task_get(&s->world, task);
	struct run r = { .cpu = t->cpu, .level = 1, .task = task };

	if (t->context.depth && t->state == TASK_RUNNING && !session_switch_to(s, task, NULL))
		return RUN_BLOCKED;
	return run(s, &r);
}

enum run_end session_run_all(struct session *s)
{
	struct run r = { .all = true };

	return run(s, &r);
}
