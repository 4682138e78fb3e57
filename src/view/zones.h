/*
 * The narrow form of the view `zones`, which the overview has room for; see zones_scale.c.
 */
#ifndef KMAPLAB_VIEW_ZONES_H
#define KMAPLAB_VIEW_ZONES_H

#include "view/zone_cells.h"

#define ZONES_SCALE_COLS 13 /* the least that it makes sense in */

/** Draws the frames of RAM with the zones on them. */
void zones_scale_draw(struct area a, const struct view_state *s);

/** Draws a cell of so many frames: nearly all free, partly used, nearly all used, or mapped. */
void zone_cell_draw(struct area a, int y, int x, const struct zone_cell *c, uint64_t frames,
                    enum style zone);

/** Whether a zone is high memory, of whichever node. */
bool zone_is_high(const struct kernel *k, const struct zone *zone);

/** What a zone is called: its name, and its node where there are several: "HighMem/1". */
const char *zone_label_text(const struct kernel *k, const struct zone *zone, char *buf, size_t size);

/** Its first pfn and the one behind its last; while a boot is shown that moved the end of low memory,
 * those are on their way to where they are. */
struct zone_span {
	uint64_t start, end;
};
struct zone_span zone_span(const struct view_state *s, const struct zone *zone);

#endif
