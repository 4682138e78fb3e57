/*
 * The event log: an append-only table in a sparse array, so that a clone of the world shares all
 * that happened before it. What falls out at the old end is given up a block at a time.
 */
#include "machine/event.h"

#include <assert.h>

#define PER SPARSE_PER(struct event)

static const struct event_desc descs[] = {
#define EVENT(name, a, b, c, narration, doc)                                                       \
	[EVENT_##name] = { #name, { a, b, c }, narration, doc },
#include "machine/events.def"
#undef EVENT
};

const struct event_desc *machine_event_desc(unsigned kind)
{
	return kind && kind < sizeof(descs) / sizeof(descs[0]) ? &descs[kind] : NULL;
}

_Static_assert(EVENT_LIMIT >= PER, "the newest block must never be the one that is given up");

/* Drops the oldest blocks once more than EVENT_LIMIT events are kept. */
static void forget_old(struct event_log *log)
{
	while (log->n - log->first >= EVENT_LIMIT) {
		uint64_t block = (log->first - 1) / PER;

		sparse_drop(&log->events, block);
		log->first = (uint32_t)((block + 1) * PER + 1);
	}
}

uint32_t event_append(struct event_log *log, unsigned cpu, uint64_t cycle, unsigned kind,
                      uint64_t a, uint64_t b, uint64_t c)
{
	uint32_t seq = ++log->n;

	assert(kind && kind < EVENT_KINDS);
	log->count[kind]++;
	if (log->off)
		return seq;
	*SPARSE_PUT(&log->events, struct event, seq - 1) = (struct event){
		.cycle = cycle,
		.arg = { a, b, c },
		.cause = log->cause,
		.step = log->step,
		.kind = (uint16_t)kind,
		.task = log->task,
		.cpu = (uint8_t)cpu,
	};
	if (!log->first)
		log->first = seq;
	forget_old(log);
	return seq;
}

const struct event *event_get(const struct event_log *log, uint32_t seq)
{
	const struct event *e;

	if (!seq || seq > log->n)
		return NULL;
	e = SPARSE_GET(&log->events, struct event, seq - 1);
	return e->kind ? e : NULL;
}
