/*
 * The kernel's virtual address space, computed: include/asm-x86/fixmap_32.h, pgtable_32.h,
 * page_32.h and arch/x86/mm/init_32.c (2.6.27), their successors and 2.4's predecessors.
 *
 * From the top down, each area begins below the one above it:
 *
 *	fixmap      FIXADDR_TOP - number of entries; permanent ones first, then boot-time ioremap,
 *	            whose 2^n pages are aligned so that one page table holds them
 *	6.1         cpu_entry_area and the LDT remap, each in page-directory entries of its own
 *	pkmap       LAST_PKMAP pages, aligned to a page-directory entry: one page table
 *	vmalloc     ends 8 KiB below that
 *	low memory  ends MAXMEM above PAGE_OFFSET: what the vmalloc reserve leaves
 *
 * Everything is computed in 64 bits and checked where the kernel would wrap or BUG.
 */
#include "kernel/setup.h"

#include <string.h>

#define SPACE (1ull << 32)

static uint64_t pmd_size(const struct layout *l)
{
	return l->pae ? 2u << 20 : 4u << 20;
}

static uint64_t round_down(uint64_t value, uint64_t size)
{
	return value & ~(size - 1);
}


static uint32_t row_pages(const struct boot *b, const struct fixmap_row *row)
{
	const struct layout *l = &b->layout;

	if (row->option[0] && !boot_option(b->config, b->profile, row->option))
		return 0;
	return row->pages ? row->pages : l->kmap_slots_per_cpu * b->config->nr_cpus;
}

/* Index at which the boot-time ioremap begins, behind `permanent` entries. */
static uint32_t btmap_start(const struct boot *b, uint32_t permanent)
{
	uint32_t pages = b->profile->btmap_pages, per_table = b->layout.pae ? 512 : 1024;
	uint32_t advanced = pages ? permanent + pages - permanent % pages : permanent;

	switch (b->profile->btmap) {
	case BTMAP_ALWAYS_ADVANCE:
		return advanced;
	case BTMAP_IF_CROSSING:
		if (pages && permanent / per_table != (permanent + pages - 1) / per_table)
			return advanced;
		return permanent;
	case BTMAP_UNROUNDED:
		break;
	}
	return permanent;
}

static void layout_fixmap(struct boot *b)
{
	const struct profile *p = b->profile;
	struct layout *l = &b->layout;
	uint32_t index = 0;
	bool boot = false;

	l->kmap_slots_per_cpu = p->nr_slots;
	if (p->slots_fenced && boot_option(b->config, p, "debug_highmem"))
		l->kmap_slots_per_cpu = 2 * p->nr_slots + 1;
	for (unsigned i = 0; i < p->nr_fixmap; i++) {
		uint32_t pages = row_pages(b, &p->fixmap[i]);

		if (p->fixmap[i].boot && !boot) {
			l->end_of_permanent = index;
			index = l->fix_btmap_end = btmap_start(b, index);
			boot = true;
		}
		if (!p->fixmap[i].pages && pages) {
			l->fix_kmap_begin = index;
			l->fix_kmap_end = index + pages - 1;
		}
		index += pages;
	}
	if (!boot)
		l->end_of_permanent = index;
	l->end_of_fixed = index;
}

uint32_t layout_fixmap_index(const struct boot *b, const char *name, uint32_t *pages)
{
	uint32_t index = 0;

	for (unsigned i = 0; i < b->profile->nr_fixmap; i++) {
		const struct fixmap_row *row = &b->profile->fixmap[i];

		if (row->boot)
			break;
		*pages = row_pages(b, row);
		if (!strcmp(row->name, name))
			return index;
		index += *pages;
	}
	*pages = 0;
	return 0;
}

/* 6.1: cpu_entry_area and LDT_BASE, pgtable_32_areas.h. Returns where pkmap's top may be. */
static uint64_t layout_cpu_entry(struct boot *b, uint64_t top)
{
	struct layout *l = &b->layout;
	uint64_t base, pages = (uint64_t)b->profile->cpu_entry_pages * b->config->nr_cpus;

	base = round_down(top - PAGE_SIZE * (pages + 1), pmd_size(l));
	l->cpu_entry_area = (uint32_t)base;
	l->cpu_entry_area_pages = (uint32_t)pages;
	base = round_down(base - PAGE_SIZE, pmd_size(l));
	l->ldt_base = (uint32_t)base;
	return base;
}

static uint64_t layout_pkmap(struct boot *b)
{
	struct layout *l = &b->layout;

	if (b->profile->pkmap_base)
		return b->profile->pkmap_base;
	if (b->profile->cpu_entry_pages)
		return round_down(layout_cpu_entry(b, l->fixaddr_boot_start) - PAGE_SIZE,
		                  pmd_size(l));
	return round_down(l->fixaddr_boot_start - PAGE_SIZE * (l->last_pkmap + 1ull), pmd_size(l));
}

static uint32_t layout_vmalloc_end(const struct layout *l)
{
	uint32_t top = l->highmem ? l->pkmap_base : l->ldt_base ? l->ldt_base : l->fixaddr_start;

	return top - 2 * PAGE_SIZE;
}

static uint64_t layout_fixaddr_top(const struct boot *b)
{
	uint64_t top = b->profile->fixaddr_top;

	if (!b->reserved_top)
		return top;
	top = SPACE - b->reserved_top;
	if (b->profile->reservetop == RESERVETOP_ROUNDS)
		top = round_down(top, pmd_size(&b->layout));
	return top - PAGE_SIZE;
}

/* The checks of mem_init() that do not need RAM: areas that overlap would crash. */
static bool check_areas(const struct boot *b, struct message *m)
{
	const struct layout *l = &b->layout;
	uint64_t pool_end = l->pkmap_base + PAGE_SIZE * (uint64_t)l->last_pkmap;

	if (l->highmem && pool_end > l->fixaddr_start)
		return fail(m,
			"fixmap and kmap areas overlap - this will crash: pkmap ends at %08llx, "
			"the fixmap of nr_cpus=%u begins at %08x; say a smaller nr_cpus",
			(unsigned long long)pool_end, b->config->nr_cpus, l->fixaddr_start);
	if (l->maxmem > SPACE - l->page_offset || l->maxmem < 16u << 20)
		return fail(m,
			"a vmalloc reserve of %u MB leaves no low memory above PAGE_OFFSET %08x: "
			"say a smaller vmalloc=",
			l->vmalloc_reserve >> 20, l->page_offset);
	return true;
}

bool layout_areas(struct boot *b, struct message *m)
{
	struct layout *l = &b->layout;
	uint64_t top = layout_fixaddr_top(b), base, end;

	l->page_offset = split_page_offset(b->profile, b->config->split);
	l->switch_pagetables = b->config->split == VMSPLIT_4G4G;
	l->task_size = l->switch_pagetables ? b->profile->task_size_4g4g : l->page_offset;
	l->fixaddr_top = (uint32_t)top;
	layout_fixmap(b);
	if (l->end_of_fixed * (uint64_t)PAGE_SIZE > 512u << 20)
		return fail(m, "the fixmap of nr_cpus=%u needs %u pages: say a smaller nr_cpus",
		            b->config->nr_cpus, l->end_of_fixed);
	l->fixaddr_start = (uint32_t)(top - PAGE_SIZE * (uint64_t)l->end_of_permanent);
	l->fixaddr_boot_start = (uint32_t)(top - PAGE_SIZE * (uint64_t)l->end_of_fixed);
	base = layout_pkmap(b);
	if (base < l->page_offset)
		return fail(m,
			"the areas above vmalloc do not fit: say a smaller nr_cpus or reservetop");
	l->pkmap_base = (uint32_t)base;
	l->vmalloc_end = layout_vmalloc_end(l);
	end = b->profile->maxmem == MAXMEM_FROM_RESERVE ? SPACE : l->vmalloc_end;
	base = end - l->page_offset - l->vmalloc_reserve;
	l->maxmem = base < SPACE ? (uint32_t)base : 0;
	return check_areas(b, m);
}

bool layout_finish(struct boot *b, struct message *m)
{
	struct layout *l = &b->layout;
	uint64_t high = l->page_offset + (l->max_low_pfn << PAGE_SHIFT);
	uint64_t gap = b->profile->vmalloc_offset, start = high + gap;

	if (b->profile->vmalloc_start == VMALLOC_ROUNDED && gap)
		start = round_down(high + 2 * gap - 1, gap);
	l->high_memory = (uint32_t)high;
	l->vmalloc_start = (uint32_t)start;
	if (start >= l->vmalloc_end)
		return fail(m,
			"kernel BUG in mem_init(): VMALLOC_START %08llx is not below VMALLOC_END "
			"%08x; say a larger vmalloc= so that low memory ends lower",
			(unsigned long long)start, l->vmalloc_end);
	l->nx = b->nx;
	l->max_arch_pfn = l->pae ? b->profile->max_arch_pfn_pae : b->profile->max_arch_pfn;
	return true;
}
