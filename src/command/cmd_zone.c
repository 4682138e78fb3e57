/*
 * zones, buddy, nodes, sysctl, sysrq: physical memory as the page allocator sees it, what it keeps of
 * it, and its report.
 */
#include "command/arg.h"
#include "command/describe.h"
#include "command/op.h"

#include "kernel/numa.h"
#include "kernel/show_mem.h"
#include "kernel/sysctl.h"
#include "kernel/zone.h"
#include "lab/words.h"
#include "machine/conf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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
		for (unsigned k = 0; k <= zone_types(w->kernel.nr_zones); k++)
			say(c, " %" PRIu64, z->lowmem_reserve[k]);
		if (w->kernel.nr_nodes > 1)
			say(c, "  node %u", z->node);
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

/* The CPUs of a node, as a list. */
static json_t *node_cpus(const struct world *w, unsigned node)
{
	json_t *cpus = json_array();

	for (unsigned cpu = 0; cpu < w->machine.nr_cpus; cpu++)
		if (cpu_to_node(w, cpu) == node)
			json_array_append_new(cpus, json_integer(cpu));
	return cpus;
}

static void say_node(struct call *c, json_t *nodes, unsigned node)
{
	const struct world *w = call_world(c);
	uint64_t start = UINT64_MAX, end = 0, present = 0, free = 0;
	json_t *cpus = node_cpus(w, node);

	say(c, "Node %u:", node);
	for (unsigned i = 0; i < w->kernel.nr_zones; i++) {
		const struct zone *z = &w->kernel.zone[i];

		if (z->node != node || !z->spanned)
			continue;
		start = z->start_pfn < start ? z->start_pfn : start;
		end = z->start_pfn + z->spanned;
		present += z->present;
		free += z->free;
		say(c, " %s %" PRIu64 " pages (%" PRIu64 " free),", z->name, z->present, z->free);
	}
	say(c, " frames 0x%" PRIx64 " to 0x%" PRIx64 ", %zu CPU%s.\n", start, end - 1,
	    json_array_size(cpus), json_array_size(cpus) == 1 ? "" : "s");
	json_array_append_new(nodes, json_pack("{s:i, s:o, s:I, s:I, s:I, s:o}", "node", (int)node,
	                                       "start_pfn", json_hex(start), "spanned",
	                                       (json_int_t)(end - start), "present",
	                                       (json_int_t)present, "free", (json_int_t)free,
	                                       "cpus", cpus));
}

static enum status run_nodes(struct call *c)
{
	const struct world *w = call_world(c);
	json_t *nodes = json_array();

	for (unsigned node = 0; node < w->kernel.nr_nodes; node++)
		say_node(c, nodes, node);
	if (w->kernel.nr_nodes == 1)
		say(c, "This kernel is built for flat memory: one node holds it all.");
	else
		say(c, "All low memory is node 0's: the kernel's own pages are far from the CPUs of "
		       "node 1.");
	json_object_set_new(c->answer.result, "nodes", nodes);
	return STATUS_OK;
}

/* --- sysctl ----------------------------------------------------------------------------------- */

static const struct option_row sysctl_options[] = {
	{ "vm.min_free_kbytes", ARG_NUMBER, "what the watermarks are made of, in kB" },
	{ "vm.lowmem_reserve_ratio", ARG_TEXT, "of DMA and Normal: \"256 32\"" },
	{ NULL, ARG_NONE, NULL },
};

/* "256 32", and a third number for HighMem, which no kernel uses. */
static bool ratios(struct call *c, const char *text, unsigned at, uint32_t ratio[2])
{
	unsigned third;
	int n = 0;

	if (sscanf(text, "%9u %9u %n%9u %n", &ratio[0], &ratio[1], &n, &third, &n) >= 2 && !text[n])
		return true;
	return bad_option(c, at, "lowmem_reserve_ratio takes two numbers, for DMA and for Normal: "
	                  "\"256 32\"");
}

static bool prepare_sysctl(struct call *c, unsigned i, struct request *r)
{
	const struct world *w = call_world(c);
	unsigned at, list_at;
	const char *kbytes = option_value(c, "vm.min_free_kbytes", &at);
	const char *list = option_value(c, "vm.lowmem_reserve_ratio", &list_at);
	uint64_t n = w->kernel.layout.max_low_pfn * 4;
	uint32_t ratio[2];

	c->times = kbytes && list ? 2 : 1;
	if (!has_vm_sysctls(w))
		return bad(c, c->argc, "Linux %s has no /proc/sys/vm/min_free_kbytes: its marks are a "
		           "share of each zone", w->kernel.profile->name);
	if (kbytes && i == 0) {
		if (!conf_number(kbytes, &n) || n > w->kernel.layout.max_low_pfn * 4)
			return bad_option(c, at, "min_free_kbytes is a number of kB, up to the %" PRIu64
			                  " of low memory", w->kernel.layout.max_low_pfn * 4);
		REQUEST(r, min_free_kbytes_sysctl_handler, .kbytes = n);
		return true;
	}
	if (!list)
		return bad(c, c->argc, "sysctl vm.min_free_kbytes=N or vm.lowmem_reserve_ratio=\"N N\"");
	if (!ratios(c, list, list_at, ratio))
		return false;
	REQUEST(r, lowmem_reserve_ratio_sysctl_handler, .ratio = { ratio[0], ratio[1] });
	return true;
}

static enum status answer_sysctl(const struct outcome *o, const struct request *r, struct answer *a)
{
	(void)r;
	json_object_set_new(a->result, "min_free_kbytes",
	                    json_integer((json_int_t)o->w->kernel.layout.min_free_kbytes));
	json_object_set_new(a->result, "zones", zones_json(o->w));
	text_free(&a->message);
	for (unsigned i = 0; i < o->w->kernel.nr_zones; i++) {
		const struct zone *z = &o->w->kernel.zone[i];

		text_add(&a->message, "%s%s keeps %" PRIu64 "/%" PRIu64 "/%" PRIu64, i ? "; " : "",
		         z->name, z->min, z->low, z->high);
		if (i < ZONE_HIGHMEM)
			text_add(&a->message, " and %" PRIu64 " from requests for HighMem",
			         z->lowmem_reserve[ZONE_HIGHMEM]);
	}
	text_add(&a->message, ".");
	return STATUS_OK;
}

/* --- sysrq ------------------------------------------------------------------------------------ */

static bool prepare_sysrq(struct call *c, unsigned i, struct request *r)
{
	(void)i;
	if (strcmp(c->argv[0], "m") != 0)
		return bad(c, 0, "Of SysRq's keys there is only m, the memory report");
	r->n = call_world(c)->kernel.dmesg.n;
	REQUEST(r, sysrq_handle_showmem, 0);
	return true;
}

static enum status answer_sysrq(const struct outcome *o, const struct request *r, struct answer *a)
{
	json_t *lines = json_array();

	for (uint32_t i = r->n; i < o->w->kernel.dmesg.n; i++) {
		json_array_append_new(lines, json_string(dmesg_line(o->w, i)));
		text_add(&a->message, "%s\n", dmesg_line(o->w, i));
	}
	json_object_set_new(a->result, "lines", lines);
	return STATUS_OK;
}

const struct command zone_commands[] = {
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
		.summary = "Shows the memory nodes: one, or two after `boot nodes=2`.",
		.example = { "nodes", "boot nodes=2 ram=4G; nodes" },
		.errors = "Cannot fail.", .see = "zones layout e820", .flags = NEEDS_WORLD,
		.run = run_nodes,
	},
	{
		.name = "sysctl", .group = "pages",
		.usage = "sysctl vm.min_free_kbytes=N | vm.lowmem_reserve_ratio=\"N N\"",
		.summary = "Changes what all zones keep free, or what the lower ones keep from requests "
		           "that could have used a higher one.",
		.example = { "sysctl vm.min_free_kbytes=16384",
		             "sysctl vm.lowmem_reserve_ratio=\"256 8\"" },
		.errors = "2.4 has neither.", .see = "zones alloc", .flags = NEEDS_WORLD | ON_CPU,
		.options = sysctl_options, .prepare = prepare_sysctl, .answer = answer_sysctl,
	},
	{
		.name = "sysrq", .group = "pages", .usage = "sysrq m",
		.summary = "Has the kernel print its memory report to its log, as SysRq-m does: what is "
		           "free in each zone, its marks, its blocks.",
		.example = { "sysrq m", "sysrq m; dmesg" },
		.errors = "There is only m.", .see = "zones buddy dmesg", .min = 1, .max = 1,
		.flags = NEEDS_WORLD | ON_CPU, .arg = { ARG_TEXT }, .prepare = prepare_sysrq,
		.answer = answer_sysrq,
	},
	{ .name = NULL },
};
