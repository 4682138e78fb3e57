/*
 * Page faults of user mode: which page comes, through which mappings, in which order; and what is
 * forbidden.
 */
#include "process.h"

#include "kernel/fault.h"

/* --- demand-zero ------------------------------------------------------------------------------ */

START_TEST(a_first_touch_gets_zeros)
{
	struct world *w = lab_boot(builds[_i]);
	unsigned task = process(w, 0);
	uint64_t free = free_pages(w);
	uint32_t pfn;

	ck_assert_uint_eq(user_entry(w, task, DATA), 0);
	user_put(w, 0, DATA, 0);
	ck_assert_uint_eq(user_get(w, 0, DATA + 8), 0);
	pfn = user_frame(w, task, DATA);
	ck_assert(page_highmem(w, pfn));
	ck_assert_uint_eq(pfn_to_page(w, pfn)->use, PAGE_ANON);
	ck_assert_uint_eq(refs(w, pfn), 1);
	ck_assert_uint_eq(free - free_pages(w), 2); /* the page, and a page table */
	ck_assert_uint_eq(mm_get(w, 1)->nr_ptes, 1);
	ck_assert_uint_eq(mm_get(w, 1)->rss, 1);
	user_put(w, 0, DATA + 8, 0xfeedbeef);
	ck_assert_uint_eq(user_get(w, 0, DATA + 8), 0xfeedbeef);
	ck_assert_uint_eq(user_frame(w, task, DATA), pfn);
	sound(w);
	lab_free(w);
}
END_TEST

/* What somebody else left in a frame must not show. */
START_TEST(a_dirty_frame_is_cleared)
{
	struct world *w = lab_boot(builds[_i]);
	unsigned task = process(w, 0);
	uint32_t pfn;

	user_put(w, 0, DATA, 0x5ec2e7);
	pfn = user_frame(w, task, DATA);
	ends(w, 0);
	ck_assert_uint_eq(lab_frame_word(w, pfn), 0x5ec2e7);
	task = process(w, 0);
	for (uint32_t i = 0; i < 16; i++)
		ck_assert_uint_eq(user_get(w, 0, DATA + i * PAGE_SIZE), 0);
	ck_assert_uint_ne(user_frame(w, task, DATA), 0);
	sound(w);
	lab_free(w);
}
END_TEST

/* The order of effects in 2.6.27, the page table being there already. */
START_TEST(demand_zero_in_order)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=1");
	uint32_t from;

	process(w, 0);
	user_get(w, 0, DATA);
	from = lab_now(w);
	user_put(w, 0, DATA + PAGE_SIZE, 1);
	ck_assert_str_eq(lab_events(w, from, "FAULT PAGE_FAULT SLOT_MAP CLEAR SLOT_UNMAP INVLPG "
	                                     "ZERO_PAGE PAGE_FAULT_DONE"),
	                 "0:FAULT(0x8051000,0x6,1) 0:PAGE_FAULT(0x8051000,0x6,1) "
	                 "0:SLOT_MAP(fix 0+3,pfn:7fc01,3) 0:CLEAR(pfn:7fc01,4096) "
	                 "0:INVLPG(fix 0+3,1) 0:SLOT_UNMAP(fix 0+3,3) "
	                 "0:ZERO_PAGE(0x8051000,pfn:7fc01,1) 0:PAGE_FAULT_DONE(0x8051000)");
	lab_free(w);
}
END_TEST

/* With HIGHPTE the page table lies in high memory, and is mapped in KM_PTE0 (7), never while
 * KM_USER0 (3) is. */
START_TEST(highpte_maps_the_table)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=1 highpte=yes");
	unsigned task = process(w, 0);
	uint32_t from, table;

	user_get(w, 0, DATA);
	table = (uint32_t)pte_pfn(entry_peek(w, pmd_offset(w, mm_get(w, 1)->pgd, DATA)));
	ck_assert(page_highmem(w, table));
	ck_assert_uint_eq(pfn_to_page(w, table)->use, PAGE_PGTABLE);
	from = lab_now(w);
	user_put(w, 0, DATA + PAGE_SIZE, 1);
	ck_assert_str_eq(lab_events(w, from, "SLOT_MAP CLEAR SLOT_UNMAP"),
	                 "0:SLOT_MAP(fix 0+7,pfn:7fc00,7) 0:SLOT_UNMAP(fix 0+7,7) "
	                 "0:SLOT_MAP(fix 0+3,pfn:7fc02,3) 0:CLEAR(pfn:7fc02,4096) "
	                 "0:SLOT_UNMAP(fix 0+3,3) "
	                 "0:SLOT_MAP(fix 0+7,pfn:7fc00,7) 0:SLOT_UNMAP(fix 0+7,7)");
	ck_assert_uint_eq(user_frame(w, task, DATA + PAGE_SIZE), 0x7fc02);
	lab_free(w);
}
END_TEST

START_TEST(without_highpte_tables_eat_low_memory)
{
	struct world *w = lab_boot("kernel=2.6.27");
	uint64_t normal;

	process(w, 0);
	normal = w->kernel.zone[ZONE_NORMAL].free;
	for (uint32_t i = 0; i < 3; i++)
		user_get(w, 0, w->kernel.layout.page_offset - 4 - i * PAGE_SIZE);
	ck_assert_uint_eq(normal - w->kernel.zone[ZONE_NORMAL].free, 1);
	lab_free(w);
}
END_TEST

/* --- ZERO_PAGE -------------------------------------------------------------------------------- */

#define ZERO_WAY \
	"FAULT ZERO_PAGE_SHARED ZERO_PAGE ALLOC SLOT_MAP CLEAR COPY SLOT_UNMAP PTE_CLEAR COW FREE"

static const struct {
	const char *words;
	uint64_t special;
	const char *read, *write;
} zero_rows[] = {
	{ "kernel=2.4.27 highmem=4g cpus=1", 0,
	  "0:FAULT(0x8051000,0x4,1) 0:ZERO_PAGE_SHARED(0x8051000,pfn:1e3,1)",
	  "0:FAULT(0x8051000,0x7,2) 0:ALLOC(pfn:7fe01,0,2) 0:SLOT_MAP(fix 0+3,pfn:7fe01,3) "
	  "0:CLEAR(pfn:7fe01,4096) 0:COW(0x8051000,pfn:1e3,pfn:7fe01)" },
	{ "kernel=2.6.32 cpus=1", 0x200,
	  "0:FAULT(0x8051000,0x4,1) 0:ZERO_PAGE_SHARED(0x8051000,pfn:11c3,1)",
	  "0:FAULT(0x8051000,0x7,2) 0:ALLOC(pfn:379ff,0,2) 0:SLOT_MAP(fix 0+3,pfn:379ff,3) "
	  "0:CLEAR(pfn:379ff,4096) 0:PTE_CLEAR(fix 0+3) 0:SLOT_UNMAP(fix 0+3,3) "
	  "0:PTE_CLEAR(0x8051000) 0:COW(0x8051000,pfn:11c3,pfn:379ff)" },
	{ "kernel=2.6.37 cpus=1", 0x200,
	  "0:FAULT(0x8051000,0x4,1) 0:ZERO_PAGE_SHARED(0x8051000,pfn:11f6,1)",
	  "0:FAULT(0x8051000,0x7,2) 0:ALLOC(pfn:37bff,0,2) 0:SLOT_MAP(fix 0+0,pfn:37bff,0) "
	  "0:CLEAR(pfn:37bff,4096) 0:PTE_CLEAR(fix 0+0) 0:SLOT_UNMAP(fix 0+0,0) "
	  "0:PTE_CLEAR(0x8051000) 0:COW(0x8051000,pfn:11f6,pfn:37bff)" },
	{ "kernel=6.1 cpus=1", 0x200,
	  "0:FAULT(0x8051000,0x4,1) 0:ZERO_PAGE_SHARED(0x8051000,pfn:1d21,1)",
	  "0:FAULT(0x8051000,0x7,2) 0:ALLOC(pfn:375ff,0,2) 0:SLOT_MAP(fix 0+0,pfn:375ff,0) "
	  "0:CLEAR(pfn:375ff,4096) 0:PTE_CLEAR(fix 0+0) 0:SLOT_UNMAP(fix 0+0,0) "
	  "0:PTE_CLEAR(0x8051000) 0:COW(0x8051000,pfn:1d21,pfn:375ff)" },
};

/* A first read shows the common page, read-only; the write that follows gets a page of its own, which
 * is cleared, not copied. The common page is counted nowhere. */
START_TEST(a_first_read_shares_the_page_of_zeros)
{
	struct world *w = lab_boot(zero_rows[_i].words);
	unsigned task = process(w, 0);
	uint64_t zero = zero_pfn(w), free;
	uint32_t from;

	user_put(w, 0, DATA, 1);
	free = free_pages(w);
	from = lab_now(w);
	ck_assert_uint_eq(user_get(w, 0, DATA + PAGE_SIZE), 0);
	ck_assert_str_eq(lab_events(w, from, ZERO_WAY), zero_rows[_i].read);
	ck_assert_uint_eq(user_frame(w, task, DATA + PAGE_SIZE), zero);
	ck_assert_uint_eq(user_entry(w, task, DATA + PAGE_SIZE) & (0x200 | PTE_RW),
	                  zero_rows[_i].special);
	ck_assert_uint_eq(pfn_to_page(w, zero)->use, PAGE_RESERVED);
	ck_assert_uint_eq(free_pages(w), free);
	ck_assert_uint_eq(mm_get(w, 1)->rss, 1);
	from = lab_now(w);
	user_put(w, 0, DATA + PAGE_SIZE, 7);
	ck_assert_str_eq(lab_events(w, from, ZERO_WAY), zero_rows[_i].write);
	ck_assert_uint_eq(free - free_pages(w), 1);
	ck_assert_uint_eq(mm_get(w, 1)->rss, 2);
	ck_assert_uint_eq(lab_frame_word(w, (uint32_t)zero), 0);
	ck_assert_uint_eq(user_get(w, 0, DATA + PAGE_SIZE + 4), 0);
	sound(w);
	lab_free(w);
}
END_TEST

/* 2.6.27 has none: the first read gets a page. */
START_TEST(kernel_2_6_27_has_no_page_of_zeros)
{
	struct world *w = lab_boot("kernel=2.6.27");
	unsigned task = process(w, 0);
	uint32_t from = lab_now(w);

	user_get(w, 0, DATA);
	ck_assert_uint_eq(lab_count(w, from, EVENT_ZERO_PAGE), 1);
	ck_assert_uint_eq(lab_count(w, from, EVENT_ZERO_PAGE_SHARED), 0);
	ck_assert_uint_ne(user_frame(w, task, DATA), zero_pfn(w));
	ck_assert_uint_ne(user_entry(w, task, DATA) & PTE_RW, 0);
	lab_free(w);
}
END_TEST

/* Parent and child share it after a fork without a count; who writes gets its own, the other goes on
 * reading zeros; and both can end. */
START_TEST(the_page_of_zeros_outlives_everybody)
{
	struct world *w = lab_boot(builds[_i]);
	uint64_t free = free_pages(w);
	unsigned parent = process(w, 0), child;

	for (uint32_t i = 0; i < 8; i++)
		user_get(w, 0, DATA + i * PAGE_SIZE);
	child = forked(w, 0, 0, 0);
	become(w, child);
	user_put(w, 0, DATA, 1);
	become(w, parent);
	ck_assert_uint_eq(user_get(w, 0, DATA), 0);
	ends(w, 0);
	become(w, child);
	ck_assert_uint_eq(user_get(w, 0, DATA), 1);
	ck_assert_uint_eq(user_get(w, 0, DATA + PAGE_SIZE), 0);
	ends(w, 0);
	ck_assert_uint_eq(free_pages(w), free);
	sound(w);
	lab_free(w);
}
END_TEST

/* --- what is forbidden ------------------------------------------------------------------------ */

/* Runs a touch that must kill the process; what the log says. */
static void killed(const char *words, uint32_t va, bool write, uint32_t error_code)
{
	struct world *w = lab_boot(words);
	uint64_t free = free_pages(w);
	unsigned task = process(w, 0);
	char line[80];
	uint32_t from;

	if (error_code & PF_P && va == TEXT)
		user_get(w, 0, TEXT);
	else if (w->kernel.layout.switch_pagetables && va < w->kernel.layout.task_size)
		error_code &= ~PF_P; /* what would be the kernel's is its own, and empty */
	from = lab_now(w);
	ck_assert_uint_eq(DO(w, 0, user_touch, .va = va, .write = write), 0);
	ck_assert_uint_eq(lab_count(w, from, EVENT_SIGSEGV), 1);
	ck_assert_int_eq(task_get(w, task)->state, TASK_DEAD);
	snprintf(line, sizeof(line), "child[%d]: segfault at %08x error %x", task_get(w, task)->pid,
	         va, error_code);
	ck_assert_str_eq(dmesg_line(w, w->kernel.dmesg.n - 1), line);
	ck_assert_uint_eq(free_pages(w), free);
	ck_assert(world_ready(w, 0, NULL)); /* the shell is back */
	DO(w, 0, preempt_disable, 0);
	DO(w, 0, preempt_enable, 0);
	sound(w);
	lab_free(w);
}

START_TEST(forbidden_accesses_kill)
{
	killed(builds[_i], 0, false, PF_U);
	killed(builds[_i], 0x40000000, true, PF_U | PF_W);
	killed(builds[_i], TEXT, true, PF_U | PF_W | PF_P);
	killed(builds[_i], TEXT + PAGE_SIZE, true, PF_U | PF_W);
	killed(builds[_i], 0xc0100000, false, PF_U | PF_P);
	killed(builds[_i], 0xbf000000, true, PF_U | PF_W); /* more than a stack may grow */
}
END_TEST

START_TEST(a_stack_grows)
{
	struct world *w = lab_boot(builds[_i]);
	uint32_t va;

	process(w, 0);
	va = mm_get(w, 1)->vma[2].vm_start - 5 * PAGE_SIZE;
	user_put(w, 0, va + 12, 42);
	ck_assert_uint_eq(user_get(w, 0, va + 12), 42);
	ck_assert_uint_eq(mm_get(w, 1)->vma[2].vm_start, va);
	sound(w);
	lab_free(w);
}
END_TEST

/* A process cannot get a page while there is none: it is killed, and nothing is lost. 2.4 as it is
 * configured by default has no OOM killer; there it is the fault's handler that kills. */
START_TEST(without_memory_a_process_is_killed)
{
	struct world *w = lab_boot("kernel=2.4.27 ram=64");
	uint64_t taken[64], n = 0;
	unsigned task;

	task = process(w, 0);
	for (unsigned order = 11; order-- > 0;)
		while (n < LENGTH(taken) && (taken[n] = alloc_pages_now(w, GFP_WAIT | GFP_HIGHMEM, order)))
			n++;
	ck_assert_uint_lt(n, LENGTH(taken));
	ck_assert_uint_eq(DO(w, 0, user_touch, .va = DATA, .write = true), 0);
	ck_assert_int_eq(task_get(w, task)->state, TASK_DEAD);
	ck_assert_str_eq(dmesg_line(w, w->kernel.dmesg.n - 1), "VM: killing process child");
	sound(w);
	lab_free(w);
}
END_TEST

/* --- two pages, two threads ------------------------------------------------------------------- */

START_TEST(an_access_across_pages_faults_twice)
{
	struct world *w = lab_boot(builds[_i]);
	unsigned task = process(w, 0);
	uint32_t from = lab_now(w);

	user_put(w, 0, DATA + PAGE_SIZE - 2, 0x44332211);
	ck_assert_uint_eq(lab_count(w, from, EVENT_ZERO_PAGE), 2);
	ck_assert_uint_eq(lab_frame_word(w, user_frame(w, task, DATA + PAGE_SIZE)), 0x4433);
	sound(w);
	lab_free(w);
}
END_TEST

/* Two threads touch one page at once: one of the two pages that they clear is given back, whoever
 * comes second. Every place where the second may begin is tried. */
START_TEST(two_threads_fault_at_once)
{
	struct world *w = lab_boot(builds[_i]);
	uint64_t free;
	unsigned steps = 0;

	process(w, 0);
	become(w, forked(w, 0, 1, CLONE_VM));
	user_put(w, 0, DATA, 1);
	free = free_pages(w);
	for (bool more = true; more; steps++) {
		struct world *x = lab_clone(w);

		START(x, 0, user_touch, .va = DATA + PAGE_SIZE, .write = true);
		for (unsigned i = 0; i < steps && more; i++)
			more = lab_step(x, 0) && cpu_context(x, 0)->depth;
		START(x, 1, user_touch, .va = DATA + PAGE_SIZE, .write = true);
		lab_run_all(x);
		ck_assert_uint_eq(cpu_context(x, 0)->depth + cpu_context(x, 1)->depth, 0);
		ck_assert_uint_eq(free - free_pages(x), 1);
		ck_assert_uint_eq(mm_get(x, 1)->rss, 2);
		sound(x);
		lab_free(x);
	}
	ck_assert_uint_gt(steps, 20);
	lab_free(w);
}
END_TEST

/* --- a clone in the middle -------------------------------------------------------------------- */

START_TEST(a_clone_goes_on_in_the_same_way)
{
	struct world *w = lab_boot(builds[_i]), *x;
	uint32_t from;

	process(w, 0);
	START(w, 0, user_touch, .va = DATA, .write = true);
	for (unsigned i = 0; i < 25; i++)
		lab_step(w, 0);
	x = lab_clone(w);
	from = lab_now(w);
	ck_assert_uint_eq(world_hash(w), world_hash(x));
	lab_run(w, 0);
	ck_assert_uint_ne(world_hash(w), world_hash(x));
	lab_run(x, 0);
	ck_assert_uint_eq(world_hash(w), world_hash(x));
	lab_same_events(w, x, from);
	lab_free(x);
	lab_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		demand_zero_in_order, highpte_maps_the_table, without_highpte_tables_eat_low_memory,
		without_memory_a_process_is_killed, kernel_2_6_27_has_no_page_of_zeros,
	};
	const struct lab_loop loops[] = {
		{ a_first_touch_gets_zeros, BUILDS },   { a_dirty_frame_is_cleared, BUILDS },
		{ forbidden_accesses_kill, BUILDS },    { a_stack_grows, BUILDS },
		{ an_access_across_pages_faults_twice, BUILDS },
		{ two_threads_fault_at_once, BUILDS },  { a_clone_goes_on_in_the_same_way, BUILDS },
		{ a_first_read_shares_the_page_of_zeros, (int)LENGTH(zero_rows) },
		{ the_page_of_zeros_outlives_everybody, BUILDS },
	};

	return lab_suite("fault", tests, LENGTH(tests), loops, LENGTH(loops));
}
