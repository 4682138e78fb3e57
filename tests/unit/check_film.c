/*
 * Films: the file of a few frames at known times, read back. An asciicast is JSON Lines whose times
 * never fall; an SVG has every row for as long as it looked the same.
 */
#include "view/film.h"

#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#undef fail

static char path[64];

static void name_file(const char *suffix)
{
	snprintf(path, sizeof(path), "/tmp/kmaplab-film-%ld%s", (long)getpid(), suffix);
}

/* Three frames: at 0, 100 and 250 ms, the last one again at 400, the end at 1000. */
static bool film(struct message *m)
{
	struct theme t = { .name = "test" };
	struct film *f = film_open(path, &t, 0, m);
	struct grid g;

	if (!f)
		return false;
	grid_init(&g, 2, 12, true);
	area_text(grid_area(&g), 0, 0, STYLE_TEXT, "first");
	film_marker(f, "early", 0);
	film_frame(f, &g, 0);
	film_marker(f, "kmap \"p0\"", 50);
	area_text(grid_area(&g), 1, 2, STYLE_TEXT, "second");
	film_frame(f, &g, 100);
	area_text(grid_area(&g), 1, 2, STYLE_TEXT, "third ");
	film_frame(f, &g, 250);
	film_frame(f, &g, 400);
	grid_release(&g);
	return film_close(f, 1000, m);
}

static char *contents(void)
{
	static char text[20000];
	FILE *file = fopen(path, "r");
	size_t n;

	ck_assert_ptr_nonnull(file);
	n = fread(text, 1, sizeof(text) - 1, file);
	text[n] = '\0';
	fclose(file);
	unlink(path);
	return text;
}

START_TEST(a_cast_is_events_in_order)
{
	char *rest, *line, kinds[16] = "", said[2000] = "";
	double last = 0;
	struct message m;
	json_t *json;

	name_file(".cast");
	ck_assert(film(&m));
	rest = contents();
	json = json_loads(strsep(&rest, "\n"), 0, NULL);
	ck_assert_int_eq(json_integer_value(json_object_get(json, "version")), 2);
	ck_assert_int_eq(json_integer_value(json_object_get(json, "width")), 12);
	ck_assert_ptr_null(json_object_get(json, "timestamp"));
	json_decref(json);
	while ((line = strsep(&rest, "\n")) && *line) {
		json = json_loads(line, 0, NULL);
		ck_assert_ptr_nonnull(json);
		ck_assert(json_real_value(json_array_get(json, 0)) >= last);
		last = json_real_value(json_array_get(json, 0));
		strcat(kinds, json_string_value(json_array_get(json, 1)));
		strcat(said, json_string_value(json_array_get(json, 2)));
		json_decref(json);
	}
	/* The cursor is hidden, a marker that was there before any frame, two frames, a marker
	 * between, a third frame; nothing for the one that was shown already; the cursor comes back. */
	ck_assert_str_eq(kinds, "omomooo");
	ck_assert_ptr_nonnull(strstr(said, "early"));
	ck_assert_ptr_nonnull(strstr(said, "first"));
	ck_assert_ptr_nonnull(strstr(said, "kmap \"p0\""));
	ck_assert_ptr_nonnull(strstr(said, "third"));
	ck_assert(last == 1.0);
}
END_TEST

/* The whole of a line, whatever it is. */
static json_t *line_of(char **rest)
{
	json_t *json = json_loads(strsep(rest, "\n"), 0, NULL);

	ck_assert_ptr_nonnull(json);
	return json;
}

/* A terminal that becomes another size is told so, and sent everything. */
START_TEST(a_cast_follows_the_size)
{
	struct theme t = { .name = "test" };
	struct message m;
	struct film *f;
	struct grid g;
	char *rest;
	json_t *json;

	name_file(".cast");
	f = film_open(path, &t, 0, &m);
	ck_assert_ptr_nonnull(f);
	for (int cols = 12; cols <= 20; cols += 8) {
		grid_init(&g, 3, cols, false);
		area_text(grid_area(&g), 1, 0, STYLE_TEXT, "記憶體");
		film_frame(f, &g, (unsigned)cols);
		grid_release(&g);
	}
	ck_assert(film_close(f, 100, &m));
	rest = contents();
	for (int i = 0; i < 3; i++)
		json_decref(line_of(&rest));
	json = line_of(&rest);
	ck_assert_str_eq(json_string_value(json_array_get(json, 1)), "r");
	ck_assert_str_eq(json_string_value(json_array_get(json, 2)), "20x3");
	json_decref(json);
	json = line_of(&rest);
	ck_assert_ptr_nonnull(strstr(json_string_value(json_array_get(json, 2)), "\x1b[2J"));
	ck_assert_ptr_nonnull(strstr(json_string_value(json_array_get(json, 2)), "記憶體"));
	json_decref(json);
}
END_TEST

/* Ended before anything was drawn, it can be played all the same. */
START_TEST(a_film_of_nothing_is_a_film)
{
	struct theme t = { .name = "test" };
	struct message m;
	struct film *f;
	char *rest;
	json_t *json;

	name_file(".cast");
	f = film_open(path, &t, 0, &m);
	ck_assert_ptr_nonnull(f);
	film_marker(f, "nothing", 0);
	ck_assert(film_close(f, 5, &m));
	rest = contents();
	json = line_of(&rest);
	ck_assert_int_eq(json_integer_value(json_object_get(json, "height")), 24);
	json_decref(json);
	json_decref(line_of(&rest));
	json = line_of(&rest);
	ck_assert_str_eq(json_string_value(json_array_get(json, 2)), "nothing");
	json_decref(json);
}
END_TEST

START_TEST(a_moving_picture_has_each_row_for_its_time)
{
	struct message m;
	const char *svg;

	name_file(".svg");
	ck_assert(film(&m));
	svg = contents();
	/* The first row never changes; the second is blank, "second", "third". */
	ck_assert_ptr_nonnull(strstr(svg, "<g><text x=\"10.0\" y=\"23\""));
	ck_assert_ptr_nonnull(strstr(svg, "values=\"hidden;visible;hidden\""));
	ck_assert_ptr_nonnull(strstr(svg, "values=\"hidden;visible\" keyTimes=\"0;0.071429\""));
	ck_assert_ptr_nonnull(strstr(svg, "</svg>"));
}
END_TEST

/* Nobody ended it, because the program was killed: what there was when the last command began can be
 * looked at; and the end is not the sum of both. */
START_TEST(a_moving_picture_is_kept_as_it_grows)
{
	struct theme t = { .name = "test" };
	struct message m;
	struct film *f;
	struct grid g;
	char *svg;

	name_file(".svg");
	f = film_open(path, &t, 0, &m);
	ck_assert_ptr_nonnull(f);
	grid_init(&g, 2, 12, true);
	area_text(grid_area(&g), 0, 0, STYLE_TEXT, "first");
	film_marker(f, "one", 0);
	film_frame(f, &g, 0);
	film_marker(f, "two", 10);
	svg = contents();
	ck_assert_ptr_nonnull(strstr(svg, "first"));
	ck_assert_ptr_nonnull(strstr(svg, "</svg>\n"));
	grid_release(&g);
	ck_assert(film_close(f, 1000, &m));
}
END_TEST

START_TEST(the_same_film_is_the_same_file)
{
	struct message m;
	char *first;

	name_file(".cast");
	ck_assert(film(&m));
	first = strdup(contents());
	ck_assert(film(&m));
	ck_assert_str_eq(first, contents());
	free(first);
}
END_TEST

START_TEST(what_cannot_be_written_is_refused)
{
	struct message m;

	name_file(".gif");
	ck_assert(!film(&m));
	ck_assert_ptr_nonnull(strstr(m.text, ".cast or .svg"));
	strcpy(path, "/nonexistent/x.cast");
	ck_assert(!film(&m));
	ck_assert_ptr_nonnull(strstr(m.text, "cannot be written"));
	/* A full disk. */
	name_file("-full.cast");
	ck_assert_int_eq(symlink("/dev/full", path), 0);
	ck_assert(!film(&m));
	unlink(path);
	ck_assert_ptr_nonnull(strstr(m.text, "to its end"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("film");
	TCase *c = tcase_create("film");
	SRunner *runner;
	int failed;

	tcase_add_test(c, a_cast_is_events_in_order);
	tcase_add_test(c, a_cast_follows_the_size);
	tcase_add_test(c, a_film_of_nothing_is_a_film);
	tcase_add_test(c, a_moving_picture_has_each_row_for_its_time);
	tcase_add_test(c, a_moving_picture_is_kept_as_it_grows);
	tcase_add_test(c, the_same_film_is_the_same_file);
	tcase_add_test(c, what_cannot_be_written_is_refused);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
