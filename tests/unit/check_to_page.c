/*
 * From an address back to its page: virt_to_page(), which only knows the direct map, and 3.7's
 * kmap_to_page(), which knows the windows but for one slot.
 */
#include "lab.h"

static const char *const kernels[] = { "kernel=2.4.27", "kernel=2.6.27", "kernel=2.6.27 highmem=4g",
	                               "kernel=6.1", "kernel=6.1 highmem=4g" };

START_TEST(low_memory_is_simple)
{
	struct world *w = lab_boot(kernels[_i]);
	uint32_t pfn = lab_lowmem_page(w);

	ck_assert_uint_eq(virt_to_page(w, page_address(w, pfn)), pfn);
	ck_assert_uint_eq(virt_to_page(w, page_address(w, pfn) + 4095), pfn);
	ck_assert_uint_eq(kmap_to_page(w, 0, page_address(w, pfn)), pfn);
	lab_free(w);
}
END_TEST

/* A window's address names another frame, by arithmetic alone. */
START_TEST(virt_to_page_knows_no_window)
{
	struct world *w = lab_boot(kernels[_i]);
	uint32_t pfn = lab_page(w), va = (uint32_t)DO(w, 0, kmap, .pfn = pfn);

	ck_assert_uint_eq(virt_to_page(w, va), (va - 0xc0000000u) >> PAGE_SHIFT);
	ck_assert_uint_ne(virt_to_page(w, va), pfn);
	ck_assert_uint_eq(kmap_to_page(w, 0, va), pfn);
	ck_assert_uint_eq(kmap_to_page(w, 1, va + 17), pfn);
	lab_free(w);
}
END_TEST

/* The pool's page tables say it, so it holds until the flush. */
START_TEST(the_pool_remembers_until_it_is_flushed)
{
	struct world *w = lab_boot("kernel=6.1");
	uint32_t pfn = lab_page(w), va = (uint32_t)DO(w, 0, kmap, .pfn = pfn);

	DO(w, 0, kunmap, .pfn = pfn);
	ck_assert_uint_eq(kmap_to_page(w, 0, va), pfn);
	DO(w, 0, kmap_flush_unused, 0);
	ck_assert_uint_eq(kmap_to_page(w, 0, va), 0);
	lab_free(w);
}
END_TEST

/* Local slots of the task that runs; not the first of CPU 0, which the range test leaves out. */
START_TEST(local_slots_but_the_topmost)
{
	struct world *w = lab_boot("kernel=6.1 cpus=2");
	uint32_t a = lab_page(w), b = lab_page(w), va, vb;

	va = (uint32_t)DO(w, 0, kmap_local_page, .pfn = a);
	vb = (uint32_t)DO(w, 0, kmap_local_page, .pfn = b);
	ck_assert_uint_eq(kmap_to_page(w, 0, va), virt_to_page(w, va));
	ck_assert_uint_ne(kmap_to_page(w, 0, va), a);
	ck_assert_uint_eq(kmap_to_page(w, 0, vb), b);
	ck_assert_uint_eq(kmap_to_page(w, 1, vb), virt_to_page(w, vb)); /* another task's */
	va = (uint32_t)DO(w, 1, kmap_local_page, .pfn = a);
	ck_assert_uint_eq(kmap_to_page(w, 1, va), a); /* CPU 1's first is not the topmost */
	lab_free(w);
}
END_TEST

/* Slots of a CPU have no list to look in. */
START_TEST(atomic_slots_of_a_cpu_are_unknown)
{
	struct world *w = lab_boot("kernel=2.6.37");
	uint32_t a = lab_page(w), va;

	DO(w, 0, kmap_atomic, .pfn = a, .slot = -1);
	va = (uint32_t)DO(w, 0, kmap_atomic, .pfn = a, .slot = -1);
	ck_assert_uint_eq(kmap_to_page(w, 0, va), virt_to_page(w, va));
	lab_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		the_pool_remembers_until_it_is_flushed,
		local_slots_but_the_topmost,
		atomic_slots_of_a_cpu_are_unknown,
	};
	const struct lab_loop loops[] = {
		{ low_memory_is_simple, LENGTH(kernels) },
		{ virt_to_page_knows_no_window, LENGTH(kernels) },
	};

	return lab_suite("to_page", tests, LENGTH(tests), loops, LENGTH(loops));
}
