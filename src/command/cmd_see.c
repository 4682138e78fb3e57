/*
 * config, layout, dmesg, page, pkmap, fixmap: looking at what boot made, and at the windows.
 */
#include "command/arg.h"
#include "command/describe.h"

#include "kernel/atomic.h"
#include "lab/words.h"
#include "machine/conf.h"

#include <inttypes.h>
#include <stdio.h>

static enum status run_config(struct call *c)
{
	const struct world *w = call_world(c);
	const struct boot_config *b = &w->kernel.config;
	json_t *options = json_object();

	say(c, "kernel=%s highmem=%s split=%s pae=%s ", b->kernel,
	    word_for(&highmem_words, b->highmem), word_for(&split_words, b->split),
	    w->kernel.layout.pae ? "yes" : "no");
	if (b->e820_given)
		say(c, "e820=(%u ranges) ", b->e820.nr);
	else
		say(c, "ram=%" PRIu64 "M ", b->ram >> 20);
	say(c, "cpus=%u nr_cpus=%u cpu=%s seed=%" PRIu64 " cmdline=\"%s\"\nbuild options:", b->cpus,
	    b->nr_cpus, b->cpu_model, b->seed, b->cmdline);
	for (unsigned i = 0; i < w->kernel.profile->nr_options; i++) {
		const char *name = w->kernel.profile->option[i].name;
		bool on = boot_option(b, w->kernel.profile, name);

		say(c, " %s=%s", name, on ? "yes" : "no");
		json_object_set_new(options, name, json_boolean(on));
	}
	json_decref(c->answer.result);
	c->answer.result = json_pack("{s:s, s:s, s:s, s:b, s:I, s:i, s:i, s:i, s:s, s:I, s:s, s:o}",
	                             "kernel", b->kernel, "highmem",
	                             word_for(&highmem_words, b->highmem), "split",
	                             word_for(&split_words, b->split), "pae", w->kernel.layout.pae,
	                             "ram", (json_int_t)ram_bytes(w), "cpus", (int)b->cpus,
	                             "nr_cpus", (int)b->nr_cpus, "pkmap", (int)b->pkmap, "cpu",
	                             b->cpu_model, "seed", (json_int_t)b->seed, "cmdline",
	                             b->cmdline, "options", options);
	if (b->patch) {
		say(c, "\npatch=%u of the series that made slots a stack", b->patch - 1);
		json_object_set_new(c->answer.result, "patch", json_integer(b->patch - 1));
	}
	return STATUS_OK;
}

static enum status run_layout(struct call *c)
{
	const struct layout *l = &call_world(c)->kernel.layout;
	struct region region[REGIONS_MAX];
	unsigned n = layout_regions(l, region);

	json_decref(c->answer.result);
	c->answer.result = layout_json(c->s);
	for (unsigned i = n; i > 0; i--) {
		const struct region *r = &region[i - 1];

		say(c, "  %-14s 0x%08x - 0x%08x  ", r->name, r->start, r->end);
		describe_size(r->end - r->start, &c->answer.message);
		say(c, "\n");
	}
	return STATUS_OK;
}

static enum status run_dmesg(struct call *c)
{
	const struct world *w = call_world(c);
	uint64_t n = w->kernel.dmesg.n;
	json_t *lines;

	if (c->argc && !arg_number(c, 0, 1, DMESG_MAX, &n))
		return STATUS_ERROR;
	lines = json_array();
	for (uint32_t i = n < w->kernel.dmesg.n ? w->kernel.dmesg.n - (uint32_t)n : 0;
	     i < w->kernel.dmesg.n; i++) {
		say(c, "%s\n", dmesg_line(w, i));
		json_array_append_new(lines, json_string(dmesg_line(w, i)));
	}
	json_object_set_new(c->answer.result, "lines", lines);
	return STATUS_OK;
}

/* --- a page ----------------------------------------------------------------------------------- */

/* The atomic slots that map a frame, over all CPUs. */
static json_t *page_slots(struct call *c, uint64_t pfn)
{
	const struct world *w = call_world(c);
	json_t *slots = json_array();

	for (unsigned cpu = 0; cpu < w->machine.nr_cpus; cpu++)
		for (unsigned slot = 0; slot < w->kernel.layout.kmap_slots_per_cpu; slot++) {
			uint64_t pte = atomic_slot_pte(w, cpu, slot);
			uint32_t va = slot_address(w, cpu, slot);

			if (!(pte & PTE_P) || pte_pfn(pte) != pfn)
				continue;
			say(c, " It is mapped at 0x%x, ", va);
			describe_va(w, va, &c->answer.message);
			say(c, ".");
			json_array_append_new(slots, json_pack("{s:i, s:i, s:o}", "cpu", (int)cpu, "slot",
			                                       (int)slot, "va", json_hex(va)));
		}
	return slots;
}

static void say_page_address(struct call *c, uint32_t va)
{
	if (!va) {
		say(c, " kmap has no address for it.");
		return;
	}
	say(c, " Its address is 0x%x, ", va);
	describe_va(call_world(c), va, &c->answer.message);
	say(c, ".");
}

/* The address that the argument was, if it was one. */
static bool page_argument_va(const struct call *c, uint32_t *va)
{
	struct value v = session_lookup(c->s, c->argv[0]);
	uint64_t n = v.n;

	if (c->argv[0][0] == '@' ? !conf_number(c->argv[0] + 1, &n) : v.kind != VALUE_VA)
		return false;
	*va = (uint32_t)n;
	return true;
}

/* What the kernel's own functions make of the address. */
static void say_to_page(struct call *c, uint32_t va, uint64_t pfn)
{
	const struct world *w = call_world(c);
	uint64_t virt = virt_to_page(w, va), kmap = kmap_to_page(w, c->cpu, va);
	bool knows = w->kernel.profile->kmap_to_page;

	json_object_set_new(c->answer.result, "virt_to_page", json_hex(virt));
	if (knows)
		json_object_set_new(c->answer.result, "kmap_to_page", json_hex(kmap));
	if (virt != pfn)
		say(c, " virt_to_page(0x%x) would say frame 0x%" PRIx64 ": it is for the direct map.", va,
		    virt);
	if (virt != pfn && knows && kmap == pfn)
		say(c, " kmap_to_page() says it right.");
	else if (virt != pfn && knows)
		say(c, " kmap_to_page() is wrong too: it does not know this address.");
}

static enum status run_page(struct call *c)
{
	const struct page *page;
	struct request r = { .slot = -1 };
	uint32_t va;

	if (!arg_page(c, 0, &r.pfn))
		return STATUS_ERROR;
	page_label(c, 0, r.pfn, r.page, sizeof(r.page));
	page = pfn_to_page(call_world(c), r.pfn);
	va = page_address(call_world(c), r.pfn);
	describe_page(call_world(c), &r, &c->answer.message);
	say(c, " at physical 0x%" PRIx64 ": %s, %u reference%s.", r.pfn << PAGE_SHIFT,
	    word_for(&use_words, page->use), page->refs, page->refs == 1 ? "" : "s");
	say_page_address(c, va);
	json_decref(c->answer.result);
	c->answer.result = json_pack("{s:s, s:o, s:o, s:s, s:s, s:I}", "page", r.page, "pfn",
	                             json_hex(r.pfn), "pa", json_hex(r.pfn << PAGE_SHIFT), "zone",
	                             zone_of(call_world(c), r.pfn)->name, "use",
	                             word_for(&use_words, page->use), "refs",
	                             (json_int_t)page->refs);
	if (va)
		json_object_set_new(c->answer.result, "va", json_hex(va));
	json_object_set_new(c->answer.result, "slots", page_slots(c, r.pfn));
	if (page_argument_va(c, &va))
		say_to_page(c, va, r.pfn);
	c->answer.value = (struct value){ VALUE_PAGE, r.pfn };
	return STATUS_OK;
}

/* --- the windows ------------------------------------------------------------------------------ */

static enum status one_pkmap_slot(struct call *c, unsigned n)
{
	const struct world *w = call_world(c);
	uint64_t slot;
	uint32_t va, count;

	if (!arg_number(c, 0, 0, n - 1, &slot))
		return STATUS_ERROR;
	va = PKMAP_ADDR(&w->kernel.layout, (unsigned)slot);
	count = w->kernel.pkmap.pkmap_count[slot];
	json_object_set_new(c->answer.result, "slot", json_integer((json_int_t)slot));
	json_object_set_new(c->answer.result, "va", json_hex(va));
	json_object_set_new(c->answer.result, "count", json_integer(count));
	say(c, "Slot %u of the pool, 0x%x: count %u, ", (unsigned)slot, va, count);
	if (count) {
		uint64_t pfn = pte_pfn(kernel_pte(w, va));
		const char *name = session_page_name(c->s, pfn);

		json_object_set_new(c->answer.result, "pfn", json_hex(pfn));
		describe_frame(w, name ? name : "a page", pfn, &c->answer.message);
		if (count == 1)
			say(c, ", which nobody uses; TLBs may still have it.");
		else
			say(c, ", mapped for %u user%s.", count - 1, count == 2 ? "" : "s");
	} else {
		say(c, "free.");
	}
	return STATUS_OK;
}

static enum status run_pkmap(struct call *c)
{
	const struct world *w = call_world(c);
	const struct pkmap *p = &w->kernel.pkmap;
	unsigned n = w->kernel.layout.highmem ? w->kernel.layout.last_pkmap : 0, used = 0, unused = 0;
	json_t *counts;

	if (!n)
		return refuse(c, "This kernel was built without high memory: it has no kmap pool");
	if (c->argc)
		return one_pkmap_slot(c, n);
	counts = json_array();
	for (unsigned i = 0; i < n; i++) {
		json_array_append_new(counts, json_integer(p->pkmap_count[i]));
		used += p->pkmap_count[i] > 1;
		unused += p->pkmap_count[i] == 1;
	}
	json_decref(c->answer.result);
	c->answer.result = json_pack("{s:o, s:i, s:o, s:i}", "base",
	                             json_hex(w->kernel.layout.pkmap_base), "last",
	                             (int)p->last_pkmap_nr, "counts", counts, "waiters",
	                             (int)waiters(w, PKMAP_MAP_WAIT));
	say(c, "%u slots from 0x%x on: %u in use, %u unused but not flushed, %u free. last_pkmap_nr "
	    "%u, %u waiting.", n, w->kernel.layout.pkmap_base, used, unused, n - used - unused,
	    p->last_pkmap_nr, waiters(w, PKMAP_MAP_WAIT));
	for (unsigned i = 0, shown = 0; i < n && shown < 20; i++) {
		uint32_t va = PKMAP_ADDR(&w->kernel.layout, i);

		if (!p->pkmap_count[i])
			continue;
		say(c, "\n  slot %3u  0x%x  count %u  frame 0x%" PRIx64, i, va, p->pkmap_count[i],
		    pte_pfn(kernel_pte(w, va)));
		if (++shown == 20 && used + unused > 20)
			say(c, "\n  and %u more", used + unused - 20);
	}
	return STATUS_OK;
}

static json_t *fixmap_slot_json(struct call *c, unsigned cpu, unsigned slot)
{
	const struct world *w = call_world(c);
	uint64_t pte = atomic_slot_pte(w, cpu, slot);
	uint32_t va = slot_address(w, cpu, slot);
	char name[32];
	json_t *json = json_pack("{s:i, s:i, s:o}", "cpu", (int)cpu, "slot", (int)slot, "va",
	                         json_hex(va));

	describe_slot(w, slot, name, sizeof(name));
	if (name[0])
		json_object_set_new(json, "name", json_string(name));
	if (pte) {
		json_object_set_new(json, "pfn", json_hex(pte_pfn(pte)));
		json_object_set_new(json, "pte", json_hex(pte));
		say(c, "\n  CPU %u slot %2u  0x%x  %-20s frame 0x%" PRIx64, cpu, slot, va, name,
		    pte_pfn(pte));
	}
	return json;
}

static enum status run_fixmap(struct call *c)
{
	const struct world *w = call_world(c);
	const struct layout *l = &w->kernel.layout;
	json_t *slots = json_array();

	if (l->fix_kmap_begin)
		say(c, "The fixmap reaches from 0x%x down to 0x%x; atomic slots begin at index %u, 0x%x, "
		    "%u for each CPU.", l->fixaddr_top, l->fixaddr_start, l->fix_kmap_begin,
		    fix_to_virt(l, l->fix_kmap_begin), l->kmap_slots_per_cpu);
	else
		say(c, "The fixmap reaches from 0x%x down to 0x%x; this kernel has no atomic slots.",
		    l->fixaddr_top, l->fixaddr_start);
	for (unsigned cpu = 0; l->fix_kmap_begin && cpu < w->machine.nr_cpus; cpu++)
		for (unsigned slot = 0; slot < l->kmap_slots_per_cpu; slot++)
			json_array_append_new(slots, fixmap_slot_json(c, cpu, slot));
	json_object_set_new(c->answer.result, "top", json_hex(l->fixaddr_top));
	json_object_set_new(c->answer.result, "start", json_hex(l->fixaddr_start));
	json_object_set_new(c->answer.result, "slots", slots);
	return STATUS_OK;
}

const struct command see_commands[] = {
	{
		.name = "config", .group = "machine", .usage = "config",
		.summary = "Shows what was booted: the words of `boot`, and the build options.",
		.example = { "config", "boot highpte=yes; config" }, .errors = "Cannot fail.",
		.see = "boot layout", .flags = NEEDS_WORLD, .run = run_config,
	},
	{
		.name = "layout", .group = "machine", .usage = "layout",
		.summary = "Shows the parts of the virtual address space, from the top down.",
		.example = { "layout", "boot split=1g; layout" }, .errors = "Cannot fail.",
		.see = "boot zones pkmap fixmap dmesg", .flags = NEEDS_WORLD, .run = run_layout,
	},
	{
		.name = "dmesg", .group = "machine", .usage = "dmesg [LINES]",
		.summary = "Shows the kernel's log, or its last lines.",
		.example = { "dmesg", "dmesg 5" }, .errors = "LINES must be a number from 1.",
		.see = "boot layout", .max = 1, .flags = NEEDS_WORLD, .arg = { ARG_NUMBER },
		.run = run_dmesg,
	},
	{
		.name = "page", .group = "pages", .usage = "page PAGE",
		.summary = "Tells about a page: its frame and zone, who uses it, where it is mapped.",
		.example = { "page p0", "q = page pfn:0x1000" },
		.errors = "There must be such a page frame.", .see = "alloc kmap walk", .min = 1, .max = 1,
		.flags = GIVES | NEEDS_WORLD, .arg = { ARG_PAGE }, .run = run_page,
	},
	{
		.name = "pkmap", .group = "mapping", .usage = "pkmap [SLOT]",
		.summary = "Shows the kmap pool: pkmap_count of every slot, last_pkmap_nr, who waits; or "
		           "one slot of it.",
		.example = { "pkmap", "kmap p0; pkmap 1" },
		.errors = "Fails in a kernel without high memory. The pool must have such a slot.",
		.see = "kmap kunmap fixmap", .max = 1, .flags = NEEDS_WORLD, .arg = { ARG_NUMBER },
		.run = run_pkmap,
	},
	{
		.name = "fixmap", .group = "mapping", .usage = "fixmap",
		.summary = "Shows the atomic slots of every CPU and what they map.",
		.example = { "fixmap", "kmap_atomic p0; fixmap" }, .errors = "Cannot fail.",
		.see = "kmap_atomic kmap_local pkmap", .flags = NEEDS_WORLD, .run = run_fixmap,
	},
	{ .name = NULL },
};
