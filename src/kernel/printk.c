/*
 * The kernel log: kernel/printk.c without levels, times and consoles. Lines live in a sparse table
 * by number, so that the log is part of the world and a clone shares it; beyond DMESG_MAX the
 * oldest are overwritten, as in the kernel's ring.
 */
#include "kernel/world.h"

#include <stdarg.h>
#include <stdio.h>

struct dmesg_text {
	char text[DMESG_LINE];
};

void printk(struct world *w, const char *format, ...)
{
	struct dmesg *log = &w->kernel.dmesg;
	struct dmesg_text *line = SPARSE_PUT(&log->lines, struct dmesg_text, log->n % DMESG_MAX);
	va_list ap;

	va_start(ap, format);
	vsnprintf(line->text, sizeof(line->text), format, ap);
	va_end(ap);
	log->n++;
}

const char *dmesg_line(const struct world *w, uint32_t i)
{
	const struct dmesg *log = &w->kernel.dmesg;

	if (i >= log->n || log->n - i > DMESG_MAX)
		return "";
	return SPARSE_GET(&log->lines, struct dmesg_text, i % DMESG_MAX)->text;
}
