/*
 * vmalloc, vfree: areas of the vmalloc space (mm/vmalloc.c).
 */
#include "command/arg.h"
#include "command/describe.h"
#include "command/op.h"

#include "kernel/vmalloc.h"
#include "lab/words.h"

static bool prepare_vmalloc(struct call *c, unsigned i, struct request *r)
{
	uint64_t size;

	(void)i;
	if (!arg_number(c, 0, 1, UINT32_MAX, &size))
		return false;
	r->other = size;
	REQUEST(r, vmalloc, .size = (uint32_t)size);
	return true;
}

/* Why there is no area: the pages are given back already, so the hole would be there again. */
static enum status no_area(const struct outcome *o, const struct request *r, struct answer *a)
{
	const struct layout *l = &o->w->kernel.layout;
	uint64_t pages = (r->other + PAGE_SIZE - 1) / PAGE_SIZE;

	text_add(&a->message, "vmalloc() returns NULL: ");
	if (pages > l->max_pfn)
		text_add(&a->message, "this machine does not have as many pages.");
	else if (!vmap_area_find_hole(o->w, (uint32_t)(pages + 1) * PAGE_SIZE))
		text_add(&a->message, "between 0x%x and 0x%x there is no hole for %u pages and a guard "
		         "page; `boot cmdline=\"vmalloc=SIZE\"` makes more room.", l->vmalloc_start,
		         l->vmalloc_end, (unsigned)pages);
	else
		text_add(&a->message, "no zone could give all %u pages.", (unsigned)pages);
	return STATUS_ERROR;
}

static enum status answer_vmalloc(const struct outcome *o, const struct request *r,
                                  struct answer *a)
{
	uint32_t va = (uint32_t)o->result, area;

	if (!va)
		return no_area(o, r, a);
	area = vmap_area_find(o->w, va);
	json_object_set_new(a->result, "va", json_hex(va));
	json_object_set_new(a->result, "size", json_integer((json_int_t)r->other));
	json_object_set_new(a->result, "pages",
	                    json_integer(vmap_area(o->w, area)->nr_pages));
	json_object_set_new(a->result, "guard", json_hex(vmap_area(o->w, area)->va_end - PAGE_SIZE));
	a->value = (struct value){ VALUE_VA, va };
	text_add(&a->message, "%u page%s, wherever they lie, at 0x%x to 0x%x; the guard page at 0x%x "
	         "maps nothing.", vmap_area(o->w, area)->nr_pages,
	         vmap_area(o->w, area)->nr_pages == 1 ? "" : "s", va,
	         vmap_area(o->w, area)->va_end - PAGE_SIZE - 1,
	         vmap_area(o->w, area)->va_end - PAGE_SIZE);
	return STATUS_OK;
}

static bool prepare_vfree(struct call *c, unsigned i, struct request *r)
{
	uint32_t area;

	(void)i;
	if (!arg_va(c, 0, &r->va))
		return false;
	area = vmap_area_find(call_world(c), r->va);
	r->n = area ? vmap_area(call_world(c), area)->nr_pages : 0;
	REQUEST(r, vfree, .addr = r->va);
	return true;
}

static enum status answer_vfree(const struct outcome *o, const struct request *r, struct answer *a)
{
	uint32_t lazy = o->w->kernel.vmalloc.vmap_lazy_nr;

	json_object_set_new(a->result, "va", json_hex(r->va));
	json_object_set_new(a->result, "pages", json_integer(r->n));
	json_object_set_new(a->result, "lazy", json_integer(lazy));
	if (!r->n) {
		text_add(&a->message, "No area begins at 0x%x: nothing is freed.", r->va);
		return STATUS_OK;
	}
	if (vmap_area_find(o->w, r->va)) {
		text_add(&a->message, "0x%x is left to a worker: vfree() must not sleep here. `run` lets "
		         "it work.", r->va);
		return STATUS_OK;
	}
	text_add(&a->message, "0x%x is %s and its %u page%s free again; ", r->va,
	         kernel_pte_pa(o->w, r->va) && kernel_pte(o->w, r->va) ? "still mapped" : "unmapped",
	         r->n, r->n == 1 ? " is" : "s are");
	if (vmalloc_ops(o->w)->lazy && lazy)
		text_add(&a->message, "the TLBs were not told: %u of %u pages have gathered for the next "
		         "purge.", lazy, lazy_max_pages(o->w));
	else
		text_add(&a->message, "all TLBs have forgotten it.");
	return STATUS_OK;
}

#define SEE_VMALLOC "vmalloc vfree layout walk translate tlb alloc"

const struct command vmalloc_commands[] = {
	{
		.name = "vmalloc", .group = "mapping", .usage = "vmalloc SIZE",
		.summary = "Maps as many pages as SIZE takes at consecutive addresses of the vmalloc "
		           "area, with a guard page behind them.",
		.example = { "v = vmalloc 64K", "cpu1: vmalloc 4096" },
		.errors = "Fails when the area has no hole or the zones have no pages. The kernel finds a "
		          "bug (oops) in an interrupt, but for 2.4.",
		.see = SEE_VMALLOC, .min = 1, .max = 1, .flags = GIVES | NEEDS_WORLD | ON_CPU,
		.arg = { ARG_SIZE }, .prepare = prepare_vmalloc, .answer = answer_vmalloc,
	},
	{
		.name = "vfree", .group = "mapping", .usage = "vfree ADDRESS",
		.summary = "Unmaps what vmalloc mapped and frees the pages. Kernels before 2.6.28 flush "
		           "all TLBs at once, later ones when many pages have gathered.",
		.example = { "vfree v", "v = vmalloc 64K; vfree v" },
		.errors = "The kernel warns when no area begins there, and finds a bug (oops) in an "
		          "interrupt (6.1 leaves it to a worker).",
		.see = SEE_VMALLOC, .min = 1, .max = 1, .flags = NEEDS_WORLD | ON_CPU,
		.arg = { ARG_VA }, .prepare = prepare_vfree, .answer = answer_vfree,
	},
	{ .name = NULL },
};
