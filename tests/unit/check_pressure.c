/*
 * Memory running out as a user sees it: alloc and its GFP flags, what is left in the zones, sysctl,
 * the memory report, and fragmentation made by command.
 */
#include "ask.h"

START_TEST(flags_are_those_of_the_kernel)
{
	struct interp *in = ask_new();

	ask_ok(in, "boot kernel=2.6.27; alloc normal gfp=GFP_KERNEL|__GFP_NOFAIL|__GFP_COMP");
	ask_ok(in, "alloc normal gfp=GFP_HIGHUSER_MOVABLE");
	says(ask_error(in, "alloc normal gfp=__GFP_DIRECT_RECLAIM"), "Linux 2.6.27 has no");
	says(ask_error(in, "alloc normal gfp=GFP_KERNAL"), "did you mean 'GFP_KERNEL'");
	says(ask_error(in, "boot kernel=2.4.27; alloc normal gfp=__GFP_ZERO"), "Linux 2.4.27 has no");
	ask_ok(in, "alloc normal gfp=GFP_NOHIGHIO; alloc highmem gfp=GFP_HIGHUSER");
	says(ask_error(in, "boot kernel=6.1; alloc normal gfp=__GFP_WAIT"), "Linux 6.1 has no");
	ask_ok(in, "alloc normal gfp=__GFP_RECLAIM|__GFP_RETRY_MAYFAIL|__GFP_IO");
	ask_free(in);
}
END_TEST

/* The report names who asked and what there was; the task that asked is killed, HighMem is full. */
START_TEST(low_memory_runs_out_by_command)
{
	struct interp *in = ask_new();
	json_t *r;

	ask_ok(in, "boot kernel=2.6.27 ram=192M cmdline=\"highmem=128M\"");
	r = ask_error(in, "alloc normal 30000");
	says(r, "was killed");
	ck_assert_int_eq(number_at(r, "result.killed"), 3);
	ask_ok(in, "expect zone.HighMem.free == zone.HighMem.spanned");
	ask_ok(in, "expect zone.Normal.free < zone.Normal.min and zone.DMA.free > 47");
	ask_ok(in, "expect count(OUT_OF_MEMORY) == 1 and count(SIGKILL) == 1 and count(ALLOC_FAIL) == 0");
	r = ask_ok(in, "dmesg");
	says(r, "sh invoked oom-killer: gfp_mask=0xd0, order=0, oomkilladj=0");
	says(r, "Normal free:764kB min:764kB low:952kB high:1144kB");
	says(r, "lowmem_reserve[]: 0 47 174 174");
	says(r, "Killed process 1 (sh)");
	ask_ok(in, "free p0..p999; alloc normal; back; back");
	ask_ok(in, "boot kernel=2.4.27");
	says(ask_error(in, "alloc normal 30000"), "No zone that may be used can give 1 page more");
	says(ask_ok(in, "dmesg"), "__alloc_pages: 0-order allocation failed (gfp=0x1f0/0)");
	ask_free(in);
}
END_TEST

/* Every second page given back: plenty is free, nothing in a row. */
START_TEST(memory_is_fragmented_by_command)
{
	struct interp *in = ask_new();

	ask_ok(in, "boot kernel=2.6.27 ram=64M highmem=4g");
	ask_error(in, "alloc normal 20000 gfp=GFP_ATOMIC");
	ask_ok(in, "free p0..p9999 every=2; expect zone.Normal.order[0] > 4500");
	ask_error(in, "alloc normal 60 order=3 gfp=GFP_ATOMIC");
	ask_ok(in, "expect count(WATERMARK_ORDER) > 0 and zone.Normal.free > 4 * zone.Normal.high");
	says(ask_ok(in, "dmesg"), "sh: page allocation failure. order:3, mode:0x20");
	ask_ok(in, "alloc normal 100");
	says(ask_error(in, "free p5..p1"), "A range of pages is");
	says(ask_error(in, "free p0..p3 every=9"), "every=9");
	says(ask_error(in, "free p0..p999999"), "Not all of these pages");
	ask_free(in);
}
END_TEST

START_TEST(marks_and_reserves_can_be_set)
{
	struct interp *in = ask_new();

	ask_ok(in, "boot kernel=2.6.27 ram=1G; sysctl vm.min_free_kbytes=16384");
	ask_ok(in, "expect min_free_kbytes == 16384 and zone.Normal.min == 4024");
	ask_ok(in, "expect zone.Normal.low == 5030 and zone.HighMem.min == 32");
	ask_ok(in, "expect zone.Normal.protection[2] == 1016");
	ask_ok(in, "sysctl vm.lowmem_reserve_ratio=\"256 8\"; expect zone.Normal.protection[2] == 4064");
	ask_ok(in, "expect zone.DMA.protection[1] == 873 and min_free_kbytes == 16384");
	ask_ok(in, "sysctl vm.lowmem_reserve_ratio=\"256 0\"; expect zone.Normal.protection[2] == 32512");
	ask_ok(in, "back; expect zone.Normal.protection[2] == 4064");
	ask_ok(in, "sysctl vm.min_free_kbytes=8192 vm.lowmem_reserve_ratio=\"256 16\"");
	ask_ok(in, "expect min_free_kbytes == 8192 and zone.Normal.protection[2] == 2032");
	ask_ok(in, "boot kernel=6.1; sysctl vm.lowmem_reserve_ratio=\"256 0\"");
	ask_ok(in, "expect zone.Normal.protection[2] == 0");
	says(ask_error(in, "sysctl vm.min_free_kbytes=99999999"), "up to the");
	says(ask_error(in, "sysctl vm.lowmem_reserve_ratio=\"1 x\""), "two numbers");
	says(ask_error(in, "boot kernel=2.4.27; sysctl vm.min_free_kbytes=100"), "share of each zone");
	ask_free(in);
}
END_TEST

/* 64 GB: mem_map alone takes more than half of low memory. */
START_TEST(sixty_four_gigabytes_starve_low_memory)
{
	struct interp *in = ask_new();

	ask_ok(in, "boot kernel=2.4.27 ram=64G; expect zone.Normal.free < 32768");
	ask_ok(in, "boot kernel=2.6.27; expect zone.Normal.free == 94208");
	ask_ok(in, "boot memcg=yes; expect zone.Normal.free == 77824");
	ask_ok(in, "boot memcg=no ram=2G; fork p; switch p; free = print zone.Normal.free");
	ask_ok(in, "touch 0x08050000 write; touch 0xbffff000 write; expect zone.Normal.free == free - 2");
	ask_free(in);
}
END_TEST

START_TEST(sysrq_prints_the_report)
{
	struct interp *in = ask_new();
	json_t *r = ask_ok(in, "boot kernel=6.1 ram=1G; sysrq m");

	ck_assert_str_eq(text_at(r, "result.lines.0"), "Mem-Info:");
	says(r, "HighMem free:141320kB boost:0kB min:136kB low:284kB high:432kB");
	says(ask_error(in, "sysrq b"), "only m");
	ask_free(in);
}
END_TEST

/* What is read before it is written lies in one frame, said to be ZERO_PAGE; not in 2.6.27. */
START_TEST(touch_tells_the_page_of_zeros)
{
	struct interp *in = ask_new();

	says(ask_ok(in, "boot kernel=2.6.32; fork p; switch p; touch 0x08050000"), "ZERO_PAGE");
	ask_ok(in, "expect mm[1].rss == 0 and count(ZERO_PAGE_SHARED) == 1");
	ask_ok(in, "touch 0x08050000 write; expect mm[1].rss == 1 and count(COW) == 1");
	ask_ok(in, "boot kernel=2.6.27; fork p; switch p; touch 0x08050000");
	ask_ok(in, "expect mm[1].rss == 1 and count(ZERO_PAGE_SHARED) == 0");
	ask_free(in);
}
END_TEST

/* Two nodes of half the RAM: node 0 has all low memory, a CPU takes high memory from its own. */
START_TEST(two_nodes_when_asked_for)
{
	struct interp *in = ask_new();
	json_t *r = ask_ok(in, "boot kernel=2.6.27 nodes=2 ram=4G cpus=4; nodes");

	ck_assert_str_eq(text_at(r, "result.nodes.1.start_pfn"), "0x80000");
	ck_assert_int_eq(number_at(r, "result.nodes.1.spanned"), 0x80000);
	ck_assert_int_eq(number_at(r, "result.nodes.1.cpus.0"), 2);
	says(r, "Node 1: HighMem");
	r = ask_ok(in, "zones");
	says(r, "node 1");
	ck_assert_str_eq(text_at(r, "result.zones.3.name"), "HighMem");
	ck_assert_int_eq(number_at(r, "result.zones.1.protection.2"), (294912 - 2304) / 32);
	ck_assert_int_eq(number_at(r, "result.zones.3.protection.2"), 0);
	ask_ok(in, "cpu0: alloc highmem; cpu3: alloc highmem; expect page(p0).pfn < 0x80000");
	ask_ok(in, "expect page(p1).pfn >= 0x80000; cpu3: alloc normal; expect page(p2).pfn < 0x38000");
	ask_ok(in, "expect count(ZONE_FALLBACK) == 0 and nodes == 2 and node[1].free == 524287");
	r = ask_ok(in, "dmesg");
	says(r, "early_node_map[3] active PFN ranges");
	says(r, "  1: 0x00080000 -> 0x00100000");
	says(r, "On node 1 totalpages: 524288");
	says(r, "Built 2 zonelists in Zone order");
	says(ask_ok(in, "sysrq m"), "Node 1 HighMem free:2097148kB");
	ask_ok(in, "boot nodes=1; expect zone.HighMem.spanned == 819200");
	ask_free(in);
}
END_TEST

/* Zone order: the other node's high memory before the own low memory; node order the reverse. */
START_TEST(zone_order_and_node_order)
{
	struct interp *in = ask_new();

	ask_ok(in, "boot kernel=2.6.27 nodes=2 ram=192M cmdline=\"highmem=120M\" cpus=2");
	ask_ok(in, "alloc highmem 7000; expect zone.HighMem.free < 200 and count(ZONE_FALLBACK) == 0");
	ask_ok(in, "expect page(p6999).pfn >= 0x6000");
	ask_ok(in, "boot kernel=6.1; alloc highmem 7000; expect count(ZONE_FALLBACK) > 400");
	ask_free(in);
}
END_TEST

START_TEST(impossible_nodes_are_refused)
{
	struct interp *in = ask_new();

	says(ask_error(in, "boot kernel=2.4.27 nodes=2 ram=4G"), "contig_page_data");
	says(ask_error(in, "boot kernel=2.6.27 highmem=4g nodes=2 ram=4G"), "needs HIGHMEM64G");
	says(ask_error(in, "boot kernel=2.6.27 highmem=64g nodes=2 ram=1G"), "all low memory");
	says(ask_error(in, "boot nodes=2 ram=4G nr_cpus=1 cpus=1"), "needs SMP");
	says(ask_error(in, "boot nodes=3 ram=4G"), "two nodes at most");
	says(ask_ok(in, "boot; nodes"), "one node holds it all");
	ask_free(in);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		flags_are_those_of_the_kernel, low_memory_runs_out_by_command,
		memory_is_fragmented_by_command, marks_and_reserves_can_be_set,
		sixty_four_gigabytes_starve_low_memory, sysrq_prints_the_report,
		touch_tells_the_page_of_zeros, two_nodes_when_asked_for,
		zone_order_and_node_order, impossible_nodes_are_refused,
	};

	return ask_suite("pressure", tests, LENGTH(tests));
}
