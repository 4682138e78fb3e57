/*
 * Choosing a victim and killing it; see oom_kill.h.
 *
 * A task counts when it has a pid: shells stand for processes whose own memory is not modelled, so
 * they have no pages, and are chosen only when nobody else is there. badness() of 2.6.27 also weighs
 * run time, niceness and privilege; all tasks are alike in these here, and the address space alone
 * decides.
 *
 * Left out: children (parents are not remembered), oom_adj and cpusets, all zero or absent here,
 * the time an unkillable victim is given, and 6.1's oom_reaper, which takes a victim's pages before
 * it has ended: here the victim ends.
 */
#include "kernel/oom_kill.h"

#include "kernel/fork.h"
#include "kernel/page_alloc.h"
#include "kernel/show_mem.h"
#include "kernel/text.h"

static uint64_t total_vm(const struct world *w, const struct task *task)
{
	const struct mm *mm = mm_get(w, task->mm);
	uint64_t pages = 0;

	for (unsigned i = 0; task->mm && i < mm->nr_vmas; i++)
		pages += (mm->vma[i].vm_end - mm->vma[i].vm_start) >> PAGE_SHIFT;
	return pages;
}

static uint64_t totalram_pages(const struct world *w)
{
	uint64_t pages = 0;

	for (unsigned i = 0; i < w->kernel.nr_zones; i++)
		pages += w->kernel.zone[i].managed;
	return pages;
}

static uint64_t rss(const struct world *w, const struct task *task)
{
	return task->mm ? mm_get(w, task->mm)->rss : 0;
}

/* What is compared when somebody has to die, and (but for 6.1) printed. */
static uint64_t badness(const struct world *w, const struct task *task)
{
	if (w->kernel.profile->oom == OOM_BADNESS)
		return total_vm(w, task);
	return rss(w, task) * 1000 / totalram_pages(w);
}

static bool alive(const struct task *task)
{
	return task->pid && (task->state == TASK_RUNNING || task->state == TASK_UNINTERRUPTIBLE);
}

/* Somebody was killed already, and has not ended. */
static bool somebody_dies(const struct world *w)
{
	for (unsigned i = 1; i <= w->kernel.nr_tasks; i++)
		if (task_get(w, i)->memdie && alive(task_get(w, i)))
			return true;
	return false;
}

/* The number of who is to die; 0: nobody can. Among equals who has most pages, then who is about to
 * ask for more. */
static unsigned select_bad_process(const struct world *w, unsigned cpu)
{
	unsigned chosen = 0, current = w->kernel.cpu[cpu].current;
	uint64_t most = 0;

	for (unsigned i = 1; i <= w->kernel.nr_tasks; i++) {
		const struct task *task = task_get(w, i);
		uint64_t points = badness(w, task) * 4 + (rss(w, task) != 0) * 2 + (i == current);

		if (alive(task) && (!chosen || points > most)) {
			chosen = i;
			most = points;
		}
	}
	return chosen;
}

static void say(struct world *w, const char *key, const struct hole *holes)
{
	const char *text = profile_text(w->kernel.profile, key);
	char line[DMESG_LINE];

	if (!text)
		return;
	text_fill(line, sizeof(line), text, holes);
	printk(w, "%s", line);
}

static void say_task(struct world *w, const char *key, unsigned number)
{
	const struct task *task = task_get(w, number);
	uint64_t tables = task->mm ? mm_get(w, task->mm)->nr_ptes : 0;

	say(w, key, (struct hole[]){ HOLE_WORD("comm", task->comm), HOLE("pid", task->pid),
	                             HOLE("cpu", task->cpu), HOLE("score", badness(w, task)),
	                             HOLE("total_vm", total_vm(w, task)), HOLE("rss", rss(w, task)),
	                             HOLE("vm_kb", total_vm(w, task) * 4),
	                             HOLE("rss_kb", rss(w, task) * 4),
	                             HOLE("tables", tables * PAGE_SIZE),
	                             HOLE("tables_kb", tables * 4), HOLES_END });
}

/* Who asked, for what, and what there is; where the kernel lists them, all who might die. */
static void dump_header(struct world *w, const struct context *c, uint32_t gfp, unsigned order)
{
	char flags[120];

	gfp_text(w->kernel.profile, gfp, flags, sizeof(flags));
	say(w, "oom_invoked", (struct hole[]){ HOLE_WORD("comm", cpu_current(w, c->cpu)->comm),
	                                       HOLE("mode", gfp_value(w->kernel.profile, gfp)),
	                                       HOLE_WORD("flags", flags), HOLE("order", order),
	                                       HOLES_END });
	dump_stack(w, c);
	show_mem(w);
	say(w, "oom_tasks", (struct hole[]){ HOLES_END });
	say(w, "oom_tasks_head", (struct hole[]){ HOLES_END });
	for (unsigned i = 1; i <= w->kernel.nr_tasks; i++)
		if (alive(task_get(w, i)) && task_get(w, i)->mm)
			say_task(w, "oom_task", i);
}

/* SIGKILL: the task ends when it comes back to user mode; one that is there already, now. */
static void oom_kill_task(struct world *w, unsigned cpu, unsigned victim)
{
	struct task *task = task_put(w, victim);

	say_task(w, "oom_kill", victim);
	say_task(w, "oom_killed", victim);
	task->memdie = true;
	task->shell = false;
	world_event(w, cpu, EVENT_SIGKILL, victim, 0, 0);
	if (!task->context.depth)
		op_push(w, &task->context, &do_exit_op, &(struct do_exit_frame){ 0 });
}

/* There is nobody to be killed. Up to 2.6.32 that is told without a report; 6.1 has words of its
 * own. */
static enum disposition nobody_to_kill(struct world *w, struct context *c, uint32_t gfp,
                                       unsigned order)
{
	const char *text = profile_text(w->kernel.profile, "oom_deadlock");

	if (w->kernel.profile->oom != OOM_BADNESS)
		dump_header(w, c, gfp, order);
	if (text)
		printk(w, "Out of memory and no killable processes...");
	world_oops(w, c, text ? text :
	                 "Kernel panic - not syncing: Out of memory and no killable processes...");
	return OP_OOPS;
}

OP(out_of_memory)
{
	BEGIN
	world_event(w, c->cpu, EVENT_OUT_OF_MEMORY, gfp_value(w->kernel.profile, f->gfp), f->order, 0);
	STEP("p = select_bad_process(&points); /* ERR_PTR(-1UL): somebody is dying already */")
	if (!somebody_dies(w)) {
		f->victim = select_bad_process(w, c->cpu);
		if (!f->victim) {
			STEP("if (!p) panic(\"Out of memory and no killable processes...\\n\");")
			return nobody_to_kill(w, c, f->gfp, f->order);
		}
		STEP("dump_header(p, gfp_mask, order, mem); /* dump_stack(); show_mem(); */")
		dump_header(w, c, f->gfp, f->order);
		STEP("oom_kill_process(p, gfp_mask, order, points, \"Out of memory\"); /* SIGKILL */")
		oom_kill_task(w, c->cpu, f->victim);
	}
	if (!cpu_current(w, c->cpu)->memdie) {
		STEP("if (!test_thread_flag(TIF_MEMDIE)) schedule_timeout_uninterruptible(1);")
		wait_for_memory(w, c->cpu);
		SCHEDULE();
		waited_for_memory(w, c->cpu);
	}
	END
}

void oom_victim_gone(struct world *w)
{
	memory_came_back(w);
}
