/*
 * The world as a value: copying it, hashing it, its events.
 *
 * A clone is one memcpy of a small struct and one reference taken per sparse array: nothing in it
 * depends on how much RAM the machine has. Pointers in the struct lead to things that never change
 * (profile, CPU model, cost table), so the copy may share them.
 */
#include "kernel/world.h"

#include <string.h>
#include <xxhash.h>

#define NR_FIXED 11
#define NR_SPARSE (NR_FIXED + MAX_ORDER)

/* The kernel's sparse arrays, for those who treat them all alike. */
static struct sparse *kernel_sparse(struct kernel *k, unsigned i)
{
	struct sparse *const fixed[] = { &k->mem_map, &k->tasks, &k->irq_contexts,
		                         &k->dmesg.lines, &k->mms, &k->gathers,
		                         &k->block.bios, &k->block.vecs,
		                         &k->vmalloc.areas, &k->vmalloc.pages,
		                         &k->swiotlb.slots };

	return i < NR_FIXED ? fixed[i] : &k->free_links[i - NR_FIXED];
}

void world_clone(struct world *dst, const struct world *src)
{
	memcpy(dst, src, sizeof(*dst));
	machine_clone(&dst->machine, &src->machine);
	for (unsigned i = 0; i < NR_SPARSE; i++)
		sparse_clone(kernel_sparse(&dst->kernel, i),
		             kernel_sparse((struct kernel *)&src->kernel, i));
}

void world_release(struct world *w)
{
	machine_release(&w->machine);
	for (unsigned i = 0; i < NR_SPARSE; i++)
		sparse_release(kernel_sparse(&w->kernel, i));
}

uint64_t world_random(struct world *w)
{
	uint64_t z = w->random += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* --- hash ------------------------------------------------------------------------------------- */

#define HASH(state, field) XXH3_64bits_update((state), &(field), sizeof(field))

static void hash_sparse(XXH3_state_t *state, const struct sparse *s)
{
	const void *block;

	for (uint64_t i = 0; (block = sparse_next(s, &i)); i++) {
		HASH(state, i);
		XXH3_64bits_update(state, block, SPARSE_BLOCK);
	}
}

/* What of a task decides its future; causes and pids do not. */
static void hash_context(XXH3_state_t *state, const struct context *c)
{
	HASH(state, c->depth);
	HASH(state, c->result);
	for (unsigned i = 0; i < c->depth; i++) {
		HASH(state, c->frame[i].op);
		HASH(state, c->frame[i].line);
		HASH(state, c->frame[i].locals);
	}
}

static void hash_task(XXH3_state_t *state, const struct task *t)
{
	HASH(state, t->state);
	HASH(state, t->cpu);
	HASH(state, t->held);
	HASH(state, t->shell);
	HASH(state, t->memdie);
	HASH(state, t->migration_disabled);
	HASH(state, t->stack_pfn);
	HASH(state, t->preempt_count);
	HASH(state, t->pagefault_disabled);
	HASH(state, t->waiting_on);
	HASH(state, t->mm);
	HASH(state, t->kmap_ctrl.idx);
	HASH(state, t->kmap_ctrl.pteval);
	hash_context(state, &t->context);
}

/* Which of its neighbours an entry was used before: who leaves a set next depends on the order of
 * ages, not on the ages. */
static uint64_t tlb_order(const struct tlb *t, unsigned i)
{
	const struct tlb_entry *e = tlb_entry(t, i, NULL);
	uint64_t order = 0;

	for (unsigned j = 1; j <= i && j < 64; j++)
		if (tlb_entry(t, i - j, NULL)->used > e->used)
			order |= 1ull << j;
	return order;
}

static void hash_tlb(XXH3_state_t *state, const struct tlb *t)
{
	for (unsigned i = 0; i < tlb_capacity(t->model); i++) {
		const struct tlb_entry *e = tlb_entry(t, i, NULL);

		if (e->size) {
			const uint64_t words[] = { e->pa, e->va, e->size, e->global, e->writable,
				                   e->user, e->nx, e->dirty, tlb_order(t, i) };

			HASH(state, words);
		}
	}
}

/* Interrupts: on their way, and being handled. */
static void hash_irqs(XXH3_state_t *state, const struct cpu *m)
{
	for (unsigned i = 0; i < m->nr_pending; i++) {
		const uint64_t words[] = { m->pending[i].vector, m->pending[i].from,
			                   m->pending[i].data };

		HASH(state, words);
	}
	for (unsigned i = 0; i < m->nesting; i++) {
		const uint64_t words[] = { m->frame[i].vector, m->frame[i].from, m->frame[i].data,
			                   m->frame[i].nmi, m->frame[i].saved_if };

		HASH(state, words);
	}
}

static void hash_cpu(XXH3_state_t *state, const struct world *w, unsigned cpu)
{
	const struct cpu *m = &w->machine.cpu[cpu];
	const struct cpu_state *k = &w->kernel.cpu[cpu];
	const uint64_t regs[] = { m->cr0, m->cr2, m->cr3, m->cr4, m->efer, m->eflags_if,
		                  m->nesting, m->nr_pending, k->current, k->shell,
		                  k->nr_contexts, k->halted, k->access.done,
		                  k->active_mm, k->lazy_tlb,
		                  (uint64_t)k->kmap_atomic_idx };

	HASH(state, regs);
	HASH(state, m->pdpte);
	hash_irqs(state, m);
	hash_tlb(state, &m->tlb);
	for (unsigned i = 1; i < k->nr_contexts; i++) {
		HASH(state, k->kind[i]);
		HASH(state, k->manual[i]);
		hash_context(state, SPARSE_GET(&w->kernel.irq_contexts, struct context,
		                               cpu * CONTEXT_LEVELS + i));
	}
}

static void hash_mm(XXH3_state_t *state, const struct mm *mm)
{
	const uint64_t words[] = { mm->pgd, mm->mm_users, mm->cpu_vm_mask, mm->rss, mm->nr_ptes,
		                   mm->gathered, mm->nr_vmas, mm->page_table_lock.locked,
		                   mm->page_table_lock.cpu };

	HASH(state, words);
	HASH(state, mm->vma);
}

/* Address spaces, what waits to be freed with them, the flush in flight, and the file. */
static void hash_mms(XXH3_state_t *state, const struct kernel *k)
{
	const uint32_t words[] = { k->tlb_flush.flush_cpumask, k->tlb_flush.flush_va,
		                   k->tlb_flush.flush_mm, k->tlb_flush.lock.locked,
		                   k->tlb_flush.lock.cpu, k->file.pfn, k->file.size };

	HASH(state, words);
	for (unsigned i = 1; i <= k->nr_mms; i++) {
		const struct mm *mm = SPARSE_GET(&k->mms, struct mm, i);

		hash_mm(state, mm);
		for (uint32_t n = 0; n < mm->gathered; n++)
			HASH(state, *SPARSE_GET(&k->gathers, uint32_t, i * FREE_PTE_NR + n));
	}
}

static void hash_device(XXH3_state_t *state, const struct device *d)
{
	const uint64_t words[] = { d->mask, d->cpu, d->vector, d->busy, d->to_memory,
		                   d->nr_frames, d->block };

	HASH(state, d->name);
	HASH(state, words);
	hash_sparse(state, &d->medium);
}

static void hash_bio(XXH3_state_t *state, const struct world *w, const struct bio *bio)
{
	HASH(state, bio->io);
	HASH(state, bio->next);
	HASH(state, bio->block);
	HASH(state, bio->device);
	HASH(state, bio->write);
	HASH(state, bio->done);
	for (unsigned i = 0; i < bio->vcnt; i++)
		HASH(state, *bio_vec_get(w, bio->io, i));
}

/* Devices, their queues, the pools, and what is in flight; what has ended is history. */
static void hash_block(XXH3_state_t *state, const struct world *w)
{
	const struct block *b = &w->kernel.block;

	for (unsigned i = 0; i < w->machine.nr_devices; i++) {
		const struct request_queue *q = &b->queue[i];
		const uint32_t words[] = { q->bounce_pfn, q->dma, q->bounce_high, q->active,
			                   q->first, q->last };

		hash_device(state, &w->machine.device[i]);
		HASH(state, words);
	}
	HASH(state, w->kernel.swiotlb.index);
	hash_sparse(state, &w->kernel.swiotlb.slots);
	for (unsigned i = 0; i < BOUNCE_POOLS; i++)
		XXH3_64bits_update(state, b->pool[i].element,
		                   b->pool[i].curr_nr * sizeof(b->pool[i].element[0]));
	for (unsigned i = 0; b->in_flight && i < BIOS; i++)
		if (SPARSE_GET(&b->bios, struct bio, i)->in_flight)
			hash_bio(state, w, SPARSE_GET(&b->bios, struct bio, i));
}

static void hash_vmalloc(XXH3_state_t *state, const struct vmalloc_space *space)
{
	const uint32_t words[] = { space->vmlist, space->unused, space->nr, space->vmap_lazy_nr,
		                   space->lock.locked, space->lock.cpu, space->purge_lock.locked,
		                   space->purge_lock.cpu };

	HASH(state, words);
	hash_sparse(state, &space->areas);
	hash_sparse(state, &space->pages);
}

/* The calls in flight; when the last answer came is a clock's business. */
static void hash_calls(XXH3_state_t *state, const struct kernel *k)
{
	uint32_t words[MAX_CPUS][4];

	for (unsigned i = 0; i < MAX_CPUS; i++) {
		const struct call_data *call = &k->call_data[i];

		words[i][0] = call->expected;
		words[i][1] = call->finished;
		words[i][2] = call->start;
		words[i][3] = call->pages;
	}
	HASH(state, words);
}

/* What is shared by all CPUs beside the pool; locks by who holds them. */
static void hash_kernel(XXH3_state_t *state, const struct kernel *k)
{
	const uint32_t words[] = { k->kmap_lock.locked, k->kmap_lock.cpu, k->call_lock.locked,
		                   k->call_lock.cpu, k->slot_check.warned, k->slot_check.count,
		                   k->slot_check.once };

	HASH(state, words);
	hash_calls(state, k);
	hash_vmalloc(state, &k->vmalloc);
	HASH(state, k->broken);
	for (unsigned i = 0; i < k->nr_zones; i++) {
		HASH(state, k->zone[i].lock.locked);
		HASH(state, k->zone[i].min);
		HASH(state, k->zone[i].low);
		HASH(state, k->zone[i].high);
		HASH(state, k->zone[i].lowmem_reserve);
		for (unsigned order = 0; order < MAX_ORDER; order++) {
			HASH(state, k->zone[i].free_area[order].head);
			HASH(state, k->zone[i].free_area[order].nr_free);
		}
	}
}

uint64_t world_hash(const struct world *w)
{
	XXH3_state_t *state = XXH3_createState();
	const struct kernel *k = &w->kernel;
	uint64_t hash;

	XXH3_64bits_reset(state);
	hash_sparse(state, &w->machine.phys.frames);
	hash_sparse(state, &k->mem_map);
	for (unsigned i = 0; i < MAX_ORDER; i++)
		hash_sparse(state, &k->free_links[i]);
	for (unsigned i = 0; i < w->machine.nr_cpus; i++)
		hash_cpu(state, w, i);
	for (unsigned i = 1; i <= k->nr_tasks; i++)
		hash_task(state, task_get(w, i));
	HASH(state, k->pkmap);
	hash_mms(state, k);
	hash_kernel(state, k);
	hash_block(state, w);
	HASH(state, w->machine.broken);
	HASH(state, w->random);
	hash = XXH3_64bits_digest(state);
	XXH3_freeState(state);
	return hash;
}

/* --- events ----------------------------------------------------------------------------------- */

static const struct event_desc descs[] = {
#define EVENT(name, a, b, c, narration, doc)                                                      \
	[EVENT_##name - EVENT_KERNEL_FIRST] = { #name, { a, b, c }, narration, doc },
#include "kernel/events.def"
#undef EVENT
};

#define NR_KERNEL_EVENTS (sizeof(descs) / sizeof(descs[0]))
_Static_assert(EVENT_KERNEL_FIRST + NR_KERNEL_EVENTS <= EVENT_KINDS, "too many kinds of event");

const struct event_desc *event_desc(unsigned kind)
{
	if (kind < EVENT_KERNEL_FIRST)
		return machine_event_desc(kind);
	kind -= EVENT_KERNEL_FIRST;
	return kind < NR_KERNEL_EVENTS && descs[kind].name ? &descs[kind] : NULL;
}

unsigned event_kind_find(const char *name)
{
	for (unsigned kind = 1; kind < EVENT_KINDS; kind++)
		if (event_desc(kind) && !strcmp(event_desc(kind)->name, name))
			return kind;
	return 0;
}

uint32_t world_event(struct world *w, unsigned cpu, unsigned kind, uint64_t a, uint64_t b,
                     uint64_t c)
{
	return machine_event(&w->machine, cpu, kind, a, b, c);
}
