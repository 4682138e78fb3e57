/*
 * The content of a block: `key: value` lines, a line that begins with a blank goes on with the
 * value before it, and blank lines and `#` comments are skipped. Blocks of kind run, expect, view
 * and show have no keys: each line is a value. A block of threads is a program for the explorer,
 * which has a reader of its own: it is kept as it stands.
 *
 * What a value says is checked as far as it can be without a world: expressions are parsed,
 * numbers read. What needs a world (is the answer among the choices, does the solution solve) is
 * the lint's business.
 */
#include "lesson/parts.h"

#include "lab/did_you_mean.h"
#include "lab/expr.h"
#include "machine/conf.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VIEW_WORDS 60 /* bytes; see change_view() in arrive.c */

enum value_type {
	TEXT, EXPRESSION, ANSWER, COMMANDS, NUMBER, BINDING, ONE_VIEW, PROGRAM, VIEW_SIZE
};
enum label_rule { NONE, MAY, MUST };

/* keys.def as a table. RUN, PREDICT, ... are bits there, so that a key can belong to several kinds. */
static const struct {
	const char *name;
	unsigned kinds;
	enum value_type value;
	enum label_rule label;
	unsigned least, most;
} keys[] = {
#define RUN (1u << PART_RUN)
#define PREDICT (1u << PART_PREDICT)
#define TASK (1u << PART_TASK)
#define EXPECT (1u << PART_EXPECT)
#define VIEW (1u << PART_VIEW)
#define THREADS (1u << PART_THREADS)
#define SHOW (1u << PART_SHOW)
#define KEY(id, name, kinds, value, label, least, most) { name, kinds, value, label, least, most },
#include "lesson/keys.def"
#undef KEY
};

static const char *const kind_names[] = { "prose",  "run",  "predict", "task",
	                                  "expect", "view", "threads", "show" };
_Static_assert(sizeof kind_names / sizeof *kind_names == PART_KINDS, "a name for each kind");

const char *part_kind_name(enum part_kind kind)
{
	return kind_names[kind];
}

/* Words of the file are looked up in the same list that messages quote. */
enum part_kind block_kind(const char *word)
{
	for (int i = PART_PROSE + 1; i < PART_KINDS; i++)
		if (!strcmp(kind_names[i], word))
			return (enum part_kind)i;
	return PART_PROSE;
}

const struct field *part_field(const struct part *p, enum key key, unsigned i)
{
	for (unsigned f = 0; f < p->nr_fields; f++)
		if (p->field[f].key == key && !i--)
			return &p->field[f];
	return NULL;
}

const char *part_value(const struct part *p, enum key key)
{
	const struct field *f = part_field(p, key, 0);

	return f ? f->value : NULL;
}

unsigned field_commands(const struct field *f)
{
	unsigned n = 1;

	if (keys[f->key].value != COMMANDS)
		return 0;
	for (const char *s = f->value; *s; s++)
		n += *s == ';' || *s == '\n';
	return n;
}

/* --- lines to fields -------------------------------------------------------------------------- */

/* Fields stay in the order of the file: run blocks depend on it, and so do hints and choices. */
static struct field *add_field(struct part *part, enum key key)
{
	struct field *grown = reallocarray(part->field, part->nr_fields + 1, sizeof *grown);

	if (!grown)
		return NULL;
	part->field = grown;
	part->field[part->nr_fields] = (struct field){ .key = key };
	return &part->field[part->nr_fields++];
}

/* A copy of [s, s + n) without blanks at its ends; `*skipped` counts those at the beginning. */
static char *trimmed(const char *s, size_t n, size_t *skipped)
{
	*skipped = 0;
	while (n && isblank((unsigned char)*s))
		s++, n--, ++*skipped;
	while (n && isblank((unsigned char)s[n - 1]))
		n--;
	return strndup(s, n);
}

/* The key whose line has no key: LINE, EXPECTED or PANE; KEYS when the kind has keys. */
static enum key bare_key(enum part_kind kind)
{
	for (int k = 0; k < KEYS; k++)
		if (!*keys[k].name && keys[k].kinds & 1u << kind)
			return (enum key)k;
	return KEYS;
}

static enum key find_key(const char *name, size_t n, enum part_kind kind)
{
	for (int k = 0; k < KEYS; k++)
		if (strlen(keys[k].name) == n && n && !memcmp(keys[k].name, name, n) &&
		    keys[k].kinds & 1u << kind)
			return (enum key)k;
	return KEYS;
}

/* A near miss gets one suggestion; anything else the whole list, which is short. */
static void unknown_key(const char *name, enum part_kind kind, unsigned line, unsigned column,
                        struct problems *p)
{
	const char *names[KEYS], *near;
	char list[160] = "";
	size_t n = 0;

	for (int k = 0; k < KEYS; k++)
		if (keys[k].kinds & 1u << kind)
			names[n++] = keys[k].name;
	near = did_you_mean(name, names, n);
	for (size_t i = 0; i < n && !near; i++) {
		strcat(list, i ? ", " : "");
		strcat(list, names[i]);
	}
	if (near)
		problem(p, line, column, "a %s block has no '%s'; did you mean '%s'?",
		        kind_names[kind], name, near);
	else
		problem(p, line, column, "a %s block has no '%s', but %s", kind_names[kind], name,
		        list);
}

/* The colon behind a key and its label, which may hold {= expressions}. */
static const char *find_colon(const struct source_line *l)
{
	bool inside = false;

	for (const char *s = l->start; s < l->start + l->size; s++) {
		inside = *s == '{' || (inside && *s != '}');
		if (*s == ':' && !inside)
			return s;
	}
	return NULL;
}

/* Adds the field of a line "key label: value"; NULL with a problem when it is none. */
static struct field *keyed_line(struct part *part, const struct source_line *l, unsigned line,
                                unsigned indent, struct problems *p)
{
	const char *colon = find_colon(l);
	size_t key_size = strcspn(l->start, ": \t\n"), skipped, begin;
	char name[40];
	struct field *f;
	enum key key;

	if (!colon || key_size >= sizeof name) {
		problem(p, line, indent + 1,
		        "a line of a %s block is `key: value`; a line that goes "
		        "on with a value begins with a blank",
		        kind_names[part->kind]);
		return NULL;
	}
	memcpy(name, l->start, key_size);
	name[key_size] = '\0';
	key = find_key(name, key_size, part->kind);
	if (key == KEYS) {
		unknown_key(name, part->kind, line, indent + 1, p);
		return NULL;
	}
	f = add_field(part, key);
	if (!f)
		return NULL;
	begin = (size_t)(colon - l->start) + 1;
	f->label = trimmed(l->start + key_size, begin - 1 - key_size, &skipped);
	f->value = trimmed(l->start + begin, l->size - begin, &skipped);
	f->line = line;
	f->column = indent + (unsigned)(begin + skipped) + 1;
	return f;
}

static struct field *bare_line(struct part *part, enum key key, const struct source_line *l,
                               unsigned line, unsigned indent)
{
	struct field *f = add_field(part, key);
	size_t skipped;

	if (!f)
		return NULL;
	f->label = strdup("");
	f->value = trimmed(l->start, l->size, &skipped);
	f->line = line;
	f->column = indent + (unsigned)skipped + 1;
	return f;
}

/* A line that begins with a blank goes on with the value of the field before it. */
static bool continue_value(struct field *f, const struct source_line *l)
{
	const char *between = !*f->value ? "" : keys[f->key].value == COMMANDS ? "\n" : " ";
	size_t skipped;
	char *more, *joined;

	if (strlen(f->value) + l->size > LESSON_VALUE)
		return false;
	more = trimmed(l->start, l->size, &skipped);
	if (more && asprintf(&joined, "%s%s%s", f->value, between, more) >= 0) {
		free(f->value);
		f->value = joined;
	}
	free(more);
	return true;
}

static bool blank_or_comment(const struct source_line *l)
{
	size_t n = 0;

	while (n < l->size && isblank((unsigned char)l->start[n]))
		n++;
	return n == l->size || l->start[n] == '#';
}

/* --- values ----------------------------------------------------------------------------------- */

/* `text` is the field's value or its end. */
static void check_expression(const char *text, const struct field *f, struct problems *p)
{
	unsigned column;
	struct message m;
	struct expr *e = expr_parse_at(text, &column, &m);

	if (!e)
		problem(p, f->line, f->column + (unsigned)(text - f->value) + column - 1, "%s",
		        m.text);
	expr_free(e);
}

/* "name = expression": the name is one that a command could bind. */
static void check_binding(const struct field *f, struct problems *p)
{
	const char *equals = strchr(f->value, '=');
	size_t n =
		strspn(f->value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");

	if (!equals || !n || isdigit((unsigned char)*f->value) ||
	    f->value[n + strspn(f->value + n, " \t")] != '=')
		problem(p, f->line, f->column, "here belongs `name = expression`");
	else
		check_expression(equals + 1, f, p);
}

/* "pkmap", or "pkmap 80x12": no less than a line of it, no more than a sheet of paper. */
static void check_view_size(const struct field *f, struct problems *p)
{
	unsigned cols, rows;
	char name[64], rest;
	int n = sscanf(f->value, "%63s %ux%u %c", name, &cols, &rows, &rest);

	if (n != 1 && (n != 3 || cols < 20 || cols > 200 || !rows || rows > 100))
		problem(p, f->line, f->column,
		        "here belongs a view and maybe its size: `pkmap` or `pkmap 80x12`");
}

/* What can be said about a value without a world to try it in. */
static void check_value(const struct field *f, struct problems *p)
{
	uint64_t n;

	switch (keys[f->key].value) {
	case EXPRESSION:
		check_expression(f->value, f, p);
		break;
	case ANSWER:
		if (*f->value != '=')
			problem(p, f->line, f->column, "an answer is computed, never written down: "
			        "`answer: = expression`");
		else
			check_expression(f->value + 1, f, p);
		break;
	case NUMBER:
		if (!conf_number(f->value, &n) || !n || n > 1000)
			problem(p, f->line, f->column, "here belongs a number from 1 to 1000");
		break;
	case BINDING:
		check_binding(f, p);
		break;
	case ONE_VIEW:
		if (f->value[strcspn(f->value, ";#\n")] || strlen(f->value) > VIEW_WORDS)
			problem(p, f->line, f->column,
			        "here belongs one view, with what it takes: `pkmap` or `walk 0xc0000000`");
		break;
	case VIEW_SIZE:
		check_view_size(f, p);
		break;
	case PROGRAM: /* whoever explores it will judge */
	case TEXT: /* its expressions are read with those of the prose */
	case COMMANDS:
		break;
	}
}

static void check_field(const struct field *f, enum part_kind kind, struct problems *p)
{
	if (keys[f->key].label == MUST && !*f->label)
		problem(p, f->line, f->column, "`%s` needs to say which: `%s ANSWER: ...`",
		        keys[f->key].name, keys[f->key].name);
	else if (keys[f->key].label == NONE && *f->label)
		problem(p, f->line, f->column, "between `%s` and its colon stands nothing in a %s "
		        "block", keys[f->key].name, kind_names[kind]);
	if (!*f->value)
		problem(p, f->line, f->column, "`%s` has no value", keys[f->key].name);
	else if (strlen(f->value) > LESSON_VALUE)
		problem(p, f->line, f->column, "a value has at most %u bytes", LESSON_VALUE);
	else
		check_value(f, p);
}

/* How often each key is there. */
static void check_numbers(const struct part *part, struct problems *p)
{
	const char *kind = kind_names[part->kind];

	for (int k = 0; k < KEYS; k++) {
		const struct field *extra;

		if (!(keys[k].kinds & 1u << part->kind))
			continue;
		if (keys[k].least && !part_field(part, (enum key)k, keys[k].least - 1))
			problem(p, part->line, 1, *keys[k].name ? "this %s block has no `%s:`" :
			        "this %s block is empty", kind, keys[k].name);
		extra = keys[k].most ? part_field(part, (enum key)k, keys[k].most) : NULL;
		if (extra)
			problem(p, extra->line, 1, "a %s block has at most %u `%s:`", kind,
			        keys[k].most, keys[k].name);
	}
	if (part_field(part, KEY_CHOICE, 0) && !part_field(part, KEY_CHOICE, 1))
		problem(p, part->line, 1,
		        "a question with one `choice:` is none: offer another, or "
		        "none at all for a number");
}

/* One line of the content. `*open` is the field that a line with a blank in front goes on with. */
static void read_line(struct part *part, const struct source_line *l, unsigned line,
                      unsigned indent, int *open, struct problems *p)
{
	enum key bare = bare_key(part->kind);
	const struct field *f;

	if (l->size > 3 && (!strncmp(l->start, "```", 3) || !strncmp(l->start, "~~~", 3))) {
		problem(p, line, indent + 1, "a fence inside the block of line %u: close that one "
		        "first", part->line);
		*open = -1;
		return;
	}
	if (bare == KEYS && isblank((unsigned char)*l->start) && *open >= 0) {
		if (!continue_value(&part->field[*open], l)) {
			problem(p, line, 1, "a value has at most %u bytes", LESSON_VALUE);
			*open = -1;
		}
		return;
	}
	f = bare == KEYS ? keyed_line(part, l, line, indent, p) :
	                   bare_line(part, bare, l, line, indent);
	*open = f ? (int)part->nr_fields - 1 : -1;
}

/* A block whose text is somebody else's language: one field, as it stands. */
static void read_program(struct part *part, const char *content, unsigned line, unsigned indent,
                         struct problems *p)
{
	struct field *f;

	if (strlen(content) > LESSON_PROGRAM) {
		problem(p, line, 1, "a %s block has at most %u bytes", kind_names[part->kind],
		        LESSON_PROGRAM);
		return;
	}
	f = content[strspn(content, " \t\n")] ? add_field(part, bare_key(part->kind)) : NULL;
	if (f)
		*f = (struct field){ f->key, strdup(""), strdup(content), line, indent + 1 };
}

/* Values are checked before numbers: who has misspelt `goal` need not be told that it is missing. */
void block_read(struct part *part, const char *content, unsigned first_line, unsigned indent,
                struct problems *p)
{
	struct source_line l = { NULL, 0, 0 };
	size_t before = problems_count(p);
	enum key bare = bare_key(part->kind);
	int open = -1;

	if (bare != KEYS && keys[bare].value == PROGRAM) {
		read_program(part, content, first_line, indent, p);
		check_numbers(part, p);
		return;
	}
	while (source_next(content, &l) && part->nr_fields < LESSON_FIELDS)
		if (!blank_or_comment(&l))
			read_line(part, &l, first_line + l.number - 1, indent, &open, p);
	if (part->nr_fields == LESSON_FIELDS)
		problem(p, part->line, 1, "a block has fewer than %u lines", LESSON_FIELDS);
	for (unsigned i = 0; i < part->nr_fields; i++)
		check_field(&part->field[i], part->kind, p);
	if (problems_count(p) == before)
		check_numbers(part, p);
}
