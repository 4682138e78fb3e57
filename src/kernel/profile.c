/*
 * Reading data/kernels/VERSION.conf: a kernel generation as data.
 *
 * The numbers and rule words of the sections [kernel], [layout], [memory], [image] and [gfp] are
 * described by one table each: the key, what may stand there and where it goes. The lists (slots,
 * fixmap, options, boot messages) are read in profile_list.c. A key that no table has is an error,
 * so a misspelt rule cannot go unnoticed; a profile that says a key twice keeps the second.
 */
#include "kernel/boot.h"
#include "kernel/bounce.h"
#include "kernel/profile_list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum value_kind {
	VALUE_U32, VALUE_U64, VALUE_BOOL, VALUE_WORD, VALUE_WORDS, VALUE_TEXT, VALUE_ATOMIC,
};

/** A key of the profile. Words are given as "one two three"; the value is their number, and for
 * VALUE_WORDS the bits 1 << number. */
struct profile_key {
	const char *section, *key;
	enum value_kind kind;
	size_t offset;
	uint64_t max; /* of a number; bytes of a text */
	const char *words;
};

#define AT(field) offsetof(struct profile, field)
#define NUMBER(section, field, max) { section, #field, VALUE_U32, AT(field), max, NULL }
#define NUMBER64(section, field, max) { section, #field, VALUE_U64, AT(field), max, NULL }
#define SWITCH(section, field) { section, #field, VALUE_BOOL, AT(field), 0, NULL }
#define RULE(section, field, words) { section, #field, VALUE_WORD, AT(field), 0, words }
#define IMAGE(field) { "image", #field, VALUE_U32, AT(image.field), 1u << 20, NULL }
#define GFP(name, bit) { "gfp", name, VALUE_U32, AT(gfp[bit]), UINT32_MAX, NULL }
#define PFN_MAX (1ull << 40)
#define SPLIT_WORDS "3g 3g_opt 2g 2g_opt 1g 3.5g 4g4g" /* enum split_config */

static const struct profile_key keys[] = {
	{ "kernel", "title", VALUE_TEXT, AT(title), sizeof(((struct profile *)0)->title), NULL },
	{ "kernel", "source", VALUE_TEXT, AT(source), sizeof(((struct profile *)0)->source), NULL },
	{ "kernel", "atomic", VALUE_ATOMIC, AT(atomic), 0, NULL },
	RULE("kernel", pkmap_flush, "always if_needed"),
	RULE("kernel", flush_range, "ignored honoured"),
	RULE("kernel", smp_call, "held queued together"),
	SWITCH("kernel", flush_reloads_cr3),
	SWITCH("kernel", cow_sets_first),
	RULE("kernel", slot_check, "unsigned signed"),
	RULE("kernel", zero_page, "none plain special"),
	RULE("kernel", slot_argument, "chooses ignored refused gone"),
	SWITCH("kernel", kmap_bugs),
	SWITCH("kernel", clear_kmaps),
	SWITCH("kernel", kmap_flush_unused),
	RULE("kernel", vmalloc, "flushed by_entry lazy drained"),
	NUMBER("kernel", vmap_lazy, 1u << 20),
	SWITCH("kernel", vunmap_lazy),
	NUMBER("kernel", vmap_gap, 16),
	SWITCH("kernel", kmap_to_page),
	SWITCH("kernel", kunmap_may_sleep),
	NUMBER("kernel", nr_cpus_max, 4096),
	NUMBER("kernel", nr_cpus_bigsmp, 4096),
	NUMBER("kernel", preempt_bits, 16),
	NUMBER("kernel", softirq_bits, 16),
	NUMBER("kernel", hardirq_bits, 16),
	NUMBER("kernel", nmi_bits, 8),
	SWITCH("kernel", bh_disable_two),
	{ "kernel", "splits", VALUE_WORDS, AT(splits), 0, SPLIT_WORDS },
	SWITCH("kernel", nx),
	SWITCH("kernel", pae_choice),
	SWITCH("kernel", slots_fenced),
	SWITCH("kernel", slot_same_kept),
	NUMBER("layout", fixaddr_top, UINT32_MAX),
	NUMBER("layout", vmalloc_reserve, 1u << 30),
	NUMBER("layout", vmalloc_offset, 1u << 28),
	NUMBER("layout", page_offset_4g4g, UINT32_MAX),
	NUMBER("layout", task_size_4g4g, UINT32_MAX),
	SWITCH("layout", vmalloc_fixed),
	SWITCH("layout", vmalloc_adds_offset),
	RULE("layout", maxmem, "from_reserve from_vmalloc_end"),
	RULE("layout", vmalloc_start, "rounded unrounded"),
	RULE("layout", btmap, "always_advance if_crossing unrounded"),
	NUMBER("layout", btmap_pages, 1024),
	NUMBER("layout", cpu_entry_pages, 256),
	NUMBER("layout", pkmap_base, UINT32_MAX),
	RULE("layout", reservetop, "none adds moves rounds"),
	NUMBER("memory", sizeof_page, 128),
	NUMBER("memory", sizeof_page_memcg, 128),
	NUMBER("memory", sizeof_page_nohighmem, 128),
	NUMBER("memory", sizeof_page_nopae, 128),
	SWITCH("memory", memmap_from_zone),
	SWITCH("memory", zones_managed),
	SWITCH("memory", node_beyond),
	SWITCH("memory", keeps_max_pfn),
	SWITCH("memory", holes_present),
	SWITCH("memory", mem_cuts_map),
	SWITCH("memory", trim_bios),
	NUMBER64("memory", first_pfn, 4096),
	NUMBER64("memory", mem_map_goal, 1u << 30),
	SWITCH("memory", btmap_table_kept),
	NUMBER("memory", early_tables, 1024),
	NUMBER64("memory", swiotlb, 1u << 30),
	NUMBER64("memory", max_arch_pfn, PFN_MAX),
	NUMBER64("memory", max_arch_pfn_pae, PFN_MAX),
	RULE("memory", watermark, "quarters scale share extra"),
	RULE("memory", oom, "none badness score"),
	SWITCH("memory", alloc_starts_over),
	SWITCH("memory", dma_apart),
	SWITCH("memory", numa),
	RULE("memory", zonelist, "zone node"),
	NUMBER("memory", min_free_max, 1u << 30),
	NUMBER("memory", batch_max, 1u << 16),
	NUMBER("memory", max_order, MAX_ORDER),
	RULE("memory", bounce, "emergency mempool high_only"),
	NUMBER("memory", bounce_pages, BOUNCE_POOL_MAX),
	NUMBER("memory", bounce_pages_isa, BOUNCE_POOL_MAX),
	{ "image", "start", VALUE_U64, AT(image.start), 1u << 30, NULL },
	{ "image", "end", VALUE_U64, AT(image.end), 1u << 30, NULL },
	IMAGE(code), IMAGE(data), IMAGE(rodata), IMAGE(init), IMAGE(bss),
	GFP("dma", GFP_BIT_DMA), GFP("highmem", GFP_BIT_HIGHMEM), GFP("wait", GFP_BIT_WAIT),
	GFP("high", GFP_BIT_HIGH), GFP("zero", GFP_BIT_ZERO), GFP("nowarn", GFP_BIT_NOWARN),
	GFP("io", GFP_BIT_IO), GFP("fs", GFP_BIT_FS), GFP("highio", GFP_BIT_HIGHIO),
	GFP("repeat", GFP_BIT_REPEAT), GFP("nofail", GFP_BIT_NOFAIL),
	GFP("noretry", GFP_BIT_NORETRY), GFP("nomemalloc", GFP_BIT_NOMEMALLOC),
	GFP("movable", GFP_BIT_MOVABLE), GFP("hardwall", GFP_BIT_HARDWALL),
	GFP("comp", GFP_BIT_COMP), GFP("atomic", GFP_BIT_ATOMIC), GFP("kswapd", GFP_BIT_KSWAPD),
	GFP("own", GFP_BIT_OWN),
};

/* The number of a word in a list of words, or -1. */
static int word_number(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (int i = 0; *words; i++) {
		size_t n = strcspn(words, " ");

		if (n == len && !memcmp(words, word, n))
			return i;
		words += n + (words[n] == ' ');
	}
	return -1;
}

static bool set_words(const struct profile_key *k, const struct conf_line *line, uint32_t *to,
                      struct message *m)
{
	uint32_t value = 0;

	if (line->nr_words < 2 || (k->kind == VALUE_WORD && line->nr_words > 2))
		return conf_fail(m, line, 2, "%s is one of: %s", k->key, k->words);
	for (unsigned i = 1; i < line->nr_words; i++) {
		int n = word_number(k->words, line->word[i]);

		if (n < 0)
			return conf_fail(m, line, i, "%s is one of: %s", k->key, k->words);
		value |= k->kind == VALUE_WORDS ? 1u << n : (uint32_t)n;
	}
	*to = value;
	return true;
}

static bool set_number(const struct profile_key *k, const struct conf_line *line, char *to,
                       struct message *m)
{
	uint64_t value;

	if (!conf_line_number(line, 1, 0, k->max, &value, m))
		return false;
	if (k->kind == VALUE_U64)
		*(uint64_t *)(void *)to = value;
	else
		*(uint32_t *)(void *)to = (uint32_t)value;
	return true;
}

/* The atomic rule is a word that the code for high memory resolves; kept as a word here. */
static bool set_atomic(struct profile *p, const struct conf_line *line, struct message *m)
{
	static const char *const words[] = { "typed", "typed_noclear", "stack", "local" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (line->nr_words == 2 && !strcmp(words[i], line->word[1])) {
			p->atomic = words[i];
			return true;
		}
	return conf_fail(m, line, 1, "atomic is one of: typed typed_noclear stack local");
}

static bool set_key(struct profile *p, const struct profile_key *k, const struct conf_line *line,
                    struct message *m)
{
	char *to = (char *)p + k->offset;

	if (line->nr_words > 2 && k->kind != VALUE_WORDS && k->kind != VALUE_TEXT)
		return conf_fail(m, line, 2, "one value is enough for %s", k->key);
	switch (k->kind) {
	case VALUE_U32:
	case VALUE_U64:
		return set_number(k, line, to, m);
	case VALUE_BOOL:
		if (line->nr_words == 2 && conf_bool(line->word[1], (bool *)(void *)to))
			return true;
		return conf_fail(m, line, 1, "%s is yes or no", k->key);
	case VALUE_WORD:
	case VALUE_WORDS:
		return set_words(k, line, (uint32_t *)(void *)to, m);
	case VALUE_TEXT:
		conf_line_rest(line, 1, to, k->max);
		return true;
	case VALUE_ATOMIC:
		return set_atomic(p, line, m);
	}
	return false;
}

static bool profile_line(void *ctx, const struct conf_line *line, struct message *m)
{
	struct profile *p = ctx;
	bool section = false;

	if (profile_list_section(line->section))
		return profile_list_line(p, line, m);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(keys[i].section, line->section))
			continue;
		section = true;
		if (!strcmp(keys[i].key, line->word[0]))
			return set_key(p, &keys[i], line, m);
	}
	if (!section)
		return conf_fail(m, line, 0, "a profile has no section [%s]", line->section);
	return conf_fail(m, line, 0, "[%s] has no key '%s'", line->section, line->word[0]);
}

bool profile_key(unsigned i, const char **section, const char **key)
{
	if (i >= sizeof(keys) / sizeof(keys[0]))
		return false;
	*section = keys[i].section;
	*key = keys[i].key;
	return true;
}

/* The words of a list whose bits are set. */
static void words_text(const char *words, uint32_t bits, char *buf, size_t size)
{
	size_t n = 0;

	buf[0] = '\0';
	for (unsigned i = 0; *words && n < size; i++) {
		size_t length = strcspn(words, " ");

		if (bits & 1u << i)
			n += (size_t)snprintf(buf + n, size - n, "%s%.*s", n ? " " : "", (int)length,
			                      words);
		words += length + (words[length] == ' ');
	}
}

/* Small numbers are counts, large ones addresses and sizes; GFP bits are a mask. */
static void number_text(const struct profile_key *k, uint64_t n, char *buf, size_t size)
{
	bool mask = n >= 65536 || !strcmp(k->section, "gfp");

	snprintf(buf, size, mask ? "0x%" PRIx64 : "%" PRIu64, n);
}

void profile_value(const struct profile *p, unsigned i, char *buf, size_t size)
{
	const struct profile_key *k = &keys[i];
	const void *from = (const char *)p + k->offset;

	switch (k->kind) {
	case VALUE_U32:
		number_text(k, *(const uint32_t *)from, buf, size);
		break;
	case VALUE_U64:
		number_text(k, *(const uint64_t *)from, buf, size);
		break;
	case VALUE_BOOL:
		snprintf(buf, size, "%s", *(const bool *)from ? "yes" : "no");
		break;
	case VALUE_WORD:
		words_text(k->words, 1u << *(const uint32_t *)from, buf, size);
		break;
	case VALUE_WORDS:
		words_text(k->words, *(const uint32_t *)from, buf, size);
		break;
	case VALUE_TEXT:
		snprintf(buf, size, "%s", (const char *)from);
		break;
	case VALUE_ATOMIC:
		snprintf(buf, size, "%s", p->atomic);
		break;
	}
}

/* What the rest of the floor relies on without asking again. */
static bool profile_check(const struct profile *p, const char *path, struct message *m)
{
	const char *why = NULL;

	if (!p->atomic)
		why = "[kernel] atomic is missing";
	else if (p->fixaddr_top < 0xc0000000u || p->fixaddr_top & 0xfff)
		why = "fixaddr_top must be a page address in the last GiB";
	else if (!p->nr_slots || !p->nr_fixmap)
		why = "[slots] and [fixmap] must not be empty";
	else if (p->sizeof_page < 16 || !p->max_order || !p->batch_max || !p->nr_cpus_max)
		why = "[memory] lacks sizeof_page, max_order or batch_max, or [kernel] nr_cpus_max";
	else if (!p->max_arch_pfn || !p->max_arch_pfn_pae || !p->splits)
		why = "max_arch_pfn, max_arch_pfn_pae and splits must not be missing";
	else if (p->image.start >= p->image.end || (p->image.start | p->image.end) & 0xfff)
		why = "[image] start and end must be page addresses, start below end";
	else if (p->splits & 1u << VMSPLIT_4G4G &&
	         (!p->page_offset_4g4g || p->page_offset_4g4g & 0xffffff ||
	          p->task_size_4g4g & 0xffffff || p->task_size_4g4g < 0xc0000000u ||
	          p->page_offset_4g4g > 0x40000000u))
		why = "splits has 4g4g: page_offset_4g4g (up to 1 GiB) and task_size_4g4g (3 GiB or "
		      "more) must be multiples of 16 MiB";
	else if (p->btmap == BTMAP_ALWAYS_ADVANCE && !p->btmap_pages)
		why = "btmap always_advance needs btmap_pages";
	return why ? fail(m, "%.120s: %s", path, why) : true;
}

struct profile *profile_read(const char *version, struct message *m)
{
	char name[64], path[4096];
	struct profile *p;

	if (!*version || strlen(version) >= sizeof(p->name) || strchr(version, '/')) {
		fail(m, "'%.24s' is no kernel version", version);
		return NULL;
	}
	snprintf(name, sizeof(name), "kernels/%s.conf", version);
	if (!conf_data_path(name, path, sizeof(path), m)) {
		char names[128];

		conf_data_names("kernels", names, sizeof(names));
		fail(m, "there is no kernel %s; there are: %s", version, names);
		return NULL;
	}
	p = calloc(1, sizeof(*p));
	if (!p)
		abort();
	snprintf(p->name, sizeof(p->name), "%s", version);
	if (conf_read(path, profile_line, p, m) && profile_check(p, path, m))
		return p;
	profile_free(p);
	return NULL;
}

void profile_free(struct profile *p)
{
	free(p);
}

const char *profile_text(const struct profile *p, const char *key)
{
	for (unsigned i = 0; i < p->nr_texts; i++)
		if (!strcmp(p->text[i].key, key))
			return p->text[i].text;
	return NULL;
}

int profile_slot(const struct profile *p, const char *name)
{
	if (!strncasecmp(name, "KM_", 3))
		name += 3;
	for (unsigned i = 0; *name && i < p->nr_slots; i++)
		if (!strcasecmp(p->slot[i], name))
			return (int)i;
	return -1;
}
