/*
 * Steps and pages: a run as a list of steps that one can jump among, the page of the present one as a
 * value to draw, numbers that vary, and what is remembered from one sitting to the next.
 */
#include "lesson_play.h"

#include "lesson/format.h"
#include "lesson/goal.h"
#include "lesson/marks.h"
#include "lesson/page.h"
#include "lesson/variants.h"

#define FRONT "---\ntitle: A test\nid: test\nmachine: ram=1G pkmap=4\n"
#define STEPS                                                                                      \
	FRONT "read: highmem(7)\n---\n"                                                            \
	"# One\n\nText with *weight* and `code here`.\n\n<!-- note: look\n  up -->\n\n"            \
	"```kmaplab run\np = alloc highmem\n```\n\nMore.\n\n"                                      \
	"```kmaplab predict\nask: How many of {= pkmap.size}, `free` ones?\n"                      \
	"answer: = pkmap.free\nhint: Count.\nhint: Again.\n```\n"                                  \
	"```kmaplab view\npkmap\n```\n"                                                            \
	"```kmaplab task\nask: Map it.\ngoal: pkmap.used == 1 and page(p).count >= 2\n"            \
	"solution: kmap p\nnot-solution: print 1\n```\nThe end.\n"

/* The page as text: each line with its spans in brackets, "[code:...]". */
static char *page_text(const struct play *p, unsigned width)
{
	struct lesson_page page;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	lesson_run_page(p->run, width, &page);
	fprintf(out, "%s %u/%u %s|%s|%s\n", page.id, page.step, page.steps, page.kind, page.notes,
	        page.next);
	for (unsigned i = 0; i < page.lines.n; i++) {
		const char *at = page.lines.line[i].text, *s;
		enum mark style;
		size_t n;

		fputs(page.lines.line[i].own ? "+" : " ", out);
		while ((s = mark_span(&at, &style, &n)))
			fprintf(out, style == MARK_END ? "%s%.*s%s" : "[%s%.*s%s]",
			        style == MARK_CODE ? "code:" : "", (int)n, s, "");
		fputc('\n', out);
	}
	fclose(out);
	lesson_page_release(&page);
	return text;
}

#define PAGE(p, width, wanted)                                                                     \
	do {                                                                                       \
		char *text = page_text(p, width);                                                  \
		ck_assert_msg(strstr(text, wanted) != NULL, "page:\n%s", text);                    \
		free(text);                                                                        \
	} while (0)

START_TEST(a_page_is_what_the_step_says)
{
	struct play p;

	play_start(&p, STEPS);
	PAGE(&p, 40, "test 1/3 run|look up|How many of 4, `free` ones?\n One\n \n"
	     " Text with [weight] and [code:code here].\n+\n+lab> p = alloc highmem\n");
	PAGE(&p, 20, "\n Text with [weight] and\n [code:code here].\n");
	type(&p, "");
	PAGE(&p, 40, "test 2/3 predict||Map it.\n More.\n+\n+How many of 4, [code:free] ones?\n");
	type(&p, "1");
	type(&p, "2");
	PAGE(&p, 40, "ones?\n+\n+Not so.\n"); /* the last wrong answer only */
	type(&p, "hint");
	PAGE(&p, 40, "\n+Hint: Count.\n");
	type(&p, "back");
	type(&p, "next");
	type(&p, "4");
	PAGE(&p, 40, "\n+Right.\n");
	type(&p, "next");
	PAGE(&p, 40, "test 3/3 task||\n+Map it.\n");
	type(&p, "kmap p");
	type(&p, "next");
	PAGE(&p, 40, "test 4/3 end||\n The end.\n+\n+Pages that [code:man] shows here:");
	play_free(&p);
}
END_TEST

START_TEST(marks_outlive_the_end_of_a_line)
{
	char *set = marks_set("\1one two three\4 \3kmap p0\4 four", 10, true);

	ck_assert_str_eq(set, "\1one two\4\n\1three\4 \3kmap\4\n\3p0\4 four");
	free(set);
	set = marks_set("- \5one two three four", 10, false);
	ck_assert_str_eq(set, "- one two\n  three\n  four");
	free(set);
	/* No blank between two characters of a script without blanks, but one before a word in code. */
	set = marks_set("\xe7\x9a\x84 \3o\4 \xe5\x9c\xa8 \xe8\x99\x9b", 20, true);
	ck_assert_str_eq(set, "\xe7\x9a\x84 \3o\4 \xe5\x9c\xa8\xe8\x99\x9b");
	free(set);
	set = marks_set("\6a line that is not broken", 10, false);
	ck_assert_str_eq(set, "a line that is not broken");
	free(set);
	set = marks_from_text("3 * 4 * 5, *so*, `a*b`, a ` alone");
	ck_assert_str_eq(set, "3 * 4 * 5, \1so\4, \3a*b\4, a ` alone");
	free(set);
}
END_TEST

/* --- steps ------------------------------------------------------------------------------------ */

START_TEST(one_can_jump_back_and_on)
{
	struct play p;

	play_start(&p, STEPS);
	type(&p, "lesson goto 4");
	SAYS(&p, ". This lesson has steps 1 to 3");
	type(&p, "lesson goto 3");
	SAYS(&p, "T Map it.\n");
	ck_assert_ptr_null(strstr(p.said, "How many")); /* in silence */
	ck_assert_uint_eq(value(&p, "page(p).pfn") != 0, 1);
	type(&p, "steps");
	SAYS(&p, ".   1 run     done    p = alloc highmem\n.   2 predict skipped How many of 4, ");
	SAYS(&p, ". > 3 task    begun   Map it.\n");
	type(&p, "kmap p");
	type(&p, "lesson goto 2");
	SAYS(&p, "p More.\n? How many of 4, `free` ones?\n");
	ck_assert_uint_eq(value(&p, "pkmap.used"), 0); /* the world of that step */
	type(&p, "4");
	type(&p, "steps");
	SAYS(&p, ". > 2 predict done ");
	SAYS(&p, ".   3 task    done ");
	ck_assert_uint_eq(lesson_run_score(p.run).reached, 1);
	play_free(&p);
}
END_TEST

START_TEST(free_play_counts_for_nothing)
{
	struct play p;

	play_start(&p, STEPS);
	type(&p, "lesson goto 3");
	type(&p, "alloc highmem");
	type(&p, "pause");
	SAYS(&p, ". Free play: ");
	type(&p, "kmap p"); /* what the task wants */
	WANTS(&p, LESSON_GOAL);
	type(&p, "back"); /* the timeline's */
	ck_assert_uint_eq(value(&p, "pkmap.used"), 0);
	type(&p, "kmap p; kmap p");
	type(&p, "");
	SAYS(&p, ". Free play: ");
	type(&p, "resume");
	SAYS(&p, ". The world is again as it was.");
	ck_assert_uint_eq(value(&p, "pkmap.used"), 0);
	WANTS(&p, LESSON_GOAL);
	type(&p, "pause");
	type(&p, "kmap p");
	type(&p, "lesson back"); /* the lesson's word ends it, and begins the task again */
	ck_assert_uint_eq(value(&p, "stats.kmaps"), 0);
	type(&p, "kmap p");
	WANTS(&p, LESSON_NEXT);
	ck_assert_uint_eq(lesson_run_score(p.run).commands, 1);
	play_free(&p);
}
END_TEST

START_TEST(the_past_is_taken_over)
{
	static const struct lesson_past past[] = { { .done = true }, { .done = true, .tries = 2,
		                                                       .hints = 1 } };
	struct play p;
	struct lesson_past now;

	play_start(&p, STEPS);
	p.n = 0, p.said[0] = '\0';
	lesson_run_recall(p.run, past, 2);
	ck_assert_str_eq(p.said, "");
	WANTS(&p, LESSON_GOAL);
	now = lesson_run_past(p.run, 1);
	ck_assert(now.done && !now.skipped);
	ck_assert_uint_eq(now.tries, 2);
	type(&p, "kmap p");
	type(&p, "next");
	ck_assert_uint_eq(lesson_run_score(p.run).skipped, 0);
	SAYS(&p, "Predictions right at once: 0 of 1. Goals reached: 1 of 1. Hints: 1.");
	play_free(&p);
}
END_TEST

START_TEST(check_names_each_condition)
{
	struct play p;

	play_start(&p, STEPS);
	type(&p, "lesson goto 3");
	type(&p, "check");
	SAYS(&p, "G not yet: pkmap.used == 1 (now 0)\nG not yet: page(p).count >= 2 (now 0)\n");
	play_free(&p);
}
END_TEST

static const struct {
	const char *goal, *conditions;
} goals[] = {
	{ "a == 1", "a == 1|" },
	{ "a == 1 and b && c", "a == 1|b|c|" },
	{ "a and (b and c)", "a|(b and c)|" },
	{ "a and b or c", "a and b or c|" },
	{ "count(X where a and b) > 1 and c", "count(X where a and b) > 1|c|" },
	{ "x[1 and 2] and d == \"this and that\"", "x[1 and 2]|d == \"this and that\"|" },
};

START_TEST(a_goal_is_taken_apart)
{
	char text[200] = "", *condition;

	for (unsigned i = 0; (condition = goal_condition(goals[_i].goal, i)); i++) {
		strcat(strcat(text, condition), "|");
		free(condition);
	}
	ck_assert_str_eq(text, goals[_i].conditions);
}
END_TEST

/* --- numbers ---------------------------------------------------------------------------------- */

static const struct {
	const char *format;
	uint64_t n;
	const char *text;
} formats[] = {
	{ "hex", 255, "0xff" }, { "dec", 255, "255" }, { "bin", 10, "1010" }, { "bin", 0, "0" },
	{ "KB", 4096, "4 KB" }, { "MB", 896u << 20, "896 MB" },
	{ "MB", (895u << 20) + (1u << 19), "895.5 MB" }, { "GB", (1ull << 31) - 1, "2.0 GB" },
	{ "size", 3u << 20, "3 MB" }, { "size", 4097, "4097 bytes" }, { "size", 0, "0 bytes" },
	{ "word", 3, "three" }, { "word", 13, "13" }, { "s", 1, "" }, { "s", 0, "s" },
	{ "MB ", 1u << 20, "1 MB" },
};

START_TEST(numbers_have_formats)
{
	struct observation o = { .type = OBS_COUNT, .n = formats[_i].n };
	char text[80];

	ck_assert(format_value(formats[_i].format, &o, text, sizeof text));
	ck_assert_str_eq(text, formats[_i].text);
	o.type = OBS_WORD;
	ck_assert(!format_value(formats[_i].format, &o, text, sizeof text));
	ck_assert(!format_exists("hexx"));
}
END_TEST

#define VARIED                                                                                     \
	"---\ntitle: t\nid: t\nseed: 3\nmachine: ram={= mem} pkmap=8\nvary: mem = 1G, 2G, 3G\n"     \
	"vary: n = 2..5\n---\nIt has {= mem}, {= max_pfn * 4096, GB}.\n\n"                          \
	"```kmaplab run\nalloc highmem {= n}\n```\n"                                                \
	"```kmaplab predict\nask: {= n, word}?\nchoice {= n}: {= n} page{= n, s}\n"                 \
	"choice {= n + 1}: more\nanswer: = n\nwrong {= n + 1}: not {= n + 1}\n```\n"                \
	"```kmaplab task\nask: boot\nlet: before = max_low_pfn\ngoal: max_low_pfn < before\n"       \
	"solution: boot cmdline=\"vmalloc=256M\"\nnot-solution: boot cpus=1\n```\n"                 \
	"```kmaplab predict\nask: about?\nanswer: = before - n\nwithin: 10\n```\n"

START_TEST(variants_are_drawn_from_a_seed)
{
	char first[20000] = "", other[20000] = "";
	unsigned different = 0;

	for (unsigned seed = 0; seed < 12; seed++) {
		struct play p;
		struct message m;
		char n[20];

		play_new(&p, VARIED);
		lesson_run_seed(p.run, seed);
		ck_assert_msg(lesson_run_start(p.run, NULL, &m), "%s", m.text);
		snprintf(seed ? other : first, sizeof first, "%s", p.said);
		different += seed && strcmp(first, other) != 0;
		ck_assert(strstr(p.said, "1G, 1 GB") || strstr(p.said, "2G, 2 GB") ||
		          strstr(p.said, "3G, 3 GB"));
		ck_assert_uint_ge(value(&p, "n"), 2);
		ck_assert_uint_le(value(&p, "n"), 5);
		type(&p, "");
		snprintf(n, sizeof n, "%u", (unsigned)value(&p, "n"));
		type(&p, n);
		SAYS(&p, "+ Right.");
		type(&p, "");
		type(&p, "boot cpus=1");
		WANTS(&p, LESSON_GOAL);
		type(&p, "boot cmdline=\"vmalloc=256M\""); /* names outlive it */
		WANTS(&p, LESSON_NEXT);
		type(&p, "");
		snprintf(n, sizeof n, "%u", (unsigned)value(&p, "before * 95 / 100"));
		type(&p, n);
		SAYS(&p, "+ Right.");
		play_free(&p);
	}
	ck_assert_uint_gt(different, 5);
}
END_TEST

/* The draw is the same on every machine: it is written down here. */
START_TEST(a_draw_never_changes)
{
	struct problems *p = problems_new();
	struct variants v;
	struct vary vary[2];
	char drawn[80] = "";

	ck_assert(vary_read(&vary[0], "n = 1..64", 1, 1, p));
	ck_assert(vary_read(&vary[1], "who = a, b, c", 1, 1, p));
	for (unsigned seed = 0; seed < 6; seed++) {
		variants_draw(&v, vary, 2, seed);
		strcat(strcat(strcat(drawn, v.v[0].text), v.v[1].text), " ");
	}
	ck_assert_str_eq(drawn, "55b 1b 32a 12a 12a 53c ");
	ck_assert(!vary_read(&vary[0], "n = 9..3", 1, 1, p));
	ck_assert(!vary_read(&vary[0], "n = 1..65", 1, 1, p));
	ck_assert(!vary_read(&vary[0], "n = one", 1, 1, p));
	ck_assert(!vary_read(&vary[0], "n = a;b, c", 1, 1, p));
	ck_assert(!vary_read(&vary[0], "1n = 1..2", 1, 1, p));
	ck_assert_uint_eq(problems_count(p), 5);
	problems_free(p);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lesson_page");
	TCase *page = tcase_create("page");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(page, 60);
	tcase_add_test(page, a_page_is_what_the_step_says);
	tcase_add_test(page, marks_outlive_the_end_of_a_line);
	tcase_add_test(page, one_can_jump_back_and_on);
	tcase_add_test(page, free_play_counts_for_nothing);
	tcase_add_test(page, the_past_is_taken_over);
	tcase_add_test(page, check_names_each_condition);
	tcase_add_loop_test(page, a_goal_is_taken_apart, 0, LENGTH(goals));
	tcase_add_loop_test(page, numbers_have_formats, 0, LENGTH(formats));
	tcase_add_test(page, variants_are_drawn_from_a_seed);
	tcase_add_test(page, a_draw_never_changes);
	suite_add_tcase(suite, page);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
