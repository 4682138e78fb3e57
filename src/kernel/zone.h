/*
 * Zones and the buddy allocator: mm/page_alloc.c.
 *
 * A zone is a range of page frames with a purpose: ZONE_DMA below 16 MiB, ZONE_NORMAL up to the
 * end of low memory, ZONE_HIGHMEM above it. Free memory is kept in blocks of 2^order pages on one
 * list per order; a block's buddy is the one that differs in one bit, and two free buddies merge.
 *
 * struct page lives in a sparse table indexed by pfn (the bytes of the simulated mem_map are
 * reserved in low memory, not stored twice). The lists are doubly linked by block number, one
 * sparse table of links per order, so that a 64 GiB machine boots without touching its pages.
 */
#ifndef KMAPLAB_KERNEL_ZONE_H
#define KMAPLAB_KERNEL_ZONE_H

#include "kernel/gfp.h"
#include "kernel/spinlock.h"
#include "kernel/step.h"
#include "machine/message.h"
#include "machine/phys.h"
#include "machine/sparse.h"

enum zone_type { ZONE_DMA, ZONE_NORMAL, ZONE_HIGHMEM, MAX_NR_ZONES };

/** Nodes, and zones of all nodes: node 1 has high memory only (kernel/numa.h). */
#define MAX_NODES 2
#define MAX_ZONES (MAX_NR_ZONES + 1)

#define MAX_ORDER 11

/** A range of page frames; end exclusive. */
struct pfn_range {
	uint64_t start, end;
};

/** The RAM that the kernel believes in, as whole pages (early_node_map). */
struct node_map {
	unsigned nr;
	struct pfn_range range[E820_MAX];
	uint8_t node[E820_MAX];
};

/** What boot set aside and never frees: early_res, later memblock.reserved. */
#define EARLY_RES_MAX 12
struct early_res {
	uint64_t start, end; /* bytes, end exclusive */
	char name[16];
};

/** What a page frame is used for. */
enum page_use {
	PAGE_FREE,      /* in the buddy allocator, or the tail of a free block */
	PAGE_RESERVED,  /* kernel image, mem_map, holes: never freed */
	PAGE_USED,      /* allocated by a command (p0, p1, ...) */
	PAGE_PGTABLE,
	PAGE_SLAB,      /* the kernel's own */
	PAGE_ANON,      /* a process' memory */
	PAGE_CACHE,     /* a file's */
};

struct page {
	uint32_t refs;   /* page_count(); 0 = free */
	uint16_t owner;  /* task that allocated it */
	uint8_t use;     /* enum page_use; PAGE_FREE is what an untouched entry reads */
	uint8_t order;   /* of the allocated block that begins here */
};

/** One list of free blocks of one order; a block's number is its first pfn >> order. */
struct free_area {
	uint32_t head;   /* block number + 1, 0 = empty */
	uint64_t nr_free;
};

/** The links of a free block: neighbours as block number + 1. next is 0 at the end, prev is
 * FREE_LINK_HEAD at the front; a block is on its list when prev is not 0 (PageBuddy). */
#define FREE_LINK_HEAD UINT32_MAX
struct free_link {
	uint32_t next, prev;
};

struct zone {
	const char *name; /* "DMA", "Normal", "HighMem" */
	uint64_t start_pfn, spanned, present;
	unsigned node;
	uint64_t memmap;  /* pages of mem_map counted against it (2.6) */
	uint64_t managed; /* pages that the watermarks count: present, or what boot freed */
	uint64_t free;    /* pages on the lists */
	uint64_t min, low, high; /* watermarks, pages */
	uint64_t lowmem_reserve[MAX_NR_ZONES + 1];
	uint32_t batch;   /* LIFO batch of the per-CPU lists, as printed */
	struct spinlock lock;
	struct free_area free_area[MAX_ORDER];
};

/** 2^order pages; the op's result is the first pfn, or 0 when the allocation failed. */
FRAME(__alloc_pages)
{
	uint32_t gfp;
	uint32_t order;
	uint64_t i;
	uint64_t pfn;
};
DECLARE_OP(__alloc_pages);

/** Gives a block back. BUGs when it is free already. */
FRAME(__free_pages)
{
	uint64_t pfn;
	uint32_t order;
	uint32_t interrupts; /* IF before the zone's lock was taken */
};
DECLARE_OP(__free_pages);

/** Zone of a pfn, or NULL when it lies in none. */
struct zone *page_zone(struct world *w, uint64_t pfn);
/** The same, for reading. */
const struct zone *page_zone_const(const struct world *w, uint64_t pfn);

/** The order of the free block that holds a page and, when not NULL, the block's first page; -1
 * when the page is not free. */
int page_buddy(const struct world *w, uint64_t pfn, uint64_t *first);

/** struct page of a pfn, for reading. What boot reserved and what is no RAM reads as
 * PAGE_RESERVED without having an entry of its own. */
const struct page *pfn_to_page(const struct world *w, uint64_t pfn);
/** struct page of a pfn, for writing. */
struct page *pfn_to_page_mut(struct world *w, uint64_t pfn);
/** Whether the page lies above low memory (PageHighMem). */
bool page_highmem(const struct world *w, uint64_t pfn);

/** The allocator without steps: for boot and for tests. 0: none left above the watermarks. */
uint64_t alloc_pages_now(struct world *w, uint32_t gfp, unsigned order);
/** Gives back what was allocated with the same order. */
void free_pages_now(struct world *w, uint64_t pfn, unsigned order);

/** Whether the lists are sound: every block lies in its zone and on one list only, links agree,
 * counts are right, nothing free is in use. False with the first thing found wrong. */
bool zones_check(const struct world *w, struct message *m);

#endif
