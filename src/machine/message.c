/*
 * Messages: the one sentence in which a function says why it failed.
 *
 * Much of what stands in a message came from outside: a file's name, a word somebody typed, a line
 * of a data file. It ends up on a terminal, where an escape sequence could do anything, so this is
 * the one place that makes text harmless: control characters, those of Unicode's second block
 * included, and bytes that are not UTF-8 turn into '?'. Cutting to fit never splits a character.
 */
#include "machine/message.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

/* How many bytes the character that `lead` opens has, 0 when no character begins with it. */
static unsigned bytes_announced(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/* Surrogates, over-long forms, what lies beyond Unicode, and the control characters. */
static bool harmless(uint32_t c, unsigned bytes)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		return false;
	return c >= least[bytes] && c <= 0x10ffff && !(c >= 0xd800 && c < 0xe000);
}

unsigned message_character(const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;
	unsigned bytes = n ? bytes_announced(u[0]) : 0;
	uint32_t c;

	if (!bytes || bytes > n)
		return 0;
	c = bytes == 1 ? u[0] : u[0] & (0x7fu >> bytes);
	for (unsigned i = 1; i < bytes; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (u[i] & 0x3f);
	}
	return harmless(c, bytes) ? bytes : 0;
}

bool fail(struct message *m, const char *format, ...)
{
	char text[4 * sizeof(m->text)];
	size_t n, to = 0;
	va_list ap;
	int len;

	if (!m)
		return false;
	va_start(ap, format);
	len = vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	n = len < 0 ? 0 : (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1;
	for (size_t i = 0; i < n;) {
		unsigned bytes = message_character(text + i, n - i);

		if (to + (bytes ? bytes : 1) >= sizeof(m->text))
			break;
		if (!bytes)
			m->text[to++] = '?', i++;
		while (bytes--)
			m->text[to++] = text[i++];
	}
	m->text[to] = '\0';
	return false;
}
