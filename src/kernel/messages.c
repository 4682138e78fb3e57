/*
 * The boot messages. Each has a name, which a profile's section [boot] puts into words and into
 * its place in the order; here stands when it is printed, how often, and with what its holes are
 * filled. The words are the generation's own; see kernel/text.h for the holes.
 */
#include "kernel/messages.h"
#include "kernel/setup.h"
#include "kernel/text.h"
#include "kernel/world.h"

#include <string.h>

/** A boot whose log is being written. */
struct log {
	struct world *w;
	const struct boot *b;
	const char *text; /* of the message at hand */
};

static void say(const struct log *g, const struct hole *holes)
{
	char line[DMESG_LINE];

	text_fill(line, sizeof(line), g->text, holes);
	printk(g->w, "%s", line);
}

#define SAY(g, ...) say((g), (const struct hole[]){ __VA_ARGS__, HOLES_END })

static void once(const struct log *g)
{
	SAY(g, HOLE("n", 1));
}

static void e820_lines(const struct log *g, const struct e820_map *map)
{
	for (unsigned i = 0; i < map->nr; i++)
		SAY(g, HOLE("start", map->entry[i].start), HOLE("end", map->entry[i].end),
		    HOLE("last", map->entry[i].end - 1),
		    HOLE_WORD("type", e820_type_name(map->entry[i].type)));
}

static void e820(const struct log *g)
{
	e820_lines(g, &g->b->bios);
}

static void user_heading(const struct log *g)
{
	if (g->b->user_map)
		once(g);
}

static void user(const struct log *g)
{
	if (g->b->user_map)
		e820_lines(g, &g->b->e820);
}

static void reservetop(const struct log *g)
{
	if (g->b->reserved_top)
		SAY(g, HOLE("start", (uint32_t)-g->b->reserved_top),
		    HOLE("top", g->b->layout.fixaddr_top + PAGE_SIZE));
}

static void last_pfn(const struct log *g)
{
	SAY(g, HOLE("last", g->b->layout.last_pfn), HOLE("max", g->b->layout.max_arch_pfn));
}

static void mb_warning(const struct log *g, bool when)
{
	if (when)
		SAY(g, HOLE("has", g->b->warnings.has_mb), HOLE("asked", g->b->warnings.asked_mb),
		    HOLE("maxmem", g->b->layout.maxmem >> 20));
}

static void highmem_excess(const struct log *g)
{
	mb_warning(g, g->b->warnings.highmem_excess);
}

static void only_maxmem(const struct log *g)
{
	mb_warning(g, g->b->warnings.only_maxmem);
}

static void use_highmem(const struct log *g)
{
	mb_warning(g, g->b->warnings.only_maxmem && !g->b->warnings.wants_pae);
}

static void use_pae(const struct log *g)
{
	mb_warning(g, g->b->warnings.only_maxmem && g->b->warnings.wants_pae);
}

static void only_4gb(const struct log *g)
{
	mb_warning(g, g->b->warnings.only_4gb);
}

static void highmem_bigger(const struct log *g)
{
	mb_warning(g, g->b->warnings.highmem_bigger);
}

static void highmem_too_much(const struct log *g)
{
	mb_warning(g, g->b->warnings.highmem_too_much);
}

static void highmem_ignored(const struct log *g)
{
	mb_warning(g, g->b->warnings.highmem_ignored);
}

static void direct_tables(const struct log *g)
{
	SAY(g, HOLE("low", g->b->layout.max_low_pfn << PAGE_SHIFT),
	    HOLE("start", g->b->tables_printed.start << PAGE_SHIFT),
	    HOLE("end", g->b->tables_printed.end << PAGE_SHIFT));
}

/* The ranges of the direct map by page size: small, large, small. */
static void direct_pages(const struct log *g)
{
	uint64_t pmd = g->b->layout.pae ? 2u << 20 : 4u << 20;
	uint64_t low = g->b->layout.max_low_pfn << PAGE_SHIFT;
	uint64_t first = low < pmd ? low : pmd;
	uint64_t edge[4] = { 0, first, g->b->pse && low > pmd ? low - low % pmd : first, low };

	for (unsigned i = 0; i < 3; i++)
		if (edge[i] < edge[i + 1])
			SAY(g, HOLE("start", edge[i]), HOLE("end", edge[i + 1]),
			    HOLE_WORD("size", i != 1 ? "4k" : g->b->layout.pae ? "2M" : "4M"));
}

static void nx_active(const struct log *g)
{
	if (g->b->nx)
		once(g);
}

/* Why NX is not active: a kernel that cannot, a CPU that cannot. */
static void nx_no_pae(const struct log *g)
{
	if (!g->b->layout.pae && g->b->model->nx)
		once(g);
}

static void nx_missing(const struct log *g)
{
	if (!g->b->model->nx)
		once(g);
}

static void highmem_mb(const struct log *g)
{
	const struct layout *l = &g->b->layout;

	if (l->highmem)
		SAY(g, HOLE("mb", (l->max_pfn - l->max_low_pfn) >> 8));
}

static void lowmem_mb(const struct log *g)
{
	SAY(g, HOLE("mb", g->b->layout.max_low_pfn >> 8));
}

static void low_ram(const struct log *g)
{
	SAY(g, HOLE("end", g->b->layout.max_low_pfn << PAGE_SHIFT), HOLE("node", 0));
}

static void bootmap(const struct log *g)
{
	SAY(g, HOLE("start", g->b->bootmap), HOLE("end", g->b->bootmap + g->b->bootmap_bytes));
}

static void zone_range(const struct log *g)
{
	for (unsigned i = 0; i < g->b->nr_zones; i++) {
		const struct pfn_range *r = &g->b->limit[i];

		SAY(g, HOLE_WORD("name", g->b->zone[i].name), HOLE("start", r->start),
		    HOLE("end", r->end));
	}
}

/* 3.x and later: bytes, and a word of its own for a zone without pages. */
static void zone_bytes(const struct log *g)
{
	static const char empty[] = "{2}{name:-8} empty";

	for (unsigned i = 0; i < g->b->nr_zones; i++) {
		const struct pfn_range *r = &g->b->limit[i];
		struct log line = *g;

		if (r->start == r->end)
			line.text = empty;
		SAY(&line, HOLE_WORD("name", g->b->zone[i].name),
		    HOLE("start", r->start << PAGE_SHIFT), HOLE("last", (r->end << PAGE_SHIFT) - 1));
	}
}

static void node_count(const struct log *g)
{
	SAY(g, HOLE("n", g->b->node_map.nr));
}

static void node_range(const struct log *g)
{
	for (unsigned i = 0; i < g->b->node_map.nr; i++) {
		const struct pfn_range *r = &g->b->node_map.range[i];

		SAY(g, HOLE("node", 0), HOLE("start", r->start), HOLE("end", r->end),
		    HOLE("first", r->start << PAGE_SHIFT), HOLE("last", (r->end << PAGE_SHIFT) - 1));
	}
}

static void node_span(const struct log *g)
{
	const struct node_map *n = &g->b->node_map;

	SAY(g, HOLE("node", 0), HOLE("first", n->range[0].start << PAGE_SHIFT),
	    HOLE("last", (n->range[n->nr - 1].end << PAGE_SHIFT) - 1));
}

static void totalpages(const struct log *g)
{
	SAY(g, HOLE("node", 0), HOLE("pages", g->b->layout.totalpages));
}

static void mem_map(const struct log *g)
{
	SAY(g, HOLE("node", 0), HOLE("mem_map", g->b->layout.page_offset + g->b->mem_map));
}

static void zone_pages(const struct log *g)
{
	for (unsigned i = 0; i < g->b->nr_zones; i++) {
		const struct zone *z = &g->b->zone[i];

		if (z->spanned || g->b->profile->holes_present)
			SAY(g, HOLE_WORD("name", z->name), HOLE("n", i), HOLE("pages", z->present),
			    HOLE("memmap", z->memmap), HOLE("batch", z->batch));
	}
}

/* 2.6.28 on: what mem_map takes, what is set aside for DMA, what is left; per zone. */
static void zone_memmap(const struct log *g)
{
	static const char reserved[] = "{2}{name} zone: 0 pages reserved";
	static const char left[] = "{2}{name} zone: {pages} pages, LIFO batch:{batch}";

	for (unsigned i = 0; i < g->b->nr_zones; i++) {
		const struct zone *z = &g->b->zone[i];
		struct log line = *g;

		if (!z->spanned)
			continue;
		SAY(g, HOLE_WORD("name", z->name), HOLE("memmap", z->memmap));
		line.text = reserved;
		if (i == ZONE_DMA)
			SAY(&line, HOLE_WORD("name", z->name));
		line.text = left;
		SAY(&line, HOLE_WORD("name", z->name), HOLE("pages", z->present),
		    HOLE("batch", z->batch));
	}
}

static void mapped(const struct log *g, const char *name, uint32_t pa)
{
	uint32_t pages, index = layout_fixmap_index(g->b, name, &pages);

	if (pages)
		SAY(g, HOLE("va", fix_to_virt(&g->b->layout, index)), HOLE("pa", pa));
}

static void mapped_apic(const struct log *g)
{
	mapped(g, "APIC_BASE", 0xfee00000u);
}

static void mapped_ioapic(const struct log *g)
{
	mapped(g, "IO_APIC", 0xfec00000u);
}

static void zonelists(const struct log *g)
{
	uint64_t pages = 0;

	for (unsigned i = 0; i < g->b->nr_zones; i++)
		pages += g->b->profile->zones_managed ?
			g->b->zone[i].present - g->b->zone[i].spanned * g->b->sizeof_page / PAGE_SIZE :
			g->b->zone[i].present;
	SAY(g, HOLE("pages", pages));
}

static void command_line(const struct log *g)
{
	SAY(g, HOLE_WORD("cmdline", g->b->config->cmdline));
}

static void highmem_init(const struct log *g)
{
	const struct layout *l = &g->b->layout;

	if (l->highmem && l->max_pfn > l->max_low_pfn)
		SAY(g, HOLE("node", 0), HOLE("start", l->max_low_pfn), HOLE("end", l->max_pfn));
}

static uint64_t zone_ram(const struct boot *b, unsigned i)
{
	return i < b->nr_zones ? b->zone[i].present + b->zone[i].memmap : 0;
}

/* mem_init(): what is free, what there is (up to 2.6 with its holes), and where the rest went. */
static void memory(const struct log *g)
{
	const struct boot *b = g->b;
	const struct kernel_image *image = &b->profile->image;
	uint64_t free = 0, high = zone_ram(b, ZONE_HIGHMEM);

	for (unsigned i = 0; i < b->nr_zones; i++)
		free += g->w->kernel.zone[i].free;
	if (b->profile->holes_present && b->layout.highmem)
		high = free > 0 ? b->layout.max_pfn - b->layout.max_low_pfn : 0;
	SAY(g, HOLE("available", free * 4), HOLE("total", b->layout.max_pfn * 4),
	    HOLE("ram", b->layout.totalpages * 4), HOLE("code", image->code),
	    HOLE("reserved", early_reserved_pages(b) * 4),
	    HOLE("unfree", (b->layout.totalpages - free) * 4), HOLE("data", image->data),
	    HOLE("rodata", image->rodata), HOLE("init", image->init), HOLE("bss", image->bss),
	    HOLE("highmem", high * 4));
}

static void area(const struct log *g, const char *name, uint32_t start, uint32_t end, unsigned shift)
{
	SAY(g, HOLE_WORD("name", name), HOLE("start", start), HOLE("end", end),
	    HOLE("size", (end - start) >> shift), HOLE_WORD("unit", shift == 10 ? "kB" : "MB"));
}

static void layout_areas_lines(const struct log *g)
{
	const struct layout *l = &g->b->layout;

	area(g, "    fixmap ", l->fixaddr_start, l->fixaddr_top, 10);
	if (l->highmem)
		area(g, "    pkmap  ", l->pkmap_base, l->pkmap_base + l->last_pkmap * PAGE_SIZE, 10);
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

static void layout_block(const struct log *g)
{
	layout_areas_lines(g);
	layout_image_lines(g);
}

static void bounce_pool(const struct log *g)
{
	if (g->b->layout.highmem && g->b->layout.max_pfn > g->b->layout.max_low_pfn)
		SAY(g, HOLE("pages", 64));
}

static const struct boot_message {
	const char *key;
	void (*emit)(const struct log *g); /* NULL: not printed by boot itself */
} messages[] = {
	{ "alloc_failure", NULL },
	/* DEBUG_HIGHMEM's warnings and the BUGs of the atomic slots: kernel/atomic_*.c */
	{ "warn_slot_hardirq", NULL },
	{ "warn_slot_softirq", NULL },
	{ "warn_slot_irqs_on", NULL },
	{ "warn_slot_bh_on", NULL },
	{ "bug_kmap_atomic", NULL },
	{ "bug_kunmap_atomic", NULL },
	{ "line", once },
	{ "e820", e820 },
	{ "user_heading", user_heading },
	{ "user", user },
	{ "reservetop", reservetop },
	{ "last_pfn", last_pfn },
	{ "highmem_excess", highmem_excess },
	{ "only_maxmem", only_maxmem },
	{ "use_highmem", use_highmem },
	{ "use_pae", use_pae },
	{ "only_4gb", only_4gb },
	{ "highmem_bigger", highmem_bigger },
	{ "highmem_too_much", highmem_too_much },
	{ "highmem_ignored", highmem_ignored },
	{ "direct_tables", direct_tables },
	{ "direct_pages", direct_pages },
	{ "nx_active", nx_active },
	{ "nx_no_pae", nx_no_pae },
	{ "nx_missing", nx_missing },
	{ "highmem_mb", highmem_mb },
	{ "lowmem_mb", lowmem_mb },
	{ "low_ram", low_ram },
	{ "bootmap", bootmap },
	{ "zone_range", zone_range },
	{ "zone_bytes", zone_bytes },
	{ "node_count", node_count },
	{ "node_range", node_range },
	{ "node_span", node_span },
	{ "totalpages", totalpages },
	{ "mem_map", mem_map },
	{ "zone_pages", zone_pages },
	{ "zone_memmap", zone_memmap },
	{ "mapped_apic", mapped_apic },
	{ "mapped_ioapic", mapped_ioapic },
	{ "zonelists", zonelists },
	{ "command_line", command_line },
	{ "highmem_init", highmem_init },
	{ "memory", memory },
	{ "layout", layout_block },
	{ "bounce_pool", bounce_pool },
};

static const struct boot_message *find(const char *key)
{
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		if (!strcmp(messages[i].key, key))
			return &messages[i];
	return NULL;
}

bool boot_message_known(const char *key)
{
	return find(key) != NULL;
}

void boot_messages(struct world *w, const struct boot *b)
{
	for (unsigned i = 0; i < b->profile->nr_texts; i++) {
		const struct boot_message *message = find(b->profile->text[i].key);

		if (message->emit)
			message->emit(&(struct log){ w, b, b->profile->text[i].text });
	}
}
