/*
 * Markdown with expressions in it. Markdown would take an expression in prose apart (`page_table[1]`
 * holds emphasis and a link), so before cmark sees the text each {= ...} is replaced by a mark that
 * means nothing to Markdown, {=@7}, and put back into the finished tree.
 */
#include "lesson/inline.h"
#include "lesson/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The expressions of a text, by the numbers of their marks. */
struct marked {
	char **expression; /* "{= ...}" or "\\{=" */
	unsigned nr_expressions;
	struct problems *p;
};

/* The marks are numbered in the order of the file; the number is all that a mark says. */
static bool keep_expression(struct marked *r, const char *s, size_t n)
{
	char **grown = reallocarray(r->expression, r->nr_expressions + 1, sizeof *grown);

	if (!grown)
		return false;
	r->expression = grown;
	r->expression[r->nr_expressions] = strndup(s, n);
	return r->expression[r->nr_expressions++] != NULL;
}

/* Where the next expression or escaped `{=` begins and how long it is; 0 = there is none. */
static size_t next_mark(const char *body, const char **start)
{
	const char *s = inline_brace(body);
	size_t n;

	if (!s)
		return 0;
	if (s > body && s[-1] == '\\') {
		*start = s - 1;
		return 3;
	}
	*start = s;
	n = inline_length(s);
	return n ? n : 2;
}

/* The body with marks for its expressions. */
static char *mark_expressions(struct marked *r, const char *body)
{
	const char *start;
	char *marked = NULL;
	size_t size, n;
	FILE *out = open_memstream(&marked, &size);

	if (!out)
		return NULL;
	while ((n = next_mark(body, &start)) && r->nr_expressions < LESSON_EXPRESSIONS &&
	       keep_expression(r, start, n)) {
		fwrite(body, 1, (size_t)(start - body), out);
		fprintf(out, "{=@%u}", r->nr_expressions - 1);
		body = start + n;
	}
	if (n)
		problem(r->p, 0, 0, "a lesson has at most %u expressions in its prose",
		        LESSON_EXPRESSIONS);
	fputs(body, out);
	fclose(out);
	return marked;
}

/* The text with its marks replaced by what they stand for. The caller frees it. */
static char *unmark(const struct marked *r, const char *text)
{
	char *result = NULL;
	size_t size;
	FILE *out = open_memstream(&result, &size);
	const char *s;

	if (!out)
		return NULL;
	while ((s = inline_brace(text))) {
		char *end = NULL;
		unsigned long i = s[2] == '@' ? strtoul(s + 3, &end, 10) : 0;
		bool mark = end && *end == '}' && i < r->nr_expressions;

		fwrite(text, 1, (size_t)(s - text), out);
		fputs(mark ? r->expression[i] : "{=", out);
		text = mark ? end + 1 : s + 2;
	}
	fputs(text, out);
	fclose(out);
	return result;
}

/* Text, code and code blocks: wherever cmark keeps literal text, marks may have come to stand. */
static void unmark_tree(const struct marked *r, cmark_node *root)
{
	cmark_iter *it = cmark_iter_new(root);

	while (cmark_iter_next(it) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(it);
		const char *literal = cmark_node_get_literal(node);

		if (literal && inline_brace(literal)) {
			char *text = unmark(r, literal);

			cmark_node_set_literal(node, text ? text : "");
			free(text);
		}
	}
	cmark_iter_free(it);
}

cmark_node *document_parse(const char *text, struct problems *p)
{
	struct marked r = { .p = p };
	char *marked = mark_expressions(&r, text);
	cmark_node *document = NULL;

	if (marked)
		document = cmark_parse_document(marked, strlen(marked), CMARK_OPT_DEFAULT);
	free(marked);
	if (document)
		unmark_tree(&r, document);
	for (unsigned i = 0; i < r.nr_expressions; i++)
		free(r.expression[i]);
	free(r.expression);
	return document;
}
