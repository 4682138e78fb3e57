/*
 * The layout rules against worked tables: layouts of many builds that were computed from the
 * kernels' own formulas and, where a boot log existed, seen there.
 */
#include "boot_fixture.h"

static const struct row {
	const char *words;
	uint32_t permanent, fixed, last_slot, fixaddr_start, boot_start, pkmap, vmalloc_end;
	uint32_t high_memory, vmalloc_start;
	uint64_t max_low_pfn;
} rows[] = {
#define R27(words, p, e, last, start, boot, pkmap, end)                                            \
	{                                                                                          \
		"kernel=2.6.27 ram=2G " words, p, e, last, start, boot, pkmap, end, 0xf8000000,    \
			0xf8800000, 229376                                                         \
	}
	R27("highmem=4g nr_cpus=1", 83, 517, 0xfffae000, 0xfffac000, 0xffdfa000, 0xff800000,
	    0xff7fe000),
	R27("highmem=4g nr_cpus=2", 96, 517, 0xfffa1000, 0xfff9f000, 0xffdfa000, 0xff800000,
	    0xff7fe000),
	R27("highmem=4g nr_cpus=4", 122, 517, 0xfff87000, 0xfff85000, 0xffdfa000, 0xff800000,
	    0xff7fe000),
	R27("highmem=4g nr_cpus=8", 174, 517, 0xfff53000, 0xfff51000, 0xffdfa000, 0xff800000,
	    0xff7fe000),
	R27("highmem=4g nr_cpus=32", 486, 773, 0xffe1b000, 0xffe19000, 0xffcfa000, 0xff800000,
	    0xff7fe000),
	R27("nr_cpus=1", 83, 517, 0xfffae000, 0xfffac000, 0xffdfa000, 0xffa00000, 0xff9fe000),
	R27("nr_cpus=2", 96, 517, 0xfffa1000, 0xfff9f000, 0xffdfa000, 0xffa00000, 0xff9fe000),
	R27("nr_cpus=8", 174, 517, 0xfff53000, 0xfff51000, 0xffdfa000, 0xffa00000, 0xff9fe000),
	R27("nr_cpus=32", 486, 773, 0xffe1b000, 0xffe19000, 0xffcfa000, 0xffa00000, 0xff9fe000),
	/* other builds: PARAVIRT; F00F and PARAVIRT at 64; fences at 32 */
	R27("nr_cpus=8 paravirt=yes", 175, 517, 0xfff53000, 0xfff50000, 0xffdfa000, 0xffa00000,
	    0xff9fe000),
	R27("highmem=4g nr_cpus=64 f00f=yes paravirt=yes acpi=yes", 904, 1285, 0xffc7a000,
	    0xffc77000, 0xffafa000, 0xff400000, 0xff3fe000),
	R27("highmem=4g nr_cpus=32 debug_highmem=yes cyclone=yes paravirt=yes", 936, 1285,
	    0xffc5a000, 0xffc57000, 0xffafa000, 0xff400000, 0xff3fe000),
	R27("nr_cpus=64 paravirt=yes", 903, 1285, 0xffc7b000, 0xffc78000, 0xffafa000, 0xff800000,
	    0xff7fe000),
	R27("highmem=4g nr_cpus=1 debug_highmem=yes", 97, 517, 0xfffa0000, 0xfff9e000, 0xffdfa000,
	    0xff800000, 0xff7fe000),
	R27("nr_cpus=8 debug_highmem=yes", 286, 773, 0xffee3000, 0xffee1000, 0xffcfa000, 0xffa00000,
	    0xff9fe000),
	R27("highmem=4g nr_cpus=1 local_apic=no io_apic=no", 18, 517, 0xfffef000, 0xfffed000,
	    0xffdfa000, 0xff800000, 0xff7fe000),
#undef R27
#define R32(words, p, e, last, start, boot, pkmap, end, high, vmalloc, pfn)                        \
	{                                                                                          \
		"kernel=2.6.32 ram=2G " words, p, e, last, start, boot, pkmap, end, high, vmalloc, \
			pfn                                                                        \
	}
	R32("highmem=4g nr_cpus=1", 91, 513, 0xfffa8000, 0xfffa4000, 0xffdfe000, 0xff800000,
	    0xff7fe000, 0xf77fe000, 0xf7ffe000, 227326),
	R32("highmem=4g nr_cpus=8", 224, 513, 0xfff23000, 0xfff1f000, 0xffdfe000, 0xff800000,
	    0xff7fe000, 0xf77fe000, 0xf7ffe000, 227326),
	R32("highmem=4g nr_cpus=32", 680, 1025, 0xffd5b000, 0xffd57000, 0xffbfe000, 0xff400000,
	    0xff3fe000, 0xf73fe000, 0xf7bfe000, 226302),
	R32("nr_cpus=8", 224, 513, 0xfff23000, 0xfff1f000, 0xffdfe000, 0xffa00000, 0xff9fe000,
	    0xf79fe000, 0xf81fe000, 227838),
	R32("nr_cpus=32", 680, 1025, 0xffd5b000, 0xffd57000, 0xffbfe000, 0xff800000, 0xff7fe000,
	    0xf77fe000, 0xf7ffe000, 227326),
	R32("nr_cpus=8 debug_highmem=yes highmem=4g", 384, 769, 0xffe83000, 0xffe7f000, 0xffcfe000,
	    0xff800000, 0xff7fe000, 0xf77fe000, 0xf7ffe000, 227326),
#undef R32
#define R37(words, p, e, last, start, boot, pkmap, end, high, vmalloc, pfn)                        \
	{                                                                                          \
		"kernel=2.6.37 ram=2G " words, p, e, last, start, boot, pkmap, end, high, vmalloc, \
			pfn                                                                        \
	}
	R37("highmem=4g nr_cpus=1", 92, 349, 0xfffa7000, 0xfffa3000, 0xffea2000, 0xff800000,
	    0xff7fe000, 0xf77fe000, 0xf7ffe000, 227326),
	R37("highmem=4g nr_cpus=32", 712, 969, 0xffd3b000, 0xffd37000, 0xffc36000, 0xff800000,
	    0xff7fe000, 0xf77fe000, 0xf7ffe000, 227326),
	R37("nr_cpus=8", 232, 489, 0xfff1b000, 0xfff17000, 0xffe16000, 0xffc00000, 0xffbfe000,
	    0xf7bfe000, 0xf83fe000, 228350),
	R37("nr_cpus=32", 712, 969, 0xffd3b000, 0xffd37000, 0xffc36000, 0xffa00000, 0xff9fe000,
	    0xf79fe000, 0xf81fe000, 227838),
#undef R37
#define R61(words, p, e, last, start, boot, pkmap, end, high, vmalloc, pfn)                        \
	{                                                                                          \
		"kernel=6.1 ram=2G " words, p, e, last, start, boot, pkmap, end, high, vmalloc,    \
			pfn                                                                        \
	}
	R61("highmem=4g nr_cpus=1", 87, 600, 0xfffac000, 0xfffa8000, 0xffda7000, 0xff400000,
	    0xff3fe000, 0xf73fe000, 0xf7bfe000, 226302),
	R61("highmem=4g nr_cpus=2", 103, 616, 0xfff9c000, 0xfff98000, 0xffd97000, 0xff400000,
	    0xff3fe000, 0xf73fe000, 0xf7bfe000, 226302),
	R61("highmem=4g nr_cpus=8", 199, 712, 0xfff3c000, 0xfff38000, 0xffd37000, 0xff000000,
	    0xfeffe000, 0xf6ffe000, 0xf77fe000, 225278),
	R61("highmem=4g nr_cpus=32", 583, 1537, 0xffdbc000, 0xffdb8000, 0xff9fe000, 0xfec00000,
	    0xfebfe000, 0xf6bfe000, 0xf73fe000, 224254),
	R61("nr_cpus=1", 87, 1025, 0xfffac000, 0xfffa8000, 0xffbfe000, 0xff600000, 0xff5fe000,
	    0xf75fe000, 0xf7dfe000, 226814),
	R61("nr_cpus=8", 199, 1025, 0xfff3c000, 0xfff38000, 0xffbfe000, 0xff600000, 0xff5fe000,
	    0xf75fe000, 0xf7dfe000, 226814),
	R61("nr_cpus=32", 583, 1537, 0xffdbc000, 0xffdb8000, 0xff9fe000, 0xff000000, 0xfeffe000,
	    0xf6ffe000, 0xf77fe000, 225278),
#undef R61
#define R24(words, p, last, start)                                                                 \
	{                                                                                          \
		"kernel=2.4.27 ram=2G " words, p, p + 16, last, start, start - 0x10000,            \
			0xff800000, 0xff7fe000, 0xf8000000, 0xf8800000, 229376                     \
	}
	R24("nr_cpus=1", 21, 0xfffee000, 0xfffe9000),
	R24("nr_cpus=8 highmem=4g", 77, 0xfffb6000, 0xfffb1000),
	R24("nr_cpus=32", 269, 0xffef6000, 0xffef1000),
#undef R24
};

START_TEST(worked_layouts)
{
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct row *r = &rows[i];
		struct boot b;
		const struct layout *l = layout_of(&b, r->words);

#define SAME(field, value)                                                                         \
	ck_assert_msg((field) == (value), "%s: " #field " is %#x", r->words, (unsigned)(field))
		SAME(l->end_of_permanent, r->permanent);
		SAME(l->end_of_fixed, r->fixed);
		SAME(fix_to_virt(l, l->fix_kmap_end), r->last_slot);
		SAME(l->fixaddr_start, r->fixaddr_start);
		SAME(l->fixaddr_boot_start, r->boot_start);
		SAME(l->pkmap_base, r->pkmap);
		SAME(l->vmalloc_end, r->vmalloc_end);
		SAME(l->high_memory, r->high_memory);
		SAME(l->vmalloc_start, r->vmalloc_start);
		SAME(l->max_low_pfn, r->max_low_pfn);
#undef SAME
	}
}
END_TEST

/* The first pool slot's index depends on what lies above it. */
START_TEST(first_kmap_index)
{
	static const struct {
		const char *words;
		uint32_t index;
	} cases[] = {
		{ "kernel=2.6.27", 69 },
		{ "kernel=2.6.27 paravirt=yes ohci1394=yes", 69 },
		{ "kernel=2.6.27 f00f=yes", 70 },
		{ "kernel=2.6.27 f00f=yes cyclone=yes", 71 },
		{ "kernel=2.6.27 visws=yes", 73 },
		{ "kernel=2.6.27 nr_cpus=1 io_apic=no", 5 },
		{ "kernel=2.6.27 nr_cpus=1 io_apic=no local_apic=no", 4 },
		{ "kernel=2.6.27 highmem=off", 0 }, /* no slots at all */
		{ "kernel=6.1", 68 },
		{ "kernel=6.1 ohci1394=yes", 69 },
		{ "kernel=6.1 highmem=off", 68 }, /* the slots are there on every 32-bit build */
		{ "kernel=2.4.27", 9 },
		{ "kernel=2.6.32 ohci1394=yes", 70 },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct boot b;
		const struct layout *l = layout_of(&b, cases[i].words);

		ck_assert_msg(l->fix_kmap_begin == cases[i].index, "%s: %u", cases[i].words,
		              l->fix_kmap_begin);
	}
}
END_TEST

START_TEST(no_highmem_builds)
{
	struct boot b;
	const struct layout *l = layout_of(&b, "highmem=off ram=2G");

	ck_assert_uint_eq(l->end_of_permanent, 70);
	ck_assert_uint_eq(l->fixaddr_start, 0xfffb9000);
	ck_assert_uint_eq(l->vmalloc_end, 0xfffb7000);
	ck_assert_uint_eq(l->max_low_pfn, 229376);
	ck_assert_uint_eq(b.nr_zones, 2);
	l = layout_of(&b, "highmem=off nr_cpus=1 local_apic=no io_apic=no mmconfig=no ram=128M");
	ck_assert_uint_eq(l->fixaddr_start, 0xffffb000);
	ck_assert_uint_eq(l->vmalloc_end, 0xffff9000);
	ck_assert_uint_eq(l->vmalloc_start, 0xc8800000);
	l = layout_of(&b, "kernel=2.6.32 highmem=off nr_cpus=1 ram=2G");
	ck_assert_uint_eq(l->max_low_pfn, 229282);
	l = layout_of(&b, "kernel=2.6.32 highmem=off nr_cpus=8 ram=2G");
	ck_assert_uint_eq(l->max_low_pfn, 229149);
}
END_TEST

/* Low memory in MB (or pages, where the table has them) with plenty of RAM. */
START_TEST(splits)
{
	static const struct {
		const char *words;
		uint64_t mb, pfn;
	} cases[] = {
		{ "highmem=4g split=3g", 896, 229376 },
		{ "highmem=4g split=3g_opt", 1152, 294912 },
		{ "highmem=4g split=2g", 1920, 491520 },
		{ "highmem=4g split=2g_opt", 2048, 524288 },
		{ "highmem=4g split=1g", 2944, 753664 },
		{ "split=2g", 1920, 491520 },
		{ "split=1g", 2944, 753664 },
		{ "kernel=2.6.32 highmem=4g split=3g_opt", 1143, 292862 },
		{ "kernel=2.6.32 highmem=4g split=2g", 1911, 489470 },
		{ "kernel=2.6.32 highmem=4g split=2g_opt", 2039, 522238 },
		{ "kernel=2.6.32 highmem=4g split=1g", 2935, 751614 },
		{ "kernel=2.6.32 split=2g", 1913, 489982 },
		{ "kernel=2.6.32 split=1g", 2937, 752126 },
		{ "kernel=2.6.37 highmem=4g split=2g_opt", 2039, 0 },
		{ "kernel=2.6.37 split=2g", 1915, 0 },
		{ "kernel=2.6.37 split=1g", 2939, 0 },
		{ "kernel=6.1 highmem=4g split=3g_opt", 1135, 0 },
		{ "kernel=6.1 highmem=4g split=2g", 1903, 0 },
		{ "kernel=6.1 highmem=4g split=2g_opt", 2031, 0 },
		{ "kernel=6.1 highmem=4g split=1g", 2927, 0 },
		{ "kernel=6.1 split=2g", 1909, 0 },
		{ "kernel=6.1 split=1g", 2933, 0 },
		/* vmalloc= */
		{ "highmem=4g cmdline=vmalloc=64M", 960, 0 },
		{ "highmem=4g cmdline=vmalloc=128M", 896, 0 },
		{ "highmem=4g cmdline=vmalloc=256M", 768, 0 },
		{ "highmem=4g cmdline=vmalloc=512M", 512, 0 },
		{ "kernel=2.6.32 highmem=4g cmdline=vmalloc=64M", 943, 0 },
		{ "kernel=2.6.32 highmem=4g cmdline=vmalloc=128M", 879, 0 },
		{ "kernel=2.6.32 highmem=4g cmdline=vmalloc=256M", 751, 0 },
		{ "kernel=2.6.32 highmem=4g cmdline=vmalloc=512M", 495, 0 },
		{ "kernel=2.4.27 cmdline=vmalloc=256M", 896, 0 }, /* not known to it */
		/* reservetop= adds to the reserve, a later vmalloc= overwrites the sum */
		{ "highmem=4g cmdline=reservetop=64M", 832, 0 },
		{ "highmem=4g cmdline=reservetop=64M,vmalloc=128M", 896, 0 },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct boot b;
		char words[128];
		const struct layout *l;

		snprintf(words, sizeof(words), "ram=4G %s", cases[i].words);
		l = layout_of(&b, words);
		ck_assert_msg(l->max_low_pfn >> 8 == cases[i].mb, "%s: %llu MB", words,
		              (unsigned long long)l->max_low_pfn >> 8);
		ck_assert(!cases[i].pfn || l->max_low_pfn == cases[i].pfn);
	}
}
END_TEST

START_TEST(vmalloc_with_less_ram)
{
	static const struct {
		const char *words;
		uint32_t high, start;
		unsigned mb;
	} cases[] = {
		{ "ram=64M", 0xc4000000, 0xc4800000, 943 },
		{ "ram=128M", 0xc8000000, 0xc8800000, 879 },
		{ "ram=515584K", 0xdf780000, 0xe0000000, 503 },
		{ "ram=512M", 0xe0000000, 0xe0800000, 495 },
		{ "ram=895M", 0xf7f00000, 0xf8800000, 111 },
		{ "ram=896M", 0xf8000000, 0xf8800000, 111 },
		{ "ram=897M", 0xf8000000, 0xf8800000, 111 },
		{ "kernel=6.1 ram=64M", 0xc4000000, 0xc4800000, 935 },
		{ "kernel=2.6.32 ram=767M", 0xeff00000, 0xf0700000, 240 },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct boot b;
		char words[128];
		const struct layout *l;

		snprintf(words, sizeof(words), "highmem=4g %s", cases[i].words);
		l = layout_of(&b, words);
		ck_assert_uint_eq(l->high_memory, cases[i].high);
		ck_assert_uint_eq(l->vmalloc_start, cases[i].start);
		ck_assert_uint_eq((l->vmalloc_end - l->vmalloc_start) >> 20, cases[i].mb);
	}
}
END_TEST

/* 2.6.37 on PAE: the boot-time ioremap moves when it would cross a page table. */
START_TEST(btmap_boundaries)
{
	for (unsigned n = 1; n <= 85; n++) {
		struct boot b;
		char words[64];

		snprintf(words, sizeof(words), "kernel=2.6.37 nr_cpus=%u cpus=1", n);
		layout_of(&b, words);
		if (n <= 60)
			ck_assert_uint_eq(b.layout.max_low_pfn >> 8, n <= 9  ? 891 :
			                                             n <= 34 ? 889 :
			                                                       887);
		snprintf(words, sizeof(words), "kernel=2.6.37 highmem=4g nr_cpus=%u cpus=1", n);
		layout_of(&b, words);
		ck_assert_uint_eq(b.layout.max_low_pfn >> 8, n <= 34 ? 887 : 883);
	}
}
END_TEST

START_TEST(small_pools)
{
	for (unsigned slots = 4; slots <= 1024; slots *= 2) {
		struct boot b;
		char words[64];
		const struct layout *l;

		snprintf(words, sizeof(words), "highmem=4g pkmap=%u", slots);
		l = layout_of(&b, words);
		ck_assert_uint_eq(l->last_pkmap, slots);
		ck_assert_uint_eq(l->pkmap_base % (4u << 20), 0);
		ck_assert_uint_le(l->pkmap_base + slots * PAGE_SIZE, l->fixaddr_boot_start);
		ck_assert_uint_eq(l->vmalloc_end, l->pkmap_base - 2 * PAGE_SIZE);
	}
}
END_TEST

START_TEST(cpu_entry_area)
{
	struct boot b;
	const struct layout *l = layout_of(&b, "kernel=6.1 nr_cpus=32");

	ck_assert_uint_eq(l->cpu_entry_area, 0xff400000);
	ck_assert_uint_eq(l->cpu_entry_area_pages, 32 * 43);
	ck_assert_uint_eq(l->ldt_base, 0xff200000);
	l = layout_of(&b, "kernel=6.1 highmem=off ram=2G");
	ck_assert_uint_eq(l->vmalloc_end, l->ldt_base - 2 * PAGE_SIZE);
	l = layout_of(&b, "kernel=2.6.27");
	ck_assert_uint_eq(l->cpu_entry_area | l->ldt_base, 0);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { worked_layouts, first_kmap_index,      no_highmem_builds,
		                       splits,         vmalloc_with_less_ram, btmap_boundaries,
		                       small_pools,    cpu_entry_area };

	return boot_suite("layout", tests, LENGTH(tests));
}
