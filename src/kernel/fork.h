/*
 * Processes begin and end: do_fork(), do_exit() of kernel/fork.c and kernel/exit.c.
 */
#ifndef KMAPLAB_KERNEL_FORK_H
#define KMAPLAB_KERNEL_FORK_H

#include "kernel/step.h"

#define CLONE_VM 0x100u

/**
 * A child of the current task on a CPU: with a copy of its address space, with the same one
 * (CLONE_VM), or, when the current task is a kernel thread, with that of a program that begins.
 * The result is the child's number, or 0 without memory or room.
 */
FRAME(do_fork) { char comm[24]; uint32_t clone_flags, cpu, mm, oldmm; };
DECLARE_OP(do_fork);

/** The current task ends: gives up its address space; the task dies when the op has returned. The
 * result is what `result` was. */
FRAME(do_exit) { uint64_t result, mm; };
DECLARE_OP(do_exit);

#endif
