/*
 * Invariants of the mapping windows: the pool's counts, entries and hash, and the atomic slots.
 *
 * The pool is mm/highmem.c's pkmap_count, pkmap_page_table and page_address_htable, three accounts of
 * one fact. They are changed one after the other under kmap_lock, so while somebody holds it one slot
 * may be between two lines. The slots' rule is the generation's: named slots have no count that an
 * entry could disagree with, a stack has (__kmap_atomic_idx, current->kmap_ctrl). What a misuse did to
 * the stack (slot_check.misused) nobody promises any more; one that left its slots wrote into the
 * entries beside them.
 */
#include "kernel/invariants.h"

#include <string.h>

/* Whether an entry maps a page as the kernel's own mappings do. G comes and goes with CR4.PGE. */
static bool kernel_entry_of(const struct world *w, uint64_t pte, uint64_t pfn)
{
	return (pte & ~PTE_G) == (pfn << PAGE_SHIFT | (page_kernel(w) & ~PTE_G));
}

/* The pool's page table, entry by entry. */
static void read_pool(const struct world *w, uint64_t pte[LAST_PKMAP_MAX])
{
	const struct layout *l = &w->kernel.layout;
	uint32_t narrow[LAST_PKMAP_MAX];

	if (l->pae) {
		phys_read(&w->machine.phys, w->kernel.pkmap.page_table, pte, l->last_pkmap * 8);
		return;
	}
	phys_read(&w->machine.phys, w->kernel.pkmap.page_table, narrow, l->last_pkmap * 4);
	for (unsigned i = 0; i < l->last_pkmap; i++)
		pte[i] = narrow[i];
}

/* Whether count, entry and hash of a slot are one story. */
static bool slot_agrees(const struct world *w, unsigned i, uint64_t pte)
{
	const struct pkmap *pool = &w->kernel.pkmap;

	if (!pool->pkmap_count[i] || !pte || !pool->map[i].used)
		return !pool->pkmap_count[i] && !pte && !pool->map[i].used;
	return kernel_entry_of(w, pte, pool->map[i].pfn);
}

bool invariant_pool_counts(const struct world *w, struct violation *v)
{
	const struct layout *l = &w->kernel.layout;
	const struct pkmap *pool = &w->kernel.pkmap;
	unsigned in_the_middle = w->kernel.kmap_lock.locked, differ = 0;
	uint64_t pte[LAST_PKMAP_MAX];

	if (!l->highmem || w->kernel.slot_check.misused & SLOT_OUT_OF_RANGE)
		return true;
	if (kernel_pte_pa(w, l->pkmap_base) != pool->page_table)
		return violated_at(v, v->cpu, l->pkmap_base,
		                   "the directory does not point to the pool's page table");
	if (pool->last_pkmap_nr >= l->last_pkmap)
		return violated(v, "last_pkmap_nr is %u of %u", pool->last_pkmap_nr, l->last_pkmap);
	read_pool(w, pte);
	for (unsigned i = 0; i < l->last_pkmap; i++)
		if (!slot_agrees(w, i, pte[i]) && ++differ > in_the_middle)
			return violated_at(v, v->cpu, PKMAP_ADDR(l, i),
			                   "pkmap_count[%u] is %u, its entry 0x%llx, the hash has %s "
			                   "0x%x", i, pool->pkmap_count[i],
			                   (unsigned long long)pte[i],
			                   pool->map[i].used ? "frame" : "nothing:",
			                   pool->map[i].pfn);
	return true;
}

bool invariant_pool_hash(const struct world *w, struct violation *v)
{
	const struct layout *l = &w->kernel.layout;
	const struct pkmap *pool = &w->kernel.pkmap;
	unsigned chained = 0, used = 0;

	if (!l->highmem)
		return true;
	for (unsigned i = 0; i < PA_HASH_SIZE; i++)
		for (unsigned n = pool->htable[i]; n; n = pool->map[n - 1].next)
			if (!pool->map[n - 1].used || ++chained > l->last_pkmap)
				return violated_at(v, v->cpu, PKMAP_ADDR(l, n - 1),
				                   "chain %u of the hash goes through slot %u, which %s",
				                   i, n - 1, pool->map[n - 1].used ?
				                   "it has seen" : "maps nothing");
	for (unsigned i = 0; i < l->last_pkmap; i++) {
		if (!pool->map[i].used)
			continue;
		used++;
		if (page_address(w, pool->map[i].pfn) != PKMAP_ADDR(l, i))
			return violated_at(v, v->cpu, PKMAP_ADDR(l, i),
			                   "page_address() of frame 0x%x gives 0x%x", pool->map[i].pfn,
			                   page_address(w, pool->map[i].pfn));
	}
	if (chained != used)
		return violated(v, "the hash's chains have %u pages, the slots %u", chained, used);
	return true;
}

/* --- atomic slots ------------------------------------------------------------------------------ */

/* Entries of neighbouring slots share a page table: one look into the directory for all of it. */
struct reader {
	uint32_t first; /* address of the table's first entry; 0: none was read yet */
	uint64_t pa;
};

static uint64_t slot_entry(const struct world *w, struct reader *r, uint32_t va)
{
	uint32_t reach = w->kernel.layout.pae ? 2u << 20 : 4u << 20;

	if (!r->pa || va - r->first >= reach) {
		r->first = va & ~(reach - 1);
		r->pa = kernel_pte_pa(w, r->first);
	}
	if (!r->pa)
		return 0;
	return kernel_entry(w, r->pa + ((va - r->first) >> PAGE_SHIFT) *
	                                       (w->kernel.layout.pae ? 8 : 4));
}

/* Ops between whose lines a slot's entry and the stack's count may disagree. */
static const struct op *const slot_ops[] = {
	&kmap_atomic_prot_op, &kunmap_atomic_typed_op, &kmap_atomic_noclear_op,
	&kunmap_atomic_noclear_op, &__kmap_atomic_op, &__kunmap_atomic_op,
	&__kmap_local_page_prot_op, &kunmap_local_indexed_op, NULL
};

/* Whether an odd-even fence lies before each slot of this build, and this is one. */
static bool is_fence(const struct world *w, unsigned slot)
{
	const struct atomic_ops *ops = w->kernel.atomic_ops;

	return w->kernel.profile->slots_fenced && debug_highmem(w) && (ops->typed || ops->local) &&
	       slot % 2 == 0;
}

/* What a slot's entry should be by the stack that counts it. True: there is no such stack, or it
 * agrees. */
static bool stack_agrees(const struct world *w, unsigned cpu, unsigned slot, uint64_t pte)
{
	const struct kmap_ctrl *ctrl = &cpu_current(w, cpu)->kmap_ctrl;

	if (w->kernel.atomic_ops->local)
		return pte == ((int)slot < ctrl->idx ? ctrl->pteval[slot] : 0);
	if (w->kernel.atomic_ops->typed)
		return true;
	return !pte == !((int)slot < w->kernel.cpu[cpu].kmap_atomic_idx);
}

static bool slots_of(const struct world *w, unsigned cpu, struct violation *v)
{
	unsigned in_the_middle = frames_of(w, cpu, slot_ops), differ = 0;
	struct reader r = { 0 };

	for (unsigned slot = 0; slot < w->kernel.layout.kmap_slots_per_cpu; slot++) {
		uint32_t va = slot_address(w, cpu, slot);
		uint64_t pte = slot_entry(w, &r, va);

		if (pte && (is_fence(w, slot) || !kernel_entry_of(w, pte, pte_pfn(pte))))
			return violated_at(v, cpu, va, "slot %u%s has the entry 0x%llx", slot,
			                   is_fence(w, slot) ? ", a fence," : "",
			                   (unsigned long long)pte);
		if (!stack_agrees(w, cpu, slot, pte) && ++differ > in_the_middle)
			return violated_at(v, cpu, va,
			                   "slot %u has the entry 0x%llx, but the %s counts %d", slot,
			                   (unsigned long long)pte,
			                   w->kernel.atomic_ops->local ? "task's kmap_ctrl" : "CPU",
			                   w->kernel.atomic_ops->local ?
			                   cpu_current(w, cpu)->kmap_ctrl.idx :
			                   w->kernel.cpu[cpu].kmap_atomic_idx);
	}
	return true;
}

bool invariant_kmap_slots(const struct world *w, struct violation *v)
{
	if (!w->kernel.layout.fix_kmap_begin ||
	    w->kernel.slot_check.misused & (SLOT_OUT_OF_RANGE | SLOT_LEFT_BEHIND))
		return true;
	for (unsigned cpu = 0; cpu < w->machine.nr_cpus; cpu++)
		if (!slots_of(w, cpu, v))
			return false;
	return true;
}

/* --- entries and RAM --------------------------------------------------------------------------- */

static bool in_ram(const struct world *w, uint32_t va, uint64_t pte, struct violation *v)
{
	if (!pte || (pte & PTE_P && phys_is_ram(&w->machine.phys, pte_pfn(pte) << PAGE_SHIFT)))
		return true;
	return violated_at(v, v->cpu, va, pte & PTE_P ? "its entry 0x%llx points outside RAM" :
	                   "its entry 0x%llx is neither empty nor present", (unsigned long long)pte);
}

bool invariant_pte_in_ram(const struct world *w, struct violation *v)
{
	const struct layout *l = &w->kernel.layout;
	uint64_t pte[LAST_PKMAP_MAX];
	struct reader r = { 0 };

	if (l->highmem)
		read_pool(w, pte);
	for (unsigned i = 0; l->highmem && i < l->last_pkmap; i++)
		if (!in_ram(w, PKMAP_ADDR(l, i), pte[i], v))
			return false;
	if (!l->fix_kmap_begin)
		return true;
	for (unsigned i = 0; i < l->kmap_slots_per_cpu * w->machine.nr_cpus; i++) {
		uint32_t va = fix_to_virt(l, l->fix_kmap_begin + i);

		if (!in_ram(w, va, slot_entry(w, &r, va), v))
			return false;
	}
	return true;
}
