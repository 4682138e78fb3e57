/*
 * Names in expressions.
 *
 * A name with dots, an index or a page in brackets is an observable; the parser puts together what
 * the table calls it ("pkmap.count[i]") while it parses the argument on the way. A plain name is an
 * observable if there is one, else it is looked up when the expression is evaluated: p0 may be
 * bound by then. Inside `where` the arguments of the event come first.
 */
#include "lab/did_you_mean.h"
#include "lab/expr_node.h"
#include "lab/narrate.h"

#include <stdio.h>
#include <string.h>

/* A name while it is put together. */
struct path {
	char name[96];
	unsigned start;    /* where it begins in the text */
	unsigned argument; /* node of the index or page, 0 = none */
};

static void path_add(struct path *path, const char *s, unsigned length)
{
	size_t used = strlen(path->name);

	snprintf(path->name + used, sizeof(path->name) - used, "%.*s", (int)length, s);
}

/* Takes the name that comes next into the path. */
static bool path_word(struct parser *p, struct path *path)
{
	if (p->token.kind != TOKEN_NAME && p->token.kind != TOKEN_NUMBER)
		return parse_fail(p, p->token.start, "a name belongs behind the dot");
	path_add(path, p->text + p->token.start, p->token.length);
	parse_next(p);
	return true;
}

/* pfn:NUMBER, or any expression whose value is a frame number or a name's page. */
static unsigned page_argument(struct parser *p)
{
	struct token t = p->token;
	unsigned at = p->at;

	if (t.kind == TOKEN_NAME && t.length == 3 && strncmp(p->text + t.start, "pfn", 3) == 0) {
		parse_next(p);
		if (parse_sign(p, SIGN_COLON))
			return parse_expression(p);
		p->token = t;
		p->at = at;
	}
	return parse_expression(p);
}

/* "[i]" or "(P)": the argument, once in a name. */
static bool path_argument(struct parser *p, struct path *path, enum sign close)
{
	if (path->argument)
		return parse_fail(p, p->token.start, "one argument is enough in a name");
	path->argument = close == SIGN_CLOSE ? page_argument(p) : parse_expression(p);
	if (!path->argument || !parse_expect(p, close))
		return false;
	path_add(path, close == SIGN_CLOSE ? "(P)" : "[i]", 3);
	return true;
}

/* The rest of a name behind its first word. */
static bool path_rest(struct parser *p, struct path *path)
{
	for (;;) {
		bool more;

		if (parse_sign(p, SIGN_DOT)) {
			path_add(path, ".", 1);
			more = path_word(p, path);
		} else if (parse_sign(p, SIGN_INDEX)) {
			more = path_argument(p, path, SIGN_INDEX_END);
		} else if (parse_sign(p, SIGN_OPEN)) {
			more = path_argument(p, path, SIGN_CLOSE);
		} else {
			return true;
		}
		if (!more)
			return false;
	}
}

static const struct observable *observable_find(const char *name)
{
	for (const struct observable *o = observables; o->name; o++)
		if (strcmp(o->name, name) == 0)
			return o;
	return NULL;
}

static unsigned unknown_observable(struct parser *p, const struct path *path)
{
	const char *names[512], *near;
	size_t n = 0;

	for (const struct observable *o = observables; o->name && n < 512; o++)
		names[n++] = o->name;
	near = observable_family(path->name);
	if (!near)
		near = did_you_mean(path->name, names, n);
	return parse_fail(p, path->start, "nothing is called '%s'%s%s%s", path->name,
	                  near ? "; did you mean '" : "; see help observables", near ? near : "",
	                  near ? "'?" : "");
}

/* An argument of the event that `where` looks at; 0 without an error when it has none so called. */
static unsigned event_name(struct parser *p, const char *name)
{
	static const char *const fields[] = { "cpu", "task", "cycle", "step", "seq", "cause" };
	struct node node = { .kind = NODE_EVENT_ARG, .event = p->event };
	char own[32];

	for (unsigned i = 0; i < 3; i++)
		if (event_argument(p->event, i, own, sizeof(own)) && strcmp(own, name) == 0) {
			node.n = i;
			return parse_node(p, node);
		}
	for (unsigned i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strcmp(fields[i], name) == 0) {
			node.n = FIELD_CPU + i;
			return parse_node(p, node);
		}
	return 0;
}

static unsigned event_kind(struct parser *p)
{
	char name[64];
	const char *names[EVENT_KINDS], *near;
	unsigned kind;

	if (p->token.kind != TOKEN_NAME)
		return parse_fail(p, p->token.start,
		                  "count() wants the name of an event, as in count(IPI_SEND)");
	snprintf(name, sizeof(name), "%.*s", (int)p->token.length, p->text + p->token.start);
	kind = event_kind_find(name);
	if (kind) {
		parse_next(p);
		return kind;
	}
	for (unsigned i = 0; i < EVENT_KINDS; i++)
		names[i] = event_desc(i) ? event_desc(i)->name : NULL;
	near = did_you_mean(name, names, EVENT_KINDS);
	return parse_fail(p, p->token.start, "there is no event '%s'%s%s%s", name,
	                  near ? "; did you mean '" : "; see help events", near ? near : "",
	                  near ? "'?" : "");
}

/* EVENT [where CONDITION] ")" */
static unsigned count_arguments(struct parser *p)
{
	struct node node = { .kind = NODE_COUNT };
	static const char where[] = "where";

	node.n = event_kind(p);
	if (!node.n)
		return 0;
	if (p->token.kind == TOKEN_NAME && p->token.length == strlen(where) &&
	    memcmp(p->text + p->token.start, where, strlen(where)) == 0) {
		parse_next(p);
		p->event = (unsigned)node.n;
		node.a = parse_expression(p);
		p->event = 0;
		if (!node.a)
			return 0;
	}
	return parse_expect(p, SIGN_CLOSE) ? parse_node(p, node) : 0;
}

/* A name of one word that is no observable: a word of the language, or something bound. */
static unsigned plain_name(struct parser *p, const struct path *path)
{
	static const char *const truths[] = { "false", "true", "no", "yes", "off", "on" };
	struct node node = { .kind = NODE_NAME, .type = OBS_BOOL };

	node.text = parse_text(p, path->start, (unsigned)strlen(path->name));
	for (unsigned i = 0; i < 6; i++)
		if (strcmp(path->name, truths[i]) == 0) {
			node.kind = NODE_NUMBER;
			node.n = i % 2;
		}
	return parse_node(p, node);
}

/* Whether the name goes on: what follows is part of it. */
static bool goes_on(const struct parser *p)
{
	return p->token.kind == TOKEN_SIGN &&
	       (p->token.sign == SIGN_DOT || p->token.sign == SIGN_INDEX ||
	        p->token.sign == SIGN_OPEN);
}

unsigned parse_name(struct parser *p)
{
	struct path path = { .start = p->token.start };
	struct node node = { .kind = NODE_OBSERVABLE };
	unsigned found;

	path_word(p, &path);
	if (strcmp(path.name, "count") == 0 && parse_sign(p, SIGN_OPEN)) {
		if (p->event)
			return parse_fail(p, path.start,
			                  "count() cannot stand inside another count()");
		return count_arguments(p);
	}
	found = p->event && !goes_on(p) ? event_name(p, path.name) : 0;
	if (found || p->column || !path_rest(p, &path))
		return found;
	node.observable = observable_find(path.name);
	node.a = path.argument;
	if (node.observable)
		return parse_node(p, node);
	return strpbrk(path.name, ".[(") ? unknown_observable(p, &path) : plain_name(p, &path);
}
