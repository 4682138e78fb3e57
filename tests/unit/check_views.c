/*
 * Each view by itself, on worlds made with commands: what it says is what the machine would answer,
 * it can be told what to look at, whatever lies under a finger has a name, and neither an event in
 * the middle of being shown nor any size harms.
 */
#include "ask.h"

#include "kernel/highmem.h"
#include "view/panes.h"
#include "view/view.h"

#include <inttypes.h>
#include <locale.h>

static struct interp *in;
static struct grid g;
static struct spots spots;
static struct view_state s;
static struct view_choice choice;
static char *seen;

static void setup(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	in = ask_new();
	spots = (struct spots){ .spot = calloc(SPOTS_MAX, sizeof(struct spot)) };
	ck_assert_ptr_nonnull(spots.spot);
	s = (struct view_state){ .spots = &spots, .choice = &choice };
}

static void teardown(void)
{
	free(seen);
	free(spots.spot);
	seen = NULL;
	ask_free(in);
}

/* Draws the view that words name. */
static void look(const char *words, int rows, int cols)
{
	struct message m;

	ck_assert_msg(view_choose(&choice, words, &m), "%s", m.text);
	s.world = session_world(interp_session(in));
	spots.n = 0;
	grid_init(&g, rows, cols, false);
	view_draw(choice.ops, grid_area(&g), &s);
	free(seen);
	seen = grid_to_text(&g);
	grid_release(&g);
}

/* The overview in a pane that is too small for it. */
static void look_small(int rows, int cols)
{
	struct panes panes;

	panes_init(&panes);
	s.world = session_world(interp_session(in));
	grid_init(&g, rows, cols, false);
	panes_draw(&panes, grid_area(&g), &s, false);
	free(seen);
	seen = grid_to_text(&g);
	grid_release(&g);
}

#define sees(text) ck_assert_msg(strstr(seen, text), "no \"%s\" in:\n%s", text, seen)
#define sees_no(text) ck_assert_msg(!strstr(seen, text), "\"%s\" in:\n%s", text, seen)

static const struct spot *spot(const char *name)
{
	for (unsigned i = 0; i < spots.n; i++)
		if (!strcmp(spots.spot[i].name, name))
			return &spots.spot[i];
	ck_abort_msg("there is no spot %s", name);
}

static unsigned count_of(const char *text)
{
	unsigned n = 0;

	for (const char *at = seen; (at = strstr(at, text)); at++)
		n++;
	return n;
}

/* The seq of the newest event of a kind. */
static uint32_t event(unsigned kind)
{
	const struct event_log *log = &session_world(interp_session(in))->machine.log;
	uint32_t seq = log->n;

	while (seq && event_get(log, seq)->kind != kind)
		seq--;
	ck_assert_msg(seq, "no %s", event_desc(kind)->name);
	return seq;
}

static void show_event(uint32_t seq, unsigned phase)
{
	const struct world *w = session_world(interp_session(in));

	s.now = (struct happening){ event_get(&w->machine.log, seq), phase, 5 };
}

/* A pool of four slots that wraps at once. */
static void wrap(const char *boot)
{
	ask_ok(in, boot);
	ask_ok(in, "alloc highmem 6");
	ask_ok(in, "kmap p0; kunmap p0; kmap p1; kunmap p1; kmap p2; kunmap p2");
	ask_ok(in, "kmap p3; kunmap p3");
}

/* --- what they say ---------------------------------------------------------------------------- */

START_TEST(the_walk_can_be_checked_by_hand)
{
	struct walk walk;
	char text[128];

	ask_ok(in, "boot ram=2G");
	ask_ok(in, "alloc highmem; kmap p0");
	look("walk 0xffa01000", 24, 80);
	walk = machine_peek(&s.world->machine, 0, (struct access){ .va = 0xffa01000 });
	ck_assert_uint_eq(walk.nr, 3);
	for (unsigned i = 0; i < 3; i++) {
		const struct walk_entry *e = &walk.read[i];

		if (i)
			snprintf(text, sizeof(text),
			         "entry %u at %" PRIx64 " + %u * 8 = %" PRIx64 " holds %016" PRIx64,
			         e->index, e->table_pa, e->index, e->table_pa + 8 * e->index, e->entry);
		else
			snprintf(text, sizeof(text), "register 3 (CR3 + 3 * 8 = %" PRIx64 ") holds %016"
			         PRIx64, e->table_pa + 24, e->entry);
		sees(text);
	}
	sees("(nothing else in a PDPTE)");
	sees("11   111111101  000000001  000000000000");
	sees("NX G:100 pat:80 D:40 A:20 pcd:10 pwt:8 us:4 RW:2 P:1");
	snprintf(text, sizeof(text), "physical %" PRIx64 " + 0 = %" PRIx64, walk.pa, walk.pa);
	sees(text);
	sees("CPU 0's TLB does not have it");
	ask_ok(in, "read p0");
	look("walk", 24, 80); /* the last one asked for */
	sees("walk ffa01000");
	sees("CPU 0's TLB has it");
	look("walk 0xffa05000", 24, 80);
	sees("page fault, error code 0x0: not present");
}
END_TEST

START_TEST(a_page_without_address_is_not_walked)
{
	ask_ok(in, "boot ram=2G");
	ask_ok(in, "alloc highmem");
	look("walk pfn:0x7fc00", 24, 80);
	sees("frame 7fc00 has no address");
	sees_no("PDPT");
	ask_ok(in, "kmap p0");
	look("walk pfn:0x7fc00", 24, 80);
	sees("ffa01000");
	sees("PDPT");
}
END_TEST

/* The register keeps what CR3 found, whatever is written to memory; a load of CR3 takes it over. */
START_TEST(a_pdpte_that_was_not_loaded_is_seen)
{
	ask_ok(in, "boot ram=2G cpus=1");
	ask_ok(in, "write page_offset+cpu[0].cr3+4 01000000");
	look("walk 0x1000", 24, 80);
	sees("register 0");
	sees("! memory: 100000000, not loaded");
	look("walk 0xc0000000", 24, 80);
	sees_no("not loaded");
	says(ask_ok(in, "walk 0x1000"), "is not asked before the next load");
}
END_TEST

START_TEST(two_levels_are_walked_too)
{
	ask_ok(in, "boot highmem=4g ram=1G");
	look("walk 0xc1000000", 24, 80);
	sees("1100000100  0000000000000000000000");
	sees("entry 772 at");
	sees("a page of 4 MB");
	sees_no("PDPT");
}
END_TEST

START_TEST(preempt_count_is_taken_apart)
{
	ask_ok(in, "boot cpus=2");
	ask_ok(in, "alloc highmem; kmap_atomic p0 KM_USER0; cpu1: irq");
	look("cpus", 24, 80);
	sees("preempt_count 00000001  hardirq 0 softirq 0 preempt 1");
	sees("preempt_count 00010000  hardirq 1 softirq 0 preempt 0");
	sees("interrupts OFF");
	sees("▸ hardirq");
	ck_assert_str_eq(spot("cpu 1")->name, "cpu 1");
	ask_ok(in, "boot kernel=6.1 cpus=1");
	look("cpus", 24, 80);
	sees("nmi 0");
}
END_TEST

/* The lane of a CPU, from its name on. */
static const char *lane(const char *cpu)
{
	const char *all = strstr(seen, "shootdown");

	ck_assert_ptr_nonnull(all);
	ck_assert_ptr_nonnull(strstr(all, cpu));
	return strstr(all, cpu);
}

/* How far the arrow in it has come; far, when it is there. */
static long way_of(const char *cpu)
{
	const char *line = lane(cpu), *arrow = strstr(line, "►"), *end = strchr(line, '\n');

	return arrow && arrow < end ? arrow - line : 1000;
}

START_TEST(a_shootdown_has_a_lane_for_each)
{
	wrap("boot cpus=3 pkmap=4");
	look("cpus", 40, 100);
	sees("has 2 of 2 answers, after ");
	ck_assert(!strncmp(lane("CPU 2"), "CPU 2      ◄━", strlen("CPU 2      ◄━")));
	sees("━● flushed ");
	show_event(event(EVENT_FLUSH_REQUEST) - 1, 0);
	look("cpus", 40, 100);
	sees_no("shootdown");
}
END_TEST

/* All that are in flight move on from picture to picture, whichever event is shown. */
START_TEST(an_ipi_never_goes_back)
{
	uint32_t from, to;
	long first = 0, second = 0, steps = 0;

	wrap("boot cpus=3 pkmap=4");
	to = event(EVENT_IPI_ACK);
	for (from = event(EVENT_FLUSH_REQUEST) + 1; from < to; from++) {
		unsigned kind = event_get(&session_world(interp_session(in))->machine.log, from)->kind;

		for (unsigned phase = 0; phase < 5; phase++) {
			if (kind != EVENT_IPI_SEND && kind != EVENT_IRQ_DELIVER)
				continue;
			show_event(from, phase);
			look("cpus", 40, 100);
			ck_assert_int_ge(way_of("CPU 1"), first);
			steps += way_of("CPU 1") > first;
			first = way_of("CPU 1");
			if (!strstr(lane("CPU 2"), "an IPI"))
				continue;
			ck_assert_int_ge(way_of("CPU 2"), second);
			second = way_of("CPU 2");
		}
	}
	ck_assert_int_ge(steps, 10);
	ck_assert_int_eq(first, 1000);
	ck_assert_int_gt(second, 0);
}
END_TEST

/* A slot comes in when it is mapped, and not when its entry is set; it is where it belongs at last. */
START_TEST(a_slot_is_pushed_in)
{
	uint32_t set, map;
	size_t way = SIZE_MAX;

	ask_ok(in, "boot kernel=2.6.37 cpus=2; alloc highmem; kmap_atomic p0");
	set = event(EVENT_PTE_SET);
	map = event(EVENT_SLOT_MAP);
	ck_assert_uint_lt(set, map);
	show_event(set, 0);
	look("fixmap", 24, 80);
	sees("CPU 0 depth 1");
	sees_no("■");
	for (unsigned phase = 0; phase < 5; phase++) {
		const char *line;

		show_event(map, phase);
		look("fixmap", 24, 80);
		line = strstr(seen, "\n  0 ");
		ck_assert_ptr_nonnull(strstr(line, "■"));
		ck_assert_uint_lt((size_t)(strstr(line, "■") - line), way);
		way = (size_t)(strstr(line, "■") - line);
	}
	s.now.event = NULL;
	look("fixmap", 24, 80);
	sees("■ fffba000 37bf");
	for (unsigned cpus = 3; cpus <= 12; cpus += 3) {
		char text[32];

		snprintf(text, sizeof(text), "boot cpus=%u nr_cpus=32", cpus);
		ask_ok(in, text);
		snprintf(text, sizeof(text), "CPU %u", cpus - 1);
		look("fixmap", 18, 80);
		sees(text);
	}
}
END_TEST

/* The count as it was, then as it is; the cursor goes back before the pool is flushed. */
START_TEST(counts_change_while_one_looks)
{
	char text[32];

	wrap("boot cpus=1 pkmap=4");
	snprintf(text, sizeof(text), "goto event %" PRIu32, event(EVENT_PKMAP_WRAP));
	ask_ok(in, text);
	look("pkmap", 9, 80);
	sees("last_pkmap_nr 0");
	show_event(event(EVENT_PKMAP_WRAP), 0);
	look("pkmap", 9, 80);
	sees("last_pkmap_nr 3");
	sees("0  ·111");
	ask_ok(in, "goto end; alloc highmem; kmap p0");
	ck_assert_uint_eq(event_get(&session_world(interp_session(in))->machine.log,
	                            event(EVENT_PKMAP_COUNT))->arg[1], 2);
	show_event(event(EVENT_PKMAP_COUNT), 0);
	look("pkmap", 9, 80);
	sees("0  11··");
	show_event(event(EVENT_PKMAP_COUNT), 4);
	look("pkmap", 9, 80);
	sees("0  12··");
	look("pkmap", 24, 80); /* with more room, apart */
	sees("0  1 2 · ·");
}
END_TEST

/* What a shootdown is about are entries that lie: they are counted until they go. */
START_TEST(a_shootdown_waits_and_says_why)
{
	ask_ok(in, "boot cpus=3 nr_cpus=8 pkmap=4");
	ask_ok(in, "p = alloc highmem; v = kmap p; write v 01; cpu1: read v 1; cpu2: read v 1");
	ask_ok(in, "kunmap p; alloc highmem 3; kmap p1; kmap p2; cpu2: irq");
	ask_blocked(in, "kmap p3");
	look("cpus", 40, 100);
	sees("waits for 1 of 2 answers, ");
	ck_assert_ptr_nonnull(strstr(lane("CPU 2"), "!1  └─"));
	ck_assert(!strncmp(lane("CPU 1"), "CPU 1      ◄━", strlen("CPU 1      ◄━")));
	sees("○ interrupts are off: it has to wait");
	look("overview", 40, 100);
	sees("○ interrupts are off: it has to wait");
	look_small(11, 80);
	sees("○ interrupts are off: it has to wait");
	look("cpus", 17, 80); /* no room for all of it: two rows for a CPU */
	sees("CPU 2  hardirq IF OFF 00010000 hardirq 1 softirq 0 preempt 0  1 pending");
	/* As many as there may be. */
	ask_ok(in, "boot cpus=32 nr_cpus=32 pkmap=4; alloc highmem 4; kmap p0; kunmap p0");
	ask_ok(in, "kmap p1; kmap p2; cpu31: irq");
	ask_blocked(in, "kmap p3");
	look("cpus", 20, 80);
	ck_assert_uint_eq(count_of("━●"), 30);
	ck_assert_uint_eq(count_of("─○"), 1);
	look("overview", 19, 80);
	sees(" more CPUs: ");
	ask_ok(in, "boot cpus=3 pkmap=4; set broken.lose_ipi on; alloc highmem 6");
	ask_ok(in, "kmap p0; kunmap p0; kmap p1; kunmap p1; kmap p2; kunmap p2");
	ask_blocked(in, "kmap p3");
	look("cpus", 40, 100);
	sees("lost: it never arrives");
}
END_TEST

START_TEST(who_sleeps_is_seen)
{
	ask_ok(in, "boot cpus=1 pkmap=4");
	ask_ok(in, "alloc highmem 6; kmap p0; kmap p1; kmap p2; kmap p3");
	ask_blocked(in, "kmap p4");
	look("cpus", 30, 80);
	sees("sleeps: no slot is free");
	look("pkmap", 24, 80);
	sees("waiters: 1");
	sees("waiting: task");
}
END_TEST

START_TEST(zones_tell_what_the_allocator_has)
{
	const struct zone *z;
	char text[64];

	ask_ok(in, "boot ram=2G");
	ask_ok(in, "alloc highmem 3; alloc dma");
	look("zones", 24, 80);
	z = &s.world->kernel.zone[ZONE_HIGHMEM];
	snprintf(text, sizeof(text), "min %" PRIu64 " low %" PRIu64 " high %" PRIu64, z->min, z->low,
	         z->high);
	sees(text);
	snprintf(text, sizeof(text), "10:%" PRIu64, z->free_area[10].nr_free);
	sees(text);
	sees("allocated 3");
	sees("HighMem 896M to 2048M  1152 MB");
	sees("DMA 0M to 16M");
	ck_assert_str_eq(spot("order HighMem 10")->command, "buddy");
}
END_TEST

/* High memory of each node is a zone of its own; low memory is seen however little it is. */
START_TEST(zones_of_all_nodes_are_seen)
{
	ask_ok(in, "boot kernel=2.6.27 nodes=2 ram=8G");
	look("zones", 20, 80);
	sees("HighMem/1 4096M to 8192M");
	sees("HighMem/0 896M to 4096M");
	sees("4096M┼");
	sees("896M┼");
	look("zones", 12, 40);
	sees("HighMem/1");
	sees("4096M┼");
	ask_ok(in, "boot ram=64G nodes=1");
	look("zones", 20, 80);
	sees("896M┼");
	sees("HighMem 896M");
}
END_TEST

START_TEST(a_zone_that_runs_low_says_so)
{
	unsigned used;

	ask_ok(in, "boot ram=1G");
	look("zones", 20, 80);
	sees("░ free   ▒ some in use   █ in use, or no RAM   ■ mapped\n");
	used = count_of("█");
	ask_ok(in, "alloc normal 215 order=10");
	look("zones", 20, 80);
	ck_assert_uint_gt(count_of("█"), used + 60); /* most of the scale is full now */
	sees_no("! at");
	for (int i = 0; i < 20; i++)
		ask_ok(in, "alloc normal 200 gfp=GFP_ATOMIC");
	look("zones", 20, 80);
	sees("! at low");
	sees("high 1404 ! at low");
}
END_TEST

START_TEST(low_memory_grows_while_a_split_is_shown)
{
	struct layout before;
	uint64_t last = 0;

	ask_ok(in, "boot ram=4G split=3g");
	before = session_world(interp_session(in))->kernel.layout;
	ask_ok(in, "split 1g");
	s.before = &before;
	for (unsigned phase = 0; phase < 5; phase++) {
		uint64_t end;

		show_event(event(EVENT_BOOT), phase);
		look("zones", 20, 80);
		ck_assert_ptr_nonnull(strstr(seen, "Normal 16M to "));
		end = strtoull(strstr(seen, "Normal 16M to ") + strlen("Normal 16M to "), NULL, 10);
		ck_assert_uint_gt(end, last);
		last = end;
	}
	ck_assert_uint_gt(last, 896);
	ck_assert_uint_lt(last, s.world->kernel.layout.max_low_pfn >> 8);
}
END_TEST

START_TEST(the_fixmap_is_a_table_or_a_stack)
{
	ask_ok(in, "boot");
	ask_ok(in, "alloc highmem 2; kmap_atomic p0 KM_USER1");
	look("fixmap", 24, 80);
	sees("4 KM_USER1             ■ fff");
	/* With a fence before each slot: 9 is KM_USER1, as kmap_atomic itself says. */
	ask_ok(in, "boot debug_highmem=yes");
	ask_ok(in, "alloc highmem; kmap_atomic p0 KM_USER1");
	look("fixmap", 24, 80);
	sees("9 KM_USER1             ■ fff");
	ask_ok(in, "boot kernel=2.6.37 debug_highmem=no");
	ask_ok(in, "alloc highmem 2; kmap_atomic p0; kmap_atomic p1");
	look("fixmap", 24, 80);
	sees("depth 2");
	look("fixmap", 8, 80);
	sees("slot 0 fff"); /* KM_ names are nothing in a stack */
	ask_ok(in, "boot kernel=6.1");
	ask_ok(in, "alloc highmem 2; kmap_local p0");
	look("fixmap", 24, 80);
	sees("depth 1");
}
END_TEST

START_TEST(all_tlbs_are_seen)
{
	ask_ok(in, "boot cpus=2");
	ask_ok(in, "alloc highmem; kmap p0; read p0; read p0; read p0; read p0");
	look("tlb", 24, 80);
	sees("CPU 0   1/");
	sees("CPU 1   0/");
	sees("hits 75%");
	ck_assert_str_eq(spot("tlb 0 ffa01000")->command, "view walk 0xffa01000");
	for (unsigned cpus = 3; cpus <= 32; cpus *= 2) {
		char text[32];

		snprintf(text, sizeof(text), "boot cpus=%u nr_cpus=32", cpus);
		ask_ok(in, text);
		for (int cols = 80; cols <= 200; cols += 40) {
			look("tlb", 20, cols);
			for (unsigned cpu = 0; cpu < cpus; cpu++) {
				snprintf(text, sizeof(text), "CPU %-2u  0/", cpu);
				sees(text);
			}
		}
	}
}
END_TEST

/* A step's events are seen in their order, though its world has all of them behind it. */
START_TEST(nothing_is_seen_before_it_happens)
{
	uint32_t walk, fill;

	ask_ok(in, "boot ram=2G");
	ask_ok(in, "alloc highmem; kmap p0; read p0");
	walk = event(EVENT_WALK);
	fill = event(EVENT_TLB_FILL);
	ck_assert_uint_lt(walk, fill);
	for (unsigned phase = 0; phase < 5; phase++) {
		show_event(walk, phase);
		look("tlb", 24, 80);
		sees_no("ffa01000");
		look("walk", 24, 80);
		sees("TLB does not have it");
		ck_assert_int_eq(strstr(seen, "physical ") != NULL, phase == 4);
		look("events", 24, 80);
		sees_no("the TLB keeps");
	}
	show_event(fill, 4);
	look("events", 24, 80);
	sees("the TLB keeps");
	look("tlb", 24, 80);
	sees("ffa01000");
	look("walk", 24, 80);
	sees("CPU 0's TLB has it now, global: next time no table is read");
}
END_TEST

START_TEST(code_stands_where_the_cpu_stands)
{
	ask_ok(in, "boot");
	ask_ok(in, "alloc highmem; kmap p0; back 6");
	look("code", 24, 80);
	sees("kmap → kmap_high");
	sees("▸");
	/* What ran, as far as there is room for it. */
	ask_ok(in, "goto end");
	look("code", 40, 80);
	sees(" kmap\n");
	sees(" kmap_high\n");
	sees(" map_new_virtual\n");
	sees_no("▸");
}
END_TEST

/* Who waits for answers stands in a line, too; those that are asked have theirs below it. */
START_TEST(code_of_who_waits)
{
	ask_ok(in, "boot cpus=2 nr_cpus=8 pkmap=4; alloc highmem 6; kmap p0; kunmap p0; kmap p1; kmap p2");
	ask_ok(in, "cpu1: local_irq_disable");
	ask_blocked(in, "kmap p3");
	look("code", 24, 80);
	sees(" ○ csd_lock_wait");
	sees_no("▸");
	ask_ok(in, "cpu1: local_irq_enable; run");
	snprintf(choice.args, sizeof(choice.args), "goto event %" PRIu32, event(EVENT_IRQ_DELIVER));
	ask_ok(in, choice.args);
	look("code", 24, 80);
	sees(" ○ csd_lock_wait");
	sees("── CPU 1, hardirq ──");
	sees(" ▸ ");
}
END_TEST

START_TEST(code_of_the_last_command_of_a_line)
{
	ask_ok(in, "boot ram=2G");
	s.since = session_world(interp_session(in))->machine.log.n;
	ask_ok(in, "p = alloc highmem; kmap p");
	look("code", 24, 80);
	sees(" kmap\n");
	sees_no("__alloc_pages");
}
END_TEST

/* The builds of 2.4 that cut the address space in ways of their own have a name for them. */
START_TEST(the_status_line_names_every_split)
{
	static const char *const boots[][2] = {
		{ "boot kernel=2.6.27 split=1g", "1G/3G" },
		{ "boot kernel=2.4-aa highmem=4g split=3.5g", "3.5G/0.5G" },
		{ "boot kernel=rhel3-hugemem split=4g4g", "4G/4G" },
	};

	for (unsigned i = 0; i < sizeof(boots) / sizeof(boots[0]); i++) {
		ask_ok(in, boots[i][0]);
		s.world = session_world(interp_session(in));
		grid_init(&g, 1, 80, false);
		status_draw(grid_area(&g), &s);
		free(seen);
		seen = grid_to_text(&g);
		grid_release(&g);
		sees(boots[i][1]);
	}
}
END_TEST

START_TEST(the_costs_are_the_ledgers)
{
	struct ledger l;
	char text[64], sum[32];

	wrap("boot cpus=3 pkmap=4");
	look("cost", 24, 80);
	l = ledger_since(s.world, NULL);
	grouped_text(l.cycles, sum, sizeof(sum));
	snprintf(text, sizeof(text), "since the boot: %s cycles", sum);
	sees(text);
	grouped_text(l.cause[CAUSE_IPI_WAIT].cycles, sum, sizeof(sum));
	sees(sum);
}
END_TEST

/* The command says the same, and its causes sum up from any step on. */
START_TEST(the_command_cost_sums_up)
{
	static const char *const lines[] = { "cost", "cost since 0", "cost since 40" };
	json_t *reply, *cause;
	size_t n;

	wrap("boot cpus=3 pkmap=4");
	for (size_t i = 0; i < LENGTH(lines); i++) {
		json_int_t sum = 0;

		reply = ask_ok(in, lines[i]);
		json_array_foreach(at(reply, "result.causes"), n, cause) {
			ck_assert_int_ge(number_at(cause, "count"), 0);
			sum += number_at(cause, "cycles");
		}
		ck_assert_int_eq(sum, number_at(reply, "result.cycles"));
		ck_assert_int_gt(sum, 0);
	}
	ask_error(in, "cost since 1000000");
	ask_error(in, "cost sine 3");
	ask_error(in, "cost since");
	ask_error(in, "goto event 1000000");
	ask_error(in, "goto 3 4");
}
END_TEST

START_TEST(logs_and_help_are_there)
{
	ask_ok(in, "boot");
	look("dmesg", 24, 80);
	sees("virtual kernel memory layout:");
	look("help kmap", 24, 80);
	sees("kmap PAGE");
	ck_assert_str_eq(spot("kunmap")->command, "view help kunmap");
	look("help kmap.9", 24, 80);
	ck_assert_str_eq(spot("kmap(9)")->command, "man kmap.9");
	look("help", 24, 80);
	sees("kunmap");
	ck_assert_str_eq(spot("kunmap")->command, "view help kunmap");
	look("lesson", 24, 80);
	sees("No lesson is open");
}
END_TEST

/* --- what they can be told -------------------------------------------------------------------- */

START_TEST(events_are_chosen)
{
	char name[SPOT_NAME], command[SPOT_COMMAND];

	wrap("boot cpus=3 pkmap=4");
	look("events IPI_SEND", 24, 80);
	sees("an IPI leaves for CPU 1");
	sees("an IPI leaves for CPU 2");
	sees_no("kmap");
	look("events kind=IPI_SEND kind=PKMAP_WRAP", 24, 80);
	sees("wraps to 0");
	look("events cpu2", 24, 80);
	sees_no("kmap()");
	look("events the pool must", 24, 80);
	sees("wraps to 0");
	sees_no("IPI leaves");
	look("events no such words", 24, 80);
	sees("no such event");
	/* What has the focus tells why, and Enter would go there. */
	snprintf(name, sizeof(name), "event %" PRIu32, event(EVENT_FLUSH_DONE));
	snprintf(spots.focus, sizeof(spots.focus), "%s", name);
	look("events FLUSH_DONE", 24, 80);
	sees("─ because ─");
	snprintf(command, sizeof(command), "goto %s", name);
	ck_assert_str_eq(spot(name)->command, command);
	ask_ok(in, command);
	ck_assert_uint_eq(event(EVENT_FLUSH_DONE), strtoul(name + 6, NULL, 10));
}
END_TEST

START_TEST(what_makes_no_sense_is_refused)
{
	static const char *const words[] = { "nonsense", "walk 0x123456789", "walk p0", "walk -1",
		                             "events kind=NO_SUCH", "help nonsense", "pkmap 3",
		                             "events cpu=99", "" };
	struct view_choice before = { .ops = &tlb_view, .args = "as it was" }, c = before;
	struct message m;

	for (size_t i = 0; i < LENGTH(words); i++) {
		m.text[0] = '\0';
		ck_assert_msg(!view_choose(&c, words[i], &m), "%s", words[i]);
		ck_assert_ptr_eq(c.ops, before.ops);
		ck_assert_str_eq(c.args, before.args);
		ck_assert_uint_gt(strlen(m.text), 5);
	}
}
END_TEST

/* --- whatever happens ------------------------------------------------------------------------- */

/* Under 4G/4G a process has user space where the kernel has its direct map; between splits the list
 * changes its shape. */
START_TEST(the_list_has_the_shape_of_the_split)
{
	unsigned direct;

	ask_ok(in, "boot kernel=rhel3-hugemem split=4g4g ram=16G");
	look("virtual", 24, 120);
	sees("virtual, 2 x 4 GB");
	sees("ff000000▒▒ pkmap");
	sees("f8800000▓░ vmalloc");
	sees("02000000█░ PAGE_OFFSET");
	sees("┄░ user      4080M");
	ask_ok(in, "boot kernel=2.6.27 split=3g ram=2G");
	look("virtual", 24, 38);
	sees("virtual, 4 GB");
	direct = count_of("█");
	ask_ok(in, "split 2g");
	look("virtual", 24, 38);
	ck_assert_uint_gt(count_of("█"), direct + 2);
	direct = count_of("█");
	ask_ok(in, "split 1g");
	look("virtual", 24, 38);
	ck_assert_uint_gt(count_of("█"), direct + 2);
}
END_TEST

START_TEST(boundaries_move_to_where_they_are)
{
	struct layout before;
	uint32_t boot;

	ask_ok(in, "boot split=3g ram=4G");
	before = session_world(interp_session(in))->kernel.layout;
	ask_ok(in, "boot split=1g");
	s.before = &before;
	boot = event(EVENT_BOOT);
	show_event(boot, 0);
	look("virtual", 24, 80);
	sees_no("40000000");
	sees_no("c0000000");
	sees("PAGE_OFFSET");
	s.now = (struct happening){ NULL, 0, 0 };
	look("virtual", 24, 80);
	sees("40000000");
}
END_TEST

START_TEST(a_walk_lights_level_by_level)
{
	uint32_t walk;

	ask_ok(in, "boot ram=2G");
	ask_ok(in, "alloc highmem; kmap p0; read p0");
	walk = event(EVENT_WALK);
	show_event(walk, 0);
	look("walk", 24, 80);
	ck_assert_uint_eq(count_of(" holds "), 1);
	show_event(walk, 2);
	look("walk", 24, 80);
	ck_assert_uint_eq(count_of(" holds "), 2);
	show_event(walk, 4);
	look("walk", 24, 80);
	ck_assert_uint_eq(count_of(" holds "), 3);
	look("tlb", 24, 80);
	sees("walk → PDPT");
}
END_TEST

/* A flush empties rows one after the other; INVLPG one. */
START_TEST(what_a_flush_drops_goes_row_by_row)
{
	unsigned before = UINT32_MAX;
	uint32_t flush;

	ask_ok(in, "boot cpus=1 pkmap=8");
	ask_ok(in, "alloc highmem 4; kmap p0; kmap p1; kmap p2; kmap p3");
	ask_ok(in, "read p0; read p1; read p2; read p3; kunmap p0; kmap_flush_unused");
	flush = event(EVENT_TLB_FLUSH);
	for (unsigned phase = 0; phase < 5; phase++) {
		unsigned rows;

		show_event(flush, phase);
		look("tlb", 24, 40);
		rows = count_of("┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄");
		ck_assert_uint_le(rows, before);
		ck_assert(phase || rows == 4);
		before = rows;
	}
	ck_assert_uint_le(before, 1);
}
END_TEST

/* Every event as if it were being shown, in every view, with and without somebody who points. */
/* Both frames, the windows that they are seen through, and byte after byte. */
START_TEST(a_copy_is_seen_with_its_windows)
{
	unsigned before = 0;

	ask_ok(in, "boot kernel=2.6.27 cpus=1 ram=8G; device add disk dma=32; alloc highmem 2");
	ask_ok(in, "io write disk p0");
	snprintf(choice.args, sizeof(choice.args), "goto event %" PRIu32, event(EVENT_BOUNCE_COPY));
	ask_ok(in, choice.args);
	for (unsigned phase = 0; phase < 5; phase++) {
		const char *to;
		unsigned cells = 0;

		show_event(event(EVENT_BOUNCE_COPY), phase);
		look("overview", 19, 80);
		sees("bounce: CPU 0 copies 4096 bytes");
		sees("1ffc00 HighMem ffa01000 pkmap");
		sees("direct map ");
		sees("a write to disk, which reaches frames up to fffff: ");
		to = strstr(seen, "\n to ");
		ck_assert_ptr_nonnull(to);
		for (const char *at = to; at < strchr(to + 1, '\n'); at++)
			cells += !strncmp(at, "■", strlen("■"));
		ck_assert_uint_gt(cells, before);
		before = cells;
		look("zones", 20, 80);
		sees("bounce: CPU 0 copies 4096 bytes");
	}
	ask_ok(in, "goto end; io read disk p1; run");
	snprintf(choice.args, sizeof(choice.args), "goto event %" PRIu32, event(EVENT_BOUNCE_COPY));
	ask_ok(in, choice.args);
	show_event(event(EVENT_BOUNCE_COPY), 2);
	look("overview", 19, 80);
	sees("1ffc01 HighMem fffba000 atomic slot");
	sees("a read from disk, ");
	s.now.event = NULL;
	look("overview", 19, 80);
	sees_no("bounce:");
}
END_TEST

START_TEST(any_event_may_be_under_way)
{
	static const int sizes[][2] = { { 24, 80 }, { 60, 200 }, { 7, 30 }, { 3, 12 } };
	const struct event_log *log;

	wrap("boot cpus=4 pkmap=4");
	ask_ok(in, "alloc highmem 2; kmap_atomic p6 KM_USER0; read p3; kunmap_atomic p6 KM_USER0");
	ask_ok(in, "device add hd dma=isa; io write hd p0; run");
	log = &session_world(interp_session(in))->machine.log;
	for (uint32_t seq = 1; seq <= log->n; seq += 3) {
		show_event(seq, seq % 5);
		s.spots = seq % 2 ? &spots : NULL;
		for (unsigned v = 0; v < nr_views; v++)
			look(views[v]->name, sizes[seq % 4][0], sizes[seq % 4][1]);
	}
}
END_TEST

/* The arrow keys know no other place: names must tell spots apart, and what is typed must be a
 * command that works. */
START_TEST(spots_have_names_and_commands)
{
	wrap("boot cpus=2 pkmap=16");
	ask_ok(in, "kmap p0; read p0");
	for (unsigned v = 0; v < nr_views; v++) {
		look(views[v]->name, 60, 200);
		for (unsigned i = 0; i < spots.n; i++) {
			for (unsigned k = 0; views[v] != &overview_view && k < i; k++)
				ck_assert_msg(strcmp(spots.spot[i].name, spots.spot[k].name) != 0,
				              "%s: two spots are called %s", views[v]->name,
				              spots.spot[i].name);
			if (spots.spot[i].command[0] && strncmp(spots.spot[i].command, "view ", 5) != 0 &&
			    i % 16 == 0 && strncmp(spots.spot[i].command, "goto ", 5) != 0)
				ask_ok(in, spots.spot[i].command);
		}
	}
}
END_TEST

/* What has the focus looks like it, without colour too: its cells have the style of their own. */
START_TEST(the_focus_is_seen)
{
	bool found = false;

	wrap("boot cpus=2 pkmap=16");
	snprintf(spots.focus, sizeof(spots.focus), "slot 5");
	ck_assert(view_choose(&choice, "pkmap", &(struct message){ "" }));
	s.world = session_world(interp_session(in));
	grid_init(&g, 24, 80, true);
	view_draw(choice.ops, grid_area(&g), &s);
	for (int y = 0; y < 24; y++)
		for (int x = 0; x < 80; x++)
			found |= grid_cell(&g, y, x)->style == STYLE_FOCUS;
	seen = grid_to_text(&g);
	grid_release(&g);
	ck_assert(found);
	sees("slot 5 at ");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("each view");
	SRunner *runner = srunner_create(suite);
	TCase *tcase = tcase_create("each view");
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, the_walk_can_be_checked_by_hand);
	tcase_add_test(tcase, a_page_without_address_is_not_walked);
	tcase_add_test(tcase, a_pdpte_that_was_not_loaded_is_seen);
	tcase_add_test(tcase, two_levels_are_walked_too);
	tcase_add_test(tcase, preempt_count_is_taken_apart);
	tcase_add_test(tcase, a_shootdown_has_a_lane_for_each);
	tcase_add_test(tcase, an_ipi_never_goes_back);
	tcase_add_test(tcase, a_shootdown_waits_and_says_why);
	tcase_add_test(tcase, a_slot_is_pushed_in);
	tcase_add_test(tcase, counts_change_while_one_looks);
	tcase_add_test(tcase, who_sleeps_is_seen);
	tcase_add_test(tcase, zones_tell_what_the_allocator_has);
	tcase_add_test(tcase, zones_of_all_nodes_are_seen);
	tcase_add_test(tcase, a_zone_that_runs_low_says_so);
	tcase_add_test(tcase, low_memory_grows_while_a_split_is_shown);
	tcase_add_test(tcase, the_fixmap_is_a_table_or_a_stack);
	tcase_add_test(tcase, all_tlbs_are_seen);
	tcase_add_test(tcase, nothing_is_seen_before_it_happens);
	tcase_add_test(tcase, code_stands_where_the_cpu_stands);
	tcase_add_test(tcase, code_of_the_last_command_of_a_line);
	tcase_add_test(tcase, code_of_who_waits);
	tcase_add_test(tcase, the_status_line_names_every_split);
	tcase_add_test(tcase, the_costs_are_the_ledgers);
	tcase_add_test(tcase, the_command_cost_sums_up);
	tcase_add_test(tcase, logs_and_help_are_there);
	tcase_add_test(tcase, events_are_chosen);
	tcase_add_test(tcase, what_makes_no_sense_is_refused);
	tcase_add_test(tcase, the_list_has_the_shape_of_the_split);
	tcase_add_test(tcase, boundaries_move_to_where_they_are);
	tcase_add_test(tcase, a_walk_lights_level_by_level);
	tcase_add_test(tcase, what_a_flush_drops_goes_row_by_row);
	tcase_add_test(tcase, a_copy_is_seen_with_its_windows);
	tcase_add_test(tcase, any_event_may_be_under_way);
	tcase_add_test(tcase, spots_have_names_and_commands);
	tcase_add_test(tcase, the_focus_is_seen);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
