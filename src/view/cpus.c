/*
 * The view `cpus`: what each CPU is in. Its contexts as a stack, kernel/task.h: a task at the bottom,
 * a softirq, hard interrupts and an NMI on top of it, each with the functions it has entered;
 * preempt_count taken apart as this generation lays it out (include/linux/hardirq.h: the fields and
 * their widths changed over the years); the interrupt flag; and the interrupts that were sent and
 * not yet taken. Below, the shootdown that is under way, if there is one (shootdown.c).
 *
 * In the room that is left, the tasks that run nowhere now. With more CPUs than there is room for,
 * each gets one line.
 */
#include "view/draw.h"
#include "view/shootdown.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BLOCK_ROWS 6  /* of a CPU with one context */
#define BLOCK_COLS 58

/* A field of preempt_count: its name, its bits. */
struct field {
	const char *name;
	unsigned shift, bits;
};

static unsigned fields_of(const struct profile *p, struct field field[4])
{
	const unsigned bits[4] = { p->preempt_bits, p->softirq_bits, p->hardirq_bits, p->nmi_bits };
	static const char *const names[4] = { "preempt", "softirq", "hardirq", "nmi" };
	unsigned n = 0, shift = 0;

	for (unsigned i = 0; i < 4; i++) {
		if (bits[i])
			field[n++] = (struct field){ names[i], shift, bits[i] };
		shift += bits[i];
	}
	return n;
}

/* "hardirq 1 softirq 0 preempt 1". Returns the column behind it. */
static int draw_fields(struct area a, int y, int x, const struct world *w, unsigned cpu)
{
	uint32_t count = preempt_count(w, cpu);
	struct field field[4];
	unsigned n = fields_of(w->kernel.profile, field);

	for (unsigned i = n; i-- > 0;) {
		uint32_t value = count >> field[i].shift & ((1u << field[i].bits) - 1);

		x = area_printf(a, y, x + 1, value ? STYLE_USED : STYLE_FREE, "%s %" PRIu32,
		                field[i].name, value);
	}
	return x;
}

/* "preempt_count 00010001  hardirq 1 softirq 0 preempt 1" */
static void draw_preempt_count(struct area a, int y, int x, const struct world *w, unsigned cpu)
{
	uint32_t count = preempt_count(w, cpu);

	x = area_printf(a, y, x, STYLE_DIM, "preempt_count ");
	x = area_printf(a, y, x, count ? STYLE_STRONG : STYLE_TEXT, "%08" PRIx32, count) + 1;
	draw_fields(a, y, x, w, cpu);
}

/* The context at a level of a CPU's stack: the task's own, or an interrupt's. */
static const struct context *context_at(const struct world *w, unsigned cpu, unsigned level)
{
	if (!level)
		return &cpu_current(w, cpu)->context;
	return SPARSE_GET(&w->kernel.irq_contexts, struct context, cpu * CONTEXT_LEVELS + level);
}

/* Contexts from the top of the stack down: what is written first is what runs. */
static int draw_contexts(struct area a, int y, const struct world *w, unsigned cpu)
{
	const struct cpu_state *state = &w->kernel.cpu[cpu];

	for (unsigned level = state->nr_contexts; level-- > 0; y++) {
		const struct context *c = context_at(w, cpu, level);
		bool top = level + 1 == state->nr_contexts;

		area_glyph(a, y, 2, top ? STYLE_CURRENT : STYLE_DIM,
		           top ? GLYPH_CURRENT : GLYPH_VLINE);
		area_text(a, y, 4, top ? STYLE_STRONG : STYLE_TEXT,
		          context_kind_name((enum context_kind)state->kind[level]));
		if (c->depth)
			draw_callers(a, y, 12, c);
		else
			area_text(a, y, 12, STYLE_DIM, level ? "entered, nothing runs" : "no kernel code");
	}
	return y;
}

static void draw_pending(struct area a, int y, const struct world *w, unsigned cpu)
{
	const struct cpu *c = &w->machine.cpu[cpu];
	int x = area_text(a, y, 2, STYLE_DIM, "pending ");

	if (!c->nr_pending)
		area_text(a, y, x, STYLE_FREE, "no interrupts");
	for (unsigned i = 0; i < c->nr_pending && x < a.cols; i++) {
		const struct irq *irq = &c->pending[i];
		uint64_t left = irq->due > c->cycle ? irq->due - c->cycle : 0;

		x = area_glyph(a, y, x, c->eflags_if ? STYLE_NEW : STYLE_STALE,
		               c->eflags_if ? GLYPH_IPI : GLYPH_WAITS) + 1;
		if (irq->from == EVENT_NO_CPU)
			x = area_printf(a, y, x, STYLE_TEXT, "0x%02x of a device", irq->vector);
		else
			x = area_printf(a, y, x, STYLE_TEXT, "0x%02x of CPU %u", irq->vector, irq->from);
		x = area_printf(a, y, x, STYLE_DIM, ", in %" PRIu64 "  ", left);
	}
}

/* A CPU that is pointed at becomes the chosen one with the command that `cpu` is. */
static void draw_spot(struct area a, int y, int rows, const struct view_state *s, unsigned cpu)
{
	char command[SPOT_COMMAND];

	snprintf(command, sizeof(command), "cpu %u", cpu);
	if (spot_add(s->spots, a, y, 0, rows, a.cols, command, "cpu %u", cpu))
		draw_focus(a, y, 0, 1, a.cols);
}

/* The first row of a CPU: who runs, the clock, the interrupt flag. */
static void draw_head(struct area a, int y, const struct view_state *s, unsigned cpu)
{
	const struct world *w = s->world;
	const struct cpu_state *state = &w->kernel.cpu[cpu];
	const struct task *task = cpu_current(w, cpu);
	bool idle = state->current == state->idle;
	char cycle[24], right[64];
	int x;

	x = area_printf(a, y, 0, cpu == s->cpu ? STYLE_TITLE : STYLE_STRONG, " CPU %u", cpu);
	if (state->halted)
		x = area_text(a, y, x + 2, STYLE_ERROR, "halted by an oops");
	else if (idle)
		x = area_text(a, y, x + 2, STYLE_DIM, "idle");
	else
		x = area_printf(a, y, x + 2, STYLE_TEXT, "task %u %s", state->current, task->comm);
	grouped_text(w->machine.cpu[cpu].cycle, cycle, sizeof(cycle));
	snprintf(right, sizeof(right), "cycle %s", cycle);
	if (x + 20 + text_width(right) < a.cols)
		area_right(a, y, a.cols - 16, STYLE_DIM, right);
	if (w->machine.cpu[cpu].eflags_if)
		area_right(a, y, a.cols - 1, STYLE_DIM, "interrupts on");
	else
		area_right(a, y, a.cols - 1, STYLE_STALE, "interrupts OFF");
	draw_spot(a, y, 1, s, cpu);
}

/* Head, contexts, the line about to run if there is one, preempt_count, what is pending, a blank. */
static int block_rows(const struct world *w, unsigned cpu)
{
	return BLOCK_ROWS - 2 + w->kernel.cpu[cpu].nr_contexts + (cpu_context(w, cpu)->depth > 0);
}

static void draw_block(struct area a, const struct view_state *s, unsigned cpu)
{
	int y = draw_contexts(a, 1, s->world, cpu), x;
	const char *op, *line;

	draw_head(a, 0, s, cpu);
	if (running_line(s->world, cpu, &op, &line)) {
		x = area_text(a, y, 2, STYLE_DIM, "next");
		area_text(a, y++, x + 2, STYLE_CURRENT, *line ? line : "(waits for what it called)");
	}
	draw_preempt_count(a, y, 2, s->world, cpu);
	draw_pending(a, y + 1, s->world, cpu);
}

/* One line for a CPU: all that matters, and what it runs as far as it fits; with two rows that has the
 * second for itself, and preempt_count is taken apart where there is room for it. */
static void draw_line(struct area a, int y, const struct view_state *s, unsigned cpu, int rows)
{
	const struct world *w = s->world;
	const char *op, *line;
	int x = area_printf(a, y, 0, cpu == s->cpu ? STYLE_TITLE : STYLE_TEXT, " CPU %-2u", cpu);

	x = area_printf(a, y, x + 1, STYLE_TEXT, "%-7s",
	                context_kind_name(cpu_context_kind(w, cpu)));
	x = area_text(a, y, x + 1, w->machine.cpu[cpu].eflags_if ? STYLE_DIM : STYLE_STALE,
	              w->machine.cpu[cpu].eflags_if ? "IF on " : "IF OFF");
	x = area_printf(a, y, x + 1, preempt_count(w, cpu) ? STYLE_STRONG : STYLE_DIM, "%08" PRIx32,
	                preempt_count(w, cpu));
	if (rows > 1 && a.cols >= BLOCK_COLS)
		x = draw_fields(a, y, x, w, cpu) + 1;
	if (w->machine.cpu[cpu].nr_pending)
		x = area_printf(a, y, x + 1, STYLE_NEW, "%u pending", w->machine.cpu[cpu].nr_pending);
	if (rows > 1)
		x = 6;
	if (running_line(w, cpu, &op, &line))
		area_printf(a, y + rows - 1, x + 2, STYLE_TEXT, "%s: %s", op, line);
	else
		area_text(a, y + rows - 1, x + 2, STYLE_DIM,
		          w->kernel.cpu[cpu].halted ? "halted by an oops" : cpu_current(w, cpu)->comm);
	draw_spot(a, y, rows, s, cpu);
}

/* Each in a line or two, from the one that is scrolled to. */
static void draw_lines(struct area a, const struct view_state *s)
{
	unsigned n = s->world->machine.nr_cpus, first = s->scroll < n ? s->scroll : 0;
	int rows = a.rows >= 2 * (int)n ? 2 : 1;

	for (unsigned i = first; i < n && (int)(i - first) * rows < a.rows; i++)
		draw_line(a, (int)(i - first) * rows, s, i, rows);
}

static int highest_block(const struct world *w)
{
	int rows = 0;

	for (unsigned i = 0; i < w->machine.nr_cpus; i++)
		rows = block_rows(w, i) > rows ? block_rows(w, i) : rows;
	return rows;
}

static const char *state_text(const struct task *t)
{
	if (t->state == TASK_UNINTERRUPTIBLE)
		return t->waiting_on == PKMAP_MAP_WAIT ? "sleeps: no slot is free" :
		       t->waiting_on ? "sleeps: no bounce page is free" : "sleeps";
	return t->held ? "held: `step` moves it" : "ready";
}

/* Tasks that have something to do, or a process' memory, and are current on no CPU. */
static void draw_tasks(struct area a, const struct view_state *s)
{
	const struct world *w = s->world;
	int y = 1;

	for (unsigned i = 1; i <= w->kernel.nr_tasks && y < a.rows; i++) {
		const struct task *t = task_get(w, i);
		int x;

		if (t->state == TASK_UNUSED || t->state == TASK_DEAD ||
		    w->kernel.cpu[t->cpu].current == i || (!t->context.depth && !t->mm))
			continue;
		x = area_printf(a, y, 1, STYLE_STRONG, "task %u %s", i, t->comm);
		x = area_printf(a, y, x + 2, t->state == TASK_UNINTERRUPTIBLE ? STYLE_NEW : STYLE_TEXT,
		                "CPU %u, %s", t->cpu, state_text(t));
		draw_callers(a, y, x + 2, &t->context);
		if (spot_add(s->spots, a, y, 0, 1, a.cols, "task", "task %u", i))
			draw_focus(a, y, 0, 1, a.cols);
		y++;
	}
	if (y > 1)
		area_rule(a, 0, "tasks that run nowhere now");
}

static int columns(int cols)
{
	return cols / BLOCK_COLS < 1 ? 1 : cols / BLOCK_COLS;
}

static void draw_cpus(struct area a, const struct view_state *s)
{
	int per_row = columns(a.cols), rows = highest_block(s->world);
	unsigned n = s->world->machine.nr_cpus;
	int high = ((int)n + per_row - 1) / per_row * rows - 1;

	if (high > a.rows) {
		draw_lines(a, s);
		return;
	}
	for (unsigned i = 0; i < n; i++) {
		int width = a.cols / per_row;

		draw_block(area_part(a, (int)i / per_row * rows, (int)i % per_row * width, rows, width - 1),
		           s, i);
	}
	if (a.rows - high >= 4)
		draw_tasks(area_part(a, high + 1, 0, a.rows - high - 1, a.cols), s);
}

static void draw(struct area a, const struct view_state *s)
{
	int lanes = shootdown_rows(s);

	if (lanes > a.rows - 4)
		lanes = a.rows - 4;
	if (lanes >= 3) {
		shootdown_draw(area_part(a, a.rows - lanes, 0, lanes, a.cols), s);
		a.rows -= lanes + 1;
	}
	draw_cpus(a, s);
}

static void caption(const struct view_state *s, char *buf, size_t size)
{
	unsigned pending = 0, n = s->world->machine.nr_cpus;

	for (unsigned i = 0; i < n; i++)
		pending += s->world->machine.cpu[i].nr_pending;
	snprintf(buf, size, "%u CPU%s, %u interrupt%s pending", n, n == 1 ? "" : "s", pending,
	         pending == 1 ? "" : "s");
}

static int wants(const struct view_state *s, int cols)
{
	int per_row = columns(cols), lanes = shootdown_rows(s);

	return ((int)s->world->machine.nr_cpus + per_row - 1) / per_row * highest_block(s->world) +
	       (lanes ? lanes + 1 : 0);
}

const struct view_ops cpus_view = {
	.name = "cpus", .doc = "contexts, preempt_count and interrupts of each CPU; shootdowns",
	.rows = 2, .cols = 30, .caption = caption, .draw = draw, .wants = wants,
};
