/*
 * The explorer's memory: which states were seen, and how they are connected.
 *
 * States are found by their key in a hash table with open addressing. Edges are kept only to count
 * schedules: the ways from the first state to those from which nothing goes on. Orders that lead to
 * the same state are merged in the search but not in the count.
 */
#include "lab/explore_inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void *explore_room(void *p, size_t n, size_t size)
{
	p = realloc(p, n * size);
	if (!p)
		abort();
	return p;
}

/* --- states ----------------------------------------------------------------------------------- */

#define EMPTY UINT32_MAX

static size_t slot_of(const struct explorer *x, uint64_t key)
{
	size_t slot = key & (x->table_size - 1);

	while (x->table[slot] != EMPTY && x->node[x->table[slot]].key != key)
		slot = (slot + 1) & (x->table_size - 1);
	return slot;
}

uint32_t explore_find(const struct explorer *x, uint64_t key)
{
	return x->table_size ? x->table[slot_of(x, key)] : EMPTY;
}

static void grow_table(struct explorer *x)
{
	x->table_size = x->table_size ? 2 * x->table_size : 1024;
	x->table = explore_room(x->table, x->table_size, sizeof(*x->table));
	memset(x->table, 0xff, x->table_size * sizeof(*x->table));
	for (uint32_t i = 0; i < x->result.states; i++)
		x->table[slot_of(x, x->node[i].key)] = i;
}

uint32_t explore_add(struct explorer *x, const struct node *node)
{
	uint32_t number = x->result.states;

	if (number == x->node_room) {
		x->node_room = x->node_room ? 2 * x->node_room : 512;
		x->node = explore_room(x->node, x->node_room, sizeof(*x->node));
	}
	if (2 * (size_t)number >= x->table_size)
		grow_table(x);
	x->node[number] = *node;
	x->table[slot_of(x, node->key)] = number;
	x->result.states++;
	return number;
}

/* --- edges ------------------------------------------------------------------------------------ */

void explore_edge(struct explorer *x, uint32_t from, uint32_t to)
{
	if (x->nr_edges == x->edge_room) {
		x->edge_room = x->edge_room ? 2 * x->edge_room : 1024;
		x->edge = explore_room(x->edge, x->edge_room, sizeof(*x->edge));
	}
	x->edge[x->nr_edges++] = (struct edge){ from, to };
}

/* What counting needs, by state. Edges are in the order in which states were expanded, so those of
 * one state lie together. */
struct ways {
	double ways;
	size_t first; /* of its edges */
	uint32_t in, out;
};

static struct ways *ways_new(const struct explorer *x)
{
	struct ways *ways = explore_room(NULL, x->result.states, sizeof(*ways));

	memset(ways, 0, x->result.states * sizeof(*ways));
	for (size_t i = x->nr_edges; i-- > 0;) {
		ways[x->edge[i].from].first = i;
		ways[x->edge[i].from].out++;
		ways[x->edge[i].to].in++;
	}
	return ways;
}

/* In topological order, each state hands its ways on. Who is never reached so lies behind a circle:
 * then there is no end to the schedules. */
double explore_schedules(const struct explorer *x)
{
	struct ways *ways = ways_new(x);
	uint32_t *queue = explore_room(NULL, x->result.states, sizeof(*queue));
	uint32_t done = 0, ready = 0;
	double schedules = 0;

	ways[0].ways = 1;
	if (!ways[0].in)
		queue[ready++] = 0;
	for (; done < ready; done++) {
		struct ways *from = &ways[queue[done]];

		if (!from->out)
			schedules += from->ways;
		for (size_t i = from->first; i < from->first + from->out; i++) {
			struct ways *to = &ways[x->edge[i].to];

			to->ways += from->ways;
			if (!--to->in)
				queue[ready++] = x->edge[i].to;
		}
	}
	if (done < x->result.states)
		schedules = INFINITY;
	free(queue);
	free(ways);
	return schedules;
}
