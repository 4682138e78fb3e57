/*
 * kmap_atomic, kmap_local and their inverses: the slots of the fixmap.
 *
 * What `kunmap_atomic` of a page means depends on the generation. The kernel itself wants an
 * address; where a page is given, it is the address at which this CPU maps it, looked for in the
 * slots. A typed generation wants a slot's name too: the one that the address belongs to, unless
 * the user names another, which is a mistake that lessons make on purpose. What later generations
 * (and the patches between them) make of a name is a table here.
 */
#include "command/arg.h"
#include "command/describe.h"
#include "command/op.h"

#include "kernel/atomic_patch.h"
#include "lab/words.h"

#include <string.h>

static bool typed(const struct call *c)
{
	return call_world(c)->kernel.atomic_ops->typed;
}

/* What each kernel makes of a slot that the user names; see enum slot_argument. */
static bool slot_chooses(struct call *c, struct request *r)
{
	return arg_slot(c, 1, &r->slot);
}

static bool slot_ignored(struct call *c, struct request *r)
{
	int slot;

	r->n = 1; /* for the answer */
	return arg_slot(c, 1, &slot);
}

static bool slot_refused(struct call *c, struct request *r)
{
	(void)r;
	return bad(c, 1, "This does not compile: %s() takes one argument since patch 3 (too many "
	           "arguments to function '%s'): leave out '%s'", c->command->name,
	           c->command->name, c->argv[1]);
}

static bool slot_gone(struct call *c, struct request *r)
{
	(void)r;
	return bad(c, 1, "This does not compile: kernel %s chooses the slot itself and has no names "
	           "for slots ('%s' undeclared): leave it out", call_world(c)->kernel.profile->name,
	           c->argv[1]);
}

static bool (*const slot_rules[])(struct call *c, struct request *r) = {
	[SLOT_CHOOSES] = slot_chooses, [SLOT_IGNORED] = slot_ignored,
	[SLOT_REFUSED] = slot_refused, [SLOT_GONE] = slot_gone,
};

/* The slot that the user names, else `otherwise`. */
static bool named_slot(struct call *c, int otherwise, struct request *r)
{
	r->slot = otherwise;
	return c->argc < 2 || slot_rules[slot_argument(call_world(c))](c, r);
}

/* A name that was given and means nothing here. */
static void answer_ignored(const struct request *r, struct answer *a)
{
	if (!r->n)
		return;
	json_object_set_new(a->result, "slot_argument", json_string("ignored"));
	text_add(&a->message, " The slot that was named is ignored.");
}

static bool page_argument(struct call *c, struct request *r)
{
	if (!arg_page(c, 0, &r->pfn))
		return false;
	page_label(c, 0, r->pfn, r->page, sizeof(r->page));
	return true;
}

/* KM_USER0: the slot for whoever names none. */
static int user0(const struct world *w)
{
	return (int)km_type(w, profile_slot(w->kernel.profile, "USER0"));
}

static bool prepare_kmap_atomic(struct call *c, unsigned i, struct request *r)
{
	(void)i;
	if (!page_argument(c, r) || !named_slot(c, typed(c) ? user0(call_world(c)) : -1, r))
		return false;
	REQUEST(r, kmap_atomic, .pfn = (uint32_t)r->pfn, .slot = r->slot);
	return true;
}

static bool has_local(struct call *c)
{
	if (call_world(c)->kernel.atomic_ops->local)
		return true;
	return bad(c, c->argc, "Kernel %s has no kmap_local: it came with 5.11; use kmap_atomic, or "
	           "`boot kernel=6.1`", call_world(c)->kernel.profile->name);
}

static bool prepare_kmap_local(struct call *c, unsigned i, struct request *r)
{
	(void)i;
	if (!has_local(c) || !page_argument(c, r))
		return false;
	REQUEST(r, kmap_local_page, .pfn = (uint32_t)r->pfn);
	return true;
}

static enum status answer_map(const struct outcome *o, const struct request *r, struct answer *a)
{
	uint32_t va = (uint32_t)o->result;
	unsigned cpu, slot;

	json_object_set_new(a->result, "page", json_string(r->page));
	json_object_set_new(a->result, "pfn", json_hex(r->pfn));
	json_object_set_new(a->result, "va", json_hex(va));
	json_object_set_new(a->result, "cpu", json_integer(o->cpu));
	a->value = (struct value){ VALUE_VA, va };
	describe_page(o->w, r, &a->message);
	if (!fixmap_slot(o->w, va, &cpu, &slot)) {
		text_add(&a->message, " lies in low memory: it is always at 0x%x, and no slot is used.",
		         va);
		answer_ignored(r, a);
		return STATUS_OK;
	}
	json_object_set_new(a->result, "slot", json_integer(slot));
	text_add(&a->message, " is mapped at 0x%x: ", va);
	describe_va(o->w, va, &a->message);
	text_add(&a->message, ".");
	answer_ignored(r, a);
	return STATUS_OK;
}

/* The address at which a CPU's slots map a page: in the slot the user named if it is there, else
 * in the highest (the one taken last, where slots are a stack). 0: in none. */
static uint32_t mapped_at(const struct world *w, unsigned cpu, uint64_t pfn, int wanted)
{
	uint32_t va = 0;

	for (unsigned slot = 0; slot < w->kernel.layout.kmap_slots_per_cpu; slot++) {
		uint64_t pte = atomic_slot_pte(w, cpu, slot);

		if (!(pte & PTE_P) || pte_pfn(pte) != pfn)
			continue;
		va = slot_address(w, cpu, slot);
		if (wanted >= 0 && slot == (unsigned)wanted)
			return va;
	}
	return va;
}

/* The address to unmap: as given, or where the page is mapped. */
static bool unmap_address(struct call *c, struct request *r)
{
	const struct world *w = call_world(c);

	if (!arg_is_page(c, 0))
		return arg_va(c, 0, &r->va);
	if (!page_argument(c, r))
		return false;
	r->va = page_highmem(w, r->pfn) ? 0 : page_address(w, r->pfn);
	if (!r->va)
		r->va = mapped_at(w, c->cpu, r->pfn, r->slot);
	return r->va || bad(c, 0, "No atomic slot of CPU %u maps %s; name an address if you mean one",
	                    c->cpu, r->page);
}

/* The slot that an address belongs to; KM_USER0 for addresses outside the slots. */
static int slot_of(const struct world *w, uint32_t va)
{
	unsigned cpu, slot;

	return fixmap_slot(w, va, &cpu, &slot) ? (int)slot : user0(w);
}

static bool prepare_kunmap_atomic(struct call *c, unsigned i, struct request *r)
{
	(void)i;
	if (!named_slot(c, -1, r) || !unmap_address(c, r))
		return false;
	if (typed(c) && r->slot < 0)
		r->slot = slot_of(call_world(c), r->va);
	REQUEST(r, kunmap_atomic, .vaddr = r->va, .slot = r->slot);
	return true;
}

static bool prepare_kunmap_local(struct call *c, unsigned i, struct request *r)
{
	(void)i;
	if (!has_local(c) || !unmap_address(c, r))
		return false;
	REQUEST(r, kunmap_local, .vaddr = r->va);
	return true;
}

static enum status answer_unmap(const struct outcome *o, const struct request *r, struct answer *a)
{
	unsigned cpu, slot;
	bool fixmap = fixmap_slot(o->w, r->va, &cpu, &slot);

	json_object_set_new(a->result, "va", json_hex(r->va));
	json_object_set_new(a->result, "cpu", json_integer(o->cpu));
	if (fixmap)
		json_object_set_new(a->result, "slot", json_integer(slot));
	text_add(&a->message, "0x%x (", r->va);
	describe_va(o->w, r->va, &a->message);
	if (!fixmap)
		text_add(&a->message, ") is no atomic slot: there is nothing to clear.");
	else if (kernel_pte(o->w, r->va) && r->slot >= 0 && (unsigned)r->slot != slot)
		text_add(&a->message, ") is still mapped: slot %d was named, which is another one.",
		         r->slot);
	else if (kernel_pte(o->w, r->va))
		text_add(&a->message, ") is given back, but its entry was not cleared.");
	else
		text_add(&a->message, ") is unmapped: the entry is cleared.");
	answer_ignored(r, a);
	return STATUS_OK;
}

#define SEE_ATOMIC "kmap_atomic kunmap_atomic kmap_local kunmap_local fixmap kmap"

const struct command atomic_commands[] = {
	{
		.name = "kmap_atomic", .group = "mapping", .usage = "kmap_atomic PAGE [KM_SLOT]",
		.summary = "Maps a page in a slot of this CPU's fixmap. Never sleeps, and forbids "
		           "sleeping until it is undone.",
		.example = { "kmap_atomic p0 KM_USER0", "v = cpu1: kmap_atomic p0" },
		.errors = "The kernel finds a bug (oops) when the slot maps something already. Only "
		          "kernels with named slots take KM_SLOT (without it, KM_USER0); see patch.",
		.see = SEE_ATOMIC, .min = 1, .max = 2, .flags = GIVES | NEEDS_WORLD | ON_CPU,
		.arg = { ARG_PAGE, ARG_SLOT }, .prepare = prepare_kmap_atomic, .answer = answer_map,
	},
	{
		.name = "kunmap_atomic", .group = "mapping",
		.usage = "kunmap_atomic PAGE-or-ADDRESS [KM_SLOT]",
		.summary = "Clears the slot of an address and drops it from this CPU's TLB.",
		.example = { "kunmap_atomic p0 KM_USER0", "kunmap_atomic v" },
		.errors = "Naming the wrong slot clears nothing and leaks the mapping, as in the kernel.",
		.see = SEE_ATOMIC, .min = 1, .max = 2, .flags = NEEDS_WORLD | ON_CPU,
		.arg = { ARG_PAGE_OR_VA, ARG_SLOT }, .prepare = prepare_kunmap_atomic,
		.answer = answer_unmap,
	},
	{
		.name = "kmap_local", .group = "mapping", .usage = "kmap_local PAGE",
		.summary = "kmap_local_page(): maps a page in the next slot of the task's own stack; the "
		           "task may sleep and be switched meanwhile.",
		.example = { "kmap_local p0", "v = kmap_local p0" },
		.errors = "Kernels before 5.11 do not have it.",
		.see = SEE_ATOMIC, .min = 1, .max = 1, .flags = GIVES | NEEDS_WORLD | ON_CPU,
		.arg = { ARG_PAGE }, .prepare = prepare_kmap_local, .answer = answer_map,
	},
	{
		.name = "kunmap_local", .group = "mapping", .usage = "kunmap_local PAGE-or-ADDRESS",
		.summary = "Clears the slot that the task took last, which must be that of the address.",
		.example = { "kunmap_local p0", "kunmap_local v" },
		.errors = "Kernels before 5.11 do not have it. Unmapping out of order makes the kernel "
		          "warn.",
		.see = SEE_ATOMIC, .min = 1, .max = 1, .flags = NEEDS_WORLD | ON_CPU,
		.arg = { ARG_PAGE_OR_VA }, .prepare = prepare_kunmap_local, .answer = answer_unmap,
	},
	{ .name = NULL },
};
