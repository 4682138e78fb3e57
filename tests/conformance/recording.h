/*
 * Recordings of real kernels: one boot each, perhaps with a session of operations. They are for
 * comparing with, never for looking up.
 *
 * A file has a first line "# real Linux VERSION (i386), config CONFIG, QEMU -m MB -smp CPUS[, command
 * line: ...]" and sections in brackets; README.md in recordings/ tells what they hold.
 */
#ifndef KMAPLAB_TESTS_RECORDING_H
#define KMAPLAB_TESTS_RECORDING_H

#include "kernel/boot.h"

#include <stdbool.h>
#include <stddef.h>

struct recording {
	char name[128];  /* of the file, without folder */
	char *text;      /* owned; cut into lines */
	size_t nr_lines;
	char **line;
};

/** Reads a file; aborts the test program when it cannot. */
void recording_read(struct recording *r, const char *path);
void recording_free(struct recording *r);

/** Line `i` of section "[name]", or NULL behind its end (or when there is no such section). */
const char *recording_line(const struct recording *r, const char *section, size_t i);

/** The lines of a section: index of the first in r->line; returns how many (0: none). */
size_t recording_section(const struct recording *r, const char *section, size_t *first);

/** The value of "KEY=value" in a section, or NULL. */
const char *recording_value(const struct recording *r, const char *section, const char *key);

/** Whether the file has the section. */
bool recording_has(const struct recording *r, const char *section);

/** What the recorded kernel was booted with, as `boot` would be told. */
void recording_config(const struct recording *r, struct boot_config *c);

#endif
