/*
 * Reading transcripts. Every line has to be an object of ours and every text that was typed has to
 * be text; the first that is not makes the whole file worthless, because what follows it was typed
 * in a world that nobody knows any more.
 */
#include "lesson/transcript.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void transcript_free(struct transcript *t)
{
	if (!t)
		return;
	for (unsigned i = 0; i < t->n; i++)
		free(t->line[i].text);
	free(t->line);
	free(t);
}

/* A line as the prompt would have taken it: UTF-8 without control characters, tabs excepted. */
static bool is_text(const char *s)
{
	for (size_t n = strlen(s); n;) {
		unsigned bytes = *s == '\t' ? 1 : message_character(s, n);

		if (!bytes)
			return false;
		s += bytes, n -= bytes;
	}
	return true;
}

/* Copies a string of the head; false when it is missing, too long, or no text. */
static bool copy_string(const json_t *object, const char *key, char *to, size_t size)
{
	const char *s = json_string_value(json_object_get(object, key));

	if (!s || !is_text(s) || strlen(s) >= size)
		return false;
	strcpy(to, s);
	return true;
}

static bool read_head(struct transcript_head *h, const json_t *o, struct message *m)
{
	const json_t *format = json_object_get(o, "transcript"), *seed = json_object_get(o, "seed");

	if (!json_is_integer(format))
		return fail(m, "line 1: this is no transcript");
	if (json_integer_value(format) != TRANSCRIPT_FORMAT)
		return fail(m, "line 1: a transcript of format %lld; this kmaplab reads format %d",
		            (long long)json_integer_value(format), TRANSCRIPT_FORMAT);
	if (!copy_string(o, "kmaplab", h->version, sizeof h->version) ||
	    !copy_string(o, "lesson", h->lesson, sizeof h->lesson) ||
	    !copy_string(o, "hash", h->hash, sizeof h->hash) ||
	    !copy_string(o, "kernel", h->kernel, sizeof h->kernel) || !json_is_integer(seed))
		return fail(m, "line 1: kmaplab, lesson, hash, kernel and seed belong here");
	h->seed = (uint64_t)json_integer_value(seed);
	return true;
}

/* {"interrupted": POSITION} belongs to the line before it. */
static bool read_interruption(struct transcript *t, const json_t *value)
{
	json_int_t at = json_integer_value(value);

	if (!json_is_integer(value) || at < 0 || at > UINT32_MAX || !t->n)
		return false;
	t->line[t->n - 1].interrupted = true;
	t->line[t->n - 1].position = (uint32_t)at;
	return true;
}

static bool add_typed(struct transcript *t, const char *text)
{
	struct typed *grown = reallocarray(t->line, t->n + 1, sizeof *grown);
	char *copy = strdup(text);

	if (!grown || !copy)
		abort();
	t->line = grown;
	t->line[t->n++] = (struct typed){ .text = copy };
	return true;
}

/* Keys that this version does not know are left for those that do. */
static bool read_object(struct transcript *t, const json_t *o, unsigned number, struct message *m)
{
	const json_t *interrupted = json_object_get(o, "interrupted");
	const char *typed = json_string_value(json_object_get(o, "typed"));

	if (number == 1)
		return read_head(&t->head, o, m);
	if (interrupted ? read_interruption(t, interrupted) : typed && is_text(typed) &&
	    t->n < TRANSCRIPT_LINES && add_typed(t, typed))
		return true;
	if (t->n == TRANSCRIPT_LINES)
		return fail(m, "line %u: more than %u lines were typed", number, TRANSCRIPT_LINES);
	return fail(m, "line %u is damaged: here belongs {\"typed\":\"...\"}", number);
}

/* One line of the file, `n` bytes with a newline at the end if it was written whole. */
static bool read_line(struct transcript *t, char *line, size_t n, unsigned number,
                      struct message *m)
{
	bool whole = line[n - 1] == '\n', good;
	json_t *o = json_loadb(line, n, JSON_REJECT_DUPLICATES, NULL);

	if (!json_is_object(o)) {
		json_decref(o);
		if (!whole && number > 1)
			return true; /* killed in its last write */
		return strspn(line, " \t\r\n") == n ? true :
		       fail(m, number == 1 ? "line 1: this is no transcript" :
		            "line %u is damaged: it is no JSON object", number);
	}
	good = read_object(t, o, number, m);
	json_decref(o);
	return good;
}

static bool read_lines(struct transcript *t, FILE *file, struct message *m)
{
	char *line = NULL;
	size_t room = 0, all = 0;
	unsigned number = 0;
	bool good = true;
	ssize_t n;

	while (good && (n = getline(&line, &room, file)) > 0) {
		all += (size_t)n;
		good = all <= TRANSCRIPT_BYTES ? read_line(t, line, (size_t)n, ++number, m) :
		       fail(m, "longer than a transcript may be, %u KiB", TRANSCRIPT_BYTES >> 10);
	}
	free(line);
	if (good && ferror(file))
		return fail(m, "cannot be read");
	return good && !number ? fail(m, "the file is empty") : good;
}

/* A pipe would keep a grader waiting, a folder cannot be read; a huge file is none of ours. */
static FILE *open_regular(const char *path, struct message *m)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0) {
		fail(m, "cannot be opened: %s", strerrordesc_np(errno));
		return NULL;
	}
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= (off_t)TRANSCRIPT_BYTES)
		return fdopen(fd, "r");
	fail(m, S_ISREG(st.st_mode) ? "longer than a transcript may be, %u KiB" :
	        "this is no file that could be a transcript", TRANSCRIPT_BYTES >> 10);
	close(fd);
	return NULL;
}

struct transcript *transcript_read(const char *path, struct message *m)
{
	FILE *file = open_regular(path, m);
	struct transcript *t = file ? calloc(1, sizeof *t) : NULL;
	bool good = t && read_lines(t, file, m);

	if (file)
		fclose(file);
	if (good)
		return t;
	transcript_free(t);
	return NULL;
}
