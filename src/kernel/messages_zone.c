/*
 * The boot messages about zones, the memory that is there, and the layout block. Which of them a
 * generation prints stands in its profile; see messages.c.
 */
#include "kernel/boot_log.h"

#include "kernel/numa.h"

/* Another text of the same message group, or NULL where the generation has none. */
static const struct log *other(const struct log *g, struct log *line, const char *key)
{
	*line = *g;
	line->text = profile_text(g->b->profile, key);
	return line->text ? line : NULL;
}

void say_zone_range(const struct log *g)
{
	for (unsigned i = 0; i < zone_types(g->b->nr_zones); i++) {
		const struct pfn_range *r = &g->b->limit[i];
		struct log line;
		const struct log *to = r->start == r->end ? other(g, &line, "zone_empty") : NULL;

		SAY(to ? to : g, HOLE_WORD("name", g->b->zone[i].name), HOLE("start", r->start),
		    HOLE("end", r->end), HOLE("first", r->start << PAGE_SHIFT),
		    HOLE("last", (r->end << PAGE_SHIFT) - 1));
	}
}

void say_node_count(const struct log *g)
{
	SAY(g, HOLE("n", g->b->node_map.nr));
}

void say_node_range(const struct log *g)
{
	for (unsigned i = 0; i < g->b->node_map.nr; i++) {
		const struct pfn_range *r = &g->b->node_map.range[i];

		SAY(g, HOLE("node", g->b->node_map.node[i]), HOLE("start", r->start),
		    HOLE("end", r->end), HOLE("first", r->start << PAGE_SHIFT),
		    HOLE("last", (r->end << PAGE_SHIFT) - 1));
	}
}

void say_node_span(const struct log *g)
{
	const struct node_map *n = &g->b->node_map;

	for (unsigned i = 0, first = 0; i < n->nr; i++) {
		if (i + 1 < n->nr && n->node[i + 1] == n->node[i])
			continue;
		SAY(g, HOLE("node", n->node[i]), HOLE("first", n->range[first].start << PAGE_SHIFT),
		    HOLE("last", (n->range[i].end << PAGE_SHIFT) - 1));
		first = i + 1;
	}
}

/* Pages of a node, before mem_map is taken off. */
static uint64_t node_pages(const struct boot *b, unsigned node)
{
	uint64_t pages = 0;

	for (unsigned i = 0; i < b->nr_zones; i++)
		if (b->zone[i].node == node)
			pages += b->zone[i].present + b->zone[i].memmap;
	return pages;
}

void say_totalpages(const struct log *g)
{
	SAY(g, HOLE("node", 0), HOLE("pages", node_pages(g->b, 0)));
}

void say_mem_map(const struct log *g)
{
	SAY(g, HOLE("node", 0), HOLE("mem_map", g->b->layout.page_offset + g->b->mem_map));
}

/* A zone's pages; from 2.6.28 on with what mem_map takes and what is set aside for DMA before. */
static void zone_pages(const struct log *g, unsigned i)
{
	const struct zone *z = &g->b->zone[i];
	struct log line;

	if (!z->spanned && !g->b->profile->holes_present)
		return;
	if (other(g, &line, "zone_memmap"))
		SAY(&line, HOLE_WORD("name", z->name), HOLE("memmap", z->memmap));
	if (i == ZONE_DMA && other(g, &line, "zone_reserved"))
		SAY(&line, HOLE_WORD("name", z->name), HOLE("reserved", 0));
	SAY(g, HOLE_WORD("name", z->name), HOLE("n", i), HOLE("pages", z->present),
	    HOLE("batch", z->batch));
}

/* free_area_init_node() of node 1, after all of node 0. */
static void second_node(const struct log *g)
{
	uint64_t at = g->b->mem_map + g->b->node_split * g->b->sizeof_page;
	struct log line;

	if (other(g, &line, "totalpages"))
		SAY(&line, HOLE("node", 1), HOLE("pages", node_pages(g->b, 1)));
	if (other(g, &line, "mem_map"))
		SAY(&line, HOLE("node", 1), HOLE("mem_map", g->b->layout.page_offset + at));
	zone_pages(g, MAX_NR_ZONES);
}

void say_zone_pages(const struct log *g)
{
	for (unsigned i = 0; i < zone_types(g->b->nr_zones); i++)
		zone_pages(g, i);
	if (g->b->nr_nodes > 1)
		second_node(g);
	if (g->b->profile->holes_present && g->b->nr_zones < MAX_NR_ZONES)
		SAY(g, HOLE_WORD("name", "HighMem"), HOLE("n", ZONE_HIGHMEM), HOLE("pages", 0));
}

void say_zonelists(const struct log *g)
{
	uint64_t pages = 0;

	for (unsigned i = 0; i < g->b->nr_zones; i++)
		pages += g->b->profile->zones_managed ?
		                 g->b->zone[i].present -
		                         g->b->zone[i].spanned * g->b->sizeof_page / PAGE_SIZE :
		                 g->b->zone[i].present;
	SAY(g, HOLE("n", g->b->nr_nodes), HOLE("pages", pages));
}

void say_highmem_init(const struct log *g)
{
	const struct layout *l = &g->b->layout;

	bool any = l->max_pfn > l->max_low_pfn;

	if (l->highmem)
		SAY(g, HOLE("node", 0), HOLE("start", any ? l->max_low_pfn : 0),
		    HOLE("end", !any ? 0 : g->b->nr_nodes > 1 ? g->b->node_split : l->max_pfn));
	if (g->b->nr_nodes > 1)
		SAY(g, HOLE("node", 1), HOLE("start", g->b->node_split), HOLE("end", l->max_pfn));
}

/* mem_init(): what is free, what there is (up to 2.6 with its holes), and where the rest went. */
void say_memory(const struct log *g)
{
	const struct boot *b = g->b;
	const struct kernel_image *image = &b->profile->image;
	const struct zone *zone = g->w->kernel.zone;
	uint64_t high = (b->nr_zones > ZONE_HIGHMEM ? zone[ZONE_HIGHMEM].free : 0) +
	                (b->nr_nodes > 1 ? zone[MAX_NR_ZONES].free : 0);
	uint64_t free = zone[ZONE_DMA].free + zone[ZONE_NORMAL].free + high;
	uint64_t total = b->layout.highmem ? b->layout.max_pfn : b->layout.max_low_pfn;

	SAY(g, HOLE("available", free * 4), HOLE("total", total * 4),
	    HOLE("ram", b->layout.totalpages * 4), HOLE("code", image->code),
	    HOLE("reserved", early_reserved_pages(b) * 4),
	    HOLE("unfree", (b->layout.totalpages - free) * 4), HOLE("data", image->data),
	    HOLE("rodata", image->rodata), HOLE("init", image->init), HOLE("bss", image->bss),
	    HOLE("highmem", high * 4));
}

static void area(const struct log *g, const char *name, uint32_t start, uint32_t end,
                 unsigned shift)
{
	SAY(g, HOLE_WORD("name", name), HOLE("start", start), HOLE("end", end),
	    HOLE("size", (end - start) >> shift), HOLE_WORD("unit", shift == 10 ? "kB" : "MB"));
}

static void layout_areas_lines(const struct log *g)
{
	const struct layout *l = &g->b->layout;

	area(g, "    fixmap ", l->fixaddr_start, l->fixaddr_top, 10);
	if (l->highmem)
		area(g, "    pkmap  ", l->pkmap_base, l->pkmap_base + l->last_pkmap * PAGE_SIZE,
		     10);
	area(g, "    vmalloc", l->vmalloc_start, l->vmalloc_end, 20);
	area(g, "    lowmem ", l->page_offset, l->high_memory, 20);
}

/* Where the image's parts lie: code, then data, then what is freed after boot. */
static void layout_image_lines(const struct log *g)
{
	const struct kernel_image *image = &g->b->profile->image;
	uint32_t text = g->b->layout.page_offset + (uint32_t)image->start;
	uint32_t data = text + image->code * 1024, init = data + image->data * 1024;

	init = (init + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
	area(g, "      .init", init, init + image->init * 1024, 10);
	area(g, "      .data", data, data + image->data * 1024, 10);
	area(g, "      .text", text, data, 10);
}

void say_layout(const struct log *g)
{
	layout_areas_lines(g);
	layout_image_lines(g);
}
