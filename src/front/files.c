/*
 * What the words behind the options mean. The usage says LESSON or SCRIPT; people type the name that
 * the list of lessons shows, which is no file where they are.
 */
#include "front/files.h"

#include "command/complete.h"
#include "command/interp.h"
#include "front/shelf.h"
#include "front/subcommand.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_subcommand(const char *word)
{
	for (const struct subcommand *s = subcommands; s->name; s++)
		if (!strcmp(s->name, word))
			return true;
	return false;
}

/* Of no file and no lesson: what could have been meant. True when nothing is known to be wrong. */
static bool may_stay(const char *word, const struct shelf *shelf, struct message *m)
{
	if (is_subcommand(word))
		return fail(m, "%s stands in front of all options: kmaplab %s ...", word, word);
	if (command_find(word))
		return fail(m, "there is no file '%s' here; the command runs with kmaplab -e '%s ...'",
		            word, word);
	/* With no lesson to suggest the word is a file that is missing. */
	return !shelf_near(shelf, word) || shelf_missing(shelf, word, m);
}

static bool find(struct options *o, int i, const struct shelf *shelf, struct message *m)
{
	const char *word = o->file[i], *path;

	if (strchr(word, '/') || is_lesson_file(word) || access(word, F_OK) == 0)
		return true;
	path = shelf_find(shelf, word);
	if (!path)
		return may_stay(word, shelf, m);
	o->lesson[i] = strdup(path);
	if (!o->lesson[i])
		abort();
	o->file[i] = o->lesson[i];
	return true;
}

bool files_find(struct options *o, struct message *m)
{
	struct shelf shelf;
	bool good = true;

	if (!o->nr_files)
		return true;
	o->lesson = calloc((size_t)o->nr_files, sizeof(*o->lesson));
	if (!o->lesson)
		abort();
	shelf_read(&shelf, o->lang);
	for (int i = 0; good && i < o->nr_files; i++)
		good = find(o, i, &shelf, m);
	shelf_release(&shelf);
	return good;
}

void files_release(struct options *o)
{
	for (int i = 0; o->lesson && i < o->nr_files; i++)
		free(o->lesson[i]);
	free(o->lesson);
	o->lesson = NULL;
}
