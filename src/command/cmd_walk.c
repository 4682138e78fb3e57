/*
 * walk, translate, tlb: looking at what translates an address. Nothing is touched: no TLB learns
 * of it, no accessed bit is set, no cycle is spent.
 */
#include "command/arg.h"
#include "command/describe.h"
#include "machine/conf.h"

#include <inttypes.h>
#include <string.h>

static const struct option_row walk_options[] = {
	{ "access", ARG_TEXT, "read, write or fetch" },
	{ "user", ARG_YESNO, "whether user mode asks" },
	{ NULL, ARG_NONE, NULL },
};

static bool access_options(struct call *c, struct access *a)
{
	static const char *const kinds[] = { "read", "write", "fetch" };
	unsigned i;
	const char *kind = option_value(c, "access", &i);
	char near[64];

	for (unsigned k = 0; kind && k < 3; k++)
		if (strcmp(kind, kinds[k]) == 0) {
			a->kind = (enum access_kind)k;
			kind = NULL;
		}
	if (kind)
		return bad_option(c, i, "access=%s: an access is read, write or fetch%s", kind,
		                  suggestion(kind, kinds, 3, near, sizeof(near)));
	if (option_value(c, "user", &i) && !conf_bool(c->option[i].value, &a->user))
		return bad_option(c, i, "user=%s: say yes or no", c->option[i].value);
	return true;
}

/* The bits of an entry that are set, by Intel's names. */
static void say_bits(uint64_t entry, struct text *t)
{
	static const struct {
		uint64_t bit;
		const char *name;
	} bits[] = { { PTE_P, "P" }, { PTE_RW, "RW" }, { PTE_US, "US" }, { PTE_A, "A" },
		     { PTE_D, "D" }, { PTE_PS, "PS" }, { PTE_G, "G" }, { PTE_XD, "XD" } };
	bool any = false;

	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		if (entry & bits[i].bit) {
			text_add(t, "%s%s", any ? " " : "", bits[i].name);
			any = true;
		}
	text_add(t, "%s", any ? "" : "not present");
}

static json_t *levels_json(const struct walk *walk)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < walk->nr; i++) {
		const struct walk_entry *e = &walk->read[i];

		json_array_append_new(array, json_pack("{s:s, s:o, s:i, s:o}", "name",
		                                       walk_level_name(e->level), "table_pa",
		                                       json_hex(e->table_pa), "index", (int)e->index,
		                                       "entry", json_hex(e->entry)));
	}
	return array;
}

static void walk_json(uint32_t va, const struct walk *walk, json_t *json)
{
	json_object_set_new(json, "va", json_hex(va));
	json_object_set_new(json, "levels", levels_json(walk));
	if (walk->fault != FAULT_NONE) {
		json_object_set_new(json, "fault", json_pack("{s:o, s:s}", "error_code",
		                                             json_hex(walk->error_code), "reason",
		                                             fault_reason_text(walk->fault)));
		return;
	}
	json_object_set_new(json, "pa", json_hex(walk->pa));
	json_object_set_new(json, "size", json_integer((json_int_t)walk->size));
}

/* "0xc0100000 is at physical 0x100000, in a page of 2 MB" or why there is nothing. */
static void say_translation(const struct call *c, uint32_t va, const struct walk *walk,
                            struct text *t)
{
	text_add(t, "0x%x (", va);
	describe_va(call_world(c), va, t);
	if (walk->fault != FAULT_NONE) {
		text_add(t, ") faults, error code 0x%x: %s.", walk->error_code,
		         fault_reason_text(walk->fault));
		return;
	}
	text_add(t, ") is at physical 0x%" PRIx64 ", in a page of ", walk->pa);
	describe_size(walk->size, t);
	text_add(t, ".");
}

static bool do_walk(struct call *c, uint32_t *va, struct walk *walk)
{
	struct access a = { 0 };

	if (!arg_va(c, 0, va) || !access_options(c, &a))
		return false;
	a.va = *va;
	*walk = machine_peek(&call_world(c)->machine, c->cpu, a);
	walk_json(*va, walk, c->answer.result);
	if (walk->fault == FAULT_NONE)
		c->answer.value = (struct value){ VALUE_NUMBER, walk->pa };
	return true;
}

/* A PDPTE is in a register since CR3 was loaded; when memory says something else by now, that too. */
static void say_register(struct call *c, const struct walk_entry *e)
{
	uint64_t now = phys_read64(&call_world(c)->machine.phys, e->table_pa + e->index * 8);

	say(c, ", in a register since CR3 was loaded");
	if (now != e->entry)
		say(c, "; memory says 0x%016" PRIx64 " by now, and is not asked before the next load", now);
}

static enum status run_walk(struct call *c)
{
	struct walk walk;
	uint32_t va;

	if (!do_walk(c, &va, &walk))
		return STATUS_ERROR;
	for (unsigned i = 0; i < walk.nr; i++) {
		const struct walk_entry *e = &walk.read[i];

		say(c, "%-4s at 0x%09" PRIx64 ", entry %4u: 0x%016" PRIx64 "  ", walk_level_name(e->level),
		    e->table_pa, e->index, e->entry);
		say_bits(e->entry, &c->answer.message);
		if (e->level == LEVEL_PDPT)
			say_register(c, e);
		say(c, "\n");
	}
	say_translation(c, va, &walk, &c->answer.message);
	return STATUS_OK;
}

/* What a CPU's TLB holds for an address; NULL when it holds nothing. */
static const struct tlb_entry *in_tlb(const struct tlb *t, uint32_t va)
{
	for (unsigned i = 0; t->used && i < tlb_capacity(t->model); i++) {
		const struct tlb_entry *e = tlb_entry(t, i, NULL);

		if (e->size && va - e->va < e->size)
			return e;
	}
	return NULL;
}

static enum status run_translate(struct call *c)
{
	const struct machine *machine = &call_world(c)->machine;
	const struct tlb_entry *e;
	struct walk walk;
	uint32_t va;

	if (!do_walk(c, &va, &walk))
		return STATUS_ERROR;
	say_translation(c, va, &walk, &c->answer.message);
	e = in_tlb(&machine->cpu[c->cpu].tlb, va);
	json_object_set_new(c->answer.result, "tlb", json_string(e ? "hit" : "miss"));
	if (e && machine_tlb_stale(machine, c->cpu, e))
		say(c, " But CPU %u would not look: its TLB still has 0x%" PRIx64 " for it.", c->cpu,
		    e->pa + (va - e->va));
	else if (e)
		say(c, " CPU %u has it in its TLB.", c->cpu);
	return STATUS_OK;
}

static void tlb_entry_line(struct call *c, const struct tlb_entry *e, enum tlb_array array,
                           bool stale)
{
	say(c, "  0x%08x  0x%09" PRIx64 "  ", e->va, e->pa);
	describe_size(e->size, &c->answer.message);
	say(c, "  %s%s%s%s\n", tlb_array_name(array), e->global ? " global" : "",
	    e->dirty ? " dirty" : "", stale ? " STALE" : "");
}

static json_t *tlb_of_cpu(struct call *c, unsigned cpu)
{
	const struct machine *machine = &call_world(c)->machine;
	const struct tlb *t = &machine->cpu[cpu].tlb;
	json_t *entries = json_array();
	enum tlb_array array;

	say(c, "CPU %u: %u of %u entries\n", cpu, t->used, tlb_capacity(t->model));
	for (unsigned i = 0; t->used && i < tlb_capacity(t->model); i++) {
		const struct tlb_entry *e = tlb_entry(t, i, &array);
		bool stale = e->size && machine_tlb_stale(machine, cpu, e);

		if (!e->size)
			continue;
		tlb_entry_line(c, e, array, stale);
		json_array_append_new(entries, json_pack("{s:o, s:o, s:I, s:b, s:b}", "va",
		                                         json_hex(e->va), "pa", json_hex(e->pa), "size",
		                                         (json_int_t)e->size, "global", e->global,
		                                         "stale", stale));
	}
	return json_pack("{s:i, s:o}", "cpu", (int)cpu, "entries", entries);
}

static enum status run_tlb(struct call *c)
{
	unsigned first = 0, last = call_world(c)->machine.nr_cpus - 1;
	json_t *cpus;

	if (c->argc > 0) {
		if (!arg_cpu(c, 0, &first))
			return STATUS_ERROR;
		last = first;
	} else if (c->line->cpu >= 0) {
		first = last = c->cpu;
	}
	cpus = json_array();
	for (unsigned cpu = first; cpu <= last; cpu++)
		json_array_append_new(cpus, tlb_of_cpu(c, cpu));
	json_object_set_new(c->answer.result, "cpus", cpus);
	return STATUS_OK;
}

const struct command walk_commands[] = {
	{
		.name = "walk", .group = "memory", .usage = "walk ADDRESS [access=KIND] [user=yes|no]",
		.summary = "Walks the page tables for an address and shows every entry used.",
		.example = { "walk 0xc0100000", "walk p0 access=write" },
		.errors = "A fault is an answer. The walk is only looked at: no TLB learns of it.",
		.see = "translate tlb read", .min = 1, .max = 1, .flags = GIVES | NEEDS_WORLD | ON_CPU,
		.arg = { ARG_VA }, .options = walk_options, .run = run_walk,
	},
	{
		.name = "translate", .group = "memory",
		.usage = "translate ADDRESS [access=KIND] [user=yes|no]",
		.summary = "Says where a virtual address is in physical memory, and whether the CPU's TLB "
		           "would say the same.",
		.example = { "translate 0xc0100000", "cpu1: translate p0" },
		.errors = "A fault is an answer.",
		.see = "walk tlb page", .min = 1, .max = 1, .flags = GIVES | NEEDS_WORLD | ON_CPU,
		.arg = { ARG_VA }, .options = walk_options, .run = run_translate,
	},
	{
		.name = "tlb", .group = "memory", .usage = "tlb [CPU]",
		.summary = "Lists what the TLBs hold, with the entries that are stale.",
		.example = { "tlb", "tlb 1" },
		.errors = "There must be such a CPU.",
		.see = "walk translate read", .max = 1, .flags = NEEDS_WORLD | ON_CPU, .arg = { ARG_CPU },
		.run = run_tlb,
	},
	{ .name = NULL },
};
