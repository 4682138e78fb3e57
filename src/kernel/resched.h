/*
 * Who runs where, by command: switching to a task, preempting one, moving one to another CPU.
 *
 * Each function asks the kernel's own rules first and, when they forbid it, refuses and says why;
 * kernel.broken.allow_preempt and allow_migrate let the forbidden happen, so that one can see what
 * the rules are for. False: refused, the world is as it was.
 */
#ifndef KMAPLAB_KERNEL_RESCHED_H
#define KMAPLAB_KERNEL_RESCHED_H

#include "kernel/world.h"

/** Makes a task current on its CPU; if it waits for commands (a process, a shell), commands for that
 * CPU run in it from now on. */
bool world_become(struct world *w, unsigned task, struct message *m);

/** The same for a shell of a CPU, a kernel thread; one is made when there is none. */
bool world_become_shell(struct world *w, unsigned cpu, struct message *m);

/** Takes a CPU away from its current task, in the middle of what it does (preempt_schedule), and
 * gives it to `next`, or (0) to the next one that can run, else to a shell. */
bool world_preempt(struct world *w, unsigned cpu, unsigned next, struct message *m);

/** Moves a task to another CPU (the migration thread's work); one that is running there gives up
 * its CPU first. */
bool world_migrate(struct world *w, unsigned task, unsigned cpu, struct message *m);

#endif
