/*
 * The build: which combinations of high memory, split, PAE, processors and options exist.
 *
 * arch/x86/Kconfig says it with "depends on" and "select"; here an impossible wish is refused with
 * the reason and with what to say instead. What Kconfig drops silently because it has lost its
 * meaning (a debug option for high memory in a kernel without any) is dropped silently here too.
 */
#include "kernel/atomic_patch.h"
#include "kernel/setup.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	uint32_t page_offset;
} splits[] = {
	[VMSPLIT_3G] = { "3g", 0xc0000000u },
	[VMSPLIT_3G_OPT] = { "3g_opt", 0xb0000000u },
	[VMSPLIT_2G] = { "2g", 0x80000000u },
	[VMSPLIT_2G_OPT] = { "2g_opt", 0x78000000u },
	[VMSPLIT_1G] = { "1g", 0x40000000u },
	[VMSPLIT_3_5G] = { "3.5g", 0xe0000000u },
	[VMSPLIT_4G4G] = { "4g4g", 0 }, /* the profile's page_offset_4g4g */
};

#define NR_SPLITS (sizeof(splits) / sizeof(splits[0]))

const char *split_name(enum split_config split)
{
	return splits[split].name;
}

uint32_t split_page_offset(const struct profile *p, enum split_config split)
{
	return split == VMSPLIT_4G4G ? p->page_offset_4g4g : splits[split].page_offset;
}

enum split_config split_default(const struct profile *p, enum split_config split)
{
	bool only_4g4g = p->splits == 1u << VMSPLIT_4G4G;

	if (only_4g4g)
		return VMSPLIT_4G4G;
	if (split == VMSPLIT_4G4G && !(p->splits & 1u << VMSPLIT_4G4G))
		return VMSPLIT_3G;
	return split;
}

const char *highmem_name(enum highmem_config highmem)
{
	return highmem == NOHIGHMEM ? "off" : highmem == HIGHMEM4G ? "4g" : "64g";
}

struct boot_config boot_config_default(void)
{
	struct boot_config c = {
		.kernel = "2.6.27",
		.highmem = HIGHMEM64G,
		.split = VMSPLIT_3G,
		.ram = 2ull << 30,
		.cpus = 2,
		.nr_cpus = 8,
		.cpu_model = "core2",
		.seed = 1,
	};

	return c;
}

/* Options that mean nothing without high memory: Kconfig forgets them. */
static bool needs_highmem(const char *name)
{
	return !strcmp(name, "debug_highmem") || !strcmp(name, "highpte") ||
	       !strcmp(name, "highmem_emulation") || !strcmp(name, "highmem");
}

bool boot_option(const struct boot_config *c, const struct profile *p, const char *name)
{
	if (c->highmem == NOHIGHMEM && needs_highmem(name))
		return false;
	if (!strcmp(name, "highmem"))
		return true;
	for (unsigned i = 0; i < c->nr_options; i++)
		if (!strcmp(c->option[i].name, name))
			return c->option[i].value;
	for (unsigned i = 0; i < p->nr_options; i++)
		if (!strcmp(p->option[i].name, name))
			return p->option[i].value;
	return false;
}

static bool check_options(const struct boot *b, struct message *m)
{
	const struct boot_config *c = b->config;
	const struct profile *p = b->profile;
	char known[160] = "";

	for (unsigned i = 0; i < p->nr_options; i++)
		snprintf(known + strlen(known), sizeof(known) - strlen(known), " %s",
		         p->option[i].name);
	for (unsigned i = 0; i < c->nr_options; i++) {
		unsigned j = 0;

		while (j < p->nr_options && strcmp(p->option[j].name, c->option[i].name))
			j++;
		if (j == p->nr_options)
			return fail(m, "kernel %s has no option %s; it has:%s", p->name,
			            c->option[i].name, known);
	}
	if (boot_option(c, p, "io_apic") && !boot_option(c, p, "local_apic"))
		return fail(m, "io_apic=yes needs local_apic=yes: say io_apic=no as well");
	if (c->nr_cpus > 1 && !boot_option(c, p, "local_apic"))
		return fail(m,
		            "local_apic=no is for one processor (nr_cpus=1): an SMP build always "
		            "has it");
	return true;
}

static bool check_cpus(const struct boot *b, struct message *m)
{
	const struct boot_config *c = b->config;

	if (c->nr_cpus < 1 || c->nr_cpus > b->profile->nr_cpus_max)
		return fail(m, "nr_cpus=%u is impossible: kernel %s is built for 1 to %u",
		            c->nr_cpus, b->profile->name, b->profile->nr_cpus_max);
	if (c->cpus < 1 || c->cpus > MAX_CPUS)
		return fail(m, "cpus=%u is impossible: the machine has 1 to %d", c->cpus, MAX_CPUS);
	if (c->cpus > c->nr_cpus)
		return fail(m,
		            "cpus=%u is more than the kernel is built for: say nr_cpus=%u or more",
		            c->cpus, c->cpus);
	return true;
}

/* The names of the splits in a set, each after a blank. */
static void split_names(unsigned set, char *buf, size_t size)
{
	buf[0] = '\0';
	for (unsigned i = 0; i < NR_SPLITS; i++)
		if (set & 1u << i)
			snprintf(buf + strlen(buf), size - strlen(buf), " %s", splits[i].name);
}

/* PAE's top table has one entry per GiB. (4G/4G shares none of them between user and kernel space.) */
static bool pae_allows(enum split_config split)
{
	return !(splits[split].page_offset & 0x3fffffff);
}

/* Why a kernel lacks a split, where there is more to say than that. */
static const char *split_reason(enum split_config split)
{
	if (split == VMSPLIT_4G4G)
		return " (4G/4G is Red Hat's: say kernel=rhel3-hugemem)";
	if (split == VMSPLIT_3_5G)
		return " (a kernel with 0.5 GB is one of -aa: say kernel=2.4-aa)";
	return "";
}

static bool check_split(const struct boot *b, struct message *m)
{
	enum split_config split = b->config->split;
	const struct profile *p = b->profile;
	char offered[64];

	if ((unsigned)split >= NR_SPLITS)
		return fail(m, "there is no such split");
	split_names(p->splits, offered, sizeof(offered));
	if (!(p->splits & 1u << split))
		return fail(m, "kernel %s does not offer split=%s; it has:%s%s", p->name,
		            splits[split].name, offered, split_reason(split));
	if (b->layout.pae && !pae_allows(split))
		return fail(m, "split=%s is impossible with PAE, whose top table has one entry per "
		               "GiB: say split=%s, or highmem=4g (PAE off)",
		            splits[split].name, split == VMSPLIT_2G_OPT ? "2g" : "3g");
	return true;
}

static bool check_pae(struct boot *b, struct message *m)
{
	const struct boot_config *c = b->config;

	b->layout.highmem = c->highmem != NOHIGHMEM;
	b->layout.pae = c->pae == UNSET ? c->highmem == HIGHMEM64G : c->pae == YES;
	if (c->highmem == HIGHMEM64G && c->pae == NO)
		return fail(m, "highmem=64g is PAE: without it say highmem=4g or highmem=off");
	if (c->highmem == HIGHMEM4G && c->pae == YES)
		return fail(m,
			"highmem=4g excludes PAE: say highmem=64g (PAE), or highmem=off pae=yes");
	if (b->layout.pae && c->highmem == NOHIGHMEM && !b->profile->pae_choice)
		return fail(m, "kernel %s has PAE only with highmem=64g: say that, or kernel=2.6.27, "
		               "which has it without high memory", b->profile->name);
	if (b->layout.pae && !b->model->pae)
		return fail(m,
		            "the CPU %s has no PAE: say highmem=4g, or cpu= with one that has it",
		            b->model->name);
	return true;
}

/* The pool is one page table, in every generation. */
static bool check_pkmap(struct boot *b, struct message *m)
{
	uint32_t table = b->layout.pae ? 512 : 1024, n = b->config->pkmap;

	b->layout.last_pkmap = n ? n : table;
	if (n && (n < 4 || n > LAST_PKMAP_MAX || (n & (n - 1))))
		return fail(m, "pkmap=%u is impossible: a power of two from 4 to %u", n, table);
	if (n > table)
		return fail(m,
		            "pkmap=%u does not fit: with PAE the pool's page table has 512 entries",
		            n);
	return true;
}

/* The series that turned slots into a stack, where it applies. */
static bool check_patch(const struct boot *b, struct message *m)
{
	unsigned patch = b->config->patch;
	const char *why;

	if (patch > PATCH_STATES)
		return fail(m, "patch=%u is not of the series: its states are 0 to %d", patch - 1,
		            PATCH_STATES - 1);
	why = patch_refusal(b->config, b->profile);
	return !why || fail(m, "patch=%u is impossible: kernel %s %s", patch - 1, b->profile->name,
	                    why);
}

bool config_check(struct boot *b, struct message *m)
{
	if ((unsigned)b->config->highmem > HIGHMEM64G || (unsigned)b->config->pae > YES)
		return fail(m, "there is no such highmem= or pae= setting");
	return check_pae(b, m) && check_split(b, m) && check_cpus(b, m) && check_options(b, m) &&
	       check_pkmap(b, m) && check_patch(b, m);
}
