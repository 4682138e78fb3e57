/*
 * The screen without a terminal: for batch and plain mode, for README and for tests.
 *
 * It is the very drawing of the curses front end (view/screen.h), put into a file instead of onto
 * curses; so a test of the file is a test of the screen.
 */
#include "front/save.h"

#include "front/terminal.h"
#include "view/export.h"
#include "view/screen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool save_grid(const char *path, const struct grid *g, const char *theme, struct message *m)
{
	struct theme t = { .name = "" };
	FILE *file;
	char *text;
	bool good;

	if (export_format(path) != EXPORT_TEXT && !theme_read(&t, theme ? theme : "dark", m))
		return false;
	text = export_grid(g, &t, export_format(path));
	file = fopen(path, "w");
	good = file && fputs(text, file) >= 0;

	if (file && fclose(file) != 0)
		good = false;
	free(text);
	return good ? true : fail(m, "%.150s cannot be written: %s", path, strerror(errno));
}

/* What pages are called, for the views: the session knows, the world does not. The newest names, in the
 * order of naming; this is asked for each picture, so only these are looked at. */
static void name_pages(struct view_state *v, const struct session *s)
{
	struct value value;
	unsigned i = session_names(s), n = 0;

	while (i && n < VIEW_PAGES)
		if (session_name(s, --i, &value) && value.kind == VALUE_PAGE)
			n++;
	for (const char *name; n; i++) {
		name = session_name(s, i, &value);
		if (value.kind != VALUE_PAGE)
			continue;
		v->page[v->nr_pages].pfn = value.n;
		snprintf(v->page[v->nr_pages++].name, sizeof(v->page[0].name), "%s", name);
		n--;
	}
}

/* Order matters: session_peek() makes the pointers that came before it worthless, so the present
 * world is asked for last. */
void look_at_session(struct view_state *v, struct session *s, unsigned cpu)
{
	uint32_t mark, position = session_position(s), steps = 0, since = 0;
	const struct world *w;
	const char *line;

	*v = (struct view_state){ .cpu = cpu, .choice = v->choice, .scroll = v->scroll,
		                  .spots = v->spots, .before = v->before, .lesson = v->lesson };
	if (!session_world(s))
		return;
	w = session_peek(s, session_end(s));
	steps = w->steps;
	if (session_mark_before(s, position, &mark, &line)) {
		w = session_peek(s, mark);
		since = w->machine.log.n;
		v->then = moment_of(w);
	}
	name_pages(v, s);
	v->world = session_world(s);
	v->since = since;
	v->steps = steps;
	if (cpu >= v->world->machine.nr_cpus)
		v->cpu = 0;
}

/* A size from the environment, when it is one that a screen can have. */
static int environment_number(const char *name, int otherwise)
{
	const char *text = getenv(name);
	long n = text ? strtol(text, NULL, 10) : 0;

	return n >= 1 && n <= GRID_MAX ? (int)n : otherwise;
}

void save_grid_size(struct grid *g, bool ascii)
{
	grid_init(g, environment_number("LINES", 24), environment_number("COLUMNS", 80),
	          ascii || !locale_is_utf8());
}

bool save_view(const char *path, const struct view_choice *view, struct session *s, unsigned cpu,
               bool ascii, const char *theme, struct message *m)
{
	struct screen screen = { .panes = { .n = 1, .pane = { { .choice = *view } } },
		                 .prompt = "lab> " };
	struct grid g;
	int y, x;
	bool good;

	look_at_session(&screen.view, s, cpu);
	save_grid_size(&g, ascii);
	screen_draw(&g, &screen, &y, &x);
	good = save_grid(path, &g, theme, m);
	grid_release(&g);
	return good;
}
