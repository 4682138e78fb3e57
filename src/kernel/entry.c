/*
 * The price of 4G/4G; see entry.h. RHEL3's hugemem kernel, after a patch of July 2003.
 *
 * Kernel and user space each have nearly all of the four GiB, so they cannot be in one set of page
 * tables. The processor takes interrupts, faults and system calls in user mode's page tables; therefore
 * what it needs at that moment (IDT, GDT, TSS, the entry code, a stack) stands in the last 16 MB, which
 * all page tables share. The entry code then loads CR3 with the kernel's, and drops the TLB's entries
 * of the process; on the way back it loads that of the process, and drops the kernel's, none of which
 * are global but those of the shared part. There is no tag in this TLB that would tell the two apart
 * (PCID came with later processors, and for 64-bit mode), so each way costs the load, and then a page
 * walk for every page that is touched again.
 *
 *	user mode       CR3 = current->user_pgd     stack: VSTACK0 and VSTACK1, in the fixmap
 *	   |  SAVE_ALL                 ^
 *	   v              RESTORE_ALL  |
 *	kernel          CR3 = swapper_pg_dir        stack: where it lies in low memory
 *
 * In this model a process is in user mode while nothing of the kernel runs for it. SAVE_ALL is pushed in
 * front of the first step of the kernel that follows, RESTORE_ALL in front of the next one of user mode,
 * or when a system call has come to its end. An interrupt does both in one go, and so does a switch of
 * tasks, which maps the new task's stack as well: two entries and two INVLPG.
 *
 * Left out: what is on the stacks, the pages of the LDT (only few programs have one), and the repair of
 * interrupts that hit the return path itself.
 */
#include "kernel/entry.h"

#include "kernel/uaccess.h"
#include "kernel/world.h"

bool switches_pagetables(const struct world *w)
{
	return w->kernel.layout.switch_pagetables;
}

bool in_user_pgd(const struct world *w, unsigned cpu)
{
	return switches_pagetables(w) && w->machine.cpu[cpu].cr3 != w->kernel.swapper_pg_dir;
}

static bool is_user_op(const struct op *op)
{
	return op == &user_read_op || op == &user_write_op || op == &user_touch_op;
}

bool task_in_user_mode(const struct world *w, unsigned number)
{
	const struct task *task = task_get(w, number);
	const struct context *c = &task->context;

	return task->mm && task->state == TASK_RUNNING && task->shell &&
	       (!c->depth || is_user_op(op_get(c->frame[c->depth - 1].op)));
}

/* --- CR3 -------------------------------------------------------------------------------------- */

static void load_pgd(struct world *w, unsigned cpu, enum kernel_event event, uint64_t pgd)
{
	uint32_t before = w->machine.log.cause;

	w->machine.log.cause = world_event(w, cpu, event, cpu_current(w, cpu)->mm, pgd, 0);
	machine_write_cr3(&w->machine, cpu, pgd);
	w->machine.log.cause = before;
}

void switch_to_kernel_pgd(struct world *w, unsigned cpu)
{
	if (in_user_pgd(w, cpu))
		load_pgd(w, cpu, EVENT_KERNEL_PGD, w->kernel.swapper_pg_dir);
}

void switch_to_user_pgd(struct world *w, unsigned cpu)
{
	unsigned current = w->kernel.cpu[cpu].current;

	if (switches_pagetables(w) && !in_user_pgd(w, cpu) && task_in_user_mode(w, current))
		load_pgd(w, cpu, EVENT_USER_PGD, mm_get(w, task_get(w, current)->mm)->pgd);
}

OP(SAVE_ALL)
{
	BEGIN
	STEP("if (%cr3 != __pa(swapper_pg_dir))    /* __SWITCH_TO_KERNEL_PGD */")
	STEP("\t%cr3 = __pa(swapper_pg_dir);    /* the TLB forgets user space */")
	switch_to_kernel_pgd(w, c->cpu);
	STEP("%esp = current->real_stack | (%esp & 8191);")
	RETURN(f->result);
	END
}

OP(RESTORE_ALL)
{
	BEGIN
	STEP("%esp = current->virtual_stack | (%esp & 8191);")
	STEP("%cr3 = current->user_pgd;    /* __SWITCH_TO_USER_PGD: the TLB forgets the kernel */")
	load_pgd(w, c->cpu, EVENT_USER_PGD, mm_get(w, cpu_current(w, c->cpu)->mm)->pgd);
	STEP("iret;")
	RETURN(f->result);
	END
}

bool push_pgd_switch(struct world *w, unsigned cpu)
{
	struct context *c = cpu_context_put(w, cpu);
	const struct op *op = op_get(c->frame[c->depth - 1].op);
	bool user = is_user_op(op) && cpu_context_kind(w, cpu) == CONTEXT_TASK;

	if (!switches_pagetables(w) || user == in_user_pgd(w, cpu) || op == &SAVE_ALL_op ||
	    op == &RESTORE_ALL_op)
		return false;
	if (user)
		op_push(w, c, &RESTORE_ALL_op, &(struct RESTORE_ALL_frame){ c->result });
	else
		op_push(w, c, &SAVE_ALL_op, &(struct SAVE_ALL_frame){ c->result });
	return true;
}

/* --- the virtual stack ------------------------------------------------------------------------ */

#define STACK_ORDER 1 /* THREAD_SIZE is 8 KB */

bool alloc_stack(struct world *w, unsigned task)
{
	uint64_t pfn;

	if (!switches_pagetables(w))
		return true;
	pfn = alloc_pages_now(w, GFP_KERNEL, STACK_ORDER);
	if (!pfn)
		return false;
	for (unsigned i = 0; i < 1u << STACK_ORDER; i++)
		pfn_to_page_mut(w, pfn + i)->use = PAGE_SLAB;
	task_put(w, task)->stack_pfn = (uint32_t)pfn;
	return true;
}

void free_stack(struct world *w, unsigned task)
{
	uint64_t pfn = task_get(w, task)->stack_pfn;

	task_put(w, task)->stack_pfn = 0;
	if (pfn)
		free_pages_now(w, pfn, STACK_ORDER);
}

/* __kmap_atomic(): also of a page in low memory; nothing when the slot has it already. */
static void map_slot(struct world *w, unsigned cpu, const char *name, uint64_t pfn)
{
	int slot = profile_slot(w->kernel.profile, name);
	uint32_t va;

	if (slot < 0)
		return;
	va = slot_address(w, cpu, km_type(w, slot));
	if (kernel_pte(w, va) == (pfn << PAGE_SHIFT | kmap_prot(w)))
		return;
	set_pte(w, cpu, va, pfn << PAGE_SHIFT | kmap_prot(w));
	machine_invlpg(&w->machine, cpu, va);
	world_event(w, cpu, EVENT_SLOT_MAP, va, pfn, km_type(w, slot));
}

void map_virtual_stack(struct world *w, unsigned cpu, unsigned task)
{
	uint32_t pfn = task_get(w, task)->stack_pfn;

	if (!switches_pagetables(w) || !pfn)
		return;
	map_slot(w, cpu, "VSTACK0", pfn);
	map_slot(w, cpu, "VSTACK1", pfn + 1);
}
