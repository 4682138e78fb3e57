/*
 * What the files of the random user share: drawing lots, starting operations, and the acts themselves.
 */
#ifndef KMAPLAB_TESTS_DRIVER_ACTS_H
#define KMAPLAB_TESTS_DRIVER_ACTS_H

#include "driver.h"

/** The world at hand. */
const struct world *driver_world(const struct driver *d);
/** A CPU of it, and one of the driver's pages. */
unsigned random_cpu(struct driver *d);
uint32_t random_page(struct driver *d);
/** The beginning of a vmalloc area in use, or 0. */
uint32_t random_area(struct driver *d);
/** A task's number. */
unsigned random_task(struct driver *d);

/** As a command would: starts an operation and runs it to its end, or until it sleeps; now and then
 * leaves it standing. */
void driver_start(struct driver *d, unsigned cpu, const struct op *op, const void *locals);
/** The same, never left standing: for what is right only now. */
void driver_do(struct driver *d, unsigned cpu, const struct op *op, const void *locals);

#define START_OP(d, cpu, name, ...) \
	driver_start(d, cpu, &name##_op, &(struct name##_frame){ __VA_ARGS__ })

/** How deep preemption is disabled on a CPU. */
uint32_t preempt_depth(const struct world *w, unsigned cpu);
/** Whether something that may sleep may be done on a CPU; now and then it is done all the same. */
bool sleeping_allowed(struct driver *d, unsigned cpu);
/** Whether what is mapped on a CPU is somebody else's to release. */
bool in_the_middle(const struct world *w, unsigned cpu);

/** An act: one thing that a user does. */
typedef void act_fn(struct driver *d);
act_fn act_kmap, act_kunmap, act_flush_unused, act_kmap_atomic, act_kunmap_atomic, act_kmap_local,
	act_kunmap_local, act_copy;
act_fn act_access, act_alloc, act_free, act_vmalloc, act_vfree, act_device, act_io;
act_fn act_enter, act_exit, act_disable, act_enable, act_spawn, act_release, act_step, act_interrupt,
	act_run, act_knob;
act_fn act_fork, act_user, act_syscall, act_end, act_become, act_preempt, act_migrate;

#endif
