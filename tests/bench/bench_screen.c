/*
 * The screen, from outside: the real program on a pseudo terminal. What a picture of an animation
 * costs in CPU time and in bytes to the terminal, and how long a key takes to be seen while an
 * animation runs.
 *
 * Pictures are counted by the time that they stay; the CPU time is the process' own clock's,
 * read from here, and the best round counts, because it is the one that nobody else's work got into.
 * A key is seen when its character comes back: letters are typed that nothing on the screen uses.
 */
#include "../terminal/drive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FRAME_MS 60
#define QUIET_MS 1000 /* longer than any part of an animation in which nothing changes */
#define KEYS 500
#define ROUNDS 4

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void begin(struct lab *l, int rows, int cols)
{
	char line[64];

	lab_start(l, "xterm-256color", "C.UTF-8", rows, cols, NULL);
	if (!lab_sees(l, "lab>", 20000))
		exit(99);
	lab_quiet(l, 200);
	lab_types(l, "\033");
	lab_quiet(l, 200);
	snprintf(line, sizeof(line), "set speed %d\r", FRAME_MS);
	lab_types(l, line);
	lab_quiet(l, 200);
	lab_types(l, "p = alloc highmem 4\r");
	lab_quiet(l, 300);
}

/* --- pictures --------------------------------------------------------------------------------- */

struct cost {
	unsigned pictures;
	size_t bytes, most;
	double cpu;
};

/* From the first byte to the last. An animation shows a picture each FRAME_MS, also such in which
 * nothing changes that this size has room for, and those count, too: they were drawn. */
static void watch(struct lab *l, clockid_t clock, struct cost *cost)
{
	double before, began, last;
	size_t n;

	/* The first is the line that was typed and the command's own work. */
	lab_read(l, 1000);
	before = seconds(clock);
	began = last = seconds(CLOCK_MONOTONIC);
	while ((n = lab_read(l, QUIET_MS))) {
		size_t more;

		last = seconds(CLOCK_MONOTONIC);
		/* The rest of the same picture. */
		while ((more = lab_read(l, 5)))
			n += more;
		cost->bytes += n;
		cost->most = n > cost->most ? n : cost->most;
	}
	cost->pictures += (unsigned)((last - began) * 1000 / FRAME_MS + 0.5);
	cost->cpu += seconds(clock) - before;
}

static void pictures(int rows, int cols)
{
	static const char *const lines[] = { "kmap p0\r", "read 0xffa01000 4\r", "kunmap p0\r",
		                             "cpu1: read 0xffa01000 4\r", "kmap_flush_unused\r",
		                             "v = kmap_atomic p1\r", "kunmap_atomic p1\r" };
	struct cost all = { 0 };
	double best = 1;
	clockid_t clock;
	struct lab l;

	begin(&l, rows, cols);
	if (clock_getcpuclockid(l.pid, &clock) != 0)
		exit(99);
	for (int round = 0; round < ROUNDS; round++) {
		struct cost cost = { .most = all.most };

		for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
			lab_types(&l, lines[i]);
			watch(&l, clock, &cost);
		}
		if (!cost.pictures)
			exit(99);
		if (cost.cpu / cost.pictures < best)
			best = cost.cpu / cost.pictures;
		all = (struct cost){ all.pictures + cost.pictures, all.bytes + cost.bytes, cost.most,
			             all.cpu + cost.cpu };
	}
	lab_types(&l, "quit\r");
	lab_ends(&l, 5000);
	lab_release(&l);
	printf("a picture of an animation, %dx%d: %.3f ms of CPU (mean %.3f), %zu bytes to the "
	       "terminal (most %zu), %u pictures\n",
	       cols, rows, best * 1e3, all.cpu / all.pictures * 1e3, all.bytes / all.pictures,
	       all.most, all.pictures);
}

/* --- keys ------------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Types a letter and waits for it; the time in seconds. */
static double type_letter(struct lab *l, char letter)
{
	double begun = seconds(CLOCK_MONOTONIC);
	char text[2] = { letter, '\0' };

	lab_forget(l);
	lab_types(l, text);
	while (!memchr(l->seen, letter, l->nr_seen) && seconds(CLOCK_MONOTONIC) - begun < 1)
		lab_read(l, 100);
	return seconds(CLOCK_MONOTONIC) - begun;
}

static void keys(int rows, int cols)
{
	double took[KEYS];
	struct lab l;
	int n = 0;

	begin(&l, rows, cols);
	while (n < KEYS) {
		/* Two seconds of animation, and letters into it. */
		lab_types(&l, "\025kmap p0; kunmap p0; kmap_flush_unused\r");
		lab_read(&l, 200);
		for (int i = 0; i < 40 && n < KEYS; i++) {
			took[n++] = type_letter(&l, i % 2 ? 'Q' : 'Z');
			usleep(7000 + (useconds_t)(i * 331 % 13000));
		}
		lab_types(&l, "\033");
		lab_quiet(&l, 80);
	}
	lab_types(&l, "\025quit\r");
	lab_ends(&l, 5000);
	lab_release(&l);
	qsort(took, KEYS, sizeof(took[0]), by_size);
	printf("a key while an animation runs, %dx%d: median %.2f ms, 99th percentile %.2f ms, most "
	       "%.2f ms\n",
	       cols, rows, took[KEYS / 2] * 1e3, took[KEYS * 99 / 100] * 1e3, took[KEYS - 1] * 1e3);
}

int main(void)
{
	char folder[] = "/tmp/kmaplab-bench-XXXXXX", command[64];

	if (!mkdtemp(folder))
		return 99;
	setenv("HOME", folder, 1);
	setenv("XDG_STATE_HOME", folder, 1);
	unsetenv("XDG_CONFIG_HOME");
	pictures(24, 80);
	pictures(60, 200);
	keys(24, 80);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command) == 0 ? 0 : 99;
}
