/*
 * Reading profiles: the shipped ones, every complaint about a faulty one, and texts with holes.
 */
#include "boot_fixture.h"

#include "kernel/text.h"

#include <sys/stat.h>
#include <unistd.h>

static const char *const shipped[] = { "2.4.27", "2.6.27", "2.6.32", "2.6.37", "6.1" };

START_TEST(shipped_profiles)
{
	for (size_t i = 0; i < LENGTH(shipped); i++) {
		struct message m = { "" };
		struct profile *p = profile_read(shipped[i], &m);

		ck_assert_msg(p != NULL, "%s", m.text);
		ck_assert_str_eq(p->name, shipped[i]);
		ck_assert(p->title[0] && p->source[0]);
		ck_assert_ptr_nonnull(profile_text(p, "lowmem_mb"));
		ck_assert_ptr_nonnull(profile_text(p, "alloc_failure"));
		ck_assert_ptr_null(profile_text(p, "nonsense"));
		profile_free(p);
	}
}
END_TEST

START_TEST(no_such_version)
{
	static const char *const names[] = { "2.6.28", "", "../cpus/core2", "2.6.27/../2.6.27",
		                             "a-very-long-version-name-indeed" };

	for (size_t i = 0; i < LENGTH(names); i++) {
		struct message m = { "" };

		ck_assert_ptr_null(profile_read(names[i], &m));
		ck_assert_str_ne(m.text, "");
	}
}
END_TEST

START_TEST(slots_by_name)
{
	const struct profile *p = the_profile("2.6.27");

	ck_assert_uint_eq(p->nr_slots, 13);
	ck_assert_int_eq(profile_slot(p, "KM_USER0"), 3);
	ck_assert_int_eq(profile_slot(p, "user0"), 3);
	ck_assert_int_eq(profile_slot(p, "km_softirq1"), 12);
	ck_assert_int_eq(profile_slot(p, "USER"), -1);
	ck_assert_int_eq(profile_slot(p, ""), -1);
	ck_assert_int_eq(profile_slot(p, "KM_"), -1);
	p = the_profile("6.1"); /* slots have no names there */
	ck_assert_uint_eq(p->nr_slots, 16);
	ck_assert_int_eq(profile_slot(p, "USER0"), -1);
	ck_assert_int_eq(profile_slot(p, ""), -1);
}
END_TEST

/* The shipped 2.6.27 with one line put in behind its section's heading. */
static void put_profile(const char *folder, const char *section, const char *line)
{
	static char original[1 << 16];
	char path[4096];
	struct message m = { "" };
	FILE *f;
	size_t n;

	setenv("KMAPLAB_DATA", getenv("KMAPLAB_DATA_SAVED"), 1);
	ck_assert_msg(conf_data_path("kernels/2.6.27.conf", path, sizeof(path), &m), "%s", m.text);
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	n = fread(original, 1, sizeof(original) - 1, f);
	fclose(f);
	original[n] = '\0';
	snprintf(path, sizeof(path), "%s/kernels", folder);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/kernels/x.conf", folder);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	if (section) {
		char *heading = strstr(original, section);
		size_t before;

		ck_assert_ptr_nonnull(heading);
		before = (size_t)(heading - original) + strlen(section);
		fwrite(original, 1, before, f);
		fprintf(f, "\n%s\n%s", line, original + before);
	} else {
		fputs(line, f);
	}
	fclose(f);
	setenv("KMAPLAB_DATA", folder, 1);
}

static const struct {
	const char *section, *line,
		*complaint; /* complaint: "COLUMN: text", of the inserted line */
} faults[] = {
	{ "[kernel]", "colour = red", "1: [kernel] has no key 'colour'" },
	{ "[kernel]", "atomic = magic", "10: atomic is one of: typed typed_noclear stack local" },
	{ "[kernel]", "atomic", "7: atomic is one of: typed typed_noclear stack local" },
	{ "[kernel]", "splits = 3g 5g", "13: splits is one of: 3g 3g_opt 2g 2g_opt 1g" },
	{ "[kernel]", "splits =", "9: splits is one of: 3g 3g_opt 2g 2g_opt 1g" },
	{ "[kernel]", "preempt_bits = 99", "16: " },
	{ "[kernel]", "pae_choice = maybe", "14: pae_choice is yes or no" },
	{ "[kernel]", "nr_cpus_max = 8 9", "17: one value is enough for nr_cpus_max" },
	{ "[layout]", "maxmem = from_above",
	  "10: maxmem is one of: from_reserve from_vmalloc_end" },
	{ "[layout]", "maxmem = from_reserve from_reserve", "23: one value is enough for maxmem" },
	{ "[layout]", "fixaddr_top = 0x1ffffffff", "15: " },
	{ "[layout]", "btmap_pages = many", "15: " },
	{ "[memory]", "max_order = 12", "13: " },
	{ "[memory]", "sizeof_page = -1", "15: " },
	{ "[options]", "mmconfig = perhaps", "12: an option is yes or no" },
	{ "[options]", "an_option_with_a_long_name = yes",
	  "1: 'an_option_with_a_long_name' is too long" },
	{ "[slots]", "USER0 USER1", "7: a slot is one name to a line" },
	{ "[slots]", "count = 49", "9: " },
	{ "[fixmap]", "THING = 1 nonsense", "11: [options] does not have 'nonsense'" },
	{ "[fixmap]", "THING = none", "9: " },
	{ "[fixmap]", "THING", "6: " },
	{ "[reserved]", "here = 0x2000 0x1000", "15: " },
	{ "[boot]", "nonsense = {mb}", "1: there is no boot message 'nonsense'" },
	{ "[boot]", "lowmem_mb = {mb", "13: a hole is {name}, {name:FORMAT} or {BLANKS}" },
	{ "[boot]", "lowmem_mb = {mb:9999}", "13: a hole is" },
	{ "[boot]", "lowmem_mb = %s } %n", "13: a hole is" },
	{ "[boot]", "lowmem_mb", "10: a hole is" },
	{ "[boot]", "[extra]\nx = 1", "1: a profile has no section [extra]" },
};

START_TEST(faulty_lines)
{
	char folder[] = "/tmp/kmaplab-profile-XXXXXX", path[64];

	setenv("KMAPLAB_DATA_SAVED", getenv("KMAPLAB_DATA") ? getenv("KMAPLAB_DATA") : "data", 1);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	for (size_t i = 0; i < LENGTH(faults); i++) {
		struct message m = { "" };
		const char *behind;
		unsigned line;
		int n = 0;

		put_profile(folder, faults[i].section, faults[i].line);
		ck_assert_msg(!profile_read("x", &m), "accepted: %s", faults[i].line);
		behind = strstr(m.text, "/x.conf:");
		ck_assert_msg(behind && sscanf(behind, "/x.conf:%u:%n", &line, &n) == 1 && n &&
		                      line > 1,
		              "%s: %s", faults[i].line, m.text);
		behind += n;
		ck_assert_msg(!strncmp(behind, faults[i].complaint, strlen(faults[i].complaint)),
		              "%s: %s", faults[i].line, m.text);
	}
	snprintf(path, sizeof(path), "%s/kernels/x.conf", folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/kernels", folder);
	rmdir(path);
	rmdir(folder);
}
END_TEST

/* A file that lacks what the code relies on is refused as a whole. */
START_TEST(incomplete_profiles)
{
	static const char *const texts[] = {
		"",
		"[kernel]\natomic = typed\n",
		"[kernel]\natomic = typed\nnr_cpus_max = 8\nsplits = 3g\n[layout]\n"
		"fixaddr_top = 0xfffff000\n",
		"[kernel]\natomic = typed\nnr_cpus_max = 8\nsplits = 3g\n[layout]\n"
		"fixaddr_top = 0xfffff000\n[slots]\ncount = 4\n[fixmap]\nHOLE = 1\n[memory]\n"
		"sizeof_page = 32\nmax_order = 11\nbatch_max = 128\nmax_arch_pfn = 1M\n"
		"max_arch_pfn_pae = 16M\n[image]\nstart = 1M\nend = 1M\n",
	};
	char folder[] = "/tmp/kmaplab-profile-XXXXXX", path[64];

	setenv("KMAPLAB_DATA_SAVED", getenv("KMAPLAB_DATA") ? getenv("KMAPLAB_DATA") : "data", 1);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	for (size_t i = 0; i < LENGTH(texts); i++) {
		struct message m = { "" };

		put_profile(folder, NULL, texts[i]);
		ck_assert_ptr_null(profile_read("x", &m));
		ck_assert_ptr_nonnull(strstr(m.text, "x.conf: "));
	}
	snprintf(path, sizeof(path), "%s/kernels/x.conf", folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/kernels", folder);
	rmdir(path);
	rmdir(folder);
}
END_TEST

START_TEST(holes)
{
	static const struct hole known[] = { HOLE("mb", 896), HOLE("va", 0xc0de),
		                             HOLE_WORD("name", "DMA"), HOLE_WORD("bad", "%s%n"),
		                             HOLES_END };
	static const struct {
		const char *text, *result;
		bool all;
	} cases[] = {
		{ "", "", true },
		{ "no holes at 100%", "no holes at 100%", true },
		{ "{mb}MB", "896MB", true },
		{ "{2}{name:-8}|", "  DMA     |", true },
		{ "{name:5}|", "  DMA|", true },
		{ "0x{va:08x} {va:x} {va:6x}", "0x0000c0de c0de   c0de", true },
		{ "{mb:2}", "896", true },
		{ "{bad}", "%s%n", true },
		{ "{nobody} {mb}", "{nobody} 896", false },
		{ "{mb:q}", "{mb:q}", false },
		{ "{mb", "{mb", false },
		{ "{", "{", false },
	};
	char out[64];

	for (size_t i = 0; i < LENGTH(cases); i++) {
		ck_assert_msg(text_fill(out, sizeof(out), cases[i].text, known) == cases[i].all,
		              "%s", cases[i].text);
		ck_assert_str_eq(out, cases[i].result);
	}
	text_fill(out, 6, "{mb}MB of memory", known);
	ck_assert_str_eq(out, "896MB");
	ck_assert(text_valid("{2}{name:-8} 0x{start:08x}") && text_valid("plain"));
	ck_assert(!text_valid("{Name}") && !text_valid("}") && !text_valid("{}") &&
	          !text_valid("{99}"));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { shipped_profiles, no_such_version,     slots_by_name,
		                       faulty_lines,     incomplete_profiles, holes };

	return boot_suite("profile", tests, LENGTH(tests));
}
