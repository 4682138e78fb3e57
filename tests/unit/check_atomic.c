/*
 * Typed atomic slots (2.6.27): where they are, what they change, what happens when two users of a
 * slot meet, and what DEBUG_HIGHMEM sees of it.
 */
#include "lab.h"

/* The enum's value of a slot by name. */
static int32_t KM(const struct world *w, const char *name)
{
	int slot = profile_slot(w->kernel.profile, name);

	ck_assert_int_ge(slot, 0);
	return (int32_t)km_type(w, slot);
}

/* --- where ------------------------------------------------------------------------------------ */

/* index = slot + slots_per_CPU * cpu; address = FIXADDR_TOP - (FIX_KMAP_BEGIN + index) pages. The
 * numbers are those of the worked table for a KMAP_BEGIN of 69. */
START_TEST(a_slot_has_its_address)
{
	static const struct {
		unsigned cpu;
		const char *slot;
		uint32_t va;
	} rows[] = {
		{ 0, "BOUNCE_READ", 0xfffba000 }, { 1, "BOUNCE_READ", 0xfffad000 },
		{ 0, "USER0", 0xfffb7000 },       { 1, "USER0", 0xfffaa000 },
		{ 0, "IRQ1", 0xfffb0000 },        { 1, "IRQ1", 0xfffa3000 },
		{ 0, "SOFTIRQ1", 0xfffae000 },    { 1, "SOFTIRQ1", 0xfffa1000 },
	};
	struct world *w = lab_boot("cpus=2");
	uint32_t a = lab_page(w);

	for (size_t i = 0; i < LENGTH(rows); i++) {
		int32_t slot = KM(w, rows[i].slot);
		uint64_t va = DO(w, rows[i].cpu, kmap_atomic, .pfn = a, .slot = slot);

		ck_assert_uint_eq(va, rows[i].va);
		ck_assert_uint_eq(kernel_pte(w, rows[i].va),
		                  (uint64_t)a << PAGE_SHIFT | 0x163 | PTE_XD);
		DO(w, rows[i].cpu, kunmap_atomic, .vaddr = (uint32_t)va, .slot = slot);
		ck_assert_uint_eq(kernel_pte(w, rows[i].va), 0);
	}
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* With fences slot i is number 2i + 1 of 27. */
START_TEST(fences_double_the_slots)
{
	struct world *w = lab_boot("cpus=2 debug_highmem=yes");
	uint32_t a = lab_page(w), begin = w->kernel.layout.fix_kmap_begin;
	int32_t slot = KM(w, "USER0");
	uint64_t va;

	ck_assert_uint_eq(w->kernel.layout.kmap_slots_per_cpu, 27);
	ck_assert_int_eq(slot, 7);
	va = DO(w, 1, kmap_atomic, .pfn = a, .slot = slot);
	ck_assert_uint_eq(va, 0xfffff000u - (begin + 27 + 7) * 4096);
	ck_assert(lab_faults(w, 1, (uint32_t)va + 4096)); /* the fence above it */
	ck_assert(lab_faults(w, 1, (uint32_t)va - 4096));
	ck_assert(!lab_faults(w, 1, (uint32_t)va));
	lab_free(w);
}
END_TEST

/* --- what happens ----------------------------------------------------------------------------- */

START_TEST(mapping_flushes_nothing_releasing_one_page)
{
	struct world *w = lab_boot("cpus=2");
	uint32_t a = lab_page(w), from = lab_now(w);
	uint64_t va = DO(w, 0, kmap_atomic, .pfn = a, .slot = KM(w, "USER0"));

	ck_assert_str_eq(lab_events(w, from, NULL), "0:PTE_SET(fix 0+3,A) 0:SLOT_MAP(fix 0+3,A,3)");
	ck_assert_uint_eq(preempt_count(w, 0), 1);
	lab_store(w, 0, (uint32_t)va, 42);
	from = lab_now(w);
	DO(w, 0, kunmap_atomic, .vaddr = (uint32_t)va, .slot = KM(w, "USER0"));
	ck_assert_str_eq(lab_events(w, from, NULL),
	                 "0:PTE_CLEAR(fix 0+3) 0:INVLPG(fix 0+3,1) 0:SLOT_UNMAP(fix 0+3,3)");
	ck_assert_uint_eq(preempt_count(w, 0), 0);
	ck_assert(lab_faults(w, 0, (uint32_t)va));
	ck_assert_uint_eq(w->machine.stats.ipi, 0);
	lab_free(w);
}
END_TEST

/* Page faults are disabled all the same: kunmap_atomic() enables them. */
START_TEST(low_memory_takes_no_slot)
{
	struct world *w = lab_boot("cpus=2");
	uint32_t low = lab_lowmem_page(w), from = lab_now(w);
	uint64_t va = DO(w, 0, kmap_atomic, .pfn = low, .slot = KM(w, "USER0"));

	ck_assert_uint_eq(va, w->kernel.layout.page_offset + (low << PAGE_SHIFT));
	ck_assert_uint_eq(preempt_count(w, 0), 1);
	DO(w, 0, kunmap_atomic, .vaddr = (uint32_t)va, .slot = KM(w, "USER0"));
	ck_assert_uint_eq(preempt_count(w, 0), 0);
	ck_assert_str_eq(lab_events(w, from, NULL), "");
	lab_free(w);
}
END_TEST

START_TEST(two_slots_nest)
{
	struct world *w = lab_boot("cpus=2");
	uint32_t a = lab_page(w), b = lab_page(w);
	uint32_t va = (uint32_t)DO(w, 0, kmap_atomic, .pfn = a, .slot = KM(w, "USER0"));
	uint32_t vb = (uint32_t)DO(w, 0, kmap_atomic, .pfn = b, .slot = KM(w, "USER1"));

	lab_store(w, 0, va, 0xaaaa);
	lab_store(w, 0, vb, 0xbbbb);
	ck_assert_uint_eq(lab_frame_word(w, a), 0xaaaa);
	ck_assert_uint_eq(lab_frame_word(w, b), 0xbbbb);
	ck_assert_uint_eq(preempt_count(w, 0), 2);
	DO(w, 0, kunmap_atomic, .vaddr = va, .slot = KM(w, "USER0")); /* in either order */
	ck_assert_uint_eq(lab_load(w, 0, vb), 0xbbbb);
	DO(w, 0, kunmap_atomic, .vaddr = vb, .slot = KM(w, "USER1"));
	ck_assert_uint_eq(preempt_count(w, 0), 0);
	lab_free(w);
}
END_TEST

START_TEST(the_same_slot_twice_is_a_bug)
{
	struct world *w = lab_boot("cpus=2");
	uint32_t a = lab_page(w), b = lab_page(w), line = w->kernel.dmesg.n;
	uint64_t va = DO(w, 0, kmap_atomic, .pfn = a, .slot = KM(w, "USER0"));

	DO(w, 1, kmap_atomic, .pfn = b, .slot = KM(w, "USER0")); /* another CPU has its own */
	ck_assert(world_enter_context(w, 0, CONTEXT_HARDIRQ, NULL));
	ck_assert_int_eq(TRY(w, 0, kmap_atomic, .pfn = b, .slot = KM(w, "USER0")), LAB_OOPS);
	ck_assert_str_eq(dmesg_line(w, line + 1), "kernel BUG at arch/x86/mm/highmem_32.c:87!");
	ck_assert_uint_eq(kernel_pte(w, (uint32_t)va) >> PAGE_SHIFT & 0xffffff, a);
	lab_free(w);
}
END_TEST

/* Nothing is cleared: the next user of the slot finds it occupied. */
START_TEST(the_wrong_slot_leaks_the_mapping)
{
	struct world *w = lab_boot("cpus=2");
	uint32_t a = lab_page(w), b = lab_page(w), from;
	uint32_t va = (uint32_t)DO(w, 0, kmap_atomic, .pfn = a, .slot = KM(w, "USER0"));

	lab_store(w, 0, va, 7);
	from = lab_now(w);
	DO(w, 0, kunmap_atomic, .vaddr = va, .slot = KM(w, "USER1"));
	ck_assert_str_eq(lab_events(w, from, NULL), "");
	ck_assert_uint_eq(preempt_count(w, 0), 0);
	ck_assert_uint_eq(lab_load(w, 0, va), 7);
	ck_assert_int_eq(TRY(w, 0, kmap_atomic, .pfn = b, .slot = KM(w, "USER0")), LAB_OOPS);
	lab_free(w);
}
END_TEST

START_TEST(the_wrong_slot_is_a_bug_with_debug_highmem)
{
	struct world *w = lab_boot("cpus=2 debug_highmem=yes");
	uint32_t a = lab_page(w), low = lab_lowmem_page(w);
	uint32_t va = (uint32_t)DO(w, 0, kmap_atomic, .pfn = low, .slot = KM(w, "USER0"));

	DO(w, 0, kunmap_atomic, .vaddr = va, .slot = KM(w, "USER1")); /* an address of lowmem may */
	va = (uint32_t)DO(w, 0, kmap_atomic, .pfn = a, .slot = KM(w, "USER0"));
	ck_assert_int_eq(TRY(w, 0, kunmap_atomic, .vaddr = va, .slot = KM(w, "USER1")), LAB_OOPS);
	lab_free(w);
}
END_TEST

START_TEST(a_slot_that_is_not_cleared_shows)
{
	struct world *w = lab_boot("cpus=2");
	uint32_t a = lab_page(w);
	uint32_t va = (uint32_t)DO(w, 0, kmap_atomic, .pfn = a, .slot = KM(w, "USER0"));

	lab_store(w, 0, va, 9);
	w->kernel.broken.no_slot_clear = true;
	DO(w, 0, kunmap_atomic, .vaddr = va, .slot = KM(w, "USER0"));
	ck_assert_uint_eq(lab_load(w, 0, va), 9);
	ck_assert_int_eq(TRY(w, 0, kmap_atomic, .pfn = a, .slot = KM(w, "USER0")), LAB_OOPS);
	lab_free(w);
}
END_TEST

/* --- clear and copy --------------------------------------------------------------------------- */

static const char *const generations[] = { "kernel=2.6.27", "kernel=2.6.27 debug_highmem=yes",
	                                   "kernel=2.6.27 highmem=4g", "kernel=6.1",
	                                   "kernel=6.1 debug_highmem=yes", "kernel=2.6.32",
	                                   "kernel=2.6.37" };

START_TEST(clear_highpage_clears)
{
	struct world *w = lab_boot(generations[_i]);
	uint32_t a = lab_page(w);
	unsigned char page[PAGE_SIZE];

	memset(page, 0x5a, sizeof(page));
	phys_write(&w->machine.phys, (uint64_t)a << PAGE_SHIFT, page, sizeof(page));
	DO(w, 0, clear_highpage, .pfn = a);
	phys_read(&w->machine.phys, (uint64_t)a << PAGE_SHIFT, page, sizeof(page));
	for (unsigned i = 0; i < sizeof(page); i++)
		ck_assert_uint_eq(page[i], 0);
	ck_assert_uint_eq(preempt_count(w, 0), 0);
	lab_sound(w);
	lab_free(w);
}
END_TEST

START_TEST(copy_highpage_copies)
{
	struct world *w = lab_boot(generations[_i]);
	uint32_t a = lab_page(w), b = lab_page(w);
	unsigned char from[PAGE_SIZE], to[PAGE_SIZE];

	for (unsigned i = 0; i < sizeof(from); i++)
		from[i] = (unsigned char)(i * 7 + i / 256);
	phys_write(&w->machine.phys, (uint64_t)a << PAGE_SHIFT, from, sizeof(from));
	DO(w, 1, copy_highpage, .to = b, .from = a);
	phys_read(&w->machine.phys, (uint64_t)b << PAGE_SHIFT, to, sizeof(to));
	ck_assert_mem_eq(from, to, sizeof(to));
	ck_assert_uint_eq(w->kernel.stats.bytes_copied, PAGE_SIZE);
	ck_assert_uint_eq(lab_count(w, 0, EVENT_COPY), 1);
	ck_assert_uint_eq(preempt_count(w, 1), 0);
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* An interrupt that uses the same slot in the middle of a copy: the kernel notices. */
START_TEST(a_copy_is_interrupted_by_a_copy)
{
	struct world *w = lab_boot("kernel=2.6.27");
	uint32_t a = lab_page(w), b = lab_page(w), c = lab_page(w);

	START(w, 0, copy_highpage, .to = b, .from = a);
	lab_step_to(w, 0, "copy_page(vto, vfrom);");
	ck_assert(world_enter_context(w, 0, CONTEXT_HARDIRQ, NULL));
	ck_assert_int_eq(TRY(w, 0, clear_highpage, .pfn = c), LAB_OOPS);
	lab_free(w);
}
END_TEST

/* --- DEBUG_HIGHMEM's check of slots against contexts ------------------------------------------ */

/* Which warnings a slot gives: bit 0 in a task, 1 with bottom halves off, 2 in a softirq, 3 in a
 * hard interrupt, 4 in a task with interrupts off. The bits count; two at once are possible. */
static unsigned warnings_in(struct world *w, const char *slot, unsigned where)
{
	struct world *c = lab_clone(w);
	uint32_t page = lab_page(c);
	unsigned n;

	if (where == 1)
		DO(c, 0, local_bh_disable, 0);
	if (where == 2)
		ck_assert(world_enter_context(c, 0, CONTEXT_SOFTIRQ, NULL));
	if (where == 3)
		ck_assert(world_enter_context(c, 0, CONTEXT_HARDIRQ, NULL));
	if (where == 4)
		DO(c, 0, local_irq_disable, 0);
	DO(c, 0, kmap_atomic, .pfn = page, .slot = KM(c, slot));
	n = (unsigned)c->kernel.stats.warnings;
	ck_assert_uint_eq(lab_count(c, 0, EVENT_WARN), n);
	lab_free(c);
	return n;
}

START_TEST(the_slot_check_knows_contexts)
{
	static const struct {
		const char *slot;
		unsigned warnings[5]; /* task, bh off, softirq, hardirq, irqs off */
	} rows[] = {
		{ "USER0", { 0, 1, 1, 1, 0 } },       { "PTE0", { 0, 1, 1, 1, 0 } },
		{ "IRQ0", { 1, 1, 1, 0, 0 } },        { "BOUNCE_READ", { 1, 1, 1, 0, 0 } },
		{ "BIO_SRC_IRQ", { 1, 2, 2, 0, 0 } }, { "SOFTIRQ0", { 1, 0, 0, 1, 0 } },
		{ "SKB_SUNRPC_DATA", { 0, 0, 0, 1, 0 } },
		{ "SKB_DATA_SOFTIRQ", { 0, 0, 0, 1, 0 } },
	};
	struct world *w = lab_boot("debug_highmem=yes");

	for (size_t i = 0; i < LENGTH(rows); i++)
		for (unsigned where = 0; where < 5; where++)
			ck_assert_msg(warnings_in(w, rows[i].slot, where) ==
			                      rows[i].warnings[where],
			              "%s in context %u: %u warnings", rows[i].slot, where,
			              warnings_in(w, rows[i].slot, where));
	lab_free(w);
}
END_TEST

/* Maps and releases once in a hard interrupt, which must not use that slot. */
static void violate(struct world *w, const char *slot)
{
	static uint32_t page;
	uint64_t va;

	if (!page)
		page = lab_page(w);
	va = DO(w, 0, kmap_atomic, .pfn = page, .slot = KM(w, slot));
	DO(w, 0, kunmap_atomic, .vaddr = (uint32_t)va, .slot = KM(w, slot));
}

START_TEST(the_slot_check_falls_silent_after_ten)
{
	struct world *w = lab_boot("debug_highmem=yes");

	ck_assert(world_enter_context(w, 0, CONTEXT_HARDIRQ, NULL));
	for (unsigned i = 0; i < 20; i++)
		violate(w, "USER0");
	ck_assert_uint_eq(w->kernel.stats.warnings, 10);
	lab_free(w);
}
END_TEST

/* Two violations at the last count step over zero: 2.6.27's counter is unsigned. */
START_TEST(the_slot_check_can_miss_its_end)
{
	struct world *w = lab_boot("debug_highmem=yes");

	ck_assert(world_enter_context(w, 0, CONTEXT_SOFTIRQ, NULL));
	for (unsigned i = 0; i < 9; i++)
		violate(w, "USER0");
	violate(w, "BIO_SRC_IRQ");
	for (unsigned i = 0; i < 20; i++)
		violate(w, "USER0");
	ck_assert_uint_eq(w->kernel.stats.warnings, 31);
	lab_free(w);
}
END_TEST

START_TEST(without_debug_highmem_nobody_checks)
{
	struct world *w = lab_boot("debug_highmem=no");

	ck_assert(world_enter_context(w, 0, CONTEXT_HARDIRQ, NULL));
	violate(w, "USER0");
	ck_assert_uint_eq(w->kernel.stats.warnings, 0);
	lab_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_slot_has_its_address,
		fences_double_the_slots,
		mapping_flushes_nothing_releasing_one_page,
		low_memory_takes_no_slot,
		two_slots_nest,
		the_same_slot_twice_is_a_bug,
		the_wrong_slot_leaks_the_mapping,
		the_wrong_slot_is_a_bug_with_debug_highmem,
		a_slot_that_is_not_cleared_shows,
		a_copy_is_interrupted_by_a_copy,
		the_slot_check_knows_contexts,
		the_slot_check_falls_silent_after_ten,
		the_slot_check_can_miss_its_end,
		without_debug_highmem_nobody_checks,
	};
	const struct lab_loop loops[] = {
		{ clear_highpage_clears, LENGTH(generations) },
		{ copy_highpage_copies, LENGTH(generations) },
	};

	return lab_suite("atomic", tests, LENGTH(tests), loops, LENGTH(loops));
}
