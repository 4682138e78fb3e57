/*
 * The data files: kernels, CPU models, costs. machine/place.h says where the folder can be. Names
 * come from users and from files ("cpu=NAME"), so one that could point outside the data folder is
 * refused before any path is made of it.
 */
#include "machine/conf.h"

#include "machine/place.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUFFIX ".conf"
#define NAMES_MAX 64

static bool data_place(unsigned i, char *place, size_t size)
{
	return place_get(i, "data", "KMAPLAB_DATA", place, size);
}

/* Whether every part of the name stays below the folder it is appended to. */
static bool name_stays_inside(const char *name)
{
	size_t len = strlen(name);

	if (!len || name[0] == '/')
		return false;
	for (size_t i = 0; i < len;) {
		unsigned bytes = message_character(name + i, len - i);

		if (!bytes || ((!i || name[i - 1] == '/') && name[i] == '.'))
			return false;
		i += bytes;
	}
	return true;
}

bool conf_data_path(const char *name, char *path, size_t size, struct message *m)
{
	char place[PATH_MAX];

	if (!name_stays_inside(name))
		return fail(m, "'%.80s' cannot be the name of a data file", name);
	for (unsigned i = 0; data_place(i, place, sizeof(place)); i++) {
		int n = place[0] ? snprintf(path, size, "%s/%s", place, name) : 0;

		if (n > 0 && (size_t)n < size && access(path, R_OK) == 0)
			return true;
	}
	return fail(m, "there is no data file '%.80s'", name);
}

static int is_conf(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > strlen(SUFFIX) &&
	       strcmp(entry->d_name + len - strlen(SUFFIX), SUFFIX) == 0;
}

static DIR *open_folder(const char *folder)
{
	char place[PATH_MAX], path[PATH_MAX];
	DIR *dir = NULL;

	for (unsigned i = 0; !dir && data_place(i, place, sizeof(place)); i++) {
		int n = place[0] ? snprintf(path, sizeof(path), "%s/%s", place, folder) : 0;

		if (n > 0 && (size_t)n < sizeof(path))
			dir = opendir(path);
	}
	return dir;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

void conf_data_names(const char *folder, char *names, size_t size)
{
	char found[NAMES_MAX][NAMES_MAX];
	DIR *dir = name_stays_inside(folder) ? open_folder(folder) : NULL;
	unsigned n = 0;
	size_t len = 0;

	names[0] = '\0';
	if (!dir)
		return;
	for (struct dirent *entry; n < NAMES_MAX && (entry = readdir(dir));)
		if (is_conf(entry) && strlen(entry->d_name) < NAMES_MAX) {
			strcpy(found[n], entry->d_name);
			found[n][strlen(found[n]) - strlen(SUFFIX)] = '\0';
			n++;
		}
	closedir(dir);
	qsort(found, n, sizeof(found[0]), by_name);
	for (unsigned i = 0; i < n && len + strlen(found[i]) + 2 < size; i++)
		len += (size_t)sprintf(names + len, "%s%s", i ? " " : "", found[i]);
}

bool conf_data_find(const char *folder, const char *name, const char *what, char *path, size_t size,
                    struct message *m)
{
	char file[NAMES_MAX], known[160];
	int n = snprintf(file, sizeof(file), "%s/%s" SUFFIX, folder, name);

	if (n > 0 && (size_t)n < sizeof(file) && !strchr(name, '/') &&
	    conf_data_path(file, path, size, NULL))
		return true;
	conf_data_names(folder, known, sizeof(known));
	if (!known[0])
		return fail(m, "there is no %s '%.40s', for there is no folder of data files", what,
		            name);
	return fail(m, "there is no %s '%.40s' (there are: %s)", what, name, known);
}
