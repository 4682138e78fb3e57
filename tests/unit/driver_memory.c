/*
 * The random user's acts with memory: accesses, the allocator, vmalloc, devices.
 */
#include "driver_acts.h"

/* An area in use, somewhere behind a random one; 0 when there is none. */
uint32_t random_area(struct driver *d)
{
	const struct world *w = driver_world(d);
	unsigned skip = driver_random(d, 8);
	uint32_t va = 0;

	for (uint32_t n = w->kernel.vmalloc.vmlist; n; n = vmap_area(w, n)->next)
		if (vmap_area(w, n)->flags & VMAP_IN_USE) {
			va = vmap_area(w, n)->va_start;
			if (!skip--)
				break;
		}
	return va;
}

/* Whether a frame is the driver's to write: one of its pages, or of an area in use. */
static bool is_mine(const struct driver *d, uint64_t pfn)
{
	const struct world *w = driver_world(d);

	for (unsigned i = 0; i < DRIVER_PAGES; i++)
		if (d->page[i] == pfn)
			return true;
	for (uint32_t n = w->kernel.vmalloc.vmlist; n; n = vmap_area(w, n)->next)
		for (uint32_t i = 0; vmap_area(w, n)->flags & VMAP_IN_USE &&
		                     i < vmap_area(w, n)->nr_pages; i++)
			if (vmap_area_page(w, n, i) == pfn)
				return true;
	return false;
}

/* Whether a store of a CPU would hit the driver's own memory, whatever its TLB leads to: a slot that
 * nobody cleared may map what has become a page table since. */
static bool may_write(const struct driver *d, unsigned cpu, uint32_t va)
{
	const struct machine *m = &driver_world(d)->machine;
	struct walk walk = machine_peek(m, cpu, (struct access){ va, ACCESS_WRITE, false });
	const struct tlb *t = &m->cpu[cpu].tlb;

	for (unsigned i = 0; i < tlb_capacity(t->model); i++) {
		const struct tlb_entry *e = tlb_entry(t, i, NULL);

		if (e->size && va - e->va < e->size && !is_mine(d, (e->pa + (va - e->va)) >> PAGE_SHIFT))
			return false;
	}
	return walk.fault != FAULT_NONE || is_mine(d, walk.pa >> PAGE_SHIFT);
}

void act_access(struct driver *d)
{
	const struct world *w = driver_world(d);
	unsigned cpu = random_cpu(d);
	struct mem_write_frame f = { .n = 1 + driver_random(d, ACCESS_WRITE_MAX) };
	uint32_t pfn = random_page(d);

	switch (driver_random(d, 5)) {
	case 2:
		f.va = random_area(d);
		if (f.va)
			break;
		return;
	case 0:
		if (!w->kernel.layout.fix_kmap_begin)
			return;
		f.va = slot_address(w, cpu, driver_random(d, w->kernel.layout.kmap_slots_per_cpu));
		break;
	case 1:
		f.va = driver_random(d, UINT32_MAX) & ~63u; /* anywhere: loads only */
		START_OP(d, cpu, mem_read, .va = f.va, .n = f.n);
		return;
	default:
		f.va = page_address(w, pfn);
	}
	f.va += driver_random(d, PAGE_SIZE - ACCESS_WRITE_MAX);
	memset(f.bytes, (int)driver_random(d, 256), sizeof(f.bytes));
	if (driver_random(d, 2) && may_write(d, cpu, f.va))
		driver_do(d, cpu, &mem_write_op, &f);
	else
		START_OP(d, cpu, mem_read, .va = f.va, .n = f.n);
}

void act_alloc(struct driver *d)
{
	unsigned cpu = random_cpu(d), order = driver_random(d, 4);
	uint32_t gfp = driver_random(d, 16);

	gfp |= driver_random(d, 8) ? 0 : GFP_ZERO;
	if (!world_ready(driver_world(d), cpu, NULL))
		return;
	START_OP(d, cpu, __alloc_pages, .gfp = gfp, .order = order);
	if (!cpu_context(driver_world(d), cpu)->depth && !driver_world(d)->kernel.cpu[cpu].halted)
		d->block[driver_random(d, DRIVER_BLOCKS)] = cpu_context(driver_world(d), cpu)->result;
}

/* Gives back a block that was allocated; once, for nobody would notice the second time. */
void act_free(struct driver *d)
{
	unsigned i = driver_random(d, DRIVER_BLOCKS), cpu = random_cpu(d);
	uint64_t pfn = d->block[i];

	if (d->illegal && driver_random(d, 40) == 0)
		START_OP(d, cpu, __free_pages, .pfn = 0); /* reserved: a BUG */
	else if (pfn && world_ready(driver_world(d), cpu, NULL)) {
		d->block[i] = 0;
		START_OP(d, cpu, __free_pages, .pfn = pfn,
		         .order = pfn_to_page(driver_world(d), pfn)->order);
	}
}

void act_vmalloc(struct driver *d)
{
	unsigned cpu = random_cpu(d);
	uint32_t size = driver_random(d, 24 * PAGE_SIZE);

	if (!in_interrupt(driver_world(d), cpu) || (d->illegal && driver_random(d, 40) == 0))
		START_OP(d, cpu, vmalloc, .size = size);
}

void act_vfree(struct driver *d)
{
	unsigned cpu = random_cpu(d);
	uint32_t va = random_area(d);

	if (d->illegal && driver_random(d, 20) == 0)
		va += driver_random(d, 2 * PAGE_SIZE); /* no area begins there */
	if (!in_interrupt(driver_world(d), cpu) || (d->illegal && driver_random(d, 40) == 0))
		START_OP(d, cpu, vfree, .addr = va);
}

void act_device(struct driver *d)
{
	static const uint64_t limits[] = { BLK_BOUNCE_ISA, BLK_BOUNCE_HIGH, BLK_BOUNCE_ANY };
	struct add_disk_frame f = { .limit = limits[driver_random(d, LENGTH(limits))] };
	unsigned cpu = random_cpu(d);

	if (!sleeping_allowed(d, cpu) || driver_world(d)->machine.nr_devices >= 3)
		return;
	f.mask = f.limit == BLK_BOUNCE_ISA ? f.limit : UINT64_MAX;
	f.cpu = random_cpu(d);
	snprintf(f.name, sizeof(f.name), "disk%u", driver_world(d)->machine.nr_devices);
	driver_start(d, cpu, &add_disk_op, &f);
}

void act_io(struct driver *d)
{
	unsigned cpu = random_cpu(d), devices = driver_world(d)->machine.nr_devices;
	struct submit_bio_frame f = { .block = driver_random(d, 4) };

	if (!devices || !sleeping_allowed(d, cpu))
		return;
	f.device = (uint16_t)driver_random(d, devices);
	f.write = driver_random(d, 2) == 0;
	f.n = (uint8_t)(1 + driver_random(d, BIO_CHUNK));
	for (unsigned i = 0; i < f.n; i++)
		f.pfn[i] = random_page(d);
	driver_start(d, cpu, &submit_bio_op, &f);
}
