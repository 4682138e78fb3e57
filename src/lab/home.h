/*
 * Where kmaplab keeps what concerns its user: the history of lines, progress, transcripts; settings
 * and themes.
 */
#ifndef KMAPLAB_LAB_HOME_H
#define KMAPLAB_LAB_HOME_H

#include "machine/message.h"

/** The path of `name` in $XDG_STATE_HOME/kmaplab/, by default ~/.local/state/kmaplab/. False with a
 * message when there is neither, or no room for the path, which is "" then. */
bool home_path(const char *name, char *path, size_t size, struct message *m);

/** The same in $XDG_CONFIG_HOME/kmaplab/, by default ~/.config/kmaplab/: what a user writes, or has
 * written by saying so. */
bool home_config_path(const char *name, char *path, size_t size, struct message *m);

/** Makes the folders on the way to a file, as far as they are not there, for its owner's eyes only.
 * What cannot be made, opening the file will complain about. */
void home_make_folders(const char *path);

#endif
