/*
 * Bounce buffers: pages within a device's reach that stand in for pages beyond it. mm/bounce.c of
 * 2.6, mm/highmem.c of 2.4, block/bounce.c of 6.1.
 *
 * What is written to the device is copied when it is submitted; what is read, in the device's
 * interrupt, when it is there. The generations differ in where the pages come from, in how the page
 * beyond reach is mapped for the copy, and in which pages are bounced at all:
 *
 *	emergency	2.4: the allocator, then 32 pages set aside, then yield and try again;
 *			kmap_atomic() for both copies
 *	mempool		2.6: a mempool of 64 pages, and one of 16 in ZONE_DMA for ISA; kmap() for
 *			the copy at submission, which may sleep
 *	high_only	6.1: high memory or nothing, and because of a test the wrong way round,
 *			nothing; kmap_local_page() if it were otherwise
 */
#ifndef KMAPLAB_KERNEL_BOUNCE_H
#define KMAPLAB_KERNEL_BOUNCE_H

#include "kernel/step.h"

struct request_queue;
struct world;

enum bounce_pool { PAGE_POOL, ISA_PAGE_POOL, BOUNCE_POOLS };

#define BOUNCE_POOL_MAX 64

/** Pages set aside (mm/mempool.c): taken when the allocator has none. */
struct mempool {
	uint32_t min_nr;  /* how many it keeps; 0: not made yet */
	uint32_t curr_nr; /* how many there are now */
	uint32_t element[BOUNCE_POOL_MAX]; /* page frames, last in, first out */
};

/** A generation's way of bouncing. Constants; a profile's word selects one. */
struct bounce_ops {
	/** blk_queue_bounce_limit(): what the driver's address means for the queue. */
	void (*limit)(const struct world *w, struct request_queue *q, uint64_t dma_addr);
	const struct op *bounce;    /* FRAME(blk_queue_bounce) */
	const struct op *bounce_end_io; /* FRAME(bounce_end_io) */
	bool isa_pool;              /* ISA's pages have a pool of their own */
	bool dma_api;               /* the driver asks before DMA whether a page is within reach */
	bool pool_or_bug;           /* a pool that cannot be filled is a BUG */
};

/** Those of the world's profile. */
const struct bounce_ops *bounce_ops(const struct world *w);

/** Exchanges a bio's pages that its queue's device cannot reach. */
FRAME(blk_queue_bounce) { uint32_t io, i, bounce, vaddr; };
DECLARE_OP(blk_queue_bounce);   /* 6.1 */
DECLARE_OP(__blk_queue_bounce); /* 2.6 */
DECLARE_OP(create_bounce);      /* 2.4 */

/** Copies what was read to where it belongs, and gives the bounce pages back. */
FRAME(bounce_end_io) { uint32_t io, i; };
DECLARE_OP(bounce_end_io);
DECLARE_OP(bounce_end_io_bh); /* 2.4, where it is called bounce_end_io() too */

/** Copies bounce page `i` of a bio to the page it stands for, with interrupts off. */
FRAME(bounce_copy_vec) { uint32_t io, i, vto, interrupts; };
DECLARE_OP(bounce_copy_vec);

/** Fills a pool when that was not done yet. */
FRAME(init_emergency_pool) { uint32_t pool; };
DECLARE_OP(init_emergency_pool);

/** A page from the allocator, else from the pool, else sleeps until one comes back to it. The
 * result is its frame. */
FRAME(mempool_alloc) { uint32_t pool, gfp, gfp_temp; };
DECLARE_OP(mempool_alloc);
/** Gives a page back to the pool, or to the allocator when the pool is full. */
FRAME(mempool_free) { uint32_t pool, pfn; };
DECLARE_OP(mempool_free);

/** Takes a page out of a pool, which must have one; puts one in, unless it is full by now: false. */
uint32_t pool_take(struct world *w, unsigned cpu, enum bounce_pool pool);
bool pool_put(struct world *w, unsigned cpu, enum bounce_pool pool, uint32_t pfn);

/** The pool that a queue's bounce pages come from. */
enum bounce_pool bounce_pool_of(const struct world *w, const struct request_queue *q);
/** The GFP flags for them: GFP_NOIO, with GFP_DMA for ISA. */
uint32_t bounce_gfp(const struct request_queue *q);

/** Enters a bounce page for page `i` of a bio (NR_BOUNCE goes up), and takes it out again. */
void bounce_add(struct world *w, unsigned cpu, uint32_t io, unsigned i, uint32_t bounce);
uint32_t bounce_del(struct world *w, unsigned cpu, uint32_t io, unsigned i);

/** Copies a page for a bounce, between two kernel addresses; false after a fault. `from` and `to`
 * are the frames, for the event. */
bool bounce_memcpy(struct world *w, unsigned cpu, uint32_t vto, uint32_t vfrom, uint32_t to,
                   uint32_t from);

#endif
