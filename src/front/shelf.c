/*
 * Lessons are Markdown files in one folder; their titles stand in their front matter. Only that
 * line is read here: a lesson with mistakes in it is listed like the others, and says what is
 * wrong with it when it is opened.
 *
 * The folder is looked for like the data files (machine/place.h).
 */
#include "front/shelf.h"

#include "lab/did_you_mean.h"
#include "machine/place.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUFFIX ".md"
#define LESSONS_MAX 500

static DIR *open_folder(char *folder, size_t size)
{
	DIR *dir = NULL;

	for (unsigned i = 0; !dir && place_get(i, "lessons", "KMAPLAB_LESSONS", folder, size); i++)
		dir = folder[0] ? opendir(folder) : NULL;
	return dir;
}

static char *copy(const char *s)
{
	char *to = strdup(s);

	if (!to)
		abort();
	return to;
}

/* The `title:` of the front matter, or the file's name. */
static char *read_title(const char *path, const char *name)
{
	FILE *file = fopen(path, "r");
	char line[256], *title = NULL;

	for (int i = 0; file && !title && i < 20 && fgets(line, sizeof(line), file); i++) {
		if (strncmp(line, "title:", 6) != 0)
			continue;
		line[strcspn(line, "\r\n")] = '\0';
		title = copy(line + 6 + strspn(line + 6, " "));
	}
	if (file)
		fclose(file);
	return title ? title : copy(name);
}

/* "07-kmap.md" is a lesson, "07-kmap.de.md" its German translation. */
static bool wanted(const char *file, const char *lang)
{
	size_t n = strlen(file);
	char suffix[32];

	if (file[0] == '.' || n <= 3 || strcmp(file + n - 3, SUFFIX) != 0)
		return false;
	if (lang) {
		snprintf(suffix, sizeof(suffix), ".%.16s" SUFFIX, lang);
		if (n > strlen(suffix) && !strcmp(file + n - strlen(suffix), suffix))
			return true;
	}
	return !memchr(file, '.', n - 3);
}

/* A path too long for the system cannot be opened later either: it is left out. */
static void add(struct shelf *s, const char *folder, const char *file)
{
	struct shelf_lesson *l;
	char path[PATH_MAX];

	if (s->n == LESSONS_MAX ||
	    snprintf(path, sizeof(path), "%s/%s", folder, file) >= (int)sizeof(path))
		return;
	l = realloc(s->lesson, (s->n + 1) * sizeof(*l));
	if (!l)
		abort();
	s->lesson = l;
	l += s->n++;
	l->path = copy(path);
	l->name = copy(file);
	l->name[strcspn(l->name, ".")] = '\0';
	l->title = read_title(path, l->name);
}

static int by_name(const void *a, const void *b)
{
	const struct shelf_lesson *la = a, *lb = b;
	int order = strcmp(la->name, lb->name);

	/* A translation ("x.de.md") before what it translates ("x.md"). */
	return order ? order : strcmp(la->path, lb->path);
}

static void release_lesson(struct shelf_lesson *l)
{
	free(l->path);
	free(l->name);
	free(l->title);
}

/* Of a lesson and its translation the first stays. */
static void drop_doubles(struct shelf *s)
{
	size_t to = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (to && !strcmp(s->lesson[to - 1].name, s->lesson[i].name))
			release_lesson(&s->lesson[i]);
		else
			s->lesson[to++] = s->lesson[i];
	}
	s->n = to;
}

void shelf_read(struct shelf *s, const char *lang)
{
	char folder[PATH_MAX];
	DIR *dir = open_folder(folder, sizeof(folder));
	struct dirent *entry;

	*s = (struct shelf){ 0 };
	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (wanted(entry->d_name, lang))
			add(s, folder, entry->d_name);
	closedir(dir);
	if (s->n)
		qsort(s->lesson, s->n, sizeof(*s->lesson), by_name);
	drop_doubles(s);
}

void shelf_release(struct shelf *s)
{
	for (size_t i = 0; i < s->n; i++)
		release_lesson(&s->lesson[i]);
	free(s->lesson);
	*s = (struct shelf){ 0 };
}

/* How well a name that was typed fits a lesson's: all of it, what stands before its first '-' ("07"),
 * some beginning of it, or not at all. */
enum fit { FIT_NOT, FIT_BEGINNING, FIT_NUMBER, FIT_WHOLE };

static enum fit fit(const char *full, const char *name)
{
	size_t n = strlen(name);

	if (!strcmp(full, name))
		return FIT_WHOLE;
	if (!n || strncmp(full, name, n))
		return FIT_NOT;
	return strcspn(full, "-") == n ? FIT_NUMBER : FIT_BEGINNING;
}

const char *shelf_find(const struct shelf *s, const char *name)
{
	enum fit best = FIT_NOT;
	const char *found = NULL;

	for (size_t i = 0; i < s->n; i++) {
		enum fit now = fit(s->lesson[i].name, name);

		if (now > best)
			found = s->lesson[i].path;
		else if (now == FIT_BEGINNING && best == FIT_BEGINNING)
			found = NULL; /* of two it could be either */
		if (now > best)
			best = now;
	}
	return found;
}

bool shelf_missing(const struct shelf *s, const char *name, struct message *m)
{
	const char **names = calloc(s->n + 1, sizeof *names), *near;

	for (size_t i = 0; names && i < s->n; i++)
		names[i] = s->lesson[i].name;
	near = names ? did_you_mean(name, names, s->n) : NULL;
	free(names);
	if (near)
		return fail(m, "there is no lesson %.80s; did you mean '%s'?", name, near);
	return fail(m, "there is no lesson %.80s; `kmaplab lesson list` lists them", name);
}
