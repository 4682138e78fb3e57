/*
 * Blocks of threads: a program for the explorer, which tries every order in which its threads can run.
 *
 * The explorer is the command `explore`, which explores the program it was given last: here the text
 * of the block. So a reader can give the command again, with the world changed under it or with
 * replay=yes, and what is wrong with the program has a line of the lesson.
 */
#include "lesson/running.h"

#include <stdlib.h>
#include <string.h>

/* "FILE:12:1: what is wrong": the line of the lesson, and the rest. */
static bool place_in_lesson(const struct lesson_run *r, const char *message, unsigned *line,
                            const char **text)
{
	size_t n = strlen(r->lesson->file);
	const char *behind;

	if (strncmp(message, r->lesson->file, n) || message[n] != ':')
		return false;
	*line = (unsigned)strtoul(message + n + 1, NULL, 10);
	behind = strstr(message + n, ": ");
	*text = behind ? behind + 2 : "";
	return true;
}

static void hear(void *ctx, const struct reply *reply)
{
	struct lesson_run *r = ctx;
	unsigned line;
	const char *text;

	if (reply->status == STATUS_ERROR && place_in_lesson(r, reply->message, &line, &text))
		run_fault(r, line, text);
	else
		run_hear(r, reply);
}

void run_threads(struct lesson_run *r)
{
	const struct part *part = run_part(r);

	interp_program(r->in, r->lesson->file, part->field[0].line, part_value(part, KEY_PROGRAM));
	interp_line(r->in, NULL, part->line, "explore", hear, r);
	r->record[r->at].done = r->record[r->at].ever = true;
	step_passed(r);
}
