/*
 * The firmware's memory map: INT 15h, function E820 (ACPI 6, 15.1), as a file or from a size.
 *
 * A real map may be out of order and overlap, and the kernel has to make sense of it. Here a map
 * is something a person wrote: an overlap is a mistake, and saying where it stands helps more
 * than guessing which of the two lines was meant.
 */
#include "machine/conf.h"
#include "machine/phys.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define EBDA_START 0x9fc00ull  /* extended BIOS data area */
#define VIDEO_START 0xa0000ull /* video memory: nobody reports it */
#define BIOS_START 0xf0000ull
#define HIGH_START 0x100000ull
#define LEAST_RAM (2ull << 20)
#define FOUR_GIB (1ull << 32)

/** A map in the making; lines[] remembers where each entry stands, for complaints. */
struct map_reader {
	struct e820_map map;
	unsigned lines[E820_MAX];
};

const char *e820_type_name(enum e820_type type)
{
	switch (type) {
	case E820_RAM:
		return "usable";
	case E820_RESERVED:
		return "reserved";
	case E820_ACPI:
		return "ACPI data";
	case E820_NVS:
		return "ACPI NVS";
	}
	return "unknown";
}

bool e820_from_ram(struct e820_map *map, uint64_t bytes, struct message *m)
{
	if (bytes < LEAST_RAM || bytes > 1ull << PHYS_MAX_BITS)
		return fail(m, "a machine has between 2 MiB and 2^52 bytes of RAM, not %" PRIu64,
		            bytes);
	if (bytes % PAGE_SIZE)
		return fail(m,
		            "RAM comes in pages of 4096 bytes; %" PRIu64 " is no multiple of that",
		            bytes);
	*map = (struct e820_map){
		.nr = 4,
		.entry = {
			{ 0, EBDA_START, E820_RAM },
			{ EBDA_START, VIDEO_START, E820_RESERVED },
			{ BIOS_START, HIGH_START, E820_RESERVED },
			{ HIGH_START, bytes, E820_RAM },
		},
	};
	return true;
}

uint64_t e820_end_of_ram(const struct e820_map *map)
{
	uint64_t end = 0;

	for (unsigned i = 0; i < map->nr; i++)
		if (map->entry[i].type == E820_RAM)
			end = map->entry[i].end;
	return end;
}

bool e820_fits(const struct e820_map *map, unsigned maxphyaddr, struct message *m)
{
	uint64_t end = e820_end_of_ram(map);

	if (end <= 1ull << maxphyaddr)
		return true;
	return fail(m,
	            "RAM up to 0x%" PRIx64 " is out of reach: the CPU has %u physical address bits",
	            end, maxphyaddr);
}

/* A hex number with or without 0x, of any length that fits. */
static bool hex_number(const char *word, uint64_t *value)
{
	const char *s = word[0] == '0' && (word[1] == 'x' || word[1] == 'X') ? word + 2 : word;
	size_t len = strspn(s, "0123456789abcdefABCDEF");

	if (!len || s[len])
		return false;
	while (len > 1 && *s == '0')
		s++, len--;
	if (len > 16)
		return false;
	*value = strtoull(s, NULL, 16);
	return true;
}

static bool read_address(const struct conf_line *line, unsigned i, uint64_t *value,
                         struct message *m)
{
	if (i >= line->nr_words)
		return conf_fail(m, line, i, "a range needs START END TYPE");
	if (!hex_number(line->word[i], value))
		return conf_fail(m, line, i, "'%s' is not an address in hex", line->word[i]);
	if (*value >> PHYS_MAX_BITS)
		return conf_fail(m, line, i, "%s is beyond 52 bits of physical address",
		                 line->word[i]);
	return true;
}

static bool read_type(const struct conf_line *line, enum e820_type *type, struct message *m)
{
	static const struct {
		const char *word;
		enum e820_type type;
	} words[] = {
		{ "usable", E820_RAM },    { "ram", E820_RAM },     { "reserved", E820_RESERVED },
		{ "acpi", E820_ACPI },     { "nvs", E820_NVS },     { "ACPI data", E820_ACPI },
		{ "ACPI NVS", E820_NVS },
	};
	char text[32];

	if (line->nr_words < 3)
		return conf_fail(m, line, 2, "a range needs START END TYPE");
	conf_line_rest(line, 2, text, sizeof(text));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcasecmp(text, words[i].word) == 0) {
			*type = words[i].type;
			return true;
		}
	}
	return conf_fail(m, line, 2, "'%s' is no type: usable, reserved, ACPI data or ACPI NVS",
	                 text);
}

/* Puts the entry in its place among the sorted ones; an overlap is the later line's fault. */
static bool insert(struct map_reader *r, const struct conf_line *line, struct e820_entry e,
                   struct message *m)
{
	unsigned i = r->map.nr;

	while (i && r->map.entry[i - 1].start > e.start)
		i--;
	for (unsigned j = i ? i - 1 : 0; j <= i && j < r->map.nr; j++)
		if (r->map.entry[j].start < e.end && e.start < r->map.entry[j].end)
			return conf_fail(m, line, 0, "this range overlaps that of line %u",
			                 r->lines[j]);
	memmove(&r->map.entry[i + 1], &r->map.entry[i], (r->map.nr - i) * sizeof(e));
	memmove(&r->lines[i + 1], &r->lines[i], (r->map.nr - i) * sizeof(r->lines[0]));
	r->map.entry[i] = e;
	r->lines[i] = line->line;
	r->map.nr++;
	return true;
}

static bool read_range(void *ctx, const struct conf_line *line, struct message *m)
{
	struct map_reader *r = ctx;
	struct e820_entry e;
	uint64_t last;

	if (line->section[0] && strcmp(line->section, "e820") != 0)
		return conf_fail(m, line, 0, "a memory map has no section [%s]", line->section);
	if (r->map.nr == E820_MAX)
		return conf_fail(m, line, 0, "more than %d ranges", E820_MAX);
	if (!read_address(line, 0, &e.start, m) || !read_address(line, 1, &last, m) ||
	    !read_type(line, &e.type, m))
		return false;
	if (last < e.start)
		return conf_fail(m, line, 1, "the range ends (%s) before it begins (%s)",
		                 line->word[1], line->word[0]);
	e.end = last + 1;
	return insert(r, line, e, m);
}

/* The bytes of whole usable pages between 1 MiB and 4 GiB, where a kernel is loaded. */
static bool has_room_for_kernel(const struct e820_map *map)
{
	for (unsigned i = 0; i < map->nr; i++) {
		const struct e820_entry *e = &map->entry[i];
		uint64_t start = e->start < HIGH_START ? HIGH_START : e->start;
		uint64_t end = e->end > FOUR_GIB ? FOUR_GIB : e->end;

		start = (start + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
		if (e->type == E820_RAM && start + PAGE_SIZE <= end)
			return true;
	}
	return false;
}

bool e820_read(struct e820_map *map, const char *path, struct message *m)
{
	struct map_reader r = { .map.nr = 0 };

	if (!conf_read(path, read_range, &r, m))
		return false;
	if (!has_room_for_kernel(&r.map))
		return fail(m, "%.100s: there is no usable RAM between 1 MiB and 4 GiB", path);
	*map = r.map;
	return true;
}
