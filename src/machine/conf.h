/*
 * Reading the data files: CPU models, cost tables, kernel profiles, e820 maps, themes.
 *
 * A file is lines of words: `[section]`, `key = value words` or `key word word`, `#` to the end of
 * the line, blank lines. That is all the format there is, so that a teacher can write one; what
 * the words mean is the caller's business, and every complaint can name file:line:column.
 * Files are untrusted: bounded in size, in lines and in line length; no NUL or control bytes.
 */
#ifndef KMAPLAB_MACHINE_CONF_H
#define KMAPLAB_MACHINE_CONF_H

#include "machine/message.h"

#include <stddef.h>
#include <stdint.h>

#define CONF_WORDS 32
#define CONF_MAX_BYTES (1u << 20)
#define CONF_MAX_LINES 20000u

/** One line that says something. The strings belong to the reader and last until it returns. */
struct conf_line {
	const char *file, *section; /* section is "" before the first */
	unsigned line;
	unsigned nr_words;              /* >= 1; '=' between key and value is not a word */
	const char *word[CONF_WORDS];   /* word[0] is the key */
	unsigned column[CONF_WORDS];    /* 1-based */
};

/** Called once per line; returns false with `m` filled (conf_fail) to stop. */
typedef bool conf_line_fn(void *ctx, const struct conf_line *line, struct message *m);

/** Reads the file and calls fn for each line that is not blank. False with a message on error. */
bool conf_read(const char *path, conf_line_fn *fn, void *ctx, struct message *m);

/** The same for text in memory; `name` stands for the file in messages. */
bool conf_read_text(const char *name, const char *text, size_t len, conf_line_fn *fn, void *ctx,
                    struct message *m);

/** Fails with "file:line:column: " in front; `word` says which word is to blame. Returns false. */
bool conf_fail(struct message *m, const struct conf_line *line, unsigned word, const char *format,
               ...) __attribute__((format(printf, 4, 5)));

/** A number: decimal or 0x hex, with K, M, G behind it; false when it is none or overflows. */
bool conf_number(const char *word, uint64_t *value);

/** Word `i` of the line as a number in min..max, or false with a conf_fail message. */
bool conf_line_number(const struct conf_line *line, unsigned i, uint64_t min, uint64_t max,
                      uint64_t *value, struct message *m);

/** yes/no/on/off/true/false; false return when it is none. */
bool conf_bool(const char *word, bool *value);

/**
 * The path of data file "kernels/2.6.27.conf" and the like: $KMAPLAB_DATA, then the data folder
 * beside the binary (uninstalled), then PKGDATADIR. Returns false when the name tries to leave
 * the folder or no file is there.
 */
bool conf_data_path(const char *name, char *path, size_t size, struct message *m);

#endif
