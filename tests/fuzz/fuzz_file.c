/*
 * Inputs that must be files: a folder for them, and writing them; see fuzz.h.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char folder[] = "/tmp/kmaplab-fuzz-XXXXXX";

static void remove_folder(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	if (system(command))
		fprintf(stderr, "%s stays\n", folder);
}

const char *fuzz_folder(void)
{
	static int made;

	if (made++)
		return folder;
	if (!mkdtemp(folder))
		exit(99);
	atexit(remove_folder);
	return folder;
}

const char *fuzz_file(const char *name, const uint8_t *data, size_t size)
{
	static char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", fuzz_folder(), name);
	f = fopen(path, "w");
	if (!f || fwrite(data, 1, size, f) != size || fclose(f))
		exit(99);
	return path;
}
