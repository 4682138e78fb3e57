/*
 * The places, in order. See place.h.
 */
#include "machine/place.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef PKGDATADIR
#define PKGDATADIR "/usr/local/share/kmaplab"
#endif

void place_program(char *folder, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", folder, size - 1);
	char *slash;

	folder[n > 0 ? n : 0] = '\0';
	slash = strrchr(folder, '/');
	if (slash)
		*slash = '\0';
}

static bool join(char *place, size_t size, const char *a, const char *b, const char *c)
{
	int n = snprintf(place, size, "%s%s%s", a, b, c);

	if (n < 0 || (size_t)n >= size)
		place[0] = '\0';
	return true;
}

bool place_get(unsigned i, const char *folder, const char *variable, char *place, size_t size)
{
	static const char *const beside[] = { "/", "/../", "/../share/kmaplab/" };
	const char *set = getenv(variable);
	char program[PATH_MAX];

	place[0] = '\0';
	if (i == 0)
		return join(place, size, set ? set : "", "", "");
	if (i > sizeof(beside) / sizeof(*beside))
		return i == sizeof(beside) / sizeof(*beside) + 1 &&
		       join(place, size, PKGDATADIR, "/", folder);
	place_program(program, sizeof(program));
	return !program[0] || join(place, size, program, beside[i - 1], folder);
}
