/*
 * The word lists, and the few look-ups that several readers of the world share: the zone of a
 * frame, the page-table entry behind an atomic slot. All of them only read.
 *
 * An atomic slot is one entry of the fixmap: slot s of CPU c stands at index
 * FIX_KMAP_BEGIN + KM_TYPE_NR * c + s, and fixmap indices grow downwards from FIXADDR_TOP.
 */
#include "lab/words.h"

#include <strings.h>

#define WORDS(list) { sizeof(list) / sizeof((list)[0]), (list) }

static const char *const highmem_list[] = { "off", "4g", "64g" };
static const char *const split_list[] = { "3g", "3g_opt", "2g", "2g_opt", "1g", "3.5g", "4g4g" };
static const char *const task_list[] = { "unused", "running", "sleeping", "dead" };
static const char *const use_list[] = { "free", "reserved", "used", "page table", "slab",
	                                "anonymous", "page cache" };

const struct words highmem_words = WORDS(highmem_list);
const struct words split_words = WORDS(split_list);
const struct words task_words = WORDS(task_list);
const struct words use_words = WORDS(use_list);

const char *word_for(const struct words *words, unsigned value)
{
	return value < words->n ? words->word[value] : "?";
}

int word_find(const struct words *words, const char *word)
{
	for (unsigned i = 0; i < words->n; i++)
		if (strcasecmp(words->word[i], word) == 0)
			return (int)i;
	return -1;
}

const struct zone *zone_of(const struct world *w, uint64_t pfn)
{
	for (unsigned i = 0; i < w->kernel.nr_zones; i++) {
		const struct zone *z = &w->kernel.zone[i];

		if (pfn >= z->start_pfn && pfn - z->start_pfn < z->spanned)
			return z;
	}
	return NULL;
}

const struct zone *zone_find(const struct world *w, const char *name)
{
	for (unsigned i = 0; i < w->kernel.nr_zones; i++)
		if (w->kernel.zone[i].name && strcasecmp(w->kernel.zone[i].name, name) == 0)
			return &w->kernel.zone[i];
	return NULL;
}

bool page_exists(const struct world *w, uint64_t pfn)
{
	return pfn < w->kernel.layout.max_pfn && zone_of(w, pfn) &&
	       phys_is_ram(&w->machine.phys, pfn << PAGE_SHIFT);
}

bool page_behind(const struct world *w, unsigned cpu, uint32_t va, uint64_t *pfn, struct message *m)
{
	struct walk walk = machine_peek(&w->machine, cpu, (struct access){ .va = va });

	if (walk.fault != FAULT_NONE)
		return fail(m, "nothing is mapped at 0x%x: %s", va, fault_reason_text(walk.fault));
	*pfn = walk.pa >> PAGE_SHIFT;
	return true;
}

uint64_t atomic_slot_pte(const struct world *w, unsigned cpu, unsigned slot)
{
	return w->kernel.layout.fix_kmap_begin ? kernel_pte(w, slot_address(w, cpu, slot)) : 0;
}

uint64_t ram_bytes(const struct world *w)
{
	const struct e820_map *map = &w->machine.phys.map;
	uint64_t bytes = 0;

	for (unsigned i = 0; i < map->nr; i++)
		if (map->entry[i].type == E820_RAM)
			bytes += map->entry[i].end - map->entry[i].start;
	return bytes;
}
