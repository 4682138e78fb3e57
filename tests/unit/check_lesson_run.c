/*
 * Running lessons: what a reader can do, and that the world follows.
 *
 * Each test plays a short lesson made here; what the run says is collected as text, each piece
 * behind the letter of its kind.
 */
#include "lesson_play.h"

#include "lesson/lint.h"

#include <unistd.h>

/* --- the lesson that most tests play ---------------------------------------------------------- */

#define MACHINE "---\ntitle: A test\nid: test\nmachine: ram=1G pkmap=4\n---\n"
#define ALLOC "```kmaplab run\np = alloc highmem\n```\n"
#define QUESTION                                                                                   \
	"```kmaplab predict\nask: Which slot of {= pkmap.size}?\nchoice 0: the first\n"             \
	"choice 1: the second\nchoice 3: the last\nafter: kmap p\nanswer: = page(p).slot\n"         \
	"hint: Not that one.\nwrong 0: It comes last.\nwrong other: Far off.\nwhy: So it is.\n```\n"
#define NUMBER "```kmaplab predict\nask: Where?\nanswer: = pkmap.base\n```\n"
#define WORK                                                                                       \
	"```kmaplab task\nask: Map it twice.\nlet: before = stats.kmaps\ngoal: page(p).count == 3\n" \
	"goal: stats.kmaps > before + 1\nforbid: stats.oops > 0\npar: 2\nhint: One.\nhint: Two.\n"  \
	"why: So there.\nsolution: kmap p; kmap p\nnot-solution: kmap p\n```\n"
#define LESSON MACHINE "Begin.\n\n" ALLOC QUESTION WORK NUMBER "The {= 3 - 2} end.\n"

START_TEST(a_lesson_is_played_from_beginning_to_end)
{
	struct play p;
	struct lesson_score score;

	play_start(&p, LESSON);
	SAYS(&p, "p Begin.\nC p = alloc highmem\n. Enter runs this.");
	ck_assert_uint_eq(session_position(p.s), 0); /* shown, not run */
	type(&p, "");
	SAYS(&p, "> p0 (frame ");
	SAYS(&p, "? Which slot of 4?\n) a) the first\n) b) the second\n) c) the last\n");
	WANTS(&p, LESSON_ANSWER);
	type(&p, "b");
	SAYS(&p, "+ Right.\n+ So it is.\n");
	type(&p, "next");
	SAYS(&p, "T Map it twice.");
	WANTS(&p, LESSON_GOAL);
	type(&p, "kmap p; kmap p");
	SAYS(&p, "+ Done, with 2 commands: that is par.\n+ So there.\n");
	type(&p, "");
	type(&p, "0xffc00000");
	SAYS(&p, "+ Right.");
	type(&p, "");
	SAYS(&p, "p The 1 end.");
	SAYS(&p, "Predictions right at once: 2 of 2. Goals reached: 1 of 1. Hints: 0.");
	WANTS(&p, LESSON_OVER);
	score = lesson_run_score(p.run);
	ck_assert_uint_eq(score.faults + score.skipped + score.hints, 0);
	ck_assert_uint_eq(score.commands, 2);
	play_free(&p);
}
END_TEST

/* Answers that mean the second choice, and some that do not. */
static const struct {
	const char *typed;
	bool right;
	const char *said;
} answers[] = {
	{ "b", true, "+ Right." },
	{ "B", true, "+ Right." },
	{ " 1 ", true, "+ Right." },
	{ "0x1", true, "+ Right." },
	{ "the second", true, "+ Right." },
	{ "The Second", true, "+ Right." },
	{ "a", false, "- Not so.\n- It comes last.\n" },
	{ "0", false, "- It comes last.\n" },
	{ "c", false, "- Far off.\n" },
	{ "3", false, "- Far off.\n" },
	{ "", false, ") c) the last\n. Type the letter" },
	{ "d", false, "The answers here are a to c;" },
	{ "hint", false, "! Hint: Not that one." },
	{ "check", false, ". Type the letter" },
};

START_TEST(answers_are_understood)
{
	struct play p;

	play_start(&p, LESSON);
	type(&p, "");
	type(&p, answers[_i].typed);
	SAYS(&p, answers[_i].said);
	WANTS(&p, answers[_i].right ? LESSON_NEXT : LESSON_ANSWER);
	type(&p, "b");
	WANTS(&p, LESSON_NEXT);
	play_free(&p);
}
END_TEST

START_TEST(asking_changes_nothing)
{
	struct play p;
	uint64_t hash;

	play_start(&p, MACHINE ALLOC "```kmaplab expect\npkmap.used == 0\n```\n" QUESTION);
	type(&p, "p"); /* no command, no answer: the world stays */
	type(&p, "");
	hash = world_hash(session_world(p.s));
	ck_assert_uint_eq(value(&p, "stats.kmaps"), 0);
	ck_assert_uint_eq(value(&p, "count(PKMAP_COUNT)"), 0);
	type(&p, "kmap p");
	ck_assert_uint_eq(value(&p, "stats.kmaps"), 1);
	type(&p, "a");
	SAYS(&p, "(The world is again as the lesson left it.)");
	ck_assert(world_hash(session_world(p.s)) == hash);
	ck_assert_uint_eq(value(&p, "stats.kmaps"), 0);
	play_free(&p);
}
END_TEST

START_TEST(back_restores_the_world_and_runs_nothing)
{
	struct play p;
	uint64_t task_hash;
	uint32_t end;

	play_start(&p, LESSON);
	type(&p, "");
	type(&p, "b");
	type(&p, "");
	task_hash = world_hash(session_world(p.s));
	type(&p, "kmap p");
	type(&p, "write p \"hello\"");
	ck_assert(world_hash(session_world(p.s)) != task_hash);
	end = session_end(p.s);
	type(&p, "back");
	SAYS(&p, "T Map it twice.");
	ck_assert(world_hash(session_world(p.s)) == task_hash);
	ck_assert_uint_eq(session_end(p.s), end);
	WANTS(&p, LESSON_GOAL);
	type(&p, "back");
	SAYS(&p, "? Which slot");
	type(&p, "back");
	SAYS(&p, "C p = alloc highmem");
	ck_assert_uint_eq(session_position(p.s), 0);
	ck_assert_int_eq(session_lookup(p.s, "p").kind, VALUE_NONE);
	type(&p, "back");
	SAYS(&p, ". This is the beginning.");
	type(&p, "");
	type(&p, "b");
	type(&p, "");
	ck_assert(world_hash(session_world(p.s)) == task_hash);
	play_free(&p);
}
END_TEST

START_TEST(back_works_however_often)
{
	struct play p;
	uint64_t hash;

	play_start(&p, LESSON);
	type(&p, "");
	type(&p, "b");
	type(&p, "");
	hash = world_hash(session_world(p.s));
	for (int i = 0; i < 200; i++) { /* more branches than a session keeps */
		type(&p, "kmap p; kunmap p");
		WANTS(&p, LESSON_GOAL);
		type(&p, "back");
		ck_assert(world_hash(session_world(p.s)) == hash);
	}
	type(&p, "back");
	type(&p, "back");
	SAYS(&p, "C p = alloc highmem");
	play_free(&p);
}
END_TEST

START_TEST(what_is_forbidden_fails_the_task)
{
	struct play p;

	play_start(&p, LESSON);
	type(&p, "");
	type(&p, "b");
	type(&p, "");
	type(&p, "kmap p; kunmap p; kunmap p");
	SAYS(&p, "- That must not happen here: stats.oops > 0\n. `back` puts the world back");
	WANTS(&p, LESSON_BACK);
	type(&p, "");
	WANTS(&p, LESSON_BACK);
	type(&p, "back");
	WANTS(&p, LESSON_GOAL);
	ck_assert_uint_eq(value(&p, "stats.oops"), 0);
	type(&p, "kmap p");
	type(&p, "check");
	SAYS(&p, "G not yet: page(p).count == 3 (now 2)\n"
	     "G not yet: stats.kmaps > before + 1 (now 1 and 1)\n");
	type(&p, "kmap p; kmap p; kmap p");
	SAYS(&p, "+ Done, with 2 commands"); /* noticed in the middle of the line */
	type(&p, "check");
	SAYS(&p, "+ This is done.");
	type(&p, "next"); /* what came behind the goal was play */
	ck_assert_uint_eq(value(&p, "page(p).count"), 3);
	play_free(&p);
}
END_TEST

START_TEST(hints_come_one_by_one_and_skipping_shows_the_way)
{
	struct play p;
	struct lesson_score score;

	play_start(&p, LESSON);
	type(&p, "hint");
	SAYS(&p, ". Enter runs this.");
	type(&p, "");
	type(&p, "skip");
	SAYS(&p, "+ The answer: b.\n+ So it is.");
	type(&p, "");
	type(&p, "hint");
	SAYS(&p, "! Hint: One.");
	type(&p, "hint");
	SAYS(&p, "! Hint: Two.");
	type(&p, "hint");
	SAYS(&p, "! There are no more hints.");
	type(&p, "skip");
	SAYS(&p, "C kmap p; kmap p\n");
	ck_assert_uint_eq(value(&p, "page(p).count"), 3);
	type(&p, "");
	score = lesson_run_score(p.run);
	ck_assert_uint_eq(score.hints, 2);
	ck_assert_uint_eq(score.skipped, 2);
	ck_assert_uint_eq(score.reached, 0);
	ck_assert_uint_eq(score.first_try, 0);
	play_free(&p);
}
END_TEST

START_TEST(a_lesson_can_forbid_skipping)
{
	struct play p;

	play_start(&p, "---\ntitle: A test\nid: test\nallow-skip: no\n---\n" NUMBER);
	type(&p, "skip");
	SAYS(&p, ". This lesson does not let you skip");
	WANTS(&p, LESSON_ANSWER);
	play_free(&p);
}
END_TEST

START_TEST(the_machine_is_the_same_whatever_was_booted_before)
{
	struct play p;
	struct message m;
	uint64_t hash;

	play_start(&p, LESSON);
	hash = world_hash(session_world(p.s));
	play_free(&p);
	play_new(&p, LESSON);
	interp_line(p.in, NULL, 1, "boot kernel=6.1 split=2g ram=8G cpus=4 nr_cpus=32 "
	            "cmdline=vmalloc=256M seed=3; alloc highmem 5; kmap p0", NULL, NULL);
	ck_assert(lesson_run_start(p.run, NULL, &m));
	ck_assert(world_hash(session_world(p.s)) == hash);
	type(&p, "");
	type(&p, "boot kernel=6.1");
	type(&p, "b"); /* the question is about the lesson's machine */
	SAYS(&p, "(The world is again as the lesson left it.)");
	SAYS(&p, "+ Right.");
	type(&p, "restart");
	SAYS(&p, "p Begin.");
	ck_assert(world_hash(session_world(p.s)) == hash);
	play_free(&p);
}
END_TEST

/* Lessons that are at fault, and the line and the sentence of the first fault. */
static const struct {
	const char *body, *fault;
} faults[] = {
	{ "```kmaplab expect\n1 == 1\npkmap.used == 1\n```\n",
	  "X l:8: the lesson expects something here that is not so" },
	{ "Frame {= page(q).pfn}.\n", "X l:6: " },
	{ "```kmaplab run\nkmap q\n```\n", "X l:7: `kmap q` fails: No page is called 'q'" },
	{ "```kmaplab run\nsave-screen /tmp/kmaplab-must-not-be\n```\n",
	  "X l:7: `save-screen /tmp/kmaplab-must-not-be` fails: " },
	{ "```kmaplab run\nboot e820=/etc/passwd\n```\n",
	  "X l:7: `boot e820=/etc/passwd` fails: " },
	{ "```kmaplab predict\nask: x\nanswer: = 1 / pkmap.used\n```\n", "X l:8: " },
	{ "```kmaplab task\nask: x\ngoal: pkmap.used == 0\nsolution: print 1\n"
	  "not-solution: print 1\n```\n",
	  "X l:6: the goal of this task holds before anything is done" },
};

START_TEST(a_fault_of_the_lesson_is_named)
{
	struct play p;
	char text[1000];

	snprintf(text, sizeof text, MACHINE "%s", faults[_i].body);
	play_start(&p, text);
	if (lesson_run_wants(p.run) == LESSON_NEXT)
		type(&p, "");
	SAYS(&p, faults[_i].fault);
	ck_assert_uint_ge(lesson_run_score(p.run).faults, 1);
	ck_assert_int_ne(access("/tmp/kmaplab-must-not-be", F_OK), 0);
	play_free(&p);
}
END_TEST

START_TEST(a_machine_that_cannot_be_is_refused)
{
	struct play p;
	struct message m;

	play_new(&p, "---\ntitle: A test\nid: test\nmachine: ram=1M\n---\nText.\n");
	ck_assert(!lesson_run_start(p.run, NULL, &m));
	ck_assert(m.text[0]);
	ck_assert(!lesson_run_start(p.run, "9.9", &m));
	ck_assert_ptr_null(session_world(p.s));
	play_free(&p);
}
END_TEST

/* --- the lint --------------------------------------------------------------------------------- */

/* Bodies behind MACHINE and what the lint finds in them. */
static const struct {
	const char *body, *found;
} lints[] = {
	{ ALLOC QUESTION WORK, "" },
	{ ALLOC "```kmaplab task\nask: x\ngoal: page(p).count == 2\nsolution: kmap p\n"
	        "not-solution: kmap p\n```\n", "test.md:13:15: this non-solution is accepted\n" },
	{ ALLOC "```kmaplab task\nask: x\ngoal: page(p).count == 3\nsolution: kmap p\n"
	        "not-solution: kunmap\n```\n",
	  "test.md:13:15: `kunmap` fails: " },
	{ ALLOC "```kmaplab task\nask: x\ngoal: page(p).count == 3\nsolution: kmap p\n"
	        "not-solution: print 1\n```\n",
	  "test.md:12:11: this solution does not reach the goal\n" },
	{ ALLOC "```kmaplab task\nask: x\ngoal: page(p).count == 1\nforbid: count(PKMAP_COUNT) > 1\n"
	        "solution: kmap p\n  kunmap p\nnot-solution: print 1\n```\n",
	  "test.md:13:11: this solution does what the task forbids\n" },
	/* Two lines that are one solution; and two of which the second is too much. */
	{ ALLOC "```kmaplab task\nask: x\ngoal: page(p).count == 1\nsolution: kmap p\n"
	        "solution: kunmap p\nnot-solution: kmap p\n```\n", "" },
	{ ALLOC "```kmaplab task\nask: x\ngoal: page(p).count == 2\nsolution: kmap p\n"
	        "solution: print 1\nnot-solution: print 1\n```\n",
	  "test.md:13:11: this solution does not reach the goal\n" },
	/* A machine of his own is a reader's good right. */
	{ ALLOC "```kmaplab task\nask: x\ngoal: stats.pkmap_flushes == 1\nforbid: stats.oops > 0\n"
	        "solution: boot pkmap=8\nsolution: alloc highmem 8\n  kmap p0; kmap p1; kmap p2; kmap p3\n"
	        "  kmap p4; kmap p5; kmap p6; kmap p7\nnot-solution: kunmap p\n```\n" NUMBER, "" },
	{ "```kmaplab predict\nask: x\nchoice: 5\nchoice: 6\nanswer: = pkmap.size\n```\n",
	  "test.md:6:1: the answer is 4, and no choice says so\n" },
	{ "```kmaplab predict\nask: x\nchoice: 4\nchoice: 6\nanswer: = pkmap.size\nwrong 4: no\n"
	  "wrong 5: no\n```\n",
	  "test.md:11:10: this answer is called wrong, and it is right\n"
	  "test.md:12:10: no choice is called like this wrong answer\n" },
	{ "```kmaplab run\nkmap nothing\n```\n",
	  "test.md:7:1: `kmap nothing` fails: No page is called 'nothing'" },
	{ "a\\\nb\\\nc\\\nd\\\ne\\\nf\\\ng\\\nh\\\ni\\\nj\\\nk\\\nl\\\nm\\\nn\\\no\\\np\\\nq\\\n"
	  "r\\\ns\\\nt\\\nu\\\nv\n",
	  "test.md:6:1: 22 lines of prose with nothing to do; at most 18 fit on a screen\n" },
};

START_TEST(the_lint_finds_what_is_wrong)
{
	char folder[] = "/tmp/kmaplab-lint-XXXXXX", path[80], expected[600], *found;
	struct problems *p = problems_new();
	const char *rest = lints[_i].found;
	FILE *file;
	size_t n = 0, line;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/test.md", folder);
	file = fopen(path, "w");
	fprintf(file, MACHINE "%s", lints[_i].body);
	fclose(file);
	ck_assert_int_eq(lesson_lint(path, NULL, p), !*rest);
	unlink(path);
	rmdir(folder);
	for (expected[0] = '\0'; *rest; rest += line) {
		line = strcspn(rest, "\n");
		line += rest[line] == '\n';
		n += (size_t)snprintf(expected + n, sizeof expected - n, "%s/%.*s", folder, (int)line,
		                      rest);
	}
	found = all_problems(p);
	ck_assert_msg(!strncmp(found, expected, strlen(expected)), "%s", found);
	free(found);
	problems_free(p);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lesson_run");
	TCase *running = tcase_create("running");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(running, 60);
	tcase_add_test(running, a_lesson_is_played_from_beginning_to_end);
	tcase_add_loop_test(running, answers_are_understood, 0, LENGTH(answers));
	tcase_add_test(running, asking_changes_nothing);
	tcase_add_test(running, back_restores_the_world_and_runs_nothing);
	tcase_add_test(running, back_works_however_often);
	tcase_add_test(running, what_is_forbidden_fails_the_task);
	tcase_add_test(running, hints_come_one_by_one_and_skipping_shows_the_way);
	tcase_add_test(running, a_lesson_can_forbid_skipping);
	tcase_add_test(running, the_machine_is_the_same_whatever_was_booted_before);
	tcase_add_loop_test(running, a_fault_of_the_lesson_is_named, 0, LENGTH(faults));
	tcase_add_test(running, a_machine_that_cannot_be_is_refused);
	tcase_add_loop_test(running, the_lint_finds_what_is_wrong, 0, LENGTH(lints));
	suite_add_tcase(suite, running);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
