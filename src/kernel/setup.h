/*
 * What boot works out before there is a machine to run on: arch/x86/kernel/setup.c and its
 * neighbours. Everything that can be refused is refused here, so that what follows cannot fail.
 *
 *	boot_setup()
 *	  config_check()        highmem, split, PAE, CPUs, options    config.c
 *	  parse_early_param()   vmalloc= highmem= mem= ...            cmdline.c
 *	  layout_areas()        fixmap, pkmap, vmalloc's end          layout.c
 *	  find_low_pfn_range()  max_pfn, max_low_pfn                  setup.c
 *	  layout_finish()       high_memory, vmalloc's start          layout.c
 *	  free_area_init()      zones, spans, present pages           zone_init.c
 *	  early_reservations()  image, tables, mem_map                early_res.c
 *	  setup_per_zone_pages_min()                                  watermark.c
 */
#ifndef KMAPLAB_KERNEL_SETUP_H
#define KMAPLAB_KERNEL_SETUP_H

#include "kernel/boot.h"
#include "kernel/layout.h"
#include "kernel/profile.h"
#include "kernel/zone.h"

/** The texts of find_low_pfn_range(), each with the MB that it names. */
struct low_pfn_warnings {
	bool highmem_excess;   /* highmem= asks for more than there is: excess_has, excess_asked */
	bool only_maxmem;      /* no-highmem build with more RAM than MAXMEM */
	bool wants_pae;        /* and even with more than 4 GB */
	bool only_4gb;         /* HIGHMEM4G build with more than 4 GB */
	bool highmem_bigger;   /* highmem= exceeds RAM */
	bool highmem_too_much; /* highmem= would leave less than 64 MB */
	bool highmem_ignored;  /* highmem= on a no-highmem build */
	uint64_t has_mb, asked_mb;
};

/** Boot in progress: what was asked for, and what became of it. */
struct boot {
	const struct boot_config *config;
	const struct profile *profile;
	const struct cpu_model *model;
	struct e820_map bios; /* as the firmware gave it, sanitized */
	struct e820_map e820; /* as the kernel uses it, after mem= and memmap= */
	bool user_map;        /* mem= or memmap= was given */
	bool pse, pge, nx;    /* used by this boot */
	bool nx_off;          /* noexec=off */
	uint32_t reserved_top;  /* bytes of reservetop=, 0 = not given */
	uint32_t highmem_pages; /* of highmem=; UINT32_MAX = not given */
	struct layout layout;
	struct low_pfn_warnings warnings;
	struct node_map node_map;
	unsigned nr_zones;
	unsigned nr_nodes;
	uint64_t node_split; /* the first frame of node 1 */
	struct zone zone[MAX_ZONES];
	struct pfn_range limit[MAX_NR_ZONES]; /* of the zones, as printed */
	unsigned sizeof_page;
	unsigned nr_reserved;
	struct early_res reserved[EARLY_RES_MAX];
	struct pfn_range tables_printed; /* what the direct-mapping tables line names */
	struct table_space {             /* page tables: first byte, pages */
		uint64_t start;
		unsigned pages;
	} early_tables, init_tables;     /* of the early table space; behind the image */
	uint64_t bootmap, bootmap_bytes; /* the boot allocator's bitmap, given back when done */
	uint64_t mem_map;                /* first byte */
	uint64_t mem_map_bytes;
	uint64_t swiotlb;       /* first byte of the pool; 0: none */
	uint64_t swiotlb_bytes; /* of swiotlb=, else the profile's */
};

/** zone_params.c: memfrac= and lower_zone_reserve= of 2.4, which only the log ever tells of. False,
 * with a message, for a word that gives either more numbers than it has room for. */
bool zone_param_check(const struct profile *p, const char *word, struct message *m);

/** Works everything out. False with a message that says what is impossible, why, and what to use
 * instead. */
bool boot_setup(struct boot *b, const struct boot_config *c, const struct profile *p,
                const struct cpu_model *model, struct message *m);

/** Whether what was asked for can be built at all. Fills layout.pae and .highmem. */
bool config_check(struct boot *b, struct message *m);
/** "3g", "3g_opt", ... and "off", "4g", "64g". */
const char *split_name(enum split_config split);
const char *highmem_name(enum highmem_config highmem);
/** PAGE_OFFSET of a split in a kernel that offers it. */
uint32_t split_page_offset(const struct profile *p, enum split_config split);

/** The command line's words in order; unknown ones mean nothing, as to the kernel. */
bool parse_early_param(struct boot *b, struct message *m);

/** The areas that depend on the build and the command line alone. */
bool layout_areas(struct boot *b, struct message *m);
/** What depends on the amount of low memory, and boot's own sanity checks. */
bool layout_finish(struct boot *b, struct message *m);
/** Index of a fixmap entry by name, and how many pages it has (0: not in this build). */
uint32_t layout_fixmap_index(const struct boot *b, const char *name, uint32_t *pages);

/** Merges and sorts a map; where entries overlap the higher type wins (sanitize_e820_map). */
void sanitize_e820_map(struct e820_map *map);
/** Takes usable RAM in [start, end) out of a map (e820_remove_range). */
void e820_remove_ram(struct e820_map *map, uint64_t start, uint64_t end);
/** Ends a map at the usable range that reaches `end` (2.4's limit_regions). */
void e820_cut(struct e820_map *map, uint64_t end);
/** Adds an entry; false when the map is full. */
bool e820_add_region(struct e820_map *map, uint64_t start, uint64_t end, enum e820_type type);

/** Zones: limits, spans, present pages, memmap, batches. */
void free_area_init(struct boot *b);
/** min_free_kbytes, watermarks and lowmem_reserve from zone.managed. */
void setup_per_zone_pages_min(const struct profile *p, struct layout *l, struct zone *zone,
                              unsigned nr_zones);
/** The watermarks of 2.6 and later from min_free_kbytes; the reserves from the ratios of DMA and
 * Normal. */
void setup_per_zone_marks(const struct profile *p, struct zone *zone, unsigned nr_zones,
                          uint32_t min_free_kbytes);
void setup_lowmem_reserve(struct zone *zone, unsigned nr_zones, const uint32_t *ratio);
/** A zone's batch for its per-CPU lists, as it is printed. */
uint32_t zone_batchsize(const struct profile *p, uint64_t pages);

/** Places the image, the page tables and mem_map. */
bool early_reservations(struct boot *b, struct message *m);
/** Pages below max_low_pfn that are RAM and reserved. */
uint64_t early_reserved_pages(const struct boot *b);

/** How many page tables boot needs: `early` from the early table space, `init` behind the
 * kernel's image (kernel_tables.c builds them). */
void kernel_tables_count(const struct boot *b, unsigned *early, unsigned *init);

#endif
