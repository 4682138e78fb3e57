/*
 * Where kmaplab's own files are: data, lessons, man pages. It runs from its build folder, from a
 * folder that somebody moved it to, and installed, and each folder can be named by a variable of
 * the environment; so there are several places to look, always in the same order.
 */
#ifndef KMAPLAB_MACHINE_PLACE_H
#define KMAPLAB_MACHINE_PLACE_H

#include <stdbool.h>
#include <stddef.h>

/** The folder that holds the running program, "" when the system does not tell. */
void place_program(char *folder, size_t size);

/** The `i`-th place to look for a folder ("data"): what `variable` of the environment says, beside
 * the program, beside the folder that the program is in, in share/kmaplab/ there, and where it was
 * installed. "" when there is nothing to look for at this place; false behind the last. */
bool place_get(unsigned i, const char *folder, const char *variable, char *place, size_t size);

#endif
