/*
 * The view `code`: the kernel function that the chosen CPU is in, line by line, with the line about
 * to run marked; above it who called it. The lines are the very texts of the operation's STEPs
 * (kernel/step.h), so they cannot differ from what runs.
 *
 * When the CPU has nothing to do, the function that the last command began with is shown, without
 * a mark: what just ran.
 */
#include "view/view.h"

#include <stdio.h>

/* The operation that the events being shown began with, or NULL. */
static const struct op *last_operation(const struct view_state *s)
{
	const struct event_log *log = &s->world->machine.log;

	for (uint32_t seq = first_new_event(s->world, s->since); seq <= log->n; seq++) {
		const struct event *e = event_get(log, seq);

		if (e && e->kind == EVENT_CALL && e->cpu == s->cpu && e->arg[0] < op_count())
			return op_get((unsigned)e->arg[0]);
	}
	return NULL;
}

static const struct frame *top_frame(const struct context *c)
{
	return c->depth ? &c->frame[c->depth - 1] : NULL;
}

static int count_steps(const struct op *op)
{
	int n = 0;

	while (op_step(op, (unsigned)n))
		n++;
	return n;
}

/* The lines from `first` on; `current` (or NULL) is marked. */
static void draw_steps(struct area a, const struct op *op, int first,
                       const struct step_text *current)
{
	const struct step_text *step;

	for (int y = 0; y < a.rows && (step = op_step(op, (unsigned)(first + y))); y++) {
		bool here = current && step->line == current->line;

		if (here)
			area_glyph(a, y, 1, STYLE_CURRENT, GLYPH_CURRENT);
		/* A column of its own for the text, so that a tab in it indents evenly. */
		area_text(area_part(a, y, 3, 1, a.cols - 3), 0, 0,
		          here ? STYLE_CURRENT : current ? STYLE_DIM : STYLE_TEXT, step->text);
	}
}

/* Callers, outermost first: "kmap > kmap_high > map_new_virtual". */
static void draw_callers(struct area a, const struct context *c)
{
	int x = 1;

	for (unsigned i = 0; i < c->depth; i++) {
		if (i) {
			x = area_glyph(a, 0, x + 1, STYLE_DIM, GLYPH_ARROW) + 1;
		}
		x = area_text(a, 0, x, i + 1 == c->depth ? STYLE_STRONG : STYLE_TEXT,
		              op_get(c->frame[i].op)->name);
	}
}

static void draw(struct area a, const struct view_state *s)
{
	const struct context *c = cpu_context(s->world, s->cpu);
	const struct frame *fr = top_frame(c);
	const struct op *op = fr ? op_get(fr->op) : last_operation(s);
	const struct step_text *current = fr ? frame_step(fr) : NULL;
	struct area lines = area_part(a, 1, 0, a.rows - 1, a.cols);
	int first = 0, n, at = 0;

	if (!op) {
		area_printf(a, 0, 1, STYLE_DIM, "CPU %u is in no kernel function", s->cpu);
		return;
	}
	if (fr)
		draw_callers(a, c);
	else
		area_printf(a, 0, 1, STYLE_STRONG, "%s", op->name);
	n = count_steps(op);
	while (current && at < n && op_step(op, (unsigned)at)->line != current->line)
		at++;
	if (current && at > lines.rows / 2)
		first = at - lines.rows / 2;
	if (first > n - lines.rows)
		first = n > lines.rows ? n - lines.rows : 0;
	draw_steps(lines, op, first, current);
}

static void caption(const struct view_state *s, char *buf, size_t size)
{
	snprintf(buf, size, "CPU %u %s", s->cpu,
	         cpu_context(s->world, s->cpu)->depth ? "runs" : "ran");
}

static int wants(const struct view_state *s, int cols)
{
	(void)s;
	(void)cols;
	return 24;
}

const struct view_ops code_view = {
	.name = "code", .doc = "the kernel function that runs, line by line",
	.rows = 2, .cols = 24, .caption = caption, .draw = draw, .wants = wants,
};
