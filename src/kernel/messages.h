/*
 * What the kernel prints while it boots. Which messages there are, and from what they are filled,
 * is code (messages.c); which of them a generation prints, in which words and order, is its
 * profile's section [boot].
 */
#ifndef KMAPLAB_KERNEL_MESSAGES_H
#define KMAPLAB_KERNEL_MESSAGES_H

#include <stdbool.h>

struct boot;
struct world;

/** Whether there is a message of this name. */
bool boot_message_known(const char *key);

/** Writes the log of a boot into the booted world. */
void boot_messages(struct world *w, const struct boot *b);

#endif
