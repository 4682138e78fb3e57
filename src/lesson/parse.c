/*
 * A lesson's file becomes parts.
 *
 * The text is checked as text (source.c), its front matter read (front.c), and the rest given to
 * cmark (document.c). Then the tree's top level is cut: a fenced block whose info string begins with
 * `kmaplab` is a part, what stands between two of them is one part of prose.
 *
 * cmark closes at the end of the file what was never closed, as CommonMark demands; here that is
 * most probably a mistake that makes half of a lesson disappear, so it is looked for and said.
 */
#include "lesson/inline.h"
#include "lesson/parts.h"

#include "lab/did_you_mean.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the file is read with, beside the lesson itself. */
struct reading {
	struct lesson *l;
	const char *text;      /* the whole file */
	struct source_line *line; /* and its lines: line[i] is line i + 1 */
	unsigned nr_lines;
	unsigned offset;       /* lines before the first that cmark sees */
	struct problems *p;
};

/* --- fences ----------------------------------------------------------------------------------- */

/* Line `number` of the file; an empty one when there is none. */
static struct source_line file_line(const struct reading *r, unsigned number)
{
	return number && number <= r->nr_lines ? r->line[number - 1] :
	                                         (struct source_line){ "", 0, number };
}

static bool index_lines(struct reading *r)
{
	struct source_line line = { NULL, 0, 0 };
	unsigned n = 0;

	while (source_next(r->text, &line))
		n++;
	r->line = calloc(n + 1, sizeof *r->line);
	if (!r->line)
		return false;
	for (line = (struct source_line){ NULL, 0, 0 }; source_next(r->text, &line);)
		r->line[r->nr_lines++] = line;
	return true;
}

static size_t fence_length(const struct source_line *l, char *kind)
{
	size_t i = 0, n = 0;

	while (i < l->size && strchr(" \t>", l->start[i]))
		i++;
	*kind = i < l->size ? l->start[i] : ' ';
	while (i + n < l->size && l->start[i + n] == *kind)
		n++;
	return *kind == '`' || *kind == '~' ? n : 0;
}

/* A fenced block ends with a fence of its own kind that is at least as long, on another line. */
static bool fence_closed(const struct reading *r, cmark_node *node)
{
	unsigned first = (unsigned)cmark_node_get_start_line(node) + r->offset;
	unsigned last = (unsigned)cmark_node_get_end_line(node) + r->offset;
	struct source_line open = file_line(r, first), close = file_line(r, last);
	char kind, end_kind;
	size_t n = fence_length(&open, &kind);

	if (n < 3)
		return true; /* an indented block needs no end */
	return last > first && fence_length(&close, &end_kind) >= n && kind == end_kind;
}

/* Whether a code block's info string begins with the word kmaplab; `rest` gets what follows. */
static bool is_ours(cmark_node *node, char *rest, size_t size)
{
	const char *info = cmark_node_get_fence_info(node);

	if (!info || strncmp(info, "kmaplab", 7) || (info[7] && !isblank((unsigned char)info[7])))
		return false;
	info += 7 + strspn(info + 7, " \t");
	snprintf(rest, size, "%s", info);
	return true;
}

/* HTML would be dropped without a word. Comments may be: that is what they are for. */
static bool refuse_html(struct problems *p, unsigned line, const char *html)
{
	static const char text[] = "HTML is not shown: only <!-- note: ... --> is read, and `<` in "
				   "prose wants a backslash or backquotes";

	if (!strncmp(html, "<!--", 4))
		return false;
	if (!problems_has(p, line, 1, text)) /* a tag has an end, too */
		problem(p, line, 1, "%s", text);
	return true;
}

/* Complains about fences without an end, and of ours in lists and quotes, anywhere in the tree. */
static void check_fences(const struct reading *r)
{
	cmark_iter *it = cmark_iter_new(r->l->document);
	cmark_event_type event;

	while ((event = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(it);
		unsigned line = (unsigned)cmark_node_get_start_line(node) + r->offset;
		char rest[8];

		if (event == CMARK_EVENT_ENTER && cmark_node_get_type(node) == CMARK_NODE_HTML_INLINE)
			refuse_html(r->p, line, cmark_node_get_literal(node));
		if (cmark_node_get_type(node) != CMARK_NODE_CODE_BLOCK)
			continue;
		if (is_ours(node, rest, sizeof rest) &&
		    cmark_node_parent(node) != r->l->document)
			problem(r->p, line, (unsigned)cmark_node_get_start_column(node),
			        "a kmaplab block stands at the left margin, not in a list or quote");
		else if (!fence_closed(r, node))
			problem(r->p, line, (unsigned)cmark_node_get_start_column(node),
			        "this block has no end: add a line ``` behind it");
	}
	cmark_iter_free(it);
}

/* --- parts ------------------------------------------------------------------------------------ */

/* The limit is on what a person could work through, not on what memory could hold. */
static struct part *add_part(struct reading *r, enum part_kind kind, unsigned line)
{
	struct lesson *l = r->l;
	struct part *grown;

	if (l->nr_parts == LESSON_PARTS) {
		problem(r->p, line, 1, "a lesson has at most %u parts", LESSON_PARTS);
		return NULL;
	}
	grown = reallocarray(l->part, l->nr_parts + 1, sizeof *grown);
	if (!grown)
		return NULL;
	l->part = grown;
	l->part[l->nr_parts] = (struct part){ .kind = kind, .line = line };
	return &l->part[l->nr_parts++];
}

static void unknown_kind(const struct reading *r, const char *word, unsigned line)
{
	const char *kinds[PART_KINDS], *near;
	char list[80] = "";

	for (int i = 1; i < PART_KINDS; i++) {
		kinds[i] = part_kind_name((enum part_kind)i);
		strcat(list, i > 1 ? ", " : "");
		strcat(list, kinds[i]);
	}
	near = *word ? did_you_mean(word, kinds + 1, PART_KINDS - 1) : NULL;
	if (near)
		problem(r->p, line, 1, "there is no kmaplab block of kind '%s'; did you mean '%s'?",
		        word, near);
	else if (*word)
		problem(r->p, line, 1, "there is no kmaplab block of kind '%s', but %s", word,
		        list);
	else
		problem(r->p, line, 1, "which kind of kmaplab block? One of %s", list);
}

static void add_block(struct reading *r, cmark_node *node, const char *word)
{
	unsigned line = (unsigned)cmark_node_get_start_line(node) + r->offset;
	enum part_kind kind = block_kind(word);
	struct part *part;

	if (kind == PART_PROSE) {
		unknown_kind(r, word, line);
		return;
	}
	part = add_part(r, kind, line);
	if (part)
		block_read(part, cmark_node_get_literal(node), line + 1,
		           (unsigned)cmark_node_get_start_column(node) - 1, r->p);
}

/* Prose goes on with the part of prose before it, if that was the last. */
static void add_prose(struct reading *r, cmark_node *node)
{
	struct lesson *l = r->l;
	struct part *last = l->nr_parts ? &l->part[l->nr_parts - 1] : NULL;

	if (!last || last->kind != PART_PROSE) {
		last = add_part(r, PART_PROSE,
		                (unsigned)cmark_node_get_start_line(node) + r->offset);
		if (last)
			last->first = node;
	}
	if (last)
		last->behind = cmark_node_next(node);
}

/* What stands between "<!-- note:" and "-->", its words with single blanks between them. */
static char *note_text(const char *html, size_t n)
{
	char *text = malloc(n + 1), *to = text;

	for (size_t i = 0; text && i < n; i++) {
		bool blank = isspace((unsigned char)html[i]);

		if (!blank || (to > text && to[-1] != ' '))
			*to++ = blank ? ' ' : html[i];
	}
	while (text && to > text && to[-1] == ' ')
		to--;
	if (text)
		*to = '\0';
	return text;
}

static void keep_note(struct reading *r, const char *html, size_t n)
{
	struct lesson *l = r->l;
	struct note *grown = l->nr_notes < LESSON_NOTES ?
		reallocarray(l->note, l->nr_notes + 1, sizeof *grown) : NULL;

	if (!grown)
		return;
	l->note = grown;
	l->note[l->nr_notes] = (struct note){ l->nr_parts, note_text(html, n) };
	l->nr_notes += l->note[l->nr_notes].text != NULL;
}

/* Comments are a teacher's notes, or nobody's. A comment without an end would swallow the rest of the
 * lesson. */
static void read_html(struct reading *r, cmark_node *node)
{
	unsigned line = (unsigned)cmark_node_get_start_line(node) + r->offset;
	const char *html = cmark_node_get_literal(node), *end = strstr(html, "-->");
	const char *text = html + strspn(html, " ");

	if (refuse_html(r->p, line, text)) {
		return;
	} else if (!end) {
		problem(r->p, line, 1, "this comment has no end: add `-->`");
	} else {
		text += 4 + strspn(text + 4, " \t\n");
		if (!strncmp(text, "note:", 5) && end > text + 5)
			keep_note(r, text + 5, (size_t)(end - text - 5));
	}
}

static void cut_into_parts(struct reading *r)
{
	cmark_node *node = cmark_node_first_child(r->l->document);

	for (; node; node = cmark_node_next(node)) {
		char word[40];

		if (cmark_node_get_type(node) == CMARK_NODE_CODE_BLOCK &&
		    is_ours(node, word, sizeof word))
			add_block(r, node, word);
		else if (cmark_node_get_type(node) == CMARK_NODE_HTML_BLOCK)
			read_html(r, node);
		else
			add_prose(r, node);
	}
}

/* Playing a lesson has to end before its reader does. */
static void count_commands(const struct reading *r)
{
	unsigned n = 0;

	for (unsigned i = 0; i < r->l->nr_parts; i++)
		for (unsigned f = 0; f < r->l->part[i].nr_fields; f++)
			n += field_commands(&r->l->part[i].field[f]);
	if (n > LESSON_COMMANDS)
		problem(r->p, 0, 0, "%u commands are more than the %u that a lesson may have", n,
		        LESSON_COMMANDS);
}

static void read_body(struct reading *r)
{
	struct source_line last = file_line(r, r->offset);
	const char *body = r->offset ? last.start + last.size : r->text;

	if (r->offset && *body == '\n')
		body++;
	inline_check(body, r->offset + 1, 1, r->p);
	r->l->document = document_parse(body, r->p);
	if (!r->l->document)
		return;
	check_fences(r);
	cut_into_parts(r);
	count_commands(r);
}

/* --- the whole -------------------------------------------------------------------------------- */

/* Everything is read before the verdict, so that all that is wrong is found in one go; a text that is
 * no text is the exception, since positions in it would mean nothing. */
struct lesson *lesson_parse(const char *name, const char *text, size_t size, struct problems *p)
{
	size_t before = problems_count(p);
	struct lesson *l;
	struct reading r = { .text = text, .p = p };

	problems_file(p, name);
	if (!source_check(text, size, p) || !(l = calloc(1, sizeof *l)))
		return NULL;
	r.l = l;
	l->file = strdup(name);
	l->allow_skip = true;
	r.offset = l->offset = front_read(l, text, p);
	if (!l->nr_kernels)
		l->kernel[l->nr_kernels++] = strdup("2.6.27");
	if (index_lines(&r))
		read_body(&r);
	free(r.line);
	if (problems_count(p) == before)
		return l;
	lesson_free(l);
	return NULL;
}
