/*
 * Batch: no prompt, no animation, an answer for each command, a line each under --json. Standard
 * output carries the answers, in order, and nothing else.
 */
#include "front/fronts.h"

#include "command/script.h"
#include "front/signals.h"

#include <stdio.h>
#include <string.h>

static void put(void *ctx, enum status status, const char *text)
{
	(void)ctx;
	(void)status;
	puts(text);
	/* A reader at the other end of a pipe sees each answer when it is there. */
	fflush(stdout);
}

static bool stop(void *ctx)
{
	(void)ctx;
	return signal_came(SIGNAL_INTERRUPT);
}

/* The worse of two, as the exit status sees them. */
static enum status worse(enum status a, enum status b)
{
	return status_failed(b) ? b : a;
}

/* The -e commands, numbered like the lines of a script. */
static enum status run_commands(struct desk *d, const struct options *o,
                                const struct script_options *s)
{
	enum status worst = STATUS_OK;

	for (unsigned i = 0; i < o->nr_commands && !desk_quit(d) && !stop(NULL); i++) {
		worst = worse(worst, script_run_line(desk_interp(d), o->command[i], i + 1, s));
		if (status_failed(worst) && !o->keep_going)
			break;
	}
	return worst;
}

/* The scripts, behind them; `worst` is how it went so far. */
static enum status run_scripts(struct desk *d, const struct options *o,
                               const struct script_options *s, enum status worst)
{
	for (int i = 0; i < o->nr_files && !desk_quit(d) && !stop(NULL); i++) {
		if (status_failed(worst) && !o->keep_going)
			break;
		worst = worse(worst, script_run_file(desk_interp(d), o->file[i], s));
	}
	return worst;
}

int batch_run(struct desk *d, const struct options *o)
{
	struct script_options s = { .json = o->json, .echo = o->echo,
		                    .keep_going = o->keep_going, .put = put, .stop = stop,
		                    .heard = desk_film, .ctx = d };
	enum status worst;

	if (o->trace && !(s.trace = fopen(o->trace, "w"))) {
		fprintf(stderr, "kmaplab: %s cannot be written\n", o->trace);
		return EXIT_USAGE;
	}
	signals_interrupt_only();
	worst = run_scripts(d, o, &s, run_commands(d, o, &s));
	if (!o->nr_files && !o->nr_commands)
		worst = script_run(desk_interp(d), stdin, "standard input", &s);
	/* What could not be written, to a full disk for example, is no success. */
	if (s.trace && fclose(s.trace)) {
		fprintf(stderr, "kmaplab: %s cannot be written\n", o->trace);
		worst = STATUS_ERROR;
	}
	if (signal_came(SIGNAL_INTERRUPT))
		return EXIT_INTERRUPTED;
	if (fflush(stdout) || ferror(stdout)) {
		fputs("kmaplab: the answers cannot be written\n", stderr);
		return EXIT_FAILED;
	}
	return status_failed(worst) ? EXIT_FAILED : EXIT_GOOD;
}
