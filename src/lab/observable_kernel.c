/*
 * Observables of the kernel: what was booted, where things lie, the kmap pool and the atomic slots,
 * pages, counters. Those of CPUs' contexts and of tasks are in observable_task.c.
 */
#include "lab/observe.h"
#include "lab/words.h"

#define UNUSED (void)index, (void)m

OBSERVE(kernel)
{
	UNUSED;
	return observed_word(o, w->kernel.profile->name);
}

OBSERVE(highmem_config)
{
	UNUSED;
	return observed_word(o, word_for(&highmem_words, w->kernel.config.highmem));
}

OBSERVE(split)
{
	UNUSED;
	return observed_word(o, word_for(&split_words, w->kernel.config.split));
}

/* A number that stands in the world as it is. */
#define FIELD(name, type, value)                                                                  \
	OBSERVE(name)                                                                             \
	{                                                                                         \
		UNUSED;                                                                           \
		return observed(o, OBS_##type, w->value);                                         \
	}

FIELD(steps, COUNT, steps)
FIELD(nr_cpus, COUNT, kernel.config.nr_cpus)
FIELD(pae, BOOL, kernel.layout.pae)
FIELD(nx, BOOL, kernel.layout.nx)
FIELD(page_offset, ADDRESS, kernel.layout.page_offset)
FIELD(high_memory, ADDRESS, kernel.layout.high_memory)
FIELD(maxmem, ADDRESS, kernel.layout.maxmem)
FIELD(max_pfn, PFN, kernel.layout.max_pfn)
FIELD(max_low_pfn, PFN, kernel.layout.max_low_pfn)
FIELD(min_free_kbytes, COUNT, kernel.layout.min_free_kbytes)
FIELD(vmalloc_start, ADDRESS, kernel.layout.vmalloc_start)
FIELD(vmalloc_end, ADDRESS, kernel.layout.vmalloc_end)
FIELD(vmalloc_size, COUNT, kernel.layout.vmalloc_end - w->kernel.layout.vmalloc_start)
FIELD(vmalloc_used, COUNT, kernel.vmalloc.used)
FIELD(vmalloc_areas, COUNT, kernel.vmalloc.in_use)
FIELD(vmalloc_lazy, COUNT, kernel.vmalloc.vmap_lazy_nr)
FIELD(pkmap_base, ADDRESS, kernel.layout.pkmap_base)
FIELD(pkmap_size, COUNT, kernel.layout.last_pkmap)
FIELD(pkmap_last, COUNT, kernel.pkmap.last_pkmap_nr)
FIELD(fixmap_top, ADDRESS, kernel.layout.fixaddr_top)
FIELD(fixmap_start, ADDRESS, kernel.layout.fixaddr_start)
FIELD(fixmap_kmap_begin, COUNT, kernel.layout.fix_kmap_begin)
FIELD(fixmap_slots, COUNT, kernel.layout.kmap_slots_per_cpu)
FIELD(kmaps, COUNT, kernel.stats.kmaps)
FIELD(kmap_atomics, COUNT, kernel.stats.kmap_atomics)
FIELD(pkmap_flushes, COUNT, kernel.stats.pkmap_flushes)
FIELD(ipi_received, COUNT, kernel.stats.ipi_received)
FIELD(bounces, COUNT, kernel.stats.bounces)
FIELD(bytes_copied, COUNT, kernel.stats.bytes_copied)
FIELD(switches, COUNT, kernel.stats.context_switches)
FIELD(sleeps, COUNT, kernel.stats.sleeps)
FIELD(wakeups, COUNT, kernel.stats.wakeups)
FIELD(warnings, COUNT, kernel.stats.warnings)
FIELD(oops, COUNT, kernel.stats.oops)

/* Slots of the pool whose count lies in from..to. */
static uint64_t pkmap_between(const struct world *w, uint32_t from, uint32_t to)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < w->kernel.layout.last_pkmap; i++) {
		uint32_t count = w->kernel.pkmap.pkmap_count[i];

		n += count >= from && count <= to;
	}
	return n;
}

OBSERVE(pkmap_used)
{
	UNUSED;
	return observed(o, OBS_COUNT, pkmap_between(w, 2, UINT32_MAX));
}

OBSERVE(pkmap_unused)
{
	UNUSED;
	return observed(o, OBS_COUNT, pkmap_between(w, 1, 1));
}

OBSERVE(pkmap_free)
{
	UNUSED;
	return observed(o, OBS_COUNT, pkmap_between(w, 0, 0));
}

static bool pkmap_index(const struct world *w, uint64_t index, struct message *m)
{
	return observe_index(index, w->kernel.layout.last_pkmap, "slots of the pool", m);
}

OBSERVE(pkmap_count)
{
	return pkmap_index(w, index, m) &&
	       observed(o, OBS_COUNT, w->kernel.pkmap.pkmap_count[index]);
}

OBSERVE(pkmap_va)
{
	return pkmap_index(w, index, m) &&
	       observed(o, OBS_ADDRESS, PKMAP_ADDR(&w->kernel.layout, (unsigned)index));
}

OBSERVE(pkmap_pfn)
{
	return pkmap_index(w, index, m) &&
	       observed(o, OBS_PFN,
	                pte_pfn(kernel_pte(w, PKMAP_ADDR(&w->kernel.layout, (unsigned)index))));
}

OBSERVE(pkmap_waiters)
{
	UNUSED;
	return observed(o, OBS_COUNT, waiters(w, PKMAP_MAP_WAIT));
}

static uint64_t slots_of_cpu(const struct world *w, unsigned cpu)
{
	uint64_t n = 0;

	for (unsigned slot = 0; slot < w->kernel.layout.kmap_slots_per_cpu; slot++)
		n += atomic_slot_pte(w, cpu, slot) != 0;
	return n;
}

OBSERVE(cpu_slots)
{
	return observe_index(index, w->machine.nr_cpus, "CPUs", m) &&
	       observed(o, OBS_COUNT, slots_of_cpu(w, (unsigned)index));
}

OBSERVE(fixmap_used)
{
	uint64_t n = 0;

	UNUSED;
	for (unsigned cpu = 0; cpu < w->machine.nr_cpus; cpu++)
		n += slots_of_cpu(w, cpu);
	return observed(o, OBS_COUNT, n);
}

static bool page_index(const struct world *w, uint64_t pfn, struct message *m)
{
	if (page_exists(w, pfn))
		return true;
	return fail(m, "there is no page frame 0x%llx in this machine's RAM",
	            (unsigned long long)pfn);
}

OBSERVE(page_pfn)
{
	return page_index(w, index, m) && observed(o, OBS_PFN, index);
}

OBSERVE(page_pa)
{
	return page_index(w, index, m) && observed(o, OBS_ADDRESS, index << PAGE_SHIFT);
}

OBSERVE(page_struct)
{
	return page_index(w, index, m) && observed(o, OBS_ADDRESS, struct_page_va(w, index));
}

OBSERVE(page_va)
{
	return page_index(w, index, m) && observed(o, OBS_ADDRESS, page_address(w, index));
}

OBSERVE(page_zone)
{
	return page_index(w, index, m) && observed_word(o, zone_of(w, index)->name);
}

OBSERVE(page_refs)
{
	return page_index(w, index, m) && observed(o, OBS_COUNT, pfn_to_page(w, index)->refs);
}

OBSERVE(page_use)
{
	return page_index(w, index, m) &&
	       observed_word(o, word_for(&use_words, pfn_to_page(w, index)->use));
}

/* The pool's slot that maps a page, or -1. */
static int page_slot(const struct world *w, uint64_t pfn)
{
	uint32_t va = page_address(w, pfn);

	if (!va || va < w->kernel.layout.high_memory)
		return -1;
	return (int)PKMAP_NR(&w->kernel.layout, va);
}

OBSERVE(page_slot)
{
	if (!page_index(w, index, m))
		return false;
	if (page_slot(w, index) < 0)
		return fail(m, "no slot of the pool maps frame 0x%llx", (unsigned long long)index);
	return observed(o, OBS_COUNT, (uint64_t)page_slot(w, index));
}

OBSERVE(page_count)
{
	int slot;

	if (!page_index(w, index, m))
		return false;
	slot = page_slot(w, index);
	return observed(o, OBS_COUNT, slot < 0 ? 0 : w->kernel.pkmap.pkmap_count[slot]);
}
