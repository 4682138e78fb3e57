/*
 * The world: machine, kernel, tasks and random state in one value.
 *
 * There is nothing else: no mutable global, no hidden state. world_clone() copies it in
 * microseconds because all that is large is shared until written. Rewind, lessons, the explorer
 * and every comparison are made of this one function.
 */
#ifndef KMAPLAB_KERNEL_WORLD_H
#define KMAPLAB_KERNEL_WORLD_H

#include "kernel/atomic.h"
#include "kernel/block.h"
#include "kernel/boot.h"
#include "kernel/highmem.h"
#include "kernel/layout.h"
#include "kernel/mm.h"
#include "kernel/profile.h"
#include "kernel/smp.h"
#include "kernel/swiotlb.h"
#include "kernel/task.h"
#include "kernel/vmalloc.h"
#include "kernel/tlb.h"
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
	bool allow_preempt;   /* `preempt` and `switch` ignore preempt_count */
	bool allow_migrate;   /* `migrate` ignores what pins a task to its CPU */
	bool pop_before_clear; /* __kunmap_atomic as 3e4d3af501cc had it */
	bool no_cow;          /* do_wp_page lets everybody write who shares the page */
	bool no_fallback;     /* get_page_from_freelist tries one zone only */
	bool highmem_for_all; /* every zonelist begins with HighMem, GFP_KERNEL's as well */
	bool no_bounce;       /* blk_queue_bounce hands every page to the device */
	bool no_preempt_count; /* kmap_atomic and kunmap_atomic leave preempt_count alone */
	bool no_kmap_save;    /* a context switch leaves the slots of kmap_local as they are */
	bool no_might_sleep;  /* might_sleep() says nothing */
};

/** The one file there is: its page in the page cache (0: none), and its size. */
struct page_cache_file {
	uint32_t pfn, size;
};

struct kernel {
	const struct profile *profile; /* shared, outlives every world */
	const struct atomic_ops *atomic_ops; /* the profile's, or those of a patch */
	struct boot_config config;
	struct layout layout;
	unsigned nr_zones;
	unsigned nr_nodes;
	struct zone zone[MAX_ZONES];        /* node 0's by type, then node 1's HighMem */
	struct node_map node_map;           /* RAM, as boot left it to the kernel */
	unsigned nr_reserved;
	struct early_res reserved[EARLY_RES_MAX];
	struct sparse mem_map;              /* struct page by pfn */
	uint64_t mem_map_pa;                /* where the simulated mem_map begins, in low memory */
	unsigned sizeof_page;               /* bytes of a struct page in this build */
	struct sparse free_links[MAX_ORDER]; /* the buddy lists' links, by block number */
	uint64_t swapper_pg_dir;            /* physical address of the kernel's top table */
	struct pkmap pkmap;
	struct spinlock kmap_lock;
	struct call_data call_data[MAX_CPUS]; /* by who made the cross-call (kernel/smp.c) */
	struct spinlock call_lock;          /* 2.4's; since 2.6.27 call_function_lock */
	unsigned nr_mms;                    /* highest number of an address space in use */
	struct sparse mms;                  /* struct mm by number */
	struct sparse gathers;              /* pfns by mm * FREE_PTE_NR + i */
	struct tlb_flush tlb_flush;         /* the flush of an address space in flight */
	struct page_cache_file file;
	struct vmalloc_space vmalloc;
	unsigned nr_tasks;                  /* highest task number in use */
	uint16_t last_pid;
	struct sparse tasks;                /* struct task by number */
	struct sparse irq_contexts;         /* struct context by cpu * CONTEXT_LEVELS + level */
	struct cpu_state cpu[MAX_CPUS];
	struct block block;                 /* queues, bios, bounce pages */
	struct swiotlb swiotlb;             /* 6.1: where the DMA API bounces */
	struct slot_check slot_check;       /* DEBUG_HIGHMEM's */
	struct kernel_stats stats;
	struct kernel_faults broken;
	unsigned memory_waiters;            /* tasks that wait until pages are freed */
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

/** Whether a command can start something on a CPU now; if not, why. */
bool world_ready(const struct world *w, unsigned cpu, struct message *m);

/** Starts `op` in the topmost context of a CPU (its shell's, if that is a task; a shell is made
 * when there is none). The CPU must be ready. */
void world_start(struct world *w, unsigned cpu, const struct op *op, const void *locals);

/** Starts `op` in a task that has nothing else to do; it runs when its CPU comes to it. */
void world_start_task(struct world *w, unsigned task, const struct op *op, const void *locals);

/** Makes a task current on its CPU, as a switch would; false when the CPU cannot switch. */
bool world_switch_to(struct world *w, unsigned task, struct message *m);

/** Enters a softirq, hardirq or NMI context by command, and leaves it. Commands for the CPU then run
 * in it. A hard interrupt comes with interrupts disabled, as the gate leaves them. */
bool world_enter_context(struct world *w, unsigned cpu, enum context_kind kind, struct message *m);
bool world_exit_context(struct world *w, unsigned cpu, struct message *m);

/** world_enter_context(), before whatever is on its way to the CPU: that comes later. For the
 * explorer, to whom the order in which interrupts arrive is open. */
bool world_enter_first(struct world *w, unsigned cpu, enum context_kind kind, struct message *m);

/** The vector of an interrupt that a command raises. */
#define DEVICE_VECTOR 0x31

/** Whether world_step() on this CPU would do something (or spin). */
bool world_runnable(const struct world *w, unsigned cpu);

/** How a step went. STEP_NOTHING and STEP_SPUN leave the world as it was. */
enum step_result { STEP_TAKEN, STEP_NOTHING, STEP_SPUN, STEP_OOPSED };

/**
 * Takes one step on a CPU: takes a pending interrupt if it may, else runs the topmost context's
 * next STEP; picks another task when the current one sleeps or ends. An interrupt is taken only when
 * its cycle has come, or when the CPU has nothing else to do.
 */
enum step_result world_step(struct world *w, unsigned cpu);

/** Lets a CPU take an interrupt that was sent to it, waiting for its cycle, and do nothing else:
 * for a CPU whose own work is held. */
enum step_result world_interrupt(struct world *w, unsigned cpu);

/** Lets a CPU run the next STEP of its topmost context and take no interrupt, though one may be due:
 * it may as well have come a moment later. */
enum step_result world_line(struct world *w, unsigned cpu);

#endif
