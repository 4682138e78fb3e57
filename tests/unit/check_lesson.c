/*
 * Reading lessons: every mistake that a file can hold is named with its place and with what would
 * be right, all of them at once, and none of them costs more than a moment.
 */
#include "lesson_suite.h"

#include "lesson/flow.h"
#include "lesson/parts.h"
#include "lesson/source.h"

#include <locale.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define RUN_BLOCK "```kmaplab run\nkmap p\n```\n"
#define PREDICT_BLOCK "```kmaplab predict\nask: How many?\nanswer: = pkmap.size\n```\n"
#define TASK_BLOCK                                                                                 \
	"```kmaplab task\nask: Do it.\ngoal: pkmap.used == 1\nsolution: kmap p\n"                  \
	"not-solution: kunmap p\n```\n"

/* A lesson's text and all that is wrong with it, as "l:LINE:COLUMN: ..." lines. */
static const struct {
	const char *text, *problems;
} mistakes[] = {
	{ "", "l:1:1: a lesson begins with front matter: a line `---`, then `title: ...` and "
	      "`id: ...`, then `---` again\n" },
	{ "---\ntitle: x\nid: y\n",
	  "l:1:1: the front matter that begins here does not end: add a line `---`\n" },
	{ "---\ntitel: x\nid: Y!\nid: z\nkernel: 2/6\nmachine: ram kernel=6.1\nseed: many\n---\n",
	  "l:2:1: front matter has no 'titel'; did you mean 'title'?\n"
	  "l:3:5: an id is made of small letters, digits and '-', like 07-kmap\n"
	  "l:4:1: 'id' was said already\n"
	  "l:5:9: a kernel is a version, like 2.6.27; this is '2/6'\n"
	  "l:6:10: words of boot are KEY=VALUE, like ram=2G; this is 'ram'\n"
	  "l:6:10: 'kernel=6.1' has a line of its own in the front matter\n"
	  "l:7:7: a seed is a number; this is 'many'\n"
	  "l:1:1: the front matter needs `title: ...`, a line that says what the lesson is about\n" },
	{ "---\ntitle: x\nid: y\nmachine: ram=2G; quit\nallow-skip: perhaps\nnonsense\ntitle:\n---\n",
	  "l:4:10: ';' and '#' have no place among words of boot\n"
	  "l:4:10: words of boot are KEY=VALUE, like ram=2G; this is 'quit'\n"
	  "l:5:13: allow-skip is yes or no; this is 'perhaps'\n"
	  "l:6:1: a line of front matter is `key: value`\n"
	  "l:7:1: 'title' was said already\n" },
	{ HEAD "```kmaplab run\nkmap p\n\nProse that was meant to be seen.\n",
	  "l:5:1: this block has no end: add a line ``` behind it\n" },
	{ HEAD "```kmaplab run\nkmap p\n\n" TASK_BLOCK,
	  "l:8:1: a fence inside the block of line 5: close that one first\n" },
	{ HEAD "````\n```\n", "l:5:1: this block has no end: add a line ``` behind it\n" },
	{ HEAD "```kmaplab\nkmap p\n```\n",
	  "l:5:1: which kind of kmaplab block? One of run, predict, task, expect, view, threads, show\n" },
	{ HEAD "```kmaplab rum\nkmap p\n```\n",
	  "l:5:1: there is no kmaplab block of kind 'rum'; did you mean 'run'?\n" },
	{ HEAD "```kmaplab interpretation\n```\n",
	  "l:5:1: there is no kmaplab block of kind 'interpretation', but run, predict, task, "
	  "expect, view, threads, show\n" },
	{ HEAD "- a list\n\n  ```kmaplab run\n  kmap p\n  ```\n",
	  "l:7:3: a kmaplab block stands at the left margin, not in a list or quote\n" },
	{ HEAD "```kmaplab run\n# nothing\n```\n", "l:5:1: this run block is empty\n" },
	{ HEAD "```kmaplab predict\nask: x\n```\n",
	  "l:5:1: this predict block has no `answer:`\n" },
	{ HEAD "```kmaplab predict\nask: x\nanswer: 5\n```\n",
	  "l:7:9: an answer is computed, never written down: `answer: = expression`\n" },
	{ HEAD "```kmaplab predict\nask: x\nask: y\nchoice: 1\nanswer: = 1\nwrong: no\n```\n",
	  "l:10:8: `wrong` needs to say which: `wrong ANSWER: ...`\n" },
	{ HEAD "```kmaplab predict\nask: x\nask: y\nchoice: 1\nanswer: = 1\n```\n",
	  "l:7:1: a predict block has at most 1 `ask:`\n"
	  "l:5:1: a question with one `choice:` is none: offer another, or none at all for a "
	  "number\n" },
	{ HEAD "```kmaplab task\nask: x\ngaol: 1\npar: 0\nforbid now: 1\nhint:\n```\n",
	  "l:7:1: a task block has no 'gaol'; did you mean 'goal'?\n"
	  "l:8:6: here belongs a number from 1 to 1000\n"
	  "l:9:13: between `forbid` and its colon stands nothing in a task block\n"
	  "l:10:6: `hint` has no value\n" },
	{ HEAD "```kmaplab task\nask: x\ngoal: 1\n```\n",
	  "l:5:1: this task block has no `solution:`\n"
	  "l:5:1: this task block has no `not-solution:`\n" },
	{ HEAD "```kmaplab task\nwhat is this\n```\n",
	  "l:6:1: a line of a task block is `key: value`; a line that goes on with a value begins "
	  "with a blank\n" },
	{ HEAD "```kmaplab task\nask: x\nlet: 3 = 4\ngoal: 1\nsolution: a\nnot-solution: b\n```\n",
	  "l:7:6: here belongs `name = expression`\n" },
	{ HEAD "```kmaplab view\npkmap; zones\n```\n",
	  "l:6:1: here belongs one view, with what it takes: `pkmap` or "
	  "`walk 0xc0000000`\n" },
	{ HEAD "Slots: {= pkmap.size\n",
	  "l:5:8: `{=` has no `}` near it on its line (write `\\{=` for the characters "
	  "themselves)\n" },
	{ HEAD "An escape: \x1b]0;owned\x07.\nAnd \x9b too.\n",
	  "l:5:12: an escape character: a lesson cannot command the terminal\n"
	  "l:6:5: the byte 0x9b is not UTF-8 text here: save the file as UTF-8\n" },
	{ HEAD "caf\xe9\n\xc2\x9b\n\xe2\x80\xae\n\x01\n",
	  "l:5:4: the byte 0xe9 is not UTF-8 text here: save the file as UTF-8\n"
	  "l:6:1: the byte 0xc2 is not UTF-8 text here: save the file as UTF-8\n"
	  "l:7:1: a character that turns the direction of writing, or broken UTF-8: remove it\n"
	  "l:8:1: the control character 0x01: remove it\n" },
};

START_TEST(every_mistake_is_named_with_its_place)
{
	struct problems *p = problems_new();
	const char *text = mistakes[_i].text;
	struct lesson *l = lesson_parse("l", text, strlen(text), p);
	char *found = all_problems(p);

	ck_assert_str_eq(found, mistakes[_i].problems);
	ck_assert_ptr_null(l);
	free(found);
	problems_free(p);
}
END_TEST

/* What the expression parser says is its own business; that its place is right is ours. */
static const struct {
	const char *text, *place;
} expressions[] = {
	{ HEAD
	  "```kmaplab task\nask: x\ngoal: pkmap.used == ==\nsolution: a\nnot-solution: b\n```\n",
	  "l:7:21: " },
	{ HEAD
	  "```kmaplab task\nask: x\nlet: n = 1 +\ngoal: 1\nsolution: a\nnot-solution: b\n```\n",
	  "l:7:13: " },
	{ HEAD "```kmaplab predict\nask: x\nanswer: = pkmap.seize\n```\n", "l:7:11: " },
	{ HEAD "```kmaplab expect\nstats.oops == 0\n  pkmap.used <\n```\n", "l:7:15: " },
	{ HEAD "One {= 1 + 1}, two {= 2 *}.\n", "l:5:26: " },
	{ HEAD "```kmaplab run\nkmap p\n```\n\n`{= pkmap.x}`\n", "l:9:5: " },
};

START_TEST(a_bad_expression_is_named_with_its_column)
{
	struct problems *p = problems_new();
	const char *text = expressions[_i].text;

	ck_assert_ptr_null(lesson_parse("l", text, strlen(text), p));
	ck_assert_uint_eq(problems_count(p), 1);
	ck_assert_msg(!strncmp(problems_text(p, 0), expressions[_i].place,
	                       strlen(expressions[_i].place)), "%s", problems_text(p, 0));
	problems_free(p);
}
END_TEST

START_TEST(a_nul_byte_hides_nothing)
{
	static const char text[] = HEAD "one\0two\n";
	struct problems *p = problems_new();

	ck_assert_ptr_null(lesson_parse("l", text, sizeof text - 1, p));
	ck_assert_str_eq(problems_text(p, 0), "l:5:4: a NUL byte: a lesson is text");
	problems_free(p);
}
END_TEST

START_TEST(a_file_is_read_only_if_it_can_be_a_lesson)
{
	char folder[] = "/tmp/kmaplab-lesson-XXXXXX", path[80];
	struct problems *p = problems_new();
	FILE *file;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_ptr_null(lesson_read(folder, p));
	ck_assert_ptr_nonnull(strstr(problems_text(p, 0), ": this is a folder"));
	snprintf(path, sizeof path, "%s/pipe", folder);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_ptr_null(lesson_read(path, p)); /* and does not wait for a writer */
	ck_assert_ptr_nonnull(strstr(problems_text(p, 1), ": this is a pipe or a device"));
	unlink(path);
	ck_assert_ptr_null(lesson_read(path, p));
	ck_assert_ptr_nonnull(strstr(problems_text(p, 2), ": cannot be opened: No such file"));
	file = fopen(path, "w");
	ck_assert_int_eq(ftruncate(fileno(file), 50 << 20), 0);
	fclose(file);
	ck_assert_ptr_null(lesson_read(path, p));
	ck_assert_ptr_nonnull(strstr(problems_text(p, 3), ": this is longer than a lesson may be"));
	ck_assert_uint_eq(problems_count(p), 4);
	unlink(path);
	rmdir(folder);
	problems_free(p);
}
END_TEST

/* Files that are made to be slow: as long as may be, of one thing. */
static const char *const repeated[] = {
	"{=", "{= 1}", "\\{=", "```\n```\n", "```kmaplab run\na\n```\n", "> ", "- ", "[", "*a ",
	"```kmaplab task\n", "k: v\n", " c\n", "title: x\n", "`", "<!--", "\n",
};

START_TEST(a_file_made_to_be_slow_is_not)
{
	static const char *const heads[] = { "", HEAD, HEAD "```kmaplab task\nask: x\n" };
	const char *unit = repeated[_i];
	char *text = malloc(LESSON_BYTES + 64);
	clock_t start = clock();

	for (int h = 0; h < LENGTH(heads); h++) {
		struct problems *p = problems_new();
		size_t n = strlen(heads[h]);

		memcpy(text, heads[h], n);
		for (; n + strlen(unit) <= LESSON_BYTES; n += strlen(unit))
			memcpy(text + n, unit, strlen(unit));
		text[n] = '\0';
		lesson_free(lesson_parse("l", text, n, p));
		problems_free(p);
	}
	free(text);
	ck_assert_msg((double)(clock() - start) / CLOCKS_PER_SEC < 5, "%s", unit);
}
END_TEST

/* Lessons of a few lines that would keep a machine busy for hours. */
START_TEST(a_lesson_has_only_so_many_commands)
{
	static const char begin[] = HEAD "```kmaplab run\n";
	char *text = malloc(LESSON_BYTES);
	struct problems *p = problems_new();
	size_t n = sizeof begin - 1;

	memcpy(text, begin, n);
	for (int line = 0; line < 11; line++)
		for (int i = 0; i < 200; i++)
			n += (size_t)sprintf(text + n, "spawn kmap p;%s", i == 199 ? "\n" : "");
	n += (size_t)sprintf(text + n, "```\n");
	ck_assert_ptr_null(lesson_parse("l", text, n, p));
	ck_assert_str_eq(problems_text(p, 0),
	                 "l: 2211 commands are more than the 2000 that a lesson may have");
	n = sizeof begin - 1 + (size_t)sprintf(text + sizeof begin - 1, "kmap %04000d\n```\n", 0);
	ck_assert_ptr_null(lesson_parse("l", text, n, p));
	ck_assert_str_eq(problems_text(p, 1), "l:6:1: a value has at most 4000 bytes");
	free(text);
	problems_free(p);
}
END_TEST

START_TEST(a_good_lesson_has_its_parts)
{
	static const char text[] =
		"---\ntitle: A test\nid: test\nkernel: 2.6.27 6.1\nmachine: ram=1G\nseed: 0x10\n"
		"requires: a b\nallow-skip: no\n---\n# Heading\n\nSome *prose* with `{= 1 + 1}`.\n\n"
		"<!-- note: wait -->\n\nMore.\n\n" RUN_BLOCK "\n" PREDICT_BLOCK "\n" TASK_BLOCK
		"\nThe end.\n";
	static const enum part_kind kinds[] = { PART_PROSE, PART_RUN, PART_PREDICT, PART_TASK,
		                                PART_PROSE };
	static const unsigned lines[] = { 10, 18, 22, 27, 34 };
	struct problems *p = problems_new();
	struct lesson *l = lesson_parse("l", text, sizeof text - 1, p);

	ck_assert_ptr_nonnull(l);
	ck_assert_uint_eq(problems_count(p), 0);
	ck_assert_str_eq(lesson_title(l), "A test");
	ck_assert_str_eq(lesson_kernel(l, 1), "6.1");
	ck_assert_ptr_null(lesson_kernel(l, 2));
	ck_assert_str_eq(lesson_machine(l), "ram=1G");
	ck_assert_uint_eq(lesson_seed(l), 16);
	ck_assert_str_eq(lesson_requires(l), "a b");
	ck_assert(!lesson_allows_skip(l));
	ck_assert_uint_eq(l->nr_parts, LENGTH(kinds));
	for (int i = 0; i < LENGTH(kinds); i++) {
		ck_assert_int_eq(l->part[i].kind, kinds[i]);
		ck_assert_uint_eq(l->part[i].line, lines[i]);
	}
	ck_assert_str_eq(part_value(&l->part[3], KEY_GOAL), "pkmap.used == 1");
	lesson_free(l);
	problems_free(p);
}
END_TEST

START_TEST(a_value_goes_on_behind_a_blank)
{
	static const char text[] = HEAD
		"```kmaplab task\nask: one\n  two\n\tthree\ngoal: 1 ==\n 1\nsolution: a; b\n  c: d\n"
		"not-solution: e\n```\n";
	struct problems *p = problems_new();
	struct lesson *l = lesson_parse("l", text, sizeof text - 1, p);

	ck_assert_ptr_nonnull(l);
	ck_assert_str_eq(part_value(&l->part[0], KEY_ASK), "one two three");
	ck_assert_str_eq(part_value(&l->part[0], KEY_GOAL), "1 == 1");
	ck_assert_str_eq(part_value(&l->part[0], KEY_SOLUTION), "a; b\nc: d");
	lesson_free(l);
	problems_free(p);
}
END_TEST

/* --- flowing text ----------------------------------------------------------------------------- */

static const struct {
	unsigned width;
	const char *first, *rest, *text, *lines;
} flows[] = {
	{ 20, "", "", "", "" },
	{ 20, "", "", "one two", "one two" },
	{ 10, "", "", "one two three", "one two\nthree" },
	{ 10, "", "", "exactly te n", "exactly te\nn" },
	{ 12, "a) ", "   ", "one two\nthree  four", "a) one two\n   three\n   four" },
	{ 10, "", "", "0123456789abc x", "0123456789\nabc x" },
	{ 3, "", "", "narrow is ten", "narrow is\nten" },
	{ 10, "", "", "caf\xc3\xa9 caf\xc3\xa9", "caf\xc3\xa9 caf\xc3\xa9" },
	/* Six characters of two cells each, without blanks. */
	{ 10, "", "", "\xe9\xab\x98\xe7\xab\xaf\xe8\xa8\x98\xe6\x86\xb6\xe9\xab\x94\xe9\xa0\x81",
	  "\xe9\xab\x98\xe7\xab\xaf\xe8\xa8\x98\xe6\x86\xb6\xe9\xab\x94\n\xe9\xa0\x81" },
	/* What closes begins no line, what opens ends none; neither does it across code. */
	{ 10, "", "", "核心的記憶，體", "核心的記\n憶，體" },
	{ 10, "", "", "核心的記「憶」體", "核心的記\n「憶」體" },
	{ 12, "", "", "核心 `kmap`。體", "核心\n`kmap`。體" },
	{ 12, "", "", "核心（kmap）體", "核心（kmap）\n體" },
	/* The end of a line in the source is no blank here, but a blank beside letters stays. */
	{ 20, "", "", "高端\n記憶體\nkmap 分頁", "高端記憶體 kmap 分頁" },
	{ 40, "", "", "核心的\n*頁框*\n記憶", "核心的*頁框*記憶" },
	{ 10, "", "", "核心的記*頁框*", "核心的\n記*頁框*" },
	{ 20, "", "", "the\n*page* 核", "the *page* 核" },
	{ 10, "", "", "abc核心def", "abc核心def" },
	{ 10, "- ", "  ", "核心的記憶體", "- 核心的記\n  憶體" },
};

START_TEST(text_flows_into_lines)
{
	char *set =
		flow_paragraph(flows[_i].text, flows[_i].width, flows[_i].first, flows[_i].rest);

	ck_assert_str_eq(set, flows[_i].lines);
	free(set);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lesson");
	TCase *reading = tcase_create("reading"), *flowing = tcase_create("flowing");
	SRunner *runner = srunner_create(suite);
	int failed;

	setenv("LC_ALL", "C.UTF-8", 1);
	setlocale(LC_ALL, "");
	tcase_set_timeout(reading, 60);
	tcase_add_loop_test(reading, every_mistake_is_named_with_its_place, 0, LENGTH(mistakes));
	tcase_add_loop_test(reading, a_bad_expression_is_named_with_its_column, 0,
	                    LENGTH(expressions));
	tcase_add_test(reading, a_nul_byte_hides_nothing);
	tcase_add_test(reading, a_file_is_read_only_if_it_can_be_a_lesson);
	tcase_add_loop_test(reading, a_file_made_to_be_slow_is_not, 0, LENGTH(repeated));
	tcase_add_test(reading, a_lesson_has_only_so_many_commands);
	tcase_add_test(reading, a_good_lesson_has_its_parts);
	tcase_add_test(reading, a_value_goes_on_behind_a_blank);
	suite_add_tcase(suite, reading);
	tcase_add_loop_test(flowing, text_flows_into_lines, 0, LENGTH(flows));
	suite_add_tcase(suite, flowing);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
