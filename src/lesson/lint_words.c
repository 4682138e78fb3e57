/*
 * Spelling in code. A reader who types what the prose shows him must not be told that there is no
 * such command. Prose also names functions, fields and lines of C, most of which no table here knows;
 * so a word is complained about only when it is known nowhere and one letter away from something that
 * is. Known is what commands, operations, observables, settings and the kernel's own lines have, and
 * what the lesson itself binds.
 */
#include "lesson/linting.h"

#include "command/interp.h"
#include "command/settings.h"
#include "lab/did_you_mean.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define SHORTEST 4u /* below that everything is near to everything */

struct lint_words {
	size_t n, room;
	char **word; /* that mean something */
	const char *command[COMMANDS_MAX];
	unsigned nr_commands;
};

static bool known(const struct lint_words *w, const char *word)
{
	for (size_t i = 0; i < w->n; i++)
		if (!strcmp(w->word[i], word))
			return true;
	return false;
}

static void add(struct lint_words *w, const char *word, size_t n)
{
	char *copy = strndup(word, n);

	if (!copy)
		abort();
	if (!n || known(w, copy)) {
		free(copy);
		return;
	}
	if (w->n == w->room) {
		w->room = w->room ? 2 * w->room : 256;
		w->word = reallocarray(w->word, w->room, sizeof *w->word);
		if (!w->word)
			abort();
	}
	w->word[w->n++] = copy;
}

static size_t name_length(const char *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s[n]) || s[n] == '_' || s[n] == '-')
		n++;
	return n;
}

/* All names in a text. */
static void add_names(struct lint_words *w, const char *text)
{
	while (*text) {
		size_t n = name_length(text);

		add(w, text, n);
		text += n ? n : 1;
	}
}

/* Of Linux, and not modelled here under these names. */
static const char linux_names[] =
	"alloc_page alloc_pages clear_page copy_page free_page free_pages get_free_page get_free_pages "
	"kfree kmalloc kzalloc kmap_coherent memcpy mmap munmap vmap vunmap vzalloc vmalloc_32 walk_page";

static void add_tables(struct lint_words *w)
{
	const char *name, *values, *doc;
	const struct step_text *step;

	add_names(w, linux_names);
	w->nr_commands = command_names(w->command);
	for (unsigned i = 0; i < w->nr_commands; i++)
		add(w, w->command[i], strlen(w->command[i]));
	for (const struct observable *o = observables; o->name; o++)
		add_names(w, o->name);
	for (unsigned i = 0; (name = setting_name(i, &values, &doc)); i++)
		add_names(w, name);
	for (unsigned i = 0; (name = lesson_run_verb(i)); i++)
		add(w, name, strlen(name));
	for (unsigned i = 0; i < op_count(); i++) {
		add_names(w, op_get(i)->name);
		for (step = NULL; (step = op_step(op_get(i), step));)
			add_names(w, step->text);
	}
}

/* Whatever stands in the lesson's commands and expressions means something there. */
static void add_lesson(struct lint_words *w, const struct lesson *l)
{
	for (unsigned i = 0; i < l->nr_parts; i++)
		for (unsigned k = 0; k < l->part[i].nr_fields; k++) {
			const struct field *f = &l->part[i].field[k];

			if (field_commands(f) || f->key == KEY_LET)
				add_names(w, f->value);
		}
	for (unsigned i = 0; i < l->nr_vary; i++)
		add(w, l->vary[i].name, strlen(l->vary[i].name));
}

struct lint_words *lint_words_new(const struct lesson *l)
{
	struct lint_words *w = calloc(1, sizeof *w);

	if (!w)
		abort();
	add_tables(w);
	add_lesson(w, l);
	return w;
}

void lint_words_free(struct lint_words *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->word[i]);
	free(w->word);
	free(w);
}

/* One edit: two halves (see did_you_mean.h). */
static bool one_edit(const char *a, const char *b)
{
	return edit_distance(a, b) <= 2;
}

/* `zone` for zones is English. */
static bool is_plural(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	return (n == m + 1 && a[m] == 's' && !strncmp(a, b, m)) ||
	       (m == n + 1 && b[n] == 's' && !strncmp(a, b, n));
}

/* The command that a word was meant to be, or NULL. */
static const char *meant_command(const struct lint_words *w, const char *word)
{
	if (known(w, word) || strlen(word) < SHORTEST)
		return NULL;
	for (unsigned i = 0; i < w->nr_commands; i++)
		if (strlen(w->command[i]) >= SHORTEST && one_edit(word, w->command[i]) &&
		    !is_plural(word, w->command[i]))
			return w->command[i];
	return NULL;
}

/* The operation that `word()` was meant to be, or NULL. */
static const char *meant_function(const struct lint_words *w, const char *word)
{
	if (known(w, word) || strlen(word) < SHORTEST)
		return NULL;
	for (unsigned i = 0; i < op_count(); i++)
		if (one_edit(word, op_get(i)->name))
			return op_get(i)->name;
	return NULL;
}

/* "pkmap.cuont": a name with a dot in it that no observable has, and one is near. */
static void check_observable(const char *code, unsigned line, unsigned column, struct problems *p)
{
	struct message m;
	unsigned at;
	struct expr *e = expr_parse_at(code, &at, &m);

	if (!e && strstr(m.text, "did you mean"))
		problem(p, line, column, "`%s`: %s", code, m.text);
	expr_free(e);
}

void lint_words_check(const struct lint_words *w, const char *code, unsigned line, unsigned column,
                      struct problems *p)
{
	size_t n = name_length(code);
	char word[64];
	const char *meant = NULL;

	if (n && n < sizeof word) {
		memcpy(word, code, n);
		word[n] = '\0';
		if (!strncmp(code + n, "()", 2))
			meant = meant_function(w, word);
		else if (!code[n] || code[n] == ' ')
			meant = meant_command(w, word);
	}
	if (meant)
		problem(p, line, column, "nothing is called '%s'; did you mean '%s'?", word, meant);
	else if (n && code[n] == '.' && !strpbrk(code, " =,;/"))
		check_observable(code, line, column, p);
}
