/*
 * What the lint sees in a lesson's text: stretches of prose that are too long for a screen, code that
 * is misspelt, pages and views that are not there, a numbered lesson with too little to do.
 */
#include "lesson/linting.h"

#include "command/manual.h"
#include "lab/did_you_mean.h"
#include "lesson/prose.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is left of 24 lines of 80 columns, with the status, the prompt and a frame. */
#define SCREEN_LINES 18u
#define SCREEN_WIDTH 78u

/* --- lengths ---------------------------------------------------------------------------------- */

/* Long stretches scroll the question away; prose belongs between things to do or to look at. Parts
 * that show nothing (view, expect) part nothing. Expressions whose names are not bound yet count as
 * (?), which is about as wide. */
void lint_lengths(const struct lint *lint)
{
	struct inline_scope scope = run_scope(lint->run);
	unsigned lines = 0;
	char text[120];

	for (unsigned i = 0; i < lint->l->nr_parts; i++) {
		const struct part *part = &lint->l->part[i];

		if (is_step(part) || part->kind == PART_SHOW)
			lines = 0;
		if (part->kind != PART_PROSE)
			continue;
		lines += (lines != 0) + prose_lines(part, &scope, SCREEN_WIDTH);
		if (lines <= SCREEN_LINES)
			continue;
		snprintf(text, sizeof text, "%u lines of prose with nothing to do; at most %u fit "
		         "on a screen", lines, SCREEN_LINES);
		lint_complain(lint, part->line, 1, text);
		lines = 0;
	}
}

/* --- words ------------------------------------------------------------------------------------ */

/* Code in prose. The lines of inline nodes are known, their columns are not reliable. */
static void check_prose_code(const struct lint *lint, const struct lint_words *w)
{
	cmark_iter *it = cmark_iter_new(lint->l->document);
	cmark_event_type event;

	while ((event = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(it);

		if (event == CMARK_EVENT_ENTER && cmark_node_get_type(node) == CMARK_NODE_CODE)
			lint_words_check(w, cmark_node_get_literal(node),
			                 (unsigned)cmark_node_get_start_line(node) + lint->l->offset,
			                 1, lint->p);
	}
	cmark_iter_free(it);
}

/* Code in the texts of a block: what stands between two backquotes. */
static void check_text_code(const struct lint *lint, const struct lint_words *w,
                            const struct field *f)
{
	for (const char *s = strchr(f->value, '`'), *end; s; s = strchr(end + 1, '`')) {
		char code[200];

		end = strchr(s + 1, '`');
		if (!end)
			return;
		snprintf(code, sizeof code, "%.*s", (int)(end - s - 1), s + 1);
		lint_words_check(w, code, f->line, f->column, lint->p);
	}
}

static bool is_text(enum key key)
{
	return key == KEY_ASK || key == KEY_CHOICE || key == KEY_WRONG || key == KEY_HINT ||
	       key == KEY_WHY;
}

static void check_words(const struct lint *lint)
{
	struct lint_words *w = lint_words_new(lint->l);

	check_prose_code(lint, w);
	for (unsigned i = 0; i < lint->l->nr_parts; i++)
		for (unsigned k = 0; k < lint->l->part[i].nr_fields; k++)
			if (is_text(lint->l->part[i].field[k].key))
				check_text_code(lint, w, &lint->l->part[i].field[k]);
	lint_words_free(w);
}

/* --- what is named ---------------------------------------------------------------------------- */

/* Ours have to be there; whether another system has fork(2) cannot be known here. */
static void check_page(const struct lint *lint, const struct manual *m, const char *page)
{
	const char *names[200], *near;
	char name[MANUAL_NAME], text[200];
	size_t n = 0;

	if (manual_find(m, page))
		return;
	snprintf(name, sizeof name, "%.*s", (int)strcspn(page, "("), page);
	for (unsigned i = 0; i < m->n && n < 200; i++)
		names[n++] = m->page[i].name;
	near = did_you_mean(name, names, n);
	if (near)
		snprintf(text, sizeof text, "there is no page %s; did you mean '%s'?", page, near);
	else if (!strncmp(name, "kmap", 4))
		snprintf(text, sizeof text, "there is no page %s", page);
	else
		return;
	lint_complain(lint, 1, 1, text);
}

static void check_pages(const struct lint *lint)
{
	const char *read = lesson_read_on(lint->l);
	struct manual m;

	manual_read(&m);
	while (m.n && *read) {
		char page[MANUAL_NAME + 8];
		size_t n = strcspn(read, " \t");

		snprintf(page, sizeof page, "%.*s", (int)n, read);
		check_page(lint, &m, page);
		read += n + strspn(read + n, " \t");
	}
	manual_release(&m);
}

static void check_view(const struct lint *lint, const struct field *f)
{
	const char *names[64], *near;
	char name[64], text[160];
	size_t n = 0;

	snprintf(name, sizeof name, "%.*s", (int)strcspn(f->value, " \t"), f->value);
	while (n < 64 && (names[n] = lint->view((unsigned)n)) && strcmp(names[n], name) != 0)
		n++;
	if (n == 64 || names[n])
		return;
	near = did_you_mean(name, names, n);
	snprintf(text, sizeof text, "there is no view '%s'%s%s%s", name,
	         near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	lint_complain(lint, f->line, f->column, text);
}

static void check_views(const struct lint *lint)
{
	for (unsigned i = 0; lint->view && i < lint->l->nr_parts; i++)
		if (lint->l->part[i].kind == PART_VIEW || lint->l->part[i].kind == PART_SHOW)
			check_view(lint, &lint->l->part[i].field[0]);
}

/* --- enough ----------------------------------------------------------------------------------- */

/* A lesson of the curriculum has a number in front; demonstrations and bugs are shorter. */
static void check_enough(const struct lint *lint)
{
	unsigned count[PART_KINDS] = { 0 };
	char text[160];

	for (unsigned i = 0; i < lint->l->nr_parts; i++)
		count[lint->l->part[i].kind]++;
	if (!isdigit((unsigned char)*lesson_id(lint->l)) ||
	    (count[PART_PREDICT] > 1 && count[PART_TASK] > 1))
		return;
	snprintf(text, sizeof text, "a numbered lesson has two predictions and two tasks at least; this "
	         "one has %u and %u", count[PART_PREDICT], count[PART_TASK]);
	lint_complain(lint, 1, 1, text);
}

void lint_text(const struct lint *lint)
{
	check_enough(lint);
	check_words(lint);
	check_pages(lint);
	check_views(lint);
}
