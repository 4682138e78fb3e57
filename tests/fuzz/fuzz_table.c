/*
 * Command lines that nobody had to write: the tables of commands, settings and observables know what
 * can be typed. So what is added there is fuzzed from the same day on. See fuzz.h.
 */
#include "fuzz.h"

#include "command/interp.h"
#include "command/settings.h"
#include "command/text.h"
#include "lab/observable.h"

#include <stdlib.h>

#define COMMANDS 4u      /* in one text */
#define OBSERVABLES 24u  /* likewise, and all behind them: a run reads 60 lines */

/* A machine that quickly has everything happen to it. */
static void begin(struct text *t, unsigned i)
{
	static const char *const kernels[] = { "2.4.27", "2.6.27", "2.6.32", "2.6.37", "6.1" };

	text_add(t, "boot kernel=%s ram=%s cpus=%u nr_cpus=4 highmem=%s pkmap=8\n"
	            "p = alloc highmem 3; n = alloc normal; kmap p0\n",
	         kernels[i % 5], i % 3 ? "2G" : "8G", 1 + i % 4, i % 3 ? "4g" : "64g");
}

static void commands(struct text *t, unsigned i)
{
	const struct command *c;

	for (unsigned k = 0; k < COMMANDS && (c = command_get(i * COMMANDS + k)); k++) {
		for (unsigned e = 0; e < 2; e++)
			if (c->example[e])
				text_add(t, "%s\n", c->example[e]);
		text_add(t, "%s\nhelp %s\n", c->usage, c->name);
		for (const struct option_row *o = c->options; o && o->key; o++)
			text_add(t, "%s p0 %s=4\n", c->name, o->key);
	}
}

static void settings(struct text *t)
{
	const char *name, *values, *doc;

	for (unsigned i = 0; (name = setting_name(i, &values, &doc)); i++)
		text_add(t, "set %s %s\nset %s on\n", name, values, name);
}

/* "pkmap.count[i]" as "pkmap.count[1]", "page(P).va" as "page(p0).va". */
static void observable(struct text *t, const char *name)
{
	text_add(t, "print ");
	for (; *name; name++)
		if (name[0] == '[' && name[1] == 'i')
			text_add(t, "[1"), name++;
		else if (name[0] == '(' && name[1] == 'P')
			text_add(t, "(p0"), name++;
		else
			text_add(t, "%c", *name);
	text_add(t, "\n");
}

static unsigned nr_observables(void)
{
	unsigned n = 0;

	while (observables[n].name)
		n++;
	return n;
}

/* The commands, then the observables, then the settings; then nothing. */
char *fuzz_table(unsigned i)
{
	const unsigned names = nr_observables(), texts = (names + OBSERVABLES - 1) / OBSERVABLES;
	unsigned groups = 0;
	struct text t = { 0 };

	while (command_get(groups * COMMANDS))
		groups++;
	if (i > groups + texts)
		return NULL;
	begin(&t, i);
	if (i < groups)
		commands(&t, i);
	else if (i < groups + texts)
		for (unsigned o = (i - groups) * OBSERVABLES; o < names; o++)
			observable(&t, observables[o].name);
	else
		settings(&t);
	return text_take(&t);
}
