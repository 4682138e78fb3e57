/*
 * Physical memory as the processor's bus sees it.
 *
 * The e820 map decides, byte by byte, whether anybody answers at an address; the frames hold what
 * was written. A range is cut into pieces that lie in one block of the sparse array and on one
 * side of every border of the map, so the copying itself needs no cases. Caches and memory types
 * are left out: every access sees what the last write left.
 */
#include "machine/phys.h"

#include <assert.h>
#include <string.h>

/** A piece of an address range: inside one block, all RAM or no RAM at all. */
struct piece {
	uint64_t block;
	size_t offset, n;
	bool ram;
};

/* The first entry that ends behind `pa`, nr when there is none. */
static unsigned entry_at(const struct e820_map *map, uint64_t pa)
{
	unsigned low = 0, high = map->nr;

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (map->entry[middle].end <= pa)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool phys_is_ram(const struct phys *p, uint64_t pa)
{
	unsigned i = entry_at(&p->map, pa);

	return i < p->map.nr && p->map.entry[i].start <= pa && p->map.entry[i].type == E820_RAM;
}

/* The longest piece at the beginning of [pa, pa + n). */
static struct piece piece_at(const struct phys *p, uint64_t pa, size_t n)
{
	struct piece piece = { .block = pa / SPARSE_BLOCK, .offset = pa % SPARSE_BLOCK };
	unsigned i = entry_at(&p->map, pa);

	piece.n = SPARSE_BLOCK - piece.offset;
	if (piece.n > n)
		piece.n = n;
	if (i < p->map.nr) {
		const struct e820_entry *e = &p->map.entry[i];
		uint64_t border = e->start <= pa ? e->end : e->start;

		piece.ram = e->start <= pa && e->type == E820_RAM;
		if (piece.n > border - pa)
			piece.n = (size_t)(border - pa);
	}
	return piece;
}

void phys_read(const struct phys *p, uint64_t pa, void *buf, size_t n)
{
	unsigned char *to = buf;

	while (n) {
		struct piece piece = piece_at(p, pa, n);

		if (piece.ram)
			memcpy(to,
			       (const char *)sparse_read(&p->frames, piece.block) + piece.offset,
			       piece.n);
		else
			memset(to, 0xff, piece.n);
		to += piece.n;
		pa += piece.n;
		n -= piece.n;
	}
}

size_t phys_write(struct phys *p, uint64_t pa, const void *buf, size_t n)
{
	const unsigned char *from = buf;
	size_t written = 0;

	while (n) {
		struct piece piece = piece_at(p, pa, n);

		if (piece.ram) {
			memcpy((char *)sparse_write(&p->frames, piece.block) + piece.offset, from,
			       piece.n);
			written += piece.n;
		}
		from += piece.n;
		pa += piece.n;
		n -= piece.n;
	}
	return written;
}

/* Words of a page table are aligned, so they never cross a block. */
static uint64_t load(const struct phys *p, uint64_t pa, unsigned bytes)
{
	struct piece piece = piece_at(p, pa, bytes);
	const unsigned char *b;
	unsigned char copy[8];
	uint64_t value = 0;

	assert(pa % bytes == 0);
	if (piece.ram && piece.n == bytes) {
		b = (const unsigned char *)sparse_read(&p->frames, piece.block) + piece.offset;
	} else {
		phys_read(p, pa, copy, bytes);
		b = copy;
	}
	for (unsigned i = bytes; i--;)
		value = value << 8 | b[i];
	return value;
}

static void store(struct phys *p, uint64_t pa, uint64_t value, unsigned bytes)
{
	unsigned char b[8];

	assert(pa % bytes == 0);
	for (unsigned i = 0; i < bytes; i++, value >>= 8)
		b[i] = (unsigned char)value;
	phys_write(p, pa, b, bytes);
}

uint32_t phys_read32(const struct phys *p, uint64_t pa)
{
	return (uint32_t)load(p, pa, 4);
}

uint64_t phys_read64(const struct phys *p, uint64_t pa)
{
	return load(p, pa, 8);
}

void phys_write32(struct phys *p, uint64_t pa, uint32_t value)
{
	store(p, pa, value, 4);
}

void phys_write64(struct phys *p, uint64_t pa, uint64_t value)
{
	store(p, pa, value, 8);
}
