/*
 * kmaplab lesson list, lint, run. A verb is a row of the table below; what it does with a
 * lesson is in src/lesson, here it is printed.
 * */
#include "front/lesson_cli.h"

#include "front/fronts.h"
#include "front/grade_cli.h"
#include "front/language.h"
#include "front/run_cli.h"
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

/* --- the table -------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *arguments, *doc;
} verbs[] = {
	{ "list", list, "", "the lessons that are there" },
	{ "lint", lint, "[LESSON...]", "what is wrong with lessons (all of them)" },
	{ "run", run_main, "[--solve|--lines] LESSON", "work through a lesson in plain lines, or play it" },
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

static bool is_lesson(const char *name)
{
	struct shelf shelf;
	bool found;

	shelf_read(&shelf, NULL);
	found = shelf_find(&shelf, name);
	shelf_release(&shelf);
	return found;
}

/* `lesson 07` and `lesson start 07` want to read, as at the prompt of the lab. */
static int unknown(const char *word, const char *lesson)
{
	const char *names[VERBS], *near;

	for (size_t i = 0; i < VERBS; i++)
		names[i] = verbs[i].name;
	near = did_you_mean(word, names, VERBS);
	if (is_lesson(lesson))
		return usage("`kmaplab %.80s` opens that lesson on the screen, `kmaplab lesson run` "
		             "with its name in plain lines", lesson);
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
	return unknown(argv[1], argv[argc > 2 ? 2 : 1]);
}
