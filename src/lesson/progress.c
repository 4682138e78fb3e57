/*
 * Progress as lines of JSON: making them, and making out of them how far somebody has come.
 *
 * Lines are read in order. "begun" and "done" are the most that was reached; the steps of a lesson are
 * those since it was last done, so that who begins it again begins at the beginning. Keys and words
 * that this version does not know are left for those that do.
 */
#include "lesson/progress.h"

#include "lesson/progress_file.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PROGRESS_LESSONS 1000u
#define PROGRESS_STEPS 400u

struct note {
	char id[64];
	enum progress what;
	unsigned steps;      /* that the lesson had */
	unsigned nr_past;
	struct lesson_past *past;
};

struct progress_book {
	size_t n;
	struct note lesson[PROGRESS_LESSONS];
};

static const char *const names[] = { "", "begun", "done" };

const char *progress_name(enum progress what)
{
	return names[what];
}

/* --- reading ---------------------------------------------------------------------------------- */

/* The lesson's note, made when there is none; NULL when there are too many. */
static struct note *note_of(struct progress_book *b, const char *id)
{
	size_t i = 0;

	while (i < b->n && strcmp(b->lesson[i].id, id) != 0)
		i++;
	if (i == PROGRESS_LESSONS || strlen(id) >= sizeof b->lesson[i].id)
		return NULL;
	if (i == b->n)
		strcpy(b->lesson[b->n++].id, id);
	return &b->lesson[i];
}

static unsigned number(const json_t *object, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(object, key));

	return n < 0 || n > 1000000 ? 0 : (unsigned)n;
}

static void forget_steps(struct note *note)
{
	free(note->past);
	note->past = NULL;
	note->nr_past = 0;
}

/* A lesson that was rewritten in between has other steps: what is known of the old ones means
 * nothing. */
static void take_step(struct note *note, const json_t *object)
{
	unsigned i = number(object, "step"), steps = number(object, "steps");
	struct lesson_past *grown;

	if (steps != note->steps)
		forget_steps(note);
	note->steps = steps;
	if (!i || i > steps || steps > PROGRESS_STEPS)
		return;
	if (i > note->nr_past) {
		grown = reallocarray(note->past, i, sizeof *grown);
		if (!grown)
			return;
		memset(grown + note->nr_past, 0, (i - note->nr_past) * sizeof *grown);
		note->past = grown;
		note->nr_past = i;
	}
	note->past[i - 1] = (struct lesson_past){
		.done = json_is_true(json_object_get(object, "done")),
		.skipped = json_is_true(json_object_get(object, "skipped")),
		.tries = number(object, "tries"),
		.hints = number(object, "hints"),
		.commands = number(object, "commands"),
	};
}

static void take(struct note *note, const char *what, const json_t *object)
{
	if (!strcmp(what, "step"))
		take_step(note, object);
	for (int i = PROGRESS_BEGUN; i <= PROGRESS_DONE; i++)
		if (!strcmp(what, names[i]) && i > (int)note->what)
			note->what = (enum progress)i;
	if (!strcmp(what, names[PROGRESS_DONE]))
		forget_steps(note);
}

/* Takes one line in; false when it is none of ours. */
static bool take_line(void *ctx, const char *line)
{
	json_t *object = json_loads(line, 0, NULL);
	const char *id = json_string_value(json_object_get(object, "lesson"));
	const char *what = json_string_value(json_object_get(object, "what"));
	struct note *note = id && what ? note_of(ctx, id) : NULL;
	bool ours = id && what;

	if (note)
		take(note, what, object);
	json_decref(object);
	return ours;
}

struct progress_book *progress_read(const char *path, struct problems *p)
{
	struct progress_book *b = calloc(1, sizeof *b);

	if (!b)
		abort();
	progress_file_read(path, take_line, b, p);
	return b;
}

void progress_free(struct progress_book *b)
{
	for (size_t i = 0; i < b->n; i++)
		free(b->lesson[i].past);
	free(b);
}

static const struct note *find(const struct progress_book *b, const char *id)
{
	for (size_t i = 0; i < b->n; i++)
		if (!strcmp(b->lesson[i].id, id))
			return &b->lesson[i];
	return NULL;
}

enum progress progress_of(const struct progress_book *b, const char *id)
{
	const struct note *note = find(b, id);

	return note ? note->what : PROGRESS_NONE;
}

bool progress_missing(const struct progress_book *b, const char *ids, char *buf, size_t size)
{
	while (*ids) {
		size_t n = strcspn(ids, " \t");

		snprintf(buf, size, "%.*s", (int)n, ids);
		if (n && progress_of(b, buf) != PROGRESS_DONE)
			return true;
		ids += n + strspn(ids + n, " \t");
	}
	return false;
}

unsigned progress_steps(const struct progress_book *b, const char *id, unsigned steps,
                        struct lesson_past *step, unsigned max)
{
	const struct note *note = find(b, id);
	unsigned n = note && note->steps == steps ? note->nr_past : 0;

	if (n > max)
		n = max;
	if (n)
		memcpy(step, note->past, n * sizeof *step);
	return n;
}

/* --- writing ---------------------------------------------------------------------------------- */

/* Adds a line that is `o`, which is freed, with the time and the lesson in front. */
static bool add(const char *path, const struct lesson_run *r, json_t *o, struct message *m)
{
	json_t *line = json_pack("{s:I,s:s}", "time", (json_int_t)time(NULL), "lesson",
	                         lesson_id(lesson_run_lesson(r)));
	char *text = NULL;
	bool ok;

	if (line && o && json_object_update(line, o) == 0)
		text = json_dumps(line, JSON_COMPACT);
	ok = text ? progress_file_add(path, text, m) : fail(m, "there is no memory for a line");
	free(text);
	json_decref(line);
	json_decref(o);
	return ok;
}

bool progress_add(const char *path, const struct lesson_run *r, enum progress what,
                  struct message *m)
{
	struct lesson_score s = lesson_run_score(r);

	return add(path, r, json_pack("{s:s,s:i,s:i,s:i,s:i,s:i,s:i,s:i}", "what", names[what],
	                              "steps", (int)lesson_steps(lesson_run_lesson(r)),
	                              "predictions", (int)s.predictions, "first_try",
	                              (int)s.first_try, "tasks", (int)s.tasks, "reached",
	                              (int)s.reached, "skipped", (int)s.skipped, "hints",
	                              (int)s.hints), m);
}

bool progress_add_step(const char *path, const struct lesson_run *r, unsigned i,
                       struct message *m)
{
	struct lesson_past p = lesson_run_past(r, i);

	return add(path, r, json_pack("{s:s,s:i,s:i,s:b,s:b,s:i,s:i,s:i}", "what", "step", "step",
	                              (int)i + 1, "steps",
	                              (int)lesson_steps(lesson_run_lesson(r)), "done", p.done,
	                              "skipped", p.skipped, "tries", (int)p.tries, "hints",
	                              (int)p.hints, "commands", (int)p.commands), m);
}
