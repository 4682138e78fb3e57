/*
 * A lesson from the reader's side: how long until its first page is there, and how long `back` takes
 * when much lies between. Every lesson of the folder that $KMAPLAB_LESSONS names is read, started and
 * played to its end; then one goes back, step by step, to its beginning.
 *
 * A start may take 20 ms, and going back should not be felt: a keystroke is 100 ms away from the next.
 */
#include "lesson/run.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void say_nothing(void *ctx, enum say_kind kind, const char *text)
{
	(void)ctx;
	(void)kind;
	(void)text;
}

static void hear_nothing(void *ctx, const struct reply *reply)
{
	(void)ctx;
	(void)reply;
}

/* The slowest `back` on the way from the end to the first step. */
static double slowest_back(struct lesson_run *run, const struct lesson *l)
{
	double slowest = 0;

	for (unsigned i = 0; i < 2 * lesson_steps(l); i++) {
		double start = now(), took;

		lesson_run_back(run);
		took = now() - start;
		slowest = took > slowest ? took : slowest;
	}
	return slowest;
}

/* Reads and starts a lesson as a front end does, then plays it. False: it cannot be played. */
static bool measure(const char *path, double *start, double *back)
{
	struct problems *problems = problems_new();
	double begin = now();
	struct lesson *l = lesson_read(path, problems);
	struct session *s = session_new();
	struct interp *in = interp_new(s);
	struct lesson_ear ear = { .say = say_nothing, .reply = hear_nothing };
	struct lesson_run *run = l ? lesson_run_new(l, in, &ear) : NULL;
	struct message m;
	bool good = run && lesson_run_start(run, NULL, &m);

	*start = now() - begin;
	while (good && lesson_run_solve(run, hear_nothing, NULL))
		;
	good = good && lesson_run_wants(run) == LESSON_OVER;
	*back = good ? slowest_back(run, l) : 0;
	lesson_run_free(run);
	interp_free(in);
	session_free(s);
	lesson_free(l);
	problems_free(problems);
	return good;
}

int main(void)
{
	const char *folder = getenv("KMAPLAB_LESSONS");
	DIR *dir = opendir(folder ? folder : "lessons");
	struct dirent *entry;
	double worst_start = 0, worst_back = 0;
	unsigned n = 0;

	while (dir && (entry = readdir(dir))) {
		const char *dot = strchr(entry->d_name, '.');
		char path[PATH_MAX];
		double start, back;

		if (!dot || strcmp(dot, ".md"))
			continue;
		snprintf(path, sizeof path, "%s/%s", folder ? folder : "lessons", entry->d_name);
		if (!measure(path, &start, &back)) {
			fprintf(stderr, "%s cannot be played\n", entry->d_name);
			return 1;
		}
		worst_start = start > worst_start ? start : worst_start;
		worst_back = back > worst_back ? back : worst_back;
		n++;
	}
	if (dir)
		closedir(dir);
	printf("lesson: %u lessons; a start takes at most %.1f ms, back at most %.1f ms\n", n,
	       worst_start * 1e3, worst_back * 1e3);
	return n ? 0 : 1;
}
