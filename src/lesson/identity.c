/*
 * Which lesson is this? Two files are the same lesson when they do the same: a transcript of one can
 * then be typed into the other. So the hash goes over what runs and what is compared, never over
 * what is only read. keys.def tells the two apart: a TEXT is for the reader. A choice without a
 * label is its own name, which answers are compared with, and counts.
 *
 * The hash is XXH3 over the texts with a NUL behind each, so that "ab" "c" is not "a" "bc".
 */
#include "lesson/parts.h"
#include "lesson/transcript.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* Whether a key's value is for the reader alone. */
static bool is_prose(enum key key)
{
	switch (key) {
#define KEY(id, name, kinds, value, label, least, most) \
	case KEY_##id: \
		return !strcmp(#value, "TEXT");
#include "lesson/keys.def"
#undef KEY
	case KEYS:
		break;
	}
	return false;
}

static void add(XXH3_state_t *state, const char *text)
{
	text = text ? text : "";
	XXH3_64bits_update(state, text, strlen(text) + 1);
}

static bool is_code(const struct field *f)
{
	return !is_prose(f->key) || (f->key == KEY_CHOICE && !*f->label);
}

/* What a name may be, not what was drawn: that is the seed's business. */
static void add_vary(XXH3_state_t *state, const struct vary *v)
{
	add(state, v->name);
	XXH3_64bits_update(state, &v->first, sizeof v->first);
	XXH3_64bits_update(state, &v->n, sizeof v->n);
	for (unsigned i = 0; i < v->n && !v->range; i++)
		add(state, v->value[i]);
}

static void add_part(XXH3_state_t *state, const struct part *part)
{
	add(state, part_kind_name(part->kind));
	for (unsigned i = 0; i < part->nr_fields; i++) {
		const struct field *f = &part->field[i];

		/* Hints may be reworded, cut in two, or come in one language only. */
		if (f->key == KEY_HINT || f->key == KEY_WHY)
			continue;
		add(state, f->label);
		add(state, is_code(f) ? f->value : "");
	}
}

void lesson_hash(const struct lesson *l, char *buf, size_t size)
{
	XXH3_state_t *state = XXH3_createState();

	if (!state)
		abort();
	XXH3_64bits_reset(state);
	add(state, lesson_id(l));
	for (unsigned i = 0; i < l->nr_kernels; i++)
		add(state, l->kernel[i]);
	add(state, lesson_machine(l));
	for (unsigned i = 0; i < l->nr_vary; i++)
		add_vary(state, &l->vary[i]);
	for (unsigned i = 0; i < l->nr_parts; i++)
		if (l->part[i].kind != PART_PROSE)
			add_part(state, &l->part[i]);
	snprintf(buf, size, "%016" PRIx64, (uint64_t)XXH3_64bits_digest(state));
	XXH3_freeState(state);
}
