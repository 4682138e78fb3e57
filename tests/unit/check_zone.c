/*
 * Zone figures against those of real boots: pages, memmap, batches, watermarks, reserves.
 */
#include "boot_fixture.h"

#define NONE { 0, 0, 0 }

/* RAM as usable 0-9f and 100-end, as the tables assume. */
static struct boot_config plain_ram(const char *words, uint64_t end)
{
	struct boot_config c = boot_words(words);

	c.e820_given = true;
	c.e820.nr = 2;
	c.e820.entry[0] = (struct e820_entry){ 0, 0x9f800, E820_RAM };
	c.e820.entry[1] = (struct e820_entry){ 0x100000, end, E820_RAM };
	return c;
}

static void set_up(struct boot *b, const struct boot_config *c)
{
	struct message m = { "" };

	ck_assert_msg(boot_setup(b, c, the_profile(c->kernel), the_model("core2"), &m), "%s",
	              m.text);
}

static const struct {
	unsigned mb;
	uint64_t totalpages, memmap[3], pages[3], min_free, normal[3], high[3], dma_reserve[4],
		normal_reserve[4];
} defaults[] = { /* 2.6.27, struct page of 32 bytes, contiguous RAM */
	{ 256, 65439, { 32, 480, 0 }, { 3967, 60960, 0 }, 2038, { 477, 596, 715 }, NONE,
	  { 0, 238, 238, 238 }, { 0, 0, 0, 0 } },
	{ 512, 130975, { 32, 992, 0 }, { 3967, 125984, 0 }, 2883, { 698, 872, 1047 }, NONE,
	  { 0, 492, 492, 492 }, { 0, 0, 0, 0 } },
	{ 896, 229279, { 32, 1760, 0 }, { 3967, 223520, 0 }, 3815, { 936, 1170, 1404 }, NONE,
	  { 0, 873, 873, 873 }, { 0, 0, 0, 0 } },
	{ 1024, 262047, { 32, 1760, 256 }, { 3967, 223520, 32512 }, 3815, { 936, 1170, 1404 },
	  { 32, 66, 100 }, { 0, 873, 1000, 1000 }, { 0, 0, 1016, 1016 } },
	{ 2048, 524191, { 32, 1760, 2304 }, { 3967, 223520, 292608 }, 3815, { 936, 1170, 1404 },
	  { 128, 434, 740 }, { 0, 873, 2016, 2016 }, { 0, 0, 9144, 9144 } },
	{ 4096, 1048479, { 32, 1760, 6400 }, { 3967, 223520, 812800 }, 3815, { 936, 1170, 1404 },
	  { 128, 979, 1830 }, { 0, 873, 4048, 4048 }, { 0, 0, 25400, 25400 } },
	{ 8192, 2097055, { 32, 1760, 14592 }, { 3967, 223520, 1853184 }, 3815, { 936, 1170, 1404 },
	  { 128, 2068, 4009 }, { 0, 873, 8112, 8112 }, { 0, 0, 57912, 57912 } },
};

static void same_marks(const struct zone *z, const uint64_t marks[3], unsigned mb)
{
	if (!marks[0])
		return;
	ck_assert_msg(z->min == marks[0] && z->low == marks[1] && z->high == marks[2],
	              "%u MB: %s %llu/%llu/%llu", mb, z->name, (unsigned long long)z->min,
	              (unsigned long long)z->low, (unsigned long long)z->high);
}

START_TEST(default_machine)
{
	for (size_t i = 0; i < LENGTH(defaults); i++) {
		struct boot_config c = plain_ram("", (uint64_t)defaults[i].mb << 20);
		struct boot b;

		set_up(&b, &c);
		ck_assert_uint_eq(b.layout.totalpages, defaults[i].totalpages);
		ck_assert_uint_eq(b.layout.min_free_kbytes, defaults[i].min_free);
		for (unsigned z = 0; z < 3; z++) {
			ck_assert_uint_eq(b.zone[z].memmap, defaults[i].memmap[z]);
			ck_assert_uint_eq(b.zone[z].present, defaults[i].pages[z]);
		}
		same_marks(&b.zone[ZONE_NORMAL], defaults[i].normal, defaults[i].mb);
		same_marks(&b.zone[ZONE_HIGHMEM], defaults[i].high, defaults[i].mb);
		for (unsigned j = 0; j < 4; j++) {
			ck_assert_uint_eq(b.zone[0].lowmem_reserve[j], defaults[i].dma_reserve[j]);
			ck_assert_uint_eq(b.zone[1].lowmem_reserve[j],
			                  defaults[i].normal_reserve[j]);
			ck_assert_uint_eq(b.zone[2].lowmem_reserve[j], 0);
		}
		if (defaults[i].mb >= 896)
			same_marks(&b.zone[ZONE_DMA], (const uint64_t[]){ 16, 20, 24 },
			           defaults[i].mb);
	}
}
END_TEST

/* Logs of real 2.6.27 kernels: a Fedora build (32 bytes) and Ubuntu ones (memcg, 36 bytes). */
START_TEST(logged_machines)
{
	static const struct {
		const char *words;
		uint64_t end, totalpages, pages[3];
		unsigned min_free;
	} logs[] = {
		{ "highmem=4g", 0xbf6d0000, 783983, { 3967, 223520, 550370 }, 3815 },
		{ "highmem=4g memcg=yes", 0x7fed0000, 523887, { 3963, 223300, 292018 }, 3813 },
		{ "memcg=yes", 0xbfff8000, 786327, { 3963, 223300, 552152 }, 3813 },
	};

	for (size_t i = 0; i < LENGTH(logs); i++) {
		struct boot_config c = plain_ram(logs[i].words, logs[i].end);
		struct boot b;

		set_up(&b, &c);
		ck_assert_uint_eq(b.layout.totalpages, logs[i].totalpages);
		for (unsigned z = 0; z < 3; z++)
			ck_assert_uint_eq(b.zone[z].present, logs[i].pages[z]);
		ck_assert_uint_eq(b.layout.min_free_kbytes, logs[i].min_free);
	}
}
END_TEST

/* A machine whose RAM begins at pfn 0x10, and one with a hole below 4 GiB (2.6.32). */
START_TEST(starts_and_holes)
{
	struct boot_config c = plain_ram("highmem=4g memcg=yes", 0x7f7a0000);
	struct boot b;

	c.e820.entry[0].start = 0x10000;
	set_up(&b, &c);
	ck_assert_uint_eq(b.zone[ZONE_DMA].start_pfn, 0x10);
	ck_assert_uint_eq(b.zone[ZONE_DMA].present, 3947);
	ck_assert_uint_eq(b.zone[ZONE_HIGHMEM].present, 290194);
	ck_assert_uint_eq(b.layout.totalpages, 522031);
	c = plain_ram("kernel=2.6.32", 0xaffb0000);
	c.e820.entry[0].start = 0x10000;
	c.e820.entry[2] = (struct e820_entry){ 0x100000000, 0x140000000, E820_RAM };
	c.e820.nr = 3;
	set_up(&b, &c);
	ck_assert_uint_eq(b.layout.totalpages, 982847);
	ck_assert_uint_eq(b.zone[ZONE_DMA].memmap, 32);
	ck_assert_uint_eq(b.zone[ZONE_NORMAL].memmap, 1748);
	ck_assert_uint_eq(b.zone[ZONE_HIGHMEM].memmap, 8461);
	ck_assert_uint_eq(b.zone[ZONE_DMA].present, 3951);
	ck_assert_uint_eq(b.zone[ZONE_NORMAL].present, 221994);
	ck_assert_uint_eq(b.zone[ZONE_HIGHMEM].present, 746661);
	ck_assert_uint_eq(b.layout.min_free_kbytes, 3802);
	same_marks(&b.zone[ZONE_DMA], (const uint64_t[]){ 16, 20, 24 }, 4096);
	same_marks(&b.zone[ZONE_NORMAL], (const uint64_t[]){ 933, 1166, 1399 }, 4096);
	same_marks(&b.zone[ZONE_HIGHMEM], (const uint64_t[]){ 128, 912, 1697 }, 4096);
	ck_assert_uint_eq(b.zone[ZONE_DMA].lowmem_reserve[ZONE_HIGHMEM], 3783);
	ck_assert_uint_eq(b.zone[ZONE_NORMAL].lowmem_reserve[ZONE_HIGHMEM], 23333);
}
END_TEST

/* 2.4: a share of the size; each lower zone also keeps a share of the higher ones. */
START_TEST(watermarks_of_2_4)
{
	struct boot b;
	const struct zone *z = b.zone;

	layout_of(&b, "kernel=2.4.27 ram=1G");
	same_marks(&z[0], (const uint64_t[]){ 32, 64, 96 }, 1024);
	same_marks(&z[1], (const uint64_t[]){ 255, 510, 765 }, 1024);
	same_marks(&z[2], (const uint64_t[]){ 255, 510, 765 }, 1024);
	ck_assert_uint_eq(z[0].min + z[0].lowmem_reserve[1], 912);
	ck_assert_uint_eq(z[0].min + z[0].lowmem_reserve[2], 1040);
	ck_assert_uint_eq(z[1].min + z[1].lowmem_reserve[2], 1279);
}
END_TEST

/* 6.1: steps of at least a thousandth of the zone, and figures from what boot freed. */
START_TEST(watermarks_of_6_1)
{
	struct boot b;
	const struct zone *z = b.zone;

	layout_of(&b, "kernel=6.1 ram=8G");
	ck_assert_uint_lt(z[ZONE_NORMAL].managed, z[ZONE_NORMAL].present);
	ck_assert_uint_eq(z[ZONE_HIGHMEM].managed, z[ZONE_HIGHMEM].present);
	for (unsigned i = 0; i < 3; i++) {
		uint64_t step = z[i].low - z[i].min;

		ck_assert_uint_eq(z[i].high - z[i].low, step);
		ck_assert_uint_ge(step, z[i].managed / 1000);
	}
	ck_assert_uint_eq(z[ZONE_DMA].lowmem_reserve[1], z[ZONE_NORMAL].managed / 256);
}
END_TEST

START_TEST(batches)
{
	static const struct { uint64_t pages; uint32_t batch; } cases[] = {
		{ 0, 0 },      { 3967, 0 },   { 8191, 0 },     { 8192, 1 },  { 32480, 7 },
		{ 60928, 15 }, { 77216, 15 }, { 130048, 31 },  { 90112, 31 }, { 10000000, 31 },
	};
	const struct profile *p = the_profile("2.6.27");

	for (size_t i = 0; i < LENGTH(cases); i++)
		ck_assert_msg(zone_batchsize(p, cases[i].pages) == cases[i].batch, "%llu",
		              (unsigned long long)cases[i].pages);
	ck_assert_uint_eq(zone_batchsize(the_profile("6.1"), 10000000), 63);
}
END_TEST

/* Machines smaller than a zone: empty ones have no pages, and the others end with the RAM. */
START_TEST(small_machines)
{
	struct boot b;

	layout_of(&b, "ram=8M highmem=4g");
	ck_assert_uint_eq(b.zone[ZONE_DMA].spanned, 2048);
	ck_assert_uint_eq(b.zone[ZONE_NORMAL].spanned, 0);
	ck_assert_uint_eq(b.zone[ZONE_HIGHMEM].spanned, 0);
	ck_assert_uint_eq(b.limit[ZONE_DMA].end, 4096);
	ck_assert_uint_eq(b.limit[ZONE_NORMAL].start, 4096);
	ck_assert_uint_eq(b.limit[ZONE_NORMAL].end, 4096);
	layout_of(&b, "ram=16M highmem=4g");
	ck_assert_uint_eq(b.zone[ZONE_DMA].spanned, 4096);
	ck_assert_uint_eq(b.zone[ZONE_NORMAL].spanned, 0);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { default_machine,   logged_machines,   starts_and_holes,
		                       watermarks_of_2_4, watermarks_of_6_1, batches,
		                       small_machines };

	return boot_suite("zone", tests, LENGTH(tests));
}
