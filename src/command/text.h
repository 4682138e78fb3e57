/*
 * Text that grows: what messages and help are put together in.
 */
#ifndef KMAPLAB_COMMAND_TEXT_H
#define KMAPLAB_COMMAND_TEXT_H

#include <stddef.h>

/** All zero bytes is a valid empty text. */
struct text {
	char *s; /* NULL while empty; ends with a zero byte */
	size_t length, size;
};

/** Texts are cut at this length: nobody reads more, and input must not decide what we allocate. */
#define TEXT_MAX (1u << 20)

/** Appends by printf's format. */
void text_add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** Begins a new line, unless the text is empty or stands at the beginning of one. */
void text_line(struct text *t);
/** The text as it is, "" while empty. Good until the next change. */
const char *text_get(const struct text *t);
/** Hands the text over, never NULL: the caller frees it; `t` is empty afterwards. Control
 * characters but newlines, and bytes that are no UTF-8, have become '?'. */
char *text_take(struct text *t);
void text_free(struct text *t);

#endif
