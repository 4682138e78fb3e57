/*
 * memfrac= and lower_zone_reserve= of 2.4: setup_mem_frac() and setup_lower_zone_reserve() in
 * mm/page_alloc.c, called by parse_options() of init/main.c (2.4.27; RHEL3 has only the first).
 *
 *	memfrac=DMA,NORMAL,HIGHMEM     zone_balance_ratio: min is a zone's pages through this
 *	lower_zone_reserve=DMA,NORMAL  lower_zone_reserve_ratio: what a zone keeps from requests for
 *	                               higher ones is the pages of those through this
 *
 * Both come too late. start_kernel() calls setup_arch(), and that paging_init(), which lays the
 * zones out and works out their watermarks (free_area_init_core()); only then parse_options() reads
 * what is left of the command line. So the kernel prints the numbers that it was given, and never
 * uses them: what one finds in the log and what one finds in the zones are two things. Nothing here
 * changes a zone, therefore; all that a parameter does is its line in the log.
 *
 * Its reader does not count: a number too many is written behind the array, over whatever the
 * linker put there. What that would be is not known here, so such a line is refused. A word that is
 * no number is a zero, as simple_strtol() has it.
 */
#include "kernel/boot_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct zone_param {
	const char *key; /* on the command line, and of the text in the profile */
	unsigned nr;
	int ratio[MAX_NR_ZONES]; /* as compiled in */
} params[] = {
	{ "memfrac", MAX_NR_ZONES, { 128, 128, 128 } },
	{ "lower_zone_reserve", MAX_NR_ZONES - 1, { 256, 32 } },
};

/* The parameter that a word of the command line names, and this kernel knows; NULL for any
 * other. */
static const struct zone_param *find(const struct profile *p, const char *word, const char **value)
{
	for (size_t i = 0; i < sizeof(params) / sizeof(params[0]); i++) {
		size_t n = strlen(params[i].key);

		if (strncmp(word, params[i].key, n) || word[n] != '=' ||
		    !profile_text(p, params[i].key))
			continue;
		*value = word + n + 1;
		return &params[i];
	}
	return NULL;
}

/* lib/vsprintf.c: C's notation, of signs only the minus; 0 and no progress where no number is. */
static long long simple_strtol(const char *s, const char **end)
{
	char *behind = (char *)(uintptr_t)s;
	long long value = *s == '-' || (*s >= '0' && *s <= '9') ? strtoll(s, &behind, 0) : 0;

	*end = behind;
	return value;
}

/* get_option() until it finds no comma. False when it would write behind the array, or a number
 * would not fit into an int. */
static bool get_options(const char *s, unsigned nr, int *ratio)
{
	const char *end;

	for (unsigned i = 0; *s; i++) {
		long long value = simple_strtol(s, &end);

		if (i == nr || value < INT32_MIN || value > INT32_MAX)
			return false;
		ratio[i] = (int)value;
		if (end == s || *end != ',')
			return true;
		s = end + 1;
	}
	return true;
}

bool zone_param_check(const struct profile *p, const char *word, struct message *m)
{
	const char *value;
	const struct zone_param *param = find(p, word, &value);
	int ratio[MAX_NR_ZONES];

	if (!param || get_options(value, param->nr, ratio))
		return true;
	return fail(m,
	            "%s= takes up to %u numbers of 32 bits, from the DMA zone upwards: the kernel "
	            "would write one more over its other variables", param->key, param->nr);
}

/* One line; `ratio` keeps what the words before have set. */
static void say(const struct log *g, const struct zone_param *param, const char *value, int *ratio)
{
	struct log line = *g;
	char list[64] = "";

	get_options(value, param->nr, ratio);
	for (unsigned i = 0; i < param->nr; i++)
		snprintf(list + strlen(list), sizeof(list) - strlen(list), "%d  ", ratio[i]);
	line.text = profile_text(g->b->profile, param->key);
	boot_say(&line, (const struct hole[]){ HOLE_WORD("ratios", list), HOLES_END });
}

void say_zone_params(const struct log *g)
{
	char cmdline[sizeof(g->b->config->cmdline)], *rest = cmdline, *word;
	int ratio[sizeof(params) / sizeof(params[0])][MAX_NR_ZONES];
	const char *value;

	for (size_t i = 0; i < sizeof(params) / sizeof(params[0]); i++)
		memcpy(ratio[i], params[i].ratio, sizeof(ratio[i]));
	if (g->b->profile->watermark == WATERMARK_EXTRA && g->b->layout.pae)
		ratio[0][ZONE_DMA] = 4097; /* RHEL3's HIGHMEM64G keeps nothing of DMA */
	memcpy(cmdline, g->b->config->cmdline, sizeof(cmdline));
	cmdline[sizeof(cmdline) - 1] = '\0';
	while ((word = strsep(&rest, " \t"))) {
		const struct zone_param *param = find(g->b->profile, word, &value);

		if (param)
			say(g, param, value, ratio[param - params]);
	}
}
