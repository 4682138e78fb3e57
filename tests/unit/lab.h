/*
 * What the tests of the kernel's steps share: a world booted from a few words, operations run to
 * their end, and the log as text, so that a test can say which events it expects, in order.
 *
 * Worlds here are stepped by the tests themselves, not by the lab's runner: the CPU that has the
 * work goes on until it spins, then the others take the interrupts that it waits for. Who boots a
 * session takes the configuration from lab_config() and uses the session's own runner.
 */
#ifndef KMAPLAB_TESTS_LAB_H
#define KMAPLAB_TESTS_LAB_H

#include "kernel/access.h"
#include "kernel/invariants.h"
#include "kernel/irqflags.h"
#include "kernel/world.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#undef fail /* Check's old name for ck_abort_msg(); here it is the function of message.h */

/** The boot configuration that words like "kernel=6.1 cpus=4 pkmap=4 debug_highmem=yes" ask for.
 * Known are kernel, ram (MiB), cpus, nr_cpus, pkmap, highmem, split, patch, cpu (model), seed; any
 * other word is a build option. What is not said is the default. */
struct boot_config lab_config(const char *words);

/** Boots a world on the heap; lab_free() gives it back. */
struct world *lab_boot(const char *words);
/** The same from a configuration. */
struct world *lab_boot_config(const struct boot_config *c);
/** Tries to boot what must be refused; whether it was booted all the same. */
bool lab_boot_refused(const struct boot_config *c, struct message *m);
/** An independent copy on the heap. */
struct world *lab_clone(const struct world *w);
void lab_free(struct world *w);

/** A page of high memory, or of ZONE_NORMAL. Names them A, B, C, ... in the order of asking, for
 * lab_events(). */
uint32_t lab_page(struct world *w);
uint32_t lab_lowmem_page(struct world *w);

/* --- running ---------------------------------------------------------------------------------- */

/** How a run of one CPU's context ended. */
enum lab_end { LAB_DONE, LAB_ASLEEP, LAB_OOPS, LAB_STUCK };

/** One step of the CPU; when it spins, one step of another CPU that can take an interrupt or is
 * handling one. False: nothing could move. */
bool lab_step(struct world *w, unsigned cpu);

/** Goes on until the context on top of `cpu` has nothing left to do. */
enum lab_end lab_run(struct world *w, unsigned cpu);

/** Lets everybody run, one step each in turn, until nobody can. */
void lab_run_all(struct world *w);

/** Starts an op on a CPU and runs it. */
enum lab_end lab_try(struct world *w, unsigned cpu, const struct op *op, const void *locals);
/** The same for an op that must come to its end; its result. */
uint64_t lab_do(struct world *w, unsigned cpu, const struct op *op, const void *locals);

#define TRY(w, cpu, name, ...) lab_try(w, cpu, &name##_op, &(struct name##_frame){ __VA_ARGS__ })
#define DO(w, cpu, name, ...) lab_do(w, cpu, &name##_op, &(struct name##_frame){ __VA_ARGS__ })
#define START(w, cpu, name, ...) \
	world_start(w, cpu, &name##_op, &(struct name##_frame){ __VA_ARGS__ })

/** A new task on a CPU with an op to do; its number. It does not run yet. */
unsigned lab_spawn(struct world *w, unsigned cpu, const struct op *op, const void *locals);
#define SPAWN(w, cpu, name, ...) \
	lab_spawn(w, cpu, &name##_op, &(struct name##_frame){ __VA_ARGS__ })

/** Steps a CPU until the step it stands before is that text; fails the test if it never comes. */
void lab_step_to(struct world *w, unsigned cpu, const char *text);
/** The text of the step a CPU stands before, or "". */
const char *lab_at(const struct world *w, unsigned cpu);

/** Stores or loads one 32-bit word on a CPU, through its TLB; the load must not fault. */
void lab_store(struct world *w, unsigned cpu, uint32_t va, uint32_t value);
uint32_t lab_load(struct world *w, unsigned cpu, uint32_t va);
/** Whether a load would fault (it is made, and fills or drops TLB entries as it does). */
bool lab_faults(struct world *w, unsigned cpu, uint32_t va);
/** The first word of a page frame, past every TLB. */
uint32_t lab_frame_word(const struct world *w, uint32_t pfn);

/* --- the log ---------------------------------------------------------------------------------- */

/** The newest event's seq. */
uint32_t lab_now(const struct world *w);

/**
 * The events after `from` of the kinds named in `kinds` ("SLEEP WAKE"; NULL: all but CALL and
 * RETURN), one word each: "1:FLUSH_DONE(1)" is CPU 1's. Arguments are shown as in the tables, but
 * a page is a letter (see lab_page()), an address of the pool "pkmap+N" (N its slot), one of the
 * kmap fixmap "fix C+N" (slot N of CPU C), a physical address in page A "A+offset"; the arguments
 * pte, old and due are left out. Static: good until the next call.
 */
const char *lab_events(const struct world *w, uint32_t from, const char *kinds);

/** How many events of a kind there are after `from`. */
unsigned lab_count(const struct world *w, uint32_t from, unsigned kind);

/** Asserts that the logs of two worlds agree from an event on, in kinds, places, arguments and
 * causes; not in cycles. */
void lab_same_events(const struct world *a, const struct world *b, uint32_t from);

/** The counts of the pool's slots from slot 0 on: "0 2 1 0". Static. */
const char *lab_counts(const struct world *w);

/** Asserts all invariants (kernel/invariants.h). Those that are cheap are asserted after every step
 * that these helpers take, too. */
void lab_sound(const struct world *w);
/** Invariants, as bits, that nobody can count on because something was broken on purpose, in this world
 * or in one that was asked about before. */
uint32_t lab_excepted(const struct world *w);

/* --- suites ----------------------------------------------------------------------------------- */

/** A test that runs with _i from 0 to n - 1. */
struct lab_loop {
	const TTest *test;
	int n;
};

/** Runs a suite of one case; the exit status for main(). */
int lab_suite(const char *name, const TTest *const *tests, size_t nr_tests,
              const struct lab_loop *loops, size_t nr_loops);

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#endif
