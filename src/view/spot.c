/*
 * Finding a spot: under the mouse, or the next one in a direction. See spot.h.
 */
#include "view/spot.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASIDE 2000 /* farther than anything on a screen */

/* The cells of the area that are left of a rectangle in it, in the grid's rows and columns. */
static bool clip(struct area a, struct spot *s)
{
	int bottom = s->y + s->rows, right = s->x + s->cols;

	s->y = s->y < 0 ? 0 : s->y;
	s->x = s->x < 0 ? 0 : s->x;
	s->rows = (bottom < a.rows ? bottom : a.rows) - s->y;
	s->cols = (right < a.cols ? right : a.cols) - s->x;
	s->y += a.y;
	s->x += a.x;
	return s->rows > 0 && s->cols > 0;
}

bool spot_add(struct spots *spots, struct area a, int y, int x, int rows, int cols,
              const char *command, const char *name, ...)
{
	struct spot s = { .y = y, .x = x, .rows = rows, .cols = cols };
	va_list ap;

	if (!spots || spots->n >= SPOTS_MAX || !clip(a, &s))
		return false;
	va_start(ap, name);
	vsnprintf(s.name, sizeof(s.name), name, ap);
	va_end(ap);
	snprintf(s.command, sizeof(s.command), "%s", command ? command : "");
	spots->spot[spots->n++] = s;
	return spots->focus[0] && !strcmp(spots->focus, s.name);
}

const struct spot *spot_at(const struct spots *spots, int y, int x)
{
	for (unsigned i = spots->n; i-- > 0;) {
		const struct spot *s = &spots->spot[i];

		if (y >= s->y && y < s->y + s->rows && x >= s->x && x < s->x + s->cols)
			return s;
	}
	return NULL;
}

const struct spot *spot_focused(const struct spots *spots)
{
	if (!spots->focus[0])
		return NULL;
	for (unsigned i = spots->n; i-- > 0;)
		if (!strcmp(spots->spot[i].name, spots->focus))
			return &spots->spot[i];
	return NULL;
}

/* Whether two stretches have something in common. */
static bool overlap(int a, int length, int b, int other)
{
	return a < b + other && b < a + length;
}

/* How far a spot is from another in a direction; negative: not that way. What lies aside of the
 * direction counts threefold and comes behind all that does not, so that a row is left only when it
 * ends; and what lies far more aside than ahead is not that way at all. */
static int distance(const struct spot *from, const struct spot *to, int dy, int dx)
{
	int y = 2 * (to->y - from->y) + to->rows - from->rows;
	int x = 2 * (to->x - from->x) + to->cols - from->cols;
	int along = dy * y + dx * x;
	bool ahead = dy ? overlap(from->x, from->cols, to->x, to->cols) :
	                  overlap(from->y, from->rows, to->y, to->rows);

	int aside = abs(dy ? x : y);

	/* A row is higher than a column is wide. */
	if (along <= 0 || (!ahead && aside > (dy ? 4 : 1) * along))
		return -1;
	return ahead ? along + aside / 8 : ASIDE + along + 3 * aside;
}

const struct spot *spot_towards(const struct spots *spots, int dy, int dx)
{
	const struct spot *from = spot_focused(spots), *best = NULL;
	int least = -1;

	if (!from)
		return spots->n ? &spots->spot[0] : NULL;
	for (unsigned i = 0; i < spots->n; i++) {
		int d = distance(from, &spots->spot[i], dy, dx);

		if (d >= 0 && (least < 0 || d < least)) {
			least = d;
			best = &spots->spot[i];
		}
	}
	return best;
}
