/*
 * A lesson in memory: reading one from a file, giving it up, and what its front matter says.
 */
#include "lesson/lesson.h"

#include "lesson/parts.h"

#include <stdlib.h>

struct lesson *lesson_read(const char *path, struct problems *p)
{
	struct lesson *l;
	size_t size;
	char *text;

	problems_file(p, path);
	text = source_read(path, &size, p);
	if (!text)
		return NULL;
	l = lesson_parse(path, text, size, p);
	free(text);
	return l;
}

static void part_release(struct part *part)
{
	for (unsigned i = 0; i < part->nr_fields; i++) {
		free(part->field[i].label);
		free(part->field[i].value);
	}
	free(part->field);
}

void lesson_free(struct lesson *l)
{
	if (!l)
		return;
	for (unsigned i = 0; i < l->nr_parts; i++)
		part_release(&l->part[i]);
	for (int i = 0; i < FRONT_KEYS; i++)
		free(l->front[i]);
	for (unsigned i = 0; i < l->nr_kernels; i++)
		free(l->kernel[i]);
	for (unsigned i = 0; i < l->nr_notes; i++)
		free(l->note[i].text);
	free(l->note);
	if (l->document)
		cmark_node_free(l->document);
	free(l->part);
	free(l->file);
	free(l);
}

bool is_step(const struct part *part)
{
	return part->kind == PART_RUN || part->kind == PART_PREDICT || part->kind == PART_TASK ||
	       part->kind == PART_THREADS;
}

/* What was not said is empty, not NULL: callers print it. */
static const char *front_value(const struct lesson *l, enum front_key key)
{
	return l->front[key] ? l->front[key] : "";
}

const char *lesson_title(const struct lesson *l)
{
	return front_value(l, FRONT_TITLE);
}

const char *lesson_id(const struct lesson *l)
{
	return front_value(l, FRONT_ID);
}

const char *lesson_requires(const struct lesson *l)
{
	return front_value(l, FRONT_REQUIRES);
}

const char *lesson_read_on(const struct lesson *l)
{
	return front_value(l, FRONT_READ);
}

unsigned lesson_minutes(const struct lesson *l)
{
	return l->minutes;
}

const char *lesson_kernel(const struct lesson *l, unsigned i)
{
	return i < l->nr_kernels ? l->kernel[i] : NULL;
}

const char *lesson_machine(const struct lesson *l)
{
	return front_value(l, FRONT_MACHINE);
}

uint64_t lesson_seed(const struct lesson *l)
{
	return l->seed;
}

bool lesson_allows_skip(const struct lesson *l)
{
	return l->allow_skip;
}
