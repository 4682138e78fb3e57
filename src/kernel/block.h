/*
 * The block layer, as far as high memory is concerned: block/blk-core.c, blk-settings.c, fs/bio.c
 * (drivers/block/ll_rw_blk.c and fs/buffer.c in 2.4).
 *
 * A bio is a list of pages to be moved between memory and a device. Each device has a queue, and
 * the queue a limit: the last page frame that its device can reach. submit_bio() exchanges pages
 * beyond it for bounce pages (kernel/bounce.h) and hands the bio to the device, or lets it wait its
 * turn; the device's interrupt ends it.
 */
#ifndef KMAPLAB_KERNEL_BLOCK_H
#define KMAPLAB_KERNEL_BLOCK_H

#include "kernel/bounce.h"
#include "kernel/step.h"
#include "machine/device.h"

struct world;

#define BIO_MAX_PAGES DEVICE_FRAMES
#define BIOS 256 /* at once; what has ended is remembered until its place is needed */

/** A page of a bio, and what stands in for it (0: nothing does). */
struct bio_vec {
	uint32_t page, bounce;
};

struct bio {
	uint32_t io;    /* its number, counted from 1; 0: this place was never used */
	uint32_t next;  /* behind it in the queue, by number */
	uint64_t block; /* where on the device */
	uint16_t vcnt;  /* pages */
	uint16_t bounced;
	uint8_t device;
	bool write, in_flight;
	bool failed;    /* ended with -EIO */
	bool swiotlb;   /* 6.1: some page is mapped through slots of kernel.swiotlb */
	bool done;      /* whoever asked for it has been told */
};

struct request_queue {
	uint32_t bounce_pfn; /* last frame that need not be bounced */
	bool dma;            /* bounce pages come from ZONE_DMA (bounce_gfp & GFP_DMA) */
	bool bounce_high;    /* 6.1: limits.bounce == BLK_BOUNCE_HIGH */
	uint32_t active;     /* the bio that the device is at; 0: none */
	uint32_t first, last; /* those that wait, by number */
};

struct block {
	struct request_queue queue[DEVICES]; /* by the device's number */
	uint32_t last_io, in_flight;
	struct mempool pool[BOUNCE_POOLS];
	uint32_t nr_bounce; /* NR_BOUNCE: bounce pages in use */
	struct sparse bios; /* struct bio at io % BIOS */
	struct sparse vecs; /* struct bio_vec at (io % BIOS) * BIO_MAX_PAGES + i */
};

/** The vector of all devices' interrupts; the device's number comes with it. */
#define BLK_VECTOR 0x39

/** What a driver tells blk_queue_bounce_limit(). BLK_BOUNCE_HIGH depends on the machine: 0 here,
 * and the queue keeps its default. */
#define BLK_BOUNCE_HIGH 0ull
#define BLK_BOUNCE_ISA 0x00ffffffull
#define BLK_BOUNCE_ANY UINT64_MAX

/** A driver finds a device: plugs it in and makes its queue. The result is its number + 1, or 0 when
 * there is no room. `mask` is the device's, `limit` what its driver gives as bounce limit. */
FRAME(add_disk)
{
	char name[DEVICE_NAME];
	uint64_t mask, limit;
	uint32_t cpu; /* to which its interrupt goes */
	uint32_t device;
};
DECLARE_OP(add_disk);

/** Pages that fit into one frame; more are added piece by piece. */
#define BIO_CHUNK 12

/** Makes a bio (io 0) or lengthens one by n pages, and submits it. The result is its number, or 0
 * when too many are in flight. Sleeps when a bounce page must be waited for. */
FRAME(submit_bio)
{
	uint64_t block;
	uint32_t io;
	uint16_t device;
	uint8_t write, n;
	uint32_t pfn[BIO_CHUNK];
};
DECLARE_OP(submit_bio);

/** The same without submitting. */
FRAME(bio_add_page)
{
	uint64_t block;
	uint32_t io;
	uint16_t device;
	uint8_t write, n;
	uint32_t pfn[BIO_CHUNK];
};
DECLARE_OP(bio_add_page);

/** The handler of a device's interrupt: ends the bio and starts the next. */
FRAME(ide_dma_intr)
{
	uint32_t device, io;
};
DECLARE_OP(ide_dma_intr);

/** Whoever asked for a bio is told that it is over: IO_DONE. In 2.4 that is before the last bounce
 * page is given back; else it is the end itself. */
void bio_done(struct world *w, unsigned cpu, uint32_t io, bool failed);

/** Bio number `io`; NULL when its place has been given to another. */
const struct bio *bio_get(const struct world *w, uint32_t io);
/** Page `i` of a bio, for reading and for writing. */
const struct bio_vec *bio_vec_get(const struct world *w, uint32_t io, unsigned i);
struct bio_vec *bio_vec_put(struct world *w, uint32_t io, unsigned i);

/** The queue of the device that a bio goes to. */
const struct request_queue *bio_queue(const struct world *w, uint32_t io);

/** The number of a device by name, or -1. */
int device_find(const struct world *w, const char *name);

#endif
