/*
 * The worked tables, whole: every row of every layout that was computed from the kernels' formulas or
 * read off a boot log, and every figure of it. check_layout.c has the rules with their corners; this is
 * the plain list, so that no row can be forgotten.
 */
#include "boot_fixture.h"

/* What a row names; 0 where its table has no such column. */
struct row {
	const char *words;
	uint32_t begin, permanent, fixed, last_slot, start, boot_start, pkmap, pkmap_end;
	uint32_t vmalloc_end, high_memory, vmalloc_start, vmalloc_mb, lowmem_mb, max_low_pfn;
	uint32_t cpu_entry, cpu_entry_end, ldt;
};

#define G4(n) "highmem=4g nr_cpus=" #n " ram=4G"
#define PAE(n) "nr_cpus=" #n " ram=4G"

/* 2.4.27, local and I/O APIC, ACPI: the slots begin at index 9. */
#define K24(words, last, start, end)                                                               \
	{ "kernel=2.4.27 " words, 9, 0, 0, last, start, 0, 0xff800000, end, 0xff7fe000,            \
	  0xf8000000, 0xf8800000, 0, 896, 229376, 0, 0, 0 }
/* 2.6.27: low memory is 896 MB in all of them. */
#define K27(words, p, e, last, start, boot, pkmap, end, vend, mb)                                  \
	{ "kernel=2.6.27 " words, 69, p, e, last, start, boot, pkmap, end, vend, 0xf8000000,       \
	  0xf8800000, mb, 896, 229376, 0, 0, 0 }
/* 2.6.32 and 2.6.37: 120 MB of vmalloc in all of them. */
#define K3(kernel, words, p, e, last, start, boot, pkmap, end, vend, high, vstart, mb, pfn)        \
	{ "kernel=" kernel " " words, 69, p, e, last, start, boot, pkmap, end, vend, high, vstart, \
	  120, mb, pfn, 0, 0, 0 }
#define K61(words, p, e, last, start, total, entry, entry_end, ldt, pkmap, end, high, vstart,      \
            vend, mb, pfn)                                                                         \
	{ "kernel=6.1 " words, 68, p, e, last, start, total, pkmap, end, vend, high, vstart, 120,  \
	  mb, pfn, entry, entry_end, ldt }

static const struct row rows[] = {
	K24(G4(1), 0xfffee000, 0xfffe9000, 0xffc00000),
	K24(PAE(1), 0xfffee000, 0xfffe9000, 0xffa00000),
	K24(G4(2), 0xfffe6000, 0xfffe1000, 0xffc00000),
	K24(PAE(2), 0xfffe6000, 0xfffe1000, 0xffa00000),
	K24(G4(8), 0xfffb6000, 0xfffb1000, 0xffc00000),
	K24(PAE(8), 0xfffb6000, 0xfffb1000, 0xffa00000),
	K24(G4(32), 0xffef6000, 0xffef1000, 0xffc00000),
	K24(PAE(32), 0xffef6000, 0xffef1000, 0xffa00000),

	K27(G4(1), 83, 517, 0xfffae000, 0xfffac000, 0xffdfa000, 0xff800000, 0xffc00000, 0xff7fe000,
	    111),
	K27(G4(2), 96, 517, 0xfffa1000, 0xfff9f000, 0xffdfa000, 0xff800000, 0xffc00000, 0xff7fe000,
	    111),
	K27(G4(4), 122, 517, 0xfff87000, 0xfff85000, 0xffdfa000, 0xff800000, 0xffc00000, 0xff7fe000,
	    111),
	K27(G4(8), 174, 517, 0xfff53000, 0xfff51000, 0xffdfa000, 0xff800000, 0xffc00000, 0xff7fe000,
	    111),
	K27(G4(32), 486, 773, 0xffe1b000, 0xffe19000, 0xffcfa000, 0xff800000, 0xffc00000,
	    0xff7fe000, 111),
	K27(PAE(1), 83, 517, 0xfffae000, 0xfffac000, 0xffdfa000, 0xffa00000, 0xffc00000, 0xff9fe000,
	    113),
	K27(PAE(2), 96, 517, 0xfffa1000, 0xfff9f000, 0xffdfa000, 0xffa00000, 0xffc00000, 0xff9fe000,
	    113),
	K27(PAE(4), 122, 517, 0xfff87000, 0xfff85000, 0xffdfa000, 0xffa00000, 0xffc00000,
	    0xff9fe000, 113),
	K27(PAE(8), 174, 517, 0xfff53000, 0xfff51000, 0xffdfa000, 0xffa00000, 0xffc00000,
	    0xff9fe000, 113),
	K27(PAE(32), 486, 773, 0xffe1b000, 0xffe19000, 0xffcfa000, 0xffa00000, 0xffc00000,
	    0xff9fe000, 113),
	/* with PARAVIRT */
	K27(G4(1) " paravirt=yes", 84, 517, 0xfffae000, 0xfffab000, 0xffdfa000, 0xff800000,
	    0xffc00000, 0xff7fe000, 111),
	K27(G4(2) " paravirt=yes", 97, 517, 0xfffa1000, 0xfff9e000, 0xffdfa000, 0xff800000,
	    0xffc00000, 0xff7fe000, 111),
	K27(PAE(8) " paravirt=yes", 175, 517, 0xfff53000, 0xfff50000, 0xffdfa000, 0xffa00000,
	    0xffc00000, 0xff9fe000, 113),
	K27(PAE(32) " paravirt=yes", 487, 773, 0xffe1b000, 0xffe18000, 0xffcfa000, 0xffa00000,
	    0xffc00000, 0xff9fe000, 113),
	K27(PAE(8) " ohci1394=yes", 174, 518, 0xfff53000, 0xfff51000, 0xffdf9000, 0xffa00000,
	    0xffc00000, 0xff9fe000, 113),
	/* with fences */
	K27(G4(1) " debug_highmem=yes", 97, 0, 0, 0xfff9e000, 0, 0xff800000, 0xffc00000, 0xff7fe000,
	    111),
	K27(PAE(2) " debug_highmem=yes", 124, 0, 0, 0xfff83000, 0, 0xffa00000, 0xffc00000,
	    0xff9fe000, 113),
	K27(G4(8) " debug_highmem=yes", 286, 0, 0, 0xffee1000, 0, 0xff800000, 0xffc00000,
	    0xff7fe000, 111),
	K27(G4(32) " debug_highmem=yes", 934, 0, 0, 0xffc59000, 0, 0xff400000, 0xff800000,
	    0xff3fe000, 107),
	K27(PAE(32) " debug_highmem=yes", 934, 0, 0, 0xffc59000, 0, 0xff800000, 0xffa00000,
	    0xff7fe000, 111),

	K3("2.6.32", G4(1), 91, 513, 0xfffa8000, 0xfffa4000, 0xffdfe000, 0xff800000, 0xffc00000,
	    0xff7fe000, 0xf77fe000, 0xf7ffe000, 887, 227326),
	K3("2.6.32", G4(2), 110, 513, 0xfff95000, 0xfff91000, 0xffdfe000, 0xff800000, 0xffc00000,
	    0xff7fe000, 0xf77fe000, 0xf7ffe000, 887, 227326),
	K3("2.6.32", G4(8), 224, 513, 0xfff23000, 0xfff1f000, 0xffdfe000, 0xff800000, 0xffc00000,
	    0xff7fe000, 0xf77fe000, 0xf7ffe000, 887, 227326),
	K3("2.6.32", G4(32), 680, 1025, 0xffd5b000, 0xffd57000, 0xffbfe000, 0xff400000, 0xff800000,
	    0xff3fe000, 0xf73fe000, 0xf7bfe000, 883, 226302),
	K3("2.6.32", PAE(1), 91, 513, 0xfffa8000, 0xfffa4000, 0xffdfe000, 0xffa00000, 0xffc00000,
	    0xff9fe000, 0xf79fe000, 0xf81fe000, 889, 227838),
	K3("2.6.32", PAE(2), 110, 513, 0xfff95000, 0xfff91000, 0xffdfe000, 0xffa00000, 0xffc00000,
	    0xff9fe000, 0xf79fe000, 0xf81fe000, 889, 227838),
	K3("2.6.32", PAE(8), 224, 513, 0xfff23000, 0xfff1f000, 0xffdfe000, 0xffa00000, 0xffc00000,
	    0xff9fe000, 0xf79fe000, 0xf81fe000, 889, 227838),
	K3("2.6.32", PAE(32), 680, 1025, 0xffd5b000, 0xffd57000, 0xffbfe000, 0xff800000, 0xffa00000,
	    0xff7fe000, 0xf77fe000, 0xf7ffe000, 887, 227326),
	K3("2.6.32", G4(8) " debug_highmem=yes", 384, 0, 0, 0xffe7f000, 0xffcfe000, 0xff800000,
	    0xffc00000, 0xff7fe000, 0xf77fe000, 0xf7ffe000, 887, 227326),
	K3("2.6.32", PAE(8) " debug_highmem=yes", 384, 0, 0, 0xffe7f000, 0xffcfe000, 0xffa00000,
	    0xffc00000, 0xff9fe000, 0xf79fe000, 0xf81fe000, 889, 227838),

	K3("2.6.37", G4(1), 92, 349, 0xfffa7000, 0xfffa3000, 0xffea2000, 0xff800000, 0xffc00000,
	    0xff7fe000, 0xf77fe000, 0xf7ffe000, 887, 227326),
	K3("2.6.37", G4(8), 232, 489, 0xfff1b000, 0xfff17000, 0xffe16000, 0xff800000, 0xffc00000,
	    0xff7fe000, 0xf77fe000, 0xf7ffe000, 887, 227326),
	K3("2.6.37", G4(32), 712, 969, 0xffd3b000, 0xffd37000, 0xffc36000, 0xff800000, 0xffc00000,
	    0xff7fe000, 0xf77fe000, 0xf7ffe000, 887, 227326),
	K3("2.6.37", PAE(1), 92, 349, 0xfffa7000, 0xfffa3000, 0xffea2000, 0xffc00000, 0xffe00000,
	    0xffbfe000, 0xf7bfe000, 0xf83fe000, 891, 228350),
	K3("2.6.37", PAE(8), 232, 489, 0xfff1b000, 0xfff17000, 0xffe16000, 0xffc00000, 0xffe00000,
	    0xffbfe000, 0xf7bfe000, 0xf83fe000, 891, 228350),
	K3("2.6.37", PAE(32), 712, 969, 0xffd3b000, 0xffd37000, 0xffc36000, 0xffa00000, 0xffc00000,
	    0xff9fe000, 0xf79fe000, 0xf81fe000, 889, 227838),
	K3("2.6.37", G4(8) " debug_highmem=yes", 400, 0, 0, 0xffe6f000, 0, 0, 0, 0, 0, 0, 887, 0),
	K3("2.6.37", PAE(8) " debug_highmem=yes", 400, 0, 0, 0xffe6f000, 0, 0xffa00000, 0xffc00000,
	    0, 0, 0, 889, 0),

	K61(G4(1), 87, 600, 0xfffac000, 0xfffa8000, 0xffda7000, 0xffc00000, 0xffc2c000, 0xff800000,
	    0xff400000, 0xff800000, 0xf73fe000, 0xf7bfe000, 0xff3fe000, 883, 226302),
	K61(G4(2), 103, 616, 0xfff9c000, 0xfff98000, 0xffd97000, 0xffc00000, 0xffc57000, 0xff800000,
	    0xff400000, 0xff800000, 0xf73fe000, 0xf7bfe000, 0xff3fe000, 883, 226302),
	K61(G4(8), 199, 712, 0xfff3c000, 0xfff38000, 0xffd37000, 0xff800000, 0xff959000, 0xff400000,
	    0xff000000, 0xff400000, 0xf6ffe000, 0xf77fe000, 0xfeffe000, 879, 225278),
	K61(G4(32), 583, 1537, 0xffdbc000, 0xffdb8000, 0xff9fe000, 0xff400000, 0xff961000,
	    0xff000000, 0xfec00000, 0xff000000, 0xf6bfe000, 0xf73fe000, 0xfebfe000, 875, 224254),
	K61(PAE(1), 87, 1025, 0xfffac000, 0xfffa8000, 0xffbfe000, 0xffa00000, 0xffa2c000,
	    0xff800000, 0xff600000, 0xff800000, 0xf75fe000, 0xf7dfe000, 0xff5fe000, 885, 226814),
	K61(PAE(2), 103, 1025, 0xfff9c000, 0xfff98000, 0xffbfe000, 0xffa00000, 0xffa57000,
	    0xff800000, 0xff600000, 0xff800000, 0xf75fe000, 0xf7dfe000, 0xff5fe000, 885, 226814),
	K61(PAE(8), 199, 1025, 0xfff3c000, 0xfff38000, 0xffbfe000, 0xffa00000, 0xffb59000,
	    0xff800000, 0xff600000, 0xff800000, 0xf75fe000, 0xf7dfe000, 0xff5fe000, 885, 226814),
	K61(PAE(32), 583, 1537, 0xffdbc000, 0xffdb8000, 0xff9fe000, 0xff400000, 0xff961000,
	    0xff200000, 0xff000000, 0xff200000, 0xf6ffe000, 0xf77fe000, 0xfeffe000, 879, 225278),
};

#define SAME(what, field, value)                                                                     \
	ck_assert_msg(!(value) || (field) == (value), "%s: " what " is %#llx, not %#x", r->words,   \
	              (unsigned long long)(field), (unsigned)(value))

static void same_top(const struct row *r, const struct layout *l)
{
	SAME("KMAP_BEGIN", l->fix_kmap_begin, r->begin);
	SAME("P", l->end_of_permanent, r->permanent);
	SAME("E", l->end_of_fixed, r->fixed);
	SAME("the last slot", fix_to_virt(l, l->fix_kmap_end), r->last_slot);
	SAME("FIXADDR_START", l->fixaddr_start, r->start);
	SAME("boot start", l->fixaddr_boot_start, r->boot_start);
	SAME("cpu_entry_area", l->cpu_entry_area, r->cpu_entry);
	SAME("its end", cpu_entry_area_end(l), r->cpu_entry_end);
	SAME("LDT_BASE", l->ldt_base, r->ldt);
}

START_TEST(every_row)
{
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct row *r = &rows[i];
		struct boot b;
		const struct layout *l = layout_of(&b, r->words);

		same_top(r, l);
		SAME("PKMAP_BASE", l->pkmap_base, r->pkmap);
		SAME("the pool's end", l->pkmap_base + l->last_pkmap * PAGE_SIZE, r->pkmap_end);
		SAME("VMALLOC_END", l->vmalloc_end, r->vmalloc_end);
		SAME("high_memory", l->high_memory, r->high_memory);
		SAME("VMALLOC_START", l->vmalloc_start, r->vmalloc_start);
		SAME("vmalloc MB", (l->vmalloc_end - l->vmalloc_start) >> 20, r->vmalloc_mb);
		SAME("lowmem MB", l->max_low_pfn >> 8, r->lowmem_mb);
		SAME("max_low_pfn", l->max_low_pfn, r->max_low_pfn);
	}
}
END_TEST

/* The variants of 2.4. The hugemem row is Red Hat's own configuration, its trampoline seen in a log. */
START_TEST(variants)
{
	static const struct {
		const char *words;
		uint32_t page_offset, task_size, maxmem, pkmap, vmalloc_end, begin, slots;
	} cases[] = {
		{ "kernel=rhel3-hugemem split=4g4g ram=8G", 0x02000000, 0xff000000, 0xf6000000,
		  0xff000000, 0xfeffe000, 42, 34 },
		{ "kernel=rhel3-hugemem split=4g4g ram=4G highmem=4g", 0x02000000, 0xff000000,
		  0xf6000000, 0xff000000, 0xfeffe000, 42, 34 },
		{ "kernel=2.4-aa highmem=4g split=3.5g", 0xe0000000, 0xe0000000, 0x18000000,
		  0xfe000000, 0xfdffe000, 9, 6 },
		{ "kernel=2.4-aa split=3g", 0xc0000000, 0xc0000000, 0x38000000, 0xfe000000,
		  0xfdffe000, 9, 6 },
		{ "kernel=2.4-aa split=2g ram=4G", 0x80000000, 0x80000000, 0x78000000, 0xfe000000,
		  0xfdffe000, 9, 6 },
		{ "kernel=2.4-aa highmem=4g split=1g ram=4G", 0x40000000, 0x40000000, 0xb8000000,
		  0xfe000000, 0xfdffe000, 9, 6 },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct boot b;
		const struct layout *l = layout_of(&b, cases[i].words);

		ck_assert_uint_eq(l->page_offset, cases[i].page_offset);
		ck_assert_uint_eq(l->task_size, cases[i].task_size);
		ck_assert_uint_eq(l->maxmem, cases[i].maxmem);
		ck_assert_uint_eq(l->max_low_pfn, cases[i].maxmem >> PAGE_SHIFT);
		ck_assert_uint_eq(l->pkmap_base, cases[i].pkmap);
		ck_assert_uint_eq(l->vmalloc_end, cases[i].vmalloc_end);
		ck_assert_uint_eq(l->high_memory, 0xf8000000);
		ck_assert_uint_eq(l->vmalloc_start, 0xf8800000);
		ck_assert_uint_eq(l->fix_kmap_begin, cases[i].begin);
		ck_assert_uint_eq(l->kmap_slots_per_cpu, cases[i].slots);
	}
}
END_TEST

/* HIGHMEM_EMULATION: a fifth of RAM is low, in blocks of 2^9 pages. */
START_TEST(emulated_high_memory)
{
	static const struct {
		unsigned mb, low;
	} cases[] = { { 80, 16 }, { 128, 24 }, { 512, 102 }, { 640, 128 }, { 896, 178 } };

	for (size_t i = 0; i < LENGTH(cases); i++) {
		char words[80];
		struct boot b;
		const struct layout *l;

		snprintf(words, sizeof(words), "kernel=2.4-aa highmem_emulation=yes ram=%uM",
		         cases[i].mb);
		l = layout_of(&b, words);
		ck_assert_uint_eq(l->max_low_pfn, cases[i].low << 8);
		ck_assert_uint_eq(l->max_pfn, cases[i].mb << 8);
		ck_assert_uint_eq(b.zone[ZONE_HIGHMEM].present, (cases[i].mb - cases[i].low) << 8);
	}
}
END_TEST

/* Low and high memory by the size of RAM, in MB. */
START_TEST(by_size_of_ram)
{
	static const struct {
		const char *words;
		unsigned low, above; /* with enough RAM; what high memory lacks of all */
	} kernels[] = {
		{ "kernel=2.4.27", 896, 896 }, { "kernel=2.4.27 highmem=4g", 896, 896 },
		{ "kernel=2.6.27", 896, 896 }, { "kernel=2.6.27 highmem=4g nr_cpus=32", 896, 896 },
		{ "kernel=2.6.32", 889, 890 }, { "kernel=2.6.32 highmem=4g", 887, 888 },
		{ "kernel=6.1", 885, 886 },
	};
	static const unsigned sizes[] = { 512, 896, 1024, 2048, 3072, 4096, 8192, 16384, 65536 };

	for (size_t i = 0; i < LENGTH(kernels) * LENGTH(sizes); i++) {
		unsigned mb = sizes[i % LENGTH(sizes)], low = kernels[i / LENGTH(sizes)].low;
		unsigned above = kernels[i / LENGTH(sizes)].above;
		const char *kernel = kernels[i / LENGTH(sizes)].words;
		char words[80];
		struct boot b;
		const struct layout *l;

		if (mb > 4096 && strstr(kernel, "4g"))
			continue;
		snprintf(words, sizeof(words), "%s ram=%uM", kernel, mb);
		l = layout_of(&b, words);
		low = mb < low ? mb : low;
		ck_assert_msg(l->max_low_pfn >> 8 == low, "%s: %u", words,
		              (unsigned)(l->max_low_pfn >> 8));
		ck_assert_uint_eq((l->max_pfn - l->max_low_pfn) >> 8, mb > above ? mb - above : 0);
		ck_assert_uint_eq(l->max_pfn, (uint64_t)mb << 8);
	}
}
END_TEST

/* --- slots ------------------------------------------------------------------------------------ */

/* The slots of CPU 0 and 1, by name, one page below the other; with fences each second page. */
START_TEST(slots)
{
	static const struct {
		const char *words;
		uint32_t first[2];
		unsigned n, step;
		const char *names;
	} lists[] = {
#define NAMES_24 "BOUNCE_READ SKB_SUNRPC_DATA SKB_DATA_SOFTIRQ USER0 USER1 "
#define NAMES_27 NAMES_24 "BIO_SRC_IRQ BIO_DST_IRQ PTE0 PTE1 IRQ0 IRQ1 SOFTIRQ0 SOFTIRQ1"
		{ "kernel=2.4.27", { 0xffff5000, 0xfffed000 }, 8, 1, NAMES_24 "BH_IRQ SOFTIRQ0 SOFTIRQ1" },
		{ "kernel=2.6.27", { 0xfffba000, 0xfffad000 }, 13, 1, NAMES_27 },
		{ "kernel=2.6.27 debug_highmem=yes", { 0xfffb9000, 0xfff9e000 }, 13, 2, NAMES_27 },
		{ "kernel=2.6.32", { 0xfffba000, 0xfffa7000 }, 19, 1,
		  NAMES_27 " SYNC_ICACHE SYNC_DCACHE UML_USERCOPY IRQ_PTE NMI NMI_PTE" },
	};

	for (size_t i = 0; i < LENGTH(lists); i++) {
		struct world *w = boot_world(lists[i].words);
		char names[400] = "";

		for (unsigned s = 0; s < lists[i].n; s++)
			for (unsigned cpu = 0; cpu < 2; cpu++)
				ck_assert_uint_eq(slot_address(w, cpu, km_type(w, (int)s)),
				                  lists[i].first[cpu] - s * lists[i].step * PAGE_SIZE);
		for (unsigned s = 0; s < w->kernel.profile->nr_slots; s++)
			snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s",
			         s ? " " : "", w->kernel.profile->slot[s]);
		ck_assert_str_eq(names, lists[i].names);
		free_world(w);
	}
}
END_TEST

/* --- logs ------------------------------------------------------------------------------------- */

static struct boot_config with_map(const char *words, const struct e820_entry *ram, unsigned n)
{
	struct boot_config c = boot_words(words);

	c.e820_given = true;
	c.e820.nr = n;
	memcpy(c.e820.entry, ram, n * sizeof(*ram));
	return c;
}

/* Layout blocks of logs: the start of the fixmap, its pages, pkmap, vmalloc, low memory. */
START_TEST(logged_layouts)
{
	static const struct {
		const char *words;
		uint64_t ram;
		uint32_t start, pages, pkmap, vmalloc, end, mb, high, low;
	} logs[] = {
		{ "highmem=4g nr_cpus=64 f00f=yes paravirt=yes", 0x7fed0000, 0xffc77000, 904,
		  0xff400000, 0xf8800000, 0xff3fe000, 107, 0xf8000000, 896 },
		{ "highmem=4g nr_cpus=32 debug_highmem=yes cyclone=yes paravirt=yes", 0xbf6d0000,
		  0xffc57000, 936, 0xff400000, 0xf8800000, 0xff3fe000, 107, 0xf8000000, 896 },
		{ "nr_cpus=64 paravirt=yes", 0xbfff8000, 0xffc78000, 903, 0xff800000, 0xf8800000,
		  0xff7fe000, 111, 0xf8000000, 896 },
		{ "highmem=4g nr_cpus=2 paravirt=yes", 0x7f7a0000, 0xfff9e000, 97, 0xff800000,
		  0xf8800000, 0xff7fe000, 111, 0xf8000000, 896 },
		{ "highmem=4g nr_cpus=2 paravirt=yes", 0x1f780000, 0xfff9e000, 97, 0xff800000,
		  0xe0000000, 0xff7fe000, 503, 0xdf780000, 503 },
		{ "highmem=off nr_cpus=1 local_apic=no io_apic=no mmconfig=no", 0x08000000,
		  0xffffb000, 4, 0, 0xc8800000, 0xffff9000, 887, 0xc8000000, 128 },
		{ "kernel=2.6.32 nr_cpus=8 ohci1394=yes paravirt=yes", 0x140000000, 0xfff1d000, 226,
		  0xffa00000, 0xf81fe000, 0xff9fe000, 120, 0xf79fe000, 889 },
		{ "kernel=2.6.37 nr_cpus=8 paravirt=yes", 0x80000000, 0xfff16000, 233, 0xffc00000,
		  0xf83fe000, 0xffbfe000, 120, 0xf7bfe000, 891 },
	};

	for (size_t i = 0; i < LENGTH(logs); i++) {
		const struct e820_entry ram = { 0, logs[i].ram, E820_RAM };
		struct boot_config c = with_map(logs[i].words, &ram, 1);
		struct message m = { "" };
		struct boot b;
		const struct layout *l = &b.layout;

		if (c.nr_cpus == 1)
			c.cpus = 1;
		ck_assert_msg(boot_setup(&b, &c, the_profile(c.kernel), the_model("core2"), &m),
		              "%s", m.text);
		ck_assert_msg(l->fixaddr_start == logs[i].start, "%s: %#x", logs[i].words,
		              l->fixaddr_start);
		ck_assert_uint_eq((l->fixaddr_top - l->fixaddr_start) >> PAGE_SHIFT, logs[i].pages);
		ck_assert(!logs[i].pkmap || l->pkmap_base == logs[i].pkmap);
		ck_assert_uint_eq(l->vmalloc_start, logs[i].vmalloc);
		ck_assert_uint_eq(l->vmalloc_end, logs[i].end);
		ck_assert_uint_eq((l->vmalloc_end - l->vmalloc_start) >> 20, logs[i].mb);
		ck_assert_uint_eq(l->high_memory, logs[i].high);
		ck_assert_uint_eq((l->high_memory - l->page_offset) >> 20, logs[i].low);
	}
}
END_TEST

/* Three boots that were published whole: the lines that have a counterpart here. */
static const struct golden {
	const char *words;
	struct e820_entry ram[3];
	const char *line[16];
} golden[] = {
	{ "kernel=2.6.32 ohci1394=yes paravirt=yes",
	  { { 0x10000, 0x9fc00, E820_RAM },
	    { 0x100000, 0xaffb0000, E820_RAM },
	    { 0x100000000, 0x140000000, E820_RAM } },
	  { "last_pfn = 0x140000 max_arch_pfn = 0x1000000", "4230MB HIGHMEM available.",
	    "889MB LOWMEM available.", "  DMA      0x00000010 -> 0x00001000",
	    "  Normal   0x00001000 -> 0x000379fe", "  HighMem  0x000379fe -> 0x00140000",
	    "On node 0 totalpages: 982847", "  DMA zone: 32 pages used for memmap",
	    "  Normal zone: 1748 pages used for memmap", "  HighMem zone: 8461 pages used for memmap",
	    "  DMA zone: 3951 pages, LIFO batch:0", "  Normal zone: 221994 pages, LIFO batch:31",
	    "  HighMem zone: 746661 pages, LIFO batch:31",
	    "Initializing HighMem for node 0 (000379fe:00140000)",
	    "/5242880k available", ", 3020488k highmem)" } },
	{ "highmem=4g nr_cpus=32 debug_highmem=yes cyclone=yes paravirt=yes",
	  { { 0, 0x9f800, E820_RAM }, { 0x100000, 0xbf6d0000, E820_RAM } },
	  { "last_pfn = 0xbf6d0 max_arch_pfn = 0x100000",
	    "kernel direct mapping tables up to 38000000 @ 7000-c000", "2166MB HIGHMEM available.",
	    "896MB LOWMEM available.", "  mapped low ram: 0 - 38000000",
	    "  low ram: 00000000 - 38000000", "  bootmap 00008000 - 0000f000",
	    "  DMA      0x00000000 -> 0x00001000", "  Normal   0x00001000 -> 0x00038000",
	    "  HighMem  0x00038000 -> 0x000bf6d0", "    0: 0x00000000 -> 0x0000009f",
	    "    0: 0x00000100 -> 0x000bf6d0", "On node 0 totalpages: 783983",
	    "  Normal zone: 223520 pages, LIFO batch:31",
	    "  HighMem zone: 550370 pages, LIFO batch:31", "Total pages: 777857" } },
	{ "kernel=rhel3-hugemem split=4g4g nr_cpus=32 cpus=8",
	  { { 0, 0x9f400, E820_RAM },
	    { 0x100000, 0xefff0000, E820_RAM },
	    { 0x100000000, 0x80ffff000, E820_RAM } },
	  { "29087MB HIGHMEM available.", "3936MB LOWMEM available.", "On node 0 totalpages: 8454143",
	    "zone(0): 4096 pages.", "zone(1): 1003520 pages.", "zone(2): 7446527 pages.",
	    "mapped 4G/4G trampoline to fffd7000.", "/33816572k available (1676k kernel code,",
	    "k reserved, 1306k data, 224k init, 29622268k highmem)",
	    "allocated 32 pages and 32 bhs reserved for the highmem bounces" } },
};

/* Whether some line of the log has that in it. */
static bool in_log(const struct world *w, const char *part)
{
	for (uint32_t i = 0; i < w->kernel.dmesg.n; i++)
		if (strstr(dmesg_line(w, i), part))
			return true;
	return false;
}

START_TEST(golden_boots)
{
	for (size_t i = 0; i < LENGTH(golden); i++) {
		const struct golden *g = &golden[i];
		struct boot_config c = with_map(g->words, g->ram, g->ram[2].end ? 3 : 2);
		struct world *w = boot_config_world(&c);

		for (size_t j = 0; j < LENGTH(g->line) && g->line[j]; j++)
			ck_assert_msg(in_log(w, g->line[j]), "%s: no \"%s\"", g->words, g->line[j]);
		free_world(w);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { every_row, variants, emulated_high_memory, by_size_of_ram,
		                       slots, logged_layouts, golden_boots };

	return boot_suite("worked", tests, LENGTH(tests));
}
