/*
 * The buddy lists themselves, one indivisible move at a time: what the allocator's steps, its
 * step-less twin and boot are made of.
 */
#ifndef KMAPLAB_KERNEL_BUDDY_H
#define KMAPLAB_KERNEL_BUDDY_H

#include "kernel/world.h"

/** Whether a block of 2^order pages that begins at `pfn` is on its free list. */
bool buddy_listed(const struct world *w, uint64_t pfn, unsigned order);

/** list_add() and list_del() on zone->free_area[order]; they keep nr_free and zone->free. */
void free_list_add(struct world *w, struct zone *z, uint64_t pfn, unsigned order);
void free_list_del(struct world *w, struct zone *z, uint64_t pfn, unsigned order);

/** Gives the pages of [start, end), all of one zone, to the allocator: as few and large blocks as
 * can be, in ascending order, so that the last is the first to be allocated. */
void free_range(struct world *w, struct zone *z, uint64_t start, uint64_t end);

/** The smallest order >= `order` with a free block, or -1. */
int free_area_find(const struct world *w, const struct zone *z, unsigned order);

/** The first block of a list. */
uint64_t free_list_first(const struct zone *z, unsigned order);

/** The buddy of a block, when it is free and in the same zone (page_is_buddy); else 0 is
 * returned. Page 0 is never free: boot reserves it. */
uint64_t buddy_free(const struct world *w, const struct zone *z, uint64_t pfn, unsigned order);

/** Marks the pages of a block as used by the CPU's current task, or as free. */
void pages_set_used(struct world *w, uint64_t pfn, unsigned order, unsigned owner);
void pages_set_free(struct world *w, uint64_t pfn, unsigned order);

#endif
