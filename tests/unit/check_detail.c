/*
 * What is told of a thing that somebody points at: everything that a view draws as one has a sentence
 * and a command that works, and the sentence says what the machine says.
 */
#include "ask.h"

#include "view/detail.h"
#include "view/panes.h"
#include "view/popup.h"

#include <locale.h>

static struct interp *in;
static struct spots spots;
static struct view_choice choice;
static struct view_state s;

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
	free(spots.spot);
	ask_free(in);
}

static void look(const char *words, int rows, int cols)
{
	struct value v = session_lookup(interp_session(in), "p0");
	struct message m;
	struct grid g;

	ck_assert_msg(view_choose(&choice, words, &m), "%s", m.text);
	s.world = session_world(interp_session(in));
	s.nr_pages = v.kind == VALUE_PAGE;
	s.page[0].pfn = v.n;
	strcpy(s.page[0].name, "p0");
	spots.n = 0;
	grid_init(&g, rows, cols, false);
	view_draw(choice.ops, grid_area(&g), &s);
	grid_release(&g);
}

static const char *told(const char *name)
{
	static struct detail d;
	struct spot spot = { .command = "" };

	snprintf(spot.name, sizeof(spot.name), "%s", name);
	detail_of(&d, &s, &spot);
	return d.text;
}

#define tells(name, what) \
	ck_assert_msg(strstr(told(name), what), "%s: \"%s\" without \"%s\"", name, told(name), what)

/* pkmap_count as it is, and what that means. */
START_TEST(a_slot_is_told_by_its_count)
{
	ask_ok(in, "p = alloc highmem; kmap p; kmap p");
	look("pkmap", 24, 80);
	tells("slot 1", "ffa01000, count 3: maps p0 for 2 users");
	tells("slot 2", "count 0: free");
	ask_ok(in, "kunmap p; kunmap p");
	look("pkmap", 24, 80);
	tells("slot 1", "count 1: p0 is still mapped though nobody uses it");
	ck_assert_str_eq(told("slot 99999"), "");
	ck_assert_str_eq(told("slot"), "");
}
END_TEST

/* An entry is stale when the tables say something else; nobody remembers it. */
START_TEST(a_stale_entry_is_told)
{
	ask_ok(in, "p0 = alloc highmem; v = kmap p0; read v");
	look("tlb", 24, 80);
	tells("tlb 0 ffa01000", "CPU 0 translates ffa01000 to p0");
	tells("tlb 0 ffa01000", "The tables say the same");
	ask_ok(in, "set broken.ignore_flush on; set broken.ignore_invlpg on; kunmap p0");
	ask_ok(in, "kmap_flush_unused");
	look("tlb", 24, 80);
	tells("tlb 0 ffa01000", "Stale");
	ck_assert_str_eq(told("tlb 7 ffa01000"), "");
}
END_TEST

START_TEST(regions_zones_and_others)
{
	ask_ok(in, "p0 = alloc highmem; kmap_atomic p0");
	look("overview", 24, 80);
	tells("region direct map", "c0000000 to f7ffffff, 896 MB: low memory");
	tells("zone Normal", "pages, ");
	tells("page p0", "in HighMem, not mapped by kmap");
	tells("cpu 1", "in task context");
	tells("fixmap 0 3", "USER0 at fff");
	tells("fixmap 0 3", "maps p0");
	tells("fixmap 1 3", "free");
	tells("order HighMem 10", "of 1024 pages in a row in HighMem");
	ck_assert_str_eq(told("region nowhere"), "");
	ck_assert_str_eq(told("order HighMem 99"), "");
	ck_assert_str_eq(told("event 4000000000"), "");
	ck_assert_str_eq(told("nonsense"), "");
	ask_ok(in, "boot kernel=2.6.27 nodes=2 ram=8G");
	look("zones", 24, 80);
	tells("zone HighMem/1", "pages, ");
	tells("order HighMem/1 10", "of 1024 pages in a row in HighMem");
	ck_assert_str_eq(told("zone HighMem"), "");
}
END_TEST

/* Commands of the screen are not run here, but what they name must be there. */
static void try(const struct detail *d)
{
	struct view_choice other;
	struct message m;

	if (!strncmp(d->command, "view ", 5))
		ck_assert_msg(view_choose(&other, d->command + 5, &m), "%s: %s", d->name, m.text);
	else
		ask_ok(in, d->command);
}

/* Whatever can be pointed at, in every view. */
START_TEST(everything_that_is_drawn_has_details)
{
	unsigned n = 0;

	ask_ok(in, "boot cpus=4; p0 = alloc highmem; v = kmap p0; read v; kmap_atomic p0; fork a; fork b");
	ask_ok(in, "cpu1: spawn kmap p0");
	for (unsigned i = 0; i < nr_views; i++) {
		look(views[i]->name, 60, 200);
		for (unsigned k = 0; k < spots.n; k++) {
			const struct spot *spot = &spots.spot[k];
			struct detail d;

			detail_of(&d, &s, spot);
			ck_assert_str_eq(d.name, spot->name);
			ck_assert_msg(!*d.command || *d.shows, "%s shows nothing", d.command);
			ck_assert_msg(*d.text || views[i] == &help_view || views[i] == &walk_view ||
			                      views[i] == &dmesg_view,
			              "%s: nothing is told of %s", views[i]->name, d.name);
			/* One of each kind is enough, and going elsewhere would change the world. */
			if (*d.command && strncmp(d.command, "goto", 4) && k % 37 == 0)
				try(&d);
			n += *d.text != '\0';
		}
	}
	ck_assert_uint_gt(n, 500);
}
END_TEST

/* --- pop-ups ---------------------------------------------------------------------------------- */

static struct grid popped;

static void pop(const struct popup *p, int rows, int cols)
{
	int y, x;

	grid_release(&popped);
	grid_init(&popped, rows, cols, false);
	popup_draw(grid_area(&popped), p, &y, &x);
}

/* What the mouse hits is what was drawn there. */
START_TEST(a_row_is_where_it_was_drawn)
{
	struct popup_row row[30];
	char word[30][8];
	struct popup p = { .title = "many", .n = 30, .row = row, .chosen = 20, .column = 4 };
	int hit[30] = { 0 };

	for (int i = 0; i < 30; i++) {
		snprintf(word[i], sizeof(word[i]), "w%02dw", i);
		row[i] = (struct popup_row){ word[i], "a text that takes more than a line of a box" };
	}
	pop(&p, 20, 40);
	for (int y = 0; y < 20; y++)
		for (int x = 0; x < 40; x++) {
			int at = popup_at(grid_area(&popped), &p, y, x);
			const struct cell *c = grid_cell(&popped, y, x);

			ck_assert(at == POPUP_OUTSIDE || (popped.cells[y * 40 + x].ch && at < 30));
			if (c->ch != 'w' || at < 0 || grid_cell(&popped, y, x + 3)->ch != 'w')
				continue;
			ck_assert_uint_eq(grid_cell(&popped, y, x + 1)->ch, (uint32_t)word[at][1]);
			ck_assert_uint_eq(grid_cell(&popped, y, x + 2)->ch, (uint32_t)word[at][2]);
			hit[at]++;
		}
	ck_assert_int_eq(hit[20], 1);
	ck_assert_int_eq(popup_at(grid_area(&popped), &p, 0, 0), POPUP_OUTSIDE);
	p.n = 0;
	ck_assert_int_eq(popup_at(grid_area(&popped), &p, 10, 10), POPUP_OUTSIDE);
	grid_release(&popped);
}
END_TEST

/* The marked row shows all of its text; in a pop-up that wraps, all do. */
START_TEST(no_word_of_the_chosen_one_is_cut)
{
	const struct popup_row row[] = {
		{ "one", "the first words of it, and then these at the very END1" },
		{ "two", "the first words of it, and then these at the very END2" },
	};
	struct popup p = { .title = "t", .n = 2, .row = row, .chosen = 1 };
	char *text;

	pop(&p, 20, 40);
	text = grid_to_text(&popped);
	ck_assert_ptr_nonnull(strstr(text, "END2"));
	ck_assert_ptr_null(strstr(text, "END1"));
	free(text);
	p.chosen = -1;
	p.wrap = true;
	pop(&p, 20, 40);
	text = grid_to_text(&popped);
	ck_assert_ptr_nonnull(strstr(text, "END2"));
	ck_assert_ptr_nonnull(strstr(text, "END1"));
	free(text);
	for (int rows = 1; rows < 12; rows++)
		for (int cols = 1; cols < 44; cols++)
			pop(&p, rows, cols);
	grid_release(&popped);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("detail");
	TCase *tcase = tcase_create("detail");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_slot_is_told_by_its_count);
	tcase_add_test(tcase, a_stale_entry_is_told);
	tcase_add_test(tcase, regions_zones_and_others);
	tcase_add_test(tcase, everything_that_is_drawn_has_details);
	tcase_add_test(tcase, a_row_is_where_it_was_drawn);
	tcase_add_test(tcase, no_word_of_the_chosen_one_is_cut);
	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
