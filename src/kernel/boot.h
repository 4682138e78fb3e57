/*
 * What a machine is booted with, and booting it: arch/x86/kernel/setup.c, e820.c, mm/init_32.c.
 */
#ifndef KMAPLAB_KERNEL_BOOT_H
#define KMAPLAB_KERNEL_BOOT_H

#include "machine/machine.h"

enum highmem_config { NOHIGHMEM, HIGHMEM4G, HIGHMEM64G };
/* Named by what user space gets; 4G/4G: both get nearly all, in page tables of their own. */
enum split_config {
	VMSPLIT_3G, VMSPLIT_3G_OPT, VMSPLIT_2G, VMSPLIT_2G_OPT, VMSPLIT_1G, VMSPLIT_3_5G, VMSPLIT_4G4G,
};
enum tristate { UNSET, NO, YES };

struct profile;
struct world;

#define BOOT_OPTIONS 24

/** The words of `boot`; all plain data. What is not said keeps its value from the last boot. */
struct boot_config {
	char kernel[24];
	enum highmem_config highmem;
	enum split_config split;
	enum tristate pae;     /* UNSET: follows highmem */
	uint64_t ram;          /* bytes; ignored when an e820 map is given */
	bool e820_given;
	struct e820_map e820;
	unsigned cpus, nr_cpus;
	unsigned nodes;        /* memory nodes; 0: one */
	unsigned pkmap;        /* slots in the pool; 0 = the kernel's own number */
	unsigned patch;        /* state of the slots-to-stack series + 1; 0 = as released */
	char cmdline[256];
	char cpu_model[32];
	uint64_t seed;
	unsigned nr_options;
	struct {
		char name[24];
		bool value;
	} option[BOOT_OPTIONS];
};

/** 2.6.27, HIGHMEM64G, 3G/1G, 2 GiB, 2 CPUs, NR_CPUS 8. */
struct boot_config boot_config_default(void);

/** The split that a kernel gets which is not told one: `split`, as it was before, unless 4G/4G is all
 * that the kernel has, or was and it has not. */
enum split_config split_default(const struct profile *p, enum split_config split);

/** Whether build option `name` is on: what boot said, else the profile's default. */
bool boot_option(const struct boot_config *c, const struct profile *p, const char *name);

/** The kernel log: lines, oldest first. */
#define DMESG_LINE 512
#define DMESG_MAX 1024
struct dmesg {
	struct sparse lines; /* char[DMESG_LINE] by number */
	uint32_t n;
};

/** Appends one line (printk without a level; cut to DMESG_LINE - 1). */
void printk(struct world *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** Line `i` (0..n-1; the oldest are gone beyond DMESG_MAX and read as ""). */
const char *dmesg_line(const struct world *w, uint32_t i);

/**
 * Boots: checks the configuration, lays memory out, builds the zones and the kernel's page tables
 * in simulated RAM, starts the CPUs. `w` is uninitialised; on failure it stays so, and the
 * message says what is impossible, why, and what to use instead.
 */
bool world_boot(struct world *w, const struct boot_config *c, const struct profile *p,
                const struct cpu_model *model, const struct cost_table *cost, struct message *m);

#endif
