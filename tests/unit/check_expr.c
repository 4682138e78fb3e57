/*
 * Expressions: what they mean, what is refused and where, and that they change nothing.
 */
#include "lab.h"

#include "lab/expr.h"

#include "kernel/highmem.h"

static struct session *booted(const char *words)
{
	struct session *s = session_new();
	struct boot_config c = lab_config(words);
	struct message m;

	ck_assert_msg(session_boot(s, &c, &m), "%s", m.text);
	return s;
}

/* The value of an expression as text. Static. */
static const char *value(const struct session *s, const char *text)
{
	static char buf[64];
	struct observation o;
	struct message m;

	ck_assert_msg(expr_eval_text(text, s, &o, &m), "%s: %s", text, m.text);
	observation_text(&o, buf, sizeof(buf));
	return buf;
}

static void is(const struct session *s, const char *text, const char *wanted)
{
	ck_assert_msg(!strcmp(value(s, text), wanted), "%s is %s, not %s", text, value(s, text),
	              wanted);
}

/* Asserts that an expression fails with this in the message. */
static void fails(const struct session *s, const char *text, const char *wanted)
{
	struct observation o;
	struct message m;

	ck_assert_msg(!expr_eval_text(text, s, &o, &m), "%s has a value", text);
	ck_assert_msg(strstr(m.text, wanted), "%s: \"%s\" is not in: %s", text, wanted, m.text);
}

START_TEST(arithmetic_binds_as_in_c)
{
	is(NULL, "1 + 2 * 3", "7");
	is(NULL, "(1 + 2) * 3", "9");
	is(NULL, "10 - 4 - 3", "3");
	is(NULL, "17 / 5 * 5 + 17 % 5", "17");
	is(NULL, "-3 + 1", "-2");
	is(NULL, "- - 3", "3");
	is(NULL, "2K + 1M", "1050624");
	is(NULL, "0x10 + 1", "0x11");
	is(NULL, "0x30 - 0x10", "32");
}
END_TEST

START_TEST(logic_binds_weaker_than_comparison)
{
	is(NULL, "1 < 2 and 2 < 3", "true");
	is(NULL, "1 == 2 or 3 >= 3", "true");
	is(NULL, "not 1 == 2", "true");
	is(NULL, "1 || 0 && 0", "true");
	is(NULL, "!(1 || 0) && 1", "false");
	is(NULL, "-1 < 0", "true");
	is(NULL, "true and no", "false");
}
END_TEST

START_TEST(the_right_side_is_left_alone_when_the_left_decides)
{
	is(NULL, "0 and 1 / 0", "false");
	is(NULL, "1 or 1 / 0", "true");
	fails(NULL, "1 and 1 / 0", "division by zero");
}
END_TEST

START_TEST(a_result_that_does_not_fit_is_refused)
{
	fails(NULL, "9223372036854775807 + 1", "64 bits");
	fails(NULL, "4294967296 * 4294967296", "64 bits");
	fails(NULL, "99999999999999999999", "no number");
	fails(NULL, "(-9223372036854775807 - 1) / -1", "64 bits");
}
END_TEST

START_TEST(an_error_names_its_column)
{
	static const struct {
		const char *text;
		unsigned column;
		const char *says;
	} errors[] = {
		{ "1 +", 4, "missing at the end" },
		{ "", 1, "missing at the end" },
		{ "(1 + 2", 7, "')' is missing" },
		{ "1 2", 3, "does not belong" },
		{ "1 = 2", 3, "==" },
		{ "1 < 2 < 3", 7, "do not chain" },
		{ "\"abc", 1, "never closed" },
		{ "2 * pkmap.usde", 5, "'pkmap.used'" },
		{ "pkmap.count(3)", 1, "'pkmap.count[i]'" },
		{ "count(IPI_SENT)", 7, "'IPI_SEND'" },
		{ "count(PTE_SET where count(PTE_SET) == 1)", 21, "inside another" },
		{ "0x", 1, "no number" },
		{ "a ^ b", 3, "means nothing" },
	};

	for (size_t i = 0; i < LENGTH(errors); i++) {
		unsigned column;
		struct message m;

		ck_assert_ptr_null(expr_parse_at(errors[i].text, &column, &m));
		ck_assert_msg(column == errors[i].column, "%s: column %u: %s", errors[i].text, column,
		              m.text);
		ck_assert_msg(strstr(m.text, errors[i].says), "%s: %s", errors[i].text, m.text);
	}
}
END_TEST

START_TEST(what_is_too_deep_or_too_long_is_refused)
{
	char deep[1200], longer[1400];

	memset(deep, '(', sizeof(deep));
	snprintf(deep + 500, sizeof(deep) - 500, "1");
	fails(NULL, deep, "too deep");
	memset(longer, '1', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	fails(NULL, longer, "longer than");
	for (size_t i = 0; i < 990; i += 2)
		memcpy(longer + i, "1+", 2);
	snprintf(longer + 990, 2, "1");
	fails(NULL, longer, "too long");
	memset(deep, '-', 70);
	snprintf(deep + 70, 2, "1");
	fails(NULL, deep, "too deep");
}
END_TEST

START_TEST(observables_have_a_type_and_an_argument)
{
	struct session *s = booted("ram=2048 pkmap=8");

	is(s, "page_offset", "0xc0000000");
	is(s, "pkmap.size", "8");
	is(s, "pkmap.count[pkmap.size - 1]", "0");
	is(s, "high_memory - page_offset", "939524096");
	is(s, "page_offset + 4096", "0xc0001000");
	is(s, "(high_memory - page_offset) / 1M", "896");
	is(s, "zone.Normal.start_pfn", "0x1000");
	is(s, "pae", "true");
	fails(s, "pkmap.count[8]", "0 to 7");
	fails(s, "cpu[2].cycle", "0 to 1");
	fails(s, "nothing", "is called 'nothing'");
	fails(NULL, "pkmap.size", "nothing is booted");
	session_free(s);
}
END_TEST

START_TEST(words_are_compared_as_they_are)
{
	struct session *s = booted("ram=2048");

	is(s, "kernel == 2.6.27", "true");
	is(s, "kernel == \"2.6.27\"", "true");
	is(s, "kernel != 6.1", "true");
	is(s, "split == 3g", "true");
	is(s, "split == 3g_opt", "false");
	is(s, "highmem_config == 64G", "true");
	is(s, "page(pfn:0x50000).zone == HighMem", "true");
	is(s, "page(@0xc0100000).zone == DMA", "true");
	is(s, "HighMem == page(pfn:0x50000).zone", "true");
	fails(s, "kernel < 2.6.28", "none is less");
	fails(s, "kernel == pkmap.size", "a word cannot be compared");
	fails(s, "kernel + 1", "numbers, not words");
	fails(s, "\"abc\"", "only be compared");
	session_free(s);
}
END_TEST

START_TEST(bound_names_stand_for_their_number)
{
	struct session *s = booted("ram=2048");
	struct message m;

	ck_assert(session_bind(s, "p0", (struct value){ VALUE_PAGE, 0x50000 }, &m));
	ck_assert(session_bind(s, "v", (struct value){ VALUE_VA, 0xc0100000 }, &m));
	is(s, "p0", "0x50000");
	is(s, "page(p0).pfn", "0x50000");
	is(s, "page(v).pfn", "0x100");
	is(s, "v + 1", "0xc0100001");
	is(s, "p0 == 0x50000", "true");
	fails(s, "p1", "did you mean 'p0'");
	fails(s, "p1 == 3", "'p1'");
	fails(s, "page(pfn:0xfffffff).va", "no page frame");
	session_free(s);
}
END_TEST

/* The pfn of a page that was mapped, with the events this made. */
static struct session *mapped(uint64_t *pfn)
{
	struct session *s = booted("ram=2048 pkmap=8");
	struct message m;

	*pfn = 0x50000;
	ck_assert(session_start(s, 0, &kmap_op, &(struct kmap_frame){ .pfn = 0x50000 }, &m));
	ck_assert_int_eq(session_run_cpu(s, 0), RUN_DONE);
	ck_assert(session_bind(s, "p0", (struct value){ VALUE_PAGE, *pfn }, &m));
	return s;
}

START_TEST(count_looks_at_history)
{
	uint64_t pfn;
	struct session *s = mapped(&pfn);

	is(s, "count(PTE_SET)", "1");
	is(s, "count(PTE_SET where pfn == page(p0).pfn)", "1");
	is(s, "count(PTE_SET where pfn == page(p0).pfn + 1)", "0");
	is(s, "count(PTE_SET where va == pkmap.va[1] and cpu == 0)", "1");
	is(s, "count(CALL where op == kmap_high)", "1");
	is(s, "count(LOCK where lock == kmap_lock) == count(UNLOCK where lock == kmap_lock)", "true");
	is(s, "count(PKMAP_COUNT where cpu[0].cycle >= cycle)", "2");
	fails(s, "count(PTE_SET where vaa == 1)", "'vaa'");
	session_free(s);
}
END_TEST

START_TEST(evaluating_changes_nothing)
{
	static const char *const texts[] = { "tlb[0].stale + pkmap.used", "page(p0).va",
		                             "count(PTE_SET where pfn == page(p0).pfn)", "1 / 0" };
	uint64_t pfn;
	struct session *s = mapped(&pfn);
	uint64_t hash = world_hash(session_world(s));
	uint32_t events = session_world(s)->machine.log.n;
	uint64_t cycle = session_world(s)->machine.cpu[0].cycle;

	for (size_t i = 0; i < LENGTH(texts); i++) {
		struct observation o;

		expr_eval_text(texts[i], s, &o, NULL);
	}
	ck_assert_uint_eq(world_hash(session_world(s)), hash);
	ck_assert_uint_eq(session_world(s)->machine.log.n, events);
	ck_assert_uint_eq(session_world(s)->machine.cpu[0].cycle, cycle);
	session_free(s);
}
END_TEST

START_TEST(both_sides_of_a_comparison_can_be_shown)
{
	char left[32], right[32];

	ck_assert(expr_sides_text("1 + 1 == 3", NULL, left, right, sizeof(left)));
	ck_assert_str_eq(left, "2");
	ck_assert_str_eq(right, "3");
	ck_assert(!expr_sides_text("1 and 0", NULL, left, right, sizeof(left)));
	ck_assert(!expr_sides_text("1 +", NULL, left, right, sizeof(left)));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		arithmetic_binds_as_in_c,
		logic_binds_weaker_than_comparison,
		the_right_side_is_left_alone_when_the_left_decides,
		a_result_that_does_not_fit_is_refused,
		an_error_names_its_column,
		what_is_too_deep_or_too_long_is_refused,
		observables_have_a_type_and_an_argument,
		words_are_compared_as_they_are,
		bound_names_stand_for_their_number,
		count_looks_at_history,
		evaluating_changes_nothing,
		both_sides_of_a_comparison_can_be_shown,
	};

	return lab_suite("expr", tests, LENGTH(tests), NULL, 0);
}
