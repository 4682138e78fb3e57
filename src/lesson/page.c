/*
 * Making a page: pieces become lines, with an empty one between two that are of different kinds.
 */
#include "lesson/page.h"

#include "lesson/flow.h"
#include "lesson/marks.h"
#include "lesson/running.h"
#include "lesson/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_line(struct page_lines *to, struct page_line line, size_t n)
{
	struct page_line *grown = reallocarray(to->line, to->n + 1, sizeof *grown);

	if (!grown)
		abort();
	to->line = grown;
	line.text = strndup(line.text, n);
	if (!line.text)
		abort();
	to->line[to->n++] = line;
}

/* Choices stand together, and so do goals, and what belongs to one answer; a status says what can be
 * done with what stands above it. */
static bool belong_together(enum say_kind a, enum say_kind b)
{
	bool goals = (a == SAY_GOAL || a == SAY_NOT_YET) && (b == SAY_GOAL || b == SAY_NOT_YET);

	return b == SAY_CHOICE || b == SAY_STATUS || b == SAY_NOW || goals ||
	       (a == SAY_COMMAND && b == SAY_REPLY) ||
	       (a == b && a != SAY_PROSE);
}

/* "Right." and the reason for it are said one after the other. */
static bool is_same_verdict(enum say_kind a, enum say_kind b)
{
	return a == b && (a == SAY_RIGHT || a == SAY_WRONG);
}

/* --- setting ---------------------------------------------------------------------------------- */

/* A line of what has no marks. What is too long is broken, and hangs behind its prompt or its blanks;
 * a program is not: its lines mean something. */
static char *set_plain(enum say_kind kind, const char *line, unsigned width)
{
	char first[61], rest[61];
	size_t blank = strspn(line, " ");
	char *whole;

	if (kind == SAY_COMMAND)
		snprintf(first, sizeof first, "lab> ");
	else
		snprintf(first, sizeof first, "%.*s", (int)blank, line);
	snprintf(rest, sizeof rest, "%*s", (int)strlen(first), "");
	if (kind != SAY_CODE && text_cells(first) + text_cells(line) > width)
		return flow_paragraph(line, width, first, rest);
	if (asprintf(&whole, "%s%s", kind == SAY_COMMAND ? first : "", line) < 0)
		abort();
	return whole;
}

/* A status is said without marks, but with signs: it is read in plain lines as well. */
static bool has_signs(enum say_kind kind)
{
	return kind == SAY_STATUS || kind == SAY_NOW || kind == SAY_SUMMARY || kind == SAY_PROBLEM;
}

/* A line that fits is left as it is: it may be a row of a table. */
static char *set_status(const char *line, unsigned width)
{
	char *marked = marks_from_text(line), *set;

	if (text_cells(line) <= width)
		return marked;
	set = marks_set(marked, width, true);
	free(marked);
	return set;
}

/* All lines of a piece that stands in lines of its own. */
static char *set_lines(const struct piece *piece, unsigned width)
{
	struct source_line line = { NULL, 0, 0 };
	char *all = NULL;
	size_t size;
	FILE *out = open_memstream(&all, &size);

	if (!out)
		abort();
	while (source_next(piece->text, &line)) {
		char *text = strndup(line.start, line.size);
		char *set = has_signs(piece->kind) ? set_status(text, width) :
		                                     set_plain(piece->kind, text, width);

		fprintf(out, "%s%s", ftell(out) ? "\n" : "", set);
		free(set);
		free(text);
	}
	fclose(out);
	return all;
}

void page_lines_add(struct page_lines *to, const struct piece *before, const struct piece *piece,
                    bool own, unsigned width)
{
	char *set = say_is_verbatim(piece->kind) ? set_lines(piece, width) :
	                                           marks_set(piece->text, width, true);
	struct page_line line = { .kind = piece->kind, .own = own };

	line.begins = !before || !is_same_verdict(before->kind, piece->kind);
	if (before && !belong_together(before->kind, piece->kind))
		add_line(to, (struct page_line){ .kind = SAY_PROSE, .own = own, .text = "" }, 0);
	for (char *s = set; s; line.begins = false) {
		size_t n = strcspn(s, "\n");

		line.text = s;
		add_line(to, line, n);
		s = s[n] ? s + n + 1 : NULL;
	}
	free(set);
}

void page_lines_release(struct page_lines *lines)
{
	for (unsigned i = 0; i < lines->n; i++)
		free(lines->line[i].text);
	free(lines->line);
	*lines = (struct page_lines){ 0 };
}

/* --- the page --------------------------------------------------------------------------------- */

/* The notes that stand behind the step before this one, up to this one's block. */
static char *notes(const struct lesson_run *r)
{
	const struct lesson *l = r->lesson;
	unsigned from = r->at;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	while (from > 0 && !is_step(&l->part[from - 1]))
		from--;
	for (unsigned i = 0; i < l->nr_notes; i++)
		if (l->note[i].before >= from && l->note[i].before <= r->at)
			fprintf(out, "%s%s", ftell(out) ? "\n" : "", l->note[i].text);
	fclose(out);
	return text;
}

static char *next_title(const struct lesson_run *r, unsigned step)
{
	struct lesson_step next;
	struct inline_scope scope = run_scope(r);
	struct message m;

	if (!lesson_run_step(r, step, &next))
		return strdup("");
	return inline_expand(next.title, &scope, &m);
}

/* How things stand at the step itself. */
static void fill_step(const struct lesson_run *r, struct lesson_page *page)
{
	const struct part *part = run_part(r);

	page->kind = part ? part_kind_name(part->kind) : "end";
	if (!part)
		return;
	page->hints = r->record[r->at].hints;
	page->commands = r->record[r->at].commands;
	while (part_field(part, KEY_HINT, page->hints + page->hints_left))
		page->hints_left++;
}

void lesson_run_page(const struct lesson_run *r, unsigned width, struct lesson_page *page)
{
	*page = (struct lesson_page){
		.id = lesson_id(r->lesson),
		.title = lesson_title(r->lesson),
		.step = lesson_run_at(r),
		.steps = lesson_steps(r->lesson),
		.wants = r->wants,
		.paused = r->paused,
		.status = run_status(r),
		.notes = notes(r),
	};
	page->next = next_title(r, page->step);
	fill_step(r, page);
	for (unsigned i = 0; i < r->nr_said; i++)
		page_lines_add(&page->lines, i ? &r->said[i - 1] : NULL, &r->said[i], i >= r->own, width);
}

void lesson_page_release(struct lesson_page *page)
{
	page_lines_release(&page->lines);
	free(page->notes);
	free(page->next);
	*page = (struct lesson_page){ 0 };
}
