/*
 * A kernel generation as data: data/kernels/VERSION.conf; profile_list.c
 * shows the format of its lists.
 *
 * Versions differ in numbers, in lists (the fixmap's indices, the names of the atomic slots), in
 * texts (the boot messages) and in a few rules. The numbers, lists and texts stand in the profile
 * file; a rule is a word there that selects one of the functions of this floor. Read once, then
 * immutable and shared by all worlds.
 */
#ifndef KMAPLAB_KERNEL_PROFILE_H
#define KMAPLAB_KERNEL_PROFILE_H

#include "kernel/gfp.h"
#include "machine/machine.h"

#define PROFILE_SLOTS 48
#define PROFILE_FIXMAP 32
#define PROFILE_TEXTS 64
#define PROFILE_OPTIONS 24
#define PROFILE_TEXT 200
#define PROFILE_REPORT 24
#define PROFILE_REPORT_TEXT 500

struct atomic_ops;

/** An entry (or run of entries) of the fixmap, index 0 first. */
struct fixmap_row {
	char name[24];   /* "IO_APIC" */
	uint32_t pages;  /* 0: the kmap slots, KM_TYPE_NR x NR_CPUS */
	char option[24]; /* build option it needs, "" = always; "highmem" for CONFIG_HIGHMEM */
	bool boot;       /* behind the boot-time ioremap entries: not permanent */
};

/** A build option that the profile knows, and what it is unless boot says otherwise. */
struct build_option {
	char name[24];
	bool value;
};

enum maxmem_rule { MAXMEM_FROM_RESERVE, MAXMEM_FROM_VMALLOC_END };
enum vmalloc_start_rule { VMALLOC_ROUNDED, VMALLOC_UNROUNDED };
enum btmap_rule { BTMAP_ALWAYS_ADVANCE, BTMAP_IF_CROSSING, BTMAP_UNROUNDED };
enum pkmap_flush_rule { PKMAP_FLUSH_ALWAYS, PKMAP_FLUSH_IF_NEEDED };
/* How min, low and high come about: from min_free_kbytes with quarter and half steps (2.6), with
 * steps of at least a thousandth of the zone (4.6 on), a share of the zone's size (2.4), or such a
 * share and some more that large machines keep for the kernel (RHEL3). */
enum watermark_rule { WATERMARK_QUARTERS, WATERMARK_SCALE, WATERMARK_SHARE, WATERMARK_EXTRA };
/* Who is killed when memory has run out: nobody (2.4 as configured by default), who has the largest
 * address space (2.6), who has most pages, and never for the sake of ZONE_DMA (2.6.36 on). */
enum oom_rule { OOM_NONE, OOM_BADNESS, OOM_SCORE };
/* With several nodes: the same zone of all nodes first, or all zones of a node (4.14 and later). */
enum zonelist_rule { ZONELIST_ZONE, ZONELIST_NODE };
/* reservetop=: not known, moves FIXADDR_TOP and adds to the reserve, moves it, moves it to a
 * multiple of a directory entry's reach. */
enum reservetop_rule { RESERVETOP_NONE, RESERVETOP_ADDS, RESERVETOP_MOVES, RESERVETOP_ROUNDS };

/** The kernel's image as it lies in memory; kB but for the addresses. */
struct kernel_image {
	uint64_t start, end; /* physical bytes; end includes bss and the first page tables */
	uint32_t code, data, rodata, init, bss;
};

/** A range that this generation sets aside before it looks at anything else. */
#define PROFILE_RESERVED 4
struct reserved_row {
	uint64_t start, end; /* bytes, end exclusive */
	char name[16];
};

/* A call to other CPUs: the lock held until all are done, held to put it on a list, none and the
 * own part done meanwhile. */
enum smp_call_rule { SMP_CALL_HELD, SMP_CALL_QUEUED, SMP_CALL_TOGETHER };
enum flush_range_rule { FLUSH_RANGE_IGNORED, FLUSH_RANGE_HONOURED }; /* flush_tlb_kernel_range */

/* Which pages are bounced, and with what: see kernel/bounce.h. */
enum bounce_rule { BOUNCE_EMERGENCY, BOUNCE_MEMPOOL, BOUNCE_HIGH_ONLY };

/* vfree(): flushes each time, frees page by page and flushes at the end, leaves flushing to a purge,
 * and the purge to a worker. */
enum vmalloc_rule { VMALLOC_FLUSHED, VMALLOC_BY_ENTRY, VMALLOC_LAZY, VMALLOC_DRAINED };

/* Whether a first read gets the common page of zeros: no (2.6.24 to 2.6.31), yes, yes by an entry that
 * is marked special. */
enum zero_page_rule { ZERO_PAGE_NONE, ZERO_PAGE_PLAIN, ZERO_PAGE_SPECIAL };
enum slot_check_rule { SLOT_CHECK_UNSIGNED, SLOT_CHECK_SIGNED }; /* debug_kmap_atomic's counter */

struct profile {
	char name[24]; /* "2.6.27" */
	char title[80];
	uint32_t fixaddr_top;
	uint32_t vmalloc_reserve, vmalloc_offset;
	uint32_t page_offset_4g4g, task_size_4g4g; /* split=4g4g: start of the kernel, end of user space */
	bool vmalloc_fixed;       /* vmalloc= is not known */
	bool vmalloc_adds_offset; /* vmalloc=SIZE reserves SIZE + 8 MiB */
	enum maxmem_rule maxmem;
	enum vmalloc_start_rule vmalloc_start;
	enum btmap_rule btmap;
	enum pkmap_flush_rule pkmap_flush;
	enum flush_range_rule flush_range;
	enum smp_call_rule smp_call;
	enum slot_check_rule slot_check;
	enum zero_page_rule zero_page;
	unsigned slot_argument; /* enum slot_argument: what naming a slot does */
	bool flush_reloads_cr3;   /* __flush_tlb_global() reloads CR3 while CR4.PGE is off */
	bool cow_sets_first;      /* do_wp_page() enters the copy, then flushes */
	bool vunmap_lazy;         /* vfree() leaves the entries, too, to the purge */
	bool kmap_bugs;           /* kmap() BUGs in an interrupt; else checks might_sleep() */
	bool clear_kmaps;         /* clear_highpage() takes a slot of the pool; else an atomic one */
	bool kmap_flush_unused;   /* the function exists */
	enum vmalloc_rule vmalloc;
	uint32_t vmap_lazy; /* lazy pages that may gather, for each doubling of the CPUs */
	uint32_t vmap_gap;  /* pages between an area's guard page and the next area */
	bool kmap_to_page;     /* the function exists */
	bool kunmap_may_sleep; /* kunmap() checks might_sleep(); else BUGs in an interrupt */
	uint32_t btmap_pages;
	uint32_t cpu_entry_pages; /* per CPU, 0 = no such area */
	uint32_t pkmap_base;      /* 0 = computed */
	enum reservetop_rule reservetop;
	unsigned splits;   /* 1 << enum split_config of those it offers */
	bool nx;           /* knows the NX bit */
	bool pae_choice;   /* PAE can be chosen without HIGHMEM64G */
	bool slots_fenced; /* debug_highmem puts a fence page before each slot (2n + 1) */
	bool slot_same_kept; /* mapping what the slot maps already writes and flushes nothing */
	unsigned sizeof_page, sizeof_page_memcg, sizeof_page_nohighmem, sizeof_page_nopae;
	bool memmap_from_zone; /* a zone's present pages exclude its mem_map */
	bool zones_managed;    /* watermarks and reserves count what boot freed, not present */
	bool node_beyond;      /* the node also holds the RAM that highmem= cut off */
	bool keeps_max_pfn;    /* no-highmem build: max_pfn stays, memory above is unused */
	bool holes_present;    /* 2.4: a zone's size counts its holes */
	bool mem_cuts_map;     /* mem= ends the map: what lies above is dropped, of any type */
	bool trim_bios;        /* RAM between 640 KiB and 1 MiB is not believed */
	uint64_t first_pfn;    /* pages below it are no RAM: DMA starts there */
	uint64_t mem_map_goal; /* bytes; mem_map lies at or above it; 0: at the top of low memory */
	bool btmap_table_kept; /* the early ioremap's page table serves the fixmap later */
	unsigned early_tables; /* pages set aside for the fixmap's tables; 0 = counted */
	struct kernel_image image;
	unsigned nr_reserved;
	struct reserved_row reserved[PROFILE_RESERVED];
	uint64_t max_arch_pfn, max_arch_pfn_pae;
	uint64_t swiotlb;       /* bytes of SWIOTLB's pool in a PAE build; 0: there is none */
	enum watermark_rule watermark;
	enum oom_rule oom;
	bool dma_apart;         /* with PAE: nobody falls back to DMA, which is small where RAM is */
	bool alloc_starts_over; /* after a killing, __alloc_pages() looks above the low mark again */
	bool numa;             /* can be built for several nodes */
	enum zonelist_rule zonelist;
	uint32_t min_free_max; /* kB */
	uint32_t batch_max;    /* pages, before the division by four */
	unsigned max_order;
	enum bounce_rule bounce;
	uint32_t bounce_pages, bounce_pages_isa; /* in the pools */
	unsigned nr_cpus_max;
	unsigned nr_cpus_bigsmp; /* a larger NR_CPUS takes X86_BIGSMP; 0 = never */
	uint32_t gfp[PROFILE_GFP]; /* the values of GFP bits; 0: this kernel has none such */
	/* preempt_count: bits of each field, lowest first */
	unsigned preempt_bits, softirq_bits, hardirq_bits, nmi_bits;
	bool bh_disable_two; /* local_bh_disable() adds 2 to the softirq field, a softirq 1 */
	const char *atomic;                  /* word that selects the atomic_ops, interned */
	const struct atomic_ops *atomic_ops; /* set by the kernel floor */
	unsigned nr_slots;                   /* KM_TYPE_NR; 6.1: KM_MAX_IDX */
	char slot[PROFILE_SLOTS][24];        /* "USER0"; unnamed slots are "" */
	unsigned nr_fixmap;
	struct fixmap_row fixmap[PROFILE_FIXMAP];
	unsigned nr_options;
	struct build_option option[PROFILE_OPTIONS];
	unsigned nr_texts; /* the boot messages, in the order in which they are printed */
	struct {
		char key[24];
		char text[PROFILE_TEXT];
	} text[PROFILE_TEXTS];
	unsigned nr_report; /* show_mem()'s lines, in order: kernel/show_mem.c */
	struct {
		char key[16];
		char text[PROFILE_REPORT_TEXT];
	} report[PROFILE_REPORT];
	char source[160];
};

/** Reads a profile by version (data/kernels/VERSION.conf); NULL with a message on failure. The
 * caller frees it with profile_free() after the last world that uses it. */
struct profile *profile_read(const char *version, struct message *m);
void profile_free(struct profile *p);

/** Key `i` of the format, in the order of a file, lists not counted; false behind the last. */
bool profile_key(unsigned i, const char **section, const char **key);

/** What a profile says for key `i`, much as its file would. */
void profile_value(const struct profile *p, unsigned i, char *buf, size_t size);

/** A text of the profile by key, or NULL when this generation does not print it. It is untrusted:
 * never a printf format, see kernel/text.h. */
const char *profile_text(const struct profile *p, const char *key);

/** The number of a slot by name ("KM_USER0" or "USER0", any case), or -1. */
int profile_slot(const struct profile *p, const char *name);

#endif
