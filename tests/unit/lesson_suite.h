/*
 * What the tests of the lesson floor share: a lesson around a body, and what was found in it.
 */
#ifndef KMAPLAB_TESTS_LESSON_SUITE_H
#define KMAPLAB_TESTS_LESSON_SUITE_H

#include "lesson/lesson.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#undef fail /* Check's old name for ck_abort_msg(); here it is the function of message.h */

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

/** Four lines of front matter; what follows begins at line 5. */
#define HEAD "---\ntitle: A test\nid: test\n---\n"

/** All problems, one per line. The caller frees it. */
static inline char *all_problems(const struct problems *p)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (size_t i = 0; problems_text(p, i); i++)
		fprintf(out, "%s\n", problems_text(p, i));
	fclose(out);
	return text;
}

#endif
