/*
 * What the two formats of film share. Private to film*.c.
 */
#ifndef KMAPLAB_VIEW_FILM_INSIDE_H
#define KMAPLAB_VIEW_FILM_INSIDE_H

#include "view/export.h"
#include "view/film.h"

#include <stdio.h>

struct row_version;

struct film {
	const struct film_ops *ops;
	FILE *file;
	char path[512];
	struct theme theme;
	int64_t timestamp;
	struct grid shown;  /* the last frame; rows 0: none yet */
	struct export waiting; /* cast: markers that came before the first frame */
	bool begun, broken; /* broken: a write failed */
	/* SVG: each row of the picture, as long as it looked the same */
	struct row_version *row;
	size_t nr_rows, room;
	int rows, cols;     /* of the first frame */
	bool cut;           /* longer than we keep */
	uint64_t written;   /* up to this time the file is a picture */
};

struct film_ops {
	void (*frame)(struct film *f, const struct grid *g, uint64_t ms);
	void (*marker)(struct film *f, const char *label, uint64_t ms);
	void (*end)(struct film *f, uint64_t ms);
};

extern const struct film_ops film_cast, film_svg;

/** Writes text; a failure is remembered. */
void film_write(struct film *f, const char *text);

#endif
