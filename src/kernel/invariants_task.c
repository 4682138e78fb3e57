/*
 * Invariants of who runs where: tasks, contexts, preempt_count, and the bounce pools.
 *
 * preempt_count is one word for several facts, each of which the model also knows by itself: which
 * interrupt contexts lie on the CPU, which locks the task holds. What is left of the word without the
 * contexts is the task's own, and may be anything that preempt_disable() and a release too many make of
 * it, but says nothing of interrupts.
 */
#include "kernel/invariants.h"

#include <string.h>

#define TOO_MANY 64 /* releases without what they release: more than anybody would make */

/* --- preempt_count ----------------------------------------------------------------------------- */

static uint32_t field_mask(unsigned bits, unsigned shift)
{
	return ((1u << bits) - 1) << shift;
}

/* What the contexts on a CPU added to the count of the task below them. */
static uint32_t contexts_share(const struct world *w, unsigned cpu)
{
	const struct profile *p = w->kernel.profile;
	unsigned softirq = p->preempt_bits, hardirq = softirq + p->softirq_bits,
		 nmi = hardirq + p->hardirq_bits;
	uint32_t sum = 0;

	for (unsigned i = 1; i < w->kernel.cpu[cpu].nr_contexts; i++)
		switch ((enum context_kind)w->kernel.cpu[cpu].kind[i]) {
		case CONTEXT_SOFTIRQ:
			sum += 1u << softirq;
			break;
		case CONTEXT_NMI:
			sum += p->nmi_bits ? 1u << nmi : 0;
			__attribute__((fallthrough)); /* it counts as an interrupt, too */
		default:
			sum += 1u << hardirq;
		}
	return sum;
}

/* Whether what a task did itself to its count is believable: levels of preemption and of disabled bottom
 * halves, no interrupts; or a few too many given back. */
static bool own_share_sane(const struct profile *p, uint32_t own)
{
	if ((int32_t)own < 0)
		return (int32_t)own >= -(int32_t)((TOO_MANY << p->preempt_bits) + TOO_MANY);
	return own >> (p->preempt_bits + p->softirq_bits) == 0;
}

struct holder {
	unsigned task, locks;
};

static bool count_lock(const struct world *w, const struct spinlock *lock, void *ctx)
{
	struct holder *h = ctx;

	(void)w;
	h->locks += lock->locked && lock->task == h->task;
	return true;
}

static bool task_count(const struct world *w, unsigned number, struct violation *v)
{
	const struct profile *p = w->kernel.profile;
	const struct task *t = task_get(w, number);
	bool current = w->kernel.cpu[t->cpu].current == number;
	uint32_t own = t->preempt_count - (current ? contexts_share(w, t->cpu) : 0);
	struct holder h = { number, 0 };

	v->cpu = t->cpu;
	if (!own_share_sane(p, own))
		return violated(v, "task %u has preempt_count 0x%x, of which its contexts explain "
		                "0x%x", number, t->preempt_count, t->preempt_count - own);
	if (!p->preempt_bits || w->kernel.slot_check.misused & COUNT_UNDERFLOW)
		return true; /* locks count nothing, or from where nobody knows */
	each_lock(w, count_lock, &h);
	if (h.locks > (own & field_mask(p->preempt_bits, 0)))
		return violated(v, "task %u holds %u locks, but its preempt_count is 0x%x", number,
		                h.locks, t->preempt_count);
	return true;
}

bool invariant_preempt_count(const struct world *w, struct violation *v)
{
	for (unsigned i = 1; i <= w->kernel.nr_tasks; i++)
		if (task_get(w, i)->state != TASK_DEAD && !task_count(w, i, v))
			return false;
	return true;
}

/* --- tasks and contexts ------------------------------------------------------------------------ */

static bool cpu_contexts(const struct world *w, unsigned cpu, struct violation *v)
{
	const struct cpu_state *state = &w->kernel.cpu[cpu];
	unsigned interrupts = 0;

	v->cpu = cpu;
	for (unsigned i = 1; i < state->nr_contexts; i++)
		interrupts += state->kind[i] == CONTEXT_HARDIRQ || state->kind[i] == CONTEXT_NMI;
	if (!state->nr_contexts || state->kind[0] != CONTEXT_TASK)
		return violated(v, "there is no task below its %u contexts", state->nr_contexts);
	if (w->machine.cpu[cpu].nesting != interrupts)
		return violated(v, "the processor handles %u interrupts, the kernel %u",
		                w->machine.cpu[cpu].nesting, interrupts);
	if (cpu_current(w, cpu)->cpu != cpu || cpu_current(w, cpu)->state == TASK_DEAD)
		return violated(v, "its current task %u is on CPU %u, in state %u", state->current,
		                cpu_current(w, cpu)->cpu, cpu_current(w, cpu)->state);
	return true;
}

static bool task_sane(const struct world *w, unsigned number, struct violation *v)
{
	const struct task *t = task_get(w, number);

	v->cpu = t->cpu;
	if (t->cpu >= w->machine.nr_cpus || t->context.cpu != t->cpu)
		return violated(v, "task %u is on CPU %u, its stack on CPU %u", number, t->cpu,
		                t->context.cpu);
	if (t->context.depth > CONTEXT_DEPTH)
		return violated(v, "task %u has %u frames on its stack", number, t->context.depth);
	if (t->state == TASK_UNINTERRUPTIBLE && !t->waiting_on)
		return violated(v, "task %u sleeps on no queue: nobody can wake it", number);
	if ((t->kmap_ctrl.idx < 0 && !w->kernel.cpu[t->cpu].halted) || /* a BUG pushes and pops first */
	    t->kmap_ctrl.idx > KM_LOCAL_MAX + 1)
		return violated(v, "task %u counts %d local mappings", number, t->kmap_ctrl.idx);
	return true;
}

bool invariant_contexts(const struct world *w, struct violation *v)
{
	for (unsigned cpu = 0; cpu < w->machine.nr_cpus; cpu++)
		if (!cpu_contexts(w, cpu, v))
			return false;
	for (unsigned i = 1; i <= w->kernel.nr_tasks; i++)
		if (task_get(w, i)->state != TASK_DEAD && !task_sane(w, i, v))
			return false;
	return true;
}

/* --- bounce pools ------------------------------------------------------------------------------ */

/* Each page of a pool is allocated, and in it once. */
static bool pool_pages(const struct world *w, const struct mempool *pool, struct violation *v)
{
	for (unsigned i = 0; i < pool->curr_nr; i++) {
		uint64_t pa = (uint64_t)pool->element[i] << PAGE_SHIFT;

		if (pfn_to_page(w, pool->element[i])->refs != 1)
			return violated_at(v, v->cpu, pa, "a page that a bounce pool keeps has %u users",
			                   pfn_to_page(w, pool->element[i])->refs);
		for (unsigned k = 0; k < i; k++)
			if (pool->element[k] == pool->element[i])
				return violated_at(v, v->cpu, pa, "a bounce pool keeps a page twice");
	}
	return true;
}

bool invariant_bounce_pools(const struct world *w, struct violation *v)
{
	const struct block *b = &w->kernel.block;

	for (unsigned i = 0; i < BOUNCE_POOLS; i++)
		if (!pool_pages(w, &b->pool[i], v))
			return false;
	if (!b->in_flight && b->nr_bounce)
		return violated(v, "%u bounce pages are in use, but nothing is in flight",
		                b->nr_bounce);
	for (unsigned i = 0; i < w->machine.nr_devices; i++) {
		const struct bio *bio = bio_get(w, b->queue[i].active);

		if (w->machine.device[i].busy && (!bio || !bio->in_flight))
			return violated(v, "device %u is busy with I/O %u, which is not in flight", i,
			                b->queue[i].active);
	}
	return true;
}
