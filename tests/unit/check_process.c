/*
 * Switching between processes, preempting and migrating tasks, system calls; and going back in time
 * through all of it.
 */
#include "process.h"

#include "kernel/resched.h"
#include "lab/session.h"

/* --- address spaces and TLBs ------------------------------------------------------------------ */

/* A write to CR3 drops the user's entries, and keeps the kernel's, which are global. */
START_TEST(a_switch_keeps_global_entries)
{
	struct world *w = lab_boot(builds[_i]);
	unsigned a, b, stale;
	uint32_t page = lab_page(w), va, from, n = 0;

	a = process(w, 0);
	b = forked(w, 0, 0, 0);
	va = (uint32_t)DO(w, 0, kmap, .pfn = page);
	lab_store(w, 0, va, 5);
	user_put(w, 0, DATA, 1);
	from = lab_now(w);
	become(w, b);
	/* 4G/4G: into the kernel, and out of it */
	ck_assert_uint_eq(lab_count(w, from, EVENT_TLB_FLUSH),
	                  w->kernel.layout.switch_pagetables ? 2 : 1);
	ck_assert_uint_eq(w->machine.cpu[0].cr3, mm_get(w, task_get(w, b)->mm)->pgd);
	stale = (unsigned)w->machine.stats.tlb_hits;
	ck_assert_uint_eq(lab_load(w, 0, va), 5);
	ck_assert_uint_eq(w->machine.stats.tlb_hits, stale + 1);
	for (unsigned i = 0; i < tlb_capacity(w->machine.cpu[0].tlb.model); i++) {
		const struct tlb_entry *e = tlb_entry(&w->machine.cpu[0].tlb, i, NULL);

		n += e->size && !e->global;
	}
	ck_assert_uint_eq(n, 0);
	ck_assert_uint_eq(user_get(w, 0, DATA), 0);
	become(w, a);
	ck_assert_uint_eq(user_get(w, 0, DATA), 1);
	lab_free(w);
}
END_TEST

/* A kernel thread leaves CR3 alone, and going back to the process it sits on costs nothing. */
START_TEST(kernel_threads_are_lazy)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=1");
	unsigned task = process(w, 0);
	uint32_t from = lab_now(w);
	struct message m;

	user_put(w, 0, DATA, 1);
	ck_assert_msg(world_become_shell(w, 0, &m), "%s", m.text);
	ck_assert_uint_eq(cpu_current(w, 0)->mm, 0);
	ck_assert(w->kernel.cpu[0].lazy_tlb);
	ck_assert_uint_eq(w->machine.cpu[0].cr3, mm_get(w, 1)->pgd);
	become(w, task);
	ck_assert(!w->kernel.cpu[0].lazy_tlb);
	ck_assert_uint_eq(lab_count(w, from, EVENT_CR_WRITE), 0);
	ck_assert_uint_eq(lab_count(w, from, EVENT_SWITCH), 2);
	lab_free(w);
}
END_TEST

/* The kernel's half is the same in all address spaces: what kmap maps in one is there in another. */
START_TEST(the_kernels_half_is_shared)
{
	struct world *w = lab_boot(builds[_i]);
	uint32_t page = lab_page(w), va;
	unsigned a = process(w, 0), b = forked(w, 0, 0, 0);

	become(w, b);
	va = (uint32_t)DO(w, 0, kmap, .pfn = page);
	lab_store(w, 0, va, 9);
	become(w, a);
	ck_assert_uint_eq(lab_load(w, 0, va), 9);
	ck_assert_uint_eq(lab_frame_word(w, page), 9);
	DO(w, 0, kunmap, .pfn = page);
	lab_free(w);
}
END_TEST

/* --- preemption ------------------------------------------------------------------------------- */

START_TEST(preempt_count_forbids_preemption)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=1");
	uint32_t a = lab_page(w), from;
	struct message m;
	uint64_t hash;

	START(w, 0, clear_highpage, .pfn = a);
	lab_step_to(w, 0, "clear_page(kaddr);");
	hash = world_hash(w);
	ck_assert(!world_preempt(w, 0, 0, &m));
	ck_assert_ptr_nonnull(strstr(m.text, "preempt_count is 1"));
	ck_assert(!world_become_shell(w, 0, &m));
	ck_assert_uint_eq(world_hash(w), hash);
	w->kernel.broken.allow_preempt = true;
	from = lab_now(w);
	ck_assert_msg(world_preempt(w, 0, 0, &m), "%s", m.text);
	ck_assert_uint_eq(lab_count(w, from, EVENT_PREEMPT), 1);
	ck_assert_uint_eq(preempt_count(w, 0), 0); /* the other task's */
	ck_assert_uint_eq(cpu_context(w, 0)->depth, 0);
	lab_free(w);
}
END_TEST

START_TEST(without_a_slot_preemption_is_allowed)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=1");
	uint32_t a = lab_page(w);
	struct message m;
	unsigned task;

	START(w, 0, kmap, .pfn = a);
	task = w->kernel.cpu[0].current;
	lab_step_to(w, 0, "if (!PageHighMem(page)) return page_address(page);");
	ck_assert_msg(world_preempt(w, 0, 0, &m), "%s", m.text);
	ck_assert_uint_ne(w->kernel.cpu[0].current, task);
	DO(w, 0, clear_highpage, .pfn = a);
	lab_run_all(w); /* the preempted one goes on */
	ck_assert_uint_ne(page_address(w, a), 0);
	ck_assert(!world_preempt(w, 0, 0, &m));
	ck_assert_ptr_nonnull(strstr(m.text, "no kernel code"));
	lab_free(w);
}
END_TEST

/* Two tasks in KM_USER0 of one CPU, because preemption was let happen. In 2.4 the second silently
 * takes the slot, and the first clears the second's page; 2.6.27 finds the slot occupied. */
START_TEST(preemption_in_a_slot_hits_the_wrong_page)
{
	struct world *w = lab_boot("kernel=2.4.27 highmem=4g cpus=1");
	uint32_t a = lab_page(w), b = lab_page(w);
	struct message m;
	unsigned first;

	DO(w, 0, clear_user_highpage, .pfn = b);
	phys_write32(&w->machine.phys, (uint64_t)a << PAGE_SHIFT, 0xaaaa);
	phys_write32(&w->machine.phys, (uint64_t)b << PAGE_SHIFT, 0xbbbb);
	w->kernel.broken.allow_preempt = true;
	START(w, 0, clear_user_highpage, .pfn = a);
	first = w->kernel.cpu[0].current;
	lab_step_to(w, 0, "clear_page(kaddr);");
	ck_assert_msg(world_preempt(w, 0, 0, &m), "%s", m.text);
	DO(w, 0, kmap_atomic, .pfn = b, .slot = (int32_t)profile_slot(w->kernel.profile, "USER0"));
	become(w, first);
	lab_run(w, 0);
	ck_assert_uint_eq(lab_frame_word(w, a), 0xaaaa);
	ck_assert_uint_eq(lab_frame_word(w, b), 0);
	lab_free(w);
}
END_TEST

START_TEST(preemption_in_a_slot_is_a_bug_in_2_6_27)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=1");
	uint32_t a = lab_page(w);
	struct message m;

	w->kernel.broken.allow_preempt = true;
	START(w, 0, clear_highpage, .pfn = a);
	lab_step_to(w, 0, "clear_page(kaddr);");
	ck_assert_msg(world_preempt(w, 0, 0, &m), "%s", m.text);
	ck_assert_int_eq(TRY(w, 0, clear_highpage, .pfn = a), LAB_OOPS);
	lab_free(w);
}
END_TEST

/* 6.1's local mappings survive it: they are saved and restored. */
START_TEST(preemption_with_a_local_mapping_is_harmless)
{
	struct world *w = lab_boot("kernel=6.1 cpus=1");
	uint32_t a = lab_page(w), b = lab_page(w), va;
	unsigned first;
	struct message m;

	va = (uint32_t)DO(w, 0, kmap_local_page, .pfn = a);
	lab_store(w, 0, va, 0xaaaa);
	first = w->kernel.cpu[0].current;
	START(w, 0, kmap, .pfn = b);
	ck_assert_msg(world_preempt(w, 0, 0, &m), "%s", m.text);
	ck_assert_uint_eq((uint32_t)DO(w, 0, kmap_local_page, .pfn = b), va);
	lab_store(w, 0, va, 0xbbbb);
	ck_assert(world_switch_to(w, first, NULL));
	ck_assert_uint_eq(lab_load(w, 0, va), 0xaaaa);
	lab_free(w);
}
END_TEST

/* --- migration -------------------------------------------------------------------------------- */

START_TEST(a_process_migrates)
{
	struct world *w = lab_boot(builds[_i]);
	unsigned task = process(w, 0);
	struct message m;

	user_put(w, 0, DATA, 77);
	ck_assert_msg(world_migrate(w, task, 1, &m), "%s", m.text);
	ck_assert_uint_ne(w->kernel.cpu[0].current, task);
	ck_assert(!world_migrate(w, task, 1, &m));
	become(w, task);
	ck_assert_uint_eq(user_get(w, 1, DATA), 77);
	ck_assert_uint_eq(mm_get(w, 1)->cpu_vm_mask, 3); /* CPU 0 is lazy on it */
	user_put(w, 1, DATA, 78);
	ends(w, 1);
	sound(w);
	lab_free(w);
}
END_TEST

/* kunmap_atomic() asks smp_processor_id(): on another CPU it would look at another slot. */
START_TEST(a_held_slot_pins)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=2");
	uint32_t a = lab_page(w);
	unsigned task;
	struct message m;

	START(w, 0, clear_highpage, .pfn = a);
	task = w->kernel.cpu[0].current;
	lab_step_to(w, 0, "kunmap_atomic(kaddr, KM_USER0);");
	ck_assert(!world_migrate(w, task, 1, &m));
	ck_assert_ptr_nonnull(strstr(m.text, "preempt_count is 1"));
	w->kernel.broken.allow_migrate = true;
	ck_assert_msg(world_migrate(w, task, 1, &m), "%s", m.text);
	lab_run_all(w);
	ck_assert_int_eq(task_get(w, task)->context.depth, 0);
	ck_assert_uint_ne(kernel_pte(w, slot_address(w, 0, 3)), 0); /* leaked */
	ck_assert_int_eq(TRY(w, 0, clear_highpage, .pfn = a), LAB_OOPS); /* who comes next finds it */
	lab_free(w);
}
END_TEST

START_TEST(a_local_mapping_disables_migration)
{
	struct world *w = lab_boot("kernel=6.1 cpus=2");
	uint32_t a = lab_page(w), va;
	unsigned task;
	struct message m;

	va = (uint32_t)DO(w, 0, kmap_local_page, .pfn = a);
	task = w->kernel.cpu[0].current;
	ck_assert(!world_migrate(w, task, 1, &m));
	ck_assert_ptr_nonnull(strstr(m.text, "disabled migration"));
	w->kernel.broken.allow_migrate = true;
	ck_assert_msg(world_migrate(w, task, 1, &m), "%s", m.text);
	become(w, task);
	ck_assert(lab_faults(w, 1, va)); /* the address is CPU 0's, the mapping now CPU 1's */
	lab_free(w);
}
END_TEST

/* --- system calls ----------------------------------------------------------------------------- */

START_TEST(a_file_goes_through_the_page_cache)
{
	struct world *w = lab_boot(builds[_i]);
	uint64_t free;
	uint32_t from, pfn;

	process(w, 0);
	user_put(w, 0, DATA + PAGE_SIZE - 2, 0x64636261);
	free = free_pages(w);
	ck_assert_uint_eq(DO(w, 0, sys_write, .buf = DATA + PAGE_SIZE - 2, .n = 4), 4);
	pfn = w->kernel.file.pfn;
	ck_assert(page_highmem(w, pfn));
	ck_assert_uint_eq(lab_frame_word(w, pfn), 0x64636261);
	ck_assert_uint_eq(free - free_pages(w), 1);
	from = lab_now(w);
	ck_assert_uint_eq(DO(w, 0, sys_read, .buf = DATA + 5 * PAGE_SIZE, .n = 100), 4);
	ck_assert_uint_eq(lab_count(w, from, EVENT_ZERO_PAGE), 1); /* the buffer was not there */
	ck_assert_uint_eq(user_get(w, 0, DATA + 5 * PAGE_SIZE), 0x64636261);
	DO(w, 0, sys_truncate, 0);
	ck_assert_uint_eq(DO(w, 0, sys_read, .buf = DATA, .n = 1), 0);
	sound(w);
	lab_free(w);
}
END_TEST

/* How the page of the page cache is mapped, by generation. */
START_TEST(each_generation_maps_in_its_way)
{
	static const struct {
		const char *kernel, *write, *read;
	} rows[] = {
		{ "kernel=2.4.27 highmem=4g", "kmap", "kmap" },
		{ "kernel=2.6.27", "kmap_atomic", "kmap_atomic" },
		{ "kernel=2.6.37", "kmap_atomic", "kmap_atomic" },
		{ "kernel=6.1", "kmap_atomic", "kmap_local_page" },
	};

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct world *w = lab_boot(rows[i].kernel);
		const char *all;
		char call[40];
		uint32_t from;

		process(w, 0);
		user_put(w, 0, DATA, 1);
		DO(w, 0, sys_write, .buf = DATA, .n = 4);
		for (int read = 0; read < 2; read++) {
			from = lab_now(w);
			if (read)
				DO(w, 0, sys_read, .buf = DATA, .n = 4);
			else
				DO(w, 0, sys_write, .buf = DATA, .n = 4);
			all = lab_events(w, from, "CALL");
			snprintf(call, sizeof(call), "0:CALL(%s,",
			         read ? rows[i].read : rows[i].write);
			ck_assert_msg(strstr(all, call) != NULL, "%s: no %s in %s", rows[i].kernel,
			              call, all);
		}
		sound(w);
		lab_free(w);
	}
}
END_TEST

START_TEST(a_bad_buffer_is_efault)
{
	struct world *w = lab_boot(builds[_i]);
	unsigned task = process(w, 0);

	ck_assert_uint_eq((uint32_t)DO(w, 0, sys_write, .buf = 0x1000, .n = 4), EFAULT_RESULT);
	user_put(w, 0, DATA, 1);
	ck_assert_uint_eq(DO(w, 0, sys_write, .buf = DATA, .n = 4), 4);
	ck_assert_uint_eq((uint32_t)DO(w, 0, sys_read, .buf = TEXT, .n = 4), EFAULT_RESULT);
	ck_assert_uint_eq((uint32_t)DO(w, 0, sys_write, .buf = 0x0814fffe, .n = 4), EFAULT_RESULT);
	ck_assert_int_eq(task_get(w, task)->state, TASK_RUNNING);
	sound(w);
	lab_free(w);
}
END_TEST

/* The buffer vanishes between being faulted in and the copy: with page faults disabled the copy ends
 * early, and everything is repeated. (Another thread's fork takes the write permission away.) */
START_TEST(an_atomic_copy_is_repeated)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=2");
	uint32_t from;

	process(w, 0);
	user_put(w, 0, DATA, 0x31323334);
	DO(w, 0, sys_write, .buf = DATA, .n = 4);
	become(w, forked(w, 0, 1, CLONE_VM));
	START(w, 0, sys_read, .buf = DATA, .n = 4);
	lab_step_to(w, 0, "ret = file_read_actor(desc, page, offset, nr);");
	forked(w, 1, 1, 0);
	from = lab_now(w);
	lab_run(w, 0);
	ck_assert_uint_eq(cpu_context(w, 0)->result, 4);
	ck_assert_uint_eq(lab_count(w, from, EVENT_PAGE_FAULT), 2); /* in the copy, and ahead of it */
	ck_assert_uint_eq(lab_count(w, from, EVENT_COW), 1);
	ck_assert_uint_eq(user_get(w, 0, DATA), 0x31323334);
	lab_free(w);
}
END_TEST

/* --- the world is a value --------------------------------------------------------------------- */

/* What decides the future of processes makes worlds different. */
START_TEST(the_hash_knows_address_spaces)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=2");
	unsigned task = process(w, 0);
	uint64_t hash = world_hash(w);

#define DIFFERS(change)                                                                           \
	do {                                                                                      \
		struct world *x = lab_clone(w);                                                   \
		change;                                                                           \
		ck_assert_msg(world_hash(x) != hash, "%s", #change);                              \
		lab_free(x);                                                                      \
	} while (0)

	DIFFERS(task_put(x, task)->mm = 0);
	DIFFERS(mm_put(x, 1)->pgd += PAGE_SIZE);
	DIFFERS(mm_put(x, 1)->mm_users++);
	DIFFERS(mm_put(x, 1)->cpu_vm_mask ^= 2);
	DIFFERS(mm_put(x, 1)->rss++);
	DIFFERS(mm_put(x, 1)->vma[2].vm_start -= PAGE_SIZE);
	DIFFERS(mm_put(x, 1)->page_table_lock.locked = true);
	DIFFERS(tlb_remove_page(x, 1, 7));
	DIFFERS(x->kernel.cpu[0].lazy_tlb = true);
	DIFFERS(x->kernel.cpu[1].active_mm = 1);
	DIFFERS(x->kernel.tlb_flush.flush_cpumask = 2);
	DIFFERS(x->kernel.file.pfn = 1);
	DIFFERS(x->kernel.broken.allow_preempt = true);
	ck_assert_uint_eq(world_hash(w), hash);
	lab_free(w);
}
END_TEST

/* --- going back ------------------------------------------------------------------------------- */

#define SESSION_DO(s, cpu, name, ...)                                                             \
	do {                                                                                      \
		struct name##_frame frame_ = { __VA_ARGS__ };                                     \
		ck_assert(session_start((s), (cpu), &name##_op, &frame_, &m));                    \
		ck_assert_int_eq(session_run_cpu((s), (cpu)), RUN_DONE);                          \
	} while (0)

/* All of it through a session; every position must come out the same again. */
START_TEST(every_moment_comes_back)
{
	struct session *s = session_new();
	struct boot_config config = lab_config(builds[_i]);
	struct message m = { "" };
	uint64_t hash[4000];
	uint32_t end;
	unsigned task;

	ck_assert_msg(session_boot(s, &config, &m), "%s", m.text);
	SESSION_DO(s, 0, do_fork, .comm = "init", .cpu = 0);
	task = session_world(s)->kernel.nr_tasks;
	ck_assert(session_become(s, 0, task, &m));
	SESSION_DO(s, 0, user_write, .va = DATA, .n = 2, .bytes = "hi");
	SESSION_DO(s, 0, do_fork, .comm = "child", .cpu = 1);
	SESSION_DO(s, 0, user_write, .va = DATA, .n = 2, .bytes = "ho");
	ck_assert(session_become(s, 1, task + 1, &m));
	SESSION_DO(s, 1, user_write, .va = DATA, .n = 2, .bytes = "ha");
	ck_assert_msg(session_migrate(s, task + 1, 0, &m), "%s", m.text);
	ck_assert(session_become(s, 0, task + 1, &m));
	SESSION_DO(s, 0, sys_write, .buf = DATA, .n = 2);
	SESSION_DO(s, 0, user_touch, .va = 0, .write = true);
	ck_assert(session_become(s, 0, 0, &m));
	ck_assert_int_eq(task_get(session_world(s), task + 1)->state, TASK_DEAD);
	end = session_end(s);
	ck_assert_uint_lt(end, LENGTH(hash));
	for (uint32_t i = 0; i <= end; i++) {
		session_goto(s, i);
		hash[i] = world_hash(session_world(s));
	}
	for (uint32_t i = 0; i <= end; i += 7) {
		session_goto(s, end - i);
		ck_assert_uint_eq(world_hash(session_world(s)), hash[end - i]);
	}
	session_free(s);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		kernel_threads_are_lazy, preempt_count_forbids_preemption,
		without_a_slot_preemption_is_allowed, preemption_in_a_slot_hits_the_wrong_page,
		preemption_in_a_slot_is_a_bug_in_2_6_27,
		preemption_with_a_local_mapping_is_harmless, a_held_slot_pins,
		a_local_mapping_disables_migration, each_generation_maps_in_its_way,
		an_atomic_copy_is_repeated, the_hash_knows_address_spaces,
	};
	const struct lab_loop loops[] = {
		{ a_switch_keeps_global_entries, BUILDS },      { the_kernels_half_is_shared, BUILDS },
		{ a_process_migrates, BUILDS },                 { a_bad_buffer_is_efault, BUILDS },
		{ a_file_goes_through_the_page_cache, BUILDS }, { every_moment_comes_back, BUILDS },
	};

	return lab_suite("process", tests, LENGTH(tests), loops, LENGTH(loops));
}
