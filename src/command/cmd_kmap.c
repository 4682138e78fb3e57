/*
 * kmap, kunmap, kmap_flush_unused: the pool (mm/highmem.c).
 */
#include "command/arg.h"
#include "command/describe.h"
#include "command/op.h"

#include "kernel/highmem.h"
#include "lab/words.h"

#include <inttypes.h>

static bool prepare_kmap(struct call *c, unsigned i, struct request *r)
{
	(void)i;
	if (!arg_page(c, 0, &r->pfn))
		return false;
	page_label(c, 0, r->pfn, r->page, sizeof(r->page));
	REQUEST(r, kmap, .pfn = (uint32_t)r->pfn);
	return true;
}

/* The pool's slot that maps a page; false when the page has none. */
static bool pool_slot(const struct world *w, uint32_t va, unsigned *slot)
{
	const struct layout *l = &w->kernel.layout;

	if (!l->highmem || va < l->pkmap_base || va >= PKMAP_ADDR(l, l->last_pkmap))
		return false;
	*slot = PKMAP_NR(l, va);
	return true;
}

static enum status answer_kmap(const struct outcome *o, const struct request *r, struct answer *a)
{
	uint32_t va = (uint32_t)o->result;
	unsigned slot;

	json_object_set_new(a->result, "page", json_string(r->page));
	json_object_set_new(a->result, "pfn", json_hex(r->pfn));
	json_object_set_new(a->result, "va", json_hex(va));
	a->value = (struct value){ VALUE_VA, va };
	describe_page(o->w, r, &a->message);
	if (pool_slot(o->w, va, &slot))
		text_add(&a->message, " is mapped at 0x%x: slot %u of the pool, count %u.", va, slot,
		         o->w->kernel.pkmap.pkmap_count[slot]);
	else
		text_add(&a->message, " lies in low memory: it is always at 0x%x, and no slot is used.",
		         va);
	return STATUS_OK;
}

static bool prepare_kunmap(struct call *c, unsigned i, struct request *r)
{
	(void)i;
	if (!arg_page(c, 0, &r->pfn))
		return false;
	page_label(c, 0, r->pfn, r->page, sizeof(r->page));
	REQUEST(r, kunmap, .pfn = (uint32_t)r->pfn);
	return true;
}

static enum status answer_kunmap(const struct outcome *o, const struct request *r,
                                 struct answer *a)
{
	uint32_t va = page_address(o->w, r->pfn), count = 0;
	unsigned slot = 0;
	bool pool = pool_slot(o->w, va, &slot);

	if (pool)
		count = o->w->kernel.pkmap.pkmap_count[slot];
	json_object_set_new(a->result, "page", json_string(r->page));
	json_object_set_new(a->result, "count", json_integer(count));
	describe_page(o->w, r, &a->message);
	if (!pool)
		text_add(&a->message, " has no slot in the pool: nothing to unmap.");
	else if (count == 1)
		text_add(&a->message, " has no user any more: slot %u is at count 1. It stays mapped at "
		         "0x%x until the pool is flushed.", slot, va);
	else
		text_add(&a->message, " stays mapped at 0x%x for its other users: slot %u, count %u.",
		         va, slot, count);
	return STATUS_OK;
}

static bool prepare_flush(struct call *c, unsigned i, struct request *r)
{
	(void)i;
	if (!call_world(c)->kernel.layout.highmem)
		return bad(c, c->argc, "This kernel was built without high memory: it has no kmap pool");
	if (!call_world(c)->kernel.profile->kmap_flush_unused)
		return bad(c, c->argc,
		           "Kernel %s has no kmap_flush_unused(), it came with 2.6: here only the search "
		           "for a slot flushes, when it comes by slot 0; or `boot kernel=2.6.27`",
		           call_world(c)->kernel.profile->name);
	r->n = (uint32_t)call_world(c)->kernel.stats.ipi_received;
	for (unsigned slot = 0; slot < call_world(c)->kernel.layout.last_pkmap; slot++)
		r->other += call_world(c)->kernel.pkmap.pkmap_count[slot] == 1;
	REQUEST(r, kmap_flush_unused, 0);
	return true;
}

static enum status answer_flush(const struct outcome *o, const struct request *r, struct answer *a)
{
	uint64_t flushed = o->w->kernel.stats.ipi_received - r->n;

	json_object_set_new(a->result, "freed", json_integer((json_int_t)r->other));
	json_object_set_new(a->result, "flushed_cpus", json_integer((json_int_t)flushed));
	text_add(&a->message, "%" PRIu64 " slot%s of the pool at count 1 %s free again; %" PRIu64
	         " CPU%s flushed %s TLB.", r->other, r->other == 1 ? "" : "s",
	         r->other == 1 ? "is" : "are", flushed, flushed == 1 ? "" : "s",
	         flushed == 1 ? "its" : "their");
	return STATUS_OK;
}

const struct command kmap_commands[] = {
	{
		.name = "kmap", .group = "mapping", .usage = "kmap PAGE",
		.summary = "Maps a page of high memory in the kmap pool, or shares the slot that maps "
		           "it already. May sleep when the pool is full.",
		.example = { "kmap p0", "cpu1: kmap p0" },
		.errors = "Blocks while every slot has a user. Must not be called where sleeping is "
		          "forbidden: in an interrupt, or with preempt_count above 0.",
		.see = "kunmap pkmap kmap_flush_unused kmap_atomic",
		.min = 1, .max = 1, .flags = GIVES | NEEDS_WORLD | ON_CPU, .arg = { ARG_PAGE },
		.prepare = prepare_kmap, .answer = answer_kmap,
	},
	{
		.name = "kunmap", .group = "mapping", .usage = "kunmap PAGE",
		.summary = "Gives back one kmap of a page and wakes whoever waits for a slot. The "
		           "mapping itself stays until the pool is flushed.",
		.example = { "kunmap p0", "kmap p0; kunmap p0" },
		.errors = "The kernel finds a bug (oops) when the page is not mapped, or was unmapped "
		          "once too often.",
		.see = "kmap pkmap kmap_flush_unused",
		.min = 1, .max = 1, .flags = NEEDS_WORLD | ON_CPU, .arg = { ARG_PAGE },
		.prepare = prepare_kunmap, .answer = answer_kunmap,
	},
	{
		.name = "kmap_flush_unused", .group = "mapping", .usage = "kmap_flush_unused",
		.summary = "Unmaps all slots of the pool at count 1 and flushes the TLBs of all CPUs.",
		.example = { "kmap_flush_unused", "kmap p0; kunmap p0; kmap_flush_unused" },
		.errors = "Fails in a kernel without high memory, and in 2.4, which has no such function.",
		.see = "kmap kunmap pkmap tlb",
		.flags = NEEDS_WORLD | ON_CPU, .prepare = prepare_flush, .answer = answer_flush,
	},
	{ .name = NULL },
};
