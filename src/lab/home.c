/*
 * The XDG base directory specification: what a program notes down by itself, and could lose without
 * harm, belongs into $XDG_STATE_HOME, which is ~/.local/state unless it says otherwise. A relative
 * path in it is to be ignored.
 */
#include "lab/home.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool home_path(const char *name, char *path, size_t size, struct message *m)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int n = -1;

	*path = '\0';
	if (state && *state == '/')
		n = snprintf(path, size, "%s/kmaplab/%s", state, name);
	else if (home && *home == '/')
		n = snprintf(path, size, "%s/.local/state/kmaplab/%s", home, name);
	if (n >= 0 && (size_t)n < size)
		return true;
	*path = '\0';
	return fail(m, n < 0 ? "neither XDG_STATE_HOME nor HOME names a folder" :
	            "the home folder's path is too long");
}

void home_make_folders(const char *path)
{
	char folder[PATH_MAX];

	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/'))
		if ((size_t)(slash - path) < sizeof folder) {
			memcpy(folder, path, (size_t)(slash - path));
			folder[slash - path] = '\0';
			mkdir(folder, 0700);
		}
}
