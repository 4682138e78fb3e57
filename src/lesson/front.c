/*
 * Front matter: `key: value` lines between two lines of `---`, as Jekyll and pandoc have it. Only
 * this much of YAML: no quoting, no nesting, no lists but words between blanks. A reader for all
 * of YAML would be a dependency and a hundred surprises ("no" is a country) for ten keys.
 */
#include "lesson/parts.h"

#include "lab/did_you_mean.h"
#include "lab/observable.h"
#include "machine/conf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Where a value stands, for its check. */
struct place {
	unsigned line, column;
	struct problems *p;
};

/* Word `*at` of a value: advances `*at` behind it. False when there is none. */
static bool next_word(const char **at, char *word, size_t size)
{
	const char *s = *at + strspn(*at, " \t");
	size_t n = strcspn(s, " \t");

	*at = s + n;
	if (n >= size)
		n = size - 1;
	memcpy(word, s, n);
	word[n] = '\0';
	return n > 0;
}

static bool only(const char *word, const char *allowed)
{
	return word[strspn(word, allowed)] == '\0';
}

#define LETTERS "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

static void check_text(struct lesson *l, const char *value, const struct place *at)
{
	(void)l;
	if (strlen(value) > 100)
		problem(at->p, at->line, at->column, "a title has at most 100 bytes");
}

/* An id becomes a file's name, a key in JSON and a word on the command line: nothing that any of
 * them would have to quote. */
static void check_id(struct lesson *l, const char *value, const struct place *at)
{
	(void)l;
	if (!only(value, LETTERS DIGITS "-") || strlen(value) > 60)
		problem(at->p, at->line, at->column,
		        "an id is made of small letters, digits and '-', like 07-kmap");
}

static void check_requires(struct lesson *l, const char *value, const struct place *at)
{
	char word[80];

	while (next_word(&value, word, sizeof word))
		check_id(l, word, at);
}

/* Several kernels: the lesson says of itself that it holds in each, and the lint takes its word. */
static void check_kernel(struct lesson *l, const char *value, const struct place *at)
{
	char word[24];

	while (next_word(&value, word, sizeof word)) {
		if (!only(word, LETTERS DIGITS "."))
			problem(at->p, at->line, at->column,
			        "a kernel is a version, like 2.6.27; this is '%s'", word);
		else if (l->nr_kernels == LESSON_KERNELS)
			problem(at->p, at->line, at->column, "a lesson has at most %u kernels",
			        LESSON_KERNELS);
		else
			l->kernel[l->nr_kernels++] = strdup(word);
	}
}

/* The rest of a line that boot will read: each word is key=value, and nothing ends the line. */
static void check_machine(struct lesson *l, const char *value, const struct place *at)
{
	char word[256];

	(void)l;
	if (strpbrk(value, ";#"))
		problem(at->p, at->line, at->column,
		        "';' and '#' have no place among words of boot");
	if (strpbrk(value, "\"'{"))
		return; /* cmdline="vmalloc=256M mem=1200M", ram={= n}: boot itself will judge */
	while (next_word(&value, word, sizeof word)) {
		if (!strchr(word, '='))
			problem(at->p, at->line, at->column,
			        "words of boot are KEY=VALUE, like ram=2G; this is '%s'", word);
		else if (!strncmp(word, "kernel=", 7) || !strncmp(word, "seed=", 5))
			problem(at->p, at->line, at->column,
			        "'%s' has a line of its own in the front matter", word);
	}
}

static void check_seed(struct lesson *l, const char *value, const struct place *at)
{
	if (!conf_number(value, &l->seed))
		problem(at->p, at->line, at->column, "a seed is a number; this is '%s'", value);
}

static void check_skip(struct lesson *l, const char *value, const struct place *at)
{
	if (!conf_bool(value, &l->allow_skip))
		problem(at->p, at->line, at->column, "allow-skip is yes or no; this is '%s'",
		        value);
}

static void check_minutes(struct lesson *l, const char *value, const struct place *at)
{
	uint64_t n;

	if (!conf_number(value, &n) || !n || n > 240)
		problem(at->p, at->line, at->column, "minutes are a number from 1 to 240; this is "
		        "'%s'", value);
	else
		l->minutes = (unsigned)n;
}

/* A name that means something already would not mean the variant. */
static bool is_taken(const struct lesson *l, const char *name)
{
	for (const struct observable *o = observables; o->name; o++)
		if (!strcmp(o->name, name))
			return true;
	for (unsigned i = 0; i < l->nr_vary; i++)
		if (!strcmp(l->vary[i].name, name))
			return true;
	return false;
}

static void check_vary(struct lesson *l, const char *value, const struct place *at)
{
	struct vary v;

	if (l->nr_vary == VARIANTS)
		problem(at->p, at->line, 1, "a lesson has at most %u lines `vary`", VARIANTS);
	else if (!vary_read(&v, value, at->line, at->column, at->p))
		return;
	else if (is_taken(l, v.name))
		problem(at->p, at->line, at->column, "'%s' is the name of something else", v.name);
	else
		l->vary[l->nr_vary++] = v;
}

/* Names of man pages, with their sections: pkmap(7) and kmaplab(1). */
static void check_read(struct lesson *l, const char *value, const struct place *at)
{
	char word[80];

	(void)l;
	while (next_word(&value, word, sizeof word)) {
		size_t n = strcspn(word, "(");

		if (!n || strlen(word + n) != 3 || !isdigit((unsigned char)word[n + 1]) ||
		    word[n + 2] != ')')
			problem(at->p, at->line, at->column,
			        "man pages are named with their section, like highmem(7); this is "
			        "'%s'", word);
	}
}

/* front.def as a table. */
enum how { ONCE, NEEDED, MANY };

static const struct {
	const char *name;
	void (*check)(struct lesson *l, const char *value, const struct place *at);
	enum how how;
	const char *hint;
} front[] = {
#define FRONT(id, name, check, how, hint) { name, check, how, hint },
#include "lesson/front.def"
#undef FRONT
};

static int find_key(const char *name)
{
	for (int i = 0; i < FRONT_KEYS; i++)
		if (!strcmp(front[i].name, name))
			return i;
	return -1;
}

/* The list is short enough to be given whole when nothing is near. */
static void unknown_key(const char *name, unsigned line, struct problems *p)
{
	const char *names[FRONT_KEYS], *near;

	for (int i = 0; i < FRONT_KEYS; i++)
		names[i] = front[i].name;
	near = did_you_mean(name, names, FRONT_KEYS);
	if (near)
		problem(p, line, 1, "front matter has no '%s'; did you mean '%s'?", name, near);
	else
		problem(p, line, 1,
		        "front matter has no '%s', but title, id, kernel, machine, seed, vary, "
		        "requires, minutes, read, allow-skip",
		        name);
}

/* "key: value" of one line. */
static void read_pair(struct lesson *l, const struct source_line *line, struct problems *p)
{
	const char *colon = memchr(line->start, ':', line->size);
	char name[32] = "";
	size_t n, begin;
	int key;

	if (!colon || (size_t)(colon - line->start) >= sizeof name) {
		problem(p, line->number, 1, "a line of front matter is `key: value`");
		return;
	}
	memcpy(name, line->start, (size_t)(colon - line->start));
	key = find_key(name);
	begin = (size_t)(colon - line->start) + 1;
	while (begin < line->size && isblank((unsigned char)line->start[begin]))
		begin++;
	n = line->size;
	while (n > begin && isblank((unsigned char)line->start[n - 1]))
		n--;
	if (key < 0)
		unknown_key(name, line->number, p);
	else if (l->front[key] && front[key].how != MANY)
		problem(p, line->number, 1, "'%s' was said already", name);
	else if (n == begin)
		problem(p, line->number, (unsigned)begin + 1, "here belongs %s", front[key].hint);
	else {
		struct place at = { line->number, (unsigned)begin + 1, p };

		free(l->front[key]);
		l->front[key] = strndup(line->start + begin, n - begin);
		front[key].check(l, l->front[key], &at);
	}
}

static bool is_rule(const struct source_line *line)
{
	size_t n = line->size;

	while (n && isblank((unsigned char)line->start[n - 1]))
		n--;
	return n == 3 && !memcmp(line->start, "---", 3);
}

/* Reads on after a bad line. A missing end is noticed after 50 lines: else the whole lesson would be
 * taken for front matter and every line of it complained about. */
unsigned front_read(struct lesson *l, const char *text, struct problems *p)
{
	struct source_line line = { NULL, 0, 0 };
	bool closed = false;

	if (!source_next(text, &line) || !is_rule(&line)) {
		problem(p, 1, 1,
		        "a lesson begins with front matter: a line `---`, then `title: ...` "
		        "and `id: ...`, then `---` again");
		return 0;
	}
	while (!closed && source_next(text, &line)) {
		closed = is_rule(&line);
		if (!closed && line.size && line.start[0] != '#')
			read_pair(l, &line, p);
		if (!closed && line.number > 50)
			break;
	}
	if (!closed)
		problem(p, 1, 1,
		        "the front matter that begins here does not end: add a line `---`");
	for (int i = 0; i < FRONT_KEYS; i++)
		if (front[i].how == NEEDED && !l->front[i])
			problem(p, 1, 1, "the front matter needs `%s: ...`, %s", front[i].name,
			        front[i].hint);
	return closed ? line.number : 0;
}
