/*
 * The view `code`: the kernel function that a CPU is in, line by line, with the line about to run
 * marked; above it who called it. The lines are the very texts of the operation's STEPs
 * (kernel/step.h), so they cannot differ from what runs.
 *
 * CPUs that run kernel code stand beside each other where there is room for it; in less room the
 * chosen one has it, and the others say in a line where they are. When a CPU has nothing to do,
 * the function that the last command called is shown, without a mark: what just ran.
 */
#include "view/draw.h"

#include <stdio.h>
#include <string.h>

#define INDENT 4  /* columns of a tab: panes are narrow */
#define COLUMN 52 /* of a CPU where they stand beside each other */

/* The last operation that nobody else called among the events being shown, or NULL: what the last of
 * several commands did, and not the functions that it went through. */
static const struct op *last_operation(const struct view_state *s, unsigned cpu)
{
	const struct event_log *log = &s->world->machine.log;
	uint32_t first = first_new_event(s->world, s->since);

	for (uint32_t seq = log->n; seq >= first; seq--) {
		const struct event *e = event_get(log, seq);

		if (e && e->kind == EVENT_CALL && e->cpu == cpu && e->arg[1] == 1 &&
		    e->arg[0] < op_count())
			return op_get((unsigned)e->arg[0]);
	}
	return NULL;
}

static const struct frame *top_frame(const struct context *c)
{
	return c->depth ? &c->frame[c->depth - 1] : NULL;
}

#define STEPS_MAX 128 /* of one operation; the longest has some thirty */

/* All steps of an operation, in order: the tables are looked through once, not once a line. */
static int steps_of(const struct op *op, const struct step_text *step[STEPS_MAX])
{
	int n = 0;

	while (n < STEPS_MAX && (step[n] = op_step(op, n ? step[n - 1] : NULL)))
		n++;
	return n;
}

/* The lines from `first` on; `current` (or NULL) is marked. */
static void draw_steps(struct area a, const struct step_text *const *step, int n,
                       const struct step_text *current)
{
	for (int y = 0; y < a.rows && y < n; y++) {
		bool here = current && step[y]->line == current->line;

		size_t tabs = strspn(step[y]->text, "\t");

		if (here)
			area_glyph(a, y, 1, STYLE_CURRENT, GLYPH_CURRENT);
		area_text(a, y, 3 + INDENT * (int)tabs,
		          here ? STYLE_CURRENT : current ? STYLE_DIM : STYLE_TEXT,
		          step[y]->text + tabs);
	}
}

/* One CPU's function. */
static void draw_cpu(struct area a, const struct view_state *s, unsigned cpu)
{
	const struct context *c = cpu_context(s->world, cpu);
	const struct frame *fr = top_frame(c);
	const struct op *op = fr ? op_get(fr->op) : last_operation(s, cpu);
	const struct step_text *current = fr ? frame_step(fr) : NULL, *step[STEPS_MAX];
	struct area lines = area_part(a, 1, 0, a.rows - 1, a.cols);
	int first = 0, n, at = 0;

	if (!op) {
		area_printf(a, 0, 1, STYLE_DIM, "CPU %u is in no kernel function", cpu);
		return;
	}
	if (fr)
		draw_callers(a, 0, 1, c);
	else
		area_printf(a, 0, 1, STYLE_STRONG, "%s", op->name);
	n = steps_of(op, step);
	while (current && at < n && step[at]->line != current->line)
		at++;
	if (current && at > lines.rows / 2)
		first = at - lines.rows / 2;
	if (first > n - lines.rows)
		first = n > lines.rows ? n - lines.rows : 0;
	draw_steps(lines, step + first, n - first, current);
}

/* The others, in a line each. Returns the rows taken, at the bottom. */
static int draw_others(struct area a, const struct view_state *s)
{
	unsigned cpus = s->world->machine.nr_cpus;
	const char *op, *line;
	int n = 0;

	for (unsigned cpu = cpus; cpu-- > 0 && n < a.rows / 3;) {
		if (cpu == s->cpu || !running_line(s->world, cpu, &op, &line))
			continue;
		n++;
		area_printf(a, a.rows - n, 1, STYLE_TEXT, "CPU %u  %s: %s", cpu, op, line);
		if (spot_add(s->spots, a, a.rows - n, 0, 1, a.cols, "view cpus", "cpu %u", cpu))
			draw_focus(a, a.rows - n, 0, 1, a.cols);
	}
	return n;
}

/* The chosen CPU first, then those in kernel code, as many as there are columns for. */
static void draw_beside(struct area a, const struct view_state *s, unsigned columns)
{
	unsigned cpus = s->world->machine.nr_cpus, n = 0;
	int width = a.cols / (int)columns;

	for (unsigned i = 0; i < cpus && n < columns; i++) {
		unsigned cpu = (s->cpu + i) % cpus;
		int x = (int)n * width;
		struct area part = area_part(a, 0, x, a.rows, width - 1);

		if (i && !cpu_context(s->world, cpu)->depth)
			continue;
		n++;
		area_printf(part, 0, 1, cpu == s->cpu ? STYLE_TITLE : STYLE_STRONG, "CPU %u, %s", cpu,
		            context_kind_name(cpu_context_kind(s->world, cpu)));
		for (int y = 0; x && y < a.rows; y++)
			area_glyph(a, y, x - 1, STYLE_RULE, GLYPH_VLINE);
		draw_cpu(area_part(part, 1, 0, part.rows - 1, part.cols), s, cpu);
	}
}

/* CPUs that have something to show: the chosen one, and those in kernel code. */
static unsigned count_shown(const struct view_state *s)
{
	unsigned n = 1;

	for (unsigned cpu = 0; cpu < s->world->machine.nr_cpus; cpu++)
		n += cpu != s->cpu && cpu_context(s->world, cpu)->depth;
	return n;
}

static void draw(struct area a, const struct view_state *s)
{
	unsigned columns = (unsigned)(a.cols / COLUMN), shown = count_shown(s);

	if (columns > shown)
		columns = shown;
	if (columns >= 2 && a.rows >= 6) {
		draw_beside(a, s, columns);
		return;
	}
	if (a.rows >= 6)
		a.rows -= draw_others(a, s);
	draw_cpu(a, s, s->cpu);
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
