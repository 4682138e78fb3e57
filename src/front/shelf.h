/*
 * The shelf: the lessons that are there, by file name and title.
 */
#ifndef KMAPLAB_FRONT_SHELF_H
#define KMAPLAB_FRONT_SHELF_H

#include "machine/message.h"

#include <stddef.h>

struct shelf_lesson {
	char *path, *name, *title; /* name: the file's, without folder and ".md" */
};

struct shelf {
	size_t n;
	struct shelf_lesson *lesson; /* sorted by name */
};

/** Looks through the lessons folder ($KMAPLAB_LESSONS, beside the program, installed). An empty
 * shelf when there is none. `lang` (or NULL) prefers translations. */
void shelf_read(struct shelf *s, const char *lang);
void shelf_release(struct shelf *s);

/** The path of a lesson by its name ("07-kmap"), its number ("07"), or the beginning of one name only;
 * NULL when there is none. */
const char *shelf_find(const struct shelf *s, const char *name);

/** Says that there is no such lesson, and what could have been meant. Returns false. */
bool shelf_missing(const struct shelf *s, const char *name, struct message *m);

#endif
