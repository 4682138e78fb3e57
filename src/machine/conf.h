/*
 * Reading the data files: CPU models, cost tables, kernel profiles, e820 maps, themes.
 *
 * A file is lines of words: `[section]`, `key = value words` or `key word word`, `#` to the end of
 * the line, blank lines. That is all the format there is, so that a teacher can write one; what
 * the words mean is the caller's business, and every complaint can name file:line:column.
 * Files are untrusted: bounded in size, in lines and in line length; UTF-8 without NUL or control
 * bytes (a tab is a blank, a carriage return at the end of a line is no part of it).
 */
#ifndef KMAPLAB_MACHINE_CONF_H
#define KMAPLAB_MACHINE_CONF_H

#include "machine/message.h"

#include <stdint.h>

#define CONF_WORDS 32
#define CONF_MAX_BYTES (1u << 20)
#define CONF_MAX_LINES 20000u
#define CONF_MAX_LINE 1000u /* bytes in one line */

/** One line that says something. The strings belong to the reader and last until it returns. */
struct conf_line {
	const char *file, *section; /* section is "" before the first */
	unsigned line;
	unsigned nr_words;            /* >= 1; '=' between key and value is not a word */
	const char *word[CONF_WORDS]; /* word[0] is the key */
	unsigned column[CONF_WORDS];  /* 1-based, in bytes */
	unsigned end;                 /* the column behind the last word */
};

/** Called once per line; returns false with `m` filled (conf_fail) to stop. */
typedef bool conf_line_fn(void *ctx, const struct conf_line *line, struct message *m);

/** Reads a regular file and calls fn for each line that is not blank and opens no section. Lines
 * before a faulty one have been passed on. False with a message on error. */
bool conf_read(const char *path, conf_line_fn *fn, void *ctx, struct message *m);

/** The same for text in memory; `name` stands for the file in messages. */
bool conf_read_text(const char *name, const char *text, size_t len, conf_line_fn *fn, void *ctx,
                    struct message *m);

/** Fails with "file:line:column: " in front; `word` says which word is to blame, nr_words or more
 * the one that is missing. Returns false. */
bool conf_fail(struct message *m, const struct conf_line *line, unsigned word, const char *format,
               ...) __attribute__((format(printf, 4, 5)));

/** A number: decimal or 0x hex, with K, M, G behind it; false when it is none or overflows. */
bool conf_number(const char *word, uint64_t *value);

/** Word `i` of the line as a number in min..max, or false with a conf_fail message. */
bool conf_line_number(const struct conf_line *line, unsigned i, uint64_t min, uint64_t max,
                      uint64_t *value, struct message *m);

/** Words from `i` on with one blank between them, cut to `size` bytes at a whole character. */
void conf_line_rest(const struct conf_line *line, unsigned i, char *text, size_t size);

/** yes/no/on/off/true/false; false return when it is none. */
bool conf_bool(const char *word, bool *value);

/**
 * The path of data file "kernels/2.6.27.conf" and the like: $KMAPLAB_DATA, then the data folder
 * beside the binary (uninstalled), then PKGDATADIR/data. Returns false when the name tries to leave
 * the folder or no file is there.
 */
bool conf_data_path(const char *name, char *path, size_t size, struct message *m);

/**
 * The path of FOLDER/NAME.conf, a name that a user gave. On failure the message says what there is
 * instead: "there is no CPU model 'core9' (there are: core2 tiny)"; `what` is "CPU model".
 */
bool conf_data_find(const char *folder, const char *name, const char *what, char *path, size_t size,
                    struct message *m);

/**
 * The names of the data files "FOLDER/NAME.conf", sorted, with one blank between them, cut to
 * `size` bytes at a whole name; for completion and messages. The folder is the first of
 * conf_data_path()'s that exists.
 */
void conf_data_names(const char *folder, char *names, size_t size);

#endif
