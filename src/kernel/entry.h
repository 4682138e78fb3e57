/*
 * Entering and leaving the kernel under 4G/4G: arch/i386/kernel/entry.S and entry_trampoline.c of RHEL3.
 */
#ifndef KMAPLAB_KERNEL_ENTRY_H
#define KMAPLAB_KERNEL_ENTRY_H

#include "kernel/step.h"
#include "kernel/task.h"

/** Whether kernel and user space have page tables of their own (CONFIG_X86_SWITCH_PAGETABLES). */
bool switches_pagetables(const struct world *w);

/** Whether a CPU has the page tables of its process loaded: only under 4G/4G, in user mode. */
bool in_user_pgd(const struct world *w, unsigned cpu);

/** Whether what a task does next, it does in user mode: it is a process, and no kernel function is on its
 * stack. */
bool task_in_user_mode(const struct world *w, unsigned task);

/** What SAVE_ALL and RESTORE_ALL do to CR3, in one go: for interrupts and switches, which are no STEPs.
 * Nothing when the right page tables are loaded, or there is but one set of them. */
void switch_to_kernel_pgd(struct world *w, unsigned cpu);
/** Only when the current task goes on in user mode. */
void switch_to_user_pgd(struct world *w, unsigned cpu);

/** Pushes SAVE_ALL or RESTORE_ALL onto a CPU's task when the step that it stands before is one of the
 * kernel in the page tables of user mode, or the other way round. Returns whether it did. */
bool push_pgd_switch(struct world *w, unsigned cpu);

/** The kernel is entered from user mode, and left; the result is what `result` was. */
FRAME(SAVE_ALL) { uint64_t result; };
DECLARE_OP(SAVE_ALL);
FRAME(RESTORE_ALL) { uint64_t result; };
DECLARE_OP(RESTORE_ALL);

/** Gives a task its kernel stack where stacks are mapped (two pages of low memory); false: no memory. */
bool alloc_stack(struct world *w, unsigned task);
void free_stack(struct world *w, unsigned task);
/** __switch_to(): maps a task's stack into the slots VSTACK0 and VSTACK1 of a CPU. */
void map_virtual_stack(struct world *w, unsigned cpu, unsigned task);

#endif
