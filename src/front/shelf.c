/*
 * Lessons are Markdown files in one folder; their titles stand in their front matter. Only that
 * is read here: a lesson with mistakes in it is listed like the others, and says what is
 * wrong with it when it is opened.
 *
 * The folder is looked for like the data files (machine/place.h).
 */
#include "front/shelf.h"

#include "front/options.h"
#include "lab/did_you_mean.h"
#include "lesson/progress.h"
#include "lesson/progress_file.h"
#include "machine/place.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

/* The value behind `key: ` in a line of front matter, without its end; NULL: it is another's. */
static const char *value_of(char *line, const char *key)
{
	size_t n = strlen(key);

	if (strncmp(line, key, n) != 0 || line[n] != ':')
		return NULL;
	line[strcspn(line, "\r\n")] = '\0';
	return line + n + 1 + strspn(line + n + 1, " \t");
}

static void take_line(struct shelf_lesson *l, char *line)
{
	struct message title;
	const char *value;

	if (!l->title && (value = value_of(line, "title"))) {
		fail(&title, "%s", value); /* harmless on a terminal */
		l->title = copy(title.text);
	} else if (!l->requires && (value = value_of(line, "requires")))
		l->requires = copy(value);
	else if ((value = value_of(line, "minutes")))
		l->minutes = (unsigned)strtoul(value, NULL, 10) % 1000;
}

/* The front matter of a lesson, as far as the shelf has a use for it. A pipe in the folder is not
 * waited for. */
static void read_front(struct shelf_lesson *l)
{
	int fd = open(l->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	FILE *file = NULL;
	struct stat st;
	char line[256];

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		file = fdopen(fd, "r");
	else if (fd >= 0)
		close(fd);
	for (int i = 0; file && i < 40 && fgets(line, sizeof(line), file); i++) {
		if (i && !strncmp(line, "---", 3))
			break;
		take_line(l, line);
	}
	if (file)
		fclose(file);
	if (!l->title)
		l->title = copy(l->name);
	if (!l->requires)
		l->requires = copy("");
}

/* Whether a file's name ends with ".LANG.md", of whose LANG `n` bytes are asked for. */
static bool is_in(const char *file, const char *lang, size_t n)
{
	char suffix[40];
	size_t length;

	snprintf(suffix, sizeof(suffix), ".%.*s" SUFFIX, n < 30 ? (int)n : 30, lang);
	length = strlen(suffix);
	return strlen(file) > length && !strcmp(file + strlen(file) - length, suffix);
}

/* "07-kmap.md" is a lesson, "07-kmap.zh_TW.md" its translation, and "07-kmap.zh.md" would be the next
 * best. 0 is what is wanted most; -1: this is none of them. */
static int rank(const char *file, const char *lang)
{
	size_t n = strlen(file);

	if (file[0] == '.' || n <= 3 || strcmp(file + n - 3, SUFFIX) != 0)
		return -1;
	if (lang && is_in(file, lang, strlen(lang)))
		return 0;
	if (lang && is_in(file, lang, strcspn(lang, "_")))
		return 1;
	return memchr(file, '.', n - 3) ? -1 : 2;
}

/* A path too long for the system cannot be opened later either: it is left out. */
static void add(struct shelf *s, const char *folder, const char *file, int in_language)
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
	*l = (struct shelf_lesson){ 0 };
	l->path = copy(path);
	l->name = copy(file);
	l->name[strcspn(l->name, ".")] = '\0';
	l->rank = in_language;
	read_front(l);
}

static int by_name(const void *a, const void *b)
{
	const struct shelf_lesson *la = a, *lb = b;
	int order = strcmp(la->name, lb->name);

	return order ? order : la->rank - lb->rank;
}

static void release_lesson(struct shelf_lesson *l)
{
	free(l->path);
	free(l->name);
	free(l->title);
	free(l->requires);
	free(l->label);
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

static enum shelf_state state_of(const struct shelf_lesson *l, const struct progress_book *b)
{
	enum progress what = progress_of(b, l->name);
	char missing[80];

	if (what == PROGRESS_DONE)
		return SHELF_DONE;
	if (what == PROGRESS_BEGUN)
		return SHELF_BEGUN;
	if (progress_missing(b, l->requires, missing, sizeof(missing)))
		return SHELF_LOCKED;
	return SHELF_NEW;
}

const char *shelf_state_name(enum shelf_state state)
{
	static const char *const names[] = { "", "locked", "begun", "done" };

	return names[state];
}

/* "done   12 min  kmap: an address on loan": a title that is too long may lose its end. */
static void set_label(struct shelf_lesson *l, enum shelf_state state)
{
	const char *name = shelf_state_name(state);
	char minutes[24] = "";

	if (l->minutes)
		snprintf(minutes, sizeof(minutes), "%u min", l->minutes);
	l->state = state;
	if (asprintf(&l->label, "%-6s %6s  %s", name, minutes, l->title) < 0)
		abort();
}

static void read_progress(struct shelf *s)
{
	struct problems *p = problems_new();
	struct progress_book *b;
	char path[PATH_MAX];

	b = progress_read(progress_path(path, sizeof(path), NULL) ? path : "", p);
	for (size_t i = 0; i < s->n; i++)
		set_label(&s->lesson[i], state_of(&s->lesson[i], b));
	if (problems_text(p, 0))
		s->problem = copy(problems_text(p, 0));
	progress_free(b);
	problems_free(p);
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
		if (rank(entry->d_name, lang) >= 0)
			add(s, folder, entry->d_name, rank(entry->d_name, lang));
	closedir(dir);
	if (s->n)
		qsort(s->lesson, s->n, sizeof(*s->lesson), by_name);
	drop_doubles(s);
	read_progress(s);
}

void shelf_release(struct shelf *s)
{
	for (size_t i = 0; i < s->n; i++)
		release_lesson(&s->lesson[i]);
	free(s->lesson);
	free(s->problem);
	*s = (struct shelf){ 0 };
}

/* How well a name that was typed fits a lesson's: all of it, what stands before its first '-' ("07"),
 * some beginning of it, or not at all. */
enum fit { FIT_NOT, FIT_BEGINNING, FIT_NUMBER, FIT_WHOLE };

/* "7" for "07": the zeros are there for the order of files. */
static bool is_number(const char *full, const char *name)
{
	size_t zeros = strspn(full, "0"), n;

	name += strspn(name, "0");
	n = strspn(name, "0123456789");
	return n && !name[n] && !strncmp(full + zeros, name, n) && full[zeros + n] == '-';
}

static enum fit fit(const char *full, const char *name)
{
	size_t n = strlen(name);

	if (!strcmp(full, name))
		return FIT_WHOLE;
	if (is_number(full, name))
		return FIT_NUMBER;
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

size_t shelf_where_left(const struct shelf *s)
{
	size_t new = s->n;

	for (size_t i = 0; i < s->n; i++) {
		if (s->lesson[i].state == SHELF_BEGUN)
			return i;
		if (s->lesson[i].state == SHELF_NEW && new == s->n)
			new = i;
	}
	return new < s->n ? new : 0;
}

const struct shelf_lesson *shelf_behind(const struct shelf *s, const char *name)
{
	for (size_t i = 0; i + 1 < s->n; i++)
		if (!strcmp(s->lesson[i].name, name))
			return &s->lesson[i + 1];
	return NULL;
}

bool shelf_path(const char *name, const char *lang, char *path, size_t size, struct message *m)
{
	struct shelf shelf;
	const char *found;

	if (strchr(name, '/') || is_lesson_file(name)) {
		snprintf(path, size, "%s", name);
		return true;
	}
	shelf_read(&shelf, lang);
	found = shelf_find(&shelf, name);
	if (found)
		snprintf(path, size, "%s", found);
	else
		shelf_missing(&shelf, name, m);
	shelf_release(&shelf);
	return found;
}

/* Titles come from files; what a terminal could obey is taken out of them. */
char *shelf_text(const struct shelf *s)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	for (size_t i = 0; i < s->n; i++) {
		const struct shelf_lesson *l = &s->lesson[i];
		struct message name, title;
		char minutes[16] = "";

		fail(&name, "%s", l->name);
		fail(&title, "%s", l->title);
		if (l->minutes)
			snprintf(minutes, sizeof(minutes), "%u min", l->minutes);
		fprintf(out, "%s%-24s %-6s %7s  %s", i ? "\n" : "", name.text,
		        shelf_state_name(l->state), minutes, title.text);
	}
	if (s->problem)
		fprintf(out, "%s%s", s->n ? "\n" : "", s->problem);
	if (!s->n)
		fputs("There are no lessons; $KMAPLAB_LESSONS can name a folder.", out);
	fclose(out);
	return text;
}

const char *shelf_near(const struct shelf *s, const char *name)
{
	const char **names = calloc(s->n + 1, sizeof *names), *near;

	if (!names)
		abort();
	for (size_t i = 0; i < s->n; i++)
		names[i] = s->lesson[i].name;
	near = did_you_mean(name, names, s->n);
	free(names);
	return near;
}

bool shelf_missing(const struct shelf *s, const char *name, struct message *m)
{
	const char *near = shelf_near(s, name);

	if (near)
		return fail(m, "there is no lesson '%.80s'; did you mean '%s'?", name, near);
	return fail(m, "there is no lesson '%.80s'; `lesson list` lists them", name);
}
