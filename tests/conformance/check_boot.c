/*
 * Boots what each recorded kernel was booted with, and compares everything that has a counterpart:
 * constants, slots, zones, and the kernel's own lines about memory. Prints how many fields were
 * compared in each recording; any difference fails.
 *
 * The recordings are boot-*.txt in the source tree; arguments on the command line are taken as
 * further files (a session's recording begins with a boot, too).
 */
#include "recording.h"

#include "kernel/atomic.h"
#include "kernel/world.h"

#include <check.h>
#include <ctype.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** One comparison in progress. */
struct comparison {
	const struct recording *r;
	const struct world *w;
	unsigned fields, differences;
};

static glob_t files;

static void differs(struct comparison *t, const char *what, const char *theirs, const char *ours)
{
	t->differences++;
	printf("%s: %s: they have '%s', we have '%s'\n", t->r->name, what, theirs, ours);
}

static void same_number(struct comparison *t, const char *what, const char *theirs, int base,
                        uint64_t ours)
{
	char text[32];

	t->fields++;
	if (strtoull(theirs, NULL, base) == ours)
		return;
	snprintf(text, sizeof(text), base == 16 ? "%llx" : "%llu", (unsigned long long)ours);
	differs(t, what, theirs, text);
}

/* --- constants ------------------------------------------------------------------------------- */

static uint64_t fixmap_index(const struct world *w, const char *name)
{
	const struct profile *p = w->kernel.profile;
	uint64_t index = 0;

	for (unsigned i = 0; i < p->nr_fixmap && strcmp(p->fixmap[i].name, name); i++) {
		const struct fixmap_row *row = &p->fixmap[i];

		if (row->option[0] && !boot_option(&w->kernel.config, p, row->option))
			continue;
		index += row->pages ?
		                 row->pages :
		                 w->kernel.layout.kmap_slots_per_cpu * w->kernel.config.nr_cpus;
	}
	return index;
}

static void check_constants(struct comparison *t)
{
	const struct kernel *k = &t->w->kernel;
	const struct layout *l = &k->layout;
	const struct {
		const char *key;
		int base;
		uint64_t value;
	} rows[] = {
		{ "PAGE_OFFSET", 16, l->page_offset },
		{ "high_memory", 16, l->high_memory },
		{ "VMALLOC_START", 16, l->vmalloc_start },
		{ "VMALLOC_END", 16, l->vmalloc_end },
		{ "MAXMEM", 16, l->maxmem },
		{ "__VMALLOC_RESERVE", 16, l->vmalloc_reserve },
		{ "VMALLOC_OFFSET", 16, k->profile->vmalloc_offset },
		{ "PKMAP_BASE", 16, l->pkmap_base },
		{ "LAST_PKMAP", 10, l->last_pkmap },
		{ "CPU_ENTRY_AREA_BASE", 16, l->cpu_entry_area },
		{ "CPU_ENTRY_AREA_PAGES", 10, l->cpu_entry_area_pages },
		{ "LDT_BASE", 16, l->ldt_base },
		{ "FIXADDR_TOP", 16, l->fixaddr_top },
		{ "FIXADDR_START", 16, l->fixaddr_start },
		{ "FIXADDR_BOOT_START", 16, l->fixaddr_boot_start },
		{ "FIXADDR_TOT_START", 16, l->fixaddr_boot_start },
		{ "end_of_permanent", 10, l->end_of_permanent },
		{ "end_of_fixed", 10, l->end_of_fixed },
		{ "FIX_KMAP_BEGIN", 10, l->fix_kmap_begin },
		{ "FIX_KMAP_END", 10, l->fix_kmap_end },
		{ "KM_TYPE_NR", 10, l->kmap_slots_per_cpu },
		{ "KM_MAX_IDX", 10, l->kmap_slots_per_cpu },
		{ "FIX_BTMAP_END", 10, l->fix_btmap_end },
		{ "FIX_BTMAP_BEGIN", 10, l->fix_btmap_end + k->profile->btmap_pages - 1 },
		{ "FIX_APIC_BASE", 10, fixmap_index(t->w, "APIC_BASE") },
		{ "FIX_IO_APIC_BASE_0", 10, fixmap_index(t->w, "IO_APIC") },
		{ "FIX_PCIE_MCFG", 10, fixmap_index(t->w, "PCIE_MCFG") },
		{ "FIX_ACPI_BEGIN", 10, fixmap_index(t->w, "ACPI") },
		{ "NR_CPUS", 10, k->config.nr_cpus },
		{ "online", 10, t->w->machine.nr_cpus },
		{ "max_pfn", 10, l->max_pfn },
		{ "max_low_pfn", 10, l->max_low_pfn },
		{ "sizeof_page", 10, k->sizeof_page },
		{ "PAE", 10, l->pae },
		{ "min_free_kbytes", 10, l->min_free_kbytes },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *theirs = recording_value(t->r, "constants", rows[i].key);

		if (theirs)
			same_number(t, rows[i].key, theirs, rows[i].base, rows[i].value);
	}
}

static void check_slots(struct comparison *t)
{
	bool fenced = t->w->kernel.layout.kmap_slots_per_cpu > t->w->kernel.profile->nr_slots;
	const char *line;

	for (size_t i = 0; (line = recording_line(t->r, "slots", i)); i++) {
		char name[32];
		int slot;

		if (sscanf(line, "%31[^=]=", name) != 1)
			continue;
		slot = profile_slot(t->w->kernel.profile, name);
		same_number(t, name, strchr(line, '=') + 1, 10,
		            (uint64_t)(int64_t)(fenced && slot >= 0 ? 2 * slot + 1 : slot));
	}
}

/* --- zones ----------------------------------------------------------------------------------- */

static void check_protection(struct comparison *t, const struct zone *z, const char *list)
{
	for (unsigned j = 0; *list && j <= MAX_NR_ZONES; j++) {
		same_number(t, "protection", list, 10, z->lowmem_reserve[j]);
		list += strcspn(list, ", ");
		list += *list == ',';
		if (!isdigit((unsigned char)*list))
			break;
	}
}

/* 2.4: "NAME-request=MIN/LOW/HIGH", each raised by what the zone reserves from that class. */
static void check_requests(struct comparison *t, const struct zone *z, const char *line)
{
	static const char *const classes[] = { "DMA-request=", "Normal-request=",
		                               "HighMem-request=" };
	unsigned own = (unsigned)(z - t->w->kernel.zone);

	for (unsigned j = 0; j < 3; j++) {
		const char *value = strstr(line, classes[j]);
		bool none = !t->w->kernel.zone[j].spanned; /* such a class makes no requests */
		uint64_t more = z->lowmem_reserve[j];

		if (!value || j < own)
			continue;
		value += strlen(classes[j]);
		same_number(t, classes[j], value, 10, none ? 0 : z->min + more);
		value = strchr(value, '/') + 1;
		same_number(t, classes[j], value, 10, none ? 0 : z->low + more);
		value = strchr(value, '/') + 1;
		same_number(t, classes[j], value, 10, none ? 0 : z->high + more);
	}
}

static void check_zone(struct comparison *t, const struct zone *z, const char *line)
{
	const struct {
		const char *key;
		uint64_t value;
	} rows[] = {
		{ " spanned=", z->spanned },
		{ " present=", z->present },
		{ " min=", z->min },
		{ " low=", z->low },
		{ " high=", z->high },
		{ " batch=", z->batch ? z->batch : 1 },
		{ " start_pfn=", z->start_pfn },
	};
	const char *value;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		value = strstr(line, rows[i].key);
		if (value && isdigit((unsigned char)value[strlen(rows[i].key)]))
			same_number(t, rows[i].key, value + strlen(rows[i].key), 10, rows[i].value);
	}
	value = strstr(line, " protection=");
	if (value)
		check_protection(t, z, value + strlen(" protection="));
	check_requests(t, z, line);
}

static void check_zones(struct comparison *t)
{
	const char *line;

	for (size_t i = 0; (line = recording_line(t->r, "zones", i)); i++) {
		const struct zone *z = NULL;

		for (unsigned j = 0; j < t->w->kernel.nr_zones; j++) {
			size_t n = strlen(t->w->kernel.zone[j].name);

			if (!strncmp(line, t->w->kernel.zone[j].name, n) && line[n] == ' ')
				z = &t->w->kernel.zone[j];
		}
		if (z)
			check_zone(t, z, line);
		else
			differs(t, "zone", line, "no such zone");
	}
}

/* --- the log --------------------------------------------------------------------------------- */

/* Lines about the recorded machine's own image, initial RAM disk and PCI bus. */
static bool no_counterpart(const char *line)
{
	static const char *const starts[] = {
		"RAMDISK",  "Allocated new RAMDISK", "Allocating PCI", "(", "  #", "      .",
		"hm, page", "initial memory mapped",
	};

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (!strncmp(line, starts[i], strlen(starts[i])))
			return true;
	return false;
}

static bool both_start(const char *a, const char *b, const char *start)
{
	return !strncmp(a, start, strlen(start)) && !strncmp(b, start, strlen(start));
}

/* The total and the high memory; what is available depends on the image. */
static bool same_memory(const char *a, const char *b)
{
	const char *total_a = strchr(a, '/'), *total_b = strchr(b, '/');
	const char *high_a = strrchr(a, ','), *high_b = strrchr(b, ',');

	return total_a && total_b &&
	       strtoul(total_a + 1, NULL, 10) == strtoul(total_b + 1, NULL, 10) && high_a &&
	       high_b && !strcmp(high_a, high_b);
}

/* mem_map's address, where the rule fixes it; pgdat is a symbol of the image. */
static bool same_mem_map(const char *theirs, const char *ours, bool compare)
{
	const char *a = strstr(theirs, "node_mem_map "), *b = strstr(ours, "node_mem_map ");

	return a && b && (!compare || !strcmp(a, b));
}

/* Whether the recorded machine's RAM disk was moved to where the bitmap might have been. */
static bool ramdisk_in_the_way(const struct recording *r, unsigned long bytes)
{
	static const char moved[] = "Allocated new RAMDISK: ";
	const char *line;
	unsigned long start, end;

	for (size_t i = 0; (line = recording_line(r, "boot", i)); i++)
		if (!strncmp(line, moved, strlen(moved)) &&
		    sscanf(line + strlen(moved), "%lx - %lx", &start, &end) == 2)
			return bytes <= 0x4000 || end - start > 0x4000;
	return false;
}

static bool same_bootmap(const struct recording *r, const char *a, const char *b)
{
	unsigned long start_a, end_a, start_b, end_b;
	const char *p = strstr(a, "bootmap "), *q = strstr(b, "bootmap ");

	if (!p || !q || sscanf(p, "bootmap %lx - %lx", &start_a, &end_a) != 2 ||
	    sscanf(q, "bootmap %lx - %lx", &start_b, &end_b) != 2)
		return false;
	return end_a - start_a == end_b - start_b &&
	       (start_a == start_b || ramdisk_in_the_way(r, end_a - start_a));
}

/* The recorded machines had more words on their command lines, all of them before ours. */
static bool same_end(const char *theirs, const char *ours)
{
	const char *value = strchr(ours, ':') + 2;
	size_t n = strlen(theirs), m = strlen(value);

	return n >= m && !strcmp(theirs + n - m, value);
}

static bool same_line(const struct comparison *t, const char *theirs, const char *ours)
{
	if (both_start(theirs, ours, "Memory: "))
		return same_memory(theirs, ours);
	if (both_start(theirs, ours, "free_area_init_node: node 0"))
		return same_mem_map(theirs, ours, t->w->kernel.profile->image.start < 1u << 24);
	if (strstr(theirs, "bootmap ") && strstr(ours, "bootmap "))
		return same_bootmap(t->r, theirs, ours);
	if (both_start(theirs, ours, "kernel direct mapping tables up to ") &&
	    t->w->kernel.profile->mem_map_goal == 0)
		return !strncmp(theirs, ours, strcspn(theirs, "@"));
	if (both_start(theirs, ours, "Kernel command line: "))
		return same_end(theirs, ours);
	return !strcmp(theirs, ours);
}

/* Their lines, in their order, among ours. */
static void check_their_lines(struct comparison *t)
{
	const char *line;
	uint32_t at = 0;

	for (size_t i = 0; (line = recording_line(t->r, "boot", i)); i++) {
		uint32_t j = at;

		if (no_counterpart(line))
			continue;
		t->fields++;
		while (j < t->w->kernel.dmesg.n && !same_line(t, line, dmesg_line(t->w, j)))
			j++;
		if (j == t->w->kernel.dmesg.n)
			differs(t, "boot", line, "no such line behind the last one");
		else
			at = j + 1;
	}
}

/* Our lines that any recording would have: none may be in ours alone. */
static bool always_recorded(const struct comparison *t, const char *line)
{
	if (!strncmp(line, "Memory", 6) || no_counterpart(line))
		return false;
	if (!strncmp(t->w->kernel.config.kernel, "2.6", 3))
		return strncmp(line, "Kernel command line", 19) != 0;
	return strstr(line, "MB") || !strncmp(line, "Use a", 5);
}

static void check_our_lines(struct comparison *t)
{
	for (uint32_t i = 0; i < t->w->kernel.dmesg.n; i++) {
		const char *line, *ours = dmesg_line(t->w, i);
		bool found = !always_recorded(t, ours);

		for (size_t j = 0; !found && (line = recording_line(t->r, "boot", j)); j++)
			found = same_line(t, line, ours);
		if (!found)
			differs(t, "boot", "no such line", ours);
	}
}

/* --- a recording ----------------------------------------------------------------------------- */

static void boot_recorded(struct world *w, const struct recording *r, struct profile **p)
{
	static struct cpu_model model;
	static struct cost_table cost;
	struct boot_config c;
	struct message m = { "" };

	recording_config(r, &c);
	*p = profile_read(c.kernel, &m);
	ck_assert_msg(*p != NULL, "%s: %s", r->name, m.text);
	(*p)->atomic_ops = atomic_ops_find((*p)->atomic);
	ck_assert_msg(cpu_model_read(&model, c.cpu_model, &m), "%s", m.text);
	ck_assert_msg(cost_table_read(&cost, "default", &m), "%s", m.text);
	ck_assert_msg(world_boot(w, &c, *p, &model, &cost, &m), "%s: %s", r->name, m.text);
}

static unsigned compare(const char *path, unsigned *fields)
{
	struct recording r;
	struct profile *p;
	struct world *w = calloc(1, sizeof(*w));
	struct comparison t = { .r = &r, .w = w };

	ck_assert_ptr_nonnull(w);
	recording_read(&r, path);
	boot_recorded(w, &r, &p);
	check_constants(&t);
	check_slots(&t);
	check_zones(&t);
	check_their_lines(&t);
	if (recording_has(&r, "boot"))
		check_our_lines(&t);
	printf("%-44s %4u fields, %u differences\n", r.name, t.fields, t.differences);
	world_release(w);
	free(w);
	profile_free(p);
	recording_free(&r);
	*fields += t.fields;
	return t.differences;
}

START_TEST(recorded_boots)
{
	unsigned fields = 0, differences = 0;

	for (size_t i = 0; i < files.gl_pathc; i++)
		differences += compare(files.gl_pathv[i], &fields);
	printf("%zu recordings, %u fields, %u differences\n", files.gl_pathc, fields, differences);
	ck_assert_uint_gt(fields, 40 * files.gl_pathc);
	ck_assert_uint_eq(differences, 0);
}
END_TEST

int main(int argc, char **argv)
{
	const char *top = getenv("top_srcdir");
	char pattern[4096];
	TCase *tc = tcase_create("boot");
	Suite *suite = suite_create("boot");
	SRunner *runner;
	int failed;

	snprintf(pattern, sizeof(pattern), "%s/tests/conformance/recordings/boot-*.txt",
	         top ? top : ".");
	if (argc < 2 && glob(pattern, 0, NULL, &files)) {
		fprintf(stderr, "%s: no recordings\n", pattern);
		return 99;
	}
	for (int i = 1; i < argc; i++)
		if (glob(argv[i], i > 1 ? GLOB_APPEND : 0, NULL, &files))
			return 99;
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, recorded_boots);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	globfree(&files);
	return failed != 0;
}
