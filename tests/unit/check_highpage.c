/*
 * clear_highpage(), clear_user_highpage() and copy_highpage(), each as its generation wrote it: which
 * mapping they take, in which order they give two back, and what is disabled meanwhile. And
 * schedule() where nobody may sleep, which 2.4's clear_highpage() can come to.
 */
#include "lab.h"

#include "kernel/highmem.h"

#define EFFECTS "PKMAP_COUNT PTE_SET PTE_CLEAR INVLPG SLOT_MAP SLOT_UNMAP CLEAR COPY"

static const struct {
	const char *boot;
	const char *clear, *user, *copy;
} rows[] = {
	/* include/linux/highmem.h clear_highpage(), clear_user_highpage(), copy_highpage(), by the
	 * version in the row: the first by kmap() in 2.4.27; two slots given back in the order of
	 * their names up to 2.6.32, from 2.6.37 on the last one first; kmap_local_page() in 6.1 */
	{ "kernel=2.4.27 highmem=4g cpus=1",
	  "0:PTE_SET(pkmap+1,A) 0:PKMAP_COUNT(1,1,0) 0:PKMAP_COUNT(1,2,1) 0:CLEAR(A,4096) "
	  "0:PKMAP_COUNT(1,1,2)",
	  "0:PTE_SET(fix 0+3,A) 0:INVLPG(fix 0+3,0) 0:SLOT_MAP(fix 0+3,A,3) 0:CLEAR(A,4096)",
	  "0:PTE_SET(fix 0+3,A) 0:INVLPG(fix 0+3,1) 0:SLOT_MAP(fix 0+3,A,3) 0:PTE_SET(fix 0+4,B) "
	  "0:INVLPG(fix 0+4,0) 0:SLOT_MAP(fix 0+4,B,4) 0:COPY(A,B,4096)" },
	{ "kernel=2.6.27 cpus=1",
	  "0:PTE_SET(fix 0+3,A) 0:SLOT_MAP(fix 0+3,A,3) 0:CLEAR(A,4096) 0:PTE_CLEAR(fix 0+3) "
	  "0:INVLPG(fix 0+3,1) 0:SLOT_UNMAP(fix 0+3,3)", NULL,
	  "0:PTE_SET(fix 0+3,A) 0:SLOT_MAP(fix 0+3,A,3) 0:PTE_SET(fix 0+4,B) "
	  "0:SLOT_MAP(fix 0+4,B,4) 0:COPY(A,B,4096) 0:PTE_CLEAR(fix 0+3) 0:INVLPG(fix 0+3,1) "
	  "0:SLOT_UNMAP(fix 0+3,3) 0:PTE_CLEAR(fix 0+4) 0:INVLPG(fix 0+4,1) "
	  "0:SLOT_UNMAP(fix 0+4,4)" },
	{ "kernel=2.6.32 cpus=1",
	  "0:PTE_SET(fix 0+3,A) 0:SLOT_MAP(fix 0+3,A,3) 0:CLEAR(A,4096) 0:PTE_CLEAR(fix 0+3) "
	  "0:INVLPG(fix 0+3,1) 0:SLOT_UNMAP(fix 0+3,3)", NULL,
	  "0:PTE_SET(fix 0+3,A) 0:SLOT_MAP(fix 0+3,A,3) 0:PTE_SET(fix 0+4,B) "
	  "0:SLOT_MAP(fix 0+4,B,4) 0:COPY(A,B,4096) 0:PTE_CLEAR(fix 0+3) 0:INVLPG(fix 0+3,1) "
	  "0:SLOT_UNMAP(fix 0+3,3) 0:PTE_CLEAR(fix 0+4) 0:INVLPG(fix 0+4,1) "
	  "0:SLOT_UNMAP(fix 0+4,4)" },
	{ "kernel=2.6.37 cpus=1",
	  "0:PTE_SET(fix 0+0,A) 0:SLOT_MAP(fix 0+0,A,0) 0:CLEAR(A,4096) 0:PTE_CLEAR(fix 0+0) "
	  "0:INVLPG(fix 0+0,1) 0:SLOT_UNMAP(fix 0+0,0)", NULL,
	  "0:PTE_SET(fix 0+0,A) 0:SLOT_MAP(fix 0+0,A,0) 0:PTE_SET(fix 0+1,B) "
	  "0:SLOT_MAP(fix 0+1,B,1) 0:COPY(A,B,4096) 0:PTE_CLEAR(fix 0+1) 0:INVLPG(fix 0+1,1) "
	  "0:SLOT_UNMAP(fix 0+1,1) 0:PTE_CLEAR(fix 0+0) 0:INVLPG(fix 0+0,1) "
	  "0:SLOT_UNMAP(fix 0+0,0)" },
	{ "kernel=6.1 cpus=1",
	  "0:PTE_SET(fix 0+0,A) 0:SLOT_MAP(fix 0+0,A,0) 0:CLEAR(A,4096) 0:PTE_CLEAR(fix 0+0) "
	  "0:INVLPG(fix 0+0,1) 0:SLOT_UNMAP(fix 0+0,0)", NULL,
	  "0:PTE_SET(fix 0+0,A) 0:SLOT_MAP(fix 0+0,A,0) 0:PTE_SET(fix 0+1,B) "
	  "0:SLOT_MAP(fix 0+1,B,1) 0:COPY(A,B,4096) 0:PTE_CLEAR(fix 0+1) 0:INVLPG(fix 0+1,1) "
	  "0:SLOT_UNMAP(fix 0+1,1) 0:PTE_CLEAR(fix 0+0) 0:INVLPG(fix 0+0,1) "
	  "0:SLOT_UNMAP(fix 0+0,0)" },
};

START_TEST(each_generation_in_its_order)
{
	struct world *w = lab_boot(rows[_i].boot);
	uint32_t a = lab_page(w), b = lab_page(w), from = lab_now(w);

	DO(w, 0, clear_highpage, .pfn = a);
	ck_assert_str_eq(lab_events(w, from, EFFECTS), rows[_i].clear);
	from = lab_now(w);
	DO(w, 0, clear_user_highpage, .pfn = a);
	ck_assert_str_eq(lab_events(w, from, EFFECTS),
	                 rows[_i].user ? rows[_i].user : rows[_i].clear);
	from = lab_now(w);
	DO(w, 0, copy_highpage, .to = b, .from = a);
	ck_assert_str_eq(lab_events(w, from, EFFECTS), rows[_i].copy);
	ck_assert_uint_eq(preempt_count(w, 0), 0);
	ck_assert_int_eq(cpu_current(w, 0)->migration_disabled, 0);
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* While a page is cleared: 2.4 counts nothing, the middle eras disable preemption, and 6.1 only
 * migration. */
START_TEST(what_is_disabled_meanwhile)
{
	static const uint32_t count[] = { 0, 1, 1, 1, 0 }, pinned[] = { 0, 0, 0, 0, 1 };
	struct world *w = lab_boot(rows[_i].boot);

	START(w, 0, clear_highpage, .pfn = lab_page(w));
	lab_step_to(w, 0, "clear_page(kaddr);");
	ck_assert_uint_eq(preempt_count(w, 0), count[_i]);
	ck_assert_int_eq(cpu_current(w, 0)->migration_disabled, (int)pinned[_i]);
	lab_free(w);
}
END_TEST

/* kmap() of a page that has a slot shares it, so a full pool makes only others sleep. */
START_TEST(clearing_sleeps_in_2_4)
{
	struct world *w = lab_boot("kernel=2.4.27 highmem=4g cpus=2 pkmap=4");
	uint32_t p[4], a = lab_page(w), from;

	for (unsigned i = 0; i < 4; i++) {
		p[i] = lab_page(w);
		DO(w, 1, kmap, .pfn = p[i]);
	}
	DO(w, 0, clear_highpage, .pfn = p[0]);
	from = lab_now(w);
	ck_assert_int_eq(TRY(w, 0, clear_highpage, .pfn = a), LAB_ASLEEP);
	ck_assert_str_eq(lab_events(w, from, "PKMAP_FULL SLEEP CLEAR"), "0:PKMAP_FULL(0) 0:SLEEP(3,1)");
	from = lab_now(w);
	DO(w, 1, kunmap, .pfn = p[1]);
	lab_run_all(w);
	ck_assert_str_eq(lab_events(w, from, "WAKE CLEAR"), "0:WAKE(3,1) 0:CLEAR(A,4096)");
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* In an interrupt 2.4's clear_highpage() is a BUG for the kmap() in it; a fault's is not. */
START_TEST(clearing_in_an_interrupt)
{
	struct world *w = lab_boot(rows[_i].boot);
	uint32_t a = lab_page(w);

	ck_assert(world_enter_context(w, 0, CONTEXT_HARDIRQ, NULL));
	DO(w, 0, clear_user_highpage, .pfn = a);
	ck_assert_int_eq(TRY(w, 0, clear_highpage, .pfn = a), _i == 0 ? LAB_OOPS : LAB_DONE);
	lab_free(w);
}
END_TEST

/* --- schedule() where nobody may sleep ---------------------------------------------------------- */

static void fill_pool(struct world *w, unsigned cpu)
{
	for (unsigned i = 0; i < w->kernel.layout.last_pkmap; i++)
		DO(w, cpu, kmap, .pfn = lab_page(w));
}

static bool logged(const struct world *w, const char *line)
{
	for (uint32_t i = 0; i < w->kernel.dmesg.n; i++)
		if (strstr(dmesg_line(w, i), line))
			return true;
	return false;
}

/* 2.4: with bottom halves disabled one is in_interrupt(), and schedule() is a BUG. (kmap() itself asks
 * before; here they are disabled later, as by a caller that took a lock.) */
START_TEST(scheduling_in_interrupt)
{
	struct world *w = lab_boot("kernel=2.4.27 highmem=4g cpus=2 pkmap=4");
	uint32_t from;

	fill_pool(w, 1);
	START(w, 0, kmap, .pfn = lab_page(w));
	lab_step_to(w, 0, "return kmap_high(page);");
	preempt_count_add(w, 0, 1u << w->kernel.profile->preempt_bits);
	from = lab_now(w);
	ck_assert_int_eq(lab_run(w, 0), LAB_OOPS);
	ck_assert_str_eq(lab_events(w, from, "SLEEP SWITCH WARN"), "");
	ck_assert(logged(w, "Scheduling in interrupt"));
	ck_assert(logged(w, "kernel BUG at sched.c!"));
	lab_free(w);
}
END_TEST

/* 2.6 and later complain, and do it. */
START_TEST(scheduling_while_atomic)
{
	struct world *w = lab_boot(rows[_i + 1].boot);
	uint32_t from;

	w->kernel.layout.last_pkmap = 4;
	fill_pool(w, 0);
	START(w, 0, kmap, .pfn = lab_page(w));
	lab_step_to(w, 0, "return kmap_high(page);");
	preempt_count_add(w, 0, 1);
	from = lab_now(w);
	ck_assert_int_eq(lab_run(w, 0), LAB_ASLEEP);
	ck_assert_uint_eq(lab_count(w, from, EVENT_SLEEP), 1);
	ck_assert(logged(w, "BUG: scheduling while atomic: sh/1/0x00000001"));
	ck_assert(!logged(w, "Scheduling in interrupt"));
	lab_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { clearing_sleeps_in_2_4, scheduling_in_interrupt };
	const struct lab_loop loops[] = {
		{ each_generation_in_its_order, LENGTH(rows) },
		{ what_is_disabled_meanwhile, LENGTH(rows) },
		{ clearing_in_an_interrupt, LENGTH(rows) },
		{ scheduling_while_atomic, LENGTH(rows) - 1 },
	};

	return lab_suite("highpage", tests, LENGTH(tests), loops, LENGTH(loops));
}
