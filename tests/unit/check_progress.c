/*
 * Progress: lines are added and never changed, whatever is wrong with the file or the disk.
 */
#include "lesson_suite.h"

#include "lesson/progress.h"
#include "lesson/progress_file.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64], path[128];
static struct problems *problems;
static struct lesson *lesson;
static struct session *session;
static struct interp *interp;
static struct lesson_run *run;

static void say_nothing(void *ctx, enum say_kind kind, const char *text)
{
	(void)ctx;
	(void)kind;
	(void)text;
}

static void set_up(void)
{
	struct lesson_ear ear = { .say = say_nothing };

	strcpy(folder, "/tmp/kmaplab-progress-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/state/kmaplab/progress.jsonl", folder);
	problems = problems_new();
	lesson = lesson_parse("l", HEAD "Text.\n", strlen(HEAD "Text.\n"), problems);
	session = session_new();
	interp = interp_new(session);
	run = lesson_run_new(lesson, interp, &ear);
}

static void tear_down(void)
{
	char command[160];

	lesson_run_free(run);
	lesson_free(lesson);
	interp_free(interp);
	session_free(session);
	problems_free(problems);
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

static void add(enum progress what)
{
	struct message m;

	ck_assert_msg(progress_add(path, run, what, &m), "%s", m.text);
}

static enum progress progress_now_of(const char *id)
{
	struct progress_book *b = progress_read(path, problems);
	enum progress what = progress_of(b, id);

	ck_assert_int_eq(progress_of(b, "other"), PROGRESS_NONE);
	progress_free(b);
	return what;
}

static enum progress progress_now(void)
{
	return progress_now_of("test");
}

/* Lines of the file that hold a word. */
static int lines_with(const char *word)
{
	FILE *file = fopen(path, "r");
	char line[300];
	int n = 0;

	ck_assert_ptr_nonnull(file);
	while (fgets(line, sizeof line, file))
		n += strstr(line, word) != NULL;
	fclose(file);
	return n;
}

static void write_file(const char *text)
{
	FILE *file = fopen(path, "a");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

START_TEST(what_was_done_is_remembered)
{
	struct stat st;

	ck_assert_int_eq(progress_now(), PROGRESS_NONE); /* no file, no folder */
	add(PROGRESS_BEGUN);
	ck_assert_int_eq(progress_now(), PROGRESS_BEGUN);
	add(PROGRESS_DONE);
	add(PROGRESS_BEGUN); /* again: done stays done */
	ck_assert_int_eq(progress_now(), PROGRESS_DONE);
	ck_assert_uint_eq(problems_count(problems), 0);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 077, 0); /* nobody else's business */
}
END_TEST

/* How many bytes a file has; -1: there is none. */
static long size_of(const char *suffix)
{
	char name[160];
	struct stat st;

	snprintf(name, sizeof name, "%s%s", path, suffix);
	return stat(name, &st) == 0 ? (long)st.st_size : -1;
}

START_TEST(damage_is_said_and_kept_aside)
{
	long before;

	add(PROGRESS_BEGUN);
	write_file("nonsense\n{\"lesson\": 7, \"what\": \"done\"}\n\n{\"lesson\":\"test\",\"wh");
	add(PROGRESS_DONE); /* behind half a line, as after a crash */
	before = size_of("");
	ck_assert_int_eq(progress_now(), PROGRESS_DONE);
	ck_assert_uint_eq(problems_count(problems), 1);
	ck_assert_ptr_nonnull(strstr(problems_text(problems, 0),
	                             ".jsonl:2: 2 lines are damaged and left out; the file as it "
	                             "was is kept as /"));
	ck_assert_int_eq(size_of(".damaged-1"), before);
	ck_assert_int_lt(size_of(""), before);
	ck_assert_int_eq(progress_now(), PROGRESS_DONE); /* mended: nothing more to say */
	ck_assert_uint_eq(problems_count(problems), 1);
	write_file("again\n");
	ck_assert_int_eq(progress_now(), PROGRESS_DONE);
	ck_assert_int_eq(size_of(".damaged-1"), before); /* never touched again */
	ck_assert_int_gt(size_of(".damaged-2"), 0);
}
END_TEST

/* Who waits for the lock while another mends has the old file open, and must not write there. */
START_TEST(nothing_is_lost_while_another_mends)
{
	struct message m;
	int status;

	add(PROGRESS_BEGUN);
	for (int child = 0; child < 4; child++)
		if (fork() == 0) {
			for (int i = 0; i < 100; i++)
				if (child % 2)
					progress_file_add(path, "{\"lesson\":\"x\",\"what\":\"done\"}", &m);
				else
					progress_file_add(path, "damage", &m);
			_exit(0);
		}
	for (int i = 0; i < 20; i++)
		progress_free(progress_read(path, problems));
	while (wait(&status) > 0)
		ck_assert_int_eq(status, 0);
	ck_assert_int_eq(progress_now_of("x"), PROGRESS_DONE);
	ck_assert_int_eq(lines_with("\"x\""), 200);
}
END_TEST

START_TEST(a_piece_of_a_line_is_left_out_without_a_word)
{
	add(PROGRESS_BEGUN);
	write_file("{\"time\":1,\"lesson\":\"test\",\"what\":\"do");
	ck_assert_int_eq(progress_now(), PROGRESS_BEGUN);
	add(PROGRESS_DONE);
	ck_assert_int_eq(progress_now(), PROGRESS_DONE);
	ck_assert_uint_eq(problems_count(problems), 0);
	ck_assert_int_eq(size_of(".damaged-1"), -1);
}
END_TEST

START_TEST(steps_are_those_since_it_was_done)
{
	static const char line[] = "{\"lesson\":\"test\",\"what\":\"step\",\"step\":%d,\"steps\":5,"
				   "\"done\":true,\"tries\":%d}\n";
	struct lesson_past past[5];
	struct progress_book *b;
	char text[200];

	add(PROGRESS_BEGUN);
	for (int i = 1; i <= 3; i += 2) {
		snprintf(text, sizeof text, line, i, i + 10);
		write_file(text);
	}
	b = progress_read(path, problems);
	ck_assert_uint_eq(progress_steps(b, "test", 5, past, 5), 3);
	ck_assert(past[0].done && !past[1].done && past[2].done);
	ck_assert_uint_eq(past[2].tries, 13);
	ck_assert_uint_eq(progress_steps(b, "test", 5, past, 2), 2);
	ck_assert_uint_eq(progress_steps(b, "test", 6, past, 5), 0); /* it was rewritten */
	progress_free(b);
	add(PROGRESS_DONE);
	b = progress_read(path, problems);
	ck_assert_uint_eq(progress_steps(b, "test", 5, past, 5), 0);
	progress_free(b);
	ck_assert_uint_eq(problems_count(problems), 0);
}
END_TEST

START_TEST(what_is_missing_is_found)
{
	struct progress_book *b;
	char missing[80];

	add(PROGRESS_DONE);
	b = progress_read(path, problems);
	ck_assert(!progress_missing(b, "", missing, sizeof missing));
	ck_assert(!progress_missing(b, "test", missing, sizeof missing));
	ck_assert(progress_missing(b, "test other more", missing, sizeof missing));
	ck_assert_str_eq(missing, "other");
	progress_free(b);
}
END_TEST

START_TEST(a_line_without_end_is_skipped)
{
	add(PROGRESS_DONE);
	for (int i = 0; i < 1000; i++)
		write_file("0123456789012345678901234567890123456789");
	write_file("\n");
	add(PROGRESS_BEGUN);
	ck_assert_int_eq(progress_now(), PROGRESS_DONE);
	ck_assert_uint_eq(problems_count(problems), 1);
}
END_TEST

START_TEST(what_cannot_be_written_is_said)
{
	struct message m;

	ck_assert(!progress_add("/dev/full", run, PROGRESS_DONE, &m));
	ck_assert_str_eq(m.text, "No space left on device");
	ck_assert(!progress_add("/proc/kmaplab/progress.jsonl", run, PROGRESS_DONE, &m));
	ck_assert_ptr_nonnull(strstr(m.text, "/proc/kmaplab/progress.jsonl: "));
	progress_free(progress_read("/dev/zero", problems));
	progress_free(progress_read("/tmp", problems));
	ck_assert_uint_eq(problems_count(problems), 2);
}
END_TEST

/* A disk that is full in the middle of a line: the file is what it was. */
START_TEST(a_line_that_does_not_fit_is_taken_back)
{
	struct rlimit limit, full;
	struct message m;
	long before;

	add(PROGRESS_BEGUN);
	before = size_of("");
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	full = limit;
	full.rlim_cur = (rlim_t)before + 20;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &full), 0);
	ck_assert(!progress_add(path, run, PROGRESS_DONE, &m));
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	ck_assert_int_eq(size_of(""), before);
	ck_assert_int_eq(progress_now(), PROGRESS_BEGUN);
	add(PROGRESS_DONE);
	ck_assert_int_eq(progress_now(), PROGRESS_DONE);
	ck_assert_uint_eq(problems_count(problems), 0);
}
END_TEST

START_TEST(being_killed_spoils_nothing)
{
	add(PROGRESS_DONE);
	for (int i = 0; i < 20; i++) {
		pid_t child = fork();
		int status;

		if (child == 0)
			for (;;)
				progress_add(path, run, PROGRESS_BEGUN, NULL);
		usleep(1000 + 700 * (unsigned)i);
		kill(child, SIGKILL);
		ck_assert_int_eq(waitpid(child, &status, 0), child);
		ck_assert_int_eq(progress_now(), PROGRESS_DONE);
	}
	ck_assert_uint_eq(problems_count(problems), 0);
	ck_assert_int_gt(lines_with("begun"), 0);
}
END_TEST

START_TEST(two_at_once_lose_nothing)
{
	char line[300];
	FILE *file;
	int lines = 0, status;

	for (int child = 0; child < 4; child++)
		if (fork() == 0) {
			for (int i = 0; i < 50; i++)
				progress_add(path, run, PROGRESS_BEGUN, NULL);
			_exit(0);
		}
	while (wait(&status) > 0)
		ck_assert_int_eq(status, 0);
	file = fopen(path, "r");
	while (fgets(line, sizeof line, file))
		lines++;
	fclose(file);
	ck_assert_int_eq(lines, 200);
	ck_assert_int_eq(progress_now(), PROGRESS_BEGUN);
	ck_assert_uint_eq(problems_count(problems), 0);
}
END_TEST

START_TEST(the_file_has_its_place)
{
	char where[200], tiny[10];
	struct message m;

	setenv("XDG_STATE_HOME", "/s", 1);
	setenv("HOME", "/h", 1);
	ck_assert(progress_path(where, sizeof where, &m));
	ck_assert_str_eq(where, "/s/kmaplab/progress.jsonl");
	ck_assert(!progress_path(tiny, sizeof tiny, &m));
	setenv("XDG_STATE_HOME", "relative", 1);
	ck_assert(progress_path(where, sizeof where, &m));
	ck_assert_str_eq(where, "/h/.local/state/kmaplab/progress.jsonl");
	unsetenv("HOME");
	ck_assert(!progress_path(where, sizeof where, &m));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("progress");
	TCase *tests = tcase_create("progress");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, what_was_done_is_remembered);
	tcase_add_test(tests, damage_is_said_and_kept_aside);
	tcase_add_test(tests, nothing_is_lost_while_another_mends);
	tcase_add_test(tests, a_piece_of_a_line_is_left_out_without_a_word);
	tcase_add_test(tests, steps_are_those_since_it_was_done);
	tcase_add_test(tests, what_is_missing_is_found);
	tcase_add_test(tests, a_line_without_end_is_skipped);
	tcase_add_test(tests, what_cannot_be_written_is_said);
	tcase_add_test(tests, a_line_that_does_not_fit_is_taken_back);
	tcase_add_test(tests, being_killed_spoils_nothing);
	tcase_add_test(tests, two_at_once_lose_nothing);
	tcase_add_test(tests, the_file_has_its_place);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
