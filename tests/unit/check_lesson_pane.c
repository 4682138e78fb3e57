/*
 * The pane of a lesson: how it shares the rows of a small screen with views and answer, what of a lesson
 * it shows, and what it makes of headings, code, questions and verdicts.
 */
#include "view/lesson_lines.h"
#include "view/screen.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>
#undef fail

static struct grid grid;
static struct panes panes;

static void setup(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	panes_init(&panes);
	grid_init(&grid, 24, 80, false);
}

static void teardown(void)
{
	grid_release(&grid);
}

static char *lines_of(unsigned n, const char *line)
{
	char *all = calloc(n, strlen(line) + 2);

	for (unsigned i = 0; i < n; i++)
		sprintf(all + strlen(all), "%s%s", i ? "\n" : "", line);
	return all;
}

/* A screen of 24 rows with a lesson that has told `prose` lines and asked something. */
static struct screen lesson_screen(struct reading *r, unsigned prose, const char *answer)
{
	char *text = lines_of(prose, "prose");

	reading_add(r, SAY_PROSE, text);
	reading_add(r, SAY_QUESTION, "Which slot?");
	reading_add(r, SAY_CHOICE, "a) \005one");
	reading_add(r, SAY_NOW, "Type the letter.");
	reading_set(r, (unsigned)screen_lesson_cols(24, 80));
	free(text);
	return (struct screen){ .panes = panes, .prompt = "lab> ", .line = "", .lesson = r,
		                .lesson_open = true, .answer = answer, .open = true };
}

/* The row of a text on the screen, -1 when it is not there. */
static int row_of(const struct grid *g, const char *text)
{
	char *all = grid_to_text(g), *at = strstr(all, text);
	int row = at ? 0 : -1;

	for (char *s = all; at && s < at; s++)
		row += *s == '\n';
	free(all);
	return row;
}

/* Whatever is to be read, what is asked is never hidden by an answer. */
START_TEST(no_answer_hides_the_question)
{
	for (unsigned answer = 0; answer < 60; answer += 3)
		for (unsigned prose = 1; prose < 40; prose += 6)
			for (int open = 0; open < 4; open++) {
				struct reading r = { 0 };
				char *said = lines_of(answer, "answered");
				struct screen s = lesson_screen(&r, prose, said);
				struct grid g;
				int y, x;

				s.open = open & 1;
				s.lesson_open = open & 2;
				grid_init(&g, 24, 80, false);
				screen_draw(&g, &s, &y, &x);
				if (!s.lesson_open || prose + 5 < 10) {
					ck_assert_int_gt(row_of(&g, "? Which slot?"), 0);
					ck_assert_int_gt(row_of(&g, "Type the letter."), 0);
				}
				ck_assert(!answer || row_of(&g, "answered") > 0);
				ck_assert(!s.lesson_open || row_of(&g, "prose") > 0);
				ck_assert_int_eq(y, 23);
				grid_release(&g);
				reading_release(&r);
				free(said);
			}
}
END_TEST

START_TEST(folding_gives_the_views_their_rows)
{
	struct reading r = { 0 };
	struct screen s = lesson_screen(&r, 12, NULL);

	ck_assert(screen_hides_views(&s, 24, 80));
	ck_assert_int_eq(screen_lesson_window(&s, 24, 80).above, 0);
	s.lesson_open = false;
	ck_assert(!screen_hides_views(&s, 24, 80));
	ck_assert_int_eq(screen_lesson_window(&s, 24, 80).shown, 3);
	ck_assert_int_eq(screen_lesson_window(&s, 24, 80).above, 13);
	ck_assert_int_eq(screen_lesson_window(&s, 12, 80).shown, 0); /* no pane */
	reading_release(&r);
}
END_TEST

/* What was said since the reader did something is shown from its beginning, with the question when
 * there is room for both; what could be typed before is not said any more. */
START_TEST(a_verdict_stands_below_its_question)
{
	struct reading r = { 0 };
	struct screen s = lesson_screen(&r, 30, NULL);
	unsigned asked = reading_asked(&r);

	ck_assert_uint_eq(asked, 31);
	ck_assert_uint_eq(reading_fresh(&r), 0);
	reading_add(&r, SAY_STATUS, "A table.");
	reading_acted(&r);
	reading_add(&r, SAY_WRONG, "Not so.");
	reading_add(&r, SAY_NOW, "Type the letter.");
	ck_assert_uint_eq(reading_asked(&r), asked);
	ck_assert_uint_eq(reading_fresh(&r), 34);
	ck_assert_uint_eq(r.lines.n, 36); /* neither the old line nor the table */
	ck_assert_uint_eq((unsigned)screen_lesson_window(&s, 24, 80).above, asked);
	ck_assert(reading_has(&r, SAY_QUESTION, "Which slot?"));
	ck_assert(!reading_has(&r, SAY_STATUS, "A table."));
	for (unsigned i = 0; i < 3000; i++)
		reading_add(&r, SAY_HINT, "Look.");
	ck_assert_uint_lt(r.n, 500); /* kept is what somebody may want to see */
	ck_assert_uint_ge(r.lines.n, r.n);
	reading_release(&r);
}
END_TEST

/* Each kind of speech can be told without colours: by a sign in front of it, or a line behind it. */
START_TEST(what_is_said_has_its_look)
{
	static const struct {
		enum say_kind kind;
		const char *text, *wanted;
	} rows[] = {
		{ SAY_HEADING, "Once \3more\4", "  Once more ------" },
		{ SAY_PROSE, "so \1loud\4 it is", "  so loud it is" },
		{ SAY_COMMAND, "kmap p", "  lab> kmap p" },
		{ SAY_QUESTION, "why?", "? why?" },
		{ SAY_TASK, "do", "> do" },
		{ SAY_HINT, "look", "* look" },
		{ SAY_RIGHT, "yes", "+ yes" },
		{ SAY_WRONG, "no", "x no" },
		{ SAY_GOAL, "holds", "+ holds" },
		{ SAY_NOT_YET, "not", "x not" },
		{ SAY_NOW, "`next` goes on", "  next goes on" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reading r = { 0 };
		struct grid g;
		char *text;

		grid_init(&g, 1, 19, true);
		reading_add(&r, rows[i].kind, rows[i].text);
		reading_set(&r, 17);
		lesson_line_draw(grid_area(&g), 0, &r.lines.line[0]);
		text = grid_to_text(&g);
		ck_assert_msg(!strncmp(text, rows[i].wanted, strlen(rows[i].wanted)), "%s", text);
		free(text);
		reading_release(&r);
		grid_release(&g);
	}
}
END_TEST

START_TEST(spans_have_their_style)
{
	struct reading r = { 0 };

	reading_add(&r, SAY_PROSE, "an \1e\4 and \3c\4");
	reading_set(&r, 40);
	lesson_line_draw(grid_area(&grid), 0, &r.lines.line[0]);
	ck_assert_int_eq(grid_cell(&grid, 0, 2)->style, STYLE_TEXT);
	ck_assert_int_eq(grid_cell(&grid, 0, 5)->style, STYLE_EMPH);
	ck_assert_int_eq(grid_cell(&grid, 0, 11)->style, STYLE_CODE);
	reading_release(&r);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lesson_pane");
	TCase *tcase = tcase_create("lesson_pane");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, no_answer_hides_the_question);
	tcase_add_test(tcase, folding_gives_the_views_their_rows);
	tcase_add_test(tcase, a_verdict_stands_below_its_question);
	tcase_add_test(tcase, what_is_said_has_its_look);
	tcase_add_test(tcase, spans_have_their_style);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
