/*
 * Transcripts: what somebody typed in a lesson, so that somebody else can see it done again.
 *
 *	{"transcript":1,"kmaplab":"0.1.0","lesson":"07-kmap","hash":"5d1c...","kernel":"2.6.27","seed":7}
 *	{"at":35,"wants":"next","typed":""}
 *	{"at":41,"wants":"answer","typed":"b"}
 *	{"at":80,"wants":"goal","typed":"kunmap p; kunmap p"}
 *
 * JSON Lines: a head, then one object for each line that was typed, in order. Only `typed` counts;
 * `at` (the line of the lesson's file) and `wants` (what the lesson was waiting for) are for people
 * who read the file. Answers, hints, skips and commands are all lines that were typed, and since a
 * world is deterministic, typing them again gives every answer, every hint and every goal again. So
 * there is nothing in a transcript that a grader would have to believe.
 *
 * Such files come from students: they are bounded, text, and taken for nothing but lines to type.
 */
#ifndef KMAPLAB_LESSON_TRANSCRIPT_H
#define KMAPLAB_LESSON_TRANSCRIPT_H

#include "lesson/lesson.h"
#include "machine/message.h"

#define TRANSCRIPT_FORMAT 1
#define TRANSCRIPT_SUFFIX ".jsonl"
#define TRANSCRIPT_BYTES (1u << 20) /* the longest, in bytes */
#define TRANSCRIPT_LINES 5000u      /* typed; an evening of work has some hundreds */

/** Which lesson, and which of its machines. */
struct transcript_head {
	char version[24]; /* of kmaplab */
	char lesson[64], hash[20], kernel[24];
	uint64_t seed;
};

/** One line as it was typed. */
struct typed {
	char *text;
	bool interrupted; /* by ^C, */
	uint32_t position; /* at this position of the timeline */
};

struct transcript {
	struct transcript_head head;
	unsigned n;
	struct typed *line;
};

/** Reads a transcript. NULL with a message (which line, and what is wrong with it) when it is none,
 * or damaged; half a line at its end, which a kmaplab that was killed may leave, is no damage. The
 * caller frees it. */
struct transcript *transcript_read(const char *path, struct message *m);
void transcript_free(struct transcript *t);

/** The hash of what a lesson does: its machine, its commands, answers, goals, choices. Prose is no
 * part of it, so that a corrected sentence, or a translation, is the same lesson. 16 hex digits. */
void lesson_hash(const struct lesson *l, char *buf, size_t size);

#endif
