/*
 * The writing side of transcripts. Opened with O_EXCL, a file is always ours alone: two kmaplabs
 * never share one, nothing of the user's is ever overwritten, and no symbolic link is followed.
 */
#include "config.h"

#include "lesson/recording.h"

#include "lab/home.h"
#include "lesson/running.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NAMES_MAX 100 /* tries for a name that nobody has */

struct recording {
	char lesson[64]; /* its id */
	char *path;      /* NULL: to no file */
	int fd;          /* -1: not made yet */
	char *kept;      /* all lines so far, each with its newline */
	size_t size;
	size_t written;  /* bytes of it in the file */
	unsigned lines;
};

/* --- keeping lines in memory ------------------------------------------------------------------ */

/* Takes `line` over. Beyond the bounds of a transcript nothing is kept: nobody could read it. */
static void keep(struct recording *r, json_t *line)
{
	char *text = line ? json_dumps(line, JSON_COMPACT) : NULL;
	size_t n = text ? strlen(text) : 0;
	char *grown = n && r->size + n + 1 <= TRANSCRIPT_BYTES ? realloc(r->kept, r->size + n + 1) :
	                                                         NULL;

	json_decref(line);
	if (grown && r->lines <= TRANSCRIPT_LINES) {
		memcpy(grown + r->size, text, n);
		grown[r->size + n] = '\n';
		r->size += n + 1;
		r->lines++;
	}
	r->kept = grown ? grown : r->kept;
	free(text);
}

static json_t *head(const struct lesson_run *run)
{
	const struct lesson *l = lesson_run_lesson(run);
	time_t now = time(NULL);
	char hash[20], when[40];
	struct tm tm;

	lesson_hash(l, hash, sizeof hash);
	strftime(when, sizeof when, "%FT%TZ", gmtime_r(&now, &tm));
	return json_pack("{s:i,s:s,s:s,s:s,s:s,s:I,s:s}", "transcript", TRANSCRIPT_FORMAT, "kmaplab",
	                 PACKAGE_VERSION, "lesson", lesson_id(l), "hash", hash, "kernel",
	                 run->kernel, "seed", (json_int_t)run->seed, "time", when);
}

struct recording *recording_new(const struct lesson_run *run)
{
	struct recording *r = calloc(1, sizeof *r);

	if (!r)
		abort();
	r->fd = -1;
	snprintf(r->lesson, sizeof r->lesson, "%s", lesson_id(lesson_run_lesson(run)));
	keep(r, head(run));
	return r;
}

void recording_free(struct recording *r)
{
	if (!r)
		return;
	recording_close(r);
	free(r->kept);
	free(r);
}

/* --- the file --------------------------------------------------------------------------------- */

bool recording_path(const char *lesson, char *path, size_t size, struct message *m)
{
	time_t now = time(NULL);
	char when[32], name[160];
	struct tm tm;

	strftime(when, sizeof when, "%Y%m%d-%H%M%S", gmtime_r(&now, &tm));
	for (int i = 1; i < NAMES_MAX; i++) {
		char again[16] = "";

		if (i > 1)
			snprintf(again, sizeof again, "-%d", i);
		snprintf(name, sizeof name, "transcripts/%.70s-%s%s%s", lesson, when, again,
		         TRANSCRIPT_SUFFIX);
		if (!home_path(name, path, size, m))
			return false;
		if (access(path, F_OK) != 0)
			return true;
	}
	return fail(m, "the folder for transcripts is full of others of this second");
}

/* Brings the file up to what is kept, in one write. A disk that is full in the middle of it leaves
 * the file as it was before. */
static bool flush(struct recording *r, struct message *m)
{
	ssize_t n;

	if (r->fd < 0) {
		home_make_folders(r->path);
		r->fd = open(r->path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	}
	if (r->fd < 0) {
		fail(m, "%s: %s", r->path, strerror(errno));
	} else {
		errno = ENOSPC; /* what a write that is merely too short does not say */
		n = write(r->fd, r->kept + r->written, r->size - r->written);
		if (n == (ssize_t)(r->size - r->written)) {
			r->written = r->size;
			return true;
		}
		fail(m, "%s: %s", r->path, strerror(errno));
		if (n > 0 && ftruncate(r->fd, (off_t)r->written) != 0)
			fail(m, "%s ends with half a line", r->path);
	}
	recording_close(r);
	return false;
}

bool recording_open(struct recording *r, const char *path, struct message *m)
{
	char *copy;

	if (access(path, F_OK) == 0)
		return fail(m, "%s is there already; a transcript goes into a new file", path);
	copy = strdup(path);
	if (!copy)
		abort();
	recording_close(r);
	r->path = copy;
	return r->lines > 1 ? flush(r, m) : true;
}

void recording_close(struct recording *r)
{
	if (r->fd >= 0)
		close(r->fd);
	free(r->path);
	r->path = NULL;
	r->fd = -1;
	r->written = 0;
}

const char *recording_file(const struct recording *r)
{
	return r->path;
}

const char *recording_lesson(const struct recording *r)
{
	return r->lesson;
}

/* --- what happens ----------------------------------------------------------------------------- */

static const char *wants_name(enum lesson_wants wants)
{
	static const char *const names[] = { [LESSON_NEXT] = "next", [LESSON_ANSWER] = "answer",
		                             [LESSON_GOAL] = "goal", [LESSON_BACK] = "back",
		                             [LESSON_OVER] = "over" };

	return names[wants];
}

bool recording_typed(struct recording *r, const struct lesson_run *run, const char *text,
                     struct message *m)
{
	keep(r, json_pack("{s:i,s:s,s:s}", "at", (int)lesson_run_file_line(run), "wants",
	                  wants_name(lesson_run_wants(run)), "typed", text));
	return r->path ? flush(r, m) : true;
}

bool recording_interrupted(struct recording *r, const struct lesson_run *run, struct message *m)
{
	keep(r, json_pack("{s:I}", "interrupted", (json_int_t)session_position(run->s)));
	return r->path ? flush(r, m) : true;
}
