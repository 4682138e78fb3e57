/*
 * The table of invariants, asking them, and saying what was found; see invariants.h.
 *
 * A check looks at the world from outside and stops at the first difference. Some things differ for
 * the length of a few steps because the kernel is in the middle of changing them (a slot of the pool
 * between its entry and its count). A check then allows as many differences as there are operations
 * in the middle, and no more: frames_of() counts them.
 */
#include "kernel/invariants.h"

#include <stdarg.h>
#include <stdio.h>

enum { EACH_STEP, AT_REST };

static const struct {
	const char *name, *doc;
	int when;
	invariant_fn *holds;
} table[INVARIANTS] = {
#define INVARIANT(name, when, doc) { #name, doc, when, invariant_##name },
#include "kernel/invariants.def"
#undef INVARIANT
};

const char *invariant_name(unsigned i)
{
	return i < INVARIANTS ? table[i].name : NULL;
}

const char *invariant_doc(unsigned i)
{
	return i < INVARIANTS ? table[i].doc : NULL;
}

uint32_t invariants_each_step(void)
{
	uint32_t set = 0;

	for (unsigned i = 0; i < INVARIANTS; i++)
		if (table[i].when == EACH_STEP)
			set |= 1u << i;
	return set;
}

bool invariants_hold(const struct world *w, uint32_t set, unsigned cpu, struct violation *v)
{
	struct violation mine;

	if (!v)
		v = &mine;
	for (unsigned i = 0; i < INVARIANTS; i++) {
		*v = (struct violation){ .step = w->steps, .cpu = cpu };
		if (!(set & 1u << i) || table[i].holds(w, v))
			continue;
		v->invariant = table[i].name;
		return false;
	}
	*v = (struct violation){ .invariant = NULL };
	return true;
}

bool violated(struct violation *v, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(v->what, sizeof(v->what), format, ap);
	va_end(ap);
	return false;
}

bool violated_at(struct violation *v, unsigned cpu, uint64_t address, const char *format, ...)
{
	va_list ap;

	v->cpu = cpu;
	v->has_address = true;
	v->address = address;
	va_start(ap, format);
	vsnprintf(v->what, sizeof(v->what), format, ap);
	va_end(ap);
	return false;
}

void violation_text(const struct violation *v, char *buf, size_t size)
{
	char address[40] = "";

	if (v->has_address)
		snprintf(address, sizeof(address), ", address 0x%llx",
		         (unsigned long long)v->address);
	snprintf(buf, size, "The invariant %s does not hold after step %u, CPU %u%s: %s",
	         v->invariant, v->step, v->cpu, address, v->what);
}

/* --- what several of them ask ------------------------------------------------------------------ */

static unsigned frames_in(const struct context *c, const struct op *const *ops)
{
	unsigned n = 0;

	for (unsigned i = 0; i < c->depth; i++)
		for (unsigned k = 0; ops[k]; k++)
			n += op_get(c->frame[i].op) == ops[k];
	return n;
}

unsigned frames_of(const struct world *w, unsigned cpu, const struct op *const *ops)
{
	unsigned n = frames_in(&cpu_current(w, cpu)->context, ops);

	for (unsigned i = 1; i < w->kernel.cpu[cpu].nr_contexts; i++)
		n += frames_in(SPARSE_GET(&w->kernel.irq_contexts, struct context,
		                          cpu * CONTEXT_LEVELS + i), ops);
	return n;
}

bool each_lock(const struct world *w, lock_fn *fn, void *ctx)
{
	const struct kernel *k = &w->kernel;
	const struct spinlock *const global[] = { &k->kmap_lock, &k->call_lock, &k->vmalloc.lock,
		                                  &k->vmalloc.purge_lock, &k->tlb_flush.lock };

	for (size_t i = 0; i < sizeof(global) / sizeof(global[0]); i++)
		if (!fn(w, global[i], ctx))
			return false;
	for (unsigned i = 0; i < k->nr_zones; i++)
		if (!fn(w, &k->zone[i].lock, ctx))
			return false;
	for (unsigned i = 1; i <= k->nr_mms; i++)
		if (!fn(w, &mm_get(w, i)->page_table_lock, ctx))
			return false;
	return true;
}

static bool is_free(const struct world *w, const struct spinlock *lock, void *ctx)
{
	(void)w, (void)ctx;
	return !lock->locked;
}

bool world_quiet(const struct world *w)
{
	if (!each_lock(w, is_free, NULL))
		return false;
	for (unsigned cpu = 0; cpu < w->machine.nr_cpus; cpu++)
		if (w->kernel.cpu[cpu].nr_contexts > 1)
			return false;
	for (unsigned i = 1; i <= w->kernel.nr_tasks; i++) {
		const struct task *t = task_get(w, i);

		if (t->context.depth && t->context.frame[0].line && !t->waiting_on)
			return false;
	}
	return true;
}
