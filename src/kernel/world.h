/*
 * The world: machine, kernel, tasks and random state in one value.
 *
 * There is nothing else: no mutable global, no hidden state. world_clone() copies it in
 * microseconds because all that is large is shared until written. Rewind, lessons, the explorer
 * and every comparison are made of this one function.
 */
#ifndef KMAPLAB_KERNEL_WORLD_H
#define KMAPLAB_KERNEL_WORLD_H

#include "kernel/boot.h"
#include "kernel/highmem.h"
#include "kernel/layout.h"
#include "kernel/profile.h"
#include "kernel/task.h"
#include "kernel/zone.h"
#include "machine/machine.h"

/** The kernel's kinds of event, after the machine's. */
enum kernel_event {
	EVENT_KERNEL_FIRST = EVENT_MACHINE_END,
#define EVENT(name, a, b, c, narration, doc) EVENT_##name,
#include "kernel/events.def"
#undef EVENT
};

struct kernel_stats {
	uint64_t kmaps, kmap_atomics, pkmap_flushes, ipi_received, bounces, bytes_copied, oops;
	uint64_t context_switches, sleeps, wakeups, warnings;
};

/** Mechanisms that tests and lessons can break, to show that somebody notices. */
struct kernel_faults {
	bool no_wrap_flush;   /* flush_all_zero_pkmaps forgets the TLBs */
	bool no_slot_clear;   /* kunmap_atomic leaves the PTE */
	bool no_wakeup;       /* kunmap forgets the sleepers */
};

struct kernel {
	const struct profile *profile; /* shared, outlives every world */
	struct boot_config config;
	struct layout layout;
	unsigned nr_zones;
	struct zone zone[MAX_NR_ZONES];
	struct sparse mem_map;              /* struct page by pfn */
	struct sparse free_links[MAX_ORDER]; /* the buddy lists' links, by block number */
	uint64_t swapper_pg_dir;            /* physical address of the kernel's top table */
	struct pkmap pkmap;
	struct spinlock kmap_lock;
	struct call_data call_data;         /* the cross-call in flight (kernel/smp.c) */
	struct spinlock call_lock;
	unsigned nr_tasks;                  /* highest task number in use */
	struct sparse tasks;                /* struct task by number */
	struct sparse irq_contexts;         /* struct context by cpu * CONTEXT_KINDS + kind */
	struct cpu_state cpu[MAX_CPUS];
	unsigned debug_warnings_left;       /* the slot check's counter; wraps as the kernel's does */
	struct kernel_stats stats;
	struct kernel_faults broken;
	struct dmesg dmesg;
};

struct world {
	struct machine machine;
	struct kernel kernel;
	uint64_t random; /* state of world_random() */
	uint32_t steps;  /* taken since boot */
};

/** An independent copy in `dst` (uninitialised). Costs microseconds, whatever the RAM. */
void world_clone(struct world *dst, const struct world *src);
/** Gives up what the world holds. */
void world_release(struct world *w);

/** A pseudo-random number; part of the world, so that it repeats (splitmix64). */
uint64_t world_random(struct world *w);

/** A hash of everything that matters to what happens next: not clocks, not statistics, not the
 * log. Equal worlds have equal hashes (XXH3). */
uint64_t world_hash(const struct world *w);

/** Appends an event of CPU `cpu`. Returns its seq. */
uint32_t world_event(struct world *w, unsigned cpu, unsigned kind, uint64_t a, uint64_t b,
                     uint64_t c);

/** The row of any kind of event, of either floor; NULL when there is none. */
const struct event_desc *event_desc(unsigned kind);
/** The kind by name ("TLB_FILL"), or 0. */
unsigned event_kind_find(const char *name);

/** Starts `op` in the topmost context of a CPU, which must have nothing else to do (depth 0). */
void world_start(struct world *w, unsigned cpu, const struct op *op, const void *locals);

/** What a CPU would do if it were stepped now. */
enum cpu_ready {
	CPU_IDLE,    /* nothing to run */
	CPU_RUNS,    /* a step can be taken */
	CPU_SPINS,   /* its step waits for somebody else */
	CPU_IRQ,     /* an interrupt can be taken now */
	CPU_HALTED,  /* by an oops */
};
enum cpu_ready world_cpu_ready(const struct world *w, unsigned cpu);

/** How a step went. */
enum step_result { STEP_TAKEN, STEP_NOTHING, STEP_SPUN, STEP_OOPSED };

/**
 * Takes one step on a CPU: takes a pending interrupt if it may, else runs the topmost context's
 * next STEP; picks another task when the current one sleeps or ends. Returns STEP_NOTHING when
 * there was nothing to do (the world is then unchanged).
 */
enum step_result world_step(struct world *w, unsigned cpu);

#endif
