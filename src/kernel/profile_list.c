/*
 * The lists of a profile:
 *
 *	[options]               build options that move addresses, and their defaults
 *	mmconfig = yes
 *	[slots]                 the kmap slots of one CPU, in the order of the kernel's enum
 *	USER0
 *	count = 16              or only their number, where slots have no names
 *	[fixmap]                the entries from index 0 on: name, pages, build option
 *	IO_APIC = 64 io_apic
 *	KMAP = slots highmem    the kmap slots: nr_slots x NR_CPUS pages
 *	BTMAP = boot            the boot-time ioremap; permanent entries end here
 *	[reserved]              what is set aside first: name, first byte, end
 *	TRAMPOLINE = 0x6000 0x7000
 *	[boot]                  what the kernel prints, in order: which message, and its words
 *	lowmem_mb = {mb}MB LOWMEM available.
 *	[show_mem]              the memory report, in order: which line, and its words
 *	zone = {name} free:{free}kB min:{min}kB
 */
#include "kernel/messages.h"
#include "kernel/profile_list.h"
#include "kernel/show_mem.h"
#include "kernel/text.h"

#include <stdio.h>
#include <string.h>

/* Copies a word that has to fit. */
static bool take_word(char *to, size_t size, const struct conf_line *line, unsigned i,
                      struct message *m)
{
	if (i >= line->nr_words)
		return conf_fail(m, line, i, "a word is missing");
	if (strlen(line->word[i]) >= size)
		return conf_fail(m, line, i, "'%.40s' is too long (%zu bytes at most)",
		                 line->word[i], size - 1);
	strcpy(to, line->word[i]);
	return true;
}

static bool option_line(struct profile *p, const struct conf_line *line, struct message *m)
{
	struct build_option *o = &p->option[p->nr_options];

	if (p->nr_options == PROFILE_OPTIONS)
		return conf_fail(m, line, 0, "more than %d options", PROFILE_OPTIONS);
	if (!take_word(o->name, sizeof(o->name), line, 0, m))
		return false;
	if (line->nr_words != 2 || !conf_bool(line->word[1], &o->value))
		return conf_fail(m, line, 1, "an option is yes or no");
	p->nr_options++;
	return true;
}

static bool slot_line(struct profile *p, const struct conf_line *line, struct message *m)
{
	uint64_t count;

	if (!strcmp(line->word[0], "count")) {
		if (!conf_line_number(line, 1, p->nr_slots + 1, PROFILE_SLOTS, &count, m))
			return false;
		p->nr_slots = (unsigned)count;
		return true;
	}
	if (p->nr_slots == PROFILE_SLOTS)
		return conf_fail(m, line, 0, "more than %d slots", PROFILE_SLOTS);
	if (line->nr_words > 1)
		return conf_fail(m, line, 1, "a slot is one name to a line");
	if (!take_word(p->slot[p->nr_slots], sizeof(p->slot[0]), line, 0, m))
		return false;
	p->nr_slots++;
	return true;
}

/* The row of the boot-time ioremap is no row of the table: it divides it. */
static bool after_btmap(const struct profile *p)
{
	return p->nr_fixmap && p->fixmap[p->nr_fixmap - 1].boot;
}

static bool option_known(const struct profile *p, const char *name)
{
	for (unsigned i = 0; i < p->nr_options; i++)
		if (!strcmp(p->option[i].name, name))
			return true;
	return !strcmp(name, "highmem");
}

static bool fixmap_line(struct profile *p, const struct conf_line *line, struct message *m)
{
	struct fixmap_row *row = &p->fixmap[p->nr_fixmap];
	uint64_t pages = 0;

	if (p->nr_fixmap == PROFILE_FIXMAP)
		return conf_fail(m, line, 0, "more than %d fixmap entries", PROFILE_FIXMAP);
	if (!take_word(row->name, sizeof(row->name), line, 0, m))
		return false;
	row->boot = after_btmap(p);
	if (line->nr_words > 1 && !strcmp(line->word[1], "boot")) {
		row->boot = true;
		row->pages = p->btmap_pages;
	} else if (line->nr_words < 2 || strcmp(line->word[1], "slots")) {
		if (!conf_line_number(line, 1, 1, 1024, &pages, m))
			return false;
		row->pages = (uint32_t)pages;
	}
	if (line->nr_words > 2 && !take_word(row->option, sizeof(row->option), line, 2, m))
		return false;
	if (line->nr_words > 2 && !option_known(p, row->option))
		return conf_fail(m, line, 2, "[options] does not have '%s'", row->option);
	p->nr_fixmap++;
	return true;
}

static bool reserved_line(struct profile *p, const struct conf_line *line, struct message *m)
{
	struct reserved_row *r = &p->reserved[p->nr_reserved];

	if (p->nr_reserved == PROFILE_RESERVED)
		return conf_fail(m, line, 0, "more than %d reserved ranges", PROFILE_RESERVED);
	if (!take_word(r->name, sizeof(r->name), line, 0, m) ||
	    !conf_line_number(line, 1, 0, 1u << 20, &r->start, m) ||
	    !conf_line_number(line, 2, r->start + 1, 1u << 20, &r->end, m))
		return false;
	p->nr_reserved++;
	return true;
}

static bool boot_line(struct profile *p, const struct conf_line *line, struct message *m)
{
	char *text = p->text[p->nr_texts].text;

	if (p->nr_texts == PROFILE_TEXTS)
		return conf_fail(m, line, 0, "more than %d messages", PROFILE_TEXTS);
	if (!boot_message_known(line->word[0]))
		return conf_fail(m, line, 0, "there is no boot message '%.40s'", line->word[0]);
	if (!take_word(p->text[p->nr_texts].key, sizeof(p->text[0].key), line, 0, m))
		return false;
	conf_line_rest(line, 1, text, PROFILE_TEXT);
	if (!*text || !text_valid(text))
		return conf_fail(m, line, 1, "a hole is {name}, {name:FORMAT} or {BLANKS}");
	p->nr_texts++;
	return true;
}

/* A line of the memory report. */
static bool report_line(struct profile *p, const struct conf_line *line, struct message *m)
{
	char *text = p->report[p->nr_report].text;

	if (p->nr_report == PROFILE_REPORT)
		return conf_fail(m, line, 0, "more than %d lines", PROFILE_REPORT);
	if (!show_mem_line_known(line->word[0]))
		return conf_fail(m, line, 0, "a memory report has no line '%.40s'", line->word[0]);
	if (!take_word(p->report[p->nr_report].key, sizeof(p->report[0].key), line, 0, m))
		return false;
	conf_line_rest(line, 1, text, PROFILE_REPORT_TEXT);
	if (!*text || !text_valid(text))
		return conf_fail(m, line, 1, "a hole is {name}, {name:FORMAT} or {BLANKS}");
	p->nr_report++;
	return true;
}

static const struct list_section {
	const char *name;
	bool (*line)(struct profile *p, const struct conf_line *line, struct message *m);
} lists[] = {
	{ "options", option_line },
	{ "slots", slot_line },
	{ "fixmap", fixmap_line },
	{ "reserved", reserved_line },
	{ "boot", boot_line },
	{ "show_mem", report_line },
};

static const struct list_section *find_list(const char *section)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (!strcmp(lists[i].name, section))
			return &lists[i];
	return NULL;
}

bool profile_list_section(const char *section)
{
	return find_list(section) != NULL;
}

bool profile_list_line(struct profile *p, const struct conf_line *line, struct message *m)
{
	return find_list(line->section)->line(p, line, m);
}
