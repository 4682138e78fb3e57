/*
 * Events as JSON: what --trace writes.
 */
#ifndef KMAPLAB_COMMAND_TRACE_H
#define KMAPLAB_COMMAND_TRACE_H

#include "lab/session.h"

#include <jansson.h>
#include <stdio.h>

/** An event: {seq, kind, cpu, cycle, step, task, cause, its own arguments by name, text}. Addresses,
 * frames and masks are strings in hexadecimal, words are words. New reference. */
json_t *event_json(const struct world *w, uint32_t seq, const struct event *e);

/** Writes the events from..to (numbers, inclusive) of the present world, one JSON object on each
 * line. False when writing failed. */
bool trace_write(FILE *f, const struct session *s, uint32_t from, uint32_t to);

#endif
