/*
 * The search; see explore.h.
 *
 * Breadth first, so that the first schedule that breaks something is a shortest one. A state is the
 * world's hash, which leaves out clocks, statistics and the log, together with how far each thread
 * is. Two orders that lead to the same state go on as one. (64 bits tell states apart: among a
 * million of them the odds of a mistake are one in ten million.)
 *
 * While it searches, the session's world is the state at hand: expressions and commands read it
 * there. Worlds of states that wait to be expanded are kept, up to a number; what is beyond is made
 * again from the beginning, which a deterministic world allows.
 *
 * There is no partial-order reduction. It needs to know of each line what it reads, not only what it
 * writes, and the lines of the model do not say.
 */
#include "lab/explore_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/** Worlds that are kept; each is some 60 kB and what it does not share. */
#ifndef EXPLORE_LIVE
#define EXPLORE_LIVE 1024u
#endif

/* --- states ----------------------------------------------------------------------------------- */

/* What decides the future and is not in the world's hash: in which order interrupts that are on their
 * way to one CPU would be taken, and what was misused so that an invariant does not count. */
static void hash_rest(XXH3_state_t *state, const struct world *w)
{
	for (unsigned cpu = 0; cpu < w->machine.nr_cpus; cpu++) {
		const struct cpu *c = &w->machine.cpu[cpu];

		for (unsigned i = 0; i < c->nr_pending; i++)
			for (unsigned j = 0; j < i; j++) {
				uint8_t before = c->pending[i].due < c->pending[j].due;

				XXH3_64bits_update(state, &before, sizeof(before));
			}
	}
	XXH3_64bits_update(state, &w->kernel.slot_check.misused,
	                   sizeof(w->kernel.slot_check.misused));
}

static uint64_t key_of(const struct explorer *x)
{
	XXH3_state_t *state = XXH3_createState();
	uint64_t key = world_hash(&x->s->world);

	XXH3_64bits_reset(state);
	XXH3_64bits_update(state, &key, sizeof(key));
	XXH3_64bits_update(state, &x->now, sizeof(x->now));
	hash_rest(state, &x->s->world);
	if (x->bound.no_merging)
		XXH3_64bits_update(state, &x->result.transitions, sizeof(x->result.transitions));
	key = XXH3_64bits_digest(state);
	XXH3_freeState(state);
	return key;
}

/* The session's world becomes a copy of another. */
static void look_at(struct explorer *x, const struct world *w)
{
	world_release(&x->s->world);
	world_clone(&x->s->world, w);
}

static void forget_world(struct explorer *x, struct node *node)
{
	if (!node->world)
		return;
	world_release(node->world);
	free(node->world);
	node->world = NULL;
	x->live--;
}

static void keep_world(struct explorer *x, struct node *node)
{
	node->world = explore_room(NULL, 1, sizeof(*node->world));
	world_clone(node->world, &x->s->world);
	x->live++;
}

/* The moves that lead to a state, in order. The caller frees them. */
static move_t *path_to(const struct explorer *x, uint32_t number)
{
	unsigned n = x->node[number].depth;
	move_t *path = explore_room(NULL, n + 1u, sizeof(*path));

	for (; n > 0; number = x->node[number].parent)
		path[--n] = x->node[number].move;
	return path;
}

/* The session's world becomes that of a state, which is there. */
static void go_to(struct explorer *x, uint32_t number)
{
	look_at(x, x->node[number].world);
	x->now = x->node[number].positions;
}

/* Makes the moves that lead to a state, from the world of the first, and keeps what comes out. */
static void remake_world(struct explorer *x, uint32_t number)
{
	move_t *path = path_to(x, number);

	go_to(x, 0);
	for (unsigned i = 0; i < x->node[number].depth; i++)
		explore_move(x, path[i]);
	free(path);
	keep_world(x, &x->node[number]);
}

/* --- what is found ---------------------------------------------------------------------------- */

static bool known_violation(const struct explorer *x, const char *invariant, const char *what)
{
	for (unsigned i = 0; i < x->result.nr_violations; i++)
		if (!strcmp(x->result.violation[i].invariant, invariant) &&
		    (!strcmp(x->result.violation[i].what, what) || strcmp(invariant, "oops")))
			return true;
	return x->result.nr_violations == EXPLORE_VIOLATIONS;
}

static void found(struct explorer *x, uint32_t number, const char *invariant, const char *what,
                  uint16_t stuck)
{
	unsigned i = x->result.nr_violations;

	if (known_violation(x, invariant, what))
		return;
	snprintf(x->result.violation[i].invariant, sizeof(x->result.violation[i].invariant), "%s",
	         invariant);
	snprintf(x->result.violation[i].what, sizeof(x->result.violation[i].what), "%s", what);
	x->result.violation[i].stuck = stuck;
	x->where[i] = number;
	x->result.nr_violations++;
}

/* The first line of what the kernel said about an oops that has just happened. */
static const char *last_words(const struct world *w)
{
	for (uint32_t seq = w->machine.log.n; seq; seq--) {
		const struct event *e = event_get(&w->machine.log, seq);

		if (e && e->kind == EVENT_OOPS)
			return dmesg_line(w, (uint32_t)e->arg[0]);
	}
	return "";
}

/* Whether the session's world, which a move led to, is as it should be; else what is wrong. */
static bool sound(const struct explorer *x, enum moved moved, uint32_t set, char *invariant,
                  size_t name_size, char *what, size_t size)
{
	const struct world *w = &x->s->world;
	struct violation v;
	struct message m;

	if (moved == MOVED_OOPS) {
		snprintf(invariant, name_size, "oops");
		snprintf(what, size, "%s", last_words(w));
	} else if (moved == MOVED_REFUSED) {
		snprintf(invariant, name_size, "command");
		snprintf(what, size, "%s", x->refusal.text);
	} else if (!invariants_hold(w, set, x->last.cpu, &v)) {
		snprintf(invariant, name_size, "%s", v.invariant);
		violation_text(&v, what, size);
	} else if (x->client.never && x->client.never(x->client.ctx, &m)) {
		snprintf(invariant, name_size, "never");
		snprintf(what, size, "%s", m.text);
	} else {
		return true;
	}
	return false;
}

/* --- the search ------------------------------------------------------------------------------- */

/* A move led somewhere: to a new state, or to one that was seen. */
static void arrived(struct explorer *x, uint32_t from, move_t move, enum moved moved)
{
	struct node node = { .key = key_of(x), .parent = from, .move = move,
		             .depth = (uint16_t)(x->node[from].depth + 1), .positions = x->now };
	uint32_t number = explore_find(x, node.key);
	char invariant[32], what[256];

	x->result.transitions++;
	if (number == UINT32_MAX) {
		if (x->result.states >= x->bound.states) {
			x->result.complete = false;
			return;
		}
		if (node.depth > x->result.depth)
			x->result.depth = node.depth;
		number = explore_add(x, &node);
		if (sound(x, moved, invariants_each_step(), invariant, sizeof(invariant), what,
		          sizeof(what))) {
			if (x->live < EXPLORE_LIVE)
				keep_world(x, &x->node[number]);
		} else {
			x->node[number].broken = true;
			found(x, number, invariant, what, 0);
		}
	}
	explore_edge(x, from, number);
}

/* Nobody can move. When all threads are over, that is an end, and even what is costly to ask must
 * hold; else they wait for each other. */
static void nobody_moves(struct explorer *x, uint32_t number)
{
	char invariant[32], what[256];
	uint16_t stuck;

	go_to(x, number);
	stuck = explore_unfinished(x);
	if (stuck)
		found(x, number, "deadlock", "nobody can go on, and not everybody is at the end", stuck);
	else if (!sound(x, MOVED, INVARIANTS_ALL, invariant, sizeof(invariant), what, sizeof(what)))
		found(x, number, invariant, what, 0);
	else
		return;
	x->node[number].broken = true;
}

/* Tries a move from a state. False: it cannot be made. */
static bool try_move(struct explorer *x, uint32_t number, move_t move)
{
	enum moved moved = explore_move(x, move);

	if (moved == MOVED_NOT)
		return false;
	if (x->node[number].depth < x->bound.steps)
		arrived(x, number, move, moved);
	else
		x->result.complete = false;
	return true;
}

/* Tries every move from a state. */
static void expand(struct explorer *x, uint32_t number)
{
	move_t moves[MOVES_MAX];
	bool any = false;
	unsigned n;

	if (!x->node[number].world)
		remake_world(x, number);
	go_to(x, number);
	n = explore_moves(x, moves);
	for (unsigned i = 0; i < n; i++) {
		if (i)
			go_to(x, number);
		any |= try_move(x, number, moves[i]);
	}
	if (!any)
		nobody_moves(x, number);
	if (number)
		forget_world(x, &x->node[number]);
}

/* States between two reports of how far the search is. */
#define PROGRESS_STATES 64u

static bool search_over(struct explorer *x, uint32_t done)
{
	if (x->client.progress && done % PROGRESS_STATES == 0)
		x->client.progress(x->client.ctx, &x->result);
	x->result.interrupted = session_stop_asked(x->s);
	if (x->result.interrupted || (x->bound.first && x->result.nr_violations)) {
		x->result.complete = false;
		return true;
	}
	return false;
}

/* The schedules of what was found, each gone through once more to see what its steps are. */
static void tell_steps(struct explorer *x, unsigned i)
{
	struct explore_violation *v = &x->result.violation[i];
	move_t *path = path_to(x, x->where[i]);

	v->nr_steps = x->node[x->where[i]].depth;
	v->step = explore_room(NULL, v->nr_steps + 1u, sizeof(*v->step));
	x->telling = true;
	go_to(x, 0);
	for (unsigned k = 0; k < v->nr_steps; k++) {
		explore_move(x, path[k]);
		v->step[k] = x->last;
	}
	free(path);
}

/* The first state: the session's world, with a task for each thread. */
static bool first_state(struct explorer *x, struct message *m)
{
	struct node node = { .world = NULL };
	char invariant[32], what[256];

	if (!explore_begin(x, m))
		return false;
	if (!sound(x, MOVED, INVARIANTS_ALL, invariant, sizeof(invariant), what, sizeof(what)))
		return fail(m, "Something is wrong before any thread has run: %.32s: %.180s.", invariant,
		            what);
	node.key = key_of(x);
	explore_add(x, &node);
	keep_world(x, &x->node[0]);
	return true;
}

static void search(struct explorer *x)
{
	x->result.complete = true;
	for (uint32_t i = 0; i < x->result.states && !search_over(x, i); i++)
		if (!x->node[i].broken)
			expand(x, i);
	x->result.schedules = explore_schedules(x);
	for (unsigned i = 0; i < x->result.nr_violations; i++)
		tell_steps(x, i);
}

bool explorer_run(struct explorer *x, struct message *m)
{
	struct world present;
	bool ok;

	world_clone(&present, &x->s->world);
	ok = first_state(x, m);
	if (ok)
		search(x);
	world_release(&x->s->world);
	x->s->world = present;
	return ok;
}

/* --- on the timeline -------------------------------------------------------------------------- */

bool explorer_replay(struct explorer *x, unsigned i, struct message *m)
{
	move_t *path;

	if (x->position != x->s->position || x->branch != x->s->now->id)
		return fail(m, "The session is somewhere else than where the search began.");
	path = path_to(x, x->where[i]);
	x->recording = true;
	x->now = x->node[0].positions;
	if (explore_begin(x, m))
		for (unsigned k = 0; k < x->node[x->where[i]].depth; k++)
			explore_move(x, path[k]);
	x->recording = false;
	free(path);
	return true;
}

/* --- from outside ----------------------------------------------------------------------------- */

/* Threads begin on CPUs that do nothing but maybe what a thread here goes on with. */
static bool may_begin(const struct world *w, const struct explore_thread *t, struct message *m)
{
	if (t->cpu >= w->machine.nr_cpus)
		return fail(m, "There is no CPU %u: this machine has %u.", t->cpu, w->machine.nr_cpus);
	if (w->kernel.cpu[t->cpu].halted)
		return fail(m, "CPU %u is halted by an oops.", t->cpu);
	if (w->kernel.cpu[t->cpu].nr_contexts > 1)
		return fail(m, "CPU %u is in %s context: threads begin when that is over.", t->cpu,
		            context_kind_name(cpu_context_kind(w, t->cpu)));
	return true;
}

struct explorer *explorer_new(struct session *s, const struct explore_thread *threads, unsigned n,
                              const struct explore_bound *bound,
                              const struct explore_client *client, struct message *m)
{
	struct explorer *x;

	if (n > EXPLORE_THREADS) {
		fail(m, "These are %u threads, and %u is the most.", n, EXPLORE_THREADS);
		return NULL;
	}
	for (unsigned i = 0; i < n; i++)
		if (!may_begin(session_world(s), &threads[i], m))
			return NULL;
	x = explore_room(NULL, 1, sizeof(*x));
	memset(x, 0, sizeof(*x));
	x->s = s;
	x->position = s->position;
	x->branch = s->now->id;
	x->bound = *bound;
	x->client = *client;
	x->nr_threads = n;
	memcpy(x->thread, threads, n * sizeof(*threads));
	return x;
}

const struct explore_result *explorer_result(const struct explorer *x)
{
	return &x->result;
}

void explorer_free(struct explorer *x)
{
	if (!x)
		return;
	for (uint32_t i = 0; i < x->result.states; i++)
		forget_world(x, &x->node[i]);
	for (unsigned i = 0; i < x->result.nr_violations; i++)
		free(x->result.violation[i].step);
	free(x->node);
	free(x->table);
	free(x->edge);
	free(x);
}
