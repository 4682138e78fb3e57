/*
 * Running until done: who goes next, what a command may move, when a run is over, and what stops
 * it from outside.
 */
#include "lab.h"

#include "lab/session.h"

static struct session *boot(const char *words)
{
	struct session *s = session_new();
	struct boot_config c = lab_config(words);
	struct message m = { "" };

	ck_assert_msg(session_boot(s, &c, &m), "%s", m.text);
	return s;
}

static const struct world *world(const struct session *s)
{
	return session_world(s);
}

static enum run_end run(struct session *s, unsigned cpu, const struct op *op, const void *locals)
{
	struct message m = { "" };

	ck_assert_msg(session_start(s, cpu, op, locals, &m), "%s", m.text);
	return session_run_cpu(s, cpu);
}

#define RUN(s, cpu, name, ...) run(s, cpu, &name##_op, &(struct name##_frame){ __VA_ARGS__ })
#define SPAWN_IN(s, cpu, held, name, ...) \
	session_spawn(s, cpu, #name, held, &name##_op, &(struct name##_frame){ __VA_ARGS__ })

static uint32_t alloc(struct session *s)
{
	ck_assert_int_eq(RUN(s, 0, __alloc_pages, .gfp = GFP_WAIT | GFP_HIGHMEM), RUN_DONE);
	return (uint32_t)cpu_context(world(s), 0)->result;
}

/* --- how runs end ----------------------------------------------------------------------------- */

START_TEST(a_command_runs_to_its_end)
{
	struct session *s = boot("cpus=2 pkmap=4");
	uint32_t a = alloc(s);

	ck_assert_int_eq(RUN(s, 1, kmap, .pfn = a), RUN_DONE);
	ck_assert_uint_eq(cpu_context(world(s), 1)->result, page_address(world(s), a));
	lab_sound(world(s));
	session_free(s);
}
END_TEST

/* With the pool full: asleep, and the lock is free. */
START_TEST(a_full_pool_blocks)
{
	struct session *s = boot("cpus=2 pkmap=4");
	uint32_t p[5], from;
	unsigned task;

	for (unsigned i = 0; i < 5; i++) {
		p[i] = alloc(s);
		if (i < 4)
			ck_assert_int_eq(RUN(s, 0, kmap, .pfn = p[i]), RUN_DONE);
	}
	ck_assert_int_eq(RUN(s, 0, kmap, .pfn = p[4]), RUN_BLOCKED);
	ck_assert(!world(s)->kernel.kmap_lock.locked);
	ck_assert_uint_eq(waiters(world(s), PKMAP_MAP_WAIT), 1);
	task = session_background(s, 0, "kmap");
	ck_assert_str_eq(task_get(world(s), task)->comm, "kmap");
	ck_assert(!task_get(world(s), task)->shell);
	ck_assert_int_eq(session_run_task(s, task), RUN_BLOCKED);
	ck_assert_int_eq(RUN(s, 0, kunmap, .pfn = p[1]), RUN_DONE);
	from = session_world(s)->machine.log.n;
	ck_assert_int_eq(session_run_all(s), RUN_DONE);
	ck_assert_uint_eq(task_get(world(s), task)->context.result, page_address(world(s), p[4]));
	ck_assert_uint_eq(lab_count(world(s), from, EVENT_EXIT), 1);
	lab_sound(world(s));
	session_free(s);
}
END_TEST

START_TEST(an_oops_ends_a_run)
{
	struct session *s = boot("cpus=2 pkmap=4");
	struct message m;

	ck_assert_int_eq(RUN(s, 1, kunmap, .pfn = alloc(s)), RUN_OOPS);
	ck_assert(!session_start(s, 1, &kmap_flush_unused_op,
	                         &(struct kmap_flush_unused_frame){ 0 }, &m));
	ck_assert_ptr_nonnull(strstr(m.text, "halted by an oops"));
	session_free(s);
}
END_TEST

/* CPU 1 has interrupts off and does not move by itself: CPU 0 waits for an answer. */
START_TEST(waiting_for_who_cannot_move_blocks)
{
	struct session *s = boot("cpus=2 pkmap=4");
	uint32_t position;

	RUN(s, 1, local_irq_disable, 0);
	ck_assert_int_eq(RUN(s, 0, kmap_flush_unused, 0), RUN_BLOCKED);
	position = session_position(s);
	ck_assert_int_eq(session_run_cpu(s, 0), RUN_BLOCKED);
	ck_assert_uint_eq(session_position(s), position); /* spinning is not written down */
	RUN(s, 1, local_irq_enable, 0);
	ck_assert_int_eq(session_run_cpu(s, 0), RUN_DONE);
	session_free(s);
}
END_TEST

/* --- who moves -------------------------------------------------------------------------------- */

/* During a command for CPU 0 the others only handle interrupts. */
START_TEST(others_only_take_interrupts)
{
	struct session *s = boot("cpus=2 pkmap=4");
	uint32_t a = alloc(s);
	struct frame frame;

	ck_assert(session_start(s, 1, &kmap_op, &(struct kmap_frame){ a }, NULL));
	session_step(s, 1);
	frame = cpu_context(world(s), 1)->frame[0];
	ck_assert_int_eq(RUN(s, 0, kmap_flush_unused, 0), RUN_DONE);
	ck_assert_int_eq(cpu_context_kind(world(s), 1), CONTEXT_TASK);
	ck_assert_mem_eq(&cpu_context(world(s), 1)->frame[0], &frame, sizeof(frame));
	ck_assert_uint_eq(world(s)->kernel.stats.ipi_received, 2);
	ck_assert_int_eq(session_run_cpu(s, 1), RUN_DONE);
	session_free(s);
}
END_TEST

/* A lock that a task on another CPU holds: blocked until that one is moved. */
START_TEST(a_held_lock_blocks)
{
	struct session *s = boot("cpus=2 pkmap=4");
	uint32_t a = alloc(s);

	ck_assert(session_start(s, 1, &kmap_op, &(struct kmap_frame){ a }, NULL));
	while (!world(s)->kernel.kmap_lock.locked)
		ck_assert_int_eq(session_step(s, 1), STEP_TAKEN);
	ck_assert_int_eq(RUN(s, 0, kmap, .pfn = a), RUN_BLOCKED);
	ck_assert_int_eq(session_run_cpu(s, 1), RUN_DONE);
	ck_assert_int_eq(session_run_cpu(s, 0), RUN_DONE);
	ck_assert_uint_eq(world(s)->kernel.pkmap.pkmap_count[1], 3);
	session_free(s);
}
END_TEST

START_TEST(held_tasks_move_only_by_steps)
{
	struct session *s = boot("cpus=2 pkmap=4");
	uint32_t a = alloc(s), position;
	unsigned task = SPAWN_IN(s, 1, true, kmap, .pfn = a);
	unsigned other = SPAWN_IN(s, 1, false, kmap, .pfn = a);

	ck_assert_int_eq(session_run_all(s), RUN_DONE);
	ck_assert_uint_eq(task_get(world(s), other)->state, TASK_DEAD);
	ck_assert_uint_eq(task_get(world(s), task)->context.frame[0].line, 0);
	position = session_position(s);
	ck_assert(session_switch_to(s, task, NULL));
	ck_assert_int_eq(session_step(s, 1), STEP_TAKEN);
	ck_assert_uint_eq(session_position(s), position + 2);
	ck_assert_int_eq(session_run_all(s), RUN_DONE);
	ck_assert_uint_eq(task_get(world(s), task)->state, TASK_RUNNING);
	session_release_task(s, task);
	ck_assert_int_eq(session_run_all(s), RUN_DONE);
	ck_assert_uint_eq(task_get(world(s), task)->state, TASK_DEAD);
	session_free(s);
}
END_TEST

/* A task is run to its end wherever it is, with its CPU's interrupts. */
START_TEST(a_task_is_run_by_itself)
{
	struct session *s = boot("cpus=3 pkmap=4");
	uint32_t a = alloc(s);
	unsigned one = SPAWN_IN(s, 2, true, kmap, .pfn = a);
	unsigned other = SPAWN_IN(s, 2, true, kmap, .pfn = a);

	ck_assert_int_eq(session_run_task(s, other), RUN_DONE);
	ck_assert_uint_eq(task_get(world(s), other)->state, TASK_DEAD);
	ck_assert_uint_eq(task_get(world(s), one)->context.depth, 1);
	ck_assert_int_eq(session_run_task(s, one), RUN_DONE);
	session_free(s);
}
END_TEST

/* In a context that a command entered, a run ends with the operation, not with the context. */
START_TEST(a_run_in_an_interrupt_ends_there)
{
	struct session *s = boot("cpus=2 pkmap=4");
	uint32_t a = alloc(s);

	ck_assert(session_start(s, 0, &kmap_op, &(struct kmap_frame){ a }, NULL));
	session_step(s, 0);
	ck_assert(session_enter_context(s, 0, CONTEXT_HARDIRQ, NULL));
	ck_assert_int_eq(RUN(s, 0, kmap_atomic, .pfn = a, .slot = 0), RUN_DONE);
	ck_assert_int_eq(cpu_context_kind(world(s), 0), CONTEXT_HARDIRQ);
	ck_assert_int_eq(RUN(s, 0, kunmap_atomic, .slot = 0,
	                     .vaddr = (uint32_t)cpu_context(world(s), 0)->result), RUN_DONE);
	ck_assert(session_exit_context(s, 0, NULL));
	ck_assert_uint_eq(cpu_current(world(s), 0)->context.depth, 1);
	ck_assert_int_eq(session_run_cpu(s, 0), RUN_DONE);
	session_free(s);
}
END_TEST

/* The CPU whose clock is behind goes first: nobody runs far ahead. */
START_TEST(clocks_stay_together)
{
	struct session *s = boot("cpus=4 pkmap=4");
	uint32_t p[8];
	uint64_t least = UINT64_MAX, most = 0;

	for (unsigned i = 0; i < 8; i++)
		p[i] = alloc(s);
	for (unsigned i = 0; i < 8; i++)
		SPAWN_IN(s, i % 4, false, copy_highpage, .to = p[i], .from = p[7 - i]);
	ck_assert_int_eq(session_run_all(s), RUN_DONE);
	for (unsigned cpu = 0; cpu < 4; cpu++) {
		uint64_t cycle = world(s)->machine.cpu[cpu].cycle;

		least = cycle < least ? cycle : least;
		most = cycle > most ? cycle : most;
	}
	ck_assert_uint_lt(most - least, most / 2);
	session_free(s);
}
END_TEST

/* The same inputs give the same interleaving. */
START_TEST(runs_repeat)
{
	uint64_t hash[2];

	for (unsigned n = 0; n < 2; n++) {
		struct session *s = boot("cpus=4 pkmap=4 kernel=6.1");
		uint32_t p[12];

		for (unsigned i = 0; i < 12; i++)
			p[i] = alloc(s);
		for (unsigned i = 0; i < 12; i++)
			SPAWN_IN(s, i * 7 % 4, false, kmap, .pfn = p[i]);
		session_run_all(s);
		ck_assert_uint_eq(waiters(world(s), PKMAP_MAP_WAIT), 8);
		for (unsigned i = 0; i < 12; i++)
			if (page_address(world(s), p[i]))
				ck_assert_int_eq(RUN(s, i % 4, kunmap, .pfn = p[i]), RUN_DONE);
		session_run_all(s);
		hash[n] = world_hash(world(s));
		lab_sound(world(s));
		session_free(s);
	}
	ck_assert_uint_eq(hash[0], hash[1]);
}
END_TEST

/* --- stopped from outside --------------------------------------------------------------------- */

struct stopper {
	unsigned asked, stop_at;
};

static bool stop(void *ctx)
{
	struct stopper *st = ctx;

	return ++st->asked == st->stop_at;
}

/* Two tasks that wake each other for ever: only ^C ends that. */
START_TEST(a_run_can_be_stopped)
{
	struct session *s = boot("cpus=1 pkmap=4");
	struct stopper st = { 0, 1 };
	uint32_t a = alloc(s);
	enum run_end end = RUN_DONE;

	session_set_stop(s, stop, &st);
	for (unsigned i = 0; i < 3000; i++)
		SPAWN_IN(s, 0, false, kmap, .pfn = a);
	end = session_run_all(s);
	ck_assert_int_eq(end, RUN_INTERRUPTED);
	ck_assert_uint_eq(st.asked, 1);
	ck_assert_uint_gt(session_position(s), 3000);
	session_set_stop(s, NULL, NULL);
	ck_assert_int_eq(session_run_all(s), RUN_DONE); /* and it goes on from there */
	ck_assert_uint_eq(world(s)->kernel.pkmap.pkmap_count[1], 3001);
	session_free(s);
}
END_TEST

START_TEST(knobs_have_names)
{
	struct session *s = boot("cpus=1");

	for (enum knob k = 0; k < KNOBS; k++) {
		ck_assert_ptr_nonnull(knob_name(k));
		ck_assert(!session_knob(s, k));
		session_set_knob(s, k, true);
		ck_assert(session_knob(s, k));
	}
	ck_assert_ptr_null(knob_name(KNOBS));
	session_goto(s, 0);
	ck_assert(!session_knob(s, KNOB_LOSE_IPI)); /* they belong to the world */
	session_free(s);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_command_runs_to_its_end,
		a_full_pool_blocks,
		an_oops_ends_a_run,
		waiting_for_who_cannot_move_blocks,
		others_only_take_interrupts,
		a_held_lock_blocks,
		held_tasks_move_only_by_steps,
		a_task_is_run_by_itself,
		a_run_in_an_interrupt_ends_there,
		clocks_stay_together,
		runs_repeat,
		a_run_can_be_stopped,
		knobs_have_names,
	};

	return lab_suite("runner", tests, LENGTH(tests), NULL, 0);
}
