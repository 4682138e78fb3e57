/*
 * A grid as a file, and the difference of two grids. What a terminal is sent is played to a small
 * terminal here, which knows only what we promise to use: if it ends with the cells of the grid, so
 * does every other.
 */
#include "view/export.h"

#include <check.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#undef fail

#define ROWS 6
#define COLS 30

static struct theme theme(bool colours)
{
	struct theme t = { .name = "test", .colours = colours, .background256 = COLOUR_DEFAULT };

	for (unsigned i = 0; i < STYLES; i++)
		t.look[i] = (struct look){ 0, 0, COLOUR_DEFAULT, COLOUR_DEFAULT };
	t.look[STYLE_NEW] = (struct look){ LOOK_BOLD, LOOK_BOLD | LOOK_REVERSE, 221, 3 };
	t.look[STYLE_CURRENT] = (struct look){ LOOK_REVERSE, LOOK_REVERSE, COLOUR_DEFAULT,
		                               COLOUR_DEFAULT };
	return t;
}

static struct grid drawn(void)
{
	struct grid g;
	struct area a;

	grid_init(&g, ROWS, COLS, false);
	a = grid_area(&g);
	area_text(a, 0, 0, STYLE_TEXT, "a < b & c > \"d\"");
	area_text(a, 1, 3, STYLE_NEW, "new 記憶體 x");
	area_text(a, 2, 0, STYLE_CURRENT, "          ");
	area_text(a, 5, COLS - 4, STYLE_DIM, "last");
	return g;
}

/* --- the small terminal ----------------------------------------------------------------------- */

struct tube {
	uint32_t ch[ROWS][COLS];
	bool reverse[ROWS][COLS];
	int y, x;
	bool now;
};

static const char *control(struct tube *t, const char *s)
{
	int a = (int)strtol(s, (char **)&s, 10), b = 0;
	bool reverse = false;

	while (*s == ';') {
		b = (int)strtol(s + 1, (char **)&s, 10);
		reverse = reverse || b == 7;
		if (b == 38) /* ;5;n is a colour, and no attribute */
			s += strcspn(s, "m");
	}
	if (*s == 'H') {
		t->y = a - 1;
		t->x = b - 1;
	} else if (*s == 'J') {
		memset(t->ch, 0, sizeof(t->ch));
		memset(t->reverse, 0, sizeof(t->reverse));
	} else {
		ck_assert_int_eq(*s, 'm');
		t->now = reverse;
	}
	return s + 1;
}

static void play(struct tube *t, const char *s)
{
	size_t n = strlen(s);

	while (n) {
		const char *from = s;
		uint32_t ch;

		if (s[0] == '\x1b') {
			ck_assert_int_eq(s[1], '[');
			s = control(t, s + 2);
			n -= (size_t)(s - from);
			continue;
		}
		ch = character_next(&s, &n);
		for (int w = 0; w < character_width(ch); w++) {
			ck_assert(t->y >= 0 && t->y < ROWS && t->x >= 0 && t->x < COLS);
			t->ch[t->y][t->x] = w ? 0 : ch;
			t->reverse[t->y][t->x++] = t->now;
		}
	}
}

static void shows(const struct tube *t, const struct grid *g)
{
	for (int y = 0; y < ROWS; y++)
		for (int x = 0; x < COLS; x++) {
			const struct cell *c = grid_cell(g, y, x);
			uint32_t ch = t->ch[y][x] ? t->ch[y][x] : c->width ? ' ' : 0;

			ck_assert_uint_eq(ch, c->width ? c->ch : 0);
			if (c->style == STYLE_CURRENT)
				ck_assert(t->reverse[y][x]);
		}
}

START_TEST(an_update_leads_from_one_grid_to_the_next)
{
	struct theme t = theme(_i);
	struct grid old = drawn(), now = drawn();
	struct tube tube = { 0 };
	char *first = export_update(NULL, &old, &t), *next, *nothing;

	area_text(grid_area(&now), 1, 8, STYLE_TEXT, "體x");
	area_text(grid_area(&now), 4, 2, STYLE_CURRENT, "here");
	play(&tube, first);
	shows(&tube, &old);
	next = export_update(&old, &now, &t);
	play(&tube, next);
	shows(&tube, &now);
	ck_assert_uint_lt(strlen(next), strlen(first) / 2);
	nothing = export_update(&now, &now, &t);
	ck_assert_str_eq(nothing, "");
	free(first);
	free(next);
	free(nothing);
	grid_release(&old);
	grid_release(&now);
}
END_TEST

START_TEST(ansi_has_every_character_and_the_look)
{
	struct theme t = theme(true);
	struct grid g = drawn();
	char *s = export_grid(&g, &t, EXPORT_ANSI);

	ck_assert_ptr_nonnull(strstr(s, "\x1b[0;1;38;5;221mnew "));
	ck_assert_ptr_nonnull(strstr(s, "\x1b[0;7m          "));
	ck_assert_ptr_nonnull(strstr(s, "last"));
	free(s);
	grid_release(&g);
}
END_TEST

START_TEST(svg_and_html_escape_what_is_theirs)
{
	static const enum export_format formats[] = { EXPORT_SVG, EXPORT_HTML };
	struct theme t = theme(true);
	struct grid g = drawn();

	for (size_t i = 0; i < 2; i++) {
		char *s = export_grid(&g, &t, formats[i]);

		ck_assert_ptr_nonnull(strstr(s, "a &lt; b &amp; c &gt; &quot;d&quot;"));
		ck_assert_ptr_nonnull(strstr(s, i ? "<i>記</i><i>憶</i><i>體</i>" : "記憶體"));
		ck_assert_ptr_nonnull(strstr(s, "#ffd75f"));
		ck_assert_ptr_null(strstr(s, "< b"));
		free(s);
	}
	grid_release(&g);
}
END_TEST

/* A dim colour is shown undimmed by curses (front/terminal.c), so by every format. */
START_TEST(a_colour_is_not_dim_as_well)
{
	static const enum export_format formats[] = { EXPORT_ANSI, EXPORT_SVG, EXPORT_HTML };
	static const char *const dim[] = { "\x1b[0;2", "opacity", "opacity" };
	struct grid g = drawn();

	for (size_t i = 0; i < 3; i++)
		for (int colour = COLOUR_DEFAULT; colour < 250; colour += 247) {
			struct theme t = theme(true);
			char *s;

			t.look[STYLE_DIM] = (struct look){ LOOK_DIM, LOOK_DIM, (short)colour, 7 };
			s = export_grid(&g, &t, formats[i]);
			ck_assert_int_eq(strstr(s, dim[i]) != NULL, colour == COLOUR_DEFAULT);
			free(s);
		}
	grid_release(&g);
}
END_TEST

START_TEST(the_name_says_the_format)
{
	ck_assert_int_eq(export_format("a.svg"), EXPORT_SVG);
	ck_assert_int_eq(export_format("b.x/A.HTML"), EXPORT_HTML);
	ck_assert_int_eq(export_format("a.ans"), EXPORT_ANSI);
	ck_assert_int_eq(export_format("a.txt"), EXPORT_TEXT);
	ck_assert_int_eq(export_format("svg"), EXPORT_TEXT);
	ck_assert_int_eq(export_format("a.svg/b"), EXPORT_TEXT);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("export");
	TCase *c = tcase_create("export");
	SRunner *runner;
	int failed;

	setlocale(LC_ALL, "C.UTF-8");
	tcase_add_loop_test(c, an_update_leads_from_one_grid_to_the_next, 0, 2);
	tcase_add_test(c, ansi_has_every_character_and_the_look);
	tcase_add_test(c, svg_and_html_escape_what_is_theirs);
	tcase_add_test(c, a_colour_is_not_dim_as_well);
	tcase_add_test(c, the_name_says_the_format);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
