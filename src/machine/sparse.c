/*
 * The radix tree behind sparse.h.
 *
 * A node is either inner (FANOUT children) or a leaf (one block); the depth says which, so nodes
 * carry no tag. The tree grows at the top: an array that holds one block is one leaf, an array
 * that reaches 64 GiB of page frames is four levels of inner nodes above them. Writing follows
 * one rule at every level: a node that somebody else also holds is copied before it is changed,
 * and copying an inner node takes one more reference on each of its children.
 */
#include "machine/sparse.h"

#include <stdlib.h>
#include <string.h>

#define FANOUT_BITS 6
#define FANOUT (1u << FANOUT_BITS)

struct sparse_node {
	uint64_t refs;
	union {
		struct sparse_node *child[FANOUT];
		unsigned char block[SPARSE_BLOCK];
	} u;
};

#define LEAF_SIZE (offsetof(struct sparse_node, u) + SPARSE_BLOCK)
#define INNER_SIZE (offsetof(struct sparse_node, u) + sizeof(struct sparse_node *) * FANOUT)

static const unsigned char zero_block[SPARSE_BLOCK];

static struct sparse_node *node_new(unsigned level)
{
	struct sparse_node *node = calloc(1, level ? INNER_SIZE : LEAF_SIZE);

	if (!node)
		abort();
	node->refs = 1;
	return node;
}

static void node_put(struct sparse_node *node, unsigned level)
{
	if (!node || --node->refs)
		return;
	if (level)
		for (unsigned i = 0; i < FANOUT; i++)
			node_put(node->u.child[i], level - 1);
	free(node);
}

/* The node itself when it is ours alone, else a copy that is. */
static struct sparse_node *node_own(struct sparse_node *node, unsigned level)
{
	struct sparse_node *copy;

	if (!node)
		return node_new(level);
	if (node->refs == 1)
		return node;
	copy = malloc(level ? INNER_SIZE : LEAF_SIZE);
	if (!copy)
		abort();
	memcpy(copy, node, level ? INNER_SIZE : LEAF_SIZE);
	copy->refs = 1;
	node->refs--;
	if (level)
		for (unsigned i = 0; i < FANOUT; i++)
			if (copy->u.child[i])
				copy->u.child[i]->refs++;
	return copy;
}

static bool covers(unsigned height, uint64_t index)
{
	return height * FANOUT_BITS >= 64 || !(index >> (height * FANOUT_BITS));
}

static unsigned slot_of(uint64_t index, unsigned level)
{
	return (unsigned)(index >> ((level - 1) * FANOUT_BITS)) & (FANOUT - 1);
}

static const struct sparse_node *leaf_find(const struct sparse *s, uint64_t index)
{
	const struct sparse_node *node = s->root;

	if (!node || !covers(s->height, index))
		return NULL;
	for (unsigned level = s->height; node && level; level--)
		node = node->u.child[slot_of(index, level)];
	return node;
}

const void *sparse_read(const struct sparse *s, uint64_t index)
{
	const struct sparse_node *leaf = leaf_find(s, index);

	return leaf ? leaf->u.block : zero_block;
}

bool sparse_present(const struct sparse *s, uint64_t index)
{
	return leaf_find(s, index) != NULL;
}

/* Puts levels on top until the tree reaches `index`. */
static void grow(struct sparse *s, uint64_t index)
{
	while (!covers(s->height, index)) {
		s->height++;
		if (s->root) {
			struct sparse_node *top = node_new(s->height);

			top->u.child[0] = s->root;
			s->root = top;
		}
	}
}

void *sparse_write(struct sparse *s, uint64_t index)
{
	struct sparse_node **link = &s->root, *node;

	grow(s, index);
	for (unsigned level = s->height;; level--) {
		node = *link;
		if (!node || node->refs != 1) /* else it is ours alone: the common case */
			node = *link = node_own(node, level);
		if (!level)
			return node->u.block;
		link = &node->u.child[slot_of(index, level)];
	}
}

void sparse_drop(struct sparse *s, uint64_t index)
{
	struct sparse_node **link = &s->root;

	if (!sparse_present(s, index))
		return;
	for (unsigned level = s->height; level; level--) {
		*link = node_own(*link, level);
		link = &(*link)->u.child[slot_of(index, level)];
	}
	node_put(*link, 0);
	*link = NULL;
}

/* The first leaf at or after *index below `node`, whose own first index is `base`. */
static const struct sparse_node *next_in(const struct sparse_node *node, unsigned level,
                                         uint64_t base, uint64_t *index)
{
	if (!node)
		return NULL;
	if (!level) {
		*index = base;
		return node;
	}
	for (unsigned i = 0; i < FANOUT; i++) {
		unsigned shift = (level - 1) * FANOUT_BITS;
		uint64_t first = base + ((uint64_t)i << shift);
		const struct sparse_node *leaf;

		if (first + (((uint64_t)1 << shift) - 1) < *index)
			continue;
		leaf = next_in(node->u.child[i], level - 1, first, index);
		if (leaf)
			return leaf;
	}
	return NULL;
}

const void *sparse_next(const struct sparse *s, uint64_t *index)
{
	const struct sparse_node *leaf;

	if (!covers(s->height, *index))
		return NULL;
	leaf = next_in(s->root, s->height, 0, index);
	return leaf ? leaf->u.block : NULL;
}

void sparse_clone(struct sparse *dst, const struct sparse *src)
{
	*dst = *src;
	if (dst->root)
		dst->root->refs++;
}

void sparse_release(struct sparse *s)
{
	node_put(s->root, s->height);
	*s = (struct sparse){ 0 };
}

uint64_t sparse_blocks(const struct sparse *s)
{
	uint64_t n = 0;

	for (uint64_t i = 0; sparse_next(s, &i); i++)
		n++;
	return n;
}
