/*
 * Out of memory: which checks a request fails, in which order; who is killed, who waits and who just
 * fails, by generation; and the report in the kernel log, word for word.
 */
#include "process.h"

#include "kernel/oom_kill.h"
#include "kernel/page_alloc.h"
#include "kernel/show_mem.h"

#define WAY                                                                                       \
	"WATERMARK_OK WATERMARK_LOW WATERMARK_ORDER ALLOC ALLOC_FAIL OUT_OF_MEMORY SIGKILL SLEEP " \
	"WAKE EXIT EXIT_MMAP ZONE_FALLBACK"

/* Takes what requests of this sort may have, without a step. */
static void exhaust(struct world *w, uint32_t gfp)
{
	for (unsigned order = w->kernel.profile->max_order; order-- > 0;)
		while (alloc_pages_now(w, gfp, order))
			;
}

static uint64_t get(struct world *w, uint32_t gfp, unsigned order)
{
	return DO(w, 0, __alloc_pages, .gfp = gfp, .order = order);
}

/* Whether the log has a line, after line `from`. */
static bool logged(const struct world *w, uint32_t from, const char *text)
{
	for (uint32_t i = from; i < w->kernel.dmesg.n; i++)
		if (!strcmp(dmesg_line(w, i), text))
			return true;
	return false;
}

static const char *const kernels[] = { "kernel=2.4.27 ram=1024", "kernel=2.6.27 ram=1024",
	                               "kernel=2.6.32 ram=1024", "kernel=2.6.37 ram=1024",
	                               "kernel=6.1 ram=1024" };
enum { K2_4, K2_6_27, K2_6_32, K2_6_37, K6_1, KERNELS };

/* --- the check, mark by mark ------------------------------------------------------------------ */

/* HighMem at its low mark: Normal is next, and has more than its low mark and its reserve. Derived
 * from mm/page_alloc.c build_zonelists_in_zone_order(), from the highest zone down,
 * get_page_from_freelist() and zone_watermark_ok() with lowmem_reserve[classzone_idx]: 2.6.27. */
START_TEST(a_request_falls_back_where_the_marks_allow)
{
	struct world *w = lab_boot("kernel=2.6.27 ram=1024");
	const struct zone *z = w->kernel.zone;
	char expected[200];
	uint32_t from;

	while (z[ZONE_HIGHMEM].free > z[ZONE_HIGHMEM].low)
		ck_assert_uint_ne(alloc_pages_now(w, GFP_HIGHUSER, 0), 0);
	ck_assert_uint_eq(z[ZONE_HIGHMEM].free, 66);
	from = lab_now(w);
	snprintf(expected, sizeof(expected),
	         "0:WATERMARK_LOW(2,66,66) 0:WATERMARK_OK(1,%llu,%u) ",
	         (unsigned long long)z[ZONE_NORMAL].free, 1170 + 1016);
	get(w, GFP_HIGHUSER, 0);
	ck_assert_int_eq(strncmp(lab_events(w, from, WAY), expected, strlen(expected)), 0);
	ck_assert_uint_eq(lab_count(w, from, EVENT_ZONE_FALLBACK), 1);
	lab_free(w);
}
END_TEST

/* arch/i386/mm/init.c zone_sizes_init() and mm/page_alloc.c build_zonelists() of RHEL3, HIGHMEM64G:
 * DMA is a twentieth of memory, 8 MB at least and 16 at most, and nobody's last resort. */
START_TEST(dma_is_kept_apart_in_rhel3)
{
	static const struct { const char *boot; uint64_t dma; } rows[] = {
		{ "kernel=rhel3-hugemem split=4g4g ram=256", 2048 },
		{ "kernel=rhel3-hugemem split=4g4g ram=319", 2048 },
		{ "kernel=rhel3-hugemem split=4g4g ram=320", 4096 },
		{ "kernel=rhel3-hugemem split=4g4g ram=8192", 4096 },
		{ "kernel=2.4.27 ram=256", 4096 },
	};

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct world *w = lab_boot(rows[i].boot);
		const struct zone *z = w->kernel.zone;
		uint64_t free = z[ZONE_DMA].free;

		ck_assert_uint_eq(z[ZONE_DMA].spanned, rows[i].dma);
		ck_assert_uint_eq(z[ZONE_NORMAL].start_pfn, rows[i].dma);
		exhaust(w, GFP_KERNEL);
		ck_assert_int_eq(z[ZONE_DMA].free == free, i < 4);
		ck_assert_uint_ne(alloc_pages_now(w, GFP_KERNEL | GFP_DMA, 0), 0);
		lab_free(w);
	}
}
END_TEST

/* What an urgent request may dig into: half for __GFP_HIGH, a quarter of the rest for who cannot
 * wait; in 2.4 a quarter of mark and reserve together is all who cannot wait must leave. */
START_TEST(urgent_requests_dig_deeper)
{
	/* The mins are 255, 936, 933, 934 and 923; 2.4 takes the page off before it compares. */
	static const struct { uint32_t gfp; unsigned left[KERNELS]; } rows[] = {
		{ GFP_KERNEL, { 256, 936, 933, 934, 923 } },
		{ GFP_KERNEL | GFP_HIGH, { 256, 468, 467, 467, 462 } },
		{ GFP_NOWAIT, { 64, 702, 700, 701, 923 } }, /* 6.1: NOWAIT is not ATOMIC */
		{ GFP_ATOMIC, { 64, 351, 351, 351, 347 } },
	};

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct world *w = lab_boot(kernels[_i]);
		const struct zone *z = &w->kernel.zone[ZONE_NORMAL];

		exhaust(w, rows[i].gfp);
		ck_assert_uint_eq(z->free, rows[i].left[_i]);
		lab_free(w);
	}
}
END_TEST

/* Frees every other page of what it takes from low memory, all of it: half of each zone is free, no
 * two pages in a row are. */
static void fragment(struct world *w)
{
	struct zone saved[MAX_NR_ZONES], *z = w->kernel.zone;

	memcpy(saved, z, sizeof(saved));
	for (unsigned i = 0; i < ZONE_HIGHMEM; i++) {
		z[i].min = z[i].low = 0;
		memset(z[i].lowmem_reserve, 0, sizeof(z[i].lowmem_reserve));
	}
	while (alloc_pages_now(w, GFP_KERNEL, 0))
		;
	for (unsigned i = 0; i < ZONE_HIGHMEM; i++) {
		z[i].min = saved[i].min;
		z[i].low = saved[i].low;
		memcpy(z[i].lowmem_reserve, saved[i].lowmem_reserve, sizeof(z[i].lowmem_reserve));
	}
	for (uint64_t pfn = 0; pfn < z[ZONE_HIGHMEM].start_pfn; pfn += 2)
		if (pfn_to_page(w, pfn)->use == PAGE_USED && pfn_to_page(w, pfn)->refs == 1)
			free_pages_now(w, pfn, 0);
	ck_assert_uint_gt(z[ZONE_NORMAL].free, 100000);
}

/* Plenty of pages and no block: 2.6 sees it in the marks of the orders, 6.1 looks for a block, 2.4
 * does neither and finds its lists empty. */
START_TEST(fragmentation_fails_large_requests)
{
	struct world *w = lab_boot(kernels[_i]);
	const struct zone *z = &w->kernel.zone[ZONE_NORMAL];
	char line[120];
	uint32_t from;

	fragment(w);
	if (_i == K2_4)
		snprintf(line, sizeof(line), "0:WATERMARK_OK(1,%u,510) ", (unsigned)z->free - 8);
	else if (_i == K6_1)
		snprintf(line, sizeof(line), "0:WATERMARK_ORDER(1,%u,3) ", (unsigned)z->free - 7);
	else /* without the blocks of order 0 nothing is left */
		snprintf(line, sizeof(line), "0:WATERMARK_ORDER(1,0,0) ");
	from = lab_now(w);
	ck_assert_uint_eq(get(w, GFP_ATOMIC, 3), 0);
	ck_assert_int_eq(strncmp(lab_events(w, from, WAY), line, strlen(line)), 0);
	ck_assert_uint_eq(lab_count(w, from, EVENT_ALLOC_FAIL), 1);
	ck_assert_uint_ne(get(w, GFP_ATOMIC, 0), 0);
	lab_free(w);
}
END_TEST

/* --- who fails, who waits, who dies ----------------------------------------------------------- */

/* A process with two pages of its own, and the shell back on CPU 0. Its number. */
static unsigned victim(struct world *w)
{
	unsigned shell = w->kernel.cpu[0].shell ? w->kernel.cpu[0].shell : task_new_shell(w, 0);
	unsigned task = process(w, 0);
	struct message m;

	user_put(w, 0, DATA, 1);
	user_put(w, 0, DATA + PAGE_SIZE, 1);
	w->kernel.cpu[0].shell = (uint16_t)shell;
	ck_assert(world_switch_to(w, shell, &m));
	return task;
}

/*
 * Derived from mm/page_alloc.c: each zone of the list above low, then above min, then above high.
 * 2.4.27 __alloc_pages(): the last where balance_classzone() has freed nothing, then "out:".
 * 2.6.27 __alloc_pages_internal(), 2.6.32 and 2.6.37 __alloc_pages_slowpath(), and
 * __alloc_pages_may_oom(): the last after try_set_zone_oom(), then out_of_memory(), whose
 * schedule_timeout_uninterruptible(1) is the sleep. 6.1 the same; mm/oom_kill.c.
 */
static const char *const classic[KERNELS] = {
	"0:WATERMARK_LOW(1,255,510) 0:WATERMARK_LOW(0,912,944) 0:WATERMARK_LOW(1,255,255) "
	"0:WATERMARK_LOW(0,912,912) 0:WATERMARK_LOW(1,255,765) 0:WATERMARK_LOW(0,912,976) "
	"0:ALLOC_FAIL(0x1f0,0)",
	"0:WATERMARK_LOW(1,936,1170) 0:WATERMARK_LOW(0,889,893) 0:WATERMARK_LOW(1,936,936) "
	"0:WATERMARK_LOW(0,889,889) 0:WATERMARK_LOW(1,936,1404) 0:WATERMARK_LOW(0,889,897) "
	"0:OUT_OF_MEMORY(0xd0,0) 0:SIGKILL(4) 0:SLEEP(3,4)",
	"0:WATERMARK_LOW(1,933,1166) 0:WATERMARK_LOW(0,883,887) 0:WATERMARK_LOW(1,933,933) "
	"0:WATERMARK_LOW(0,883,883) 0:WATERMARK_LOW(1,933,1399) 0:WATERMARK_LOW(0,883,891) "
	"0:OUT_OF_MEMORY(0xd0,0) 0:SIGKILL(4) 0:SLEEP(3,4)",
	"0:WATERMARK_LOW(1,934,1167) 0:WATERMARK_LOW(0,885,889) 0:WATERMARK_LOW(1,934,934) "
	"0:WATERMARK_LOW(0,885,885) 0:WATERMARK_LOW(1,934,1401) 0:WATERMARK_LOW(0,885,893) "
	"0:OUT_OF_MEMORY(0xd0,0) 0:SIGKILL(4) 0:SLEEP(3,4)",
	"0:WATERMARK_LOW(1,923,1153) 0:WATERMARK_LOW(0,863,867) 0:WATERMARK_LOW(1,923,923) "
	"0:WATERMARK_LOW(0,863,863) 0:WATERMARK_LOW(1,923,1383) 0:WATERMARK_LOW(0,863,871) "
	"0:OUT_OF_MEMORY(0xcc0,0) 0:SIGKILL(4) 0:SLEEP(3,4)",
};

/* The mark that the first zone after `from` was measured by. */
static uint64_t first_ok_mark(const struct world *w, uint32_t from)
{
	for (uint32_t seq = from + 1; seq <= lab_now(w); seq++) {
		const struct event *e = event_get(&w->machine.log, seq);

		if (e->kind == EVENT_WATERMARK_OK || e->kind == EVENT_WATERMARK_LOW)
			return e->arg[2];
	}
	return 0;
}

/* The classic failure: low memory has run out, high memory is free, GFP_KERNEL cannot use it. 2.4
 * gives up; later kernels kill the process, although its pages lie in high memory; its page tables
 * come back, and whoever asked gets its page. */
START_TEST(low_memory_runs_out)
{
	struct world *w = lab_boot(kernels[_i]);
	unsigned task = victim(w);
	uint64_t high = w->kernel.zone[ZONE_HIGHMEM].free;
	uint32_t from;

	exhaust(w, GFP_KERNEL);
	from = lab_now(w);
	ck_assert_int_eq(TRY(w, 0, __alloc_pages, .gfp = GFP_KERNEL),
	                 _i == K2_4 ? LAB_DONE : LAB_ASLEEP);
	ck_assert_str_eq(lab_events(w, from, WAY), classic[_i]);
	ck_assert_uint_eq(w->kernel.zone[ZONE_HIGHMEM].free, high);
	from = lab_now(w);
	lab_run_all(w);
	ck_assert_int_eq(task_get(w, task)->state, _i == K2_4 ? TASK_RUNNING : TASK_DEAD);
	ck_assert_uint_eq(lab_count(w, from, EVENT_ALLOC), _i != K2_4);
	ck_assert_uint_eq(lab_count(w, from, EVENT_WAKE), _i != K2_4);
	if (_i == K2_6_27) /* "restart:" is in front of the look above the low mark there */
		ck_assert_uint_eq(first_ok_mark(w, from), w->kernel.zone[ZONE_NORMAL].low);
	else if (_i != K2_4)
		ck_assert_uint_eq(first_ok_mark(w, from), w->kernel.zone[ZONE_NORMAL].min);
	ck_assert_uint_eq(w->kernel.memory_waiters, 0);
	ck_assert_uint_eq(w->kernel.zone[ZONE_HIGHMEM].free, high + (_i == K2_4 ? 0 : 2));
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* Nobody but who asks: it is killed itself, gets its page from what the marks kept, and ends. 6.1
 * gives a victim half of them. */
START_TEST(who_asks_is_killed_last)
{
	struct world *w = lab_boot(kernels[_i + 1]);
	unsigned task;
	uint64_t min = w->kernel.zone[ZONE_NORMAL].min, n = 0;

	exhaust(w, GFP_KERNEL);
	START(w, 0, __alloc_pages, .gfp = GFP_KERNEL);
	task = w->kernel.cpu[0].current;
	ck_assert_int_eq(lab_run(w, 0), LAB_DONE);
	ck_assert_int_eq(task_get(w, task)->state, TASK_DEAD);
	ck_assert_uint_ne(task_get(w, task)->context.result, 0);
	ck_assert_uint_eq(w->kernel.zone[ZONE_NORMAL].free, min - 1);
	task = task_new_shell(w, 0);
	task_put(w, task)->memdie = true;
	while (DO(w, 0, __alloc_pages, .gfp = GFP_KERNEL))
		n++;
	ck_assert_uint_eq(w->kernel.zone[ZONE_NORMAL].free, _i + 1 == K6_1 ? min - min / 2 : 0);
	ck_assert_uint_gt(n, min / 2 - 2);
	lab_free(w);
}
END_TEST

/* mm/oom_kill.c out_of_memory(): select_bad_process() finds nobody. 2.6.27 and 2.6.32
 * (__out_of_memory()) panic at once, 2.6.37 after dump_header(), 6.1 after that and a line of its
 * own. */
START_TEST(nobody_can_be_killed)
{
	static const char *const last[KERNELS] = {
		[K2_6_27] = "Kernel panic - not syncing: Out of memory and no killable processes...",
		[K2_6_32] = "Kernel panic - not syncing: Out of memory and no killable processes...",
		[K2_6_37] = "Kernel panic - not syncing: Out of memory and no killable processes...",
		[K6_1] = "Kernel panic - not syncing: System is deadlocked on memory",
	};
	struct world *w = lab_boot(kernels[_i + 1]);
	bool report = false, panic = false;

	exhaust(w, GFP_KERNEL);
	START(w, 0, __alloc_pages, .gfp = GFP_KERNEL);
	for (unsigned i = 1; i <= w->kernel.nr_tasks; i++)
		task_put(w, i)->pid = 0; /* what has none is no process */
	ck_assert_int_eq(lab_run(w, 0), LAB_OOPS);
	for (uint32_t i = 0; i < w->kernel.dmesg.n; i++) {
		report = report || strstr(dmesg_line(w, i), "invoked oom-killer");
		panic = panic || !strcmp(dmesg_line(w, i), last[_i + 1]);
	}
	ck_assert(panic);
	ck_assert(report == (_i + 1 >= K2_6_37));
	lab_free(w);
}
END_TEST

/* Who must not start I/O kills nobody: it waits until a page comes back. */
START_TEST(a_small_request_waits)
{
	struct world *w = lab_boot(kernels[_i + 1]);
	uint64_t pfn = alloc_pages_now(w, GFP_KERNEL, 0);
	uint32_t from;

	exhaust(w, GFP_KERNEL);
	from = lab_now(w);
	ck_assert_int_eq(TRY(w, 0, __alloc_pages, .gfp = GFP_NOIO), LAB_ASLEEP);
	ck_assert_str_eq(lab_events(w, from, "OUT_OF_MEMORY SLEEP ALLOC_FAIL"), "0:SLEEP(3,4)");
	from = lab_now(w);
	DO(w, 0, __free_pages, .pfn = pfn);
	ck_assert_str_eq(lab_events(w, from, "WAKE SLEEP ALLOC"), "0:WAKE(3,4)");
	lab_run_all(w);
	ck_assert_uint_eq(lab_count(w, from, EVENT_ALLOC), 1);
	lab_free(w);
}
END_TEST

/* Requests that fail at once, and those that kill: NORETRY, an order above 3, who cannot wait; and
 * ZONE_DMA, for which nobody is killed since 2.6.36. */
START_TEST(who_gives_up)
{
	static const struct { uint32_t gfp, order; bool kills[KERNELS]; } rows[] = {
		{ GFP_KERNEL | GFP_NORETRY, 0, { 0 } },
		{ GFP_KERNEL, 4, { 0 } },
		{ GFP_ATOMIC, 0, { 0 } },
		{ GFP_KERNEL, 3, { false, true, true, true, true } },
		{ GFP_KERNEL | GFP_DMA, 0, { false, true, true, false, false } },
		{ GFP_KERNEL | GFP_NOFAIL, 0, { false, true, true, true, true } },
	};

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct world *w = lab_boot(kernels[_i]);
		uint32_t from;

		victim(w);
		exhaust(w, GFP_ATOMIC);
		exhaust(w, GFP_KERNEL | GFP_DMA);
		from = lab_now(w);
		TRY(w, 0, __alloc_pages, .gfp = rows[i].gfp, .order = rows[i].order);
		ck_assert_uint_eq(lab_count(w, from, EVENT_SIGKILL), rows[i].kills[_i]);
		ck_assert_uint_eq(lab_count(w, from, EVENT_ALLOC_FAIL), !rows[i].kills[_i]);
		lab_free(w);
	}
}
END_TEST

/* --- the report ------------------------------------------------------------------------------- */

static const char *const reports[KERNELS][8] = {
	{ "__alloc_pages: 0-order allocation failed (gfp=0x20/0)" },
	{ "sh: page allocation failure. order:0, mode:0x20", "Mem-Info:",
	  "CPU    1: hi:  186, btch:  31 usd:   0",
	  "Normal free:1404kB min:3744kB low:4680kB high:5616kB active:0kB inactive:0kB "
	  "present:894080kB pages_scanned:0 all_unreclaimable? yes",
	  "lowmem_reserve[]: 0 0 1016 1016",
	  "HighMem: 0*4kB 0*8kB 0*16kB 0*32kB 0*64kB 0*128kB 0*256kB 0*512kB 0*1024kB 0*2048kB "
	  "32*4096kB = 131072kB", "262144 pages RAM", "32768 pages HighMem" },
	{ "sh: page allocation failure. order:0, mode:0x20", "Mem-Info:",
	  " unevictable:0 dirty:0 writeback:0 unstable:0", "lowmem_reserve[]: 0 867 1000 1000" },
	{ "sh: page allocation failure. order:0, mode:0x20", "Mem-Info:",
	  "active_anon:0 inactive_anon:0 isolated_anon:0", "lowmem_reserve[]: 0 869 1000 1000" },
	{ "sh: page allocation failure: order:0, mode:0xa20(GFP_ATOMIC), nodemask=(null)",
	  "Mem-Info:", " kernel_misc_reclaimable:0", "lowmem_reserve[]: 0 847 985 985",
	  "35330 pages HighMem/MovableOnly" },
};

START_TEST(a_failure_is_reported_as_the_kernel_did)
{
	struct world *w = lab_boot(kernels[_i]);
	uint32_t from;

	exhaust(w, GFP_ATOMIC);
	from = w->kernel.dmesg.n;
	ck_assert_uint_eq(get(w, GFP_ATOMIC, 0), 0);
	ck_assert_str_eq(dmesg_line(w, from), reports[_i][0]);
	for (unsigned i = 1; i < 8 && reports[_i][i]; i++)
		ck_assert_msg(logged(w, from, reports[_i][i]), "%s", reports[_i][i]);
	ck_assert_int_eq(_i == K2_4, w->kernel.dmesg.n == from + 1);
	from = w->kernel.dmesg.n;
	ck_assert_uint_eq(get(w, GFP_ATOMIC | GFP_NOWARN, 0), 0);
	ck_assert_uint_eq(w->kernel.dmesg.n, from);
	lab_free(w);
}
END_TEST

/* What is printed when somebody is killed: who asked, the report, who died. */
START_TEST(a_killing_is_reported_as_the_kernel_did)
{
	static const char *const lines[KERNELS][4] = {
		{ NULL },
		{ "sh invoked oom-killer: gfp_mask=0xd0, order=0, oomkilladj=0",
		  "Out of memory: kill process 2 (child) score 285 or a child",
		  "Killed process 2 (child)" },
		{ "sh invoked oom-killer: gfp_mask=0xd0, order=0, oom_adj=0",
		  "Out of memory: kill process 2 (child) score 285 or a child",
		  "Killed process 2 (child)" },
		{ "sh invoked oom-killer: gfp_mask=0xd0, order=0, oom_adj=0, oom_score_adj=0",
		  "[    2]     0     2      285        2   0       0             0 child",
		  "Out of memory: Kill process 2 (child) score 0 or sacrifice child",
		  "Killed process 2 (child) total-vm:1140kB, anon-rss:8kB, file-rss:0kB" },
		{ "sh invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
		  "[      2]     0     2      285        2     4096        0             0 child",
		  "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),task=child,pid=2,uid=0",
		  "Out of memory: Killed process 2 (child) total-vm:1140kB, anon-rss:8kB, "
		  "file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:4kB oom_score_adj:0" },
	};
	struct world *w = lab_boot(kernels[_i]);
	uint32_t from;

	victim(w);
	exhaust(w, GFP_KERNEL);
	from = w->kernel.dmesg.n;
	TRY(w, 0, __alloc_pages, .gfp = GFP_KERNEL);
	for (unsigned i = 0; i < 4 && lines[_i][i]; i++)
		ck_assert_msg(logged(w, from, lines[_i][i]), "%s", lines[_i][i]);
	ck_assert(logged(w, from, "Mem-Info:") == (_i != K2_4));
	lab_free(w);
}
END_TEST

/* 2.4 says little when it fails; SysRq-m says it all. */
START_TEST(sysrq_m_of_2_4)
{
	struct world *w = lab_boot(kernels[K2_4]);
	uint32_t from = w->kernel.dmesg.n;

	DO(w, 0, sysrq_handle_showmem, 0);
	ck_assert_str_eq(dmesg_line(w, from), "Mem-info:");
	ck_assert(logged(w, from, "Zone:HighMem freepages:131072kB"));
	ck_assert(logged(w, from, "0*4kB 0*8kB 0*16kB 0*32kB 0*64kB 0*128kB 0*256kB 0*512kB "
	                          "0*1024kB 64*2048kB = 131072kB)"));
	ck_assert(logged(w, from, "262144 pages of RAM"));
	ck_assert(logged(w, from, "32768 pages of HIGHMEM"));
	lab_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { a_request_falls_back_where_the_marks_allow,
	                               dma_is_kept_apart_in_rhel3, sysrq_m_of_2_4 };
	const struct lab_loop loops[] = {
		{ urgent_requests_dig_deeper, KERNELS },
		{ fragmentation_fails_large_requests, KERNELS },
		{ low_memory_runs_out, KERNELS },
		{ who_gives_up, KERNELS },
		{ a_failure_is_reported_as_the_kernel_did, KERNELS },
		{ a_killing_is_reported_as_the_kernel_did, KERNELS },
		{ who_asks_is_killed_last, KERNELS - 1 },
		{ nobody_can_be_killed, KERNELS - 1 }, /* not in 2.4 */
		{ a_small_request_waits, KERNELS - 1 },
	};

	return lab_suite("oom", tests, LENGTH(tests), loops, LENGTH(loops));
}
