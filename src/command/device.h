/*
 * What other files of the command floor need of devices.
 */
#ifndef KMAPLAB_COMMAND_DEVICE_H
#define KMAPLAB_COMMAND_DEVICE_H

#include "command/interp.h"

/** A device by name, as argument `i`; false after a bad(). */
bool arg_device(struct call *c, unsigned i, unsigned *device);

/** Adds a sentence, with a blank in front, where the kernel is one that never bounces. */
void describe_never_bounces(const struct world *w, struct text *t);

/** Adds the transfers that ended since event `from` to the answer: as `io` in the result, and in
 * sentences. */
void device_report(struct call *c, uint32_t from);

#endif
