/*
 * Settings: what `set` changes. Two sorts: how things are shown, which the front ends ask for with
 * setting_get(), and the switches that break the machine or the kernel on purpose (broken.*), which
 * are part of the world and go back with it.
 */
#ifndef KMAPLAB_COMMAND_SETTINGS_H
#define KMAPLAB_COMMAND_SETTINGS_H

#include "command/interp.h"

/** Gives every setting its first value. */
void settings_init(struct interp *in);

/** Name and documentation of setting `i`, and the values it takes ("on off", "10 to 2000");
 * NULL behind the last. */
const char *setting_name(unsigned i, const char **values, const char **doc);

/** What a setting is at first; NULL for what is no setting, and for the switches, which are the
 * machine's. */
const char *setting_default(const char *name);

#endif
