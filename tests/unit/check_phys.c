/*
 * Physical memory: every border between RAM and nothing, words, frames, 64 GiB; and the e820 files
 * with each mistake they can hold. Built twice: with frames of one block and of 64.
 */
#include "machine_fixture.h"

#include <inttypes.h>
#include <unistd.h>

#define GIB (1ull << 30)

static struct phys phys_of(uint64_t ram)
{
	struct phys p = { .maxphyaddr = 36 };

	ck_assert(e820_from_ram(&p.map, ram, NULL));
	return p;
}

START_TEST(ram_is_where_the_map_says)
{
	static const struct {
		uint64_t pa;
		bool ram;
	} bytes[] = {
		{ 0, true },         { 0x9fbff, true },           { 0x9fc00, false },
		{ 0x9ffff, false },  { 0xa0000, false },          { 0xeffff, false },
		{ 0xf0000, false },  { 0xfffff, false },          { 0x100000, true },
		{ 2 * GIB - 1, true }, { 2 * GIB, false },        { (1ull << 52) - 1, false },
	};
	struct phys p = phys_of(2 * GIB);

	for (unsigned i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++)
		ck_assert_msg(phys_is_ram(&p, bytes[i].pa) == bytes[i].ram, "0x%" PRIx64,
		              bytes[i].pa);
}
END_TEST

START_TEST(nobody_answers_outside_of_ram)
{
	struct phys p = phys_of(4 << 20);
	unsigned char buf[8], ones[8];

	memset(ones, 0xff, sizeof(ones));
	ck_assert_uint_eq(phys_write(&p, 0x9fbfc, "abcdefgh", 8), 4);
	phys_read(&p, 0x9fbfc, buf, 8);
	ck_assert_mem_eq(buf, "abcd\xff\xff\xff\xff", 8);
	ck_assert_uint_eq(phys_write(&p, 0xffffc, "abcdefgh", 8), 4);
	phys_read(&p, 0xffffc, buf, 8);
	ck_assert_mem_eq(buf, "\xff\xff\xff\xff" "efgh", 8);
	ck_assert_uint_eq(phys_write(&p, 4 << 20, "abcdefgh", 8), 0);
	phys_read(&p, 4 << 20, buf, 8);
	ck_assert_mem_eq(buf, ones, 8);
	ck_assert_uint_eq(phys_read32(&p, 0xa0000), UINT32_MAX);
	ck_assert_uint_eq(phys_read64(&p, 1ull << 40), UINT64_MAX);
	phys_write64(&p, 1ull << 40, 0);
	ck_assert_uint_eq(phys_read64(&p, 1ull << 40), UINT64_MAX);
	phys_read(&p, UINT64_MAX - 3, buf, 8); /* wraps to 0 */
	ck_assert_mem_eq(buf, "\xff\xff\xff\xff\0\0\0\0", 8);
	sparse_release(&p.frames);
}
END_TEST

/* A map without an entry in front of RAM, and with borders that no page has. */
START_TEST(borders_may_be_anywhere)
{
	struct phys p = { .map = { .nr = 2,
		                   .entry = { { 0x1003, 0x1009, E820_RAM },
		                              { 0x100b, 0x100c, E820_RAM } } } };
	unsigned char buf[16];

	ck_assert_uint_eq(phys_write(&p, 0x1000, "0123456789abcdef", 16), 7);
	phys_read(&p, 0x1000, buf, 16);
	ck_assert_mem_eq(buf, "\xff\xff\xff" "345678" "\xff\xff" "b" "\xff\xff\xff\xff", 16);
	ck_assert_uint_eq(phys_read32(&p, 0x1000), 0x33ffffff);
	sparse_release(&p.frames);
}
END_TEST

START_TEST(copies_cross_frames)
{
	struct phys p = phys_of(4 << 20);
	unsigned char out[3 * PAGE_SIZE], in[3 * PAGE_SIZE];

	for (unsigned i = 0; i < sizeof(out); i++)
		out[i] = (unsigned char)(i * 7 + i / 256);
	ck_assert_uint_eq(phys_write(&p, 0x200000 - 5, out, sizeof(out)), sizeof(out));
	phys_read(&p, 0x200000 - 5, in, sizeof(in));
	ck_assert_mem_eq(in, out, sizeof(out));
	phys_read(&p, 0x200000 - 6, in, 1);
	ck_assert_int_eq(in[0], 0);
	ck_assert_uint_eq(phys_write(&p, 0x200000, out, 0), 0);
	sparse_release(&p.frames);
}
END_TEST

START_TEST(words_are_little_endian)
{
	struct phys p = phys_of(4 << 20);
	unsigned char b[8];

	phys_write64(&p, 0x100ff8, 0x1122334455667788ull);
	phys_read(&p, 0x100ff8, b, 8);
	ck_assert_mem_eq(b, "\x88\x77\x66\x55\x44\x33\x22\x11", 8);
	ck_assert_uint_eq(phys_read32(&p, 0x100ffc), 0x11223344);
	phys_write32(&p, 0x100ff8, 0xaabbccdd);
	ck_assert_uint_eq(phys_read64(&p, 0x100ff8), 0x11223344aabbccddull);
	sparse_release(&p.frames);
}
END_TEST

START_TEST(memory_that_nobody_wrote_costs_nothing)
{
	struct phys p = phys_of(64 * GIB);

	ck_assert_uint_eq(phys_read64(&p, 64 * GIB - 8), 0);
	ck_assert_uint_eq(sparse_blocks(&p.frames), 0);
	phys_write64(&p, 64 * GIB - 8, 1);
	phys_write64(&p, 0, 2);
	ck_assert_uint_eq(sparse_blocks(&p.frames), 2);
	ck_assert_uint_eq(phys_read64(&p, 64 * GIB - 8), 1);
	sparse_release(&p.frames);
}
END_TEST

START_TEST(a_size_becomes_a_map)
{
	struct e820_map map = { .nr = 99 };
	struct message m;

	ck_assert(!e820_from_ram(&map, (2 << 20) - PAGE_SIZE, &m));
	ck_assert(!e820_from_ram(&map, (4 << 20) + 1, &m));
	ck_assert_str_eq(m.text,
	                 "RAM comes in pages of 4096 bytes; 4194305 is no multiple of that");
	ck_assert(!e820_from_ram(&map, (1ull << 52) + PAGE_SIZE, &m));
	ck_assert_uint_eq(map.nr, 99);
	ck_assert(e820_from_ram(&map, 64 * GIB, &m));
	ck_assert_uint_eq(map.nr, 4);
	ck_assert_uint_eq(e820_end_of_ram(&map), 64 * GIB);
	ck_assert(e820_fits(&map, 36, &m));
	ck_assert(!e820_fits(&map, 32, &m));
	ck_assert_str_eq(m.text, "RAM up to 0x1000000000 is out of reach: the CPU has 32 physical "
	                         "address bits");
	ck_assert(e820_from_ram(&map, 1ull << 52, &m));
	ck_assert(e820_fits(&map, 52, &m) && !e820_fits(&map, 51, &m));
}
END_TEST

/* Reads `n` bytes as an e820 file; the message without the file's name, "" when it was read. */
static const char *read_map(struct e820_map *map, const char *text, size_t n)
{
	static struct message m;
	char path[] = "/tmp/kmaplab-check-XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_eq(write(fd, text, n), (ssize_t)n);
	close(fd);
	m.text[0] = '\0';
	e820_read(map, path, &m);
	unlink(path);
	return strncmp(m.text, path, strlen(path)) ? m.text : m.text + strlen(path);
}

#define GOOD "100000 1fffff usable\n"

static const struct {
	const char *text, *error;
} maps[] = {
	{ GOOD, "" },
	{ "0 9fbff usable\n" GOOD "9fc00 9ffff reserved", "" },
	{ "[e820]\n0x0000000000100000 0x00000000001fffff usable\n", "" },
	{ GOOD "200000 2fffff ACPI data\n300000 3fffff ACPI NVS\n400000 4fffff acpi\n", "" },
	{ GOOD "000000000000000000200000 000000000000000000200fff ram # long", "" },
	{ GOOD "fffffffffff00 fffffffffffff reserved", "" },
	{ "", ": there is no usable RAM between 1 MiB and 4 GiB" },
	{ "0 9fbff usable", ": there is no usable RAM between 1 MiB and 4 GiB" },
	{ "100000000 1ffffffff usable", ": there is no usable RAM between 1 MiB and 4 GiB" },
	{ "100001 101ffe usable", ": there is no usable RAM between 1 MiB and 4 GiB" },
	{ GOOD "180000 2fffff reserved", ":2:1: this range overlaps that of line 1" },
	{ GOOD "\n0 100000 reserved", ":3:1: this range overlaps that of line 1" },
	{ "300000 3fffff usable\n" GOOD "0 fffffffff reserved",
	  ":3:1: this range overlaps that of line 2" },
	{ GOOD "1fffff 1fffff reserved", ":2:1: this range overlaps that of line 1" },
	{ "  200000 1fffff usable", ":1:10: the range ends (1fffff) before it begins (200000)" },
	{ "100000", ":1:7: a range needs START END TYPE" },
	{ "100000 1fffff", ":1:14: a range needs START END TYPE" },
	{ "hello 1fffff usable", ":1:1: 'hello' is not an address in hex" },
	{ "100000 0x usable", ":1:8: '0x' is not an address in hex" },
	{ "100000 -1 usable", ":1:8: '-1' is not an address in hex" },
	{ "0 10000000000000 usable", ":1:3: 10000000000000 is beyond 52 bits of physical address" },
	{ "0 10000000000000000 usable", ":1:3: '10000000000000000' is not an address in hex" },
	{ "100000 1fffff free",
	  ":1:15: 'free' is no type: usable, reserved, ACPI data or ACPI NVS" },
	{ "100000 1fffff usable too",
	  ":1:15: 'usable too' is no type: usable, reserved, ACPI data or ACPI NVS" },
	{ "[cpu]\n" GOOD, ":2:1: a memory map has no section [cpu]" },
	{ "\x7f"
	  "ELF\x02\x01",
	  ":1:1: this is no text: a control character or bad UTF-8" },
};

START_TEST(maps_and_their_mistakes)
{
	struct e820_map map = { .nr = 99 };

	ck_assert_str_eq(read_map(&map, maps[_i].text, strlen(maps[_i].text)), maps[_i].error);
	ck_assert_int_eq(map.nr == 99, maps[_i].error[0] != '\0');
}
END_TEST

START_TEST(entries_are_sorted)
{
	static const char text[] = "100000 ffffffff usable\nf0000 fffff reserved\n"
				   "100000000 1ffffffff ram\n0 9fbff usable\n9fc00 9ffff nvs\n";
	struct e820_map map;

	ck_assert_str_eq(read_map(&map, text, strlen(text)), "");
	ck_assert_uint_eq(map.nr, 5);
	for (unsigned i = 1; i < map.nr; i++)
		ck_assert_uint_le(map.entry[i - 1].end, map.entry[i].start);
	ck_assert_uint_eq(map.entry[0].start, 0);
	ck_assert_uint_eq(map.entry[0].end, 0x9fc00);
	ck_assert_int_eq(map.entry[1].type, E820_NVS);
	ck_assert_int_eq(map.entry[2].type, E820_RESERVED);
	ck_assert_uint_eq(e820_end_of_ram(&map), 0x200000000ull);
	ck_assert_str_eq(e820_type_name(map.entry[1].type), "ACPI NVS");
}
END_TEST

START_TEST(too_many_ranges)
{
	struct e820_map map = { .nr = 99 };
	size_t len = 0, size = 100000 * 40;
	char *text = malloc(size);

	for (unsigned i = 0; i < E820_MAX; i++)
		len += (size_t)sprintf(text + len, "%x00000 %x0ffff usable\n", i + 1, i + 1);
	ck_assert_str_eq(read_map(&map, text, len), "");
	ck_assert_uint_eq(map.nr, E820_MAX);
	map.nr = 99;
	for (unsigned i = E820_MAX; i < 10000; i++)
		len += (size_t)sprintf(text + len, "%x00000 %x0ffff usable\n", i + 1, i + 1);
	ck_assert_str_eq(read_map(&map, text, len), ":129:1: more than 128 ranges");
	for (unsigned i = 10000; i < 100000; i++)
		len += (size_t)sprintf(text + len, "%x00000 %x0ffff usable\n", i + 1, i + 1);
	ck_assert_str_eq(read_map(&map, text, len), ": the file is too large (1 MiB at most)");
	ck_assert_uint_eq(map.nr, 99);
	free(text);
}
END_TEST

/* Whatever bytes a file has: it is read, or one sentence says why not and the map is as it was. */
START_TEST(mutilated_files_are_refused_or_read)
{
	static const char good[] = "0 9fbff usable\n9fc00 9ffff reserved # EBDA\n"
				   "100000 7ffdffff usable\n7ffe0000 7fffffff ACPI data\n";
	unsigned seed = (unsigned)_i;

	for (unsigned round = 0; round < 50; round++) {
		struct e820_map map = { .nr = 99 };
		char text[sizeof(good)];
		const char *error;

		memcpy(text, good, sizeof(good));
		for (unsigned n = 0; n <= round % 4; n++) {
			seed = seed * 1103515245u + 12345u;
			text[(seed >> 8) % (sizeof(good) - 1)] = (char)(seed >> 24);
		}
		error = read_map(&map, text, sizeof(good) - 1);
		ck_assert_int_eq(map.nr == 99, error[0] != '\0');
		for (const char *c = error; *c; c += message_character(c, strlen(c)))
			ck_assert_uint_ne(message_character(c, strlen(c)), 0);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		ram_is_where_the_map_says,
		nobody_answers_outside_of_ram,
		borders_may_be_anywhere,
		copies_cross_frames,
		words_are_little_endian,
		memory_that_nobody_wrote_costs_nothing,
		a_size_becomes_a_map,
		entries_are_sorted,
		too_many_ranges,
	};
	const struct loop_test loops[] = {
		{ maps_and_their_mistakes, LENGTH(maps) },
		{ mutilated_files_are_refused_or_read, 20 },
	};

	return RUN_SUITE("phys", tests, loops);
}
