/*
 * The explorer: what it finds, that it finds the shortest, that it counts what is there (against an
 * enumeration that merges nothing, and one of the test's own), that it finds nothing where nothing
 * is, and that it leaves the session alone.
 */
#include "ask.h"

#include "command/interp.h"
#include "kernel/access.h"
#include "kernel/highmem.h"
#include "kernel/invariants.h"

#include <unistd.h>

/* Explores a text; the reply. */
static json_t *explore(struct interp *in, const char *text)
{
	interp_program(in, "t", 1, text);
	return ask_ok(in, "explore");
}

static json_t *explore_badly(struct interp *in, const char *text)
{
	interp_program(in, "t", 1, text);
	return ask_error(in, "explore");
}

static bool all_seen(json_t *reply)
{
	return json_is_true(at(reply, "result.complete"));
}

static size_t violations(json_t *reply)
{
	return json_array_size(at(reply, "result.violations"));
}

/* Everything was seen, and nothing breaks. */
static void ck_holds(json_t *reply)
{
	ck_assert(all_seen(reply));
	ck_assert_uint_eq(violations(reply), 0);
}

/* One thing breaks, first in so many steps. */
static void ck_breaks(json_t *reply, const char *invariant, size_t steps)
{
	ck_assert_uint_eq(violations(reply), 1);
	ck_assert_str_eq(text_at(reply, "result.violations.0.invariant"), invariant);
	ck_assert_uint_eq(json_array_size(at(reply, "result.violations.0.steps")), steps);
}

#define RACE(knob)                                                                                \
	"setup: boot kernel=2.6.37 cpus=1; a = alloc highmem; b = alloc highmem\n"                \
	"setup: set broken.pop_before_clear " knob "\n"                                           \
	"cpu0 task: kmap_atomic a; kunmap_atomic a\n"                                             \
	"cpu0 irq: kmap_atomic b; kunmap_atomic b\n"

#define SHARED "setup: boot cpus=2; alloc highmem 2\n"

/* Two tasks with two pages each, in a pool that has so many slots left. */
#define POOL(others)                                                                              \
	"setup: boot pkmap=4 cpus=2; alloc highmem 6; " others "\n"                               \
	"cpu0 task: kmap p0; kmap p1; kunmap p0; kunmap p1\n"                                     \
	"cpu1 task: kmap p2; kmap p3; kunmap p2; kunmap p3\n"

/* A flush of the pool on one CPU while another one uses an entry that it is about. */
#define FLUSH(knob)                                                                               \
	"setup: boot kernel=2.6.27 pkmap=4 cpus=2; alloc highmem 2\n"                             \
	"setup: kmap p0; kunmap p0; " knob "\n"                                                   \
	"cpu0 task: kmap_flush_unused\n"                                                          \
	"cpu1 task: read pkmap.base+0x1000\n"

/* --- what is found ---------------------------------------------------------------------------- */

START_TEST(two_tasks_share_a_page)
{
	struct interp *in = ask_new();
	json_t *reply = explore(in, SHARED "cpu0 task: kmap p0\ncpu1 task: kmap p0\n");
	long long states = number_at(reply, "result.states");
	long long schedules = number_at(reply, "result.schedules");

	ck_holds(reply);
	ck_assert_int_gt(states, 2 * 16);
	ck_assert_int_lt(states, 16 * 16);
	reply = explore(in, SHARED "cpu1 task: kmap p0\ncpu0 task: kmap p0\n");
	ck_holds(reply);
	ck_assert_int_eq(number_at(reply, "result.states"), states);
	ck_assert_int_eq(number_at(reply, "result.schedules"), schedules);
	ask_free(in);
}
END_TEST

START_TEST(an_interrupt_finds_a_slot_that_was_popped_too_early)
{
	struct interp *in = ask_new();
	json_t *reply = explore(in, RACE("on"));

	ck_breaks(reply, "oops", 13);
	says(reply, "kernel BUG at arch/x86/mm/highmem_32.c!");
	ck_assert_str_eq(text_at(reply, "result.violations.0.steps.7.text"),
	                 "type = kmap_atomic_idx_pop();");
	ck_assert(json_is_true(at(reply, "result.violations.0.steps.8.arrives")));
	ck_assert_str_eq(text_at(reply, "result.violations.0.steps.8.command"), "kmap_atomic b");
	ck_assert(all_seen(reply));
	ck_holds(explore(in, RACE("off")));
	ask_free(in);
}
END_TEST

START_TEST(two_tasks_that_want_two_of_two_slots_wait_for_each_other)
{
	struct interp *in = ask_new();
	json_t *reply = explore(in, POOL("kmap p4; kmap p5"));

	ck_assert_uint_eq(violations(reply), 1);
	ck_assert_str_eq(text_at(reply, "result.violations.0.invariant"), "deadlock");
	says(reply, "Stuck: cpu0 task, cpu1 task.");
	ck_holds(explore(in, POOL("kmap p4")));
	ask_free(in);
}
END_TEST

START_TEST(a_stale_entry_needs_an_access_at_the_wrong_moment)
{
	struct interp *in = ask_new();

	ck_breaks(explore(in, FLUSH("set broken.no_wrap_flush on")), "tlb_flushed", 10);
	ck_holds(explore(in, FLUSH("")));
	ck_breaks(explore(in, FLUSH("set broken.lose_ipi on")), "deadlock", 15);
	ask_free(in);
}
END_TEST

START_TEST(never_says_what_must_not_be)
{
	struct interp *in = ask_new();

	ck_breaks(explore(in, SHARED "cpu0 task: kmap p0\ncpu1 task: kmap p0\n"
	                             "never: pkmap.count[1] == 3\n"), "never", 21);
	ck_holds(explore(in, SHARED "cpu0 task: kmap p0\ncpu1 task: kmap p0\n"
	                            "never: pkmap.count[1] == 4\n"));
	ck_holds(explore(in, SHARED "cpu0 task: kmap p0\nnever: page(p9).va == 0\n"));
	ask_free(in);
}
END_TEST

/* What a command means is looked up when the thread comes to it. */
START_TEST(a_command_may_come_too_late)
{
	struct interp *in = ask_new();
	json_t *reply = explore(in, "setup: boot kernel=2.6.37 cpus=1; alloc highmem; kmap_atomic p0\n"
	                            "cpu0 irq: kunmap_atomic p0\ncpu0 nmi: kunmap_atomic p0\n");

	ck_assert_uint_ge(violations(reply), 1);
	says(reply, "No atomic slot of CPU 0 maps p0");
	ck_holds(explore(in, "setup: boot kernel=2.6.37 cpus=1; alloc highmem; kmap_atomic p0\n"
	                     "cpu0 irq: kunmap_atomic p0\n"));
	ask_free(in);
}
END_TEST

/* Tasks of one CPU take turns wherever the kernel can be preempted: not with a mapping in hand. */
START_TEST(tasks_of_one_cpu_take_turns)
{
	struct interp *in = ask_new();
	json_t *reply;

	reply = explore(in, "setup: boot kernel=2.6.32 cpus=1; alloc highmem 2\n"
	                    "cpu0 task: kmap_atomic p0 KM_USER0; kunmap_atomic p0\n"
	                    "cpu0 task: kmap_atomic p1 KM_USER0; kunmap_atomic p1\n");
	ck_holds(reply);
	ck_assert_int_eq(number_at(reply, "result.schedules"), 2); /* one after the other */
	reply = explore(in, "setup: boot kernel=2.6.32 cpus=1; alloc highmem 2; set allow.preempt on\n"
	                    "cpu0 task: kmap_atomic p0 KM_USER0; kunmap_atomic p0\n"
	                    "cpu0 task: kmap_atomic p1 KM_USER0; kunmap_atomic p1\n");
	ck_assert_uint_ge(violations(reply), 1);
	reply = explore(in, "setup: boot kernel=2.6.32 cpus=1; alloc highmem 2\n"
	                    "cpu0 task: kmap p0\ncpu0 task: kmap p1\n");
	ck_holds(reply);
	/* three lines each, and all that happens under kmap_lock: 8 over 4 */
	ck_assert_int_eq(number_at(reply, "result.schedules"), 70);
	ask_free(in);
}
END_TEST

START_TEST(a_task_in_the_middle_goes_on)
{
	struct interp *in = ask_new();
	json_t *reply;

	ask_ok(in, "boot cpus=2; alloc highmem 2; spawn steps=6 cpu1: kmap p0");
	reply = explore(in, "cpu0 task: kmap p1\nnever: pkmap.used == 2\n");
	ck_assert_uint_eq(violations(reply), 1);
	says(reply, "cpu1 task before");
	ask_free(in);
}
END_TEST

/* --- that it counts what is there ------------------------------------------------------------- */

/* A `never` about the past keeps states apart that look the same: then each schedule is gone
 * through by itself, and all must come to the same. */
START_TEST(merging_states_loses_nothing)
{
	static const char *const programs[] = {
		RACE("on"), RACE("off"), FLUSH("set broken.no_wrap_flush on"),
		FLUSH("set broken.lose_ipi on"), FLUSH(""),
	};
	struct interp *in = ask_new();
	char text[1000];

	for (size_t i = 0; i < LENGTH(programs); i++) {
		json_t *merged = json_deep_copy(explore(in, programs[i])), *all;

		snprintf(text, sizeof(text), "%snever: stats.oops > 99\n", programs[i]);
		all = explore(in, text);
		ck_assert(all_seen(merged) && all_seen(all));
		ck_assert_int_ge(number_at(all, "result.states"),
		                 number_at(merged, "result.states"));
		ck_assert_int_eq(number_at(all, "result.schedules"),
		                 number_at(merged, "result.schedules"));
		ck_assert_uint_eq(violations(all), violations(merged));
		if (violations(all))
			ck_breaks(all, text_at(merged, "result.violations.0.invariant"),
			          json_array_size(at(merged, "result.violations.0.steps")));
		json_decref(merged);
	}
	ask_free(in);
}
END_TEST

/* So it is whenever one asks about the past, and only then. */
START_TEST(the_past_is_no_part_of_a_state)
{
	static const struct {
		const char *never;
		bool past;
	} rows[] = {
		{ "stats.kmaps > 99", true }, { "1 > 2 or steps < 0", true }, { "cycles < 0", true },
		{ "cpu[1].cycle < 0", true }, { "events < 0", true }, { "count (OOPS) > 0", true },
		{ "pkmap.count[1] > 9", false }, { "cpu[0].preempt_count > 9", false },
	};
	struct interp *in = ask_new();
	long long merged = number_at(explore(in, FLUSH("")), "result.states");
	char text[1000];

	for (size_t i = 0; i < LENGTH(rows); i++) {
		snprintf(text, sizeof(text), FLUSH("") "never: %s\n", rows[i].never);
		ck_assert_int_eq(number_at(explore(in, text), "result.states") > merged, rows[i].past);
	}
	ask_free(in);
}
END_TEST

/* What two CPUs do, enumerated by hand: an operation of each, some of it several times, and maybe an
 * interrupt on CPU 1. */
struct hand {
	const struct op *op[2];
	const void *locals[2];
	unsigned left[2];
	bool irq; /* it may still come */
};

/* A line on a CPU, of an operation that begins with it if none is under way. */
static bool hand_line(struct world *w, struct hand *h, unsigned cpu)
{
	bool manual = w->kernel.cpu[cpu].nr_contexts > 1 &&
	              w->kernel.cpu[cpu].manual[w->kernel.cpu[cpu].nr_contexts - 1];

	if (!cpu_context(w, cpu)->depth) {
		if (!h->left[cpu])
			return false;
		h->left[cpu]--;
		world_start(w, cpu, h->op[cpu], h->locals[cpu]);
	}
	if (world_line(w, cpu) != STEP_TAKEN)
		return false;
	return !manual || cpu_context(w, cpu)->depth || world_exit_context(w, cpu, NULL);
}

/* The interrupt does what CPU 1 does anyway, once. */
static bool hand_irq(struct world *w, struct hand *h)
{
	if (!h->irq || !world_enter_first(w, 1, CONTEXT_HARDIRQ, NULL))
		return false;
	h->irq = false;
	h->left[1]++;
	return hand_line(w, h, 1);
}

/* Every order: how many there are. */
static unsigned ways(const struct world *w, const struct hand *h)
{
	unsigned n = 0, moves = 0;

	for (unsigned move = 0; move < 5; move++) {
		struct hand then = *h;
		struct world next;
		bool moved;

		world_clone(&next, w);
		if (move < 2)
			moved = hand_line(&next, &then, move);
		else if (move < 4)
			moved = world_interrupt(&next, move - 2) == STEP_TAKEN;
		else
			moved = hand_irq(&next, &then);
		moves += moved;
		if (moved)
			n += ways(&next, &then);
		world_release(&next);
	}
	return moves ? n : 1;
}

static unsigned page_of(struct interp *in, const char *name)
{
	return (unsigned)session_lookup(interp_session(in), name).n;
}

START_TEST(schedules_are_those_that_one_counts_by_hand)
{
	struct interp *in = ask_new();
	struct kmap_frame a, b;
	struct hand h = { { &kmap_op, &kmap_op }, { &a, &b }, { 1, 1 }, false };

	ask_ok(in, "boot cpus=2; alloc highmem 2");
	a = b = (struct kmap_frame){ .pfn = page_of(in, "p0") };
	ck_assert_int_eq(number_at(explore(in, "cpu0 task: kmap p0\ncpu1 task: kmap p0\n"),
	                           "result.schedules"), ways(session_world(interp_session(in)), &h));
	b.pfn = page_of(in, "p1");
	ck_assert_int_eq(number_at(explore(in, "cpu0 task: kmap p0\ncpu1 task: kmap p1\n"),
	                           "result.schedules"), ways(session_world(interp_session(in)), &h));
	ask_free(in);
}
END_TEST

/* No clock decides when a CPU takes what another one sent: a receiver that is ahead of the sender can
 * still run lines, or take another interrupt, before. */
START_TEST(interrupts_may_be_late)
{
	struct interp *in = ask_new();
	struct kmap_flush_unused_frame flush = { 0 };
	struct mem_read_frame read = { .va = 0xc0001000, .n = 4 };
	struct hand h = { { &kmap_flush_unused_op, &mem_read_op }, { &flush, &read }, { 1, 2 }, false };

	ask_ok(in, "boot kernel=2.6.27 pkmap=4 cpus=2; alloc highmem 2; kmap p0; kunmap p0");
	ck_assert_int_eq(number_at(explore(in, "cpu0 task: kmap_flush_unused\n"
	                                       "cpu1 task: read 0xc0001000; read 0xc0001000\n"),
	                           "result.schedules"), ways(session_world(interp_session(in)), &h));
	h.left[1] = 1;
	h.irq = true;
	ck_assert_int_eq(number_at(explore(in, "cpu0 task: kmap_flush_unused\n"
	                                       "cpu1 task: read 0xc0001000\n"
	                                       "cpu1 irq: read 0xc0001000\n"),
	                           "result.schedules"), ways(session_world(interp_session(in)), &h));
	ask_free(in);
}
END_TEST

/* Even one that is due already may be overtaken: it has not come yet. */
START_TEST(an_interrupt_overtakes_another)
{
	struct interp *in = ask_new();

	ask_ok(in, "boot kernel=2.6.27 cpus=2; alloc highmem 2; kmap p0; kunmap p0");
	ask_ok(in, "cpu1: local_irq_disable; spawn steps=14 kmap_flush_unused; cpu1: copy p0 p1; "
	           "cpu1: copy p0 p1");
	ask_ok(in, "cpu1: local_irq_enable");
	ask_ok(in, "expect cpu[1].pending == 1 and cpu[1].cycle > cpu[0].cycle + 5000");
	ck_breaks(explore(in, "cpu1 irq: read 0xc0001000; read 0xc0001000\n"
	                      "never: cpu[1].context == hardirq and cpu[1].pending > 0\n"), "never", 1);
	ask_free(in);
}
END_TEST

START_TEST(a_bound_is_told)
{
	struct interp *in = ask_new();

	ck_assert(!all_seen(explore(in, RACE("off") "bound: states=20\n")));
	ck_assert_int_eq(number_at(explore(in, RACE("on") "bound: states=20\n"), "result.states"), 20);
	ck_assert(!all_seen(explore(in, RACE("on") "bound: steps=12\n")));
	ck_assert_uint_eq(violations(explore(in, RACE("on") "bound: steps=12\n")), 0);
	ck_breaks(explore(in, RACE("on") "bound: steps=13\n"), "oops", 13);
	ck_assert(!all_seen(explore(in, RACE("on") "bound: first=yes\n")));
	ask_free(in);
}
END_TEST

static bool stop_at_once(void *ctx)
{
	(void)ctx;
	return true;
}

START_TEST(it_can_be_stopped)
{
	struct interp *in = ask_new();
	json_t *reply;

	ask_ok(in, "boot cpus=2; alloc highmem 2");
	session_set_stop(interp_session(in), stop_at_once, NULL);
	reply = explore(in, "cpu0 task: kmap p0\ncpu1 task: kmap p0\n");
	ck_assert(!all_seen(reply));
	says(reply, "interrupted");
	ask_free(in);
}
END_TEST

/* --- the session ------------------------------------------------------------------------------ */

START_TEST(the_session_is_left_alone)
{
	struct interp *in = ask_new();
	struct session *s = interp_session(in);
	uint32_t position;
	uint64_t hash;

	ask_ok(in, "boot kernel=6.1 cpus=4; q = alloc highmem; kmap q; cpu 2");
	position = session_position(s);
	hash = world_hash(session_world(s));
	explore(in, RACE("on"));
	ck_assert_uint_eq(session_position(s), position);
	ck_assert_uint_eq(world_hash(session_world(s)), hash);
	ck_assert_uint_eq(interp_cpu(in), 2);
	explore(in, "setup: kmap q\ncpu0 task: kunmap q\n");
	ck_assert_uint_eq(session_position(s), position);
	ck_assert_uint_eq(world_hash(session_world(s)), hash);
	explore_badly(in, "setup: boot kernel=2.6.27; alloc highmem; kmap p7\ncpu0 task: kunmap p0\n");
	ck_assert_uint_eq(world_hash(session_world(s)), hash);
	ask_ok(in, "expect explore_violations == 0; expect page(q).va > 0; back; back; boot");
	ask_ok(in, "expect cpus == 4");
	ask_free(in);
}
END_TEST

START_TEST(numbers_can_be_asked_for_later)
{
	struct interp *in = ask_new();

	ask_ok(in, "boot kernel=2.6.37 cpus=2");
	interp_program(in, "t", 1, RACE("on"));
	ask_ok(in, "n = explore; expect n == 1 and explore_violations == 1");
	ask_ok(in, "expect explore_states > 20 and explore_complete");
	ask_free(in);
}
END_TEST

/* The schedule on the timeline breaks the same thing at the same place, and one can walk along it. */
START_TEST(a_schedule_can_be_replayed)
{
	struct interp *in = ask_new();
	struct session *s = interp_session(in);
	uint32_t end, begin;

	interp_program(in, "t", 1, RACE("on"));
	ask_ok(in, "explore replay=yes");
	ask_ok(in, "expect stats.oops == 1 and count(CONTEXT_ENTER) == 1");
	end = session_position(s);
	ask_ok(in, "back 1; expect stats.oops == 0 and cpu[0].context == hardirq; forward 1");
	ck_assert_uint_eq(session_position(s), end);
	ask_ok(in, "expect stats.oops == 1; back; expect stats.kmap_atomics == 0");
	begin = session_position(s);
	ck_assert_uint_ge(end - begin, 13);
	ask_ok(in, "forward; expect stats.oops == 1");
	ask_free(in);
}
END_TEST

START_TEST(a_broken_invariant_is_broken_in_the_replay)
{
	struct interp *in = ask_new();
	struct violation v;

	interp_program(in, "t", 1, FLUSH("set broken.no_wrap_flush on"));
	ask_ok(in, "explore replay=yes");
	ck_assert(!invariants_hold(session_world(interp_session(in)), INVARIANTS_ALL, 0, &v));
	ck_assert_str_eq(v.invariant, "tlb_flushed");
	ask_ok(in, "back 1");
	ck_assert(invariants_hold(session_world(interp_session(in)), invariants_each_step(), 0, &v));
	interp_program(in, "t", 1, FLUSH("set broken.lose_ipi on"));
	ask_ok(in, "explore replay=yes; back 2; forward 2");
	ask_free(in);
}
END_TEST

START_TEST(lessons_read_no_files)
{
	char path[] = "/tmp/kmaplab-explore-XXXXXX", line[80];
	struct interp *in = ask_new();
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_gt(write(fd, RACE("on"), strlen(RACE("on"))), 0);
	close(fd);
	snprintf(line, sizeof(line), "explore %s", path);
	says(ask_error(in, "explore"), "There is no program yet");
	ck_breaks(ask_ok(in, line), "oops", 13);
	unlink(path);
	ck_breaks(ask_ok(in, "explore"), "oops", 13); /* the one of last time */
	says(ask_error(in, line), "cannot be opened");
	says(ask_error(in, "explore /tmp"), "no regular file");
	interp_restrict(in, true);
	says(ask_error(in, line), "a lesson may not");
	ck_breaks(ask_ok(in, "explore"), "oops", 13);
	ask_free(in);
}
END_TEST

/* --- what is no program ----------------------------------------------------------------------- */

START_TEST(a_wrong_program_is_refused_with_its_place)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "", "t:1:1: There is no thread" },
		{ "# only a comment\n", "t:2:1: There is no thread" },
		{ "cpu0 task: kmap p0\nhello\n", "t:2:1: A line begins with" },
		{ "cpu0 task: kmap p0\nhello: p0\n", "t:2:1: 'hello:' is none of" },
		{ "cpu0 thread: kmap p0\n", "t:1:1: 'thread' is no kind" },
		{ "  kmap p0\n", "t:1:3: There is nothing" },
		{ "cpu0 task: kmap p0; kunmapp p0\n", "t:1:21: There is no command 'kunmapp'; did you" },
		{ "cpu0 task: kmap p0\n  kunmapp p0\n", "t:2:3: There is no command 'kunmapp'" },
		{ "cpu0 task: back\n", "t:1:12: `back` runs no kernel code" },
		{ "cpu0 task: io read disk p0\n", "t:1:12: A transfer takes time" },
		{ "cpu0 task: cpu1: kmap p0\n", "t:1:18: The CPU is the thread's" },
		{ "cpu0 task: v = kmap p0\n", "t:1:16: No name can be bound" },
		{ "cpu0 task: kmap 'p0\n", "t:1:" },
		{ "cpu0 task: kmap p0\nnever: pkmap.usd == 2\n", "t:2:8: " },
		{ "cpu0 task: kmap p0\nnever: 1 +\n", "t:2:" },
		{ "cpu0 task: kmap p0\nbound: depth=3\n", "t:2:8: A bound has no 'depth'" },
		{ "cpu0 task: kmap p0\nbound: steps=0\n", "t:2:8: '0' is no bound" },
		{ "cpu0 task: kmap p0\nbound: steps=1 states\n", "t:2:16: A bound is written" },
		{ "cpu0 task: kmap p0\x1b[2J\n", "t:1:19: This byte is no text" },
		{ "setup: boot; alloc highmm\ncpu0 task: kmap p0\n", "t:1:20: " },
		{ "setup: boot cpus=1\ncpu1 task: kmap p0\n", "There is no CPU 1" },
		{ "setup: boot cpus=1; irq\ncpu0 task: kmap p0\n", "CPU 0 is in hardirq context" },
	};
	struct interp *in = ask_new();

	for (size_t i = 0; i < LENGTH(rows); i++)
		says(explore_badly(in, rows[i].text), rows[i].says);
	ask_free(in);
}
END_TEST

START_TEST(too_much_is_refused)
{
	struct interp *in = ask_new();
	char text[20000] = "", line[5000];

	for (unsigned i = 0; i <= 16; i++)
		strcat(text, "cpu0 task: kmap p0\n");
	says(explore_badly(in, text), "more than 16 threads");
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	says(explore_badly(in, line), "longer than 4000 bytes");
	ask_free(in);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		two_tasks_share_a_page,
		an_interrupt_finds_a_slot_that_was_popped_too_early,
		two_tasks_that_want_two_of_two_slots_wait_for_each_other,
		a_stale_entry_needs_an_access_at_the_wrong_moment,
		never_says_what_must_not_be,
		a_command_may_come_too_late,
		tasks_of_one_cpu_take_turns,
		a_task_in_the_middle_goes_on,
		merging_states_loses_nothing,
		the_past_is_no_part_of_a_state,
		schedules_are_those_that_one_counts_by_hand,
		interrupts_may_be_late,
		an_interrupt_overtakes_another,
		a_bound_is_told,
		it_can_be_stopped,
		the_session_is_left_alone,
		numbers_can_be_asked_for_later,
		a_schedule_can_be_replayed,
		a_broken_invariant_is_broken_in_the_replay,
		lessons_read_no_files,
		a_wrong_program_is_refused_with_its_place,
		too_much_is_refused,
	};

	Suite *suite = suite_create("explore");
	TCase *tcase = tcase_create("explore");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	for (size_t i = 0; i < LENGTH(tests); i++)
		tcase_add_test(tcase, tests[i]);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
