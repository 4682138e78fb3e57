/*
 * A kernel generation as data: data/kernels/VERSION.conf, kmaplab-profile(5).
 *
 * Versions differ in numbers, in lists (the fixmap's indices, the names of the atomic slots), in
 * texts (the boot messages) and in a few rules. The numbers, lists and texts stand in the profile
 * file; a rule is a word there that selects one of the functions of this floor. Read once, then
 * immutable and shared by all worlds.
 */
#ifndef KMAPLAB_KERNEL_PROFILE_H
#define KMAPLAB_KERNEL_PROFILE_H

#include "machine/machine.h"

#define PROFILE_SLOTS 48
#define PROFILE_FIXMAP 32
#define PROFILE_TEXTS 64
#define PROFILE_OPTIONS 24

struct atomic_ops;

/** An entry (or run of entries) of the fixmap, index 0 first. */
struct fixmap_row {
	char name[24];     /* "IO_APIC" */
	uint32_t pages;    /* 0: the kmap slots, KM_TYPE_NR x NR_CPUS */
	char option[16];   /* build option it needs, "" = always; "highmem" for CONFIG_HIGHMEM */
	bool boot;         /* behind the end of the permanent entries */
};

/** A build option that the profile knows, and what it is unless boot says otherwise. */
struct build_option {
	char name[16];
	bool value;
};

enum maxmem_rule { MAXMEM_FROM_RESERVE, MAXMEM_FROM_VMALLOC_END };
enum vmalloc_start_rule { VMALLOC_ROUNDED, VMALLOC_UNROUNDED };
enum btmap_rule { BTMAP_ALWAYS_ADVANCE, BTMAP_IF_CROSSING };
enum pkmap_flush_rule { PKMAP_FLUSH_ALWAYS, PKMAP_FLUSH_IF_NEEDED };

struct profile {
	char name[24];  /* "2.6.27" */
	char title[80];
	uint32_t fixaddr_top;
	uint32_t vmalloc_reserve, vmalloc_offset;
	bool vmalloc_adds_offset; /* vmalloc=SIZE reserves SIZE + 8 MiB */
	enum maxmem_rule maxmem;
	enum vmalloc_start_rule vmalloc_start;
	enum btmap_rule btmap;
	enum pkmap_flush_rule pkmap_flush;
	uint32_t btmap_pages;
	uint32_t cpu_entry_pages; /* per CPU, 0 = no such area */
	uint32_t pkmap_base;      /* 0 = computed */
	unsigned sizeof_page;
	bool memmap_from_zone;    /* a zone's present pages exclude its mem_map */
	uint64_t first_pfn;       /* pages below it are reserved: DMA starts there */
	uint64_t max_arch_pfn, max_arch_pfn_pae;
	uint32_t min_free_max;    /* kB */
	unsigned max_order;
	unsigned nr_cpus_max;
	/* preempt_count: bits of each field, lowest first */
	unsigned preempt_bits, softirq_bits, hardirq_bits, nmi_bits;
	const char *atomic;               /* word that selects the atomic_ops, interned */
	const struct atomic_ops *atomic_ops; /* set by the kernel floor */
	unsigned nr_slots;                /* KM_TYPE_NR; 6.1: KM_MAX_IDX */
	char slot[PROFILE_SLOTS][24];     /* "USER0"; unnamed slots are "" */
	unsigned nr_fixmap;
	struct fixmap_row fixmap[PROFILE_FIXMAP];
	unsigned nr_options;
	struct build_option option[PROFILE_OPTIONS];
	unsigned nr_texts;
	struct {
		char key[24];
		char text[120];
	} text[PROFILE_TEXTS];
	char source[160];
};

/** Reads a profile by version (data/kernels/VERSION.conf); NULL with a message on failure. The
 * caller frees it with profile_free() after the last world that uses it. */
struct profile *profile_read(const char *version, struct message *m);
void profile_free(struct profile *p);

/** A text of the profile by key, or NULL when this generation does not print it. */
const char *profile_text(const struct profile *p, const char *key);

/** The number of a slot by name ("KM_USER0" or "USER0", any case), or -1. */
int profile_slot(const struct profile *p, const char *name);

#endif
