/*
 * Comparing two profiles.
 *
 * The keys come from the one table that reads them (profile_key()), so that a key nobody compares
 * cannot exist. Of the lists each row has a name, and rows of one name are compared: a slot by its
 * place in the enum, a fixmap entry by its size, its condition and what comes before it (the index
 * of every later entry moves with each new one, which would say nothing), a message by its words.
 * Messages of one name are matched by their number; lines that are printed as they stand have
 * no name, and are matched by what they say.
 *
 * What follows from the differences (addresses, zones) is not compared: `boot` both and look.
 */
#include "kernel/profile_diff.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NAME 40
#define VALUE (PROFILE_REPORT_TEXT + 40)

/** A row of a list: what it is matched by, how it is called, what it says. */
struct row {
	char id[VALUE], name[NAME], value[VALUE];
};

/* --- the lists --------------------------------------------------------------------------------- */

static unsigned nr_options(const struct profile *p)
{
	return p->nr_options;
}

static void option_row(const struct profile *p, unsigned i, struct row *r)
{
	snprintf(r->name, sizeof(r->name), "%s", p->option[i].name);
	snprintf(r->value, sizeof(r->value), "%s", p->option[i].value ? "yes" : "no");
}

/* The number of slots first, then those with names. */
static unsigned nr_slots(const struct profile *p)
{
	unsigned n = 1;

	while (n <= p->nr_slots && p->slot[n - 1][0])
		n++;
	return n;
}

static void slot_row(const struct profile *p, unsigned i, struct row *r)
{
	snprintf(r->name, sizeof(r->name), "%s", i ? p->slot[i - 1] : "count");
	snprintf(r->value, sizeof(r->value), "%u", i ? i - 1 : p->nr_slots);
}

static unsigned nr_fixmap(const struct profile *p)
{
	return p->nr_fixmap;
}

static void fixmap_row(const struct profile *p, unsigned i, struct row *r)
{
	const struct fixmap_row *f = &p->fixmap[i];
	char pages[16] = "slots";

	if (f->pages)
		snprintf(pages, sizeof(pages), "%u", f->pages);
	snprintf(r->name, sizeof(r->name), "%s", f->name);
	snprintf(r->value, sizeof(r->value), "%s%s%s%s, %s%s", pages, f->option[0] ? " if " : "",
	         f->option, f->boot ? " at boot" : "", i ? "after " : "first",
	         i ? p->fixmap[i - 1].name : "");
}

static unsigned nr_reserved(const struct profile *p)
{
	return p->nr_reserved;
}

static void reserved_row(const struct profile *p, unsigned i, struct row *r)
{
	snprintf(r->name, sizeof(r->name), "%s", p->reserved[i].name);
	snprintf(r->value, sizeof(r->value), "0x%" PRIx64 " to 0x%" PRIx64, p->reserved[i].start,
	         p->reserved[i].end);
}

static unsigned nr_texts(const struct profile *p)
{
	return p->nr_texts;
}

static void text_row(const struct profile *p, unsigned i, struct row *r)
{
	unsigned before = 0;

	for (unsigned k = 0; k < i; k++)
		before += !strcmp(p->text[k].key, p->text[i].key);
	snprintf(r->name, sizeof(r->name), "%s", p->text[i].key);
	snprintf(r->value, sizeof(r->value), "%s", p->text[i].text);
	if (!strcmp(r->name, "line"))
		snprintf(r->id, sizeof(r->id), "%s", r->value);
	else
		snprintf(r->id, sizeof(r->id), "%s %u", r->name, before);
}

static unsigned nr_report(const struct profile *p)
{
	return p->nr_report;
}

static void report_row(const struct profile *p, unsigned i, struct row *r)
{
	snprintf(r->name, sizeof(r->name), "%s", p->report[i].key);
	snprintf(r->value, sizeof(r->value), "%s", p->report[i].text);
	snprintf(r->id, sizeof(r->id), "%s", strcmp(r->name, "line") ? r->name : r->value);
}

static const struct list {
	const char *section;
	unsigned (*count)(const struct profile *p);
	void (*row)(const struct profile *p, unsigned i, struct row *r);
} lists[] = {
	{ "options", nr_options, option_row },    { "slots", nr_slots, slot_row },
	{ "fixmap", nr_fixmap, fixmap_row },      { "reserved", nr_reserved, reserved_row },
	{ "boot", nr_texts, text_row },           { "show_mem", nr_report, report_row },
};

#define LISTS (sizeof(lists) / sizeof(lists[0]))

const char *profile_list_name(unsigned i)
{
	return i < LISTS ? lists[i].section : NULL;
}

/* --- comparing --------------------------------------------------------------------------------- */

static void read_row(const struct list *l, const struct profile *p, unsigned i, struct row *r)
{
	memset(r, 0, sizeof(*r));
	l->row(p, i, r);
	if (!r->id[0])
		snprintf(r->id, sizeof(r->id), "%s", r->name);
}

/* The row of p that matches `wanted`; false: p has none. */
static bool find_row(const struct list *l, const struct profile *p, const struct row *wanted,
                     struct row *found)
{
	for (unsigned i = 0; i < l->count(p); i++) {
		read_row(l, p, i, found);
		if (!strcmp(found->id, wanted->id))
			return true;
	}
	return false;
}

static unsigned diff_list(const struct list *l, const struct profile *a, const struct profile *b,
                          profile_diff_fn *fn, void *ctx)
{
	struct row r, other;
	unsigned n = 0;

	for (unsigned i = 0; i < l->count(a); i++) {
		bool both;

		read_row(l, a, i, &r);
		both = find_row(l, b, &r, &other);
		if (both && !strcmp(r.value, other.value))
			continue;
		fn(ctx, l->section, r.name, r.value, both ? other.value : NULL);
		n++;
	}
	for (unsigned i = 0; i < l->count(b); i++) {
		read_row(l, b, i, &r);
		if (find_row(l, a, &r, &other))
			continue;
		fn(ctx, l->section, r.name, NULL, r.value);
		n++;
	}
	return n;
}

static unsigned diff_keys(const struct profile *a, const struct profile *b, profile_diff_fn *fn,
                          void *ctx)
{
	const char *section, *key;
	char va[VALUE], vb[VALUE];
	unsigned n = 0;

	for (unsigned i = 0; profile_key(i, &section, &key); i++) {
		profile_value(a, i, va, sizeof(va));
		profile_value(b, i, vb, sizeof(vb));
		if (!strcmp(va, vb))
			continue;
		fn(ctx, section, key, va, vb);
		n++;
	}
	return n;
}

unsigned profile_diff(const struct profile *a, const struct profile *b, profile_diff_fn *fn,
                      void *ctx)
{
	unsigned n = diff_keys(a, b, fn, ctx);

	for (size_t i = 0; i < LISTS; i++)
		n += diff_list(&lists[i], a, b, fn, ctx);
	return n;
}
