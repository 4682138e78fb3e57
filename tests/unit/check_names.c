/*
 * Names: bound at a position, unknown before it, and on other branches; and what is no name.
 */
#include "lab.h"

#include "lab/session.h"

static struct session *boot(void)
{
	struct session *s = session_new();
	struct boot_config c = lab_config("cpus=1 pkmap=4");
	struct message m = { "" };

	ck_assert_msg(session_boot(s, &c, &m), "%s", m.text);
	return s;
}

/* Some inputs, so that time goes on. */
static void go_on(struct session *s)
{
	struct preempt_disable_frame f = { 0 };
	struct preempt_enable_frame g = { 0 };

	ck_assert(session_start(s, 0, &preempt_disable_op, &f, NULL));
	ck_assert_int_eq(session_run_cpu(s, 0), RUN_DONE);
	ck_assert(session_start(s, 0, &preempt_enable_op, &g, NULL));
	ck_assert_int_eq(session_run_cpu(s, 0), RUN_DONE);
}

static void bind(struct session *s, const char *name, enum value_kind kind, uint64_t n)
{
	struct message m = { "" };

	ck_assert_msg(session_bind(s, name, (struct value){ kind, n }, &m), "%s", m.text);
}

static uint64_t number(const struct session *s, const char *name)
{
	struct value v = session_lookup(s, name);

	return v.kind == VALUE_NONE ? UINT64_MAX : v.n;
}

static const char *next_page(const struct session *s)
{
	static char buf[32];

	session_next_page_name(s, buf, sizeof(buf));
	return buf;
}

START_TEST(a_name_is_known_from_where_it_was_bound)
{
	struct session *s = boot();
	uint32_t first, second;
	struct value v;

	ck_assert_uint_eq(number(s, "x"), UINT64_MAX);
	ck_assert_ptr_null(session_name(s, 0, &v));
	go_on(s);
	first = session_position(s);
	bind(s, "x", VALUE_NUMBER, 1);
	go_on(s);
	second = session_position(s);
	bind(s, "x", VALUE_NUMBER, 2);
	bind(s, "y", VALUE_VA, 0xff000000);
	ck_assert_uint_eq(number(s, "x"), 2);
	session_goto(s, second - 1);
	ck_assert_uint_eq(number(s, "x"), 1);
	ck_assert_uint_eq(number(s, "y"), UINT64_MAX);
	session_goto(s, first - 1);
	ck_assert_uint_eq(number(s, "x"), UINT64_MAX);
	session_goto(s, session_end(s));
	ck_assert_uint_eq(number(s, "x"), 2);
	ck_assert_int_eq(session_lookup(s, "y").kind, VALUE_VA);
	ck_assert_str_eq(session_name(s, 2, &v), "y");
	ck_assert_uint_eq(v.n, 0xff000000);
	ck_assert_ptr_null(session_name(s, 3, &v));
	session_free(s);
}
END_TEST

START_TEST(a_branch_has_names_of_its_own)
{
	struct session *s = boot();
	uint32_t fork;

	go_on(s);
	bind(s, "shared", VALUE_NUMBER, 1);
	fork = session_position(s);
	go_on(s);
	bind(s, "old", VALUE_NUMBER, 2);
	session_goto(s, fork);
	go_on(s);
	bind(s, "new", VALUE_NUMBER, 3);
	ck_assert_uint_eq(session_branches(s), 2);
	ck_assert_uint_eq(number(s, "shared"), 1);
	ck_assert_uint_eq(number(s, "old"), UINT64_MAX);
	ck_assert_uint_eq(number(s, "new"), 3);
	session_switch_branch(s, 0);
	ck_assert_uint_eq(number(s, "shared"), 1);
	ck_assert_uint_eq(number(s, "old"), 2);
	ck_assert_uint_eq(number(s, "new"), UINT64_MAX);
	session_free(s);
}
END_TEST

START_TEST(pages_are_numbered_on)
{
	struct session *s = boot();
	uint32_t before;

	ck_assert_str_eq(next_page(s), "p0");
	bind(s, "p0", VALUE_PAGE, 0x1000);
	bind(s, "p1", VALUE_PAGE, 0x1001);
	ck_assert_str_eq(next_page(s), "p2");
	bind(s, "p7", VALUE_PAGE, 0x1007);
	ck_assert_str_eq(next_page(s), "p8");
	bind(s, "p3", VALUE_PAGE, 0x1003);
	bind(s, "pages", VALUE_NUMBER, 4);
	ck_assert_str_eq(next_page(s), "p8");
	go_on(s);
	before = session_position(s) - 1;
	bind(s, "p8", VALUE_PAGE, 0x1008);
	session_goto(s, before);
	ck_assert_str_eq(next_page(s), "p8");
	session_goto(s, before + 1);
	ck_assert_str_eq(next_page(s), "p9");
	session_free(s);
}
END_TEST

START_TEST(a_page_goes_by_its_newest_name)
{
	struct session *s = boot();

	ck_assert_ptr_null(session_page_name(s, 0x1234));
	bind(s, "p0", VALUE_PAGE, 0x1234);
	bind(s, "n", VALUE_NUMBER, 0x1234); /* no page */
	ck_assert_str_eq(session_page_name(s, 0x1234), "p0");
	bind(s, "victim", VALUE_PAGE, 0x1234);
	ck_assert_str_eq(session_page_name(s, 0x1234), "victim");
	bind(s, "victim", VALUE_PAGE, 0x99);
	ck_assert_str_eq(session_page_name(s, 0x1234), "p0"); /* that name means another one now */
	session_free(s);
}
END_TEST

START_TEST(what_is_no_name_is_refused)
{
	static const char *const bad[] = { "",      "1x",   "a-b",     "p 0",  "a.b", "\xc3\xa4",
		                           "x\x1b", "@name", "name=1",
		                           "a_name_that_is_longer_than_31_bytes" };
	struct session *s = boot();
	uint32_t end = session_end(s);
	struct message m;
	struct value v;

	for (size_t i = 0; i < LENGTH(bad); i++) {
		m.text[0] = '\0';
		ck_assert(!session_bind(s, bad[i], (struct value){ VALUE_NUMBER, 1 }, &m));
		ck_assert_ptr_nonnull(strstr(m.text, "is no name"));
		ck_assert_ptr_null(strchr(m.text, '\x1b'));
	}
	ck_assert_ptr_null(session_name(s, 0, &v));
	ck_assert_uint_eq(session_end(s), end);
	bind(s, "_a_name_of_exactly_31_bytes_123", VALUE_NUMBER, 1);
	bind(s, "p99999999999999999999", VALUE_PAGE, 1); /* a number that overflows */
	ck_assert_uint_le(strlen(next_page(s)), 12);
	session_free(s);
}
END_TEST

static void bind_numbers(struct session *s, unsigned from, unsigned to, uint64_t more)
{
	char name[16];

	for (unsigned i = from; i < to; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		bind(s, name, VALUE_NUMBER, i + more);
	}
}

static void numbers_are(struct session *s, unsigned from, unsigned to, uint64_t more)
{
	char name[16];

	for (unsigned i = from; i < to; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		ck_assert_uint_eq(number(s, name), i + more);
	}
}

/* However many there are, and wherever on the timeline one looks, each means what it was bound to. */
START_TEST(a_thousand_names)
{
	struct session *s = boot();
	uint32_t early, late;

	go_on(s);
	bind_numbers(s, 0, 1000, 0);
	ck_assert_uint_eq(session_names(s), 1000);
	early = session_position(s);
	go_on(s);
	bind_numbers(s, 300, 2500, 7000);
	late = session_position(s);
	ck_assert_uint_eq(session_names(s), 3200);
	numbers_are(s, 0, 300, 0);
	numbers_are(s, 300, 2500, 7000);
	session_goto(s, early);
	ck_assert_uint_eq(session_names(s), 1000);
	numbers_are(s, 0, 1000, 0);
	ck_assert_uint_eq(number(s, "n1000"), UINT64_MAX);
	/* Another branch takes the names along that it has at its fork. */
	go_on(s);
	bind_numbers(s, 0, 10, 50);
	numbers_are(s, 0, 10, 50);
	numbers_are(s, 10, 1000, 0);
	ck_assert_uint_eq(number(s, "n1000"), UINT64_MAX);
	session_goto(s, early - 1);
	ck_assert_uint_eq(session_names(s), 0);
	ck_assert_uint_eq(number(s, "n5"), UINT64_MAX);
	ck_assert_uint_gt(late, early);
	session_free(s);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_name_is_known_from_where_it_was_bound,
		a_branch_has_names_of_its_own,
		pages_are_numbered_on,
		a_page_goes_by_its_newest_name,
		what_is_no_name_is_refused,
		a_thousand_names,
	};

	return lab_suite("names", tests, LENGTH(tests), NULL, 0);
}
