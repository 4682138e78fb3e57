/*
 * kmap(): the pool of permanent kernel mappings. mm/highmem.c and arch/x86/mm/highmem_32.c.
 *
 * The pool is one page table's worth of addresses (LAST_PKMAP slots of a page each) below the
 * fixmap. kmap() gives a page of high memory a slot and lets everybody who maps the same page
 * share it; kunmap() only counts down. A slot whose count fell to 1 is unused, but its mapping is
 * still in the page table and perhaps in some TLB, so it cannot be given to another page yet. The
 * search for a slot walks round the pool with last_pkmap_nr; each time it comes by slot 0, all
 * slots at 1 are unmapped at once and the TLBs of all CPUs flushed: one expensive flush for many
 * cheap unmaps. When a whole round finds nothing, the caller sleeps until somebody unmaps.
 *
 * Modelled line by line from the facts about 2.6.27 to 6.1; the generations differ in when a flush
 * is needed (profile.pkmap_flush). Left out: cache colours (x86 has one).
 */
#include "kernel/highmem.h"

#include "kernel/world.h"

FRAME(kmap_high) { uint32_t pfn, nonblocking, vaddr; };
FRAME(map_new_virtual) { uint32_t pfn, nonblocking, count; };
FRAME(flush_all_zero_pkmaps) { uint32_t i, freed; };
FRAME(kunmap_high) { uint32_t pfn, vaddr, need_wakeup; };

uint32_t PKMAP_ADDR(const struct layout *l, unsigned nr)
{
	return l->pkmap_base + nr * PAGE_SIZE;
}

unsigned PKMAP_NR(const struct layout *l, uint32_t va)
{
	return (va - l->pkmap_base) / PAGE_SIZE;
}

static void set_count(struct world *w, unsigned cpu, unsigned nr, uint32_t count)
{
	uint32_t *slot = &w->kernel.pkmap.pkmap_count[nr];

	world_event(w, cpu, EVENT_PKMAP_COUNT, nr, count, *slot);
	*slot = count;
}

/* The first slot at or after i whose count is exactly 1, or LAST_PKMAP. */
static uint32_t next_unused(const struct world *w, uint32_t i)
{
	while (i < w->kernel.layout.last_pkmap && w->kernel.pkmap.pkmap_count[i] != 1)
		i++;
	return i;
}

static bool must_flush(const struct world *w, uint32_t freed)
{
	if (w->kernel.broken.no_wrap_flush)
		return false;
	return freed || w->kernel.profile->pkmap_flush == PKMAP_FLUSH_ALWAYS;
}

/* Called with kmap_lock held. */
OP(flush_all_zero_pkmaps)
{
	BEGIN
	STEP("for (i = 0; i < LAST_PKMAP; i++)")
	f->i = next_unused(w, 0);
	for (; f->i < w->kernel.layout.last_pkmap; f->i = next_unused(w, f->i)) {
		STEP("\tif (pkmap_count[i] == 1) pkmap_count[i] = 0;")
		set_count(w, c->cpu, f->i, 0);
		STEP("\tBUG_ON(pte_none(pkmap_page_table[i]));")
		BUG_ON(!kernel_pte(w, PKMAP_ADDR(&w->kernel.layout, f->i)), "mm/highmem.c");
		STEP("\tpte_clear(&init_mm, PKMAP_ADDR(i), &pkmap_page_table[i]);")
		set_pte(w, c->cpu, PKMAP_ADDR(&w->kernel.layout, f->i), 0);
		STEP("\tset_page_address(page, NULL);")
		set_page_address(w, w->kernel.pkmap.map[f->i].pfn, 0);
		f->freed++;
	}
	STEP("flush_tlb_kernel_range(PKMAP_ADDR(0), PKMAP_ADDR(LAST_PKMAP));")
	fr->cause = world_event(w, c->cpu, EVENT_PKMAP_FLUSH, f->freed, must_flush(w, f->freed), 0);
	if (must_flush(w, f->freed)) {
		w->kernel.stats.pkmap_flushes++;
		CALL(flush_tlb_kernel_range, .start = PKMAP_ADDR(&w->kernel.layout, 0),
		     .end = PKMAP_ADDR(&w->kernel.layout, w->kernel.layout.last_pkmap));
	}
	END
}

static void sleep_on_pkmap_map_wait(struct world *w, unsigned cpu)
{
	struct task *task = cpu_current_put(w, cpu);

	task->state = TASK_UNINTERRUPTIBLE;
	task->waiting_on = PKMAP_MAP_WAIT;
}

/* Called with kmap_lock held; gives it up while it sleeps. */
OP(map_new_virtual)
{
	BEGIN
start:
	STEP("count = LAST_PKMAP;")
	f->count = w->kernel.layout.last_pkmap;
	for (;;) {
		STEP("last_pkmap_nr = (last_pkmap_nr + 1) & LAST_PKMAP_MASK;")
		w->kernel.pkmap.last_pkmap_nr =
			(w->kernel.pkmap.last_pkmap_nr + 1) % w->kernel.layout.last_pkmap;
		if (!w->kernel.pkmap.last_pkmap_nr) {
			fr->cause = world_event(w, c->cpu, EVENT_PKMAP_WRAP,
			                        w->kernel.layout.last_pkmap - 1, 0, 0);
			STEP("\tif (!last_pkmap_nr) flush_all_zero_pkmaps();")
			w->machine.log.cause = fr->cause;
			CALL(flush_all_zero_pkmaps, 0);
			STEP("\tcount = LAST_PKMAP;")
			f->count = w->kernel.layout.last_pkmap;
		}
		STEP("if (!pkmap_count[last_pkmap_nr]) break;")
		if (!w->kernel.pkmap.pkmap_count[w->kernel.pkmap.last_pkmap_nr])
			break;
		if (--f->count)
			continue;
		if (f->nonblocking)
			RETURN(0);
		STEP("/* the pool is full */ add_wait_queue(&pkmap_map_wait, &wait);")
		world_event(w, c->cpu, EVENT_PKMAP_FULL, waiters(w, PKMAP_MAP_WAIT), 0, 0);
		sleep_on_pkmap_map_wait(w, c->cpu);
		STEP("unlock_kmap();")
		spin_unlock(w, c->cpu, &w->kernel.kmap_lock, KMAP_LOCK);
		STEP("schedule();")
		SCHEDULE();
		STEP("remove_wait_queue(&pkmap_map_wait, &wait);")
		cpu_current_put(w, c->cpu)->waiting_on = WAIT_NONE;
		STEP("lock_kmap();")
		SPIN_LOCK(&w->kernel.kmap_lock, KMAP_LOCK);
		STEP("if (page_address(page)) return page_address(page);")
		if (page_address(w, f->pfn))
			RETURN(page_address(w, f->pfn));
		goto start;
	}
	STEP("vaddr = PKMAP_ADDR(last_pkmap_nr);")
	f->count = w->kernel.pkmap.last_pkmap_nr;
	STEP("set_pte_at(&init_mm, vaddr, &pkmap_page_table[last_pkmap_nr], mk_pte(page, kmap_prot));")
	set_pte(w, c->cpu, PKMAP_ADDR(&w->kernel.layout, f->count),
	        (uint64_t)f->pfn << PAGE_SHIFT | kmap_prot(w));
	STEP("pkmap_count[last_pkmap_nr] = 1;")
	set_count(w, c->cpu, f->count, 1);
	STEP("set_page_address(page, vaddr);")
	set_page_address(w, f->pfn, PKMAP_ADDR(&w->kernel.layout, f->count));
	RETURN(PKMAP_ADDR(&w->kernel.layout, f->count));
	END
}

OP(kmap_high)
{
	BEGIN
	STEP("lock_kmap();")
	SPIN_LOCK(&w->kernel.kmap_lock, KMAP_LOCK);
	STEP("vaddr = page_address(page);")
	f->vaddr = page_address(w, f->pfn);
	if (!f->vaddr) {
		STEP("if (!vaddr) vaddr = map_new_virtual(page);")
		CALL(map_new_virtual, .pfn = f->pfn, .nonblocking = f->nonblocking);
		f->vaddr = (uint32_t)RESULT;
	}
	if (!f->vaddr) { /* nonblocking only */
		STEP("/* 2.4, nonblocking: */ if (!vaddr) { unlock_kmap(); return NULL; }")
		spin_unlock(w, c->cpu, &w->kernel.kmap_lock, KMAP_LOCK);
		RETURN(0);
	}
	STEP("pkmap_count[PKMAP_NR(vaddr)]++;")
	set_count(w, c->cpu, PKMAP_NR(&w->kernel.layout, f->vaddr),
	          w->kernel.pkmap.pkmap_count[PKMAP_NR(&w->kernel.layout, f->vaddr)] + 1);
	BUG_ON(w->kernel.pkmap.pkmap_count[PKMAP_NR(&w->kernel.layout, f->vaddr)] < 2,
	       "mm/highmem.c");
	STEP("unlock_kmap();")
	spin_unlock(w, c->cpu, &w->kernel.kmap_lock, KMAP_LOCK);
	RETURN(f->vaddr);
	END
}

/* might_sleep(): says so when the caller must not sleep, and goes on. Linux says it once a second at
 * most; here every caller hears it. The text names no line, which differs by build. */
static void might_sleep(struct world *w, unsigned cpu)
{
	const struct task *task = cpu_current(w, cpu);

	if (!in_atomic(w, cpu) || w->kernel.broken.no_might_sleep)
		return;
	world_warn(w, cpu, w->kernel.atomic_ops->local ?
	                           "BUG: sleeping function called from invalid context at "
	                           "include/linux/highmem-internal.h" :
	                           "BUG: sleeping function called from invalid context at "
	                           "arch/x86/mm/highmem_32.c");
	printk(w, "in_atomic(): %d, irqs_disabled(): %d, pid: %d, name: %s",
	       preempt_count(w, cpu) != 0, irqs_disabled(w, cpu), task->pid, task->comm);
}

OP(kmap)
{
	BEGIN
	STEP("might_sleep(); /* 2.4: BUG if in_interrupt() */")
	OUT_OF_LINE_BUG_ON(w->kernel.profile->kmap_bugs && in_interrupt(w, c->cpu), 68);
	if (!w->kernel.profile->kmap_bugs)
		might_sleep(w, c->cpu);
	w->kernel.stats.kmaps++;
	STEP("if (!PageHighMem(page)) return page_address(page);")
	if (!page_highmem(w, f->pfn))
		RETURN(page_address(w, f->pfn));
	STEP("return kmap_high(page);")
	CALL(kmap_high, .pfn = f->pfn);
	RETURN(RESULT);
	END
}

OP(kmap_nonblock)
{
	BEGIN
	STEP("if (in_interrupt()) out_of_line_bug();")
	OUT_OF_LINE_BUG_ON(in_interrupt(w, c->cpu), 68);
	w->kernel.stats.kmaps++;
	STEP("if (page < highmem_start_page) return page_address(page);")
	if (!page_highmem(w, f->pfn))
		RETURN(page_address(w, f->pfn));
	STEP("return kmap_high(page, 1);")
	CALL(kmap_high, .pfn = f->pfn, .nonblocking = 1);
	RETURN(RESULT);
	END
}

OP(kunmap_high)
{
	BEGIN
	STEP("lock_kmap();")
	SPIN_LOCK(&w->kernel.kmap_lock, KMAP_LOCK);
	STEP("vaddr = page_address(page);")
	f->vaddr = page_address(w, f->pfn);
	BUG_ON(!f->vaddr, "mm/highmem.c");
	STEP("switch (--pkmap_count[PKMAP_NR(vaddr)])")
	set_count(w, c->cpu, PKMAP_NR(&w->kernel.layout, f->vaddr),
	          w->kernel.pkmap.pkmap_count[PKMAP_NR(&w->kernel.layout, f->vaddr)] - 1);
	BUG_ON(!w->kernel.pkmap.pkmap_count[PKMAP_NR(&w->kernel.layout, f->vaddr)],
	       "mm/highmem.c"); /* case 0 */
	if (w->kernel.pkmap.pkmap_count[PKMAP_NR(&w->kernel.layout, f->vaddr)] == 1) {
		STEP("case 1: need_wakeup = waitqueue_active(&pkmap_map_wait);")
		f->need_wakeup = waiters(w, PKMAP_MAP_WAIT) && !w->kernel.broken.no_wakeup;
	}
	STEP("unlock_kmap();")
	spin_unlock(w, c->cpu, &w->kernel.kmap_lock, KMAP_LOCK);
	if (f->need_wakeup) {
		STEP("if (need_wakeup) wake_up(&pkmap_map_wait);")
		wake_up_all(w, PKMAP_MAP_WAIT);
	}
	END
}

OP(kunmap)
{
	BEGIN
	STEP("if (in_interrupt()) BUG(); /* 6.1: might_sleep() */")
	OUT_OF_LINE_BUG_ON(w->kernel.profile->kmap_bugs && in_interrupt(w, c->cpu), 77);
	BUG_ON(!w->kernel.profile->kunmap_may_sleep && in_interrupt(w, c->cpu),
	       "arch/x86/mm/highmem_32.c");
	if (w->kernel.profile->kunmap_may_sleep)
		might_sleep(w, c->cpu);
	STEP("if (!PageHighMem(page)) return;")
	if (page_highmem(w, f->pfn)) {
		STEP("kunmap_high(page);")
		CALL(kunmap_high, .pfn = f->pfn);
	}
	END
}

OP(kmap_flush_unused)
{
	BEGIN
	STEP("lock_kmap();")
	SPIN_LOCK(&w->kernel.kmap_lock, KMAP_LOCK);
	STEP("flush_all_zero_pkmaps();")
	CALL(flush_all_zero_pkmaps, 0);
	STEP("unlock_kmap();")
	spin_unlock(w, c->cpu, &w->kernel.kmap_lock, KMAP_LOCK);
	END
}
