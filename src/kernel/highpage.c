/*
 * clear_highpage(), clear_user_highpage() and copy_highpage() of include/linux/highmem.h: what the
 * kernel itself maps pages for a moment for.
 *
 * Generations of callers. With named slots the source is in KM_USER0 and the destination in KM_USER1,
 * and which of the two goes first does not matter. The first patch of the series that made the slots
 * a stack puts them in order: mapped last, released first (kernel/atomic_patch.h). Then the names go,
 * and at last kmap_local takes the place of kmap_atomic, so that nothing is disabled for a whole
 * page's time but migration. 2.4's clear_highpage() is older than all that: it takes a slot of the
 * pool, may sleep for it, and is a BUG in an interrupt; clear_user_highpage(), for a fault's new page,
 * was atomic there already. Each has its own lines here, because a reader should see one kernel's
 * code, not four.
 */
#include "kernel/atomic.h"
#include "kernel/highmem.h"
#include "kernel/world.h"

bool copy_page(struct world *w, unsigned cpu, uint32_t to, uint32_t from)
{
	uint64_t from_pa;

	return machine_copy_page(&w->machine, cpu, to, from, &from_pa).fault == FAULT_NONE;
}

/* The events tell the frames that were really written and read, whatever the caller thinks is mapped
 * there. */
static bool clear_page(struct world *w, unsigned cpu, uint32_t kaddr)
{
	struct access_result r = machine_clear_page(&w->machine, cpu, kaddr);

	if (r.fault != FAULT_NONE)
		return false;
	world_event(w, cpu, EVENT_CLEAR, r.pa >> PAGE_SHIFT, PAGE_SIZE, 0);
	return true;
}

static bool copy_whole_page(struct world *w, unsigned cpu, uint32_t vto, uint32_t vfrom)
{
	uint64_t from_pa;
	struct access_result r = machine_copy_page(&w->machine, cpu, vto, vfrom, &from_pa);

	if (r.fault != FAULT_NONE)
		return false;
	w->kernel.stats.bytes_copied += PAGE_SIZE;
	world_event(w, cpu, EVENT_COPY, from_pa >> PAGE_SHIFT, r.pa >> PAGE_SHIFT, PAGE_SIZE);
	return true;
}

/* KM_USER0 and KM_USER1. */
static int32_t user_slot(const struct world *w, unsigned n)
{
	return (int32_t)km_type(w, profile_slot(w->kernel.profile, n ? "USER1" : "USER0"));
}

/* --- clear ------------------------------------------------------------------------------------ */

FRAME(clear_highpage_kmap) { uint32_t pfn, kaddr; };
FRAME(clear_highpage_local) { uint32_t pfn, kaddr; };
FRAME(clear_highpage_named) { uint32_t pfn, kaddr; };
FRAME(clear_highpage_stacked) { uint32_t pfn, kaddr; };

/* 2.4, for what is not a user's: from the pool. */
OP(clear_highpage_kmap)
{
	BEGIN
	STEP("kaddr = kmap(page);")
	CALL(kmap, .pfn = f->pfn);
	f->kaddr = (uint32_t)RESULT;
	STEP("clear_page(kaddr);")
	OOPS_ON(!clear_page(w, c->cpu, f->kaddr), UNABLE_TO_HANDLE);
	STEP("kunmap(page);")
	CALL(kunmap, .pfn = f->pfn);
	END
}

OP(clear_highpage_named)
{
	BEGIN
	STEP("kaddr = kmap_atomic(page, KM_USER0);")
	CALL(kmap_atomic, .pfn = f->pfn, .slot = user_slot(w, 0));
	f->kaddr = (uint32_t)RESULT;
	STEP("clear_page(kaddr);")
	OOPS_ON(!clear_page(w, c->cpu, f->kaddr), UNABLE_TO_HANDLE);
	STEP("kunmap_atomic(kaddr, KM_USER0);")
	CALL(kunmap_atomic, .vaddr = f->kaddr, .slot = user_slot(w, 0));
	END
}

OP(clear_highpage_stacked)
{
	BEGIN
	STEP("kaddr = kmap_atomic(page);")
	CALL(kmap_atomic, .pfn = f->pfn, .slot = -1);
	f->kaddr = (uint32_t)RESULT;
	STEP("clear_page(kaddr);")
	OOPS_ON(!clear_page(w, c->cpu, f->kaddr), UNABLE_TO_HANDLE);
	STEP("kunmap_atomic(kaddr);")
	CALL(kunmap_atomic, .vaddr = f->kaddr, .slot = -1);
	END
}

/* 5.11 and later. */
OP(clear_highpage_local)
{
	BEGIN
	STEP("kaddr = kmap_local_page(page);")
	CALL(kmap_local_page, .pfn = f->pfn);
	f->kaddr = (uint32_t)RESULT;
	STEP("clear_page(kaddr);")
	OOPS_ON(!clear_page(w, c->cpu, f->kaddr), UNABLE_TO_HANDLE);
	STEP("kunmap_local(kaddr);")
	CALL(kunmap_local, .vaddr = f->kaddr);
	END
}

static const struct op *clear_for_a_moment(const struct world *w)
{
	const struct atomic_ops *ops = w->kernel.atomic_ops;

	return ops->local ? &clear_highpage_local_op :
	       ops->typed ? &clear_highpage_named_op : &clear_highpage_stacked_op;
}

OP(clear_user_highpage)
{
	BEGIN
	CALL_THROUGH(clear_for_a_moment(w), clear_highpage_named, .pfn = f->pfn);
	END
}

OP(clear_highpage)
{
	BEGIN
	CALL_THROUGH(w->kernel.profile->clear_kmaps ? &clear_highpage_kmap_op : clear_for_a_moment(w),
	             clear_highpage_named, .pfn = f->pfn);
	END
}

/* --- copy ------------------------------------------------------------------------------------- */

FRAME(copy_highpage_local) { uint32_t to, from, vto, vfrom; };
FRAME(copy_highpage_named) { uint32_t to, from, vto, vfrom; };
FRAME(copy_highpage_nested) { uint32_t to, from, vto, vfrom; };
FRAME(copy_highpage_stacked) { uint32_t to, from, vto, vfrom; };

OP(copy_highpage_named)
{
	BEGIN
	STEP("vfrom = kmap_atomic(from, KM_USER0);")
	CALL(kmap_atomic, .pfn = f->from, .slot = user_slot(w, 0));
	f->vfrom = (uint32_t)RESULT;
	STEP("vto = kmap_atomic(to, KM_USER1);")
	CALL(kmap_atomic, .pfn = f->to, .slot = user_slot(w, 1));
	f->vto = (uint32_t)RESULT;
	STEP("copy_page(vto, vfrom);")
	OOPS_ON(!copy_whole_page(w, c->cpu, f->vto, f->vfrom), UNABLE_TO_HANDLE);
	STEP("kunmap_atomic(vfrom, KM_USER0);")
	CALL(kunmap_atomic, .vaddr = f->vfrom, .slot = user_slot(w, 0));
	STEP("kunmap_atomic(vto, KM_USER1);")
	CALL(kunmap_atomic, .vaddr = f->vto, .slot = user_slot(w, 1));
	END
}

OP(copy_highpage_nested)
{
	BEGIN
	STEP("vfrom = kmap_atomic(from, KM_USER0);")
	CALL(kmap_atomic, .pfn = f->from, .slot = user_slot(w, 0));
	f->vfrom = (uint32_t)RESULT;
	STEP("vto = kmap_atomic(to, KM_USER1);")
	CALL(kmap_atomic, .pfn = f->to, .slot = user_slot(w, 1));
	f->vto = (uint32_t)RESULT;
	STEP("copy_page(vto, vfrom);")
	OOPS_ON(!copy_whole_page(w, c->cpu, f->vto, f->vfrom), UNABLE_TO_HANDLE);
	STEP("kunmap_atomic(vto, KM_USER1);")
	CALL(kunmap_atomic, .vaddr = f->vto, .slot = user_slot(w, 1));
	STEP("kunmap_atomic(vfrom, KM_USER0); /* mapped first, released last */")
	CALL(kunmap_atomic, .vaddr = f->vfrom, .slot = user_slot(w, 0));
	END
}

OP(copy_highpage_stacked)
{
	BEGIN
	STEP("vfrom = kmap_atomic(from);")
	CALL(kmap_atomic, .pfn = f->from, .slot = -1);
	f->vfrom = (uint32_t)RESULT;
	STEP("vto = kmap_atomic(to);")
	CALL(kmap_atomic, .pfn = f->to, .slot = -1);
	f->vto = (uint32_t)RESULT;
	STEP("copy_page(vto, vfrom);")
	OOPS_ON(!copy_whole_page(w, c->cpu, f->vto, f->vfrom), UNABLE_TO_HANDLE);
	STEP("kunmap_atomic(vto);")
	CALL(kunmap_atomic, .vaddr = f->vto, .slot = -1);
	STEP("kunmap_atomic(vfrom); /* mapped first, released last */")
	CALL(kunmap_atomic, .vaddr = f->vfrom, .slot = -1);
	END
}

OP(copy_highpage_local)
{
	BEGIN
	STEP("vfrom = kmap_local_page(from);")
	CALL(kmap_local_page, .pfn = f->from);
	f->vfrom = (uint32_t)RESULT;
	STEP("vto = kmap_local_page(to);")
	CALL(kmap_local_page, .pfn = f->to);
	f->vto = (uint32_t)RESULT;
	STEP("copy_page(vto, vfrom);")
	OOPS_ON(!copy_whole_page(w, c->cpu, f->vto, f->vfrom), UNABLE_TO_HANDLE);
	STEP("kunmap_local(vto);")
	CALL(kunmap_local, .vaddr = f->vto);
	STEP("kunmap_local(vfrom);")
	CALL(kunmap_local, .vaddr = f->vfrom);
	END
}

OP(copy_highpage)
{
	const struct atomic_ops *ops = w->kernel.atomic_ops;

	BEGIN
	CALL_THROUGH(ops->local  ? &copy_highpage_local_op :
	             !ops->typed ? &copy_highpage_stacked_op :
	             ops->nested ? &copy_highpage_nested_op : &copy_highpage_named_op,
	             copy_highpage_named, .to = f->to, .from = f->from);
	END
}
