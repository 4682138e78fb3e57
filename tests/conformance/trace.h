/*
 * Replaying the session of a recording on a session of ours, line by line.
 */
#ifndef KMAPLAB_TESTS_TRACE_H
#define KMAPLAB_TESTS_TRACE_H

#include "lab/session.h"
#include "recording.h"

#define TRACE_PAGES 8192
#define TRACE_BACKGROUND 2048

struct trace {
	const struct recording *r;
	struct session *s;
	unsigned nr_pages;
	uint64_t pfn[TRACE_PAGES];   /* of p0, p1, ... */
	uint64_t flushed;            /* stats.ipi_received when last asked */
	unsigned nr_background;      /* tasks of kmapbg that have not answered */
	unsigned background[TRACE_BACKGROUND];
	unsigned nr_warnings;        /* lines of [warnings] seen */
	size_t line;                 /* being replayed */
	char error[256];             /* the first difference, "" = none */
	unsigned compared;           /* values compared */
};

/** Boots what was recorded. False with t->error. */
bool trace_begin(struct trace *t, const struct recording *r);
/** Replays all lines; stops at the first difference. */
bool trace_replay(struct trace *t);
void trace_end(struct trace *t);

/** One operation: its words after the name, and what was answered. False: a difference. */
typedef bool trace_fn(struct trace *t, const char *args, const char *answer);

/** The operation by name, or NULL. */
trace_fn *trace_operation(const char *name);

/** Notes the difference and returns false. */
bool trace_differs(struct trace *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
