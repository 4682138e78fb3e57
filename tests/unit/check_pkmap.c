/*
 * The pool of kmap(): each of its paths with the exact events that it must leave, and the
 * algorithm against a model of it that knows nothing of page tables.
 *
 * Pools of four slots reach every boundary within a few operations; a pool of 512 makes the hash
 * of mapped pages collide, for it has 128 buckets.
 */
#include "lab.h"

#define PTE_KERNEL 0x163u

static uint32_t slot_va(const struct world *w, unsigned nr)
{
	return PKMAP_ADDR(&w->kernel.layout, nr);
}

/* Maps `n` pages that it allocates, and stores them. */
static void map_pages(struct world *w, uint32_t *pfn, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		pfn[i] = lab_page(w);
		DO(w, 0, kmap, .pfn = pfn[i]);
	}
}

/* --- one page --------------------------------------------------------------------------------- */

START_TEST(a_fresh_page_gets_slot_1)
{
	struct world *w = lab_boot("pkmap=4");
	uint32_t a = lab_page(w), from = lab_now(w);
	uint64_t va = DO(w, 0, kmap, .pfn = a);

	ck_assert_uint_eq(va, slot_va(w, 1));
	ck_assert_str_eq(lab_events(w, from, NULL),
	                 "0:LOCK(kmap_lock) 0:PTE_SET(pkmap+1,A) 0:PKMAP_COUNT(1,1,0) "
	                 "0:PKMAP_COUNT(1,2,1) 0:UNLOCK(kmap_lock)");
	ck_assert_str_eq(lab_events(w, from, "CALL RETURN"),
	                 "0:CALL(kmap,1) 0:CALL(kmap_high,2) 0:CALL(map_new_virtual,3) "
	                 "0:RETURN(map_new_virtual,pkmap+1) 0:RETURN(kmap_high,pkmap+1) "
	                 "0:RETURN(kmap,pkmap+1)");
	ck_assert_uint_eq(kernel_pte(w, (uint32_t)va),
	                  (uint64_t)a << PAGE_SHIFT | PTE_KERNEL | PTE_XD);
	ck_assert_uint_eq(page_address(w, a), va);
	ck_assert_str_eq(lab_counts(w), "0 2 0 0");
	ck_assert_uint_eq(w->kernel.stats.kmaps, 1);
	lab_sound(w);
	lab_free(w);
}
END_TEST

START_TEST(a_second_kmap_shares_the_slot)
{
	struct world *w = lab_boot("pkmap=4");
	uint32_t a = lab_page(w), from;
	uint64_t va = DO(w, 0, kmap, .pfn = a);

	from = lab_now(w);
	ck_assert_uint_eq(DO(w, 1, kmap, .pfn = a), va);
	ck_assert_str_eq(lab_events(w, from, "LOCK UNLOCK PTE_SET PKMAP_COUNT"),
	                 "1:LOCK(kmap_lock) 1:PKMAP_COUNT(1,3,2) 1:UNLOCK(kmap_lock)");
	ck_assert_str_eq(lab_counts(w), "0 3 0 0");
	lab_sound(w);
	lab_free(w);
}
END_TEST

START_TEST(a_kunmap_leaves_the_entry)
{
	struct world *w = lab_boot("pkmap=4");
	uint32_t a = lab_page(w), from;
	uint64_t va = DO(w, 0, kmap, .pfn = a);

	from = lab_now(w);
	DO(w, 0, kunmap, .pfn = a);
	ck_assert_str_eq(lab_events(w, from, NULL),
	                 "0:LOCK(kmap_lock) 0:PKMAP_COUNT(1,1,2) 0:UNLOCK(kmap_lock)");
	ck_assert(kernel_pte(w, (uint32_t)va) & PTE_P);
	ck_assert_uint_eq(page_address(w, a), va);
	from = lab_now(w);
	ck_assert_uint_eq(DO(w, 0, kmap, .pfn = a), va); /* before the flush it is free */
	ck_assert_str_eq(lab_events(w, from, NULL),
	                 "0:LOCK(kmap_lock) 0:PKMAP_COUNT(1,2,1) 0:UNLOCK(kmap_lock)");
	lab_sound(w);
	lab_free(w);
}
END_TEST

START_TEST(low_memory_needs_no_slot)
{
	struct world *w = lab_boot("pkmap=4");
	uint32_t low = lab_lowmem_page(w), from = lab_now(w);

	ck_assert_uint_eq(DO(w, 0, kmap, .pfn = low),
	                  w->kernel.layout.page_offset + (low << PAGE_SHIFT));
	DO(w, 0, kunmap, .pfn = low);
	ck_assert_str_eq(lab_events(w, from, NULL), "");
	ck_assert_str_eq(lab_counts(w), "0 0 0 0");
	lab_free(w);
}
END_TEST

START_TEST(without_pae_an_entry_has_four_bytes)
{
	struct world *w = lab_boot("highmem=4g pkmap=4");
	uint32_t a = lab_page(w);
	uint64_t va = DO(w, 0, kmap, .pfn = a);

	ck_assert_uint_eq(kernel_pte(w, (uint32_t)va), (uint64_t)a << PAGE_SHIFT | PTE_KERNEL);
	lab_store(w, 0, (uint32_t)va, 0xcafe);
	ck_assert_uint_eq(lab_frame_word(w, a), 0xcafe);
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* --- the wrap and its flush ------------------------------------------------------------------- */

/* Derived from mm/highmem.c kmap_high(), map_new_virtual(), flush_all_zero_pkmaps() of 2.6.27: all
 * of it under kmap_lock, the count before the entry when a slot is emptied, the entry before the
 * count when it is filled; kernel/softirq.c on_each_cpu(): the others first, then its own. */
START_TEST(the_wrap_flushes_two_cpus)
{
	struct world *w = lab_boot("cpus=2 pkmap=4");
	uint32_t p[4], from;

	map_pages(w, p, 3);
	DO(w, 0, kunmap, .pfn = p[0]);
	p[3] = lab_page(w);
	from = lab_now(w);
	ck_assert_uint_eq(DO(w, 0, kmap, .pfn = p[3]), slot_va(w, 0));
	ck_assert_str_eq(
		lab_events(w, from, NULL),
		"0:LOCK(kmap_lock) 0:PKMAP_WRAP(3) 0:PKMAP_COUNT(1,0,1) 0:PTE_CLEAR(pkmap+1) "
		"0:PKMAP_FLUSH(1,1) 0:FLUSH_REQUEST(1,pkmap+0,0) "
		"0:IPI_SEND(1,0xfb) 1:IRQ_DELIVER(0xfb,0) 1:CONTEXT_ENTER(hardirq,0x10000) "
		"1:CR_WRITE(4,0x30) 1:TLB_FLUSH(0,0,1) 1:CR_WRITE(4,0xb0) 1:FLUSH_DONE(1) "
		"1:IPI_ACK(0,0xfb) 1:CONTEXT_EXIT(hardirq,0x0) 1:IRET(0xfb) "
		"0:CR_WRITE(4,0x30) 0:TLB_FLUSH(0,0,1) 0:CR_WRITE(4,0xb0) 0:FLUSH_DONE(0) "
		"0:PTE_SET(pkmap+0,D) 0:PKMAP_COUNT(0,1,0) 0:PKMAP_COUNT(0,2,1) "
		"0:UNLOCK(kmap_lock)");
	ck_assert_str_eq(lab_counts(w), "2 0 2 2");
	ck_assert_uint_eq(page_address(w, p[0]), 0);
	ck_assert_uint_eq(w->kernel.stats.ipi_received, 2);
	ck_assert_uint_eq(w->kernel.stats.pkmap_flushes, 1);
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* The seq of the only event of a kind on a CPU after `from`. */
static uint32_t the_event(const struct world *w, uint32_t from, unsigned kind, unsigned cpu)
{
	uint32_t found = 0;

	for (uint32_t seq = from + 1; seq <= lab_now(w); seq++) {
		const struct event *e = event_get(&w->machine.log, seq);

		if (e && e->kind == kind &&
		    (e->cpu == cpu || (kind == EVENT_IPI_SEND && e->arg[0] == cpu))) {
			ck_assert_uint_eq(found, 0);
			found = seq;
		}
	}
	ck_assert_uint_ne(found, 0);
	return found;
}

/* Whether an event is due, over any number of steps, to one of a kind. */
static bool due_to(const struct world *w, uint32_t seq, unsigned kind)
{
	while (seq) {
		const struct event *e = event_get(&w->machine.log, seq);

		if (e->kind == kind)
			return true;
		seq = e->cause;
	}
	return false;
}

/* As many as a log of EVENT_LIMIT can tell of. */
#define MANY (EVENT_LIMIT > 1000 ? 8u : 3u)

START_TEST(the_wrap_flushes_many_cpus)
{
	struct world *w = lab_boot(MANY == 8 ? "cpus=8 pkmap=4" : "cpus=3 pkmap=4");
	uint32_t p[4], from;
	char sends[512];
	int len;

	map_pages(w, p, 3);
	DO(w, 0, kunmap, .pfn = p[0]);
	p[3] = lab_page(w);
	from = lab_now(w);
	DO(w, 0, kmap, .pfn = p[3]);
	len = snprintf(sends, sizeof(sends), "0:FLUSH_REQUEST(%u,pkmap+0,0)", MANY - 1);
	for (unsigned cpu = 1; cpu < MANY; cpu++)
		len += snprintf(sends + len, sizeof(sends) - (size_t)len, " 0:IPI_SEND(%u,0xfb)",
		                cpu);
	ck_assert_str_eq(lab_events(w, from, "IPI_SEND FLUSH_REQUEST"), sends);
	for (unsigned cpu = 1; cpu < MANY; cpu++) {
		uint32_t send = the_event(w, from, EVENT_IPI_SEND, cpu);
		uint32_t deliver = the_event(w, from, EVENT_IRQ_DELIVER, cpu);
		uint32_t done = the_event(w, from, EVENT_FLUSH_DONE, cpu);
		uint32_t ack = the_event(w, from, EVENT_IPI_ACK, cpu);

		ck_assert(send < deliver && deliver < done && done < ack);
		ck_assert_uint_eq(event_get(&w->machine.log, deliver)->cause, send);
		ck_assert_uint_eq(event_get(&w->machine.log, ack)->cause, deliver);
		ck_assert(due_to(w, done, EVENT_PKMAP_WRAP));
		ck_assert(ack < the_event(w, from, EVENT_FLUSH_DONE, 0));
		ck_assert_uint_ge(w->machine.cpu[0].cycle,
		                  event_get(&w->machine.log, ack)->cycle); /* it waited */
	}
	ck_assert_uint_eq(w->kernel.stats.ipi_received, MANY);
	ck_assert_uint_eq(w->machine.stats.ipi, MANY - 1);
	ck_assert_uint_eq(w->machine.stats.full_flushes, MANY);
	lab_sound(w);
	lab_free(w);
}
END_TEST

START_TEST(one_cpu_flushes_itself)
{
	struct world *w = lab_boot("cpus=1 pkmap=4");
	uint32_t p[4], from;

	map_pages(w, p, 3);
	DO(w, 0, kunmap, .pfn = p[1]);
	p[3] = lab_page(w);
	from = lab_now(w);
	DO(w, 0, kmap, .pfn = p[3]);
	ck_assert_str_eq(lab_events(w, from, "IPI_SEND FLUSH_REQUEST PKMAP_FLUSH FLUSH_DONE LOCK"),
	                 "0:LOCK(kmap_lock) 0:PKMAP_FLUSH(1,1) 0:FLUSH_DONE(0)");
	ck_assert_uint_eq(w->kernel.stats.ipi_received, 1);
	lab_free(w);
}
END_TEST

/* 2.6.27 flushes even so; 6.1 knows better. */
START_TEST(a_flush_with_nothing_to_free)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=2 pkmap=4");
	uint32_t p[4], from = lab_now(w);

	map_pages(w, p, 4);
	ck_assert_str_eq(lab_events(w, from, "PKMAP_FLUSH FLUSH_REQUEST FLUSH_DONE"),
	                 "0:PKMAP_FLUSH(0,1) 0:FLUSH_REQUEST(1,pkmap+0,0) 1:FLUSH_DONE(1) "
	                 "0:FLUSH_DONE(0)");
	ck_assert_uint_eq(w->kernel.stats.pkmap_flushes, 1);
	lab_free(w);
	w = lab_boot("kernel=6.1 cpus=2 pkmap=4");
	from = lab_now(w);
	map_pages(w, p, 4);
	ck_assert_str_eq(lab_events(w, from, "PKMAP_FLUSH FLUSH_REQUEST FLUSH_DONE"),
	                 "0:PKMAP_FLUSH(0,0)");
	ck_assert_uint_eq(w->kernel.stats.pkmap_flushes, 0);
	lab_free(w);
}
END_TEST

START_TEST(kmap_flush_unused_frees_without_a_wrap)
{
	struct world *w = lab_boot("cpus=2 pkmap=4");
	uint32_t p[2], from;

	map_pages(w, p, 2);
	DO(w, 0, kunmap, .pfn = p[0]);
	from = lab_now(w);
	DO(w, 1, kmap_flush_unused, 0);
	ck_assert_str_eq(
		lab_events(w, from, "PKMAP_COUNT PTE_CLEAR PKMAP_WRAP PKMAP_FLUSH FLUSH_DONE"),
		"1:PKMAP_COUNT(1,0,1) 1:PTE_CLEAR(pkmap+1) 1:PKMAP_FLUSH(1,1) "
		"0:FLUSH_DONE(0) 1:FLUSH_DONE(1)");
	ck_assert_str_eq(lab_counts(w), "0 0 2 0");
	ck_assert_uint_eq(w->kernel.pkmap.last_pkmap_nr, 2);
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* --- a full pool ------------------------------------------------------------------------------ */

/* Derived from map_new_virtual() of 6.1: the task is on the queue before kmap_lock is given up, and
 * schedule() comes after that; need_flush is 0, so that the wrap flushes nobody. */
START_TEST(a_full_pool_puts_to_sleep)
{
	struct world *w = lab_boot("kernel=6.1 cpus=1 pkmap=4");
	uint32_t p[5], from, task;

	map_pages(w, p, 4);
	p[4] = lab_page(w);
	task = w->kernel.cpu[0].current;
	from = lab_now(w);
	ck_assert_int_eq(TRY(w, 0, kmap, .pfn = p[4]), LAB_ASLEEP);
	ck_assert_str_eq(lab_events(w, from, "LOCK UNLOCK PKMAP_WRAP PKMAP_FLUSH PKMAP_FULL SLEEP"),
	                 "0:LOCK(kmap_lock) 0:PKMAP_WRAP(3) 0:PKMAP_FLUSH(0,0) 0:PKMAP_FULL(0) "
	                 "0:UNLOCK(kmap_lock) 0:SLEEP(2,1)");
	ck_assert_uint_eq(task_get(w, task)->state, TASK_UNINTERRUPTIBLE);
	ck_assert(!w->kernel.kmap_lock.locked);
	ck_assert_uint_eq(waiters(w, PKMAP_MAP_WAIT), 1);
	ck_assert_uint_eq(w->kernel.pkmap.last_pkmap_nr, 3); /* so every retry begins with a wrap */
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* Derived from kunmap_high() of 6.1: waitqueue_active() under the lock, wake_up() behind it; the
 * waiters are not exclusive (DECLARE_WAITQUEUE()), so all are woken. Each takes the lock again,
 * asks page_address() and starts anew: the one finds the slot, the other goes to sleep again. */
START_TEST(a_kunmap_wakes_all_and_one_wins)
{
	struct world *w = lab_boot("kernel=6.1 cpus=1 pkmap=4");
	uint32_t p[6], a, b, from;

	map_pages(w, p, 4);
	p[4] = lab_page(w);
	p[5] = lab_page(w);
	a = SPAWN(w, 0, kmap, .pfn = p[4]);
	b = SPAWN(w, 0, kmap, .pfn = p[5]);
	lab_run_all(w);
	ck_assert_uint_eq(waiters(w, PKMAP_MAP_WAIT), 2);
	from = lab_now(w);
	DO(w, 0, kunmap, .pfn = p[2]);
	ck_assert_str_eq(lab_events(w, from, "PKMAP_COUNT WAKE SLEEP"),
	                 "0:PKMAP_COUNT(3,1,2) 0:WAKE(3,1) 0:WAKE(4,1)");
	from = lab_now(w);
	lab_run_all(w);
	ck_assert_str_eq(lab_events(w, from, "PKMAP_COUNT PTE_CLEAR PTE_SET PKMAP_FULL SLEEP EXIT"),
	                 "0:PKMAP_COUNT(3,0,1) 0:PTE_CLEAR(pkmap+3) 0:PTE_SET(pkmap+3,E) "
	                 "0:PKMAP_COUNT(3,1,0) 0:PKMAP_COUNT(3,2,1) 0:EXIT(3,0x0) "
	                 "0:PKMAP_FULL(0) 0:SLEEP(4,1)");
	ck_assert_uint_eq(task_get(w, a)->context.result, slot_va(w, 3));
	ck_assert_uint_eq(task_get(w, b)->state, TASK_UNINTERRUPTIBLE);
	ck_assert_uint_eq(w->kernel.stats.wakeups, 2);
	ck_assert_uint_eq(w->kernel.stats.sleeps, 3);
	DO(w, 0, kunmap, .pfn = p[0]);
	lab_run_all(w);
	ck_assert_uint_eq(task_get(w, b)->context.result, slot_va(w, 1));
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* Two sleep for the same page: the second finds that the first has mapped it. */
START_TEST(a_sleeper_finds_its_page_mapped)
{
	struct world *w = lab_boot("kernel=6.1 cpus=1 pkmap=4");
	uint32_t p[5], a, b, from;

	map_pages(w, p, 4);
	p[4] = lab_page(w);
	a = SPAWN(w, 0, kmap, .pfn = p[4]);
	b = SPAWN(w, 0, kmap, .pfn = p[4]);
	lab_run_all(w);
	DO(w, 0, kunmap, .pfn = p[3]);
	from = lab_now(w);
	lab_run_all(w);
	ck_assert_str_eq(lab_events(w, from, "PTE_SET PKMAP_COUNT SLEEP"),
	                 "0:PKMAP_COUNT(0,0,1) 0:PTE_SET(pkmap+0,E) 0:PKMAP_COUNT(0,1,0) "
	                 "0:PKMAP_COUNT(0,2,1) 0:PKMAP_COUNT(0,3,2)");
	ck_assert_uint_eq(task_get(w, a)->context.result, slot_va(w, 0));
	ck_assert_uint_eq(task_get(w, b)->context.result, slot_va(w, 0));
	ck_assert_uint_eq(waiters(w, PKMAP_MAP_WAIT), 0);
	ck_assert_str_eq(lab_counts(w), "3 2 2 2");
	lab_sound(w);
	lab_free(w);
}
END_TEST

START_TEST(a_forgotten_wakeup_lets_sleep_on)
{
	struct world *w = lab_boot("pkmap=4");
	uint32_t p[5], task;

	map_pages(w, p, 4);
	p[4] = lab_page(w);
	task = SPAWN(w, 0, kmap, .pfn = p[4]);
	lab_run_all(w);
	w->kernel.broken.no_wakeup = true;
	DO(w, 0, kunmap, .pfn = p[3]);
	lab_run_all(w);
	ck_assert_uint_eq(task_get(w, task)->state, TASK_UNINTERRUPTIBLE);
	w->kernel.broken.no_wakeup = false;
	DO(w, 0, kunmap, .pfn = p[2]);
	lab_run_all(w);
	ck_assert_uint_eq(task_get(w, task)->state, TASK_DEAD);
	lab_free(w);
}
END_TEST

/* --- what must not be done -------------------------------------------------------------------- */

START_TEST(kunmap_in_an_interrupt_is_a_bug)
{
	struct world *w = lab_boot("pkmap=4");
	uint32_t a = lab_page(w), from;

	DO(w, 0, kmap, .pfn = a);
	ck_assert(world_enter_context(w, 0, CONTEXT_HARDIRQ, NULL));
	from = lab_now(w);
	ck_assert_int_eq(TRY(w, 0, kunmap, .pfn = a), LAB_OOPS);
	ck_assert_uint_eq(lab_count(w, from, EVENT_OOPS), 1);
	ck_assert_str_eq(lab_counts(w), "0 2 0 0");
	ck_assert(w->kernel.cpu[0].halted && !w->kernel.cpu[1].halted);
	ck_assert(!world_ready(w, 0, NULL));
	ck_assert_int_eq(world_step(w, 0), STEP_NOTHING);
	ck_assert_uint_eq(w->kernel.stats.oops, 1);
	lab_free(w);
}
END_TEST

START_TEST(kunmap_in_an_interrupt_of_6_1_is_warned_about)
{
	struct world *w = lab_boot("kernel=6.1 pkmap=4");
	uint32_t a = lab_page(w), from;

	DO(w, 0, kmap, .pfn = a);
	ck_assert(world_enter_context(w, 0, CONTEXT_SOFTIRQ, NULL));
	from = lab_now(w);
	DO(w, 0, kunmap, .pfn = a);
	ck_assert_uint_eq(lab_count(w, from, EVENT_WARN), 1);
	ck_assert_str_eq(lab_counts(w), "0 1 0 0");
	lab_free(w);
}
END_TEST

START_TEST(kmap_in_an_interrupt_is_warned_about)
{
	struct world *w = lab_boot("pkmap=4");
	uint32_t a = lab_page(w), n = w->kernel.dmesg.n;

	ck_assert(world_enter_context(w, 0, CONTEXT_HARDIRQ, NULL));
	ck_assert_uint_eq(DO(w, 0, kmap, .pfn = a), slot_va(w, 1));
	ck_assert_uint_eq(w->kernel.stats.warnings, 1);
	ck_assert_ptr_nonnull(strstr(dmesg_line(w, n), "sleeping function called from invalid"));
	ck_assert_str_eq(dmesg_line(w, n + 1),
	                 "in_atomic(): 1, irqs_disabled(): 1, pid: 1, name: sh");
	lab_free(w);
}
END_TEST

START_TEST(kunmap_of_what_is_not_mapped_is_a_bug)
{
	struct world *w = lab_boot("pkmap=4");
	uint32_t a = lab_page(w);

	ck_assert_int_eq(TRY(w, 0, kunmap, .pfn = a), LAB_OOPS);
	lab_free(w);
}
END_TEST

START_TEST(one_kunmap_too_many_is_a_bug)
{
	struct world *w = lab_boot("pkmap=4");
	uint32_t a = lab_page(w);

	DO(w, 0, kmap, .pfn = a);
	DO(w, 0, kunmap, .pfn = a);
	ck_assert_int_eq(TRY(w, 0, kunmap, .pfn = a), LAB_OOPS);
	ck_assert_str_eq(lab_counts(w), "0 0 0 0");
	lab_free(w);
}
END_TEST

/* An interrupt that wants the lock its own CPU holds waits for ever. */
START_TEST(kmap_over_a_held_lock_deadlocks)
{
	struct world *w = lab_boot("pkmap=4");
	uint32_t a = lab_page(w), b = lab_page(w);

	START(w, 0, kmap, .pfn = a);
	lab_step_to(w, 0, "vaddr = page_address(page);");
	ck_assert(world_enter_context(w, 0, CONTEXT_HARDIRQ, NULL));
	ck_assert_int_eq(TRY(w, 0, kmap, .pfn = b), LAB_STUCK);
	ck_assert_uint_eq(w->kernel.kmap_lock.cpu, 0);
	lab_free(w);
}
END_TEST

/* --- against a model -------------------------------------------------------------------------- */

#define MODEL_PAGES 12

/* What the pool must look like; the facts in C, without page tables, locks or steps. */
struct model {
	unsigned size, last;
	unsigned count[512];
	uint32_t page[512]; /* mapped in the slot, 0 = none */
};

static int model_find(const struct model *m, uint32_t pfn)
{
	for (unsigned i = 0; i < m->size; i++)
		if (m->page[i] == pfn)
			return (int)i;
	return -1;
}

static void model_flush(struct model *m)
{
	for (unsigned i = 0; i < m->size; i++)
		if (m->count[i] == 1)
			m->count[i] = m->page[i] = 0;
}

/* The slot, or -1: it would sleep. */
static int model_kmap(struct model *m, uint32_t pfn)
{
	int slot = model_find(m, pfn);

	for (unsigned left = m->size; slot < 0 && left; left--) {
		m->last = (m->last + 1) % m->size;
		if (!m->last) {
			model_flush(m);
			left = m->size;
		}
		if (!m->count[m->last]) {
			slot = (int)m->last;
			m->page[slot] = pfn;
			m->count[slot] = 1;
		}
	}
	if (slot >= 0)
		m->count[slot]++;
	return slot;
}

static void compare(const struct world *w, const struct model *m)
{
	for (unsigned i = 0; i < m->size; i++)
		ck_assert_uint_eq(w->kernel.pkmap.pkmap_count[i], m->count[i]);
	ck_assert_uint_eq(w->kernel.pkmap.last_pkmap_nr, m->last);
	lab_sound(w);
}

/* One random kmap or kunmap that both can do. */
static void random_op(struct world *w, struct model *m, const uint32_t *pages)
{
	uint32_t pfn = pages[world_random(w) % MODEL_PAGES];
	unsigned cpu = (unsigned)(world_random(w) % w->machine.nr_cpus), used = 0;
	int slot = model_find(m, pfn);

	for (unsigned i = 0; i < m->size; i++)
		used += m->count[i] > 1;
	if (world_random(w) % 2 && slot >= 0 && m->count[slot] > 1) {
		DO(w, cpu, kunmap, .pfn = pfn);
		m->count[slot]--;
	} else if (used < m->size || slot >= 0) {
		uint64_t va = DO(w, cpu, kmap, .pfn = pfn);

		ck_assert_uint_eq(va, slot_va(w, (unsigned)model_kmap(m, pfn)));
	}
}

START_TEST(the_pool_does_what_its_model_does)
{
	static const char *const boots[] = {
		"kernel=2.6.27 cpus=2 pkmap=4", "kernel=2.6.27 cpus=1 pkmap=8",
		"kernel=6.1 cpus=3 pkmap=4",    "kernel=6.1 cpus=2 pkmap=8",
		"kernel=2.6.27 cpus=2 pkmap=4 highmem=4g",
	};
	struct world *w = lab_boot(boots[_i]);
	struct model m = { .size = w->kernel.layout.last_pkmap };
	uint32_t pages[MODEL_PAGES];

	for (unsigned i = 0; i < MODEL_PAGES; i++)
		pages[i] = lab_page(w);
	for (unsigned i = 0; i < 600; i++) {
		random_op(w, &m, pages);
		compare(w, &m);
	}
	lab_free(w);
}
END_TEST

/* 512 pages in 128 buckets: some chains are four long. */
START_TEST(the_hash_of_pages_bears_collisions)
{
	struct world *w = lab_boot("cpus=1");
	uint32_t p[511];

	ck_assert_uint_eq(w->kernel.layout.last_pkmap, 512);
	map_pages(w, p, LENGTH(p));
	for (unsigned i = 0; i < LENGTH(p); i++)
		ck_assert_uint_eq(page_address(w, p[i]), slot_va(w, i + 1));
	for (unsigned i = 0; i < LENGTH(p); i += 2)
		DO(w, 0, kunmap, .pfn = p[i]);
	DO(w, 0, kmap_flush_unused, 0);
	for (unsigned i = 0; i < LENGTH(p); i++)
		ck_assert_uint_eq(page_address(w, p[i]), i % 2 ? slot_va(w, i + 1) : 0);
	lab_sound(w);
	lab_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_fresh_page_gets_slot_1,
		a_second_kmap_shares_the_slot,
		a_kunmap_leaves_the_entry,
		low_memory_needs_no_slot,
		without_pae_an_entry_has_four_bytes,
		the_wrap_flushes_two_cpus,
		the_wrap_flushes_many_cpus,
		one_cpu_flushes_itself,
		a_flush_with_nothing_to_free,
		kmap_flush_unused_frees_without_a_wrap,
		a_full_pool_puts_to_sleep,
		a_kunmap_wakes_all_and_one_wins,
		a_sleeper_finds_its_page_mapped,
		a_forgotten_wakeup_lets_sleep_on,
		kunmap_in_an_interrupt_is_a_bug,
		kunmap_in_an_interrupt_of_6_1_is_warned_about,
		kmap_in_an_interrupt_is_warned_about,
		kunmap_of_what_is_not_mapped_is_a_bug,
		one_kunmap_too_many_is_a_bug,
		kmap_over_a_held_lock_deadlocks,
		the_hash_of_pages_bears_collisions,
	};
	const struct lab_loop loops[] = { { the_pool_does_what_its_model_does, 5 } };

	return lab_suite("pkmap", tests, LENGTH(tests), loops, LENGTH(loops));
}
