/*
 * The kernel's page tables, as bytes in simulated RAM: paging_init() and what it calls.
 *
 *	PAE      PDPT (4 entries) -> page directories (2 MiB an entry) -> page tables (4 KiB)
 *	non-PAE  page directory (4 MiB an entry)  -> page tables (4 KiB)
 *
 * The direct map has small pages where the first directory entry reaches (MTRRs there are finer
 * than a large page), large pages after it where the CPU has PSE, and small ones for a rest.
 * Everything is global and, with NX, not executable but for what begins at PAGE_OFFSET and ends
 * with the kernel's text. pkmap and the fixmap get their page tables now, because a PTE is all
 * that kmap() and kmap_atomic() write later; the local APIC and the I/O APIC are mapped at once.
 *
 * The user half is empty, and the top table (swapper_pg_dir) is used by every CPU.
 *
 * Under 4G/4G the kernel has all four GiB to itself, and what it maps there is not global: a load of
 * CR3 must drop it, because the same addresses mean something else to a process. Only what both
 * address spaces show at the same place stays global: fixmap and pkmap, among them the pages that the
 * processor needs before it has switched (init_entry_mappings). Where in the image the entry code, the
 * IDT, the GDT and the TSSs lie is not recorded; the model takes the image's first pages.
 */
#include "kernel/init_32.h"

#define TABLE_FLAGS (PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D)
#define KERNEL_FLAGS (PTE_P | PTE_RW | PTE_A | PTE_D)
#define APIC_PA 0xfee00000u
#define IOAPIC_PA 0xfec00000u

/** Tables being built: where the next one comes from. */
struct builder {
	struct world *w;
	const struct boot *b;
	struct table_space early, init;
	uint64_t directory[4]; /* PAE: by GiB; non-PAE: the first is the page directory */
};

static uint64_t pmd_bytes(const struct boot *b)
{
	return b->layout.pae ? 2u << 20 : 4u << 20;
}

/* The first directory entry that the fixmap reaches into. */
static uint64_t fixmap_base(const struct layout *l, uint64_t pmd)
{
	return ((uint64_t)fix_to_virt(l, l->end_of_fixed - 1)) & ~(pmd - 1);
}

static uint64_t fixmap_end(const struct layout *l, uint64_t pmd)
{
	return (l->fixaddr_top + pmd - 1) & ~(pmd - 1);
}

/* The lowest address of the boot-time ioremap: FIX_BTMAP_BEGIN's. */
static uint32_t btmap_first(const struct boot *b)
{
	return fix_to_virt(&b->layout, b->layout.fix_btmap_end + b->profile->btmap_pages - 1);
}

/* The table for the topmost fixmap entries came with the image (swapper_pg_fixmap), unless the
 * early ioremap took its place in the directory and was cleared again. */
static bool fixmap_table_in_image(const struct boot *b, uint64_t pmd)
{
	return btmap_first(b) < fixmap_end(&b->layout, pmd) - pmd;
}

/* Whether the early ioremap's own table stays in the directory. */
static unsigned btmap_tables(const struct boot *b)
{
	return b->profile->btmap_table_kept ? 1 : 0;
}

static unsigned direct_map_tables(const struct boot *b)
{
	uint64_t pmd = pmd_bytes(b), low = b->layout.max_low_pfn << PAGE_SHIFT;

	if (low <= pmd)
		return 0;
	if (b->pse)
		return low % pmd ? 1 : 0;
	return (unsigned)((low - 1) / pmd);
}

void kernel_tables_count(const struct boot *b, unsigned *early, unsigned *init)
{
	const struct layout *l = &b->layout;
	uint64_t pmd = pmd_bytes(b), base = fixmap_base(l, pmd);
	unsigned fixmap = (unsigned)((fixmap_end(l, pmd) - base) / pmd);
	unsigned in_image = btmap_tables(b) + (fixmap_table_in_image(b, pmd) ? 1 : 0);

	*early = direct_map_tables(b) + fixmap - in_image;
	*init = 2 + in_image; /* the top table and the one for the first pages */
	if (l->pae)
		*init += 4 - (l->page_offset >> 30);
	if (l->highmem && ((uint64_t)l->pkmap_base & ~(pmd - 1)) < base)
		*init += 1;
}

static uint64_t take(struct table_space *space)
{
	uint64_t pa = space->start;

	space->start += PAGE_SIZE;
	space->pages--;
	return pa;
}

static uint64_t entry_read(const struct builder *t, uint64_t pa)
{
	const struct phys *phys = &t->w->machine.phys;

	return t->b->layout.pae ? phys_read64(phys, pa) : phys_read32(phys, pa);
}

static void entry_write(struct builder *t, uint64_t pa, uint64_t value)
{
	if (t->b->layout.pae)
		phys_write64(&t->w->machine.phys, pa, value);
	else
		phys_write32(&t->w->machine.phys, pa, (uint32_t)value);
}

static unsigned entry_size(const struct builder *t)
{
	return t->b->layout.pae ? 8 : 4;
}

/* Physical address of the directory entry for an address. */
static uint64_t pmd_offset(const struct builder *t, uint64_t va)
{
	if (t->b->layout.pae)
		return t->directory[va >> 30 & 3] + (va >> 21 & 511) * 8;
	return t->directory[0] + (va >> 22 & 1023) * 4;
}

/* Gives a directory entry its page table, if it has none. (one_page_table_init) */
static void one_page_table_init(struct builder *t, uint64_t va, struct table_space *space)
{
	uint64_t pmd = pmd_offset(t, va);

	if (!(entry_read(t, pmd) & PTE_P))
		entry_write(t, pmd, take(space) | TABLE_FLAGS);
}

static uint64_t pte_offset(const struct builder *t, uint64_t va)
{
	uint64_t table = entry_read(t, pmd_offset(t, va)) & ~(uint64_t)(PAGE_SIZE - 1);

	return table + (va >> PAGE_SHIFT & (t->b->layout.pae ? 511 : 1023)) * entry_size(t);
}

/* Flags of a page in the fixmap; only what is not text is closed to execution. */
static uint64_t fixmap_flags(const struct builder *t, bool text)
{
	return KERNEL_FLAGS | (t->b->pge ? PTE_G : 0) | (t->b->nx && !text ? PTE_XD : 0);
}

/* And of one in the direct map. */
static uint64_t kernel_flags(const struct builder *t, bool text)
{
	return fixmap_flags(t, text) & ~(t->b->layout.switch_pagetables ? (uint64_t)PTE_G : 0);
}

static bool is_kernel_text(const struct builder *t, uint64_t pa)
{
	return pa < t->b->profile->image.end;
}

static void map_small(struct builder *t, uint64_t pa, uint64_t end, struct table_space *space)
{
	for (; pa < end; pa += PAGE_SIZE) {
		uint64_t va = t->b->layout.page_offset + pa;

		one_page_table_init(t, va, space);
		entry_write(t, pte_offset(t, va), pa | kernel_flags(t, is_kernel_text(t, pa)));
	}
}

/* kernel_physical_mapping_init() */
static void map_low_memory(struct builder *t)
{
	uint64_t pmd = pmd_bytes(t->b), low = t->b->layout.max_low_pfn << PAGE_SHIFT;
	uint64_t pa = low < pmd ? low : pmd;

	map_small(t, 0, pa, &t->init);
	for (; t->b->pse && pa + pmd <= low; pa += pmd)
		entry_write(t, pmd_offset(t, t->b->layout.page_offset + pa),
		            pa | PTE_PS | kernel_flags(t, is_kernel_text(t, pa)));
	map_small(t, pa, low, &t->early);
}

/* early_ioremap_page_table_range_init() */
static void init_fixmap_tables(struct builder *t)
{
	const struct layout *l = &t->b->layout;
	uint64_t pmd = pmd_bytes(t->b), end = fixmap_end(l, pmd);

	if (fixmap_table_in_image(t->b, pmd))
		one_page_table_init(t, end - pmd, &t->init);
	if (btmap_tables(t->b))
		one_page_table_init(t, btmap_first(t->b), &t->init);
	for (uint64_t va = fixmap_base(l, pmd); va < end; va += pmd)
		one_page_table_init(t, va, &t->early);
}

/* permanent_kmaps_init() */
static void init_pkmap_table(struct builder *t)
{
	const struct layout *l = &t->b->layout;

	if (!l->highmem)
		return;
	one_page_table_init(t, l->pkmap_base, &t->init);
	t->w->kernel.pkmap.page_table = pte_offset(t, l->pkmap_base);
}

/* __set_fixmap() of an entry by name, where the build has it. */
static void set_fixmap(struct builder *t, const char *name, uint64_t pa, uint64_t flags)
{
	uint32_t pages, index = layout_fixmap_index(t->b, name, &pages);

	if (pages)
		entry_write(t, pte_offset(t, fix_to_virt(&t->b->layout, index)), pa | flags);
}

/* set_fixmap_nocache() of a device's page. */
static void map_device(struct builder *t, const char *name, uint64_t pa)
{
	set_fixmap(t, name, pa, fixmap_flags(t, false) | PTE_PCD | PTE_PWT);
}

/* 4G/4G: what the processor looks at while it enters and leaves the kernel, in both page tables. */
static void init_entry_mappings(struct builder *t)
{
	static const char *const names[] = { "ENTRY_TRAMPOLINE", "IDT", "GDT_0", "GDT_1", "TSS_0",
		                             "TSS_1" };
	uint64_t pa = t->b->profile->image.start;

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		set_fixmap(t, names[i], pa + i * PAGE_SIZE, fixmap_flags(t, i == 0));
}

static void init_top_tables(struct builder *t)
{
	uint64_t top = take(&t->init);

	t->w->kernel.swapper_pg_dir = top;
	if (!t->b->layout.pae) {
		t->directory[0] = top;
		return;
	}
	for (unsigned i = t->b->layout.page_offset >> 30; i < 4; i++) {
		t->directory[i] = take(&t->init);
		entry_write(t, top + i * 8, t->directory[i] | PTE_P);
	}
}

void kernel_tables_build(struct world *w, const struct boot *b)
{
	struct builder t = { .w = w, .b = b, .early = b->early_tables, .init = b->init_tables };

	init_top_tables(&t);
	map_low_memory(&t);
	init_fixmap_tables(&t);
	init_pkmap_table(&t);
	map_device(&t, "APIC_BASE", APIC_PA);
	map_device(&t, "IO_APIC", IOAPIC_PA);
	if (b->layout.switch_pagetables)
		init_entry_mappings(&t);
}

void enable_paging(struct world *w, const struct boot *b)
{
	struct machine *m = &w->machine;
	uint32_t cr4 = (b->layout.pae ? CR4_PAE : 0) | (b->pse ? CR4_PSE : 0) |
	               (b->pge ? CR4_PGE : 0);

	for (unsigned cpu = 0; cpu < m->nr_cpus; cpu++) {
		machine_write_cr4(m, cpu, cr4);
		machine_write_cr3(m, cpu, w->kernel.swapper_pg_dir);
		if (b->nx)
			machine_write_efer(m, cpu, EFER_NXE);
		machine_write_cr0(m, cpu, CR0_PG | CR0_WP);
		m->cpu[cpu].online = true;
		m->cpu[cpu].eflags_if = true;
	}
}
