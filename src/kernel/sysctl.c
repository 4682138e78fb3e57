/*
 * Writing to /proc/sys/vm/min_free_kbytes and lowmem_reserve_ratio; see sysctl.h. The sums are those
 * of watermark.c, which boot makes too.
 */
#include "kernel/sysctl.h"

#include "kernel/setup.h"
#include "kernel/world.h"

bool has_vm_sysctls(const struct world *w)
{
	enum watermark_rule rule = w->kernel.profile->watermark;

	return rule == WATERMARK_QUARTERS || rule == WATERMARK_SCALE;
}

OP(min_free_kbytes_sysctl_handler)
{
	struct kernel *k = &w->kernel;

	BEGIN
	STEP("proc_dointvec(table, write, file, buffer, length, ppos);")
	k->layout.min_free_kbytes = (uint32_t)f->kbytes;
	STEP("setup_per_zone_pages_min();")
	setup_per_zone_marks(k->profile, k->zone, k->nr_zones, k->layout.min_free_kbytes);
	END
}

OP(lowmem_reserve_ratio_sysctl_handler)
{
	struct kernel *k = &w->kernel;

	BEGIN
	STEP("proc_dointvec_minmax(table, write, file, buffer, length, ppos);")
	for (unsigned i = 0; i < 2; i++)
		if (!f->ratio[i] && k->profile->watermark != WATERMARK_SCALE)
			f->ratio[i] = 1;
	STEP("setup_per_zone_lowmem_reserve();")
	setup_lowmem_reserve(k->zone, k->nr_zones, f->ratio);
	END
}
