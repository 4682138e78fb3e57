/*
 * Going back: clones along each branch, and the inputs between them.
 *
 * To go to a position is to clone the nearest checkpoint at or before it and to do the inputs
 * since again. Checkpoints are close together at first; when a branch has too many, every second
 * one is given up and the distance doubles, so that a long session costs no more memory than a
 * short one, and going back never has more to repeat than one hundredth of it. A branch shares the
 * checkpoints before its fork with its parent.
 */
#include "lab/timeline.h"

#include <stdlib.h>
#include <string.h>

static void *must(void *p)
{
	if (!p)
		abort();
	return p;
}

/* --- checkpoints ------------------------------------------------------------------------------ */

static void checkpoint_put(struct checkpoint *cp)
{
	if (--cp->refs)
		return;
	world_release(&cp->world);
	free(cp);
}

static void checkpoint_add(struct branch *b, uint32_t position, const struct world *w)
{
	struct checkpoint *cp = must(malloc(sizeof(*cp)));

	cp->refs = 1;
	cp->position = position;
	world_clone(&cp->world, w);
	b->checkpoint[b->nr_checkpoints++] = cp;
}

/* Gives up every second checkpoint but the first. */
static void checkpoints_thin(struct branch *b)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < b->nr_checkpoints; i++)
		if (i % 2)
			checkpoint_put(b->checkpoint[i]);
		else
			b->checkpoint[kept++] = b->checkpoint[i];
	b->nr_checkpoints = kept;
	b->interval *= 2;
}

/* The last checkpoint at or before a position; there is always one at 0. */
static const struct checkpoint *checkpoint_find(const struct branch *b, uint32_t position)
{
	unsigned lo = 0, hi = b->nr_checkpoints;

	while (hi - lo > 1) {
		unsigned mid = (lo + hi) / 2;

		if (b->checkpoint[mid]->position <= position)
			lo = mid;
		else
			hi = mid;
	}
	return b->checkpoint[lo];
}

/* Brings a world that stands at `*at` of the branch to `position`, from the nearest start. */
static void travel(const struct branch *b, struct world *w, uint32_t *at, bool valid,
                   uint32_t position)
{
	const struct checkpoint *cp = checkpoint_find(b, position);

	/* A few inputs are done again sooner than a world is cloned. */
	if (!valid || *at > position || cp->position > *at + CHECKPOINT_INTERVAL) {
		if (valid)
			world_release(w);
		world_clone(w, &cp->world);
		*at = cp->position;
	}
	while (*at < position)
		history_replay(&b->history, (*at)++, w);
}

/* --- branches --------------------------------------------------------------------------------- */

static void branch_free(struct branch *b)
{
	for (unsigned i = 0; i < b->nr_checkpoints; i++)
		checkpoint_put(b->checkpoint[i]);
	for (unsigned i = 0; i < b->nr_marks; i++)
		free(b->mark[i].line);
	history_release(&b->history);
	free(b->mark);
	free(b->name);
	free(b->names_bucket);
	free(b->choice);
	free(b);
}

/* Room for one more: the oldest branch that is not the present one goes. */
static void branches_make_room(struct session *s)
{
	unsigned victim = s->branch[0] == s->now;

	if (s->nr_branches < BRANCHES)
		return;
	if (s->peek_branch == s->branch[victim]) {
		world_release(&s->peek);
		s->peek_branch = NULL;
	}
	branch_free(s->branch[victim]);
	memmove(&s->branch[victim], &s->branch[victim + 1],
	        (s->nr_branches - victim - 1) * sizeof(s->branch[0]));
	s->nr_branches--;
}

static struct branch *branch_add(struct session *s)
{
	struct branch *b = must(calloc(1, sizeof(*b)));

	branches_make_room(s);
	b->id = b->parent = s->next_id++;
	b->interval = CHECKPOINT_INTERVAL;
	s->branch[s->nr_branches++] = b;
	return b;
}

static void mark_add(struct branch *b, uint32_t position, const char *line)
{
	if (b->nr_marks == b->marks_room) {
		b->marks_room = b->marks_room ? 2 * b->marks_room : 16;
		b->mark = must(realloc(b->mark, b->marks_room * sizeof(*b->mark)));
	}
	b->mark[b->nr_marks++] = (struct mark){ position, must(strdup(line)) };
}

static void forget_mark(struct session *s)
{
	free(s->mark);
	s->mark = NULL;
}

/* A branch that shares everything up to the present with the one it leaves. */
static void branch_fork(struct session *s)
{
	const struct branch *old = s->now;
	struct branch *b = branch_add(s);

	b->parent = old->id;
	b->fork = s->position;
	b->interval = old->interval;
	history_fork(&b->history, &old->history, s->position);
	for (unsigned i = 0; i < old->nr_checkpoints; i++)
		if (old->checkpoint[i]->position <= s->position) {
			old->checkpoint[i]->refs++;
			b->checkpoint[b->nr_checkpoints++] = old->checkpoint[i];
		}
	for (unsigned i = 0; i < old->nr_marks; i++)
		if (old->mark[i].position < s->position) /* what began here is undone */
			mark_add(b, old->mark[i].position, old->mark[i].line);
	names_fork(b, old, s->position);
	choices_fork(b, old, s->position);
	s->now = b;
}

void timeline_boot(struct session *s, struct world *w)
{
	forget_mark(s);
	if (s->booted)
		world_release(&s->world);
	s->world = *w;
	s->booted = true;
	s->position = 0;
	s->now = branch_add(s);
	checkpoint_add(s->now, 0, &s->world);
}

void timeline_before_input(struct session *s)
{
	if (s->position < s->now->history.n)
		branch_fork(s);
	if (s->mark)
		mark_add(s->now, s->position, s->mark);
	forget_mark(s);
}

void timeline_after_input(struct session *s)
{
	struct branch *b = s->now;

	s->position++;
	if (s->position - b->checkpoint[b->nr_checkpoints - 1]->position < b->interval)
		return;
	if (b->nr_checkpoints == CHECKPOINTS)
		checkpoints_thin(b);
	checkpoint_add(b, s->position, &s->world);
}

uint64_t timeline_replay_hash(const struct session *s)
{
	uint32_t before = s->position ? s->position - 1 : 0, at;
	const struct checkpoint *cp = checkpoint_find(s->now, before);
	struct world again;
	uint64_t hash;

	world_clone(&again, &cp->world);
	for (at = cp->position; at < s->position; at++)
		history_replay(&s->now->history, at, &again);
	hash = world_hash(&again);
	world_release(&again);
	return hash;
}

void timeline_free(struct session *s)
{
	forget_mark(s);
	if (s->booted)
		world_release(&s->world);
	if (s->peek_branch)
		world_release(&s->peek);
	for (unsigned i = 0; i < s->nr_branches; i++)
		branch_free(s->branch[i]);
}

/* --- the public face -------------------------------------------------------------------------- */

uint32_t session_position(const struct session *s)
{
	return s->position;
}

uint32_t session_end(const struct session *s)
{
	return s->now ? s->now->history.n : 0;
}

void session_goto(struct session *s, uint32_t position)
{
	forget_mark(s);
	travel(s->now, &s->world, &s->position, true, position);
}

bool session_find_step(struct session *s, uint32_t step, uint32_t *position)
{
	uint32_t lo = 0, hi = session_end(s);

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (session_peek(s, mid)->steps < step)
			lo = mid + 1;
		else
			hi = mid;
	}
	*position = lo;
	return session_peek(s, lo)->steps == step;
}

const struct world *session_peek(struct session *s, uint32_t position)
{
	if (position == s->position)
		return &s->world;
	if (s->peek_branch && s->peek_branch != s->now) {
		world_release(&s->peek);
		s->peek_branch = NULL;
	}
	travel(s->now, &s->peek, &s->peek_position, s->peek_branch != NULL, position);
	s->peek_branch = s->now;
	return &s->peek;
}

void session_mark(struct session *s, const char *line)
{
	forget_mark(s);
	s->mark = must(strdup(line));
}

bool session_mark_before(const struct session *s, uint32_t position, uint32_t *mark,
                         const char **line)
{
	const struct branch *b = s->now;

	for (unsigned i = b ? b->nr_marks : 0; i-- > 0;)
		if (b->mark[i].position < position) {
			*mark = b->mark[i].position;
			*line = b->mark[i].line;
			return true;
		}
	return false;
}

unsigned session_branches(const struct session *s)
{
	return s->nr_branches;
}

unsigned session_branch(const struct session *s)
{
	unsigned i = 0;

	while (i < s->nr_branches && s->branch[i] != s->now)
		i++;
	return i;
}

bool session_switch_branch(struct session *s, unsigned branch)
{
	if (branch >= s->nr_branches)
		return false;
	world_release(&s->world);
	s->now = s->branch[branch];
	travel(s->now, &s->world, &s->position, false, s->now->history.n);
	return true;
}

struct session_place session_place(const struct session *s)
{
	return (struct session_place){ s->booted, s->now ? s->now->id : 0, s->position };
}

void session_return(struct session *s, const struct session_place *place)
{
	for (unsigned i = 0; place->booted && i < s->nr_branches; i++)
		if (s->branch[i]->id == place->branch) {
			if (s->branch[i] != s->now)
				session_switch_branch(s, i);
			session_goto(s, place->position);
		}
}

unsigned session_branch_id(const struct session *s, unsigned branch)
{
	return s->branch[branch]->id;
}

void session_branch_info(const struct session *s, unsigned branch, unsigned *parent,
                         uint32_t *fork, uint32_t *end)
{
	const struct branch *b = s->branch[branch];

	*parent = branch;
	for (unsigned i = 0; i < s->nr_branches; i++)
		if (s->branch[i]->id == b->parent)
			*parent = i;
	*fork = b->fork;
	*end = b->history.n;
}
