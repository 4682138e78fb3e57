/*
 * The reader behind conf.h: a file becomes lines, a line becomes words.
 *
 * Each line is copied into one buffer and cut up there, so the size of the file costs nothing
 * after it was read, and nothing that a callback gets can point outside that buffer. Every bound
 * is checked before the thing it bounds is touched; every complaint names file:line:column.
 */
#include "machine/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/** A long path must not push the sentence itself out of the message: this much of its end. */
#define SHOWN_PATH 100

struct reader {
	const char *name;
	unsigned line;
	char section[64];
	char text[CONF_MAX_LINE + 1]; /* the line, cut into words */
};

static const char *shown(const char *path)
{
	size_t len = strlen(path);

	return len > SHOWN_PATH ? path + len - SHOWN_PATH : path;
}

static bool fail_at(struct message *m, const struct reader *r, size_t column, const char *why)
{
	return fail(m, "%s:%u:%zu: %s", shown(r->name), r->line, column, why);
}

bool conf_fail(struct message *m, const struct conf_line *line, unsigned word, const char *format,
               ...)
{
	unsigned column = word < line->nr_words ? line->column[word] : line->end;
	char text[sizeof(m->text)];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return fail(m, "%s:%u:%u: %s", shown(line->file), line->line, column, text);
}

/* Copies the line without its comment; refuses what is too long or no text. */
static bool take_line(struct reader *r, const char *text, size_t len, struct message *m)
{
	size_t i = 0;

	if (len && text[len - 1] == '\r')
		len--;
	while (i < len) {
		unsigned bytes = text[i] == '\t' ? 1 : message_character(text + i, len - i);

		if (!bytes)
			return fail_at(m, r, i + 1,
			               "this is no text: a control character or bad UTF-8");
		i += bytes;
	}
	if (len > CONF_MAX_LINE)
		return fail_at(m, r, CONF_MAX_LINE + 1,
		               "the line is too long (1000 bytes at most)");
	memcpy(r->text, text, len);
	r->text[len] = '\0';
	r->text[strcspn(r->text, "#")] = '\0';
	return true;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

static char *skip_blanks(char *s)
{
	while (blank(*s))
		s++;
	return s;
}

static bool open_section(struct reader *r, char *s, struct message *m)
{
	char *end = strchr(s, ']');
	char *name = skip_blanks(s + 1);

	if (!end)
		return fail_at(m, r, (size_t)(s - r->text) + 1, "a section's name ends with ']'");
	if (*skip_blanks(end + 1))
		return fail_at(m, r, (size_t)(end + 1 - r->text) + 1,
		               "there must be nothing behind a section's name");
	while (end > name && blank(end[-1]))
		end--;
	*end = '\0';
	if (!*name || strlen(name) >= sizeof(r->section))
		return fail_at(m, r, (size_t)(s - r->text) + 1,
		               "a section's name has 1 to 63 bytes");
	strcpy(r->section, name);
	return true;
}

/* Ends the word at `s` and returns what follows; a key also ends at '=', which is dropped. */
static char *end_word(char *s, bool key)
{
	char *end = s + strcspn(s, key ? " \t=" : " \t");
	char *next = skip_blanks(end);

	if (key && *next == '=')
		next = skip_blanks(next + 1);
	*end = '\0';
	return next;
}

static bool split_line(struct reader *r, char *s, struct conf_line *line, struct message *m)
{
	if (*s == '=')
		return fail_at(m, r, (size_t)(s - r->text) + 1,
		               "there must be a name in front of '='");
	while (*s) {
		if (line->nr_words == CONF_WORDS)
			return fail_at(m, r, (size_t)(s - r->text) + 1,
			               "more than 32 words in one line");
		line->word[line->nr_words] = s;
		line->column[line->nr_words] = (unsigned)(s - r->text) + 1;
		s = end_word(s, !line->nr_words);
		line->nr_words++;
	}
	line->end = (unsigned)(s - r->text) + 1;
	return true;
}

static bool read_line(struct reader *r, const char *text, size_t len, conf_line_fn *fn, void *ctx,
                      struct message *m)
{
	struct conf_line line = { .file = r->name, .section = r->section, .line = r->line };
	char *s;

	if (!take_line(r, text, len, m))
		return false;
	s = skip_blanks(r->text);
	if (!*s)
		return true;
	if (*s == '[')
		return open_section(r, s, m);
	return split_line(r, s, &line, m) && fn(ctx, &line, m);
}

bool conf_read_text(const char *name, const char *text, size_t len, conf_line_fn *fn, void *ctx,
                    struct message *m)
{
	struct reader r = { .name = name };

	if (len > CONF_MAX_BYTES)
		return fail(m, "%s: the file is too large (1 MiB at most)", shown(name));
	for (size_t at = 0; at < len;) {
		const char *newline = memchr(text + at, '\n', len - at);
		size_t n = newline ? (size_t)(newline - (text + at)) : len - at;

		if (++r.line > CONF_MAX_LINES)
			return fail_at(m, &r, 1, "the file has too many lines (20000 at most)");
		if (!read_line(&r, text + at, n, fn, ctx, m))
			return false;
		at += n + 1;
	}
	return true;
}

/* Opens a regular file; waits for nobody, should the path turn out to be a pipe or a terminal. */
static FILE *open_regular(const char *path, struct message *m)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	FILE *f;

	if (fd < 0) {
		fail(m, "%s: %s", shown(path), strerror(errno));
		return NULL;
	}
	f = !fstat(fd, &st) && S_ISREG(st.st_mode) ? fdopen(fd, "r") : NULL;
	if (!f) {
		fail(m, "%s: this is not a regular file", shown(path));
		close(fd);
	}
	return f;
}

bool conf_read(const char *path, conf_line_fn *fn, void *ctx, struct message *m)
{
	FILE *f = open_regular(path, m);
	char *text;
	size_t len;
	bool ok;

	if (!f)
		return false;
	text = malloc(CONF_MAX_BYTES + 1);
	if (!text)
		abort();
	len = fread(text, 1, CONF_MAX_BYTES + 1, f);
	ok = !ferror(f);
	fclose(f);
	ok = ok ? conf_read_text(path, text, len, fn, ctx, m) :
	          fail(m, "%s: the file cannot be read", shown(path));
	free(text);
	return ok;
}
