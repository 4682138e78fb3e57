/*
 * Events in words: what the event log says, as sentences and as named arguments.
 *
 * The sentence of a kind stands in its row of machine/events.def or kernel/events.def, with
 * {argument} where a value belongs; here the values are put in, each by the format that the row
 * gives it. The screen, the plain stream, `step` and --trace all narrate through this.
 */
#ifndef KMAPLAB_LAB_NARRATE_H
#define KMAPLAB_LAB_NARRATE_H

#include "kernel/world.h"

/** How an argument is to be read: the letter behind the colon in its row. */
enum event_format {
	EVENT_ARG_NONE = 0,
	EVENT_ARG_ADDRESS = 'x', /* address, mask, vector: hexadecimal */
	EVENT_ARG_PFN = 'p',
	EVENT_ARG_NUMBER = 'd',
	EVENT_ARG_CPU = 'c',
	EVENT_ARG_TASK = 't',
	EVENT_ARG_OP = 'o',      /* op_index() */
	EVENT_ARG_WORD = 's',    /* a small enumeration of the kind's own */
};

/** Argument `i` (0..2) of a kind: its format, and its name in `name` (of `size` bytes). Returns
 * EVENT_ARG_NONE, and "" as name, when the kind has no such argument. */
enum event_format event_argument(unsigned kind, unsigned i, char *name, size_t size);

/** The word that an argument of format EVENT_ARG_WORD or EVENT_ARG_OP stands for; NULL when it is
 * no word. A constant of the program. */
const char *event_word(unsigned kind, unsigned i, uint64_t value);

/** The sentence of an event, cut to `size` bytes: "the entry of ffa01000 now maps frame 7f424".
 * It names neither the CPU nor the cycle, which the reader sees beside it. */
void event_narrate(const struct world *w, const struct event *e, char *buf, size_t size);

#endif
