/*
 * 4G/4G: what Red Hat's hugemem kernel pays for two address spaces. That CR3 is loaded on every way into
 * the kernel and out of it, that the TLBs really are empty afterwards, that user memory is reached by
 * walking its tables, and in which order all of it happens.
 *
 * Slots in the sequences: VSTACK0 is 2, VSTACK1 1, USER_COPY 19, USER0 23, USER1 24, PTE0 28, PTE1 29. The
 * kernel's top table is at 0x500000, that of the first process at 0xf5c04000 (with two CPUs 0xf5c06000).
 */
#include "process.h"

#include "kernel/entry.h"
#include "kernel/highmem.h"
#include "kernel/usercopy.h"

#define HUGEMEM "kernel=rhel3-hugemem split=4g4g ram=8192 "
#define WAYS "FAULT KERNEL_PGD USER_PGD CR_WRITE TLB_FLUSH PAGE_FAULT PAGE_FAULT_DONE "
#define IN "0:KERNEL_PGD(1,0x500000) 0:CR_WRITE(3,0x500000) "
#define OUT "0:USER_PGD(1,0xf5c04000) 0:CR_WRITE(3,0xf5c04000) "

/* --- the order of things ---------------------------------------------------------------------- */

/* A system call that does next to nothing: into the kernel, and out of it. */
START_TEST(a_system_call_loads_cr3_twice)
{
	struct world *w = lab_boot(HUGEMEM "cpus=1");
	uint32_t from;

	process(w, 0);
	user_put(w, 0, DATA, 1);
	from = lab_now(w);
	DO(w, 0, sys_truncate, 0);
	ck_assert_str_eq(lab_events(w, from, NULL), IN "0:TLB_FLUSH(1,2,0) " OUT "0:TLB_FLUSH(0,2,0)");
	lab_free(w);
}
END_TEST

/* A first touch: the fault is taken in the page tables of user mode, dealt with in the kernel's. */
START_TEST(a_demand_zero_fault_in_order)
{
	struct world *w = lab_boot(HUGEMEM "cpus=1");
	uint32_t from;

	process(w, 0);
	from = lab_now(w);
	user_put(w, 0, DATA, 1);
	ck_assert_str_eq(lab_events(w, from, WAYS "SLOT_MAP CLEAR PTE_ALLOC ZERO_PAGE"),
	                 "0:FAULT(0x8050000,0x6,1) " IN "0:TLB_FLUSH(0,0,0) "
	                 "0:PAGE_FAULT(0x8050000,0x6,1) "
	                 "0:SLOT_MAP(fix 0+23,pfn:1ffc00,23) 0:CLEAR(pfn:1ffc00,4096) "
	                 "0:PTE_ALLOC(0x8050000,pfn:1ffc00,1) 0:SLOT_MAP(fix 0+28,pfn:1ffc00,28) "
	                 "0:SLOT_MAP(fix 0+23,pfn:1ffc01,23) 0:CLEAR(pfn:1ffc01,4096) "
	                 "0:SLOT_MAP(fix 0+28,pfn:1ffc00,28) 0:ZERO_PAGE(0x8050000,pfn:1ffc01,1) "
	                 "0:PAGE_FAULT_DONE(0x8050000) " OUT "0:TLB_FLUSH(1,2,0)");
	sound(w);
	lab_free(w);
}
END_TEST

/* Copy-on-write: the old translation needs no INVLPG, for it went when the kernel was entered. */
START_TEST(copy_on_write_in_order)
{
	struct world *w = lab_boot(HUGEMEM "cpus=1");
	uint32_t from;

	process(w, 0);
	user_put(w, 0, DATA, 1);
	forked(w, 0, 0, 0);
	user_get(w, 0, DATA); /* the TLB has the read-only entry */
	from = lab_now(w);
	user_put(w, 0, DATA, 2);
	ck_assert_str_eq(lab_events(w, from, WAYS "COPY PTE_CLEAR INVLPG COW"),
	                 "0:FAULT(0x8050000,0x7,2) " IN "0:TLB_FLUSH(0,3,0) "
	                 "0:PAGE_FAULT(0x8050000,0x7,1) 0:INVLPG(fix 0+28,1) 0:INVLPG(fix 0+23,1) "
	                 "0:INVLPG(fix 0+24,0) 0:COPY(pfn:1ffc01,pfn:1ffc03,4096) "
	                 "0:PTE_CLEAR(0x8050000) 0:COW(0x8050000,pfn:1ffc01,pfn:1ffc03) "
	                 "0:PAGE_FAULT_DONE(0x8050000) " OUT "0:TLB_FLUSH(1,4,0)");
	ck_assert_uint_eq(user_get(w, 0, DATA), 2);
	lab_free(w);
}
END_TEST

/* fork: two page tables at once, then CR3 is loaded with what it has; and again on the way out. */
START_TEST(fork_in_order)
{
	struct world *w = lab_boot(HUGEMEM "cpus=1");
	uint32_t from;

	process(w, 0);
	user_put(w, 0, DATA, 1);
	from = lab_now(w);
	forked(w, 0, 0, 0);
	ck_assert_str_eq(lab_events(w, from, WAYS "MM_ALLOC SLOT_MAP FORK"),
	                 IN "0:TLB_FLUSH(1,2,0) 0:MM_ALLOC(2,0xf5c09000) "
	                 "0:SLOT_MAP(fix 0+23,pfn:1ffc02,23) 0:SLOT_MAP(fix 0+28,pfn:1ffc02,28) "
	                 "0:SLOT_MAP(fix 0+29,pfn:1ffc00,29) "
	                 "0:CR_WRITE(3,0x500000) 0:TLB_FLUSH(2,3,0) 0:FORK(3,4,2) " OUT
	                 "0:TLB_FLUSH(0,3,0)");
	lab_free(w);
}
END_TEST

/* A switch happens in the kernel's page tables and maps the stack of who comes. */
START_TEST(a_switch_in_order)
{
	struct world *w = lab_boot(HUGEMEM "cpus=1");
	unsigned child;
	uint32_t from;

	process(w, 0);
	child = forked(w, 0, 0, 0);
	from = lab_now(w);
	become(w, child);
	ck_assert_str_eq(lab_events(w, from, NULL),
	                 "0:SWITCH(3,4) " IN "0:TLB_FLUSH(0,0,0) 0:SWITCH_MM(1,2) "
	                 "0:PTE_SET(fix 0+2,pfn:f5c10) 0:INVLPG(fix 0+2,0) "
	                 "0:SLOT_MAP(fix 0+2,pfn:f5c10,2) 0:PTE_SET(fix 0+1,pfn:f5c11) "
	                 "0:INVLPG(fix 0+1,0) 0:SLOT_MAP(fix 0+1,pfn:f5c11,1) "
	                 "0:USER_PGD(2,0xf5c09000) 0:CR_WRITE(3,0xf5c09000) 0:TLB_FLUSH(0,0,0)");
	lab_free(w);
}
END_TEST

/* --- user memory, from the kernel ------------------------------------------------------------- */

/* A system call that reads its argument: under the lock, the page table in PTE0, the page in USER_COPY. */
START_TEST(reading_user_memory_in_order)
{
	struct world *w = lab_boot(HUGEMEM "cpus=1");
	uint32_t from, word;

	process(w, 0);
	user_put(w, 0, DATA, 0x12345678);
	DO(w, 0, sys_write, .buf = DATA, .n = 4);
	user_put(w, 0, DATA, 0x600df00d);
	user_put(w, 0, DATA + PAGE_SIZE, 7);
	from = lab_now(w);
	DO(w, 0, sys_write, .buf = DATA + 4, .n = 4);
	/* the first and the last byte are touched, the file's page is mapped, and then the copy */
	ck_assert_str_eq(lab_events(w, from, "FAULT LOCK UNLOCK SLOT_MAP PKMAP_COUNT MEM_WRITE"),
	                 "0:LOCK(page_table_lock) 0:SLOT_MAP(fix 0+28,pfn:1ffc00,28) "
	                 "0:SLOT_MAP(fix 0+19,pfn:1ffc01,19) 0:UNLOCK(page_table_lock) "
	                 "0:LOCK(page_table_lock) 0:SLOT_MAP(fix 0+28,pfn:1ffc00,28) "
	                 "0:SLOT_MAP(fix 0+19,pfn:1ffc01,19) 0:UNLOCK(page_table_lock) "
	                 "0:LOCK(kmap_lock) 0:PKMAP_COUNT(1,2,1) 0:UNLOCK(kmap_lock) "
	                 "0:LOCK(page_table_lock) 0:SLOT_MAP(fix 0+28,pfn:1ffc00,28) "
	                 "0:SLOT_MAP(fix 0+19,pfn:1ffc01,19) 0:MEM_WRITE(0x1ffc02000,4) "
	                 "0:UNLOCK(page_table_lock) "
	                 "0:LOCK(kmap_lock) 0:PKMAP_COUNT(1,1,2) 0:UNLOCK(kmap_lock)");
	DO(w, 0, sys_write, .buf = DATA, .n = 4);
	phys_read(&w->machine.phys, (uint64_t)w->kernel.file.pfn << PAGE_SHIFT, &word, 4);
	ck_assert_uint_eq(word, 0x600df00d);
	sound(w);
	lab_free(w);
}
END_TEST

/* Filling a page that is not there yet: handle_mm_fault() without any fault. */
START_TEST(a_missing_page_is_no_fault)
{
	struct world *w = lab_boot(HUGEMEM "cpus=1");
	uint32_t from;

	process(w, 0);
	user_put(w, 0, DATA, 0x12345678);
	DO(w, 0, sys_write, .buf = DATA, .n = 4);
	from = lab_now(w);
	ck_assert_uint_eq(DO(w, 0, sys_read, .buf = DATA + 2 * PAGE_SIZE, .n = 4), 4);
	ck_assert_uint_eq(lab_count(w, from, EVENT_FAULT) + lab_count(w, from, EVENT_PAGE_FAULT), 0);
	ck_assert_str_eq(lab_events(w, from, "ZERO_PAGE KERNEL_PGD USER_PGD"),
	                 "0:KERNEL_PGD(1,0x500000) 0:ZERO_PAGE(0x8052000,pfn:1ffc03,1) "
	                 "0:USER_PGD(1,0xf5c04000)");
	ck_assert_uint_eq(user_get(w, 0, DATA + 2 * PAGE_SIZE), 0x12345678);
	lab_free(w);
}
END_TEST

/* Across a page's end, the second page shared with a child: it is copied before it is written. */
START_TEST(copies_go_page_by_page)
{
	struct world *w = lab_boot(HUGEMEM "cpus=1");
	uint32_t from, end = DATA + PAGE_SIZE;

	process(w, 0);
	user_put(w, 0, DATA, 0x11111111);
	user_put(w, 0, DATA + 4, 0x22222222);
	DO(w, 0, sys_write, .buf = DATA, .n = 8);
	user_put(w, 0, end, 3);
	forked(w, 0, 0, 0);
	from = lab_now(w);
	ck_assert_uint_eq(DO(w, 0, sys_read, .buf = end - 4, .n = 8), 8);
	ck_assert_uint_eq(lab_count(w, from, EVENT_COW), 2);
	ck_assert_uint_eq(lab_count(w, from, EVENT_FAULT), 0);
	ck_assert_uint_eq(user_get(w, 0, end - 4), 0x11111111);
	ck_assert_uint_eq(user_get(w, 0, end), 0x22222222);
	sound(w);
	lab_free(w);
}
END_TEST

START_TEST(bad_buffers_are_refused)
{
	struct world *w = lab_boot(HUGEMEM "cpus=2");
	const uint32_t bad[] = { 0, 0xc0000000, 0xf0000000, 0xff000000, 0xfffff000 };

	process(w, 0);
	user_put(w, 0, DATA, 1);
	DO(w, 0, sys_write, .buf = DATA, .n = 4);
	for (unsigned i = 0; i < LENGTH(bad); i++) {
		ck_assert_uint_eq(DO(w, 0, sys_write, .buf = bad[i], .n = 4), EFAULT_RESULT);
		ck_assert_uint_eq(DO(w, 0, sys_read, .buf = bad[i], .n = 4), EFAULT_RESULT);
	}
	ck_assert_uint_eq(DO(w, 0, sys_read, .buf = TEXT, .n = 4), EFAULT_RESULT); /* read-only */
	ck_assert(!mm_get(w, 1)->page_table_lock.locked);
	ck_assert(in_user_pgd(w, 0));
	ck_assert_uint_eq(DO(w, 1, sys_read, .buf = DATA, .n = 4), EFAULT_RESULT); /* no process */
	sound(w);
	lab_free(w);
}
END_TEST

/* --- the TLBs --------------------------------------------------------------------------------- */

static unsigned entries(const struct world *w, unsigned cpu, bool user)
{
	unsigned n = 0;

	for (unsigned i = 0; i < tlb_capacity(w->machine.cpu[cpu].tlb.model); i++) {
		const struct tlb_entry *e = tlb_entry(&w->machine.cpu[cpu].tlb, i, NULL);

		n += e->size && !e->global && e->user == user;
	}
	return n;
}

/* At every step: who is in the kernel has its tables and no entry of user space, and the other way
 * round. What the sequences above pin for some operations, for all of them. */
static void apart(const struct world *w)
{
	for (unsigned cpu = 0; cpu < w->machine.nr_cpus; cpu++) {
		if (in_user_pgd(w, cpu))
			ck_assert_uint_eq(entries(w, cpu, false), 0);
		else
			ck_assert_uint_eq(entries(w, cpu, true), 0);
		if (w->kernel.cpu[cpu].nr_contexts > 1)
			ck_assert(!in_user_pgd(w, cpu));
	}
}

static void run_apart(struct world *w, unsigned cpu)
{
	while (cpu_context(w, cpu)->depth) {
		ck_assert(lab_step(w, cpu));
		apart(w);
	}
}

START_TEST(two_address_spaces_never_mix)
{
	struct world *w = lab_boot(HUGEMEM "cpus=2");

	process(w, 0);
	user_put(w, 0, DATA, 1);
	START(w, 0, do_fork, .comm = "child", .cpu = 1);
	run_apart(w, 0);
	START(w, 0, user_touch, .va = DATA, .write = true);
	run_apart(w, 0);
	START(w, 0, sys_write, .buf = DATA, .n = 8);
	run_apart(w, 0);
	START(w, 0, sys_read, .buf = DATA + PAGE_SIZE, .n = 8);
	run_apart(w, 0);
	START(w, 0, do_exit, 0);
	run_apart(w, 0);
	lab_free(w);
}
END_TEST

/* The price: the same touch of a page that is there costs nothing, after a system call a walk; where
 * kernel and user space share the tables, the system call costs neither. */
START_TEST(what_a_system_call_costs)
{
	const char *const words[] = { "kernel=2.4.27 cpus=1", HUGEMEM "cpus=1" };
	uint64_t misses[2], flushes[2], cycles[2];

	for (unsigned i = 0; i < 2; i++) {
		struct world *w = lab_boot(words[i]);
		uint32_t from;

		process(w, 0);
		user_put(w, 0, DATA, 1);
		from = lab_now(w);
		misses[i] = w->machine.stats.tlb_misses;
		cycles[i] = w->machine.cpu[0].cycle;
		DO(w, 0, sys_truncate, 0);
		cycles[i] = w->machine.cpu[0].cycle - cycles[i];
		user_get(w, 0, DATA);
		misses[i] = w->machine.stats.tlb_misses - misses[i];
		flushes[i] = lab_count(w, from, EVENT_TLB_FLUSH);
		lab_free(w);
	}
	ck_assert_uint_eq(misses[0] | flushes[0], 0);
	ck_assert_uint_eq(misses[1], 1);
	ck_assert_uint_eq(flushes[1], 2);
	ck_assert_uint_ge(cycles[1], cycles[0] + 2 * 516);
}
END_TEST

/* An interrupt that hits user mode pays twice, one that hits the kernel does not. */
START_TEST(interrupts_pay_as_well)
{
	struct world *w = lab_boot(HUGEMEM "cpus=1");
	struct message m;
	uint32_t from;

	process(w, 0);
	from = lab_now(w);
	ck_assert_msg(world_enter_context(w, 0, CONTEXT_HARDIRQ, &m), "%s", m.text);
	ck_assert(!in_user_pgd(w, 0));
	ck_assert_msg(world_enter_context(w, 0, CONTEXT_NMI, &m), "%s", m.text);
	ck_assert_msg(world_exit_context(w, 0, &m), "%s", m.text);
	ck_assert(!in_user_pgd(w, 0));
	ck_assert_msg(world_exit_context(w, 0, &m), "%s", m.text);
	ck_assert(in_user_pgd(w, 0));
	ck_assert_str_eq(lab_events(w, from, "CONTEXT_ENTER CONTEXT_EXIT CR_WRITE"),
	                 "0:CR_WRITE(3,0x500000) 0:CONTEXT_ENTER(hardirq,0x100) "
	                 "0:CONTEXT_ENTER(nmi,0x200) 0:CONTEXT_EXIT(nmi,0x100) "
	                 "0:CONTEXT_EXIT(hardirq,0x0) 0:CR_WRITE(3,0xf5c04000)");
	START(w, 0, sys_write, .buf = DATA, .n = 4);
	lab_step_to(w, 0, "add_to_page_cache(page, mapping, index, gfp_mask);");
	from = lab_now(w);
	ck_assert_msg(world_enter_context(w, 0, CONTEXT_HARDIRQ, &m), "%s", m.text);
	ck_assert_msg(world_exit_context(w, 0, &m), "%s", m.text);
	ck_assert_str_eq(lab_events(w, from, "CR_WRITE CONTEXT_ENTER"),
	                 "0:CONTEXT_ENTER(hardirq,0x100)");
	lab_free(w);
}
END_TEST

/* A thread on another CPU is asked to flush; being interrupted is all it takes. */
START_TEST(a_shootdown_is_the_interrupt_itself)
{
	struct world *w = lab_boot(HUGEMEM "cpus=2");
	unsigned parent = process(w, 0), thread;
	uint32_t from;

	user_put(w, 0, DATA, 1);
	thread = forked(w, 0, 1, CLONE_VM);
	become(w, thread);
	user_get(w, 1, DATA);
	ck_assert_uint_eq(entries(w, 1, true), 1);
	become(w, parent);
	forked(w, 0, 0, 0);
	from = lab_now(w);
	user_get(w, 1, DATA);
	user_put(w, 0, DATA, 2);
	ck_assert_uint_eq(user_get(w, 1, DATA), 2);
	ck_assert_str_eq(lab_events(w, from, "FLUSH_REQUEST IRQ_DELIVER KERNEL_PGD USER_PGD FLUSH_DONE"),
	                 "0:KERNEL_PGD(1,0x500000) 0:FLUSH_REQUEST(1,0x8050000,1) "
	                 "1:IRQ_DELIVER(0xfd,0) 1:KERNEL_PGD(1,0x500000) 1:FLUSH_DONE(1) "
	                 "1:USER_PGD(1,0xf5c06000) 0:FLUSH_DONE(0) 0:USER_PGD(1,0xf5c06000)");
	lab_free(w);
}
END_TEST

/* --- tables and slots ------------------------------------------------------------------------- */

/* What is shared is global, what is the kernel's alone is not, and a process has none of that. */
START_TEST(what_both_can_see)
{
	struct world *w = lab_boot(HUGEMEM "cpus=1");
	uint32_t page = lab_page(w), va = (uint32_t)DO(w, 0, kmap, .pfn = page);
	uint64_t pgd;

	process(w, 0);
	pgd = mm_get(w, 1)->pgd;
	ck_assert_uint_eq(kernel_pte(w, 0x02000000) & PTE_G, 0);
	ck_assert_uint_eq(kernel_pte(w, 0xc0000000) & (PTE_G | PTE_PS), PTE_PS);
	ck_assert_uint_ne(kernel_pte(w, va) & PTE_G, 0);
	ck_assert_uint_ne(kernel_pte(w, slot_address(w, 0, 2)) & PTE_G, 0); /* VSTACK0 */
	ck_assert_uint_ne(kernel_pte(w, 0xfffd7000) & PTE_G, 0);            /* the trampoline */
	ck_assert_uint_eq(page_kernel(w) & PTE_G, 0);
	ck_assert_uint_eq(entry_peek(w, pmd_offset(w, pgd, 0x02000000)), 0);
	ck_assert_uint_eq(entry_peek(w, pmd_offset(w, pgd, 0xfee00000)), 0);
	for (uint64_t at = 0xff000000; at <= UINT32_MAX; at += pmd_size(w))
		ck_assert_uint_eq(entry_peek(w, pmd_offset(w, pgd, (uint32_t)at)),
		                  kernel_entry(w, pmd_offset_k(w, (uint32_t)at)));
	ck_assert_uint_eq(find_vma(mm_get(w, 1), 0xfeffffff)->vm_end, 0xff000000);
	user_put(w, 0, 0xfefffff8, 1); /* the program's stack ends there */
	lab_free(w);
}
END_TEST

/* The slot has the page already: neither an entry is written nor the TLB told. */
START_TEST(the_same_page_again_is_free)
{
	struct world *w = lab_boot(HUGEMEM "cpus=1");
	uint32_t a = lab_page(w), b = lab_page(w), from, va;

	va = (uint32_t)DO(w, 0, kmap_atomic, .pfn = a, .slot = 23);
	DO(w, 0, kunmap_atomic, .vaddr = va, .slot = 23);
	from = lab_now(w);
	ck_assert_uint_eq(DO(w, 0, kmap_atomic, .pfn = a, .slot = 23), va);
	ck_assert_str_eq(lab_events(w, from, NULL), "0:SLOT_MAP(fix 0+23,A,23)");
	from = lab_now(w);
	DO(w, 0, kmap_atomic, .pfn = b, .slot = 23);
	ck_assert_str_eq(lab_events(w, from, NULL),
	                 "0:PTE_SET(fix 0+23,B) 0:INVLPG(fix 0+23,0) 0:SLOT_MAP(fix 0+23,B,23)");
	lab_free(w);
	w = lab_boot(HUGEMEM "cpus=1 debug_highmem=yes"); /* the release clears; there are no fences */
	va = (uint32_t)DO(w, 0, kmap_atomic, .pfn = lab_page(w), .slot = 23);
	ck_assert_uint_eq(va, slot_address(w, 0, 23));
	ck_assert_uint_ne(kernel_pte(w, va), 0);
	DO(w, 0, kunmap_atomic, .vaddr = va, .slot = 23);
	ck_assert_uint_eq(kernel_pte(w, va), 0);
	lab_free(w);
}
END_TEST

/* The virtual stack is 8 KB, and aligned to that; each task has its own. */
START_TEST(virtual_stacks)
{
	struct world *w = lab_boot(HUGEMEM "cpus=2");
	uint32_t pfn;

	process(w, 0);
	for (unsigned cpu = 0; cpu < 2; cpu++) {
		ck_assert_uint_eq(slot_address(w, cpu, 2) % (2 * PAGE_SIZE), 0);
		ck_assert_uint_eq(slot_address(w, cpu, 1), slot_address(w, cpu, 2) + PAGE_SIZE);
		pfn = cpu_current(w, cpu)->stack_pfn;
		ck_assert_uint_ne(pfn, 0);
		ck_assert_uint_eq(pte_pfn(kernel_pte(w, slot_address(w, cpu, 2))), pfn);
		ck_assert_uint_eq(pte_pfn(kernel_pte(w, slot_address(w, cpu, 1))), pfn + 1);
	}
	ck_assert_uint_ne(cpu_current(w, 0)->stack_pfn, cpu_current(w, 1)->stack_pfn);
	lab_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_system_call_loads_cr3_twice, a_demand_zero_fault_in_order, copy_on_write_in_order,
		fork_in_order, a_switch_in_order, reading_user_memory_in_order, a_missing_page_is_no_fault,
		copies_go_page_by_page, bad_buffers_are_refused, two_address_spaces_never_mix,
		what_a_system_call_costs, interrupts_pay_as_well, a_shootdown_is_the_interrupt_itself,
		what_both_can_see, the_same_page_again_is_free, virtual_stacks,
	};

	return lab_suite("hugemem", tests, LENGTH(tests), NULL, 0);
}
