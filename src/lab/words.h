/*
 * The words for small enumerations: what `boot` takes, what observables and answers give.
 *
 * One list each, so that `highmem=64g`, the observable `highmem` and the JSON of `config` can only
 * say the same.
 */
#ifndef KMAPLAB_LAB_WORDS_H
#define KMAPLAB_LAB_WORDS_H

#include "kernel/world.h"
#include "machine/message.h"

/** A list of words; the index of a word is the value of the enumeration. */
struct words {
	unsigned n;
	const char *const *word;
};

extern const struct words highmem_words; /* enum highmem_config: "off", "4g", "64g" */
extern const struct words split_words;   /* enum split_config: "3g", "3g_opt", ... */
extern const struct words task_words;    /* enum task_state: "unused", "running", ... */
extern const struct words use_words;     /* enum page_use: "free", "reserved", "used", ... */

/** The word for a value; "?" when there is none. */
const char *word_for(const struct words *words, unsigned value);
/** The value of a word (any case), or -1. */
int word_find(const struct words *words, const char *word);

/** The zone in which a pfn lies, or NULL. */
const struct zone *zone_of(const struct world *w, uint64_t pfn);
/** The zone with this name (any case), or NULL when this kernel has none. */
const struct zone *zone_find(const struct world *w, const char *name);

/** Whether there is a page frame of RAM with this number: struct page and memory behind it. */
bool page_exists(const struct world *w, uint64_t pfn);

/** The page frame behind a virtual address, by the tables of a CPU; false with a message when
 * nothing is mapped there. */
bool page_behind(const struct world *w, unsigned cpu, uint32_t va, uint64_t *pfn,
                 struct message *m);

/** What an atomic slot of a CPU maps: its PTE; 0 when the slot is free. `slot` is the index
 * within the CPU. */
uint64_t atomic_slot_pte(const struct world *w, unsigned cpu, unsigned slot);

/** Bytes of usable RAM by the e820 map. */
uint64_t ram_bytes(const struct world *w);

#endif
