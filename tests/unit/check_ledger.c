/*
 * The ledger: whatever happens, its causes sum up to the cycles that passed, to the last one; and
 * each cause counts what it says.
 */
#include "lab.h"

#include "lab/ledger.h"
#include "lab/session.h"

#include <string.h>

static struct session *boot(const char *words)
{
	struct session *s = session_new();
	struct boot_config c = lab_config(words);
	struct message m = { "" };

	ck_assert_msg(session_boot(s, &c, &m), "%s", m.text);
	return s;
}

static uint64_t run(struct session *s, unsigned cpu, const struct op *op, const void *locals)
{
	struct message m = { "" };

	ck_assert_msg(session_start(s, cpu, op, locals, &m), "%s", m.text);
	session_run_cpu(s, cpu);
	return cpu_context(session_world(s), cpu)->result;
}

#define RUN(s, cpu, name, ...) run(s, cpu, &name##_op, &(struct name##_frame){ __VA_ARGS__ })

static uint64_t clocks(const struct world *w)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < w->machine.nr_cpus; i++)
		sum += w->machine.cpu[i].cycle;
	return sum;
}

static uint64_t causes(const struct ledger *l)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < CAUSES; i++)
		sum += l->cause[i].cycles;
	return sum;
}

static void sums_up(const struct world *w)
{
	struct ledger l = ledger_since(w, NULL);

	ck_assert_uint_eq(l.cycles, clocks(w));
	ck_assert_uint_eq(causes(&l), l.cycles);
}

/* Every page is mapped and unmapped on one CPU, so that a small pool wraps all the time. */
static void wrap(struct session *s, unsigned cpu, unsigned pages)
{
	for (unsigned i = 0; i < pages; i++) {
		uint32_t pfn = (uint32_t)RUN(s, cpu, __alloc_pages, .gfp = GFP_WAIT | GFP_HIGHMEM);

		ck_assert_uint_ne(RUN(s, cpu, kmap, .pfn = pfn), 0);
		RUN(s, cpu, kunmap, .pfn = pfn);
	}
}

START_TEST(the_causes_are_the_cycles)
{
	static const char *const words[] = { "cpus=1 pkmap=4", "cpus=2 pkmap=4", "cpus=4 pkmap=4",
		                             "cpus=4 pkmap=4 kernel=6.1",
		                             "cpus=2 pkmap=4 kernel=2.4.27" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct session *s = boot(words[i]);

		sums_up(session_world(s));
		wrap(s, 0, 20);
		sums_up(session_world(s));
		wrap(s, session_world(s)->machine.nr_cpus - 1, 20);
		sums_up(session_world(s));
		session_free(s);
	}
}
END_TEST

/* Between any two moments of a history, in every step of a shootdown too. */
START_TEST(between_any_two_moments)
{
	struct session *s = boot("cpus=4 pkmap=4");
	uint32_t end;

	wrap(s, 0, 9);
	end = session_end(s);
	for (uint32_t at = 0; at < end; at += 7) {
		const struct world *w = session_peek(s, at);
		struct moment from = moment_of(w);
		uint64_t before = clocks(w);
		struct ledger l;

		w = session_peek(s, at + 5 < end ? at + 5 : end);
		l = ledger_since(w, &from);
		ck_assert_uint_eq(l.cycles, clocks(w) - before);
		ck_assert_uint_eq(causes(&l), l.cycles);
	}
	session_free(s);
}
END_TEST

START_TEST(a_shootdown_is_paid_for)
{
	struct session *s = boot("cpus=4 pkmap=4");
	const struct world *w;
	struct ledger l;

	wrap(s, 0, 9);
	w = session_world(s);
	l = ledger_since(w, NULL);
	ck_assert_uint_gt(w->kernel.stats.pkmap_flushes, 0);
	ck_assert_uint_eq(l.cause[CAUSE_IPIS].count, w->machine.stats.ipi);
	ck_assert_uint_eq(l.cause[CAUSE_IPIS].cycles,
	                  w->machine.stats.ipi * w->machine.cost->cycles[COST_IPI_SEND]);
	ck_assert_uint_eq(l.cause[CAUSE_INTERRUPTS].count, w->machine.stats.ipi);
	ck_assert_uint_eq(l.cause[CAUSE_IPI_WAIT].count, w->machine.stats.ipi / 3);
	ck_assert_uint_ge(l.cause[CAUSE_IPI_WAIT].cycles,
	                  l.cause[CAUSE_IPI_WAIT].count * w->machine.cost->cycles[COST_IPI]);
	/* On four CPUs and as often as the pool was flushed; CR4 is written twice for one. */
	ck_assert_uint_eq(l.cause[CAUSE_FLUSHES].count, 4 * w->machine.stats.ipi / 3);
	session_free(s);
}
END_TEST

START_TEST(one_cpu_waits_for_nobody)
{
	struct session *s = boot("cpus=1 pkmap=4");
	struct ledger l;

	wrap(s, 0, 9);
	l = ledger_since(session_world(s), NULL);
	ck_assert_uint_eq(l.cause[CAUSE_IPIS].count, 0);
	ck_assert_uint_eq(l.cause[CAUSE_IPI_WAIT].cycles, 0);
	ck_assert_uint_gt(l.cause[CAUSE_PTE].count, 9);
	session_free(s);
}
END_TEST

/* Clearing and copying a page cost what the table says for a page; none of it is there again as
 * loads and stores, and both count as pages. */
START_TEST(a_page_is_in_one_cause)
{
	struct session *s = boot("cpus=1");
	uint32_t page = (uint32_t)RUN(s, 0, __alloc_pages, .gfp = GFP_WAIT | GFP_HIGHMEM);
	uint32_t other = (uint32_t)RUN(s, 0, __alloc_pages, .gfp = GFP_WAIT | GFP_HIGHMEM);
	const struct cost_table *cost = session_world(s)->machine.cost;
	struct moment before = moment_of(session_world(s));
	struct ledger l;

	RUN(s, 0, clear_highpage, .pfn = page);
	RUN(s, 0, copy_highpage, .to = other, .from = page);
	l = ledger_since(session_world(s), &before);
	ck_assert_uint_eq(l.cause[CAUSE_COPIES].count, 2);
	ck_assert_uint_eq(l.cause[CAUSE_COPIES].cycles,
	                  cost->cycles[COST_CLEAR_PAGE] + cost->cycles[COST_COPY_PAGE]);
	ck_assert_uint_lt(l.cause[CAUSE_MEMORY].cycles, cost->cycles[COST_CLEAR_PAGE] / 8);
	session_free(s);
}
END_TEST

START_TEST(every_cause_has_words)
{
	for (unsigned i = 0; i < CAUSES; i++) {
		ck_assert_uint_gt(strlen(ledger_key((enum ledger_cause)i)), 2);
		ck_assert_uint_gt(strlen(ledger_doc((enum ledger_cause)i)), 10);
		for (unsigned k = 0; k < i; k++)
			ck_assert_str_ne(ledger_key((enum ledger_cause)i),
			                 ledger_key((enum ledger_cause)k));
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ledger");
	SRunner *runner = srunner_create(suite);
	TCase *tcase = tcase_create("ledger");
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, the_causes_are_the_cycles);
	tcase_add_test(tcase, between_any_two_moments);
	tcase_add_test(tcase, a_shootdown_is_paid_for);
	tcase_add_test(tcase, one_cpu_waits_for_nobody);
	tcase_add_test(tcase, a_page_is_in_one_cause);
	tcase_add_test(tcase, every_cause_has_words);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
