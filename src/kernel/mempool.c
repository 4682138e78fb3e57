/*
 * Memory pools: mm/mempool.c, for pages.
 *
 * A mempool is a promise that an allocation made to write pages out cannot fail for lack of pages:
 * a few are set aside when the pool is made. They are the last resort, not the first: mempool_alloc()
 * asks the allocator, without waiting and without complaint; then takes one that was set aside; and
 * when none is left sleeps until one comes back, because whoever has it is doing I/O that will end.
 *
 * Left out: pool->lock, which is held within one step here, and the five seconds after which a
 * sleeper looks again. A pool is filled when the first device that may need it is added, not at
 * boot as init_emergency_pool() does: a machine without devices has those pages free.
 */
#include "kernel/bounce.h"

#include "kernel/text.h"
#include "kernel/world.h"

static struct mempool *pool_of(struct world *w, unsigned pool)
{
	return &w->kernel.block.pool[pool];
}

static enum wait_queue queue_of(unsigned pool)
{
	return pool == ISA_PAGE_POOL ? ISA_PAGE_POOL_WAIT : PAGE_POOL_WAIT;
}

/* What the pool asks the allocator for, beside what the caller says. */
static uint32_t pool_gfp(unsigned pool)
{
	return pool == ISA_PAGE_POOL ? GFP_DMA : 0;
}

uint32_t pool_take(struct world *w, unsigned cpu, enum bounce_pool pool)
{
	struct mempool *p = pool_of(w, pool);
	uint32_t pfn = p->element[--p->curr_nr];

	world_event(w, cpu, EVENT_POOL_TAKE, pool, pfn, p->curr_nr);
	return pfn;
}

bool pool_put(struct world *w, unsigned cpu, enum bounce_pool pool, uint32_t pfn)
{
	struct mempool *p = pool_of(w, pool);

	if (p->curr_nr >= p->min_nr)
		return false;
	p->element[p->curr_nr++] = pfn;
	world_event(w, cpu, EVENT_POOL_PUT, pool, pfn, p->curr_nr);
	return true;
}

/* How many pages a pool keeps: the profile's number, but 2.6 and later need no pool of page_pool's
 * kind without high memory. */
static uint32_t pool_size(const struct world *w, unsigned pool)
{
	const struct profile *p = w->kernel.profile;

	if (pool == ISA_PAGE_POOL)
		return p->bounce_pages_isa;
	return w->kernel.layout.max_pfn > w->kernel.layout.max_low_pfn ? p->bounce_pages : 0;
}

static void say_isa_pool(struct world *w)
{
	const char *text = profile_text(w->kernel.profile, "isa_bounce_pool");
	char line[DMESG_LINE];

	if (!text)
		return;
	text_fill(line, sizeof(line), text,
	          (struct hole[]){ HOLE("pages", w->kernel.block.pool[ISA_PAGE_POOL].min_nr),
	                           HOLES_END });
	printk(w, "%s", line);
}

OP(init_emergency_pool)
{
	BEGIN
	STEP("if (pool) return 0;")
	if (pool_of(w, f->pool)->min_nr || !pool_size(w, f->pool))
		RETURN(0);
	pool_of(w, f->pool)->min_nr = pool_size(w, f->pool);
	while (pool_of(w, f->pool)->curr_nr < pool_of(w, f->pool)->min_nr) {
		STEP("element = pool->alloc(GFP_KERNEL, pool->pool_data);")
		CALL(__alloc_pages, .gfp = GFP_KERNEL | pool_gfp(f->pool));
		BUG_ON(!RESULT && bounce_ops(w)->pool_or_bug, "mm/bounce.c");
		if (!RESULT)
			break;
		pool_put(w, c->cpu, (enum bounce_pool)f->pool, (uint32_t)RESULT);
	}
	if (f->pool == ISA_PAGE_POOL)
		say_isa_pool(w);
	END
}

/* prepare_to_wait(): from here on a wake-up is not lost. */
static void prepare_to_wait(struct world *w, unsigned cpu, unsigned pool)
{
	struct task *task = cpu_current_put(w, cpu);

	task->state = TASK_UNINTERRUPTIBLE;
	task->waiting_on = queue_of(pool);
}

static void finish_wait(struct world *w, unsigned cpu)
{
	struct task *task = cpu_current_put(w, cpu);

	task->state = TASK_RUNNING;
	task->waiting_on = WAIT_NONE;
}

OP(mempool_alloc)
{
	BEGIN
	f->gfp |= GFP_NOMEMALLOC | GFP_NORETRY | GFP_NOWARN | pool_gfp(f->pool);
	f->gfp_temp = f->gfp & ~(GFP_WAIT | GFP_IO);
repeat_alloc:
	STEP("element = pool->alloc(gfp_temp, pool->pool_data);")
	CALL(__alloc_pages, .gfp = f->gfp_temp);
	if (RESULT)
		RETURN(RESULT);
	STEP("if (pool->curr_nr) return remove_element(pool);")
	if (pool_of(w, f->pool)->curr_nr)
		RETURN(pool_take(w, c->cpu, (enum bounce_pool)f->pool));
	f->gfp_temp = f->gfp;
	STEP("prepare_to_wait(&pool->wait, &wait, TASK_UNINTERRUPTIBLE);")
	world_event(w, c->cpu, EVENT_POOL_EMPTY, f->pool, waiters(w, queue_of(f->pool)), 0);
	prepare_to_wait(w, c->cpu, f->pool);
	STEP("if (!pool->curr_nr) io_schedule_timeout(5*HZ);")
	if (!pool_of(w, f->pool)->curr_nr)
		SCHEDULE();
	STEP("finish_wait(&pool->wait, &wait);")
	finish_wait(w, c->cpu);
	goto repeat_alloc;
	END
}

OP(mempool_free)
{
	BEGIN
	STEP("if (pool->curr_nr < pool->min_nr)")
	if (pool_of(w, f->pool)->curr_nr < pool_of(w, f->pool)->min_nr) {
		STEP("\tadd_element(pool, element);")
		if (pool_put(w, c->cpu, (enum bounce_pool)f->pool, f->pfn)) {
			STEP("\twake_up(&pool->wait);")
			wake_up_all(w, queue_of(f->pool));
			RETURN(0);
		}
	}
	STEP("pool->free(element, pool->pool_data);")
	CALL(__free_pages, .pfn = f->pfn);
	END
}
