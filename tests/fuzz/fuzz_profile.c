/*
 * Any bytes as a kernel's profile, as a teacher could write one; one that is taken is booted.
 */
#include "fuzz.h"

#include "kernel/boot.h"
#include "kernel/profile.h"
#include "lab/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const struct fuzz_seeds fuzz_seeds[] = {
	{ .folder = "data/kernels", .suffix = ".conf" }, { .folder = NULL },
};
const unsigned fuzz_runs = 700;

/* Where data is looked for first: a folder with our profile, and with what a boot needs besides. */
static void data_folder(void)
{
	static int done;
	char path[128], target[1024];
	const char *real = getenv("KMAPLAB_DATA");

	if (done++)
		return;
	snprintf(path, sizeof(path), "%s/kernels", fuzz_folder());
	mkdir(path, 0700);
	for (unsigned i = 0; real && i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", fuzz_folder(), i ? "costs" : "cpus");
		snprintf(target, sizeof(target), "%s/%s", real, i ? "costs" : "cpus");
		if (symlink(target, path))
			exit(99);
	}
	setenv("KMAPLAB_DATA", fuzz_folder(), 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct boot_config c = boot_config_default();
	struct message m;
	struct profile *p;
	struct session *s;

	data_folder();
	fuzz_file("kernels/fuzz.conf", data, size);
	p = profile_read("fuzz", &m);
	if (!p)
		return 0;
	c.split = split_default(p, c.split);
	profile_free(p);
	snprintf(c.kernel, sizeof(c.kernel), "fuzz");
	c.cpus = c.nr_cpus = 1;
	s = session_new();
	session_boot(s, &c, &m);
	session_free(s);
	return 0;
}
