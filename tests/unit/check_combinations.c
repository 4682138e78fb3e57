/*
 * Combinations that never existed: each is refused with the reason and with what to use instead, and the
 * machine goes on as it was. And the variants of 2.4 from the prompt: what they are told, and what they
 * take without being told.
 */
#include "ask.h"

/* Said after `before`, which must succeed (NULL: the default machine). */
static const struct {
	const char *before, *line, *reason, *instead;
} never[] = {
	/* 4G/4G belongs to one kernel, which has nothing else */
	{ NULL, "split 4g4g", "kernel 2.6.27 does not offer split=4g4g", "kernel=rhel3-hugemem" },
	{ NULL, "boot kernel=2.6.32 split=4g4g", "does not offer split=4g4g", "kernel=rhel3-hugemem" },
	{ NULL, "boot kernel=2.6.37 split=4g4g", "does not offer split=4g4g", "kernel=rhel3-hugemem" },
	{ NULL, "boot kernel=6.1 split=4g4g", "does not offer split=4g4g", "kernel=rhel3-hugemem" },
	{ NULL, "boot kernel=2.4.27 split=4g4g", "does not offer split=4g4g", "kernel=rhel3-hugemem" },
	{ NULL, "boot kernel=2.4-aa split=4g4g", "does not offer split=4g4g", "kernel=rhel3-hugemem" },
	{ NULL, "boot kernel=rhel3-hugemem split=3g", "does not offer split=3g", "it has: 4g4g" },
	{ "boot kernel=rhel3-hugemem", "split 2g", "does not offer split=2g", "it has: 4g4g" },
	/* splits, and PAE, whose top table has four entries */
	{ NULL, "split 3g_opt", "impossible with PAE", "split=3g, or highmem=4g" },
	{ NULL, "split 2g_opt", "impossible with PAE", "split=2g, or highmem=4g" },
	{ NULL, "boot highmem=off pae=yes split=3g_opt", "impossible with PAE", "split=3g" },
	{ "boot highmem=4g split=3g_opt", "highmem 64g", "impossible with PAE", "split=3g" },
	{ NULL, "boot kernel=2.4-aa split=3.5g", "impossible with PAE", "highmem=4g" },
	{ NULL, "boot kernel=2.4-aa split=05gb", "impossible with PAE", "highmem=4g" },
	{ NULL, "boot highmem=4g split=3.5g", "does not offer split=3.5g", "kernel=2.4-aa" },
	{ NULL, "boot kernel=2.4-aa highmem=4g split=2g_opt", "does not offer", "it has: 3g 2g 1g 3.5g" },
	{ NULL, "boot kernel=2.4.27 split=1g", "does not offer split=1g", "it has: 3g" },
	/* PAE and high memory */
	{ NULL, "boot highmem=64g pae=no", "highmem=64g is PAE", "highmem=4g" },
	{ NULL, "boot highmem=4g pae=yes", "excludes PAE", "highmem=64g" },
	{ NULL, "boot kernel=2.4.27 highmem=off pae=yes", "PAE only with highmem=64g", "say that" },
	{ NULL, "boot cpu=pentium", "has no PAE", "highmem=4g" },
	/* high memory on a machine that has too much for it, or too little */
	{ NULL, "boot kernel=2.4-aa highmem_emulation=yes", "above 896 MB is high memory already",
	  "highmem_emulation=no" },
	{ NULL, "boot kernel=2.4-aa highmem_emulation=yes ram=64M", "a fifth of 64 MB", "larger ram=" },
	{ NULL, "boot highmem_emulation=yes ram=512M", "has no option highmem_emulation", "it has:" },
	/* functions and slots of another time */
	{ "boot kernel=2.4.27; p = alloc highmem", "kmap_local p", "has no kmap_local", "kmap_atomic" },
	{ "boot kernel=rhel3-hugemem ram=8G; p = alloc highmem", "kmap_local p", "has no kmap_local",
	  "kmap_atomic" },
	{ "boot kernel=2.6.37; p = alloc highmem", "kmap_local p", "has no kmap_local", "kernel=6.1" },
	{ "boot kernel=6.1; p = alloc highmem", "kmap_atomic p USER0", "no names for slots",
	  "leave it out" },
	{ "p = alloc highmem", "kmap_atomic p NMI", "NMI", "BOUNCE_READ" },
	/* the series that made slots a stack */
	{ "boot kernel=6.1", "patch 3", "patch=3 is impossible", "kernel=2.6.37" },
	{ "boot kernel=2.4.27", "patch 1", "patch=1 is impossible", "kernel=2.6.32" },
	{ "boot kernel=2.4-aa", "patch 2", "patch=2 is impossible", "kernel=2.6.32" },
	{ "boot kernel=rhel3-hugemem", "patch 4", "patch=4 is impossible", "kernel=2.6.32" },
	/* builds */
	{ NULL, "boot nr_cpus=513", "nr_cpus=513 is impossible", "1 to 512" },
	{ NULL, "boot kernel=2.4.27 nr_cpus=33", "nr_cpus=33 is impossible", "1 to 32" },
	{ NULL, "boot kernel=6.1 nr_cpus=65", "nr_cpus=65 is impossible", "1 to 64" },
	{ NULL, "boot cpus=16", "more than the kernel is built for", "nr_cpus=16" },
	{ NULL, "boot local_apic=no io_apic=no", "one processor", "nr_cpus=1" },
	{ NULL, "boot kernel=6.1 acpi=yes", "has no option acpi", "it has: local_apic" },
	{ NULL, "boot kernel=2.4.26", "There is no kernel 2.4.26", "2.4.27" },
};

START_TEST(never_existed)
{
	struct interp *in = ask_new();
	json_t *before, *r;

	ask_ok(in, never[_i].before ? never[_i].before : "boot");
	before = json_deep_copy(at(ask_ok(in, "layout"), "result"));
	r = ask_error(in, never[_i].line);
	says(r, never[_i].reason);
	says(r, never[_i].instead);
	ck_assert(json_equal(before, at(ask_ok(in, "layout"), "result")));
	json_decref(before);
	ask_free(in);
}
END_TEST

/* A kernel that has nothing but 4G/4G needs no telling; and the next one is not told of it. */
START_TEST(the_split_goes_with_the_kernel)
{
	struct interp *in = ask_new();

	ck_assert_str_eq(text_at(ask_ok(in, "kernel rhel3-hugemem"), "result.page_offset"), "0x2000000");
	ck_assert_str_eq(text_at(ask_ok(in, "layout"), "result.maxmem"), "0xf6000000");
	ck_assert_int_eq(number_at(ask_ok(in, "layout"), "result.kmap_slots_per_cpu"), 34);
	ck_assert_str_eq(text_at(ask_ok(in, "kernel 2.6.27"), "result.page_offset"), "0xc0000000");
	ask_ok(in, "boot kernel=rhel3-hugemem ram=8G");
	ck_assert_str_eq(text_at(ask_ok(in, "print split"), "result.value"), "4g4g");
	ask_ok(in, "boot kernel=rhel3-hugemem split=4g4g ram=64G");
	ck_assert_int_eq(number_at(ask_ok(in, "layout"), "result.lowmem_mb"), 3936);
	ask_free(in);
}
END_TEST

/* -aa's own words name what the kernel gets. */
START_TEST(splits_of_aa)
{
	static const struct {
		const char *words, *page_offset;
	} cases[] = {
		{ "split=05gb", "0xe0000000" }, { "split=3.5g", "0xe0000000" },
		{ "split=1gb", "0xc0000000" },  { "split=3g", "0xc0000000" },
		{ "split=2gb", "0x80000000" },  { "split=3gb", "0x40000000" },
		{ "split=1g", "0x40000000" },
	};
	struct interp *in = ask_new();
	char line[80];

	for (size_t i = 0; i < LENGTH(cases); i++) {
		snprintf(line, sizeof(line), "boot kernel=2.4-aa highmem=4g %s", cases[i].words);
		ck_assert_str_eq(text_at(ask_ok(in, line), "result.page_offset"),
		                 cases[i].page_offset);
	}
	says(ask_error(in, "boot kernel=2.4.27 split=05gb"), "split=05gb is not known");
	ask_ok(in, "boot kernel=2.4-aa split=3g highmem=4g ram=500M highmem_emulation=yes");
	ck_assert_int_eq(number_at(ask_ok(in, "layout"), "result.lowmem_mb"), 100);
	ck_assert_int_eq(number_at(ask_ok(in, "layout"), "result.highmem_mb"), 400);
	ask_free(in);
}
END_TEST

/* What differs is told for the variants as for any two kernels. */
START_TEST(differences)
{
	struct interp *in = ask_new();
	json_t *r = ask_ok(in, "kernel diff 2.4.27 rhel3-hugemem");

	says(r, "page_offset_4g4g");
	says(r, "0xff000000");
	says(r, "4g4g");
	says(r, "slot_same_kept");
	says(r, "USER_COPY");
	r = ask_ok(in, "kernel diff 2.4.27 2.4-aa");
	says(r, "3g 2g 1g 3.5g");
	says(r, "0xfe000000");
	says(r, "highmem_emulation");
	ask_free(in);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("combinations");
	TCase *tc = tcase_create("combinations");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, never_existed, 0, (int)LENGTH(never));
	tcase_add_test(tc, the_split_goes_with_the_kernel);
	tcase_add_test(tc, splits_of_aa);
	tcase_add_test(tc, differences);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
