/*
 * The words behind the options: scripts, and lessons by file or by name.
 */
#ifndef KMAPLAB_FRONT_FILES_H
#define KMAPLAB_FRONT_FILES_H

#include "front/options.h"

/** Puts the path of a lesson in the place of each word that is no file here but names a lesson on the
 * shelf ("07-kmap", "07", "7"). A file goes before a lesson of the same name. False, with a message,
 * for a word that is neither and was probably meant for something else: a subcommand behind options, a
 * command, a lesson's name with a slip. What is not known at all stays, and is told when it is opened.
 * Gives what it allocated back with files_release(). */
bool files_find(struct options *o, struct message *m);
void files_release(struct options *o);

#endif
