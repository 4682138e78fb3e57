/*
 * A growing list of sentences. The file's name is made harmless as well as the text: it may come
 * from a folder that somebody else filled.
 */
#include "lesson/problems.h"

#include "machine/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct problems {
	struct message name;
	size_t found;
	char *line[PROBLEMS_KEPT];
};

struct problems *problems_new(void)
{
	struct problems *p = calloc(1, sizeof *p);

	if (!p)
		abort();
	return p;
}

void problems_file(struct problems *p, const char *name)
{
	fail(&p->name, "%s", name);
}

void problems_free(struct problems *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < PROBLEMS_KEPT; i++)
		free(p->line[i]);
	free(p);
}

/* "file:line:column: ", with as much of it as is known. */
static int place(char *buf, size_t size, const char *name, unsigned line, unsigned column)
{
	if (!line)
		return snprintf(buf, size, "%s", name);
	if (!column)
		return snprintf(buf, size, "%s:%u", name, line);
	return snprintf(buf, size, "%s:%u:%u", name, line, column);
}

bool problem(struct problems *p, unsigned line, unsigned column, const char *format, ...)
{
	struct message sentence;
	char raw[sizeof sentence.text], where[sizeof sentence.text + 32];
	va_list ap;

	if (p->found++ >= PROBLEMS_KEPT)
		return false;
	va_start(ap, format);
	vsnprintf(raw, sizeof raw, format, ap);
	va_end(ap);
	fail(&sentence, "%s", raw);
	place(where, sizeof where, p->name.text, line, column);
	if (asprintf(&p->line[p->found - 1], "%s: %s", where, sentence.text) < 0)
		p->line[p->found - 1] = NULL;
	return false;
}

bool problems_has(const struct problems *p, unsigned line, unsigned column, const char *text)
{
	char where[sizeof p->name.text + 32];
	struct message sentence;
	int n = place(where, sizeof where, p->name.text, line, column);

	fail(&sentence, "%s", text);
	for (size_t i = 0; n > 0 && i < PROBLEMS_KEPT && p->line[i]; i++) {
		size_t size = strlen(p->line[i]), end = strlen(sentence.text);

		if (!strncmp(p->line[i], where, (size_t)n) && p->line[i][n] == ':' && size >= end &&
		    !strcmp(p->line[i] + size - end, sentence.text))
			return true;
	}
	return false;
}

size_t problems_count(const struct problems *p)
{
	return p->found;
}

const char *problems_text(const struct problems *p, size_t i)
{
	return i < PROBLEMS_KEPT ? p->line[i] : NULL;
}
