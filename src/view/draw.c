/*
 * What several views draw alike; see draw.h.
 */
#include "view/draw.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void draw_focus(struct area a, int y, int x, int rows, int cols)
{
	struct area part = area_part(a, y, x, rows, cols);

	for (int i = 0; i < part.rows; i++) {
		for (int k = 0; k < part.cols; k++) {
			struct cell *c =
				&part.grid->cells[(part.y + i) * part.grid->cols + part.x + k];

			c->style = STYLE_FOCUS;
			if (!i && !k && part.cols > 1 && c->ch == ' ' && c->width == 1)
				c->ch = grid_glyph(part.grid, GLYPH_FOCUS);
		}
	}
}

/* Rounded to the nearest cell. Products of two sizes in bytes would not fit; frames and cells do. */
int scale_to(uint64_t part, uint64_t whole, int cols)
{
	uint64_t cell;

	if (!whole || cols <= 0)
		return 0;
	if (part > whole)
		part = whole;
	while (whole > 1ull << 50) {
		whole >>= 1;
		part >>= 1;
	}
	cell = (part * (uint64_t)cols + whole / 2) / whole;
	return (int)cell;
}

void draw_meter(struct area a, int y, int x, int cols, uint64_t part, uint64_t whole,
                enum style style)
{
	int filled = scale_to(part, whole, cols);

	if (part && !filled)
		filled = 1;
	x = area_repeat(a, y, x, filled, style, GLYPH_METER);
	area_repeat(a, y, x, cols - filled, STYLE_FREE, GLYPH_METER_REST);
}

void draw_mark(struct area a, int y, int x, int cols, uint64_t at, uint64_t whole,
               enum style style)
{
	int cell = scale_to(at, whole, cols);

	area_glyph(a, y, x + (cell < cols ? cell : cols - 1), style, GLYPH_MARK);
}

bool is_now(const struct view_state *s, unsigned kind)
{
	return s->now.event && s->now.event->kind == kind;
}

int way_gone(const struct view_state *s, int length)
{
	if (!s->now.event || !s->now.phases)
		return length;
	return (int)((unsigned)length * (s->now.phase + 1) / (s->now.phases + 1));
}

uint32_t shown_until(const struct view_state *s)
{
	const struct event_log *log = &s->world->machine.log;
	uint32_t first = first_new_event(s->world, s->since);

	for (uint32_t seq = log->n; s->now.event && seq >= first && seq; seq--)
		if (event_get(log, seq) == s->now.event)
			return seq;
	return log->n;
}

const struct event *newest_event(const struct view_state *s, unsigned kind, unsigned cpu)
{
	const struct event_log *log = &s->world->machine.log;
	uint32_t first = first_new_event(s->world, s->since);

	for (uint32_t seq = log->n; seq >= first && seq; seq--) {
		const struct event *e = event_get(log, seq);

		if (e && e->kind == kind && (cpu == EVENT_NO_CPU || e->cpu == cpu))
			return e;
	}
	return NULL;
}

const char *page_label_text(const struct view_state *s, uint64_t pfn, char *buf, size_t size)
{
	for (unsigned i = s->nr_pages; i-- > 0;)
		if (s->page[i].pfn == pfn) {
			snprintf(buf, size, "%s", s->page[i].name);
			return buf;
		}
	snprintf(buf, size, "pfn:0x%" PRIx64, pfn);
	return buf;
}

/* A wait or a call belongs to the step that stands above it in the source. */
const struct step_text *frame_line(const struct frame *fr)
{
	const struct step_text *at = NULL, *step = NULL;
	const struct op *op = op_get(fr->op);

	while ((step = op_step(op, step)) && step->line <= fr->line)
		at = step;
	return at;
}

bool running_line(const struct world *w, unsigned cpu, const char **op, const char **line)
{
	const struct context *c = cpu_context(w, cpu);
	const struct frame *fr = c->depth ? &c->frame[c->depth - 1] : NULL;
	const struct step_text *step = fr ? frame_line(fr) : NULL;

	*op = fr ? op_get(fr->op)->name : "";
	*line = step ? step->text + strspn(step->text, "\t ") : "";
	return fr != NULL;
}

void draw_callers(struct area a, int y, int x, const struct context *c)
{
	int room = a.cols - x - 1, width = 0;
	unsigned first = c->depth;

	while (first && width + (int)strlen(op_get(c->frame[first - 1].op)->name) + 3 <= room) {
		first--;
		width += (int)strlen(op_get(c->frame[first].op)->name) + 3;
	}
	if (first && first < c->depth)
		x = area_glyph(a, y, x, STYLE_DIM, GLYPH_MORE) + 1;
	if (first == c->depth && first)
		first--;
	for (unsigned i = first; i < c->depth; i++) {
		if (i > first)
			x = area_glyph(a, y, x + 1, STYLE_DIM, GLYPH_ARROW) + 1;
		x = area_text(a, y, x, i + 1 == c->depth ? STYLE_STRONG : STYLE_TEXT,
		              op_get(c->frame[i].op)->name);
	}
}
