/*
 * kmaplab lesson grade [--format tap|json|junit] LESSON TRANSCRIPT...
 *
 * A folder stands for the transcripts in it, in the order of their names' bytes; a folder in it for
 * one student, who worked in several sittings and gets one verdict for all of them. Each transcript is
 * read, graded and reported before the next is opened, so that a class of any size takes the memory
 * of one. A transcript that cannot be graded gets a verdict that says why, and the others theirs.
 */
#include "front/grade_cli.h"

#include "front/fronts.h"
#include "front/lesson_cli.h"
#include "lesson/transcript.h"
#include "lesson/verdicts.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct grading {
	const struct verdict_format *format;
	const struct lesson *lesson;
	unsigned tests;
	bool all_met;
};

static int usage(const char *text, const char *word)
{
	struct message m;

	fail(&m, "%s%s", text, word);
	fprintf(stderr, "kmaplab lesson grade: %s\n", m.text);
	return EXIT_USAGE;
}

static void report(struct grading *g, const struct verdict *v)
{
	g->format->verdict(stdout, g->lesson, v, &g->tests);
	g->all_met = g->all_met && v->graded && v->nr == v->nr_met;
}

static void grade_file(struct grading *g, const char *path)
{
	struct verdict v;

	grade(g->lesson, path, &v);
	report(g, &v);
	verdict_release(&v);
}

/* --- folders ---------------------------------------------------------------------------------- */

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_transcript(const char *name)
{
	size_t n = strlen(name), suffix = strlen(TRANSCRIPT_SUFFIX);

	return n > suffix && !strcmp(name + n - suffix, TRANSCRIPT_SUFFIX);
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Not alphasort(), which goes by the locale. */
static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Calls `fn` for what is in a folder, with its path; how often that said yes, -1: it cannot be read. */
static int each_entry(const char *folder, bool (*fn)(void *ctx, const char *path), void *ctx)
{
	struct dirent **entry = NULL;
	int n = scandir(folder, &entry, is_visible, by_bytes), found = 0;

	for (int i = 0; i < n; i++) {
		char *path;

		if (asprintf(&path, "%s/%s", folder, entry[i]->d_name) < 0)
			abort();
		found += fn(ctx, path);
		free(path);
		free(entry[i]);
	}
	free(entry);
	return n < 0 ? -1 : found;
}

/* What one student did in several sittings. */
struct student {
	struct grading *g;
	struct verdict all;
};

/* A file that cannot be graded gets a verdict of its own, and takes nothing from the others. */
static bool add_sitting(void *ctx, const char *path)
{
	struct student *s = ctx;
	struct verdict v;

	if (!is_transcript(path))
		return false;
	grade(s->g->lesson, path, &v);
	if (!v.graded) {
		report(s->g, &v);
	} else if (!s->all.graded) {
		const char *folder = s->all.transcript;

		s->all = v;
		s->all.transcript = folder;
		return true;
	} else {
		verdict_add(&s->all, &v);
	}
	verdict_release(&v);
	return true;
}

static void grade_student(struct grading *g, const char *folder)
{
	struct student s = { .g = g, .all.transcript = folder };

	if (each_entry(folder, add_sitting, &s) <= 0)
		fail(&s.all.reason, "no transcript (a file that ends with " TRANSCRIPT_SUFFIX
		     ") is in this folder");
	if (s.all.graded || *s.all.reason.text)
		report(g, &s.all);
	verdict_release(&s.all);
}

static bool grade_entry(void *ctx, const char *path)
{
	if (is_folder(path))
		grade_student(ctx, path);
	else if (is_transcript(path))
		grade_file(ctx, path);
	else
		return false;
	return true;
}

static bool grade_folder(struct grading *g, const char *folder)
{
	int n = each_entry(folder, grade_entry, g);
	struct message m;

	if (n > 0)
		return true;
	fail(&m, "%s: %s", folder, n < 0 ? strerror(errno) :
	     "no transcript (a file that ends with " TRANSCRIPT_SUFFIX ") is in this folder");
	fprintf(stderr, "kmaplab lesson grade: %s\n", m.text);
	return false;
}

static int grade_all(struct grading *g, int n, char **path)
{
	g->all_met = true;
	g->format->begin(stdout, g->lesson);
	for (int i = 0; i < n; i++) {
		if (is_folder(path[i]))
			g->all_met = grade_folder(g, path[i]) && g->all_met;
		else
			grade_file(g, path[i]);
	}
	g->format->end(stdout, g->tests);
	if (fflush(stdout) != 0) /* half a report is none */
		g->all_met = false;
	return g->all_met ? EXIT_GOOD : EXIT_FAILED;
}

/* --- the command line ------------------------------------------------------------------------- */

/* Takes --format's value from argv[*i], or from the word behind it. */
static bool take_format(struct grading *g, int argc, char **argv, int *i)
{
	const char *value = argv[*i] + strlen("--format");

	if (*value == '=')
		value++;
	else if (*value || ++*i == argc)
		return false;
	else
		value = argv[*i];
	g->format = verdict_format(value);
	return g->format;
}

int lesson_grade(int argc, char **argv)
{
	struct grading g = { .format = verdict_format("tap") };
	struct problems *p;
	struct lesson *l;
	int i = 1, status = EXIT_FAILED;
	char path[PATH_MAX];

	for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		if (!strcmp(argv[i], "--")) {
			i++;
			break;
		}
		if (strncmp(argv[i], "--format", 8) != 0)
			return usage("there is no option ", argv[i]);
		if (!take_format(&g, argc, argv, &i))
			return usage("", "--format is tap, json or junit");
	}
	if (argc - i < 2)
		return usage("", "a LESSON and its transcripts, or a folder of them, belong here");
	if (!lesson_find(argv[i], path, sizeof path))
		return EXIT_FAILED;
	p = problems_new();
	l = lesson_read(path, p);
	for (size_t k = 0; problems_text(p, k); k++)
		fprintf(stderr, "%s\n", problems_text(p, k));
	g.lesson = l;
	if (l)
		status = grade_all(&g, argc - i - 1, argv + i + 1);
	lesson_free(l);
	problems_free(p);
	return status;
}
