/*
 * Completion: what could stand where the cursor is.
 */
#include "ask.h"

/* Asserts that the candidates for a line are these (separated by blanks), and where the word to be
 * replaced begins. */
static void offers(struct interp *in, const char *line, size_t start, const char *wanted)
{
	char all[4096] = "";
	size_t from, n;
	struct candidate *c = complete(in, line, strlen(line), &from, &n);

	for (size_t i = 0; i < n; i++)
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", i ? " " : "", c[i].text);
	candidates_free(c, n);
	ck_assert_msg(!strcmp(all, wanted), "%s: %s", line, all);
	ck_assert_msg(from == start, "%s: at %zu", line, from);
}

START_TEST(verbs)
{
	struct interp *in = ask_new();

	offers(in, "kmap_a", 0, "kmap_atomic");
	offers(in, "  kmap_a", 2, "kmap_atomic");
	offers(in, "kmap p0; kmap_a", 9, "kmap_atomic");
	offers(in, "p = kmap_a", 4, "kmap_atomic");
	offers(in, "cpu1: p = kmap_a", 10, "kmap_atomic");
	offers(in, "print \";\"; kmap_a", 11, "kmap_atomic");
	offers(in, "zebra", 0, "");
	offers(in, "zebra x", 6, "");
	ask_free(in);
}
END_TEST

START_TEST(arguments)
{
	struct interp *in = ask_new();

	ask_ok(in, "alloc highmem 2; v = kmap p1");
	offers(in, "kmap ", 5, "p0 p1");
	offers(in, "kmap p0 ", 8, "");
	offers(in, "read ", 5, "p0 p1 v");
	offers(in, "free p0 p", 8, "p0 p1");
	offers(in, "kmap_atomic p0 KM_US", 15, "KM_USER0 KM_USER1");
	offers(in, "kmap_atomic p0 km_us", 15, "KM_USER0 KM_USER1");
	offers(in, "tlb ", 4, "cpu0 cpu1");
	offers(in, "alloc h", 6, "highmem");
	offers(in, "set broken.no_s", 4, "broken.no_slot_clear");
	offers(in, "set theme ", 10, "contrast dark light mono");
	offers(in, "set speed ", 10, "");
	offers(in, "help PKMAP_F", 5, "PKMAP_FLUSH PKMAP_FULL");
	offers(in, "help observ", 5, "observables");
	offers(in, "spawn steps=3 cpu1: kmap ", 25, "p0 p1");
	offers(in, "spawn kmap_l", 6, "kmap_local");
	ask_free(in);
}
END_TEST

START_TEST(options_and_their_values)
{
	struct interp *in = ask_new();

	offers(in, "boot k", 5, "kernel=");
	offers(in, "boot kernel=6", 5, "kernel=6.1");
	offers(in, "boot split=2", 5, "split=2g split=2g_opt");
	offers(in, "alloc highmem 3 g", 16, "gfp=");
	offers(in, "alloc highmem gfp=GFP_NOF", 14, "gfp=GFP_NOFS");
	ask_free(in);
}
END_TEST

START_TEST(expressions)
{
	struct interp *in = ask_new();

	ask_ok(in, "alloc highmem");
	offers(in, "print pkmap.u", 6, "pkmap.unused pkmap.used");
	offers(in, "print 1+pkmap.c", 8, "pkmap.count[");
	offers(in, "expect page(p", 12, "p0");
	offers(in, "expect page(p0).z", 7, "page(p0).zone");
	offers(in, "expect cpu[1].ir", 7, "cpu[1].irqs");
	offers(in, "expect pkmap.count[pkmap.la", 19, "pkmap.last");
	offers(in, "print count(IPI_S", 12, "IPI_SEND");
	offers(in, "print coun", 6, "count(");
	ask_free(in);
}
END_TEST

START_TEST(files_stand_only_where_files_belong)
{
	struct interp *in = ask_new();
	size_t start, n;
	struct candidate *c = complete(in, "source /et", 10, &start, &n);

	ck_assert_uint_eq(n, 1);
	ck_assert_str_eq(c[0].text, "/etc/");
	candidates_free(c, n);
	offers(in, "kmap /et", 5, "");
	ask_free(in);
}
END_TEST

START_TEST(every_candidate_is_described)
{
	struct interp *in = ask_new();
	static const char *const lines[] = { "", "help ", "set ", "print ", "boot ", "alloc ",
		                               "boot kernel=", "boot split=", "boot highmem=", "boot cpu=",
		                               "alloc highmem gfp=", "set animation ",
		                               "kmap_atomic p0 KM_" };

	ask_ok(in, "p0 = alloc highmem");
	for (size_t i = 0; i < LENGTH(lines); i++) {
		size_t start, n;
		struct candidate *c = complete(in, lines[i], strlen(lines[i]), &start, &n);

		ck_assert_msg(n > 2, "%s: %zu", lines[i], n);
		for (size_t k = 0; k < n; k++)
			ck_assert_msg(c[k].description[0], "%s", c[k].text);
		candidates_free(c, n);
	}
	ask_free(in);
}
END_TEST

/* What could still be typed: without what is there already, of the command that is being typed, and behind
 * an option's "=" what its value is. */
START_TEST(the_hint_is_what_is_missing)
{
	static const struct {
		const char *line, *hint;
	} hints[] = {
		{ "", "" }, { "kmap", "" }, { "kmap ", "PAGE" }, { "kmap p0 ", "" },
		{ "p = cpu1: kmap_atomic ", "PAGE [KM_SLOT]" }, { "kmap_atomic p0 ", "[KM_SLOT]" },
		{ "print 1; set ", "[NAME [VALUE]]" }, { "set speed ", "[VALUE]" }, { "nonsense ", "" },
		{ "spawn kmap ", "PAGE" }, { "boot ram=", "  contiguous RAM from 0: 512M, 4G" },
		{ "boot nonsense=", "" }, { "boot ram=4", "" }, { "=", "" },
	};
	char hint[160];

	for (size_t i = 0; i < LENGTH(hints); i++) {
		command_hint(hints[i].line, hint, sizeof(hint));
		ck_assert_msg(!strcmp(hint, hints[i].hint), "%s: '%s'", hints[i].line, hint);
	}
}
END_TEST

START_TEST(the_cursor_may_stand_anywhere)
{
	static const char line[] = "p = cpu1: spawn steps=2 kmap_atomic @0xc0000000 'KM_; \"x\" # y";
	struct interp *in = ask_new();

	for (size_t cursor = 0; cursor <= strlen(line) + 3; cursor++) {
		size_t start, n;
		struct candidate *c = complete(in, line, cursor, &start, &n);

		ck_assert_uint_le(start, cursor);
		candidates_free(c, n);
	}
	ask_free(in);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		verbs,
		arguments,
		options_and_their_values,
		expressions,
		files_stand_only_where_files_belong,
		every_candidate_is_described,
		the_hint_is_what_is_missing,
		the_cursor_may_stand_anywhere,
	};

	return ask_suite("complete", tests, LENGTH(tests));
}
