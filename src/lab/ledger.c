/*
 * Adding the ledger up. See ledger.h for why the sum is exact.
 *
 * What a cause counts is what one would count by hand: a walk is one however many entries it reads,
 * a flush is one although it writes CR4 twice, a page cleared is one page as a page copied is. For
 * these it is said below what is counted; for all else it is the number of times that the cause's
 * first price was paid.
 */
#include "lab/ledger.h"

#include <assert.h>

#define PRICE(cost) (1u << COST_##cost)

static const struct {
	const char *key, *doc;
	uint32_t prices;
} causes[CAUSES] = {
#define CAUSE(name, key, prices, doc) [CAUSE_##name] = { key, doc, prices },
#include "lab/ledger.def"
#undef CAUSE
};

_Static_assert(NR_COSTS <= 32, "prices are bits of 32");

const char *ledger_key(enum ledger_cause cause)
{
	return causes[cause].key;
}

const char *ledger_doc(enum ledger_cause cause)
{
	return causes[cause].doc;
}

struct moment moment_of(const struct world *w)
{
	const struct machine_stats *stats = &w->machine.stats;
	struct moment m = { .walks = stats->walks };

	for (unsigned i = 0; i < w->machine.nr_cpus; i++)
		m.cycles += w->machine.cpu[i].cycle;
	for (unsigned i = 0; i < NR_COSTS; i++)
		m.charges[i] = stats->charges[i];
	for (unsigned i = 0; i < STALLS; i++) {
		m.stalls[i] = stats->stalls[i];
		m.stalled[i] = stats->stalled[i];
	}
	return m;
}

/* The lowest price of a cause is the one that is counted: a bit scan. */
static unsigned first_price(uint32_t prices)
{
	unsigned i = 0;

	while (!(prices >> i & 1))
		i++;
	return i;
}

static void add_prices(struct ledger *l, const struct world *w, const struct moment *now,
                       const struct moment *from)
{
	for (unsigned i = 0; i < CAUSES; i++) {
		uint32_t prices = causes[i].prices;
		unsigned first;

		if (!prices)
			continue;
		first = first_price(prices);
		l->cause[i].count = now->charges[first] - from->charges[first];
		for (unsigned k = 0; k < NR_COSTS; k++)
			if (prices >> k & 1)
				l->cause[i].cycles += (now->charges[k] - from->charges[k]) *
				                      w->machine.cost->cycles[k];
	}
}

struct ledger ledger_since(const struct world *w, const struct moment *from)
{
	static const enum ledger_cause waits[STALLS] = { [STALL_IDLE] = CAUSE_IDLE,
		                                         [STALL_ANSWERS] = CAUSE_IPI_WAIT,
		                                         [STALL_LOCK] = CAUSE_LOCK_WAIT };
	const struct moment boot = { 0 }, now = moment_of(w);
	struct ledger l = { 0 };

	if (!from || from->cycles > now.cycles)
		from = &boot;
	l.cycles = now.cycles - from->cycles;
	add_prices(&l, w, &now, from);
	l.cause[CAUSE_WALKS].count = now.walks - from->walks;
	l.cause[CAUSE_FLUSHES].count =
		now.charges[COST_FLUSH] - from->charges[COST_FLUSH];
	l.cause[CAUSE_COPIES].count += now.charges[COST_CLEAR_PAGE] - from->charges[COST_CLEAR_PAGE];
	for (unsigned i = 0; i < STALLS; i++) {
		l.cause[waits[i]].count = now.stalls[i] - from->stalls[i];
		l.cause[waits[i]].cycles = now.stalled[i] - from->stalled[i];
	}
	return l;
}
