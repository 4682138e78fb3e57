/*
 * Going back: every earlier position again, exactly; branches; marks; looking without going.
 *
 * The same tests run with four checkpoints two inputs apart, so that thinning, sharing and
 * repeating happen all the time.
 */
#include "driver.h"

#include "lab/timeline.h"

static struct session *boot(const char *words)
{
	struct session *s = session_new();
	struct boot_config c = lab_config(words);
	struct message m = { "" };

	ck_assert_msg(session_boot(s, &c, &m), "%s", m.text);
	return s;
}

static uint32_t alloc(struct session *s)
{
	struct __alloc_pages_frame f = { .gfp = GFP_WAIT | GFP_HIGHMEM };

	ck_assert(session_start(s, 0, &__alloc_pages_op, &f, NULL));
	ck_assert_int_eq(session_run_cpu(s, 0), RUN_DONE);
	return (uint32_t)cpu_context(session_world(s), 0)->result;
}

static enum run_end kmap(struct session *s, unsigned cpu, uint32_t pfn)
{
	ck_assert(session_start(s, cpu, &kmap_op, &(struct kmap_frame){ pfn }, NULL));
	return session_run_cpu(s, cpu);
}

static enum run_end kunmap(struct session *s, unsigned cpu, uint32_t pfn)
{
	ck_assert(session_start(s, cpu, &kunmap_op, &(struct kunmap_frame){ pfn }, NULL));
	return session_run_cpu(s, cpu);
}

static uint64_t hash(const struct session *s)
{
	return world_hash(session_world(s));
}

/* --- every step again ------------------------------------------------------------------------- */

/* What a position looked like when the world was there for the first time. */
struct record {
	uint32_t position, steps, events;
	uint64_t hash, cycle, random;
	struct machine_stats machine;
	struct kernel_stats kernel;
};

static struct record record(const struct session *s)
{
	const struct world *w = session_world(s);

	return (struct record){ session_position(s), w->steps, w->machine.log.n, world_hash(w),
		                w->machine.cpu[0].cycle, w->random, w->machine.stats,
		                w->kernel.stats };
}

static void compare(const struct session *s, const struct record *r)
{
	const struct world *w = session_world(s);

	ck_assert_uint_eq(session_position(s), r->position);
	ck_assert_msg(world_hash(w) == r->hash, "position %u: another world", r->position);
	ck_assert_uint_eq(w->steps, r->steps);
	ck_assert_uint_eq(w->machine.log.n, r->events);
	ck_assert_uint_eq(w->machine.cpu[0].cycle, r->cycle);
	ck_assert_uint_eq(w->random, r->random);
	ck_assert_mem_eq(&w->machine.stats, &r->machine, sizeof(r->machine));
	ck_assert_mem_eq(&w->kernel.stats, &r->kernel, sizeof(r->kernel));
}

static const char *const boots[] = {
	"kernel=2.6.27 cpus=3 pkmap=4 cpu=tiny", "kernel=6.1 cpus=2 pkmap=8",
	"kernel=6.1 cpus=2 pkmap=4 debug_highmem=yes cpu=tiny", "kernel=2.4.27 cpus=2 pkmap=4",
	"kernel=2.6.37 cpus=2 pkmap=4",
};

/* Whether for 40 acts nothing was taken: in 2.4, whose kernel code nobody preempts, two tasks that
 * wait for a third's lock have both CPUs to themselves. */
static bool stuck(const struct driver *d, unsigned *done, unsigned *idle)
{
	*idle = d->done == *done ? *idle + 1 : 0;
	*done = d->done;
	return *idle > 40;
}

/* Some hundred random commands; then every seventh position, in a mixed order. Where nothing goes on
 * any more, the user goes half way back, and what was noted behind that is of no branch of now. */
START_TEST(history_gives_every_step_again)
{
	struct driver d = { .knobs = true };
	struct record *r = malloc(2000 * sizeof(*r)), end;
	unsigned n = 0, next = 0, done = 0, idle = 0;

	driver_boot(&d, boots[_i], 77 + (unsigned)_i);
	for (unsigned i = 0; i < 1000; i++) {
		driver_act(&d);
		if (stuck(&d, &done, &idle)) {
			n = n / 2 + 1;
			driver_goto(&d, r[n - 1].position);
			next = session_position(d.s) + 7;
			idle = 0;
		}
		if (session_position(d.s) >= next && n < 2000) {
			r[n++] = record(d.s);
			next = session_position(d.s) + 7;
		}
	}
	end = record(d.s);
	ck_assert_uint_ge(n, 60);
	for (unsigned i = 0; i < n; i++) { /* backwards, forwards, and across */
		unsigned at = i % 3 == 0 ? n - 1 - i : i % 3 == 1 ? i : driver_random(&d, n);

		session_goto(d.s, r[at].position);
		compare(d.s, &r[at]);
	}
	session_goto(d.s, session_end(d.s));
	compare(d.s, &end);
	driver_free(&d);
	free(r);
}
END_TEST

/* One step back after the other, from the end to the boot: all are different moments of the same
 * story, and forward again the end is the end. */
START_TEST(back_step_by_step_and_forward)
{
	struct driver d = { .illegal = true };
	struct record end;
	uint32_t steps;

	driver_boot(&d, boots[_i], 5 + (unsigned)_i);
	for (unsigned i = 0; i < 40; i++)
		driver_act(&d);
	end = record(d.s);
	steps = end.steps;
	for (uint32_t p = end.position; p-- > 0;) {
		session_goto(d.s, p);
		ck_assert_uint_eq(session_position(d.s), p);
		ck_assert_uint_le(session_world(d.s)->steps, steps);
		ck_assert_uint_le(steps - session_world(d.s)->steps, 1);
		steps = session_world(d.s)->steps;
	}
	ck_assert_uint_eq(session_world(d.s)->steps, 0);
	session_goto(d.s, end.position);
	compare(d.s, &end);
	driver_free(&d);
}
END_TEST

START_TEST(looking_elsewhere_changes_nothing)
{
	struct driver d = { 0 };
	struct record r[64];
	struct record here;
	unsigned n = 0;

	driver_boot(&d, boots[0], 12);
	while (n < 64) {
		r[n++] = record(d.s);
		driver_act(&d);
		while (session_position(d.s) == r[n - 1].position)
			driver_act(&d);
	}
	session_goto(d.s, r[30].position);
	here = record(d.s);
	for (unsigned i = 0; i < 64; i++) {
		const struct record *other = &r[i * 37 % 64];

		ck_assert_uint_eq(world_hash(session_peek(d.s, other->position)), other->hash);
		compare(d.s, &here);
	}
	driver_free(&d);
}
END_TEST

START_TEST(a_step_is_found_by_its_number)
{
	struct driver d = { 0 };
	uint32_t position;

	driver_boot(&d, boots[1], 3);
	for (unsigned i = 0; i < 30; i++)
		driver_act(&d);
	for (uint32_t step = 0; step <= session_world(d.s)->steps; step++) {
		ck_assert(session_find_step(d.s, step, &position));
		ck_assert_uint_eq(session_peek(d.s, position)->steps, step);
		ck_assert(!position || session_peek(d.s, position - 1)->steps < step);
	}
	ck_assert(!session_find_step(d.s, session_world(d.s)->steps + 1, &position));
	driver_free(&d);
}
END_TEST

/* --- branches --------------------------------------------------------------------------------- */

START_TEST(typing_after_back_begins_a_branch)
{
	struct session *s = boot("cpus=2 pkmap=4");
	uint32_t a = alloc(s), b = alloc(s), fork = session_position(s);
	uint64_t one, other;
	unsigned parent;
	uint32_t from, end;

	kmap(s, 0, a);
	one = hash(s);
	end = session_position(s);
	session_goto(s, fork);
	ck_assert_uint_eq(session_end(s), end);
	ck_assert_uint_eq(session_branches(s), 1);
	kmap(s, 1, b);
	other = hash(s);
	ck_assert_uint_ne(one, other);
	ck_assert_uint_eq(session_branches(s), 2);
	ck_assert_uint_eq(session_branch(s), 1);
	session_branch_info(s, 1, &parent, &from, &end);
	ck_assert_uint_eq(parent, 0);
	ck_assert_uint_eq(from, fork);
	ck_assert_uint_eq(end, session_position(s));
	ck_assert(session_switch_branch(s, 0));
	ck_assert_uint_eq(hash(s), one);
	ck_assert(session_switch_branch(s, 1));
	ck_assert_uint_eq(hash(s), other);
	ck_assert(!session_switch_branch(s, 2));
	session_goto(s, 0);
	session_goto(s, session_end(s));
	ck_assert_uint_eq(hash(s), other);
	session_free(s);
}
END_TEST

/* What is refused, or does nothing, begins no branch and leaves the way forward open. */
START_TEST(a_refusal_begins_no_branch)
{
	struct session *s = boot("cpus=2 pkmap=4");
	uint32_t a = alloc(s), position, end;
	struct message m = { "" };

	ck_assert(session_start(s, 0, &kmap_op, &(struct kmap_frame){ a }, NULL));
	session_step(s, 0);
	position = session_position(s);
	session_run_cpu(s, 0);
	end = session_end(s);
	session_goto(s, position);
	session_mark(s, "kunmap p0");
	ck_assert(!session_start(s, 0, &kunmap_op, &(struct kunmap_frame){ a }, &m));
	ck_assert_ptr_nonnull(strstr(m.text, "in the middle of kmap()"));
	ck_assert(!session_exit_context(s, 0, &m));
	ck_assert(!session_switch_to(s, 99, &m));
	ck_assert_int_eq(session_step(s, 1), STEP_NOTHING);
	ck_assert_int_eq(session_interrupt(s, 1), STEP_NOTHING);
	ck_assert_uint_eq(session_branches(s), 1);
	ck_assert_uint_eq(session_end(s), end);
	ck_assert_uint_eq(session_position(s), position);
	session_free(s);
}
END_TEST

/* More branches than are kept: the oldest go, the present one never. */
START_TEST(old_branches_make_room)
{
	struct session *s = boot("cpus=1 pkmap=4");
	uint32_t a = alloc(s), fork = session_position(s);
	uint64_t last;

	for (unsigned i = 0; i < BRANCHES + 20; i++) {
		session_peek(s, i % fork);
		session_goto(s, fork);
		kmap(s, 0, a);
		for (unsigned k = 0; k < i % 5; k++)
			kunmap(s, 0, a), kmap(s, 0, a);
	}
	ck_assert_uint_eq(session_branches(s), BRANCHES);
	last = hash(s);
	for (unsigned i = 0; i < BRANCHES; i++)
		ck_assert(session_switch_branch(s, i));
	ck_assert_uint_eq(hash(s), last);
	session_free(s);
}
END_TEST

START_TEST(a_boot_begins_anew)
{
	struct session *s = boot("cpus=1 pkmap=4");
	struct boot_config c = lab_config("kernel=6.1 cpus=2");
	struct boot_config bad = lab_config("cpus=2 kernel=9.9");
	struct message m = { "" };
	uint64_t before;

	kmap(s, 0, alloc(s));
	before = hash(s);
	ck_assert(!session_boot(s, &bad, &m));
	ck_assert_uint_gt(strlen(m.text), 0);
	ck_assert_uint_eq(hash(s), before);
	ck_assert(session_boot(s, &c, &m));
	ck_assert_uint_eq(session_position(s), 0);
	ck_assert_uint_eq(session_end(s), 0);
	ck_assert_str_eq(session_world(s)->kernel.profile->name, "6.1");
	ck_assert(session_switch_branch(s, 0)); /* the old timeline is still there */
	ck_assert_uint_eq(hash(s), before);
	session_free(s);
}
END_TEST

/* --- marks ------------------------------------------------------------------------------------ */

static const char *line_before(const struct session *s, uint32_t position, uint32_t *mark)
{
	const char *line = "";

	if (!session_mark_before(s, position, mark, &line))
		return "";
	return line;
}

START_TEST(marks_say_where_commands_began)
{
	struct session *s = boot("cpus=1 pkmap=4");
	uint32_t a, first, second, mark;

	session_mark(s, "alloc highmem");
	a = alloc(s);
	first = session_position(s);
	session_mark(s, "print 1"); /* changes nothing */
	session_mark(s, "kmap p0");
	kmap(s, 0, a);
	second = session_position(s);
	session_mark(s, "expect 1");
	ck_assert_str_eq(line_before(s, second, &mark), "kmap p0");
	ck_assert_uint_eq(mark, first);
	ck_assert_str_eq(line_before(s, mark, &mark), "alloc highmem");
	ck_assert_uint_eq(mark, 0);
	ck_assert_str_eq(line_before(s, mark, &mark), "");
	session_goto(s, first);
	ck_assert_str_eq(line_before(s, session_end(s), &mark), "kmap p0");
	session_mark(s, "kmap p0 again");
	kmap(s, 0, a);
	ck_assert_uint_eq(session_branches(s), 2);
	ck_assert_uint_eq(s->now->nr_marks, 2);
	ck_assert_str_eq(line_before(s, session_end(s), &mark), "kmap p0 again");
	ck_assert_str_eq(line_before(s, mark, &mark), "alloc highmem"); /* not the one undone */
	session_switch_branch(s, 0);
	ck_assert_str_eq(line_before(s, session_end(s), &mark), "kmap p0");
	session_free(s);
}
END_TEST

/* --- the insides ------------------------------------------------------------------------------ */

/* However long the history: at most so many checkpoints, in order, one at the boot. */
START_TEST(checkpoints_stay_few_and_even)
{
	struct session *s = boot("cpus=1 pkmap=4");
	uint32_t a = alloc(s);

	for (unsigned i = 0; i < 400; i++) {
		const struct branch *b = s->now;

		kmap(s, 0, a);
		kunmap(s, 0, a);
		ck_assert_uint_le(b->nr_checkpoints, CHECKPOINTS);
		ck_assert_uint_eq(b->checkpoint[0]->position, 0);
		for (unsigned k = 1; k < b->nr_checkpoints; k++) {
			uint32_t from = b->checkpoint[k - 1]->position;
			uint32_t apart = b->checkpoint[k]->position - from;

			if (apart < 1 || apart > 2 * b->interval)
				ck_abort_msg("checkpoints %u apart", apart);
		}
	}
	ck_assert_uint_gt(s->now->interval, CHECKPOINT_INTERVAL);
	session_free(s);
}
END_TEST

START_TEST(an_empty_session_has_no_world)
{
	struct session *s = session_new();

	ck_assert_ptr_null(session_world(s));
	ck_assert_uint_eq(session_end(s), 0);
	ck_assert_uint_eq(session_branches(s), 0);
	session_free(s);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		looking_elsewhere_changes_nothing,
		a_step_is_found_by_its_number,
		typing_after_back_begins_a_branch,
		a_refusal_begins_no_branch,
		old_branches_make_room,
		a_boot_begins_anew,
		marks_say_where_commands_began,
		checkpoints_stay_few_and_even,
		an_empty_session_has_no_world,
	};
	const struct lab_loop loops[] = {
		{ history_gives_every_step_again, LENGTH(boots) },
		{ back_step_by_step_and_forward, LENGTH(boots) },
	};

	return lab_suite("timeline", tests, LENGTH(tests), loops, LENGTH(loops));
}
