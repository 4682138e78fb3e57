/*
 * How a function that can fail says why: it fills a message and returns false (or NULL).
 * The message is one sentence for the user, without a newline, safe to show on a terminal.
 */
#ifndef KMAPLAB_MACHINE_MESSAGE_H
#define KMAPLAB_MACHINE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

struct message {
	char text[256];
};

/** Writes the sentence (printf's format; cut to fit; control characters and bytes that are not
 * UTF-8 become '?'). `m` may be NULL. Always returns false, so that a caller can
 * `return fail(m, ...)`. */
bool fail(struct message *m, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Bytes of the UTF-8 character at `s`, of which `n` bytes are there; 0 when it is a control
 * character (C0, DEL, C1) or no character at all. */
unsigned message_character(const char *s, size_t n);

#endif
