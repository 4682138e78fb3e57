/*
 * Phrases that several commands use, and the JSON objects they share.
 */
#ifndef KMAPLAB_COMMAND_DESCRIBE_H
#define KMAPLAB_COMMAND_DESCRIBE_H

#include "command/interp.h"
#include "command/reply.h"

/** "p0 (frame 0x7f424, HighMem)" */
void describe_page(const struct world *w, const struct request *r, struct text *t);
void describe_frame(const struct world *w, const char *label, uint64_t pfn, struct text *t);

/** "512 MB", "64 kB" or "100 bytes": the largest unit that is exact. */
void describe_size(uint64_t bytes, struct text *t);

/** What a kernel virtual address belongs to: "low memory", "slot 3 of the pool", "atomic slot 3
 * (KM_USER0) of CPU 0", "user space", ... */
void describe_va(const struct world *w, uint32_t va, struct text *t);

/** The name of an atomic slot as the kernel writes it, "KM_USER0"; "" where slots have none. */
void describe_slot(const struct world *w, unsigned slot, char *buf, size_t size);

/** One part of the virtual address space; end exclusive. */
struct region {
	const char *name;
	uint32_t start, end;
};
#define REGIONS_MAX 10

/** The parts of the address space from the bottom up. Returns how many. */
unsigned layout_regions(const struct layout *l, struct region region[REGIONS_MAX]);

/** The answer of `boot` and `layout`. New reference. */
json_t *layout_json(struct session *s);

/** The zones, as in the answer of `layout`. New reference. */
json_t *zones_json(const struct world *w);

#endif
