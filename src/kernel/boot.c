/*
 * Booting a world: start_kernel(), as far as memory is concerned.
 *
 * Whatever can be wrong with the wish is found by boot_setup(), which computes and touches
 * nothing. Then the machine is powered on, the page tables are written into its RAM, free memory
 * is handed to the buddy allocator, paging goes on, the log is written, and the scheduler gets its
 * first tasks. The clocks and counters start at zero when the prompt would appear.
 */
#include "kernel/atomic_patch.h"
#include "kernel/buddy.h"
#include "kernel/init_32.h"
#include "kernel/messages.h"

#include <string.h>

/* What setup worked out becomes the kernel's own. */
static void take_over(struct kernel *k, const struct boot *b)
{
	k->profile = b->profile;
	k->atomic_ops = patched_ops(b->config, b->profile);
	k->config = *b->config;
	k->layout = b->layout;
	k->nr_zones = b->nr_zones;
	k->nr_nodes = b->nr_nodes;
	memcpy(k->zone, b->zone, sizeof(k->zone));
	k->node_map = b->node_map;
	k->nr_reserved = b->nr_reserved;
	memcpy(k->reserved, b->reserved, sizeof(k->reserved));
	k->mem_map_pa = b->mem_map;
	k->sizeof_page = b->sizeof_page;
	k->swiotlb.start = b->swiotlb;
	k->swiotlb.nslabs = (uint32_t)(b->swiotlb_bytes >> IO_TLB_SHIFT);
}

/* The first reserved range that ends behind `pfn` and begins before `end`, by address. */
static const struct early_res *next_reserved(const struct kernel *k, uint64_t pfn, uint64_t end)
{
	const struct early_res *first = NULL;

	for (unsigned i = 0; i < k->nr_reserved; i++) {
		const struct early_res *r = &k->reserved[i];

		if (r->end > pfn << PAGE_SHIFT && r->start < end << PAGE_SHIFT &&
		    (!first || r->start < first->start))
			first = r;
	}
	return first;
}

/* Frees [start, end) of a zone but for what is reserved. */
static void free_unreserved(struct world *w, struct zone *z, uint64_t start, uint64_t end)
{
	const struct early_res *r;

	while (start < end && (r = next_reserved(&w->kernel, start, end))) {
		uint64_t from = r->start >> PAGE_SHIFT;

		if (from > start)
			free_range(w, z, start, from);
		start = (r->end + PAGE_SIZE - 1) >> PAGE_SHIFT;
	}
	if (start < end)
		free_range(w, z, start, end);
}

/* mem_init(): free_all_bootmem() and the pages of high memory. */
static void mem_init(struct world *w)
{
	struct kernel *k = &w->kernel;

	for (unsigned i = 0; i < k->nr_zones; i++) {
		struct zone *z = &k->zone[i];

		for (unsigned j = 0; j < k->node_map.nr; j++) {
			const struct pfn_range *r = &k->node_map.range[j];
			uint64_t end = z->start_pfn + z->spanned;

			free_unreserved(w, z, r->start > z->start_pfn ? r->start : z->start_pfn,
			                r->end < end ? r->end : end);
		}
	}
}

/* Boot took its time; what is measured begins at the prompt. */
static void start_clocks(struct world *w)
{
	for (unsigned cpu = 0; cpu < w->machine.nr_cpus; cpu++)
		w->machine.cpu[cpu].cycle = 0;
	memset(&w->machine.stats, 0, sizeof(w->machine.stats));
	memset(&w->kernel.stats, 0, sizeof(w->kernel.stats));
	w->machine.log.cause = 0;
}

bool world_boot(struct world *w, const struct boot_config *c, const struct profile *p,
                const struct cpu_model *model, const struct cost_table *cost, struct message *m)
{
	struct boot b;

	if (!boot_setup(&b, c, p, model, m))
		return false;
	memset(w, 0, sizeof(*w));
	w->random = c->seed;
	machine_init(&w->machine, &b.bios, model, cost, c->cpus);
	take_over(&w->kernel, &b);
	w->machine.log.cause = world_event(w, EVENT_NO_CPU, EVENT_BOOT, b.layout.max_pfn,
	                                   b.layout.max_low_pfn, c->cpus);
	kernel_tables_build(w, &b);
	enable_paging(w, &b);
	mem_init(w);
	boot_messages(w, &b);
	sched_init(w);
	start_clocks(w);
	return true;
}
