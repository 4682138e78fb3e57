/*
 * Translation lookaside buffers (SDM vol. 3A, 4.10 "caching translation information").
 *
 * The entries of one CPU are one table in a sparse array: the four arrays one after the other, in
 * each of them the sets, in each set its ways. An all-zero entry is empty, so a new TLB, and one
 * that was flushed completely, holds no memory.
 *
 * A page sits in the set that the low bits of its page number choose; which bits those are depends
 * on the page's size, so a lookup looks once for each size that is in the TLB at the moment. The
 * SDM leaves replacement open; least recently used, as here, is what Intel documented for the
 * four-way TLBs of the Pentium (as pseudo-LRU). Left out: paging-structure caches, second levels.
 */
#include "machine/tlb.h"

#include <assert.h>

static const unsigned size_shifts[TLB_SIZES] = { 12, 21, 22 };

static unsigned size_class(uint64_t size)
{
	for (unsigned i = 0; i < TLB_SIZES; i++)
		if (size == 1ull << size_shifts[i])
			return i;
	assert(!"a page size that no walk returns");
	return 0;
}

static unsigned array_base(const struct cpu_model *model, enum tlb_array array)
{
	unsigned base = 0;

	for (enum tlb_array a = 0; a < array; a++)
		base += model->tlb[a].sets * model->tlb[a].ways;
	return base;
}

unsigned tlb_capacity(const struct cpu_model *model)
{
	return array_base(model, TLB_ARRAYS);
}

/* Where pages of a size class live for a kind of access. */
static enum tlb_array array_for(const struct cpu_model *model, enum access_kind kind,
                                unsigned class)
{
	bool large = class && !model->shared_sizes;
	enum tlb_array array = large ? TLB_ILARGE : TLB_I4K;

	if (kind == ACCESS_FETCH && model->tlb[array].sets)
		return array;
	return large ? TLB_DLARGE : TLB_D4K;
}

/* The index of the first way of the set for `va`. */
static unsigned set_base(const struct cpu_model *model, enum tlb_array array, unsigned class,
                         uint32_t va)
{
	const struct tlb_geometry *g = &model->tlb[array];

	return array_base(model, array) + (va >> size_shifts[class] & (g->sets - 1)) * g->ways;
}

static const struct tlb_entry *get(const struct tlb *t, unsigned i)
{
	return SPARSE_GET(&t->entries, struct tlb_entry, i);
}

static struct tlb_entry *put(struct tlb *t, unsigned i)
{
	return SPARSE_PUT(&t->entries, struct tlb_entry, i);
}

/* The index of the entry for the page of a size class around `va`, or -1. */
static int find(const struct tlb *t, enum tlb_array array, unsigned class, uint32_t va)
{
	unsigned base = set_base(t->model, array, class, va);
	uint32_t size = 1u << size_shifts[class];

	for (unsigned i = base; i < base + t->model->tlb[array].ways; i++) {
		const struct tlb_entry *e = get(t, i);

		if (e->size == size && e->va == (va & ~(size - 1)))
			return (int)i;
	}
	return -1;
}

static bool allows(const struct tlb_entry *e, struct access a)
{
	if (a.user && !e->user)
		return false;
	if (a.kind == ACCESS_WRITE)
		return e->writable && e->dirty;
	return a.kind != ACCESS_FETCH || !e->nx;
}

/* The entry with the smallest age above `age`, or the capacity when there is none. */
static unsigned next_in_age(const struct tlb *t, uint32_t age)
{
	unsigned n = tlb_capacity(t->model), best = n;

	for (unsigned i = 0; i < n; i++)
		if (get(t, i)->size && get(t, i)->used > age &&
		    (best == n || get(t, i)->used < get(t, best)->used))
			best = i;
	return best;
}

/* The LRU clock has come to its end: ages start again from 1, in the order they had. An entry's new
 * age is never above its old one, so those that are done are not met again. */
static void rejuvenate(struct tlb *t)
{
	uint32_t age = 0;

	t->clock = 0;
	for (unsigned i; (i = next_in_age(t, age)) < tlb_capacity(t->model);) {
		age = get(t, i)->used;
		put(t, i)->used = ++t->clock;
	}
}

static uint32_t tick(struct tlb *t)
{
	if (t->clock == UINT32_MAX)
		rejuvenate(t);
	return ++t->clock;
}

/* The most recent entry needs no touch, and a shared block no copy for it. */
static const struct tlb_entry *touch(struct tlb *t, unsigned i)
{
	struct tlb_entry *e;
	uint32_t now;

	if (get(t, i)->used == t->clock)
		return get(t, i);
	now = tick(t);
	e = put(t, i);
	e->used = now;
	return e;
}

const struct tlb_entry *tlb_lookup(struct tlb *t, struct access a)
{
	for (unsigned class = 0; class < TLB_SIZES; class++) {
		int i = t->of_size[class] ?
		                find(t, array_for(t->model, a.kind, class), class, a.va) :
		                -1;

		if (i >= 0 && allows(get(t, (unsigned)i), a))
			return touch(t, (unsigned)i);
	}
	return NULL;
}

static void drop(struct tlb *t, unsigned i)
{
	t->of_size[size_class(get(t, i)->size)]--;
	t->used--;
	*put(t, i) = (struct tlb_entry){ 0 };
}

/* The way to fill: an empty one, or else the one that was not used for the longest time. */
static unsigned choose_way(const struct tlb *t, enum tlb_array array, unsigned class, uint32_t va)
{
	unsigned base = set_base(t->model, array, class, va), best = base;

	for (unsigned i = base; i < base + t->model->tlb[array].ways; i++) {
		if (!get(t, i)->size)
			return i;
		if (get(t, i)->used < get(t, best)->used)
			best = i;
	}
	return best;
}

void tlb_fill(struct tlb *t, struct access a, const struct walk *w, uint32_t fill,
              struct tlb_entry *victim)
{
	unsigned class = size_class(w->size);
	enum tlb_array array = array_for(t->model, a.kind, class);
	int same = find(t, array, class, a.va);
	unsigned i = same >= 0 ? (unsigned)same : choose_way(t, array, class, a.va);
	uint32_t now = tick(t);

	*victim = same >= 0 ? (struct tlb_entry){ 0 } : *get(t, i);
	if (get(t, i)->size)
		drop(t, i);
	t->of_size[class]++;
	t->used++;
	*put(t, i) = (struct tlb_entry){
		.pa = w->pa & ~(w->size - 1),
		.va = a.va & ~((uint32_t)w->size - 1),
		.used = now,
		.fill = fill,
		.size = (uint32_t)w->size,
		.global = w->global,
		.writable = w->writable,
		.user = w->user,
		.nx = w->nx,
		.dirty = w->dirty,
	};
}

unsigned tlb_invlpg(struct tlb *t, uint32_t va)
{
	unsigned dropped = 0;

	for (unsigned class = 0; class < TLB_SIZES; class++) {
		for (enum access_kind kind = ACCESS_READ; kind <= ACCESS_FETCH; kind++) {
			int i = t->of_size[class] ?
			                find(t, array_for(t->model, kind, class), class, va) :
			                -1;

			if (i >= 0) {
				drop(t, (unsigned)i);
				dropped++;
			}
		}
	}
	return dropped;
}

unsigned tlb_flush(struct tlb *t, bool keep_global)
{
	unsigned before = t->used;

	for (unsigned i = 0; keep_global && t->used && i < tlb_capacity(t->model); i++)
		if (get(t, i)->size && !get(t, i)->global)
			drop(t, i);
	if (keep_global)
		return before - t->used;
	sparse_release(&t->entries);
	t->used = 0;
	for (unsigned class = 0; class < TLB_SIZES; class++)
		t->of_size[class] = 0;
	return before;
}

static enum tlb_array array_of(const struct cpu_model *model, unsigned i)
{
	enum tlb_array array = 0;

	while (i >= array_base(model, array + 1))
		array++;
	return array;
}

const struct tlb_entry *tlb_entry(const struct tlb *t, unsigned i, enum tlb_array *array)
{
	assert(i < TLB_MAX);
	if (array)
		*array = array_of(t->model, i);
	return get(t, i);
}

const char *tlb_array_name(enum tlb_array array)
{
	static const char *const names[] = { "I 4K", "I large", "D 4K", "D large" };

	return (unsigned)array < TLB_ARRAYS ? names[array] : "?";
}
