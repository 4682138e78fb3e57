/*
 * Making a page: pieces become lines, with an empty one between two that are of different kinds.
 */
#include "lesson/page.h"

#include "lesson/marks.h"
#include "lesson/running.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_line(struct lesson_page *page, enum say_kind kind, bool own, const char *text,
                     size_t n)
{
	struct page_line *grown = reallocarray(page->line, page->nr_lines + 1, sizeof *grown);

	if (!grown)
		abort();
	page->line = grown;
	page->line[page->nr_lines] = (struct page_line){ kind, own, strndup(text, n) };
	if (!page->line[page->nr_lines++].text)
		abort();
}

/* Choices stand together, and so do goals, and what belongs to one answer. */
static bool belong_together(enum say_kind a, enum say_kind b)
{
	return b == SAY_CHOICE || (a == b && a != SAY_PROSE && a != SAY_HINT) ||
	       (a == SAY_COMMAND && b == SAY_REPLY);
}

static void add_piece(struct lesson_page *page, const struct piece *piece, bool own, unsigned width)
{
	char *set = say_is_verbatim(piece->kind) ? strdup(piece->text) :
	                                           marks_set(piece->text, width, true);

	for (const char *s = set; s; ) {
		size_t n = strcspn(s, "\n");

		add_line(page, piece->kind, own, s, n);
		s = s[n] ? s + n + 1 : NULL;
	}
	free(set);
}

static void add_pieces(const struct lesson_run *r, struct lesson_page *page, unsigned width)
{
	for (unsigned i = 0; i < r->nr_said; i++) {
		const struct piece *piece = &r->said[i];

		if (i && !belong_together(piece[-1].kind, piece->kind))
			add_line(page, SAY_PROSE, i >= r->own, "", 0);
		add_piece(page, piece, i >= r->own, width);
	}
}

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
		.step = steps_before(r->lesson, r->at) + 1,
		.steps = lesson_steps(r->lesson),
		.wants = r->wants,
		.paused = r->paused,
		.status = run_status(r),
		.notes = notes(r),
	};
	page->next = next_title(r, page->step);
	fill_step(r, page);
	add_pieces(r, page, width);
}

void lesson_page_release(struct lesson_page *page)
{
	for (unsigned i = 0; i < page->nr_lines; i++)
		free(page->line[i].text);
	free(page->line);
	free(page->notes);
	free(page->next);
	*page = (struct lesson_page){ 0 };
}
