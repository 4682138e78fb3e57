/*
 * The view `cost`: what the cycles went into, by cause (lab/ledger.h), of the command being shown
 * beside all since the boot. The bars are to one scale, so that their lengths can be compared: a
 * shootdown's waiting dwarfs the few stores that it is about, and that is the point of it.
 */
#include "view/draw.h"

#include <inttypes.h>
#include <stdio.h>

#define NAME_COLS 12
#define COUNT_COLS 8
#define CYCLES_COLS 13

/* Causes that cost or counted something, the dearest first: a selection, as there are few. */
static unsigned by_cycles(const struct ledger *l, enum ledger_cause order[CAUSES])
{
	unsigned n = 0;

	for (unsigned i = 0; i < CAUSES; i++) {
		unsigned at = n;

		if (!l->cause[i].count && !l->cause[i].cycles)
			continue;
		while (at && l->cause[order[at - 1]].cycles < l->cause[i].cycles) {
			order[at] = order[at - 1];
			at--;
		}
		order[at] = (enum ledger_cause)i;
		n++;
	}
	return n;
}

static void draw_row(struct area a, int y, const struct view_state *s, const struct ledger *l,
                     enum ledger_cause cause)
{
	uint64_t cycles = l->cause[cause].cycles;
	char text[32];
	int x = NAME_COLS + COUNT_COLS + CYCLES_COLS + 2, bar = a.cols - x - 1;

	area_text(a, y, 1, STYLE_STRONG, ledger_key(cause));
	grouped_text(l->cause[cause].count, text, sizeof(text));
	area_right(a, y, NAME_COLS + COUNT_COLS, STYLE_TEXT, text);
	grouped_text(cycles, text, sizeof(text));
	area_right(a, y, NAME_COLS + COUNT_COLS + CYCLES_COLS, STYLE_TEXT, text);
	if (bar >= 80) { /* room for what the cause is */
		bar -= 62;
		area_text(a, y, x + (bar > 60 ? 60 : bar) + 2, STYLE_DIM, ledger_doc(cause));
	}
	if (bar > 4)
		draw_meter(a, y, x, bar > 60 ? 60 : bar, cycles, l->cycles,
		           cause == CAUSE_IDLE ? STYLE_DIM : STYLE_USED);
	if (spot_add(s->spots, a, y, 0, 1, a.cols, "cost", "cost %s", ledger_key(cause)))
		draw_focus(a, y, 0, 1, a.cols);
}

/* A ledger: its sum, and its causes below it. Returns the rows taken. */
static int draw_ledger(struct area a, const struct view_state *s, const struct ledger *l,
                       const char *title)
{
	enum ledger_cause order[CAUSES];
	unsigned n = by_cycles(l, order);
	char sum[32];
	int y = 1;

	grouped_text(l->cycles, sum, sizeof(sum));
	area_printf(a, 0, 1, STYLE_TITLE, "%s: %s cycles on all CPUs", title, sum);
	for (unsigned i = 0; i < n && y < a.rows; i++)
		draw_row(a, y++, s, l, order[i]);
	return y;
}

static void draw(struct area a, const struct view_state *s)
{
	struct ledger now = ledger_since(s->world, &s->then), all = ledger_since(s->world, NULL);
	int y = 0;

	if (now.cycles && now.cycles < all.cycles) {
		struct view_state silent = *s;

		y = draw_ledger(a, s, &now, "this command") + 1;
		silent.spots = NULL; /* the same causes once more: one of each can be pointed at */
		if (y < a.rows - 2)
			draw_ledger(area_part(a, y, 0, a.rows - y, a.cols), &silent, &all,
			            "since the boot");
		return;
	}
	draw_ledger(a, s, &all, "since the boot");
}

static void caption(const struct view_state *s, char *buf, size_t size)
{
	snprintf(buf, size, "cost, prices of \"%s\"", s->world->machine.cost->name);
}

static int wants(const struct view_state *s, int cols)
{
	(void)s;
	(void)cols;
	return 2 * CAUSES + 3;
}

const struct view_ops cost_view = {
	.name = "cost", .doc = "what the cycles went into, by cause",
	.rows = 2, .cols = 36, .caption = caption, .draw = draw, .wants = wants,
};
