/*
 * Recursive descent, one function for each level of binding:
 *
 *	expression := and { ("or" | "||") and }
 *	and        := not { ("and" | "&&") not }
 *	not        := ("not" | "!") not | comparison
 *	comparison := sum [ ("==" | "!=" | "<" | "<=" | ">" | ">=") sum ]
 *	sum        := product { ("+" | "-") product }
 *	product    := unary { ("*" | "/" | "%") unary }
 *	unary      := "-" unary | primary
 *	primary    := NUMBER | WORD | name | "@" unary | "(" expression ")"
 *
 * Lessons are a stranger's, so everything is bounded: text, nodes, depth.
 */
#include "lab/expr_node.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

unsigned parse_fail(struct parser *p, unsigned at, const char *format, ...)
{
	char text[sizeof(p->m->text)];
	va_list ap;

	if (p->column)
		return 0;
	p->column = at + 1;
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	fail(p->m, "%s", text);
	return 0;
}

void parse_next(struct parser *p)
{
	p->token = token_at(p->text, p->at, &p->at);
	if (p->token.kind == TOKEN_BAD)
		parse_fail(p, p->token.start, "'%.*s': %s", (int)p->token.length,
		           p->text + p->token.start, p->token.problem);
}

bool parse_sign(struct parser *p, enum sign sign)
{
	if (p->column || p->token.kind != TOKEN_SIGN || p->token.sign != sign)
		return false;
	parse_next(p);
	return true;
}

bool parse_expect(struct parser *p, enum sign sign)
{
	if (parse_sign(p, sign))
		return true;
	return parse_fail(p, p->token.start, "a '%s' is missing here", sign_text(sign));
}

unsigned parse_node(struct parser *p, struct node node)
{
	struct expr *e = p->e;

	if (p->column)
		return 0;
	if (e->nr_nodes + 1 >= EXPR_NODES)
		return parse_fail(p, p->token.start, "the expression is too long");
	node.varies =
		node.kind == NODE_EVENT_ARG ||
		(node.kind != NODE_COUNT && (e->node[node.a].varies || e->node[node.b].varies));
	e->node[++e->nr_nodes] = node;
	return e->nr_nodes;
}

const char *parse_text(struct parser *p, unsigned start, unsigned length)
{
	char *s = p->e->pool + p->e->used;

	if (p->e->used + length + 1 > sizeof(p->e->pool)) {
		parse_fail(p, start, "the expression is too long");
		return "";
	}
	memcpy(s, p->text + start, length);
	s[length] = '\0';
	p->e->used += length + 1;
	return s;
}

typedef unsigned parse_fn(struct parser *p);

/* Whether one of the signs from..to comes next, inclusive; takes it. */
static enum sign one_of(struct parser *p, enum sign from, enum sign to)
{
	enum sign sign = p->token.sign;

	if (p->column || p->token.kind != TOKEN_SIGN || sign < from || sign > to)
		return SIGN_NONE;
	parse_next(p);
	return sign;
}

/* Operands joined by operators from..to, which bind from left to right. */
static unsigned chain(struct parser *p, parse_fn *operand, enum sign from, enum sign to)
{
	unsigned a = operand(p);
	enum sign sign;

	while (a && (sign = one_of(p, from, to)) != SIGN_NONE) {
		unsigned b = operand(p);

		if (!b)
			return 0;
		a = parse_node(p,
		               (struct node){ .kind = NODE_BINARY, .sign = sign, .a = a, .b = b });
	}
	return a;
}

static unsigned primary(struct parser *p);

static bool deeper(struct parser *p)
{
	if (++p->depth <= EXPR_DEPTH)
		return true;
	return parse_fail(p, p->token.start, "the expression is nested too deeply");
}

static unsigned unary(struct parser *p)
{
	unsigned a;

	if (!parse_sign(p, SIGN_SUB))
		return primary(p);
	a = deeper(p) ? unary(p) : 0;
	p->depth--;
	return a ? parse_node(p, (struct node){ .kind = NODE_UNARY, .sign = SIGN_SUB, .a = a }) : 0;
}

static unsigned product(struct parser *p)
{
	return chain(p, unary, SIGN_MUL, SIGN_MOD);
}

static unsigned sum(struct parser *p)
{
	return chain(p, product, SIGN_ADD, SIGN_SUB);
}

static unsigned comparison(struct parser *p)
{
	unsigned a = sum(p), b;
	enum sign sign = a ? one_of(p, SIGN_EQ, SIGN_GT) : SIGN_NONE;

	if (sign == SIGN_NONE)
		return a;
	b = sum(p);
	if (!b)
		return 0;
	if (p->token.kind == TOKEN_SIGN && p->token.sign >= SIGN_EQ && p->token.sign <= SIGN_GT)
		return parse_fail(p, p->token.start,
		                  "comparisons do not chain: join two of them with 'and'");
	return parse_node(p, (struct node){ .kind = NODE_BINARY, .sign = sign, .a = a, .b = b });
}

static unsigned not_(struct parser *p)
{
	unsigned a;

	if (!parse_sign(p, SIGN_NOT))
		return comparison(p);
	a = deeper(p) ? not_(p) : 0;
	p->depth--;
	return a ? parse_node(p, (struct node){ .kind = NODE_UNARY, .sign = SIGN_NOT, .a = a }) : 0;
}

static unsigned and_(struct parser *p)
{
	return chain(p, not_, SIGN_AND, SIGN_AND);
}

unsigned parse_expression(struct parser *p)
{
	unsigned a = deeper(p) ? chain(p, and_, SIGN_OR, SIGN_OR) : 0;

	p->depth--;
	return a;
}

static unsigned literal(struct parser *p)
{
	struct token t = p->token;
	struct node node = { .kind = t.kind == TOKEN_NUMBER ? NODE_NUMBER : NODE_WORD,
		             .type = t.hex ? OBS_MASK : OBS_COUNT, .n = t.number };

	node.text = parse_text(p, t.start, t.length);
	parse_next(p);
	return parse_node(p, node);
}

static unsigned primary(struct parser *p)
{
	unsigned a;

	if (p->token.kind == TOKEN_NUMBER || p->token.kind == TOKEN_WORD)
		return literal(p);
	if (p->token.kind == TOKEN_NAME)
		return parse_name(p);
	if (parse_sign(p, SIGN_AT)) {
		a = deeper(p) ? unary(p) : 0;
		p->depth--;
		return a ? parse_node(p, (struct node){ .kind = NODE_PAGE_AT, .a = a }) : 0;
	}
	if (parse_sign(p, SIGN_OPEN)) {
		a = parse_expression(p);
		return a && parse_expect(p, SIGN_CLOSE) ? a : 0;
	}
	if (p->token.kind == TOKEN_END)
		return parse_fail(p, p->token.start, "something is missing at the end");
	return parse_fail(p, p->token.start, "a number or a name belongs here, not '%.*s'",
	                  (int)p->token.length, p->text + p->token.start);
}

struct expr *expr_parse_at(const char *text, unsigned *column, struct message *m)
{
	struct message local;
	struct parser p = { .e = calloc(1, sizeof(*p.e)), .text = text, .m = m ? m : &local };

	if (!p.e)
		abort();
	if (strlen(text) > EXPR_LENGTH) {
		parse_fail(&p, EXPR_LENGTH, "the expression is longer than %u bytes", EXPR_LENGTH);
	} else {
		parse_next(&p);
		p.e->root = parse_expression(&p);
		if (p.e->root && p.token.kind != TOKEN_END)
			parse_fail(&p, p.token.start, "'%.*s' does not belong here",
			           (int)p.token.length, text + p.token.start);
	}
	*column = p.column;
	if (!p.column)
		return p.e;
	free(p.e);
	return NULL;
}

struct expr *expr_parse(const char *text, struct message *m)
{
	struct message why;
	unsigned column;
	struct expr *e = expr_parse_at(text, &column, &why);

	if (!e)
		fail(m, "column %u: %s", column, why.text);
	return e;
}

void expr_free(struct expr *e)
{
	free(e);
}
