/*
 * The walk: every kind of page, the rights as a truth table, every reserved bit, A and D.
 * Built twice: with frames of one block and of 64.
 */
#include "machine_fixture.h"

#include <inttypes.h>

#define VA 0xc0403123u
#define RW_US (PTE_RW | PTE_US)

static struct paging_state pae_state(const struct fixture *f)
{
	struct paging_state s = { .cr0 = CR0_PG | CR0_WP, .cr4 = CR4_PAE, .efer = EFER_NXE,
		                  .cr3 = TABLES, .nx = true, .pse36 = true };

	ck_assert(paging_load_pdptes(&f->m.phys, s.cr3, s.pdpte));
	return s;
}

static struct paging_state state32(void)
{
	return (struct paging_state){ .cr0 = CR0_PG | CR0_WP, .cr4 = CR4_PSE, .cr3 = TABLES,
		                      .nx = true, .pse36 = true };
}

static struct access reading(uint32_t va)
{
	return (struct access){ va, ACCESS_READ, false };
}

START_TEST(without_paging_virtual_is_physical)
{
	struct phys p = { .maxphyaddr = 36 };
	struct paging_state s = { .cr0 = CR0_WP, .cr4 = CR4_PAE };
	struct walk w = paging_walk(&p, &s, (struct access){ VA, ACCESS_WRITE, true });

	ck_assert_int_eq(w.fault, FAULT_NONE);
	ck_assert_uint_eq(w.nr, 0);
	ck_assert_uint_eq(w.pa, VA);
	ck_assert_uint_eq(paging_commit(&p, &s, &w, ACCESS_WRITE), 0);
}
END_TEST

/* The walk of VA read `nr` entries, from these tables and indices on. */
static void expect_read(const struct walk *w, unsigned nr, const unsigned *index)
{
	ck_assert_uint_eq(w->nr, nr);
	for (unsigned i = 0; i < nr; i++)
		ck_assert_uint_eq(w->read[i].index, index[i]);
	ck_assert_uint_eq(w->read[0].table_pa, TABLES);
}

START_TEST(pae_small_page)
{
	struct fixture f;
	struct paging_state s;
	struct walk w;

	fixture_init(&f, &tiny_model, 1);
	pae_map(&f, VA & ~0xfffu, 0xabcdef000, PTE_RW | PTE_G | PTE_XD);
	s = pae_state(&f);
	w = paging_walk(&f.m.phys, &s, reading(VA));
	expect_read(&w, 3, (unsigned[]){ 3, 2, 3 });
	ck_assert_uint_eq(w.from_memory, 2);
	ck_assert_int_eq(w.read[0].level, LEVEL_PDPT);
	ck_assert_int_eq(w.read[2].level, LEVEL_PT);
	ck_assert_uint_eq(w.read[2].table_pa + 8 * 3, pae_pte(&f, VA));
	ck_assert_uint_eq(w.read[2].entry, 0x8000000abcdef103ull);
	ck_assert_int_eq(w.fault, FAULT_NONE);
	ck_assert_uint_eq(w.pa, 0xabcdef123);
	ck_assert_uint_eq(w.size, 4096);
	ck_assert(w.writable && !w.user && w.nx && !w.dirty);
	ck_assert(!w.global);
	s.cr4 |= CR4_PGE;
	ck_assert(paging_walk(&f.m.phys, &s, reading(VA)).global);
	machine_release(&f.m);
}
END_TEST

START_TEST(pae_large_page)
{
	struct fixture f;
	struct paging_state s;
	struct walk w;

	fixture_init(&f, &tiny_model, 1);
	phys_write64(&f.m.phys, pae_pde(&f, VA), 0xfffe00000 | PTE_P | PTE_PS | PTE_D | 1 << 12);
	s = pae_state(&f);
	w = paging_walk(&f.m.phys, &s, reading(VA));
	expect_read(&w, 2, (unsigned[]){ 3, 2 });
	ck_assert_uint_eq(w.pa, 0xfffe03123);
	ck_assert_uint_eq(w.size, 2 << 20);
	ck_assert(w.dirty && !w.writable);
	machine_release(&f.m);
}
END_TEST

START_TEST(pdptes_come_from_the_registers)
{
	struct fixture f;
	struct paging_state s;

	fixture_init(&f, &tiny_model, 1);
	pae_map(&f, VA, 0x300000, PTE_RW);
	s = pae_state(&f);
	phys_write64(&f.m.phys, TABLES + 3 * 8, 0);
	ck_assert_int_eq(paging_walk(&f.m.phys, &s, reading(VA)).fault, FAULT_NONE);
	s = pae_state(&f);
	ck_assert_int_eq(paging_walk(&f.m.phys, &s, reading(VA)).fault, FAULT_NOT_PRESENT);
	ck_assert_uint_eq(paging_walk(&f.m.phys, &s, reading(VA)).nr, 1);
	ck_assert_uint_eq(paging_walk(&f.m.phys, &s, reading(VA)).from_memory, 0);
	machine_release(&f.m);
}
END_TEST

START_TEST(reserved_bits_of_a_pdpte)
{
	struct fixture f;
	uint64_t pdpte[4] = { 1, 2, 3, 4 };

	fixture_init(&f, &tiny_model, 1);
	for (unsigned bit = 1; bit < 64; bit++) {
		bool reserved = bit <= 2 || (bit >= 5 && bit <= 8) || bit >= 36;

		phys_write64(&f.m.phys, TABLES + 16, PTE_P | 1ull << bit);
		ck_assert_msg(paging_load_pdptes(&f.m.phys, TABLES, pdpte) == !reserved, "bit %u",
		              bit);
		phys_write64(&f.m.phys, TABLES + 16, 1ull << bit);
		ck_assert(paging_load_pdptes(&f.m.phys, TABLES | 0x1f, pdpte));
	}
	phys_write64(&f.m.phys, TABLES + 24, PTE_P | 2);
	pdpte[0] = 77;
	ck_assert(!paging_load_pdptes(&f.m.phys, TABLES, pdpte));
	ck_assert_uint_eq(pdpte[0], 77);
	machine_release(&f.m);
}
END_TEST

START_TEST(two_levels)
{
	struct fixture f;
	struct paging_state s = state32();
	struct walk w;

	fixture_init(&f, &tiny_model, 1);
	phys_write32(&f.m.phys, (uint32_t)pte32(&f, VA), 0xfedcb000 | PTE_P | PTE_US);
	w = paging_walk(&f.m.phys, &s, reading(VA));
	expect_read(&w, 2, (unsigned[]){ VA >> 22, VA >> 12 & 1023 });
	ck_assert_int_eq(w.read[0].level, LEVEL_PD);
	ck_assert_uint_eq(w.pa, 0xfedcb123);
	ck_assert_uint_eq(w.size, 4096);
	ck_assert(!w.writable && w.user && !w.nx);
	machine_release(&f.m);
}
END_TEST

START_TEST(four_mib_pages_need_cr4_pse)
{
	struct fixture f;
	struct paging_state s = state32();
	struct walk w;

	fixture_init(&f, &tiny_model, 1);
	phys_write32(&f.m.phys, pde32(VA), 0x00400000 | 0xf << 13 | PTE_P | PTE_PS);
	w = paging_walk(&f.m.phys, &s, reading(VA));
	expect_read(&w, 1, (unsigned[]){ VA >> 22 });
	ck_assert_uint_eq(w.pa, 0xf00400000 | (VA & 0x3fffff));
	ck_assert_uint_eq(w.size, 4 << 20);
	s.pse36 = false;
	ck_assert_int_eq(paging_walk(&f.m.phys, &s, reading(VA)).fault, FAULT_RSVD);
	s.cr4 = 0;
	w = paging_walk(&f.m.phys, &s, reading(VA));
	ck_assert_uint_eq(w.nr, 2);
	ck_assert_uint_eq(w.read[1].table_pa, 0x41e000);
	machine_release(&f.m);
}
END_TEST

/* SDM 4.6: bits of the index: U/S of the PDE, of the PTE; R/W of both; then XD of both. */
START_TEST(rights_combine_over_the_levels)
{
	struct fixture f;
	struct paging_state s;
	unsigned r = (unsigned)_i;
	bool user = (r & 3) == 3, writable = (r >> 2 & 3) == 3, nx = r >> 4 & 3;
	uint64_t pde = (r & 1 ? PTE_US : 0) | (r & 4 ? PTE_RW : 0) | (r & 16 ? PTE_XD : 0);
	uint64_t pte = (r & 2 ? PTE_US : 0) | (r & 8 ? PTE_RW : 0) | (r & 32 ? PTE_XD : 0);

	fixture_init(&f, &tiny_model, 1);
	pae_map(&f, VA & ~0xfffu, 0x300000, pte);
	phys_write64(&f.m.phys, pae_pde(&f, VA),
	             (phys_read64(&f.m.phys, pae_pde(&f, VA)) & ~RW_US) | pde);
	s = pae_state(&f);
	for (unsigned i = 0; i < 12; i++) {
		struct access a = { VA, i % 3, i / 3 % 2 };
		bool wp = i < 6;
		bool refused = (a.user && !user) || (a.kind == ACCESS_FETCH && nx) ||
		               (a.kind == ACCESS_WRITE && !writable && (a.user || wp));
		uint32_t code = PF_P | (a.kind == ACCESS_WRITE ? PF_W : 0) | (a.user ? PF_U : 0) |
		                (a.kind == ACCESS_FETCH ? PF_I : 0);
		struct walk w;

		s.cr0 = CR0_PG | (wp ? CR0_WP : 0);
		w = paging_walk(&f.m.phys, &s, a);
		ck_assert_msg((w.fault != FAULT_NONE) == refused, "access %u", i);
		ck_assert_uint_eq(w.error_code, refused ? code : 0);
		ck_assert(w.user == user && w.writable == writable && w.nx == nx);
	}
	machine_release(&f.m);
}
END_TEST

START_TEST(error_codes_of_a_missing_page)
{
	struct fixture f;
	struct paging_state s;

	fixture_init(&f, &tiny_model, 1);
	pae_map(&f, VA, 0, 0);
	phys_write64(&f.m.phys, pae_pte(&f, VA), ~PTE_P);
	s = pae_state(&f);
	for (unsigned i = 0; i < 12; i++) {
		struct access a = { VA, i % 3, i / 3 % 2 };
		struct walk w;

		s.efer = i < 6 ? EFER_NXE : 0;
		w = paging_walk(&f.m.phys, &s, a);
		ck_assert_int_eq(w.fault, FAULT_NOT_PRESENT);
		ck_assert_uint_eq(w.nr, 3);
		ck_assert_uint_eq(w.error_code,
		                  (a.kind == ACCESS_WRITE ? PF_W : 0) | (a.user ? PF_U : 0) |
		                          (a.kind == ACCESS_FETCH && s.efer ? PF_I : 0));
	}
	machine_release(&f.m);
}
END_TEST

/* Whether a walk stumbles over the entry at `pa`, of that many bytes, when `bit` is added to it. */
static bool stumbles(struct fixture *f, const struct paging_state *s, uint64_t pa, unsigned bytes,
                     unsigned bit)
{
	uint64_t entry, changed;
	const struct walk_entry *last;
	struct walk w;

	phys_read(&f->m.phys, pa & ~7ull, &entry, 8);
	changed = entry | 1ull << (bit + pa % 8 * 8);
	phys_write(&f->m.phys, pa & ~7ull, &changed, 8);
	w = paging_walk(&f->m.phys, s, (struct access){ VA, ACCESS_WRITE, true });
	phys_write(&f->m.phys, pa & ~7ull, &entry, 8);
	last = &w.read[w.nr - 1];
	if (w.fault != FAULT_RSVD || last->table_pa + last->index * bytes != pa)
		return false;
	ck_assert_uint_eq(w.error_code, PF_P | PF_W | PF_U | PF_RSVD);
	return true;
}

START_TEST(reserved_bits_under_pae)
{
	static const unsigned widths[] = { 36, 40, 52 };
	struct fixture f;
	struct paging_state s;
	uint64_t pde, pte;

	fixture_init(&f, &tiny_model, 1);
	f.m.phys.maxphyaddr = widths[_i / 2];
	pae_map(&f, VA & ~0xfffu, 0x300000, RW_US);
	s = pae_state(&f);
	s.efer = _i % 2 ? EFER_NXE : 0;
	pde = pae_pde(&f, VA);
	pte = pae_pte(&f, VA);
	for (unsigned bit = 1; bit < 64; bit++) {
		bool reserved = bit == 63 ? !s.efer : bit >= widths[_i / 2];

		ck_assert_msg(stumbles(&f, &s, pte, 8, bit) == reserved, "PTE bit %u", bit);
		if (bit != 7)
			ck_assert_msg(stumbles(&f, &s, pde, 8, bit) == reserved, "PDE bit %u", bit);
	}
	phys_write64(&f.m.phys, pde, PTE_P | RW_US | PTE_PS);
	for (unsigned bit = 1; bit < 64; bit++) {
		bool reserved = bit == 63 ? !s.efer :
		                            bit >= widths[_i / 2] || (bit >= 13 && bit <= 20);

		ck_assert_msg(stumbles(&f, &s, pde, 8, bit) == reserved, "large PDE bit %u", bit);
	}
	machine_release(&f.m);
}
END_TEST

START_TEST(reserved_bits_of_a_four_mib_page)
{
	static const struct {
		unsigned width, first;
		bool pse36;
	} models[] = { { 32, 13, true }, { 36, 17, true }, { 39, 20, true }, { 40, 21, true },
		       { 52, 21, true }, { 36, 13, false } };
	struct fixture f;
	struct paging_state s = state32();

	fixture_init(&f, &tiny_model, 1);
	f.m.phys.maxphyaddr = models[_i].width;
	s.pse36 = models[_i].pse36;
	phys_write32(&f.m.phys, pde32(VA), PTE_P | PTE_PS | RW_US);
	for (unsigned bit = 1; bit < 32; bit++)
		ck_assert_msg(stumbles(&f, &s, pde32(VA), 4, bit) ==
		                      (bit >= models[_i].first && bit <= 21),
		              "bit %u", bit);
	machine_release(&f.m);
}
END_TEST

START_TEST(tables_outside_of_ram)
{
	struct fixture f;
	struct paging_state s;

	fixture_init(&f, &tiny_model, 1);
	phys_write64(&f.m.phys, TABLES + 24, 0x80000000 | PTE_P);
	s = pae_state(&f);
	ck_assert_int_eq(paging_walk(&f.m.phys, &s, reading(VA)).fault, FAULT_RSVD);
	machine_release(&f.m);
}
END_TEST

START_TEST(commit_marks_what_was_used)
{
	struct fixture f;
	struct paging_state s;
	struct walk w;

	fixture_init(&f, &tiny_model, 1);
	pae_map(&f, VA & ~0xfffu, 0x300000, RW_US);
	s = pae_state(&f);
	w = paging_walk(&f.m.phys, &s, reading(VA));
	ck_assert_uint_eq(paging_commit(&f.m.phys, &s, &w, ACCESS_READ), 2);
	ck_assert_uint_eq(phys_read64(&f.m.phys, pae_pte(&f, VA)) & 0xfff, 0x27);
	ck_assert_uint_eq(phys_read64(&f.m.phys, pae_pde(&f, VA)) & 0xfff, 0x27);
	ck_assert_uint_eq(phys_read64(&f.m.phys, TABLES + 24) & 0xfff, 1);
	w = paging_walk(&f.m.phys, &s, reading(VA));
	ck_assert_uint_eq(paging_commit(&f.m.phys, &s, &w, ACCESS_FETCH), 0);
	ck_assert_uint_eq(paging_commit(&f.m.phys, &s, &w, ACCESS_WRITE), 1);
	ck_assert_uint_eq(phys_read64(&f.m.phys, pae_pte(&f, VA)) & 0xfff, 0x67);
	ck_assert_uint_eq(phys_read64(&f.m.phys, pae_pde(&f, VA)) & 0xfff, 0x27);
	machine_release(&f.m);
}
END_TEST

START_TEST(commit_leaves_the_neighbour_alone)
{
	struct fixture f;
	struct paging_state s = state32();
	struct walk w;

	fixture_init(&f, &tiny_model, 1);
	phys_write32(&f.m.phys, pde32(VA), PTE_P | PTE_PS | PTE_RW);
	phys_write32(&f.m.phys, pde32(VA) + 4, 0x12345678);
	w = paging_walk(&f.m.phys, &s, reading(VA));
	ck_assert_uint_eq(paging_commit(&f.m.phys, &s, &w, ACCESS_WRITE), 1);
	ck_assert_uint_eq(phys_read32(&f.m.phys, pde32(VA)),
	                  PTE_P | PTE_PS | PTE_RW | PTE_A | PTE_D);
	ck_assert_uint_eq(phys_read32(&f.m.phys, pde32(VA) + 4), 0x12345678);
	machine_release(&f.m);
}
END_TEST

START_TEST(everything_has_a_name)
{
	ck_assert_str_eq(walk_level_name(LEVEL_PDPT), "PDPT");
	ck_assert_str_eq(walk_level_name(LEVEL_PT), "PT");
	for (enum fault_reason r = FAULT_NONE; r <= FAULT_RSVD; r++)
		ck_assert_uint_gt(strlen(fault_reason_text(r)), 4);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		without_paging_virtual_is_physical,
		pae_small_page,
		pae_large_page,
		pdptes_come_from_the_registers,
		reserved_bits_of_a_pdpte,
		two_levels,
		four_mib_pages_need_cr4_pse,
		error_codes_of_a_missing_page,
		tables_outside_of_ram,
		commit_marks_what_was_used,
		commit_leaves_the_neighbour_alone,
		everything_has_a_name,
	};
	const struct loop_test loops[] = {
		{ rights_combine_over_the_levels, 64 },
		{ reserved_bits_under_pae, 6 },
		{ reserved_bits_of_a_four_mib_page, 6 },
	};

	return RUN_SUITE("paging", tests, loops);
}
