/*
 * The order of effects, generation by generation, of what the other suites look at from the end:
 * preemption and migration with a slot held, flushes on request, page tables in high memory, lazy
 * vfree, whole transfers of a device, and what a lock does to preempt_count. Each expectation is a
 * sequence of events.
 */
#include "process.h"

#include "kernel/block.h"
#include "kernel/highmem.h"
#include "kernel/irqflags.h"
#include "kernel/resched.h"
#include "kernel/vmalloc.h"

#define SLOTS "PREEMPT SWITCH MIGRATE PTE_SET PTE_CLEAR INVLPG SLOT_MAP SLOT_UNMAP OOPS"

/* What differs from boot to boot, the line of the kernel log, left out. */
static const char *without_line(const char *s)
{
	static char text[4096];
	char *out = text;

	while (*s && out < text + sizeof(text) - 1) {
		*out++ = *s++;
		if (out - text > 4 && !strncmp(out - 4, "OOPS", 4) && *s == '(')
			while (*s && *s++ != ')')
				;
	}
	*out = '\0';
	return text;
}

static int32_t slot(const struct world *w, const char *name)
{
	return w->kernel.atomic_ops->typed ?
	               (int32_t)km_type(w, profile_slot(w->kernel.profile, name)) : -1;
}

/* --- a slot held over a switch ------------------------------------------------------------------ */

static const struct {
	const char *boot;
	const char *preempted; /* and another task maps in the same way */
	const char *resumed;   /* the first goes on to its end */
} held[] = {
	/* asm-i386/highmem.h kmap_atomic(): set_pte(), __flush_tlb_one(), nothing asked;
	 * kunmap_atomic() is empty: 2.4.27 */
	{ "kernel=2.4.27 highmem=4g cpus=1",
	  "0:PREEMPT(2,0x0) 0:SWITCH(2,3) 0:PTE_SET(fix 0+3,B) 0:INVLPG(fix 0+3,0) "
	  "0:SLOT_MAP(fix 0+3,B,3)",
	  "0:SWITCH(3,2) 0:CLEAR(B,4096) 0:SWITCH(2,1)" },
	/* arch/x86/mm/highmem_32.c kmap_atomic_prot(): BUG_ON(!pte_none()) before set_pte():
	 * 2.6.27, 2.6.32 */
	{ "kernel=2.6.27 cpus=1",
	  "0:PREEMPT(2,0x1) 0:SWITCH(2,3) 0:OOPS", NULL },
	{ "kernel=2.6.32 cpus=1",
	  "0:PREEMPT(2,0x1) 0:SWITCH(2,3) 0:OOPS", NULL },
	/* __kunmap_atomic(): clears the entry that is on top of the CPU's stack, flushes the
	 * address that it is handed, then kmap_atomic_idx_pop(): 2.6.37 */
	{ "kernel=2.6.37 cpus=1",
	  "0:PREEMPT(2,0x1) 0:SWITCH(2,3) 0:PTE_SET(fix 0+1,B) 0:SLOT_MAP(fix 0+1,B,1)",
	  "0:SWITCH(3,2) 0:CLEAR(A,4096) 0:PTE_CLEAR(fix 0+1) 0:INVLPG(fix 0+0,1) "
	  "0:SLOT_UNMAP(fix 0+0,1) 0:SWITCH(2,1)" },
	/* kernel/sched/core.c context_switch(), where SWITCH is told: prepare_task_switch() has
	 * __kmap_local_sched_out(), finish_task_switch() __kmap_local_sched_in(), which flushes
	 * nothing; mm/highmem.c kunmap_local_indexed(): 6.1 */
	{ "kernel=6.1 cpus=1",
	  "0:PREEMPT(2,0x0) 0:SWITCH(2,3) 0:PTE_CLEAR(fix 0+0) 0:INVLPG(fix 0+0,0) "
	  "0:PTE_SET(fix 0+0,B) 0:SLOT_MAP(fix 0+0,B,0)",
	  "0:SWITCH(3,2) 0:PTE_CLEAR(fix 0+0) 0:INVLPG(fix 0+0,0) 0:PTE_SET(fix 0+0,A) "
	  "0:CLEAR(A,4096) 0:PTE_CLEAR(fix 0+0) 0:INVLPG(fix 0+0,1) 0:SLOT_UNMAP(fix "
	  "0+0,0) 0:SWITCH(2,1)" },
};

/* Two tasks map in one CPU's slots, one within the other, because the first was preempted (which all but
 * 6.1 forbid): silently the wrong page in 2.4, a BUG with typed slots that are cleared, out of order on
 * the CPU's stack, and harmless on the task's own. */
START_TEST(preemption_with_a_slot_held)
{
	struct world *w = lab_boot(held[_i].boot);
	uint32_t a = lab_page(w), b = lab_page(w), from;
	struct message m;
	unsigned first;

	w->kernel.broken.allow_preempt = true;
	START(w, 0, clear_user_highpage, .pfn = a);
	first = w->kernel.cpu[0].current;
	lab_step_to(w, 0, "clear_page(kaddr);");
	from = lab_now(w);
	ck_assert_msg(world_preempt(w, 0, 0, &m), "%s", m.text);
	TRY(w, 0, kmap_atomic, .pfn = b, .slot = slot(w, "USER0"));
	ck_assert_str_eq(without_line(lab_events(w, from, SLOTS)), held[_i].preempted);
	if (!held[_i].resumed)
		ck_assert(w->kernel.cpu[0].halted);
	else {
		from = lab_now(w);
		become(w, first);
		lab_run(w, 0);
		ck_assert_str_eq(without_line(lab_events(w, from, SLOTS " CLEAR")), held[_i].resumed);
	}
	lab_free(w);
}
END_TEST

static const struct {
	const char *boot, *migrated, *released;
} moved[] = {
	{ "kernel=2.4.27 highmem=4g cpus=2 debug_highmem=yes",
	  "0:SWITCH(3,1) 0:MIGRATE(3,0,1)",
	  "1:SWITCH(2,3) 1:OOPS" },
	{ "kernel=2.6.27 cpus=2",
	  "0:SWITCH(3,1) 0:MIGRATE(3,0,1)",
	  "1:SWITCH(2,3)" },
	{ "kernel=2.6.32 cpus=2",
	  "0:SWITCH(3,1) 0:MIGRATE(3,0,1)",
	  "1:SWITCH(2,3)" },
	{ "kernel=2.6.37 cpus=2",
	  "0:SWITCH(3,1) 0:MIGRATE(3,0,1)",
	  "1:SWITCH(2,3) 1:PTE_CLEAR(fix 0+19) 1:INVLPG(fix 0+0,0) 1:SLOT_UNMAP(fix "
	  "0+0,4294967295)" },
	{ "kernel=6.1 cpus=2",
	  "0:SWITCH(3,1) 0:PTE_CLEAR(fix 0+0) 0:INVLPG(fix 0+0,1) 0:MIGRATE(3,0,1)",
	  "1:SWITCH(2,3) 1:PTE_SET(fix 1+0,A) 1:PTE_CLEAR(fix 1+0) 1:INVLPG(fix 0+0,0) "
	  "1:SLOT_UNMAP(fix 0+0,0)" },
};

/* A task goes to another CPU with a slot held (which all forbid): the entry stays behind, what is
 * cleared is the other CPU's. Only 6.1's goes along, to an address that nobody knows. */
START_TEST(migration_with_a_slot_held)
{
	struct world *w = lab_boot(moved[_i].boot);
	uint32_t a = lab_page(w), from;
	struct message m;
	unsigned task;

	w->kernel.broken.allow_migrate = w->kernel.broken.allow_preempt = true;
	START(w, 0, clear_user_highpage, .pfn = a);
	task = w->kernel.cpu[0].current;
	while (lab_at(w, 0)[0] != 'k' || strncmp(lab_at(w, 0), "kunmap", 6))
		ck_assert(lab_step(w, 0));
	from = lab_now(w);
	ck_assert_msg(world_migrate(w, task, 1, &m), "%s", m.text);
	ck_assert_str_eq(lab_events(w, from, SLOTS), moved[_i].migrated);
	from = lab_now(w);
	lab_run_all(w);
	ck_assert_str_eq(without_line(lab_events(w, from, SLOTS)), moved[_i].released);
	lab_free(w);
}
END_TEST

/* --- kmap_flush_unused -------------------------------------------------------------------------- */

/* CPU 0 asks, CPU 1 answers, and CPU 0's own part. */
#define ASK "0:FLUSH_REQUEST(1,pkmap+0,0) 0:IPI_SEND(1,0xfb) "
#define ANSWER                                                                                     \
	"1:IRQ_DELIVER(0xfb,0) 1:CONTEXT_ENTER(hardirq,0x10000) 1:CR_WRITE(4,0x30) "               \
	"1:TLB_FLUSH(0,0,1) 1:CR_WRITE(4,0xb0) 1:FLUSH_DONE(1) 1:IPI_ACK(0,0xfb) "                 \
	"1:CONTEXT_EXIT(hardirq,0x0) 1:IRET(0xfb) "
#define OWN "0:CR_WRITE(4,0x30) 0:TLB_FLUSH(0,0,1) 0:CR_WRITE(4,0xb0) 0:FLUSH_DONE(0) "
#define SHOOTDOWN ASK ANSWER OWN

static const struct {
	const char *boot, *one, *none; /* with a slot at 1; with none */
} flushes[] = {
	/* mm/highmem.c flush_all_zero_pkmaps(), kernel/softirq.c on_each_cpu(), kernel/smp.c
	 * smp_call_function_mask() and, for a single other CPU, smp_call_function_single(), which
	 * takes no lock that another call could wait for; asm-x86/tlbflush.h
	 * __native_flush_tlb_global(): 2.6.27 */
	{ "kernel=2.6.27 cpus=2 pkmap=4",
	  "0:LOCK(kmap_lock) 0:PKMAP_COUNT(1,0,1) 0:PTE_CLEAR(pkmap+1) 0:PKMAP_FLUSH(1,1) "
	  SHOOTDOWN "0:UNLOCK(kmap_lock)",
	  "0:LOCK(kmap_lock) 0:PKMAP_FLUSH(0,1) " SHOOTDOWN "0:UNLOCK(kmap_lock)" },
	/* The same functions in 2.6.32: need_flush is new. */
	{ "kernel=2.6.32 cpus=2 pkmap=4",
	  "0:LOCK(kmap_lock) 0:PKMAP_COUNT(1,0,1) 0:PTE_CLEAR(pkmap+1) 0:PKMAP_FLUSH(1,1) "
	  SHOOTDOWN "0:UNLOCK(kmap_lock)",
	  "0:LOCK(kmap_lock) 0:PKMAP_FLUSH(0,0) 0:UNLOCK(kmap_lock)" },
	/* And in 2.6.37. */
	{ "kernel=2.6.37 cpus=2 pkmap=4",
	  "0:LOCK(kmap_lock) 0:PKMAP_COUNT(1,0,1) 0:PTE_CLEAR(pkmap+1) 0:PKMAP_FLUSH(1,1) "
	  SHOOTDOWN "0:UNLOCK(kmap_lock)",
	  "0:LOCK(kmap_lock) 0:PKMAP_FLUSH(0,0) 0:UNLOCK(kmap_lock)" },
	/* mm/highmem.c flush_all_zero_pkmaps(), arch/x86/mm/tlb.c flush_tlb_kernel_range(),
	 * kernel/smp.c smp_call_function_many_cond(), which asks, does its own part (run_local),
	 * then waits: 6.1 */
	{ "kernel=6.1 cpus=2 pkmap=64",
	  "0:LOCK(kmap_lock) 0:PKMAP_COUNT(1,0,1) 0:PTE_CLEAR(pkmap+1) 0:PKMAP_FLUSH(1,1) "
	  ASK OWN ANSWER "0:UNLOCK(kmap_lock)",
	  "0:LOCK(kmap_lock) 0:PKMAP_FLUSH(0,0) 0:UNLOCK(kmap_lock)" },
};

/* Under the lock: count, entry, address; then one flush for all, which 2.6.27 makes even for nothing. */
START_TEST(flush_on_request)
{
	struct world *w = lab_boot(flushes[_i].boot);
	uint32_t a = lab_page(w), b = lab_page(w), from;

	DO(w, 0, kmap, .pfn = a);
	DO(w, 0, kmap, .pfn = b);
	DO(w, 0, kunmap, .pfn = a);
	from = lab_now(w);
	DO(w, 0, kmap_flush_unused, 0);
	ck_assert_str_eq(lab_events(w, from, NULL), flushes[_i].one);
	from = lab_now(w);
	DO(w, 0, kmap_flush_unused, 0);
	ck_assert_str_eq(lab_events(w, from, NULL), flushes[_i].none);
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* --- kmap_to_page -------------------------------------------------------------------------------- */

#define WAY_BACK "PTE_SET PTE_CLEAR PKMAP_COUNT SLOT_MAP SLOT_UNMAP"

/* A pool address leads to its page as long as its entry stands: past kunmap(), which only counts, and not
 * past the flush; which generation it is does not matter. A slot of kmap_local does until its release. */
START_TEST(the_way_back_to_the_page)
{
	static const char *const boots[] = { "kernel=2.6.27 cpus=1", "kernel=2.6.32 cpus=1",
		                             "kernel=2.6.37 cpus=1", "kernel=6.1 cpus=1" };
	struct world *w = lab_boot(boots[_i]);
	uint32_t a = lab_page(w), b = lab_page(w), va, from = lab_now(w);

	va = (uint32_t)DO(w, 0, kmap, .pfn = a);
	ck_assert_uint_eq(kmap_to_page(w, 0, va), a);
	DO(w, 0, kunmap, .pfn = a);
	ck_assert_str_eq(lab_events(w, from, WAY_BACK),
	                 "0:PTE_SET(pkmap+1,A) 0:PKMAP_COUNT(1,1,0) 0:PKMAP_COUNT(1,2,1) "
	                 "0:PKMAP_COUNT(1,1,2)");
	ck_assert_uint_eq(kmap_to_page(w, 0, va), a);
	from = lab_now(w);
	DO(w, 0, kmap_flush_unused, 0);
	ck_assert_str_eq(lab_events(w, from, WAY_BACK), "0:PKMAP_COUNT(1,0,1) 0:PTE_CLEAR(pkmap+1)");
	ck_assert_uint_eq(kmap_to_page(w, 0, va), 0);
	ck_assert_int_eq(w->kernel.profile->kmap_to_page, w->kernel.atomic_ops->local);
	if (w->kernel.atomic_ops->local) {
		DO(w, 0, kmap_local_page, .pfn = a);
		from = lab_now(w);
		va = (uint32_t)DO(w, 0, kmap_local_page, .pfn = b);
		ck_assert_uint_eq(kmap_to_page(w, 0, va), b);
		DO(w, 0, kunmap_local, .vaddr = va);
		ck_assert_str_eq(lab_events(w, from, WAY_BACK),
		                 "0:PTE_SET(fix 0+1,B) 0:SLOT_MAP(fix 0+1,B,1) 0:PTE_CLEAR(fix 0+1) "
		                 "0:SLOT_UNMAP(fix 0+1,1)");
		ck_assert_uint_ne(kmap_to_page(w, 0, va), b);
	}
	lab_free(w);
}
END_TEST

/* --- page tables in high memory ------------------------------------------------------------------ */

static const struct {
	const char *boot, *fault, *fork;
} tables[] = {
	/* mm/memory.c copy_pte_range(): pte_alloc_map_lock() of the child in KM_PTE0, then
	 * pte_offset_map_nested() of the parent in KM_PTE1, given back the other way round;
	 * __pte_alloc() clears the new table by __GFP_ZERO before that. do_wp_page(): the table is
	 * given back before cow_user_page(), whose copy_user_highpage() has KM_USER0 and KM_USER1,
	 * and mapped again: 2.6.32 */
	{ "kernel=2.6.32 cpus=1 highpte=yes",
	  "0:SLOT_MAP(fix 0+7,pfn:379fe,7) 0:SLOT_UNMAP(fix 0+7,7) 0:SLOT_MAP(fix "
	  "0+3,pfn:379ff,3) 0:SLOT_MAP(fix 0+4,pfn:37a01,4) "
	  "0:COPY(pfn:379ff,pfn:37a01,4096) 0:SLOT_UNMAP(fix 0+3,3) 0:SLOT_UNMAP(fix "
	  "0+4,4) 0:SLOT_MAP(fix 0+7,pfn:379fe,7) 0:COW(0x8050000,pfn:379ff,pfn:37a01) "
	  "0:SLOT_UNMAP(fix 0+7,7)",
	  "0:SLOT_MAP(fix 0+3,pfn:37a00,3) 0:SLOT_UNMAP(fix 0+3,3) "
	  "0:PTE_ALLOC(0x8000000,pfn:37a00,2) 0:SLOT_MAP(fix 0+7,pfn:37a00,7) "
	  "0:SLOT_MAP(fix 0+8,pfn:379fe,8) 0:SLOT_UNMAP(fix 0+8,8) 0:SLOT_UNMAP(fix "
	  "0+7,7)" },
	/* The same functions in 2.6.37, without names; copy_user_highpage() gives back in stack
	 * order. */
	{ "kernel=2.6.37 cpus=1 highpte=yes",
	  "0:SLOT_MAP(fix 0+0,pfn:37bfe,0) 0:SLOT_UNMAP(fix 0+0,0) 0:SLOT_MAP(fix "
	  "0+0,pfn:37bff,0) 0:SLOT_MAP(fix 0+1,pfn:7fc01,1) "
	  "0:COPY(pfn:37bff,pfn:7fc01,4096) 0:SLOT_UNMAP(fix 0+1,1) 0:SLOT_UNMAP(fix "
	  "0+0,0) 0:SLOT_MAP(fix 0+0,pfn:37bfe,0) 0:COW(0x8050000,pfn:37bff,pfn:7fc01) "
	  "0:SLOT_UNMAP(fix 0+0,0)",
	  "0:SLOT_MAP(fix 0+0,pfn:7fc00,0) 0:SLOT_UNMAP(fix 0+0,0) "
	  "0:PTE_ALLOC(0x8000000,pfn:7fc00,2) 0:SLOT_MAP(fix 0+0,pfn:7fc00,0) "
	  "0:SLOT_MAP(fix 0+1,pfn:37bfe,1) 0:SLOT_UNMAP(fix 0+1,1) 0:SLOT_UNMAP(fix "
	  "0+0,0)" },
	/* mm/memory.c wp_page_copy(), copy_user_highpage() with kmap_local_page(): 6.1 */
	{ "kernel=6.1 cpus=1 highpte=yes",
	  "0:SLOT_MAP(fix 0+0,pfn:375fe,0) 0:SLOT_UNMAP(fix 0+0,0) 0:SLOT_MAP(fix "
	  "0+0,pfn:375ff,0) 0:SLOT_MAP(fix 0+1,pfn:37601,1) "
	  "0:COPY(pfn:375ff,pfn:37601,4096) 0:SLOT_UNMAP(fix 0+1,1) 0:SLOT_UNMAP(fix "
	  "0+0,0) 0:SLOT_MAP(fix 0+0,pfn:375fe,0) 0:COW(0x8050000,pfn:375ff,pfn:37601) "
	  "0:SLOT_UNMAP(fix 0+0,0)",
	  "0:SLOT_MAP(fix 0+0,pfn:37600,0) 0:SLOT_UNMAP(fix 0+0,0) "
	  "0:PTE_ALLOC(0x8000000,pfn:37600,2) 0:SLOT_MAP(fix 0+0,pfn:37600,0) "
	  "0:SLOT_MAP(fix 0+1,pfn:375fe,1) 0:SLOT_UNMAP(fix 0+1,1) 0:SLOT_UNMAP(fix "
	  "0+0,0)" },
};

/* A write to a page that fork() shares: the table in KM_PTE0, never while KM_USER0 and KM_USER1 are held;
 * fork() itself has the child's in KM_PTE0 and the parent's in KM_PTE1. On a stack: in that order. */
START_TEST(highpte_in_order)
{
	struct world *w = lab_boot(tables[_i].boot);
	uint32_t from;

	process(w, 0);
	user_put(w, 0, DATA, 1);
	from = lab_now(w);
	forked(w, 0, 0, 0);
	ck_assert_str_eq(lab_events(w, from, "SLOT_MAP SLOT_UNMAP PTE_ALLOC"), tables[_i].fork);
	from = lab_now(w);
	user_put(w, 0, DATA, 2);
	ck_assert_str_eq(lab_events(w, from, "SLOT_MAP SLOT_UNMAP COPY COW"), tables[_i].fault);
	lab_free(w);
}
END_TEST

/* --- the copy's entry ---------------------------------------------------------------------------- */

#define ENTRY_WAY "PTE_CLEAR INVLPG COPY COW"

static const struct {
	const char *boot, *events;
} copies[] = {
	/* mm/memory.c do_wp_page(), break_cow(), establish_pte(): set_pte(), then flush_tlb_page();
	 * the INVLPGs before it are kmap_atomic()'s, and the first drops what clearing P has left:
	 * 2.4.27 */
	{ "kernel=2.4.27 highmem=4g cpus=1",
	  "0:INVLPG(fix 0+3,1) 0:INVLPG(fix 0+4,0) 0:COPY(P,Q,4096) 0:COW(0x8050000,P,Q) "
	  "0:INVLPG(0x8050000,0)" },
	/* do_wp_page(): ptep_clear_flush(), then set_pte_at(); the INVLPGs before it are
	 * kunmap_atomic()'s, in the order of copy_user_highpage() in include/linux/highmem.h:
	 * 2.6.27 */
	{ "kernel=2.6.27 cpus=1",
	  "0:COPY(P,Q,4096) 0:PTE_CLEAR(fix 0+3) 0:INVLPG(fix 0+3,1) 0:PTE_CLEAR(fix 0+4) "
	  "0:INVLPG(fix 0+4,1) 0:PTE_CLEAR(0x8050000) 0:INVLPG(0x8050000,0) 0:COW(0x8050000,P,Q)" },
	/* wp_page_copy(): ptep_clear_flush_notify(), set_pte_at_notify(): 6.1 */
	{ "kernel=6.1 cpus=1",
	  "0:COPY(P,Q,4096) 0:PTE_CLEAR(fix 0+1) 0:INVLPG(fix 0+1,1) 0:PTE_CLEAR(fix 0+0) "
	  "0:INVLPG(fix 0+0,1) 0:PTE_CLEAR(0x8050000) 0:INVLPG(0x8050000,0) 0:COW(0x8050000,P,Q)" },
};

/* The two frames by letters: the one that was shared is P, the copy Q. */
static const char *lettered(const char *s, uint64_t shared)
{
	static char text[2048];
	char *out = text;

	while (*s && out < text + sizeof(text) - 1) {
		if (strncmp(s, "pfn:", 4)) {
			*out++ = *s++;
			continue;
		}
		*out++ = strtoull(s + 4, NULL, 16) == shared ? 'P' : 'Q';
		s += strcspn(s, ",)");
	}
	*out = '\0';
	return text;
}

START_TEST(copy_on_write_in_order)
{
	struct world *w = lab_boot(copies[_i].boot);
	unsigned task = process(w, 0);
	uint64_t shared;
	uint32_t from;

	user_put(w, 0, DATA, 1);
	shared = user_frame(w, task, DATA);
	forked(w, 0, 0, 0);
	from = lab_now(w);
	user_put(w, 0, DATA, 2);
	ck_assert_str_eq(lettered(lab_events(w, from, ENTRY_WAY), shared), copies[_i].events);
	lab_free(w);
}
END_TEST

/* --- vfree ---------------------------------------------------------------------------------------- */

#define VFREE_WAY \
	"LOCK UNLOCK PTE_CLEAR FREE FLUSH_REQUEST FLUSH_DONE TLB_FLUSH INVLPG IPI_SEND VFREE " \
	"VMAP_PURGE SPAWN"

static const struct {
	const char *boot, *freed, *purged;
} vfrees[] = {
	/* mm/vmalloc.c __vfree(), vmfree_area_pages(), free_area_pte(): 2.4.27.
	 * arch/i386/kernel/smp.c flush_tlb_all(), smp_call_function() with call_lock around all of
	 * it; asm-i386/pgtable.h __flush_tlb_global(), which loads CR3 while PGE is off. */
	{ "kernel=2.4.27 cpus=2",
	  "0:LOCK(vmlist_lock) 0:PTE_CLEAR(0xf8800000) 0:LOCK(zone->lock) "
	  "0:FREE(pfn:7fe00,0,2) 0:UNLOCK(zone->lock) 0:LOCK(call_function_lock) "
	  "0:FLUSH_REQUEST(1,0xf8800000,0) 0:IPI_SEND(1,0xfb) 1:TLB_FLUSH(0,0,1) "
	  "1:TLB_FLUSH(0,0,0) 1:FLUSH_DONE(1) 0:UNLOCK(call_function_lock) "
	  "0:TLB_FLUSH(1,0,1) 0:TLB_FLUSH(0,0,0) 0:FLUSH_DONE(0) 0:UNLOCK(vmlist_lock) "
	  "0:VFREE(0xf8800000,1)", NULL },
	/* mm/vmalloc.c __vunmap(), remove_vm_area(), unmap_kernel_range(): 2.6.27 */
	{ "kernel=2.6.27 cpus=2",
	  "0:LOCK(vmlist_lock) 0:PTE_CLEAR(0xf8800000) "
	  "0:FLUSH_REQUEST(1,0xf8800000,0) 0:IPI_SEND(1,0xfb) 1:TLB_FLUSH(0,0,1) "
	  "1:FLUSH_DONE(1) 0:TLB_FLUSH(1,0,1) 0:FLUSH_DONE(0) 0:UNLOCK(vmlist_lock) "
	  "0:LOCK(zone->lock) 0:FREE(pfn:7fc00,0,2) 0:UNLOCK(zone->lock) "
	  "0:VFREE(0xf8800000,1)", NULL },
	/* mm/vmalloc.c __vunmap(), remove_vm_area(), free_unmap_vmap_area(),
	 * __purge_vmap_area_lazy(): 2.6.32. There the area is looked for under vmap_area_lock, and
	 * then taken from the list under vmlist_lock; here one lock stands for both. The entries are
	 * cleared by the purge (unmap_vmap_area()), when the pages are long free. */
	{ "kernel=2.6.32 cpus=2",
	  "0:LOCK(vmlist_lock) 0:UNLOCK(vmlist_lock) 0:LOCK(vmlist_lock) "
	  "0:UNLOCK(vmlist_lock) "
	  "0:LOCK(zone->lock) 0:FREE(pfn:379fe,0,2) 0:UNLOCK(zone->lock) "
	  "0:VFREE(0xf81fe000,1)",
	  "0:LOCK(purge_lock) 0:VMAP_PURGE(1,2,0xf81fe000) 0:PTE_CLEAR(0xf81fe000) "
	  "0:FLUSH_REQUEST(1,0xf81fe000,0) 0:IPI_SEND(1,0xfb) 1:TLB_FLUSH(0,0,1) "
	  "1:FLUSH_DONE(1) 0:TLB_FLUSH(1,0,1) 0:FLUSH_DONE(0) "
	  "0:LOCK(vmlist_lock) 0:UNLOCK(vmlist_lock) 0:UNLOCK(purge_lock)" },
	/* The same functions, and find_vm_area(), vm_remove_mappings(): 6.1;
	 * flush_tlb_kernel_range() page by page, the caller's own before the others have come to
	 * it. Left out: a third holding of vmap_area_lock, in free_vmap_area_noflush(). */
	{ "kernel=6.1 cpus=2",
	  "0:LOCK(vmlist_lock) 0:UNLOCK(vmlist_lock) 0:LOCK(vmlist_lock) "
	  "0:UNLOCK(vmlist_lock) 0:PTE_CLEAR(0xf7dfe000) "
	  "0:LOCK(zone->lock) 0:FREE(pfn:375fe,0,2) 0:UNLOCK(zone->lock) "
	  "0:VFREE(0xf7dfe000,1)",
	  "0:LOCK(purge_lock) 0:VMAP_PURGE(1,2,0xf7dfe000) "
	  "0:FLUSH_REQUEST(1,0xf7dfe000,2) 0:IPI_SEND(1,0xfb) "
	  "0:INVLPG(0xf7dfe000,0) 0:INVLPG(0xf7dff000,0) 0:FLUSH_DONE(0) "
	  "1:INVLPG(0xf7dfe000,0) 1:INVLPG(0xf7dff000,0) 1:FLUSH_DONE(1) "
	  "0:LOCK(vmlist_lock) 0:UNLOCK(vmlist_lock) 0:UNLOCK(purge_lock)" },
};

/* One page freed: who clears, who flushes, who has the page already. Where vfree() is lazy, the purge
 * comes later, and only then do all CPUs forget. */
START_TEST(vfree_in_order)
{
	struct world *w = lab_boot(vfrees[_i].boot);
	uint32_t va = (uint32_t)DO(w, 0, vmalloc, .size = PAGE_SIZE), from = lab_now(w);

	DO(w, 0, vfree, .addr = va);
	ck_assert_str_eq(lab_events(w, from, VFREE_WAY), vfrees[_i].freed);
	if (vfrees[_i].purged) {
		from = lab_now(w);
		DO(w, 0, __purge_vmap_area_lazy, .sync = 1);
		ck_assert_str_eq(lab_events(w, from, VFREE_WAY), vfrees[_i].purged);
	}
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* --- devices -------------------------------------------------------------------------------------- */

#define TRANSFER                                                                                   \
	"IO_SUBMIT BOUNCE_ALLOC PKMAP_COUNT SLOT_MAP BOUNCE_COPY SLOT_UNMAP DEVICE_START DMA_READ " \
	"DMA_WRITE DEVICE_DONE CONTEXT_ENTER BOUNCE_FREE IO_DONE CONTEXT_EXIT"

static const struct {
	const char *boot, *write, *read;
} transfers[] = {
	/* mm/highmem.c create_bounce(), copy_from_high_bh(); bounce_end_io_read(),
	 * copy_to_high_bh_irq(), bounce_end_io(), which tells the original's owner before the page
	 * goes back: 2.4.27 */
	{ "kernel=2.4.27 cpus=1",
	  "0:IO_SUBMIT(1,0,1) 0:BOUNCE_ALLOC(A,b,1) 0:SLOT_MAP(fix 0+3,A,3) "
	  "0:BOUNCE_COPY(A,b,4096) 0:DEVICE_START(0,1) DMA_READ(b,4096) "
	  "DEVICE_DONE(0,0x39,0) 0:CONTEXT_ENTER(hardirq,0x100) 0:IO_DONE(1,0,0) "
	  "0:BOUNCE_FREE(b,1) 0:CONTEXT_EXIT(hardirq,0x0)",
	  "0:IO_SUBMIT(2,0,1) 0:BOUNCE_ALLOC(A,b,2) 0:DEVICE_START(0,1) DMA_WRITE(b,4096) "
	  "DEVICE_DONE(0,0x39,0) 0:CONTEXT_ENTER(hardirq,0x100) 0:SLOT_MAP(fix 0+0,A,0) "
	  "0:BOUNCE_COPY(b,A,4096) 0:IO_DONE(2,0,0) 0:BOUNCE_FREE(b,2) "
	  "0:CONTEXT_EXIT(hardirq,0x0)" },
	/* mm/bounce.c blk_queue_bounce(), __blk_queue_bounce(): kmap(), memcpy(), kunmap(); for a
	 * read copy_to_high_bio_irq(), bounce_copy_vec(); then bounce_end_io(): mempool_free()
	 * before bio_endio(): 2.6.27. The file is the same in 2.6.32 and 2.6.37 as far as this
	 * goes. */
	{ "kernel=2.6.27 cpus=1",
	  "0:IO_SUBMIT(1,0,1) 0:BOUNCE_ALLOC(A,b,1) 0:PKMAP_COUNT(1,1,0) "
	  "0:PKMAP_COUNT(1,2,1) 0:BOUNCE_COPY(A,b,4096) 0:PKMAP_COUNT(1,1,2) "
	  "0:DEVICE_START(0,1) DMA_READ(b,4096) DEVICE_DONE(0,0x39,0) "
	  "0:CONTEXT_ENTER(hardirq,0x10000) 0:BOUNCE_FREE(b,1) 0:IO_DONE(1,0,0) "
	  "0:CONTEXT_EXIT(hardirq,0x0)",
	  "0:IO_SUBMIT(2,0,1) 0:BOUNCE_ALLOC(A,b,2) 0:DEVICE_START(0,1) DMA_WRITE(b,4096) "
	  "DEVICE_DONE(0,0x39,0) 0:CONTEXT_ENTER(hardirq,0x10000) 0:SLOT_MAP(fix 0+0,A,0) "
	  "0:BOUNCE_COPY(b,A,4096) 0:SLOT_UNMAP(fix 0+0,0) 0:BOUNCE_FREE(b,2) "
	  "0:IO_DONE(2,0,0) 0:CONTEXT_EXIT(hardirq,0x0)" },
	{ "kernel=2.6.32 cpus=1",
	  "0:IO_SUBMIT(1,0,1) 0:BOUNCE_ALLOC(A,b,1) 0:PKMAP_COUNT(1,1,0) "
	  "0:PKMAP_COUNT(1,2,1) 0:BOUNCE_COPY(A,b,4096) 0:PKMAP_COUNT(1,1,2) "
	  "0:DEVICE_START(0,1) DMA_READ(b,4096) DEVICE_DONE(0,0x39,0) "
	  "0:CONTEXT_ENTER(hardirq,0x10000) 0:BOUNCE_FREE(b,1) 0:IO_DONE(1,0,0) "
	  "0:CONTEXT_EXIT(hardirq,0x0)",
	  "0:IO_SUBMIT(2,0,1) 0:BOUNCE_ALLOC(A,b,2) 0:DEVICE_START(0,1) DMA_WRITE(b,4096) "
	  "DEVICE_DONE(0,0x39,0) 0:CONTEXT_ENTER(hardirq,0x10000) 0:SLOT_MAP(fix 0+0,A,0) "
	  "0:BOUNCE_COPY(b,A,4096) 0:SLOT_UNMAP(fix 0+0,0) 0:BOUNCE_FREE(b,2) "
	  "0:IO_DONE(2,0,0) 0:CONTEXT_EXIT(hardirq,0x0)" },
	{ "kernel=2.6.37 cpus=1",
	  "0:IO_SUBMIT(1,0,1) 0:BOUNCE_ALLOC(A,b,1) 0:PKMAP_COUNT(1,1,0) "
	  "0:PKMAP_COUNT(1,2,1) 0:BOUNCE_COPY(A,b,4096) 0:PKMAP_COUNT(1,1,2) "
	  "0:DEVICE_START(0,1) DMA_READ(b,4096) DEVICE_DONE(0,0x39,0) "
	  "0:CONTEXT_ENTER(hardirq,0x10000) 0:BOUNCE_FREE(b,1) 0:IO_DONE(1,0,0) "
	  "0:CONTEXT_EXIT(hardirq,0x0)",
	  "0:IO_SUBMIT(2,0,1) 0:BOUNCE_ALLOC(A,b,2) 0:DEVICE_START(0,1) DMA_WRITE(b,4096) "
	  "DEVICE_DONE(0,0x39,0) 0:CONTEXT_ENTER(hardirq,0x10000) 0:SLOT_MAP(fix 0+0,A,0) "
	  "0:BOUNCE_COPY(b,A,4096) 0:SLOT_UNMAP(fix 0+0,0) 0:BOUNCE_FREE(b,2) "
	  "0:IO_DONE(2,0,0) 0:CONTEXT_EXIT(hardirq,0x0)" },
	/* block/blk.h blk_queue_may_bounce(), false with high memory; and no slot of SWIOTLB is
	 * where an ISA device reaches, so dma_map_sg() fails: 6.1 */
	{ "kernel=6.1 cpus=1",
	  "0:IO_SUBMIT(1,0,1) 0:IO_DONE(1,0,1)",
	  "0:IO_SUBMIT(2,0,1) 0:IO_DONE(2,0,1)" },
	/* As 2.4.27: mm/highmem.c of RHEL3. */
	{ "kernel=rhel3-hugemem split=4g4g ram=8192 cpus=1",
	  "0:IO_SUBMIT(1,0,1) 0:BOUNCE_ALLOC(A,b,1) 0:SLOT_MAP(fix 0+23,A,23) "
	  "0:BOUNCE_COPY(A,b,4096) 0:DEVICE_START(0,1) DMA_READ(b,4096) "
	  "DEVICE_DONE(0,0x39,0) 0:CONTEXT_ENTER(hardirq,0x100) 0:IO_DONE(1,0,0) "
	  "0:BOUNCE_FREE(b,1) 0:CONTEXT_EXIT(hardirq,0x0)",
	  "0:IO_SUBMIT(2,0,1) 0:BOUNCE_ALLOC(A,b,2) 0:DEVICE_START(0,1) DMA_WRITE(b,4096) "
	  "DEVICE_DONE(0,0x39,0) 0:CONTEXT_ENTER(hardirq,0x100) 0:SLOT_MAP(fix 0+0,A,0) "
	  "0:BOUNCE_COPY(b,A,4096) 0:IO_DONE(2,0,0) 0:BOUNCE_FREE(b,2) "
	  "0:CONTEXT_EXIT(hardirq,0x0)" },
};

/* The frame that stands in for page A is called b. */
static const char *transfer(struct world *w, bool write, uint32_t pfn)
{
	struct submit_bio_frame f = { .device = 0, .write = write, .n = 1, .pfn = { pfn } };
	static char text[4096];
	char *out = text;
	uint32_t from = lab_now(w);

	lab_try(w, 0, &submit_bio_op, &f);
	lab_run_all(w);
	for (const char *s = lab_events(w, from, TRANSFER); *s;) {
		bool address = !strncmp(s, "(0x", 3) && strtoul(s + 3, NULL, 16) >= PAGE_SIZE;

		if (strncmp(s, "pfn:", 4) && !address) {
			*out++ = *s++;
			continue;
		}
		if (address)
			*out++ = '(';
		*out++ = 'b';
		s += strcspn(s + 1, ",)") + 1;
	}
	*out = '\0';
	return text;
}

/* To an ISA device, whole: submission, copy at the right end, DMA, interrupt, completion. */
START_TEST(transfers_in_order)
{
	struct world *w = lab_boot(transfers[_i].boot);
	struct add_disk_frame f = { .mask = BLK_BOUNCE_ISA, .limit = BLK_BOUNCE_ISA, .name = "isa" };
	uint32_t a = lab_page(w);

	lab_do(w, 0, &add_disk_op, &f);
	ck_assert_str_eq(transfer(w, true, a), transfers[_i].write);
	ck_assert_str_eq(transfer(w, false, a), transfers[_i].read);
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* --- locks ---------------------------------------------------------------------------------------- */

/* 2.4's spin_lock() disables nothing: it has no count for it. Since 2.6 it counts in preempt_count. */
START_TEST(a_lock_and_the_count)
{
	static const struct {
		const char *boot;
		uint32_t locked;
	} rows[] = { { "kernel=2.4.27 highmem=4g cpus=1", 0 }, { "kernel=2.6.27 cpus=1", 1 },
		     { "kernel=2.6.32 cpus=1", 1 }, { "kernel=2.6.37 cpus=1", 1 },
		     { "kernel=6.1 cpus=1", 1 },
		     { "kernel=rhel3-hugemem split=4g4g ram=8192 cpus=1", 0 } };

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct world *w = lab_boot(rows[i].boot);
		uint32_t from = lab_now(w);

		START(w, 0, kmap, .pfn = lab_page(w));
		lab_step_to(w, 0, "vaddr = page_address(page);");
		ck_assert_str_eq(lab_events(w, from, "LOCK UNLOCK"), "0:LOCK(kmap_lock)");
		ck_assert_uint_eq(preempt_count(w, 0), rows[i].locked);
		lab_run(w, 0);
		ck_assert_str_eq(lab_events(w, from, "LOCK UNLOCK"),
		                 "0:LOCK(kmap_lock) 0:UNLOCK(kmap_lock)");
		ck_assert_uint_eq(preempt_count(w, 0), 0);
		lab_free(w);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { a_lock_and_the_count };
	const struct lab_loop loops[] = {
		{ preemption_with_a_slot_held, LENGTH(held) },
		{ migration_with_a_slot_held, LENGTH(moved) },
		{ flush_on_request, LENGTH(flushes) },
		{ the_way_back_to_the_page, 4 },
		{ highpte_in_order, LENGTH(tables) },
		{ copy_on_write_in_order, LENGTH(copies) },
		{ vfree_in_order, LENGTH(vfrees) },
		{ transfers_in_order, LENGTH(transfers) },
	};

	return lab_suite("order", tests, LENGTH(tests), loops, LENGTH(loops));
}
