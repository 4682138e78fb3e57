/*
 * What all generations of kmap_atomic() share: the entry points, the arithmetic of slots, and two
 * of the functions that the kernel itself uses it for, clear_highpage() and copy_highpage().
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

static enum atomicity atomicity(const struct world *w)
{
	return w->kernel.atomic_ops->atomicity;
}

OP(kmap_atomic)
{
	BEGIN
	w->kernel.stats.kmap_atomics++;
	if (atomicity(w) == ATOMIC_NO_PREEMPT) {
		STEP("preempt_disable();")
		inc_preempt_count(w, c->cpu);
		STEP("pagefault_disable();")
		cpu_current_put(w, c->cpu)->pagefault_disabled++;
	} else if (atomicity(w) == ATOMIC_NO_PAGEFAULT) {
		STEP("pagefault_disable(); /* inc_preempt_count() */")
		inc_preempt_count(w, c->cpu);
	}
	CALL_THROUGH(w->kernel.atomic_ops->map, kmap_atomic_map, .pfn = f->pfn,
	             .slot = f->slot);
	RETURN(RESULT);
	END
}

OP(kunmap_atomic)
{
	BEGIN
	CALL_THROUGH(w->kernel.atomic_ops->unmap, kmap_atomic_unmap, .vaddr = f->vaddr,
	             .slot = f->slot);
	if (atomicity(w) == ATOMIC_NO_PREEMPT) {
		STEP("pagefault_enable();")
		cpu_current_put(w, c->cpu)->pagefault_disabled--;
		STEP("preempt_enable();")
		dec_preempt_count(w, c->cpu);
	} else if (atomicity(w) == ATOMIC_NO_PAGEFAULT) {
		STEP("pagefault_enable(); /* dec_preempt_count() */")
		dec_preempt_count(w, c->cpu);
	}
	END
}

/* The frames that were really read and written, whatever the caller thinks is mapped there. */
struct copied {
	uint64_t from, to;
};

static bool copy_frames(struct world *w, unsigned cpu, uint32_t to, uint32_t from, struct copied *frame)
{
	unsigned char buf[PAGE_SIZE] = { 0 };
	struct access_result r = { .fault = FAULT_NONE };

	if (from)
		r = machine_read(&w->machine, cpu, from, buf, sizeof(buf), false, NULL);
	frame->from = r.pa >> PAGE_SHIFT;
	if (!r.fault)
		r = machine_write(&w->machine, cpu, to, buf, sizeof(buf), false, NULL);
	frame->to = r.pa >> PAGE_SHIFT;
	machine_charge(&w->machine, cpu, from ? COST_COPY_PAGE : COST_CLEAR_PAGE);
	return !r.fault;
}

bool copy_page(struct world *w, unsigned cpu, uint32_t to, uint32_t from)
{
	struct copied frame;

	return copy_frames(w, cpu, to, from, &frame);
}

/* KM_USER0 and KM_USER1 where slots have names. */
static int32_t user_slot(const struct world *w, unsigned n)
{
	int slot = profile_slot(w->kernel.profile, n ? "USER1" : "USER0");

	return slot < 0 ? slot : (int32_t)km_type(w, slot);
}

OP(clear_highpage)
{
	struct copied frame;

	BEGIN
	STEP("kaddr = kmap_atomic(page, KM_USER0);")
	CALL(kmap_atomic, .pfn = f->pfn, .slot = user_slot(w, 0));
	f->kaddr = (uint32_t)RESULT;
	STEP("clear_page(kaddr);")
	OOPS_ON(!copy_frames(w, c->cpu, f->kaddr, 0, &frame), UNABLE_TO_HANDLE);
	world_event(w, c->cpu, EVENT_CLEAR, frame.to, PAGE_SIZE, 0);
	STEP("kunmap_atomic(kaddr, KM_USER0);")
	CALL(kunmap_atomic, .vaddr = f->kaddr, .slot = user_slot(w, 0));
	END
}

OP(copy_highpage)
{
	struct copied frame;

	BEGIN
	STEP("vfrom = kmap_atomic(from, KM_USER0);")
	CALL(kmap_atomic, .pfn = f->from, .slot = user_slot(w, 0));
	f->vfrom = (uint32_t)RESULT;
	STEP("vto = kmap_atomic(to, KM_USER1);")
	CALL(kmap_atomic, .pfn = f->to, .slot = user_slot(w, 1));
	f->vto = (uint32_t)RESULT;
	STEP("copy_page(vto, vfrom);")
	OOPS_ON(!copy_frames(w, c->cpu, f->vto, f->vfrom, &frame), UNABLE_TO_HANDLE);
	w->kernel.stats.bytes_copied += PAGE_SIZE;
	world_event(w, c->cpu, EVENT_COPY, frame.from, frame.to, PAGE_SIZE);
	if (!w->kernel.atomic_ops->nested) { /* slots with names can go in any order */
		STEP("kunmap_atomic(vfrom, KM_USER0);")
		CALL(kunmap_atomic, .vaddr = f->vfrom, .slot = user_slot(w, 0));
	}
	STEP("kunmap_atomic(vto, KM_USER1);")
	CALL(kunmap_atomic, .vaddr = f->vto, .slot = user_slot(w, 1));
	if (w->kernel.atomic_ops->nested) {
		STEP("kunmap_atomic(vfrom, KM_USER0); /* mapped first, released last */")
		CALL(kunmap_atomic, .vaddr = f->vfrom, .slot = user_slot(w, 0));
	}
	END
}
