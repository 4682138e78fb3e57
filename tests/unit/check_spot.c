/*
 * Spots: what lies where is found again, the topmost first; the arrow keys reach everything, and
 * nothing outside an area can be pointed at.
 */
#include "view/spot.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct grid g;
static struct spots spots;

static void setup(void)
{
	grid_init(&g, 20, 40, false);
	spots = (struct spots){ .spot = calloc(SPOTS_MAX, sizeof(struct spot)) };
	ck_assert_ptr_nonnull(spots.spot);
}

static void teardown(void)
{
	free(spots.spot);
	grid_release(&g);
}

static void focus(const char *name)
{
	snprintf(spots.focus, sizeof(spots.focus), "%s", name);
}

static const char *at(int y, int x)
{
	const struct spot *s = spot_at(&spots, y, x);

	return s ? s->name : "";
}

static const char *towards(int dy, int dx)
{
	const struct spot *s = spot_towards(&spots, dy, dx);

	return s ? s->name : "";
}

START_TEST(a_spot_is_where_it_was_drawn)
{
	struct area a = area_part(grid_area(&g), 5, 10, 8, 20);

	ck_assert(!spot_add(&spots, a, 2, 3, 1, 4, "pkmap", "slot %u", 7u));
	ck_assert_str_eq(at(7, 13), "slot 7");
	ck_assert_str_eq(at(7, 16), "slot 7");
	ck_assert_str_eq(at(7, 17), "");
	ck_assert_str_eq(at(7, 12), "");
	ck_assert_str_eq(at(6, 13), "");
	ck_assert_str_eq(spot_at(&spots, 7, 13)->command, "pkmap");
}
END_TEST

START_TEST(what_is_cut_off_cannot_be_pointed_at)
{
	struct area a = area_part(grid_area(&g), 5, 10, 8, 20);

	spot_add(&spots, a, -2, -2, 3, 4, NULL, "corner");
	ck_assert_str_eq(at(5, 11), "corner");
	ck_assert_str_eq(at(4, 9), "");
	ck_assert_int_eq(spots.spot[0].rows, 1);
	ck_assert_int_eq(spots.spot[0].cols, 2);
	spot_add(&spots, a, 7, 18, 9, 9, NULL, "other corner");
	ck_assert_str_eq(at(12, 29), "other corner");
	ck_assert_str_eq(at(13, 29), "");
	ck_assert_str_eq(at(12, 30), "");
	spot_add(&spots, a, 8, 0, 1, 1, NULL, "below");
	spot_add(&spots, a, 0, 20, 1, 1, NULL, "beside");
	spot_add(&spots, a, 0, 0, 0, 5, NULL, "nothing");
	ck_assert_uint_eq(spots.n, 2);
}
END_TEST

START_TEST(the_later_one_is_on_top)
{
	struct area a = grid_area(&g);

	spot_add(&spots, a, 0, 0, 10, 10, NULL, "region");
	spot_add(&spots, a, 2, 2, 1, 1, NULL, "slot");
	ck_assert_str_eq(at(2, 2), "slot");
	ck_assert_str_eq(at(2, 3), "region");
}
END_TEST

START_TEST(the_focus_is_told_by_name)
{
	struct area a = grid_area(&g);

	focus("tlb 1 c0000000");
	ck_assert(!spot_add(&spots, a, 0, 0, 1, 5, NULL, "tlb %u %x", 0u, 0xc0000000u));
	ck_assert(spot_add(&spots, a, 1, 0, 1, 5, NULL, "tlb %u %x", 1u, 0xc0000000u));
	ck_assert_str_eq(spot_focused(&spots)->name, "tlb 1 c0000000");
	focus("gone");
	ck_assert_ptr_null(spot_focused(&spots));
	/* Without a name nothing has it. */
	focus("");
	ck_assert(!spot_add(&spots, a, 2, 0, 1, 5, NULL, "%s", ""));
	ck_assert_ptr_null(spot_focused(&spots));
}
END_TEST

/* A pool: rows of slots, one cell each, and a region beside them. */
static void pool(void)
{
	struct area a = grid_area(&g);

	for (int y = 0; y < 4; y++)
		for (int x = 0; x < 16; x++)
			spot_add(&spots, a, 2 + y, 5 + x, 1, 1, NULL, "slot %d", y * 16 + x);
	spot_add(&spots, a, 2, 30, 6, 8, NULL, "region");
}

START_TEST(arrows_go_to_the_neighbour)
{
	pool();
	ck_assert_str_eq(towards(0, 1), "slot 0"); /* nothing has the focus: the first */
	focus("slot 17");
	ck_assert_str_eq(towards(0, 1), "slot 18");
	ck_assert_str_eq(towards(0, -1), "slot 16");
	ck_assert_str_eq(towards(-1, 0), "slot 1");
	ck_assert_str_eq(towards(1, 0), "slot 33");
	focus("slot 15");
	ck_assert_str_eq(towards(0, 1), "region");
	ck_assert_str_eq(towards(-1, 0), "");
	focus("slot 0");
	ck_assert_str_eq(towards(0, -1), "");
}
END_TEST

START_TEST(arrows_reach_everything)
{
	unsigned reached = 0;

	pool();
	for (unsigned i = 0; i < spots.n; i++) {
		bool found = false;

		for (unsigned k = 0; k < spots.n; k++) {
			static const int way[4][2] = { { 0, 1 }, { 0, -1 }, { 1, 0 }, { -1, 0 } };

			focus(spots.spot[k].name);
			for (unsigned d = 0; d < 4; d++)
				found |= spot_towards(&spots, way[d][0], way[d][1]) == &spots.spot[i];
		}
		reached += found;
	}
	ck_assert_uint_eq(reached, spots.n);
}
END_TEST

START_TEST(nobody_points_and_too_many)
{
	struct area a = grid_area(&g);

	ck_assert(!spot_add(NULL, a, 0, 0, 1, 1, NULL, "slot"));
	ck_assert_ptr_null(spot_towards(&spots, 0, 1));
	for (unsigned i = 0; i < SPOTS_MAX + 10; i++)
		spot_add(&spots, a, 0, 0, 1, 1, NULL, "slot %u", i);
	ck_assert_uint_eq(spots.n, SPOTS_MAX);
	/* A name that is too long is cut, and still recognised. */
	spots.n = 0;
	spot_add(&spots, a, 0, 0, 1, 1, NULL, "%s", "a name that is much longer than any spot has");
	focus(spots.spot[0].name);
	ck_assert_ptr_nonnull(spot_focused(&spots));
	spots.n = 0;
	ck_assert(spot_add(&spots, a, 0, 0, 1, 1, NULL, "%s",
	                   "a name that is much longer than any spot has"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("spots");
	SRunner *runner = srunner_create(suite);
	TCase *tcase = tcase_create("spots");
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_spot_is_where_it_was_drawn);
	tcase_add_test(tcase, what_is_cut_off_cannot_be_pointed_at);
	tcase_add_test(tcase, the_later_one_is_on_top);
	tcase_add_test(tcase, the_focus_is_told_by_name);
	tcase_add_test(tcase, arrows_go_to_the_neighbour);
	tcase_add_test(tcase, arrows_reach_everything);
	tcase_add_test(tcase, nobody_points_and_too_many);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
