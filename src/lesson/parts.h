/*
 * What a lesson is made of, for the files of this folder alone.
 *
 * A part is a stretch of prose or one block. A block's content is fields: `key label: value`. The
 * table in keys.def says which keys each kind of block takes and what their values are; reader,
 * lint and messages all follow it.
 */
#ifndef KMAPLAB_LESSON_PARTS_H
#define KMAPLAB_LESSON_PARTS_H

#include "lesson/lesson.h"
#include "lesson/source.h"
#include "lesson/variants.h"

#include <cmark.h>

/* Bounds on effort: what a person writes stays far below. */
#define LESSON_PARTS 400u
#define LESSON_FIELDS 200u      /* in one block */
#define LESSON_VALUE 4000u     /* bytes of one value */
#define LESSON_EXPRESSIONS 2000u /* in prose */
#define LESSON_KERNELS 8u
#define LESSON_PROGRAM 16000u    /* bytes of a block of threads */
#define LESSON_NOTES 400u
#define LESSON_COMMANDS 2000u  /* that a lesson gives itself, solutions included */

enum part_kind {
	PART_PROSE,
	PART_RUN,
	PART_PREDICT,
	PART_TASK,
	PART_EXPECT,
	PART_VIEW,
	PART_THREADS,
	PART_SHOW,
	PART_KINDS
};

/** "run", "predict", ...; "prose" for PART_PROSE. */
const char *part_kind_name(enum part_kind kind);

enum key {
#define KEY(id, name, kinds, value, label, least, most) KEY_##id,
#include "lesson/keys.def"
#undef KEY
	KEYS
};

struct field {
	enum key key;
	char *label; /* of "wrong LABEL: ...", else "" */
	char *value; /* its lines joined: by '\n' in COMMANDS, else by ' ' */
	unsigned line, column; /* where the value begins in the file */
};

struct part {
	enum part_kind kind;
	unsigned line;             /* where it begins in the file */
	cmark_node *first, *behind; /* PART_PROSE: siblings [first, behind) */
	unsigned nr_fields;
	struct field *field;
};

/** What a teacher reads and the class does not: <!-- note: ... -->. */
struct note {
	unsigned before; /* the part that follows it */
	char *text;      /* its words, with single blanks between them */
};

enum front_key {
#define FRONT(id, name, check, how, hint) FRONT_##id,
#include "lesson/front.def"
#undef FRONT
	FRONT_KEYS
};

struct lesson {
	char *file;
	char *front[FRONT_KEYS]; /* values; NULL = not said */
	unsigned nr_kernels;
	char *kernel[LESSON_KERNELS];
	uint64_t seed;
	unsigned nr_vary;
	struct vary vary[VARIANTS];
	unsigned minutes; /* 0 = not said */
	bool allow_skip;
	cmark_node *document;
	unsigned offset; /* lines of the file before the document's first */
	unsigned nr_parts;
	struct part *part;
	unsigned nr_notes;
	struct note *note;
};

/** Whether a part holds the run until the reader has done something. */
bool is_step(const struct part *part);

/** Field `i` of those with this key, or NULL. */
const struct field *part_field(const struct part *p, enum key key, unsigned i);
/** The value of the first, or NULL. */
const char *part_value(const struct part *p, enum key key);

/** Reads the front matter into `l`; returns how many lines it takes (0: there is none). */
unsigned front_read(struct lesson *l, const char *text, struct problems *p);

/** Parses Markdown that holds {= expressions}; they stand in the tree's literals as in the text. NULL
 * when there is no memory. */
cmark_node *document_parse(const char *text, struct problems *p);

/** Reads a block's content, whose first line is line `first_line` of the file and begins at
 * column `indent` + 1. Adds problems for what is wrong or missing. */
void block_read(struct part *part, const char *content, unsigned first_line, unsigned indent,
                struct problems *p);

/** How many commands a field holds, at most; 0 when its value is something else. */
unsigned field_commands(const struct field *f);

/** A block's kind by the word behind "kmaplab", or PART_PROSE when there is no such kind. */
enum part_kind block_kind(const char *word);

#endif
