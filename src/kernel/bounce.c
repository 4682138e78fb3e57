/*
 * Bouncing in 2.6 (mm/bounce.c) and 6.1 (block/bounce.c), and what all generations share. 2.4's is
 * in bounce_bh.c.
 *
 * 2.6: a page beyond the queue's limit gets a bounce page. For a write it is filled at once, the
 * page beyond mapped with kmap(), so that submitting may sleep twice over: for a slot of kmap's
 * pool and for a page of the mempool. For a read it is emptied in the interrupt, where nobody may
 * sleep: kmap_atomic() in the slot KM_BOUNCE_READ, which no interrupt may find in use, hence with
 * interrupts off.
 *
 * 6.1: a queue bounces high memory or nothing; what a device cannot reach for other reasons is the
 * DMA API's business. And the test that decides asks whether there is no high memory
 * (max_low_pfn >= max_pfn), so that the code behind it has nothing to do. Profile option
 * bounce_fix turns the test round, as was proposed in 2025. What bounces in 6.1 all the same is the
 * DMA API: kernel/swiotlb.h.
 */
#include "kernel/bounce.h"

#include "kernel/world.h"

struct __blk_queue_bounce_frame {
	uint32_t io, i, bounce, vaddr;
};

FRAME(memcpy_to_bvec) { uint32_t io, i, vto, unused; };
FRAME(bounce_clone_bio) { uint32_t io, i, bounce, vaddr; };

/* --- limits ----------------------------------------------------------------------------------- */

/* blk_max_low_pfn and blk_max_pfn: the last page of low memory, and of all. */
static uint32_t blk_max_low_pfn(const struct world *w)
{
	return (uint32_t)w->kernel.layout.max_low_pfn - 1;
}

static uint32_t blk_max_pfn(const struct world *w)
{
	return (uint32_t)w->kernel.layout.max_pfn - 1;
}

/* block/blk-settings.c, 32 bits. */
static void limit_mempool(const struct world *w, struct request_queue *q, uint64_t dma_addr)
{
	q->bounce_pfn = dma_addr == BLK_BOUNCE_HIGH ? blk_max_low_pfn(w) :
	                                              (uint32_t)(dma_addr >> PAGE_SHIFT);
	q->dma = q->bounce_pfn < blk_max_low_pfn(w);
}

/* drivers/block/ll_rw_blk.c: without HIGHIO no driver gets more than low memory. What ISA adapters
 * cannot reach is exchanged by the SCSI layer in 2.4, from memory of its own below 16 MiB; here
 * that is a limit like the others. */
static void limit_emergency(const struct world *w, struct request_queue *q, uint64_t dma_addr)
{
	bool highio = boot_option(&w->kernel.config, w->kernel.profile, "highio");

	q->dma = dma_addr == BLK_BOUNCE_ISA;
	q->bounce_pfn = blk_max_low_pfn(w);
	if (q->dma || (highio && dma_addr != BLK_BOUNCE_HIGH && dma_addr != BLK_BOUNCE_ANY))
		q->bounce_pfn = (uint32_t)(dma_addr >> PAGE_SHIFT);
	else if (highio && dma_addr == BLK_BOUNCE_ANY)
		q->bounce_pfn = blk_max_pfn(w);
}

/* 6.1: BLK_BOUNCE_NONE, but for drivers of devices so old that they ask for BLK_BOUNCE_HIGH. */
static void limit_high_only(const struct world *w, struct request_queue *q, uint64_t dma_addr)
{
	q->bounce_high = dma_addr == BLK_BOUNCE_HIGH || dma_addr == BLK_BOUNCE_ISA;
	q->bounce_pfn = q->bounce_high ? blk_max_low_pfn(w) : UINT32_MAX;
}

static const struct bounce_ops generations[] = {
	[BOUNCE_EMERGENCY] = { limit_emergency, &create_bounce_op, &bounce_end_io_bh_op, false,
	                       false, false },
	[BOUNCE_MEMPOOL] = { limit_mempool, &__blk_queue_bounce_op, &bounce_end_io_op, true, false,
	                     true },
	[BOUNCE_HIGH_ONLY] = { limit_high_only, &blk_queue_bounce_op, &bounce_end_io_op, false, true,
	                       true },
};

const struct bounce_ops *bounce_ops(const struct world *w)
{
	return &generations[w->kernel.profile->bounce];
}

/* --- shared ----------------------------------------------------------------------------------- */

enum bounce_pool bounce_pool_of(const struct world *w, const struct request_queue *q)
{
	return q->dma && bounce_ops(w)->isa_pool ? ISA_PAGE_POOL : PAGE_POOL;
}

uint32_t bounce_gfp(const struct request_queue *q)
{
	return q->dma ? GFP_NOIO | GFP_DMA : GFP_NOIO;
}

void bounce_add(struct world *w, unsigned cpu, uint32_t io, unsigned i, uint32_t bounce)
{
	struct bio_vec *v = bio_vec_put(w, io, i);

	v->bounce = bounce;
	SPARSE_PUT(&w->kernel.block.bios, struct bio, io % BIOS)->bounced++;
	w->kernel.block.nr_bounce++;
	w->kernel.stats.bounces++;
	world_event(w, cpu, EVENT_BOUNCE_ALLOC, v->page, bounce, io);
}

uint32_t bounce_del(struct world *w, unsigned cpu, uint32_t io, unsigned i)
{
	const struct bio_vec *v = bio_vec_get(w, io, i);

	w->kernel.block.nr_bounce--;
	world_event(w, cpu, EVENT_BOUNCE_FREE, v->bounce, io, 0);
	return v->bounce;
}

bool bounce_memcpy(struct world *w, unsigned cpu, uint32_t vto, uint32_t vfrom, uint32_t to,
                   uint32_t from)
{
	if (!copy_page(w, cpu, vto, vfrom))
		return false;
	w->kernel.stats.bytes_copied += PAGE_SIZE;
	world_event(w, cpu, EVENT_BOUNCE_COPY, from, to, PAGE_SIZE);
	return true;
}

static enum disposition fault(struct world *w, struct context *c)
{
	world_oops(w, c, UNABLE_TO_HANDLE);
	return OP_OOPS;
}

static const struct bio_vec *vec(const struct world *w, const struct __blk_queue_bounce_frame *f)
{
	return bio_vec_get(w, f->io, f->i);
}

/* --- submission ------------------------------------------------------------------------------- */

/* Nothing lies beyond what the device reaches. */
static bool reaches_all(const struct world *w, const struct request_queue *q)
{
	return w->kernel.broken.no_bounce || (!q->dma && q->bounce_pfn >= blk_max_pfn(w));
}

OP(__blk_queue_bounce)
{
	BEGIN
	STEP("if (!(q->bounce_gfp & GFP_DMA) && q->bounce_pfn >= blk_max_pfn) return;")
	if (reaches_all(w, bio_queue(w, f->io)))
		RETURN(0);
	for (f->i = 0; f->i < bio_get(w, f->io)->vcnt; f->i++) {
		STEP("if (page_to_pfn(page) <= q->bounce_pfn) continue;")
		if (vec(w, f)->page <= bio_queue(w, f->io)->bounce_pfn)
			continue;
		STEP("to->bv_page = mempool_alloc(pool, q->bounce_gfp);")
		CALL(mempool_alloc, .pool = bounce_pool_of(w, bio_queue(w, f->io)),
		     .gfp = bounce_gfp(bio_queue(w, f->io)));
		f->bounce = (uint32_t)RESULT;
		STEP("inc_zone_page_state(to->bv_page, NR_BOUNCE);")
		bounce_add(w, c->cpu, f->io, f->i, f->bounce);
		if (!bio_get(w, f->io)->write)
			continue;
		STEP("if (rw == WRITE) vfrom = kmap(from->bv_page) + from->bv_offset;")
		CALL(kmap, .pfn = vec(w, f)->page);
		f->vaddr = (uint32_t)RESULT;
		STEP("\tmemcpy(vto, vfrom, to->bv_len);")
		if (!bounce_memcpy(w, c->cpu, page_address(w, f->bounce), f->vaddr, f->bounce,
		                   vec(w, f)->page))
			return fault(w, c);
		STEP("\tkunmap(from->bv_page);")
		CALL(kunmap, .pfn = vec(w, f)->page);
	}
	END
}

OP(bounce_clone_bio)
{
	BEGIN
	for (f->i = 0; f->i < bio_get(w, f->io)->vcnt; f->i++) {
		STEP("if (!PageHighMem(to->bv_page)) continue;")
		if (!page_highmem(w, bio_vec_get(w, f->io, f->i)->page))
			continue;
		STEP("bounce_page = mempool_alloc(&page_pool, GFP_NOIO);")
		CALL(mempool_alloc, .pool = PAGE_POOL, .gfp = GFP_NOIO);
		f->bounce = (uint32_t)RESULT;
		STEP("inc_zone_page_state(bounce_page, NR_BOUNCE);")
		bounce_add(w, c->cpu, f->io, f->i, f->bounce);
		if (!bio_get(w, f->io)->write)
			continue;
		STEP("if (rw == WRITE) from = kmap_local_page(to->bv_page);")
		CALL(kmap_local_page, .pfn = bio_vec_get(w, f->io, f->i)->page);
		f->vaddr = (uint32_t)RESULT;
		STEP("\tmemcpy(page_address(bounce_page), from, PAGE_SIZE);")
		if (!bounce_memcpy(w, c->cpu, page_address(w, f->bounce), f->vaddr, f->bounce,
		                   bio_vec_get(w, f->io, f->i)->page))
			return fault(w, c);
		STEP("\tkunmap_local(from);")
		CALL(kunmap_local, .vaddr = f->vaddr);
	}
	END
}

/* What 6.1 asks before it looks at any page; with the option bounce_fix, what it meant to ask. */
static bool blk_queue_may_bounce(const struct world *w, const struct request_queue *q)
{
	const struct layout *l = &w->kernel.layout;
	bool fixed = boot_option(&w->kernel.config, w->kernel.profile, "bounce_fix");

	return q->bounce_high &&
	       (fixed ? l->max_low_pfn < l->max_pfn : l->max_low_pfn >= l->max_pfn);
}

OP(blk_queue_bounce)
{
	BEGIN
	STEP("if (q->limits.bounce == BLK_BOUNCE_HIGH && max_low_pfn >= max_pfn)")
	if (blk_queue_may_bounce(w, bio_queue(w, f->io))) {
		STEP("\treturn __blk_queue_bounce(bio, q);")
		CALL(bounce_clone_bio, .io = f->io);
	}
	END
}

/* --- completion ------------------------------------------------------------------------------- */

/* KM_BOUNCE_READ where slots have names. */
static int32_t bounce_read(const struct world *w)
{
	int slot = profile_slot(w->kernel.profile, "BOUNCE_READ");

	return slot < 0 || !w->kernel.atomic_ops->typed ? -1 : (int32_t)km_type(w, slot);
}

OP(bounce_copy_vec)
{
	BEGIN
	STEP("local_irq_save(flags);")
	f->interrupts = w->machine.cpu[c->cpu].eflags_if;
	w->machine.cpu[c->cpu].eflags_if = false;
	STEP("vto = kmap_atomic(to->bv_page, KM_BOUNCE_READ);")
	CALL(kmap_atomic, .pfn = bio_vec_get(w, f->io, f->i)->page, .slot = bounce_read(w));
	f->vto = (uint32_t)RESULT;
	STEP("memcpy(vto + to->bv_offset, vfrom, to->bv_len);")
	if (!bounce_memcpy(w, c->cpu, f->vto,
	                   page_address(w, bio_vec_get(w, f->io, f->i)->bounce),
	                   bio_vec_get(w, f->io, f->i)->page,
	                   bio_vec_get(w, f->io, f->i)->bounce))
		return fault(w, c);
	STEP("kunmap_atomic(vto, KM_BOUNCE_READ);")
	CALL(kunmap_atomic, .vaddr = f->vto, .slot = bounce_read(w));
	STEP("local_irq_restore(flags);")
	w->machine.cpu[c->cpu].eflags_if = f->interrupts;
	END
}

/* 6.1: memcpy_to_bvec(). A mapping that is the task's, or the interrupt's on top of it, needs no
 * interrupts off. */
OP(memcpy_to_bvec)
{
	BEGIN
	STEP("char *to = kmap_local_page(page);")
	CALL(kmap_local_page, .pfn = bio_vec_get(w, f->io, f->i)->page);
	f->vto = (uint32_t)RESULT;
	STEP("memcpy(to + offset, from, len);")
	if (!bounce_memcpy(w, c->cpu, f->vto,
	                   page_address(w, bio_vec_get(w, f->io, f->i)->bounce),
	                   bio_vec_get(w, f->io, f->i)->page,
	                   bio_vec_get(w, f->io, f->i)->bounce))
		return fault(w, c);
	STEP("kunmap_local(to);")
	CALL(kunmap_local, .vaddr = f->vto);
	END
}

/* copy_to_high_bio_irq() for a read, then bounce_end_io(). */
OP(bounce_end_io)
{
	BEGIN
	while (!bio_get(w, f->io)->write && f->i < bio_get(w, f->io)->vcnt) {
		STEP("if (tovec->bv_page == fromvec->bv_page) continue;")
		if (bio_vec_get(w, f->io, f->i)->bounce) {
			STEP("bounce_copy_vec(&tovec, vfrom);")
			CALL_THROUGH(w->kernel.atomic_ops->local ? &memcpy_to_bvec_op :
			                                           &bounce_copy_vec_op,
			             bounce_copy_vec, .io = f->io, .i = f->i);
		}
		f->i++;
	}
	for (f->i = 0; f->i < bio_get(w, f->io)->vcnt; f->i++) {
		if (!bio_vec_get(w, f->io, f->i)->bounce)
			continue;
		STEP("dec_zone_page_state(bvec->bv_page, NR_BOUNCE);")
		bounce_del(w, c->cpu, f->io, f->i);
		STEP("mempool_free(bvec->bv_page, pool);")
		CALL(mempool_free, .pool = bounce_pool_of(w, bio_queue(w, f->io)),
		     .pfn = bio_vec_get(w, f->io, f->i)->bounce);
	}
	END
}
