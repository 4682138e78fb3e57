/*
 * cmark's tree becomes text with marks (marks.h): each paragraph, heading or item one line, which
 * whoever knows a width sets. A link shows its text and, when that is another, its address. What
 * Markdown calls HTML is a teacher's note and is left out.
 *
 * The tree is walked with cmark's iterator, not by recursion, so that the depth of nesting costs
 * no stack.
 */
#include "lesson/prose.h"

#include "lesson/marks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INDENT_DEPTH 8

/* One top-level block on its way to text. */
struct setting {
	const struct inline_scope *scope;
	FILE *out;
	struct message *m;
	unsigned depth; /* of lists and quotes */
	struct {
		char first[24], rest[24];
	} indent[INDENT_DEPTH];
};

/* Text of a node with its expressions filled in. The caller frees it. The first expression that
 * fails is reported, the others show as (?): one bad line in a lesson has most often one cause. */
static char *expanded(struct setting *st, const char *text)
{
	struct message m;
	char *result = inline_expand(text, st->scope, &m);

	if (*m.text && !*st->m->text)
		*st->m = m;
	return result;
}

/* A newline would be the end of the paragraph. */
static void put(struct setting *st, const char *text)
{
	for (; *text; text++)
		putc(*text == '\n' || *text == '\t' ? ' ' : *text, st->out);
}

static void set_text(struct setting *st, cmark_node *node)
{
	char *text = expanded(st, cmark_node_get_literal(node));

	put(st, text ? text : "");
	free(text);
}

/* What tells `back` from back, in whichever way it is shown. */
static void set_code(struct setting *st, cmark_node *node)
{
	putc(MARK_CODE, st->out);
	set_text(st, node);
	putc(MARK_END, st->out);
}

static void set_link(struct setting *st, cmark_node *node)
{
	const char *url = cmark_node_get_url(node);
	cmark_node *child = cmark_node_first_child(node);
	const char *text = child ? cmark_node_get_literal(child) : NULL;

	if (url && *url && (!text || !strstr(url, text))) {
		put(st, " (");
		put(st, url);
		put(st, ")");
	}
}

/* The indents of all lists and quotes around the text, one behind the other. */
static void begin_line(struct setting *st)
{
	unsigned n = st->depth < INDENT_DEPTH ? st->depth : INDENT_DEPTH;

	for (unsigned i = 0; i < n; i++) {
		fputs(st->indent[i].first, st->out);
		memcpy(st->indent[i].first, st->indent[i].rest, sizeof st->indent[i].first);
	}
	if (n)
		putc(MARK_HANG, st->out);
}

static void push_indent(struct setting *st, const char *first, const char *rest)
{
	if (st->depth < INDENT_DEPTH) {
		snprintf(st->indent[st->depth].first, sizeof st->indent[0].first, "%s", first);
		snprintf(st->indent[st->depth].rest, sizeof st->indent[0].rest, "%s", rest);
	}
	st->depth++;
}

/* "- " or "3. ", and as many blanks for the lines below. */
static void push_item(struct setting *st, cmark_node *item)
{
	cmark_node *list = cmark_node_parent(item), *before = item;
	char first[24] = "- ", rest[24];
	int number = cmark_node_get_list_start(list);

	if (cmark_node_get_list_type(list) == CMARK_ORDERED_LIST) {
		while ((before = cmark_node_previous(before)))
			number++;
		snprintf(first, sizeof first, "%d. ", number);
	}
	snprintf(rest, sizeof rest, "%*s", (int)strlen(first), "");
	push_indent(st, first, rest);
}

/* Whether an empty line belongs behind this paragraph: not in a tight list. cmark says which lists
 * are tight; it has looked at the blank lines between their items. */
static bool loose(cmark_node *node)
{
	cmark_node *list = cmark_node_parent(cmark_node_parent(node));

	return !list || cmark_node_get_type(list) != CMARK_NODE_LIST ||
	       !cmark_node_get_list_tight(list);
}

static void end_paragraph(struct setting *st, cmark_node *node)
{
	fputs(loose(node) ? "\n\n" : "\n", st->out);
}

/* A code block inside a list or quote: its lines as they are. */
static void set_block(struct setting *st, cmark_node *node)
{
	struct source_line line = { NULL, 0, 0 };
	const char *text = cmark_node_get_literal(node);

	while (source_next(text, &line)) {
		begin_line(st);
		fprintf(st->out, "%c%.*s\n", MARK_VERBATIM, (int)line.size, line.start);
	}
	putc('\n', st->out);
}

/* What has no case of its own (a thematic break, raw HTML, an image's address) says nothing in plain
 * text; its children, if any, are text and come through here themselves. Emphasis in emphasis is
 * emphasis. */
static void enter(struct setting *st, cmark_node *node)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT:
		set_text(st, node);
		break;
	case CMARK_NODE_CODE:
		set_code(st, node);
		break;
	case CMARK_NODE_SOFTBREAK:
		putc(' ', st->out);
		break;
	case CMARK_NODE_LINEBREAK:
		putc('\n', st->out);
		begin_line(st);
		break;
	case CMARK_NODE_EMPH:
		putc(MARK_EMPH, st->out);
		break;
	case CMARK_NODE_STRONG:
		putc(MARK_STRONG, st->out);
		break;
	case CMARK_NODE_ITEM:
		push_item(st, node);
		break;
	case CMARK_NODE_BLOCK_QUOTE:
		push_indent(st, "> ", "> ");
		break;
	case CMARK_NODE_PARAGRAPH:
	case CMARK_NODE_HEADING:
		begin_line(st);
		break;
	case CMARK_NODE_CODE_BLOCK:
		set_block(st, node);
		break;
	default:
		break;
	}
}

static void leave(struct setting *st, cmark_node *node)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_EMPH:
	case CMARK_NODE_STRONG:
		putc(MARK_END, st->out);
		break;
	case CMARK_NODE_LINK:
		set_link(st, node);
		break;
	case CMARK_NODE_ITEM:
	case CMARK_NODE_BLOCK_QUOTE:
		st->depth--;
		break;
	case CMARK_NODE_PARAGRAPH:
	case CMARK_NODE_HEADING:
		end_paragraph(st, node);
		break;
	default:
		break;
	}
}

static char *without_newlines(char *text)
{
	size_t n = text ? strlen(text) : 0;

	while (n && text[n - 1] == '\n')
		text[--n] = '\0';
	return text;
}

/* The text of one top-level block. The caller frees it. */
static char *block_text(cmark_node *block, const struct inline_scope *scope, struct message *m)
{
	struct setting st = { .scope = scope, .m = m };
	char *text = NULL;
	size_t size;
	cmark_iter *it;
	cmark_event_type event;

	st.out = open_memstream(&text, &size);
	if (!st.out)
		return NULL;
	it = cmark_iter_new(block);
	while ((event = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
		if (event == CMARK_EVENT_ENTER)
			enter(&st, cmark_iter_get_node(it));
		else
			leave(&st, cmark_iter_get_node(it));
	}
	cmark_iter_free(it);
	fclose(st.out);
	return without_newlines(text);
}

/* One piece of speech for each block, so that a front end can tell a heading from a list. */
static void say_block(cmark_node *block, const struct inline_scope *scope, say_fn *say, void *ctx,
                      struct message *m)
{
	cmark_node_type type = cmark_node_get_type(block);
	char *text;

	if (type == CMARK_NODE_HTML_BLOCK)
		return;
	if (type == CMARK_NODE_CODE_BLOCK)
		text = without_newlines(strdup(cmark_node_get_literal(block)));
	else
		text = block_text(block, scope, m);
	if (text && *text)
		say(ctx, type == CMARK_NODE_CODE_BLOCK ? SAY_CODE :
		         type == CMARK_NODE_HEADING ? SAY_HEADING : SAY_PROSE, text);
	free(text);
}

bool prose_say(const struct part *part, const struct inline_scope *scope, say_fn *say, void *ctx,
               struct message *m)
{
	m->text[0] = '\0';
	for (cmark_node *n = part->first; n && n != part->behind; n = cmark_node_next(n))
		say_block(n, scope, say, ctx, m);
	return !*m->text;
}

/* --- counting --------------------------------------------------------------------------------- */

struct count {
	unsigned width, lines;
};

static void count_lines(void *ctx, enum say_kind kind, const char *text)
{
	struct count *c = ctx;
	char *set = kind == SAY_CODE ? strdup(text) : marks_set(text, c->width, false);

	c->lines += 2;
	for (const char *s = set; s && *s; s++)
		c->lines += *s == '\n';
	free(set);
}

unsigned prose_lines(const struct part *part, const struct inline_scope *scope, unsigned width)
{
	struct count c = { width, 0 };
	struct message m;

	prose_say(part, scope, count_lines, &c, &m);
	return c.lines ? c.lines - 1 : 0;
}
