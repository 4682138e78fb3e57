/*
 * The machine as a value: powering on, copying, the clocks, the event log.
 *
 * Everything large hangs in sparse arrays (memory, TLB entries, events), so a clone copies one
 * struct of a few ten kilobytes and takes a reference per array: its price does not depend on how
 * much memory the machine has or how long it has run.
 *
 * Each CPU has a clock of its own, and only its own doings move it. Clocks meet where CPUs do:
 * an interrupt carries the sender's time, and who waits for another takes over the other's clock.
 */
#include "machine/machine.h"

#include <assert.h>

_Static_assert(EVENT_DEVICE_DONE < EVENT_MACHINE_END, "the machine's events have run out of numbers");

void machine_init(struct machine *m, const struct e820_map *map, const struct cpu_model *model,
                  const struct cost_table *cost, unsigned nr_cpus)
{
	assert(nr_cpus >= 1 && nr_cpus <= MAX_CPUS);
	*m = (struct machine){
		.phys = { .map = *map, .maxphyaddr = model->maxphyaddr },
		.model = model,
		.cost = cost,
		.nr_cpus = nr_cpus,
	};
	for (unsigned i = 0; i < MAX_CPUS; i++) {
		m->cpu[i].tlb.model = model;
		m->cpu[i].online = i < nr_cpus;
	}
}

void machine_clone(struct machine *dst, const struct machine *src)
{
	*dst = *src;
	sparse_clone(&dst->phys.frames, &src->phys.frames);
	sparse_clone(&dst->log.events, &src->log.events);
	for (unsigned i = 0; i < src->nr_cpus; i++)
		sparse_clone(&dst->cpu[i].tlb.entries, &src->cpu[i].tlb.entries);
	for (unsigned i = 0; i < src->nr_devices; i++) {
		sparse_clone(&dst->device[i].frames, &src->device[i].frames);
		sparse_clone(&dst->device[i].medium, &src->device[i].medium);
	}
}

void machine_release(struct machine *m)
{
	sparse_release(&m->phys.frames);
	sparse_release(&m->log.events);
	for (unsigned i = 0; i < m->nr_cpus; i++)
		sparse_release(&m->cpu[i].tlb.entries);
	for (unsigned i = 0; i < m->nr_devices; i++) {
		sparse_release(&m->device[i].frames);
		sparse_release(&m->device[i].medium);
	}
}

void machine_charge_times(struct machine *m, unsigned cpu, enum cost cost, uint64_t times)
{
	assert(cpu < m->nr_cpus);
	m->cpu[cpu].cycle += m->cost->cycles[cost] * times;
	m->stats.charges[cost] += times;
}

void machine_charge(struct machine *m, unsigned cpu, enum cost cost)
{
	machine_charge_times(m, cpu, cost, 1);
}

void machine_wait(struct machine *m, unsigned cpu, uint64_t cycle)
{
	machine_stall(m, cpu, cycle, STALL_IDLE);
}

void machine_stall(struct machine *m, unsigned cpu, uint64_t cycle, enum stall why)
{
	assert(cpu < m->nr_cpus);
	if (m->cpu[cpu].cycle >= cycle)
		return;
	m->stats.stalls[why]++;
	m->stats.stalled[why] += cycle - m->cpu[cpu].cycle;
	m->cpu[cpu].cycle = cycle;
}

/* What happens outside of every CPU happens now: at the time of the clock that is furthest on. */
static uint64_t latest_cycle(const struct machine *m)
{
	uint64_t latest = 0;

	for (unsigned i = 0; i < m->nr_cpus; i++)
		if (m->cpu[i].cycle > latest)
			latest = m->cpu[i].cycle;
	return latest;
}

uint32_t machine_event(struct machine *m, unsigned cpu, unsigned kind, uint64_t a, uint64_t b,
                       uint64_t c)
{
	uint64_t cycle = cpu < m->nr_cpus ? m->cpu[cpu].cycle : latest_cycle(m);

	return event_append(&m->log, cpu, cycle, kind, a, b, c);
}

static const char *word_of(const char *const *words, unsigned n, uint64_t value)
{
	return value < n ? words[value] : "?";
}

const char *machine_event_word(unsigned kind, unsigned arg, uint64_t value)
{
	static const char *const kinds[] = { "read", "write", "fetch" };
	static const char *const why[] = { "CR3 was written", "CR4 was changed",
		                           "CR0.PG was changed" };

	if (kind == EVENT_TLB_MISS && arg == 1)
		return word_of(kinds, 3, value);
	if (kind == EVENT_AD_SET && arg == 2)
		return word_of(kinds, 3, value);
	if (kind == EVENT_TLB_FLUSH && arg == 2)
		return word_of(why, 3, value);
	if (kind == EVENT_FAULT && arg == 2)
		return fault_reason_text((enum fault_reason)value);
	return NULL;
}
