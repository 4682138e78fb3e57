/*
 * Reading the words of `boot`, one function for each, in a table. What is possible together is not
 * decided here: world_boot() knows the conditions and says why not.
 */
#include "command/boot_words.h"

#include "command/arg.h"
#include "kernel/atomic_patch.h"
#include "kernel/profile.h"
#include "lab/words.h"
#include "machine/conf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool copy(char *to, size_t size, const char *value, const char *what, struct message *m)
{
	for (const char *s = value; *s;) {
		unsigned bytes = message_character(s, strlen(s));

		if (!bytes)
			return fail(m, "%s has a byte in it that is no text", what);
		s += bytes;
	}
	if (strlen(value) >= size)
		return fail(m, "%s is too long: %zu bytes at most", what, size - 1);
	snprintf(to, size, "%s", value);
	return true;
}

static bool set_kernel(struct boot_config *c, const char *value, struct message *m)
{
	return copy(c->kernel, sizeof(c->kernel), value, "kernel=", m);
}

static bool set_cmdline(struct boot_config *c, const char *value, struct message *m)
{
	return copy(c->cmdline, sizeof(c->cmdline), value, "cmdline=", m);
}

static bool set_cpu(struct boot_config *c, const char *value, struct message *m)
{
	return copy(c->cpu_model, sizeof(c->cpu_model), value, "cpu=", m);
}

static bool set_word(const struct words *words, const char *key, const char *value, int *n,
                     struct message *m)
{
	char near[64];

	*n = word_find(words, value);
	if (*n >= 0)
		return true;
	suggestion(value, words->word, words->n, near, sizeof(near));
	return fail(m, "%s=%s is not known%s", key, value,
	            near[0] ? near : "; `help boot` lists what is");
}

static bool set_highmem(struct boot_config *c, const char *value, struct message *m)
{
	int n;

	if (!set_word(&highmem_words, "highmem", value, &n, m))
		return false;
	c->highmem = (enum highmem_config)n;
	return true;
}

/* 2.4-aa's and RHEL3's own words for a split: CONFIG_05GB and so on; the -aa ones name what the
 * kernel gets. */
static const char *split_alias(const struct boot_config *c, const char *value)
{
	static const char *const words[][2] = {
		{ "05gb", "3.5g" }, { "1gb", "3g" }, { "2gb", "2g" }, { "3gb", "1g" },
	};

	for (size_t i = 0; !strcmp(c->kernel, "2.4-aa") && i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcasecmp(value, words[i][0]))
			return words[i][1];
	return value;
}

static bool set_split(struct boot_config *c, const char *value, struct message *m)
{
	int n;

	value = split_alias(c, value);
	if (!set_word(&split_words, "split", value, &n, m))
		return false;
	c->split = (enum split_config)n;
	return true;
}

static bool set_pae(struct boot_config *c, const char *value, struct message *m)
{
	bool yes;

	if (!conf_bool(value, &yes))
		return fail(m, "pae=%s: say yes or no", value);
	c->pae = yes ? YES : NO;
	return true;
}

static bool set_number(const char *key, const char *value, uint64_t max, uint64_t *n,
                       struct message *m)
{
	if (!conf_number(value, n))
		return fail(m, "%s=%s is no number: decimal or 0x, with K, M or G behind it", key,
		            value);
	if (*n > max)
		return fail(m, "%s=%s is too much: at most %" PRIu64, key, value, max);
	return true;
}

static bool set_ram(struct boot_config *c, const char *value, struct message *m)
{
	uint64_t n;

	if (!set_number("ram", value, UINT64_MAX, &n, m))
		return false;
	c->ram = n;
	c->e820_given = false;
	return true;
}

static bool set_e820(struct boot_config *c, const char *value, struct message *m)
{
	if (!e820_read(&c->e820, value, m))
		return false;
	c->e820_given = true;
	return true;
}

/* The words that are small numbers. */
#define SET_NUMBER(name, member)                                                                  \
	static bool set_##name(struct boot_config *c, const char *value, struct message *m)       \
	{                                                                                         \
		uint64_t n;                                                                       \
                                                                                                  \
		if (!set_number(#name, value, 1u << 20, &n, m))                                   \
			return false;                                                             \
		c->member = (unsigned)n;                                                          \
		return true;                                                                      \
	}

SET_NUMBER(cpus, cpus)
SET_NUMBER(nr_cpus, nr_cpus)
SET_NUMBER(pkmap, pkmap)
SET_NUMBER(nodes, nodes)

static bool set_seed(struct boot_config *c, const char *value, struct message *m)
{
	return set_number("seed", value, UINT64_MAX, &c->seed, m);
}

static bool set_patch(struct boot_config *c, const char *value, struct message *m)
{
	uint64_t n;

	if (!set_number("patch", value, PATCH_STATES - 1, &n, m))
		return false;
	c->patch = (unsigned)n + 1;
	return true;
}

static bool (*const setters[])(struct boot_config *c, const char *value, struct message *m) = {
	set_kernel, set_highmem, set_split, set_pae, set_ram, set_e820, set_cpus, set_nr_cpus,
	set_pkmap, set_cmdline, set_cpu, set_seed, set_patch, set_nodes,
};

const struct option_row boot_options[] = {
	{ "kernel", ARG_KERNEL, "the kernel's version" },
	{ "highmem", ARG_HIGHMEM, "how much memory the build can use: off, 4g, 64g" },
	{ "split", ARG_SPLIT, "what user space gets: 3g, 3g_opt, 2g, 2g_opt, 1g, 3.5g, 4g4g" },
	{ "pae", ARG_YESNO, "three-level paging; follows highmem=64g when not said" },
	{ "ram", ARG_SIZE, "contiguous RAM from 0: 512M, 4G" },
	{ "e820", ARG_FILE, "a file with the memory map" },
	{ "cpus", ARG_NUMBER, "CPUs of the machine" },
	{ "nr_cpus", ARG_NUMBER, "CPUs that the kernel is built for (NR_CPUS)" },
	{ "pkmap", ARG_NUMBER, "slots in the kmap pool; 0: the kernel's own number" },
	{ "cmdline", ARG_TEXT, "\"vmalloc=256M highmem=512M mem=1200M\"" },
	{ "cpu", ARG_CPU_MODEL, "the CPU model" },
	{ "seed", ARG_NUMBER, "of what is random" },
	{ "patch", ARG_NUMBER, "a state of the series that made slots a stack: 0 to 4; see patch" },
	{ "nodes", ARG_NUMBER, "memory nodes: 1, or 2 with HIGHMEM64G; see nodes" },
	{ NULL, ARG_NONE, NULL },
};

/* A build option: yes or no. */
static bool set_option(struct boot_config *c, const char *key, const char *value,
                       struct message *m)
{
	const char *keys[sizeof(setters) / sizeof(setters[0])];
	unsigned i = 0, n = sizeof(keys) / sizeof(keys[0]);
	char near[64];
	bool yes;

	for (unsigned k = 0; k < n; k++)
		keys[k] = boot_options[k].key;
	if (!conf_bool(value, &yes))
		return fail(m, "`boot` knows no word '%s'%s (build options are yes or no)", key,
		            suggestion(key, keys, n, near, sizeof(near)));
	while (i < c->nr_options && strcmp(c->option[i].name, key) != 0)
		i++;
	if (i == BOOT_OPTIONS)
		return fail(m, "more than %d build options are too many", BOOT_OPTIONS);
	if (!copy(c->option[i].name, sizeof(c->option[i].name), key, key, m))
		return false;
	c->option[i].value = yes;
	if (i == c->nr_options)
		c->nr_options++;
	return true;
}

void boot_split(struct boot_config *c)
{
	struct message m;
	struct profile *p = profile_read(c->kernel, &m);

	if (p) /* if not, booting says why */
		c->split = split_default(p, c->split);
	profile_free(p);
}

bool boot_word(struct boot_config *c, const char *key, const char *value, bool files,
               struct message *m)
{
	for (unsigned i = 0; boot_options[i].key; i++)
		if (strcmp(boot_options[i].key, key) == 0) {
			if (boot_options[i].kind == ARG_FILE && !files)
				return fail(m, "%s=%s reads a file, which a lesson may not do", key,
				            value);
			return setters[i](c, value, m);
		}
	return set_option(c, key, value, m);
}
