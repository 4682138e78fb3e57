/*
 * The command line of the program, CONTRACT "Starting": which front end, which first machine,
 * which lessons or scripts.
 */
#ifndef KMAPLAB_FRONT_OPTIONS_H
#define KMAPLAB_FRONT_OPTIONS_H

#include "machine/message.h"

#include <stdio.h>

#define OPTIONS_COMMANDS 256 /* -e */
#define OPTIONS_BOOT 16
#define OPTIONS_BOOT_WORD 4200

struct options {
	bool plain, batch, json, echo, deterministic, keep_going, no_animation, no_settings, ascii;
	bool version, help;
	const char *theme, *lang, *trace; /* NULL: not said */
	unsigned nr_commands;
	const char *command[OPTIONS_COMMANDS];
	unsigned nr_boot;
	char *boot[OPTIONS_BOOT]; /* "ram=2G": words of `boot`, malloc'ed */
	int nr_files;
	char **file;   /* points into argv */
	char **lesson; /* what files_find() put there instead; NULL: nothing */
};

/** Reads argv (which getopt may permute). False with a message for wrong usage. */
bool options_read(struct options *o, int argc, char **argv, struct message *m);
void options_release(struct options *o);

/** Prints the usage, from the table. */
void options_help(FILE *out);

/** One row of options.def, for whoever lists them. */
struct option_line {
	const char *name;      /* without its dashes */
	const char *boot_word; /* the word of `boot` that it is, or NULL */
	const char *argument;  /* "FILE", or NULL: takes none */
	const char *doc;
	char short_name;       /* or '\0' */
};

/** Fills in row `i`; false behind the last. */
bool option_line(unsigned i, struct option_line *o);

/** Whether a file's name says that it is a lesson. */
bool is_lesson_file(const char *path);

#endif
