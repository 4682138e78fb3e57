/*
 * kmaplab lesson run [--solve | --lines] [--kernel V] [--seed N] LESSON
 *
 * Without --solve it is the plain front end with that lesson open. With it the lesson is played with
 * its own solutions and right answers; --lines prints what one would have to type for that, and
 * nothing else, so that another front end can be made to play it.
 */
#include "front/run_cli.h"

#include "front/freeze.h"
#include "front/fronts.h"
#include "front/language.h"
#include "front/lesson_cli.h"
#include "front/say.h"
#include "machine/conf.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What was asked for. */
struct wish {
	const char *kernel, *seed; /* as given, or NULL */
	bool solve, lines;
};

static int usage(const char *text)
{
	struct message m;

	fail(&m, "%s", text);
	fprintf(stderr, "kmaplab lesson run: %s\n", m.text);
	return EXIT_USAGE;
}

/* --- playing ---------------------------------------------------------------------------------- */

static void print_say(void *ctx, enum say_kind kind, const char *text)
{
	(void)ctx;
	say_lines(stdout, kind, text);
}

static void say_nothing(void *ctx, enum say_kind kind, const char *text)
{
	(void)ctx;
	if (kind == SAY_PROBLEM)
		fprintf(stderr, "%s\n", text);
}

static void print_reply(void *ctx, const struct reply *reply)
{
	(void)ctx;
	if (*reply->message)
		puts(reply->message);
}

static void hear_nothing(void *ctx, const struct reply *reply)
{
	(void)ctx;
	(void)reply;
}

/* Whatever the terminal is: what is printed may be read elsewhere. */
static void print_view(void *ctx, const char *view, unsigned cols, unsigned rows)
{
	char *text = freeze_view(view, ctx, 0, cols, rows, true);

	if (text)
		printf("\n%s", text);
	free(text);
}

static void print_line(void *ctx, const char *line)
{
	(void)ctx;
	puts(line);
}

/* Whether everything that the lesson asks was done. */
static bool all_done(const struct lesson_run *run)
{
	struct lesson_score score = lesson_run_score(run);

	return lesson_run_wants(run) == LESSON_OVER && !score.faults && !score.skipped &&
	       score.reached == score.tasks && score.first_try == score.predictions;
}

/* Plays a lesson through with its own solutions and the right answers. */
static bool play(const struct lesson *l, const struct wish *wish)
{
	struct session *s = session_new();
	struct lesson_ear loud = { .say = print_say, .ctx = s, .show = print_view };
	struct lesson_ear quiet = { .say = say_nothing, .reply = hear_nothing, .typed = print_line };
	struct interp *in = interp_new(s);
	struct lesson_run *run = lesson_run_new(l, in, wish->lines ? &quiet : &loud);
	struct message m;
	uint64_t seed;
	bool good;

	if (wish->seed && conf_number(wish->seed, &seed))
		lesson_run_seed(run, seed);
	good = lesson_run_start(run, wish->kernel, &m);
	if (!good)
		fprintf(stderr, "kmaplab lesson run: %s\n", m.text);
	while (good && lesson_run_solve(run, wish->lines ? hear_nothing : print_reply, NULL))
		;
	good = good && all_done(run);
	lesson_run_free(run);
	interp_free(in);
	session_free(s);
	return good;
}

static int play_file(const char *path, const struct wish *wish)
{
	struct problems *p = problems_new();
	struct lesson *l = lesson_read(path, p);
	bool good = l && play(l, wish);

	for (size_t i = 0; problems_text(p, i); i++)
		fprintf(stderr, "%s\n", problems_text(p, i));
	lesson_free(l);
	problems_free(p);
	return good ? EXIT_GOOD : EXIT_FAILED;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* A reader at the terminal, or lines from a file: the plain front end, with the same words of boot as
 * if it had been started by itself. */
static int read_plain(char *path, const struct wish *wish)
{
	char program[] = "kmaplab", plain[] = "--plain", kernel[80], seed[80];
	char *argv[6] = { program, plain };
	int argc = 2, status;
	struct options o;
	struct message m;
	struct desk *desk;

	snprintf(kernel, sizeof kernel, "--kernel=%s", wish->kernel ? wish->kernel : "");
	snprintf(seed, sizeof seed, "--seed=%s", wish->seed ? wish->seed : "");
	if (wish->kernel)
		argv[argc++] = kernel;
	if (wish->seed)
		argv[argc++] = seed;
	argv[argc++] = path;
	if (!options_read(&o, argc, argv, &m) || !(desk = desk_new(&o, &m)))
		return usage(m.text);
	o.lang = language_now();
	status = plain_run(desk, &o);
	desk_free(desk);
	options_release(&o);
	return status;
}

static bool read_wish(struct wish *wish, int argc, char **argv)
{
	static const struct option options[] = { { "solve", no_argument, NULL, 's' },
		                                 { "lines", no_argument, NULL, 'l' },
		                                 { "kernel", required_argument, NULL, 'k' },
		                                 { "seed", required_argument, NULL, 'n' },
		                                 { NULL, 0, NULL, 0 } };
	uint64_t seed;
	int c;

	opterr = 0;
	optind = 1;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (c) {
		case 's':
			wish->solve = true;
			break;
		case 'l':
			wish->lines = true;
			break;
		case 'k':
			wish->kernel = optarg;
			break;
		case 'n':
			wish->seed = optarg;
			if (conf_number(optarg, &seed))
				break;
			return false;
		default:
			return false;
		}
	return optind + 1 >= argc;
}

int run_main(int argc, char **argv)
{
	struct wish wish = { NULL, NULL, false, false };
	char path[PATH_MAX];

	language_begin(NULL);
	if (!read_wish(&wish, argc, argv))
		return usage("it takes --solve or --lines, --kernel V, --seed N and one lesson");
	if (optind == argc)
		return usage("run which lesson? `kmaplab lesson list` shows them");
	if (!lesson_find(argv[optind], path, sizeof path))
		return EXIT_FAILED;
	if (wish.solve || wish.lines)
		return play_file(path, &wish);
	return is_lesson_file(path) ? read_plain(path, &wish) :
	                              usage("a lesson's file ends with .md");
}
