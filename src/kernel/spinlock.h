/*
 * Spinlocks: include/linux/spinlock.h on SMP. Taking one disables preemption and spins, in
 * simulated time, while another CPU holds it. Interrupts stay as they are.
 *
 * Modelled as who holds it and when it was last released: whoever waited goes on from that moment
 * of the clock, which is how waiting costs time without anybody looping.
 */
#ifndef KMAPLAB_KERNEL_SPINLOCK_H
#define KMAPLAB_KERNEL_SPINLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct world;

/** Names for the LOCK and UNLOCK events. */
enum lock_name {
	KMAP_LOCK = 1,
	CALL_FUNCTION_LOCK,
	ZONE_LOCK,
	VMLIST_LOCK,
	PURGE_LOCK,
	PAGE_TABLE_LOCK,
	TLBSTATE_LOCK,
};

struct spinlock {
	bool locked;
	uint8_t cpu;     /* holder */
	uint16_t task;   /* likewise */
	uint64_t cycle;  /* the clock of the last release */
};

/** Takes a free lock for a CPU's current task; see SPIN_LOCK. */
void spin_lock_taken(struct world *w, unsigned cpu, struct spinlock *lock, enum lock_name name);

/** spin_unlock(): releases it and enables preemption again. */
void spin_unlock(struct world *w, unsigned cpu, struct spinlock *lock, enum lock_name name);

/** spin_lock() inside an op: the step spins until the lock is free. */
#define SPIN_LOCK(lock, name)                                                                     \
	do {                                                                                      \
		WAIT_FOR(!(lock)->locked);                                                        \
		spin_lock_taken(w, c->cpu, (lock), (name));                                       \
	} while (0)

#endif
