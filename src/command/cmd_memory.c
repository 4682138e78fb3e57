/*
 * alloc, free: pages of the page allocator.
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

static const struct option_row free_options[] = {
	{ "every", ARG_NUMBER, "of a range p0..p99: only every so many pages, which fragments" },
	{ NULL, ARG_NONE, NULL },
};

/* "p0..p99", with every=N: page i of it. */
static bool range_page(struct call *c, unsigned i, struct request *r)
{
	unsigned first, last, at;
	int n = 0;
	const char *s = option_value(c, "every", &at);
	uint64_t every = 1;
	struct value v;

	if (sscanf(c->argv[0], "p%7u..p%7u%n", &first, &last, &n) != 2 || c->argv[0][n] ||
	    first > last || c->argc > 1)
		return bad(c, 0, "A range of pages is p0..p99, one range and nothing else");
	if (s && (!conf_number(s, &every) || !every || every > last - first + 1))
		return bad_option(c, at, "every=%s: a number, from 1 to the length of the range", s);
	c->times = (last - first) / (unsigned)every + 1;
	snprintf(r->page, sizeof(r->page), "p%u", first + i * (unsigned)every);
	v = session_lookup(c->s, strstr(c->argv[0], "..") + 2);
	if (v.kind == VALUE_PAGE)
		v = session_lookup(c->s, r->page);
	if (v.kind != VALUE_PAGE)
		return bad(c, 0, "Not all of these pages are there: p%u to p%u", first, last);
	r->pfn = v.n;
	return true;
}

static bool prepare_free(struct call *c, unsigned i, struct request *r)
{
	if (strstr(c->argv[0], "..")) {
		if (!range_page(c, i, r))
			return false;
	} else {
		if (!arg_page(c, i, &r->pfn))
			return false;
		c->times = c->argc;
		page_label(c, i, r->pfn, r->page, sizeof(r->page));
	}
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
		.name = "free", .group = "pages", .usage = "free PAGE... | free pN..pM [every=N]",
		.summary = "Gives pages back to the allocator. Their names stay. Every second page of a "
		           "range leaves memory in pieces.",
		.example = { "free p0", "alloc normal 64; free p3..p60 every=2; buddy" },
		.errors = "The kernel finds a bug (oops) when a page is free already.",
		.see = "alloc page buddy", .min = 1, .max = ARGS_MANY, .flags = NEEDS_WORLD | ON_CPU,
		.arg = { ARG_PAGE }, .options = free_options, .prepare = prepare_free,
		.answer = answer_free,
	},
	{ .name = NULL },
};
