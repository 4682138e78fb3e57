/*
 * The boot messages. Each has a name, which a profile's section [boot] puts into words and into
 * its place in the order; here stands when it is printed, how often, and with what its holes are
 * filled. The words are the generation's own; see kernel/text.h for the holes.
 */
#include "kernel/messages.h"

#include "kernel/boot_log.h"

#include <string.h>

void boot_say(const struct log *g, const struct hole *holes)
{
	char line[DMESG_LINE];

	text_fill(line, sizeof(line), g->text, holes);
	printk(g->w, "%s", line);
}

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
			    HOLE_WORD("size", i == 1 ? "2M" : "4k"));
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

/* 4G/4G: init_entry_mappings() */
static void trampoline(const struct log *g)
{
	uint32_t pages, index = layout_fixmap_index(g->b, "ENTRY_TRAMPOLINE", &pages);

	if (g->b->layout.switch_pagetables && pages)
		SAY(g, HOLE("va", fix_to_virt(&g->b->layout, index)));
}

static void command_line(const struct log *g)
{
	SAY(g, HOLE_WORD("cmdline", g->b->config->cmdline));
	say_zone_params(g);
}

static void bounce_pool(const struct log *g)
{
	if (g->b->layout.highmem && g->b->layout.max_pfn > g->b->layout.max_low_pfn)
		SAY(g, HOLE("pages", g->b->profile->bounce_pages));
}

static const struct boot_message {
	const char *key;
	void (*emit)(const struct log *g); /* NULL: not printed by boot itself */
} messages[] = {
	{ "alloc_failure", NULL },
	/* Somebody is killed: kernel/oom_kill.c */
	{ "oom_invoked", NULL },
	{ "oom_tasks", NULL },
	{ "oom_tasks_head", NULL },
	{ "oom_task", NULL },
	{ "oom_kill", NULL },
	{ "oom_killed", NULL },
	{ "oom_deadlock", NULL }, /* nobody can be: the panic, where it does not say just that */
	{ "vm_killing", NULL }, /* a page fault found no memory: kernel/fault.c */
	{ "vmalloc_failure", NULL },
	/* DEBUG_HIGHMEM's warnings and the BUGs of the atomic slots: kernel/atomic_*.c */
	{ "warn_slot_nmi", NULL },
	{ "warn_slot_hardirq", NULL },
	{ "warn_slot_softirq", NULL },
	{ "warn_slot_irqs_on", NULL },
	{ "warn_slot_bh_on", NULL },
	{ "bug_kmap_atomic", NULL },
	{ "bug_kunmap_atomic", NULL },
	{ "isa_bounce_pool", NULL }, /* when the first ISA device comes: kernel/mempool.c */
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
	{ "zone_range", say_zone_range },
	{ "node_count", say_node_count },
	{ "node_range", say_node_range },
	{ "node_span", say_node_span },
	{ "totalpages", say_totalpages },
	{ "mem_map", say_mem_map },
	{ "zone_pages", say_zone_pages },
	{ "zone_memmap", NULL }, /* with zone_pages */
	{ "zone_reserved", NULL },
	{ "zone_empty", NULL }, /* with zone_range */
	{ "mapped_apic", mapped_apic },
	{ "mapped_ioapic", mapped_ioapic },
	{ "zonelists", say_zonelists },
	{ "command_line", command_line },
	{ "memfrac", NULL }, /* behind command_line, as often as it is there */
	{ "lower_zone_reserve", NULL },
	{ "trampoline", trampoline },
	{ "highmem_init", say_highmem_init },
	{ "memory", say_memory },
	{ "layout", say_layout },
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
