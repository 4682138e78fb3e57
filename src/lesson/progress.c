/*
 * Adding a line has to be all or nothing, whatever happens at the same moment. The file is locked
 * against other kmaplabs, the line goes out in one write at the end of the file, and if the disk is
 * full in the middle of it, the file is cut back to what it was. A kmaplab that was killed in its
 * write leaves a piece of a line without a newline: the next line begins with one, so that the piece
 * spoils nothing but itself.
 */
#include "lesson/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A file beyond this is none of ours; a lesson a minute makes less in ten years. */
#define PROGRESS_BYTES (64u << 20)
#define PROGRESS_LINE 4096
#define PROGRESS_LESSONS 1000u

struct progress_book {
	size_t n;
	struct {
		char id[64];
		enum progress what;
	} lesson[PROGRESS_LESSONS];
};

static const char *const names[] = { "", "begun", "done" };

const char *progress_name(enum progress what)
{
	return names[what];
}

bool progress_path(char *path, size_t size, struct message *m)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int n = -1;

	if (state && *state == '/') /* a relative one is to be ignored, says the XDG standard */
		n = snprintf(path, size, "%s/kmaplab/progress.jsonl", state);
	else if (home && *home == '/')
		n = snprintf(path, size, "%s/.local/state/kmaplab/progress.jsonl", home);
	if (n < 0)
		return fail(m, "neither XDG_STATE_HOME nor HOME names a folder");
	return (size_t)n < size ? true : fail(m, "the home folder's path is too long");
}

/* --- reading ---------------------------------------------------------------------------------- */

static void note(struct progress_book *b, const char *id, enum progress what)
{
	size_t i = 0;

	while (i < b->n && strcmp(b->lesson[i].id, id) != 0)
		i++;
	if (i == PROGRESS_LESSONS || strlen(id) >= sizeof b->lesson[i].id)
		return;
	if (i == b->n) {
		strcpy(b->lesson[b->n++].id, id);
		b->lesson[i].what = PROGRESS_NONE;
	}
	if (what > b->lesson[i].what)
		b->lesson[i].what = what;
}

/* Takes one line in; false when it is none of ours. Keys that this version does not know are left
 * for those that do. */
static bool take_line(struct progress_book *b, const char *line)
{
	json_t *object = json_loads(line, 0, NULL);
	const char *id = json_string_value(json_object_get(object, "lesson"));
	const char *what = json_string_value(json_object_get(object, "what"));

	for (int i = PROGRESS_BEGUN; id && what && i <= PROGRESS_DONE; i++)
		if (!strcmp(what, names[i]))
			note(b, id, (enum progress)i);
	json_decref(object);
	return id && what;
}

/* Reads on to the end of a line that is too long to be ours. */
static void skip_line(FILE *file)
{
	int c;

	do
		c = getc(file);
	while (c != '\n' && c != EOF);
}

static void read_lines(struct progress_book *b, FILE *file, struct problems *p)
{
	char line[PROGRESS_LINE];

	for (unsigned n = 1; fgets(line, sizeof line, file); n++) {
		size_t length = strcspn(line, "\n");

		if (length == sizeof line - 1)
			skip_line(file);
		line[length] = '\0';
		if (*line && !take_line(b, line))
			problem(p, n, 0, "this line is damaged and was skipped");
	}
}

struct progress_book *progress_read(const char *path, struct problems *p)
{
	struct progress_book *b = calloc(1, sizeof *b);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	FILE *file = fd >= 0 ? fdopen(fd, "r") : NULL;
	struct stat st;

	if (!b)
		abort();
	problems_file(p, path);
	if (!file) {
		if (errno != ENOENT && errno != ENOTDIR)
			problem(p, 0, 0, "cannot be opened: %s", strerror(errno));
		return b;
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > PROGRESS_BYTES)
		problem(p, 0, 0, "this is no file that kmaplab has written");
	else
		read_lines(b, file, p);
	fclose(file);
	return b;
}

void progress_free(struct progress_book *b)
{
	free(b);
}

enum progress progress_of(const struct progress_book *b, const char *id)
{
	for (size_t i = 0; i < b->n; i++)
		if (!strcmp(b->lesson[i].id, id))
			return b->lesson[i].what;
	return PROGRESS_NONE;
}

/* --- writing ---------------------------------------------------------------------------------- */

/* The folders of a path, as far as they are not there. What cannot be made, opening the file will
 * complain about. */
static void make_folders(const char *path)
{
	char folder[PATH_MAX];

	for (const char *slash = path + 1; (slash = strchr(slash, '/')); slash++)
		if ((size_t)(slash - path) < sizeof folder) {
			snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
			mkdir(folder, 0700);
		}
}

static char *line_of(const struct lesson_run *r, enum progress what)
{
	struct lesson_score s = lesson_run_score(r);
	json_t *o = json_pack("{s:I,s:s,s:s,s:i,s:i,s:i,s:i,s:i,s:i}", "time",
	                      (json_int_t)time(NULL), "lesson", lesson_id(lesson_run_lesson(r)),
	                      "what", names[what], "predictions", (int)s.predictions, "first_try",
	                      (int)s.first_try, "tasks", (int)s.tasks, "reached", (int)s.reached,
	                      "skipped", (int)s.skipped, "hints", (int)s.hints);
	char *text = o ? json_dumps(o, JSON_COMPACT) : NULL;

	json_decref(o);
	return text;
}

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

bool progress_add(const char *path, const struct lesson_run *r, enum progress what,
                  struct message *m)
{
	char *line = line_of(r, what);
	bool ok;
	int fd;

	make_folders(path);
	fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
	if (fd < 0) {
		free(line);
		return fail(m, "%s: %s", path, strerror(errno));
	}
	ok = line && flock(fd, LOCK_EX) == 0 ? append(fd, line, m) : fail(m, "%s", strerror(errno));
	close(fd);
	free(line);
	return ok;
}
