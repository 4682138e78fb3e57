/*
 * From submit_bio() to the interrupt that ends it; see block.h.
 *
 * The queue is first come, first served, and the device is given one bio at a time; the driver
 * stands for all drivers there are, and ends a bio in its hard interrupt as IDE does. Left out:
 * merging and sorting, plugging, the block softirq in which SCSI ends its requests, and waiting for
 * a request when a queue is congested: a bio that finds no place is refused.
 */
#include "kernel/block.h"

#include "kernel/world.h"

#include <string.h>

FRAME(blk_queue_bounce_limit) { uint64_t dma_addr, device; };

/* --- bios ------------------------------------------------------------------------------------- */

static struct bio *bio_put(struct world *w, uint32_t io)
{
	return SPARSE_PUT(&w->kernel.block.bios, struct bio, io % BIOS);
}

const struct bio *bio_get(const struct world *w, uint32_t io)
{
	const struct bio *bio = SPARSE_GET(&w->kernel.block.bios, struct bio, io % BIOS);

	return io && bio->io == io ? bio : NULL;
}

static uint64_t vec_index(uint32_t io, unsigned i)
{
	return (uint64_t)(io % BIOS) * BIO_MAX_PAGES + i;
}

const struct bio_vec *bio_vec_get(const struct world *w, uint32_t io, unsigned i)
{
	return SPARSE_GET(&w->kernel.block.vecs, struct bio_vec, vec_index(io, i));
}

struct bio_vec *bio_vec_put(struct world *w, uint32_t io, unsigned i)
{
	return SPARSE_PUT(&w->kernel.block.vecs, struct bio_vec, vec_index(io, i));
}

const struct request_queue *bio_queue(const struct world *w, uint32_t io)
{
	return &w->kernel.block.queue[bio_get(w, io)->device];
}

/* bio_alloc(): the next number, unless the bio that has its place is still in flight. */
static uint32_t bio_alloc(struct world *w, unsigned device, bool write, uint64_t block)
{
	uint32_t io = w->kernel.block.last_io + 1;

	if (SPARSE_GET(&w->kernel.block.bios, struct bio, io % BIOS)->in_flight)
		return 0;
	*bio_put(w, io) = (struct bio){ .io = io, .device = (uint8_t)device, .write = write,
		                        .in_flight = true, .block = block };
	w->kernel.block.last_io = io;
	w->kernel.block.in_flight++;
	return io;
}

/* Lengthens a bio by n pages, as far as there is room. */
static void bio_extend(struct world *w, uint32_t io, const uint32_t *pfn, unsigned n)
{
	struct bio *bio = bio_put(w, io);

	for (unsigned i = 0; i < n && bio->vcnt < BIO_MAX_PAGES; i++)
		*bio_vec_put(w, io, bio->vcnt++) = (struct bio_vec){ pfn[i], 0 };
}

OP(bio_add_page)
{
	BEGIN
	STEP("bio_add_page(bio, page, PAGE_SIZE, 0);")
	if (!f->io)
		f->io = bio_alloc(w, f->device, f->write, f->block);
	if (f->io)
		bio_extend(w, f->io, f->pfn, f->n);
	RETURN(f->io);
	END
}

void bio_done(struct world *w, unsigned cpu, uint32_t io, bool failed)
{
	struct bio *bio = bio_put(w, io);

	bio->done = true;
	bio->failed = failed;
	world_event(w, cpu, EVENT_IO_DONE, io, bio->device, failed);
}

/* bio->bi_end_io(): it is over. */
static void bio_end(struct world *w, unsigned cpu, uint32_t io, bool failed)
{
	bio_put(w, io)->in_flight = false;
	w->kernel.block.in_flight--;
	if (!bio_get(w, io)->done)
		bio_done(w, cpu, io, failed);
}

/* --- queues ----------------------------------------------------------------------------------- */

int device_find(const struct world *w, const char *name)
{
	for (unsigned i = 0; i < w->machine.nr_devices; i++)
		if (!strcmp(w->machine.device[i].name, name))
			return (int)i;
	return -1;
}

OP(blk_queue_bounce_limit)
{
	BEGIN
	STEP("q->bounce_pfn = dma_addr >> PAGE_SHIFT; q->bounce_gfp = GFP_NOIO;")
	bounce_ops(w)->limit(w, &w->kernel.block.queue[f->device], f->dma_addr);
	if (w->kernel.block.queue[f->device].dma && bounce_ops(w)->isa_pool) {
		STEP("if (dma) init_emergency_isa_pool();")
		CALL(init_emergency_pool, .pool = ISA_PAGE_POOL);
	}
	END
}

OP(add_disk)
{
	BEGIN
	STEP("/* the driver finds its device */")
	if (device_find(w, f->name) >= 0 || w->machine.nr_devices == DEVICES)
		RETURN(0);
	f->device = (uint32_t)machine_device_add(&w->machine, f->name, f->mask, f->cpu, BLK_VECTOR);
	w->kernel.block.queue[f->device] = (struct request_queue){ 0 };
	STEP("init_emergency_pool();")
	CALL(init_emergency_pool, .pool = PAGE_POOL);
	STEP("q = blk_init_queue(do_request, &lock); /* BLK_BOUNCE_HIGH */")
	bounce_ops(w)->limit(w, &w->kernel.block.queue[f->device], BLK_BOUNCE_HIGH);
	if (f->limit != BLK_BOUNCE_HIGH) {
		STEP("blk_queue_bounce_limit(q, dma_mask);")
		CALL(blk_queue_bounce_limit, .device = f->device, .dma_addr = f->limit);
	}
	STEP("add_disk(disk);")
	RETURN(f->device + 1);
	END
}

static void enqueue(struct world *w, uint32_t io)
{
	struct request_queue *q = &w->kernel.block.queue[bio_get(w, io)->device];

	bio_put(w, io)->next = 0;
	if (q->last)
		bio_put(w, q->last)->next = io;
	else
		q->first = io;
	q->last = io;
}

/* q->request_fn(): gives an idle device the next bio. */
static void request_fn(struct world *w, unsigned cpu, unsigned device)
{
	struct request_queue *q = &w->kernel.block.queue[device];
	const struct bio *bio = bio_get(w, q->first);

	if (q->active || !bio)
		return;
	q->active = q->first;
	q->first = bio->next;
	if (!q->first)
		q->last = 0;
	for (unsigned i = 0; i < bio->vcnt; i++) {
		const struct bio_vec *v = bio_vec_get(w, bio->io, i);
		uint64_t pfn = v->bounce ? v->bounce : v->page;

		machine_device_frame(&w->machine, device, i, pfn << PAGE_SHIFT);
	}
	machine_device_start(&w->machine, device, cpu, !bio->write, bio->block, bio->vcnt);
}

/* --- submission and completion ---------------------------------------------------------------- */

OP(submit_bio)
{
	BEGIN
	STEP("bio = bio_alloc(GFP_NOIO, nr_iovecs); bio_add_page(bio, page, PAGE_SIZE, 0);")
	if (!f->io)
		f->io = bio_alloc(w, f->device, f->write, f->block);
	if (!f->io)
		RETURN(0);
	bio_extend(w, f->io, f->pfn, f->n);
	STEP("submit_bio(rw, bio);")
	fr->cause = world_event(w, c->cpu, EVENT_IO_SUBMIT, f->io, bio_get(w, f->io)->device,
	                        bio_get(w, f->io)->vcnt);
	STEP("blk_queue_bounce(q, &bio);")
	CALL_THROUGH(bounce_ops(w)->bounce, blk_queue_bounce, .io = f->io);
	if (bounce_ops(w)->dma_api) {
		STEP("if (!dma_map_sg(dev, sgl, nents, dir)) goto eio;")
		CALL(dma_map_bio, .io = f->io);
		if (RESULT) {
			bio_end(w, c->cpu, f->io, true);
			RETURN(f->io);
		}
	}
	STEP("__elv_add_request(q, req, ELEVATOR_INSERT_BACK, 0);")
	enqueue(w, f->io);
	STEP("q->request_fn(q);")
	request_fn(w, c->cpu, bio_get(w, f->io)->device);
	RETURN(f->io);
	END
}

OP(ide_dma_intr)
{
	BEGIN
	STEP("rq = HWGROUP(drive)->rq;")
	f->io = w->kernel.block.queue[f->device].active;
	if (!f->io)
		RETURN(0);
	if (bio_get(w, f->io)->swiotlb) {
		STEP("dma_unmap_sg(dev, sgl, nents, dir);")
		CALL(dma_unmap_bio, .io = f->io);
	} else if (bio_get(w, f->io)->bounced) {
		STEP("bio_endio(bio, error); /* bounce_end_io */")
		CALL_THROUGH(bounce_ops(w)->bounce_end_io, bounce_end_io, .io = f->io);
	}
	STEP("bio->bi_end_io(bio, error);")
	w->kernel.block.queue[f->device].active = 0;
	bio_end(w, c->cpu, f->io, false);
	STEP("q->request_fn(q);")
	request_fn(w, c->cpu, f->device);
	END
}
