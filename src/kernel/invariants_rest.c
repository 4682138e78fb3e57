/*
 * The invariants that read whole tables: every page table there is, and the allocator's lists.
 *
 * Page tables: the kernel's own and those of all address spaces, entry by entry. The direct map also
 * maps the holes between RAM (Linux maps by address, not by e820), and the fixmap maps devices; both
 * are known by their address. A user entry to a free frame is what a missing get_page() leads to.
 *
 * Free lists: zones_check() follows the links; here the books are balanced. What boot gave to the
 * allocator and nobody has now is what must be on the lists, page for page.
 */
#include "kernel/invariants.h"
#include "kernel/pgtable.h"
#include "machine/message.h"

/* --- page tables ------------------------------------------------------------------------------- */

/* A walk over all that lies below one top table. */
struct tables {
	const struct world *w;
	struct violation *v;
	bool user; /* the table of an address space: its user half */
};

/* Whether an entry is the direct map's or a device's. */
static bool known_by_address(const struct tables *t, uint32_t va, uint64_t pa)
{
	const struct layout *l = &t->w->kernel.layout;
	unsigned cpu, slot;

	if (va >= l->page_offset && va < l->high_memory)
		return pa == va - l->page_offset;
	return va >= l->fixaddr_boot_start && !fixmap_slot(t->w, va, &cpu, &slot);
}

static bool page_ok(const struct tables *t, uint32_t va, uint64_t entry)
{
	uint64_t pfn = pte_pfn(entry);

	if (!t->user && known_by_address(t, va, pfn << PAGE_SHIFT))
		return true;
	if (!phys_is_ram(&t->w->machine.phys, pfn << PAGE_SHIFT))
		return violated_at(t->v, t->v->cpu, va, "its entry 0x%llx points outside RAM",
		                   (unsigned long long)entry);
	if (t->user && pfn_to_page(t->w, pfn)->use == PAGE_FREE)
		return violated_at(t->v, t->v->cpu, va, "a process' entry 0x%llx points to a free "
		                   "frame", (unsigned long long)entry);
	return true;
}

static bool table_ok(const struct tables *t, uint64_t table, uint64_t va)
{
	unsigned n = PAGE_SIZE / pte_bytes(t->w);

	if (!phys_is_ram(&t->w->machine.phys, table))
		return violated_at(t->v, t->v->cpu, va, "its page table at 0x%llx is not RAM",
		                   (unsigned long long)table);
	for (unsigned i = 0; i < n; i++) {
		uint64_t entry = kernel_entry(t->w, table + i * pte_bytes(t->w));

		if (entry & PTE_P && !page_ok(t, (uint32_t)va + i * PAGE_SIZE, entry))
			return false;
	}
	return true;
}

/* The tables for [start, end), below the top table at `pgd`. */
static bool tables_ok(const struct tables *t, uint64_t pgd, uint64_t start, uint64_t end)
{
	bool pae = t->w->kernel.layout.pae;

	for (uint64_t va = start & ~(uint64_t)(pmd_size(t->w) - 1); va < end; va += pmd_size(t->w)) {
		uint64_t entry;

		if (pae && !(kernel_entry(t->w, pgd + (va >> 30) * 8) & PTE_P)) {
			va |= (1u << 30) - 1;
			va = va + 1 - pmd_size(t->w);
			continue;
		}
		entry = kernel_entry(t->w, pmd_offset(t->w, pgd, (uint32_t)va));
		if (!(entry & PTE_P))
			continue;
		if (entry & PTE_PS ? !page_ok(t, (uint32_t)va, entry & ~(uint64_t)(pmd_size(t->w) - 1)) :
		                     !table_ok(t, pte_pfn(entry) << PAGE_SHIFT, va))
			return false;
	}
	return true;
}

bool invariant_tables_in_ram(const struct world *w, struct violation *v)
{
	struct tables t = { w, v, false };

	if (!tables_ok(&t, w->kernel.swapper_pg_dir, w->kernel.layout.page_offset, 1ull << 32))
		return false;
	t.user = true;
	for (unsigned i = 1; i <= w->kernel.nr_mms; i++)
		if (mm_get(w, i)->mm_users &&
		    !tables_ok(&t, mm_get(w, i)->pgd, 0, w->kernel.layout.task_size))
			return false;
	return true;
}

/* --- free lists -------------------------------------------------------------------------------- */

/* Pages of [start, end) that somebody has: entries of mem_map that are not free. Blocks of the table
 * that nobody wrote say that nobody has any. */
static uint64_t pages_taken(const struct world *w, uint64_t start, uint64_t end)
{
	const uint64_t per = SPARSE_PER(struct page);
	uint64_t taken = 0, block = start / per;
	const struct page *page;

	for (; (page = sparse_next(&w->kernel.mem_map, &block)) && block * per < end; block++)
		for (uint64_t i = 0; i < per; i++)
			if (block * per + i >= start && block * per + i < end)
				taken += page[i].use != PAGE_FREE && page[i].use != PAGE_RESERVED;
	return taken;
}

/* A block whose buddy is free as well would be a block of the next order. */
static bool merged(const struct world *w, const struct zone *z, struct violation *v)
{
	unsigned top = w->kernel.profile->max_order - 1;

	for (unsigned order = 0; order < top; order++) {
		uint32_t block = z->free_area[order].head;

		while (block) {
			uint64_t pfn = (uint64_t)(block - 1) << order, first;
			uint64_t buddy = pfn ^ 1ull << order;

			if (page_zone_const(w, buddy) == z &&
			    page_buddy(w, buddy, &first) == (int)order && first == buddy)
				return violated_at(v, v->cpu, pfn << PAGE_SHIFT, "zone %s: this free "
				                   "block of order %u and its buddy were not merged",
				                   z->name, order);
			block = SPARSE_GET(&w->kernel.free_links[order], struct free_link,
			                   block - 1)->next;
		}
	}
	return true;
}

/* The end of the first reserved range, by address, that reaches into [*start, end): `from` is where it
 * begins. `end` when there is none. */
static uint64_t next_reserved(const struct kernel *k, uint64_t start, uint64_t end, uint64_t *from)
{
	uint64_t behind = end;

	*from = end;
	for (unsigned i = 0; i < k->nr_reserved; i++) {
		uint64_t first = k->reserved[i].start >> PAGE_SHIFT;
		uint64_t last = (k->reserved[i].end + PAGE_SIZE - 1) >> PAGE_SHIFT;

		if (last > start && first < *from) {
			*from = first;
			behind = last;
		}
	}
	return behind;
}

/* How many pages boot gave to the allocator, in a zone: its RAM, but for what was set aside. */
static uint64_t given(const struct kernel *k, const struct zone *z)
{
	uint64_t n = 0, from;

	for (unsigned i = 0; i < k->node_map.nr; i++) {
		uint64_t start = k->node_map.range[i].start, end = k->node_map.range[i].end;

		start = start > z->start_pfn ? start : z->start_pfn;
		end = end < z->start_pfn + z->spanned ? end : z->start_pfn + z->spanned;
		while (start < end) {
			uint64_t behind = next_reserved(k, start, end, &from);

			n += from > start ? from - start : 0;
			start = behind;
		}
	}
	return n;
}

/* What boot gave is free, or somebody has it. */
static bool balanced(const struct world *w, const struct zone *z, struct violation *v)
{
	uint64_t taken = pages_taken(w, z->start_pfn, z->start_pfn + z->spanned);

	if (z->free + taken == given(&w->kernel, z))
		return true;
	return violated_at(v, v->cpu, z->start_pfn << PAGE_SHIFT,
	                   "zone %s: %llu free pages and %llu in use are not the %llu that boot gave "
	                   "it", z->name, (unsigned long long)z->free, (unsigned long long)taken,
	                   (unsigned long long)given(&w->kernel, z));
}

/* Whether somebody is between two lines of a list's change. */
static bool lists_change(const struct world *w)
{
	for (unsigned i = 0; i < w->kernel.nr_zones; i++)
		if (w->kernel.zone[i].lock.locked)
			return true;
	return false;
}

bool invariant_free_lists(const struct world *w, struct violation *v)
{
	bool quiet = world_quiet(w); /* else a page may be on its way to or from a list */
	struct message m;

	if (lists_change(w))
		return true;
	if (!zones_check(w, &m))
		return violated(v, "%s", m.text);
	for (unsigned i = 0; quiet && i < w->kernel.nr_zones; i++)
		if (!balanced(w, &w->kernel.zone[i], v) || !merged(w, &w->kernel.zone[i], v))
			return false;
	return true;
}
