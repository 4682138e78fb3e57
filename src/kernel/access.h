/*
 * Touching memory by command: loads and stores through the TLB, as kernel code would do them.
 *
 * What happened is left in cpu_state.access: an op's result is one number, an access has more to
 * say. A fault here is an answer, not an oops: the user asked what would happen.
 */
#ifndef KMAPLAB_KERNEL_ACCESS_H
#define KMAPLAB_KERNEL_ACCESS_H

#include "kernel/step.h"

#define ACCESS_WRITE_MAX 56
#define ACCESS_READ_MAX 4096

/** Loads n bytes (1..ACCESS_READ_MAX) at va. The result is the number read before any fault. */
FRAME(mem_read) { uint32_t va, n; };
DECLARE_OP(mem_read);

/** Stores n bytes (1..ACCESS_WRITE_MAX) at va. */
FRAME(mem_write) { uint32_t va, n; unsigned char bytes[ACCESS_WRITE_MAX]; };
DECLARE_OP(mem_write);

/** Notes in cpu_state.access how `bytes` more of it went. False after a fault. */
struct access_result;
bool access_note(struct world *w, unsigned cpu, uint32_t bytes, const struct access_result *r);

#endif
