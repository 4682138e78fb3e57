/*
 * Drawing the timeline, and finding a moment in it with the mouse. See timebar.h.
 */
#include "view/timebar.h"

int timebar_column(const struct timebar *t, int cols, uint32_t position)
{
	if (!t->end || cols < 2)
		return 0;
	if (position > t->end)
		position = t->end;
	return (int)((uint64_t)position * (uint64_t)(cols - 1) / t->end);
}

/* The first position of the column, so that a click on a tick goes to what it stands for. */
uint32_t timebar_position(const struct timebar *t, int cols, int x)
{
	if (x <= 0 || cols < 2)
		return 0;
	if (x >= cols - 1)
		return t->end;
	return (uint32_t)(((uint64_t)x * t->end + (uint64_t)cols - 2) / (uint64_t)(cols - 1));
}

void timebar_draw(struct area a, const struct timebar *t, bool focused)
{
	int now = timebar_column(t, a.cols, t->position);

	area_repeat(a, 0, 0, now, focused ? STYLE_CURSOR : STYLE_TITLE, GLYPH_PAST);
	area_repeat(a, 0, now, a.cols - now, STYLE_DIM, GLYPH_HOLE);
	for (unsigned i = 0; i < t->n; i++) {
		int x = timebar_column(t, a.cols, t->tick[i].position);

		area_glyph(a, 0, x, x < now ? STYLE_TITLE : STYLE_DIM,
		           t->tick[i].branch ? GLYPH_BRANCH : GLYPH_CROSS);
	}
	area_glyph(a, 0, now, STYLE_CURSOR, GLYPH_NOW);
}
