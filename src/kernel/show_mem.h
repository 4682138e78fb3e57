/*
 * show_mem(): what the kernel prints about its memory when some is missing, and for SysRq-m.
 */
#ifndef KMAPLAB_KERNEL_SHOW_MEM_H
#define KMAPLAB_KERNEL_SHOW_MEM_H

#include "kernel/step.h"

/** Appends the generation's report to the kernel log: its profile's [show_mem]. */
void show_mem(struct world *w);

/** Appends the call trace of a context to the kernel log, innermost function first. */
void dump_stack(struct world *w, const struct context *c);

/** Whether a profile's [show_mem] may have a line of this name. */
bool show_mem_line_known(const char *key);

/** SysRq-m. */
FRAME(sysrq_handle_showmem) { uint64_t unused; };
DECLARE_OP(sysrq_handle_showmem);

#endif
