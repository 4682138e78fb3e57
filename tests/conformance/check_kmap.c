/*
 * Replays every recorded kmap session and compares each line: addresses, counts, entries, who was
 * woken, how many CPUs flushed, what a debug build warned of. One test per recording.
 *
 * The recordings are in $KMAPLAB_RECORDINGS (kmap-*.txt, unpacked by replay.sh); arguments on the
 * command line are taken as files instead.
 */
#include "trace.h"

#include <check.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static glob_t files;

bool trace_begin(struct trace *t, const struct recording *r)
{
	struct boot_config c;
	struct message m = { "" };

	*t = (struct trace){ .r = r, .s = session_new() };
	recording_config(r, &c);
	if (!session_boot(t->s, &c, &m))
		return trace_differs(t, "boot: %s", m.text);
	return true;
}

void trace_end(struct trace *t)
{
	session_free(t->s);
}

/* The number behind "highmem_32.c:" or "highmem.c:" of a warning, or 0. */
static unsigned warning_line(const char *text)
{
	const char *p = strstr(text, ".c:");

	return strncmp(text, "WARNING: at", 11) || !p ? 0 : (unsigned)atoi(p + 3);
}

/* The warnings of one operation, ours (in the kernel log from line `from` on) and theirs. */
static bool check_warnings(struct trace *t, const char *line, uint32_t from)
{
	const struct world *w = session_world(t->s);
	size_t n = strcspn(line, "=") - 1;
	const char *theirs = recording_line(t->r, "warnings", t->nr_warnings);

	if (!theirs || strncmp(theirs, "KT ", 3) || strncmp(theirs + 3, line, n) || theirs[3 + n])
		return true; /* this operation is not among those recorded with warnings */
	t->nr_warnings++;
	for (; from < w->kernel.dmesg.n; from++) {
		unsigned ours = warning_line(dmesg_line(w, from));

		if (!ours)
			continue;
		theirs = recording_line(t->r, "warnings", t->nr_warnings);
		if (!theirs || warning_line(theirs) != ours)
			return trace_differs(t, "we warn in line %u, they do not", ours);
		t->nr_warnings++;
		t->compared++;
	}
	theirs = recording_line(t->r, "warnings", t->nr_warnings);
	if (theirs && !strncmp(theirs, "WARNING", 7))
		return trace_differs(t, "they warn: %s", theirs);
	t->compared++;
	return true;
}

/* In the slothardirq style the operations were made in an interrupt on their CPU. */
static bool in_hardirq(struct trace *t, trace_fn *fn, const char *args, const char *answer)
{
	unsigned cpu = (unsigned)atoi(args);
	struct message m;

	return session_enter_context(t->s, cpu, CONTEXT_HARDIRQ, &m) && fn(t, args, answer) &&
	       session_exit_context(t->s, cpu, &m);
}

static bool replay_line(struct trace *t, char *line)
{
	char name[32];
	const char *args, *answer = strstr(line, "=>");
	uint32_t log = session_world(t->s)->kernel.dmesg.n;
	trace_fn *fn;

	if (sscanf(line, "%31s", name) != 1 || line[0] == '#')
		return true;
	fn = trace_operation(name);
	if (!fn)
		return trace_differs(t, "unknown operation");
	args = line + strlen(name);
	answer = answer ? answer + 2 : "";
	if (strcmp(name, "flush") && strcmp(name, "bg") && strcmp(name, "counts"))
		t->flushed = session_world(t->s)->kernel.stats.ipi_received;
	if (strstr(t->r->name, "slothardirq") && !strcmp(name, "atomic") ?
	            !in_hardirq(t, fn, args, answer) :
	            !fn(t, args, answer))
		return false;
	return check_warnings(t, line, log);
}

bool trace_replay(struct trace *t)
{
	size_t first, n = recording_section(t->r, "trace", &first);

	for (t->line = 0; t->line < n; t->line++)
		if (!replay_line(t, t->r->line[first + t->line]))
			return false;
	return true;
}

START_TEST(recording_is_reproduced)
{
	struct recording r;
	struct trace t;
	bool ok;
	size_t first;

	recording_read(&r, files.gl_pathv[_i]);
	ok = trace_begin(&t, &r);
	ok = ok && trace_replay(&t);
	recording_section(&r, "trace", &first);
	ck_assert_msg(ok, "%s, line %zu (%s): %s", r.name, first + t.line + 1,
	              r.line[first + t.line < r.nr_lines ? first + t.line : 0], t.error);
	printf("%s: %u values compared\n", r.name, t.compared);
	trace_end(&t);
	recording_free(&r);
}
END_TEST

static void find_files(int argc, char **argv)
{
	const char *folder = getenv("KMAPLAB_RECORDINGS");
	char pattern[4096];

	if (argc < 2) {
		snprintf(pattern, sizeof(pattern), "%s/kmap-*.txt", folder ? folder : ".");
		glob(pattern, 0, NULL, &files);
	}
	for (int i = 1; i < argc; i++)
		glob(argv[i], i > 1 ? GLOB_APPEND | GLOB_NOCHECK : GLOB_NOCHECK, NULL, &files);
}

int main(int argc, char **argv)
{
	Suite *suite = suite_create("kmap recordings");
	TCase *tc = tcase_create("replay");
	SRunner *runner;
	int failed;

	find_files(argc, argv);
	if (!files.gl_pathc) {
		fprintf(stderr, "no recordings in $KMAPLAB_RECORDINGS\n");
		return 1;
	}
	tcase_set_timeout(tc, 300);
	tcase_add_loop_test(tc, recording_is_reproduced, 0, (int)files.gl_pathc);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	globfree(&files);
	return failed != 0;
}
