/*
 * The sparse arrays: every level's boundary, sharing between clones, and a comparison with a plain
 * array under random operations. Built twice: with blocks of 4 KiB and of 64 bytes.
 */
#include "machine_fixture.h"

#define LAST (SPARSE_BLOCK - 1)

/* The first and last index of each height of the tree, and what lies between. */
static const uint64_t edges[] = {
	0, 1, 62, 63, 64, 65, 4095, 4096, (1ull << 18) - 1, 1ull << 18, (1ull << 24) - 1,
	1ull << 24, 1ull << 36, 1ull << 40, 1ull << 60, UINT64_MAX - 1,
};
#define NR_EDGES (sizeof(edges) / sizeof(edges[0]))

static unsigned char first_byte(const struct sparse *s, uint64_t index)
{
	return *(const unsigned char *)sparse_read(s, index);
}

static void set_bytes(struct sparse *s, uint64_t index, unsigned char value)
{
	unsigned char *block = sparse_write(s, index);

	block[0] = value;
	block[LAST] = value;
}

START_TEST(nothing_written_reads_as_zeros)
{
	struct sparse s = { 0 };
	uint64_t index = 0;

	for (unsigned i = 0; i < NR_EDGES; i++) {
		const unsigned char *block = sparse_read(&s, edges[i]);

		ck_assert_int_eq(block[0], 0);
		ck_assert_int_eq(block[LAST], 0);
		ck_assert(!sparse_present(&s, edges[i]));
		sparse_drop(&s, edges[i]);
	}
	ck_assert_ptr_null(sparse_next(&s, &index));
	ck_assert_uint_eq(sparse_blocks(&s), 0);
	sparse_release(&s);
}
END_TEST

START_TEST(every_level_keeps_what_was_written)
{
	struct sparse s = { 0 };

	for (unsigned i = 0; i < NR_EDGES; i++)
		set_bytes(&s, edges[i], (unsigned char)(i + 1));
	for (unsigned i = 0; i < NR_EDGES; i++) {
		const unsigned char *block = sparse_read(&s, edges[i]);

		ck_assert_int_eq(block[0], i + 1);
		ck_assert_int_eq(block[1], 0);
		ck_assert_int_eq(block[LAST], i + 1);
	}
	ck_assert(!sparse_present(&s, 2));
	ck_assert(!sparse_present(&s, (1ull << 60) + 1));
	sparse_release(&s);
}
END_TEST

START_TEST(next_visits_in_order_and_skips_holes)
{
	struct sparse s = { 0 };
	unsigned n = 0;

	for (unsigned i = NR_EDGES; i--;)
		set_bytes(&s, edges[i], (unsigned char)(i + 1));
	for (uint64_t index = 0; sparse_next(&s, &index); index++) {
		ck_assert_uint_eq(index, edges[n]);
		ck_assert_int_eq(first_byte(&s, index), n + 1);
		n++;
	}
	ck_assert_uint_eq(n, NR_EDGES);
	ck_assert_uint_eq(sparse_blocks(&s), NR_EDGES);
	sparse_release(&s);
}
END_TEST

START_TEST(clones_do_not_see_each_other)
{
	struct sparse a = { 0 }, b, c;

	set_bytes(&a, 0, 1);
	set_bytes(&a, 5000, 2);
	sparse_clone(&b, &a);
	sparse_clone(&c, &b);
	set_bytes(&a, 0, 10);
	set_bytes(&b, 5000, 20);
	set_bytes(&c, 1ull << 30, 30);
	ck_assert_int_eq(first_byte(&a, 0), 10);
	ck_assert_int_eq(first_byte(&a, 5000), 2);
	ck_assert_int_eq(first_byte(&b, 0), 1);
	ck_assert_int_eq(first_byte(&b, 5000), 20);
	ck_assert_int_eq(first_byte(&c, 0), 1);
	ck_assert_int_eq(first_byte(&c, 5000), 2);
	ck_assert(!sparse_present(&a, 1ull << 30));
	ck_assert(!sparse_present(&b, 1ull << 30));
	sparse_release(&a);
	ck_assert_int_eq(first_byte(&c, 5000), 2);
	sparse_release(&b);
	ck_assert_int_eq(first_byte(&c, 0), 1);
	sparse_release(&c);
}
END_TEST

START_TEST(dropping_in_a_clone_leaves_the_original)
{
	struct sparse a = { 0 }, b;

	set_bytes(&a, 7, 1);
	set_bytes(&a, 4096, 2);
	sparse_clone(&b, &a);
	sparse_drop(&b, 7);
	ck_assert(!sparse_present(&b, 7));
	ck_assert_int_eq(first_byte(&b, 7), 0);
	ck_assert_int_eq(first_byte(&b, 4096), 2);
	ck_assert_int_eq(first_byte(&a, 7), 1);
	set_bytes(&b, 7, 3);
	ck_assert_int_eq(((const unsigned char *)sparse_read(&b, 7))[1], 0);
	ck_assert_int_eq(first_byte(&a, 7), 1);
	sparse_release(&a);
	sparse_release(&b);
}
END_TEST

START_TEST(a_block_alone_is_written_in_place)
{
	struct sparse a = { 0 }, b;
	void *block;

	set_bytes(&a, 9, 1);
	block = sparse_write(&a, 9);
	ck_assert_ptr_eq(sparse_write(&a, 9), block);
	sparse_clone(&b, &a);
	ck_assert_ptr_eq(sparse_read(&b, 9), block);
	ck_assert_ptr_ne(sparse_write(&b, 9), block);
	ck_assert_ptr_eq(sparse_read(&a, 9), block);
	sparse_release(&b);
	ck_assert_ptr_eq(sparse_write(&a, 9), block);
	sparse_release(&a);
	ck_assert(!sparse_present(&a, 9));
	set_bytes(&a, 9, 4);
	ck_assert_int_eq(first_byte(&a, 9), 4);
	sparse_release(&a);
}
END_TEST

START_TEST(elements_do_not_cross_blocks)
{
	struct odd {
		char bytes[24];
	};
	struct sparse s = { 0 };
	const unsigned n = 3 * SPARSE_PER(struct odd) + 1;

	for (unsigned i = 0; i < n; i++)
		memset(SPARSE_PUT(&s, struct odd, i), (int)i & 0xff, sizeof(struct odd));
	for (unsigned i = 0; i < n; i++) {
		const struct odd *o = SPARSE_GET(&s, struct odd, i);

		ck_assert_int_eq((unsigned char)o->bytes[0], i & 0xff);
		ck_assert_int_eq((unsigned char)o->bytes[23], i & 0xff);
	}
	ck_assert_uint_eq(sparse_blocks(&s), 4);
	sparse_release(&s);
}
END_TEST

#define COPIES 4
#define CELLS 300

/* A plain array of what each copy must hold; 0 = absent. */
START_TEST(agrees_with_a_plain_array)
{
	static unsigned char plain[COPIES][CELLS];
	struct sparse s[COPIES] = { { 0 } };
	unsigned seed = 1;

	for (unsigned step = 0; step < 20000; step++) {
		unsigned r = (seed = seed * 1103515245u + 12345u) >> 8;
		unsigned copy = r % COPIES, cell = r / COPIES % CELLS,
			 what = r / (COPIES * CELLS) % 16;

		if (what < 10) {
			plain[copy][cell] = (unsigned char)(step % 255 + 1);
			set_bytes(&s[copy], cell * 37ull, plain[copy][cell]);
		} else if (what < 15) {
			plain[copy][cell] = 0;
			sparse_drop(&s[copy], cell * 37ull);
		} else if (cell % COPIES != copy) {
			sparse_release(&s[copy]);
			sparse_clone(&s[copy], &s[cell % COPIES]);
			memcpy(plain[copy], plain[cell % COPIES], CELLS);
		}
	}
	for (unsigned copy = 0; copy < COPIES; copy++) {
		for (unsigned cell = 0; cell < CELLS; cell++) {
			ck_assert_int_eq(first_byte(&s[copy], cell * 37ull), plain[copy][cell]);
			ck_assert_int_eq(sparse_present(&s[copy], cell * 37ull),
			                 !!plain[copy][cell]);
		}
		sparse_release(&s[copy]);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		nothing_written_reads_as_zeros,
		every_level_keeps_what_was_written,
		next_visits_in_order_and_skips_holes,
		clones_do_not_see_each_other,
		dropping_in_a_clone_leaves_the_original,
		a_block_alone_is_written_in_place,
		elements_do_not_cross_blocks,
		agrees_with_a_plain_array,
	};

	return run_suite("sparse", tests, LENGTH(tests), NULL, 0);
}
