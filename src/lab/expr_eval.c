/*
 * Evaluating the tree.
 *
 * What a plain name means is found out here and not by the parser: a page that is bound to it by
 * now, or, where two things are compared, a word (`page(p0).zone == HighMem`). Arithmetic is
 * expr_math.c's.
 *
 * count(EVENT where ...) runs over the events that are still kept. What in its condition does not
 * depend on the event is worked out once, or a lesson's goal could take quadratic time.
 */
#include "lab/did_you_mean.h"
#include "lab/expr_node.h"
#include "lab/narrate.h"
#include "lab/words.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

struct eval {
	const struct expr *e;
	const struct session *s;
	const struct world *w;     /* NULL: nothing is booted */
	struct message *m;
	const struct event *event; /* that count() looks at, or NULL */
	uint32_t seq;              /* its number */
	bool cached[EXPR_NODES];   /* worked out before the first event */
	struct observation cache[EXPR_NODES];
};

static bool eval(struct eval *ev, unsigned index, struct observation *o);

static bool value(struct observation *o, enum observable_type type, uint64_t n)
{
	*o = (struct observation){ .type = type, .n = n };
	return true;
}

/* What a bound name means; false, without a message, when it means nothing. */
static bool bound(struct eval *ev, const char *name, struct observation *o)
{
	struct value v = ev->s && ev->w ? session_lookup(ev->s, name) :
	                 (struct value){ .kind = VALUE_NONE };

	switch (v.kind) {
	case VALUE_PAGE:
		return value(o, OBS_PFN, v.n);
	case VALUE_VA:
		return value(o, OBS_ADDRESS, v.n);
	case VALUE_NUMBER:
		return value(o, OBS_COUNT, v.n);
	case VALUE_NONE:
		break;
	}
	return false;
}

/* "nothing is called ...", with the nearest observable or bound name. */
static bool unknown(struct eval *ev, const char *name)
{
	const char *names[512], *near, *next;
	struct value v;
	size_t n = 0;

	for (const struct observable *o = observables; o->name && n < 256; o++)
		names[n++] = o->name;
	for (unsigned i = 0; ev->s && ev->w && n < 512; i++) {
		next = session_name(ev->s, i, &v);
		if (!next)
			break;
		names[n++] = next;
	}
	if (observable_family(name))
		return fail(ev->m, "nothing is called '%s' alone; names that begin so go on, like %s",
		            name, observable_family(name));
	near = did_you_mean(name, names, n);
	if (near)
		return fail(ev->m, "nothing is called '%s'; did you mean '%s'?", name, near);
	return fail(ev->m, "nothing is called '%s': it is no observable and no bound name", name);
}

/* The page behind an address that node `index` gives. */
static bool eval_page_at(struct eval *ev, unsigned index, struct observation *o)
{
	uint64_t pfn;

	if (!eval(ev, index, o))
		return false;
	if (o->n > UINT32_MAX)
		return fail(ev->m, "0x%" PRIx64 " is no virtual address: it lies beyond 4 GiB",
		            o->n);
	if (!ev->w)
		return fail(ev->m, "nothing is booted yet");
	return page_behind(ev->w, 0, (uint32_t)o->n, &pfn, ev->m) && value(o, OBS_PFN, pfn);
}

/* An observable's argument. A page may be given by a name that is bound to its address. */
static bool eval_argument(struct eval *ev, const struct node *n, uint64_t *index)
{
	struct observation o = { .n = 0 };
	bool page = strchr(n->observable->name, '(');

	if (!n->a)
		return true;
	if (!eval(ev, n->a, &o))
		return false;
	if (page && o.type == OBS_ADDRESS && !eval_page_at(ev, n->a, &o))
		return false;
	if (o.type == OBS_WORD)
		return fail(ev->m, "%s wants a number, not a word", n->observable->name);
	*index = o.n;
	return true;
}

static bool eval_observable(struct eval *ev, const struct node *n, struct observation *o)
{
	struct message why;
	uint64_t index = 0;

	if (!ev->w)
		return fail(ev->m, "nothing is booted yet, so there is no %s", n->observable->name);
	if (!eval_argument(ev, n, &index))
		return false;
	if (n->observable->read(ev->w, index, o, &why))
		return true;
	return fail(ev->m, "%s: %s", n->observable->name, why.text);
}

static bool eval_event_argument(struct eval *ev, const struct node *n, struct observation *o)
{
	const struct event *e = ev->event;
	const uint64_t field[] = { e->cpu, e->task, e->cycle, e->step, ev->seq, e->cause };
	char name[32];
	const char *word;

	if (n->n >= FIELD_CPU)
		return value(o, OBS_COUNT, field[n->n - FIELD_CPU]);
	word = event_word(n->event, (unsigned)n->n, e->arg[n->n]);
	if (word) {
		*o = (struct observation){ .type = OBS_WORD, .word = word };
		return true;
	}
	switch (event_argument(n->event, (unsigned)n->n, name, sizeof(name))) {
	case EVENT_ARG_ADDRESS:
		return value(o, OBS_ADDRESS, e->arg[n->n]);
	case EVENT_ARG_PFN:
		return value(o, OBS_PFN, e->arg[n->n]);
	default:
		return value(o, OBS_COUNT, e->arg[n->n]);
	}
}

/* Counts the events kept of a kind for which the condition holds. */
static bool count_where(struct eval *ev, const struct node *n, struct observation *o)
{
	const struct event_log *log = &ev->w->machine.log;
	uint64_t found = 0;
	bool ok = true;

	memset(ev->cached, 0, sizeof(ev->cached));
	for (uint32_t seq = log->first; ok && seq && seq <= log->n; seq++) {
		struct observation holds;

		ev->event = event_get(log, seq);
		ev->seq = seq;
		if (!ev->event || ev->event->kind != n->n)
			continue;
		ok = eval(ev, n->a, &holds);
		found += ok && observation_true(&holds);
	}
	ev->event = NULL;
	return ok && value(o, OBS_COUNT, found);
}

static bool eval_count(struct eval *ev, const struct node *n, struct observation *o)
{
	if (!ev->w)
		return fail(ev->m, "nothing is booted yet, so nothing has happened");
	if (n->a)
		return count_where(ev, n, o);
	return value(o, OBS_COUNT, ev->w->machine.log.count[n->n]);
}

static bool eval_name(struct eval *ev, const struct node *n, struct observation *o)
{
	return bound(ev, n->text, o) || unknown(ev, n->text);
}

/* Whether a node can be read as a word: something in quotes, a plain name, a number's spelling. */
static bool wordy(const struct node *n)
{
	return n->kind == NODE_WORD || n->kind == NODE_NAME || (n->kind == NODE_NUMBER && n->text);
}

/* One side of a comparison. A plain name that is bound to nothing is taken as a word. */
static bool eval_side(struct eval *ev, unsigned index, struct observation *o)
{
	const struct node *n = &ev->e->node[index];

	if (n->kind == NODE_WORD || (n->kind == NODE_NAME && !bound(ev, n->text, o))) {
		*o = (struct observation){ .type = OBS_WORD, .word = n->text };
		return true;
	}
	return n->kind == NODE_NAME || eval(ev, index, o);
}

/* The text of a side, when the other side is a word. */
static const char *side_text(const struct node *n, const struct observation *o)
{
	return o->type == OBS_WORD ? o->word : wordy(n) ? n->text : NULL;
}

static bool compare_words(struct eval *ev, const struct node *n, const struct observation *a,
                          const struct observation *b, struct observation *o)
{
	const struct node *na = &ev->e->node[n->a], *nb = &ev->e->node[n->b];
	const char *ta = side_text(na, a), *tb = side_text(nb, b);

	/* Two words that only the reader wrote: one of them was meant as a name. */
	if (wordy(na) && wordy(nb))
		return unknown(ev,
		               na->kind == NODE_NAME && a->type == OBS_WORD ? na->text : nb->text);
	if (!ta || !tb)
		return nb->kind == NODE_NAME || na->kind == NODE_NAME ?
		       unknown(ev, nb->kind == NODE_NAME ? nb->text : na->text) :
		       fail(ev->m, "a word cannot be compared with a number");
	if (n->sign != SIGN_EQ && n->sign != SIGN_NE)
		return fail(ev->m, "words are equal (==) or not (!=); none is less than another");
	return value(o, OBS_BOOL, (strcasecmp(ta, tb) == 0) == (n->sign == SIGN_EQ));
}

static bool eval_comparison(struct eval *ev, const struct node *n, struct observation *o)
{
	struct observation a, b;

	if (!eval_side(ev, n->a, &a) || !eval_side(ev, n->b, &b))
		return false;
	if (a.type == OBS_WORD || b.type == OBS_WORD)
		return compare_words(ev, n, &a, &b, o);
	return value(o, OBS_BOOL, numbers_compare(n->sign, &a, &b));
}

static bool eval_arithmetic(struct eval *ev, const struct node *n, struct observation *o)
{
	struct observation a, b;

	if (!eval(ev, n->a, &a) || !eval(ev, n->b, &b))
		return false;
	if (a.type == OBS_WORD || b.type == OBS_WORD)
		return fail(ev->m, "'%s' wants numbers, not words", sign_text(n->sign));
	return numbers_combine(n->sign, &a, &b, o, ev->m);
}

/* "and" and "or" look at their right side only when the left does not decide. */
static bool eval_logic(struct eval *ev, const struct node *n, struct observation *o)
{
	struct observation a;

	if (!eval(ev, n->a, &a))
		return false;
	if (observation_true(&a) == (n->sign == SIGN_OR))
		return value(o, OBS_BOOL, n->sign == SIGN_OR);
	return eval(ev, n->b, &a) && value(o, OBS_BOOL, observation_true(&a));
}

static bool eval_binary(struct eval *ev, const struct node *n, struct observation *o)
{
	if (n->sign == SIGN_OR || n->sign == SIGN_AND)
		return eval_logic(ev, n, o);
	if (n->sign >= SIGN_EQ && n->sign <= SIGN_GT)
		return eval_comparison(ev, n, o);
	return eval_arithmetic(ev, n, o);
}

static bool eval_unary(struct eval *ev, const struct node *n, struct observation *o)
{
	struct observation a;

	if (!eval(ev, n->a, &a))
		return false;
	if (n->sign == SIGN_NOT)
		return value(o, OBS_BOOL, !observation_true(&a));
	if (a.type == OBS_WORD || (int64_t)a.n == INT64_MIN)
		return fail(ev->m, "'-' wants a number that fits in 64 bits with its sign");
	return value(o, OBS_COUNT, -a.n);
}

static bool eval_node(struct eval *ev, const struct node *n, struct observation *o)
{
	switch (n->kind) {
	case NODE_NUMBER:
		return value(o, n->type, n->n);
	case NODE_NAME:
		return eval_name(ev, n, o);
	case NODE_OBSERVABLE:
		return eval_observable(ev, n, o);
	case NODE_PAGE_AT:
		return eval_page_at(ev, n->a, o);
	case NODE_EVENT_ARG:
		return eval_event_argument(ev, n, o);
	case NODE_COUNT:
		return eval_count(ev, n, o);
	case NODE_UNARY:
		return eval_unary(ev, n, o);
	case NODE_BINARY:
		return eval_binary(ev, n, o);
	case NODE_WORD:
	case NODE_NONE:
		break;
	}
	return fail(ev->m, "the word '%s' can only be compared (==, !=) with another", n->text);
}

static bool eval(struct eval *ev, unsigned index, struct observation *o)
{
	const struct node *n = &ev->e->node[index];

	if (!ev->event || n->varies)
		return eval_node(ev, n, o);
	if (!ev->cached[index]) {
		if (!eval_node(ev, n, &ev->cache[index]))
			return false;
		ev->cached[index] = true;
	}
	*o = ev->cache[index];
	return true;
}

bool expr_eval(const struct expr *e, const struct session *s, struct observation *o,
               struct message *m)
{
	struct message local;
	struct eval ev = { .e = e, .s = s, .w = s ? session_world(s) : NULL, .m = m ? m : &local };

	return eval(&ev, e->root, o);
}

bool expr_sides(const struct expr *e, const struct session *s, struct observation side[2])
{
	const struct node *root = &e->node[e->root];
	struct message why;
	struct eval ev = { .e = e, .s = s, .w = s ? session_world(s) : NULL, .m = &why };

	return root->kind == NODE_BINARY && root->sign >= SIGN_EQ && root->sign <= SIGN_GT &&
	       eval_side(&ev, root->a, &side[0]) && eval_side(&ev, root->b, &side[1]);
}
