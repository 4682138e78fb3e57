/*
 * What differs between two kernels: that nothing of a profile is left out, in either direction, as
 * text and as JSON; and that kmaplab-profile(5) names all there is to name. Also what the commands
 * patch, vmalloc and vfree answer.
 */
#include "ask.h"

#include "kernel/profile_diff.h"
#include "machine/conf.h"

#include <sys/stat.h>
#include <unistd.h>

static const char *const kernels[] = { "2.4.27", "2.6.27", "2.6.32", "2.6.37", "6.1" };

static struct profile *profile(const char *name)
{
	struct message m = { "" };
	struct profile *p = profile_read(name, &m);

	ck_assert_msg(p != NULL, "%s", m.text);
	return p;
}

/* Differences as they are told, one "section.key a|b" to a line. */
struct told {
	char text[65536];
	size_t len;
	unsigned n;
};

static void tell(void *ctx, const char *section, const char *key, const char *a, const char *b)
{
	struct told *t = ctx;

	t->len += (size_t)snprintf(t->text + t->len, sizeof(t->text) - t->len, "%s.%s %s|%s\n",
	                           section, key, a ? a : "-", b ? b : "-");
	ck_assert_uint_lt(t->len, sizeof(t->text));
	t->n++;
}

static bool has(const struct told *t, const char *line)
{
	const char *at = strstr(t->text, line);

	return at && (at == t->text || at[-1] == '\n');
}

START_TEST(a_kernel_is_like_itself)
{
	for (size_t i = 0; i < LENGTH(kernels); i++) {
		struct profile *a = profile(kernels[i]), *b = profile(kernels[i]);
		struct told t = { .n = 0 };

		ck_assert_uint_eq(profile_diff(a, b, tell, &t), 0);
		ck_assert_uint_eq(t.n, 0);
		profile_free(a);
		profile_free(b);
	}
}
END_TEST

START_TEST(both_directions_tell_the_same)
{
	for (size_t i = 0; i < LENGTH(kernels); i++)
		for (size_t k = 0; k < i; k++) {
			struct profile *a = profile(kernels[i]), *b = profile(kernels[k]);
			struct told there = { .n = 0 }, back = { .n = 0 };

			ck_assert_uint_gt(profile_diff(a, b, tell, &there), 10);
			ck_assert_uint_eq(profile_diff(b, a, tell, &back), there.n);
			profile_free(a);
			profile_free(b);
		}
}
END_TEST

START_TEST(known_differences)
{
	static const char *const lines[] = {
		"kernel.pkmap_flush always|if_needed\n", "kernel.slot_check unsigned|signed\n",
		"kernel.vmalloc flushed|lazy\n", "kernel.vmap_lazy 0|8192\n",
		"kernel.nmi_bits 0|1\n", "layout.maxmem from_reserve|from_vmalloc_end\n",
		"layout.vmalloc_adds_offset no|yes\n", "image.start 0x100000|0x1000000\n",
		"options.tboot -|no\n", "slots.count 13|19\n", "slots.NMI -|17\n",
		"fixmap.ACPI 4 if acpi at boot, after WP_TEST|-\n",
		"fixmap.KMAP slots if highmem, after CYCLONE_TIMER|slots, after CYCLONE_TIMER\n",
		"boot.bug_kmap_atomic kernel BUG at arch/x86/mm/highmem_32.c:87!|",
		"boot.zone_reserved -|",
	};
	struct profile *a = profile("2.6.27"), *b = profile("2.6.32");
	struct told t = { .n = 0 };

	profile_diff(a, b, tell, &t);
	for (size_t i = 0; i < LENGTH(lines); i++)
		ck_assert_msg(has(&t, lines[i]), "%s is not in:\n%s", lines[i], t.text);
	ck_assert(!has(&t, "slots.USER0"));
	ck_assert(!has(&t, "kernel.splits"));
	profile_free(a);
	profile_free(b);
}
END_TEST

/* --- every line of a file ----------------------------------------------------------------------- */

/* Profiles differ in one line each; the diff must name it. */
struct changes {
	const char *text;   /* the file */
	const struct profile *a;
	unsigned tried, accepted;
};

static char folder[] = "/tmp/kmaplab-diff-XXXXXX";

static char *slurp(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 1u << 16);

	ck_assert_msg(f != NULL, "%s", path);
	ck_assert_uint_lt(fread(text, 1, (1u << 16) - 1, f), (1u << 16) - 1);
	fclose(f);
	return text;
}

/* Another value of the same sort: "yes" for "no", the next number. False: left alone. */
static bool other_value(const char *value, char *buf, size_t size)
{
	uint64_t n;

	if (!strcmp(value, "yes") || !strcmp(value, "no"))
		snprintf(buf, size, "%s", *value == 'y' ? "no" : "yes");
	else if (conf_number(value, &n))
		snprintf(buf, size, "%llu", (unsigned long long)(n % 4096 ? n - 1 : n + 4096));
	else
		return false;
	return true;
}

/* The file with line number `line` as "key = value". */
static void write_changed(const char *text, unsigned line, const char *key, const char *value)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/kernels/x.conf", folder);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	for (unsigned n = 1; *text; n++) {
		size_t len = strcspn(text, "\n");

		if (n == line)
			fprintf(f, "%s = %s\n", key, value);
		else
			fprintf(f, "%.*s\n", (int)len, text);
		text += len + (text[len] == '\n');
	}
	ck_assert_int_eq(fclose(f), 0);
}

static bool change_line(void *ctx, const struct conf_line *line, struct message *m)
{
	struct changes *c = ctx;
	char value[64], expected[128];
	struct told t = { .n = 0 };
	struct message why;
	struct profile *b;

	(void)m;
	if (line->nr_words < 2 || !strcmp(line->section, "boot") || !strcmp(line->section, "fixmap") ||
	    !strcmp(line->section, "reserved") || !strcmp(line->section, "show_mem") ||
	    !other_value(line->word[1], value, sizeof(value)))
		return true;
	write_changed(c->text, line->line, line->word[0], value);
	c->tried++;
	b = profile_read("x", &why);
	if (!b) /* not everything goes */
		return true;
	snprintf(expected, sizeof(expected), "%s.%s ", line->section, line->word[0]);
	profile_diff(c->a, b, tell, &t);
	ck_assert_msg(t.n && t.n <= 2 && has(&t, expected), /* btmap_pages is in the fixmap too */
	              "%s:%u: %u differences: %s", line->section,
	              line->line, t.n, t.text);
	c->accepted++;
	profile_free(b);
	return true;
}

START_TEST(a_line_that_is_changed_is_a_difference)
{
	char path[4096], command[256];
	struct message m = { "" };

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(command, sizeof(command), "%s/kernels", folder);
	ck_assert_int_eq(mkdir(command, 0700), 0);
	for (size_t i = 0; i < LENGTH(kernels); i++) {
		struct profile *a = profile(kernels[i]);
		struct changes c = { .a = a };
		char name[64], *was = strdup(getenv("KMAPLAB_DATA"));

		snprintf(name, sizeof(name), "kernels/%s.conf", kernels[i]);
		ck_assert(conf_data_path(name, path, sizeof(path), &m));
		c.text = slurp(path);
		setenv("KMAPLAB_DATA", folder, 1);
		ck_assert_msg(conf_read(path, change_line, &c, &m), "%s", m.text);
		setenv("KMAPLAB_DATA", was, 1);
		ck_assert_uint_gt(c.accepted, 40);
		ck_assert_uint_le(c.tried, c.accepted + 12);
		free((char *)c.text);
		free(was);
		profile_free(a);
	}
	snprintf(command, sizeof(command), "rm -r %s", folder);
	ck_assert_int_eq(system(command), 0);
}
END_TEST

/* --- the command ------------------------------------------------------------------------------- */

START_TEST(the_command_answers)
{
	struct interp *in = ask_new();
	json_t *r = ask_ok(in, "kernel diff 2.6.27 6.1");
	size_t i;
	json_t *d;
	unsigned flags = 0;

	ck_assert_str_eq(text_at(r, "result.a"), "2.6.27");
	ck_assert_str_eq(text_at(r, "result.b"), "6.1");
	json_array_foreach(at(r, "result.differences"), i, d) {
		if (!strcmp(text_at(d, "key"), "atomic"))
			flags |= !strcmp(text_at(d, "a"), "typed") && !strcmp(text_at(d, "b"), "local");
		if (!strcmp(text_at(d, "key"), "kunmap_may_sleep"))
			flags |= json_is_false(at(d, "a")) && json_is_true(at(d, "b")) ? 2 : 0;
		if (!strcmp(text_at(d, "key"), "USER0"))
			flags |= json_is_integer(at(d, "a")) && json_is_null(at(d, "b")) ? 4 : 0;
		if (!strcmp(text_at(d, "key"), "max_order"))
			flags |= 8;
	}
	ck_assert_uint_eq(flags, 7);
	says(r, "[kernel]\n");
	says(r, "  atomic               typed  |  local\n");
	says(ask_ok(in, "kernel diff 6.1 6.1"), "say the same");
	ask_free(in);
}
END_TEST

START_TEST(the_command_refuses)
{
	struct interp *in = ask_new();

	says(ask_error(in, "kernel diff"), "Two kernels are compared");
	says(ask_error(in, "kernel diff 2.6.27"), "Two kernels are compared");
	says(ask_error(in, "kernel diff 2.6.27 2.6.28"), "there are: 2.4-aa 2.4.27");
	says(ask_error(in, "kernel 2.6.27 6.1"), "One kernel is enough");
	ask_free(in);
}
END_TEST

/* `patch`, at the prompt. */
START_TEST(patches_at_the_prompt)
{
	struct interp *in = ask_new();

	ask_ok(in, "boot kernel=2.6.32 ram=1G patch=2");
	ask_ok(in, "alloc highmem");
	ck_assert_str_eq(text_at(ask_ok(in, "kmap_atomic p0 KM_IRQ0"), "result.slot_argument"),
	                 "ignored");
	ck_assert_int_eq(number_at(ask_ok(in, "patch"), "result.patch"), 2);
	ck_assert_int_eq(number_at(ask_ok(in, "patch 3"), "result.same_code_as"), 2);
	ask_ok(in, "alloc highmem");
	says(ask_error(in, "kmap_atomic p0 KM_USER0"), "too many arguments to function 'kmap_atomic'");
	ask_ok(in, "v = kmap_atomic p0");
	says(ask_error(in, "kunmap_atomic v KM_USER0"), "does not compile");
	ask_ok(in, "kunmap_atomic v");
	ask_ok(in, "patch 4");
	ask_ok(in, "alloc highmem");
	says(ask_error(in, "kmap_atomic p0 KM_USER0"), "'KM_USER0' undeclared");
	ck_assert_str_eq(text_at(ask_ok(in, "print kernel"), "result.value"), "2.6.32");
	says(ask_error(in, "boot kernel=6.1 patch=3"), "Say kernel=2.6.37");
	ck_assert_int_eq(number_at(ask_ok(in, "patch"), "result.patch"), 4); /* as it was */
	ask_ok(in, "kernel 6.1");
	ck_assert(json_is_null(at(ask_ok(in, "patch"), "result.patch")));
	ask_free(in);
}
END_TEST

/* Back to between two steps of a release, and an interrupt there: once popping came first. */
START_TEST(the_race_at_the_prompt)
{
	for (int first = 0; first < 2; first++) {
		struct interp *in = ask_new();
		json_t *r;

		ask_ok(in, "boot kernel=2.6.37 ram=1G cpus=1");
		ask_ok(in, "alloc highmem 2");
		ask_ok(in, first ? "set broken.pop_before_clear on" : "set broken.pop_before_clear off");
		ask_ok(in, "v = kmap_atomic p0");
		ask_ok(in, "kunmap_atomic v");
		ask_ok(in, "back 2");
		ask_ok(in, "irq");
		r = ask(in, "kmap_atomic p1");
		ck_assert_str_eq(text_at(r, "status"), first ? "oops" : "ok");
		if (first)
			says(r, "kernel BUG at arch/x86/mm/highmem_32.c");
		ask_free(in);
	}
}
END_TEST

START_TEST(vmalloc_at_the_prompt)
{
	struct interp *in = ask_new();
	json_t *r;

	ask_ok(in, "boot kernel=2.6.32 ram=1G");
	r = ask_ok(in, "v = vmalloc 10000");
	ck_assert_str_eq(text_at(r, "result.va"), "0xf81fe000");
	ck_assert_int_eq(number_at(r, "result.size"), 10000);
	ck_assert_int_eq(number_at(r, "result.pages"), 3);
	ck_assert_int_eq(number_at(ask_ok(in, "print vmalloc.used"), "result.value"), 4 * 4096);
	ask_ok(in, "cpu1: write v aa");
	r = ask_ok(in, "vfree v");
	ck_assert_int_eq(number_at(r, "result.pages"), 3);
	ck_assert_int_eq(number_at(r, "result.lazy"), 4);
	says(r, "the TLBs were not told");
	ck_assert_int_eq(number_at(ask_ok(in, "print vmalloc.lazy"), "result.value"), 4);
	ck_assert_int_eq(number_at(ask_ok(in, "print vmalloc.areas"), "result.value"), 0);
	ck_assert_str_eq(text_at(ask_ok(in, "cpu1: read v 1"), "result.tlb"), "hit");
	says(ask_ok(in, "vfree v"), "nonexistent vm area");
	says(ask_error(in, "vmalloc 200M"), "no hole for 51200 pages");
	says(ask_error(in, "vmalloc 0"), "out of range");
	says(ask_error(in, "vmalloc 3G"), "does not have as many pages");
	ask_free(in);
}
END_TEST

/* --- kmaplab-profile(5) ------------------------------------------------------------------------- */

/* Whether an item of the page lists a key. */
static bool in_page(const char *page, const char *key)
{
	size_t n = strlen(key);

	for (const char *s = strstr(page, ".It Ic "); s; s = strstr(s + 1, ".It Ic ")) {
		const char *end = strchr(s, '\n');

		for (const char *k = s; (k = strstr(k, key)) && k < end; k += n)
			if (k[-1] == ' ' && (k[n] == '\n' || k[n] == ' '))
				return true;
	}
	return false;
}

START_TEST(the_page_names_every_key)
{
	char path[4096], heading[64];
	const char *section, *key;
	char *page;
	unsigned n = 0;

	snprintf(path, sizeof(path), "%s/man/kmaplab-profile.5", getenv("top_srcdir"));
	page = slurp(path);
	for (; profile_key(n, &section, &key); n++) {
		ck_assert_msg(in_page(page, key), "%s does not tell what %s means", path, key);
		snprintf(heading, sizeof(heading), ".Ss \"[%s]\"\n", section);
		ck_assert_msg(strstr(page, heading) != NULL, "no heading for [%s]", section);
	}
	ck_assert_uint_gt(n, 60);
	for (unsigned i = 0; profile_list_name(i); i++) {
		snprintf(heading, sizeof(heading), ".Ss \"[%s]\"\n", profile_list_name(i));
		ck_assert_msg(strstr(page, heading) != NULL, "no heading for [%s]",
		              profile_list_name(i));
	}
	for (size_t i = 0; i < LENGTH(kernels); i++) {
		struct profile *p = profile(kernels[i]);

		for (unsigned k = 0; k < p->nr_texts; k++)
			ck_assert_msg(in_page(page, p->text[k].key),
			              "%s does not tell when '%s' is printed", path, p->text[k].key);
		profile_free(p);
	}
	ck_assert(!in_page(page, "nonsense"));
	free(page);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_kernel_is_like_itself,
		both_directions_tell_the_same,
		known_differences,
		a_line_that_is_changed_is_a_difference,
		the_command_answers,
		the_command_refuses,
		patches_at_the_prompt,
		the_race_at_the_prompt,
		vmalloc_at_the_prompt,
		the_page_names_every_key,
	};

	return ask_suite("kernel_diff", tests, LENGTH(tests));
}
