/*
 * Bus masters, modelled as what a driver sees of one: a list of frames (scatter-gather), a start,
 * a while of nothing, an interrupt.
 *
 * A transfer happens at one moment, its end: nobody can see half of it. The moment is a number of
 * cycles after the start, on whichever CPU's clock comes there first; until then memory has what it
 * had, which is what makes touching a page under DMA a mistake that shows. Left out: the bus's own
 * arbitration, transfers of less than a frame, errors of the medium, and IOMMUs.
 */
#include "machine/device.h"

#include "machine/machine.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

int machine_device_add(struct machine *m, const char *name, uint64_t mask, unsigned cpu,
                       uint8_t vector)
{
	struct device *d = &m->device[m->nr_devices];

	assert(cpu < m->nr_cpus);
	if (m->nr_devices == DEVICES)
		return -1;
	*d = (struct device){ .mask = mask, .cpu = (uint8_t)cpu, .vector = vector };
	snprintf(d->name, sizeof(d->name), "%s", name);
	return (int)m->nr_devices++;
}

void machine_device_frame(struct machine *m, unsigned device, unsigned i, uint64_t pa)
{
	assert(device < m->nr_devices && i < DEVICE_FRAMES && !m->device[device].busy);
	*SPARSE_PUT(&m->device[device].frames, uint64_t, i) = pa;
}

void machine_device_start(struct machine *m, unsigned device, unsigned cpu, bool to_memory,
                          uint64_t block, unsigned n)
{
	struct device *d = &m->device[device];

	assert(device < m->nr_devices && !d->busy && n && n <= DEVICE_FRAMES);
	d->busy = true;
	d->to_memory = to_memory;
	d->block = block;
	d->nr_frames = n;
	d->due = m->cpu[cpu].cycle + m->cost->cycles[COST_DEVICE] +
	         (uint64_t)n * m->cost->cycles[COST_DMA_PAGE];
	d->cause = machine_event(m, cpu, EVENT_DEVICE_START, device, n, d->due);
}

uint64_t machine_device_due(const struct machine *m, unsigned cpu)
{
	uint64_t due = UINT64_MAX;

	for (unsigned i = 0; i < m->nr_devices; i++)
		if (m->device[i].busy && m->device[i].cpu == cpu && m->device[i].due < due)
			due = m->device[i].due;
	return due;
}

/* Moves frame `i` of the list. The address lines that the device lacks are low. */
static void move_frame(struct machine *m, struct device *d, unsigned i)
{
	uint64_t pa = *SPARSE_GET(&d->frames, uint64_t, i) & d->mask;
	uint64_t at = (d->block + i) * PAGE_SIZE;
	unsigned char buf[PAGE_SIZE];

	if (d->to_memory) {
		device_medium_read(d, at, buf, sizeof(buf));
		machine_dma_write(m, pa, buf, sizeof(buf));
	} else {
		machine_dma_read(m, pa, buf, sizeof(buf));
		device_medium_write(d, at, buf, sizeof(buf));
	}
}

/* The interrupt is due when the transfer is over, whatever the receiver's clock shows by now. */
static void finish(struct machine *m, unsigned device)
{
	struct device *d = &m->device[device];
	uint64_t clock = m->cpu[d->cpu].cycle;

	m->log.cause = d->cause;
	for (unsigned i = 0; i < d->nr_frames; i++)
		move_frame(m, d, i);
	m->log.cause = machine_event(m, EVENT_NO_CPU, EVENT_DEVICE_DONE, device, d->vector, d->cpu);
	machine_raise(m, d->cpu, d->vector, d->due > clock ? d->due - clock : 0, (uint16_t)device);
	d->busy = false;
}

unsigned machine_devices_run(struct machine *m, uint64_t now)
{
	uint32_t cause = m->log.cause;
	unsigned finished = 0;

	for (unsigned i = 0; i < m->nr_devices; i++) {
		const struct device *d = &m->device[i];

		if (!d->busy || d->due > now || m->cpu[d->cpu].nr_pending == IRQ_PENDING)
			continue;
		finish(m, i);
		finished++;
	}
	m->log.cause = cause;
	return finished;
}

/* --- the medium ------------------------------------------------------------------------------- */

/* Bytes of [at, at + n) that lie in one block of the sparse array. */
static size_t piece(uint64_t at, size_t n)
{
	size_t rest = SPARSE_BLOCK - (size_t)(at % SPARSE_BLOCK);

	return n < rest ? n : rest;
}

void device_medium_read(const struct device *d, uint64_t at, void *buf, size_t n)
{
	for (size_t done = 0, part; done < n; done += part, at += part) {
		part = piece(at, n - done);
		memcpy((char *)buf + done,
		       (const char *)sparse_read(&d->medium, at / SPARSE_BLOCK) + at % SPARSE_BLOCK,
		       part);
	}
}

void device_medium_write(struct device *d, uint64_t at, const void *buf, size_t n)
{
	for (size_t done = 0, part; done < n; done += part, at += part) {
		part = piece(at, n - done);
		memcpy((char *)sparse_write(&d->medium, at / SPARSE_BLOCK) + at % SPARSE_BLOCK,
		       (const char *)buf + done, part);
	}
}
