/*
 * A line of text cut into commands, and a command into words.
 *
 *	p = cpu1: kmap_atomic page KM_USER0 ; kunmap_atomic p	# a comment
 *
 * Commands are separated by ';', '#' begins a comment where a word could begin. Words are split and
 * unquoted as a shell does it, by libedit's tokenizer; where each began in the line is kept for
 * messages.
 */
#ifndef KMAPLAB_COMMAND_LINE_H
#define KMAPLAB_COMMAND_LINE_H

#include "machine/message.h"

#include <stdbool.h>
#include <stddef.h>

#define LINE_WORDS 2048u
#define NAME_MAX_BYTES 31u

/** One command of a line. */
struct segment {
	const char *start; /* in the line, behind blanks */
	size_t length;     /* without blanks at the end, or a comment */
	unsigned column;   /* of its first byte in the line, from 1 */
};

/** The next command at or behind *at, which moves behind it. False at the end of the line. Empty
 * commands are skipped. */
bool line_segment(const char *line, size_t *at, struct segment *segment);

/** A command taken apart. */
struct parsed {
	char binding[NAME_MAX_BYTES + 1]; /* "p" of "p = ...", or "" */
	int cpu;                          /* of "cpu1:", or -1 */
	char *text;                       /* the command itself, behind both; never empty */
	unsigned column;                  /* of the text in the line */
	unsigned n;                       /* its words, at least 1 */
	const char **word;
	unsigned short at[LINE_WORDS];    /* where each begins in text */
	void *tokenizer;                  /* to which the words belong */
};

/** Takes a command apart. On failure `column` says where in the line, and there is nothing to
 * release. */
bool line_parse(const struct segment *segment, struct parsed *p, unsigned *column,
                struct message *m);
void line_release(struct parsed *p);

/** For completion: where the last command of a text begins, behind blanks; and how long the binding
 * and CPU in front of a command are. */
size_t line_last_command(const char *text);
size_t line_front(const char *s);

/** Whether it can be a name: a letter or '_', then letters, digits, '_'; up to NAME_MAX_BYTES. */
bool is_name(const char *s);

#endif
