/*
 * asciicast, version 2: a line with the size, then a line for each event: [seconds, "o", what is
 * sent to the terminal], [seconds, "m", a marker's label], [seconds, "r", "80x24"] for a new size.
 *
 * Lines are written as they come, so a recording that nobody ended can be played as far as it goes.
 */
#include "view/film_inside.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

/* jansson escapes, so that whatever is in a label stays in its string; what is no UTF-8 it refuses. */
static void add_event(struct export *e, uint64_t ms, const char *kind, const char *data)
{
	json_t *text = json_string(data);
	char *quoted = text ? json_dumps(text, JSON_ENCODE_ANY) : NULL;

	if (quoted)
		export_add(e, "[%" PRIu64 ".%03" PRIu64 ", \"%s\", %s]\n", ms / 1000, ms % 1000, kind,
		           quoted);
	free(quoted);
	json_decref(text);
}

static void event(struct film *f, uint64_t ms, const char *kind, const char *data)
{
	struct export e = { 0 };

	add_event(&e, ms, kind, data);
	if (e.s)
		film_write(f, e.s);
	free(e.s);
}

static void begin(struct film *f, const struct grid *g)
{
	struct export e = { 0 };

	export_add(&e, "{\"version\": 2, \"width\": %d, \"height\": %d, ", g->cols, g->rows);
	if (f->timestamp)
		export_add(&e, "\"timestamp\": %" PRId64 ", ", f->timestamp);
	export_add(&e, "\"title\": \"kmaplab\", \"env\": {\"TERM\": \"xterm-256color\"}}\n");
	film_write(f, e.s);
	free(e.s);
	event(f, 0, "o", "\x1b[?25l");
	if (f->waiting.s)
		film_write(f, f->waiting.s);
	f->begun = true;
}

static void frame(struct film *f, const struct grid *g, uint64_t ms)
{
	char *update;

	if (!f->begun) {
		begin(f, g);
	} else if (f->shown.rows != g->rows || f->shown.cols != g->cols) {
		char size[32];

		snprintf(size, sizeof(size), "%dx%d", g->cols, g->rows);
		event(f, ms, "r", size);
	}
	update = export_update(f->shown.cells ? &f->shown : NULL, g, &f->theme);
	if (*update)
		event(f, ms, "o", update);
	free(update);
}

static void marker(struct film *f, const char *label, uint64_t ms)
{
	if (f->begun)
		event(f, ms, "m", label);
	else /* the header tells the size, which nobody knows yet */
		add_event(&f->waiting, ms, "m", label);
}

static void end(struct film *f, uint64_t ms)
{
	const struct grid unseen = { .rows = 24, .cols = 80 };

	if (!f->begun) /* not a frame: it is a recording all the same */
		begin(f, &unseen);
	event(f, ms, "o", "\x1b[0m\x1b[?25h");
}

const struct film_ops film_cast = { frame, marker, end };
