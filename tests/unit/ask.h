/*
 * What the tests of the command floor share: an interpreter that is asked a line and whose answer
 * is looked at as JSON, the way other programs see it.
 */
#ifndef KMAPLAB_TESTS_ASK_H
#define KMAPLAB_TESTS_ASK_H

#include "command/command.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#undef fail /* Check's old name for ck_abort_msg(); here it is the function of message.h */

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/** An interpreter on a session of its own; ask_free() gives back both. */
struct interp *ask_new(void);
void ask_free(struct interp *in);

/** Runs a line; the reply to its last command, good until the next call. */
json_t *ask(struct interp *in, const char *line);
/** The same, and asserts the status. */
json_t *ask_ok(struct interp *in, const char *line);
json_t *ask_error(struct interp *in, const char *line);
json_t *ask_blocked(struct interp *in, const char *line);

/** What is at a path of keys and indices: "result.pages.0.pfn". Fails the test when nothing is. */
json_t *at(json_t *json, const char *path);
const char *text_at(json_t *json, const char *path);
long long number_at(json_t *json, const char *path);

/** Asserts that the message has this in it. */
void says(json_t *reply, const char *text);

/** Runs a suite of one case; the exit status for main(). */
int ask_suite(const char *name, const TTest *const *tests, size_t n);

#endif
