/*
 * alloc, free, zones, buddy, nodes: physical memory as the page allocator sees it.
 */
#include "command/arg.h"
#include "command/describe.h"
#include "command/op.h"

#include "kernel/zone.h"
#include "lab/words.h"
#include "machine/conf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* --- alloc ------------------------------------------------------------------------------------ */

#define GFP_NAMES_MAX 48

static const struct option_row alloc_options[] = {
	{ "gfp", ARG_GFP, "how urgent, and what with: GFP_ATOMIC, GFP_KERNEL|__GFP_ZERO, ..." },
	{ "order", ARG_NUMBER, "2^order pages in a row instead of one" },
	{ NULL, ARG_NONE, NULL },
};

/* One word of gfp=. */
static bool gfp_word(struct call *c, unsigned option, const char *word, size_t n, uint32_t *gfp)
{
	const struct profile *p = call_world(c)->kernel.profile;
	const char *names[GFP_NAMES_MAX];
	char copy[40], near[64];
	uint32_t bits;
	unsigned k = 0;
	bool known;

	snprintf(copy, sizeof(copy), "%.*s", (int)(n < sizeof(copy) ? n : sizeof(copy) - 1), word);
	if (gfp_find(p, copy, &bits, &known)) {
		*gfp |= bits;
		return true;
	}
	if (known)
		return bad_option(c, option, "Linux %s has no %s", p->name, copy);
	while (gfp_name(k) && k < GFP_NAMES_MAX) {
		names[k] = gfp_name(k);
		k++;
	}
	return bad_option(c, option, "There is no GFP flag '%s'%s", copy,
	                  suggestion(copy, names, k, near, sizeof(near)));
}

/* Words joined by '|'. */
static bool gfp_option(struct call *c, uint32_t *gfp)
{
	unsigned i;
	const char *s = option_value(c, "gfp", &i);
	size_t n;

	for (; s; s = s[n] ? s + n + 1 : NULL) {
		n = strcspn(s, "|");
		if (!gfp_word(c, i, s, n, gfp))
			return false;
	}
	return true;
}

static bool order_option(struct call *c, uint32_t *order)
{
	unsigned i;
	const char *s = option_value(c, "order", &i);
	uint64_t n = 0;

	if (s && (!conf_number(s, &n) || n >= MAX_ORDER))
		return bad_option(c, i, "order=%s: an order is 0 to %d", s, MAX_ORDER - 1);
	*order = (uint32_t)n;
	return true;
}

static bool prepare_alloc(struct call *c, unsigned i, struct request *r)
{
	static const char *const zones[] = { "highmem", "normal", "dma" };
	static const uint32_t bits[] = { GFP_HIGHMEM, 0, GFP_DMA };
	int zone = arg_word(c, 0, "zone", zones, 3);
	uint32_t gfp = zone < 0 ? 0 : bits[zone], order = 0;
	uint64_t count = 1;

	if (zone < 0 || (c->argc > 1 && !arg_number(c, 1, 1, 1u << 20, &count)) ||
	    !order_option(c, &order))
		return false;
	if (!option_value(c, "gfp", NULL))
		gfp |= GFP_KERNEL;
	else if (!gfp_option(c, &gfp))
		return false;
	if (i == 0)
		c->times = (unsigned)count;
	r->n = order;
	REQUEST(r, __alloc_pages, .gfp = gfp, .order = order);
	return true;
}

static enum status no_memory(const struct outcome *o, const struct request *r, struct answer *a)
{
	size_t n = json_array_size(json_object_get(a->result, "pages"));

	text_free(&a->message);
	text_add(&a->message, "No zone that may be used can give %u page%s", 1u << r->n,
	         r->n ? "s in a row" : "");
	if (n)
		text_add(&a->message, " more; %zu were given before", n);
	text_add(&a->message, ". Free:");
	for (unsigned i = 0; i < o->w->kernel.nr_zones; i++) {
		const struct zone *z = &o->w->kernel.zone[i];

		text_add(&a->message, "%s %s %" PRIu64 " (min %" PRIu64 ")", i ? "," : "", z->name,
		         z->free, z->min);
	}
	text_add(&a->message, ".");
	return STATUS_ERROR;
}

static void say_pages(const struct world *w, json_t *pages, const char *name, uint64_t pfn,
                      unsigned order, struct text *t)
{
	size_t n = json_array_size(pages);
	json_t *first = json_array_get(pages, 0);

	text_free(t);
	if (n > 1)
		text_add(t, "%zu pages: %s (frame %s) to ", n,
		         json_string_value(json_object_get(first, "page")),
		         json_string_value(json_object_get(first, "pfn")));
	describe_frame(w, name, pfn, t);
	if (n == 1)
		text_add(t, " is allocated");
	if (order)
		text_add(t, ", with the %u frames behind it", (1u << order) - 1);
	text_add(t, ".");
}

static enum status answer_alloc(const struct outcome *o, const struct request *r, struct answer *a)
{
	json_t *pages = json_object_get(a->result, "pages");
	uint64_t pfn = o->result;
	struct message m;
	char name[16];

	if (!pages)
		json_object_set_new(a->result, "pages", pages = json_array());
	if (!pfn)
		return no_memory(o, r, a);
	session_next_page_name(o->s, name, sizeof(name));
	if (!session_bind(o->s, name, (struct value){ VALUE_PAGE, pfn }, &m)) {
		text_add(&a->message, "%s", m.text);
		return STATUS_ERROR;
	}
	if (a->value.kind == VALUE_NONE)
		a->value = (struct value){ VALUE_PAGE, pfn };
	json_array_append_new(pages, json_pack("{s:s, s:o, s:s}", "page", name, "pfn", json_hex(pfn),
	                                       "zone", zone_of(o->w, pfn)->name));
	say_pages(o->w, pages, name, pfn, r->n, &a->message);
	return STATUS_OK;
}

/* --- free ------------------------------------------------------------------------------------- */

static bool prepare_free(struct call *c, unsigned i, struct request *r)
{
	if (!arg_page(c, i, &r->pfn))
		return false;
	c->times = c->argc;
	page_label(c, i, r->pfn, r->page, sizeof(r->page));
	r->n = pfn_to_page(call_world(c), r->pfn)->order;
	REQUEST(r, __free_pages, .pfn = r->pfn, .order = r->n);
	return true;
}

static enum status answer_free(const struct outcome *o, const struct request *r, struct answer *a)
{
	json_t *pages = json_object_get(a->result, "pages");

	if (!pages)
		json_object_set_new(a->result, "pages", pages = json_array());
	json_array_append_new(pages, json_pack("{s:s, s:o}", "page", r->page, "pfn",
	                                       json_hex(r->pfn)));
	if (json_array_size(pages) > 1) {
		text_free(&a->message);
		text_add(&a->message, "%zu pages are free again.", json_array_size(pages));
		return STATUS_OK;
	}
	describe_page(o->w, r, &a->message);
	text_add(&a->message, " is free again%s.",
	         page_address(o->w, r->pfn) && page_highmem(o->w, r->pfn) ?
	         ", but it is still mapped: whoever uses that address writes into a free page" : "");
	return STATUS_OK;
}

/* --- looking ---------------------------------------------------------------------------------- */

static enum status run_zones(struct call *c)
{
	const struct world *w = call_world(c);
	json_t *zones = zones_json(w);

	/* As wide as 80 columns show on a machine of 4 GB. */
	say(c, "zone      first  spanned  present     free   min   low   high  protection\n");
	for (unsigned i = 0; i < w->kernel.nr_zones; i++) {
		const struct zone *z = &w->kernel.zone[i];

		json_object_set_new(json_array_get(zones, i), "free",
		                    json_integer((json_int_t)z->free));
		say(c, "%-7s %#7" PRIx64 " %8" PRIu64 " %8" PRIu64 " %8" PRIu64 " %5" PRIu64
		    " %5" PRIu64 " %6" PRIu64 " ", z->name, z->start_pfn, z->spanned, z->present,
		    z->free, z->min, z->low, z->high);
		for (unsigned k = 0; k <= w->kernel.nr_zones; k++)
			say(c, " %" PRIu64, z->lowmem_reserve[k]);
		say(c, "\n");
	}
	json_object_set_new(c->answer.result, "zones", zones);
	return STATUS_OK;
}

static json_t *buddy_of_zone(struct call *c, const struct zone *z)
{
	json_t *orders = json_array();

	say(c, "%-8s", z->name);
	for (unsigned order = 0; order < MAX_ORDER; order++) {
		json_array_append_new(orders, json_integer((json_int_t)z->free_area[order].nr_free));
		say(c, " %5" PRIu64, z->free_area[order].nr_free);
	}
	say(c, "\n");
	return json_pack("{s:s, s:I, s:o}", "name", z->name, "free", (json_int_t)z->free, "orders",
	                 orders);
}

static enum status run_buddy(struct call *c)
{
	const struct world *w = call_world(c);
	json_t *zones;

	if (c->argc && !zone_find(w, c->argv[0])) {
		bad(c, 0, "This kernel has no zone '%s'; `zones` lists them", c->argv[0]);
		return STATUS_ERROR;
	}
	zones = json_array();
	say(c, "Free blocks of 2^order pages, order 0 to %d:\n", MAX_ORDER - 1);
	for (unsigned i = 0; i < w->kernel.nr_zones; i++)
		if (!c->argc || &w->kernel.zone[i] == zone_find(w, c->argv[0]))
			json_array_append_new(zones, buddy_of_zone(c, &w->kernel.zone[i]));
	json_object_set_new(c->answer.result, "zones", zones);
	return STATUS_OK;
}

static enum status run_nodes(struct call *c)
{
	const struct world *w = call_world(c);
	uint64_t present = 0;

	for (unsigned i = 0; i < w->kernel.nr_zones; i++)
		present += w->kernel.zone[i].present;
	json_object_set_new(c->answer.result, "nodes",
	                    json_pack("[{s:i, s:o, s:I, s:I}]", "node", 0, "start_pfn", json_hex(0),
	                              "spanned", (json_int_t)w->kernel.layout.max_pfn, "present",
	                              (json_int_t)present));
	say(c, "Node 0 holds all memory: %" PRIu64 " frames, %" PRIu64 " of them in zones. This "
	    "kernel is built for flat memory.", w->kernel.layout.max_pfn, present);
	return STATUS_OK;
}

const struct command memory_commands[] = {
	{
		.name = "alloc", .group = "pages", .usage = "alloc ZONE [COUNT] [gfp=FLAGS] [order=N]",
		.summary = "Allocates pages from a zone, or from one below it when it is empty, and names "
		           "them p0, p1, ...",
		.example = { "p = alloc highmem", "alloc normal 4 gfp=GFP_ATOMIC" },
		.errors = "Fails when no zone it may use has enough above its watermark: HighMem's free "
		          "pages do not help a request for Normal.",
		.see = "free zones buddy page", .min = 1, .max = 2, .flags = GIVES | NEEDS_WORLD | ON_CPU,
		.arg = { ARG_ZONE, ARG_NUMBER }, .options = alloc_options, .prepare = prepare_alloc,
		.answer = answer_alloc,
	},
	{
		.name = "free", .group = "pages", .usage = "free PAGE...",
		.summary = "Gives pages back to the allocator. Their names stay.",
		.example = { "free p0", "free p1 p2" },
		.errors = "The kernel finds a bug (oops) when a page is free already.",
		.see = "alloc page buddy", .min = 1, .max = ARGS_MANY, .flags = NEEDS_WORLD | ON_CPU,
		.arg = { ARG_PAGE }, .prepare = prepare_free, .answer = answer_free,
	},
	{
		.name = "zones", .group = "pages", .usage = "zones",
		.summary = "Lists the zones with their extent, free pages, watermarks and reserves.",
		.example = { "zones", "print zone.Normal.free" },
		.errors = "Cannot fail.", .see = "buddy nodes layout alloc", .flags = NEEDS_WORLD,
		.run = run_zones,
	},
	{
		.name = "buddy", .group = "pages", .usage = "buddy [ZONE]",
		.summary = "Shows how many free blocks of each order the allocator has, as "
		           "/proc/buddyinfo does.",
		.example = { "buddy", "buddy HighMem" },
		.errors = "There must be such a zone.", .see = "zones alloc", .max = 1,
		.flags = NEEDS_WORLD, .arg = { ARG_ZONE }, .run = run_buddy,
	},
	{
		.name = "nodes", .group = "pages", .usage = "nodes",
		.summary = "Shows the memory nodes: one, on this machine.",
		.example = { "nodes", "nodes; zones" },
		.errors = "Cannot fail.", .see = "zones layout e820", .flags = NEEDS_WORLD,
		.run = run_nodes,
	},
	{ .name = NULL },
};
