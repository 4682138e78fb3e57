/*
 * The screen around the views: which panes there are and where, the timeline's bar, large print,
 * themes, hints at the prompt.
 */
#include "command/command.h"
#include "view/motion.h"
#include "view/screen.h"
#include "view/theme.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <check.h>
#undef fail

static struct grid grid;
static struct panes panes;
static struct placed where[PANES_MAX];

static void setup(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	panes_init(&panes);
	grid_init(&grid, 100, 300, false);
}

static void teardown(void)
{
	grid_release(&grid);
}

static unsigned place(int rows, int cols)
{
	return panes_place(&panes, area_part(grid_area(&grid), 0, 0, rows, cols), where);
}

/* --- panes ------------------------------------------------------------------------------------ */

START_TEST(panes_split_by_size)
{
	ck_assert_uint_eq(place(19, 80), 1);
	ck_assert_uint_eq(place(19, 120), 3);
	ck_assert_uint_eq(place(33, 120), 4);
	ck_assert_uint_eq(place(50, 80), 3);
	ck_assert_uint_eq(place(52, 200), 4);
	/* What is made for 80 columns has them. */
	ck_assert_int_ge(where[0].area.cols, 80);
}
END_TEST

/* Takes the cells of an area; false when one was taken before. */
static bool take(bool taken[100][300], struct area a)
{
	for (int y = a.y; y < a.y + a.rows; y++)
		for (int x = a.x; x < a.x + a.cols; x++) {
			if (taken[y][x])
				return false;
			taken[y][x] = true;
		}
	return true;
}

/* No cell belongs to two panes, and none lies outside. */
/* Two columns of panes on a very wide screen, each of a size to read in; and back again. */
START_TEST(a_very_wide_screen_has_two_columns)
{
	panes_init(&panes);
	panes_fit(&panes, 300);
	ck_assert_uint_eq(place(90, 300), 6);
	ck_assert_int_gt(where[5].area.x, where[1].area.x);
	ck_assert_int_eq(where[3].area.x, where[1].area.x);
	for (unsigned i = 1; i < 6; i++) {
		ck_assert_int_ge(where[i].area.cols, 60);
		for (unsigned k = 1; k < i; k++)
			ck_assert(where[k].area.x + where[k].area.cols < where[i].area.x ||
			          (where[k].area.x == where[i].area.x &&
			           where[k].area.y + where[k].area.rows <= where[i].area.y));
	}
	panes.chosen = 5;
	panes_fit(&panes, 239);
	ck_assert_uint_eq(panes.chosen, 0);
	ck_assert_uint_eq(place(60, 239), 4);
}
END_TEST

START_TEST(panes_do_not_overlap)
{
	for (int rows = 1; rows < 100; rows += 3)
		for (int cols = 1; cols < 300; cols += 7) {
			unsigned n = place(rows, cols);
			bool taken[100][300] = { { false } };

			ck_assert_uint_ge(n, 1);
			for (unsigned i = 0; i < n; i++) {
				ck_assert(take(taken, where[i].area));
				ck_assert_int_le(where[i].area.x + where[i].area.cols, cols);
				ck_assert_int_le(where[i].area.y + where[i].area.rows, rows);
			}
		}
}
END_TEST

START_TEST(the_chosen_pane_is_always_there)
{
	for (panes.chosen = 0; panes.chosen < panes.n; panes.chosen++)
		for (int cols = 40; cols < 300; cols += 40) {
			unsigned n = place(24, cols), i = 0;

			while (i < n && where[i].pane != panes.chosen)
				i++;
			ck_assert_uint_lt(i, n);
		}
	panes.chosen = 2;
	panes.zoomed = true;
	ck_assert_uint_eq(place(60, 200), 1);
	ck_assert_uint_eq(where[0].pane, 2);
	ck_assert_int_eq(where[0].area.cols, 200);
}
END_TEST

START_TEST(a_view_is_in_one_pane)
{
	const struct view_ops *first = panes.pane[0].choice.ops, *second = panes.pane[1].choice.ops;
	struct view_choice choice = { .ops = second };

	panes_show(&panes, &choice);
	ck_assert_ptr_eq(panes.pane[0].choice.ops, second);
	ck_assert_ptr_eq(panes.pane[1].choice.ops, first);
}
END_TEST

/* --- the timeline ----------------------------------------------------------------------------- */

START_TEST(the_bar_goes_there_and_back)
{
	struct timebar t = { .end = 5000 };

	for (int x = 0; x < 40; x++)
		ck_assert_int_eq(timebar_column(&t, 40, timebar_position(&t, 40, x)), x);
	ck_assert_uint_eq(timebar_position(&t, 40, -5), 0);
	ck_assert_uint_eq(timebar_position(&t, 40, 400), 5000);
	t.end = 0;
	ck_assert_int_eq(timebar_column(&t, 40, 0), 0);
}
END_TEST

START_TEST(the_bar_has_ticks)
{
	struct timebar t = { .position = 50, .end = 100, .n = 2,
		             .tick = { { .position = 25 }, { .position = 75, .branch = true } } };
	char *text;

	timebar_draw(area_part(grid_area(&grid), 0, 0, 1, 21), &t, false);
	text = grid_to_text(&grid);
	text[strcspn(text, "\n")] = '\0';
	ck_assert_str_eq(text, "━━━━━┼━━━━◆┄┄┄┄┬┄┄┄┄┄");
	free(text);
}
END_TEST

/* --- the answer --------------------------------------------------------------------------------- */

/* Of an answer in parts only what refuses something looks so, however the lines are wrapped and
 * scrolled. */
START_TEST(only_a_refusal_looks_like_one)
{
	static const char answer[] = "this went well, in a line that is long enough to be wrapped here "
				     "at forty columns\nBAD BAD BAD\nand well again";
	static struct screen s;
	struct grid g;
	int y, x;

	s = (struct screen){ .panes = panes, .prompt = "lab> ", .line = "", .answer = answer,
		             .open = true, .nr_refusals = 1 };
	s.refusal[0].from = (size_t)(strstr(answer, "BAD") - answer);
	s.refusal[0].to = (size_t)(strstr(answer, "\nand") - answer);
	grid_init(&g, 14, 40, false);
	for (s.scroll = 0; s.scroll < 5; s.scroll++) {
		unsigned bad = 0, other = 0;

		screen_draw(&g, &s, &y, &x);
		for (int i = 0; i < 14 * 40; i++) {
			const struct cell *c = grid_cell(&g, i / 40, i % 40);

			bad += c->style == STYLE_ERROR && c->ch && strchr("BAD", (int)c->ch);
			other += c->style == STYLE_ERROR && c->ch != ' ' && !strchr("BAD", (int)c->ch);
		}
		ck_assert_uint_eq(bad, s.scroll < 4 ? 9 : 0);
		ck_assert_uint_eq(other, 0);
	}
	grid_release(&g);
}
END_TEST

/* --- large print ------------------------------------------------------------------------------ */

START_TEST(large_print_is_spaced)
{
	static struct screen s;
	struct grid small;
	int y, x;
	char *text;

	s = (struct screen){ .panes = panes, .prompt = "lab> ", .line = "kmap", .cursor = 4,
		             .large = true };
	grid_init(&small, 24, 80, false);
	ck_assert_int_eq(screen_cols(&small, &s), 40);
	screen_draw(&small, &s, &y, &x);
	text = grid_to_text(&small);
	ck_assert_msg(strstr(text, "l a b >   k m a p"), "%s", text);
	ck_assert_int_eq(y, 22);
	ck_assert_int_eq(x, 18);
	free(text);
	grid_release(&small);
}
END_TEST

/* --- themes ----------------------------------------------------------------------------------- */

START_TEST(our_themes_name_every_style)
{
	static const char *const names[] = { "dark", "light", "contrast", "mono" };
	struct message m;

	for (int i = 0; i < 4; i++) {
		struct theme t;

		ck_assert_msg(theme_read(&t, names[i], &m), "%s", m.text);
		for (int style = 0; style < STYLES; style++)
			ck_assert_msg(t.named[style], "%s does not name %s", names[i],
			              style_name((enum style)style));
	}
}
END_TEST

/* Without a colour the states of a slot still differ in something, beside their glyphs. */
START_TEST(states_differ_without_colours)
{
	static const enum style states[] = { STYLE_UNUSED, STYLE_USED, STYLE_NEW, STYLE_STALE };
	struct theme t;
	struct message m;

	ck_assert_msg(theme_read(&t, "mono", &m), "%s", m.text);
	ck_assert(!t.colours);
	for (int i = 0; i < 4; i++)
		for (int k = 0; k < i; k++)
			ck_assert_uint_ne(t.look[states[i]].plain, t.look[states[k]].plain);
}
END_TEST

static void write_theme(const char *folder, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/kmaplab", folder);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/kmaplab/themes", folder);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/kmaplab/themes/own.conf", folder);
	file = fopen(path, "w");
	ck_assert(file);
	fputs(text, file);
	fclose(file);
}

START_TEST(a_theme_of_ones_own)
{
	char folder[] = "/tmp/kmaplab-theme-XXXXXX", names[512], command[64];
	struct theme t;
	struct message m;

	ck_assert(mkdtemp(folder));
	setenv("XDG_CONFIG_HOME", folder, 1);
	write_theme(folder, "NEW = bold+underline 200 red reverse\n");
	ck_assert_msg(theme_read(&t, "own", &m), "%s", m.text);
	ck_assert_int_eq(t.look[STYLE_NEW].colour256, 200);
	ck_assert_uint_eq(t.look[STYLE_NEW].coloured, LOOK_BOLD | LOOK_UNDERLINE);
	theme_names(names, sizeof(names));
	ck_assert_msg(strstr(names, "own") && strstr(names, "dark"), "%s", names);
	write_theme(folder, "NEW = bold 256 red reverse\n");
	ck_assert(!theme_read(&t, "own", &m));
	ck_assert_msg(strstr(m.text, "own.conf:1:12: "), "%s", m.text);
	write_theme(folder, "NOISE = bold 2 red reverse\n");
	ck_assert(!theme_read(&t, "own", &m));
	ck_assert(!theme_read(&t, "../own", &m));
	ck_assert(!theme_read(&t, "nonsuch", &m));
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	ck_assert_int_eq(system(command), 0);
	unsetenv("XDG_CONFIG_HOME");
}
END_TEST

/* --- hints ------------------------------------------------------------------------------------ */

static void hints(const char *line, const char *wanted)
{
	char hint[200];

	command_hint(line, hint, sizeof(hint));
	ck_assert_msg(!strcmp(hint, wanted), "\"%s\": \"%s\"", line, hint);
}

START_TEST(hints_say_what_is_missing)
{
	hints("", "");
	hints("kuns", "");
	hints("kunmap", "");
	hints("kunmap ", "PAGE");
	hints("forward ", "[STEPS]");
	hints("forward 5 ", "");
	hints("set ", "[NAME [VALUE]]");
	hints("set theme ", "[VALUE]");
	hints("print 1 + ", "");
	hints("back; forward ", "[STEPS]");
	hints("cpu1: forward ", "[STEPS]");
	hints("spawn forward ", "[STEPS]");
	hints("nonsense ", "");
}
END_TEST

/* --- motion ----------------------------------------------------------------------------------- */

START_TEST(what_moves_has_pictures)
{
	struct event e = { .kind = EVENT_WALK, .arg = { 0, 3 } };

	ck_assert_uint_eq(motion_pictures(&e), 4);
	e.kind = EVENT_IPI_SEND;
	ck_assert_uint_gt(motion_pictures(&e), 1);
	e.kind = EVENT_MEM_READ;
	ck_assert_uint_eq(motion_pictures(&e), 1);
	for (unsigned kind = 0; kind < EVENT_KINDS; kind++)
		ck_assert_uint_lt(motion_rank(kind), MOTION_RANKS);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("screen");
	TCase *tcase = tcase_create("screen");
	SRunner *runner = srunner_create(suite);
	int failures;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, panes_split_by_size);
	tcase_add_test(tcase, a_very_wide_screen_has_two_columns);
	tcase_add_test(tcase, panes_do_not_overlap);
	tcase_add_test(tcase, the_chosen_pane_is_always_there);
	tcase_add_test(tcase, a_view_is_in_one_pane);
	tcase_add_test(tcase, the_bar_goes_there_and_back);
	tcase_add_test(tcase, the_bar_has_ticks);
	tcase_add_test(tcase, only_a_refusal_looks_like_one);
	tcase_add_test(tcase, large_print_is_spaced);
	tcase_add_test(tcase, our_themes_name_every_style);
	tcase_add_test(tcase, states_differ_without_colours);
	tcase_add_test(tcase, a_theme_of_ones_own);
	tcase_add_test(tcase, hints_say_what_is_missing);
	tcase_add_test(tcase, what_moves_has_pictures);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failures = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
