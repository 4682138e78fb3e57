/*
 * $XDG_STATE_HOME/kmaplab/history, by default ~/.local/state/kmaplab/history, in libedit's own
 * format. It is written to a file beside it that then takes its place, so that a crash in the
 * middle leaves the old one; what another session has added meanwhile is kept, because lines are
 * read again before they are saved.
 */
#include "front/history.h"

#include "lab/home.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HISTORY_LINES 1000

struct line_history {
	History *lines;
	char path[1024]; /* "" when there is no home */
	char **added;    /* by this session, oldest first */
	size_t nr_added;
};

static History *new_lines(void)
{
	History *lines = history_init();
	HistEvent event;

	if (!lines)
		abort();
	history(lines, &event, H_SETSIZE, HISTORY_LINES);
	history(lines, &event, H_SETUNIQUE, 1);
	return lines;
}

struct line_history *line_history_new(void)
{
	struct line_history *h = calloc(1, sizeof(*h));
	struct message m;
	HistEvent event;

	if (!h)
		abort();
	home_path("history", h->path, sizeof(h->path), &m);
	h->lines = new_lines();
	if (*h->path)
		history(h->lines, &event, H_LOAD, h->path);
	return h;
}

/* What the file holds now, and behind it this session's lines. */
static void save(struct line_history *h)
{
	char path[1100];
	History *lines;
	HistEvent event;
	int fd;

	if (!*h->path || !h->nr_added)
		return;
	home_make_folders(h->path);
	snprintf(path, sizeof(path), "%s.%ld", h->path, (long)getpid());
	/* libedit would create it with whatever the umask leaves. */
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	close(fd);
	lines = new_lines();
	history(lines, &event, H_LOAD, h->path);
	for (size_t i = 0; i < h->nr_added; i++)
		history(lines, &event, H_ENTER, h->added[i]);
	if (history(lines, &event, H_SAVE, path) < 0 || rename(path, h->path) != 0)
		unlink(path);
	history_end(lines);
}

void line_history_free(struct line_history *h)
{
	save(h);
	for (size_t i = 0; i < h->nr_added; i++)
		free(h->added[i]);
	free(h->added);
	history_end(h->lines);
	free(h);
}

void line_history_add(struct line_history *h, const char *line)
{
	char **added;
	HistEvent event;

	if (!line[strspn(line, " \t")])
		return;
	history(h->lines, &event, H_ENTER, line);
	added = realloc(h->added, (h->nr_added + 1) * sizeof(*added));
	if (!added)
		abort();
	h->added = added;
	h->added[h->nr_added] = strdup(line);
	if (!h->added[h->nr_added])
		abort();
	h->nr_added++;
}

History *line_history_handle(struct line_history *h)
{
	return h->lines;
}

/* H_FIRST is the newest entry: libedit numbers from the present backwards. */
const char *line_history_search(struct line_history *h, const char *text, unsigned skip)
{
	HistEvent event;

	for (int i = history(h->lines, &event, H_FIRST); i >= 0;
	     i = history(h->lines, &event, H_NEXT))
		if (strstr(event.str, text) && !skip--)
			return event.str;
	return NULL;
}
