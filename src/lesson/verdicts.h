/*
 * Verdicts in the formats that other programs read: TAP, JSON Lines, JUnit's XML. None of them
 * depends on the locale or the time: the same transcripts give the same bytes.
 */
#ifndef KMAPLAB_LESSON_VERDICTS_H
#define KMAPLAB_LESSON_VERDICTS_H

#include "lesson/grade.h"

#include <stdio.h>

/** How a report is written: what stands before all verdicts, one verdict, and what stands behind
 * them. `*tests` counts the test points written so far; it begins with 0. */
struct verdict_format {
	const char *name;
	void (*begin)(FILE *out, const struct lesson *l);
	void (*verdict)(FILE *out, const struct lesson *l, const struct verdict *v, unsigned *tests);
	void (*end)(FILE *out, unsigned tests);
};

/** A format by name ("tap", "json", "junit"); NULL: there is none. */
const struct verdict_format *verdict_format(const char *name);

#endif
