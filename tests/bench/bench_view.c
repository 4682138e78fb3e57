/*
 * What drawing costs: each view, drawn anew onto a grid of 200x60 and of 80x24, on a machine that has
 * something to show: eight CPUs, a small pool that wraps, stale entries, a task that sleeps. CPU
 * time of one drawing, the median of many; the aim is at most 1 ms at 200x60.
 */
#include "command/command.h"
#include "view/view.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define TIMES 41

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static void history(struct interp *in)
{
	static const char *const lines[] = {
		"boot ram=4G cpus=8 nr_cpus=8", "alloc highmem 40", "alloc normal 4",
		"kmap p0; kmap p1; read p0; cpu1: read p0; cpu2: read p1; kunmap p0",
		"kmap_atomic p2 KM_USER0; kmap_atomic p3 KM_USER1", "cpu3: kmap_atomic p4 KM_USER0",
		"spawn kmap p5; step 4", "kmap_flush_unused", "cpu1: irq; cpu1: kmap_atomic p6 KM_IRQ0",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		interp_line(in, NULL, 1, lines[i], NULL, NULL);
	for (unsigned i = 0; i < 40; i++) {
		char line[64];

		snprintf(line, sizeof(line), "kmap p%u; read p%u; kunmap p%u", i, i, i);
		interp_line(in, NULL, 1, line, NULL, NULL);
	}
}

static int by_value(const void *a, const void *b)
{
	return *(const double *)a > *(const double *)b ? 1 : -1;
}

static double measure(const struct view_ops *view, const struct view_state *s, int rows, int cols)
{
	double took[TIMES];
	struct grid g;

	grid_init(&g, rows, cols, false);
	for (int i = 0; i < TIMES; i++) {
		double start = now();

		s->spots->n = 0;
		view_draw(view, grid_area(&g), s);
		took[i] = now() - start;
	}
	grid_release(&g);
	qsort(took, TIMES, sizeof(took[0]), by_value);
	return took[TIMES / 2];
}

int main(void)
{
	struct session *session = session_new();
	struct interp *in = interp_new(session);
	struct spots spots = { .spot = calloc(SPOTS_MAX, sizeof(struct spot)) };
	struct view_state s = { .spots = &spots, .since = 1 };

	if (!spots.spot)
		abort();
	setlocale(LC_CTYPE, "C.UTF-8");
	history(in);
	s.world = session_world(session);
	if (!s.world) {
		fprintf(stderr, "nothing could be booted\n");
		return 1;
	}
	for (unsigned i = 0; i < nr_views; i++)
		printf("view %-10s 200x60 %8.3f ms    80x24 %8.3f ms\n", views[i]->name,
		       measure(views[i], &s, 60, 200), measure(views[i], &s, 24, 80));
	free(spots.spot);
	interp_free(in);
	session_free(session);
	return 0;
}
