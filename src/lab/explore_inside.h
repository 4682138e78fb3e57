/*
 * The inside of the explorer: states, moves, the table of states. Only the files that implement
 * explore.h include this.
 */
#ifndef KMAPLAB_LAB_EXPLORE_INSIDE_H
#define KMAPLAB_LAB_EXPLORE_INSIDE_H

#include "lab/explore.h"
#include "lab/timeline.h"

/** How far a thread is, beside what the world says of it. No padding: it is hashed. */
struct thread_at {
	uint16_t next;  /* operations begun */
	uint8_t phase;  /* of an interrupt: PHASE_* */
	uint8_t level;  /* contexts on its CPU while it is the topmost */
};

enum { PHASE_NOT_YET, PHASE_HERE, PHASE_OVER };

/** All threads; those that are not there are zero. */
struct positions {
	struct thread_at at[EXPLORE_THREADS];
};

/** Who moves: a thread, or a CPU that takes an interrupt sent to it, or goes on with its handler. */
typedef uint16_t move_t;
#define MOVE_IRQ(cpu) ((move_t)(0x100u | (cpu)))
#define MOVE_HANDLER(cpu) ((move_t)(0x200u | (cpu)))
#define MOVE_WHO(move) ((move) & 0xffu)

/** A state that was reached: how, and how far the threads are in it. */
struct node {
	uint64_t key;
	uint32_t parent;
	uint16_t depth;
	move_t move; /* the last one, from the parent */
	bool broken; /* nothing goes on from here */
	struct world *world; /* NULL: it has to be made again */
	struct positions positions;
};

struct edge {
	uint32_t from, to;
};

/** How a move went. */
enum moved {
	MOVED,
	MOVED_NOT,     /* it cannot be made in this state; the world may have changed */
	MOVED_OOPS,
	MOVED_REFUSED, /* the operation could not be made */
};

struct explorer {
	struct session *s;
	struct explore_client client;
	struct explore_bound bound;
	unsigned nr_threads;
	struct explore_thread thread[EXPLORE_THREADS];
	uint32_t position; /* of the session, from which everything starts, */
	unsigned branch;   /* and the branch's id */
	bool recording;    /* moves go through the session's timeline */
	bool telling;      /* somebody wants to know which lines run */
	/* the move being made */
	struct positions now;
	struct explore_step last;
	struct message refusal;
	/* the search */
	struct node *node;
	size_t node_room;
	unsigned live; /* nodes with a world */
	uint32_t *table;
	size_t table_size; /* a power of two */
	struct edge *edge;
	size_t nr_edges, edge_room;
	uint32_t where[EXPLORE_VIOLATIONS]; /* the node of each violation */
	struct explore_result result;
};

/* --- explore_move.c --------------------------------------------------------------------------- */

/** Makes the tasks of the threads, in the session's world. */
bool explore_begin(struct explorer *x, struct message *m);

/** Makes a move in the session's world, from the positions x->now; x->last says what it was. */
enum moved explore_move(struct explorer *x, move_t move);

/** The moves that may be possible in the state that is the session's world: those that are not can be
 * seen not to be. `moves` has room for MOVES_MAX. */
#define MOVES_MAX (EXPLORE_THREADS + 2 * MAX_CPUS)
unsigned explore_moves(const struct explorer *x, move_t *moves);

/** The threads that have not come to their end, as bits. Interrupts that never came count as over. */
uint16_t explore_unfinished(const struct explorer *x);

/* --- explore_graph.c -------------------------------------------------------------------------- */

/** Remembers an edge. */
void explore_edge(struct explorer *x, uint32_t from, uint32_t to);
/** Counts the ways from the first state to the ends; INFINITY when a circle is among them. */
double explore_schedules(const struct explorer *x);

/** The state with this key, or UINT32_MAX. */
uint32_t explore_find(const struct explorer *x, uint64_t key);
/** Adds a state; its number. */
uint32_t explore_add(struct explorer *x, const struct node *node);

/** realloc() that never fails. */
void *explore_room(void *p, size_t n, size_t size);

#endif
