/*
 * Observables of devices: what is under way, how far queues reach, and the bounce pages.
 */
#include "lab/observe.h"
#include "lab/words.h"

#define FIELD(name, value)                                                                        \
	OBSERVE(name)                                                                             \
	{                                                                                         \
		(void)index, (void)m;                                                             \
		return observed(o, OBS_COUNT, w->value);                                          \
	}

FIELD(devices, machine.nr_devices)
FIELD(io_inflight, kernel.block.in_flight)
FIELD(bounce_pages, kernel.block.nr_bounce)
FIELD(bounce_pool, kernel.block.pool[PAGE_POOL].curr_nr)
FIELD(bounce_isa_pool, kernel.block.pool[ISA_PAGE_POOL].curr_nr)
FIELD(swiotlb_slots, kernel.swiotlb.nslabs)
FIELD(swiotlb_used, kernel.swiotlb.used)

OBSERVE(bounce_waiters)
{
	(void)index, (void)m;
	return observed(o, OBS_COUNT, waiters(w, PAGE_POOL_WAIT) + waiters(w, ISA_PAGE_POOL_WAIT));
}

static bool device_index(const struct world *w, uint64_t index, struct message *m)
{
	if (!w->machine.nr_devices)
		return fail(m, "there is no device; `device add` adds one");
	return observe_index(index, w->machine.nr_devices, "devices", m);
}

OBSERVE(device_busy)
{
	return device_index(w, index, m) && observed(o, OBS_BOOL, w->machine.device[index].busy);
}

OBSERVE(device_mask)
{
	return device_index(w, index, m) && observed(o, OBS_MASK, w->machine.device[index].mask);
}

OBSERVE(device_bounce_pfn)
{
	return device_index(w, index, m) &&
	       observed(o, OBS_PFN, w->kernel.block.queue[index].bounce_pfn);
}
