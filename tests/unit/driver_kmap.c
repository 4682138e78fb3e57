/*
 * The random user's acts with mappings: the pool, the atomic slots of every era, local mappings.
 */
#include "driver_acts.h"

/* How often a page is mapped in the pool: its users and, for the mapping itself, one. */
static uint32_t map_count(const struct world *w, uint32_t pfn)
{
	uint32_t va = page_highmem(w, pfn) ? page_address(w, pfn) : 0;

	return va ? w->kernel.pkmap.pkmap_count[PKMAP_NR(&w->kernel.layout, va)] : 0;
}

bool sleeping_allowed(struct driver *d, unsigned cpu)
{
	return !in_atomic(driver_world(d), cpu) || (d->illegal && driver_random(d, 20) == 0);
}

void act_kmap(struct driver *d)
{
	unsigned cpu = random_cpu(d);

	if (!sleeping_allowed(d, cpu))
		return;
	if (driver_world(d)->kernel.profile->kmap_bugs && driver_random(d, 4) == 0)
		START_OP(d, cpu, kmap_nonblock, .pfn = random_page(d));
	else
		START_OP(d, cpu, kmap, .pfn = random_page(d));
}

void act_kunmap(struct driver *d)
{
	const struct world *w = driver_world(d);
	uint32_t pfn = random_page(d);
	unsigned cpu = random_cpu(d);
	bool legal = !page_highmem(w, pfn) ||
	             (map_count(w, pfn) > 1 &&
	              (w->kernel.profile->kunmap_may_sleep || !in_interrupt(w, cpu)));

	if ((legal && sleeping_allowed(d, cpu)) || (d->illegal && driver_random(d, 50) == 0))
		START_OP(d, cpu, kunmap, .pfn = pfn);
}

void act_flush_unused(struct driver *d)
{
	unsigned cpu = random_cpu(d);

	if (sleeping_allowed(d, cpu))
		START_OP(d, cpu, kmap_flush_unused, 0);
}

uint32_t preempt_depth(const struct world *w, unsigned cpu)
{
	return preempt_count(w, cpu) & ((1u << w->kernel.profile->preempt_bits) - 1);
}

void act_kmap_atomic(struct driver *d)
{
	const struct world *w = driver_world(d);
	const struct profile *p = w->kernel.profile;
	unsigned cpu = random_cpu(d);
	int32_t slot = -1;

	if (w->kernel.atomic_ops->typed)
		slot = (int32_t)km_type(w, (int)driver_random(d, p->nr_slots));
	if (!w->kernel.layout.fix_kmap_begin)
		slot = -1;
	if (slot >= 0 && kernel_pte(w, slot_address(w, cpu, (unsigned)slot)) &&
	    !(d->illegal && driver_random(d, 50) == 0))
		return; /* occupied: a BUG */
	if (preempt_depth(w, cpu) < 12 && cpu_current(w, cpu)->kmap_ctrl.idx < 14 &&
	    w->kernel.cpu[cpu].kmap_atomic_idx < 14)
		START_OP(d, cpu, kmap_atomic, .pfn = random_page(d), .slot = slot);
}

/* Whether what is mapped on a CPU is somebody else's to release: an interrupt came in the middle of
 * something, which counts on finding things as it left them; or an operation would run in a shell
 * that is not there yet. */
bool in_the_middle(const struct world *w, unsigned cpu)
{
	const struct cpu_state *state = &w->kernel.cpu[cpu];
	unsigned first = cpu * CONTEXT_LEVELS;

	if (state->nr_contexts == 1 && state->current != state->shell)
		return true;
	if (state->nr_contexts > 1 && cpu_current(w, cpu)->context.depth)
		return true;
	for (unsigned i = 1; i + 1 < state->nr_contexts; i++)
		if (SPARSE_GET(&w->kernel.irq_contexts, struct context, first + i)->depth)
			return true;
	return false;
}

/* Releases a slot of this CPU that is in use: the topmost, where they are a stack. */
void act_kunmap_atomic(struct driver *d)
{
	const struct world *w = driver_world(d);
	bool typed = w->kernel.atomic_ops->typed;
	unsigned cpu = random_cpu(d), slots = w->kernel.layout.kmap_slots_per_cpu;

	if (!w->kernel.layout.fix_kmap_begin)
		return;
	if (d->illegal && driver_random(d, 200) == 0) { /* what nobody mapped */
		START_OP(d, cpu, kunmap_atomic, .vaddr = slot_address(w, cpu, driver_random(d, slots)),
		         .slot = typed ? 0 : -1);
		return;
	}
	if (in_the_middle(w, cpu) || (w->kernel.atomic_ops->atomicity && !preempt_depth(w, cpu)))
		return;
	if (w->kernel.atomic_ops->local && !cpu_current(w, cpu)->pagefault_disabled)
		return;
	for (unsigned i = slots; i-- > 0;) {
		uint32_t va = slot_address(w, cpu, i);

		if (kernel_pte(w, va)) {
			if (typed && d->illegal && driver_random(d, 50) == 0)
				i = (i + 2) % slots; /* the wrong one */
			START_OP(d, cpu, kunmap_atomic, .vaddr = va,
			         .slot = typed ? (int32_t)i : -1);
			return;
		}
	}
}

void act_kmap_local(struct driver *d)
{
	unsigned cpu = random_cpu(d);

	if (driver_world(d)->kernel.atomic_ops->local &&
	    cpu_current(driver_world(d), cpu)->kmap_ctrl.idx < 14)
		START_OP(d, cpu, kmap_local_page, .pfn = random_page(d));
}

void act_kunmap_local(struct driver *d)
{
	const struct world *w = driver_world(d);
	unsigned cpu = random_cpu(d);
	const struct task *t = cpu_current(w, cpu);
	int top = t->kmap_ctrl.idx - 1;

	/* Those of kmap_atomic() lie in the same stack: let them be released by their own kind. */
	if (!w->kernel.atomic_ops->local || top < 0 || in_the_middle(w, cpu) ||
	    t->migration_disabled <= t->pagefault_disabled)
		return;
	if (top && d->illegal && driver_random(d, 20) == 0)
		top = 0; /* out of order: the slot on top goes, the TLB forgets this one */
	START_OP(d, cpu, kunmap_local, .vaddr = slot_address(w, cpu, (unsigned)top));
}

void act_copy(struct driver *d)
{
	unsigned cpu = random_cpu(d);
	uint32_t from = random_page(d), to = random_page(d);
	const struct world *w = driver_world(d);

	if (w->kernel.atomic_ops->typed && w->kernel.layout.fix_kmap_begin) {
		int a = (int)km_type(w, profile_slot(w->kernel.profile, "USER0"));
		int b = (int)km_type(w, profile_slot(w->kernel.profile, "USER1"));

		if (kernel_pte(w, slot_address(w, cpu, (unsigned)a)) ||
		    kernel_pte(w, slot_address(w, cpu, (unsigned)b)))
			return;
	}
	if (cpu_current(w, cpu)->kmap_ctrl.idx < 12)
		START_OP(d, cpu, copy_highpage, .to = to, .from = from);
}
