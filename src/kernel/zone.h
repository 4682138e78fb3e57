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

#include "kernel/step.h"
#include "machine/sparse.h"

enum zone_type { ZONE_DMA, ZONE_NORMAL, ZONE_HIGHMEM, MAX_NR_ZONES };

#define MAX_ORDER 11

/** What a page frame is used for. */
enum page_use {
	PAGE_FREE,      /* in the buddy allocator, or the tail of a free block */
	PAGE_RESERVED,  /* kernel image, mem_map, holes: never freed */
	PAGE_USED,      /* allocated by a command (p0, p1, ...) */
	PAGE_PGTABLE,
	PAGE_SLAB,      /* the kernel's own */
	PAGE_ANON,
};

struct page {
	uint32_t refs;   /* page_count(); 0 = free */
	uint16_t owner;  /* task that allocated it */
	uint8_t use;     /* enum page_use; PAGE_FREE is what an untouched entry reads */
	uint8_t order;   /* of the free or allocated block that begins here */
	bool buddy;      /* PageBuddy: heads a block on a free list */
	uint8_t unused[3];
};

/** One list of free blocks of one order; links are block number + 1, 0 ends the list. */
struct free_area {
	uint32_t head;   /* block number + 1 */
	uint64_t nr_free;
};

struct zone {
	const char *name; /* "DMA", "Normal", "HighMem" */
	uint64_t start_pfn, spanned, present;
	uint64_t memmap;  /* pages of mem_map counted against it (2.6) */
	uint64_t free;    /* pages on the lists */
	uint64_t min, low, high; /* watermarks, pages */
	uint64_t lowmem_reserve[MAX_NR_ZONES + 1];
	uint32_t batch;   /* LIFO batch of the per-CPU lists, as printed */
	struct free_area free_area[MAX_ORDER];
};

/* GFP bits that the allocator looks at; a profile gives their kernel's values. */
#define GFP_DMA (1u << 0)
#define GFP_HIGHMEM (1u << 1)
#define GFP_WAIT (1u << 2)
#define GFP_HIGH (1u << 3)
#define GFP_ZERO (1u << 4)

/** 2^order pages; the op's result is the first pfn, or 0 when the allocation failed. */
FRAME(__alloc_pages)
{
	uint32_t gfp;
	uint8_t order;
	int8_t zone;
	uint8_t state[2];
	uint64_t pfn;
	uint64_t scratch[4];
};
DECLARE_OP(__alloc_pages);

/** Gives a block back. BUGs when it is free already. */
FRAME(__free_pages)
{
	uint64_t pfn;
	uint8_t order;
	uint64_t scratch[4];
};
DECLARE_OP(__free_pages);

/** Zone of a pfn, or NULL when it lies in none. */
struct zone *page_zone(struct world *w, uint64_t pfn);

/** struct page of a pfn, for reading. */
const struct page *pfn_to_page(const struct world *w, uint64_t pfn);
/** struct page of a pfn, for writing. */
struct page *pfn_to_page_mut(struct world *w, uint64_t pfn);
/** Whether the page lies above low memory (PageHighMem). */
bool page_highmem(const struct world *w, uint64_t pfn);

/** The allocator without steps: for boot and for tests. 0: none left above the watermarks. */
uint64_t alloc_pages_now(struct world *w, uint32_t gfp, unsigned order);
void free_pages_now(struct world *w, uint64_t pfn, unsigned order);

#endif
