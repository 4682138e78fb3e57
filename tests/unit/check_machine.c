/*
 * The machine at work: what an access does, as a sequence of events with their causes; stale
 * entries; clones; the clock. Built twice: with tiny blocks, too.
 */
#include "machine_fixture.h"

static struct access_result translate(struct fixture *f, uint32_t va, enum access_kind kind)
{
	return machine_translate(&f->m, 0, (struct access){ va, kind, false });
}

START_TEST(power_on)
{
	struct fixture f;
	struct access_result r;
	uint32_t n;

	fixture_init(&f, &tiny_model, 3);
	ck_assert(f.m.cpu[2].online && !f.m.cpu[3].online && !f.m.cpu[0].eflags_if);
	n = f.m.log.n;
	r = translate(&f, 0x12345, ACCESS_WRITE);
	ck_assert(!r.hit && !r.event && r.fault == FAULT_NONE);
	ck_assert_uint_eq(r.pa, 0x12345);
	ck_assert_str_eq(events_since(&f.m, n), "");
	machine_release(&f.m);
}
END_TEST

START_TEST(a_miss_walks_marks_and_fills)
{
	struct fixture f;
	struct access_result r;
	uint32_t n;

	fixture_start(&f, 1);
	n = f.m.log.n;
	r = translate(&f, MAPPED + 5, ACCESS_READ);
	ck_assert_str_eq(events_since(&f.m, n), "TLB_MISS WALK<1 AD_SET<2 TLB_FILL<1");
	ck_assert(!r.hit && r.fault == FAULT_NONE);
	ck_assert_uint_eq(r.pa, 0x300005);
	ck_assert_uint_eq(r.event, n + 4);
	ck_assert_uint_eq(event_get(&f.m.log, n + 2)->arg[1], 3);
	ck_assert_uint_eq(event_get(&f.m.log, n + 2)->arg[2], 2);
	ck_assert_uint_eq(f.m.stats.charges[COST_WALK_ENTRY], 2); /* the PDPTE is in its register */
	ck_assert_uint_eq(event_get(&f.m.log, n + 4)->arg[0], MAPPED);
	ck_assert_uint_eq(event_get(&f.m.log, n + 4)->arg[1], 0x300000);
	ck_assert_uint_eq(f.m.log.cause, 0);
	n = f.m.log.n;
	r = translate(&f, MAPPED + 6, ACCESS_READ);
	ck_assert_str_eq(events_since(&f.m, n), "TLB_HIT");
	ck_assert(r.hit && r.pa == 0x300006 && r.event == n + 1);
	ck_assert_uint_eq(f.m.stats.tlb_hits, 1);
	ck_assert_uint_eq(f.m.stats.tlb_misses, 1);
	ck_assert_uint_eq(f.m.cpu[0].cycle, sum_of_charges(&f.m));
	machine_release(&f.m);
}
END_TEST

START_TEST(the_first_write_sets_the_dirty_bit)
{
	struct fixture f;
	uint32_t n;

	fixture_start(&f, 1);
	translate(&f, MAPPED, ACCESS_READ);
	n = f.m.log.n;
	ck_assert(!translate(&f, MAPPED, ACCESS_WRITE).hit);
	ck_assert_str_eq(events_since(&f.m, n), "TLB_MISS WALK<1 AD_SET<2 TLB_FILL<1");
	ck_assert_uint_eq(phys_read64(&f.m.phys, pae_pte(&f, MAPPED)) & PTE_D, PTE_D);
	ck_assert(translate(&f, MAPPED, ACCESS_WRITE).hit);
	ck_assert_uint_eq(f.m.cpu[0].tlb.used, 1);
	machine_release(&f.m);
}
END_TEST

START_TEST(a_fill_may_evict)
{
	struct fixture f;
	uint32_t n;

	fixture_start(&f, 1);
	for (unsigned i = 1; i < 3; i++)
		pae_map(&f, MAPPED + i * 0x2000, 0x400000, PTE_A);
	translate(&f, MAPPED, ACCESS_READ);
	translate(&f, MAPPED + 0x2000, ACCESS_READ);
	f.m.log.cause = 1;
	n = f.m.log.n;
	translate(&f, MAPPED + 0x4000, ACCESS_READ);
	ck_assert_str_eq(events_since(&f.m, n), "TLB_MISS<old WALK<1 TLB_FILL<1 TLB_EVICT<3");
	ck_assert_uint_eq(event_get(&f.m.log, f.m.log.n)->arg[0], MAPPED);
	ck_assert_uint_eq(f.m.log.cause, 1);
	machine_release(&f.m);
}
END_TEST

START_TEST(a_fault_says_why_and_forgets_the_page)
{
	struct fixture f;
	struct access_result r;
	uint32_t n;

	fixture_start(&f, 1);
	pae_map(&f, MAPPED, 0x300000, 0);
	translate(&f, MAPPED, ACCESS_READ);
	n = f.m.log.n;
	r = translate(&f, MAPPED + 8, ACCESS_WRITE);
	ck_assert_str_eq(events_since(&f.m, n), "TLB_MISS WALK<1 FAULT<2");
	ck_assert_int_eq(r.fault, FAULT_WRITE);
	ck_assert_uint_eq(r.error_code, PF_P | PF_W);
	ck_assert_uint_eq(r.event, n + 3);
	ck_assert_uint_eq(f.m.cpu[0].cr2, MAPPED + 8);
	ck_assert_uint_eq(f.m.cpu[0].tlb.used, 0);
	ck_assert_uint_eq(f.m.stats.faults, 1);
	ck_assert_str_eq(machine_event_word(EVENT_FAULT, 2, r.fault), "write to a read-only page");
	machine_release(&f.m);
}
END_TEST

/* A page has one price, and what faults is not paid; the words of other accesses are. */
START_TEST(a_page_is_paid_for_once)
{
	static const char text[8] = "abcdefg";
	struct fixture f;
	uint64_t *charges = f.m.stats.charges, from;
	char buf[8];
	uint32_t n;

	fixture_start(&f, 1);
	pae_map(&f, MAPPED + 0x1000, 0x500000, PTE_RW);
	phys_write(&f.m.phys, 0x300ff8, text, 8);
	n = f.m.log.n;
	ck_assert_uint_eq(machine_copy_page(&f.m, 0, MAPPED + 0x1000, MAPPED, &from).pa, 0x500000);
	ck_assert_uint_eq(from, 0x300000);
	phys_read(&f.m.phys, 0x500ff8, buf, 8);
	ck_assert_mem_eq(buf, text, 8);
	ck_assert_str_eq(events_since(&f.m, n), "TLB_MISS WALK<1 AD_SET<2 TLB_FILL<1 MEM_READ<4 "
	                                        "TLB_MISS WALK<6 AD_SET<7 TLB_FILL<6 MEM_WRITE<9");
	ck_assert_uint_eq(machine_clear_page(&f.m, 0, MAPPED + 0x1000).pa, 0x500000);
	phys_read(&f.m.phys, 0x500ff8, buf, 8);
	ck_assert_mem_eq(buf, "\0\0\0\0\0\0\0", 8);
	ck_assert_int_ne(machine_copy_page(&f.m, 0, MAPPED, MAPPED + 0x2000, &from).fault, FAULT_NONE);
	ck_assert_uint_eq(from, 0);
	ck_assert_int_ne(machine_clear_page(&f.m, 0, MAPPED + 0x2000).fault, FAULT_NONE);
	ck_assert_uint_eq(charges[COST_COPY_PAGE], 1);
	ck_assert_uint_eq(charges[COST_CLEAR_PAGE], 1);
	ck_assert_uint_eq(charges[COST_MEM], 0);
	machine_read(&f.m, 0, MAPPED, buf, 8, false, NULL);
	ck_assert_uint_eq(charges[COST_MEM], 2);
	ck_assert_uint_eq(f.m.cpu[0].cycle, sum_of_charges(&f.m));
	machine_release(&f.m);
}
END_TEST

START_TEST(data_crosses_pages)
{
	struct fixture f;
	unsigned char buf[8];
	struct access_result r;
	size_t done;
	uint32_t n;

	fixture_start(&f, 1);
	pae_map(&f, MAPPED + 0x1000, 0x500000, PTE_RW | PTE_A | PTE_D);
	translate(&f, MAPPED, ACCESS_WRITE);
	n = f.m.log.n;
	r = machine_write(&f.m, 0, MAPPED + 0xffc, "abcdefgh", 8, false, &done);
	ck_assert_str_eq(events_since(&f.m, n),
	                 "TLB_HIT MEM_WRITE<1 TLB_MISS WALK<3 TLB_FILL<3 MEM_WRITE<5");
	ck_assert(r.hit && r.pa == 0x300ffc && done == 8);
	phys_read(&f.m.phys, 0x500000, buf, 4);
	ck_assert_mem_eq(buf, "efgh", 4);
	r = machine_read(&f.m, 0, MAPPED + 0xffe, buf, 4, false, NULL);
	ck_assert_mem_eq(buf, "cdef", 4);
	pae_map(&f, MAPPED + 0x1000, 0, 0);
	phys_write64(&f.m.phys, pae_pte(&f, MAPPED + 0x1000), 0);
	machine_invlpg(&f.m, 0, MAPPED + 0x1000);
	r = machine_write(&f.m, 0, MAPPED + 0xffe, "xyzw", 4, false, &done);
	ck_assert(r.fault == FAULT_NOT_PRESENT && done == 2);
	ck_assert_uint_eq(f.m.cpu[0].cr2, MAPPED + 0x1000);
	r = machine_read(&f.m, 0, MAPPED, buf, 0, false, &done);
	ck_assert(done == 0 && r.fault == FAULT_NONE);
	ck_assert_uint_eq(f.m.cpu[0].cycle, sum_of_charges(&f.m));
	machine_release(&f.m);
}
END_TEST

START_TEST(a_stale_entry_is_used_until_it_is_dropped)
{
	struct fixture f;
	const struct tlb_entry *e;

	fixture_start(&f, 2);
	translate(&f, MAPPED, ACCESS_WRITE);
	machine_translate(&f.m, 1, (struct access){ MAPPED, ACCESS_READ, false });
	e = tlb_lookup(&f.m.cpu[0].tlb, (struct access){ MAPPED, ACCESS_READ, false });
	ck_assert(!machine_tlb_stale(&f.m, 0, e));
	pae_map(&f, MAPPED, 0x600000, PTE_RW | PTE_G | PTE_A | PTE_D);
	ck_assert(machine_tlb_stale(&f.m, 0, e));
	ck_assert_uint_eq(translate(&f, MAPPED, ACCESS_READ).pa, 0x300000);
	ck_assert_uint_eq(machine_peek(&f.m, 0, (struct access){ MAPPED, ACCESS_READ, false }).pa,
	                  0x600000);
	machine_invlpg(&f.m, 0, MAPPED);
	ck_assert_uint_eq(translate(&f, MAPPED, ACCESS_READ).pa, 0x600000);
	ck_assert_uint_eq(
		machine_translate(&f.m, 1, (struct access){ MAPPED, ACCESS_READ, false }).pa,
		0x300000);
	machine_release(&f.m);
}
END_TEST

/* What becomes of the PTE of a page that was written through, and whether that makes it stale. */
START_TEST(what_makes_an_entry_stale)
{
	static const struct {
		uint64_t pte;
		bool stale;
	} changes[] = {
		{ 0x300000 | PTE_P | PTE_RW | PTE_A | PTE_D, false },
		{ 0x300000 | PTE_P | PTE_RW | PTE_D | PTE_G, false },
		{ 0x300000 | PTE_P | PTE_RW | PTE_A, true },
		{ 0x300000 | PTE_P | PTE_A | PTE_D, true },
		{ 0x300000 | PTE_P | PTE_RW | PTE_A | PTE_D | PTE_US, true },
		{ 0x300000 | PTE_P | PTE_RW | PTE_A | PTE_D | PTE_XD, true },
		{ 0x301000 | PTE_P | PTE_RW | PTE_A | PTE_D, true },
		{ 0x300000 | PTE_RW | PTE_A | PTE_D, true },
		{ 0, true },
	};
	struct fixture f;
	const struct tlb_entry *e;

	fixture_start(&f, 1);
	translate(&f, MAPPED, ACCESS_WRITE);
	e = tlb_lookup(&f.m.cpu[0].tlb, (struct access){ MAPPED, ACCESS_READ, false });
	for (unsigned i = 0; i < LENGTH(changes); i++) {
		phys_write64(&f.m.phys, pae_pte(&f, MAPPED), changes[i].pte);
		phys_write64(&f.m.phys, pae_pde(&f, MAPPED),
		             phys_read64(&f.m.phys, pae_pde(&f, MAPPED)) | PTE_US);
		ck_assert_msg(machine_tlb_stale(&f.m, 0, e) == changes[i].stale, "change %u", i);
	}
	machine_release(&f.m);
}
END_TEST

START_TEST(clones_live_apart)
{
	struct fixture f;
	struct machine *b = malloc(sizeof(*b));

	fixture_start(&f, 2);
	translate(&f, MAPPED, ACCESS_WRITE);
	machine_clone(b, &f.m);
	pae_map(&f, MAPPED, 0x600000, PTE_RW);
	machine_invlpg(&f.m, 0, MAPPED);
	machine_write(&f.m, 0, MAPPED, "aaaa", 4, false, NULL);
	machine_write(b, 0, MAPPED, "bbbb", 4, false, NULL);
	ck_assert_uint_eq(phys_read32(&f.m.phys, 0x300000), 0);
	ck_assert_uint_eq(phys_read32(&f.m.phys, 0x600000), 0x61616161);
	ck_assert_uint_eq(phys_read32(&b->phys, 0x300000), 0x62626262);
	ck_assert_uint_eq(phys_read32(&b->phys, 0x600000), 0);
	ck_assert_uint_lt(b->log.n, f.m.log.n);
	ck_assert_uint_ne(b->cpu[0].cycle, f.m.cpu[0].cycle);
	machine_release(&f.m);
	ck_assert(machine_translate(b, 0, (struct access){ MAPPED, ACCESS_READ, false }).hit);
	machine_release(b);
	free(b);
}
END_TEST

START_TEST(devices_pass_every_tlb)
{
	struct fixture f;
	char buf[4];
	uint32_t n;

	fixture_start(&f, 2);
	machine_wait(&f.m, 1, 123456);
	machine_wait(&f.m, 1, 100);
	n = f.m.log.n;
	machine_dma_write(&f.m, 0x300ffe, "wxyz", 4);
	machine_dma_read(&f.m, 0x300ffe, buf, 4);
	ck_assert_mem_eq(buf, "wxyz", 4);
	ck_assert_str_eq(events_since(&f.m, n), "DMA_WRITE DMA_READ");
	ck_assert_uint_eq(event_get(&f.m.log, n + 1)->cpu, EVENT_NO_CPU);
	ck_assert_uint_eq(event_get(&f.m.log, n + 1)->cycle, 123456);
	machine_release(&f.m);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		power_on,
		a_miss_walks_marks_and_fills,
		the_first_write_sets_the_dirty_bit,
		a_fill_may_evict,
		a_fault_says_why_and_forgets_the_page,
		a_page_is_paid_for_once,
		data_crosses_pages,
		a_stale_entry_is_used_until_it_is_dropped,
		what_makes_an_entry_stale,
		clones_live_apart,
		devices_pass_every_tlb,
	};

	return run_suite("machine", tests, LENGTH(tests), NULL, 0);
}
