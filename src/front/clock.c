/*
 * The clock on the wall. Pictures of an animation and of a recording are timed by it, and how far a
 * long command is. The simulated machine has clocks of its own, in cycles (machine/machine.h), and
 * no answer depends on this one.
 */
#include "front/clock.h"

#include <time.h>

int64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
