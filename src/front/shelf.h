/*
 * The shelf: the lessons that are there, by file name and title.
 */
#ifndef KMAPLAB_FRONT_SHELF_H
#define KMAPLAB_FRONT_SHELF_H

#include "machine/message.h"

#include <stddef.h>

/** How far its reader has come with a lesson. Locked is one that was not begun and builds on some that
 * are not done; it can be opened all the same. */
enum shelf_state { SHELF_NEW, SHELF_LOCKED, SHELF_BEGUN, SHELF_DONE };

struct shelf_lesson {
	char *path, *name, *title; /* name: the file's, without folder and ".md" */
	char *requires;            /* ids, separated by blanks; "" when there are none */
	unsigned minutes;          /* that it takes; 0: its author does not say */
	enum shelf_state state;
	char *label;               /* state, minutes and title in one, for a menu */
	int rank;                  /* among a lesson's languages: 0 is the one asked for */
};

struct shelf {
	size_t n;
	struct shelf_lesson *lesson; /* sorted by name */
	char *problem;               /* what is wrong with the file of progress, in a sentence; or NULL */
};

/** "", "locked", "begun", "done". */
const char *shelf_state_name(enum shelf_state state);

/** Looks through the lessons folder ($KMAPLAB_LESSONS, beside the program, installed). An empty
 * shelf when there is none. `lang` ("zh_TW", or NULL) prefers translations
 * into it, then into its language elsewhere ("zh"), then the original. What was done is read from the file
 * of progress. */
void shelf_read(struct shelf *s, const char *lang);
void shelf_release(struct shelf *s);

/** The path of a lesson by its name ("07-kmap"), its number ("07", "7"), or the beginning of one name only;
 * NULL when there is none. */
const char *shelf_find(const struct shelf *s, const char *name);

/** The lesson that a reader is likely to want: the first that he began, else the first that he can; 0
 * when there is none such. */
size_t shelf_where_left(const struct shelf *s);

/** The lesson behind the one of this name, or NULL. */
const struct shelf_lesson *shelf_behind(const struct shelf *s, const char *name);

/** The path of a lesson that was given by path, or by name as above. False with a message when there
 * is none. */
bool shelf_path(const char *name, const char *lang, char *path, size_t size, struct message *m);

/** The shelf as lines: name, state, minutes, title. The caller frees it. */
char *shelf_text(const struct shelf *s);

/** The lesson's name that somebody who typed `name` may have meant, or NULL. It is the shelf's. */
const char *shelf_near(const struct shelf *s, const char *name);

/** Says that there is no such lesson, and what could have been meant. Returns false. */
bool shelf_missing(const struct shelf *s, const char *name, struct message *m);

#endif
