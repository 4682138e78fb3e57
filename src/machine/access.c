/*
 * Accesses: what the processor does for a load, a store or an instruction fetch.
 *
 *   look into the TLB --hit--> TLB_HIT --> the physical address
 *          | miss: TLB_MISS
 *   walk the tables: WALK --fault--> FAULT, CR2, the TLB forgets the page
 *          |
 *   set A and D where they are not set: AD_SET
 *          |
 *   keep the translation: TLB_FILL (TLB_EVICT) --> the physical address
 *
 * A load or store is charged by the word, a whole page that is copied or cleared by the page: that
 * price holds all of its loads and stores, so they are not charged a second time.
 *
 * Each event's cause is the one before it on its path, so a reader of the log can go back from
 * a fault to the walk, to the miss, to the operation. Left out: speculation, and the walks that a
 * processor may make ahead of need; entries appear because something was accessed.
 */
#include "machine/machine.h"

#include <assert.h>

#define WORD 4u

struct walk machine_peek(const struct machine *m, unsigned cpu, struct access a)
{
	struct paging_state s = machine_paging(m, cpu);

	return paging_walk(&m->phys, &s, a);
}

static struct access_result hit(struct machine *m, unsigned cpu, struct access a,
                                const struct tlb_entry *e)
{
	uint64_t pa = e->pa + (a.va - e->va);

	m->stats.tlb_hits++;
	m->stats.cpu_hits[cpu]++;
	machine_charge(m, cpu, COST_TLB_HIT);
	return (struct access_result){
		.hit = true,
		.pa = pa,
		.event = machine_event(m, cpu, EVENT_TLB_HIT, a.va, pa, e->size),
	};
}

static struct access_result fault(struct machine *m, unsigned cpu, struct access a,
                                  const struct walk *w)
{
	struct access_result r = { .fault = w->fault, .error_code = w->error_code };

	m->stats.faults++;
	m->cpu[cpu].cr2 = a.va;
	tlb_invlpg(&m->cpu[cpu].tlb, a.va);
	machine_charge(m, cpu, COST_FAULT);
	r.event = machine_event(m, cpu, EVENT_FAULT, a.va, w->error_code, w->fault);
	return r;
}

static void set_accessed_dirty(struct machine *m, unsigned cpu, struct access a, struct walk *w)
{
	struct paging_state s = machine_paging(m, cpu);
	unsigned writes = paging_commit(&m->phys, &s, w, a.kind);

	w->dirty = w->dirty || a.kind == ACCESS_WRITE;
	if (!writes)
		return;
	machine_charge_times(m, cpu, COST_LOCK, writes);
	machine_event(m, cpu, EVENT_AD_SET, a.va, writes, a.kind);
}

/* Stores the walk's result. The fill is due to the miss, and an eviction to the fill. */
static struct access_result keep(struct machine *m, unsigned cpu, struct access a,
                                 const struct walk *w)
{
	uint64_t in_page = w->size - 1;
	struct access_result r = { .pa = w->pa };
	struct tlb_entry victim;

	r.event = machine_event(m, cpu, EVENT_TLB_FILL, a.va & ~in_page, w->pa & ~in_page, w->size);
	tlb_fill(&m->cpu[cpu].tlb, a, w, r.event, &victim);
	m->log.cause = r.event;
	if (victim.size)
		machine_event(m, cpu, EVENT_TLB_EVICT, victim.va, victim.pa, victim.size);
	return r;
}

static struct access_result miss(struct machine *m, unsigned cpu, struct access a)
{
	struct walk w = machine_peek(m, cpu, a);
	uint32_t miss_event = machine_event(m, cpu, EVENT_TLB_MISS, a.va, a.kind, 0);

	m->stats.tlb_misses++;
	m->stats.cpu_misses[cpu]++;
	m->stats.walks++;
	machine_charge_times(m, cpu, COST_WALK_ENTRY, w.from_memory);
	m->log.cause = miss_event;
	m->log.cause = machine_event(m, cpu, EVENT_WALK, a.va, w.nr, w.from_memory);
	if (w.fault != FAULT_NONE)
		return fault(m, cpu, a, &w);
	set_accessed_dirty(m, cpu, a, &w);
	m->log.cause = miss_event;
	return keep(m, cpu, a, &w);
}

struct access_result machine_translate(struct machine *m, unsigned cpu, struct access a)
{
	uint32_t cause = m->log.cause;
	const struct tlb_entry *e;
	struct access_result r;

	assert(cpu < m->nr_cpus);
	if (!(m->cpu[cpu].cr0 & CR0_PG))
		return (struct access_result){ .pa = a.va };
	e = tlb_lookup(&m->cpu[cpu].tlb, a);
	if (e)
		return hit(m, cpu, a, e);
	r = miss(m, cpu, a);
	m->log.cause = cause;
	return r;
}

/* What is left of the page, or of n. */
static size_t in_this_page(uint32_t va, size_t n)
{
	size_t rest = PAGE_SIZE - va % PAGE_SIZE;

	return n < rest ? n : rest;
}

static uint64_t words(uint64_t n)
{
	return (n + WORD - 1) / WORD;
}

/* Moves n bytes of one page between memory and `buf`; the event is due to the translation. What it
 * costs is the caller's business. */
static void move(struct machine *m, unsigned cpu, const struct access_result *r, bool write,
                 void *buf, size_t n)
{
	uint32_t cause = m->log.cause;

	if (r->event)
		m->log.cause = r->event;
	if (write)
		phys_write(&m->phys, r->pa, buf, n);
	else
		phys_read(&m->phys, r->pa, buf, n);
	machine_event(m, cpu, write ? EVENT_MEM_WRITE : EVENT_MEM_READ, r->pa, n, 0);
	m->log.cause = cause;
}

/* Both directions; `buf` is only read when `a` is a write. Addresses wrap at 4 GiB. */
static struct access_result transfer(struct machine *m, unsigned cpu, struct access a, void *buf,
                                     size_t n, size_t *done)
{
	struct access_result first = { .hit = false };
	size_t at = 0;

	while (at < n) {
		size_t part = in_this_page(a.va, n - at);
		struct access_result r = machine_translate(m, cpu, a);

		if (!at || r.fault != FAULT_NONE)
			first = r;
		if (r.fault != FAULT_NONE)
			break;
		machine_charge_times(m, cpu, COST_MEM, words(part));
		move(m, cpu, &r, a.kind == ACCESS_WRITE, (char *)buf + at, part);
		a.va += (uint32_t)part;
		at += part;
	}
	if (done)
		*done = at;
	return first;
}

struct access_result machine_read(struct machine *m, unsigned cpu, uint32_t va, void *buf, size_t n,
                                  bool user, size_t *done)
{
	struct access a = { va, ACCESS_READ, user };

	return transfer(m, cpu, a, buf, n, done);
}

struct access_result machine_write(struct machine *m, unsigned cpu, uint32_t va, const void *buf,
                                   size_t n, bool user, size_t *done)
{
	struct access a = { va, ACCESS_WRITE, user };

	return transfer(m, cpu, a, (void *)(uintptr_t)buf, n, done);
}

/* Stores a page for a price that is the whole page's. */
static struct access_result store_page(struct machine *m, unsigned cpu, uint32_t va, void *page,
                                       enum cost price)
{
	struct access_result r = machine_translate(m, cpu, (struct access){ va, ACCESS_WRITE, false });

	assert(va % PAGE_SIZE == 0);
	if (r.fault != FAULT_NONE)
		return r;
	machine_charge(m, cpu, price);
	move(m, cpu, &r, true, page, PAGE_SIZE);
	return r;
}

struct access_result machine_clear_page(struct machine *m, unsigned cpu, uint32_t va)
{
	unsigned char zeros[PAGE_SIZE] = { 0 };

	return store_page(m, cpu, va, zeros, COST_CLEAR_PAGE);
}

struct access_result machine_copy_page(struct machine *m, unsigned cpu, uint32_t to, uint32_t from,
                                       uint64_t *from_pa)
{
	struct access_result r =
		machine_translate(m, cpu, (struct access){ from, ACCESS_READ, false });
	unsigned char page[PAGE_SIZE];

	assert(from % PAGE_SIZE == 0);
	*from_pa = r.pa;
	if (r.fault != FAULT_NONE)
		return r;
	move(m, cpu, &r, false, page, PAGE_SIZE);
	return store_page(m, cpu, to, page, COST_COPY_PAGE);
}

void machine_dma_read(struct machine *m, uint64_t pa, void *buf, size_t n)
{
	phys_read(&m->phys, pa, buf, n);
	machine_event(m, EVENT_NO_CPU, EVENT_DMA_READ, pa, n, 0);
}

void machine_dma_write(struct machine *m, uint64_t pa, const void *buf, size_t n)
{
	phys_write(&m->phys, pa, buf, n);
	machine_event(m, EVENT_NO_CPU, EVENT_DMA_WRITE, pa, n, 0);
}

bool machine_tlb_stale(const struct machine *m, unsigned cpu, const struct tlb_entry *e)
{
	struct access a = { e->va, ACCESS_READ, false };
	struct walk w = machine_peek(m, cpu, a);

	if (!e->size)
		return false;
	if (w.fault != FAULT_NONE || w.pa != e->pa || w.size != e->size)
		return true;
	if (w.writable != e->writable || w.user != e->user || w.nx != e->nx)
		return true;
	return e->dirty && !w.dirty;
}
