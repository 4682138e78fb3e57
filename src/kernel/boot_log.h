/*
 * Saying one boot message: private to messages.c and messages_zone.c.
 */
#ifndef KMAPLAB_KERNEL_BOOT_LOG_H
#define KMAPLAB_KERNEL_BOOT_LOG_H

#include "kernel/setup.h"
#include "kernel/text.h"
#include "kernel/world.h"

/** A boot whose log is being written. */
struct log {
	struct world *w;
	const struct boot *b;
	const char *text; /* of the message at hand */
};

/** Appends the text, its holes filled, to the log. */
void boot_say(const struct log *g, const struct hole *holes);

#define SAY(g, ...) boot_say((g), (const struct hole[]){ __VA_ARGS__, HOLES_END })

/** zone_params.c: what memfrac= and lower_zone_reserve= answer, in the order of the command line. */
void say_zone_params(const struct log *g);

/* messages_zone.c; each is one message, printed as often as it applies. */
void say_zone_range(const struct log *g);
void say_node_count(const struct log *g);
void say_node_range(const struct log *g);
void say_node_span(const struct log *g);
void say_totalpages(const struct log *g);
void say_mem_map(const struct log *g);
void say_zone_pages(const struct log *g);
void say_zonelists(const struct log *g);
void say_highmem_init(const struct log *g);
void say_memory(const struct log *g);
void say_layout(const struct log *g);

#endif
