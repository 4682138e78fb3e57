/*
 * kmaplab lesson weave [--answers] [--seed N] [--kernel V] [-o FILE] LESSON
 *
 * The handout is made in memory first: a lesson that turns out to be broken in its last block leaves
 * no half of a handout behind, neither on standard output nor in a file.
 */
#include "front/weave_cli.h"

#include "front/freeze.h"
#include "front/fronts.h"
#include "front/lesson_cli.h"
#include "lesson/weave.h"
#include "machine/conf.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static int usage(const char *text)
{
	fprintf(stderr, "kmaplab lesson weave: %s\n", text);
	return EXIT_USAGE;
}

/* Drawn with lines whatever the locale: paper has them all. */
static char *screen(void *ctx, struct session *s, const char *view, unsigned cols, unsigned rows)
{
	(void)ctx;
	return freeze_view(view, s, 0, cols, rows, false);
}

static bool put(const char *path, const char *text)
{
	FILE *file = path ? fopen(path, "w") : stdout;
	bool good = file && fputs(text, file) >= 0 && fflush(file) == 0;

	if (path && file && fclose(file) != 0)
		good = false;
	if (!good)
		fprintf(stderr, "kmaplab lesson weave: %s: %s\n", path ? path : "standard output",
		        strerror(errno));
	return good;
}

static int weave(const struct weaving *w, const char *path)
{
	struct problems *p = problems_new();
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	bool good;

	if (!out)
		abort();
	good = lesson_weave(w, out, p);
	fclose(out);
	for (size_t i = 0; problems_text(p, i); i++)
		fprintf(stderr, "%s\n", problems_text(p, i));
	good = good && put(path, text);
	free(text);
	problems_free(p);
	return good ? EXIT_GOOD : EXIT_FAILED;
}

int lesson_weave_main(int argc, char **argv)
{
	static const struct option options[] = { { "answers", no_argument, NULL, 'a' },
		                                 { "seed", required_argument, NULL, 's' },
		                                 { "kernel", required_argument, NULL, 'k' },
		                                 { "output", required_argument, NULL, 'o' },
		                                 { NULL, 0, NULL, 0 } };
	struct weaving w = { .screen = screen };
	const char *path = NULL;
	char file[PATH_MAX];
	int c;

	opterr = 0;
	optind = 0; /* other words were read before */
	while ((c = getopt_long(argc, argv, "o:", options, NULL)) != -1)
		switch (c) {
		case 'a': w.answers = true; break;
		case 'k': w.kernel = optarg; break;
		case 'o': path = optarg; break;
		case 's':
			w.seeded = conf_number(optarg, &w.seed);
			if (w.seeded)
				break;
			return usage("--seed wants a number");
		default:
			return usage("it takes --answers, --seed N, --kernel V, -o FILE and a lesson");
		}
	if (optind + 1 != argc)
		return usage("which lesson? `kmaplab lesson list` shows them");
	if (!lesson_find(argv[optind], file, sizeof file))
		return EXIT_FAILED;
	w.path = file;
	return weave(&w, path);
}
