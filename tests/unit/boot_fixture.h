/*
 * What the tests of booting share: a boot configuration written as words, set up without a machine
 * or booted into a world, and the log as a list of lines to look in.
 */
#ifndef KMAPLAB_TESTS_BOOT_FIXTURE_H
#define KMAPLAB_TESTS_BOOT_FIXTURE_H

#include "kernel/atomic.h"
#include "kernel/setup.h"
#include "kernel/world.h"
#include "machine/conf.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#undef fail /* Check's old name for ck_abort_msg(); here it is the function of message.h */

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/** A profile or model that the test program reads once. */
static inline const struct profile *the_profile(const char *kernel)
{
	static struct profile *kept[8];
	struct message m = { "" };

	for (size_t i = 0; i < LENGTH(kept); i++) {
		if (!kept[i])
			kept[i] = profile_read(kernel, &m);
		ck_assert_msg(kept[i] != NULL, "%s", m.text);
		if (!strcmp(kept[i]->name, kernel)) {
			kept[i]->atomic_ops = atomic_ops_find(kept[i]->atomic);
			return kept[i];
		}
	}
	return NULL;
}

static inline const struct cpu_model *the_model(const char *name)
{
	static struct cpu_model model[4];
	struct message m = { "" };

	for (size_t i = 0; i < LENGTH(model); i++) {
		if (!model[i].name[0])
			ck_assert_msg(cpu_model_read(&model[i], name, &m), "%s", m.text);
		if (!strcmp(model[i].name, name))
			return &model[i];
	}
	return NULL;
}

static inline const struct cost_table *the_costs(void)
{
	static struct cost_table cost;
	struct message m = { "" };

	if (!cost.name[0])
		ck_assert_msg(cost_table_read(&cost, "default", &m), "%s", m.text);
	return &cost;
}

static inline unsigned word_of(const char *words, const char *word)
{
	unsigned i = 0;

	for (; *words; i++, words += strcspn(words, " "), words += *words == ' ')
		if (!strncmp(words, word, strlen(word)) && strchr(" ", words[strlen(word)]))
			return i;
	ck_abort_msg("no such word: %s", word);
	return 0;
}

static inline void take_boot_word(struct boot_config *c, char *key, char *value)
{
	uint64_t n = 0;

	conf_number(value, &n);
	if (!strcmp(key, "kernel")) {
		snprintf(c->kernel, sizeof(c->kernel), "%s", value);
	} else if (!strcmp(key, "cpu")) {
		snprintf(c->cpu_model, sizeof(c->cpu_model), "%s", value);
	} else if (!strcmp(key, "highmem")) {
		c->highmem = (enum highmem_config)word_of("off 4g 64g", value);
	} else if (!strcmp(key, "split")) {
		c->split = (enum split_config)word_of("3g 3g_opt 2g 2g_opt 1g 3.5g 4g4g", value);
	} else if (!strcmp(key, "pae")) {
		c->pae = !strcmp(value, "yes") ? YES : NO;
	} else if (!strcmp(key, "ram")) {
		c->ram = n;
	} else if (!strcmp(key, "cpus")) {
		c->cpus = (unsigned)n;
	} else if (!strcmp(key, "nr_cpus")) {
		c->nr_cpus = (unsigned)n;
	} else if (!strcmp(key, "pkmap")) {
		c->pkmap = (unsigned)n;
	} else if (!strcmp(key, "cmdline")) {
		snprintf(c->cmdline, sizeof(c->cmdline), "%s", value);
		for (char *p = c->cmdline; *p; p++)
			*p = *p == ',' ? ' ' : *p == ';' ? ',' : *p;
	} else {
		snprintf(c->option[c->nr_options].name, sizeof(c->option[0].name), "%s", key);
		c->option[c->nr_options++].value = !strcmp(value, "yes");
	}
}

/** The configuration of words such as "kernel=6.1 highmem=4g ram=512M cmdline=vmalloc=64M,quiet
 * ghes=no": boot's own; in the command line commas stand for blanks, semicolons for commas. */
static inline struct boot_config boot_words(const char *words)
{
	struct boot_config c = boot_config_default();
	char copy[256], *rest = copy, *word;

	snprintf(copy, sizeof(copy), "%s", words);
	while ((word = strsep(&rest, " "))) {
		char *value = strchr(word, '=');

		if (!value)
			continue;
		*value++ = '\0';
		take_boot_word(&c, word, value);
	}
	if (c.cpus > c.nr_cpus && c.nr_cpus == 1)
		c.cpus = 1;
	return c;
}

/** Sets up what the words say; the configuration is static and good until the next call. */
static inline bool setup_words(struct boot *b, const char *words, struct message *m)
{
	static struct boot_config c;

	c = boot_words(words);
	return boot_setup(b, &c, the_profile(c.kernel), the_model(c.cpu_model), m);
}

/** The same, which must succeed. */
static inline const struct layout *layout_of(struct boot *b, const char *words)
{
	struct message m = { "" };

	ck_assert_msg(setup_words(b, words, &m), "%s: %s", words, m.text);
	return &b->layout;
}

/** Boots a world on the heap. */
static inline struct world *boot_config_world(const struct boot_config *c)
{
	struct world *w = malloc(sizeof(*w));
	struct message m = { "" };

	ck_assert_ptr_nonnull(w);
	ck_assert_msg(
		world_boot(w, c, the_profile(c->kernel), the_model(c->cpu_model), the_costs(), &m),
		"%s", m.text);
	return w;
}

static inline struct world *boot_world(const char *words)
{
	struct boot_config c = boot_words(words);

	return boot_config_world(&c);
}

static inline void free_world(struct world *w)
{
	world_release(w);
	free(w);
}

/** Whether the log has a line. */
static inline bool logged(const struct world *w, const char *line)
{
	for (uint32_t i = 0; i < w->kernel.dmesg.n; i++)
		if (!strcmp(dmesg_line(w, i), line))
			return true;
	return false;
}

/** Runs a suite of one case without forking; the exit status for main(). */
static inline int boot_suite(const char *name, const TTest *const *tests, size_t n)
{
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 60);
	for (size_t i = 0; i < n; i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}

#endif
