/*
 * Blocks of threads: a program for the explorer, which tries every order in which its threads can run.
 *
 * `explore` reads a file, and a lesson has none that it may name; so it gets one that lies in memory
 * and nowhere else, and what it says about a line of that file is said about the lesson's.
 */
#include "lesson/running.h"

#include "command/interp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The program while it is explored. */
struct exploring {
	struct lesson_run *run;
	char path[40];
};

/* "PATH:3:1: what" is line 3 of the block. */
static bool place_in_block(const struct exploring *e, const char *message, unsigned *line,
                           const char **text)
{
	size_t n = strlen(e->path);
	const char *behind;

	if (strncmp(message, e->path, n) || message[n] != ':')
		return false;
	*line = run_part(e->run)->field[0].line + (unsigned)strtoul(message + n + 1, NULL, 10) - 1;
	behind = strstr(message + n, ": ");
	*text = behind ? behind + 2 : "";
	return true;
}

static void hear(void *ctx, const struct reply *reply)
{
	const struct exploring *e = ctx;
	unsigned line;
	const char *text;

	if (reply->status == STATUS_ERROR && place_in_block(e, reply->message, &line, &text))
		run_fault(e->run, line, text);
	else
		run_hear(e->run, reply);
}

/* A file of nobody's folder with the program in it; -1: there is none. */
static int memory_file(const char *program)
{
	int fd = memfd_create("threads", MFD_CLOEXEC);
	size_t n = strlen(program);

	if (fd < 0 || (write(fd, program, n) == (ssize_t)n && lseek(fd, 0, SEEK_SET) == 0))
		return fd;
	close(fd);
	return -1;
}

static void explore(struct lesson_run *r, int fd)
{
	struct exploring e = { .run = r };
	char line[80];

	snprintf(e.path, sizeof e.path, "/proc/self/fd/%d", fd);
	snprintf(line, sizeof line, "explore %s", e.path);
	interp_line(r->in, r->lesson->file, run_part(r)->line, line, hear, &e);
}

void run_threads(struct lesson_run *r)
{
	unsigned line = run_part(r)->line;
	int fd = -1;

	if (!command_find("explore"))
		run_fault(r, line, "this kmaplab has no explorer for threads");
	else if ((fd = memory_file(part_value(run_part(r), KEY_PROGRAM))) < 0)
		run_fault(r, line, "there is no memory for this program");
	else
		explore(r, fd);
	if (fd >= 0)
		close(fd);
	r->record[r->at].done = r->record[r->at].ever = true;
	step_passed(r);
}
