/*
 * Taking and releasing a spinlock; see spinlock.h.
 */
#include "kernel/spinlock.h"

#include "kernel/world.h"

#include <assert.h>

void spin_lock_taken(struct world *w, unsigned cpu, struct spinlock *lock, enum lock_name name)
{
	machine_stall(&w->machine, cpu, lock->cycle, STALL_LOCK);
	lock->locked = true;
	lock->cpu = (uint8_t)cpu;
	lock->task = w->kernel.cpu[cpu].current;
	cpu_current_put(w, cpu)->lockdep_depth++;
	inc_preempt_count(w, cpu);
	machine_charge(&w->machine, cpu, COST_LOCK);
	world_event(w, cpu, EVENT_LOCK, name, 0, 0);
}

void spin_unlock(struct world *w, unsigned cpu, struct spinlock *lock, enum lock_name name)
{
	assert(lock->locked && lock->task == w->kernel.cpu[cpu].current); /* nobody else may */
	lock->locked = false;
	machine_charge(&w->machine, cpu, COST_MEM);
	lock->cycle = w->machine.cpu[cpu].cycle;
	cpu_current_put(w, cpu)->lockdep_depth--;
	dec_preempt_count(w, cpu);
	world_event(w, cpu, EVENT_UNLOCK, name, 0, 0);
}
