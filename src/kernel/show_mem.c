/*
 * The memory report: show_mem() and show_free_areas() of mm/page_alloc.c, lib/show_mem.c and
 * arch/i386/mm/pgtable.c.
 *
 * Which lines a generation prints, in which order and in which words, stands in its profile; each
 * line has a name, which tells how often it is printed (once, for each zone, for each zone and CPU)
 * and what its holes mean. All numbers are read off the zones, mem_map and the block layer at that
 * moment. What the model has none of reads 0, as it would on a machine that has none of it: swap,
 * dirty pages, pages under writeback, shared memory, the per-CPU lists of free pages, kernel stacks
 * (which are not in the simulated RAM).
 *
 * Anonymous pages are counted as active and the file's as inactive, which is the list on which each
 * begins. Left out: the letters of migrate types behind 6.1's block counts.
 */
#include "kernel/show_mem.h"

#include "kernel/numa.h"
#include "kernel/text.h"
#include "kernel/world.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What the frames of a range are used for. */
struct page_counts {
	uint64_t anon, file, slab, pagetables, shared, nonshared, used;
};

/* A line being printed: for which zone, if for one. */
struct report {
	struct world *w;
	const char *text;
	const struct zone *zone;
	struct page_counts all;
};

static void count_page(struct page_counts *n, const struct page *page)
{
	n->used++;
	n->anon += page->use == PAGE_ANON;
	n->file += page->use == PAGE_CACHE;
	n->slab += page->use == PAGE_SLAB;
	n->pagetables += page->use == PAGE_PGTABLE;
	n->nonshared += page->refs == 1;
	n->shared += page->refs > 1 ? page->refs - 1 : 0;
}

/* The frames of a zone that are in use and have a struct page of their own: blocks of the table that
 * nobody wrote have none, and there are thousands of them with 64 GB. */
static struct page_counts count_zone(const struct world *w, const struct zone *z)
{
	const uint64_t per = SPARSE_PER(struct page), end = z->start_pfn + z->spanned;
	uint64_t block = z->start_pfn / per;
	struct page_counts n = { 0 };
	const struct page *page;

	for (; (page = sparse_next(&w->kernel.mem_map, &block)) && block * per < end; block++)
		for (uint64_t i = 0; i < per; i++)
			if (block * per + i >= z->start_pfn && block * per + i < end &&
			    page[i].use != PAGE_FREE)
				count_page(&n, &page[i]);
	return n;
}

static void add_counts(struct page_counts *to, const struct page_counts *n)
{
	to->anon += n->anon;
	to->file += n->file;
	to->slab += n->slab;
	to->pagetables += n->pagetables;
	to->shared += n->shared;
	to->nonshared += n->nonshared;
	to->used += n->used;
}

static void say(const struct report *r, const struct hole *holes)
{
	char line[DMESG_LINE];

	text_fill(line, sizeof(line), r->text, holes);
	printk(r->w, "%s", line);
}

#define SAY(r, ...) say((r), (const struct hole[]){ __VA_ARGS__, HOLES_END })

/* --- lines printed once ----------------------------------------------------------------------- */

static uint64_t sum_free(const struct kernel *k, unsigned from)
{
	uint64_t pages = 0;

	for (unsigned i = from; i < k->nr_zones; i++)
		pages += k->zone[i].free;
	return pages;
}

static uint64_t sum_spanned(const struct kernel *k, unsigned from)
{
	uint64_t pages = 0;

	for (unsigned i = from; i < k->nr_zones; i++)
		pages += k->zone[i].spanned;
	return pages;
}

static void once(const struct report *r)
{
	const struct kernel *k = &r->w->kernel;
	uint64_t free = sum_free(k, 0), spanned = sum_spanned(k, 0);

	SAY(r, HOLE("anon", r->all.anon), HOLE("file", r->all.file), HOLE("slab", r->all.slab),
	    HOLE("anon_kb", r->all.anon * 4), HOLE("file_kb", r->all.file * 4),
	    HOLE("pagetables", r->all.pagetables), HOLE("pagetables_kb", r->all.pagetables * 4),
	    HOLE("bounce", k->block.nr_bounce), HOLE("free", free), HOLE("free_kb", free * 4),
	    HOLE("high_free_kb", sum_free(k, ZONE_HIGHMEM) * 4), HOLE("ram", spanned),
	    HOLE("high", sum_spanned(k, ZONE_HIGHMEM)),
	    HOLE("reserved", spanned - free - r->all.used), HOLE("shared", r->all.shared),
	    HOLE("nonshared", r->all.nonshared));
}

static void highmem_only(const struct report *r)
{
	if (r->w->kernel.layout.highmem)
		once(r);
}

/* --- lines for each zone ---------------------------------------------------------------------- */

static void one_zone(const struct report *r)
{
	const struct zone *z = r->zone;
	struct page_counts n = count_zone(r->w, z);
	char name[32];

	SAY(r, HOLE_WORD("name", zone_label(r->w, z, name, sizeof(name))),
	    HOLE("free", z->free * 4), HOLE("min", z->min * 4),
	    HOLE("low", z->low * 4), HOLE("high", z->high * 4), HOLE("present", z->present * 4),
	    HOLE("managed", z->managed * 4), HOLE("anon", n.anon * 4), HOLE("file", n.file * 4),
	    HOLE("slab", n.slab * 4), HOLE("pagetables", n.pagetables * 4),
	    HOLE_WORD("unreclaimable", z->free > z->high ? "no" : "yes"));
}

/* The reserves, a class each, the last for the Movable zone. */
static void reserve(const struct report *r)
{
	char list[80];
	size_t n = 0;

	for (unsigned i = 0; i <= MAX_NR_ZONES && i <= r->w->kernel.layout.highmem + 2u; i++)
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%" PRIu64, i ? " " : "",
		                      r->zone->lowmem_reserve[i]);
	SAY(r, HOLE_WORD("reserve", list));
}

/* "3*4kB 0*8kB ...", and the sum. */
static void buddy(const struct report *r)
{
	char list[240], name[32];
	uint64_t pages = 0;
	size_t n = 0;

	list[0] = '\0';
	for (unsigned order = 0; order < r->w->kernel.profile->max_order; order++) {
		uint64_t nr = r->zone->free_area[order].nr_free;

		pages += nr << order;
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%" PRIu64 "*%ukB",
		                      order ? " " : "", nr, 4u << order);
	}
	SAY(r, HOLE_WORD("name", zone_label(r->w, r->zone, name, sizeof(name))),
	    HOLE_WORD("blocks", list), HOLE("sum", pages * 4));
}

/* The per-CPU lists: their limit and batch follow from the zone's; they hold nothing here. */
static void pcp(const struct report *r)
{
	uint32_t batch = r->zone->batch;

	for (unsigned cpu = 0; cpu < r->w->machine.nr_cpus; cpu++)
		SAY(r, HOLE("cpu", cpu), HOLE("hi", batch * 6), HOLE("batch", batch ? batch : 1));
}

/* --- the table -------------------------------------------------------------------------------- */

/* A line for zones stands in a group: lines that follow each other and are in the same group are
 * printed together, zone by zone. */
enum group { ONCE, POPULATED, PCP, BLOCKS };

static const struct report_line {
	const char *key;
	enum group group;
	void (*emit)(const struct report *r);
} lines[] = {
	{ "line", ONCE, once },           { "highmem", ONCE, highmem_only },
	{ "pcp_zone", PCP, one_zone },    { "pcp", PCP, pcp },
	{ "zone", POPULATED, one_zone },  { "reserve", POPULATED, reserve },
	{ "buddy", BLOCKS, buddy },
};

static const struct report_line *find(const char *key)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (!strcmp(lines[i].key, key))
			return &lines[i];
	return NULL;
}

bool show_mem_line_known(const char *key)
{
	return find(key) != NULL;
}

/* Lines first..behind-1 for each zone that has pages. 2.4 prints also those that have none. */
static void print_group(struct report *r, const struct profile *p, unsigned first, unsigned behind)
{
	for (unsigned i = 0; i < r->w->kernel.nr_zones; i++) {
		r->zone = &r->w->kernel.zone[i];
		if (!r->zone->managed && !p->holes_present)
			continue;
		for (unsigned k = first; k < behind; k++) {
			r->text = p->report[k].text;
			find(p->report[k].key)->emit(r);
		}
	}
}

void show_mem(struct world *w)
{
	const struct profile *p = w->kernel.profile;
	struct report r = { .w = w };
	unsigned behind;

	for (unsigned i = 0; i < w->kernel.nr_zones; i++) {
		struct page_counts n = count_zone(w, &w->kernel.zone[i]);

		add_counts(&r.all, &n);
	}
	for (unsigned i = 0; i < p->nr_report; i = behind) {
		enum group group = find(p->report[i].key)->group;

		behind = i + 1;
		r.text = p->report[i].text;
		if (group == ONCE) {
			find(p->report[i].key)->emit(&r);
			continue;
		}
		while (behind < p->nr_report && find(p->report[behind].key)->group == group)
			behind++;
		print_group(&r, p, i, behind);
	}
}

void dump_stack(struct world *w, const struct context *c)
{
	for (unsigned i = c->depth; i-- > 0;)
		printk(w, " [<%s>]", op_get(c->frame[i].op)->name);
}

OP(sysrq_handle_showmem)
{
	BEGIN
	STEP("show_mem();")
	show_mem(w);
	END
}
