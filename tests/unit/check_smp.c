/*
 * Calls to other CPUs and the flushes that use them: what is sent, who waits for whom, what each
 * generation drops, and what happens when somebody does not answer.
 */
#include "kernel/resched.h"
#include "process.h"

/* --- what is dropped -------------------------------------------------------------------------- */

/* Few pages: 6.1 drops them one by one, on every CPU. */
START_TEST(a_small_range_goes_page_by_page)
{
	struct world *w = lab_boot("kernel=6.1 cpus=2 pkmap=4");
	uint32_t a = lab_page(w), from;
	uint32_t va = (uint32_t)DO(w, 0, kmap, .pfn = a);

	lab_store(w, 1, va, 1);
	DO(w, 0, kunmap, .pfn = a);
	from = lab_now(w);
	DO(w, 0, kmap_flush_unused, 0);
	ck_assert_str_eq(lab_events(w, from, "FLUSH_REQUEST INVLPG TLB_FLUSH FLUSH_DONE"),
	                 "0:FLUSH_REQUEST(1,pkmap+0,4) 0:INVLPG(pkmap+0,0) 0:INVLPG(pkmap+1,0) "
	                 "0:INVLPG(pkmap+2,0) 0:INVLPG(pkmap+3,0) 0:FLUSH_DONE(0) "
	                 "1:INVLPG(pkmap+0,0) 1:INVLPG(pkmap+1,1) 1:INVLPG(pkmap+2,0) "
	                 "1:INVLPG(pkmap+3,0) 1:FLUSH_DONE(1)");
	ck_assert(lab_faults(w, 1, va));
	ck_assert_uint_eq(w->kernel.stats.ipi_received, 2);
	lab_free(w);
}
END_TEST

/* More than 33 pages: everything. The whole pool has 512. */
START_TEST(a_large_range_flushes_everything)
{
	static const struct {
		const char *boot;
		unsigned invlpg, flushes;
	} rows[] = {
		{ "kernel=6.1 cpus=2 pkmap=32", 64, 0 }, { "kernel=6.1 cpus=2 pkmap=64", 0, 2 },
		{ "kernel=6.1 cpus=2", 0, 2 },           { "kernel=2.6.27 cpus=2 pkmap=4", 0, 2 },
		{ "kernel=2.6.32 cpus=2 pkmap=4", 0, 2 },
	};

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct world *w = lab_boot(rows[i].boot);
		uint32_t a = lab_page(w), from;

		DO(w, 0, kmap, .pfn = a);
		DO(w, 0, kunmap, .pfn = a);
		from = lab_now(w);
		DO(w, 0, kmap_flush_unused, 0);
		ck_assert_uint_eq(lab_count(w, from, EVENT_INVLPG), rows[i].invlpg);
		ck_assert_uint_eq(lab_count(w, from, EVENT_TLB_FLUSH), rows[i].flushes);
		ck_assert_uint_eq(lab_count(w, from, EVENT_FLUSH_DONE), 2);
		lab_free(w);
	}
}
END_TEST

START_TEST(thirty_three_pages_are_the_ceiling)
{
	struct world *w = lab_boot("kernel=6.1 cpus=2");
	uint32_t base = w->kernel.layout.pkmap_base, from = lab_now(w);

	DO(w, 0, flush_tlb_kernel_range, .start = base, .end = base + 33 * PAGE_SIZE);
	ck_assert_uint_eq(lab_count(w, from, EVENT_INVLPG), 2 * 33);
	ck_assert_uint_eq(lab_count(w, from, EVENT_TLB_FLUSH), 0);
	from = lab_now(w);
	DO(w, 0, flush_tlb_kernel_range, .start = base, .end = base + 34 * PAGE_SIZE);
	ck_assert_uint_eq(lab_count(w, from, EVENT_INVLPG), 0);
	ck_assert_uint_eq(lab_count(w, from, EVENT_TLB_FLUSH), 2);
	lab_free(w);
}
END_TEST

/* Entries of the pool are global: a CR3 reload would keep them. */
START_TEST(global_entries_go_too)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=3 pkmap=4");
	uint32_t a = lab_page(w), va;

	va = (uint32_t)DO(w, 0, kmap, .pfn = a);
	for (unsigned cpu = 0; cpu < 3; cpu++) {
		lab_store(w, cpu, va, cpu);
		machine_write_cr3(&w->machine, cpu, w->machine.cpu[cpu].cr3);
		ck_assert_uint_eq(w->machine.cpu[cpu].tlb.used, 1);
	}
	DO(w, 0, kunmap, .pfn = a);
	DO(w, 2, kmap_flush_unused, 0);
	for (unsigned cpu = 0; cpu < 3; cpu++)
		ck_assert_uint_eq(w->machine.cpu[cpu].tlb.used, 0);
	lab_free(w);
}
END_TEST

/* A Pentium has no global pages: CR3 is reloaded instead. */
START_TEST(without_pge_cr3_is_reloaded)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=2 pkmap=4 highmem=4g cpu=pentium");
	uint32_t a = lab_page(w), from, va;

	va = (uint32_t)DO(w, 0, kmap, .pfn = a);
	lab_store(w, 1, va, 5);
	DO(w, 0, kunmap, .pfn = a);
	from = lab_now(w);
	DO(w, 0, kmap_flush_unused, 0);
	ck_assert_uint_eq(lab_count(w, from, EVENT_FLUSH_DONE), 2);
	for (uint32_t seq = from + 1; seq <= lab_now(w); seq++)
		if (event_get(&w->machine.log, seq)->kind == EVENT_CR_WRITE)
			ck_assert_uint_eq(event_get(&w->machine.log, seq)->arg[0], 3);
	ck_assert(lab_faults(w, 1, va));
	lab_free(w);
}
END_TEST

/* --- the lock of a call ----------------------------------------------------------------------- */

#define CALL_WAY "LOCK UNLOCK FLUSH_REQUEST IPI_SEND FLUSH_DONE IPI_ACK"

static const struct {
	const char *boot, *events;
} calls[] = {
	/* arch/i386/kernel/smp.c smp_call_function(), 2.4.27: call_lock around sending and
	 * waiting */
	{ "kernel=2.4.27 cpus=3 pkmap=4",
	  "0:LOCK(call_function_lock) 0:FLUSH_REQUEST(2,pkmap+0,0) 0:IPI_SEND(1,0xfb) "
	  "0:IPI_SEND(2,0xfb) 1:FLUSH_DONE(1) 1:IPI_ACK(0,0xfb) 2:FLUSH_DONE(2) 2:IPI_ACK(0,0xfb) "
	  "0:UNLOCK(call_function_lock) 0:FLUSH_DONE(0)" },
	/* kernel/smp.c smp_call_function_mask(), generic_smp_call_function_interrupt(), 2.6.27: the
	 * lock to put the call on the list, given back before the IPIs; and by the last who
	 * answers */
	{ "kernel=2.6.27 cpus=3 pkmap=4",
	  "0:LOCK(call_function_lock) 0:UNLOCK(call_function_lock) 0:FLUSH_REQUEST(2,pkmap+0,0) "
	  "0:IPI_SEND(1,0xfb) 0:IPI_SEND(2,0xfb) 1:FLUSH_DONE(1) 1:IPI_ACK(0,0xfb) "
	  "2:FLUSH_DONE(2) 2:LOCK(call_function_lock) 2:UNLOCK(call_function_lock) "
	  "2:IPI_ACK(0,0xfb) 0:FLUSH_DONE(0)" },
	/* smp_call_function_many() and the same handler, 2.6.37 */
	{ "kernel=2.6.37 cpus=3 pkmap=4",
	  "0:LOCK(call_function_lock) 0:UNLOCK(call_function_lock) 0:FLUSH_REQUEST(2,pkmap+0,0) "
	  "0:IPI_SEND(1,0xfb) 0:IPI_SEND(2,0xfb) 1:FLUSH_DONE(1) 1:IPI_ACK(0,0xfb) "
	  "2:FLUSH_DONE(2) 2:LOCK(call_function_lock) 2:UNLOCK(call_function_lock) "
	  "2:IPI_ACK(0,0xfb) 0:FLUSH_DONE(0)" },
	/* smp_call_function_many_cond(), 6.1: llist_add() asks for no lock */
	{ "kernel=6.1 cpus=3 pkmap=4",
	  "0:FLUSH_REQUEST(2,pkmap+0,4) 0:IPI_SEND(1,0xfb) 0:IPI_SEND(2,0xfb) 0:FLUSH_DONE(0) "
	  "1:FLUSH_DONE(1) 1:IPI_ACK(0,0xfb) 2:FLUSH_DONE(2) 2:IPI_ACK(0,0xfb)" },
};

START_TEST(who_holds_what_during_a_call)
{
	struct world *w = lab_boot(calls[_i].boot);
	uint32_t base = w->kernel.layout.pkmap_base, from = lab_now(w);

	DO(w, 0, flush_tlb_kernel_range, .start = base, .end = base + 4 * PAGE_SIZE);
	ck_assert_str_eq(lab_events(w, from, CALL_WAY), calls[_i].events);
	for (unsigned i = 0; i < 3; i++)
		ck_assert_uint_eq(w->kernel.call_data[i].expected, 0);
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* While one call waits another can be made, which 2.4 does not allow. */
START_TEST(two_calls_are_in_flight)
{
	static const char *const boots[] = { "kernel=2.4.27 cpus=3", "kernel=2.6.27 cpus=3",
		                             "kernel=6.1 cpus=3" };

	for (unsigned i = 0; i < LENGTH(boots); i++) {
		struct world *w = lab_boot(boots[i]);
		uint32_t base = w->kernel.layout.pkmap_base, from = lab_now(w);
		struct flush_tlb_kernel_range_frame f = { base, base + 64 * PAGE_SIZE };

		DO(w, 2, local_irq_disable, 0);
		ck_assert_int_eq(lab_try(w, 0, &flush_tlb_kernel_range_op, &f), LAB_STUCK);
		ck_assert_int_eq(lab_try(w, 1, &flush_tlb_kernel_range_op, &f), LAB_STUCK);
		ck_assert_uint_eq(lab_count(w, from, EVENT_FLUSH_REQUEST), i ? 2 : 1);
		DO(w, 2, local_irq_enable, 0);
		lab_run_all(w);
		ck_assert_uint_eq(lab_count(w, from, EVENT_FLUSH_DONE), 6);
		lab_sound(w);
		lab_free(w);
	}
}
END_TEST

/* --- who waits -------------------------------------------------------------------------------- */

/* A CPU with interrupts off keeps the caller waiting; once it enables them, it answers. */
START_TEST(interrupts_off_keep_the_caller_waiting)
{
	struct world *w = lab_boot("cpus=2 pkmap=4");
	uint32_t from;

	DO(w, 1, local_irq_disable, 0);
	from = lab_now(w);
	ck_assert_int_eq(TRY(w, 0, kmap_flush_unused, 0), LAB_STUCK);
	ck_assert_str_eq(lab_events(w, from, "IPI_SEND IRQ_DELIVER FLUSH_DONE"),
	                 "0:IPI_SEND(1,0xfb)");
	ck_assert_int_eq(world_step(w, 0), STEP_SPUN);
	DO(w, 1, local_irq_enable, 0);
	ck_assert_int_eq(lab_run(w, 0), LAB_DONE);
	ck_assert_str_eq(
		lab_events(w, from, "IPI_SEND IRQ_DELIVER FLUSH_DONE"),
		"0:IPI_SEND(1,0xfb) 1:IRQ_DELIVER(0xfb,0) 1:FLUSH_DONE(1) 0:FLUSH_DONE(0)");
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* Spinning leaves nothing behind: no cycles, no charges, no events, no steps. */
START_TEST(spinning_leaves_the_world_as_it_was)
{
	struct world *w = lab_boot("cpus=2 pkmap=4");
	struct machine_stats stats;
	uint64_t cycle, hash;
	uint32_t steps, n;

	DO(w, 1, local_irq_disable, 0);
	ck_assert_int_eq(TRY(w, 0, kmap_flush_unused, 0), LAB_STUCK);
	hash = world_hash(w);
	stats = w->machine.stats;
	cycle = w->machine.cpu[0].cycle;
	steps = w->steps;
	n = lab_now(w);
	for (unsigned i = 0; i < 10; i++)
		ck_assert_int_eq(world_step(w, 0), STEP_SPUN);
	ck_assert_uint_eq(world_hash(w), hash);
	ck_assert_mem_eq(&w->machine.stats, &stats, sizeof(stats));
	ck_assert_uint_eq(w->machine.cpu[0].cycle, cycle);
	ck_assert_uint_eq(w->steps, steps);
	ck_assert_uint_eq(lab_now(w), n);
	lab_free(w);
}
END_TEST

START_TEST(a_lost_ipi_is_waited_for_for_ever)
{
	struct world *w = lab_boot("cpus=2 pkmap=4");
	uint32_t from = lab_now(w);

	w->machine.broken.lose_ipi = true;
	ck_assert_int_eq(TRY(w, 0, kmap_flush_unused, 0), LAB_STUCK);
	ck_assert_uint_eq(lab_count(w, from, EVENT_IPI_SEND), 1);
	ck_assert_uint_eq(lab_count(w, from, EVENT_IRQ_DELIVER), 0);
	lab_free(w);
}
END_TEST

START_TEST(a_halted_cpu_does_not_answer)
{
	struct world *w = lab_boot("cpus=2 pkmap=4");
	uint32_t a = lab_page(w);

	ck_assert_int_eq(TRY(w, 1, kunmap, .pfn = a), LAB_OOPS);
	w->kernel.kmap_lock.locked = false; /* which the oops left held */
	ck_assert_int_eq(TRY(w, 0, kmap_flush_unused, 0), LAB_STUCK);
	lab_free(w);
}
END_TEST

/* Two CPUs that flush at the same time: each answers the other while it waits for the lock. */
START_TEST(two_callers_answer_each_other)
{
	struct world *w = lab_boot("cpus=2 pkmap=4");
	uint32_t from;

	w->kernel.kmap_lock.locked = false;
	START(w, 0, kmap_flush_unused, 0);
	lab_step_to(w, 0, "arch_send_call_function_single_ipi(cpu);");
	SPAWN(w, 1, flush_tlb_kernel_range, .start = w->kernel.layout.pkmap_base,
	      .end = w->kernel.layout.pkmap_base + 4 * PAGE_SIZE);
	from = lab_now(w);
	lab_run_all(w);
	ck_assert_uint_eq(lab_count(w, from, EVENT_FLUSH_DONE), 4);
	ck_assert_uint_eq(lab_count(w, from, EVENT_IPI_ACK), 2);
	ck_assert(!w->kernel.call_lock.locked && !w->kernel.kmap_lock.locked);
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* A CPU in the middle of something is interrupted, and goes on with it. */
START_TEST(a_busy_cpu_is_interrupted)
{
	struct world *w = lab_boot("kernel=6.1 cpus=2 pkmap=4");
	uint32_t a = lab_page(w), va;

	START(w, 1, kmap_local_page, .pfn = a);
	lab_step_to(w, 1, "BUG_ON(!pte_none(*kmap_pte));");
	va = (uint32_t)DO(w, 0, kmap, .pfn = a);
	DO(w, 0, kunmap, .pfn = a);
	DO(w, 0, kmap_flush_unused, 0);
	ck_assert_str_eq(lab_at(w, 1), "BUG_ON(!pte_none(*kmap_pte));");
	ck_assert_int_eq(cpu_context_kind(w, 1), CONTEXT_TASK);
	ck_assert_int_eq(lab_run(w, 1), LAB_DONE);
	ck_assert_uint_eq(cpu_context(w, 1)->result, slot_address(w, 1, 0));
	ck_assert(lab_faults(w, 0, va));
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* The interrupt arrives while another one is handled that has enabled interrupts again. */
START_TEST(an_interrupt_nests_in_an_interrupt)
{
	struct world *w = lab_boot("cpus=2 pkmap=4");
	uint32_t before;

	ck_assert(world_enter_context(w, 1, CONTEXT_HARDIRQ, NULL));
	before = preempt_count(w, 1);
	DO(w, 1, local_irq_enable, 0);
	DO(w, 0, kmap_flush_unused, 0);
	ck_assert_uint_eq(preempt_count(w, 1), before);
	ck_assert_int_eq(cpu_context_kind(w, 1), CONTEXT_HARDIRQ);
	lab_sound(w);
	ck_assert(world_exit_context(w, 1, NULL));
	ck_assert_uint_eq(preempt_count(w, 1), 0);
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* A command's interrupt does not swallow one that is on its way. */
START_TEST(a_pending_ipi_is_not_swallowed)
{
	struct world *w = lab_boot("cpus=2 pkmap=4");

	START(w, 0, kmap_flush_unused, 0);
	lab_step_to(w, 0, "csd_lock_wait(data);");
	machine_wait(&w->machine, 1, w->machine.cpu[0].cycle + 1000000);
	if (world_enter_context(w, 1, CONTEXT_HARDIRQ, NULL)) {
		DO(w, 1, local_irq_enable, 0);
		ck_assert(world_exit_context(w, 1, NULL));
	}
	ck_assert_int_eq(lab_run(w, 0), LAB_DONE);
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* A CPU on borrowed tables leaves them when it flushes everything, but not in 6.1. */
START_TEST(a_lazy_cpu_leaves_its_mm)
{
	static const struct {
		const char *kernel;
		bool leaves;
	} rows[] = { { "kernel=2.6.27 cpus=2", true }, { "kernel=6.1 cpus=2", false } };
	struct world *w = lab_boot(rows[_i].kernel);
	struct message m;
	uint32_t from;

	process(w, 1);
	ck_assert_msg(world_become_shell(w, 1, &m), "%s", m.text);
	ck_assert(w->kernel.cpu[1].lazy_tlb && w->kernel.cpu[1].active_mm);
	from = lab_now(w);
	DO(w, 0, flush_tlb_kernel_range, .start = w->kernel.layout.pkmap_base,
	   .end = w->kernel.layout.pkmap_base + 512 * PAGE_SIZE);
	ck_assert_uint_eq(lab_count(w, from, EVENT_LEAVE_MM), rows[_i].leaves);
	ck_assert_uint_eq(w->kernel.cpu[1].active_mm == 0, rows[_i].leaves);
	ck_assert_uint_eq(w->machine.cpu[1].cr3 == w->kernel.swapper_pg_dir, rows[_i].leaves);
	lab_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_small_range_goes_page_by_page,
		a_large_range_flushes_everything,
		thirty_three_pages_are_the_ceiling,
		global_entries_go_too,
		without_pge_cr3_is_reloaded,
		interrupts_off_keep_the_caller_waiting,
		spinning_leaves_the_world_as_it_was,
		a_lost_ipi_is_waited_for_for_ever,
		a_halted_cpu_does_not_answer,
		two_callers_answer_each_other,
		two_calls_are_in_flight,
		a_busy_cpu_is_interrupted,
		an_interrupt_nests_in_an_interrupt,
		a_pending_ipi_is_not_swallowed,
	};

	const struct lab_loop loops[] = { { a_lazy_cpu_leaves_its_mm, 2 },
	                                  { who_holds_what_during_a_call, LENGTH(calls) } };

	return lab_suite("smp", tests, LENGTH(tests), loops, LENGTH(loops));
}
