/*
 * Mapping a bio for DMA: through the pool's slots where the device cannot reach a page itself. See
 * swiotlb.h.
 */
#include "kernel/swiotlb.h"

#include "kernel/atomic.h"
#include "kernel/world.h"

#include <stdio.h>

FRAME(swiotlb_bounce) { uint32_t io, i, to_device, vaddr, interrupts; };

bool is_swiotlb_buffer(const struct world *w, uint64_t pfn)
{
	const struct swiotlb *pool = &w->kernel.swiotlb;
	uint64_t pa = pfn << PAGE_SHIFT;

	return pool->nslabs && pa >= pool->start &&
	       pa < pool->start + ((uint64_t)pool->nslabs << IO_TLB_SHIFT);
}

static bool dma_capable(const struct world *w, uint32_t io, uint64_t pfn)
{
	return pfn <= w->machine.device[bio_get(w, io)->device].mask >> PAGE_SHIFT;
}

static uint32_t pool_pages(const struct swiotlb *pool)
{
	return pool->nslabs >> (PAGE_SHIFT - IO_TLB_SHIFT);
}

/* Two slots that follow each other: a page of the pool. Its frame, or 0. */
static uint32_t find_slots(struct world *w)
{
	struct swiotlb *pool = &w->kernel.swiotlb;

	for (uint32_t n = 0; n < pool_pages(pool); n++) {
		uint32_t i = (pool->index + n) % pool_pages(pool);

		if (*SPARSE_GET(&pool->slots, uint32_t, i))
			continue;
		*SPARSE_PUT(&pool->slots, uint32_t, i) = 1;
		pool->index = (i + 1) % pool_pages(pool);
		pool->used += 2;
		return (uint32_t)(pool->start >> PAGE_SHIFT) + i;
	}
	return 0;
}

static void release_slots(struct world *w, unsigned cpu, uint32_t io, unsigned i)
{
	struct swiotlb *pool = &w->kernel.swiotlb;
	const struct bio_vec *v = bio_vec_get(w, io, i);

	*SPARSE_PUT(&pool->slots, uint32_t, v->bounce - (pool->start >> PAGE_SHIFT)) = 0;
	pool->used -= 2;
	world_event(w, cpu, EVENT_SWIOTLB_UNMAP, v->page, v->bounce, io);
}

static void warn(struct world *w, unsigned cpu, uint32_t io, bool full)
{
	const struct swiotlb *pool = &w->kernel.swiotlb;
	const char *device = w->machine.device[bio_get(w, io)->device].name;
	char text[DMESG_LINE];

	if (full)
		snprintf(text, sizeof(text),
		         "%s: swiotlb buffer is full (sz: %u bytes), total %u (slots), used %u (slots)",
		         device, (unsigned)PAGE_SIZE, pool->nslabs, pool->used);
	else
		snprintf(text, sizeof(text), "%s: DMA addr overflow (mask %llx)", device,
		         (unsigned long long)w->machine.device[bio_get(w, io)->device].mask);
	printk(w, "%s", text);
	world_event(w, cpu, EVENT_DMA_MAP_FAIL, io, pool->used, pool->nslabs);
}

/* The copy between a page and its slots; a page of high memory is mapped for it, interrupts off. */
OP(swiotlb_bounce)
{
	const struct bio_vec *v = bio_vec_get(w, f->io, f->i);
	uint32_t slot = v->bounce, page = v->page;
	bool copied;

	BEGIN
	f->interrupts = w->machine.cpu[c->cpu].eflags_if;
	if (page_highmem(w, page)) {
		STEP("local_irq_save(flags); page = pfn_to_page(pfn);")
		w->machine.cpu[c->cpu].eflags_if = false;
		STEP("memcpy_from_page(vaddr, page, offset, sz); /* or _to_page: kmap_local_page() */")
		CALL(kmap_local_page, .pfn = page);
		f->vaddr = (uint32_t)RESULT;
	} else {
		f->vaddr = page_address(w, page);
	}
	STEP("memcpy(vaddr, phys_to_virt(orig_addr), size); /* or the reverse */")
	copied = f->to_device ?
		bounce_memcpy(w, c->cpu, page_address(w, slot), f->vaddr, slot, page) :
		bounce_memcpy(w, c->cpu, f->vaddr, page_address(w, slot), page, slot);
	OOPS_ON(!copied, UNABLE_TO_HANDLE);
	if (page_highmem(w, page)) {
		STEP("kunmap_local(from);")
		CALL(kunmap_local, .vaddr = f->vaddr);
		STEP("local_irq_restore(flags);")
		w->machine.cpu[c->cpu].eflags_if = f->interrupts;
	}
	END
}

/* Enters the slots as what stands in for a page of the bio. */
static void enter_slots(struct world *w, unsigned cpu, const struct dma_map_bio_frame *f)
{
	struct bio *bio = SPARSE_PUT(&w->kernel.block.bios, struct bio, f->io % BIOS);

	bio_vec_put(w, f->io, f->i)->bounce = f->slot;
	bio->bounced++;
	bio->swiotlb = true;
	w->kernel.stats.bounces++;
	world_event(w, cpu, EVENT_SWIOTLB_MAP, bio_vec_get(w, f->io, f->i)->page, f->slot, f->io);
}

static uint64_t dma_frame(const struct world *w, uint32_t io, unsigned i)
{
	const struct bio_vec *v = bio_vec_get(w, io, i);

	return v->bounce ? v->bounce : v->page;
}

/* dma_direct_map_page() for each page; dma_map_sg() gives all back when one fails. */
OP(dma_map_bio)
{
	BEGIN
	for (f->i = 0; f->i < bio_get(w, f->io)->vcnt && !f->failed; f->i++) {
		STEP("if (likely(dma_capable(dev, dma_addr, size, true))) return dma_addr;")
		if (dma_capable(w, f->io, dma_frame(w, f->io, f->i)))
			continue;
		f->failed = 1;
		if (!w->kernel.swiotlb.nslabs) {
			STEP("dev_WARN_ONCE(dev, 1, \"DMA addr %pad+%zu overflow\");")
			warn(w, c->cpu, f->io, false);
			break;
		}
		STEP("if (is_swiotlb_active(dev)) return swiotlb_map(dev, phys, size, dir, attrs);")
		f->slot = find_slots(w);
		if (!f->slot) {
			STEP("dev_warn_ratelimited(dev, \"swiotlb buffer is full\");")
			warn(w, c->cpu, f->io, true);
			break;
		}
		enter_slots(w, c->cpu, f);
		f->failed = !dma_capable(w, f->io, f->slot);
		CALL(swiotlb_bounce, .io = f->io, .i = f->i, .to_device = true);
		if (f->failed) {
			STEP("dev_WARN_ONCE(dev, 1, \"swiotlb addr %pad+%zu overflow\");")
			warn(w, c->cpu, f->io, false);
		}
	}
	if (f->failed && bio_get(w, f->io)->swiotlb) {
		CALL(dma_unmap_bio, .io = f->io, .skip_sync = true);
		SPARSE_PUT(&w->kernel.block.bios, struct bio, f->io % BIOS)->bounced = 0;
	}
	RETURN(f->failed);
	END
}

OP(dma_unmap_bio)
{
	BEGIN
	for (f->i = 0; f->i < bio_get(w, f->io)->vcnt; f->i++) {
		if (!is_swiotlb_buffer(w, bio_vec_get(w, f->io, f->i)->bounce))
			continue;
		if (!f->skip_sync && !bio_get(w, f->io)->write) {
			STEP("swiotlb_bounce(dev, tlb_addr, mapping_size, DMA_FROM_DEVICE);")
			CALL(swiotlb_bounce, .io = f->io, .i = f->i);
		}
		STEP("swiotlb_release_slots(dev, tlb_addr);")
		release_slots(w, c->cpu, f->io, f->i);
		if (f->skip_sync)
			bio_vec_put(w, f->io, f->i)->bounce = 0;
	}
	END
}
