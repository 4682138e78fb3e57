/*
 * Tasks, contexts and preempt_count: who runs next, what an interrupt adds, what cannot be
 * switched away from, and what is refused.
 */
#include "lab.h"

/* --- preempt_count ---------------------------------------------------------------------------- */

START_TEST(contexts_count_in_preempt_count)
{
	static const struct {
		const char *kernel;
		uint32_t softirq, hardirq, nmi; /* what each adds */
	} rows[] = {
		{ "kernel=2.6.27", 0x100, 0x10000, 0x10000 }, /* nmi_enter() was irq_enter() */
		{ "kernel=2.6.32", 0x100, 0x10000, 0x4010000 },
		{ "kernel=6.1", 0x100, 0x10000, 0x110000 },
	};

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct world *w = lab_boot(rows[i].kernel);

		ck_assert(world_enter_context(w, 0, CONTEXT_SOFTIRQ, NULL));
		ck_assert_uint_eq(preempt_count(w, 0), rows[i].softirq);
		ck_assert(in_interrupt(w, 0) && !in_irq(w, 0) && !in_nmi(w, 0));
		ck_assert(world_enter_context(w, 0, CONTEXT_HARDIRQ, NULL));
		ck_assert_uint_eq(preempt_count(w, 0), rows[i].softirq + rows[i].hardirq);
		ck_assert(in_irq(w, 0) && irqs_disabled(w, 0) && !in_nmi(w, 0));
		ck_assert(world_enter_context(w, 0, CONTEXT_NMI, NULL));
		ck_assert_msg(preempt_count(w, 0) ==
		                      rows[i].softirq + rows[i].hardirq + rows[i].nmi,
		              "%s: %x", rows[i].kernel, preempt_count(w, 0));
		ck_assert(in_nmi(w, 0));
		lab_sound(w);
		for (unsigned n = 0; n < 3; n++)
			ck_assert(world_exit_context(w, 0, NULL));
		ck_assert_uint_eq(preempt_count(w, 0), 0);
		ck_assert(!irqs_disabled(w, 0));
		ck_assert(!in_interrupt(w, 1));
		lab_free(w);
	}
}
END_TEST

/* Disabled bottom halves count two where one is a softirq being served. */
static const struct {
	const char *kernel;
	uint32_t count;
} disabled[] = { { "kernel=2.6.27", 0x102 }, { "kernel=2.6.32", 0x202 }, { "kernel=6.1", 0x202 } };

START_TEST(disabling_nests)
{
	struct world *w = lab_boot(disabled[_i].kernel);

	DO(w, 0, preempt_disable, 0);
	DO(w, 0, local_bh_disable, 0);
	DO(w, 0, preempt_disable, 0);
	ck_assert_uint_eq(preempt_count(w, 0), disabled[_i].count);
	ck_assert(in_atomic(w, 0) && in_interrupt(w, 0) && !in_irq(w, 0));
	DO(w, 0, preempt_enable, 0);
	DO(w, 0, preempt_enable, 0);
	DO(w, 0, local_bh_enable, 0);
	ck_assert(!in_atomic(w, 0));
	DO(w, 0, local_irq_disable, 0);
	ck_assert(in_atomic(w, 0) && !w->machine.cpu[0].eflags_if);
	DO(w, 0, local_irq_enable, 0);
	ck_assert(!in_atomic(w, 0));
	lab_free(w);
}
END_TEST

/* --- contexts by command ---------------------------------------------------------------------- */

START_TEST(contexts_come_in_their_order)
{
	struct world *w = lab_boot("cpus=2");
	struct message m;

	ck_assert(!world_exit_context(w, 0, &m));
	ck_assert(world_enter_context(w, 0, CONTEXT_HARDIRQ, NULL));
	ck_assert(!world_enter_context(w, 0, CONTEXT_SOFTIRQ, &m));
	ck_assert_ptr_nonnull(strstr(m.text, "in hardirq context already"));
	ck_assert(!world_enter_context(w, 0, CONTEXT_HARDIRQ, &m));
	ck_assert(world_enter_context(w, 0, CONTEXT_NMI, NULL));
	ck_assert(!world_enter_context(w, 0, CONTEXT_NMI, &m));
	ck_assert(world_enter_context(w, 1, CONTEXT_SOFTIRQ, NULL));
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* An NMI whose handler has enabled interrupts is interrupted; another NMI waits all the same. */
START_TEST(an_nmi_keeps_nmis_away)
{
	struct world *w = lab_boot("cpus=2 pkmap=4");
	struct message m;

	ck_assert(world_enter_context(w, 0, CONTEXT_NMI, NULL));
	DO(w, 0, local_irq_enable, 0);
	START(w, 1, kmap_flush_unused, 0);
	lab_step_to(w, 1, "csd_lock_wait(data);");
	ck_assert_int_eq(world_interrupt(w, 0), STEP_TAKEN);
	ck_assert_int_eq(cpu_context_kind(w, 0), CONTEXT_HARDIRQ);
	ck_assert(!world_enter_context(w, 0, CONTEXT_NMI, &m));
	ck_assert_ptr_nonnull(strstr(m.text, "in nmi context already"));
	lab_sound(w);
	ck_assert_int_eq(lab_run(w, 1), LAB_DONE);
	ck_assert(world_exit_context(w, 0, NULL));
	lab_sound(w);
	lab_free(w);
}
END_TEST

START_TEST(interrupts_off_hold_off_all_but_nmis)
{
	struct world *w = lab_boot("cpus=1");
	struct message m;

	DO(w, 0, local_irq_disable, 0);
	ck_assert(!world_enter_context(w, 0, CONTEXT_HARDIRQ, &m));
	ck_assert_ptr_nonnull(strstr(m.text, "interrupts disabled"));
	ck_assert(world_enter_context(w, 0, CONTEXT_NMI, NULL));
	ck_assert(world_exit_context(w, 0, NULL));
	ck_assert(!w->machine.cpu[0].eflags_if); /* IRET brings back what was */
	lab_free(w);
}
END_TEST

/* What is refused leaves no trace. */
START_TEST(a_refusal_changes_nothing)
{
	struct world *w = lab_boot("cpus=2 pkmap=4");
	uint32_t a = lab_page(w), n;
	struct message m;
	uint64_t hash;

	START(w, 0, kmap, .pfn = a);
	lab_step_to(w, 0, "vaddr = page_address(page);");
	ck_assert(world_enter_context(w, 0, CONTEXT_HARDIRQ, NULL));
	START(w, 0, kunmap, .pfn = a);
	hash = world_hash(w);
	n = lab_now(w);
	ck_assert(!world_ready(w, 0, &m));
	ck_assert(!world_ready(w, 7, &m));
	ck_assert_ptr_nonnull(strstr(m.text, "no CPU 7"));
	ck_assert(!world_exit_context(w, 0, &m));
	ck_assert_ptr_nonnull(strstr(m.text, "kunmap()"));
	ck_assert(!world_enter_context(w, 0, CONTEXT_HARDIRQ, &m));
	ck_assert_uint_eq(world_hash(w), hash);
	ck_assert_uint_eq(lab_now(w), n);
	lab_free(w);
}
END_TEST

/* An operation in the middle of a task's, on a stack of its own. */
START_TEST(an_interrupt_runs_on_its_own_stack)
{
	struct world *w = lab_boot("cpus=1 pkmap=4");
	uint32_t a = lab_page(w), va;

	START(w, 0, kmap, .pfn = a);
	lab_step_to(w, 0, "pkmap_count[last_pkmap_nr] = 1;");
	ck_assert(world_enter_context(w, 0, CONTEXT_HARDIRQ, NULL));
	ck_assert_str_eq(lab_at(w, 0), "");
	va = (uint32_t)DO(w, 0, kmap_atomic, .pfn = a, .slot = 0);
	DO(w, 0, kunmap_atomic, .vaddr = va, .slot = 0);
	ck_assert(world_exit_context(w, 0, NULL));
	ck_assert_str_eq(lab_at(w, 0), "pkmap_count[last_pkmap_nr] = 1;");
	ck_assert_int_eq(lab_run(w, 0), LAB_DONE);
	ck_assert_str_eq(lab_counts(w), "0 2 0 0");
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* --- who runs --------------------------------------------------------------------------------- */

START_TEST(boot_leaves_an_idle_machine)
{
	struct world *w = lab_boot("cpus=3");

	for (unsigned cpu = 0; cpu < 3; cpu++) {
		ck_assert_int_eq(world_step(w, cpu), STEP_NOTHING);
		ck_assert(!world_runnable(w, cpu));
		ck_assert_uint_eq(w->machine.cpu[cpu].cycle, 0);
		ck_assert(w->machine.cpu[cpu].eflags_if);
	}
	ck_assert(cpu_current(w, 0)->shell);
	ck_assert_uint_eq(w->kernel.cpu[1].current, w->kernel.cpu[1].idle);
	ck_assert_uint_eq(w->steps, 0);
	lab_sound(w);
	lab_free(w);
}
END_TEST

START_TEST(tasks_run_in_their_order_and_end)
{
	struct world *w = lab_boot("cpus=1 pkmap=8");
	uint64_t switches = w->kernel.stats.context_switches;
	uint32_t from;

	for (unsigned i = 0; i < 3; i++)
		SPAWN(w, 0, kmap, .pfn = lab_page(w));
	from = lab_now(w);
	lab_run_all(w);
	ck_assert_str_eq(lab_events(w, from, "SWITCH EXIT PTE_SET"),
	                 "0:SWITCH(2,3) 0:PTE_SET(pkmap+1,A) 0:EXIT(3,0x0) "
	                 "0:SWITCH(3,4) 0:PTE_SET(pkmap+2,B) 0:EXIT(4,0x0) "
	                 "0:SWITCH(4,5) 0:PTE_SET(pkmap+3,C) 0:EXIT(5,0x0) 0:SWITCH(5,1)");
	ck_assert_uint_eq(w->kernel.stats.context_switches, switches + 4);
	lab_free(w);
}
END_TEST

START_TEST(a_held_task_waits)
{
	struct world *w = lab_boot("cpus=1");
	unsigned task = SPAWN(w, 0, kmap, .pfn = lab_page(w));

	task_put(w, task)->held = true;
	lab_run_all(w);
	ck_assert_uint_eq(task_get(w, task)->context.depth, 1);
	task_put(w, task)->held = false;
	lab_run_all(w);
	ck_assert_uint_eq(task_get(w, task)->state, TASK_DEAD);
	lab_free(w);
}
END_TEST

START_TEST(a_task_stays_on_its_cpu)
{
	struct world *w = lab_boot("cpus=2 pkmap=8");
	unsigned task = SPAWN(w, 1, kmap, .pfn = lab_page(w));
	uint32_t from = lab_now(w);

	lab_run_all(w);
	for (uint32_t seq = from + 1; seq <= lab_now(w); seq++) {
		ck_assert_uint_eq(event_get(&w->machine.log, seq)->cpu, 1);
		if (event_get(&w->machine.log, seq)->kind == EVENT_PTE_SET)
			ck_assert_uint_eq(event_get(&w->machine.log, seq)->task, task);
	}
	lab_free(w);
}
END_TEST

/* Time does not run backwards for who was idle. */
START_TEST(an_idle_clock_catches_up)
{
	struct world *w = lab_boot("cpus=2 pkmap=8");
	uint64_t busy = 1000000;

	machine_wait(&w->machine, 0, busy); /* a long way ahead */
	DO(w, 1, preempt_disable, 0);
	ck_assert_uint_gt(w->machine.cpu[1].cycle, busy);
	ck_assert_uint_eq(w->machine.cpu[0].cycle, busy);
	lab_free(w);
}
END_TEST

START_TEST(preemption_off_forbids_a_switch)
{
	struct world *w = lab_boot("cpus=1");
	unsigned task = SPAWN(w, 0, kmap, .pfn = lab_page(w));
	struct message m;

	DO(w, 0, preempt_disable, 0);
	ck_assert(!world_switch_to(w, task, &m));
	ck_assert_ptr_nonnull(strstr(m.text, "preempt_count is 1"));
	lab_run_all(w);
	ck_assert_uint_eq(task_get(w, task)->context.depth, 1);
	DO(w, 0, preempt_enable, 0);
	ck_assert(world_switch_to(w, task, NULL));
	lab_free(w);
}
END_TEST

/* A task that is about to sleep holds a lock until it says so: no switch in between. */
START_TEST(no_switch_while_going_to_sleep)
{
	struct world *w = lab_boot("cpus=1 pkmap=4");
	unsigned task;

	for (unsigned i = 0; i < 4; i++)
		DO(w, 0, kmap, .pfn = lab_page(w));
	task = SPAWN(w, 0, preempt_disable, 0);
	START(w, 0, kmap, .pfn = lab_page(w));
	lab_step_to(w, 0, "unlock_kmap();");
	ck_assert_uint_eq(cpu_current(w, 0)->state, TASK_UNINTERRUPTIBLE);
	ck_assert(!world_switch_to(w, task, NULL));
	ck_assert(!world_ready(w, 0, NULL));
	lab_free(w);
}
END_TEST

START_TEST(sleepers_and_the_dead_are_not_switched_to)
{
	struct world *w = lab_boot("cpus=1 pkmap=4");
	unsigned dead = SPAWN(w, 0, preempt_enable, 0), asleep;
	struct message m;

	task_put(w, dead)->preempt_count = 1;
	for (unsigned i = 0; i < 4; i++)
		DO(w, 0, kmap, .pfn = lab_page(w));
	asleep = SPAWN(w, 0, kmap, .pfn = lab_page(w));
	lab_run_all(w);
	ck_assert(!world_switch_to(w, asleep, &m));
	ck_assert_str_eq(m.text, "Task 4 sleeps: somebody has to wake it first.");
	ck_assert(!world_switch_to(w, dead, &m));
	ck_assert_str_eq(m.text, "There is no task 3 any more: it has ended.");
	ck_assert(!world_switch_to(w, 99, &m));
	ck_assert_str_eq(m.text, "There is no task 99.");
	lab_free(w);
}
END_TEST

/* Woken between joining the queue and schedule(): it does not sleep. */
START_TEST(a_wakeup_before_the_sleep_is_not_lost)
{
	struct world *w = lab_boot("cpus=2 pkmap=4");
	uint32_t p[5], from;

	for (unsigned i = 0; i < 5; i++) {
		p[i] = lab_page(w);
		if (i < 4)
			DO(w, 0, kmap, .pfn = p[i]);
	}
	START(w, 0, kmap, .pfn = p[4]);
	lab_step_to(w, 0, "schedule();");
	from = lab_now(w);
	DO(w, 1, kunmap, .pfn = p[0]);
	ck_assert_int_eq(lab_run(w, 0), LAB_DONE);
	ck_assert_uint_eq(lab_count(w, from, EVENT_SLEEP), 0);
	ck_assert_uint_eq(lab_count(w, from, EVENT_WAKE), 1);
	ck_assert_uint_eq(cpu_context(w, 0)->result, PKMAP_ADDR(&w->kernel.layout, 1));
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* schedule() in an interrupt: there is nobody to put to sleep. */
START_TEST(sleeping_in_an_interrupt_is_a_bug)
{
	struct world *w = lab_boot("cpus=2 pkmap=4");

	for (unsigned i = 0; i < 4; i++)
		DO(w, 0, kmap, .pfn = lab_page(w));
	ck_assert(world_enter_context(w, 0, CONTEXT_HARDIRQ, NULL));
	ck_assert_int_eq(TRY(w, 0, kmap, .pfn = lab_page(w)), LAB_OOPS);
	lab_free(w);
}
END_TEST

/* schedule() with preemption disabled: the kernel complains, and does it. */
START_TEST(sleeping_while_atomic_is_complained_about)
{
	struct world *w = lab_boot("cpus=2 pkmap=4");
	uint32_t n;

	for (unsigned i = 0; i < 4; i++)
		DO(w, 0, kmap, .pfn = lab_page(w));
	DO(w, 0, preempt_disable, 0);
	n = w->kernel.dmesg.n;
	ck_assert_int_eq(TRY(w, 0, kmap, .pfn = lab_page(w)), LAB_ASLEEP);
	ck_assert_ptr_nonnull(strstr(dmesg_line(w, n), "sleeping function called from invalid"));
	ck_assert_str_eq(dmesg_line(w, w->kernel.dmesg.n - 1),
	                 "BUG: scheduling while atomic: sh/1/0x00000001");
	lab_free(w);
}
END_TEST

/* Interrupts belong to the CPU: it must not idle without them because a sleeper had none. */
START_TEST(a_sleeper_leaves_interrupts_enabled)
{
	struct world *w = lab_boot("cpus=2 pkmap=4");

	for (unsigned i = 0; i < 4; i++)
		DO(w, 0, kmap, .pfn = lab_page(w));
	DO(w, 0, local_irq_disable, 0);
	START(w, 0, kmap, .pfn = lab_page(w));
	lab_step_to(w, 0, "schedule();");
	w->machine.cpu[0].eflags_if = false; /* the flush of the full pool has enabled them */
	ck_assert_int_eq(lab_run(w, 0), LAB_ASLEEP);
	ck_assert(w->machine.cpu[0].eflags_if);
	DO(w, 1, kmap_flush_unused, 0); /* so others get their answer */
	lab_free(w);
}
END_TEST

START_TEST(a_task_that_ends_atomic_leaves_a_note)
{
	struct world *w = lab_boot("cpus=1");
	unsigned task = SPAWN(w, 0, preempt_disable, 0);

	lab_run_all(w);
	ck_assert_uint_eq(task_get(w, task)->state, TASK_DEAD);
	ck_assert_str_eq(dmesg_line(w, w->kernel.dmesg.n - 1),
	                 "note: preempt_disable[2] exited with preempt_count 1");
	lab_free(w);
}
END_TEST

START_TEST(numbers_of_the_dead_are_used_again)
{
	struct world *w = lab_boot("cpus=1");
	unsigned highest = 0;

	w->machine.log.off = true;
	for (unsigned i = 0; i < MAX_TASKS + 100; i++) {
		unsigned task = SPAWN(w, 0, preempt_enable, 0);

		task_put(w, task)->context.depth = 0;
		task_put(w, task)->state = TASK_DEAD;
		highest = task > highest ? task : highest;
	}
	ck_assert_uint_eq(highest, MAX_TASKS - 1);
	lab_free(w);
}
END_TEST

START_TEST(a_full_table_is_refused)
{
	struct world *w = lab_boot("cpus=2");
	struct message m;
	unsigned n = 0;

	w->machine.log.off = true;
	while (task_new(w, 0, "crowd"))
		n++;
	ck_assert_uint_eq(n, MAX_TASKS - 1 - 3); /* two idle tasks and a shell */
	ck_assert_uint_eq(task_new_shell(w, 0), 0);
	ck_assert(world_ready(w, 0, NULL));
	ck_assert(!world_ready(w, 1, &m)); /* which never had a shell */
	ck_assert_ptr_nonnull(strstr(m.text, "no room for another task"));
	lab_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		contexts_count_in_preempt_count,
		contexts_come_in_their_order,
		an_nmi_keeps_nmis_away,
		interrupts_off_hold_off_all_but_nmis,
		a_refusal_changes_nothing,
		an_interrupt_runs_on_its_own_stack,
		boot_leaves_an_idle_machine,
		tasks_run_in_their_order_and_end,
		a_held_task_waits,
		a_task_stays_on_its_cpu,
		an_idle_clock_catches_up,
		preemption_off_forbids_a_switch,
		no_switch_while_going_to_sleep,
		sleepers_and_the_dead_are_not_switched_to,
		a_wakeup_before_the_sleep_is_not_lost,
		sleeping_in_an_interrupt_is_a_bug,
		sleeping_while_atomic_is_complained_about,
		a_sleeper_leaves_interrupts_enabled,
		a_task_that_ends_atomic_leaves_a_note,
		numbers_of_the_dead_are_used_again,
		a_full_table_is_refused,
	};

	const struct lab_loop loops[] = { { disabling_nests, LENGTH(disabled) } };

	return lab_suite("sched", tests, LENGTH(tests), loops, LENGTH(loops));
}
