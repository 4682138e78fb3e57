/*
 * The contract with other programs, checked through the program itself: every answer has the
 * fields it promises, an address, frame or mask is a string in hexadecimal, a count is a number.
 *
 * $KMAPLAB is run with --json over a script of all lines below; a line may make several commands,
 * the last of which is looked at.
 */
#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/*
 * What an answer must have: words "path:type" or "path=value", separated by blanks; a path goes
 * through objects and arrays (pages.0.pfn). Types: s string, x hexadecimal, n number, b truth,
 * a array, o object, h string of hex digits, - absent.
 */
static const struct promise {
	const char *line, *status, *fields;
} promises[] = {
	{ "boot kernel=2.6.27 ram=2G cpus=2 nr_cpus=8", "ok",
	  "kernel=2.6.27 page_offset=0xc0000000 high_memory=0xf8000000 maxmem:x vmalloc_start:x "
	  "vmalloc_end:x pkmap_base=0xffa00000 last_pkmap=512 fixaddr_top=0xfffff000 fixaddr_start:x "
	  "fixaddr_boot_start:x fix_kmap_begin=69 fix_kmap_begin_va=0xfffba000 kmap_slots_per_cpu=13 "
	  "max_pfn:x max_low_pfn=0x38000 lowmem_mb=896 highmem_mb=1152 pae:b nr_cpus=8 cpus=2 "
	  "min_free_kbytes:n zones.2.name=HighMem zones.0.start_pfn:x zones.0.spanned:n "
	  "zones.0.present:n zones.0.min:n zones.0.low:n zones.0.high:n zones.0.protection.3:n "
	  "regions.0.name:s regions.0.start:x regions.0.end:x messages.0:s" },
	{ "layout", "ok", "kernel=2.6.27 zones.1.name=Normal messages.3:s page_offset:x" },
	{ "alloc highmem 2", "ok",
	  "pages.0.page=p0 pages.0.pfn:x pages.0.zone=HighMem pages.1.page=p1 pages.2:-" },
	{ "alloc normal", "ok", "pages.0.page=p2 pages.0.zone=Normal" },
	{ "alloc dma gfp=GFP_ATOMIC", "ok", "pages.0.page=p3 pages.0.zone=DMA" },
	{ "kmap p0", "ok", "page=p0 pfn:x va=0xffa01000" },
	{ "kunmap p0", "ok", "page=p0 count=1" },
	{ "kmap_atomic p0 KM_USER1", "ok", "page=p0 pfn:x va=0xfffb6000 cpu=0 slot=4" },
	{ "kunmap_atomic p0 KM_USER1", "ok", "va=0xfffb6000 cpu=0 slot=4" },
	{ "cpu1: kmap_atomic p0 KM_USER0", "ok", "va=0xfffaa000 cpu=1 slot=3" },
	{ "cpu1: kunmap_atomic 0xfffaa000 KM_USER0", "ok", "va=0xfffaa000 cpu=1 slot=3" },
	{ "kmap_atomic p2; kunmap_atomic p2", "ok", "va:x cpu=0" },
	{ "kmap p0; pkmap", "ok",
	  "base=0xffa00000 last=1 counts.0=0 counts.1=2 counts.511=0 waiters=0" },
	{ "walk p0", "ok",
	  "va=0xffa01000 levels.0.name=PDPT levels.0.table_pa:x levels.0.index=3 levels.0.entry:x "
	  "levels.2.name=PT levels.2.index=1 levels.2.entry:x levels.3:- pa:x size=4096 fault:-" },
	{ "translate 0xffa02000", "ok",
	  "va=0xffa02000 levels.2.entry=0x0 fault.error_code=0x0 fault.reason:s pa:-" },
	{ "write 0xffa01000 0badcafe", "ok", "va=0xffa01000 pa:x bytes=0badcafe tlb=miss" },
	{ "read 0xffa01000 4", "ok", "va=0xffa01000 pa:x bytes=0badcafe tlb=hit fault:-" },
	{ "read 0xffa02000", "ok", "va=0xffa02000 fault.error_code:x fault.reason:s bytes:-" },
	{ "tlb 0", "ok",
	  "cpus.0.cpu=0 cpus.0.entries.0.va=0xffa01000 cpus.0.entries.0.pa:x "
	  "cpus.0.entries.0.size=4096 cpus.0.entries.0.global:b cpus.0.entries.0.stale:b cpus.1:-" },
	{ "tlb", "ok", "cpus.1.cpu=1 cpus.1.entries:a" },
	{ "irq", "ok", "cpu=0 context=hardirq preempt_count=65536" },
	{ "exit", "ok", "cpu=0 context=task preempt_count=0" },
	{ "softirq", "ok", "cpu=0 context=softirq preempt_count=256" },
	{ "exit; cpu1: nmi", "ok", "cpu=1 context=nmi preempt_count:n" },
	{ "cpu1: exit; print pkmap.used", "ok", "value=1" },
	{ "print page(p0).va", "ok", "value=0xffa01000" },
	{ "expect pkmap.count[1] == 2", "ok", "value:b" },
	{ "expect pkmap.count[1] == 3", "error", "value:b" },
	{ "spawn cpu1: kmap p1", "ok", "task:n status=ok result.page=p1 result.va:x" },
	{ "cost", "ok", "cycles:n causes.0.name:s causes.0.count:n causes.0.cycles:n" },
	{ "boot pkmap=4; alloc highmem 5; kmap p0; kmap p1; kmap p2; kmap p3; kmap p4", "blocked",
	  "task:n" },
	{ "spawn cpu1: kmap p4", "blocked", "task:n status=blocked" },
	{ "kunmap p0; run", "ok", "finished.0.task:n finished.0.command:s finished.0.result.va:x" },
	{ "boot pkmap=0; alloc highmem; kmap_atomic p0; kmap_atomic p0", "oops", "" },
	{ "boot kernel=6.1; alloc highmem; kmap_local p0", "ok", "page=p0 pfn:x va:x cpu=0 slot=0" },
	{ "kunmap_local p0", "ok", "va:x cpu=0 slot=0" },
	{ "boot kernel=2.6.27; alloc highmem; alloc dma; device add isa dma=isa", "ok", "device=isa" },
	{ "io write isa p0 p1", "ok",
	  "io=1 device=isa pages.0.page=p0 pages.0.bounced:b pages.0.bounce_pfn:x pages.1.page=p1 "
	  "pages.1.bounced:b pages.2:-" },
	{ "run; print stats.bounces", "ok", "value=1" },
	{ "io read isa p0; run", "ok", "finished:a" },
	{ "print stats.bytes_copied", "ok", "value=8192" },
	{ "boot highmem=off pae=no ram=512M", "ok", "highmem_mb=0 pae:b cpus=2" },
	{ "kmap nothing", "error", "" },
};

static json_t *replies[LENGTH(promises)];

/* Runs the program with arguments; its exit status. Standard output goes to a file. */
static int run(const char *arguments, const char *script, const char *out)
{
	char command[2000];
	int status;

	ck_assert_ptr_nonnull(getenv("KMAPLAB"));
	snprintf(command, sizeof(command), "'%s' %s %s >%s 2>/dev/null </dev/null", getenv("KMAPLAB"),
	         arguments, script, out);
	status = system(command);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void write_script(const char *path)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	for (size_t i = 0; i < LENGTH(promises); i++)
		fprintf(f, "%s\n", promises[i].line);
	fclose(f);
}

/* The last reply to each line. */
static void read_replies(const char *path)
{
	char *line = NULL;
	size_t size = 0;
	FILE *f = fopen(path, "r");

	while (getline(&line, &size, f) > 0) {
		json_error_t e;
		json_t *reply = json_loads(line, 0, &e);
		size_t n = (size_t)json_integer_value(json_object_get(reply, "line"));

		ck_assert_msg(reply, "no JSON: %s: %s", e.text, line);
		ck_assert_msg(n >= 1 && n <= LENGTH(promises), "line %zu", n);
		json_decref(replies[n - 1]);
		replies[n - 1] = reply;
	}
	free(line);
	fclose(f);
}

static void play_all(void)
{
	char script[] = "/tmp/kmaplab-contract-XXXXXX", out[64];

	close(mkstemp(script));
	snprintf(out, sizeof(out), "%s.out", script);
	write_script(script);
	ck_assert_int_eq(run("--batch --json --keep-going", script, out), 1);
	read_replies(out);
	remove(script);
	remove(out);
}

static json_t *at(json_t *json, const char *path)
{
	char key[64];

	for (const char *s = path; json && *s; s += *s == '.') {
		size_t n = strcspn(s, ".");

		snprintf(key, sizeof(key), "%.*s", (int)n, s);
		json = json_is_array(json) ? json_array_get(json, strtoul(key, NULL, 10)) :
		                             json_object_get(json, key);
		s += n;
	}
	return json;
}

static int is_hex(const char *s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s && !strncmp(s, prefix, n) && s[n] && !s[n + strspn(s + n, "0123456789abcdef")];
}

static int has_type(const json_t *json, char type)
{
	switch (type) {
	case 's':
		return json_is_string(json) && *json_string_value(json);
	case 'x':
		return is_hex(json_string_value(json), "0x");
	case 'h':
		return is_hex(json_string_value(json), "");
	case 'n':
		return json_is_integer(json);
	case 'b':
		return json_is_boolean(json);
	case 'a':
		return json_is_array(json);
	case 'o':
		return json_is_object(json);
	case '-':
		return !json;
	}
	return 0;
}

static int has_value(const json_t *json, const char *value)
{
	char text[64];

	if (json_is_string(json))
		return !strcmp(json_string_value(json), value);
	snprintf(text, sizeof(text), "%lld", json_is_integer(json) ? json_integer_value(json) : -1);
	return !strcmp(text, value);
}

/* One word of a promise. */
static void keeps(const struct promise *p, json_t *reply, char *word)
{
	char *sign = strpbrk(word, ":="), kind = *sign;
	json_t *json;

	*sign = '\0';
	json = at(json_object_get(reply, "result"), word);
	ck_assert_msg(kind == ':' ? has_type(json, sign[1]) : has_value(json, sign + 1),
	              "%s: %s is not %s in %s", p->line, word, sign + 1, json_dumps(reply, 0));
}

START_TEST(every_answer_has_what_was_promised)
{
	const struct promise *p = &promises[_i];
	json_t *reply = replies[_i];
	char *fields = strdup(p->fields);

	ck_assert_msg(reply, "no answer to: %s", p->line);
	ck_assert_msg(has_value(json_object_get(reply, "status"), p->status), "%s: %s", p->line,
	              json_dumps(reply, 0));
	ck_assert(json_is_string(json_object_get(reply, "command")));
	ck_assert(json_is_string(json_object_get(reply, "message")));
	ck_assert(json_is_integer(json_object_get(reply, "events")));
	ck_assert(json_is_integer(json_object_get(reply, "cycles")));
	for (char *word = strtok(fields, " "); word; word = strtok(NULL, " "))
		keeps(p, reply, word);
	free(fields);
}
END_TEST

START_TEST(exit_statuses)
{
	ck_assert_int_eq(run("-e 'alloc highmem' -e 'kmap p0'", "", "/dev/null"), 0);
	ck_assert_int_eq(run("-e 'boot pkmap=4; alloc highmem 5; kmap p0; kmap p1' "
	                     "-e 'kmap p2; kmap p3; kmap p4'", "", "/dev/null"), 0);
	ck_assert_int_eq(run("-e 'expect 1 == 2'", "", "/dev/null"), 1);
	ck_assert_int_eq(run("-e 'alloc highmem; kmap_atomic p0; kmap_atomic p0'", "", "/dev/null"), 1);
	ck_assert_int_eq(run("--no-such-option", "", "/dev/null"), 2);
	ck_assert_int_eq(run("--version", "", "/dev/null"), 0);
	ck_assert_int_eq(run("--help", "", "/dev/null"), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("contract");
	TCase *tcase = tcase_create("contract");
	SRunner *runner;
	int failed;

	tcase_add_unchecked_fixture(tcase, play_all, NULL);
	tcase_add_loop_test(tcase, every_answer_has_what_was_promised, 0, LENGTH(promises));
	tcase_add_test(tcase, exit_statuses);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
