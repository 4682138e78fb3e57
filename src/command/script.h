/*
 * Scripts: command lines from a file, from standard input or from an option, one after the other.
 *
 * This is what `kmaplab --batch`, `-e` and the command `source` do. Each command's answer is handed
 * on as text, plain or as a JSON object, through a callback: nothing here knows where it is shown.
 * Scripts are untrusted: bounded lines, UTF-8 without control characters (a tab is a blank, a
 * carriage return before the newline is no part of the line), refused with file:line:column.
 */
#ifndef KMAPLAB_COMMAND_SCRIPT_H
#define KMAPLAB_COMMAND_SCRIPT_H

#include "command/command.h"

#include <stdio.h>

/** Bytes in one line of a script, and lines in one script. */
#define SCRIPT_MAX_LINE 4000u
#define SCRIPT_MAX_LINES 1000000u

/** Gets the answer of one command: text without a final newline, which may hold several lines
 * (plain only) and is never empty. */
typedef void script_put_fn(void *ctx, enum status status, const char *text);

struct script_options {
	bool json;          /* one JSON object per command, on one line each */
	bool echo;          /* put each line itself before its answers, behind a prompt */
	bool keep_going;    /* do not stop at the first command that fails */
	script_put_fn *put; /* gets the answers; NULL: nobody wants them */
	stop_fn *stop;      /* asked before each line; true ends the script (^C). May be NULL */
	void *ctx;          /* for all three */
	reply_fn *heard;    /* gets each reply as well, with ctx; may be NULL */
	FILE *trace;        /* every event as JSON Lines, or NULL */
};

/**
 * Runs the lines of an open file; `name` stands for it in messages. Returns the worst status of
 * its commands (STATUS_BLOCKED counts as no failure): the caller makes the exit status of it. A
 * line that is no text is answered like a command that failed.
 */
enum status script_run(struct interp *in, FILE *file, const char *name,
                       const struct script_options *o);

/** Opens a regular file (or standard input for "-") and runs it. A file that cannot be opened is
 * answered like a command that failed. */
enum status script_run_file(struct interp *in, const char *path, const struct script_options *o);

/** Runs one line, as `-e` does; `number` is its line number in the answers. */
enum status script_run_line(struct interp *in, const char *text, unsigned number,
                            const struct script_options *o);

/** The same for the command `source`: replies go to `fn`, and their number to `commands`. A file
 * that cannot be opened is STATUS_ERROR with a message; else the message is empty. */
enum status script_source(struct interp *in, const char *path, reply_fn *fn, void *ctx,
                          unsigned *commands, struct message *m);

/** True when a command with this status makes the program exit with 1. */
bool status_failed(enum status s);

#endif
