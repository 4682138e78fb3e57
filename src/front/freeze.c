/*
 * Drawing one view onto a grid of its own. Nobody can scroll what is frozen, so its size is given.
 */
#include "front/freeze.h"

#include "front/save.h"

#include <string.h>

char *freeze_view(const char *view, struct session *s, unsigned cpu, unsigned cols, unsigned rows,
                  bool ascii)
{
	struct view_choice choice;
	struct view_state state = { .choice = &choice };
	struct message m;
	struct grid g;
	char *text;

	if (!view_choose(&choice, view, &m))
		return NULL;
	look_at_session(&state, s, cpu);
	grid_init(&g, rows ? (int)rows : 20, cols ? (int)cols : 76, ascii);
	view_draw(choice.ops, grid_area(&g), &state);
	text = grid_to_text(&g);
	grid_release(&g);
	for (size_t n = strlen(text); n && text[n - 1] == '\n' && (n == 1 || text[n - 2] == '\n');)
		text[--n] = '\0';
	return text;
}
