/*
 * The out-of-memory killer: mm/oom_kill.c.
 *
 * When a request cannot be served and nothing can be reclaimed, a process is killed, in the hope
 * that what it gives back will do. Whom to kill is each era's rule (profile: oom):
 *
 *	badness	2.6 up to 2.6.35: who has the largest address space
 *	score	2.6.36 on: who has most pages, in thousandths of all there are
 *
 * The victim may take what it needs to get to its end (TIF_MEMDIE), which comes when it returns to
 * user mode: for a command's task, when what it is doing is done. An idle process dies at once, on
 * its own CPU. Who called the killer waits, and nobody else is killed until the victim is gone. A
 * victim that sleeps, or that a class holds with `step`, cannot die; then all wait, as they did.
 *
 * A request of the kernel that only low memory can serve kills all the same: it does not matter
 * whether the victim has a page there. That is the classic failure on machines with high memory.
 */
#ifndef KMAPLAB_KERNEL_OOM_KILL_H
#define KMAPLAB_KERNEL_OOM_KILL_H

#include "kernel/step.h"

/** Kills somebody, or waits for who was killed before. BUGs ("panic") when nobody is left. */
FRAME(out_of_memory) { uint32_t gfp, order, victim, points; };
DECLARE_OP(out_of_memory);

/** Tells the killer that a task has ended, for good. */
void oom_victim_gone(struct world *w);

#endif
