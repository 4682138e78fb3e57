/*
 * Booting: what is refused and with what advice, the command line, how much memory becomes low,
 * the messages of each generation, and the page tables and registers that boot leaves behind.
 */
#include "boot_fixture.h"

#include "kernel/highmem.h"

/* --- refusals -------------------------------------------------------------------------------- */

static const struct {
	const char *words, *part; /* part of the message: the reason, or what to say instead */
} refused[] = {
	{ "highmem=64g split=3g_opt", "say split=3g" },
	{ "highmem=64g split=2g_opt", "say split=2g" },
	{ "highmem=off pae=yes split=3g_opt", "impossible with PAE" },
	{ "highmem=64g pae=no", "highmem=64g is PAE" },
	{ "highmem=4g pae=yes", "excludes PAE" },
	{ "highmem=64g cpu=pentium", "has no PAE: say highmem=4g" },
	{ "kernel=2.4.27 split=1g", "does not offer split=1g" },
	{ "split=4g4g", "say kernel=rhel3-hugemem" },
	{ "kernel=2.4-aa highmem=4g split=4g4g", "say kernel=rhel3-hugemem" },
	{ "highmem=4g split=3.5g", "say kernel=2.4-aa" },
	{ "kernel=2.4-aa split=3.5g", "say split=3g, or highmem=4g" },
	{ "kernel=2.4-aa highmem=4g split=3g_opt", "it has: 3g 2g 1g 3.5g" },
	{ "kernel=rhel3-hugemem split=3g", "it has: 4g4g" },
	{ "kernel=2.4-aa ram=1G highmem_emulation=yes", "above 896 MB is high memory already" },
	{ "kernel=2.4-aa ram=39M highmem_emulation=yes", "16 MB: say a larger ram=" },
	{ "kernel=2.4.27 ram=512M highmem_emulation=yes", "has no option highmem_emulation" },
	{ "kernel=rhel3-hugemem split=4g4g nr_cpus=33", "built for 1 to 32" },
	{ "kernel=2.4.27 highmem=off pae=yes", "PAE only with highmem=64g" },
	{ "cpus=0", "cpus=0 is impossible" },
	{ "cpus=33 nr_cpus=64", "cpus=33 is impossible" },
	{ "cpus=9", "say nr_cpus=9" },
	{ "nr_cpus=0", "nr_cpus=0 is impossible" },
	{ "nr_cpus=513", "built for 1 to 512" },
	{ "kernel=6.1 nr_cpus=65", "built for 1 to 64" },
	{ "colour=yes", "has no option colour; it has: local_apic io_apic" },
	{ "kernel=6.1 acpi=yes", "has no option acpi" },
	{ "io_apic=yes local_apic=no nr_cpus=1", "io_apic=yes needs local_apic=yes" },
	{ "io_apic=no local_apic=no", "local_apic=no is for one processor" },
	{ "pkmap=3", "a power of two from 4 to 512" },
	{ "pkmap=2", "a power of two" },
	{ "pkmap=2048", "a power of two" },
	{ "pkmap=1024", "512 entries" },
	{ "cmdline=vmalloc=1G", "leaves no low memory" },
	{ "cmdline=vmalloc=3G", "leaves no low memory" },
	{ "cmdline=vmalloc=5G", "larger than the kernel's 32-bit" },
	{ "ram=4G cmdline=vmalloc=8M", "is not below VMALLOC_END" },
	{ "cmdline=reservetop=2G", "reservetop= takes" },
	{ "cmdline=mem=0", "no usable RAM is left" },
	{ "kernel=2.4.27 cmdline=memfrac=1;2;3;4", "memfrac= takes up to 3 numbers" },
	{ "kernel=2.4.27 cmdline=memfrac=1;2;3;x", "memfrac= takes up to 3 numbers" },
	{ "kernel=2.4.27 cmdline=memfrac=0x80000000", "numbers of 32 bits" },
	{ "kernel=2.4.27 cmdline=lower_zone_reserve=1;2;3", "lower_zone_reserve= takes up to 2" },
	{ "cmdline=memmap=exactmap", "no usable RAM is left" },
	{ "cmdline=mem=1M", "the kernel's image needs RAM from 1024 to" },
	{ "cmdline=memmap=exactmap,memmap=4K@64M", "the kernel's image needs RAM" },
	{ "cmdline=memmap=1G@0xfffffffffffff000", "ends nowhere" },
	{ "kernel=6.1 ram=64G memcg=yes cmdline=vmalloc=384M", "mem_map does not fit" },
	{ "ram=64G cmdline=vmalloc=512M", "mem_map does not fit" },
	{ "ram=65G", "36" }, /* beyond what the CPU can address */
	{ "ram=1M", "" },
	{ "ram=0", "" },
	{ "ram=4097K", "" }, /* no whole page */
};

START_TEST(refusals)
{
	for (size_t i = 0; i < LENGTH(refused); i++) {
		struct message m = { "" };
		struct boot b;

		ck_assert_msg(!setup_words(&b, refused[i].words, &m), "accepted: %s",
		              refused[i].words);
		ck_assert_msg(m.text[0] && strstr(m.text, refused[i].part), "%s: %s",
		              refused[i].words, m.text);
	}
}
END_TEST

/* 2.4's pool has a fixed place, which a fixmap for many CPUs would reach. */
START_TEST(fixmap_reaches_the_pool)
{
	struct profile p = *the_profile("2.4.27");
	struct boot_config c = boot_words("kernel=2.4.27 nr_cpus=190");
	struct message m = { "" };
	struct boot b;

	p.nr_cpus_max = 1024;
	ck_assert_msg(boot_setup(&b, &c, &p, the_model("core2"), &m), "%s", m.text);
	c.nr_cpus = 191;
	ck_assert(!boot_setup(&b, &c, &p, the_model("core2"), &m));
	ck_assert_ptr_nonnull(strstr(m.text, "fixmap and kmap areas overlap - this will crash"));
}
END_TEST

/* A refused boot leaves the world it was given alone. */
START_TEST(refused_world_is_untouched)
{
	struct boot_config c = boot_words("highmem=64g split=3g_opt");
	struct world *w = calloc(1, sizeof(*w)), *same = calloc(1, sizeof(*w));
	struct message m;

	memset(w, 0x5a, sizeof(*w));
	memset(same, 0x5a, sizeof(*w));
	ck_assert(
		!world_boot(w, &c, the_profile(c.kernel), the_model(c.cpu_model), the_costs(), &m));
	ck_assert_int_eq(memcmp(w, same, sizeof(*w)), 0);
	free(w);
	free(same);
}
END_TEST

START_TEST(accepted_oddities)
{
	static const char *const words[] = {
		"highmem=off pae=yes",
		"highmem=off debug_highmem=yes", /* means nothing there, as to Kconfig */
		"ram=16M highmem=4g",
		"ram=4M highmem=4g",
		"ram=64G cpus=32 nr_cpus=32",
		"ram=64G memcg=yes",
		"ram=64G kernel=6.1",
		"ram=1G split=1g",
		"cmdline=quiet,root=/dev/hda1,vmalloc,highmem,mem,=,x=y=z",
		"cmdline=highmem=banana,vmalloc=,noexec=maybe ram=512M cpus=1 nr_cpus=1 highmem=4g",
		"cpu=pentium highmem=4g",
		"cpu=pentium3 pkmap=512",
	};

	for (size_t i = 0; i < LENGTH(words); i++) {
		struct message m = { "" };
		struct boot b;

		/* vmalloc= without a size is a reserve of nothing, like any that is too small */
		if (!setup_words(&b, words[i], &m))
			ck_assert_msg(strstr(words[i], "vmalloc=,"), "%s: %s", words[i], m.text);
	}
}
END_TEST

/* --- low and high memory --------------------------------------------------------------------- */

static const struct {
	const char *words;
	uint64_t max_pfn, max_low_pfn;
	const char *line; /* in the log, or NULL: none that complains */
} divisions[] = {
	{ "ram=512M", 0x20000, 0x20000, NULL },
	{ "ram=896M", 0x38000, 0x38000, NULL },
	{ "ram=900M", 0x38400, 0x38000, NULL },
	{ "ram=2G", 0x80000, 0x38000, NULL },
	{ "ram=4G highmem=4g", 0x100000, 0x38000, NULL },
	{ "ram=8G highmem=4g", 0x100000, 0x38000, NULL }, /* what lies above vanishes silently */
	{ "ram=64G", 0x1000000, 0x38000, NULL },
	{ "ram=2G highmem=off", 0x38000, 0x38000, "Use a HIGHMEM enabled kernel." },
	{ "ram=8G highmem=off", 0x38000, 0x38000, "Use a HIGHMEM enabled kernel." },
	{ "ram=8G highmem=off pae=yes", 0x38000, 0x38000, "Use a HIGHMEM64G enabled kernel." },
	{ "kernel=6.1 ram=2G highmem=off", 226302, 226302, "Warning only 883MB will be used." },
	/* highmem= on a machine that has high memory */
	{ "ram=2G cmdline=highmem=512M", 0x58000, 0x38000, NULL },
	{ "ram=2G cmdline=highmem=0", 0x38000, 0x38000, NULL },
	{ "ram=2G cmdline=highmem=1152M", 0x80000, 0x38000, NULL },
	{ "ram=2G cmdline=highmem=1153M", 0x80000, 0x38000,
	  "only 1152MB highmem pages available, ignoring highmem size of 1153MB." },
	{ "kernel=6.1 ram=2G cmdline=highmem=3G", 0x80000, 226814,
	  "only 1162MB highmem pages available, ignoring highmem size of 3072MB!" },
	/* highmem= on one that has none */
	{ "ram=512M cmdline=highmem=256M", 0x20000, 0x10000, NULL },
	{ "ram=512M cmdline=highmem=448M", 0x20000, 0x4000, NULL },
	{ "ram=512M cmdline=highmem=449M", 0x20000, 0x20000,
	  "highmem size 449MB results in smaller than 64MB lowmem, ignoring it." },
	{ "kernel=6.1 ram=512M cmdline=highmem=449M", 0x20000, 0x20000,
	  "highmem size (449MB) results in <64MB lowmem, ignoring it!" },
	{ "ram=512M cmdline=highmem=512M", 0x20000, 0x20000,
	  "highmem size specified (512MB) is bigger than pages available (512MB)!." },
	{ "kernel=2.6.32 ram=512M cmdline=highmem=600M", 0x20000, 0x20000,
	  "highmem size (600MB) is bigger than pages available (512MB)!" },
	{ "ram=512M highmem=off cmdline=highmem=256M", 0x20000, 0x20000,
	  "ignoring highmem size on non-highmem kernel!" },
	/* a no-highmem build with too much RAM says two things about highmem= */
	{ "ram=2G highmem=off cmdline=highmem=2G", 0x38000, 0x38000,
	  "only 1152MB highmem pages available, ignoring highmem size of 2048MB." },
	/* mem= and memmap= */
	{ "ram=2G cmdline=mem=1200M", 0x4b000, 0x38000, "user-defined physical RAM map:" },
	{ "ram=2G cmdline=mem=3G", 0x80000, 0x38000, "user-defined physical RAM map:" },
	{ "ram=2G cmdline=mem=0x20000000", 0x20000, 0x20000,
	  " user: 0000000000100000 - "
	  "0000000020000000 (usable)" },
	{ "ram=2G cmdline=mem=1g,mem=512m", 0x20000, 0x20000, NULL },
	{ "ram=2G cmdline=memmap=512M", 0x20000, 0x20000, NULL },
	{ "ram=2G cmdline=memmap=1G$1G", 0x40000, 0x38000,
	  " user: 0000000040000000 - "
	  "0000000080000000 (reserved)" },
	{ "ram=2G cmdline=memmap=exactmap,memmap=640K@0,memmap=127M@1M", 0x8000, 0x8000,
	  "last_pfn = 0x8000 max_arch_pfn = 0x1000000" },
	{ "kernel=2.4.27 ram=8G highmem=4g", 0x100000, 0x38000, "Use a PAE enabled kernel." },
	{ "kernel=2.4.27 ram=2G highmem=off", 0x80000, 0x38000,
	  "Warning only 896MB will be used." },
};

START_TEST(low_and_high_memory)
{
	for (size_t i = 0; i < LENGTH(divisions); i++) {
		struct world *w = boot_world(divisions[i].words);
		const struct layout *l = &w->kernel.layout;

		ck_assert_msg(l->max_pfn == divisions[i].max_pfn, "%s: max_pfn %#llx",
		              divisions[i].words, (unsigned long long)l->max_pfn);
		ck_assert_msg(l->max_low_pfn == divisions[i].max_low_pfn, "%s: max_low_pfn %llu",
		              divisions[i].words, (unsigned long long)l->max_low_pfn);
		if (divisions[i].line)
			ck_assert_msg(logged(w, divisions[i].line), "%s: not logged: %s",
			              divisions[i].words, divisions[i].line);
		for (uint32_t n = 0; !divisions[i].line && n < w->kernel.dmesg.n; n++)
			ck_assert_msg(!strstr(dmesg_line(w, n), "ignoring") &&
			                      !strstr(dmesg_line(w, n), "Warning"),
			              "%s: %s", divisions[i].words, dmesg_line(w, n));
		free_world(w);
	}
}
END_TEST

/* Ranges with odd edges: only whole pages count, and the last one may be partial. */
START_TEST(odd_edges)
{
	struct boot_config c = boot_words("highmem=4g cpus=1");
	struct world *w;

	c.e820_given = true;
	c.e820.nr = 4;
	c.e820.entry[0] = (struct e820_entry){ 0x200, 0x9fc00, E820_RAM };
	c.e820.entry[1] = (struct e820_entry){ 0x100000, 0x20000800, E820_RAM };
	c.e820.entry[2] = (struct e820_entry){ 0x20000800, 0x20000fff, E820_NVS };
	c.e820.entry[3] = (struct e820_entry){ 0x20000fff, 0x30000fff, E820_RAM };
	w = boot_config_world(&c);
	ck_assert_uint_eq(w->kernel.layout.max_pfn, 0x30000);
	ck_assert(logged(w, " BIOS-e820: 0000000020000800 - 0000000020000fff (ACPI NVS)"));
	ck_assert(logged(w, "early_node_map[3] active PFN ranges"));
	ck_assert(logged(w, "    0: 0x00000001 -> 0x0000009f"));
	ck_assert(logged(w, "    0: 0x00000100 -> 0x00020000"));
	ck_assert(logged(w, "    0: 0x00020001 -> 0x00030000"));
	ck_assert_uint_eq(pfn_to_page(w, 0x20000)->use, PAGE_RESERVED);
	ck_assert_uint_eq(w->kernel.zone[ZONE_DMA].start_pfn, 1);
	free_world(w);
}
END_TEST

/* --- what boot leaves behind ----------------------------------------------------------------- */

static uint64_t entry_of(const struct world *w, uint32_t va, unsigned *size)
{
	struct walk walk = machine_peek(&w->machine, 0, (struct access){ .va = va });

	ck_assert_uint_gt(walk.nr, 0);
	*size = walk.fault == FAULT_NONE ? (unsigned)walk.size : 0;
	return walk.read[walk.nr - 1].entry;
}

static void check_entry(const struct world *w, uint32_t va, unsigned size, uint64_t entry)
{
	unsigned found;
	uint64_t value = entry_of(w, va, &found);

	ck_assert_msg(found == size && value == entry, "%#x: size %#x entry %#llx", va, found,
	              (unsigned long long)value);
}

START_TEST(page_tables_pae)
{
	struct world *w = boot_world("ram=2G");

	check_entry(w, 0xc0000000, 4096, 0x163); /* the first entry's reach has small pages */
	check_entry(w, 0xc01ff000, 4096, 0x1ff163);
	check_entry(w, 0xc0200000, 2u << 20, 0x2001e3); /* text: executable */
	check_entry(w, 0xc0400000, 2u << 20, 0x80000000004001e3);
	check_entry(w, 0xf7890000, 2u << 20, 0x80000000378001e3);
	check_entry(w, 0xf7ffffff, 2u << 20, 0x8000000037e001e3);
	check_entry(w, 0xffffb000, 4096, 0x80000000fee0017b); /* local APIC */
	check_entry(w, 0xffffa000, 4096, 0x80000000fec0017b); /* I/O APIC */
	check_entry(w, 0xffa00000, 0, 0);                     /* pkmap: a table of nothing */
	check_entry(w, 0xfffba000, 0, 0);                     /* and the slots */
	check_entry(w, 0xf8000000, 0, 0);
	check_entry(w, 0x08048000, 0, 0); /* no user half */
	ck_assert_uint_eq(kernel_pte_pa(w, 0xffa01000), w->kernel.pkmap.page_table + 8);
	ck_assert_uint_eq(kernel_pte_pa(w, 0xf8000000), 0);
	free_world(w);
}
END_TEST

START_TEST(page_tables_two_level)
{
	struct world *w = boot_world("ram=515584K highmem=4g");

	check_entry(w, 0xc03ff000, 4096, 0x3ff163);
	check_entry(w, 0xc0400000, 4u << 20, 0x4001e3);
	check_entry(w, 0xdf400000, 4096, 0x1f400163); /* the tail */
	check_entry(w, 0xdf77f000, 4096, 0x1f77f163);
	check_entry(w, 0xdf780000, 0, 0);
	check_entry(w, 0xffffb000, 4096, 0xfee0017b);
	ck_assert_uint_eq(kernel_pte_pa(w, 0xff801000), w->kernel.pkmap.page_table + 4);
	free_world(w);
	w = boot_world("ram=64M highmem=4g cmdline=mem=nopentium"); /* no large pages */
	check_entry(w, 0xc0400000, 4096, 0x400163);
	check_entry(w, 0xc3fff000, 4096, 0x3fff163);
	ck_assert_uint_eq(w->machine.cpu[0].cr4 & CR4_PSE, 0);
	free_world(w);
}
END_TEST

/* Every generation and split can reach all of low memory, its fixmap and its pool. */
START_TEST(all_of_low_memory_is_mapped)
{
	static const char *const words[] = {
		"split=1g ram=8G",
		"split=2g ram=4G",
		"highmem=4g split=3g_opt ram=2G",
		"highmem=4g split=2g_opt ram=4G",
		"kernel=6.1 nr_cpus=32",
		"kernel=6.1 highmem=4g split=1g",
		"kernel=2.6.32 nr_cpus=32 debug_highmem=yes",
		"kernel=2.6.37 highmem=4g",
		"kernel=2.4.27",
		"kernel=2.4.27 highmem=4g nr_cpus=32",
		"highmem=off pae=yes",
		"cmdline=noexec=off",
		"nr_cpus=64 debug_highmem=yes",
		"cmdline=reservetop=64M",
		"highmem=4g pkmap=4",
		"cpu=pentium highmem=4g",
		"ram=20M highmem=4g",
		"kernel=6.1 ram=40M",
	};

	for (size_t i = 0; i < LENGTH(words); i++) {
		struct world *w = boot_world(words[i]);
		const struct layout *l = &w->kernel.layout;

		for (uint64_t pa = 0; pa < l->max_low_pfn << PAGE_SHIFT; pa += 0x7f000) {
			struct access a = { .va = l->page_offset + (uint32_t)pa };
			struct walk walk = machine_peek(&w->machine, 0, a);

			ck_assert_msg(walk.fault == FAULT_NONE && walk.pa == pa, "%s: %#x",
			              words[i], a.va);
		}
		for (uint32_t k = 0; k < l->end_of_fixed; k++)
			ck_assert_msg(kernel_pte_pa(w, fix_to_virt(l, k)), "%s: fixmap %u",
			              words[i], k);
		for (uint32_t k = 0; l->highmem && k < l->last_pkmap; k++)
			ck_assert_uint_eq(kernel_pte_pa(w, l->pkmap_base + k * PAGE_SIZE),
			                  w->kernel.pkmap.page_table + k * (l->pae ? 8 : 4));
		free_world(w);
	}
}
END_TEST

START_TEST(control_registers)
{
	struct world *w = boot_world("cpus=4");

	for (unsigned i = 0; i < 4; i++) {
		const struct cpu *cpu = &w->machine.cpu[i];

		ck_assert_uint_eq(cpu->cr0 & (CR0_PG | CR0_WP), CR0_PG | CR0_WP);
		ck_assert_uint_eq(cpu->cr4, CR4_PAE | CR4_PSE | CR4_PGE);
		ck_assert_uint_eq(cpu->cr3, w->kernel.swapper_pg_dir);
		ck_assert_uint_eq(cpu->efer, EFER_NXE);
		ck_assert(cpu->online && cpu->eflags_if);
		ck_assert_uint_eq(cpu->cycle, 0);
	}
	ck_assert_uint_eq(event_get(&w->machine.log, 1)->kind, EVENT_BOOT);
	ck_assert_uint_eq(event_get(&w->machine.log, 1)->arg[1], 229376);
	free_world(w);
	w = boot_world("highmem=4g cmdline=noexec=off");
	ck_assert_uint_eq(w->machine.cpu[0].cr4, CR4_PSE | CR4_PGE);
	ck_assert_uint_eq(w->machine.cpu[0].efer, 0);
	ck_assert(!logged(w, "NX (Execute Disable) protection: active"));
	free_world(w);
}
END_TEST

START_TEST(the_log)
{
	struct world *w = boot_world("ram=2G cmdline=quiet");

	ck_assert_str_eq(dmesg_line(w, 0), "BIOS-provided physical RAM map:");
	ck_assert_str_eq(dmesg_line(w, w->kernel.dmesg.n), "");
	ck_assert(logged(w, "Kernel command line: quiet"));
	ck_assert(logged(w, "    lowmem  : 0xc0000000 - 0xf8000000   ( 896 MB)"));
	ck_assert(logged(w, "highmem bounce pool size: 64 pages"));
	for (unsigned i = 0; i < DMESG_MAX; i++)
		printk(w, "line %u", i);
	ck_assert_str_eq(dmesg_line(w, 0), ""); /* gone: the ring is full */
	ck_assert_str_eq(dmesg_line(w, w->kernel.dmesg.n - DMESG_MAX), "line 0");
	printk(w, "%0*d", 2 * DMESG_LINE, 7);
	ck_assert_uint_eq(strlen(dmesg_line(w, w->kernel.dmesg.n - 1)), DMESG_LINE - 1);
	free_world(w);
}
END_TEST

/* The kernel repeats what it was told about its zones, which it has made before it looks. */
START_TEST(memfrac_comes_too_late)
{
	struct world *plain = boot_world("kernel=2.4.27 ram=1G highmem=4g");
	struct world *w = boot_world("kernel=2.4.27 ram=1G highmem=4g cmdline=memfrac=0x40;16,quiet,"
	                             "lower_zone_reserve=;8,memfrac=x;1,memfrac=9;-1;");
	uint32_t at = 0;

	for (unsigned i = 0; i < w->kernel.nr_zones; i++)
		ck_assert_mem_eq(&w->kernel.zone[i], &plain->kernel.zone[i], sizeof(w->kernel.zone[i]));
	ck_assert_uint_eq(w->kernel.zone[ZONE_NORMAL].min, 255);
	while (strncmp(dmesg_line(w, at), "Kernel command line: ", 21) != 0)
		at++;
	ck_assert_str_eq(dmesg_line(w, at + 1), "setup_mem_frac: 64  16  128  ");
	ck_assert_str_eq(dmesg_line(w, at + 2), "setup_lower_zone_reserve: 0  32  ");
	ck_assert_str_eq(dmesg_line(w, at + 3), "setup_mem_frac: 0  16  128  ");
	ck_assert_str_eq(dmesg_line(w, at + 4), "setup_mem_frac: 9  -1  128  ");
	ck_assert_ptr_null(strstr(dmesg_line(w, at + 5), "setup"));
	free_world(plain);
	free_world(w);
	w = boot_world("kernel=rhel3-hugemem split=4g4g cmdline=memfrac=7;8;9;,lower_zone_reserve=1");
	ck_assert(logged(w, "setup_mem_frac: 7  8  9  "));
	ck_assert(!logged(w, "setup_lower_zone_reserve: 1  32  "));
	free_world(w);
	w = boot_world("kernel=rhel3-hugemem split=4g4g cmdline=memfrac=");
	ck_assert(logged(w, "setup_mem_frac: 4097  128  128  "));
	free_world(w);
	w = boot_world("cmdline=memfrac=1;2;3;4"); /* 2.6 has never heard of it */
	ck_assert(!logged(w, "setup_mem_frac: 1  2  3  "));
	free_world(w);
}
END_TEST

/* --- anything at all -------------------------------------------------------------------------- */

static uint64_t seed = 1;

static unsigned random_below(unsigned n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(seed >> 33) % n;
}

static void random_map(struct e820_map *map)
{
	uint64_t at = random_below(3) ? 0 : random_below(1 << 20);

	map->nr = 0;
	for (unsigned n = 1 + random_below(12); n--;) {
		uint64_t size = (uint64_t)random_below(1 << 30) >> random_below(24);

		if (!map->nr)
			size = 0x9f000 + random_below(0x1000);
		else if (map->nr == 1)
			at = 0x100000, size += 32u << 20;
		e820_add_region(map, at, at + size + 1,
		                random_below(4) ? E820_RAM : (enum e820_type)(2 + random_below(3)));
		at += size + 1 + (random_below(2) ? random_below(1 << 28) >> random_below(28) : 0);
	}
}

static void random_cmdline(char *line, size_t size)
{
	static const char *const keys[] = {
		"vmalloc=",    "highmem=", "mem=",        "memmap=",
		"reservetop=", "noexec=",  "memmap=16M$", "memmap=64M@",
		"memfrac=",    "memfrac=1,", "lower_zone_reserve=0,1,"
	};
	static const char *const sizes[] = { "1M",      "64M", "200M",  "512m",     "1G", "0",
		                             "0x7ffff", "off", "3000M", "exactmap", "",   "4095K" };

	line[0] = '\0';
	while (random_below(3))
		snprintf(line + strlen(line), size - strlen(line), "%s%s ",
		         keys[random_below(LENGTH(keys))], sizes[random_below(LENGTH(sizes))]);
}

/* Whatever is asked for, it is refused with a sentence or boots into a sound world. */
START_TEST(random_boots)
{
	static const char *const kernels[] = { "2.4.27", "2.6.27", "2.6.32", "2.6.37", "6.1" };
	struct world *w = malloc(sizeof(*w));
	unsigned booted = 0;

	for (unsigned i = 0; i < 3000; i++) {
		struct boot_config c = boot_words("");
		struct message m = { "" };

		strcpy(c.kernel, kernels[random_below(LENGTH(kernels))]);
		c.highmem = (enum highmem_config)random_below(3);
		c.split = random_below(2) ? VMSPLIT_3G : (enum split_config)random_below(5);
		c.pae = random_below(4) ? UNSET : (enum tristate)(1 + random_below(2));
		c.nr_cpus = 1 + random_below(40);
		c.cpus = 1 + random_below(c.nr_cpus < 32 ? c.nr_cpus : 32);
		c.ram = (uint64_t)(1 + random_below(1 << 16)) << (12 + random_below(9));
		c.e820_given = random_below(2);
		random_map(&c.e820);
		random_cmdline(c.cmdline, sizeof(c.cmdline));
		if (!world_boot(w, &c, the_profile(c.kernel), the_model(c.cpu_model), the_costs(),
		                &m)) {
			ck_assert_str_ne(m.text, "");
			continue;
		}
		booted++;
		ck_assert_msg(zones_check(w, &m), "%s", m.text);
		ck_assert_uint_gt(w->kernel.layout.vmalloc_start, w->kernel.layout.high_memory);
		ck_assert_uint_le(w->kernel.layout.max_low_pfn, w->kernel.layout.max_pfn);
		world_release(w);
	}
	ck_assert_uint_gt(booted, 300);
	free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { refusals,
		                       fixmap_reaches_the_pool,
		                       refused_world_is_untouched,
		                       accepted_oddities,
		                       low_and_high_memory,
		                       odd_edges,
		                       page_tables_pae,
		                       page_tables_two_level,
		                       all_of_low_memory_is_mapped,
		                       control_registers,
		                       the_log,
		                       memfrac_comes_too_late,
		                       random_boots };

	return boot_suite("boot", tests, LENGTH(tests));
}
