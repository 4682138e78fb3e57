/*
 * The XDG base directory specification: what a program notes down by itself, and could lose without
 * harm, belongs into $XDG_STATE_HOME, which is ~/.local/state unless it says otherwise; what its user
 * decided into $XDG_CONFIG_HOME, which is ~/.config. A relative path in them is to be ignored.
 */
#include "lab/home.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* `variable` names the folder, which is `usual` in the home folder otherwise. */
static bool find(const char *variable, const char *usual, const char *name, char *path, size_t size,
                 struct message *m)
{
	const char *folder = getenv(variable), *home = getenv("HOME");
	int n = -1;

	*path = '\0';
	if (folder && *folder == '/')
		n = snprintf(path, size, "%s/kmaplab/%s", folder, name);
	else if (home && *home == '/')
		n = snprintf(path, size, "%s/%s/kmaplab/%s", home, usual, name);
	if (n >= 0 && (size_t)n < size)
		return true;
	*path = '\0';
	return n < 0 ? fail(m, "neither %s nor HOME names a folder", variable) :
	               fail(m, "the home folder's path is too long");
}

bool home_path(const char *name, char *path, size_t size, struct message *m)
{
	return find("XDG_STATE_HOME", ".local/state", name, path, size, m);
}

bool home_config_path(const char *name, char *path, size_t size, struct message *m)
{
	return find("XDG_CONFIG_HOME", ".config", name, path, size, m);
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
