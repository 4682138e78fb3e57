/*
 * The allocator: lists against a plain model, splits and merges, marks and reserves, fallback, and
 * the operations in steps against their step-less twins.
 */
#include "boot_fixture.h"
#include "kernel/buddy.h"
#include "lab.h"

/* A small machine: 64 MB, of which highmem= takes none. */
#define SMALL "highmem=4g ram=96M cmdline=highmem=24M"

static void sound(const struct world *w)
{
	struct message m = { "" };

	ck_assert_msg(zones_check(w, &m), "%s", m.text);
}

START_TEST(boot_gives_all_but_what_it_reserves)
{
	static const char *const words[] = {
		SMALL,
		"ram=2G",
		"kernel=6.1 ram=2G",
		"kernel=2.4.27 ram=1G",
		"ram=64G",
		"kernel=2.6.37",
		"kernel=6.1 highmem=4g split=1g ram=4G",
		"ram=4M highmem=4g",
		"highmem=off",
		"kernel=2.6.32 cmdline=highmem=512M",
	};

	for (size_t i = 0; i < LENGTH(words); i++) {
		struct world *w = boot_world(words[i]);
		uint64_t free = 0, ram = 0, reserved = 0;

		sound(w);
		for (unsigned z = 0; z < w->kernel.nr_zones; z++)
			free += w->kernel.zone[z].free;
		for (unsigned r = 0; r < w->kernel.node_map.nr; r++) {
			const struct pfn_range *range = &w->kernel.node_map.range[r];
			uint64_t end = range->end < w->kernel.layout.max_pfn ?
			                       range->end :
			                       w->kernel.layout.max_pfn;

			ram += end > range->start ? end - range->start : 0;
			for (uint64_t pfn = range->start; pfn < end && ram < 1 << 19; pfn++)
				reserved += pfn_to_page(w, pfn)->use == PAGE_RESERVED;
		}
		if (ram < 1 << 19)
			ck_assert_msg(free + reserved == ram, "%s: %llu + %llu of %llu", words[i],
			              (unsigned long long)free, (unsigned long long)reserved,
			              (unsigned long long)ram);
		ck_assert_uint_gt(free, ram / 4);
		free_world(w);
	}
}
END_TEST

/* Nothing of the 64 GiB is touched: the links of the largest blocks, a few tables, no more. */
START_TEST(boot_of_64g_is_light)
{
	struct world *w = boot_world("ram=64G cpus=8");

	ck_assert_uint_eq(sparse_blocks(&w->kernel.mem_map), 0);
	ck_assert_uint_le(sparse_blocks(&w->machine.phys.frames), 8);
	ck_assert_uint_le(sparse_blocks(&w->kernel.free_links[10]), 16384 * 8 / SPARSE_BLOCK + 1);
	for (unsigned o = 0; o < 10; o++)
		ck_assert_uint_le(sparse_blocks(&w->kernel.free_links[o]), 8);
	free_world(w);
}
END_TEST

/* The first page comes from the top of the zone, the next ones upwards from it. */
START_TEST(order_of_allocation)
{
	struct world *w = boot_world("ram=2G");
	uint64_t first = alloc_pages_now(w, GFP_HIGHMEM | GFP_WAIT, 0);

	ck_assert_uint_eq(first, 0x7fc00); /* the last block of 4 MB */
	for (unsigned i = 1; i < 1024; i++)
		ck_assert_uint_eq(alloc_pages_now(w, GFP_HIGHMEM | GFP_WAIT, 0), first + i);
	ck_assert_uint_eq(alloc_pages_now(w, GFP_HIGHMEM | GFP_WAIT, 0), first - 1024);
	ck_assert_uint_eq(alloc_pages_now(w, GFP_WAIT, 0), 0x37c00);
	ck_assert(page_zone(w, alloc_pages_now(w, GFP_DMA | GFP_WAIT, 0)) ==
	          &w->kernel.zone[ZONE_DMA]);
	sound(w);
	free_world(w);
}
END_TEST

START_TEST(split_and_merge)
{
	struct world *w = boot_world("ram=2G");
	struct zone *z = &w->kernel.zone[ZONE_HIGHMEM];
	struct free_area before[MAX_ORDER];
	uint64_t free = z->free, a, b;

	memcpy(before, z->free_area, sizeof(before));
	a = alloc_pages_now(w, GFP_HIGHMEM | GFP_WAIT, 0);
	for (unsigned o = 0; o < 10; o++)
		ck_assert_uint_eq(z->free_area[o].nr_free, before[o].nr_free + 1);
	ck_assert_uint_eq(z->free_area[10].nr_free, before[10].nr_free - 1);
	b = alloc_pages_now(w, GFP_HIGHMEM | GFP_WAIT, 3);
	ck_assert_uint_eq(b % 8, 0);
	ck_assert_int_eq(page_buddy(w, a, NULL), -1);
	ck_assert_uint_eq(pfn_to_page(w, b + 7)->use, PAGE_USED);
	ck_assert_uint_eq(pfn_to_page(w, b)->order, 3);
	sound(w);
	free_pages_now(w, b, 3);
	free_pages_now(w, a, 0);
	for (unsigned o = 0; o < MAX_ORDER; o++)
		ck_assert_uint_eq(z->free_area[o].nr_free, before[o].nr_free);
	ck_assert_uint_eq(z->free, free);
	ck_assert_int_eq(page_buddy(w, a + 5, &b), 10);
	ck_assert_uint_eq(b, a);
	sound(w);
	free_world(w);
}
END_TEST

/* Random orders, freed in random order: never twice the same page, and all comes back. */
START_TEST(random_allocations)
{
	struct world *w = boot_world(SMALL);
	struct {
		uint64_t pfn;
		unsigned order;
	} held[400];
	unsigned n = 0;
	uint64_t free[3];
	uint64_t seed = 7;

	for (unsigned z = 0; z < 3; z++)
		free[z] = w->kernel.zone[z].free;
	for (unsigned i = 0; i < 20000; i++) {
		unsigned order, pick;

		seed = seed * 6364136223846793005ull + 1442695040888963407ull;
		order = (unsigned)(seed >> 33) % 5;
		pick = (unsigned)(seed >> 40);
		if (n < LENGTH(held) && (pick & 1 || !n)) {
			uint64_t pfn = alloc_pages_now(w, GFP_HIGHMEM | GFP_WAIT, order);

			if (!pfn)
				continue;
			for (unsigned h = 0; h < n; h++)
				ck_assert(pfn + (1u << order) <= held[h].pfn ||
				          held[h].pfn + (1u << held[h].order) <= pfn);
			held[n].pfn = pfn;
			held[n++].order = order;
		} else {
			pick = (pick >> 1) % n;
			free_pages_now(w, held[pick].pfn, held[pick].order);
			held[pick] = held[--n];
		}
		if (i % 500 == 0)
			sound(w);
	}
	while (n--)
		free_pages_now(w, held[n].pfn, held[n].order);
	sound(w);
	for (unsigned z = 0; z < 3; z++)
		ck_assert_uint_eq(w->kernel.zone[z].free, free[z]);
	for (unsigned z = 0; z < 3; z++)
		for (unsigned o = 0; o < 10; o++)
			ck_assert_uint_le(w->kernel.zone[z].free_area[o].nr_free,
			                  6); /* merged again */
	free_world(w);
}
END_TEST

static uint64_t count_allocations(struct world *w, uint32_t gfp, unsigned order)
{
	uint64_t n = 0;

	while (alloc_pages_now(w, gfp, order))
		n++;
	return n;
}

/* HighMem first, then Normal down to its reserve, then DMA down to its own. */
START_TEST(fallback_and_reserves)
{
	struct world *w = boot_world("ram=1G");
	struct zone *z = w->kernel.zone;
	uint64_t free[3] = { z[0].free, z[1].free, z[2].free };

	ck_assert_uint_gt(count_allocations(w, GFP_HIGHMEM | GFP_WAIT, 0), free[2] + free[1] / 2);
	ck_assert_uint_eq(z[2].free, z[2].min); /* free - 1 + 1 must exceed the mark */
	ck_assert_uint_eq(z[1].free, z[1].min + z[1].lowmem_reserve[ZONE_HIGHMEM]);
	ck_assert_uint_eq(z[0].free, z[0].min + z[0].lowmem_reserve[ZONE_HIGHMEM]);
	count_allocations(w, GFP_WAIT, 0); /* the kernel itself may go on */
	ck_assert_uint_eq(z[1].free, z[1].min);
	ck_assert_uint_eq(z[0].free, z[0].min + z[0].lowmem_reserve[ZONE_NORMAL]);
	count_allocations(w, GFP_WAIT | GFP_HIGH, 0); /* half of the mark */
	ck_assert_uint_eq(z[1].free, z[1].min - z[1].min / 2);
	count_allocations(w, GFP_HIGH, 0); /* who must not sleep: a quarter of that less */
	ck_assert_uint_eq(z[1].free, 468 - 468 / 4);
	count_allocations(w, GFP_WAIT | GFP_DMA, 0);
	ck_assert_uint_eq(z[0].free, z[0].min);
	sound(w);
	free_world(w);
}
END_TEST

/* A request that a lower zone serves says so; with the switch on nobody steps in. */
START_TEST(a_lower_zone_steps_in)
{
	struct world *w = lab_boot("ram=900 highmem=4g");
	struct zone *high = &w->kernel.zone[ZONE_HIGHMEM];
	uint32_t gfp = GFP_WAIT | GFP_HIGHMEM, from = lab_now(w);
	uint64_t pfn;

	while (high->free > high->low)
		DO(w, 0, __alloc_pages, .gfp = gfp);
	ck_assert_uint_eq(lab_count(w, from, EVENT_ZONE_FALLBACK), 0);
	pfn = DO(w, 0, __alloc_pages, .gfp = gfp);
	ck_assert_uint_eq(lab_count(w, from, EVENT_ZONE_FALLBACK), 1);
	ck_assert_ptr_eq(page_zone_const(w, pfn), &w->kernel.zone[ZONE_NORMAL]);
	w->kernel.broken.no_fallback = true;
	pfn = DO(w, 0, __alloc_pages, .gfp = gfp);
	ck_assert_ptr_eq(page_zone_const(w, pfn), high); /* with the min mark */
	ck_assert_uint_eq(lab_count(w, from, EVENT_ZONE_FALLBACK), 1);
	lab_free(w);
}
END_TEST

/* The classic failure: Normal is exhausted, HighMem almost all free, GFP_KERNEL fails. */
START_TEST(out_of_low_memory)
{
	struct world *w = lab_boot("ram=4096");
	uint64_t high = w->kernel.zone[ZONE_HIGHMEM].free;

	count_allocations(w, GFP_KERNEL, 0);
	ck_assert_uint_eq(DO(w, 0, __alloc_pages, .gfp = GFP_KERNEL | GFP_NORETRY, .order = 0), 0);
	ck_assert_uint_eq(w->kernel.zone[ZONE_HIGHMEM].free, high);
	ck_assert_uint_eq(lab_count(w, 0, EVENT_ALLOC_FAIL), 1);
	ck_assert_uint_ne(DO(w, 0, __alloc_pages, .gfp = GFP_KERNEL | GFP_HIGHMEM, .order = 0), 0);
	lab_free(w);
}
END_TEST

/* Enough pages, but not in one piece: marks are checked per order. */
START_TEST(fragmentation)
{
	struct world *w = boot_world(SMALL);
	struct zone *z = &w->kernel.zone[ZONE_HIGHMEM];
	uint64_t pages[8192];
	unsigned n = 0;

	while (n < LENGTH(pages) && (pages[n] = alloc_pages_now(w, GFP_HIGHMEM | GFP_WAIT, 0)) &&
	       page_zone(w, pages[n]) == z)
		n++;
	ck_assert_uint_gt(n, 4000);
	for (unsigned i = 0; i < n; i++)
		if (pages[i] % 2)
			free_pages_now(w, pages[i], 0);
	ck_assert_uint_gt(z->free, 2000);
	ck_assert_uint_gt(z->free_area[0].nr_free, 2000);
	for (n = 0; page_zone(w, alloc_pages_now(w, GFP_HIGHMEM | GFP_WAIT, 1)) == z;)
		n++;
	ck_assert_uint_lt(n, 40); /* of what the min mark had kept in larger pieces */
	ck_assert_uint_gt(z->free, 2000);
	ck_assert_ptr_eq(page_zone(w, alloc_pages_now(w, GFP_HIGHMEM | GFP_WAIT, 0)), z);
	sound(w);
	free_world(w);
}
END_TEST

/* 6.1 looks for one block that is large enough, whatever the smaller ones hold. */
START_TEST(one_block_is_enough_for_6_1)
{
	struct world *w = boot_world("kernel=6.1 " SMALL);
	struct zone *z = &w->kernel.zone[ZONE_HIGHMEM];
	uint64_t pages[8192];
	unsigned n = 0, pairs = 0;

	while (n < LENGTH(pages) && (pages[n] = alloc_pages_now(w, GFP_HIGHMEM | GFP_WAIT, 0)) &&
	       page_zone(w, pages[n]) == z)
		n++;
	for (unsigned i = 0; i < n; i++)
		if (pages[i] % 2)
			free_pages_now(w, pages[i], 0);
	for (unsigned order = 1; order < MAX_ORDER; order++)
		pairs += (unsigned)(z->free_area[order].nr_free << (order - 1));
	for (n = 0; page_zone(w, alloc_pages_now(w, GFP_HIGHMEM | GFP_WAIT, 1)) == z;)
		n++;
	ck_assert_uint_eq(n, pairs); /* to the last one */
	sound(w);
	free_world(w);
}
END_TEST

/* The operations do what their twins do, with the same pages, in any order. */
START_TEST(steps_equal_now)
{
	struct world *a = lab_boot("ram=2048"), *b = lab_boot("ram=2048");
	uint64_t pages[64];

	for (unsigned i = 0; i < 64; i++) {
		uint32_t gfp = i % 3 ? GFP_WAIT | GFP_HIGHMEM :
		               i % 2 ? GFP_WAIT :
		                       GFP_WAIT | GFP_DMA;

		pages[i] = DO(a, 0, __alloc_pages, .gfp = gfp, .order = i % 4);
		ck_assert_uint_ne(pages[i], 0);
		ck_assert_uint_eq(pages[i], alloc_pages_now(b, gfp, i % 4));
	}
	for (unsigned i = 0; i < 64; i += 2) {
		DO(a, 0, __free_pages, .pfn = pages[i], .order = i % 4);
		free_pages_now(b, pages[i], i % 4);
	}
	for (unsigned z = 0; z < 3; z++)
		ck_assert_int_eq(memcmp(a->kernel.zone[z].free_area, b->kernel.zone[z].free_area,
		                        sizeof(a->kernel.zone[z].free_area)),
		                 0);
	sound(a);
	ck_assert(a->machine.cpu[0].eflags_if);
	lab_free(a);
	lab_free(b);
}
END_TEST

/* Two CPUs allocate and free, step by step in turn: the lock keeps them apart. */
START_TEST(two_cpus)
{
	struct world *w = lab_boot("ram=2048");
	uint64_t free = w->kernel.zone[ZONE_HIGHMEM].free, p = 0, q = 0;

	for (unsigned round = 0; round < 8; round++) {
		START(w, 0, __alloc_pages, .gfp = GFP_WAIT | GFP_HIGHMEM, .order = 0);
		START(w, 1, __alloc_pages, .gfp = GFP_WAIT | GFP_HIGHMEM, .order = round % 3);
		for (unsigned i = 0; i < round; i++)
			lab_step(w, 0); /* another lead each time */
		lab_run_all(w);
		p = cpu_context(w, 0)->result;
		q = cpu_context(w, 1)->result;
		ck_assert(p && q && p != q);
		sound(w);
		START(w, 0, __free_pages, .pfn = p, .order = 0);
		START(w, 1, __free_pages, .pfn = q, .order = round % 3);
		for (unsigned i = 0; i < round; i++)
			lab_step(w, 1);
		lab_run_all(w);
		sound(w);
		ck_assert_uint_eq(w->kernel.zone[ZONE_HIGHMEM].free, free);
	}
	lab_free(w);
}
END_TEST

START_TEST(double_free_is_a_bug)
{
	static const uint64_t reserved[] = { 0, 0x100, 0xa0, 0x1000, 0xfffff };
	struct world *w;
	uint64_t page;

	for (size_t i = 0; i < LENGTH(reserved); i++) {
		w = lab_boot("ram=2048");
		ck_assert_int_eq(TRY(w, 0, __free_pages, .pfn = reserved[i], .order = 0), LAB_OOPS);
		lab_free(w);
	}
	w = lab_boot("ram=2048");
	page = DO(w, 0, __alloc_pages, .gfp = GFP_WAIT | GFP_HIGHMEM, .order = 0);
	DO(w, 0, __free_pages, .pfn = page, .order = 0);
	ck_assert_int_eq(TRY(w, 0, __free_pages, .pfn = page, .order = 0), LAB_OOPS);
	ck_assert(logged(w, "kernel BUG at include/linux/mm.h:246!"));
	sound(w);
	lab_free(w);
}
END_TEST

START_TEST(zeroed_pages)
{
	struct world *w = lab_boot("ram=2048");
	uint64_t page = DO(w, 0, __alloc_pages, .gfp = GFP_WAIT | GFP_HIGHMEM, .order = 1);
	uint32_t word = 0xdeadbeef;

	phys_write(&w->machine.phys, page << PAGE_SHIFT, &word, 4);
	phys_write(&w->machine.phys, (page + 1) << PAGE_SHIFT, &word, 4);
	DO(w, 0, __free_pages, .pfn = page, .order = 1);
	ck_assert_uint_eq(lab_frame_word(w, (uint32_t)page), 0xdeadbeef);
	ck_assert_uint_eq(
		DO(w, 0, __alloc_pages, .gfp = GFP_WAIT | GFP_HIGHMEM | GFP_ZERO, .order = 1),
		page);
	ck_assert_uint_eq(lab_frame_word(w, (uint32_t)page), 0);
	ck_assert_uint_eq(lab_frame_word(w, (uint32_t)page + 1), 0);
	lab_free(w);
}
END_TEST

/* The checker notices what it should. */
START_TEST(checker_sees)
{
	struct world *w = boot_world(SMALL);
	struct zone *z = &w->kernel.zone[ZONE_NORMAL];
	struct world *broken = malloc(sizeof(*broken));
	struct message m;
	uint64_t pfn = free_list_first(z, 10);

	for (unsigned fault = 0; fault < 6; fault++) {
		world_clone(broken, w);
		z = &broken->kernel.zone[ZONE_NORMAL];
		switch (fault) {
		case 0:
			z->free++;
			break;
		case 1:
			z->free_area[10].nr_free++;
			break;
		case 2:
			pages_set_used(broken, pfn, 0, 1);
			break;
		case 3:
			free_list_add(broken, z, pfn + 4, 2); /* part of a block that is free */
			break;
		case 4:
			free_list_add(broken, z, 0x100,
			              3); /* of the kernel's image, of another zone */
			break;
		case 5:
			SPARSE_PUT(&broken->kernel.free_links[10], struct free_link, pfn >> 10)
				->prev = 3;
			break;
		}
		ck_assert_msg(!zones_check(broken, &m), "fault %u", fault);
		world_release(broken);
	}
	free(broken);
	sound(w);
	free_world(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { boot_gives_all_but_what_it_reserves,
		                       boot_of_64g_is_light,
		                       order_of_allocation,
		                       split_and_merge,
		                       random_allocations,
		                       fallback_and_reserves,
		                       a_lower_zone_steps_in,
		                       out_of_low_memory,
		                       fragmentation,
		                       one_block_is_enough_for_6_1,
		                       steps_equal_now,
		                       two_cpus,
		                       double_free_is_a_bug,
		                       zeroed_pages,
		                       checker_sees };

	return boot_suite("buddy", tests, LENGTH(tests));
}
