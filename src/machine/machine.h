/*
 * The machine: memory, CPUs with their control registers and TLBs, interrupts between them, a
 * clock for each, and the log of what they did. A value: machine_clone() copies it, cheaply.
 *
 * Nothing here knows an operating system. The floor above decides what runs; this floor answers
 * what the processor would do.
 */
#ifndef KMAPLAB_MACHINE_MACHINE_H
#define KMAPLAB_MACHINE_MACHINE_H

#include "machine/device.h"
#include "machine/event.h"
#include "machine/tlb.h"

#define MAX_CPUS 32

/** What things cost, in cycles; from data/costs/NAME.conf, each row with its source. */
enum cost {
#define COST(name, key, doc) COST_##name,
#include "machine/costs.def"
#undef COST
	NR_COSTS
};

struct cost_table {
	char name[32];
	uint32_t cycles[NR_COSTS];
	char source[NR_COSTS][96];
};

/** The key of a row in a cost file ("invlpg"), and what it is. */
const char *cost_key(enum cost cost);
const char *cost_doc(enum cost cost);

/** An interrupt that was sent and not yet taken. */
struct irq {
	uint64_t due;    /* cycle of the receiver's clock from which it can be taken */
	uint32_t cause;  /* the IPI_SEND (or device) event */
	uint8_t vector;  /* the floor above gives vectors their meaning */
	uint8_t from;    /* sending CPU, or EVENT_NO_CPU */
	uint16_t data;
};

/** What the processor saved when it took an interrupt. */
struct irq_frame {
	uint32_t cause; /* the IRQ_DELIVER event: what the handler does is due to it */
	uint8_t vector, from;
	bool nmi, saved_if;
	uint16_t data;
};

#define IRQ_PENDING 40 /* per CPU; more than every other CPU at once, and some devices */
#define IRQ_NESTING 4
#define VECTOR_NMI 2

struct cpu {
	uint32_t cr0, cr2, cr4, efer;
	uint64_t cr3;
	uint64_t pdpte[PDPTES]; /* the PDPTE registers, loaded with CR3 */
	uint64_t cycle;    /* its clock */
	bool eflags_if;    /* interrupts enabled */
	bool online;
	struct tlb tlb;
	unsigned nr_pending;
	struct irq pending[IRQ_PENDING];
	unsigned nesting; /* interrupts being handled */
	struct irq_frame frame[IRQ_NESTING];
};

/** What a CPU waits for: work (or an interrupt), the answers of other CPUs, a lock. */
enum stall { STALL_IDLE, STALL_ANSWERS, STALL_LOCK, STALLS };

/** Counters that only grow; the observables stats.* read them. */
struct machine_stats {
	uint64_t tlb_hits, tlb_misses, walks, faults, invlpg;
	uint64_t cpu_hits[MAX_CPUS], cpu_misses[MAX_CPUS]; /* the first two, by CPU */
	uint64_t full_flushes; /* flushes that spared nothing; see machine_write_cr4() */
	uint64_t ipi;
	uint64_t charges[NR_COSTS]; /* how often each price was paid */
	uint64_t stalls[STALLS];    /* how often a CPU waited, */
	uint64_t stalled[STALLS];   /* and for how many cycles */
};

/** Switches that break the machine on purpose, for tests that must notice. */
struct machine_faults {
	bool ignore_invlpg, ignore_flush, lose_ipi;
	bool ignore_user, narrow_entries; /* of the paging unit, see struct paging_state */
};

struct machine {
	struct phys phys;
	const struct cpu_model *model; /* shared, never freed by a machine */
	const struct cost_table *cost; /* likewise */
	unsigned nr_cpus;
	struct cpu cpu[MAX_CPUS];
	unsigned nr_devices;
	struct device device[DEVICES];
	struct machine_stats stats;
	struct machine_faults broken;
	struct event_log log;
};

/** Reads a cost table; unknown or missing rows are errors. */
bool cost_table_read(struct cost_table *t, const char *name, struct message *m);

/** Powers the machine on: CPUs with paging off, interrupts off, memory zero. `m` uninitialised. */
void machine_init(struct machine *m, const struct e820_map *map, const struct cpu_model *model,
                  const struct cost_table *cost, unsigned nr_cpus);
/** An independent copy in `dst` (uninitialised); cheap. */
void machine_clone(struct machine *dst, const struct machine *src);
void machine_release(struct machine *m);

/** Adds the price of something, once or `times` times, to a CPU's clock. */
void machine_charge(struct machine *m, unsigned cpu, enum cost cost);
void machine_charge_times(struct machine *m, unsigned cpu, enum cost cost, uint64_t times);

/** The CPU waits (idle, or spinning on something another CPU does) until its clock shows `cycle`;
 * no effect when that is past. */
void machine_wait(struct machine *m, unsigned cpu, uint64_t cycle);
/** The same with the reason, for the ledger (lab/ledger.h); machine_wait() is for STALL_IDLE. A
 * clock's cycles are what was charged and what was stalled, and nothing else. */
void machine_stall(struct machine *m, unsigned cpu, uint64_t cycle, enum stall why);

/** Appends an event for a CPU (or EVENT_NO_CPU: then with the clock that is furthest on). Returns
 * the seq. */
uint32_t machine_event(struct machine *m, unsigned cpu, unsigned kind, uint64_t a, uint64_t b,
                       uint64_t c);

/** Why a TLB was flushed; the third argument of TLB_FLUSH. */
enum flush_why { FLUSH_CR3, FLUSH_CR4, FLUSH_CR0 };

/** The word for an argument of format "s" of a machine event ("write" for TLB_MISS's access);
 * NULL when that argument is not a word. `arg` is 0..2. */
const char *machine_event_word(unsigned kind, unsigned arg, uint64_t value);

/*
 * Control registers, with what a write to each does to the TLB (SDM 4.10.4.1): MOV CR3 drops what
 * is not global; changing CR4.PGE, PAE or PSE, or CR0.PG, drops everything. Under PAE paging a
 * write of CR3, of CR0.PG and of those CR4 bits loads the PDPTE registers. What the processor
 * answers with a general-protection exception (a reserved bit in a present PDPTE, a bit of CR4 or
 * EFER that the model lacks) is refused: false, nothing changed, nothing charged.
 *
 * A TLB_FLUSH event follows each flush, but for one that found an empty TLB because paging was off
 * or because CR4.PGE is only being set again. stats.full_flushes counts those flushes that spared
 * nothing, global entries included, so switching CR4.PGE off and on again counts once.
 */
bool machine_write_cr3(struct machine *m, unsigned cpu, uint64_t value);
bool machine_write_cr4(struct machine *m, unsigned cpu, uint32_t value);
bool machine_write_cr0(struct machine *m, unsigned cpu, uint32_t value);
bool machine_write_efer(struct machine *m, unsigned cpu, uint32_t value);

/** INVLPG: drops what this CPU's TLB has for the page of `va`, global or not. */
void machine_invlpg(struct machine *m, unsigned cpu, uint32_t va);

/** What a walk on this CPU depends on. */
struct paging_state machine_paging(const struct machine *m, unsigned cpu);

/** A walk that changes nothing and costs nothing: what the tables say. */
struct walk machine_peek(const struct machine *m, unsigned cpu, struct access a);

/** How an access went. */
struct access_result {
	bool hit; /* in the TLB */
	uint64_t pa;
	enum fault_reason fault;
	uint32_t error_code;
	uint32_t event; /* seq of the FAULT, or of the hit or fill; 0 with paging off */
};

/** One access of at most a page's rest: TLB, walk, A/D bits, fill, events, costs; CR2 on a fault,
 * which also drops what the TLB has for the address (SDM 4.10.4.1). Does not touch the data. */
struct access_result machine_translate(struct machine *m, unsigned cpu, struct access a);

/** Reads or writes n bytes at a virtual address, page by page, through the TLB. Stops at the
 * first fault: `done` (may be NULL) tells how many bytes went before. The result is that of the
 * first page, or of the fault. Each word of 4 bytes is charged as one access. */
struct access_result machine_read(struct machine *m, unsigned cpu, uint32_t va, void *buf, size_t n,
                                  bool user, size_t *done);
struct access_result machine_write(struct machine *m, unsigned cpu, uint32_t va, const void *buf,
                                   size_t n, bool user, size_t *done);

/** Clears the page at `va`, or copies the one at `from` to `to`, kernel addresses that are
 * multiples of PAGE_SIZE, through the TLB. Charged as COST_CLEAR_PAGE or COST_COPY_PAGE, once, and
 * not by the word; a fault ends it unpaid. The result is that of the page written, or of the fault;
 * `*from_pa` where it was read, 0 after a fault there. */
struct access_result machine_clear_page(struct machine *m, unsigned cpu, uint32_t va);
struct access_result machine_copy_page(struct machine *m, unsigned cpu, uint32_t to, uint32_t from,
                                       uint64_t *from_pa);

/** A device reads or writes memory past every TLB. Costs no CPU anything. */
void machine_dma_read(struct machine *m, uint64_t pa, void *buf, size_t n);
void machine_dma_write(struct machine *m, uint64_t pa, const void *buf, size_t n);

/** Whether a TLB entry no longer equals what a walk of this CPU's tables says: another frame or
 * size, other rights, no page, or a D bit that is gone. Pure. */
bool machine_tlb_stale(const struct machine *m, unsigned cpu, const struct tlb_entry *e);

/** Sends an interrupt to another CPU; it can be taken COST_IPI cycles after the sender's clock.
 * False, with nothing done: its queue is full. */
bool machine_ipi(struct machine *m, unsigned from, unsigned to, uint8_t vector, uint16_t data);

/** Raises an interrupt or NMI (vector VECTOR_NMI) of a device or of the CPU itself, `delay` cycles
 * from now. Its cause is log.cause. False: the queue is full. */
bool machine_raise(struct machine *m, unsigned cpu, uint8_t vector, uint64_t delay, uint16_t data);

/** Lets devices finish what is due, then takes the earliest interrupt that is due (machine_wait()
 * lets an idle CPU get there) and allowed (IF, or an NMI outside an NMI): saves IF, clears it,
 * fills `frame` (may be NULL). False: nothing to take. */
bool machine_take_irq(struct machine *m, unsigned cpu, struct irq_frame *frame);

/** The cycle at which something can be taken, a device's transfer under way included, or UINT64_MAX
 * (also while IF forbids it). */
uint64_t machine_next_irq(const struct machine *m, unsigned cpu);

/** Lets what is due at a CPU now, and not taken yet, arrive a cycle later: how long an interrupt is on
 * its way is promised by nobody. */
void machine_delay_irqs(struct machine *m, unsigned cpu);

/** Tells the sender that its request is done: the event, and its price. */
void machine_ack(struct machine *m, unsigned cpu, const struct irq_frame *frame);

/** Returns from the innermost interrupt: IF as it was. */
void machine_iret(struct machine *m, unsigned cpu);

#endif
