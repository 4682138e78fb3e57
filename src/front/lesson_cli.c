/*
 * kmaplab lesson list, lint, run. A verb is a row of the table below; what it does with a
 * lesson is in src/lesson, here it is printed.
 *
 * `run` without --solve is the plain front end with that lesson open.
 */
#include "front/lesson_cli.h"

#include "front/fronts.h"
#include "front/grade_cli.h"
#include "front/language.h"
#include "front/say.h"
#include "front/shelf.h"
#include "front/subcommand.h"
#include "front/weave_cli.h"
#include "lab/did_you_mean.h"
#include "lesson/lint.h"
#include "view/view.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int usage(const char *format, const char *word)
{
	struct message m;

	fail(&m, format, word);
	fprintf(stderr, "kmaplab lesson: %s\n", m.text);
	return EXIT_USAGE;
}

/* --- finding ---------------------------------------------------------------------------------- */

bool lesson_find(const char *name, char *path, size_t size)
{
	struct message m;

	if (access(name, F_OK) == 0) {
		snprintf(path, size, "%s", name);
		return true;
	}
	if (shelf_path(name, language_now(), path, size, &m))
		return true;
	fprintf(stderr, "kmaplab lesson: %s\n", m.text);
	return false;
}

/* --- list ------------------------------------------------------------------------------------- */

static int list(int argc, char **argv)
{
	struct shelf shelf;
	char *text;

	if (argc > 1)
		return usage("list takes no arguments; this is '%.80s'", argv[1]);
	language_begin(NULL);
	shelf_read(&shelf, language_now());
	if (shelf.problem)
		fprintf(stderr, "%s\n", shelf.problem);
	free(shelf.problem);
	shelf.problem = NULL;
	text = shelf_text(&shelf);
	fprintf(shelf.n ? stdout : stderr, "%s\n", text);
	free(text);
	shelf_release(&shelf);
	return EXIT_GOOD;
}

/* --- lint ------------------------------------------------------------------------------------- */

static const char *view_name(unsigned i)
{
	return i < nr_views ? views[i]->name : NULL;
}

static bool lint_file(const char *path)
{
	struct problems *p = problems_new();
	bool good = lesson_lint(path, view_name, p);
	struct message name;

	for (size_t i = 0; problems_text(p, i); i++)
		puts(problems_text(p, i));
	if (problems_count(p) > PROBLEMS_KEPT)
		printf("and %zu more\n", problems_count(p) - PROBLEMS_KEPT);
	fail(&name, "%s", path);
	if (good)
		printf("%s: good\n", name.text);
	problems_free(p);
	return good;
}

static int lint_shelf(void)
{
	struct shelf shelf;
	bool good = true;

	shelf_read(&shelf, NULL);
	for (size_t i = 0; i < shelf.n; i++)
		good = lint_file(shelf.lesson[i].path) && good;
	shelf_release(&shelf);
	return good ? EXIT_GOOD : EXIT_FAILED;
}

static int lint(int argc, char **argv)
{
	char path[PATH_MAX];
	bool good = true;

	if (argc == 1)
		return lint_shelf();
	for (int i = 1; i < argc; i++)
		good = lesson_find(argv[i], path, sizeof path) && lint_file(path) && good;
	return good ? EXIT_GOOD : EXIT_FAILED;
}

/* --- run -------------------------------------------------------------------------------------- */

static void print_say(void *ctx, enum say_kind kind, const char *text)
{
	(void)ctx;
	say_lines(stdout, kind, text);
}

static void print_reply(void *ctx, const struct reply *reply)
{
	(void)ctx;
	if (*reply->message)
		puts(reply->message);
}

/* Whether everything that the lesson asks was done. */
static bool all_done(const struct lesson_run *run)
{
	struct lesson_score score = lesson_run_score(run);

	return lesson_run_wants(run) == LESSON_OVER && !score.faults && !score.skipped &&
	       score.reached == score.tasks && score.first_try == score.predictions;
}

/* Plays a lesson through with its own solutions and the right answers. */
static int solve(const struct lesson *l, const char *kernel)
{
	struct lesson_ear ear = { .say = print_say };
	struct session *s = session_new();
	struct interp *in = interp_new(s);
	struct lesson_run *run = lesson_run_new(l, in, &ear);
	struct message m;
	bool good = run && lesson_run_start(run, kernel, &m);

	if (run && !good)
		fprintf(stderr, "kmaplab lesson: %s\n", m.text);
	while (good && lesson_run_solve(run, print_reply, NULL))
		;
	good = good && all_done(run);
	lesson_run_free(run);
	interp_free(in);
	session_free(s);
	return good ? EXIT_GOOD : EXIT_FAILED;
}

static int solve_file(const char *path, const char *kernel)
{
	struct problems *p = problems_new();
	struct lesson *l = lesson_read(path, p);
	int status = EXIT_FAILED;

	for (size_t i = 0; problems_text(p, i); i++)
		fprintf(stderr, "%s\n", problems_text(p, i));
	if (l)
		status = solve(l, kernel);
	lesson_free(l);
	problems_free(p);
	return status;
}

/* A reader at the terminal, or lines from a file: the plain front end. */
static int run_plain(char *path)
{
	char program[] = "kmaplab", plain[] = "--plain";
	char *argv[] = { program, plain, path, NULL };
	struct options o;
	struct message m;
	struct desk *desk;
	int status;

	if (!options_read(&o, 3, argv, &m) || !(desk = desk_new(&o, &m)))
		return usage("%s", m.text);
	o.lang = language_now();
	status = plain_run(desk, &o);
	desk_free(desk);
	options_release(&o);
	return status;
}

static int run(int argc, char **argv)
{
	const char *name = NULL, *kernel = NULL;
	char path[PATH_MAX];
	bool solving = false;

	language_begin(NULL);
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--solve"))
			solving = true;
		else if (!strncmp(argv[i], "--kernel=", 9))
			kernel = argv[i] + 9;
		else if (argv[i][0] == '-' || name)
			return usage("run takes one lesson, --solve and --kernel=V; this is '%.80s'",
			             argv[i]);
		else
			name = argv[i];
	}
	if (!name)
		return usage("%s", "run which lesson? `kmaplab lesson list` shows them");
	if (kernel && !solving)
		return usage("%s", "--kernel goes with --solve");
	if (!lesson_find(name, path, sizeof path))
		return EXIT_FAILED;
	if (solving)
		return solve_file(path, kernel);
	return is_lesson_file(path) ? run_plain(path) :
	                              usage("'%.80s': a lesson's file ends with .md", path);
}

/* --- the table -------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *arguments, *doc;
} verbs[] = {
	{ "list", list, "", "the lessons that are there" },
	{ "lint", lint, "[LESSON...]", "what is wrong with lessons (all of them)" },
	{ "run", run, "[--solve] LESSON", "work through a lesson in plain lines, or play it" },
	{ "grade", lesson_grade, "[--format F] LESSON TRANSCRIPT...",
	  "mark what was typed in a lesson: tap, json or junit" },
	{ "weave", lesson_weave_main, "[--answers] [-o FILE] LESSON",
	  "make a handout with the machine's answers in it" },
};
#define VERBS (sizeof verbs / sizeof *verbs)

const char *lesson_verb(unsigned i, const char **doc)
{
	if (i >= VERBS)
		return NULL;
	*doc = verbs[i].doc;
	return verbs[i].name;
}

static int help(FILE *out, int status)
{
	fputs("usage:\n", out);
	for (size_t i = 0; i < VERBS; i++)
		fprintf(out, "  kmaplab lesson %-5s %-34s %s\n", verbs[i].name, verbs[i].arguments,
		        verbs[i].doc);
	return status;
}

static int unknown(const char *word)
{
	const char *names[VERBS], *near;

	for (size_t i = 0; i < VERBS; i++)
		names[i] = verbs[i].name;
	near = did_you_mean(word, names, VERBS);
	if (near)
		fprintf(stderr, "kmaplab lesson: no such subcommand; did you mean '%s'?\n", near);
	else
		usage("there is no subcommand '%.80s'", word);
	return help(stderr, EXIT_USAGE);
}

int lesson_main(int argc, char **argv)
{
	if (argc < 2)
		return help(stderr, EXIT_USAGE);
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help"))
		return help(stdout, EXIT_GOOD);
	for (size_t i = 0; i < VERBS; i++)
		if (!strcmp(argv[1], verbs[i].name))
			return verbs[i].run(argc - 1, argv + 1);
	return unknown(argv[1]);
}
