/*
 * What completion asks the desk: which lessons there are, by name and title, and what can be said to the
 * one that is open.
 */
#include "front/desk_inside.h"

#include <string.h>

static const char *verb_doc(const char *verb)
{
	static const struct {
		const char *verb, *doc;
	} docs[] = {
		{ "next", "Goes on in the lesson, as Enter alone does" },
		{ "hint", "A hint to the task, then the next one" },
		{ "check", "Whether the task is done" },
		{ "skip", "Leaves the task or the question out" },
		{ "restart", "Begins the lesson again" },
		{ "status", "How far the lesson is" },
		{ "steps", "The steps of the lesson; goto N goes to one" },
		{ "pause", "Leaves the lesson alone for free play" },
		{ "resume", "Goes back to where the lesson was left" },
	};

	for (size_t i = 0; i < sizeof(docs) / sizeof(docs[0]); i++)
		if (!strcmp(docs[i].verb, verb))
			return docs[i].doc;
	return "Said to the lesson";
}

const char *desk_lesson_word(void *ctx, bool verb, unsigned i, const char **doc)
{
	struct desk *d = ctx;
	const char *word;

	if (verb) {
		word = d->run ? lesson_run_verb(i) : NULL;
		*doc = word ? verb_doc(word) : NULL;
		return word;
	}
	if (!i) {
		shelf_release(&d->shelf);
		shelf_read(&d->shelf, d->options->lang);
	}
	if (i >= d->shelf.n)
		return NULL;
	*doc = d->shelf.lesson[i].label;
	return d->shelf.lesson[i].name;
}
