/*
 * Names that commands bind: p0, p1, ... and those of `name = command`.
 *
 * A name is bound at a position of its branch and known from there on; going back before it, it is
 * unknown again. The list is in order of positions, because binding happens at the end of a branch.
 *
 * A class that fills memory has a hundred thousand of them. So they are found by a hash of their
 * text: each bucket leads to the newest name in it, and each name to the one before it in its bucket.
 */
#include "lab/timeline.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How many of the branch's names are known at a position: all, but after going back. */
static unsigned known(const struct branch *b, uint32_t position)
{
	unsigned n = b ? b->nr_names : 0, from = 0, half;

	if (!n || b->name[n - 1].position <= position)
		return n;
	while (from < n) {
		half = from + (n - from) / 2;
		if (b->name[half].position <= position)
			from = half + 1;
		else
			n = half;
	}
	return n;
}

static bool page_number(const char *name, unsigned *number)
{
	char *end;

	if (name[0] != 'p' || !isdigit((unsigned char)name[1]))
		return false;
	*number = (unsigned)strtoul(name + 1, &end, 10);
	return !*end;
}

static bool valid_name(const char *name)
{
	if (!isalpha((unsigned char)name[0]) && name[0] != '_')
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '_')
			return false;
	return true;
}

/* As many buckets as there is room for names, a power of two. */
static uint32_t *bucket_of(const struct branch *b, const char *text)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	return &b->names_bucket[(hash ^ hash >> 15) & (b->names_room - 1)];
}

static void link_name(struct branch *b, unsigned i)
{
	uint32_t *bucket = bucket_of(b, b->name[i].text);

	b->name[i].older = *bucket;
	*bucket = i + 1;
}

static void make_room(struct branch *b)
{
	if (b->nr_names < b->names_room)
		return;
	b->names_room = b->names_room ? 2 * b->names_room : 32;
	b->name = realloc(b->name, b->names_room * sizeof(*b->name));
	free(b->names_bucket);
	b->names_bucket = calloc(b->names_room, sizeof(*b->names_bucket));
	if (!b->name || !b->names_bucket)
		abort();
	for (unsigned i = 0; i < b->nr_names; i++)
		link_name(b, i);
}

static void append(struct branch *b, const struct name *name)
{
	make_room(b);
	b->name[b->nr_names] = *name;
	link_name(b, b->nr_names++);
}

void names_fork(struct branch *to, const struct branch *from, uint32_t position)
{
	unsigned n = known(from, position);

	for (unsigned i = 0; i < n; i++)
		append(to, &from->name[i]);
}

bool session_bind(struct session *s, const char *text, struct value v, struct message *m)
{
	struct name name = { .position = s->position, .value = v };
	unsigned number, n;

	if (strlen(text) >= sizeof(name.text) || !valid_name(text))
		return fail(m,
			"\"%.40s\" is no name: a letter, then letters, digits and _, at most %zu.",
			text, sizeof(name.text) - 1);
	timeline_before_input(s);
	n = known(s->now, s->position);
	name.page_names = n ? s->now->name[n - 1].page_names : 0;
	if (page_number(text, &number) && number >= name.page_names)
		name.page_names = number + 1;
	snprintf(name.text, sizeof(name.text), "%s", text);
	append(s->now, &name);
	return true;
}

struct value session_lookup(const struct session *s, const char *text)
{
	unsigned n = known(s->now, s->position);

	for (uint32_t i = n ? *bucket_of(s->now, text) : 0; i; i = s->now->name[i - 1].older)
		if (i <= n && !strcmp(s->now->name[i - 1].text, text))
			return s->now->name[i - 1].value;
	return (struct value){ VALUE_NONE, 0 };
}

unsigned session_names(const struct session *s)
{
	return known(s->now, s->position);
}

const char *session_name(const struct session *s, unsigned i, struct value *v)
{
	if (i >= known(s->now, s->position))
		return NULL;
	*v = s->now->name[i].value;
	return s->now->name[i].text;
}

void session_next_page_name(const struct session *s, char *buf, size_t size)
{
	unsigned n = known(s->now, s->position);

	snprintf(buf, size, "p%u", n ? s->now->name[n - 1].page_names : 0);
}

const char *session_page_name(const struct session *s, uint64_t pfn)
{
	for (unsigned i = known(s->now, s->position); i-- > 0;) {
		const struct name *name = &s->now->name[i];
		struct value v;

		if (name->value.kind != VALUE_PAGE || name->value.n != pfn)
			continue;
		v = session_lookup(s, name->text); /* it may mean another one by now */
		if (v.kind == VALUE_PAGE && v.n == pfn)
			return name->text;
	}
	return NULL;
}
