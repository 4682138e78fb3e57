/*
 * Any bytes as an e820 map; one that is taken is booted, if the kernel will have it.
 */
#include "fuzz.h"

#include "kernel/boot.h"
#include "lab/session.h"
#include "machine/phys.h"

#include <stdio.h>

const struct fuzz_seeds fuzz_seeds[] = {
	{ .folder = "tests/fuzz/corpus/e820", .suffix = ".map" }, { .folder = NULL },
};
const unsigned fuzz_runs = 400;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const kernels[] = { "2.4.27", "2.6.27", "2.6.32", "2.6.37", "6.1" };
	struct boot_config c = boot_config_default();
	struct message m;
	struct session *s;

	if (!e820_read(&c.e820, fuzz_file("map", data, size), &m))
		return 0;
	c.e820_given = true;
	snprintf(c.kernel, sizeof(c.kernel), "%s", kernels[size % 5]);
	s = session_new();
	session_boot(s, &c, &m);
	session_free(s);
	return 0;
}
