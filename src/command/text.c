/*
 * Growing text, and making it harmless: whatever a script or a file put into a message leaves here
 * without control characters.
 */
#include "command/text.h"

#include "machine/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void reserve(struct text *t, size_t more)
{
	size_t size = t->size ? t->size : 128;

	while (size < t->length + more + 1)
		size *= 2;
	if (size == t->size)
		return;
	t->s = realloc(t->s, size);
	if (!t->s)
		abort();
	t->size = size;
}

void text_add(struct text *t, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0 || t->length + (size_t)n > TEXT_MAX)
		return;
	reserve(t, (size_t)n);
	va_start(ap, format);
	vsnprintf(t->s + t->length, (size_t)n + 1, format, ap);
	va_end(ap);
	t->length += (size_t)n;
}

void text_line(struct text *t)
{
	if (t->length && t->s[t->length - 1] != '\n')
		text_add(t, "\n");
}

const char *text_get(const struct text *t)
{
	return t->s ? t->s : "";
}

static void make_harmless(char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		unsigned bytes = message_character(s + i, n - i);

		if (!bytes && s[i] != '\n')
			s[i] = '?';
		i += bytes ? bytes : 1;
	}
}

char *text_take(struct text *t)
{
	char *s;

	reserve(t, 0);
	s = t->s;
	s[t->length] = '\0';
	make_harmless(s, t->length);
	*t = (struct text){ 0 };
	return s;
}

void text_free(struct text *t)
{
	free(t->s);
	*t = (struct text){ 0 };
}
