/*
 * Reading a lesson's file: one bounded read of a regular file, then one pass over its characters.
 * A named pipe or a device would hang the reader or never end, so they are refused. So is a symbolic
 * link that leads out of its folder: a folder of lessons from a stranger must not show the reader's
 * own files as if they were lessons.
 */
#include "lesson/source.h"

#include "machine/message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reads up to `limit` bytes; fewer only at the end of the file. -1: error, in errno. */
static ssize_t read_all(int fd, char *buf, size_t limit)
{
	size_t n = 0;

	while (n < limit) {
		ssize_t r = read(fd, buf + n, limit - n);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -1;
		if (r == 0)
			break;
		n += (size_t)r;
	}
	return (ssize_t)n;
}

static size_t drop_carriage_returns(char *text, size_t size)
{
	size_t to = 0;

	for (size_t i = 0; i < size; i++)
		if (text[i] != '\r' || i + 1 == size || text[i + 1] != '\n')
			text[to++] = text[i];
	text[to] = '\0';
	return to;
}

static bool too_long(struct problems *p)
{
	return problem(p, 0, 0, "this is longer than a lesson may be, %u KiB", LESSON_BYTES >> 10);
}

/* The file is open: looks at what it is, then reads it. */
static char *read_regular(int fd, size_t *size, struct problems *p)
{
	struct stat st;
	ssize_t n = -1;
	char *text;

	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
		problem(p, 0, 0, "this is %s, not a lesson's file",
		        S_ISDIR(st.st_mode) ? "a folder" : "a pipe or a device");
		return NULL;
	}
	text = malloc(LESSON_BYTES + 2);
	if (text)
		n = read_all(fd, text, LESSON_BYTES + 1);
	if (n < 0)
		problem(p, 0, 0, "cannot be read: %s", strerror(errno));
	else if (n > (ssize_t)LESSON_BYTES)
		too_long(p);
	if (n < 0 || n > (ssize_t)LESSON_BYTES) {
		free(text);
		return NULL;
	}
	*size = drop_carriage_returns(text, (size_t)n);
	return text;
}

/* Whether `path`, without any link in it, lies in the folder in which the link `link` stands. */
static bool in_folder(const char *path, const char *link)
{
	const char *slash = strrchr(link, '/');
	char *folder = slash ? strndup(link, (size_t)(slash - link) + 1) : strdup("."), *real;
	size_t n;
	bool inside;

	real = folder ? realpath(folder, NULL) : NULL;
	n = real ? strlen(real) : 0;
	inside = real && !strncmp(path, real, n) && (n == 1 || path[n] == '/');
	free(real);
	free(folder);
	return inside;
}

/* Opens what a link leads to, if it may. -1: a problem was added. */
static int open_link(const char *path, struct problems *p)
{
	char *real = realpath(path, NULL);
	int fd = -1;

	if (!real)
		problem(p, 0, 0, "this symbolic link leads nowhere: %s", strerror(errno));
	else if (!in_folder(real, path))
		problem(p, 0, 0, "this is a symbolic link out of its folder; a copy of the lesson, or "
		        "its own path, will do");
	else if ((fd = open(real, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW)) < 0)
		problem(p, 0, 0, "cannot be opened: %s", strerror(errno));
	free(real);
	return fd;
}

/* O_NONBLOCK: opening a pipe without a writer would wait for one; on regular files it means nothing. */
char *source_read(const char *path, size_t *size, struct problems *p)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
	char *text;

	if (fd < 0 && errno == ELOOP)
		fd = open_link(path, p);
	else if (fd < 0)
		problem(p, 0, 0, "cannot be opened: %s", strerror(errno));
	if (fd < 0)
		return NULL;
	text = read_regular(fd, size, p);
	close(fd);
	return text;
}

/* U+202A..E and U+2066..9: marks that turn the direction of writing. In UTF-8. */
static bool turns_direction(const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;

	return n == 3 && u[0] == 0xe2 &&
	       ((u[1] == 0x80 && u[2] >= 0xaa && u[2] <= 0xae) ||
	        (u[1] == 0x81 && u[2] >= 0xa6 && u[2] <= 0xa9));
}

/* One byte or character that may not stand in a lesson, in words. */
static void refuse(const char *s, unsigned line, unsigned column, struct problems *p)
{
	unsigned char c = (unsigned char)*s;

	if (c == 0)
		problem(p, line, column, "a NUL byte: a lesson is text");
	else if (c == 0x1b)
		problem(p, line, column,
		        "an escape character: a lesson cannot command the terminal");
	else if (c < 0x20 || c == 0x7f)
		problem(p, line, column, "the control character 0x%02x: remove it", c);
	else if (c == 0xe2)
		problem(p, line, column,
		        "a character that turns the direction of writing, or broken "
		        "UTF-8: remove it");
	else
		problem(p, line, column, "the byte 0x%02x is not UTF-8 text here: save the file as "
		        "UTF-8", c);
}

/* One complaint a line is enough: a binary file would fill the list with its first line. */
bool source_check(const char *text, size_t size, struct problems *p)
{
	size_t before = problems_count(p);
	unsigned line = 1, column = 1, bad_line = 0;

	if (size > LESSON_BYTES)
		return too_long(p);
	for (size_t i = 0; i < size;) {
		unsigned n = message_character(text + i, size - i);

		if (text[i] == '\n') {
			line++, column = 1, i++;
			continue;
		}
		if (text[i] != '\t' && (!n || turns_direction(text + i, n)) && bad_line != line) {
			refuse(text + i, line, column, p);
			bad_line = line;
		}
		n += !n;
		column += n, i += n;
	}
	return problems_count(p) == before;
}

bool source_next(const char *text, struct source_line *line)
{
	const char *start = line->start ? line->start + line->size : text;

	if (line->start && *start == '\n')
		start++;
	else if (line->start)
		return false;
	if (!*start)
		return false;
	line->start = start;
	line->size = strcspn(start, "\n");
	line->number++;
	return true;
}
