/*
 * kmap_local of 6.1: a stack of slots that belongs to the task. What is pushed and popped, what a
 * switch to another task carries, and where the stack ends.
 */
#include "lab.h"

static uint32_t map(struct world *w, unsigned cpu, uint32_t pfn)
{
	return (uint32_t)DO(w, cpu, kmap_local_page, .pfn = pfn);
}

static uint32_t slot_pfn(const struct world *w, unsigned cpu, unsigned slot)
{
	return (uint32_t)(kernel_pte(w, slot_address(w, cpu, slot)) >> PAGE_SHIFT) & 0xffffff;
}

START_TEST(maps_push_and_pop)
{
	struct world *w = lab_boot("kernel=6.1 cpus=2");
	uint32_t a = lab_page(w), b = lab_page(w), va, vb, from = lab_now(w);

	va = map(w, 0, a);
	vb = map(w, 0, b);
	ck_assert_uint_eq(va, fix_to_virt(&w->kernel.layout, w->kernel.layout.fix_kmap_begin));
	ck_assert_uint_eq(vb, va - PAGE_SIZE);
	ck_assert_str_eq(lab_events(w, from, NULL),
	                 "0:PTE_SET(fix 0+0,A) 0:SLOT_MAP(fix 0+0,A,0) "
	                 "0:PTE_SET(fix 0+1,B) 0:SLOT_MAP(fix 0+1,B,1)");
	ck_assert_int_eq(cpu_current(w, 0)->kmap_ctrl.idx, 2);
	ck_assert_uint_eq(cpu_current(w, 0)->migration_disabled, 2);
	ck_assert_uint_eq(preempt_count(w, 0), 0);
	from = lab_now(w);
	DO(w, 0, kunmap_local, .vaddr = vb);
	DO(w, 0, kunmap_local, .vaddr = va + 123);
	ck_assert_str_eq(lab_events(w, from, NULL),
	                 "0:PTE_CLEAR(fix 0+1) 0:INVLPG(fix 0+1,0) 0:SLOT_UNMAP(fix 0+1,1) "
	                 "0:PTE_CLEAR(fix 0+0) 0:INVLPG(fix 0+0,0) 0:SLOT_UNMAP(fix 0+0,0)");
	ck_assert_int_eq(cpu_current(w, 0)->kmap_ctrl.idx, 0);
	ck_assert_uint_eq(cpu_current(w, 0)->migration_disabled, 0);
	lab_sound(w);
	lab_free(w);
}
END_TEST

START_TEST(kmap_atomic_is_kmap_local_with_preemption_off)
{
	struct world *w = lab_boot("kernel=6.1 cpus=2");
	uint32_t a = lab_page(w);
	uint32_t va = (uint32_t)DO(w, 1, kmap_atomic, .pfn = a, .slot = -1);

	ck_assert_uint_eq(va, slot_address(w, 1, 0));
	ck_assert_uint_eq(preempt_count(w, 1), 1);
	ck_assert_uint_eq(cpu_current(w, 1)->pagefault_disabled, 1);
	ck_assert_uint_eq(cpu_current(w, 1)->migration_disabled, 1);
	DO(w, 1, kunmap_atomic, .vaddr = va, .slot = -1);
	ck_assert_uint_eq(preempt_count(w, 1), 0);
	ck_assert_uint_eq(cpu_current(w, 1)->pagefault_disabled, 0);
	ck_assert_uint_eq(cpu_current(w, 1)->migration_disabled, 0);
	lab_free(w);
}
END_TEST

/* The slot on top goes, whatever address was handed over; the warning comes once. */
START_TEST(out_of_order_unmaps_the_wrong_one)
{
	struct world *w = lab_boot("kernel=6.1 cpus=1");
	uint32_t a = lab_page(w), b = lab_page(w), c = lab_page(w);
	uint32_t va = map(w, 0, a), vb = map(w, 0, b), vc = map(w, 0, c);

	DO(w, 0, kunmap_local, .vaddr = va);
	ck_assert_uint_eq(w->kernel.stats.warnings, 1);
	ck_assert_uint_eq(kernel_pte(w, vc), 0);
	ck_assert_uint_eq(slot_pfn(w, 0, 0), a);
	ck_assert_uint_eq(slot_pfn(w, 0, 1), b);
	DO(w, 0, kunmap_local, .vaddr = va);
	ck_assert_uint_eq(w->kernel.stats.warnings, 1);
	ck_assert_uint_eq(kernel_pte(w, vb), 0);
	lab_free(w);
}
END_TEST

START_TEST(fifteen_is_the_limit)
{
	struct world *w = lab_boot("kernel=6.1 cpus=1");
	uint32_t a = lab_page(w);

	for (unsigned i = 0; i < 15; i++)
		ck_assert_uint_eq(map(w, 0, a), slot_address(w, 0, i));
	ck_assert_int_eq(TRY(w, 0, kmap_local_page, .pfn = a), LAB_OOPS);
	lab_free(w);
}
END_TEST

/* With DEBUG_KMAP_LOCAL every other slot is a guard: 16 on the odd ones of 33. */
START_TEST(guards_lie_between_debug_slots)
{
	struct world *w = lab_boot("kernel=6.1 cpus=1 debug_highmem=yes");
	uint32_t a = lab_page(w);

	ck_assert_uint_eq(w->kernel.layout.kmap_slots_per_cpu, 33);
	for (unsigned i = 0; i < 16; i++) {
		uint32_t va = map(w, 0, a);

		ck_assert_uint_eq(va, slot_address(w, 0, 2 * i + 1));
		ck_assert_uint_eq(kernel_pte(w, va + PAGE_SIZE), 0);
	}
	ck_assert_int_eq(TRY(w, 0, kmap_local_page, .pfn = a), LAB_OOPS);
	lab_free(w);
}
END_TEST

/* Only the pop notices: by then CPU 1 has cleared the entry in front of its first slot, which is the last
 * of CPU 0's. */
START_TEST(unmapping_nothing_is_a_bug)
{
	struct world *w = lab_boot("kernel=6.1 cpus=2");
	uint32_t from = lab_now(w);

	ck_assert_int_eq(TRY(w, 1, kunmap_local, .vaddr = slot_address(w, 1, 0)), LAB_OOPS);
	ck_assert_str_eq(lab_events(w, from, "PTE_CLEAR INVLPG SLOT_UNMAP"),
	                 "1:PTE_CLEAR(fix 0+15) 1:INVLPG(fix 1+0,0) 1:SLOT_UNMAP(fix 1+0,4294967295)");
	ck_assert_uint_eq(w->kernel.stats.warnings, 1);
	ck_assert_int_eq(cpu_current(w, 1)->kmap_ctrl.idx, -1);
	ck_assert_str_eq(lab_at(w, 1), "kmap_local_idx_pop();");
	lab_free(w);
}
END_TEST

START_TEST(addresses_outside_the_slots_are_let_pass)
{
	struct world *w = lab_boot("kernel=6.1 cpus=1");
	uint32_t low = lab_lowmem_page(w);

	DO(w, 0, kunmap_local, .vaddr = w->kernel.layout.page_offset + (low << PAGE_SHIFT));
	ck_assert_uint_eq(w->kernel.stats.warnings, 0);
	DO(w, 0, kunmap_local, .vaddr = 0x1000);
	ck_assert_uint_eq(w->kernel.stats.warnings, 1);
	lab_free(w);
}
END_TEST

/* --- carried over a switch -------------------------------------------------------------------- */

START_TEST(a_switch_saves_and_restores)
{
	struct world *w = lab_boot("kernel=6.1 cpus=1");
	uint32_t a = lab_page(w), b = lab_page(w), c = lab_page(w), va, vb, from;
	unsigned shell = w->kernel.cpu[0].current, other;

	va = map(w, 0, a);
	vb = map(w, 0, b);
	lab_store(w, 0, va, 0xaaaa);
	lab_store(w, 0, vb, 0xbbbb);
	other = SPAWN(w, 0, kmap_local_page, .pfn = c);
	from = lab_now(w);
	ck_assert(world_switch_to(w, other, NULL));
	ck_assert_str_eq(lab_events(w, from, NULL),
	                 "0:SWITCH(2,3) 0:PTE_CLEAR(fix 0+0) 0:INVLPG(fix 0+0,1) "
	                 "0:PTE_CLEAR(fix 0+1) 0:INVLPG(fix 0+1,1)");
	ck_assert(lab_faults(w, 0, va));
	lab_step_to(w, 0, "preempt_enable();");
	ck_assert_uint_eq(slot_pfn(w, 0, 0), c); /* its own stack begins at slot 0 */
	ck_assert(!world_switch_to(w, shell, NULL)); /* not yet: preemption is off */
	ck_assert(lab_step(w, 0));
	from = lab_now(w);
	lab_run_all(w); /* it ends with a mapping, which its slots forget */
	ck_assert(world_switch_to(w, shell, NULL));
	ck_assert_uint_eq(lab_load(w, 0, va), 0xaaaa);
	ck_assert_uint_eq(lab_load(w, 0, vb), 0xbbbb);
	ck_assert_str_eq(lab_events(w, from, "PTE_SET"),
	                 "0:PTE_SET(fix 0+0,A) 0:PTE_SET(fix 0+1,B)");
	DO(w, 0, kunmap_local, .vaddr = vb);
	DO(w, 0, kunmap_local, .vaddr = va);
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* A task that sleeps in kmap() takes its local mappings along, and gets them back. */
START_TEST(a_sleeper_gets_its_mappings_back)
{
	struct world *w = lab_boot("kernel=6.1 cpus=2 pkmap=4");
	uint32_t p[5], va, task;

	for (unsigned i = 0; i < 5; i++)
		p[i] = lab_page(w);
	for (unsigned i = 0; i < 4; i++)
		DO(w, 1, kmap, .pfn = p[i]);
	task = w->kernel.cpu[0].current;
	va = map(w, 0, p[0]);
	lab_store(w, 0, va, 77);
	ck_assert_int_eq(TRY(w, 0, kmap, .pfn = p[4]), LAB_ASLEEP);
	ck_assert_uint_eq(kernel_pte(w, va), 0);
	DO(w, 1, kunmap, .pfn = p[1]);
	lab_run_all(w);
	ck_assert(world_switch_to(w, task, NULL) || w->kernel.cpu[0].current == task);
	ck_assert_uint_eq(slot_pfn(w, 0, 0), p[0]);
	ck_assert_uint_eq(lab_load(w, 0, va), 77);
	lab_free(w);
}
END_TEST

/* An interrupt pushes on the stack of the task it interrupts, and pops before it returns. */
START_TEST(an_interrupt_borrows_the_stack)
{
	struct world *w = lab_boot("kernel=6.1 cpus=1");
	uint32_t a = lab_page(w), b = lab_page(w), va = map(w, 0, a), vb;

	ck_assert(world_enter_context(w, 0, CONTEXT_HARDIRQ, NULL));
	vb = map(w, 0, b);
	ck_assert_uint_eq(vb, slot_address(w, 0, 1));
	DO(w, 0, kunmap_local, .vaddr = vb);
	ck_assert(world_exit_context(w, 0, NULL));
	DO(w, 0, kunmap_local, .vaddr = va);
	ck_assert_uint_eq(w->kernel.stats.warnings, 0);
	ck_assert_int_eq(cpu_current(w, 0)->kmap_ctrl.idx, 0);
	lab_sound(w);
	lab_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		maps_push_and_pop,
		kmap_atomic_is_kmap_local_with_preemption_off,
		out_of_order_unmaps_the_wrong_one,
		fifteen_is_the_limit,
		guards_lie_between_debug_slots,
		unmapping_nothing_is_a_bug,
		addresses_outside_the_slots_are_let_pass,
		a_switch_saves_and_restores,
		a_sleeper_gets_its_mappings_back,
		an_interrupt_borrows_the_stack,
	};

	return lab_suite("local", tests, LENGTH(tests), NULL, 0);
}
