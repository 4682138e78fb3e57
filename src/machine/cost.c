/*
 * Cost tables: what the machine charges for what, read from data/costs/NAME.conf.
 *
 *   invlpg = 200  no primary source for the Pentium III or 4; ...
 *
 * Each row is a price in cycles and a sentence that names its source. A figure without one is a
 * claim, so a row without one is refused; so are rows that nothing charges, and missing rows.
 */
#include "machine/conf.h"
#include "machine/machine.h"

#include <string.h>

#define COST_MAX 10000000u

static const struct {
	const char *key, *doc;
} costs[NR_COSTS] = {
#define COST(name, key, doc) [COST_##name] = { key, doc },
#include "machine/costs.def"
#undef COST
};

const char *cost_key(enum cost cost)
{
	return costs[cost].key;
}

const char *cost_doc(enum cost cost)
{
	return costs[cost].doc;
}

static bool read_cost(void *ctx, const struct conf_line *line, struct message *m)
{
	struct cost_table *t = ctx;
	uint64_t cycles;
	unsigned i = 0;

	while (i < NR_COSTS && strcmp(line->word[0], costs[i].key) != 0)
		i++;
	if (i == NR_COSTS)
		return conf_fail(m, line, 0, "nothing is charged as '%s'", line->word[0]);
	if (t->source[i][0])
		return conf_fail(m, line, 0, "'%s' is priced twice", line->word[0]);
	if (!conf_line_number(line, 1, 0, COST_MAX, &cycles, m))
		return false;
	if (line->nr_words < 3)
		return conf_fail(m, line, 2, "the price of '%s' names no source", line->word[0]);
	t->cycles[i] = (uint32_t)cycles;
	conf_line_rest(line, 2, t->source[i], sizeof(t->source[i]));
	return true;
}

bool cost_table_read(struct cost_table *t, const char *name, struct message *m)
{
	struct cost_table new = { .name = "" };
	char path[4096];

	if (strlen(name) >= sizeof(new.name))
		return fail(m, "'%.40s' cannot be the name of a cost table", name);
	strcpy(new.name, name);
	if (!conf_data_find("costs", name, "cost table", path, sizeof(path), m))
		return false;
	if (!conf_read(path, read_cost, &new, m))
		return false;
	for (unsigned i = 0; i < NR_COSTS; i++)
		if (!new.source[i][0])
			return fail(m, "%.100s: there is no price for '%s' (%s)", path,
			            costs[i].key, costs[i].doc);
	*t = new;
	return true;
}
