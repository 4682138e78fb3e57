/*
 * The series that turned named slots into a stack: what each state runs, what it makes of a slot
 * that is named, and the race that its first version had.
 */
#include "kernel/atomic_patch.h"
#include "lab.h"

/* A world in state `n` of the series. */
static struct world *patched(const char *words, unsigned n)
{
	struct boot_config c = lab_config(words);

	c.patch = n + 1;
	return lab_boot_config(&c);
}

/* The fixmap slot of a name, with fences or without. */
#define KM(w, name) ((int32_t)km_type((w), profile_slot((w)->kernel.profile, (name))))

static const char *const kernels[] = { "kernel=2.6.27", "kernel=2.6.32", "kernel=2.6.37" };

START_TEST(a_state_selects_its_ops)
{
	static const struct {
		const char *map;
		bool nested;
		enum slot_argument argument;
	} rows[PATCH_STATES] = {
		{ "kmap_atomic_prot", false, SLOT_CHOOSES }, { "kmap_atomic_prot", true, SLOT_CHOOSES },
		{ "__kmap_atomic", true, SLOT_IGNORED },     { "__kmap_atomic", true, SLOT_REFUSED },
		{ "__kmap_atomic", true, SLOT_GONE },
	};

	for (unsigned n = 0; n < PATCH_STATES; n++) {
		struct world *w = patched(kernels[_i], n);

		ck_assert_str_eq(w->kernel.atomic_ops->map->name, rows[n].map);
		ck_assert_int_eq(w->kernel.atomic_ops->nested, rows[n].nested);
		ck_assert_int_eq(slot_argument(w), rows[n].argument);
		ck_assert_int_eq(patch_of(w), (int)n);
		lab_free(w);
	}
}
END_TEST

START_TEST(kernels_were_released_in_a_state)
{
	static const struct {
		const char *words;
		int state;
	} rows[] = { { "kernel=2.4.27", -1 }, { "kernel=2.6.27", 0 }, { "kernel=2.6.32", 0 },
		     { "kernel=2.6.37", 2 },  { "kernel=6.1", -1 } };

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct world *w = lab_boot(rows[i].words);

		ck_assert_int_eq(patch_of(w), rows[i].state);
		lab_free(w);
	}
}
END_TEST

/* Two users of one name: a BUG with slots, a stack's next entry after patch 2. */
START_TEST(patch_2_changes_behaviour)
{
	for (unsigned n = 0; n < PATCH_STATES; n++) {
		struct world *w = patched("kernel=2.6.32", n);
		uint32_t a = lab_page(w), b = lab_page(w);
		uint32_t va = (uint32_t)DO(w, 0, kmap_atomic, .pfn = a, .slot = KM(w, "USER0"));

		ck_assert_uint_eq(va, slot_address(w, 0, n < 2 ? (unsigned)KM(w, "USER0") : 0));
		ck_assert_int_eq(TRY(w, 0, kmap_atomic, .pfn = b, .slot = KM(w, "USER0")),
		                 n < 2 ? LAB_OOPS : LAB_DONE);
		lab_free(w);
	}
}
END_TEST

/* What a caller does with two pages: maps, writes, copies, clears, releases. */
static void session(struct world *w)
{
	uint32_t a = lab_page(w), b = lab_page(w);
	uint32_t va = (uint32_t)DO(w, 0, kmap_atomic, .pfn = a, .slot = KM(w, "USER0"));
	uint32_t vb = (uint32_t)DO(w, 0, kmap_atomic, .pfn = b, .slot = KM(w, "USER1"));

	lab_store(w, 0, va, 1);
	lab_store(w, 0, vb, 2);
	DO(w, 0, kunmap_atomic, .vaddr = vb, .slot = KM(w, "USER1"));
	DO(w, 0, kunmap_atomic, .vaddr = va, .slot = KM(w, "USER0"));
	DO(w, 1, copy_highpage, .to = b, .from = a);
	DO(w, 1, clear_highpage, .pfn = a);
}

/* Patches 3 and 4 change what compiles: event by event, step by step, nothing else differs. */
START_TEST(patches_3_and_4_run_the_same_code)
{
	struct world *second = patched(kernels[_i], 2);
	char *slots;

	session(second);
	slots = strdup(lab_events(second, 0, "SLOT_MAP"));
	for (unsigned n = 0; n < PATCH_STATES; n++) {
		struct world *w = patched(kernels[_i], n);

		session(w);
		if (n >= 2) {
			lab_same_events(second, w, 0);
			ck_assert_uint_eq(world_hash(second), world_hash(w));
			ck_assert_uint_eq(second->steps, w->steps);
		} else {
			ck_assert_str_ne(lab_events(w, 0, "SLOT_MAP"), slots);
		}
		lab_sound(w);
		lab_free(w);
	}
	free(slots);
	lab_free(second);
}
END_TEST

/* copy_highpage: the source first, until patch 1 makes it the last in, first out. */
START_TEST(patch_1_makes_nesting_strict)
{
	for (unsigned n = 0; n < 2; n++) {
		struct world *w = patched("kernel=2.6.27", n);
		uint32_t from = lab_now(w);

		DO(w, 0, copy_highpage, .to = lab_page(w), .from = lab_page(w));
		ck_assert_str_eq(lab_events(w, from, "SLOT_UNMAP"),
		                 n ? "0:SLOT_UNMAP(fix 0+4,4) 0:SLOT_UNMAP(fix 0+3,3)" :
		                     "0:SLOT_UNMAP(fix 0+3,3) 0:SLOT_UNMAP(fix 0+4,4)");
		lab_free(w);
	}
}
END_TEST

/* A caller that was not changed, on the stack: each release clears the other's mapping. */
START_TEST(the_stack_needs_strict_nesting)
{
	struct world *w = patched("kernel=2.6.32", 2);
	uint32_t a = lab_page(w), b = lab_page(w);
	uint32_t va = (uint32_t)DO(w, 0, kmap_atomic, .pfn = a, .slot = -1);
	uint32_t vb = (uint32_t)DO(w, 0, kmap_atomic, .pfn = b, .slot = -1);

	lab_store(w, 0, vb, 7);
	DO(w, 0, kunmap_atomic, .vaddr = va, .slot = -1);
	ck_assert_uint_eq(kernel_pte(w, vb), 0);                /* the one on top went */
	ck_assert_uint_ne(kernel_pte(w, va), 0);                /* the one that was meant did not */
	ck_assert_uint_eq(lab_load(w, 0, vb), 7);               /* and its TLB entry is stale */
	lab_free(w);
}
END_TEST

/* Without debugging the counter has no bounds, but the page table has. */
START_TEST(the_stack_ends_with_the_page_table)
{
	struct world *w = lab_boot("kernel=2.6.37 cpus=2");
	uint32_t a = lab_page(w), va;
	enum lab_end end = LAB_DONE;
	int n = 0;

	for (; n < 2000 && end == LAB_DONE; n++)
		end = TRY(w, 0, kmap_atomic, .pfn = a, .slot = -1);
	ck_assert_int_eq(end, LAB_OOPS);
	ck_assert_int_gt(n, 20);
	lab_free(w);
	w = lab_boot("kernel=2.6.37 cpus=2");
	va = (uint32_t)DO(w, 0, kmap_atomic, .pfn = lab_page(w), .slot = -1);
	for (n = 0, end = LAB_DONE; n < 2000 && end == LAB_DONE; n++)
		end = TRY(w, 0, kunmap_atomic, .vaddr = va, .slot = -1);
	ck_assert_int_eq(end, LAB_OOPS);
	ck_assert_int_gt(n, 2);
	lab_free(w);
}
END_TEST

/* --- refusals ---------------------------------------------------------------------------------- */

START_TEST(a_patch_that_never_was_is_refused)
{
	static const struct {
		const char *kernel, *says;
		unsigned patch;
	} rows[] = {
		{ "2.4.27", "Say kernel=2.6.32", 0 }, { "2.4.27", "leaves a slot's entry", 2 },
		{ "6.1", "Say kernel=2.6.37", 3 },    { "6.1", "one of each task", 0 },
		{ "2.6.32", "its states are 0 to 4", 5 },
	};

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct boot_config c = lab_config("cpus=1");
		struct message m = { "" };

		snprintf(c.kernel, sizeof(c.kernel), "%s", rows[i].kernel);
		c.patch = rows[i].patch + 1;
		ck_assert(!lab_boot_refused(&c, &m));
		ck_assert_msg(strstr(m.text, rows[i].says) != NULL, "%s", m.text);
	}
}
END_TEST

/* --- the race ---------------------------------------------------------------------------------- */

/* An interrupt between the two steps of a release that pops first. */
static enum lab_end interrupted_release(struct world *w, const char *before)
{
	uint32_t a = lab_page(w), b = lab_page(w);
	uint32_t va = (uint32_t)DO(w, 0, kmap_atomic, .pfn = a, .slot = -1);

	START(w, 0, kunmap_atomic, .vaddr = va, .slot = -1);
	lab_step_to(w, 0, before);
	ck_assert(world_enter_context(w, 0, CONTEXT_HARDIRQ, NULL));
	return TRY(w, 0, kmap_atomic, .pfn = b, .slot = -1);
}

START_TEST(popping_before_clearing_is_a_race)
{
	struct world *w = lab_boot("kernel=2.6.37 cpus=2");
	uint32_t from = lab_now(w);

	w->kernel.broken.pop_before_clear = true;
	ck_assert_int_eq(interrupted_release(w, "\tkpte_clear_flush(kmap_pte-idx, vaddr); /* too late */"),
	                 LAB_OOPS);
	ck_assert_str_eq(lab_events(w, from, "SLOT_MAP SLOT_UNMAP PTE_CLEAR"),
	                 "0:SLOT_MAP(fix 0+0,A,0)");
	lab_free(w);
}
END_TEST

/* The mended order: between clear and pop the interrupt takes the slot above. */
START_TEST(clearing_before_popping_is_not)
{
	struct world *w = lab_boot("kernel=2.6.37 cpus=2");
	uint32_t from = lab_now(w);

	ck_assert_int_eq(interrupted_release(w, "\tkmap_atomic_idx_pop();"), LAB_DONE);
	ck_assert_str_eq(lab_events(w, from, "SLOT_MAP SLOT_UNMAP OOPS"),
	                 "0:SLOT_MAP(fix 0+0,A,0) 0:SLOT_UNMAP(fix 0+0,0) 0:SLOT_MAP(fix 0+1,B,1)");
	lab_free(w);
}
END_TEST

/* Without the interrupt nobody sees the race. */
START_TEST(popping_first_works_alone)
{
	struct world *w = lab_boot("kernel=2.6.37 cpus=2");

	w->kernel.broken.pop_before_clear = true;
	session(w);
	ck_assert_int_eq(w->kernel.cpu[0].kmap_atomic_idx, 0);
	lab_sound(w);
	lab_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		kernels_were_released_in_a_state,
		patch_2_changes_behaviour,
		patch_1_makes_nesting_strict,
		the_stack_needs_strict_nesting,
		the_stack_ends_with_the_page_table,
		a_patch_that_never_was_is_refused,
		popping_before_clearing_is_a_race,
		clearing_before_popping_is_not,
		popping_first_works_alone,
	};
	const struct lab_loop loops[] = {
		{ a_state_selects_its_ops, LENGTH(kernels) },
		{ patches_3_and_4_run_the_same_code, LENGTH(kernels) },
	};

	return lab_suite("patch", tests, LENGTH(tests), loops, LENGTH(loops));
}
