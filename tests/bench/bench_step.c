/*
 * How fast kernel code runs: nanoseconds for a step, with the log on and off, and events written in
 * a second. This is what exploring interleavings and long workloads will pay.
 *
 * The world is stepped as the explorer would do it, without a session around it: kmap and kunmap of
 * 700 pages in turn, so that the pool of 512 wraps, and a cross-call to the other CPUs is part of
 * the mixture. Prints figures; nothing fails here.
 */
#include "kernel/world.h"
#include "lab/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PAGES 700u
#define ROUNDS 40000u
#define RUNS 5

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Steps CPU 0's operation to its end; others take the interrupts that it waits for. */
static void run(struct world *w)
{
	while (cpu_context(w, 0)->depth) {
		if (world_step(w, 0) == STEP_TAKEN)
			continue;
		for (unsigned cpu = 1; cpu < w->machine.nr_cpus; cpu++)
			if (w->kernel.cpu[cpu].nr_contexts > 1)
				world_step(w, cpu);
			else
				world_interrupt(w, cpu);
	}
}

/* A kmap and a kunmap for each round. */
static void work(struct world *w, const uint32_t *pfn, unsigned rounds)
{
	for (unsigned i = 0; i < rounds; i++) {
		world_start(w, 0, &kmap_op, &(struct kmap_frame){ pfn[i % PAGES] });
		run(w);
		world_start(w, 0, &kunmap_op, &(struct kunmap_frame){ pfn[i % PAGES] });
		run(w);
	}
}

struct figures {
	double step, event; /* nanoseconds, of the fastest run */
};

static struct figures measure(const struct world *base, const uint32_t *pfn, bool log)
{
	struct figures best = { 0 };

	for (unsigned i = 0; i < RUNS; i++) {
		static struct world w;
		double start, ns;

		world_clone(&w, base);
		w.machine.log.off = !log;
		start = now();
		work(&w, pfn, ROUNDS);
		ns = (now() - start) * 1e9;
		if (!best.step || ns / (w.steps - base->steps) < best.step) {
			best.step = ns / (w.steps - base->steps);
			best.event = ns / (w.machine.log.n - base->machine.log.n);
		}
		world_release(&w);
	}
	return best;
}

static struct session *boot(unsigned cpus)
{
	struct session *s = session_new();
	struct boot_config c = boot_config_default();
	struct message m;

	c.cpus = cpus;
	if (!session_boot(s, &c, &m)) {
		fprintf(stderr, "%s\n", m.text);
		exit(1);
	}
	return s;
}

static void bench(unsigned cpus)
{
	struct session *s = boot(cpus);
	static struct world base;
	uint32_t pfn[PAGES];
	struct figures on, off;

	world_clone(&base, session_world(s));
	for (unsigned i = 0; i < PAGES; i++)
		pfn[i] = (uint32_t)alloc_pages_now(&base, GFP_WAIT | GFP_HIGHMEM, 0);
	on = measure(&base, pfn, true);
	off = measure(&base, pfn, false);
	printf("%u CPUs: %-40s %10.0f ns\n", cpus, "a step, events kept", on.step);
	printf("%u CPUs: %-40s %10.0f ns\n", cpus, "a step, nobody listens", off.step);
	printf("%u CPUs: %-40s %10.2f million a second\n", cpus, "events", 1e3 / on.event);
	world_release(&base);
	session_free(s);
}

int main(void)
{
	bench(1);
	bench(8);
	return 0;
}
