/*
 * Phrases.
 */
#include "command/describe.h"

#include "kernel/atomic.h"
#include "lab/words.h"

#include <inttypes.h>
#include <stdio.h>

void describe_frame(const struct world *w, const char *label, uint64_t pfn, struct text *t)
{
	const struct zone *z = zone_of(w, pfn);

	text_add(t, "%s (frame 0x%" PRIx64 "%s%s)", label, pfn, z ? ", " : "", z ? z->name : "");
}

void describe_page(const struct world *w, const struct request *r, struct text *t)
{
	describe_frame(w, r->page, r->pfn, t);
}

void describe_size(uint64_t bytes, struct text *t)
{
	static const char *const units[] = { "bytes", "kB", "MB", "GB" };
	unsigned unit = 0;

	while (unit < 3 && bytes >= 1024 && bytes % 1024 == 0 && (unit < 2 || bytes >= 8192)) {
		bytes /= 1024;
		unit++;
	}
	text_add(t, "%" PRIu64 " %s", bytes, units[unit]);
}

void describe_slot(const struct world *w, unsigned slot, char *buf, size_t size)
{
	const struct profile *p = w->kernel.profile;

	buf[0] = '\0';
	for (unsigned i = 0; w->kernel.atomic_ops->typed && i < p->nr_slots; i++)
		if (km_type(w, (int)i) == slot && p->slot[i][0])
			snprintf(buf, size, "KM_%s", p->slot[i]);
}

static void describe_atomic(const struct world *w, unsigned cpu, unsigned slot, struct text *t)
{
	char name[32];

	describe_slot(w, slot, name, sizeof(name));
	text_add(t, "atomic slot %u%s%s%s of CPU %u", slot, name[0] ? " (" : "", name,
	         name[0] ? ")" : "", cpu);
}

void describe_va(const struct world *w, uint32_t va, struct text *t)
{
	const struct layout *l = &w->kernel.layout;
	struct region region[REGIONS_MAX];
	unsigned n = layout_regions(l, region), cpu, slot;

	if (fixmap_slot(w, va, &cpu, &slot)) {
		describe_atomic(w, cpu, slot, t);
		return;
	}
	if (l->highmem && va >= l->pkmap_base && va < PKMAP_ADDR(l, l->last_pkmap)) {
		text_add(t, "slot %u of the pool", PKMAP_NR(l, va));
		return;
	}
	for (unsigned i = 0; i < n; i++)
		if (va >= region[i].start && va < region[i].end) {
			text_add(t, "the %s area", region[i].name);
			return;
		}
	text_add(t, "a hole between the areas");
}
