/*
 * What the tests of the machine floor share: a small machine with page tables made by hand, and
 * the log as text, so that a test can say which events it expects, in order, and what each of
 * them is due to.
 */
#ifndef KMAPLAB_TESTS_MACHINE_FIXTURE_H
#define KMAPLAB_TESTS_MACHINE_FIXTURE_H

#include "machine/machine.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#undef fail /* Check's old name for ck_abort_msg(); here it is the function of message.h */

#define RAM_BYTES (16ull << 20)
#define TABLES 0x200000ull /* where the tables are built: CR3, then the others as needed */

/** TLBs so small that three pages fill a set. */
static const struct cpu_model tiny_model = {
	.name = "test",
	.title = "for tests",
	.maxphyaddr = 36,
	.pae = true,
	.pse = true,
	.pse36 = true,
	.pge = true,
	.nx = true,
	.invlpg = true,
	.tlb = { [TLB_I4K] = { 1, 2 }, [TLB_D4K] = { 2, 2 }, [TLB_DLARGE] = { 1, 2 } },
};

/** Prices that are all different, so that a wrong one shows in the sum. */
static inline const struct cost_table *test_costs(void)
{
	static struct cost_table t;

	for (unsigned i = 0; i < NR_COSTS; i++)
		t.cycles[i] = 100 + 7 * i * i;
	return &t;
}

/** A machine whose CPUs have paging off, and where its next table goes. */
struct fixture {
	struct machine m;
	uint64_t next_table;
};

static inline void fixture_init(struct fixture *f, const struct cpu_model *model, unsigned cpus)
{
	struct e820_map map;

	ck_assert(e820_from_ram(&map, RAM_BYTES, NULL));
	machine_init(&f->m, &map, model, test_costs(), cpus);
	f->next_table = TABLES + PAGE_SIZE;
}

/* The table that an entry points to; makes one, open to all, when there is none. */
static inline uint64_t fixture_table(struct fixture *f, uint64_t entry_pa, unsigned bytes,
                                     uint64_t flags)
{
	uint64_t entry = bytes == 8 ? phys_read64(&f->m.phys, entry_pa) :
	                              phys_read32(&f->m.phys, entry_pa);

	if (!(entry & PTE_P)) {
		entry = f->next_table | flags;
		f->next_table += PAGE_SIZE;
		if (bytes == 8)
			phys_write64(&f->m.phys, entry_pa, entry);
		else
			phys_write32(&f->m.phys, entry_pa, (uint32_t)entry);
	}
	return entry & 0xffffff000ull;
}

/** PAE: the physical address of the PDE or PTE of `va`; upper tables are made as needed. */
static inline uint64_t pae_pde(struct fixture *f, uint32_t va)
{
	uint64_t pd = fixture_table(f, TABLES + (va >> 30) * 8, 8, PTE_P);

	return pd + (va >> 21 & 511) * 8;
}

static inline uint64_t pae_pte(struct fixture *f, uint32_t va)
{
	return fixture_table(f, pae_pde(f, va), 8, PTE_P | PTE_RW | PTE_US) + (va >> 12 & 511) * 8;
}

/** The same for 32-bit paging. */
static inline uint64_t pde32(uint32_t va)
{
	return TABLES + (va >> 22) * 4;
}

static inline uint64_t pte32(struct fixture *f, uint32_t va)
{
	return fixture_table(f, pde32(va), 4, PTE_P | PTE_RW | PTE_US) + (va >> 12 & 1023) * 4;
}

/** Maps a 4 KiB page under PAE. */
static inline void pae_map(struct fixture *f, uint32_t va, uint64_t pa, uint64_t flags)
{
	phys_write64(&f->m.phys, pae_pte(f, va), pa | flags | PTE_P);
}

/** Switches PAE paging on, with all that a kernel of 2.6 uses. */
static inline void pae_on(struct fixture *f, unsigned cpu)
{
	ck_assert(machine_write_cr4(&f->m, cpu, CR4_PAE | CR4_PSE | CR4_PGE));
	ck_assert(machine_write_efer(&f->m, cpu, EFER_NXE));
	ck_assert(machine_write_cr3(&f->m, cpu, TABLES));
	ck_assert(machine_write_cr0(&f->m, cpu, CR0_PG | CR0_WP));
}

#define MAPPED 0xc0002000u /* mapped by fixture_start() */

/** A machine with PAE paging on on all CPUs and MAPPED mapped to 0x300000, writable and global. */
static inline void fixture_start(struct fixture *f, unsigned cpus)
{
	fixture_init(f, &tiny_model, cpus);
	pae_map(f, MAPPED, 0x300000, PTE_RW | PTE_G);
	for (unsigned i = 0; i < cpus; i++)
		pae_on(f, i);
}

/** What the clock of the only CPU that did anything must show, when only prices moved it. */
static inline uint64_t sum_of_charges(const struct machine *m)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < NR_COSTS; i++)
		sum += m->stats.charges[i] * m->cost->cycles[i];
	return sum;
}

/**
 * The events after `from` as text: "TLB_MISS WALK<1 FAULT<2". A number behind '<' counts from the
 * first event shown; "<old" is an event before it. Static: good until the next call.
 */
static inline const char *events_since(const struct machine *m, uint32_t from)
{
	static char text[4096];
	size_t len = 0;

	text[0] = '\0';
	for (uint32_t seq = from + 1; seq <= m->log.n; seq++) {
		const struct event *e = event_get(&m->log, seq);

		ck_assert_ptr_nonnull(e);
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", len ? " " : "",
		                        machine_event_desc(e->kind)->name);
		if (e->cause > from)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "<%u",
			                        e->cause - from);
		else if (e->cause)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "<old");
		ck_assert_uint_lt(len, sizeof(text));
	}
	return text;
}

/** A test that runs with _i from 0 to n - 1. */
struct loop_test {
	const TTest *test;
	size_t n;
};

/** Runs a suite of one case; the exit status for main(). */
static inline int run_suite(const char *name, const TTest *const *tests, size_t nr_tests,
                            const struct loop_test *loops, size_t nr_loops)
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);
	SRunner *runner;
	int failed;

	for (size_t i = 0; i < nr_tests; i++)
		tcase_add_test(tcase, tests[i]);
	for (size_t i = 0; i < nr_loops; i++)
		tcase_add_loop_test(tcase, loops[i].test, 0, (int)loops[i].n);
	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define RUN_SUITE(name, tests, loops) \
	run_suite(name, tests, LENGTH(tests), loops, LENGTH(loops))

#endif
