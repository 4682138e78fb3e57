/*
 * fork, copy-on-write and exit: who shares which frame, what the TLBs are told, and that nothing is
 * lost.
 */
#include "process.h"

/* Whether an address is writable by a task's tables. */
static bool writable(const struct world *w, unsigned task, uint32_t va)
{
	return user_entry(w, task, va) & PTE_RW;
}

START_TEST(fork_shares_and_protects)
{
	struct world *w = lab_boot(builds[_i]);
	unsigned parent = process(w, 0), child;
	uint32_t pfn;

	user_put(w, 0, DATA, 1);
	user_put(w, 0, DATA + 3 * PAGE_SIZE, 2);
	ck_assert(writable(w, parent, DATA));
	child = forked(w, 0, 0, 0);
	pfn = user_frame(w, parent, DATA);
	ck_assert_uint_eq(user_frame(w, child, DATA), pfn);
	ck_assert_uint_eq(refs(w, pfn), 2);
	ck_assert(!writable(w, parent, DATA) && !writable(w, child, DATA));
	ck_assert_uint_eq(user_entry(w, child, DATA + PAGE_SIZE), 0);
	ck_assert_uint_eq(mm_get(w, 2)->rss, 2);
	ck_assert_uint_ne(mm_get(w, 1)->pgd, mm_get(w, 2)->pgd);
	sound(w);
	lab_free(w);
}
END_TEST

/* The same virtual address on two frames. */
START_TEST(a_write_gets_its_own_frame)
{
	struct world *w = lab_boot(builds[_i]);
	unsigned parent = process(w, 0), child;
	uint32_t old, from;

	user_put(w, 0, DATA, 1);
	old = user_frame(w, parent, DATA);
	child = forked(w, 0, 0, 0);
	from = lab_now(w);
	user_put(w, 0, DATA, 2);
	ck_assert_uint_eq(lab_count(w, from, EVENT_COW), 1);
	ck_assert_uint_ne(user_frame(w, parent, DATA), old);
	ck_assert_uint_eq(user_frame(w, child, DATA), old);
	ck_assert_uint_eq(refs(w, old), 1);
	ck_assert_uint_eq(user_get(w, 0, DATA), 2);
	become(w, child);
	ck_assert_uint_eq(user_get(w, 0, DATA), 1);
	from = lab_now(w);
	user_put(w, 0, DATA, 3); /* it has the old frame to itself now */
	ck_assert_uint_eq(lab_count(w, from, EVENT_COW), 0);
	ck_assert_uint_eq(lab_count(w, from, EVENT_COW_REUSE), 1);
	ck_assert_uint_eq(user_frame(w, child, DATA), old);
	become(w, parent);
	ck_assert_uint_eq(user_get(w, 0, DATA), 2);
	sound(w);
	lab_free(w);
}
END_TEST

/* The order of effects of a copy in 2.6.27: source in KM_USER0 (3), copy in KM_USER1 (4), then the
 * entry is cleared, the old translation flushed, and the new entry set. */
START_TEST(copy_on_write_in_order)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=1");
	uint32_t from;

	process(w, 0);
	user_put(w, 0, DATA, 1);
	forked(w, 0, 0, 0);
	user_get(w, 0, DATA); /* the TLB has the read-only entry */
	from = lab_now(w);
	user_put(w, 0, DATA, 2);
	ck_assert_str_eq(lab_events(w, from, "PAGE_FAULT SLOT_MAP COPY SLOT_UNMAP PTE_CLEAR INVLPG "
	                                     "PTE_SET COW"),
	                 "0:PAGE_FAULT(0x8050000,0x7,1) "
	                 "0:PTE_SET(fix 0+3,pfn:7fc00) 0:SLOT_MAP(fix 0+3,pfn:7fc00,3) "
	                 "0:PTE_SET(fix 0+4,pfn:7fc01) 0:SLOT_MAP(fix 0+4,pfn:7fc01,4) "
	                 "0:COPY(pfn:7fc00,pfn:7fc01,4096) "
	                 "0:PTE_CLEAR(fix 0+3) 0:INVLPG(fix 0+3,1) 0:SLOT_UNMAP(fix 0+3,3) "
	                 "0:PTE_CLEAR(fix 0+4) 0:INVLPG(fix 0+4,1) 0:SLOT_UNMAP(fix 0+4,4) "
	                 "0:PTE_CLEAR(0x8050000) 0:INVLPG(0x8050000,0) "
	                 "0:COW(0x8050000,pfn:7fc00,pfn:7fc01) 0:PTE_SET(0x8050000,pfn:7fc01)");
	lab_free(w);
}
END_TEST

/* With HIGHPTE two tables are mapped at once: the child's in KM_PTE0 (7), the parent's in KM_PTE1. */
START_TEST(fork_maps_two_tables)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=1 highpte=yes");
	uint32_t from;

	process(w, 0);
	user_put(w, 0, DATA, 1);
	from = lab_now(w);
	forked(w, 0, 0, 0);
	ck_assert_str_eq(lab_events(w, from, "SLOT_MAP SLOT_UNMAP CLEAR PTE_ALLOC"),
	                 "0:CLEAR(pfn:37c04,4096) 0:CLEAR(pfn:37c05,4096) "
	                 "0:CLEAR(pfn:37c06,4096) 0:CLEAR(pfn:37c07,4096) "
	                 "0:SLOT_MAP(fix 0+3,pfn:7fc02,3) 0:CLEAR(pfn:7fc02,4096) "
	                 "0:SLOT_UNMAP(fix 0+3,3) 0:PTE_ALLOC(0x8000000,pfn:7fc02,2) "
	                 "0:SLOT_MAP(fix 0+7,pfn:7fc02,7) 0:SLOT_MAP(fix 0+8,pfn:7fc00,8) "
	                 "0:SLOT_UNMAP(fix 0+8,8) 0:SLOT_UNMAP(fix 0+7,7)");
	lab_free(w);
}
END_TEST

/* Without the flush at fork's end the parent would go on writing into the shared frame. */
START_TEST(fork_flushes_the_parents_tlb)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=1"), *x;
	unsigned task = process(w, 0);

	user_put(w, 0, DATA, 1);
	x = lab_clone(w);
	forked(w, 0, 0, 0);
	user_put(w, 0, DATA, 2);
	ck_assert_uint_ne(user_frame(w, task, DATA), user_frame(w, task + 1, DATA));
	x->machine.broken.ignore_flush = true;
	forked(x, 0, 0, 0);
	user_put(x, 0, DATA, 2);
	ck_assert_uint_eq(user_frame(x, task, DATA), user_frame(x, task + 1, DATA));
	ck_assert_uint_eq(lab_frame_word(x, user_frame(x, task + 1, DATA)), 2);
	lab_free(x);
	lab_free(w);
}
END_TEST

/* --- two CPUs --------------------------------------------------------------------------------- */

/* A thread on the other CPU has the page in its TLB: the copy must be announced there. */
START_TEST(copy_on_write_shoots_down)
{
	struct world *w = lab_boot(builds[_i]);
	unsigned parent = process(w, 0), thread;
	uint32_t from, old;

	user_put(w, 0, DATA, 1);
	old = user_frame(w, parent, DATA);
	thread = forked(w, 0, 1, CLONE_VM);
	ck_assert_uint_eq(mm_get(w, 1)->mm_users, 2);
	forked(w, 0, 0, 0);
	become(w, thread);
	ck_assert_uint_eq(user_get(w, 1, DATA), 1);
	from = lab_now(w);
	user_put(w, 0, DATA, 2);
	ck_assert_uint_eq(lab_count(w, from, EVENT_IPI_SEND), 1);
	ck_assert_uint_eq(lab_count(w, from, EVENT_FLUSH_DONE), 2);
	ck_assert_uint_ne(user_frame(w, parent, DATA), old);
	ck_assert_uint_eq(user_get(w, 1, DATA), 2);
	lab_free(w);
}
END_TEST

START_TEST(without_the_shootdown_a_thread_reads_the_old_page)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=2");
	unsigned thread;

	process(w, 0);
	user_put(w, 0, DATA, 1);
	thread = forked(w, 0, 1, CLONE_VM);
	forked(w, 0, 0, 0);
	become(w, thread);
	user_get(w, 1, DATA);
	w->machine.broken.ignore_invlpg = true;
	user_put(w, 0, DATA, 2);
	ck_assert_uint_eq(user_get(w, 1, DATA), 1);
	lab_free(w);
}
END_TEST

/* Two threads write one shared page at once, the second beginning at every step of the first: there
 * is one copy in the end, with what both wrote, and nothing is lost. */
START_TEST(two_threads_copy_at_once)
{
	struct world *w = lab_boot(builds[_i]);
	unsigned parent = process(w, 0), steps = 0, lost = 0;
	uint64_t free;

	user_put(w, 0, DATA, 1);
	become(w, forked(w, 0, 1, CLONE_VM));
	forked(w, 0, 0, 0);
	free = free_pages(w);
	for (bool more = true; more; steps++) {
		struct world *x = lab_clone(w);
		uint32_t from = lab_now(x), old = user_frame(x, parent, DATA);

		START(x, 0, user_write, .va = DATA + 4, .n = 1, .bytes = "a");
		for (unsigned i = 0; i < steps && more; i++)
			more = lab_step(x, 0) && cpu_context(x, 0)->depth;
		while (!world_ready(x, 1, NULL)) /* a flush that it was asked for */
			ck_assert(lab_step(x, 1));
		START(x, 1, user_write, .va = DATA + 5, .n = 1, .bytes = "b");
		lab_run_all(x);
		ck_assert_uint_eq(cpu_context(x, 0)->depth + cpu_context(x, 1)->depth, 0);
		ck_assert_uint_eq(lab_count(x, from, EVENT_COW), 1);
		lost += lab_count(x, from, EVENT_COPY) == 2;
		ck_assert_uint_eq(user_get(x, 0, DATA + 4), 'a' | 'b' << 8);
		ck_assert_uint_eq(refs(x, old), 1);
		ck_assert_uint_eq(refs(x, user_frame(x, parent, DATA)), 1);
		ck_assert_uint_eq(free - free_pages(x), 1);
		sound(x);
		lab_free(x);
	}
	ck_assert_uint_gt(lost, 5); /* at some, both had copied, and one gave its copy back */
	lab_free(w);
}
END_TEST

/* A CPU whose kernel thread only borrows the address space leaves it when asked to flush. */
START_TEST(a_lazy_cpu_leaves)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=2");
	unsigned parent = process(w, 0), thread;
	struct message m;
	uint32_t from;

	user_put(w, 0, DATA, 1);
	thread = forked(w, 0, 1, CLONE_VM);
	become(w, thread);
	DO(w, 1, do_exit, 0); /* the thread ends: its CPU idles on the same tables */
	ck_assert_uint_eq(mm_get(w, 1)->mm_users, 1);
	ck_assert_uint_eq(w->kernel.cpu[1].active_mm, 1);
	ck_assert(w->kernel.cpu[1].lazy_tlb);
	ck_assert_uint_eq(w->machine.cpu[1].cr3, mm_get(w, 1)->pgd);
	from = lab_now(w);
	forked(w, 0, 0, 0);
	ck_assert_str_eq(lab_events(w, from, "FLUSH_REQUEST LEAVE_MM"),
	                 "0:FLUSH_REQUEST(1,0x0,0) 1:LEAVE_MM(1)");
	ck_assert_uint_eq(w->machine.cpu[1].cr3, w->kernel.swapper_pg_dir);
	from = lab_now(w);
	user_put(w, 0, DATA, 2); /* and is asked no more */
	ck_assert_uint_eq(lab_count(w, from, EVENT_IPI_SEND), 0);
	ck_assert(task_get(w, parent)->shell);
	ck_assert_msg(zones_check(w, &m), "%s", m.text);
	lab_free(w);
}
END_TEST

/* --- the end ---------------------------------------------------------------------------------- */

/* A family that has written here and there: when all have ended, every page is free again. */
START_TEST(exit_frees_every_page)
{
	struct world *w = lab_boot(builds[_i]);
	uint64_t free[MAX_NR_ZONES], all = free_pages(w);
	unsigned child, thread, parent;

	for (unsigned i = 0; i < w->kernel.nr_zones; i++)
		free[i] = w->kernel.zone[i].free;
	parent = process(w, 0);
	for (uint32_t i = 0; i < 20; i++)
		user_put(w, 0, DATA + i * PAGE_SIZE, i);
	user_put(w, 0, w->kernel.layout.task_size - 8, 1);
	child = forked(w, 0, 1, 0);
	thread = forked(w, 0, 1, CLONE_VM);
	user_put(w, 0, DATA, 100);
	become(w, child);
	user_put(w, 1, DATA + PAGE_SIZE, 101);
	user_put(w, 1, DATA + 40 * PAGE_SIZE, 102);
	become(w, thread);
	user_put(w, 1, DATA + 2 * PAGE_SIZE, 103);
	ck_assert_uint_ne(free_pages(w), all);
	ends(w, 1);
	become(w, child);
	ends(w, 1);
	become(w, parent);
	ends(w, 0);
	for (unsigned i = 0; i < w->kernel.nr_zones; i++)
		ck_assert_uint_eq(w->kernel.zone[i].free, free[i]);
	for (unsigned i = 1; i <= w->kernel.nr_mms; i++)
		ck_assert_uint_eq(mm_get(w, i)->mm_users, 0);
	for (unsigned cpu = 0; cpu < 2; cpu++)
		ck_assert_uint_eq(w->machine.cpu[cpu].cr3, w->kernel.swapper_pg_dir);
	sound(w);
	lab_free(w);
}
END_TEST

/* More pages than one gather holds: flushed and freed in between. */
START_TEST(a_large_process_is_freed_in_parts)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=1 highpte=yes");
	uint64_t free = free_pages(w);
	uint32_t from, top = w->kernel.layout.page_offset;

	process(w, 0);
	for (uint32_t i = 0; i < 250; i++) {
		DO(w, 0, user_touch, .va = DATA + i * PAGE_SIZE, .write = true);
		DO(w, 0, user_touch, .va = top - (i + 1) * PAGE_SIZE);
		DO(w, 0, user_touch, .va = top - 2000 * PAGE_SIZE + i * PAGE_SIZE);
	}
	from = lab_now(w);
	ends(w, 0);
	ck_assert_uint_eq(lab_count(w, from, EVENT_TLB_FLUSH), 1); /* then nobody has it any more */
	ck_assert_uint_eq(free_pages(w), free);
	sound(w);
	lab_free(w);
}
END_TEST

/* Pages are freed after the flush, never before. */
START_TEST(freed_after_the_flush)
{
	struct world *w = lab_boot(builds[_i]);
	uint32_t pfn, from, flushed = 0;
	unsigned task = process(w, 0);

	user_put(w, 0, DATA, 1);
	pfn = user_frame(w, task, DATA);
	from = lab_now(w);
	ends(w, 0);
	for (uint32_t seq = from + 1; seq <= w->machine.log.n; seq++) {
		const struct event *e = event_get(&w->machine.log, seq);

		if (e->kind == EVENT_TLB_FLUSH)
			flushed = seq;
		if (e->kind == EVENT_FREE && e->arg[0] == pfn)
			ck_assert_uint_ne(flushed, 0);
	}
	ck_assert_uint_ne(flushed, 0);
	lab_free(w);
}
END_TEST

/* fork fails in the middle, at whichever allocation: nothing is lost, and the parent goes on. */
START_TEST(a_failed_fork_gives_everything_back)
{
	struct world *w = lab_boot("kernel=2.4.27 ram=64"); /* which kills nobody to help */
	uint64_t taken[128], n = 0, free;

	process(w, 0);
	user_put(w, 0, DATA, 7);
	for (unsigned order = 11; order-- > 0;)
		while (n < LENGTH(taken) && (taken[n] = alloc_pages_now(w, GFP_WAIT | GFP_HIGHMEM, order)))
			n++;
	for (unsigned pages = 0; pages < 6; pages++) {
		if (pages) {
			uint64_t pfn = taken[--n];

			free_pages_now(w, pfn, pfn_to_page(w, pfn)->order);
		}
		free = free_pages(w);
		if (DO(w, 0, do_fork, .comm = "child", .cpu = 0))
			break;
		ck_assert_uint_eq(free_pages(w), free);
		ck_assert_uint_eq(user_get(w, 0, DATA), 7);
		ck_assert_uint_eq(mm_get(w, 2)->mm_users, 0);
		sound(w);
	}
	lab_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		copy_on_write_in_order, fork_maps_two_tables, fork_flushes_the_parents_tlb,
		without_the_shootdown_a_thread_reads_the_old_page, a_lazy_cpu_leaves,
		a_large_process_is_freed_in_parts, a_failed_fork_gives_everything_back,
	};
	const struct lab_loop loops[] = {
		{ fork_shares_and_protects, BUILDS },  { a_write_gets_its_own_frame, BUILDS },
		{ copy_on_write_shoots_down, BUILDS }, { exit_frees_every_page, BUILDS },
		{ freed_after_the_flush, BUILDS },     { two_threads_copy_at_once, BUILDS },
	};

	return lab_suite("fork", tests, LENGTH(tests), loops, LENGTH(loops));
}
