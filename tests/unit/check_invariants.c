/*
 * The invariants can be violated: each is broken behind the model's back, byte by byte, and must be the
 * one that is named; and `set paranoid on` stops what runs.
 */
#include "lab.h"

#include "kernel/buddy.h"
#include "lab/paranoid.h"

/* --- each of them fails ------------------------------------------------------------------------ */

static void poke_pte(struct world *w, uint32_t va, uint64_t pte)
{
	if (w->kernel.layout.pae)
		phys_write64(&w->machine.phys, kernel_pte_pa(w, va), pte);
	else
		phys_write32(&w->machine.phys, kernel_pte_pa(w, va), (uint32_t)pte);
}

static void lost_count(struct world *w, uint32_t va)
{
	w->kernel.pkmap.pkmap_count[PKMAP_NR(&w->kernel.layout, va)] = 0;
}

static void lost_entry(struct world *w, uint32_t va)
{
	poke_pte(w, va, 0);
}

static void another_frame(struct world *w, uint32_t va)
{
	poke_pte(w, va, kernel_pte(w, va) + PAGE_SIZE);
}

static void another_right(struct world *w, uint32_t va)
{
	poke_pte(w, va, kernel_pte(w, va) | PTE_US);
}

static void lost_chain(struct world *w, uint32_t va)
{
	(void)va;
	memset(w->kernel.pkmap.htable, 0, sizeof(w->kernel.pkmap.htable));
}

static void slot_beyond_the_stack(struct world *w, uint32_t va)
{
	poke_pte(w, slot_address(w, 1, 3), kernel_pte(w, va));
}

static void nowhere(struct world *w, uint32_t va)
{
	struct pkmap *pool = &w->kernel.pkmap;
	unsigned nr = PKMAP_NR(&w->kernel.layout, va);
	uint32_t pfn = pool->map[nr].pfn;

	set_page_address(w, pfn, 0);
	set_page_address(w, 0xfff00, va); /* a believable story, but for the frame */
	poke_pte(w, va, 0xfff00ull << PAGE_SHIFT | page_kernel(w));
}

static void a_count_of_entries(struct world *w, uint32_t va)
{
	(void)va;
	w->machine.cpu[0].tlb.used++;
}

static void a_late_free(struct world *w, uint32_t va)
{
	lab_load(w, 0, va);
	poke_pte(w, va, 0);
	set_page_address(w, w->kernel.pkmap.map[PKMAP_NR(&w->kernel.layout, va)].pfn, 0);
	lost_count(w, va);
}

static void a_stale_slot(struct world *w, uint32_t va)
{
	uint32_t slot = slot_address(w, 0, 0);

	poke_pte(w, slot, kernel_pte(w, va));
	lab_load(w, 0, slot);
	poke_pte(w, slot, 0);
}

static void an_interrupt_too_few(struct world *w, uint32_t va)
{
	(void)va;
	context_enter(w, 0, CONTEXT_SOFTIRQ, true);
	w->kernel.cpu[0].nr_contexts--;
	cpu_current_put(w, 0)->preempt_count += 1u << 20;
}

static void a_lock_for_nothing(struct world *w, uint32_t va)
{
	(void)va;
	w->kernel.call_lock = (struct spinlock){ .locked = true, .task = w->kernel.cpu[0].current };
}

static void somewhere_else(struct world *w, uint32_t va)
{
	(void)va;
	cpu_current_put(w, 0)->cpu = 1;
}

static void nobody_to_wake_it(struct world *w, uint32_t va)
{
	unsigned task = task_new(w, 1, "lost");

	(void)va;
	task_put(w, task)->state = TASK_UNINTERRUPTIBLE;
}

static void a_page_of_no_bio(struct world *w, uint32_t va)
{
	(void)va;
	w->kernel.block.nr_bounce = 3;
}

static void a_table_in_a_hole(struct world *w, uint32_t va)
{
	uint64_t pmd = pmd_offset_k(w, va - (4u << 20));

	phys_write64(&w->machine.phys, pmd, 0xfff000000ull | PTE_P | PTE_RW);
}

static void a_leaked_page(struct world *w, uint32_t va)
{
	struct zone *z = &w->kernel.zone[ZONE_NORMAL];
	int order = free_area_find(w, z, 0);

	(void)va;
	free_list_del(w, z, free_list_first(z, (unsigned)order), (unsigned)order);
}

static void a_free_page_in_use(struct world *w, uint32_t va)
{
	struct zone *z = &w->kernel.zone[ZONE_NORMAL];

	(void)va;
	pfn_to_page_mut(w, free_list_first(z, 10))->use = PAGE_ANON;
}

static void buddies_apart(struct world *w, uint32_t va)
{
	struct zone *z = &w->kernel.zone[ZONE_NORMAL];
	uint64_t pfn = free_list_first(z, 10);

	(void)va;
	free_list_del(w, z, pfn, 10);
	free_list_add(w, z, pfn, 9);
	free_list_add(w, z, pfn + 512, 9);
}

static const struct {
	void (*harm)(struct world *w, uint32_t va);
	const char *invariant;
} harms[] = {
	{ lost_count, "pool_counts" }, { lost_entry, "pool_counts" },
	{ another_frame, "pool_counts" }, { another_right, "pool_counts" },
	{ lost_chain, "pool_hash" }, { slot_beyond_the_stack, "kmap_slots" },
	{ nowhere, "pte_in_ram" }, { a_count_of_entries, "tlb_shape" },
	{ a_late_free, "tlb_flushed" }, { a_stale_slot, "tlb_flushed" },
	{ an_interrupt_too_few, "preempt_count" }, { a_lock_for_nothing, "preempt_count" },
	{ somewhere_else, "contexts" }, { nobody_to_wake_it, "contexts" },
	{ a_page_of_no_bio, "bounce_pools" }, { a_table_in_a_hole, "tables_in_ram" },
	{ a_leaked_page, "free_lists" }, { a_free_page_in_use, "free_lists" },
	{ buddies_apart, "free_lists" },
};

START_TEST(a_harm_is_found_and_named)
{
	struct world *w = lab_boot("kernel=2.6.37 cpus=2 ram=1200");
	uint32_t va = (uint32_t)DO(w, 0, kmap, .pfn = lab_page(w));
	struct violation v;
	char text[320];

	ck_assert(invariants_hold(w, INVARIANTS_ALL, 0, &v));
	ck_assert_ptr_null(v.invariant);
	harms[_i].harm(w, va);
	ck_assert(!invariants_hold(w, INVARIANTS_ALL, 0, &v));
	ck_assert_str_eq(v.invariant, harms[_i].invariant);
	ck_assert_uint_eq(v.step, w->steps);
	ck_assert_uint_gt(strlen(v.what), 10);
	violation_text(&v, text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, harms[_i].invariant));
	lab_free(w);
}
END_TEST

/* The one that no harm of the tables can reach: what calls itself fresh is read a second time. */
START_TEST(a_lying_tlb_is_found)
{
	struct world *w = lab_boot("cpus=1 ram=1200");
	uint32_t va = (uint32_t)DO(w, 0, kmap, .pfn = lab_page(w));
	struct violation v;

	lab_load(w, 0, va);
	ck_assert(invariants_hold(w, INVARIANT_BIT(tlb_fresh), 0, &v));
	w->machine.cpu[0].pdpte[3] = 0; /* the reader of the tables goes by it; so does the walk: */
	ck_assert(invariants_hold(w, INVARIANT_BIT(tlb_fresh), 0, &v));
	ck_assert(!invariants_hold(w, INVARIANT_BIT(tlb_flushed), 0, &v));
	lab_free(w);
}
END_TEST

START_TEST(invariants_are_documented)
{
	unsigned n = 0;

	for (; invariant_name(n); n++)
		ck_assert_uint_gt(strlen(invariant_doc(n)), 20);
	ck_assert_uint_eq(n, INVARIANTS);
	ck_assert_ptr_null(invariant_doc(n));
}
END_TEST

/* --- set paranoid on --------------------------------------------------------------------------- */

static struct session *paranoid(const char *words)
{
	struct session *s = session_new();
	struct boot_config c = lab_config(words);
	struct message m = { "" };

	ck_assert_msg(session_boot(s, &c, &m), "%s", m.text);
	session_set_paranoid(s, true, 0);
	return s;
}

static enum run_end run(struct session *s, const struct op *op, const void *locals)
{
	ck_assert(session_start(s, 0, op, locals, NULL));
	return session_run_cpu(s, 0);
}

#define RUN(s, name, ...) run(s, &name##_op, &(struct name##_frame){ __VA_ARGS__ })

START_TEST(what_is_sound_runs_on)
{
	struct session *s = paranoid("kernel=2.6.27 pkmap=4 cpus=2 ram=1200");

	for (unsigned i = 0; i < 9; i++) {
		ck_assert_int_eq(RUN(s, kmap, .pfn = 0x4a000 + i), RUN_DONE);
		ck_assert_int_eq(RUN(s, kunmap, .pfn = 0x4a000 + i), RUN_DONE);
		ck_assert(session_check(s));
	}
	ck_assert_ptr_null(session_violation(s)->invariant);
	session_free(s);
}
END_TEST

/* With INVLPG broken the slot's entry stays in the TLB: the run stops at the step that should have
 * dropped it, and nothing of it is done after that. */
START_TEST(a_violation_stops_the_run)
{
	struct session *s = paranoid("kernel=2.6.27 cpus=2 ram=1200");
	const struct world *w = session_world(s);
	const struct violation *v = session_violation(s);
	uint32_t va = slot_address(w, 0, 3);

	session_set_knob(s, KNOB_IGNORE_INVLPG, true);
	ck_assert_int_eq(RUN(s, kmap_atomic, .pfn = 0x4a000, .slot = 3), RUN_DONE);
	ck_assert_int_eq(RUN(s, mem_read, .va = va, .n = 4), RUN_DONE);
	ck_assert_int_eq(RUN(s, kunmap_atomic, .vaddr = va, .slot = 3), RUN_VIOLATED);
	ck_assert_str_eq(v->invariant, "tlb_flushed");
	ck_assert_uint_eq(v->step, w->steps);
	ck_assert_uint_eq(v->cpu, 0);
	ck_assert_uint_eq(v->address, va);
	ck_assert(cpu_context(w, 0)->depth);
	ck_assert(!session_check(s)); /* and it is remembered */
	session_forget_violation(s);
	ck_assert_ptr_null(v->invariant);
	session_free(s);
}
END_TEST

START_TEST(what_is_excepted_is_not_asked)
{
	struct session *s = paranoid("kernel=2.6.27 cpus=2 ram=1200");
	uint32_t va = slot_address(session_world(s), 0, 3);

	session_set_paranoid(s, true, INVARIANT_BIT(tlb_flushed));
	session_set_knob(s, KNOB_IGNORE_INVLPG, true);
	ck_assert_int_eq(RUN(s, kmap_atomic, .pfn = 0x4a000, .slot = 3), RUN_DONE);
	ck_assert_int_eq(RUN(s, mem_read, .va = va, .n = 4), RUN_DONE);
	ck_assert_int_eq(RUN(s, kunmap_atomic, .vaddr = va, .slot = 3), RUN_DONE);
	ck_assert(session_check(s));
	session_free(s);
}
END_TEST

/* The replay starts from a clone: a world that was changed behind the session's back differs. */
START_TEST(a_replay_notices_what_was_no_input)
{
	struct session *s = paranoid("kernel=2.6.27 cpus=2 ram=1200");
	struct world *w = (struct world *)session_world(s);

	ck_assert_int_eq(RUN(s, kmap, .pfn = 0x4a000), RUN_DONE);
	ck_assert(session_check(s));
	phys_write32(&w->machine.phys, 0x4a000000, 1);
	ck_assert(!session_check(s));
	ck_assert_str_eq(session_violation(s)->invariant, INVARIANT_REPLAY);
	session_free(s);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { a_lying_tlb_is_found, invariants_are_documented,
		                       what_is_sound_runs_on, a_violation_stops_the_run,
		                       what_is_excepted_is_not_asked,
		                       a_replay_notices_what_was_no_input };
	const struct lab_loop loops[] = { { a_harm_is_found_and_named, LENGTH(harms) } };

	return lab_suite("invariants", tests, LENGTH(tests), loops, LENGTH(loops));
}
