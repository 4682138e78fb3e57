/*
 * Devices that reach memory by themselves: bus masters with an address mask.
 *
 * A device has as many address lines as its bus gave it: 24 on ISA, 32 on PCI, more with dual
 * address cycles. It is handed a list of page frames and moves them to or from what it stores, one
 * after the other, without any CPU; when it is done it raises its interrupt. Lines it does not have
 * read as zero: a frame beyond its mask is not refused, another one is moved instead.
 */
#ifndef KMAPLAB_MACHINE_DEVICE_H
#define KMAPLAB_MACHINE_DEVICE_H

#include "machine/sparse.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct machine;

#define DEVICES 8
#define DEVICE_NAME 16
#define DEVICE_FRAMES 256 /* longest list of frames in one transfer */

struct device {
	char name[DEVICE_NAME];
	uint64_t mask;        /* highest address it can put on the bus */
	uint8_t cpu, vector;  /* where its interrupt goes */
	bool busy, to_memory; /* the transfer it has been told to make */
	uint32_t nr_frames;
	uint32_t cause;       /* the DEVICE_START event */
	uint64_t block, due;  /* where on the medium it begins; when it will be over, in cycles */
	struct sparse frames; /* uint64_t: physical addresses of the frames, in order */
	struct sparse medium; /* what it stores: bytes, block n of a page's size at n pages */
};

/** Plugs a device in; its medium is all zeros. Its number, or -1 when DEVICES are there already.
 * `name` is cut to fit. */
int machine_device_add(struct machine *m, const char *name, uint64_t mask, unsigned cpu,
                       uint8_t vector);

/** Entry `i` (below DEVICE_FRAMES) of the list of frames for the next transfer. The device must not
 * be busy. */
void machine_device_frame(struct machine *m, unsigned device, unsigned i, uint64_t pa);

/** Tells an idle device to move the first n (1..DEVICE_FRAMES) frames of its list, from block
 * `block` of its medium on. It is done COST_DEVICE + n * COST_DMA_PAGE cycles after the clock of the
 * CPU that says so; that costs the CPU nothing. */
void machine_device_start(struct machine *m, unsigned device, unsigned cpu, bool to_memory,
                          uint64_t block, unsigned n);

/** When the next transfer will be over whose interrupt goes to a CPU; UINT64_MAX: none is under
 * way. */
uint64_t machine_device_due(const struct machine *m, unsigned cpu);

/** Lets all devices finish what is due by cycle `now`: the frames move, past every TLB, and the
 * interrupt waits at its CPU. A device whose CPU has no room for its interrupt stays busy. Returns
 * how many finished. */
unsigned machine_devices_run(struct machine *m, uint64_t now);

/** Bytes of a device's medium. */
void device_medium_read(const struct device *d, uint64_t at, void *buf, size_t n);
void device_medium_write(struct device *d, uint64_t at, const void *buf, size_t n);

#endif
