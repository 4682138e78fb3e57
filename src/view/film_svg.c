/*
 * An SVG that moves: every row of the picture, for as long as it looks the same, is a group that is
 * visible during that time and hidden else (SMIL, which browsers play in an <img> too). It begins
 * again when it is over. Rows and not whole frames, because most of a screen stays as it is.
 *
 * How long the whole takes is known at its end only, and stands in every row. So that a recording
 * that nobody ended is a picture, too, what there is so far is written when a command begins, each
 * time that it has become twice as long.
 */
#include "view/film_inside.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define VERSIONS_MAX 20000u
#define REST_MS 2500 /* the last frame stays, before it begins again */

/* How a row looked from one moment to another. */
struct row_version {
	int y;
	uint64_t from, to;
	struct cell *cells; /* of f->cols */
};

static void add(struct film *f, const struct grid *g, int y, uint64_t ms)
{
	struct row_version *r;

	if (f->nr_rows >= VERSIONS_MAX) {
		f->cut = true;
		return;
	}
	if (f->nr_rows == f->room) {
		f->room = f->room ? 2 * f->room : 256;
		f->row = realloc(f->row, f->room * sizeof(*f->row));
		if (!f->row)
			abort();
	}
	r = &f->row[f->nr_rows++];
	*r = (struct row_version){ .y = y, .from = ms, .to = UINT64_MAX,
		                   .cells = malloc((size_t)f->cols * sizeof(struct cell)) };
	if (!r->cells)
		abort();
	memcpy(r->cells, grid_cell(g, y, 0), (size_t)f->cols * sizeof(struct cell));
}

/* The version of a row that has not ended. */
static struct row_version *open_row(struct film *f, int y)
{
	for (size_t i = f->nr_rows; i-- > 0;)
		if (f->row[i].y == y)
			return f->row[i].to == UINT64_MAX ? &f->row[i] : NULL;
	return NULL;
}

static bool row_same(const struct film *f, const struct row_version *r, const struct grid *g)
{
	int x = 0;

	while (x < f->cols && export_same(&r->cells[x], grid_cell(g, r->y, x)))
		x++;
	return x == f->cols;
}

static void frame(struct film *f, const struct grid *g, uint64_t ms)
{
	if (!f->begun) {
		f->rows = g->rows;
		f->cols = g->cols;
		f->begun = true;
	}
	for (int y = 0; y < f->rows; y++) {
		struct row_version *r = open_row(f, y);

		/* A picture has one size: what another one has more of is not in it. */
		if (y >= g->rows || g->cols < f->cols)
			continue;
		if (r && row_same(f, r, g))
			continue;
		if (r)
			r->to = ms;
		add(f, g, y, ms);
	}
}

/* The row as a grid of one row at its place, so that one function draws rows and screens. */
static void draw(struct export *e, const struct film *f, const struct row_version *r)
{
	struct grid g = { .rows = 1, .cols = f->cols, .cells = r->cells };

	export_svg_row(e, &g, &f->theme, 0, r->y);
}

/* Visible from `from` to `to` of `whole` milliseconds. */
static void visibility(struct export *e, const struct row_version *r, uint64_t whole)
{
	uint64_t to = r->to < whole ? r->to : whole;

	if (r->from == 0 && to == whole)
		return;
	export_add(e, "<animate attributeName=\"visibility\" dur=\"%" PRIu64 "ms\" "
	              "repeatCount=\"indefinite\" calcMode=\"discrete\" ", whole);
	if (r->from == 0)
		export_add(e, "values=\"visible;hidden\" keyTimes=\"0;%.6f\"/>",
		           (double)to / (double)whole);
	else if (to == whole)
		export_add(e, "values=\"hidden;visible\" keyTimes=\"0;%.6f\"/>",
		           (double)r->from / (double)whole);
	else
		export_add(e, "values=\"hidden;visible;hidden\" keyTimes=\"0;%.6f;%.6f\"/>",
		           (double)r->from / (double)whole, (double)to / (double)whole);
}

/* What there is until `ms`, over what was written before, which was shorter. */
static void write_picture(struct film *f, uint64_t ms)
{
	uint64_t whole = ms + REST_MS;
	struct grid empty = { .rows = f->rows, .cols = f->cols };
	struct export e = { 0 };

	export_svg_begin(&e, &empty, &f->theme);
	for (size_t i = 0; i < f->nr_rows; i++) {
		if (f->row[i].from < f->row[i].to) {
			export_add(&e, "<g>");
			visibility(&e, &f->row[i], whole);
			draw(&e, f, &f->row[i]);
			export_add(&e, "</g>\n");
		}
	}
	export_add(&e, "</g>\n</svg>\n");
	film_write(f, e.s);
	free(e.s);
	f->written = ms;
}

static void marker(struct film *f, const char *label, uint64_t ms)
{
	(void)label;
	if (f->begun && ms >= 2 * f->written && fseek(f->file, 0, SEEK_SET) == 0)
		write_picture(f, ms);
}

static void end(struct film *f, uint64_t ms)
{
	/* A pipe takes it once, at the end. */
	if (fseek(f->file, 0, SEEK_SET) != 0)
		clearerr(f->file);
	write_picture(f, ms);
	for (size_t i = 0; i < f->nr_rows; i++)
		free(f->row[i].cells);
	free(f->row);
}

const struct film_ops film_svg = { frame, marker, end };
