/*
 * The clock on the wall: for what people wait for, never for what the machine does.
 */
#ifndef KMAPLAB_FRONT_CLOCK_H
#define KMAPLAB_FRONT_CLOCK_H

#include <stdint.h>

/** Milliseconds since some moment in the past; it never runs backwards (CLOCK_MONOTONIC). */
int64_t clock_ms(void);

#endif
