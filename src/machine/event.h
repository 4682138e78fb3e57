/*
 * Events: the one stream in which machine and kernel say what they do.
 *
 * An event is plain data: what kind, when (its position in the stream and its CPU's cycle), where
 * (CPU and step), up to three arguments, and its cause: the event that led to it. The screen, the
 * narration, the cost ledger, JSON, goals of lessons and the observables are all readers of this
 * log; nothing in the machine or the kernel prints.
 *
 * The log is part of the world: a clone shares it, a step back in time has a shorter one. Kinds
 * are numbered by floor: the machine's in machine/events.def, the kernel's in kernel/events.def,
 * each row with its name, its arguments' names and formats, and one sentence of narration.
 */
#ifndef KMAPLAB_MACHINE_EVENT_H
#define KMAPLAB_MACHINE_EVENT_H

#include "machine/sparse.h"

/** The machine's kinds of event; the floor above continues at EVENT_MACHINE_END. */
enum machine_event {
	EVENT_NONE = 0,
#define EVENT(name, a, b, c, narration, doc) EVENT_##name,
#include "machine/events.def"
#undef EVENT
	EVENT_MACHINE_END = 40,
	EVENT_KINDS = 128,
};

/** Who runs when nobody does: an event's cpu outside of any CPU (boot, a device). */
#define EVENT_NO_CPU 0xff

struct event {
	uint64_t cycle;  /* of the CPU's clock when it happened */
	uint64_t arg[3]; /* what the kind's row in the .def file says */
	uint32_t cause;  /* seq of the event that led to this one, 0 = nothing did */
	uint32_t step;   /* how many steps the world had taken */
	uint16_t kind;
	uint16_t task; /* filled by the kernel floor through event_log.task */
	uint8_t cpu;
};

/** Names and prose of one kind; the tables of both floors have this shape. */
struct event_desc {
	const char *name;      /* "PTE_SET" */
	const char *arg[3];    /* "va:x" = name and format; NULL = unused. Formats: x address,
	                          d number, p pfn, c cpu, t task, s kind-specific word */
	const char *narration; /* "the entry of {va} now points to frame {pfn}" */
	const char *doc;       /* one sentence for the reference */
};

struct event_log {
	struct sparse events;
	uint32_t n;     /* seq of the newest event; the first has seq 1 */
	uint32_t first; /* seq of the oldest event still kept, 0 when there is none */
	uint32_t cause; /* what the events now being emitted are due to */
	uint32_t step;  /* copied into each event */
	uint16_t task;  /* likewise */
	bool off;       /* nobody listens: count, but keep no events */
	uint32_t count[EVENT_KINDS];
};

/** How many events are kept; the oldest blocks are given up beyond it. Their counts stay. */
#ifndef EVENT_LIMIT
#define EVENT_LIMIT 2000000u
#endif

/** Appends an event, due to log->cause. Returns its seq (1..), also when the log is off. */
uint32_t event_append(struct event_log *log, unsigned cpu, uint64_t cycle, unsigned kind,
                      uint64_t a, uint64_t b, uint64_t c);

/** Event `seq`, or NULL when it is not (or no longer) in the log. Good until the next append. */
const struct event *event_get(const struct event_log *log, uint32_t seq);

/** The row of a machine kind, or NULL. */
const struct event_desc *machine_event_desc(unsigned kind);

#endif
