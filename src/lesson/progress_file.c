/*
 * Adding a line has to be all or nothing, whatever happens at the same moment. The file is locked
 * against other kmaplabs, the line goes out in one write at the end of the file, and if the disk is
 * full in the middle of it, the file is cut back to what it was. A kmaplab that was killed in its
 * write leaves a piece of a line without a newline: the next line begins with one, so that the piece
 * spoils nothing but itself.
 *
 * Mending puts another file in the place of a damaged one, under the same lock. Who waited for the
 * lock meanwhile has the old one open; it looks whether the file is still the one of that name.
 */
#include "lesson/progress_file.h"

#include "lab/home.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file beyond this is none of ours; a lesson a minute makes less in ten years. */
#define PROGRESS_BYTES (64 << 20)
#define PROGRESS_LINE 4096
#define OPEN_FLAGS (O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

bool progress_path(char *path, size_t size, struct message *m)
{
	return home_path("progress.jsonl", path, size, m);
}

/* --- reading ---------------------------------------------------------------------------------- */

/* What reading has found. */
struct lines {
	progress_line_fn *fn;
	void *ctx;
	FILE *good;             /* gets the lines that are; NULL: nobody wants them */
	unsigned damaged, first; /* how many are, and the number of the first */
};

/* A piece of a line: it begins like one of ours and does not end. */
static bool is_torn(const char *line)
{
	size_t n = strlen(line);

	return n && line[0] == '{' && line[n - 1] != '}';
}

/* Whether a line of `n` bytes is one of ours; those of bytes that are no text, or too long, are not. */
static bool is_ours(const struct lines *l, const char *line, size_t n)
{
	return n < PROGRESS_LINE && !memchr(line, '\0', n) && l->fn(l->ctx, line);
}

static void read_lines(FILE *file, struct lines *l)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	for (unsigned number = 1; (n = getline(&line, &room, file)) >= 0; number++) {
		bool ours;

		if (n && line[n - 1] == '\n')
			line[--n] = '\0';
		if (!n || is_torn(line))
			continue;
		ours = is_ours(l, line, (size_t)n);
		if (ours && l->good)
			fprintf(l->good, "%s\n", line);
		else if (!ours && !l->damaged++)
			l->first = number;
	}
	free(line);
}

/* --- mending ---------------------------------------------------------------------------------- */

/* Gives the file a second name, PATH.damaged-N, the first that is free: it is then safe whatever
 * happens to the first. */
static bool name_aside(const char *path, char *aside, size_t size, struct message *m)
{
	for (unsigned i = 1; i < 1000; i++) {
		if (snprintf(aside, size, "%s.damaged-%u", path, i) >= (int)size)
			return fail(m, "its path is too long");
		if (link(path, aside) == 0)
			return true;
		if (errno != EEXIST)
			return fail(m, "%s", strerror(errno));
	}
	return fail(m, "there are too many of its kind already");
}

/* Copies the good lines of an open file. They are taken in a second time on the way, which changes
 * nothing: other kmaplabs may have added some since the first. */
static bool copy_good(int fd, FILE *to, const struct lines *found)
{
	struct lines again = { found->fn, found->ctx, to, 0, 0 };
	int copy = dup(fd);
	FILE *file = copy >= 0 ? fdopen(copy, "r") : NULL;

	if (!file)
		return false;
	rewind(file);
	read_lines(file, &again);
	fclose(file);
	return fflush(to) == 0 && fsync(fileno(to)) == 0;
}

/* Writes the good lines into a file of their own, and puts that in the place of `path`. */
static bool replace(const char *path, int fd, const struct lines *found, struct message *m)
{
	char fresh[PATH_MAX];
	FILE *file = NULL;
	int out = -1;
	bool ok;

	if (snprintf(fresh, sizeof fresh, "%s.new-%ld", path, (long)getpid()) < (int)sizeof fresh)
		out = open(fresh, O_WRONLY | O_CREAT | O_EXCL | OPEN_FLAGS, 0600);
	if (out >= 0)
		file = fdopen(out, "w");
	ok = file && copy_good(fd, file, found);
	if (file)
		ok = fclose(file) == 0 && ok;
	ok = ok && rename(fresh, path) == 0;
	if (!ok)
		fail(m, "%s", strerror(errno));
	if (!ok && out >= 0)
		unlink(fresh);
	return ok;
}

/* Whether the open file is still the one that has the name. */
static bool is_current(int fd, const char *path)
{
	struct stat ours, named;

	return fstat(fd, &ours) == 0 && stat(path, &named) == 0 && ours.st_ino == named.st_ino &&
	       ours.st_dev == named.st_dev;
}

static void mend(const char *path, int fd, const struct lines *found, struct problems *p)
{
	const char *are = found->damaged == 1 ? "line is" : "lines are";
	char aside[PATH_MAX];
	struct message m;

	if (flock(fd, LOCK_EX) != 0 || !is_current(fd, path))
		return; /* another kmaplab has just done it */
	if (name_aside(path, aside, sizeof aside, &m) && replace(path, fd, found, &m))
		problem(p, found->first, 0,
		        "%u %s damaged and left out; the file as it was is kept as %s",
		        found->damaged, are, aside);
	else
		problem(p, found->first, 0,
		        "%u %s damaged and left out; the file cannot be mended: %s",
		        found->damaged, are, m.text);
}

void progress_file_read(const char *path, progress_line_fn *fn, void *ctx, struct problems *p)
{
	int fd = open(path, O_RDONLY | OPEN_FLAGS);
	FILE *file = fd >= 0 ? fdopen(fd, "r") : NULL;
	struct lines l = { fn, ctx, NULL, 0, 0 };
	struct stat st;

	problems_file(p, path);
	if (!file) {
		if (errno != ENOENT && errno != ENOTDIR)
			problem(p, 0, 0, "cannot be opened: %s", strerror(errno));
		return;
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > PROGRESS_BYTES)
		problem(p, 0, 0, "this is no file that kmaplab has written");
	else
		read_lines(file, &l);
	if (l.damaged)
		mend(path, fd, &l, p);
	fclose(file);
}

/* --- writing ---------------------------------------------------------------------------------- */

/* The line at the end of an open and locked file. */
static bool append(int fd, const char *line, struct message *m)
{
	char text[PROGRESS_LINE], last = '\n';
	off_t end = lseek(fd, 0, SEEK_END);
	ssize_t written;
	int n;

	if (end > 0 && pread(fd, &last, 1, end - 1) != 1)
		return fail(m, "%s", strerror(errno));
	n = snprintf(text, sizeof text, "%s%s\n", last == '\n' ? "" : "\n", line);
	if (n < 0 || (size_t)n >= sizeof text)
		return fail(m, "the line would be too long");
	errno = ENOSPC; /* what a write that is merely too short does not say */
	written = write(fd, text, (size_t)n);
	if (written == n && fdatasync(fd) == 0)
		return true;
	fail(m, "%s", strerror(errno));
	if (written > 0 && ftruncate(fd, end) != 0)
		fail(m, "%s; the file ends with half a line", strerror(errno));
	return false;
}

/* Opens the file and locks it; when another was put in its place meanwhile, that one. -1: error, in
 * errno. */
static int open_locked(const char *path)
{
	for (int tries = 0; tries < 10; tries++) {
		int fd = open(path, O_RDWR | O_APPEND | O_CREAT | OPEN_FLAGS, 0600);
		bool locked = fd >= 0 && flock(fd, LOCK_EX) == 0;

		if (fd < 0 || (locked && is_current(fd, path)))
			return fd;
		close(fd);
	}
	errno = EAGAIN;
	return -1;
}

bool progress_file_add(const char *path, const char *line, struct message *m)
{
	bool ok;
	int fd;

	home_make_folders(path);
	fd = open_locked(path);
	if (fd < 0)
		return fail(m, "%s: %s", path, strerror(errno));
	ok = append(fd, line, m);
	close(fd);
	return ok;
}
