/*
 * Memory nodes: NUMA on 32 bits, arch/x86/mm/discontig_32.c and mm/page_alloc.c's zonelists.
 *
 * A build for one node (contig_page_data) is what nearly everybody had. With NUMA, which on 32 bits
 * needs HIGHMEM64G, each node has zones of its own. Low memory is the beginning of physical memory, so
 * node 0 has all of it, and every other node has high memory alone: a CPU of node 1 finds no local
 * page for the kernel at all. Here there are two nodes of half the RAM each when `boot nodes=2` asks,
 * and the CPUs are divided among them.
 *
 * Who asks for high memory gets it from the own node first. Then kernels up to 4.13 try the same zone
 * of the other node ("Zone order"), later ones all zones of the own node ("Node order").
 *
 * Left out: distances and SRAT (the halves stand in for what the firmware says), policies, and the
 * remapping of a node's own mem_map over addresses of low memory, which costs low memory the same as
 * having it there does: here it lies there.
 */
#ifndef KMAPLAB_KERNEL_NUMA_H
#define KMAPLAB_KERNEL_NUMA_H

#include "kernel/setup.h"

/** Whether the nodes that were asked for are possible; fills b->nr_nodes and b->node_split. Called
 * when max_low_pfn is known. */
bool numa_check(struct boot *b, struct message *m);

/** The node of a CPU. */
unsigned cpu_to_node(const struct world *w, unsigned cpu);

/** The kind of zone number i of kernel.zone[] (behind those of node 0 comes node 1's HighMem), and how
 * many kinds there are. */
enum zone_type zone_type(unsigned i);
unsigned zone_types(unsigned nr_zones);

/** "HighMem", or with several nodes "Node 1 HighMem". */
const char *zone_label(const struct world *w, const struct zone *z, char *buf, size_t size);

/** Zone `n` that a CPU of a node tries for a request of a class; -1 behind the last. */
int node_zonelist(const struct world *w, unsigned node, int classzone, unsigned n);

#endif
