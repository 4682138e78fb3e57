/*
 * The event log: sequence numbers, causes, forgetting, clones, and the table of kinds. Built twice,
 * the second time with blocks of one event and a log of four.
 */
#include "machine_fixture.h"

#define PER SPARSE_PER(struct event)

static uint32_t append(struct event_log *log, uint64_t a)
{
	return event_append(log, 1, 10 * a, EVENT_INVLPG, a, a + 1, a + 2);
}

START_TEST(an_event_keeps_what_was_said)
{
	struct event_log log = { .cause = 7, .step = 3, .task = 5 };
	const struct event *e;

	ck_assert_uint_eq(append(&log, 20), 1);
	log.cause = 1;
	ck_assert_uint_eq(append(&log, 21), 2);
	e = event_get(&log, 1);
	ck_assert_uint_eq(e->cycle, 200);
	ck_assert_uint_eq(e->arg[0], 20);
	ck_assert_uint_eq(e->arg[1], 21);
	ck_assert_uint_eq(e->arg[2], 22);
	ck_assert_uint_eq(e->cause, 7);
	ck_assert_uint_eq(e->step, 3);
	ck_assert_uint_eq(e->task, 5);
	ck_assert_uint_eq(e->cpu, 1);
	ck_assert_uint_eq(e->kind, EVENT_INVLPG);
	ck_assert_uint_eq(event_get(&log, 2)->cause, 1);
	ck_assert_uint_eq(log.count[EVENT_INVLPG], 2);
	sparse_release(&log.events);
}
END_TEST

START_TEST(there_is_nothing_outside_the_log)
{
	struct event_log log = { 0 };

	ck_assert_ptr_null(event_get(&log, 0));
	ck_assert_ptr_null(event_get(&log, 1));
	append(&log, 1);
	ck_assert_ptr_null(event_get(&log, 0));
	ck_assert_ptr_nonnull(event_get(&log, 1));
	ck_assert_ptr_null(event_get(&log, 2));
	ck_assert_ptr_null(event_get(&log, UINT32_MAX));
	sparse_release(&log.events);
}
END_TEST

START_TEST(a_log_that_is_off_counts_only)
{
	struct event_log log = { .off = true };

	ck_assert_uint_eq(append(&log, 1), 1);
	ck_assert_uint_eq(append(&log, 2), 2);
	ck_assert_ptr_null(event_get(&log, 1));
	ck_assert_uint_eq(sparse_blocks(&log.events), 0);
	log.off = false;
	ck_assert_uint_eq(append(&log, 3), 3);
	ck_assert_ptr_null(event_get(&log, 2));
	ck_assert_uint_eq(event_get(&log, 3)->arg[0], 3);
	ck_assert_uint_eq(log.count[EVENT_INVLPG], 3);
	sparse_release(&log.events);
}
END_TEST

/* Appends until the limit was passed twice; only whole old blocks may have gone. */
START_TEST(the_oldest_are_forgotten_a_block_at_a_time)
{
	const uint32_t n = EVENT_LIMIT < 1000 ? 3 * EVENT_LIMIT + 1 : EVENT_LIMIT + PER + 1;
	struct event_log log = { 0 };

	for (uint32_t i = 1; i <= n; i++)
		append(&log, i);
	ck_assert_uint_eq(log.n, n);
	ck_assert_uint_gt(log.first, 1);
	ck_assert_uint_le(n - log.first + 1, EVENT_LIMIT);
	ck_assert_uint_gt(n - log.first + 1 + PER, EVENT_LIMIT);
	ck_assert_ptr_null(event_get(&log, log.first - 1));
	for (uint32_t i = log.first; i <= n; i++)
		ck_assert_uint_eq(event_get(&log, i)->arg[0], i);
	ck_assert_uint_eq(log.count[EVENT_INVLPG], n);
	ck_assert_uint_le(sparse_blocks(&log.events), EVENT_LIMIT / PER + 2);
	sparse_release(&log.events);
}
END_TEST

START_TEST(a_clone_goes_its_own_way)
{
	struct event_log a = { 0 }, b;

	append(&a, 1);
	append(&a, 2);
	b = a;
	sparse_clone(&b.events, &a.events);
	append(&a, 3);
	append(&b, 30);
	ck_assert_uint_eq(event_get(&a, 3)->arg[0], 3);
	ck_assert_uint_eq(event_get(&b, 3)->arg[0], 30);
	ck_assert_uint_eq(event_get(&b, 2)->arg[0], 2);
	sparse_release(&a.events);
	sparse_release(&b.events);
}
END_TEST

/* Whether `name` (of `len` bytes) is the name of one of the row's arguments. */
static bool names_argument(const struct event_desc *d, const char *name, size_t len)
{
	for (unsigned i = 0; i < 3; i++)
		if (d->arg[i] && strncmp(d->arg[i], name, len) == 0 && d->arg[i][len] == ':')
			return true;
	return false;
}

START_TEST(every_kind_is_described)
{
	unsigned kind = EVENT_NONE + 1 + (unsigned)_i;
	const struct event_desc *d = machine_event_desc(kind);
	size_t doc = d ? strlen(d->doc) : 0;

	ck_assert_ptr_nonnull(d);
	ck_assert_uint_gt(strlen(d->name), 2);
	ck_assert_int_eq(d->doc[doc - 1], '.');
	for (unsigned i = 0; i < 3; i++) {
		const char *colon = d->arg[i] ? strchr(d->arg[i], ':') : NULL;

		ck_assert(!d->arg[i] ||
		          (colon && strlen(colon) == 2 && strchr("xdpcts", colon[1])));
		ck_assert(!d->arg[i] || i == 0 || d->arg[i - 1]);
		if (colon && colon[1] == 's')
			ck_assert_ptr_nonnull(machine_event_word(kind, i, 0));
		else
			ck_assert_ptr_null(machine_event_word(kind, i, 0));
	}
	for (const char *s = d->narration; (s = strchr(s, '{')); s++)
		ck_assert(names_argument(d, s + 1, strcspn(s + 1, "}")));
}
END_TEST

START_TEST(other_kinds_are_not)
{
	ck_assert_ptr_null(machine_event_desc(EVENT_NONE));
	ck_assert_ptr_null(machine_event_desc(EVENT_DEVICE_DONE + 1));
	ck_assert_ptr_null(machine_event_desc(EVENT_KINDS));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		other_kinds_are_not,
		an_event_keeps_what_was_said,
		there_is_nothing_outside_the_log,
		a_log_that_is_off_counts_only,
		the_oldest_are_forgotten_a_block_at_a_time,
		a_clone_goes_its_own_way,
	};
	const struct loop_test loops[] = {
		{ every_kind_is_described, EVENT_AD_SET },
	};

	return RUN_SUITE("event", tests, loops);
}
