/*
 * When no zone is above its low mark: the second half of __alloc_pages_internal() of 2.6.27, since
 * 2.6.31 __alloc_pages_slowpath(); in 2.4 what follows the label "rebalance" of __alloc_pages().
 *
 * 2.6 and later: kswapd is woken; the request may dig down to the min mark, or below it when it is
 * urgent. Then pages are to be reclaimed. There is nothing here that could be (no swap, no page
 * cache but one file's page, no slab), so what is left is to kill somebody (kernel/oom_kill.h), and
 * try again; but not for a request that may not start file I/O, says NORETRY, or wants more than
 * 2^PAGE_ALLOC_COSTLY_ORDER pages, for which killing is no help; and since 2.6.36 not for ZONE_DMA.
 * A small request never gives up by itself: it waits. Who has been killed may take what it finds. In
 * 2.6.27 all this is one function, and trying again begins above the low mark; later it does not.
 *
 * 2.4: as it is configured by default nobody is killed. After a last look above the high mark the
 * request fails, also a small one, and whoever asked has to cope.
 *
 * Left out: reclaim and compaction, as said; kswapd; printk_ratelimit(), which needs a clock of
 * seconds: every failure is printed; and congestion_wait()'s 20 ms: who waits is woken when a page
 * is freed, which is when looking again makes a difference.
 */
#include "kernel/oom_kill.h"
#include "kernel/page_alloc.h"
#include "kernel/show_mem.h"
#include "kernel/text.h"

#define PAGE_ALLOC_COSTLY_ORDER 3

/* The words of a failure, and (2.6 and later) where it happened and what there was. */
static void warn_alloc_failed(struct world *w, const struct context *c, uint32_t gfp,
                              unsigned order)
{
	const struct profile *p = w->kernel.profile;
	const char *text = profile_text(p, "alloc_failure");
	char line[DMESG_LINE], flags[120];

	world_event(w, c->cpu, EVENT_ALLOC_FAIL, gfp_value(p, gfp), order, 0);
	if (!text || gfp & GFP_NOWARN)
		return;
	gfp_text(p, gfp, flags, sizeof(flags));
	text_fill(line, sizeof(line), text,
	          (struct hole[]){ HOLE_WORD("comm", cpu_current(w, c->cpu)->comm),
	                           HOLE("order", order), HOLE("mode", gfp_value(p, gfp)),
	                           HOLE_WORD("flags", flags), HOLES_END });
	printk(w, "%s", line);
	if (p->oom == OOM_NONE)
		return;
	dump_stack(w, c);
	show_mem(w);
}

static bool memdie(const struct world *w, unsigned cpu)
{
	return cpu_current(w, cpu)->memdie && !in_interrupt(w, cpu);
}

/* Whether killing somebody is thought of at all; if it is, whether it is done. */
static bool may_oom(uint32_t gfp)
{
	return gfp & GFP_FS && !(gfp & GFP_NORETRY);
}

static bool oom_helps(const struct world *w, uint32_t gfp, unsigned order)
{
	bool lowmem = w->kernel.profile->oom == OOM_SCORE && gfp_zone(w, gfp) < ZONE_NORMAL;

	return gfp & GFP_NOFAIL || (order <= PAGE_ALLOC_COSTLY_ORDER && !lowmem);
}

/* should_alloc_retry(), where nothing was reclaimed. */
static bool should_alloc_retry(uint32_t gfp, unsigned order)
{
	return gfp & GFP_NOFAIL || (!(gfp & GFP_NORETRY) && order <= PAGE_ALLOC_COSTLY_ORDER);
}

/* Who is being killed may take what there is; in 6.1 half of what the mark keeps. */
static unsigned victim_flags(const struct world *w)
{
	return w->kernel.profile->watermark == WATERMARK_SCALE ? ALLOC_WMARK_MIN | ALLOC_OOM :
	                                                         ALLOC_NO_WATERMARKS;
}

OP(__alloc_pages_slowpath)
{
	BEGIN
restart:
	STEP("wakeup_kswapd(zone, order); alloc_flags = gfp_to_alloc_flags(gfp_mask);")
	f->flags = gfp_to_alloc_flags(w, f->gfp);
	CALL(get_page_from_freelist, .gfp = f->gfp, .order = f->order, .flags = f->flags);
	if (RESULT)
		RETURN(RESULT);
	if (memdie(w, c->cpu)) {
		STEP("if (test_thread_flag(TIF_MEMDIE)) page = get_page_from_freelist(..., NO_WATERMARKS);")
		CALL(get_page_from_freelist, .gfp = f->gfp, .order = f->order,
		     .flags = victim_flags(w));
		if (RESULT)
			RETURN(RESULT);
		goto nopage;
	}
	STEP("if (!(gfp_mask & __GFP_WAIT)) goto nopage;")
	if (!(f->gfp & GFP_WAIT))
		goto nopage;
	STEP("did_some_progress = try_to_free_pages(zonelist, order, gfp_mask); /* finds nothing */")
	if (may_oom(f->gfp)) {
		STEP("page = get_page_from_freelist(gfp_mask, order, zonelist, ALLOC_WMARK_HIGH);")
		CALL(get_page_from_freelist, .gfp = f->gfp, .order = f->order,
		     .flags = ALLOC_WMARK_HIGH);
		if (RESULT)
			RETURN(RESULT);
		STEP("if (order > PAGE_ALLOC_COSTLY_ORDER) goto nopage;")
		if (!oom_helps(w, f->gfp, f->order))
			goto nopage;
		STEP("out_of_memory(zonelist, gfp_mask, order); goto restart;")
		CALL(out_of_memory, .gfp = f->gfp, .order = f->order);
		if (w->kernel.profile->alloc_starts_over) {
			STEP("restart: page = get_page_from_freelist(..., ALLOC_WMARK_LOW);")
			CALL(get_page_from_freelist, .gfp = f->gfp, .order = f->order,
			     .flags = ALLOC_WMARK_LOW);
			if (RESULT)
				RETURN(RESULT);
		}
		goto restart;
	}
	STEP("if (should_alloc_retry(gfp_mask, order, pages_reclaimed)) {")
	if (should_alloc_retry(f->gfp, f->order)) {
		STEP("\tcongestion_wait(WRITE, HZ/50); goto rebalance; }")
		wait_for_memory(w, c->cpu);
		SCHEDULE();
		waited_for_memory(w, c->cpu);
		goto restart;
	}
nopage:
	STEP("nopage: printk(\"%s: page allocation failure.\"); dump_stack(); show_mem();")
	warn_alloc_failed(w, c, f->gfp, f->order);
	RETURN(0);
	END
}

OP(rebalance)
{
	BEGIN
	STEP("wake_up_interruptible(&kswapd_wait); /* then for each zone: */")
	CALL(get_page_from_freelist, .gfp = f->gfp, .order = f->order,
	     .flags = gfp_to_alloc_flags(w, f->gfp));
	if (RESULT)
		RETURN(RESULT);
	STEP("if (!(gfp_mask & __GFP_WAIT)) goto out; /* we can't balance anything */")
	if (f->gfp & GFP_WAIT) {
		STEP("rebalance: page = balance_classzone(classzone, gfp_mask, order, &freed);")
		STEP("if (zone_free_pages(z, order) > z->watermarks[class_idx].high)")
		CALL(get_page_from_freelist, .gfp = f->gfp, .order = f->order,
		     .flags = ALLOC_WMARK_HIGH);
		if (RESULT)
			RETURN(RESULT);
	}
	STEP("out: printk(\"__alloc_pages: %u-order allocation failed\");")
	warn_alloc_failed(w, c, f->gfp, f->order);
	RETURN(0);
	END
}

/* --- waiting ---------------------------------------------------------------------------------- */

void wait_for_memory(struct world *w, unsigned cpu)
{
	struct task *task = cpu_current_put(w, cpu);

	task->state = TASK_UNINTERRUPTIBLE;
	task->waiting_on = CONGESTION_WAIT;
	w->kernel.memory_waiters++;
}

void waited_for_memory(struct world *w, unsigned cpu)
{
	struct task *task = cpu_current_put(w, cpu);

	task->state = TASK_RUNNING;
	task->waiting_on = WAIT_NONE;
	w->kernel.memory_waiters--;
}

void memory_came_back(struct world *w)
{
	if (w->kernel.memory_waiters)
		wake_up_all(w, CONGESTION_WAIT);
}
