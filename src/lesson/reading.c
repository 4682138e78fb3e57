/*
 * Pieces in a row, and the lines they are set into. A piece that is added is set behind the others;
 * only another width, or a piece that is taken out, sets all of them again.
 */
#include "lesson/reading.h"

#include <stdlib.h>
#include <string.h>

#define KEPT 400u /* pieces; some thirty steps */

static void set_piece(struct reading *r, unsigned i)
{
	const struct piece *before = i ? &r->piece[i - 1] : NULL;
	unsigned lines = r->lines.n;

	page_lines_add(&r->lines, before, &r->piece[i], i >= r->asked, r->width);
	/* The empty line above it belongs to nobody. */
	r->line_of[i] = lines + (lines + 1 < r->lines.n && !*r->lines.line[lines].text);
}

static void set_all(struct reading *r)
{
	page_lines_release(&r->lines);
	for (unsigned i = 0; i < r->n && r->width; i++)
		set_piece(r, i);
}

void reading_set(struct reading *r, unsigned width)
{
	if (r->width == width)
		return;
	r->width = width;
	set_all(r);
}

/* Takes `n` pieces out. */
static void take_out(struct reading *r, unsigned at, unsigned n)
{
	for (unsigned i = at; i < at + n; i++)
		free(r->piece[i].text);
	r->n -= n;
	memmove(r->piece + at, r->piece + at + n, (r->n - at) * sizeof *r->piece);
	r->asked -= r->asked > at ? (r->asked - at < n ? r->asked - at : n) : 0;
	r->fresh -= r->fresh > at ? (r->fresh - at < n ? r->fresh - at : n) : 0;
	set_all(r);
}

/* A command that runs is one of those that were shown. */
static bool is_in(const struct piece *p, enum say_kind kind, const char *text)
{
	const char *there = p->kind == kind ? strstr(p->text, text) : NULL;

	return there && (kind == SAY_COMMAND || !strcmp(p->text, text));
}

/* The place of a piece from `from` on; r->n when it is not there. */
static unsigned find(const struct reading *r, unsigned from, enum say_kind kind, const char *text)
{
	while (from < r->n && !is_in(&r->piece[from], kind, text))
		from++;
	return from;
}

/* What could be typed a moment ago. */
static unsigned find_now(const struct reading *r)
{
	unsigned i = r->n;

	while (i-- > 0)
		if (r->piece[i].kind == SAY_NOW)
			return i;
	return r->n;
}

bool reading_has(const struct reading *r, enum say_kind kind, const char *text)
{
	return find(r, r->fresh < r->asked ? r->fresh : r->asked, kind, text) < r->n;
}

/* Whether something new begins with it, behind which what was asked before is over. */
static bool begins(const struct reading *r, enum say_kind kind)
{
	bool goes_on = r->n && r->piece[r->n - 1].kind == kind;

	return kind == SAY_QUESTION || kind == SAY_TASK || kind == SAY_HEADING || kind == SAY_PROSE ||
	       kind == SAY_CODE || (kind == SAY_COMMAND && !goes_on);
}

static void grow(struct reading *r)
{
	r->piece = reallocarray(r->piece, r->n + 1, sizeof *r->piece);
	r->line_of = reallocarray(r->line_of, r->n + 1, sizeof *r->line_of);
	if (!r->piece || !r->line_of)
		abort();
}

void reading_add(struct reading *r, enum say_kind kind, const char *text)
{
	unsigned again = kind == SAY_NOW ? find_now(r) : r->n;

	if (r->acted)
		r->fresh = r->n;
	r->acted = false;
	if (again < r->n)
		take_out(r, again, 1);
	if (r->n == KEPT)
		take_out(r, 0, KEPT / 2);
	grow(r);
	if (begins(r, kind))
		r->asked = r->n;
	r->piece[r->n] = (struct piece){ kind, strdup(text) };
	if (!r->piece[r->n++].text)
		abort();
	if (r->width)
		set_piece(r, r->n - 1);
}

/* A status is of its moment: a list of steps would push away what is to be done. */
void reading_acted(struct reading *r)
{
	r->acted = true;
	for (unsigned i = r->n; i-- > r->asked;)
		if (r->piece[i].kind == SAY_STATUS)
			take_out(r, i, 1);
}

static unsigned line_of(const struct reading *r, unsigned piece)
{
	return piece < r->n && r->width ? r->line_of[piece] : r->lines.n;
}

unsigned reading_asked(const struct reading *r)
{
	return line_of(r, r->asked);
}

unsigned reading_fresh(const struct reading *r)
{
	return line_of(r, r->fresh);
}

void reading_release(struct reading *r)
{
	for (unsigned i = 0; i < r->n; i++)
		free(r->piece[i].text);
	free(r->piece);
	free(r->line_of);
	page_lines_release(&r->lines);
	*r = (struct reading){ 0 };
}
