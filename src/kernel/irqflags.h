/*
 * Disabling what could interrupt: include/linux/irqflags.h, preempt.h, kernel/softirq.c.
 */
#ifndef KMAPLAB_KERNEL_IRQFLAGS_H
#define KMAPLAB_KERNEL_IRQFLAGS_H

#include "kernel/step.h"

FRAME(local_irq_disable) { uint32_t unused; };
DECLARE_OP(local_irq_disable);
FRAME(local_irq_enable) { uint32_t unused; };
DECLARE_OP(local_irq_enable);
FRAME(local_bh_disable) { uint32_t unused; };
DECLARE_OP(local_bh_disable);
FRAME(local_bh_enable) { uint32_t unused; };
DECLARE_OP(local_bh_enable);
FRAME(preempt_disable) { uint32_t unused; };
DECLARE_OP(preempt_disable);
FRAME(preempt_enable) { uint32_t unused; };
DECLARE_OP(preempt_enable);

#endif
