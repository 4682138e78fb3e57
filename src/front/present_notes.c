/*
 * The second terminal: what the class does not see. It follows the presenter by looking at the
 * podium's file five times a second, and can be opened and closed at any time.
 */
#include "front/present.h"

#include "front/fronts.h"
#include "front/signals.h"
#include "lab/translate.h"

#include <stdio.h>
#include <string.h>

#define LOOK_MS 200

/* A caption and a text below it; returns the row behind them. */
static int draw_item(struct area a, int y, const char *caption, const char *text,
                     enum style style)
{
	int lines = *text ? text_lines(text, a.cols - 4) : 1;

	area_rule(a, y, caption);
	area_wrap(area_part(a, y + 1, 2, lines, a.cols - 4), style, text, 0);
	return y + lines + 2;
}

static void draw_state(struct area a, const struct podium_state *s, time_t now)
{
	unsigned long passed = now > s->started ? (unsigned long)(now - s->started) : 0;
	char clock[64];
	int y;

	snprintf(clock, sizeof clock, "%u/%u   %lu:%02lu:%02lu", s->page, s->of, passed / 3600,
	         passed / 60 % 60, passed % 60);
	area_text(a, 0, 0, STYLE_TITLE, s->lesson);
	area_right(a, 0, a.cols, STYLE_STRONG, clock);
	y = draw_item(a, 2, s->black ? _("now (the screen is black)") : _("now"), s->now, STYLE_TEXT);
	y = draw_item(a, y, _("next"), *s->next ? s->next : _("the end"), STYLE_DIM);
	if (*s->notes)
		draw_item(a, y, _("notes"), s->notes, STYLE_STRONG);
}

static void draw(struct terminal *t, struct grid *g, const struct podium *podium)
{
	struct podium_state s;
	int rows, cols;

	terminal_size(t, &rows, &cols);
	if (rows != g->rows || cols != g->cols) {
		bool ascii = g->ascii;

		grid_release(g);
		grid_init(g, rows, cols, ascii);
	}
	area_clear(grid_area(g));
	if (podium_read(podium, &s))
		draw_state(grid_area(g), &s, time(NULL));
	else
		area_wrap(grid_area(g), STYLE_TEXT,
		          _("Nobody presents at the moment; `kmaplab present LESSON` does."), 0);
	podium_release(&s);
	terminal_show(t, g, g->rows - 1, 0);
}

int present_notes(struct terminal *t, bool ascii)
{
	struct podium podium;
	struct grid g;
	bool leaving = false;

	podium_init(&podium);
	grid_init(&g, 1, 1, ascii);
	while (!leaving) {
		uint32_t key;

		draw(t, &g, &podium);
		if (!terminal_wait(t, LOOK_MS))
			break;
		while ((key = terminal_key(t)) != TERMINAL_NONE)
			leaving = leaving || present_key(key) == TURN_QUIT;
		if (signal_take(SIGNAL_RESIZE))
			terminal_resize(t);
		if (signal_take(SIGNAL_STOP))
			terminal_suspend(t);
		leaving = leaving || signal_came(SIGNAL_END) || signal_take(SIGNAL_INTERRUPT);
	}
	grid_release(&g);
	return EXIT_GOOD;
}
