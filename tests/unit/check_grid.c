/*
 * The grid: widths, clipping, wrapping, text.
 */
#include "view/grid.h"

#include <check.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

static struct grid g;

static void unicode_grid(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	grid_init(&g, 3, 8, false);
}

static void no_grid(void)
{
	grid_release(&g);
}

static void shows(const char *expected)
{
	char *text = grid_to_text(&g);

	ck_assert_str_eq(text, expected);
	free(text);
}

START_TEST(text_is_cut_at_the_edge)
{
	struct area a = grid_area(&g);

	ck_assert_int_eq(area_text(a, 0, 0, STYLE_TEXT, "exactly8"), 8);
	ck_assert_int_eq(area_text(a, 1, 0, STYLE_TEXT, "one more than it"), 8);
	shows("exactly8\none mor…\n\n");
}
END_TEST

START_TEST(areas_do_not_touch_their_neighbours)
{
	struct area part = area_part(grid_area(&g), 1, 2, 1, 3);

	area_text(grid_area(&g), 1, 0, STYLE_TEXT, "........");
	area_text(part, 0, -1, STYLE_TEXT, "abcdefg");
	area_text(part, 1, 0, STYLE_TEXT, "below");
	area_text(part, -1, 0, STYLE_TEXT, "above");
	shows("\n..bc…...\n\n");
	part = area_part(grid_area(&g), 2, 7, 9, 9);
	ck_assert_int_eq(part.rows, 1);
	ck_assert_int_eq(part.cols, 1);
	part = area_part(grid_area(&g), 5, 5, -1, 3);
	ck_assert_int_eq(part.rows, 0);
}
END_TEST

START_TEST(wide_characters_take_two_cells)
{
	struct area a = grid_area(&g);

	ck_assert_int_eq(area_text(a, 0, 0, STYLE_TEXT, "日本x"), 5);
	ck_assert_int_eq(text_width("日本x"), 5);
	ck_assert_int_eq(grid_cell(&g, 0, 0)->width, 2);
	ck_assert_int_eq(grid_cell(&g, 0, 1)->width, 0);
	shows("日本x\n\n\n");
	/* Half of it overwritten, the other half is blank. */
	area_put(a, 0, 1, STYLE_TEXT, '!');
	ck_assert_int_eq(grid_cell(&g, 0, 0)->width, 1);
	area_put(a, 0, 2, STYLE_TEXT, '?');
	ck_assert_int_eq(grid_cell(&g, 0, 3)->width, 1);
	shows(" !? x\n\n\n");
	/* One column is too few for it. */
	area_text(a, 1, 7, STYLE_TEXT, "日");
	shows(" !? x\n       …\n\n");
}
END_TEST

START_TEST(harmful_bytes_do_not_reach_a_cell)
{
	area_text(grid_area(&g), 0, 0, STYLE_TEXT, "a\033[b\377\x9f");
	shows("a?[b??\n\n\n");
}
END_TEST

START_TEST(ascii_grids_hold_ascii_alone)
{
	struct area a;

	no_grid();
	grid_init(&g, 3, 8, true);
	a = grid_area(&g);
	area_text(a, 0, 0, STYLE_TEXT, "a→b …ß");
	for (int i = 0; i < GLYPHS; i++)
		ck_assert_uint_lt(grid_glyph(&g, (enum glyph)i), 0x7f);
	shows("a>b ~?\n\n\n");
}
END_TEST

START_TEST(a_rule_carries_its_title)
{
	area_rule(grid_area(&g), 0, "ab");
	area_rule(grid_area(&g), 1, NULL);
	shows("── ab ──\n────────\n\n");
}
END_TEST

START_TEST(paragraphs_break_at_words)
{
	struct area a = grid_area(&g);

	ck_assert_int_eq(text_lines("one two three", 8), 2);
	ck_assert_int_eq(text_lines("", 8), 1);
	ck_assert_int_eq(text_lines("a\n\nb", 8), 3);
	ck_assert_int_eq(text_lines("abcdefghij", 4), 3);
	area_wrap(a, STYLE_TEXT, "one two three\nfour five", 1);
	shows("three\nfour\nfive\n");
}
END_TEST

/* Chinese has no blanks: it breaks anywhere, but for its punctuation. */
START_TEST(chinese_breaks_between_characters)
{
	struct area a = grid_area(&g);

	ck_assert_int_eq(text_lines("核心映射記憶體", 8), 2);
	area_wrap(a, STYLE_TEXT, "核心映射記憶體。", 0);
	shows("核心映射\n記憶體。\n\n");
	area_clear(a);
	area_wrap(a, STYLE_TEXT, "核心映射，記「憶」體", 0);
	shows("核心映\n射，記\n「憶」體\n");
	area_clear(a);
	area_wrap(a, STYLE_TEXT, "用 kmap 映射分頁", 0);
	shows("用 kmap\n映射分頁\n\n");
	/* A character that does not fit by half goes down whole. */
	area_clear(a);
	area_wrap(a, STYLE_TEXT, "a核心映射b", 0);
	shows("a核心映\n射b\n\n");
}
END_TEST

START_TEST(sizes_are_clamped)
{
	struct grid other;

	grid_init(&other, 0, -5, false);
	ck_assert_int_eq(other.rows, 1);
	ck_assert_int_eq(other.cols, 1);
	grid_release(&other);
	grid_init(&other, 5000, 2, false);
	ck_assert_int_eq(other.rows, GRID_MAX);
	grid_release(&other);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("grid");
	TCase *tcase = tcase_create("grid");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, unicode_grid, no_grid);
	tcase_add_test(tcase, text_is_cut_at_the_edge);
	tcase_add_test(tcase, areas_do_not_touch_their_neighbours);
	tcase_add_test(tcase, wide_characters_take_two_cells);
	tcase_add_test(tcase, harmful_bytes_do_not_reach_a_cell);
	tcase_add_test(tcase, ascii_grids_hold_ascii_alone);
	tcase_add_test(tcase, a_rule_carries_its_title);
	tcase_add_test(tcase, paragraphs_break_at_words);
	tcase_add_test(tcase, chinese_breaks_between_characters);
	tcase_add_test(tcase, sizes_are_clamped);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
