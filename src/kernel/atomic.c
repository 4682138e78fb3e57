/*
 * What all generations of kmap_atomic() share: the entry points, and the arithmetic of slots. Two of
 * the functions that the kernel itself uses it for are in kernel/highpage.c.
 */
#include "kernel/atomic.h"

#include "kernel/world.h"

#include <string.h>

static const struct atomic_ops generations[] = {
	{ "typed_noclear", ATOMIC_BY_CARE, true, &kmap_atomic_noclear_op, &kunmap_atomic_noclear_op,
	  false, false },
	{ "typed", ATOMIC_NO_PAGEFAULT, true, &kmap_atomic_prot_op, &kunmap_atomic_typed_op, false,
	  false },
	{ "typed_nested", ATOMIC_NO_PAGEFAULT, true, &kmap_atomic_prot_op, &kunmap_atomic_typed_op,
	  false, true },
	{ "stack", ATOMIC_NO_PAGEFAULT, false, &__kmap_atomic_op, &__kunmap_atomic_op, false, true },
	{ "local", ATOMIC_NO_PREEMPT, false, &__kmap_local_page_prot_op, &kunmap_local_indexed_op,
	  true, true },
};

const struct atomic_ops *atomic_ops_find(const char *word)
{
	for (size_t i = 0; i < sizeof(generations) / sizeof(generations[0]); i++)
		if (!strcmp(generations[i].word, word))
			return &generations[i];
	return NULL;
}

bool debug_highmem(const struct world *w)
{
	return boot_option(&w->kernel.config, w->kernel.profile, "debug_highmem");
}

/* Whether a fence precedes each slot: 2.4 had none, whatever it checked. */
static bool fenced(const struct world *w)
{
	return w->kernel.profile->slots_fenced && debug_highmem(w);
}

unsigned km_type(const struct world *w, int slot)
{
	return (unsigned)(fenced(w) ? 2 * slot + 1 : slot);
}

const char *km_type_name(const struct world *w, unsigned type)
{
	if (fenced(w) && type % 2 == 0)
		return "";
	type = fenced(w) ? type / 2 : type;
	return type < w->kernel.profile->nr_slots ? w->kernel.profile->slot[type] : "";
}

uint32_t slot_address(const struct world *w, unsigned cpu, unsigned slot)
{
	const struct layout *l = &w->kernel.layout;

	return fix_to_virt(l, l->fix_kmap_begin + slot + l->kmap_slots_per_cpu * cpu);
}

bool fixmap_slot(const struct world *w, uint32_t va, unsigned *cpu, unsigned *slot)
{
	const struct layout *l = &w->kernel.layout;
	uint32_t index = (l->fixaddr_top - (va & ~(PAGE_SIZE - 1))) / PAGE_SIZE;

	if (!l->fix_kmap_begin || va > l->fixaddr_top || index < l->fix_kmap_begin ||
	    index > l->fix_kmap_end)
		return false;
	*cpu = (index - l->fix_kmap_begin) / l->kmap_slots_per_cpu;
	*slot = (index - l->fix_kmap_begin) % l->kmap_slots_per_cpu;
	return true;
}

void kpte_clear_flush(struct world *w, unsigned cpu, unsigned slot, uint32_t vaddr)
{
	if (vaddr != slot_address(w, cpu, slot))
		w->kernel.slot_check.misused |= SLOT_WRONG_FLUSH;
	if (!w->kernel.broken.no_slot_clear) {
		set_pte(w, cpu, slot_address(w, cpu, slot), 0);
		machine_invlpg(&w->machine, cpu, vaddr);
	}
	world_event(w, cpu, EVENT_SLOT_UNMAP, vaddr, slot, 0);
}

/* What comes before and after the generation's mapping, by what it disables. 2.4 disables nothing and has
 * neither; each of the others has its own lines, and no reader sees another generation's. */
FRAME(kmap_atomic_pagefault) { uint32_t pfn; int32_t slot; };
FRAME(kunmap_atomic_pagefault) { uint32_t vaddr; int32_t slot; };
FRAME(kmap_atomic_preempt) { uint32_t pfn; int32_t slot; };
FRAME(kunmap_atomic_preempt) { uint32_t vaddr; int32_t slot; };

/* Where the count goes up, and where it comes down again: whatever keeps the task on its CPU until
 * then. A kernel can be broken in it (broken.no_preempt_count). */
static void hold_cpu(struct world *w, unsigned cpu)
{
	if (!w->kernel.broken.no_preempt_count)
		inc_preempt_count(w, cpu);
}

static void release_cpu(struct world *w, unsigned cpu)
{
	if (!w->kernel.broken.no_preempt_count)
		dec_preempt_count(w, cpu);
}

/* 2.6.19 to 5.10: pagefault_disable() is a count in preempt_count. */
OP(kmap_atomic_pagefault)
{
	BEGIN
	STEP("pagefault_disable(); /* inc_preempt_count() */")
	hold_cpu(w, c->cpu);
	CALL_THROUGH(w->kernel.atomic_ops->map, kmap_atomic_map, .pfn = f->pfn, .slot = f->slot);
	RETURN(RESULT);
	END
}

OP(kunmap_atomic_pagefault)
{
	BEGIN
	CALL_THROUGH(w->kernel.atomic_ops->unmap, kmap_atomic_unmap, .vaddr = f->vaddr,
	             .slot = f->slot);
	STEP("pagefault_enable(); /* dec_preempt_count() */")
	release_cpu(w, c->cpu);
	END
}

/* 5.11 and later: around kmap_local. */
OP(kmap_atomic_preempt)
{
	BEGIN
	STEP("preempt_disable();")
	hold_cpu(w, c->cpu);
	STEP("pagefault_disable();")
	cpu_current_put(w, c->cpu)->pagefault_disabled++;
	CALL_THROUGH(w->kernel.atomic_ops->map, kmap_atomic_map, .pfn = f->pfn, .slot = f->slot);
	RETURN(RESULT);
	END
}

OP(kunmap_atomic_preempt)
{
	BEGIN
	CALL_THROUGH(w->kernel.atomic_ops->unmap, kmap_atomic_unmap, .vaddr = f->vaddr,
	             .slot = f->slot);
	STEP("pagefault_enable();")
	cpu_current_put(w, c->cpu)->pagefault_disabled--;
	STEP("preempt_enable();")
	release_cpu(w, c->cpu);
	END
}

OP(kmap_atomic)
{
	const struct atomic_ops *ops = w->kernel.atomic_ops;
	const struct op *const how[] = { [ATOMIC_BY_CARE] = ops->map,
		                         [ATOMIC_NO_PAGEFAULT] = &kmap_atomic_pagefault_op,
		                         [ATOMIC_NO_PREEMPT] = &kmap_atomic_preempt_op };

	BEGIN
	w->kernel.stats.kmap_atomics++;
	CALL_THROUGH(how[ops->atomicity], kmap_atomic_map, .pfn = f->pfn, .slot = f->slot);
	RETURN(RESULT);
	END
}

OP(kunmap_atomic)
{
	const struct atomic_ops *ops = w->kernel.atomic_ops;
	const struct op *const how[] = { [ATOMIC_BY_CARE] = ops->unmap,
		                         [ATOMIC_NO_PAGEFAULT] = &kunmap_atomic_pagefault_op,
		                         [ATOMIC_NO_PREEMPT] = &kunmap_atomic_preempt_op };

	BEGIN
	CALL_THROUGH(how[ops->atomicity], kmap_atomic_unmap, .vaddr = f->vaddr, .slot = f->slot);
	END
}
