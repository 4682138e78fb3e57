/*
 * A sparse array of blocks that can be cloned in constant time.
 *
 * Everything large in the simulated world lives in one of these: page frames, TLB entries, the
 * kernel's mem_map, the buddy allocator's lists, tasks, the event log. The array is a radix tree
 * of reference-counted nodes with blocks of SPARSE_BLOCK bytes at its leaves. A clone shares the
 * whole tree; whoever writes first copies the path from the root to the block it writes, and
 * nothing else. A block nobody wrote costs nothing and reads as zeros.
 *
 * Rules of the house: a pointer into a block is good until the next sparse_write(), sparse_drop()
 * or sparse_clone() of the same array, and is never kept across a step of the simulation.
 * Indices of blocks are 0 to 2^64 - 2.
 * When the host has no memory left the program aborts: there is no state to go back to.
 */
#ifndef KMAPLAB_MACHINE_SPARSE_H
#define KMAPLAB_MACHINE_SPARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes in a block. The unit tests compile with tiny blocks, so that every boundary is hit. */
#ifndef SPARSE_BLOCK
#define SPARSE_BLOCK 4096u
#endif

struct sparse_node;

/** An array of blocks; all zero bytes is a valid empty array. */
struct sparse {
	struct sparse_node *root;
	unsigned height; /* levels of inner nodes above the blocks */
};

/** Reads block `index`: SPARSE_BLOCK bytes, never NULL; zeros when nobody wrote it. */
const void *sparse_read(const struct sparse *s, uint64_t index);

/** Makes block `index` private to this array and returns it for writing. Never NULL. */
void *sparse_write(struct sparse *s, uint64_t index);

/** Whether block `index` was ever written (and not dropped since). */
bool sparse_present(const struct sparse *s, uint64_t index);

/** Forgets block `index`: it reads as zeros again and costs nothing. */
void sparse_drop(struct sparse *s, uint64_t index);

/**
 * The first written block at or after `*index`: stores its index and returns it, or returns NULL.
 * To walk all: for (i = 0; (b = sparse_next(s, &i)); i++).
 */
const void *sparse_next(const struct sparse *s, uint64_t *index);

/** Makes `dst` (uninitialised) an independent copy of `src`, in constant time. */
void sparse_clone(struct sparse *dst, const struct sparse *src);

/** Gives up the array's share of its blocks; leaves it empty and usable. */
void sparse_release(struct sparse *s);

/** How many blocks the array holds, shared or not. Takes time in proportion. */
uint64_t sparse_blocks(const struct sparse *s);

/* A table of `type` kept in a sparse array: whole elements only, none crosses a block. */
#define SPARSE_PER(type) (SPARSE_BLOCK / sizeof(type))

/** Element `i` for reading. */
#define SPARSE_GET(s, type, i)                                                                    \
	((const type *)sparse_read((s), (uint64_t)(i) / SPARSE_PER(type)) +                       \
	 (uint64_t)(i) % SPARSE_PER(type))

/** Element `i` for writing: its block becomes private. */
#define SPARSE_PUT(s, type, i)                                                                    \
	((type *)sparse_write((s), (uint64_t)(i) / SPARSE_PER(type)) +                            \
	 (uint64_t)(i) % SPARSE_PER(type))

#endif
