/*
 * The TLBs: sets, ways and ages, page sizes, rights, what each kind of flush leaves;
 * and the models that come with kmaplab. Built twice: with blocks of 128 entries and of two.
 */
#include "machine_fixture.h"

#define KIB4 4096u
#define MIB2 (2u << 20)
#define MIB4 (4u << 20)

static struct access access_to(uint32_t va, enum access_kind kind)
{
	return (struct access){ va, kind, false };
}

/* Fills as a supervisor's page that allows everything; returns what had to leave. */
static struct tlb_entry fill(struct tlb *t, uint32_t va, uint64_t pa, uint64_t size,
                             enum access_kind kind)
{
	struct walk w = { .pa = pa, .size = size, .writable = true, .dirty = true };
	struct tlb_entry victim = { .size = 1 };

	tlb_fill(t, access_to(va, kind), &w, 42, &victim);
	return victim;
}

static bool holds(struct tlb *t, uint32_t va)
{
	return tlb_lookup(t, access_to(va, ACCESS_READ)) != NULL;
}

/* The entries that are not empty, counted one by one; the TLB's own counts must agree. */
static unsigned counted(const struct tlb *t)
{
	unsigned n = 0;

	ck_assert_uint_eq(t->of_size[0] + t->of_size[1] + t->of_size[2], t->used);
	for (unsigned i = 0; i < tlb_capacity(t->model); i++)
		n += tlb_entry(t, i, NULL)->size != 0;
	return n;
}

START_TEST(an_entry_translates_its_page_only)
{
	struct tlb t = { .model = &tiny_model };
	const struct tlb_entry *e;

	ck_assert(!holds(&t, 0x5000));
	fill(&t, 0x5678, 0xabcde5678, KIB4, ACCESS_READ);
	e = tlb_lookup(&t, access_to(0x5fff, ACCESS_READ));
	ck_assert_ptr_nonnull(e);
	ck_assert_uint_eq(e->va, 0x5000);
	ck_assert_uint_eq(e->pa, 0xabcde5000);
	ck_assert_uint_eq(e->fill, 42);
	ck_assert(!holds(&t, 0x4fff) && !holds(&t, 0x6000) && !holds(&t, 0x80005000));
	tlb_flush(&t, false);
}
END_TEST

/* Two sets of two ways: even and odd pages do not disturb each other. */
START_TEST(the_least_recently_used_way_leaves)
{
	struct tlb t = { .model = &tiny_model };

	ck_assert_uint_eq(fill(&t, 0x2000, 0, KIB4, ACCESS_READ).size, 0);
	ck_assert_uint_eq(fill(&t, 0x4000, 0, KIB4, ACCESS_READ).size, 0);
	ck_assert_uint_eq(fill(&t, 0x3000, 0, KIB4, ACCESS_READ).size, 0);
	ck_assert(holds(&t, 0x2000));
	ck_assert_uint_eq(fill(&t, 0x6000, 0, KIB4, ACCESS_READ).va, 0x4000);
	ck_assert(holds(&t, 0x2000) && !holds(&t, 0x4000) && holds(&t, 0x6000) &&
	          holds(&t, 0x3000));
	ck_assert_uint_eq(fill(&t, 0x8000, 0, KIB4, ACCESS_READ).va, 0x2000);
	ck_assert_uint_eq(t.used, 3);
	ck_assert_uint_eq(counted(&t), 3);
	tlb_flush(&t, false);
}
END_TEST

START_TEST(the_same_page_is_replaced_in_place)
{
	struct tlb t = { .model = &tiny_model };

	fill(&t, 0x2000, 0x1000, KIB4, ACCESS_READ);
	fill(&t, 0x4000, 0, KIB4, ACCESS_READ);
	ck_assert_uint_eq(fill(&t, 0x2000, 0x9000, KIB4, ACCESS_READ).size, 0);
	ck_assert_uint_eq(t.used, 2);
	ck_assert_uint_eq(tlb_lookup(&t, access_to(0x2000, ACCESS_READ))->pa, 0x9000);
	ck_assert(holds(&t, 0x4000));
	tlb_flush(&t, false);
}
END_TEST

START_TEST(ages_survive_the_end_of_the_clock)
{
	struct tlb t = { .model = &tiny_model, .clock = UINT32_MAX - 3 };

	fill(&t, 0x4000, 0, KIB4, ACCESS_READ);
	fill(&t, 0x2000, 0, KIB4, ACCESS_READ);
	ck_assert(holds(&t, 0x4000));
	ck_assert_uint_eq(t.clock, UINT32_MAX);
	fill(&t, 0x3000, 0, KIB4, ACCESS_READ);
	ck_assert_uint_eq(t.clock, 3);
	ck_assert_uint_eq(fill(&t, 0x6000, 0, KIB4, ACCESS_READ).va, 0x2000);
	ck_assert_uint_eq(fill(&t, 0x8000, 0, KIB4, ACCESS_READ).va, 0x4000);
	tlb_flush(&t, false);
}
END_TEST

START_TEST(code_and_data_have_their_own)
{
	struct tlb t = { .model = &tiny_model };
	enum tlb_array array;

	fill(&t, 0x2000, 0, KIB4, ACCESS_FETCH);
	ck_assert(!holds(&t, 0x2000));
	ck_assert_ptr_nonnull(tlb_lookup(&t, access_to(0x2000, ACCESS_FETCH)));
	ck_assert_uint_eq(tlb_entry(&t, 0, &array)->size, KIB4);
	ck_assert_int_eq(array, TLB_I4K);
	fill(&t, 0x2000, 0, KIB4, ACCESS_WRITE);
	ck_assert_uint_eq(tlb_entry(&t, 2, &array)->size, KIB4);
	ck_assert_int_eq(array, TLB_D4K);
	ck_assert_uint_eq(tlb_invlpg(&t, 0x2abc), 2);
	ck_assert_uint_eq(t.used, 0);
	fill(&t, MIB2, 0, MIB2, ACCESS_FETCH);
	ck_assert(holds(&t, MIB2));
	tlb_entry(&t, tlb_capacity(&tiny_model) - 1, &array);
	ck_assert_int_eq(array, TLB_DLARGE);
	ck_assert_str_eq(tlb_array_name(array), "D large");
	tlb_flush(&t, false);
}
END_TEST

START_TEST(large_pages_cover_all_their_addresses)
{
	struct tlb t = { .model = &tiny_model };
	const uint32_t sizes[] = { MIB2, MIB4 };

	for (unsigned i = 0; i < 2; i++) {
		const struct tlb_entry *e;

		fill(&t, 0xc0412345, 0xf00412345, sizes[i], ACCESS_READ);
		ck_assert(holds(&t, 0xc0400000) && holds(&t, 0xc0400000 + sizes[i] - 1));
		ck_assert(!holds(&t, 0xc03fffff) && !holds(&t, 0xc0400000 + sizes[i]));
		e = tlb_lookup(&t, access_to(0xc0412345, ACCESS_READ));
		ck_assert_uint_eq(e->pa, 0xf00400000);
		ck_assert_uint_eq(tlb_invlpg(&t, 0xc0400000 + sizes[i] - 1), 1);
		ck_assert(!holds(&t, 0xc0412345));
	}
	tlb_flush(&t, false);
}
END_TEST

START_TEST(one_array_can_hold_both_sizes)
{
	struct cpu_model shared = tiny_model;
	struct tlb t = { .model = &shared };

	shared.shared_sizes = true;
	shared.tlb[TLB_I4K] = shared.tlb[TLB_DLARGE] = (struct tlb_geometry){ 0, 0 };
	shared.tlb[TLB_D4K] = (struct tlb_geometry){ 1, 2 };
	fill(&t, 0x1000, 0, KIB4, ACCESS_FETCH);
	fill(&t, MIB2, 0, MIB2, ACCESS_READ);
	ck_assert(holds(&t, 0x1000) && holds(&t, MIB2 + 5));
	ck_assert_uint_eq(fill(&t, 0x2000, 0, KIB4, ACCESS_READ).va, 0x1000);
	ck_assert_uint_eq(tlb_capacity(&shared), 2);
	ck_assert_uint_eq(tlb_invlpg(&t, MIB2), 1);
	tlb_flush(&t, false);
}
END_TEST

/* Bits of _i: the entry's user, writable, dirty, nx. */
START_TEST(rights_decide_about_a_hit)
{
	struct tlb t = { .model = &tiny_model };
	bool user = _i & 1, writable = _i & 2, dirty = _i & 4, nx = _i & 8;
	struct walk w = {
		.size = KIB4, .user = user, .writable = writable, .dirty = dirty, .nx = nx
	};
	struct tlb_entry victim;

	tlb_fill(&t, access_to(0, ACCESS_READ), &w, 1, &victim);
	tlb_fill(&t, access_to(0, ACCESS_FETCH), &w, 2, &victim);
	for (unsigned i = 0; i < 6; i++) {
		struct access a = { 0, i % 3, i / 3 };
		bool allowed = (!a.user || user) && (a.kind != ACCESS_FETCH || !nx) &&
		               (a.kind != ACCESS_WRITE || (writable && dirty));

		ck_assert_msg((tlb_lookup(&t, a) != NULL) == allowed, "access %u", i);
	}
	tlb_flush(&t, false);
}
END_TEST

START_TEST(flushes_keep_or_drop_global_entries)
{
	struct tlb t = { .model = &tiny_model };
	struct walk global = { .size = KIB4, .global = true };
	struct tlb_entry victim;

	tlb_fill(&t, access_to(0x2000, ACCESS_READ), &global, 1, &victim);
	fill(&t, 0x4000, 0, KIB4, ACCESS_READ);
	fill(&t, MIB2, 0, MIB2, ACCESS_READ);
	ck_assert_uint_eq(tlb_flush(&t, true), 2);
	ck_assert_uint_eq(t.used, 1);
	ck_assert(holds(&t, 0x2000) && !holds(&t, 0x4000) && !holds(&t, MIB2));
	ck_assert_uint_eq(tlb_invlpg(&t, 0x2000), 1);
	ck_assert_uint_eq(tlb_invlpg(&t, 0x2000), 0);
	tlb_fill(&t, access_to(0x2000, ACCESS_READ), &global, 1, &victim);
	ck_assert_uint_eq(tlb_flush(&t, false), 1);
	ck_assert_uint_eq(counted(&t), 0);
	ck_assert_uint_eq(sparse_blocks(&t.entries), 0);
	ck_assert_uint_eq(tlb_flush(&t, false), 0);
	ck_assert_uint_eq(tlb_flush(&t, true), 0);
}
END_TEST

START_TEST(a_clone_ages_by_itself)
{
	struct tlb a = { .model = &tiny_model }, b;

	fill(&a, 0x2000, 0, KIB4, ACCESS_READ);
	fill(&a, 0x4000, 0, KIB4, ACCESS_READ);
	b = a;
	sparse_clone(&b.entries, &a.entries);
	ck_assert(holds(&b, 0x2000));
	ck_assert_uint_eq(fill(&b, 0x6000, 0, KIB4, ACCESS_READ).va, 0x4000);
	ck_assert_uint_eq(fill(&a, 0x6000, 0, KIB4, ACCESS_READ).va, 0x2000);
	tlb_flush(&a, false);
	ck_assert(holds(&b, 0x2000) && holds(&b, 0x6000));
	tlb_flush(&b, false);
}
END_TEST

/* Sequences of fills and lookups against a list of pages in order of their last use. */
START_TEST(lru_agrees_with_a_list)
{
	const unsigned ways = 4;
	struct cpu_model model = tiny_model;
	struct tlb t = { .model = &model };
	uint32_t list[4] = { 0 };
	unsigned n = 0, seed = 7;

	model.tlb[TLB_D4K] = (struct tlb_geometry){ 1, ways };
	for (unsigned step = 0; step < 5000; step++) {
		uint32_t va = ((seed = seed * 1103515245u + 12345u) >> 16) % 7 * KIB4;
		unsigned at = 0;

		while (at < n && list[at] != va)
			at++;
		ck_assert_int_eq(holds(&t, va), at < n);
		if (at == n) {
			struct tlb_entry victim = fill(&t, va, 0, KIB4, ACCESS_READ);

			ck_assert_int_eq(victim.size != 0, n == ways);
			ck_assert(n < ways || victim.va == list[0]);
			at = n < ways ? n++ : 0;
		}
		memmove(&list[at], &list[at + 1], (n - 1 - at) * sizeof(list[0]));
		list[n - 1] = va;
	}
	tlb_flush(&t, false);
}
END_TEST

START_TEST(every_model_can_be_read)
{
	static const struct {
		const char *name;
		bool pae, pge, nx;
		unsigned entries;
	} models[] = {
		{ "core2", true, true, true, 424 },     { "core2-52", true, true, true, 424 },
		{ "nehalem", true, true, true, 615 },   { "pentium", false, false, false, 104 },
		{ "pentium3", true, true, false, 106 }, { "pentium4", true, true, false, 192 },
		{ "tiny", true, true, true, 8 },
	};
	struct cpu_model model = tiny_model;
	struct message m;

	ck_assert_msg(cpu_model_read(&model, models[_i].name, &m), "%s", m.text);
	ck_assert_str_eq(model.name, models[_i].name);
	ck_assert_int_eq(model.pae, models[_i].pae);
	ck_assert_int_eq(model.pge, models[_i].pge);
	ck_assert_int_eq(model.nx, models[_i].nx);
	ck_assert(model.pse && model.invlpg);
	ck_assert_uint_eq(tlb_capacity(&model), models[_i].entries);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		an_entry_translates_its_page_only,
		the_least_recently_used_way_leaves,
		the_same_page_is_replaced_in_place,
		ages_survive_the_end_of_the_clock,
		code_and_data_have_their_own,
		large_pages_cover_all_their_addresses,
		one_array_can_hold_both_sizes,
		flushes_keep_or_drop_global_entries,
		a_clone_ages_by_itself,
		lru_agrees_with_a_list,
	};
	const struct loop_test loops[] = {
		{ rights_decide_about_a_hit, 16 },
		{ every_model_can_be_read, 7 },
	};

	return RUN_SUITE("tlb", tests, loops);
}
