/*
 * Control registers and INVLPG: what each write drops from the TLB and what it says about it, what
 * the processor refuses, when PDPTEs are loaded, and the switches that break all this.
 * Built twice: with tiny blocks, too.
 */
#include "machine_fixture.h"

static struct access_result translate(struct fixture *f, uint32_t va, enum access_kind kind)
{
	return machine_translate(&f->m, 0, (struct access){ va, kind, false });
}

START_TEST(control_registers_drop_what_they_must)
{
	struct fixture f;
	uint32_t n;

	fixture_start(&f, 1);
	pae_map(&f, MAPPED + 0x1000, 0x400000, PTE_RW);
	translate(&f, MAPPED, ACCESS_READ);
	translate(&f, MAPPED + 0x1000, ACCESS_READ);
	n = f.m.log.n;
	ck_assert(machine_write_cr3(&f.m, 0, TABLES));
	ck_assert_str_eq(events_since(&f.m, n), "CR_WRITE TLB_FLUSH<1");
	ck_assert_uint_eq(event_get(&f.m.log, n + 2)->arg[0], 1);
	ck_assert_uint_eq(event_get(&f.m.log, n + 2)->arg[1], 1);
	ck_assert_uint_eq(f.m.stats.full_flushes, 0);
	n = f.m.log.n;
	ck_assert(machine_write_cr4(&f.m, 0, CR4_PAE | CR4_PSE));
	ck_assert(machine_write_cr4(&f.m, 0, CR4_PAE | CR4_PSE | CR4_PGE));
	ck_assert_str_eq(events_since(&f.m, n), "CR_WRITE TLB_FLUSH<1 CR_WRITE");
	ck_assert_uint_eq(event_get(&f.m.log, n + 2)->arg[0], 1);
	ck_assert_uint_eq(f.m.stats.full_flushes, 1);
	n = f.m.log.n;
	ck_assert(machine_write_cr4(&f.m, 0, CR4_PAE | CR4_PSE | CR4_PGE));
	ck_assert(machine_write_cr0(&f.m, 0, CR0_PG));
	ck_assert_str_eq(events_since(&f.m, n), "CR_WRITE CR_WRITE");
	translate(&f, MAPPED, ACCESS_READ);
	n = f.m.log.n;
	ck_assert(machine_write_cr0(&f.m, 0, 0));
	ck_assert_str_eq(events_since(&f.m, n), "CR_WRITE TLB_FLUSH<1");
	ck_assert_uint_eq(f.m.cpu[0].tlb.used, 0);
	ck_assert_uint_eq(f.m.log.cause, 0);
	ck_assert_uint_eq(f.m.cpu[0].cycle, sum_of_charges(&f.m));
	machine_release(&f.m);
}
END_TEST

START_TEST(without_pge_cr3_drops_everything)
{
	struct cpu_model model = tiny_model;
	struct fixture f;

	model.pge = false;
	fixture_init(&f, &model, 1);
	pae_map(&f, MAPPED, 0x300000, PTE_RW | PTE_G);
	ck_assert(!machine_write_cr4(&f.m, 0, CR4_PAE | CR4_PGE));
	ck_assert(machine_write_cr4(&f.m, 0, CR4_PAE));
	ck_assert(machine_write_cr3(&f.m, 0, TABLES));
	ck_assert(machine_write_cr0(&f.m, 0, CR0_PG));
	translate(&f, MAPPED, ACCESS_READ);
	ck_assert(machine_write_cr3(&f.m, 0, TABLES));
	ck_assert_uint_eq(f.m.cpu[0].tlb.used, 0);
	ck_assert_uint_eq(f.m.stats.full_flushes, 1);
	machine_release(&f.m);
}
END_TEST

START_TEST(what_the_processor_refuses_changes_nothing)
{
	struct cpu_model old = tiny_model;
	struct fixture f;
	struct cpu before;
	uint32_t n;

	old.nx = old.pae = false;
	fixture_start(&f, 1);
	translate(&f, MAPPED, ACCESS_READ);
	phys_write64(&f.m.phys, 0x700000, PTE_P | PTE_RW);
	before = f.m.cpu[0];
	n = f.m.log.n;
	ck_assert(!machine_write_cr3(&f.m, 0, 0x700000));
	phys_write64(&f.m.phys, TABLES, PTE_P | PTE_RW);
	ck_assert(!machine_write_cr4(&f.m, 0, CR4_PAE));
	ck_assert_mem_eq(&f.m.cpu[0], &before, sizeof(before));
	ck_assert_str_eq(events_since(&f.m, n), "");
	machine_release(&f.m);
	fixture_init(&f, &old, 1);
	ck_assert(!machine_write_cr4(&f.m, 0, CR4_PAE));
	ck_assert(!machine_write_efer(&f.m, 0, EFER_NXE));
	ck_assert(machine_write_efer(&f.m, 0, 0));
	ck_assert(machine_write_cr4(&f.m, 0, CR4_PSE));
	machine_release(&f.m);
}
END_TEST

START_TEST(a_pdpte_waits_for_cr3)
{
	struct fixture f;

	fixture_start(&f, 1);
	phys_write64(&f.m.phys, TABLES + 24, 0);
	ck_assert_int_eq(translate(&f, MAPPED, ACCESS_READ).fault, FAULT_NONE);
	ck_assert(machine_write_cr3(&f.m, 0, TABLES));
	ck_assert_int_eq(translate(&f, MAPPED, ACCESS_READ).fault,
	                 FAULT_NONE); /* global: still there */
	machine_invlpg(&f.m, 0, MAPPED);
	ck_assert_int_eq(translate(&f, MAPPED, ACCESS_READ).fault, FAULT_NOT_PRESENT);
	machine_release(&f.m);
}
END_TEST

/* Four entries are read whenever they could have changed, and at no other write. */
START_TEST(loading_the_pdptes_is_paid_for)
{
	struct fixture f;
	uint64_t *loads = &f.m.stats.charges[COST_PDPTE];

	fixture_init(&f, &tiny_model, 1);
	pae_map(&f, MAPPED, 0x300000, PTE_RW);
	ck_assert(machine_write_cr4(&f.m, 0, CR4_PAE));
	ck_assert(machine_write_cr3(&f.m, 0, TABLES));
	ck_assert_uint_eq(*loads, 0); /* without paging nobody would ask them */
	ck_assert(machine_write_cr0(&f.m, 0, CR0_PG));
	ck_assert_uint_eq(*loads, 4);
	ck_assert(machine_write_cr3(&f.m, 0, TABLES));
	ck_assert_uint_eq(*loads, 8);
	ck_assert(machine_write_cr4(&f.m, 0, CR4_PAE | CR4_PGE));
	ck_assert_uint_eq(*loads, 12);
	ck_assert(machine_write_cr4(&f.m, 0, CR4_PAE | CR4_PGE));
	ck_assert(machine_write_cr0(&f.m, 0, CR0_PG | CR0_WP));
	machine_invlpg(&f.m, 0, MAPPED);
	ck_assert_uint_eq(*loads, 12);
	ck_assert(machine_write_cr4(&f.m, 0, 0));
	ck_assert(machine_write_cr3(&f.m, 0, TABLES));
	ck_assert_uint_eq(*loads, 12); /* 32-bit paging has none */
	ck_assert_uint_eq(f.m.cpu[0].cycle, sum_of_charges(&f.m));
	machine_release(&f.m);
}
END_TEST

START_TEST(broken_machines_say_the_same_and_do_nothing)
{
	struct fixture f;
	uint32_t n;

	fixture_start(&f, 1);
	translate(&f, MAPPED, ACCESS_READ);
	f.m.broken = (struct machine_faults){ .ignore_invlpg = true, .ignore_flush = true };
	n = f.m.log.n;
	machine_invlpg(&f.m, 0, MAPPED);
	ck_assert(machine_write_cr4(&f.m, 0, CR4_PAE | CR4_PSE));
	ck_assert_str_eq(events_since(&f.m, n), "INVLPG CR_WRITE TLB_FLUSH<2");
	ck_assert_uint_eq(event_get(&f.m.log, n + 1)->arg[1], 0);
	ck_assert_uint_eq(event_get(&f.m.log, n + 3)->arg[0], 0);
	ck_assert_uint_eq(event_get(&f.m.log, n + 3)->arg[1], 1);
	ck_assert(translate(&f, MAPPED, ACCESS_READ).hit);
	machine_release(&f.m);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		control_registers_drop_what_they_must,
		without_pge_cr3_drops_everything,
		what_the_processor_refuses_changes_nothing,
		a_pdpte_waits_for_cr3,
		loading_the_pdptes_is_paid_for,
		broken_machines_say_the_same_and_do_nothing,
	};

	return run_suite("control", tests, LENGTH(tests), NULL, 0);
}
