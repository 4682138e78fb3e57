/*
 * A lesson among others. Its folder is the shelf: `requires: 07-kmap` means 07-kmap.md beside it, and
 * 07-kmap.de.md is its German translation. Only the front matter and the code of others matter here;
 * what else is wrong with them is their own lint's business.
 */
#include "lesson/linting.h"

#include "lesson/transcript.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As many lessons are followed when one requires another. */
#define CHAIN 100u

/* "FOLDER/NAME" of something beside the lesson; false when that is too long. */
static bool beside(const char *path, const char *name, char *buf, size_t size)
{
	const char *slash = strrchr(path, '/');
	int n = snprintf(buf, size, "%.*s%s", slash ? (int)(slash + 1 - path) : 0, path, name);

	return n > 0 && (size_t)n < size;
}

/* A lesson beside this one, or NULL; what is wrong with it is not said. */
static struct lesson *read_beside(const struct lint *lint, const char *name)
{
	struct problems *unsaid;
	struct lesson *l;
	char path[PATH_MAX];

	if (!beside(lint->path, name, path, sizeof path))
		return NULL;
	unsaid = problems_new();
	l = lesson_read(path, unsaid);
	problems_free(unsaid);
	return l;
}

/* --- requires --------------------------------------------------------------------------------- */

/* The ids that are still to be looked at and those that were. */
struct chain {
	unsigned n, at;
	char id[CHAIN][64];
};

static void chain_add(struct chain *c, const char *ids)
{
	while (*ids && c->n < CHAIN) {
		size_t n = strcspn(ids, " \t");
		unsigned i = 0;

		while (i < c->n && (strlen(c->id[i]) != n || strncmp(c->id[i], ids, n)))
			i++;
		if (i == c->n && n && n < sizeof c->id[0])
			snprintf(c->id[c->n++], sizeof c->id[0], "%.*s", (int)n, ids);
		ids += n + strspn(ids + n, " \t");
	}
}

/* Whether there is such a lesson; what it requires goes to the end of the chain. */
static bool follow(const struct lint *lint, struct chain *c, const char *id)
{
	char name[80];
	struct lesson *l;

	snprintf(name, sizeof name, "%s.md", id);
	l = read_beside(lint, name);
	if (l)
		chain_add(c, lesson_requires(l));
	lesson_free(l);
	return l;
}

static bool is_there(const struct lint *lint, const char *id)
{
	char name[80], path[PATH_MAX];

	snprintf(name, sizeof name, "%s.md", id);
	return beside(lint->path, name, path, sizeof path) && access(path, R_OK) == 0;
}

/* A lesson that requires itself, by whatever way, could never be begun. */
static void check_requires(const struct lint *lint)
{
	struct chain *c = calloc(1, sizeof *c);
	char text[200];
	unsigned direct;

	if (!c)
		abort();
	chain_add(c, lesson_requires(lint->l));
	direct = c->n;
	for (; c->at < c->n; c->at++) {
		const char *id = c->id[c->at];

		if (!strcmp(id, lesson_id(lint->l)))
			lint_complain(lint, 1, 1, "this lesson requires itself, over those that it "
			              "requires: nobody could begin");
		else if (!follow(lint, c, id) && c->at < direct && !is_there(lint, id)) {
			snprintf(text, sizeof text, "it requires %s, and there is no lesson %s.md "
			         "beside it", id, id);
			lint_complain(lint, 1, 1, text);
		}
	}
	free(c);
}

/* --- translations ----------------------------------------------------------------------------- */

/* Whether `file` is "BASE.LANG.md" for the base of the lesson's own file. */
static bool is_translation(const char *file, const char *own)
{
	size_t n = strcspn(own, "."), m = strlen(file);

	return !strncmp(file, own, n) && file[n] == '.' && m > n + 4 &&
	       !strcmp(file + m - 3, ".md") && !memchr(file + n + 1, '.', m - n - 4);
}

static void check_translation(const struct lint *lint, const char *file)
{
	struct lesson *l = read_beside(lint, file);
	char text[PATH_MAX + 80], ours[32], theirs[32];

	if (!l) {
		snprintf(text, sizeof text, "its translation %s cannot be read as a lesson; lint that",
		         file);
		lint_complain(lint, 0, 0, text);
		return;
	}
	lesson_hash(lint->l, ours, sizeof ours);
	lesson_hash(l, theirs, sizeof theirs);
	if (strcmp(ours, theirs)) {
		snprintf(text, sizeof text, "its translation %s does something else: machine, commands, "
		         "expressions and labels must be the same in both", file);
		lint_complain(lint, 0, 0, text);
	}
	lesson_free(l);
}

/* A translation is compared with its original when that is linted: whoever changes the one sees what
 * has to follow. */
static void check_translations(const struct lint *lint)
{
	const char *slash = strrchr(lint->path, '/'), *own = slash ? slash + 1 : lint->path;
	char folder[PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	if (strchr(own, '.') != strrchr(own, '.'))
		return; /* itself a translation */
	if (!beside(lint->path, ".", folder, sizeof folder) || !(dir = opendir(folder)))
		return;
	while ((entry = readdir(dir)))
		if (is_translation(entry->d_name, own))
			check_translation(lint, entry->d_name);
	closedir(dir);
}

void lint_shelf(const struct lint *lint)
{
	check_requires(lint);
	check_translations(lint);
}
