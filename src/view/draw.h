/*
 * What several views draw alike: the focus, meters, events under way.
 */
#ifndef KMAPLAB_VIEW_DRAW_H
#define KMAPLAB_VIEW_DRAW_H

#include "view/view.h"

/** Gives cells that are drawn already the look of the focus; a row of at least two cells whose first
 * one is blank also gets the focus' glyph there. */
void draw_focus(struct area a, int y, int x, int rows, int cols);

/** A meter of `cols` cells: part of whole is filled, at least one cell when part is not 0. */
void draw_meter(struct area a, int y, int x, int cols, uint64_t part, uint64_t whole,
                enum style style);
/** A mark on it, where `at` of `whole` is. */
void draw_mark(struct area a, int y, int x, int cols, uint64_t at, uint64_t whole,
               enum style style);

/** The cell of `cols` that `part` of `whole` falls on; 0 when whole is 0. */
int scale_to(uint64_t part, uint64_t whole, int cols);

/** Whether an event of this kind is what an animation is showing. */
bool is_now(const struct view_state *s, unsigned kind);
/** How far it is on a way of `length` cells: 0..length; length when nothing is under way. */
int way_gone(const struct view_state *s, int length);

/** The last event that is to be seen: the one an animation shows, or the log's last. Its seq. */
uint32_t shown_until(const struct view_state *s);

/** The newest event of a kind on a CPU (EVENT_NO_CPU: on any) among those that are new, or NULL. */
const struct event *newest_event(const struct view_state *s, unsigned kind, unsigned cpu);

/** The name that a page was given, or "pfn:0x7f424", in `buf`. */
const char *page_label_text(const struct view_state *s, uint64_t pfn, char *buf, size_t size);

/** The step that a frame stands before; while it waits, or was called back, the one that it is in. NULL:
 * none, which is so for an operation without steps. */
const struct step_text *frame_line(const struct frame *fr);

/** The operation that a CPU is in, and the line it stands before or waits in; false when it is in
 * none. */
bool running_line(const struct world *w, unsigned cpu, const char **op, const char **line);

/** The functions of a context, outermost first: "kmap > kmap_high > map_new_virtual". What does not
 * fit loses its beginning, for what runs is at the end. */
void draw_callers(struct area a, int y, int x, const struct context *c);

#endif
