/*
 * The settings that are kept between starts.
 */
#ifndef KMAPLAB_FRONT_SETTINGS_FILE_H
#define KMAPLAB_FRONT_SETTINGS_FILE_H

#include "command/command.h"

/** Sets what the file says: $XDG_CONFIG_HOME/kmaplab/settings.conf, by default in ~/.config. A line that
 * cannot be used is left out; false then, with a message of the first ("file:line:column: ..."). A file
 * that is not there says nothing. */
bool settings_file_load(struct interp *in, struct message *m);

/** Writes the settings that are not as they always begin into the file; comments that stood in it stay.
 * `path` gets where that is. False with a message when it cannot be written: the old file is still
 * there then. */
bool settings_file_save(const struct interp *in, char *path, size_t size, struct message *m);

#endif
