/*
 * boot, and the commands that are a boot with one word changed: kernel, ram, split, highmem, cpus,
 * e820. What is not said keeps its value, so each of them changes one thing.
 */
#include "command/arg.h"
#include "command/background.h"
#include "command/boot_words.h"
#include "command/describe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct boot_config present_config(const struct interp *in)
{
	const struct world *w = session_world(in->session);

	return w ? w->kernel.config : in->config;
}

static void say_boot(struct call *c)
{
	const struct world *w = call_world(c);
	const struct layout *l = &w->kernel.layout;
	unsigned highmem = (unsigned)((l->max_pfn - l->max_low_pfn) >> 8);

	say(c, "Linux %s runs on %u CPU%s: %u MB of low memory up to 0x%x, ", w->kernel.profile->name,
	    w->machine.nr_cpus, w->machine.nr_cpus == 1 ? "" : "s",
	    (unsigned)(l->max_low_pfn >> 8), l->high_memory);
	if (!l->highmem)
		say(c, "no high memory in this build.");
	else if (!highmem)
		say(c, "no high memory; the pool of %u slots begins at 0x%x.", l->last_pkmap,
		    l->pkmap_base);
	else
		say(c, "%u MB of high memory; the pool of %u slots begins at 0x%x.", highmem,
		    l->last_pkmap, l->pkmap_base);
}

/* An option that a larger NR_CPUS brings with it: nothing else of this model depends on it. */
static void say_bigsmp(struct call *c)
{
	const struct kernel *k = &call_world(c)->kernel;
	unsigned plain = k->profile->nr_cpus_bigsmp;

	if (plain && k->config.nr_cpus > plain)
		say(c, " NR_CPUS=%u takes a build with X86_BIGSMP: this is one.", k->config.nr_cpus);
}

enum status boot_with_config(struct call *c, const struct boot_config *config)
{
	struct message m;

	if (!session_boot(c->s, config, &m))
		return refuse(c, "%s", m.text);
	background_clear(c->in);
	json_decref(c->answer.result);
	c->answer.result = layout_json(c->s);
	say_boot(c);
	say_bigsmp(c);
	return STATUS_OK;
}

static enum status run_boot(struct call *c)
{
	struct boot_config config = present_config(c->in);
	struct message m;

	for (unsigned i = 0; i < c->nr_options; i++)
		if (!boot_word(&config, c->option[i].key, c->option[i].value, !c->in->restricted, &m)) {
			bad_option(c, i, "%s", m.text);
			return STATUS_ERROR;
		}
	if (option_value(c, "kernel", NULL) && !option_value(c, "patch", NULL))
		config.patch = 0; /* another kernel comes as it was released */
	if (!option_value(c, "split", NULL))
		boot_split(&config);
	return boot_with_config(c, &config);
}

/* Words like "ram=2G" into a configuration, which a false return may have changed in part. */
static bool take_words(struct boot_config *config, unsigned argc, const char *const *words,
                       bool files, struct message *m)
{
	char key[NAME_MAX_BYTES + 1];
	bool split = false;

	for (unsigned i = 0; i < argc; i++) {
		size_t n = strcspn(words[i], "=");

		if (!words[i][n] || n > NAME_MAX_BYTES)
			return fail(m, "'%s' is not of the form key=value", words[i]);
		snprintf(key, sizeof(key), "%.*s", (int)n, words[i]);
		if (!boot_word(config, key, words[i] + n + 1, files, m))
			return false;
		split = split || !strcmp(key, "split");
	}
	if (!split)
		boot_split(config);
	return true;
}

bool interp_set_boot(struct interp *in, unsigned argc, const char *const *words, struct message *m)
{
	struct boot_config config = in->config;

	if (!take_words(&config, argc, words, true, m))
		return false;
	in->config = config;
	return true;
}

bool interp_boot_fresh(struct interp *in, unsigned argc, const char *const *words,
                       struct message *m)
{
	struct boot_config config = boot_config_default();

	if (!take_words(&config, argc, words, false, m) || !session_boot(in->session, &config, m))
		return false;
	background_clear(in);
	return true;
}

/* `VERB VALUE` as `boot KEY=VALUE`. */
static enum status boot_with(struct call *c, const char *key)
{
	struct boot_config config = present_config(c->in);
	struct message m;

	if (!strcmp(key, "kernel"))
		config.patch = 0;
	if (!boot_word(&config, key, c->argv[0], !c->in->restricted, &m)) {
		bad(c, 0, "%s", m.text);
		return STATUS_ERROR;
	}
	if (!strcmp(key, "kernel"))
		boot_split(&config);
	return boot_with_config(c, &config);
}

/* Without a value: what there is now. */
static enum status show(struct call *c, const char *key, const char *observable)
{
	struct observation o;
	struct message m;
	char text[64];

	if (!need_world(c->in, &m) || !expr_eval_text(observable, c->s, &o, &m))
		return refuse(c, "%s", m.text);
	observation_text(&o, text, sizeof(text));
	json_object_set_new(c->answer.result, key, json_observation(&o));
	say(c, "%s=%s; `help %s` tells what else there is.", key, text, c->command->name);
	return STATUS_OK;
}

#define BOOT_WITH(key, observable)                                                                \
	static enum status run_##key(struct call *c)                                              \
	{                                                                                         \
		return c->argc ? boot_with(c, #key) : show(c, #key, observable);                  \
	}

BOOT_WITH(split, "split")
BOOT_WITH(highmem, "highmem_config")
BOOT_WITH(cpus, "cpus")
BOOT_WITH(ram, "ram")

static enum status run_kernel(struct call *c)
{
	if (c->argc && !strcmp(c->argv[0], "diff"))
		return run_kernel_diff(c);
	if (c->argc > 1) {
		bad(c, 1, "One kernel is enough to boot; `kernel diff A B` compares two");
		return STATUS_ERROR;
	}
	return c->argc ? boot_with(c, "kernel") : show(c, "kernel", "kernel");
}

/* The memory map: shown, or read from a file and booted with. */
static enum status run_e820(struct call *c)
{
	const struct e820_map *map;
	json_t *entries;
	struct message m;

	if (c->argc)
		return boot_with(c, "e820");
	if (!need_world(c->in, &m))
		return refuse(c, "%s", m.text);
	map = &call_world(c)->machine.phys.map;
	entries = json_array();
	for (unsigned i = 0; i < map->nr; i++) {
		const struct e820_entry *e = &map->entry[i];

		say(c, "0x%016" PRIx64 " 0x%016" PRIx64 " %s\n", e->start, e->end - 1,
		    e820_type_name(e->type));
		json_array_append_new(entries, json_pack("{s:o, s:o, s:s}", "start", json_hex(e->start),
		                                         "end", json_hex(e->end - 1), "type",
		                                         e820_type_name(e->type)));
	}
	json_object_set_new(c->answer.result, "e820", entries);
	return STATUS_OK;
}

#define ERRORS "An impossible configuration is refused, with the reason and what to say instead; " \
	"the machine goes on as it was."
#define SEE "boot layout config kernel split ram highmem cpus e820"

const struct command boot_commands[] = {
	{
		.name = "boot", .group = "machine", .usage = "boot [KEY=VALUE]... [OPTION=yes|no]...",
		.summary = "Boots a kernel on a fresh machine. What is not said keeps its value from the "
		           "last boot.",
		.example = { "boot kernel=6.1 ram=4G cpus=4", "boot split=2g cmdline=\"vmalloc=256M\"" },
		.errors = ERRORS, .see = SEE " dmesg", .flags = ANY_OPTION, .options = boot_options,
		.run = run_boot,
	},
	{
		.name = "kernel", .group = "machine", .usage = "kernel [VERSION | diff A B]",
		.summary = "Boots another kernel on the same machine, says which one runs, or what "
		           "differs between two.",
		.example = { "kernel 6.1", "kernel diff 2.6.27 2.6.32" }, .errors = ERRORS,
		.see = SEE " patch", .max = 3,
		.arg = { ARG_KERNEL }, .run = run_kernel,
	},
	{
		.name = "split", .group = "machine", .usage = "split [3g|3g_opt|2g|2g_opt|1g|3.5g|4g4g]",
		.summary = "Boots with another split between user and kernel space, or says which there "
		           "is.",
		.example = { "split 2g", "split" }, .errors = ERRORS, .see = SEE, .max = 1,
		.arg = { ARG_SPLIT }, .run = run_split,
	},
	{
		.name = "highmem", .group = "machine", .usage = "highmem [off|4g|64g]",
		.summary = "Boots a build with another HIGHMEM option, or says which there is.",
		.example = { "highmem 4g", "highmem" }, .errors = ERRORS, .see = SEE, .max = 1,
		.arg = { ARG_HIGHMEM }, .run = run_highmem,
	},
	{
		.name = "ram", .group = "machine", .usage = "ram [SIZE]",
		.summary = "Boots with another amount of RAM, or says how many bytes there are.",
		.example = { "ram 4G", "ram" }, .errors = ERRORS, .see = SEE, .max = 1,
		.arg = { ARG_SIZE }, .run = run_ram,
	},
	{
		.name = "cpus", .group = "machine", .usage = "cpus [N]",
		.summary = "Boots with another number of CPUs, or says how many there are.",
		.example = { "cpus 4", "cpus" }, .errors = ERRORS, .see = SEE " cpu", .max = 1,
		.arg = { ARG_NUMBER }, .run = run_cpus,
	},
	{
		.name = "e820", .group = "machine", .usage = "e820 [FILE]",
		.summary = "Boots with the memory map in a file (lines START END TYPE), or shows the map.",
		.example = { "e820", "e820 board.e820" }, .errors = ERRORS, .see = SEE, .max = 1,
		.arg = { ARG_FILE }, .run = run_e820,
	},
	{ .name = NULL },
};
