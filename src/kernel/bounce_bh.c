/*
 * Bouncing in 2.4: mm/highmem.c, a page at a time (a page is a buffer head there, so a bio here is
 * a row of them).
 *
 * The page for the copy comes from the allocator; else from 32 emergency pages; else the task gives
 * up the CPU and tries again, until an I/O ends and its page comes back. Nobody sleeps on a queue
 * and nobody is woken. Both copies go through kmap_atomic(): KM_USER0 at submission, KM_BOUNCE_READ
 * in the interrupt.
 *
 * Left out: emergency buffer heads (there are as many as pages), waking bdflush, and what yield()
 * gives other tasks: the CPU that tries again takes interrupts, and nothing else.
 */
#include "kernel/bounce.h"

#include "kernel/world.h"

struct create_bounce_frame {
	uint32_t io, i, bounce, vaddr;
};

struct bounce_end_io_bh_frame {
	uint32_t io, i;
};

FRAME(alloc_bounce_page) { uint64_t dma, free; };
FRAME(copy_from_high_bh) { uint32_t io, i, vfrom; };

static struct mempool *emergency_pages(struct world *w)
{
	return &w->kernel.block.pool[PAGE_POOL];
}

/* The allocator is asked once; what is waited for is an emergency page. Those may lie anywhere in
 * low memory, so for ISA they are no help: it waits until some page of ZONE_DMA is free, and asks
 * again. */
OP(alloc_bounce_page)
{
	BEGIN
alloc:
	STEP("page = alloc_page(GFP_NOHIGHIO);")
	CALL(__alloc_pages, .gfp = f->dma ? GFP_NOHIGHIO | GFP_DMA : GFP_NOHIGHIO);
	if (RESULT)
		RETURN(RESULT);
repeat_alloc:
	STEP("repeat_alloc: if (!list_empty(&emergency_pages)) list_del(&page->list);")
	if (!f->dma && emergency_pages(w)->curr_nr)
		RETURN(pool_take(w, c->cpu, PAGE_POOL));
	world_event(w, c->cpu, EVENT_POOL_EMPTY, PAGE_POOL, 0, 0);
	f->free = w->kernel.zone[ZONE_DMA].free;
	STEP("run_task_queue(&tq_disk); yield(); goto repeat_alloc;")
	WAIT_FOR(f->dma ? w->kernel.zone[ZONE_DMA].free > f->free :
	                  emergency_pages(w)->curr_nr != 0);
	if (f->dma)
		goto alloc;
	goto repeat_alloc;
	END
}

static int32_t user0(const struct world *w)
{
	return (int32_t)km_type(w, profile_slot(w->kernel.profile, "USER0"));
}

OP(copy_from_high_bh)
{
	BEGIN
	STEP("vfrom = kmap_atomic(p_from, KM_USER0);")
	CALL(kmap_atomic, .pfn = bio_vec_get(w, f->io, f->i)->page, .slot = user0(w));
	f->vfrom = (uint32_t)RESULT;
	STEP("memcpy(to->b_data, vfrom + bh_offset(from), to->b_size);")
	if (!bounce_memcpy(w, c->cpu, page_address(w, bio_vec_get(w, f->io, f->i)->bounce),
	                   f->vfrom, bio_vec_get(w, f->io, f->i)->bounce,
	                   bio_vec_get(w, f->io, f->i)->page)) {
		world_oops(w, c, "Unable to handle kernel paging request");
		return OP_OOPS;
	}
	STEP("kunmap_atomic(vfrom, KM_USER0);")
	CALL(kunmap_atomic, .vaddr = f->vfrom, .slot = user0(w));
	END
}

/* Whether 2.4 exchanges a page: high memory beyond the limit, and for ISA anything beyond it. */
static bool wants_bounce(const struct world *w, uint32_t io, unsigned i)
{
	const struct request_queue *q = bio_queue(w, io);
	uint32_t page = bio_vec_get(w, io, i)->page;

	return page > q->bounce_pfn && (q->dma || page_highmem(w, page)) &&
	       !w->kernel.broken.no_bounce;
}

OP(create_bounce)
{
	BEGIN
	for (f->i = 0; f->i < bio_get(w, f->io)->vcnt; f->i++) {
		STEP("if (page - mem_map <= q->bounce_pfn) return bh;")
		if (!wants_bounce(w, f->io, f->i))
			continue;
		STEP("page = alloc_bounce_page();")
		CALL(alloc_bounce_page, .dma = bio_queue(w, f->io)->dma);
		f->bounce = (uint32_t)RESULT;
		STEP("set_bh_page(bh, page, 0);")
		bounce_add(w, c->cpu, f->io, f->i, f->bounce);
		if (bio_get(w, f->io)->write) {
			STEP("if (rw == WRITE) copy_from_high_bh(bh, bh_orig);")
			CALL(copy_from_high_bh, .io = f->io, .i = f->i);
		}
	}
	END
}

OP(bounce_end_io_bh)
{
	BEGIN
	for (f->i = 0; f->i < bio_get(w, f->io)->vcnt; f->i++) {
		if (!bio_vec_get(w, f->io, f->i)->bounce)
			continue;
		if (!bio_get(w, f->io)->write) {
			STEP("if (uptodate) copy_to_high_bh_irq(bh_orig, bh);")
			CALL(bounce_copy_vec, .io = f->io, .i = f->i);
		}
		STEP("bh_orig->b_end_io(bh_orig, uptodate);")
		if (f->i + 1 == bio_get(w, f->io)->vcnt)
			bio_done(w, c->cpu, f->io, false); /* before its page is given back */
		bounce_del(w, c->cpu, f->io, f->i);
		STEP("if (nr_emergency_pages >= POOL_SIZE)")
		if (bio_queue(w, f->io)->dma ||
		    emergency_pages(w)->curr_nr >= emergency_pages(w)->min_nr) {
			STEP("\t__free_page(page);")
			CALL(__free_pages, .pfn = bio_vec_get(w, f->io, f->i)->bounce);
		} else {
			STEP("else list_add(&page->list, &emergency_pages);")
			if (!pool_put(w, c->cpu, PAGE_POOL, bio_vec_get(w, f->io, f->i)->bounce))
				CALL(__free_pages, .pfn = bio_vec_get(w, f->io, f->i)->bounce);
		}
	}
	END
}
