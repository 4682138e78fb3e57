/*
 * Acting out a command. See stage.h. The pictures are those of the curses front end
 * (front/plan.h, view/screen.h); only the clock is another one.
 */
#include "front/stage.h"

#include "front/plan.h"
#include "front/save.h"
#include "front/terminal.h"
#include "view/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LETTER_MS 45
#define ENTER_MS 300
#define PICTURE_MS 80
#define PICTURES_MAX 60
#define ANSWER_MS 600  /* and so much for each word of it: */
#define WORD_MS 140
#define ANSWER_MOST_MS 5000

struct act {
	const struct stage *stage;
	struct screen screen;
	struct grid grid;
};

static void draw(struct act *a, unsigned stay_ms)
{
	int y, x;

	screen_draw(&a->grid, &a->screen, &y, &x);
	camera_frame(a->stage->camera, &a->grid, stay_ms);
}

/* The line grows, a letter at a time; a letter is a character of UTF-8. */
static void type(struct act *a, const char *line)
{
	char typed[512];
	size_t n = 0, length = strlen(line);

	while (n < length && n + 5 < sizeof(typed)) {
		do
			n++;
		while (n < length && ((unsigned char)line[n] & 0xc0) == 0x80);
		snprintf(typed, sizeof(typed), "%.*s", (int)n, line);
		a->screen.line = typed;
		a->screen.cursor = text_width(typed);
		draw(a, LETTER_MS);
	}
	draw(a, ENTER_MS);
	a->screen.line = "";
	a->screen.cursor = 0;
}

static void move(struct act *a, const struct reply *r)
{
	struct session *s = a->stage->session;
	struct plan p = { 0 };
	char line[256];

	if (r->to <= r->from || r->to > session_end(s))
		return;
	plan_make(&p, s, r->from, r->to, PICTURES_MAX);
	a->screen.command = r->command;
	for (size_t i = 0; i < p.n; i++) {
		picture_look(&p.picture[i], s, &a->screen.view, line, sizeof(line));
		a->screen.answer = line;
		draw(a, PICTURE_MS);
	}
	plan_release(&p);
}

/* How long one reads. */
static unsigned reading_ms(const char *text)
{
	unsigned ms = ANSWER_MS;

	for (; *text && ms < ANSWER_MOST_MS; text++)
		ms += *text == ' ' || *text == '\n' ? WORD_MS : 0;
	return ms;
}

static void answer(struct act *a, const struct reply *r)
{
	const struct stage *stage = a->stage;

	look_at_session(&a->screen.view, stage->session, stage->cpu);
	a->screen.command = r->command;
	a->screen.answer = r->message;
	a->screen.nr_refusals = r->status >= STATUS_ERROR;
	a->screen.refusal[0].to = strlen(r->message);
	draw(a, reading_ms(r->message));
}

void stage_act(const struct stage *stage, const struct reply *r)
{
	struct act a = { .stage = stage,
		         .screen = { .panes = { .n = 1, .pane = { { .choice = *stage->choice } } },
		                     .prompt = "lab> ", .line = "" } };

	save_grid_size(&a.grid, stage->ascii);
	camera_marker(stage->camera, r->command);
	look_at_session(&a.screen.view, stage->session, stage->cpu);
	if (r->to > r->from && r->to <= session_end(stage->session)) {
		a.screen.view.world = session_peek(stage->session, r->from);
		a.screen.view.since = a.screen.view.world->machine.log.n;
	}
	type(&a, r->command);
	move(&a, r);
	answer(&a, r);
	grid_release(&a.grid);
}
