/*
 * kmaplab: options, then one of the front ends.
 *
 * Which: --batch and what implies it; else the screen, when there is a terminal on both sides that
 * can show one; else plain lines, with a sentence that says why.
 */
#include "config.h"

#include "front/files.h"
#include "front/fronts.h"
#include "front/language.h"
#include "front/prompt.h"
#include "front/signals.h"
#include "front/subcommand.h"
#include "front/terminal.h"
#include "lab/translate.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int usage_error(const struct message *m)
{
	fprintf(stderr, "kmaplab: %s\n", m->text);
	return EXIT_USAGE;
}

/* A descriptor below 3 that is closed would be given to the next file that is opened, and whatever
 * is printed would land in it. */
static bool guard_descriptors(void)
{
	bool input_is_open = fcntl(STDIN_FILENO, F_GETFD) != -1;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDWR) != fd)
			return false;
	return input_is_open;
}

static bool has_lesson(const struct options *o)
{
	for (int i = 0; i < o->nr_files; i++)
		if (is_lesson_file(o->file[i]))
			return true;
	return false;
}

/* CONTRACT: implied when standard input is no terminal. A lesson wants a reader, and is then read as
 * plain lines. */
static bool wants_batch(const struct options *o)
{
	if (o->batch)
		return true;
	return !o->plain && !isatty(STDIN_FILENO) && !has_lesson(o);
}

/* The prompt is made before curses is entered, never behind it (front/prompt.h). */
static int run_front(const struct options *o)
{
	struct message m;
	struct desk *desk;
	struct prompt *prompt;
	int status;

	desk = desk_new(o, &m);
	if (!desk)
		return usage_error(&m);
	if (o->trace && !wants_batch(o) && !desk_trace(desk, o->trace, &m)) {
		status = usage_error(&m);
	} else if (wants_batch(o)) {
		status = batch_run(desk, o);
	} else if (o->plain) {
		status = plain_run(desk, o);
	} else if (terminal_usable(&m) && (prompt = prompt_new(&m))) {
		status = curses_run(desk, o, prompt);
	} else {
		fprintf(stderr, _("kmaplab: %s: going on in plain lines\n"), m.text);
		status = plain_run(desk, o);
	}
	if (!desk_stop_filming(desk, &m)) {
		fprintf(stderr, "kmaplab: %s\n", m.text);
		status = status == EXIT_GOOD ? EXIT_FAILED : status;
	}
	desk_free(desk);
	/* Only now: what is being written is at its end. */
	return signals_finish(status);
}

static int run(const struct options *o, bool input_is_open)
{
	struct message m;

	if (o->help) {
		options_help(stdout);
		return EXIT_GOOD;
	}
	if (o->version) {
		puts(PACKAGE_STRING);
		return EXIT_GOOD;
	}
	if (o->batch && has_lesson(o)) {
		fail(&m,
		     "a lesson wants a reader: \"kmaplab lesson run --solve FILE\" plays it alone");
		return usage_error(&m);
	}
	if (!input_is_open && !o->nr_commands && !o->nr_files) {
		fail(&m, "standard input is closed: there is nowhere to read commands from");
		return usage_error(&m);
	}
	return run_front(o);
}

const struct subcommand subcommands[] = {
#define SUBCOMMAND(function, name, arguments, doc) { name, arguments, doc, function##_main },
#include "front/subcommands.def"
#undef SUBCOMMAND
	{ NULL, NULL, NULL, NULL },
};

/* What scripts and other programs read is the same in every language. */
static void choose_language(struct options *o)
{
	if (wants_batch(o))
		return;
	language_begin(o->lang);
	o->lang = language_now();
}

/* --lang in front of or behind a subcommand's own words is taken out: every one of them knows it. */
static const char *take_language(int *argc, char **argv)
{
	const char *lang = NULL;
	int to = 1;

	for (int i = 1; i < *argc; i++) {
		if (!strncmp(argv[i], "--lang=", 7))
			lang = argv[i] + 7;
		else if (!strcmp(argv[i], "--lang") && i + 1 < *argc)
			lang = argv[++i];
		else
			argv[to++] = argv[i];
	}
	argv[*argc = to] = NULL;
	return lang;
}

/* Subcommands that make something for machines, or for others than who calls them, speak English
 * unless they are told otherwise; each of the rest begins with the environment's language. */
static int run_subcommand(const struct subcommand *s, int argc, char **argv)
{
	const char *lang = take_language(&argc, argv);

	if (lang)
		language_begin(lang);
	return s->main(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	struct options o;
	struct message m;
	bool input_is_open = guard_descriptors();
	int status;

	setlocale(LC_ALL, "");
	/* Numbers in scripts and JSON have no locale. */
	setlocale(LC_NUMERIC, "C");
	/* A reader that goes away ends us by a failed write, not in the middle of something. */
	signal(SIGPIPE, SIG_IGN);
	/* So does a limit on the size of files: what cannot be kept is said, and the lesson goes on. */
	signal(SIGXFSZ, SIG_IGN);
	for (const struct subcommand *s = subcommands; argc > 1 && s->name; s++)
		if (!strcmp(argv[1], s->name))
			return run_subcommand(s, argc, argv);
	if (options_read(&o, argc, argv, &m)) {
		choose_language(&o);
		status = files_find(&o, &m) ? run(&o, input_is_open) : usage_error(&m);
		files_release(&o);
	} else {
		status = usage_error(&m);
	}
	options_release(&o);
	return status;
}
