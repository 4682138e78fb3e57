/*
 * The kernel's own handling of the memory map: arch/x86/kernel/e820.c. The firmware's map is made
 * sane (sorted, overlaps decided, neighbours of one type merged); mem= and memmap= then change the
 * kernel's copy, never the machine's memory.
 */
#include "kernel/setup.h"

#include <stdlib.h>
#include <string.h>

static int compare_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* The type that covers an address: the highest of those that do, 0 when none does. */
static unsigned type_at(const struct e820_map *map, uint64_t address)
{
	unsigned type = 0;

	for (unsigned i = 0; i < map->nr; i++) {
		const struct e820_entry *e = &map->entry[i];

		if (e->start <= address && address < e->end && (unsigned)e->type > type)
			type = e->type;
	}
	return type;
}

/* Appends a range, joining it to the last one when they touch and are of one type. */
static void append(struct e820_map *map, uint64_t start, uint64_t end, unsigned type)
{
	struct e820_entry *last = map->nr ? &map->entry[map->nr - 1] : NULL;

	if (last && last->end == start && (unsigned)last->type == type)
		last->end = end;
	else if (map->nr < E820_MAX)
		map->entry[map->nr++] = (struct e820_entry){ start, end, (enum e820_type)type };
}

void sanitize_e820_map(struct e820_map *map)
{
	uint64_t edge[2 * E820_MAX];
	struct e820_map sane = { .nr = 0 };
	unsigned n = 0;

	for (unsigned i = 0; i < map->nr; i++) {
		edge[n++] = map->entry[i].start;
		edge[n++] = map->entry[i].end;
	}
	qsort(edge, n, sizeof(edge[0]), compare_u64);
	for (unsigned i = 0; i + 1 < n; i++) {
		unsigned type = edge[i] < edge[i + 1] ? type_at(map, edge[i]) : 0;

		if (type)
			append(&sane, edge[i], edge[i + 1], type);
	}
	*map = sane;
}

bool e820_add_region(struct e820_map *map, uint64_t start, uint64_t end, enum e820_type type)
{
	if (map->nr == E820_MAX)
		return false;
	map->entry[map->nr++] = (struct e820_entry){ start, end, type };
	return true;
}

void e820_remove_ram(struct e820_map *map, uint64_t start, uint64_t end)
{
	unsigned nr = map->nr;

	for (unsigned i = 0; i < nr; i++) {
		struct e820_entry *e = &map->entry[i];
		uint64_t behind = e->end;

		if (e->type != E820_RAM || start >= e->end || end <= e->start)
			continue;
		if (start > e->start) {
			e->end = start;
			if (end < behind)
				e820_add_region(map, end, behind, E820_RAM);
		} else {
			e->start = end < behind ? end : behind;
		}
	}
}

void e820_cut(struct e820_map *map, uint64_t end)
{
	for (unsigned i = 0; i < map->nr; i++) {
		struct e820_entry *e = &map->entry[i];

		if (e->type != E820_RAM || e->end < end)
			continue;
		e->end = e->start > end ? e->start : end;
		map->nr = i + 1;
	}
}
