/*
 * A film with a clock. See camera.h.
 */
#include "front/camera.h"

#include "front/clock.h"
#include "view/film.h"

#include <stdlib.h>
#include <time.h>

struct camera {
	struct film *film;
	bool deterministic;
	int64_t began;     /* on the wall's clock, in milliseconds */
	uint64_t nominal;  /* what all pictures so far are meant to stay, together */
};

static uint64_t now(const struct camera *c)
{
	return c->deterministic ? c->nominal : (uint64_t)(clock_ms() - c->began);
}

struct camera *camera_new(const char *path, const char *theme, bool deterministic,
                          struct message *m)
{
	struct camera *c;
	struct film *film;
	struct theme t;

	if (!theme_read(&t, theme ? theme : "dark", m))
		return NULL;
	film = film_open(path, &t, deterministic ? 0 : (int64_t)time(NULL), m);
	if (!film)
		return NULL;
	c = calloc(1, sizeof(*c));
	if (!c)
		abort();
	*c = (struct camera){ .film = film, .deterministic = deterministic, .began = clock_ms() };
	return c;
}

bool camera_free(struct camera *c, struct message *m)
{
	bool good = !c || film_close(c->film, now(c), m);

	free(c);
	return good;
}

void camera_frame(struct camera *c, const struct grid *g, unsigned stay_ms)
{
	if (!c)
		return;
	film_frame(c->film, g, now(c));
	c->nominal += stay_ms;
}

void camera_marker(struct camera *c, const char *label)
{
	if (c && *label)
		film_marker(c->film, label, now(c));
}
