/*
 * An expression as a tree: what expr_parse.c makes and expr_eval.c reads.
 */
#ifndef KMAPLAB_LAB_EXPR_NODE_H
#define KMAPLAB_LAB_EXPR_NODE_H

#include "lab/expr.h"
#include "lab/expr_lex.h"

#define EXPR_LENGTH 1000u /* bytes of text */
#define EXPR_NODES 256u
#define EXPR_DEPTH 64u    /* brackets, signs and arguments within each other */

enum node_kind {
	NODE_NONE,
	NODE_NUMBER,     /* n; also true and false */
	NODE_WORD,       /* text: something to compare a word with */
	NODE_NAME,       /* text: a bound name, or a word to compare with */
	NODE_OBSERVABLE, /* a: its argument, 0 = none */
	NODE_PAGE_AT,    /* @VA: a is the address, the value is the page frame behind it */
	NODE_EVENT_ARG,  /* n: which argument, or an enum event_field */
	NODE_COUNT,      /* n: kind of event; a: the condition, 0 = none */
	NODE_UNARY,
	NODE_BINARY,
};

/** What every event has, beside its arguments 0 to 2. */
enum event_field { FIELD_CPU = 3, FIELD_TASK, FIELD_CYCLE, FIELD_STEP, FIELD_SEQ, FIELD_CAUSE };

struct node {
	enum node_kind kind;
	enum sign sign;             /* of NODE_UNARY and NODE_BINARY */
	enum observable_type type;  /* of NODE_NUMBER */
	bool varies;                /* depends on the event that count() looks at */
	unsigned a, b;              /* operands: indices of nodes, 0 = none */
	uint64_t n;
	const char *text;           /* as written; in the expression's pool */
	const struct observable *observable;
	unsigned event;             /* of NODE_EVENT_ARG: the kind */
};

struct expr {
	unsigned nr_nodes; /* node[0] is not used */
	unsigned root;
	size_t used;       /* of the pool */
	struct node node[EXPR_NODES];
	char pool[2 * EXPR_LENGTH];
};

struct parser {
	struct expr *e;
	const char *text;
	unsigned at;          /* where the token after `token` begins */
	struct token token;   /* the one to be looked at now */
	unsigned depth;
	unsigned event;       /* inside `where`: the kind of event, else 0 */
	unsigned column;      /* of the first error */
	struct message *m;
};

/** Reports an error at a byte of the text. Returns 0, which is no node. */
unsigned parse_fail(struct parser *p, unsigned at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** Goes on to the next token. */
void parse_next(struct parser *p);
/** Takes the sign if it comes next. */
bool parse_sign(struct parser *p, enum sign sign);
/** Takes the sign or reports that it is missing. */
bool parse_expect(struct parser *p, enum sign sign);

/** A new node; its index, or 0 with an error when there are too many. */
unsigned parse_node(struct parser *p, struct node node);
/** Bytes of the text, copied into the pool. */
const char *parse_text(struct parser *p, unsigned start, unsigned length);

/** A whole expression. */
unsigned parse_expression(struct parser *p);
/** Two numbers compared (SIGN_EQ to SIGN_GT), or combined (SIGN_ADD to SIGN_MOD); the latter is
 * false with a message on overflow and division by zero. */
bool numbers_compare(enum sign sign, const struct observation *a, const struct observation *b);
bool numbers_combine(enum sign sign, const struct observation *a, const struct observation *b,
                     struct observation *o, struct message *m);

/** The values of a comparison's sides; false when it is none or they have none. */
bool expr_sides(const struct expr *e, const struct session *s, struct observation side[2]);
/** What begins with a name: an observable, a bound name, count(), an event's argument. */
unsigned parse_name(struct parser *p);

#endif
