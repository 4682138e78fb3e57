/*
 * The file is JSON, has the presenter's process in it, and lies in a folder that only its owner can
 * enter. A presenter that was killed leaves it behind: then the process is gone, and so nobody
 * presents.
 */
#include "front/podium.h"

#include "lab/home.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PODIUM_BYTES (64u << 10)

void podium_init(struct podium *p)
{
	const char *run = getenv("XDG_RUNTIME_DIR");
	struct message m;
	int n;

	if (!run || *run != '/') {
		home_path("present.json", p->path, sizeof p->path, &m);
		return;
	}
	n = snprintf(p->path, sizeof p->path, "%s/kmaplab/present.json", run);
	if (n < 0 || (size_t)n >= sizeof p->path)
		p->path[0] = '\0';
}

/* Written beside it and moved over it: rename() is all or nothing. */
static void replace(const char *path, const char *text)
{
	char beside[sizeof ((struct podium *)0)->path + 16];
	int fd;
	bool good;

	home_make_folders(path);
	snprintf(beside, sizeof beside, "%s.%ld", path, (long)getpid());
	unlink(beside);
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	good = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	if (!good || rename(beside, path) != 0)
		unlink(beside);
}

static char *all_notes(const struct deck *d, unsigned page)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	const char *note;

	if (!out)
		abort();
	for (unsigned i = 0; (note = deck_note(d, page, i)); i++)
		fprintf(out, "%s%s", i ? "\n" : "", note);
	fclose(out);
	return text;
}

void podium_tell(const struct podium *p, const struct deck *d, unsigned page, bool black,
                 time_t started)
{
	char now[400], next[400] = "", *notes, *text;
	json_t *o;

	if (!*p->path)
		return;
	slide_summary(&d->slide[page], now, sizeof now);
	if (page + 1 < d->n)
		slide_summary(&d->slide[page + 1], next, sizeof next);
	notes = all_notes(d, page);
	o = json_pack("{s:I,s:s,s:s*,s:s*,s:s,s:i,s:i,s:b,s:I}", "pid", (json_int_t)getpid(),
	              "lesson", lesson_title(d->lesson), "now", now, "next", next, "notes", notes,
	              "page", (int)page + 1, "of", (int)d->n, "black", black, "started",
	              (json_int_t)started);
	text = o ? json_dumps(o, JSON_COMPACT) : NULL;
	if (text)
		replace(p->path, text);
	free(text);
	json_decref(o);
	free(notes);
}

/* The object in the file, if it is one of ours. */
static json_t *read_object(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char *text = fd >= 0 ? malloc(PODIUM_BYTES) : NULL;
	ssize_t n = text ? read(fd, text, PODIUM_BYTES) : -1;
	json_t *o = n > 0 ? json_loadb(text, (size_t)n, 0, NULL) : NULL;

	if (fd >= 0)
		close(fd);
	free(text);
	return o;
}

static pid_t presenter(const json_t *o)
{
	json_int_t pid = json_integer_value(json_object_get(o, "pid"));

	return pid > 1 && pid < INT32_MAX && (kill((pid_t)pid, 0) == 0 || errno == EPERM) ?
	       (pid_t)pid : 0;
}

/* Only one's own: another presenter may have begun meanwhile. */
void podium_end(const struct podium *p)
{
	json_t *o = *p->path ? read_object(p->path) : NULL;

	if (o && presenter(o) == getpid())
		unlink(p->path);
	json_decref(o);
}

static char *string_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	char *copy = strdup(s ? s : "");

	if (!copy)
		abort();
	return copy;
}

static unsigned number_of(const json_t *o, const char *key)
{
	return (unsigned)json_integer_value(json_object_get(o, key));
}

bool podium_read(const struct podium *p, struct podium_state *s)
{
	json_t *o = *p->path ? read_object(p->path) : NULL;
	bool there = o && presenter(o);

	*s = (struct podium_state){ .page = 0 };
	if (there) {
		*s = (struct podium_state){
			.lesson = string_of(o, "lesson"), .now = string_of(o, "now"),
			.next = string_of(o, "next"), .notes = string_of(o, "notes"),
			.page = number_of(o, "page"), .of = number_of(o, "of"),
			.black = json_is_true(json_object_get(o, "black")),
			.started = (time_t)json_integer_value(json_object_get(o, "started")),
		};
	}
	json_decref(o);
	return there;
}

void podium_release(struct podium_state *s)
{
	free(s->lesson);
	free(s->now);
	free(s->next);
	free(s->notes);
	*s = (struct podium_state){ .page = 0 };
}
