/*
 * How fast the world is copied, stepped and taken back: the figures on which rewinding, predict
 * prompts and comparisons rest. The machine is the largest one, 64 GiB and 8 CPUs.
 *
 * Prints a line for each figure, with what it should be at most. Nothing fails here: a figure that
 * is too large is for whoever reads it.
 */
#include "command/command.h"
#include "kernel/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define BOOT "boot ram=64G cpus=8 nr_cpus=8"
#define STEPS 10000u
#define CLONES 20000u

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void figure(const char *what, double value, const char *unit, double most)
{
	printf("%-48s %10.2f %-3s  (at most %g)\n", what, value, unit, most);
}

static void must(void *ctx, const struct reply *r)
{
	(void)ctx;
	if (r->status == STATUS_OK)
		return;
	fprintf(stderr, "%s: %s\n", r->command, r->message);
	exit(1);
}

static void command(struct interp *in, const char *line)
{
	interp_line(in, NULL, 1, line, must, NULL);
}

static void bench_clone(const struct session *s)
{
	static struct world copy;
	double start = now();

	for (unsigned i = 0; i < CLONES; i++) {
		world_clone(&copy, session_world(s));
		world_release(&copy);
	}
	figure("world_clone and release, 64 GiB, 8 CPUs", (now() - start) / CLONES * 1e6, "us", 50);
}

/* What a clone costs when it is used: the blocks that the next operation writes are copied. */
static void bench_clone_and_step(const struct session *s)
{
	static struct world copy;
	double start = now();
	struct kmap_frame locals = { .pfn = session_world(s)->kernel.layout.max_low_pfn };

	for (unsigned i = 0; i < CLONES / 10; i++) {
		world_clone(&copy, session_world(s));
		world_start(&copy, 0, &kmap_op, &locals);
		world_step(&copy, 0);
		world_release(&copy);
	}
	figure("the same with one step taken in the copy",
	       (now() - start) / (CLONES / 10) * 1e6, "us", 100);
}

static void bench_steps(struct interp *in)
{
	const struct session *s = interp_session(in);
	uint32_t first = session_world(s)->steps;
	double start = now();

	while (session_world(s)->steps - first < STEPS)
		command(in, "kmap p0; kunmap p0");
	figure("a step, by commands, history kept",
	       (now() - start) / (session_world(s)->steps - first) * 1e6, "us", 10);
}

/* A finger on the key: every position of the last 10,000, one after the other. */
static void bench_single_backs(struct session *s, uint32_t end)
{
	double sum = 0, most = 0;

	for (uint32_t p = end; p-- > end - STEPS;) {
		double start = now(), took;

		session_goto(s, p);
		took = now() - start;
		sum += took;
		most = took > most ? took : most;
	}
	figure("back over one step, of 10,000 the mean", sum / STEPS * 1e3, "ms", 50);
	figure("back over one step, of 10,000 the slowest", most * 1e3, "ms", 50);
}

static void bench_back(struct session *s)
{
	uint32_t end = session_end(s);
	double start = now();

	session_goto(s, end - STEPS);
	figure("back over 10,000 steps", (now() - start) * 1e3, "ms", 50);
	start = now();
	session_goto(s, end);
	figure("and forward again", (now() - start) * 1e3, "ms", 50);
	bench_single_backs(s, end);
}

int main(void)
{
	struct session *s = session_new();
	struct interp *in = interp_new(s);
	double start = now();

	command(in, BOOT);
	figure("boot, 64 GiB, 8 CPUs", (now() - start) * 1e3, "ms", 5);
	bench_clone(s);
	bench_clone_and_step(s);
	command(in, "alloc highmem");
	bench_steps(in);
	bench_clone(s);
	bench_back(s);
	interp_free(in);
	session_free(s);
	return 0;
}
