/*
 * CPU models: what a processor to be simulated can do, read from data/cpus/NAME.conf.
 *
 *   title = Intel Core 2
 *   maxphyaddr = 36                   # physical address bits
 *   features = pse pae pge pse36 nx invlpg
 *   [tlb]                             # sets ways; sets is a power of two
 *   i4k = 32 4
 *   ilarge = 2 4                      # left out: fetches use the data array
 *   d4k = 64 4
 *   dlarge = 8 4
 *   shared_sizes = no                 # yes: large pages live in the 4K arrays
 *
 * A model that contradicts itself (PSE-36 without PSE, NX without PAE, 36 address bits that no
 * kind of paging reaches) is refused: a walk on it would mean nothing.
 */
#include "machine/conf.h"
#include "machine/tlb.h"

#include <string.h>

/** Where a word of `features` goes. */
static const struct {
	const char *word;
	size_t offset;
} features[] = {
	{ "pae", offsetof(struct cpu_model, pae) },
	{ "pse", offsetof(struct cpu_model, pse) },
	{ "pse36", offsetof(struct cpu_model, pse36) },
	{ "pge", offsetof(struct cpu_model, pge) },
	{ "nx", offsetof(struct cpu_model, nx) },
	{ "invlpg", offsetof(struct cpu_model, invlpg) },
};

static const char *const arrays[TLB_ARRAYS] = {
	[TLB_I4K] = "i4k",
	[TLB_ILARGE] = "ilarge",
	[TLB_D4K] = "d4k",
	[TLB_DLARGE] = "dlarge",
};

static bool read_feature(struct cpu_model *c, const struct conf_line *line, unsigned word,
                         struct message *m)
{
	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
		if (strcmp(line->word[word], features[i].word) == 0) {
			*(bool *)((char *)c + features[i].offset) = true;
			return true;
		}
	}
	return conf_fail(m, line, word, "'%s' is no feature: pae, pse, pse36, pge, nx, invlpg",
	                 line->word[word]);
}

static bool read_cpu_line(struct cpu_model *c, const struct conf_line *line, struct message *m)
{
	uint64_t value;

	if (strcmp(line->word[0], "title") == 0) {
		conf_line_rest(line, 1, c->title, sizeof(c->title));
		return true;
	}
	if (strcmp(line->word[0], "maxphyaddr") == 0) {
		if (!conf_line_number(line, 1, 32, PHYS_MAX_BITS, &value, m))
			return false;
		c->maxphyaddr = (unsigned)value;
		return true;
	}
	if (strcmp(line->word[0], "features") != 0)
		return conf_fail(m, line, 0, "'%s' is not known here: title, maxphyaddr, features",
		                 line->word[0]);
	for (unsigned i = 1; i < line->nr_words; i++)
		if (!read_feature(c, line, i, m))
			return false;
	return true;
}

static bool read_geometry(struct tlb_geometry *g, const struct conf_line *line, struct message *m)
{
	uint64_t sets, ways;

	if (!conf_line_number(line, 1, 1, TLB_MAX, &sets, m) ||
	    !conf_line_number(line, 2, 1, TLB_MAX, &ways, m))
		return false;
	if (sets & (sets - 1))
		return conf_fail(m, line, 1, "the number of sets must be a power of two, not %s",
		                 line->word[1]);
	*g = (struct tlb_geometry){ (unsigned)sets, (unsigned)ways };
	return true;
}

static bool read_tlb_line(struct cpu_model *c, const struct conf_line *line, struct message *m)
{
	if (strcmp(line->word[0], "shared_sizes") == 0) {
		if (line->nr_words == 2 && conf_bool(line->word[1], &c->shared_sizes))
			return true;
		return conf_fail(m, line, 1, "shared_sizes is yes or no");
	}
	for (unsigned i = 0; i < TLB_ARRAYS; i++)
		if (strcmp(line->word[0], arrays[i]) == 0)
			return read_geometry(&c->tlb[i], line, m);
	return conf_fail(m, line, 0,
	                 "'%s' is not known here: i4k, ilarge, d4k, dlarge, shared_sizes",
	                 line->word[0]);
}

static bool read_model_line(void *ctx, const struct conf_line *line, struct message *m)
{
	if (!line->section[0])
		return read_cpu_line(ctx, line, m);
	if (strcmp(line->section, "tlb") == 0)
		return read_tlb_line(ctx, line, m);
	return conf_fail(m, line, 0, "a CPU model has no section [%s]", line->section);
}

static bool check_tlb(const struct cpu_model *c, const char *path, struct message *m)
{
	bool large = c->tlb[TLB_ILARGE].sets || c->tlb[TLB_DLARGE].sets;

	if (!c->tlb[TLB_D4K].sets)
		return fail(m, "%.100s: [tlb] has no d4k, but every access needs a TLB", path);
	if (c->shared_sizes && large)
		return fail(m, "%.100s: ilarge and dlarge contradict shared_sizes", path);
	if (!c->shared_sizes && (c->pse || c->pae) && !c->tlb[TLB_DLARGE].sets)
		return fail(m, "%.100s: [tlb] has no place for large pages: dlarge or shared_sizes",
		            path);
	if (tlb_capacity(c) > TLB_MAX)
		return fail(m, "%.100s: more than %d TLB entries", path, TLB_MAX);
	return true;
}

static bool check_model(const struct cpu_model *c, const char *path, struct message *m)
{
	if (!c->title[0] || !c->maxphyaddr)
		return fail(m, "%.100s: title and maxphyaddr must be there", path);
	if (c->pse36 && !c->pse)
		return fail(m, "%.100s: pse36 needs pse", path);
	if (c->nx && !c->pae)
		return fail(m, "%.100s: nx needs pae", path);
	if (c->maxphyaddr > 32 && !c->pae && !c->pse36)
		return fail(m, "%.100s: %u address bits need pae or pse36", path, c->maxphyaddr);
	return check_tlb(c, path, m);
}

bool cpu_model_read(struct cpu_model *model, const char *name, struct message *m)
{
	struct cpu_model c = { .maxphyaddr = 0 };
	char path[4096];

	if (strlen(name) >= sizeof(c.name))
		return fail(m, "'%.40s' cannot be the name of a CPU model", name);
	strcpy(c.name, name);
	if (!conf_data_find("cpus", name, "CPU model", path, sizeof(path), m))
		return false;
	if (!conf_read(path, read_model_line, &c, m) || !check_model(&c, path, m))
		return false;
	*model = c;
	return true;
}
