/*
 * Any bytes as command lines at a screen: after each one, and at each step of it that an animation
 * would show, the screen is drawn at some size from 1x1 to 100x300, in Unicode or ASCII, in normal or
 * large print, with any views in its panes and the line itself at the prompt; and the picture is put
 * into every format that there is. Which size and which views is chosen by the bytes, so that the same
 * input draws the same pictures again.
 *
 * What is looked for: writing outside the grid or reading outside the world (the sanitizers say so),
 * and a control character in a cell, which would command the terminal.
 */
#include "fuzz.h"

#include "command/command.h"
#include "lab/session.h"
#include "view/export.h"
#include "view/screen.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct fuzz_seeds fuzz_seeds[] = {
	{ .folder = "tests/fuzz/corpus/command", .suffix = ".km" },
	{ .text = fuzz_table }, { .folder = NULL },
};
const unsigned fuzz_runs = 40;

struct artist {
	struct session *session;
	struct spots spots;
	uint64_t chance;
	const char *answer;
};

static unsigned any(struct artist *a, unsigned n)
{
	a->chance = a->chance * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(a->chance >> 33) % n;
}

/* The session asks every 4096 steps. */
static bool stop(void *ctx)
{
	return ++*(unsigned *)ctx > 25;
}

static void check_cells(const struct grid *g)
{
	for (int y = 0; y < g->rows; y++)
		for (int x = 0; x < g->cols; x++) {
			const struct cell *c = grid_cell(g, y, x);

			if (c->ch < 0x20 || (c->ch >= 0x7f && c->ch < 0xa0) || c->style >= STYLES)
				abort();
			if (g->ascii && c->ch >= 0x7f)
				abort();
			if (c->width > 2 || (c->width == 2 && (x + 1 == g->cols || c[1].width)))
				abort();
		}
}

static void put_into_every_format(const struct grid *g)
{
	static const enum export_format formats[] = { EXPORT_TEXT, EXPORT_ANSI, EXPORT_SVG,
		                                      EXPORT_HTML };
	struct theme t;
	struct message m;

	if (!theme_read(&t, "dark", &m))
		t = (struct theme){ .name = "" };
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		free(export_grid(g, &t, formats[i]));
	free(export_update(NULL, g, &t));
}

static void look(struct artist *a, struct view_state *v, uint32_t position)
{
	struct session *s = a->session;

	v->world = session_world(s) ? session_peek(s, position) : NULL;
	if (!v->world)
		return;
	v->cpu = any(a, v->world->machine.nr_cpus);
	v->since = any(a, (unsigned)v->world->machine.log.n + 1);
	v->steps = v->world->steps;
	if (v->world->machine.log.n)
		v->now = (struct happening){ event_get(&v->world->machine.log,
			                               1 + any(a, (unsigned)v->world->machine.log.n)),
			                     any(a, 4), 4 };
}

/* The answer as what a lesson says, in pieces of any kind. */
static void say(struct artist *a, struct reading *r)
{
	for (unsigned n = any(a, 5); a->answer && n; n--) {
		reading_add(r, (enum say_kind)any(a, SAY_KINDS), a->answer);
		if (!any(a, 3))
			reading_acted(r);
	}
}

static void draw(struct artist *a, const char *line, uint32_t position)
{
	struct screen s = { .prompt = "lab> ", .line = "", .hint = "", .command = line,
		            .answer = a->answer, .open = any(a, 2), .scroll = (int)any(a, 3),
		            .large = any(a, 5) == 0, .lesson_open = any(a, 2),
		            .focus = (enum screen_focus)any(a, 3), .popup.chosen = -1 };
	struct reading lesson = { 0 };
	struct grid g;
	int y, x;

	if (!any(a, 4)) {
		say(a, &lesson);
		s.lesson = &lesson;
	}
	look(a, &s.view, position);
	s.panes.n = 1 + any(a, PANES_MAX);
	s.panes.chosen = any(a, s.panes.n);
	s.panes.zoomed = any(a, 3) == 0;
	for (unsigned i = 0; i < s.panes.n; i++)
		s.panes.pane[i] = (struct pane){ .choice.ops = views[any(a, nr_views)],
			                         .scroll = any(a, 9), .spots = i ? NULL : &a->spots };
	grid_init(&g, 1 + (int)any(a, any(a, 2) ? 100 : 20), 1 + (int)any(a, any(a, 2) ? 300 : 70),
	          any(a, 3) == 0);
	a->spots.n = 0;
	reading_set(&lesson, (unsigned)screen_lesson_cols(screen_rows(&g, &s), screen_cols(&g, &s)));
	screen_draw(&g, &s, &y, &x);
	if (y < 0 || y >= g.rows || x < 0 || x >= g.cols)
		abort();
	check_cells(&g);
	if (any(a, 8) == 0)
		put_into_every_format(&g);
	grid_release(&g);
	reading_release(&lesson);
}

static void heard(void *ctx, const struct reply *r)
{
	struct artist *a = ctx;
	uint32_t end = session_end(a->session);

	a->answer = r->message;
	if (r->from < r->to && r->to <= end)
		draw(a, r->command, r->from + any(a, r->to - r->from));
	draw(a, r->command, session_position(a->session));
	a->answer = NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct artist a = { .session = session_new(), .chance = size };
	struct interp *in = interp_new(a.session);
	char *text = malloc(size + 1), *rest = text, *line;
	unsigned asked, number = 0;

	a.spots.spot = calloc(SPOTS_MAX, sizeof(struct spot));
	if (chdir(fuzz_folder()) || !a.spots.spot || !setlocale(LC_CTYPE, "C.UTF-8"))
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	session_set_stop(a.session, stop, &asked);
	while ((line = strsep(&rest, "\n")) && number < 60) {
		asked = 0;
		interp_line(in, "fuzz", ++number, line, heard, &a);
	}
	free(text);
	free(a.spots.spot);
	interp_free(in);
	session_free(a.session);
	return 0;
}
