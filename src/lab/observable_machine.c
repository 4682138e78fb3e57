/*
 * Observables of the machine: CPUs, clocks, TLBs, and the counters of the paging unit.
 *
 * An entry of a TLB is stale when a walk of the tables, made now, would not give it: the page
 * tables were changed and nobody dropped the entry. Counting them walks for each entry, which is
 * why nothing asks for it unless somebody looks.
 */
#include "lab/observe.h"
#include "lab/words.h"

#define UNUSED (void)index, (void)m

OBSERVE(cpus)
{
	UNUSED;
	return observed(o, OBS_COUNT, w->machine.nr_cpus);
}

OBSERVE(ram)
{
	UNUSED;
	return observed(o, OBS_COUNT, ram_bytes(w));
}

OBSERVE(events)
{
	UNUSED;
	return observed(o, OBS_COUNT, w->machine.log.n);
}

OBSERVE(cycles)
{
	uint64_t most = 0;

	UNUSED;
	for (unsigned i = 0; i < w->machine.nr_cpus; i++)
		if (w->machine.cpu[i].cycle > most)
			most = w->machine.cpu[i].cycle;
	return observed(o, OBS_COUNT, most);
}

static bool cpu_index(const struct world *w, uint64_t index, struct message *m)
{
	return observe_index(index, w->machine.nr_cpus, "CPUs", m);
}

OBSERVE(cpu_cycle)
{
	return cpu_index(w, index, m) && observed(o, OBS_COUNT, w->machine.cpu[index].cycle);
}

OBSERVE(cpu_irqs)
{
	return cpu_index(w, index, m) && observed(o, OBS_BOOL, w->machine.cpu[index].eflags_if);
}

OBSERVE(cpu_pending)
{
	return cpu_index(w, index, m) && observed(o, OBS_COUNT, w->machine.cpu[index].nr_pending);
}

OBSERVE(cpu_cr3)
{
	return cpu_index(w, index, m) && observed(o, OBS_ADDRESS, w->machine.cpu[index].cr3);
}

OBSERVE(tlb_used)
{
	return cpu_index(w, index, m) && observed(o, OBS_COUNT, w->machine.cpu[index].tlb.used);
}

OBSERVE(tlb_capacity)
{
	return cpu_index(w, index, m) &&
	       observed(o, OBS_COUNT, tlb_capacity(w->machine.cpu[index].tlb.model));
}

static bool is_stale(const struct machine *machine, unsigned cpu, const struct tlb_entry *e)
{
	return machine_tlb_stale(machine, cpu, e);
}

static bool is_global(const struct machine *machine, unsigned cpu, const struct tlb_entry *e)
{
	(void)machine, (void)cpu;
	return e->global;
}

/* How many entries of a CPU's TLB the test holds for. */
static uint64_t count_entries(const struct machine *machine, unsigned cpu,
                              bool (*test)(const struct machine *, unsigned,
                                           const struct tlb_entry *))
{
	const struct tlb *t = &machine->cpu[cpu].tlb;
	unsigned left = t->used, i = 0;
	uint64_t n = 0;

	for (; left > 0 && i < tlb_capacity(t->model); i++) {
		const struct tlb_entry *e = tlb_entry(t, i, NULL);

		if (!e->size)
			continue;
		left--;
		n += test(machine, cpu, e);
	}
	return n;
}

OBSERVE(tlb_stale)
{
	return cpu_index(w, index, m) &&
	       observed(o, OBS_COUNT, count_entries(&w->machine, (unsigned)index, is_stale));
}

OBSERVE(tlb_global)
{
	return cpu_index(w, index, m) &&
	       observed(o, OBS_COUNT, count_entries(&w->machine, (unsigned)index, is_global));
}

/* A walk of the tables of CPU 0 for an address, looked at only. */
static bool walk_of(const struct world *w, uint64_t va, struct walk *walk, struct message *m)
{
	struct paging_state s = machine_paging(&w->machine, 0);

	if (!observe_index(va, 1ull << 32, "addresses", m))
		return false;
	*walk = paging_walk(&w->machine.phys, &s,
	                    (struct access){ .va = (uint32_t)va, .kind = ACCESS_READ });
	return walk->nr || fail(m, "paging is off: no entry is read");
}

OBSERVE(pte_pa)
{
	unsigned bytes = w->machine.cpu[0].cr4 & CR4_PAE ? 8 : 4;
	struct walk walk;

	if (!walk_of(w, index, &walk, m))
		return false;
	return observed(o, OBS_ADDRESS,
	                walk.read[walk.nr - 1].table_pa + walk.read[walk.nr - 1].index * bytes);
}

OBSERVE(pte_entry)
{
	struct walk walk;

	return walk_of(w, index, &walk, m) &&
	       observed(o, OBS_MASK, walk.read[walk.nr - 1].entry);
}

#define STAT(name, member)                                                                        \
	OBSERVE(name)                                                                             \
	{                                                                                         \
		UNUSED;                                                                           \
		return observed(o, OBS_COUNT, w->machine.stats.member);                           \
	}

STAT(ipi, ipi)
STAT(tlb_hits, tlb_hits)
STAT(tlb_misses, tlb_misses)
STAT(walks, walks)
STAT(faults, faults)
STAT(invlpg, invlpg)
STAT(full_flushes, full_flushes)
