/*
 * Opening, closing, and what the formats share. See film.h.
 */
#include "view/film_inside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BUFFER (1u << 18)

static const struct film_ops *find_ops(const char *path)
{
	const char *dot = strrchr(path, '.');

	if (dot && !strcasecmp(dot, ".cast"))
		return &film_cast;
	return dot && !strcasecmp(dot, ".svg") ? &film_svg : NULL;
}

struct film *film_open(const char *path, const struct theme *t, int64_t timestamp, struct message *m)
{
	const struct film_ops *ops = find_ops(path);
	struct film *f;
	FILE *file;

	if (!ops) {
		fail(m, "a recording's name ends with .cast or .svg; this is '%.100s'", path);
		return NULL;
	}
	if (strlen(path) >= sizeof(f->path) || !(file = fopen(path, "w"))) {
		fail(m, "%.150s cannot be written: %s", path, strerror(errno));
		return NULL;
	}
	f = calloc(1, sizeof(*f));
	if (!f)
		abort();
	f->ops = ops;
	f->file = file;
	/* A line is one write, so that whoever is killed leaves whole lines. */
	setvbuf(file, NULL, _IOFBF, BUFFER);
	strcpy(f->path, path);
	f->theme = *t;
	f->timestamp = timestamp;
	return f;
}

void film_write(struct film *f, const char *text)
{
	/* Flushed each time: what was recorded stays recorded whatever happens next. */
	if (fputs(text, f->file) < 0 || fflush(f->file) != 0)
		f->broken = true;
}

static void remember(struct film *f, const struct grid *g)
{
	size_t cells = (size_t)g->rows * (size_t)g->cols;

	if (!f->shown.cells || f->shown.rows != g->rows || f->shown.cols != g->cols) {
		grid_release(&f->shown);
		grid_init(&f->shown, g->rows, g->cols, g->ascii);
	}
	memcpy(f->shown.cells, g->cells, cells * sizeof(*g->cells));
}

void film_frame(struct film *f, const struct grid *g, uint64_t ms)
{
	f->ops->frame(f, g, ms);
	remember(f, g);
}

void film_marker(struct film *f, const char *label, uint64_t ms)
{
	f->ops->marker(f, label, ms);
}

bool film_close(struct film *f, uint64_t ms, struct message *m)
{
	bool good, cut;

	f->ops->end(f, ms);
	cut = f->cut;
	good = fclose(f->file) == 0 && !f->broken;
	if (!good)
		fail(m, "%.150s could not be written to its end", f->path);
	else if (cut)
		fail(m, "%.150s is too long for a picture: its end was left out; a .cast has no limit",
		     f->path);
	grid_release(&f->shown);
	free(f->waiting.s);
	free(f);
	return good && !cut;
}
