/*
 * vmalloc() and vfree(): mm/vmalloc.c.
 *
 * vmalloc() finds a hole in the vmalloc space, gets single pages from the allocator (from high memory
 * first: they need no place in the direct map), and maps them one after the other. vfree() takes the
 * mapping away and gives the pages back. In between lies what this file is about: other CPUs' TLBs
 * still know the addresses.
 *
 * Up to 2.6.27 vfree() sends all CPUs a flush each time, which is dear. 2.6.28 (and later) lets
 * areas gather; when they have many pages (lazy_max_pages()), or when the space runs out, one flush
 * serves them all. Their entries are cleared then, too, in 2.6.32, and at once from 2.6.37 on. A
 * pointer that is used after vfree() therefore reads and writes a page that belongs to somebody
 * else by now: everywhere as long as the entry stands, and later on a CPU that has the address in
 * its TLB, while it faults on the others. 2.4 frees each page together with its entry and flushes
 * at the end, so there the same is possible for a moment.
 *
 * Left out: vmap() of given pages and its blocks per CPU (vm_map_ram), ioremap(), the array of page
 * pointers (its memory costs nothing here), huge mappings (5.12), kmalloc() of the descriptors.
 */
#include "kernel/vmalloc.h"

#include "kernel/text.h"
#include "kernel/world.h"

#include <stdio.h>

FRAME(get_vm_area) { uint32_t size, va, area, purged; };
FRAME(__vmalloc_area) { uint32_t area, i; uint64_t pfn; };
FRAME(__vunmap) { uint32_t addr, area, i, pages; };
FRAME(remove_vm_area) { uint32_t area, addr; };
FRAME(remove_vm_area_lazy) { uint32_t area, addr; };

/* What the table of generations names, defined below. */
DECLARE_OP(__vmalloc_area_node);
DECLARE_OP(vmalloc_area_pages);
DECLARE_OP(__vunmap);
DECLARE_OP(vmfree_area_pages);

#define __vmalloc_area_node_frame __vmalloc_area_frame
#define vmalloc_area_pages_frame __vmalloc_area_frame
#define vmfree_area_pages_frame __vunmap_frame

/* In the order of the words of the profile's key vmalloc. */
static const struct vmalloc_ops generations[] = {
	{ &__vmalloc_area_node_op, &__vunmap_op, true, false, false, false },      /* flushed */
	{ &vmalloc_area_pages_op, &vmfree_area_pages_op, false, false, false, false }, /* by_entry */
	{ &__vmalloc_area_node_op, &__vunmap_op, true, false, true, false },       /* lazy */
	{ &__vmalloc_area_node_op, &__vunmap_op, true, true, true, true },         /* drained */
};

const struct vmalloc_ops *vmalloc_ops(const struct world *w)
{
	return &generations[w->kernel.profile->vmalloc];
}

#define LOCK(w) (&(w)->kernel.vmalloc.lock)

/* The address space has no hole that is large enough. */
static void warn_no_space(struct world *w, uint32_t size)
{
	const char *text = profile_text(w->kernel.profile, "vmalloc_failure");
	char line[DMESG_LINE];

	if (!text)
		return;
	text_fill(line, sizeof(line), text, (struct hole[]){ HOLE("size", size), HOLES_END });
	printk(w, "%s", line);
}

/* The result is the area's number, 0 when the space is full. */
OP(get_vm_area)
{
	BEGIN
	if (vmalloc_ops(w)->bug_in_interrupt) {
		STEP("BUG_ON(in_interrupt());")
		BUG_ON(in_interrupt(w, c->cpu), "mm/vmalloc.c");
	}
	STEP("size += PAGE_SIZE; /* a guard page behind each area */")
	f->size += PAGE_SIZE;
retry:
	STEP("write_lock(&vmlist_lock); /* later vmap_area_lock */")
	SPIN_LOCK(LOCK(w), VMLIST_LOCK);
	STEP("/* the lowest hole of that size */ area->addr = addr; list_add(&area);")
	f->va = vmap_area_find_hole(w, f->size);
	if (f->va)
		f->area = vmap_area_insert(w, f->va, f->size);
	STEP("write_unlock(&vmlist_lock);")
	spin_unlock(w, c->cpu, LOCK(w), VMLIST_LOCK);
	if (!f->va && vmalloc_ops(w)->lazy && !f->purged) {
		STEP("if (!purged) { purge_vmap_area_lazy(); purged = 1; goto retry; }")
		f->purged = 1;
		CALL(__purge_vmap_area_lazy, .sync = 1);
		goto retry;
	}
	if (!f->va) {
		STEP("printk(\"out of vmalloc space\"); return NULL;")
		warn_no_space(w, f->size);
	}
	RETURN(f->area);
	END
}

/* A page more for an area. */
static void area_add_page(struct world *w, uint32_t area, uint64_t pfn)
{
	vmap_area_set_page(w, area, vmap_area(w, area)->nr_pages, (uint32_t)pfn);
	vmap_area_put(w, area)->nr_pages++;
}

static uint32_t area_size_in_pages(const struct world *w, uint32_t area)
{
	return (vmap_area(w, area)->va_end - vmap_area(w, area)->va_start) / PAGE_SIZE - 1;
}

/* Whether somebody has freed the area that is only being made: Linux would go on in freed memory,
 * here it is an oops. */
static bool area_gone(struct world *w, struct context *c, uint32_t area)
{
	if (vmap_area(w, area)->flags & VMAP_IN_USE)
		return false;
	world_oops(w, c, UNABLE_TO_HANDLE);
	return true;
}

/* 2.6: all pages first, then the mapping. */
OP(__vmalloc_area_node)
{
	BEGIN
	for (; f->i < area_size_in_pages(w, f->area); f->i++) {
		STEP("area->pages[i] = alloc_page(gfp_mask | __GFP_HIGHMEM); if (!page) goto fail;")
		CALL(__alloc_pages, .gfp = GFP_KERNEL | GFP_HIGHMEM);
		if (area_gone(w, c, f->area))
			return OP_OOPS;
		if (!RESULT)
			RETURN(0);
		area_add_page(w, f->area, RESULT);
	}
	STEP("if (map_vm_area(area, prot, &pages)) goto fail;")
	if (area_gone(w, c, f->area))
		return OP_OOPS;
	CALL(map_vm_area, .area = f->area);
	RETURN(RESULT);
	END
}

static uint32_t next_va(const struct world *w, uint32_t area)
{
	return vmap_area(w, area)->va_start + vmap_area(w, area)->nr_pages * PAGE_SIZE;
}

/* 2.4: page by page, each mapped before the next is asked for (alloc_area_pte). */
OP(vmalloc_area_pages)
{
	BEGIN
	while (vmap_area(w, f->area)->nr_pages < area_size_in_pages(w, f->area)) {
		if (area_gone(w, c, f->area))
			return OP_OOPS;
		if (!kernel_pte_pa(w, next_va(w, f->area))) {
			STEP("pte = pte_alloc(&init_mm, pmd, address); if (!pte) return -ENOMEM;")
			CALL(pte_alloc_kernel, .address = next_va(w, f->area));
			if (!RESULT)
				RETURN(0);
		}
		STEP("page = alloc_page(gfp_mask); if (!page) return -ENOMEM;")
		CALL(__alloc_pages, .gfp = GFP_KERNEL | GFP_HIGHMEM);
		if (!RESULT)
			RETURN(0);
		f->pfn = RESULT;
		STEP("set_pte(pte, mk_pte(page, prot));")
		if (area_gone(w, c, f->area))
			return OP_OOPS;
		vmalloc_set_pte(w, c->cpu, next_va(w, f->area), f->pfn);
		area_add_page(w, f->area, f->pfn);
	}
	RETURN(1);
	END
}

OP(vmalloc)
{
	BEGIN
	STEP("size = PAGE_ALIGN(size); if (!size || (size >> PAGE_SHIFT) > num_physpages) return NULL;")
	f->size = (f->size + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
	if (!f->size || f->size >> PAGE_SHIFT > w->kernel.layout.max_pfn)
		RETURN(0);
	STEP("area = get_vm_area(size, VM_ALLOC); if (!area) return NULL;")
	CALL(get_vm_area, .size = f->size);
	f->area = (uint32_t)RESULT;
	if (!f->area)
		RETURN(0);
	STEP("return __vmalloc_area(area, gfp_mask, prot);")
	CALL_THROUGH(vmalloc_ops(w)->area_pages, __vmalloc_area, .area = f->area);
	vmap_area_clear(w, f->area, VMAP_BUILDING);
	if (!RESULT) {
		STEP("fail: vfree(area->addr); return NULL;")
		CALL(vfree, .addr = vmap_area(w, f->area)->va_start);
		RETURN(0);
	}
	fr->cause = world_event(w, c->cpu, EVENT_VMALLOC, vmap_area(w, f->area)->va_start,
	                        vmap_area(w, f->area)->nr_pages, 0);
	RETURN(vmap_area(w, f->area)->va_start);
	END
}

/* WARN(1, "Trying to vfree() ... (%p)"); 2.4 prints it without a backtrace. */
static void warn_vfree(struct world *w, unsigned cpu, const char *what, uint32_t addr)
{
	char line[DMESG_LINE];

	snprintf(line, sizeof(line), "Trying to vfree() %s (%08x)", what, addr);
	world_warn(w, cpu, line);
}

/* Since 2.6.28 the area was only looked for under the lock, and whoever takes it off the list may
 * come second: that walks off the end of the list, or (6.1) finds nothing any more. */
OP(remove_vm_area_lazy)
{
	BEGIN
	STEP("spin_unlock(&vmap_area_lock);")
	spin_unlock(w, c->cpu, LOCK(w), VMLIST_LOCK);
	STEP("write_lock(&vmlist_lock); /* 6.1: vmap_area_lock again */")
	SPIN_LOCK(LOCK(w), VMLIST_LOCK);
	STEP("for (p = &vmlist; (tmp = *p) != vm; p = &tmp->next) ; *p = tmp->next;")
	if (vmap_area_find(w, f->addr) != f->area) {
		OOPS_ON(!vmalloc_ops(w)->worker, UNABLE_TO_HANDLE);
		spin_unlock(w, c->cpu, LOCK(w), VMLIST_LOCK);
		RETURN(0);
	}
	vmap_area_clear(w, f->area, VMAP_IN_USE);
	STEP("write_unlock(&vmlist_lock);")
	spin_unlock(w, c->cpu, LOCK(w), VMLIST_LOCK);
	STEP("free_unmap_vmap_area(va);")
	CALL(free_unmap_vmap_area, .area = f->area);
	RETURN(1);
	END
}

/* Up to 2.6.27 everything happens under the lock, which it is called with and gives up. */
OP(remove_vm_area)
{
	BEGIN
	vmap_area_clear(w, f->area, VMAP_IN_USE);
	STEP("unmap_kernel_range(addr, size);")
	CALL(vunmap_page_range, .addr = vmap_area(w, f->area)->va_start,
	     .end = vmap_area(w, f->area)->va_end);
	STEP("flush_tlb_kernel_range(addr, end);")
	CALL(flush_tlb_kernel_range, .start = vmap_area(w, f->area)->va_start,
	     .end = vmap_area(w, f->area)->va_end);
	STEP("*p = area->next; write_unlock(&vmlist_lock);")
	vmap_area_clear(w, f->area, VMAP_LISTED);
	spin_unlock(w, c->cpu, LOCK(w), VMLIST_LOCK);
	RETURN(1);
	END
}

/* The area is found and the lock kept, or there is none: then it warns. */
OP(__vunmap)
{
	BEGIN
	STEP("write_lock(&vmlist_lock); /* later vmap_area_lock */")
	SPIN_LOCK(LOCK(w), VMLIST_LOCK);
	STEP("area = __find_vm_area(addr);")
	f->area = vmap_area_find(w, f->addr);
	if (!f->area) {
		STEP("write_unlock(&vmlist_lock); WARN(1, \"Trying to vfree() nonexistent vm area\");")
		spin_unlock(w, c->cpu, LOCK(w), VMLIST_LOCK);
		warn_vfree(w, c->cpu, "nonexistent vm area", f->addr);
		RETURN(0);
	}
	f->pages = vmap_area(w, f->area)->nr_pages;
	CALL_THROUGH(vmalloc_ops(w)->lazy ? &remove_vm_area_lazy_op : &remove_vm_area_op,
	             remove_vm_area, .area = f->area, .addr = f->addr);
	if (!RESULT) {
		warn_vfree(w, c->cpu, "nonexistent vm area", f->addr);
		RETURN(0);
	}
	for (f->i = 0; f->i < f->pages; f->i++) {
		STEP("for (i = 0; i < area->nr_pages; i++) __free_page(area->pages[i]);")
		CALL(__free_pages, .pfn = vmap_area_page(w, f->area, f->i));
	}
	STEP("kfree(area);")
	world_event(w, c->cpu, EVENT_VFREE, f->addr, f->pages, 0);
	vmap_area_clear(w, f->area, VMAP_PAGES);
	END
}

/* 2.4: vfree() itself, and free_area_pte(). A page is free before anybody flushed. */
OP(vmfree_area_pages)
{
	BEGIN
	STEP("write_lock(&vmlist_lock);")
	SPIN_LOCK(LOCK(w), VMLIST_LOCK);
	STEP("for (p = &vmlist; (tmp = *p); p = &tmp->next) if (tmp->addr == addr) *p = tmp->next;")
	f->area = vmap_area_find(w, f->addr);
	if (!f->area) {
		STEP("write_unlock(&vmlist_lock); printk(\"Trying to vfree() nonexistent vm area\");")
		spin_unlock(w, c->cpu, LOCK(w), VMLIST_LOCK);
		warn_vfree(w, c->cpu, "nonexistent vm area", f->addr);
		RETURN(0);
	}
	f->pages = vmap_area(w, f->area)->nr_pages;
	for (f->i = 0; f->i < f->pages; f->i++) {
		STEP("page = ptep_get_and_clear(pte);")
		set_pte(w, c->cpu, f->addr + f->i * PAGE_SIZE, 0);
		STEP("__free_page(pte_pfn(page));")
		CALL(__free_pages, .pfn = vmap_area_page(w, f->area, f->i));
	}
	STEP("flush_tlb_all();")
	CALL(flush_tlb_kernel_range, .start = f->addr, .end = vmap_area(w, f->area)->va_end);
	STEP("write_unlock(&vmlist_lock); kfree(tmp);")
	vmap_area_clear(w, f->area, VMAP_IN_USE | VMAP_LISTED | VMAP_PAGES);
	spin_unlock(w, c->cpu, LOCK(w), VMLIST_LOCK);
	world_event(w, c->cpu, EVENT_VFREE, f->addr, f->pages, 0);
	END
}

OP(vfree)
{
	BEGIN
	if (vmalloc_ops(w)->deferred) {
		STEP("if (unlikely(in_interrupt())) __vfree_deferred(addr);")
		if (in_interrupt(w, c->cpu) && schedule_work(w, c->cpu, &__vunmap_op,
		                                             &(FRAME(__vunmap)){ .addr = f->addr }))
			RETURN(0);
	} else if (vmalloc_ops(w)->bug_in_interrupt) {
		STEP("BUG_ON(in_interrupt());")
		BUG_ON(in_interrupt(w, c->cpu), "mm/vmalloc.c");
	}
	STEP("if (!addr) return;")
	if (!f->addr)
		RETURN(0);
	STEP("if ((PAGE_SIZE-1) & (unsigned long)addr) WARN(1, \"Trying to vfree() bad address\");")
	if (f->addr % PAGE_SIZE) {
		warn_vfree(w, c->cpu, "bad address", f->addr);
		RETURN(0);
	}
	STEP("__vunmap(addr, 1);")
	CALL_THROUGH(vmalloc_ops(w)->vunmap, __vunmap, .addr = f->addr);
	END
}
