/*
 * A view is a picture of what some command can tell; where nothing can be seen, the command tells it.
 * What has no command of its own (what happened, the code that runs, the step of a lesson) is text in
 * its view already: there its lines are printed, without the rules around them, for a screen reader
 * would read out each dash.
 */
#include "front/tell_view.h"

#include "front/freeze.h"

#include <stdlib.h>
#include <string.h>

#define COLS 100
#define ROWS 24

/* Commands for each view, `;` between them; %s is what was said behind its name. */
static const struct {
	const char *view, *commands;
	bool wants_args; /* without any, its lines are printed */
} table[] = {
	{ "overview", "config; cpu; zones; pkmap; fixmap; tlb", false },
	{ "zones", "zones; buddy", false },
	{ "virtual", "layout", false },
	{ "pkmap", "pkmap", false },
	{ "fixmap", "fixmap", false },
	{ "tlb", "tlb", false },
	{ "walk", "walk %s", true },
	{ "cpus", "cpu; task", false },
	{ "cost", "cost", false },
	{ "dmesg", "dmesg 20", false },
	{ "help", "help %s", false },
};

static void print_reply(void *ctx, const struct reply *r)
{
	if (*r->message)
		fprintf(ctx, "%s\n", r->message);
}

/* The lines of a view, without its caption, those that are empty, the margin, and blanks at the ends. */
static void print_lines(FILE *out, struct interp *in, const char *words)
{
	char *text = freeze_view(words, interp_session(in), interp_cpu(in), COLS, ROWS, true);
	char *rest = text ? strchr(text, '\n') : NULL;

	for (char *line = rest ? rest + 1 : NULL; line && *line; line = rest) {
		size_t n = strcspn(line, "\n"), margin = *line == ' ';

		rest = line[n] ? line + n + 1 : NULL;
		while (n > margin && line[n - 1] == ' ')
			n--;
		if (n > margin)
			fprintf(out, "%.*s\n", (int)(n - margin), line + margin);
	}
	free(text);
}

void tell_view(FILE *out, struct interp *in, const struct view_choice *choice)
{
	char words[VIEW_ARGS + 40], line[VIEW_ARGS + 80];
	struct message m;

	if (!interp_boot(in, &m))
		return;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (strcmp(table[i].view, choice->ops->name) != 0 ||
		    (table[i].wants_args && !*choice->args))
			continue;
		/* Of the table alone, with one place for the words. */
		snprintf(line, sizeof(line), "%.*s%s", (int)strcspn(table[i].commands, "%"),
		         table[i].commands, strchr(table[i].commands, '%') ? choice->args : "");
		interp_line(in, NULL, 1, line, print_reply, out);
		return;
	}
	snprintf(words, sizeof(words), "%s %s", choice->ops->name, choice->args);
	print_lines(out, in, words);
}
