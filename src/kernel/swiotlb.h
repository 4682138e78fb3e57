/*
 * SWIOTLB: kernel/dma/swiotlb.c and dma_direct_map_page() of 6.1.
 *
 * Where the block layer no longer bounces, the DMA API does: a page beyond the device's mask gets
 * slots of a pool that boot set aside in low memory, 64 MB when a PAE build finds RAM above 4 GiB.
 * Whatever the direction, the page is copied in when it is mapped (since 5.18); what the device
 * stored is copied back when it is unmapped, in the device's interrupt. A page of high memory is
 * reached by kmap_local_page() for both. When no slots are left the mapping fails, at once, and the
 * driver with it: nobody waits, and nobody set anything aside. The pool itself lies somewhere in low
 * memory: a device with 24 address lines may not reach it, and is refused all the same.
 *
 * Boot does not mention the pool: the line is not among those recorded.
 *
 * Slots have 2 KiB and are given out in pairs here, for a bio's pages. Left out: the areas by CPU that
 * 6.1 divides the pool into, and the order in which it prefers slots within one (next fit here).
 */
#ifndef KMAPLAB_KERNEL_SWIOTLB_H
#define KMAPLAB_KERNEL_SWIOTLB_H

#include "kernel/step.h"
#include "machine/sparse.h"

#define IO_TLB_SHIFT 11     /* a slot has 2 KiB */
#define IO_TLB_SEGSIZE 128u /* the pool's size is a multiple of so many slots */

struct swiotlb {
	uint64_t start;      /* physical, 0: there is none */
	uint32_t nslabs;     /* slots */
	uint32_t used;
	uint32_t index;      /* where the next search begins, in pages */
	struct sparse slots; /* uint32_t by page of the pool: whether it is in use */
};

/** Whether a frame belongs to the pool. */
bool is_swiotlb_buffer(const struct world *w, uint64_t pfn);

/** Maps a bio's pages for its device. The result is the number of pages that could not be mapped for
 * lack of reach or of slots: 0, or 1, and then none is mapped. */
FRAME(dma_map_bio) { uint32_t io, i, slot, failed; };
DECLARE_OP(dma_map_bio);

/** Gives the slots back; what a read brought is copied to where it belongs before. */
FRAME(dma_unmap_bio) { uint32_t io, i, skip_sync, unused; };
DECLARE_OP(dma_unmap_bio);

#endif
