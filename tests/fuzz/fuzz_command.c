/*
 * Any bytes as command lines: each is run as if typed, and completed as if somebody had pressed Tab in
 * its middle. What runs for too long is stopped, as by ^C.
 */
#include "fuzz.h"

#include "command/command.h"
#include "lab/session.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct fuzz_seeds fuzz_seeds[] = {
	{ .folder = "tests/fuzz/corpus/command", .suffix = ".km" },
	{ .text = fuzz_table }, { .folder = NULL },
};
const unsigned fuzz_runs = 100;

/* The session asks every 4096 steps. */
static bool stop(void *ctx)
{
	return ++*(unsigned *)ctx > 25;
}

static void heard(void *ctx, const struct reply *r)
{
	(void)ctx;
	json_decref(reply_json(r));
}

static void complete_in(const struct interp *in, const char *line)
{
	size_t start, n;
	struct candidate *c = complete(in, line, strlen(line) / 2, &start, &n);
	char hint[256];

	candidates_free(c, n);
	command_hint(line, hint, sizeof(hint));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct session *s = session_new();
	struct interp *in = interp_new(s);
	char *text = malloc(size + 1), *rest = text, *line;
	unsigned asked, number = 0;

	if (chdir(fuzz_folder()))
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	session_set_stop(s, stop, &asked);
	while ((line = strsep(&rest, "\n")) && number < 60) {
		asked = 0;
		interp_line(in, "fuzz", ++number, line, heard, NULL);
		complete_in(in, line);
	}
	free(text);
	interp_free(in);
	session_free(s);
	return 0;
}
