/*
 * The plan of an animation: in order, no longer than allowed, and what matters most is all there: of a
 * shootdown every IPI, every flush and every answer, if only where each of them came to.
 */
#include "ask.h"

#include "front/plan.h"
#include "view/motion.h"

static struct interp *in;
static struct plan p;

static void setup(void)
{
	in = ask_new();
	p = (struct plan){ 0 };
}

static void teardown(void)
{
	plan_release(&p);
	ask_free(in);
}

/* Plans the last command, whose steps begin behind `from`. */
static void plan(const char *line, size_t most)
{
	struct session *s = interp_session(in);
	uint32_t from = session_position(s);

	ask_ok(in, line);
	plan_release(&p);
	plan_make(&p, s, from, session_position(s), most);
}

static const struct event *event_of(const struct picture *picture)
{
	return picture->seq ? event_get(&session_world(interp_session(in))->machine.log, picture->seq) :
	                      NULL;
}

/* Pictures of events of a kind; of `last` ones those alone in which the event is at its end. */
static unsigned count(unsigned kind, bool last)
{
	unsigned n = 0;

	for (size_t i = 0; i < p.n; i++) {
		const struct event *e = event_of(&p.picture[i]);

		n += e && e->kind == kind && (!last || p.picture[i].phase + 1 == p.picture[i].phases);
	}
	return n;
}

static void is_in_order(void)
{
	for (size_t i = 1; i < p.n; i++) {
		const struct picture *a = &p.picture[i - 1], *b = &p.picture[i];

		ck_assert_uint_ge(b->position, a->position);
		ck_assert(!a->seq || !b->seq || b->seq >= a->seq);
		ck_assert(a->seq != b->seq || !a->seq || b->phase > a->phase);
	}
}

#define WRAP(cpus, pool)                                                                          \
	"boot kernel=2.6.27 cpus=" cpus " nr_cpus=32 pkmap=" pool "; alloc highmem 6; "           \
	"kmap p0; kunmap p0; kmap p1; kmap p2"

START_TEST(with_time_enough_all_is_shown)
{
	ask_ok(in, WRAP("8", "4"));
	plan("kmap p3", 5000);
	is_in_order();
	ck_assert_uint_eq(count(EVENT_IPI_SEND, true), 7);
	ck_assert_uint_gt(count(EVENT_IPI_SEND, false), 7 * 3);
	ck_assert_uint_eq(count(EVENT_PKMAP_WRAP, true), 1);
	for (size_t i = 0; i < p.n; i++)
		if (event_of(&p.picture[i]))
			ck_assert_uint_eq(p.picture[i].phases, motion_pictures(event_of(&p.picture[i])));
}
END_TEST

START_TEST(each_ipi_is_shown_in_little_time)
{
	ask_ok(in, WRAP("8", "4"));
	plan("kmap p3", 42);
	is_in_order();
	ck_assert_uint_le(p.n, 2 * 42);
	ck_assert_uint_gt(p.n, 42);
	ck_assert_uint_eq(count(EVENT_IPI_SEND, true), 7);
	ck_assert_uint_eq(count(EVENT_IPI_ACK, true), 7);
	ck_assert_uint_ge(count(EVENT_TLB_FLUSH, true), 8);
	ck_assert_uint_gt(count(EVENT_IPI_SEND, false), 7);
	/* All of the pool's way back to its beginning. */
	ck_assert_uint_eq(count(EVENT_PKMAP_WRAP, false), 4);
}
END_TEST

START_TEST(what_is_too_much_is_shown_here_and_there)
{
	ask_ok(in, WRAP("32", "4"));
	plan("kmap p3", 20);
	is_in_order();
	ck_assert_uint_le(p.n, 2 * 20);
	ck_assert_uint_gt(p.n, 20);
	ck_assert_uint_gt(count(EVENT_IPI_SEND, true), 3);
	ck_assert_uint_lt(count(EVENT_IPI_SEND, true), 31);
	ck_assert_uint_gt(count(EVENT_IPI_ACK, true), 3);
}
END_TEST

START_TEST(a_simple_command_is_short)
{
	ask_ok(in, "boot kernel=2.6.27 cpus=2; alloc highmem");
	plan("kmap p0", 42);
	is_in_order();
	ck_assert_uint_le(p.n, 42);
	ck_assert_uint_eq(count(EVENT_PKMAP_COUNT, true), 2);
	plan("kmap p0", 5);
	ck_assert_uint_le(p.n, 5);
}
END_TEST

START_TEST(a_wait_is_told_with_its_line)
{
	struct view_state v = { 0 };
	char text[256], last[256] = "";

	ask_ok(in, WRAP("3", "4"));
	plan("kmap p3", 5000);
	for (size_t i = 0; i < p.n; i++) {
		picture_look(&p.picture[i], interp_session(in), &v, text, sizeof(text));
		ck_assert_ptr_nonnull(v.world);
		ck_assert(*text);
		if (strstr(text, "csd_lock_wait"))
			memcpy(last, text, sizeof(text));
	}
	ck_assert_str_eq(last, "smp_call_function: csd_lock_wait(&data->csd);");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		with_time_enough_all_is_shown,   each_ipi_is_shown_in_little_time,
		what_is_too_much_is_shown_here_and_there, a_simple_command_is_short,
		a_wait_is_told_with_its_line,
	};
	Suite *suite = suite_create("plan");
	TCase *tcase = tcase_create("plan");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
