/*
 * Tasks, run queues and contexts: what runs on each CPU, kernel/sched.c and kernel/softirq.c as far
 * as high memory is concerned.
 *
 * Every CPU has an idle task and a shell task that runs the commands typed for it. A CPU's
 * contexts are a stack: the current task at the bottom, then softirq, hardirq and NMI as they
 * come in. preempt_count belongs to the current task and is laid out as the generation lays it
 * out; entering an interrupt adds to it, which is how in_interrupt() knows.
 */
#ifndef KMAPLAB_KERNEL_TASK_H
#define KMAPLAB_KERNEL_TASK_H

#include "kernel/step.h"
#include "machine/machine.h"

enum task_state { TASK_UNUSED, TASK_RUNNING, TASK_UNINTERRUPTIBLE, TASK_DEAD };

#define KM_LOCAL_MAX 33 /* 6.1 with DEBUG_KMAP_LOCAL */
#define MAX_TASKS 4096
#define TASK_COMM_LEN 24

/** 6.1's struct kmap_ctrl: the local mappings a task holds. */
struct kmap_ctrl {
	int16_t idx;
	uint64_t pteval[KM_LOCAL_MAX];
};

struct task {
	uint16_t pid; /* 0 = idle tasks and unused entries */
	uint8_t state;
	uint8_t cpu;
	bool held;   /* moves on only by `step` */
	bool memdie; /* killed for lack of memory: it ends when it returns to user mode */
	bool shell;  /* waits for commands when it has nothing to do: it does not end then */
	uint16_t mm; /* its address space; 0 = a kernel thread */
	uint32_t stack_pfn; /* 4G/4G: first of the two pages of its kernel stack */
	uint16_t migration_disabled;
	uint32_t preempt_count;
	uint32_t pagefault_disabled; /* 6.1 */
	uint32_t lockdep_depth;      /* spinlocks held, as lockdep counts them */
	uint32_t waiting_on;         /* wait queue, 0 = none */
	char comm[TASK_COMM_LEN];
	struct kmap_ctrl kmap_ctrl;
	struct context context;
};

/** How an access by command went; see kernel/access.h. */
struct access_report {
	uint32_t va, bytes; /* asked for */
	uint32_t done;      /* bytes that went through */
	uint64_t pa[2];     /* of the first byte, and of the second page's first byte */
	uint32_t error_code;
	uint8_t fault; /* enum fault_reason */
	bool hit;      /* the TLB had the first page */
};

enum context_kind { CONTEXT_TASK, CONTEXT_SOFTIRQ, CONTEXT_HARDIRQ, CONTEXT_NMI, CONTEXT_KINDS };

/** Contexts that a CPU can be in at once: a task, a softirq, and as many interrupts as nest. */
#define CONTEXT_LEVELS (2 + IRQ_NESTING)

/** The kernel's per-CPU data. */
struct cpu_state {
	uint16_t current; /* task number */
	uint16_t idle, shell;
	uint8_t nr_contexts;                 /* >= 1 */
	uint8_t kind[CONTEXT_LEVELS];        /* kind[0] == CONTEXT_TASK */
	bool manual[CONTEXT_LEVELS];         /* entered by command: left by `exit` */
	bool halted;                         /* by an oops */
	bool lazy_tlb;                       /* active_mm is only borrowed */
	uint16_t active_mm;                  /* whose user half CR3 has; 0 = nobody's */
	int16_t kmap_atomic_idx;             /* 2.6.37: the stack's counter */
	struct access_report access;         /* of the last read or write by command */
};

/* Wait queues are numbers: who sleeps is told by task.waiting_on. */
enum wait_queue { WAIT_NONE, PKMAP_MAP_WAIT, PAGE_POOL_WAIT, ISA_PAGE_POOL_WAIT, CONGESTION_WAIT };

const struct task *task_get(const struct world *w, unsigned number);
struct task *task_put(struct world *w, unsigned number); /* for writing */

/** current on a CPU. */
const struct task *cpu_current(const struct world *w, unsigned cpu);
struct task *cpu_current_put(struct world *w, unsigned cpu);

/** The topmost context of a CPU, for reading and for writing. */
const struct context *cpu_context(const struct world *w, unsigned cpu);
struct context *cpu_context_put(struct world *w, unsigned cpu);
enum context_kind cpu_context_kind(const struct world *w, unsigned cpu);

/** The number that the next new task would get: a fresh one, or that of a dead task when all were
 * used; 0 when the table is full. */
unsigned task_free_number(const struct world *w);

/** A new task, TASK_RUNNING, on a CPU. Its number (1..), or 0 when the table is full. */
unsigned task_new(struct world *w, unsigned cpu, const char *comm);

/** Gives every CPU its idle task and CPU 0 its shell; called once, at boot. */
void sched_init(struct world *w);

/** Adds a shell to a CPU: the task whose context commands for that CPU run in. Its number, or 0. */
unsigned task_new_shell(struct world *w, unsigned cpu);

/** The number of the task that should run on a CPU next: the current one while it can, else the
 * next runnable one that nobody holds, else the idle task. */
unsigned pick_next_task(const struct world *w, unsigned cpu);

/** A shell of a CPU that is free and no process, or 0. */
unsigned find_shell(const struct world *w, unsigned cpu);

/** Whether the kernel would preempt the task on a CPU: preempt_count is 0, and in 2.4, which preempts
 * no kernel code, it is in the middle of none. */
bool kernel_preemptible(const struct world *w, unsigned cpu);

/** Whether a CPU may switch away from its current task now: no interrupt context on top of it, and
 * kernel_preemptible(), or that ignored (broken.allow_preempt). (A task that calls schedule() or ends
 * leaves all the same.) */
bool can_switch(const struct world *w, unsigned cpu);

/** context_switch(): from the current task to another, with what the generation does to the local
 * mappings of both. No-op when it runs already. */
void context_switch(struct world *w, unsigned cpu, unsigned next);

/** Ends a task (do_exit). */
void task_exit(struct world *w, unsigned number);

/** Enters a context on a CPU (irq_enter, __local_bh_disable, nmi_enter); `manual`: by command. Hard
 * interrupts nest, once a handler has enabled interrupts. */
struct context *context_enter(struct world *w, unsigned cpu, enum context_kind kind, bool manual);
/** Leaves the topmost context, which must not be a task's. */
void context_exit(struct world *w, unsigned cpu);
/** "task", "softirq", "hardirq", "nmi". */
const char *context_kind_name(enum context_kind kind);

/** Makes a sleeping task runnable (try_to_wake_up), with its event. */
void wake_up_task(struct world *w, unsigned number);
/** Wakes everybody on a wait queue: kmap's sleepers are not exclusive. Returns how many. */
unsigned wake_up_all(struct world *w, enum wait_queue queue);
/** Number of tasks on a queue (waitqueue_active when > 0). */
unsigned waiters(const struct world *w, enum wait_queue queue);

/* preempt_count, by the profile's layout. 2.4 has no such word: what stands in it there are its two
 * counters of each CPU, local_bh_count (softirq) and local_irq_count (hardirq); it preempts no kernel
 * code, and locks count nothing. */
void preempt_count_add(struct world *w, unsigned cpu, uint32_t value);
void preempt_count_sub(struct world *w, unsigned cpu, uint32_t value);
uint32_t preempt_count(const struct world *w, unsigned cpu);
/** The field of preemption, up and down by one; nothing where the generation has none. */
void inc_preempt_count(struct world *w, unsigned cpu);
void dec_preempt_count(struct world *w, unsigned cpu);
bool in_interrupt(const struct world *w, unsigned cpu);
bool in_irq(const struct world *w, unsigned cpu);
bool in_nmi(const struct world *w, unsigned cpu);
bool irqs_disabled(const struct world *w, unsigned cpu);
/** What may_sleep() checks: preempt_count 0 and interrupts on. */
bool in_atomic(const struct world *w, unsigned cpu);

#endif
