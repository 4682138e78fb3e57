/*
 * The lists of a profile, read line by line: [options], [slots], [fixmap] and [boot]. Private to
 * the reader of profiles.
 */
#ifndef KMAPLAB_KERNEL_PROFILE_LIST_H
#define KMAPLAB_KERNEL_PROFILE_LIST_H

#include "kernel/profile.h"
#include "kernel/zone.h"
#include "machine/conf.h"

/** Whether a section is one of the lists. */
bool profile_list_section(const char *section);

/** Takes one line of a list into the profile; false with a conf_fail() message. */
bool profile_list_line(struct profile *p, const struct conf_line *line, struct message *m);

#endif
