/*
 * How a number is to be written: the word behind the comma in `{= pkmap.size * 4096, MB}`.
 */
#ifndef KMAPLAB_LESSON_FORMAT_H
#define KMAPLAB_LESSON_FORMAT_H

#include "lab/observable.h"

#include <stdbool.h>
#include <stddef.h>

/** Cuts "EXPRESSION, FORMAT" in two: returns the format without the blanks around it, and puts how
 * many bytes the expression has into `*size`. NULL when there is none: all of the text is the
 * expression. A comma in quotes is part of a word. */
const char *format_find(const char *text, size_t *size);

/** Whether there is such a format. */
bool format_exists(const char *name);

/** The names of all formats, separated by ", ". */
const char *format_names(void);

/** Writes a value as a format says: "0xff800000", "896 MB", "three". False when the value is a word,
 * or when there is no such format. */
bool format_value(const char *name, const struct observation *o, char *buf, size_t size);

#endif
