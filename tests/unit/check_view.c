/*
 * The views, on a real world: what the machine is and did is found on the screen, and nothing that
 * it is not. Worlds are changed here behind the kernel's back where a sight is rare otherwise (a
 * stale TLB entry, a full pool).
 */
#include "kernel/highmem.h"
#include "lab/session.h"
#include "view/screen.h"

#include <check.h>
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct session *session;
static struct world w; /* a copy to play with */
static char *seen;

static unsigned chosen; /* the CPU looked at */

static void boot(unsigned cpus, const char *kernel, uint64_t ram)
{
	struct boot_config c = boot_config_default();
	struct message m;

	c.cpus = cpus;
	c.ram = ram;
	snprintf(c.kernel, sizeof(c.kernel), "%s", kernel);
	ck_assert_msg(session_boot(session, &c, &m), "%s", m.text);
	if (w.machine.nr_cpus)
		world_release(&w);
	world_clone(&w, session_world(session));
}

static void setup(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	session = session_new();
	boot(2, "2.6.27", 2ull << 30);
}

static void teardown(void)
{
	world_release(&w);
	memset(&w, 0, sizeof(w));
	session_free(session);
	free(seen);
	seen = NULL;
}

static struct panes one_pane(const struct view_ops *view)
{
	return (struct panes){ .n = 1, .pane = { { .choice.ops = view } } };
}

static void look(int rows, int cols, bool ascii, uint32_t since)
{
	struct screen s = { .view = { .world = &w, .since = since, .cpu = chosen },
		            .panes = one_pane(views[0]), .prompt = "lab> " };
	struct grid g;
	int y, x;

	grid_init(&g, rows, cols, ascii);
	screen_draw(&g, &s, &y, &x);
	free(seen);
	seen = grid_to_text(&g);
	grid_release(&g);
}

#define sees(text) ck_assert_msg(strstr(seen, text), "no \"%s\" in:\n%s", text, seen)
#define sees_no(text) ck_assert_msg(!strstr(seen, text), "\"%s\" in:\n%s", text, seen)

START_TEST(the_overview_tells_the_machine)
{
	look(24, 80, false, 0);
	sees("Linux 2.6.27  HIGHMEM64G  3G/1G  2 GB  2 CPUs");
	sees("step 0 of 0");
	sees("direct map 896M");
	sees("f8800000 ▓ vmalloc");
	sees("2048M┬ HighMem 1152M");
	sees("896M┼");
	sees("16M┼");
	sees("0┴");
	sees("0 in use, 0 not flushed (1), 512 free");
	sees("last_pkmap_nr 0");
	sees("waiters: none");
	sees("CPU 0  ·············");
	sees("CPU 1  ·············");
	sees("USER0");
	sees("CPU 0 TLB 0/");
	sees("what happened");
	sees("lab>");
}
END_TEST

START_TEST(boundaries_come_from_the_world)
{
	boot(1, "2.6.27", 512ull << 20);
	look(24, 80, false, 0);
	sees_no("896M┼");
	sees_no("HighMem ");
	sees("512M┬ Normal");
	boot(1, "6.1", 2ull << 30);
	look(24, 80, false, 0);
	sees_no("896M");
	sees("Linux 6.1");
}
END_TEST

START_TEST(kmap_is_seen)
{
	uint64_t pfn = w.kernel.layout.max_low_pfn + 100;
	struct kmap_frame f = { .pfn = (uint32_t)pfn };
	struct message m;
	char address[32];

	ck_assert_msg(session_start(session, 0, &kmap_op, &f, &m), "%s", m.text);
	session_run_cpu(session, 0);
	world_release(&w);
	world_clone(&w, session_world(session));
	look(24, 80, false, 0);
	sees("·2·");
	sees("last_pkmap_nr 1");
	sees("1 in use, 0 not flushed (1), 511 free");
	snprintf(address, sizeof(address), "kmap() returns %08" PRIx32,
	         w.kernel.layout.pkmap_base + 0x1000);
	sees(address);
	sees("■");
}
END_TEST

START_TEST(counts_have_a_sign_each)
{
	w.kernel.pkmap.pkmap_count[3] = 1;
	w.kernel.pkmap.pkmap_count[4] = 2;
	w.kernel.pkmap.pkmap_count[5] = 9;
	w.kernel.pkmap.pkmap_count[6] = 10;
	look(24, 80, false, 0);
	sees("···129+·");
	sees("3 in use, 1 not flushed (1), 508 free");
}
END_TEST

START_TEST(the_row_with_last_pkmap_nr_is_always_shown)
{
	for (unsigned i = 0; i < 300; i++)
		w.kernel.pkmap.pkmap_count[i] = 2;
	w.kernel.pkmap.last_pkmap_nr = 511;
	look(24, 80, false, 0);
	sees("448");
	sees("last_pkmap_nr 511");
	/* With the room for it, all are there. */
	look(60, 80, false, 0);
	for (int row = 0; row < 512; row += 64) {
		char label[16];

		snprintf(label, sizeof(label), "\n%5d  ", row);
		sees(label);
	}
}
END_TEST

START_TEST(a_stale_entry_says_so)
{
	uint32_t va = w.kernel.layout.pkmap_base;
	uint64_t pfn = w.kernel.layout.max_low_pfn + 7, pte = pfn << 12 | 0x163;
	char byte, row[64];

	set_pte(&w, 0, va, pte);
	ck_assert_int_eq(machine_read(&w.machine, 0, va, &byte, 1, false, NULL).fault, FAULT_NONE);
	look(24, 80, false, 0);
	snprintf(row, sizeof(row), " %08" PRIx32 "→%06" PRIx64 " 4K G new", va, pfn);
	sees(row);
	sees_no("stale");
	set_pte(&w, 0, va, pte + 0x1000);
	look(24, 80, false, w.machine.log.n);
	snprintf(row, sizeof(row), "!%08" PRIx32 "→%06" PRIx64 " 4K G stale", va, pfn);
	sees(row);
	machine_invlpg(&w.machine, 0, va);
	look(24, 80, false, w.machine.log.n);
	sees_no("stale");
}
END_TEST

START_TEST(an_atomic_slot_is_named)
{
	const struct layout *l = &w.kernel.layout;
	int slot = profile_slot(w.kernel.profile, "KM_USER0");
	uint32_t va = fix_to_virt(l, l->fix_kmap_begin + l->kmap_slots_per_cpu + (unsigned)slot);
	char text[64];

	set_pte(&w, 1, va, 0x7f424163);
	look(24, 80, false, 0);
	snprintf(text, sizeof(text), "KM_USER0 %08" PRIx32 " maps 7f424", va);
	sees(text);
	sees("CPU 1  ···■·");
}
END_TEST

START_TEST(ascii_screens_are_ascii)
{
	look(24, 80, true, 0);
	for (const char *c = seen; *c; c++)
		ck_assert_msg((unsigned char)*c < 0x7f, "byte %02x", (unsigned char)*c);
	sees("896M+");
}
END_TEST

START_TEST(no_size_is_too_small)
{
	struct popup_row rows[] = { { "kmap", "map a page" }, { "kunmap", "unmap it" } };
	struct screen s = { .view = { .world = &w }, .command = "kmap p0", .open = true,
		            .answer = "a long answer\nof many\nlines\nand one more",
		            .prompt = "lab> ", .line = "kmap p0 日本 and on and on", .cursor = 20,
		            .popup = { .title = "candidates", .n = 2, .row = rows, .chosen = 1 } };

	for (unsigned v = 0; v < nr_views; v++) {
		s.panes = one_pane(views[v]);
		for (int rows_ = 1; rows_ < 30; rows_++) {
			for (int cols = 1; cols < 90; cols += 3) {
				struct grid g;
				int y = -1, x = -1;

				grid_init(&g, rows_, cols, false);
				screen_draw(&g, &s, &y, &x);
				/* On the row that is marked, or in the prompt. */
				ck_assert(y >= 0 && y < rows_);
				ck_assert(x >= 0 && x < cols);
				grid_release(&g);
			}
		}
	}
}
END_TEST

START_TEST(a_small_screen_keeps_the_prompt)
{
	look(5, 20, false, 0);
	sees("\nlab>");
	look(10, 40, false, 0);
	sees("\nlab>");
	sees("last_pkmap_nr 0");
}
END_TEST

START_TEST(large_screens_show_the_code)
{
	struct kmap_frame f = { .pfn = (uint32_t)w.kernel.layout.max_low_pfn };
	struct message m;

	ck_assert(session_start(session, 0, &kmap_op, &f, &m));
	for (int i = 0; i < 3; i++)
		session_step(session, 0);
	world_release(&w);
	world_clone(&w, session_world(session));
	look(60, 200, false, 0);
	sees("CPU 0 runs");
	sees("kmap → kmap_high");
	sees("▸");
	sees("CPU 1 TLB");
}
END_TEST

START_TEST(many_cpus_are_packed)
{
	boot(8, "2.6.27", 4ull << 30);
	look(24, 80, false, 0);
	sees("CPU 0");
	sees("more CPUs");
	sees_no("CPU 6");
	chosen = 6;
	look(24, 80, false, 0);
	sees("CPU 6  ·");
	sees("more CPUs");
	chosen = 0;
	look(50, 80, false, 0);
	sees("CPU 7");
	sees_no("more CPUs");
}
END_TEST

START_TEST(a_build_without_high_memory_has_no_pool)
{
	struct boot_config c = boot_config_default();
	struct message m;

	c.highmem = NOHIGHMEM;
	ck_assert_msg(session_boot(session, &c, &m), "%s", m.text);
	world_release(&w);
	world_clone(&w, session_world(session));
	look(24, 80, false, 0);
	sees("NOHIGHMEM");
	sees_no("pkmap  ");
	sees_no("last_pkmap_nr");
	sees("hence no pool");
}
END_TEST

START_TEST(sizes_and_names_do_not_touch)
{
	struct boot_config c = boot_config_default();
	struct message m;

	c.split = VMSPLIT_2G;
	c.ram = 4ull << 30;
	ck_assert_msg(session_boot(session, &c, &m), "%s", m.text);
	world_release(&w);
	world_clone(&w, session_world(session));
	look(24, 80, false, 0);
	sees("direct map 1920M");
}
END_TEST

START_TEST(without_a_machine_it_says_so)
{
	struct screen s = { .panes = one_pane(views[0]) };
	struct grid g;
	int y, x;

	grid_init(&g, 24, 80, false);
	screen_draw(&g, &s, &y, &x);
	seen = grid_to_text(&g);
	grid_release(&g);
	sees("No machine is running");
}
END_TEST

static TCase *cases(void)
{
	TCase *tcase = tcase_create("views");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, the_overview_tells_the_machine);
	tcase_add_test(tcase, boundaries_come_from_the_world);
	tcase_add_test(tcase, kmap_is_seen);
	tcase_add_test(tcase, counts_have_a_sign_each);
	tcase_add_test(tcase, the_row_with_last_pkmap_nr_is_always_shown);
	tcase_add_test(tcase, a_stale_entry_says_so);
	tcase_add_test(tcase, an_atomic_slot_is_named);
	tcase_add_test(tcase, ascii_screens_are_ascii);
	tcase_add_test(tcase, no_size_is_too_small);
	tcase_add_test(tcase, a_small_screen_keeps_the_prompt);
	tcase_add_test(tcase, large_screens_show_the_code);
	tcase_add_test(tcase, many_cpus_are_packed);
	tcase_add_test(tcase, a_build_without_high_memory_has_no_pool);
	tcase_add_test(tcase, sizes_and_names_do_not_touch);
	tcase_add_test(tcase, without_a_machine_it_says_so);
	return tcase;
}

int main(void)
{
	Suite *suite = suite_create("views");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, cases());
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
