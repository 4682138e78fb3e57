/*
 * vmalloc and vfree: where areas lie, what maps them, and what each generation leaves in the TLBs
 * when one is freed.
 */
#include "lab.h"

static uint32_t VMALLOC(struct world *w, unsigned cpu, uint32_t bytes)
{
	return (uint32_t)DO(w, cpu, vmalloc, .size = bytes);
}

static void VFREE(struct world *w, unsigned cpu, uint32_t va)
{
	DO(w, cpu, vfree, .addr = va);
}

static const char *const kernels[] = { "kernel=2.4.27 cpus=2", "kernel=2.4.27 cpus=2 highmem=4g",
	                               "kernel=2.6.27 cpus=2", "kernel=2.6.27 cpus=2 highmem=4g",
	                               "kernel=2.6.32 cpus=2", "kernel=2.6.37 cpus=2 highmem=4g",
	                               "kernel=6.1 cpus=2",    "kernel=6.1 cpus=2 highmem=4g" };

static uint64_t free_pages(const struct world *w)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < w->kernel.nr_zones; i++)
		n += w->kernel.zone[i].free;
	return n;
}

static uint32_t frame_at(const struct world *w, uint32_t va)
{
	return (uint32_t)(kernel_pte(w, va) >> PAGE_SHIFT) & 0xffffff;
}

/* What must hold between operations: areas in order and apart, entries just where pages are. */
static void space_sound(const struct world *w)
{
	const struct layout *l = &w->kernel.layout;
	uint32_t va = l->vmalloc_start, used = 0, in_use = 0;

	for (uint32_t n = w->kernel.vmalloc.vmlist; n; n = vmap_area(w, n)->next) {
		const struct vmap_area *area = vmap_area(w, n);

		ck_assert_uint_ge(area->va_start, va);
		ck_assert_uint_eq(vmalloc_next_mapped(w, va, area->va_start), area->va_start);
		va = area->va_end;
		if (!(area->flags & VMAP_IN_USE))
			continue;
		used += area->va_end - area->va_start;
		in_use++;
		for (uint32_t i = 0; i < area->nr_pages; i++)
			ck_assert_uint_eq(frame_at(w, area->va_start + i * PAGE_SIZE),
			                  vmap_area_page(w, n, i));
		ck_assert_uint_eq(vmalloc_next_mapped(w, va - PAGE_SIZE, va), va); /* the guard */
	}
	ck_assert_uint_le(va, l->vmalloc_end);
	ck_assert_uint_eq(used, w->kernel.vmalloc.used);
	ck_assert_uint_eq(in_use, w->kernel.vmalloc.in_use);
	lab_sound(w);
}

/* --- areas ------------------------------------------------------------------------------------- */

START_TEST(pages_in_a_row)
{
	struct world *w = lab_boot(kernels[_i]);
	uint32_t before = (uint32_t)free_pages(w), va = VMALLOC(w, 0, 5 * PAGE_SIZE - 100);

	ck_assert_uint_eq(va, w->kernel.layout.vmalloc_start);
	for (uint32_t i = 0; i < 5; i++) {
		lab_store(w, i % 2, va + i * PAGE_SIZE, 100 + i);
		ck_assert(page_highmem(w, frame_at(w, va + i * PAGE_SIZE)));
		ck_assert_uint_eq(lab_frame_word(w, frame_at(w, va + i * PAGE_SIZE)), 100 + i);
	}
	ck_assert(lab_faults(w, 0, va + 5 * PAGE_SIZE));
	space_sound(w);
	VFREE(w, 1, va);
	ck_assert_int_eq(kernel_pte(w, va + PAGE_SIZE) != 0, w->kernel.profile->vunmap_lazy);
	ck_assert(lab_count(w, 0, EVENT_PMD_SET) <= 2); /* an area may lie across two tables */
	ck_assert_uint_eq(free_pages(w) + lab_count(w, 0, EVENT_PMD_SET), before);
	space_sound(w);
	lab_free(w);
}
END_TEST

/* The page table comes from low memory, once, and stays. */
START_TEST(tables_are_made_on_demand)
{
	struct world *w = lab_boot(kernels[_i]);
	uint32_t start = w->kernel.layout.vmalloc_start, from = lab_now(w), va;

	ck_assert_uint_eq(kernel_pte_pa(w, start), 0);
	va = VMALLOC(w, 0, 8 * PAGE_SIZE); /* some generations begin two pages below a table's end */
	ck_assert_uint_eq(lab_count(w, from, EVENT_PMD_SET), start >> 21 == (start + 0x8000) >> 21 ? 1 : 2);
	ck_assert_uint_ne(kernel_pte_pa(w, start), 0);
	ck_assert_uint_lt(kernel_pte_pa(w, start) >> PAGE_SHIFT, w->kernel.layout.max_low_pfn);
	ck_assert_int_eq(pfn_to_page(w, kernel_pte_pa(w, start) >> PAGE_SHIFT)->use, PAGE_PGTABLE);
	VFREE(w, 0, va);
	from = lab_now(w);
	VMALLOC(w, 0, PAGE_SIZE);
	ck_assert_uint_eq(lab_count(w, from, EVENT_PMD_SET), 0);
	lab_free(w);
}
END_TEST

/* A guard page between two areas; 2.6.28 to 2.6.39 leave another one. */
START_TEST(areas_keep_their_distance)
{
	struct world *w = lab_boot(kernels[_i]);
	unsigned gap = w->kernel.profile->vmap_gap;
	uint32_t a = VMALLOC(w, 0, PAGE_SIZE), b = VMALLOC(w, 0, 2 * PAGE_SIZE);

	ck_assert_uint_eq(gap, strstr(kernels[_i], "=2.6.3") ? 1 : 0);
	ck_assert_uint_eq(b, a + (2 + gap) * PAGE_SIZE);
	ck_assert_uint_eq(w->kernel.vmalloc.used, 5 * PAGE_SIZE);
	ck_assert_uint_eq(w->kernel.vmalloc.in_use, 2);
	space_sound(w);
	lab_free(w);
}
END_TEST

/* Addresses are free at once, or when the TLBs have forgotten them. */
START_TEST(the_lowest_hole_is_taken)
{
	struct world *w = lab_boot(kernels[_i]);
	uint32_t a = VMALLOC(w, 0, 4 * PAGE_SIZE), b = VMALLOC(w, 0, PAGE_SIZE), c;

	VFREE(w, 0, a);
	c = VMALLOC(w, 0, PAGE_SIZE);
	if (vmalloc_ops(w)->lazy) {
		ck_assert_uint_gt(c, b);
		ck_assert_uint_eq(w->kernel.vmalloc.vmap_lazy_nr, 5);
		DO(w, 0, __purge_vmap_area_lazy, .sync = 1);
		ck_assert_uint_eq(w->kernel.vmalloc.vmap_lazy_nr, 0);
		c = VMALLOC(w, 0, PAGE_SIZE);
	}
	ck_assert_uint_eq(c, a);
	ck_assert_uint_gt(VMALLOC(w, 0, 4 * PAGE_SIZE), b); /* too large for what is left there */
	space_sound(w);
	lab_free(w);
}
END_TEST

/* --- the order of effects ---------------------------------------------------------------------- */

#define WHAT "ALLOC PTE_SET PTE_CLEAR FREE TLB_FLUSH FLUSH_REQUEST FLUSH_DONE VMALLOC VFREE VMAP_PURGE"

/* The kinds of event alone, without their arguments. */
static const char *kinds(const struct world *w, uint32_t from)
{
	static char text[512];
	const char *s = lab_events(w, from, WHAT);
	size_t n = 0;

	for (bool inside = false; *s && n + 1 < sizeof(text); s++) {
		inside = *s == '(' || (inside && s[-1] != ')');
		if (!inside)
			text[n++] = *s;
	}
	text[n] = '\0';
	return text;
}

START_TEST(what_vmalloc_does_in_order)
{
	struct world *w = lab_boot(kernels[_i]);
	bool by_entry = w->kernel.profile->vmalloc == VMALLOC_BY_ENTRY;
	uint32_t from;

	VMALLOC(w, 0, 8 * PAGE_SIZE); /* for the page tables */
	from = lab_now(w);
	VMALLOC(w, 0, 2 * PAGE_SIZE);
	ck_assert_str_eq(kinds(w, from), by_entry ?
	                 "0:ALLOC 0:PTE_SET 0:ALLOC 0:PTE_SET 0:VMALLOC" :
	                 "0:ALLOC 0:ALLOC 0:PTE_SET 0:PTE_SET 0:VMALLOC");
	lab_free(w);
}
END_TEST

/* mm/vmalloc.c __purge_vmap_area_lazy(): the pages stop to count before the flush in 2.6.32 and
 * 2.6.37, behind it in 6.1, area by area. */
START_TEST(when_lazy_pages_stop_to_count)
{
	static const char *const boots[] = { "kernel=2.6.32 cpus=2", "kernel=2.6.37 cpus=2",
		                             "kernel=6.1 cpus=2" };

	for (size_t i = 0; i < LENGTH(boots); i++) {
		struct world *w = lab_boot(boots[i]);

		VFREE(w, 0, VMALLOC(w, 0, 4 * PAGE_SIZE));
		START(w, 0, __purge_vmap_area_lazy, .sync = 1);
		lab_step_to(w, 0, "flush_tlb_kernel_range(*start, *end);");
		ck_assert_uint_eq(w->kernel.vmalloc.vmap_lazy_nr, i < 2 ? 0 : 5);
		lab_run(w, 0);
		ck_assert_uint_eq(w->kernel.vmalloc.vmap_lazy_nr, 0);
		lab_free(w);
	}
}
END_TEST

/* Freed by another CPU between the two looks at the area: mm/vmalloc.c remove_vm_area() of 2.6.32
 * walks off the end of vmlist, that of 6.1 finds va->vm empty, and __vunmap() warns. */
START_TEST(two_free_the_same_area)
{
	static const char *const boots[] = { "kernel=2.6.32 cpus=2", "kernel=2.6.37 cpus=2",
		                             "kernel=6.1 cpus=2" };

	for (size_t i = 0; i < LENGTH(boots); i++) {
		struct world *w = lab_boot(boots[i]);
		uint32_t va = VMALLOC(w, 0, 2 * PAGE_SIZE), from;

		START(w, 0, vfree, .addr = va);
		lab_step_to(w, 0, "write_lock(&vmlist_lock); /* 6.1: vmap_area_lock again */");
		VFREE(w, 1, va);
		from = lab_now(w);
		ck_assert_int_eq(lab_run(w, 0), i < 2 ? LAB_OOPS : LAB_DONE);
		ck_assert_str_eq(kinds(w, from), "");
		ck_assert_uint_eq(lab_count(w, from, EVENT_WARN), i == 2);
		lab_free(w);
	}
}
END_TEST

START_TEST(what_vfree_does_in_order)
{
	/* in 2.4 each CPU flushes twice: CR4.PGE off, and CR3 */
	static const char *const flush_24 = "0:FLUSH_REQUEST 1:TLB_FLUSH 1:TLB_FLUSH 1:FLUSH_DONE "
	                                    "0:TLB_FLUSH 0:TLB_FLUSH 0:FLUSH_DONE";
	static const char *const flush =
		"0:FLUSH_REQUEST 1:TLB_FLUSH 1:FLUSH_DONE 0:TLB_FLUSH 0:FLUSH_DONE";
	struct world *w = lab_boot(kernels[_i]);
	uint32_t va = VMALLOC(w, 0, 2 * PAGE_SIZE), from = lab_now(w);
	char expected[256];

	VFREE(w, 0, va);
	if (w->kernel.profile->vmalloc == VMALLOC_BY_ENTRY)
		snprintf(expected, sizeof(expected),
		         "0:PTE_CLEAR 0:FREE 0:PTE_CLEAR 0:FREE %s 0:VFREE", flush_24);
	else if (w->kernel.profile->vmalloc == VMALLOC_FLUSHED)
		snprintf(expected, sizeof(expected),
		         "0:PTE_CLEAR 0:PTE_CLEAR %s 0:FREE 0:FREE 0:VFREE", flush);
	else
		snprintf(expected, sizeof(expected), "%s0:FREE 0:FREE 0:VFREE",
		         w->kernel.profile->vunmap_lazy ? "" : "0:PTE_CLEAR 0:PTE_CLEAR ");
	ck_assert_str_eq(kinds(w, from), expected);
	space_sound(w);
	lab_free(w);
}
END_TEST

/* --- use after vfree --------------------------------------------------------------------------- */

/* A CPU that knows the address from before reads on, and reads what the page's next owner wrote. */
START_TEST(a_freed_area_may_live_on_in_a_tlb)
{
	struct world *w = lab_boot(kernels[_i]);
	uint32_t va = VMALLOC(w, 0, PAGE_SIZE), pfn = frame_at(w, va), secret = 0x5ec3e7;

	lab_store(w, 1, va, 1);
	VFREE(w, 0, va);
	ck_assert_uint_eq(pfn_to_page(w, pfn)->refs, 0);
	if (w->kernel.profile->vunmap_lazy) /* the entry stands until the purge: for everybody */
		ck_assert_uint_eq(lab_load(w, 0, va), 1);
	else
		ck_assert(lab_faults(w, 0, va)); /* CPU 0 never used it */
	phys_write(&w->machine.phys, (uint64_t)pfn << PAGE_SHIFT, &secret, sizeof(secret));
	if (vmalloc_ops(w)->lazy) {
		ck_assert_uint_eq(lab_load(w, 1, va), secret);
		DO(w, 0, __purge_vmap_area_lazy, .sync = 1);
	}
	ck_assert(lab_faults(w, 0, va));
	ck_assert(lab_faults(w, 1, va));
	lab_free(w);
}
END_TEST

/* 2.4 frees a page before it flushes: for that moment the next owner shares it. */
START_TEST(in_2_4_a_page_is_free_before_the_flush)
{
	struct world *w = lab_boot("kernel=2.4.27 cpus=2");
	uint32_t va = VMALLOC(w, 0, PAGE_SIZE), pfn = frame_at(w, va);

	lab_store(w, 1, va, 77);
	START(w, 0, vfree, .addr = va);
	lab_step_to(w, 0, "flush_tlb_all();");
	ck_assert_uint_eq(pfn_to_page(w, pfn)->refs, 0);
	ck_assert_uint_eq(lab_load(w, 1, va), 77);
	ck_assert_int_eq(lab_run(w, 0), LAB_DONE);
	ck_assert(lab_faults(w, 1, va));
	lab_free(w);
}
END_TEST

START_TEST(a_flush_that_is_lost_shows)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=2");
	uint32_t va = VMALLOC(w, 0, PAGE_SIZE);

	lab_store(w, 1, va, 5);
	w->machine.broken.ignore_flush = true;
	VFREE(w, 0, va);
	ck_assert_uint_eq(lab_load(w, 1, va), 5);
	lab_free(w);
}
END_TEST

/* --- purges ------------------------------------------------------------------------------------ */

#define MIB (1u << 20)

/* 32 MiB for each doubling of the CPUs: with one CPU the 8193rd page is one too many. */
START_TEST(many_lazy_pages_are_purged)
{
	struct world *w = lab_boot("kernel=2.6.32 cpus=1");
	uint32_t a = VMALLOC(w, 0, 30 * MIB), b = VMALLOC(w, 0, 3 * MIB), from;

	ck_assert_uint_eq(lazy_max_pages(w), 8192);
	VFREE(w, 0, a);
	ck_assert_uint_eq(w->kernel.vmalloc.vmap_lazy_nr, 30 * 256 + 1);
	from = lab_now(w);
	VFREE(w, 0, b);
	ck_assert_uint_eq(lab_count(w, from, EVENT_VMAP_PURGE), 1);
	ck_assert_uint_eq(lab_count(w, from, EVENT_FLUSH_DONE), 1);
	ck_assert_uint_eq(w->kernel.vmalloc.vmap_lazy_nr, 0);
	ck_assert_uint_eq(w->kernel.vmalloc.vmlist, 0);
	lab_free(w);
}
END_TEST

START_TEST(the_limit_grows_with_the_cpus)
{
	static const uint32_t limits[] = { 0, 8192, 16384, 16384, 24576 };

	for (unsigned cpus = 1; cpus <= 4; cpus++) {
		char words[40];
		struct world *w;

		snprintf(words, sizeof(words), "kernel=6.1 cpus=%u", cpus);
		w = lab_boot(words);
		ck_assert_uint_eq(lazy_max_pages(w), limits[cpus]);
		lab_free(w);
	}
}
END_TEST

/* 5.18 and later: whoever frees goes on, a worker flushes when it runs. */
START_TEST(a_worker_purges)
{
	struct world *w = lab_boot("kernel=6.1 cpus=1");
	uint32_t va = VMALLOC(w, 0, 33 * MIB), from = lab_now(w);

	VFREE(w, 0, va);
	ck_assert_uint_eq(lab_count(w, from, EVENT_VMAP_PURGE), 0);
	ck_assert_uint_eq(w->kernel.vmalloc.vmap_lazy_nr, 33 * 256 + 1);
	lab_run_all(w);
	ck_assert_uint_eq(lab_count(w, from, EVENT_VMAP_PURGE), 1);
	ck_assert_uint_eq(w->kernel.vmalloc.vmap_lazy_nr, 0);
	space_sound(w);
	lab_free(w);
}
END_TEST

/* No hole any more: what is lazy is purged, and the search begins again. */
START_TEST(a_full_space_is_purged)
{
	struct world *w = lab_boot("kernel=2.6.32 cpus=8");
	uint32_t a = VMALLOC(w, 0, 80 * MIB), from;

	VFREE(w, 0, a);
	ck_assert_uint_eq(w->kernel.vmalloc.vmap_lazy_nr, 80 * 256 + 1);
	from = lab_now(w);
	ck_assert_uint_eq(VMALLOC(w, 0, 60 * MIB), a);
	ck_assert_uint_eq(lab_count(w, from, EVENT_VMAP_PURGE), 1);
	space_sound(w);
	lab_free(w);
}
END_TEST

/* --- failures ---------------------------------------------------------------------------------- */

START_TEST(no_room)
{
	static const struct {
		const char *words, *line;
	} rows[] = {
		{ "kernel=2.6.27",
		  "allocation failed: out of vmalloc space - use vmalloc=<size> to increase size." },
		{ "kernel=2.6.32",
		  "vmap allocation for size 209719296 failed: use vmalloc=<size> to increase size." },
		{ "kernel=6.1",
		  "vmap allocation for size 209719296 failed: use vmalloc=<size> to increase size" },
	};

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct world *w = lab_boot(rows[i].words);

		ck_assert_uint_eq(VMALLOC(w, 0, 200 * MIB), 0);
		ck_assert_str_eq(dmesg_line(w, w->kernel.dmesg.n - 1), rows[i].line);
		ck_assert_uint_eq(VMALLOC(w, 0, 3u << 30), 0); /* more than there is RAM */
		ck_assert_uint_eq(VMALLOC(w, 0, 0), 0);
		ck_assert_uint_eq(VMALLOC(w, 0, UINT32_MAX), 0);
		space_sound(w);
		lab_free(w);
	}
}
END_TEST

/* The pages run out in the middle: what was got is given back. */
START_TEST(no_pages)
{
	struct world *w = lab_boot(kernels[_i]);
	uint64_t before, pfn[1000];
	uint32_t n = 0, va = VMALLOC(w, 0, 4 * PAGE_SIZE);

	VFREE(w, 0, va);
	while (alloc_pages_now(w, GFP_WAIT | GFP_HIGHMEM, 10))
		;
	while ((pfn[n % LENGTH(pfn)] = alloc_pages_now(w, GFP_WAIT | GFP_HIGHMEM, 0)))
		n++;
	ck_assert_uint_gt(n, LENGTH(pfn));
	for (uint32_t i = 1; i < LENGTH(pfn); i++)
		free_pages_now(w, pfn[(n + i) % LENGTH(pfn)], 0);
	before = free_pages(w);
	ck_assert_uint_eq(VMALLOC(w, 0, 64 * MIB), 0);
	ck_assert_uint_gt(lab_count(w, 0, EVENT_ALLOC_FAIL), 0);
	ck_assert_uint_ge(free_pages(w) + 12, before); /* but for page tables */
	ck_assert_uint_eq(w->kernel.vmalloc.in_use, 0);
	space_sound(w);
	lab_free(w);
}
END_TEST

START_TEST(what_is_no_area)
{
	struct world *w = lab_boot("kernel=2.6.27");
	uint32_t va = VMALLOC(w, 0, 2 * PAGE_SIZE), from = lab_now(w);

	VFREE(w, 0, va + 4);
	VFREE(w, 0, va + PAGE_SIZE);
	VFREE(w, 0, 0); /* like kfree(NULL) */
	ck_assert_str_eq(lab_events(w, from, "VFREE FREE"), "");
	ck_assert_uint_eq(w->kernel.stats.warnings, 2);
	VFREE(w, 0, va);
	VFREE(w, 0, va);
	ck_assert_uint_eq(w->kernel.stats.warnings, 3);
	ck_assert_ptr_nonnull(strstr(dmesg_line(w, w->kernel.dmesg.n - 1),
	                             "Trying to vfree() nonexistent vm area (f8800000)"));
	ck_assert(!w->kernel.vmalloc.lock.locked);
	lab_free(w);
}
END_TEST

/* An address that vmalloc has not returned yet is nobody's to free. */
START_TEST(an_unfinished_area_is_no_area)
{
	struct world *w = lab_boot(kernels[_i]);
	uint32_t va = w->kernel.layout.vmalloc_start, from = lab_now(w);

	START(w, 0, vmalloc, .size = 3 * PAGE_SIZE);
	while (!w->kernel.vmalloc.vmlist || w->kernel.vmalloc.lock.locked)
		ck_assert(lab_step(w, 0));
	VFREE(w, 1, va);
	ck_assert_uint_eq(lab_count(w, from, EVENT_VFREE), 0);
	ck_assert_uint_eq(w->kernel.stats.warnings, 1);
	ck_assert_int_eq(lab_run(w, 0), LAB_DONE);
	VFREE(w, 1, va);
	ck_assert_uint_eq(lab_count(w, from, EVENT_VFREE), 1);
	space_sound(w);
	lab_free(w);
}
END_TEST

START_TEST(in_an_interrupt)
{
	struct world *w = lab_boot(kernels[_i]);
	bool old = strstr(kernels[_i], "2.4.27") != NULL;
	uint32_t va = VMALLOC(w, 0, PAGE_SIZE), from = lab_now(w);
	struct world *other = lab_clone(w);

	ck_assert(world_enter_context(w, 0, CONTEXT_SOFTIRQ, NULL));
	ck_assert(world_enter_context(other, 0, CONTEXT_SOFTIRQ, NULL));
	ck_assert_int_eq(TRY(other, 0, vmalloc, .size = 1), old ? LAB_DONE : LAB_OOPS);
	if (vmalloc_ops(w)->deferred) {
		VFREE(w, 0, va);
		ck_assert_uint_eq(lab_count(w, from, EVENT_VFREE), 0);
		ck_assert(world_exit_context(w, 0, NULL));
		lab_run_all(w);
		ck_assert_uint_eq(lab_count(w, from, EVENT_VFREE), 1);
	} else {
		ck_assert_int_eq(TRY(w, 0, vfree, .addr = va), old ? LAB_DONE : LAB_OOPS);
	}
	lab_free(other);
	lab_free(w);
}
END_TEST

/* --- the world as a value ---------------------------------------------------------------------- */

/* Stopped and cloned before every step, both go on alike. */
START_TEST(clones_go_on_alike)
{
	struct world *w = lab_boot(kernels[_i]);
	uint32_t va = VMALLOC(w, 0, 2 * PAGE_SIZE);

	START(w, 0, vfree, .addr = va);
	for (unsigned n = 0; n < 200; n++) {
		struct world *copy = lab_clone(w);
		uint64_t before = world_hash(w);

		ck_assert_int_eq(lab_run(copy, 0), LAB_DONE);
		ck_assert_uint_eq(world_hash(w), before);
		ck_assert_uint_eq(copy->kernel.vmalloc.in_use, 0);
		space_sound(copy);
		lab_free(copy);
		if (!cpu_context(w, 0)->depth || !lab_step(w, 0))
			break;
	}
	ck_assert_uint_eq(w->kernel.vmalloc.in_use, 0);
	lab_free(w);
}
END_TEST

/* Two CPUs at once, in turns: areas do not overlap, and none gets lost. */
START_TEST(two_cpus_at_once)
{
	struct world *w = lab_boot(kernels[_i]);

	for (unsigned round = 0; round < 4; round++) {
		for (unsigned cpu = 0; cpu < 2; cpu++) {
			SPAWN(w, cpu, vmalloc, .size = (3 + cpu) * PAGE_SIZE);
			SPAWN(w, cpu, vmalloc, .size = PAGE_SIZE);
		}
		lab_run_all(w);
		ck_assert_uint_eq(w->kernel.vmalloc.in_use, 4);
		space_sound(w);
		for (unsigned cpu = 0; w->kernel.vmalloc.in_use; cpu = !cpu) {
			uint32_t n = w->kernel.vmalloc.vmlist;

			while (!(vmap_area(w, n)->flags & VMAP_IN_USE))
				n = vmap_area(w, n)->next;
			VFREE(w, cpu, vmap_area(w, n)->va_start);
		}
		space_sound(w);
	}
	lab_free(w);
}
END_TEST

/* Two levels: another top table lacks what was added to the kernel's, until it faults. */
START_TEST(another_top_table_faults_and_catches_up)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=2 highmem=4g");
	uint64_t pgd = alloc_pages_now(w, GFP_WAIT, 0);
	unsigned char table[PAGE_SIZE];
	uint32_t va, from;

	phys_read(&w->machine.phys, w->kernel.swapper_pg_dir, table, sizeof(table));
	phys_write(&w->machine.phys, pgd << PAGE_SHIFT, table, sizeof(table));
	machine_write_cr3(&w->machine, 1, pgd << PAGE_SHIFT);
	va = VMALLOC(w, 0, PAGE_SIZE);
	lab_store(w, 0, va, 42);
	ck_assert(lab_faults(w, 1, va));
	ck_assert(vmalloc_out_of_sync(w, 1, va));
	ck_assert(!vmalloc_out_of_sync(w, 0, va));
	ck_assert(!vmalloc_out_of_sync(w, 1, va + (8u << 20))); /* nobody has a table there */
	from = lab_now(w);
	ck_assert_uint_eq(DO(w, 1, mem_read, .va = va, .n = 4), 4);
	ck_assert_uint_eq(lab_count(w, from, EVENT_PMD_SET), 1);
	ck_assert(!vmalloc_out_of_sync(w, 1, va));
	ck_assert_uint_eq(lab_load(w, 1, va), 42);
	ck_assert_uint_eq(DO(w, 1, mem_read, .va = va + PAGE_SIZE, .n = 4), 0); /* the guard page */
	ck_assert_uint_eq(DO(w, 1, mem_write, .va = va, .n = 2), 2);
	lab_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		in_2_4_a_page_is_free_before_the_flush,
		a_flush_that_is_lost_shows,
		many_lazy_pages_are_purged,
		the_limit_grows_with_the_cpus,
		a_worker_purges,
		a_full_space_is_purged,
		no_room,
		two_free_the_same_area,
		when_lazy_pages_stop_to_count,
		what_is_no_area,
		another_top_table_faults_and_catches_up,
	};
	const struct lab_loop loops[] = {
		{ pages_in_a_row, LENGTH(kernels) },
		{ tables_are_made_on_demand, LENGTH(kernels) },
		{ areas_keep_their_distance, LENGTH(kernels) },
		{ the_lowest_hole_is_taken, LENGTH(kernels) },
		{ what_vmalloc_does_in_order, LENGTH(kernels) },
		{ what_vfree_does_in_order, LENGTH(kernels) },
		{ a_freed_area_may_live_on_in_a_tlb, LENGTH(kernels) },
		{ no_pages, LENGTH(kernels) },
		{ an_unfinished_area_is_no_area, LENGTH(kernels) },
		{ in_an_interrupt, LENGTH(kernels) },
		{ clones_go_on_alike, LENGTH(kernels) },
		{ two_cpus_at_once, LENGTH(kernels) },
	};

	return lab_suite("vmalloc", tests, LENGTH(tests), loops, LENGTH(loops));
}
