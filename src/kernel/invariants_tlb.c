/*
 * Invariants of the TLBs: their shape, what they say, and what the kernel promised to flush.
 *
 * tlb_fresh reads the page tables once more, by itself, as the SDM draws them (4.3, 4.4): what
 * `tlb` calls stale comes out of paging_walk(), and two readers of the same bytes must not differ.
 * tlb_flushed is the other half. The hardware keeps an entry as long as it likes; that none is left
 * when a mapping is reused is the kernel's work, and where kmap's whole cost comes from. Nobody
 * promises anything about another CPU's slots, about vmalloc's lazily unmapped areas and the tables of
 * it that an address space has not heard of yet, or about what is being changed right now.
 */
#include "kernel/invariants.h"

/* Calls `look` for each entry of a CPU's TLB until it returns false. */
typedef bool look_fn(const struct world *w, unsigned cpu, const struct tlb_entry *e,
                     struct violation *v);

static bool each_entry(const struct world *w, look_fn *look, struct violation *v)
{
	for (unsigned cpu = 0; cpu < w->machine.nr_cpus; cpu++) {
		const struct tlb *t = &w->machine.cpu[cpu].tlb;
		unsigned left = t->used, n = tlb_capacity(t->model);

		for (unsigned i = 0; left && i < n; i++) {
			const struct tlb_entry *e = SPARSE_GET(&t->entries, struct tlb_entry, i);

			if (!e->size)
				continue;
			left--;
			if (!look(w, cpu, e, v))
				return false;
		}
	}
	return true;
}

/* --- shape ------------------------------------------------------------------------------------- */

static bool aligned(const struct world *w, unsigned cpu, const struct tlb_entry *e,
                    struct violation *v)
{
	if (!((e->va | e->pa) & (e->size - 1)) && e->pa >> w->machine.phys.maxphyaddr == 0)
		return true;
	return violated_at(v, cpu, e->va, "a TLB entry of %u bytes leads to 0x%llx", e->size,
	                   (unsigned long long)e->pa);
}

bool invariant_tlb_shape(const struct world *w, struct violation *v)
{
	for (unsigned cpu = 0; cpu < w->machine.nr_cpus; cpu++) {
		const struct tlb *t = &w->machine.cpu[cpu].tlb;
		unsigned used = 0, of_size = 0, n = tlb_capacity(t->model);

		for (unsigned i = 0; i < n; i++)
			used += SPARSE_GET(&t->entries, struct tlb_entry, i)->size != 0;
		for (unsigned i = 0; i < TLB_SIZES; i++)
			of_size += t->of_size[i];
		v->cpu = cpu;
		if (used != t->used || used != of_size)
			return violated(v, "the TLB has %u entries and counts %u, by size %u", used,
			                t->used, of_size);
	}
	return each_entry(w, aligned, v);
}

/* --- fresh ------------------------------------------------------------------------------------- */

/* What the tables say about an address: SDM 4.3 and 4.4, supervisor's view. */
struct reading {
	uint64_t pa, size;
	bool present, writable, user, nx, dirty;
};

static uint64_t address_bits(uint64_t entry)
{
	return entry & ((1ull << PHYS_MAX_BITS) - 1) & ~(uint64_t)(PAGE_SIZE - 1);
}

/* Takes an entry's rights into account; false when it is not present. */
static bool take(struct reading *r, uint64_t entry, bool nxe)
{
	r->present = entry & PTE_P;
	r->writable = r->writable && entry & PTE_RW;
	r->user = r->user && entry & PTE_US;
	r->nx = r->nx || (nxe && entry & PTE_XD);
	r->dirty = entry & PTE_D;
	return r->present;
}

/* A large page's frame; PSE-36 keeps bits 39:32 in bits 20:13. */
static uint64_t large_frame(const struct world *w, uint64_t entry, uint64_t size, bool pae)
{
	uint64_t pa = address_bits(entry) & ~(size - 1);

	if (!pae && w->machine.model->pse36)
		pa |= (entry >> 13 & 0xff) << 32;
	return pa;
}

static struct reading read_tables(const struct world *w, unsigned cpu, uint32_t va)
{
	const struct cpu *c = &w->machine.cpu[cpu];
	const struct phys *phys = &w->machine.phys;
	bool pae = c->cr4 & CR4_PAE, nxe = pae && c->efer & EFER_NXE && w->machine.model->nx;
	struct reading r = { .writable = true, .user = true };
	unsigned shift = pae ? 21 : 22;
	uint64_t table = address_bits(c->cr3), entry;

	if (pae) {
		if (!(c->pdpte[va >> 30] & PTE_P))
			return r;
		table = address_bits(c->pdpte[va >> 30]);
		entry = phys_read64(phys, table + (va >> shift & 511) * 8);
	} else {
		entry = phys_read32(phys, table + (va >> shift) * 4);
	}
	if (!take(&r, entry, nxe))
		return r;
	r.size = 1ull << shift;
	if (entry & PTE_PS && (pae || c->cr4 & CR4_PSE)) {
		r.pa = large_frame(w, entry, r.size, pae);
		return r;
	}
	r.size = PAGE_SIZE;
	table = address_bits(entry);
	entry = pae ? phys_read64(phys, table + (va >> PAGE_SHIFT & 511) * 8) :
	              phys_read32(phys, table + (va >> PAGE_SHIFT & 1023) * 4);
	take(&r, entry, nxe);
	r.pa = address_bits(entry);
	return r;
}

/* Whether the tables say what a TLB entry says: the same answer as machine_tlb_stale() must give. */
static bool says(const struct reading *r, const struct tlb_entry *e)
{
	return r->present && r->pa == e->pa && r->size == e->size && r->writable == e->writable &&
	       r->user == e->user && r->nx == e->nx && (r->dirty || !e->dirty);
}

static bool fresh_or_stale(const struct world *w, unsigned cpu, const struct tlb_entry *e,
                           struct violation *v)
{
	struct reading r = read_tables(w, cpu, e->va);
	bool stale = machine_tlb_stale(&w->machine, cpu, e);

	if (stale != says(&r, e))
		return true;
	return violated_at(v, cpu, e->va,
	                   "the TLB entry to 0x%llx is called %s, the tables say 0x%llx%s",
	                   (unsigned long long)e->pa, stale ? "stale" : "fresh",
	                   (unsigned long long)r.pa, r.present ? "" : " (not present)");
}

bool invariant_tlb_fresh(const struct world *w, struct violation *v)
{
	return each_entry(w, fresh_or_stale, v);
}

/* --- flushed ----------------------------------------------------------------------------------- */

/* Ops that change a slot's entry and flush it in another step. */
static const struct op *const slot_ops[] = {
	&kmap_atomic_noclear_op, &kunmap_atomic_noclear_op, &__kunmap_atomic_op,
	&kunmap_atomic_typed_op, &kunmap_local_indexed_op, NULL
};

/* Whether an address belongs to an area that was freed and waits for its purge. */
static bool unmapped_lazily(const struct world *w, uint32_t va)
{
	for (uint32_t n = w->kernel.vmalloc.vmlist; n; n = vmap_area(w, n)->next)
		if (va >= vmap_area(w, n)->va_start && va < vmap_area(w, n)->va_end)
			return vmap_area(w, n)->flags & VMAP_LAZY;
	return false;
}

/* What the entry maps is the kernel's; under 4G/4G the same addresses may be a process'. */
static bool kernels_own(const struct world *w, unsigned cpu, uint32_t va)
{
	return va >= w->kernel.layout.page_offset &&
	       (!w->kernel.layout.switch_pagetables ||
	        w->machine.cpu[cpu].cr3 == w->kernel.swapper_pg_dir);
}

/* Whether a stale entry may stay for now. */
static bool excused(const struct world *w, unsigned cpu, const struct tlb_entry *e)
{
	const struct layout *l = &w->kernel.layout;
	unsigned owner, slot;

	if (w->kernel.slot_check.misused & SLOT_OUT_OF_RANGE && e->va >= l->pkmap_base)
		return true;
	if (l->fix_kmap_begin && fixmap_slot(w, e->va, &owner, &slot))
		return owner != cpu || frames_of(w, cpu, slot_ops) ||
		       w->kernel.slot_check.misused;
	if (l->highmem && e->va >= l->pkmap_base && e->va - l->pkmap_base < l->last_pkmap * PAGE_SIZE)
		return w->kernel.kmap_lock.locked;
	if (kernels_own(w, cpu, e->va) && e->va < l->high_memory)
		return false;
	return unmapped_lazily(w, e->va) || vmalloc_out_of_sync(w, cpu, e->va) || !world_quiet(w);
}

/* A slot that the pool calls free: no TLB may know it, whatever the tables say. */
static bool known_though_free(const struct world *w, const struct tlb_entry *e)
{
	const struct layout *l = &w->kernel.layout;

	return l->highmem && !w->kernel.kmap_lock.locked &&
	       !(w->kernel.slot_check.misused & SLOT_OUT_OF_RANGE) && e->va >= l->pkmap_base &&
	       e->va - l->pkmap_base < l->last_pkmap * PAGE_SIZE &&
	       !w->kernel.pkmap.pkmap_count[PKMAP_NR(l, e->va)];
}

static bool flushed(const struct world *w, unsigned cpu, const struct tlb_entry *e,
                    struct violation *v)
{
	if (known_though_free(w, e))
		return violated_at(v, cpu, e->va, "the TLB still leads to 0x%llx, but pkmap_count[%u] "
		                   "is 0", (unsigned long long)e->pa,
		                   PKMAP_NR(&w->kernel.layout, e->va));
	if (!machine_tlb_stale(&w->machine, cpu, e) || excused(w, cpu, e))
		return true;
	return violated_at(v, cpu, e->va, "the TLB still leads to 0x%llx, and nobody is about to "
	                   "flush it", (unsigned long long)e->pa);
}

bool invariant_tlb_flushed(const struct world *w, struct violation *v)
{
	return each_entry(w, flushed, v);
}
