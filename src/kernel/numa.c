/*
 * Two nodes: whether they can be, which zones they have, and in which order the zones are tried. See
 * numa.h.
 */
#include "kernel/numa.h"

#include "kernel/world.h"

#include <stdio.h>

#define HIGHMEM_OF_NODE_1 MAX_NR_ZONES

bool numa_check(struct boot *b, struct message *m)
{
	unsigned nodes = b->config->nodes;

	b->nr_nodes = nodes ? nodes : 1;
	b->node_split = UINT64_MAX;
	if (b->nr_nodes == 1)
		return true;
	if (nodes > MAX_NODES)
		return fail(m, "nodes=%u: there are two nodes at most", nodes);
	if (!b->profile->numa)
		return fail(m, "Linux %s is built for one node here, contig_page_data: say nodes=1, or "
		               "kernel=2.6.27", b->profile->name);
	if (b->config->highmem != HIGHMEM64G)
		return fail(m, "NUMA on 32 bits needs HIGHMEM64G: say highmem=64g, or nodes=1");
	if (b->config->nr_cpus < 2)
		return fail(m, "NUMA needs SMP: say nr_cpus=8, or nodes=1");
	b->node_split = b->layout.max_pfn / 2 & ~((1ull << (MAX_ORDER - 1)) - 1);
	if (b->node_split <= b->layout.max_low_pfn)
		return fail(m, "node 0 must hold all low memory, and half of the RAM is less than its %llu "
		               "MB: say a larger ram=, or nodes=1",
		            (unsigned long long)b->layout.max_low_pfn >> 8);
	return true;
}

unsigned cpu_to_node(const struct world *w, unsigned cpu)
{
	return cpu < w->machine.nr_cpus ? cpu * w->kernel.nr_nodes / w->machine.nr_cpus : 0;
}

enum zone_type zone_type(unsigned i)
{
	return i == HIGHMEM_OF_NODE_1 ? ZONE_HIGHMEM : (enum zone_type)i;
}

unsigned zone_types(unsigned nr_zones)
{
	return nr_zones < MAX_NR_ZONES ? nr_zones : MAX_NR_ZONES;
}

const char *zone_label(const struct world *w, const struct zone *z, char *buf, size_t size)
{
	if (w->kernel.nr_nodes < 2)
		return z->name;
	snprintf(buf, size, "Node %u %s", z->node, z->name);
	return buf;
}

int node_zonelist(const struct world *w, unsigned node, int classzone, unsigned n)
{
	static const signed char by_zone[2][MAX_ZONES] = {
		{ ZONE_HIGHMEM, HIGHMEM_OF_NODE_1, ZONE_NORMAL, ZONE_DMA },
		{ HIGHMEM_OF_NODE_1, ZONE_HIGHMEM, ZONE_NORMAL, ZONE_DMA },
	};
	static const signed char by_node[2][MAX_ZONES] = {
		{ ZONE_HIGHMEM, ZONE_NORMAL, ZONE_DMA, HIGHMEM_OF_NODE_1 },
		{ HIGHMEM_OF_NODE_1, ZONE_HIGHMEM, ZONE_NORMAL, ZONE_DMA },
	};

	if (w->kernel.nr_nodes < 2 || classzone != ZONE_HIGHMEM)
		return classzone - (int)n;
	if (n >= MAX_ZONES)
		return -1;
	return w->kernel.profile->zonelist == ZONELIST_NODE ? by_node[node][n] : by_zone[node][n];
}
