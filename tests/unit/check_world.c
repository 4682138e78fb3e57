/*
 * The world as a value, and nothing faked: what a clone in the middle of anything is worth, what a
 * stop between two steps changes (nothing), and what a missing flush does (harm).
 */
#include "lab.h"

/* --- a stale entry bites ---------------------------------------------------------------------- */

#define WORD_OF_A 0xaaaaaaaau
#define WORD_OF_B 0xbbbbbbbbu

enum break_kind { INTACT, NO_WRAP_FLUSH, IGNORE_FLUSH, IGNORE_INVLPG };

static void break_world(struct world *w, enum break_kind how)
{
	w->kernel.broken.no_wrap_flush = how == NO_WRAP_FLUSH;
	w->machine.broken.ignore_flush = how == IGNORE_FLUSH;
	w->machine.broken.ignore_invlpg = how == IGNORE_INVLPG;
}

/* Page A had the address and CPU 1 has used it; then the pool wraps and page B gets it. */
static uint32_t reuse_address(struct world *w, uint32_t a, uint32_t b)
{
	uint32_t va = (uint32_t)DO(w, 0, kmap, .pfn = a);

	lab_store(w, 0, va, WORD_OF_A);
	ck_assert_uint_eq(lab_load(w, 1, va), WORD_OF_A);
	DO(w, 0, kunmap, .pfn = a);
	for (unsigned i = 0; i < 3; i++)
		DO(w, 0, kmap, .pfn = lab_page(w));
	ck_assert_uint_eq(DO(w, 0, kmap, .pfn = b), va);
	phys_write32(&w->machine.phys, (uint64_t)b << PAGE_SHIFT, WORD_OF_B);
	return va;
}

/* Whether CPU 1's TLB has an entry for the address that the tables no longer say. */
static bool stale(const struct world *w, unsigned cpu, uint32_t va)
{
	const struct tlb *t = &w->machine.cpu[cpu].tlb;

	for (unsigned i = 0; i < tlb_capacity(t->model); i++) {
		const struct tlb_entry *e = tlb_entry(t, i, NULL);

		if (e->size && e->va == va && machine_tlb_stale(&w->machine, cpu, e))
			return true;
	}
	return false;
}

START_TEST(stale_entry_bites_without_the_flush)
{
	static const struct {
		const char *boot;
		enum break_kind how;
		bool bites;
	} rows[] = {
		{ "kernel=2.6.27 cpus=2 pkmap=4", INTACT, false },
		{ "kernel=2.6.27 cpus=2 pkmap=4", NO_WRAP_FLUSH, true },
		{ "kernel=2.6.27 cpus=2 pkmap=4", IGNORE_FLUSH, true },
		{ "kernel=2.6.27 cpus=2 pkmap=4", IGNORE_INVLPG, false }, /* it uses none here */
		{ "kernel=6.1 cpus=2 pkmap=4", INTACT, false },
		{ "kernel=6.1 cpus=2 pkmap=4", NO_WRAP_FLUSH, true },
		{ "kernel=6.1 cpus=2 pkmap=4", IGNORE_INVLPG, true }, /* it drops page by page */
		{ "kernel=6.1 cpus=2 pkmap=4", IGNORE_FLUSH, false },
		{ "kernel=2.6.27 cpus=2 pkmap=4 highmem=4g", NO_WRAP_FLUSH, true },
	};
	struct world *w = lab_boot(rows[_i].boot);
	uint32_t a = lab_page(w), b = lab_page(w), va;
	bool bites = rows[_i].bites;

	break_world(w, rows[_i].how);
	va = reuse_address(w, a, b);
	ck_assert_int_eq(stale(w, 1, va), bites);
	ck_assert_uint_eq(lab_load(w, 1, va), bites ? WORD_OF_A : WORD_OF_B);
	ck_assert_uint_eq(kernel_pte(w, va) >> PAGE_SHIFT & 0xffffff, b);
	lab_store(w, 1, va, 0xdead); /* and a write goes into the wrong page */
	ck_assert_uint_eq(lab_frame_word(w, a), bites ? 0xdead : WORD_OF_A);
	lab_free(w);
}
END_TEST

/* --- clones ----------------------------------------------------------------------------------- */

/* A world in which task `*task` sleeps in kmap() on CPU 0 while CPU 1 is in the middle of one. */
static struct world *sleeping(const char *boot, uint32_t *p, unsigned *task)
{
	struct world *w = lab_boot(boot);

	for (unsigned i = 0; i < 4; i++) {
		p[i] = lab_page(w);
		DO(w, 0, kmap, .pfn = p[i]);
	}
	p[4] = lab_page(w);
	*task = SPAWN(w, 0, kmap, .pfn = p[4]);
	lab_run_all(w);
	ck_assert_uint_eq(task_get(w, *task)->state, TASK_UNINTERRUPTIBLE);
	START(w, 1, kmap, .pfn = p[0]);
	lab_step_to(w, 1, "return kmap_high(page);");
	return w;
}

/* What is to be seen of a world, to find it unchanged later. */
struct picture {
	uint64_t hash;
	uint32_t events, steps;
	char counts[64];
};

static struct picture picture(const struct world *w)
{
	struct picture p = { world_hash(w), lab_now(w), w->steps, "" };

	snprintf(p.counts, sizeof(p.counts), "%s", lab_counts(w));
	return p;
}

static void unchanged(const struct world *w, const struct picture *p)
{
	ck_assert_uint_eq(world_hash(w), p->hash);
	ck_assert_uint_eq(lab_now(w), p->events);
	ck_assert_uint_eq(w->steps, p->steps);
	ck_assert_str_eq(lab_counts(w), p->counts);
}

START_TEST(clone_in_a_sleeping_kmap)
{
	static const char *const boots[] = { "kernel=2.6.27 cpus=2 pkmap=4",
		                             "kernel=6.1 cpus=2 pkmap=4" };
	uint32_t p[5];
	unsigned task;
	struct world *w = sleeping(boots[_i], p, &task), *copy = lab_clone(w);
	struct picture before = picture(w), after;
	uint32_t from = lab_now(w);

	unchanged(copy, &before);
	/* One gets its kunmap, and the sleeper its slot. */
	DO(copy, 0, kunmap, .pfn = p[2]);
	ck_assert_int_eq(lab_run(copy, 1), LAB_DONE);
	lab_run_all(copy);
	ck_assert_uint_eq(task_get(copy, task)->state, TASK_DEAD);
	ck_assert_uint_eq(task_get(copy, task)->context.result,
	                  PKMAP_ADDR(&copy->kernel.layout, 3));
	ck_assert_str_eq(lab_events(copy, from, "WAKE PTE_SET"),
	                 "0:WAKE(4,1) 0:PTE_SET(pkmap+3,E)");
	ck_assert_str_eq(lab_counts(copy), "2 3 2 2");
	lab_sound(copy);
	after = picture(copy);
	unchanged(w, &before);
	/* The other never does; its CPU 1 goes on, and its sleeper sleeps. */
	ck_assert_int_eq(lab_run(w, 1), LAB_DONE);
	lab_run_all(w);
	ck_assert_uint_eq(task_get(w, task)->state, TASK_UNINTERRUPTIBLE);
	ck_assert_uint_eq(lab_count(w, from, EVENT_WAKE), 0);
	ck_assert_str_eq(lab_counts(w), "2 3 2 2");
	lab_sound(w);
	unchanged(copy, &after);
	lab_free(w);
	unchanged(copy, &after); /* what they shared is still there */
	DO(copy, 0, kunmap, .pfn = p[4]);
	lab_free(copy);
}
END_TEST

START_TEST(a_clone_shares_no_byte)
{
	struct world *w = lab_boot("cpus=2 pkmap=4"), *copy;
	uint32_t a = lab_page(w), va = (uint32_t)DO(w, 0, kmap, .pfn = a);

	lab_store(w, 0, va, 1);
	copy = lab_clone(w);
	lab_store(copy, 0, va, 2);
	ck_assert_uint_eq(lab_frame_word(w, a), 1);
	lab_store(w, 0, va, 3);
	ck_assert_uint_eq(lab_frame_word(copy, a), 2);
	printk(copy, "only here");
	ck_assert_uint_eq(copy->kernel.dmesg.n, w->kernel.dmesg.n + 1);
	ck_assert_str_eq(dmesg_line(w, w->kernel.dmesg.n), "");
	ck_assert_uint_eq(world_random(w), world_random(copy));
	world_random(w);
	ck_assert_uint_ne(world_random(w), world_random(copy));
	free_pages_now(copy, a, 0);
	ck_assert_uint_eq(pfn_to_page(w, a)->refs, 1);
	lab_free(copy);
	lab_free(w);
}
END_TEST

/* --- stopping between any two steps ----------------------------------------------------------- */

/* A start for each operation: a world whose CPU 0 stands before the first step. */
static struct world *start_kmap(uint32_t *page)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=2 pkmap=4");

	*page = lab_page(w);
	START(w, 0, kmap, .pfn = *page);
	return w;
}

static struct world *start_kmap_wrap(uint32_t *page)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=4 pkmap=4");
	uint32_t p[3];

	for (unsigned i = 0; i < 3; i++) {
		p[i] = lab_page(w);
		lab_store(w, 3 - i, (uint32_t)DO(w, 0, kmap, .pfn = p[i]), i);
	}
	DO(w, 0, kunmap, .pfn = p[0]);
	DO(w, 0, kunmap, .pfn = p[2]);
	*page = lab_page(w);
	START(w, 0, kmap, .pfn = *page);
	return w;
}

static struct world *start_kunmap(uint32_t *page)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=2 pkmap=4");

	for (unsigned i = 0; i < 4; i++) {
		*page = lab_page(w);
		DO(w, 0, kmap, .pfn = *page);
	}
	SPAWN(w, 1, kmap, .pfn = lab_page(w));
	lab_run_all(w);
	START(w, 0, kunmap, .pfn = *page); /* which has somebody to wake */
	return w;
}

static struct world *start_flush(uint32_t *page)
{
	struct world *w = lab_boot("kernel=6.1 cpus=4 pkmap=4");

	*page = lab_page(w);
	lab_store(w, 2, (uint32_t)DO(w, 0, kmap, .pfn = *page), 5);
	DO(w, 0, kunmap, .pfn = *page);
	START(w, 0, kmap_flush_unused, 0);
	return w;
}

static struct world *start_atomic(uint32_t *page)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=2 pkmap=4");

	*page = lab_page(w);
	START(w, 0, kmap_atomic, .pfn = *page, .slot = 3);
	return w;
}

static struct world *start_local(uint32_t *page)
{
	struct world *w = lab_boot("kernel=6.1 cpus=2 pkmap=4");

	*page = lab_page(w);
	START(w, 0, kmap_atomic, .pfn = *page, .slot = -1);
	return w;
}

static struct world *start_copy(uint32_t *page)
{
	struct world *w = lab_boot("kernel=6.1 cpus=2 pkmap=4");
	uint32_t from = lab_page(w);

	*page = lab_page(w);
	phys_write32(&w->machine.phys, (uint64_t)from << PAGE_SHIFT, 0x12345678);
	START(w, 0, copy_highpage, .to = *page, .from = from);
	return w;
}

static struct world *start_alloc(uint32_t *page)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=2 pkmap=4");

	*page = lab_page(w);
	START(w, 0, __alloc_pages, .gfp = GFP_WAIT | GFP_HIGHMEM | GFP_ZERO, .order = 1);
	return w;
}

static struct world *start_free(uint32_t *page)
{
	struct world *w = lab_boot("kernel=2.6.27 cpus=2 pkmap=4");

	*page = lab_page(w);
	START(w, 0, __free_pages, .pfn = *page, .order = 0);
	return w;
}

static struct world *(*const starts[])(uint32_t *page) = {
	start_kmap,   start_kmap_wrap, start_kunmap, start_flush, start_atomic,
	start_local,  start_copy,      start_alloc,  start_free,
};

/* Steps CPU 0's operation (and who it waits for); false when it is done. */
static bool go_on(struct world *w)
{
	if (!cpu_context(w, 0)->depth)
		return false;
	ck_assert(lab_step(w, 0));
	return true;
}

static unsigned finish(struct world *w)
{
	unsigned n = 0;

	while (go_on(w))
		n++;
	return n;
}

/* For each k: k steps, a clone, and both go on to the end; neither knows of the stop. */
START_TEST(stop_between_any_two_steps)
{
	uint32_t page;
	struct world *base = starts[_i](&page), *whole = lab_clone(base);
	unsigned n = finish(whole);
	uint64_t hash = world_hash(whole);

	ck_assert_uint_ge(n, 4);
	for (unsigned k = 0; k <= n; k++) {
		struct world *w = lab_clone(base), *copy;

		for (unsigned i = 0; i < k; i++)
			go_on(w);
		copy = lab_clone(w);
		ck_assert_uint_eq(finish(copy), n - k);
		lab_same_events(copy, whole, lab_now(base));
		ck_assert_uint_eq(world_hash(copy), hash);
		lab_free(copy);
		finish(w);
		lab_same_events(w, whole, lab_now(base));
		ck_assert_uint_eq(world_hash(w), hash);
		ck_assert_uint_eq(w->machine.cpu[0].cycle, whole->machine.cpu[0].cycle);
		ck_assert_mem_eq(&w->machine.stats, &whole->machine.stats,
		                 sizeof(w->machine.stats));
		ck_assert_mem_eq(&w->kernel.stats, &whole->kernel.stats, sizeof(w->kernel.stats));
		lab_free(w);
	}
	lab_free(whole);
	lab_free(base);
}
END_TEST

/* A slot that a kind of interrupt may use without harm to anybody. */
static int32_t slot_for(const struct world *w, enum context_kind kind)
{
	const char *const names[CONTEXT_KINDS] = { "USER0", "SOFTIRQ0", "IRQ0", "IRQ1" };

	return w->kernel.profile->atomic_ops->typed ?
	               (int32_t)km_type(w, profile_slot(w->kernel.profile, names[kind])) :
	               -1;
}

/* Comes in on CPU 0, maps a page of its own atomically, writes to it, and is gone. */
static void interrupt(struct world *w, enum context_kind kind, uint32_t page, uint32_t word)
{
	int32_t slot = slot_for(w, kind);
	uint32_t va;

	if (!world_enter_context(w, 0, kind, NULL)) {
		ck_assert_int_ne(kind, CONTEXT_NMI); /* which nothing keeps away */
		return;
	}
	va = (uint32_t)DO(w, 0, kmap_atomic, .pfn = page, .slot = slot);
	lab_store(w, 0, va, word);
	ck_assert_uint_eq(lab_frame_word(w, page), word);
	DO(w, 0, kunmap_atomic, .vaddr = va, .slot = slot);
	ck_assert(world_exit_context(w, 0, NULL));
}

/* The same with an interrupt at the stop, of each kind: the operation comes out right. */
START_TEST(an_interrupt_between_any_two_steps)
{
	uint32_t page, other;
	struct world *base = starts[_i](&page), *whole;
	char counts[64];
	unsigned n;

	other = lab_page(base);
	whole = lab_clone(base);
	n = finish(whole);
	snprintf(counts, sizeof(counts), "%s", lab_counts(whole));
	for (unsigned k = 0; k <= n; k++)
		for (enum context_kind kind = CONTEXT_SOFTIRQ; kind < CONTEXT_KINDS; kind++) {
			struct world *w = lab_clone(base);

			for (unsigned i = 0; i < k; i++)
				go_on(w);
			interrupt(w, kind, other, k);
			finish(w);
			ck_assert_uint_eq(cpu_context(w, 0)->result, cpu_context(whole, 0)->result);
			ck_assert_str_eq(lab_counts(w), counts);
			ck_assert_uint_eq(preempt_count(w, 0), preempt_count(whole, 0));
			ck_assert_uint_eq(lab_frame_word(w, page), lab_frame_word(whole, page));
			ck_assert_uint_eq(w->kernel.stats.oops + w->kernel.stats.warnings, 0);
			lab_sound(w);
			lab_free(w);
		}
	lab_free(whole);
	lab_free(base);
}
END_TEST

/* --- the hash --------------------------------------------------------------------------------- */

static void change(struct world *w, unsigned what, uint32_t va)
{
	switch (what) {
	case 0: w->machine.cpu[1].eflags_if = false; return;
	case 1: phys_write(&w->machine.phys, 0x5000000, "x", 1); return;
	case 2: lab_load(w, 1, va); return;
	case 3: w->kernel.pkmap.last_pkmap_nr++; return;
	case 4: world_random(w); return;
	case 5: task_put(w, 1)->held = true; return;
	case 6: w->kernel.broken.no_wakeup = true; return;
	case 7: w->machine.broken.ignore_flush = true; return;
	case 8: cpu_current_put(w, 0)->preempt_count++; return;
	case 9: machine_ipi(&w->machine, 0, 1, 0xfb, 0); return;
	case 10: w->kernel.call_data[1].pages++; return;
	case 11: alloc_pages_now(w, GFP_WAIT, 0); return;
	case 12: task_new(w, 1, "new"); return;
	case 13: machine_write_cr4(&w->machine, 1, w->machine.cpu[1].cr4 & ~CR4_PGE); return;
	case 14: w->kernel.cpu[1].halted = true; return;
	case 15: START(w, 0, kmap_flush_unused, 0); return;
	case 16: lab_load(w, 0, va); lab_load(w, 0, va + PAGE_SIZE); lab_load(w, 0, va); return;
	}
}

#define CHANGES 17

START_TEST(the_hash_sees_what_matters)
{
	struct world *w = lab_boot("cpus=2 pkmap=4"), *copy;
	uint32_t va = (uint32_t)DO(w, 0, kmap, .pfn = lab_page(w));

	DO(w, 0, kmap, .pfn = lab_page(w));
	lab_load(w, 0, va);
	lab_load(w, 0, va + PAGE_SIZE);
	copy = lab_clone(w);
	ck_assert_uint_eq(world_hash(w), world_hash(copy));
	change(copy, (unsigned)_i, va);
	ck_assert_uint_ne(world_hash(w), world_hash(copy));
	lab_free(copy);
	lab_free(w);
}
END_TEST

/* Clocks, statistics and the log are no part of what happens next. */
START_TEST(the_hash_overlooks_the_rest)
{
	struct world *w = lab_boot("cpus=2 pkmap=4");
	uint64_t hash = world_hash(w);

	w->machine.cpu[0].cycle += 1000;
	w->machine.stats.ipi++;
	w->kernel.stats.kmaps++;
	world_event(w, 0, EVENT_PKMAP_FULL, 0, 0, 0);
	printk(w, "a line");
	ck_assert_uint_eq(world_hash(w), hash);
	lab_free(w);
}
END_TEST

START_TEST(booting_twice_gives_the_same_world)
{
	static const char *const boots[] = { "", "kernel=6.1 cpus=4 ram=8192", "kernel=2.6.32",
		                             "kernel=2.6.37", "kernel=2.4.27", "highmem=4g" };

	for (size_t i = 0; i < LENGTH(boots); i++) {
		struct world *a = lab_boot(boots[i]), *b = lab_boot(boots[i]);

		ck_assert_uint_eq(world_hash(a), world_hash(b));
		lab_same_events(a, b, 0);
		lab_sound(a);
		lab_free(a);
		lab_free(b);
	}
}
END_TEST

/* Whether anybody listens makes no difference to the world. */
START_TEST(the_log_can_be_off)
{
	struct world *w = lab_boot("cpus=2 pkmap=4"), *deaf = lab_clone(w);
	uint32_t p[6];

	deaf->machine.log.off = true;
	for (unsigned i = 0; i < 6; i++) {
		p[i] = lab_page(w);
		ck_assert_uint_eq(p[i], alloc_pages_now(deaf, GFP_WAIT | GFP_HIGHMEM, 0));
		DO(w, 0, kmap, .pfn = p[i]);
		DO(deaf, 0, kmap, .pfn = p[i]);
		DO(w, 0, kunmap, .pfn = p[i]);
		DO(deaf, 0, kunmap, .pfn = p[i]);
	}
	ck_assert_uint_eq(world_hash(w), world_hash(deaf));
	ck_assert_uint_eq(lab_now(w), lab_now(deaf));
	ck_assert_mem_eq(w->machine.log.count, deaf->machine.log.count,
	                 sizeof(w->machine.log.count));
	ck_assert_ptr_null(event_get(&deaf->machine.log, lab_now(deaf)));
	lab_free(deaf);
	lab_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_clone_shares_no_byte,
		the_hash_overlooks_the_rest,
		booting_twice_gives_the_same_world,
		the_log_can_be_off,
	};
	const struct lab_loop loops[] = {
		{ stale_entry_bites_without_the_flush, 9 },
		{ clone_in_a_sleeping_kmap, 2 },
		{ stop_between_any_two_steps, LENGTH(starts) },
		{ an_interrupt_between_any_two_steps, LENGTH(starts) },
		{ the_hash_sees_what_matters, CHANGES },
	};

	return lab_suite("world", tests, LENGTH(tests), loops, LENGTH(loops));
}
