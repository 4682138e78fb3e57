/*
 * The man pages, inside the program: found, read, searched. `make` renders them to text
 * (man/NAME.SECTION.txt), so that `man` works on a system without man, and on the screen.
 */
#ifndef KMAPLAB_COMMAND_MANUAL_H
#define KMAPLAB_COMMAND_MANUAL_H

#include "command/text.h"
#include "machine/message.h"

#define MANUAL_NAME 48

/** One page: name, section, what its NAME line says after the dash. */
struct manual_page {
	char name[MANUAL_NAME]; /* "kmap_atomic" */
	char section;           /* '9' */
	char about[96];
};

struct manual {
	unsigned n;
	struct manual_page *page; /* by section, then by name */
	char folder[4096];
};

/** Reads which pages there are. None (n 0) when they were not installed. manual_release() frees. */
void manual_read(struct manual *m);
void manual_release(struct manual *m);

/** The page that "kmap", "kmap.9", "kmap(9)" or "9 kmap" names, or NULL. */
const struct manual_page *manual_find(const struct manual *m, const char *topic);

/** The page's text without the marks of bold and underlined print. malloc'ed; NULL with a message
 * when it cannot be read. */
char *manual_text(const struct manual *m, const struct manual_page *page, struct message *why);

/** Appends the pages and lines that hold `word`, whatever its case, to a text: at most a few lines
 * of each page. Returns how many lines were found. */
unsigned manual_search(const struct manual *m, const char *word, struct text *t);

#endif
