/*
 * The view `code`: the kernel function that a CPU is in, line by line, with the line about to run
 * marked; above it who called it. The lines are the very texts of the operation's STEPs
 * (kernel/step.h), so they cannot differ from what runs.
 *
 * CPUs that run kernel code stand beside each other where there is room for it, or else below each
 * other; in less room the chosen one has it, and the others say in a line where they are. Who waits in
 * a line has another mark than who is about to run it. When no CPU has anything to do, the functions
 * that the last command went through are shown, in the order of their calls, without a mark: what just
 * ran.
 */
#include "view/draw.h"

#include <stdio.h>
#include <string.h>

#define INDENT 4  /* columns of a tab: panes are narrow */
#define COLUMN 52 /* of a CPU where they stand beside each other */
#define OPS_MAX 512

/* The call of the last operation that nobody else called among the events being shown: what the last of
 * several commands did. Its seq, or 0. */
static uint32_t last_call(const struct view_state *s, unsigned cpu)
{
	const struct event_log *log = &s->world->machine.log;
	uint32_t first = first_new_event(s->world, s->since);

	for (uint32_t seq = shown_until(s); seq >= first && seq; seq--) {
		const struct event *e = event_get(log, seq);

		if (e && e->kind == EVENT_CALL && e->cpu == cpu && e->arg[1] == 1 &&
		    e->arg[0] < op_count())
			return seq;
	}
	return 0;
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
                       const struct step_text *current, bool waits)
{
	for (int y = 0; y < a.rows && y < n; y++) {
		bool here = step[y] == current;
		size_t tabs = strspn(step[y]->text, "\t");

		if (here)
			area_glyph(a, y, 1, waits ? STYLE_NEW : STYLE_CURRENT,
			           waits ? GLYPH_WAITS : GLYPH_CURRENT);
		area_text(a, y, 3 + INDENT * (int)tabs,
		          here ? waits ? STYLE_NEW : STYLE_CURRENT : current ? STYLE_DIM : STYLE_TEXT,
		          step[y]->text + tabs);
	}
}

/* Those functions that were called from an event on, each once. */
static void draw_ran(struct area a, const struct view_state *s, unsigned cpu, uint32_t seq)
{
	const struct event_log *log = &s->world->machine.log;
	uint32_t until = shown_until(s);
	bool drawn[OPS_MAX] = { false };

	for (int y = 0; seq <= until && y < a.rows; seq++) {
		const struct step_text *step[STEPS_MAX];
		const struct event *e = event_get(log, seq);
		const struct op *op;
		int n;

		if (!e || e->kind != EVENT_CALL || e->cpu != cpu || e->arg[0] >= op_count() ||
		    e->arg[0] >= OPS_MAX || drawn[e->arg[0]])
			continue;
		drawn[e->arg[0]] = true;
		op = op_get((unsigned)e->arg[0]);
		n = steps_of(op, step);
		area_text(a, y, 1, STYLE_STRONG, op->name);
		draw_steps(area_part(a, y + 1, 0, a.rows - y - 1, a.cols), step, n, NULL, false);
		y += n + 1;
	}
}

/* One CPU's function, and who called it. */
static void draw_cpu(struct area a, const struct view_state *s, unsigned cpu)
{
	const struct context *c = cpu_context(s->world, cpu);
	const struct frame *fr = top_frame(c);
	const struct step_text *current, *step[STEPS_MAX];
	struct area lines = area_part(a, 1, 0, a.rows - 1, a.cols);
	int first = 0, n, at = 0;

	if (!fr) {
		if (last_call(s, cpu))
			draw_ran(a, s, cpu, last_call(s, cpu));
		else
			area_printf(a, 0, 1, STYLE_DIM, "CPU %u is in no kernel function", cpu);
		return;
	}
	draw_callers(a, 0, 1, c);
	current = frame_line(fr);
	n = steps_of(op_get(fr->op), step);
	while (current && at < n && step[at] != current)
		at++;
	if (current && at > lines.rows / 2)
		first = at - lines.rows / 2;
	if (first > n - lines.rows)
		first = n > lines.rows ? n - lines.rows : 0;
	draw_steps(lines, step + first, n - first, current, !frame_step(fr));
}

/* Rows that the function of a CPU takes, with its callers above it; 0 when it is in none. */
static int rows_of(const struct view_state *s, unsigned cpu)
{
	const struct frame *fr = top_frame(cpu_context(s->world, cpu));
	const struct step_text *step[STEPS_MAX];

	return fr ? 1 + steps_of(op_get(fr->op), step) : 0;
}

/* CPUs in kernel code below the chosen one, each with a heading, when there is room for all of them.
 * Returns whether there was. */
static bool draw_below(struct area a, const struct view_state *s)
{
	unsigned cpus = s->world->machine.nr_cpus;
	int rows = rows_of(s, s->cpu), y;

	if (!rows)
		return false;
	for (unsigned cpu = 0; cpu < cpus; cpu++)
		rows += cpu != s->cpu && rows_of(s, cpu) ? rows_of(s, cpu) + 1 : 0;
	if (rows > a.rows)
		return false;
	draw_cpu(area_part(a, 0, 0, rows_of(s, s->cpu), a.cols), s, s->cpu);
	y = rows_of(s, s->cpu);
	for (unsigned cpu = 0; cpu < cpus; cpu++) {
		char title[32];

		if (cpu == s->cpu || !rows_of(s, cpu))
			continue;
		snprintf(title, sizeof(title), "CPU %u, %s", cpu,
		         context_kind_name(cpu_context_kind(s->world, cpu)));
		area_rule(a, y, title);
		draw_cpu(area_part(a, y + 1, 0, rows_of(s, cpu), a.cols), s, cpu);
		if (spot_add(s->spots, a, y, 0, 1, a.cols, "view cpus", "cpu %u", cpu))
			draw_focus(a, y, 0, 1, a.cols);
		y += rows_of(s, cpu) + 1;
	}
	return true;
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
	if (draw_below(a, s))
		return;
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
