/*
 * What arguments of each kind can be: one function for each, in a table.
 */
#include "command/arg.h"
#include "command/complete.h"
#include "command/help_words.h"
#include "command/manual.h"
#include "command/settings.h"

#include "kernel/atomic_patch.h"
#include "kernel/world.h"
#include "lab/narrate.h"
#include "lab/words.h"

#include <dirent.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define FILES_MAX 1000u

static const struct world *world(const struct completion *k)
{
	return session_world(interp_session(k->in));
}

/* Bound names of one kind, or (VALUE_NONE) of all. */
static void names(struct completion *k, enum value_kind kind)
{
	char description[64];
	const char *name;
	struct value v;

	for (unsigned i = 0; world(k) && (name = session_name(interp_session(k->in), i, &v)); i++) {
		if (kind != VALUE_NONE && v.kind != kind)
			continue;
		snprintf(description, sizeof(description), "%s 0x%llx",
		         v.kind == VALUE_PAGE ? "frame" : v.kind == VALUE_VA ? "address" : "number",
		         (unsigned long long)v.n);
		offer(k, name, description);
	}
}

static void pages(struct completion *k)
{
	names(k, VALUE_PAGE);
}

static void addresses(struct completion *k)
{
	names(k, VALUE_VA);
	names(k, VALUE_PAGE);
}

/* What `help` says of a word. */
static const char *word_doc(const char *word, const char *otherwise)
{
	const char *name, *doc;

	for (unsigned i = 0; (name = help_word(i, &doc)); i++)
		if (!strcmp(name, word))
			return doc;
	return otherwise;
}

static void slots(struct completion *k)
{
	const struct profile *p = world(k) ? world(k)->kernel.profile : NULL;
	char name[40];

	for (unsigned i = 0; p && slot_argument(world(k)) <= SLOT_IGNORED && i < p->nr_slots; i++)
		if (p->slot[i][0]) {
			snprintf(name, sizeof(name), "KM_%s", p->slot[i]);
			offer(k, name, word_doc(name, "an atomic slot"));
		}
}

static void cpus(struct completion *k)
{
	char name[16], description[64];

	for (unsigned i = 0; world(k) && i < world(k)->machine.nr_cpus; i++) {
		snprintf(name, sizeof(name), "cpu%u", i);
		snprintf(description, sizeof(description), "runs task %u (%s)",
		         world(k)->kernel.cpu[i].current, cpu_current(world(k), i)->comm);
		offer(k, name, description);
	}
}

static void tasks(struct completion *k)
{
	char name[16], description[64];

	for (unsigned i = 1; world(k) && i <= world(k)->kernel.nr_tasks; i++) {
		const struct task *t = task_get(world(k), i);

		if (!t->pid || t->state == TASK_DEAD)
			continue;
		snprintf(name, sizeof(name), "task%u", i);
		snprintf(description, sizeof(description), "%s, on CPU %u, %s", t->comm, t->cpu,
		         word_for(&task_words, t->state));
		offer(k, name, description);
	}
}

static void cpus_and_tasks(struct completion *k)
{
	cpus(k);
	tasks(k);
}

static void settings(struct completion *k)
{
	const char *name, *values, *doc;

	for (unsigned i = 0; (name = setting_name(i, &values, &doc)); i++)
		offer(k, name, doc);
}

static void manuals(struct completion *k)
{
	struct manual m;

	manual_read(&m);
	for (unsigned i = 0; i < m.n; i++)
		offer(k, m.page[i].name, m.page[i].about);
	manual_release(&m);
	offer(k, "search", "find a word in all pages");
}

static void topics(struct completion *k)
{
	const struct command *c;
	const char *name, *doc;

	for (unsigned i = 0; (c = command_get(i)); i++)
		offer(k, c->name, c->summary);
	for (unsigned i = 0; (name = help_topic(i, &doc)); i++)
		offer(k, name, doc);
	for (unsigned i = 0; (name = help_word(i, &doc)); i++)
		offer(k, name, doc);
	for (const struct observable *o = observables; o->name; o++)
		offer(k, o->name, o->doc);
	for (unsigned i = 1; i < EVENT_KINDS; i++)
		if (event_desc(i))
			offer(k, event_desc(i)->name, event_desc(i)->doc);
	settings(k);
}

static void offer_events(struct completion *k)
{
	for (unsigned i = 1; i < EVENT_KINDS; i++)
		if (event_desc(i))
			offer(k, event_desc(i)->name, event_desc(i)->doc);
}

static void positions(struct completion *k)
{
	offer(k, "end", "the end of this branch");
	offer(k, "boot", "just after booting");
}

static void views(struct completion *k)
{
	const struct front_ops *front = k->in->front;
	const char *name;

	for (unsigned i = 0; front && front->view_name; i++) {
		name = front->view_name(k->in->front_ctx, i);
		if (!name)
			break;
		offer(k, name, front->view_doc ? front->view_doc(k->in->front_ctx, i) : "a view");
	}
}

/* Files in the folder of what was typed. Names with blanks or control characters are left out. */
static void files(struct completion *k)
{
	const char *slash = strrchr(k->word, '/');
	char folder[512], name[800];
	struct dirent *entry;
	DIR *dir;

	snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - k->word) + 1 : 0, k->word);
	dir = opendir(folder[0] ? folder : ".");
	for (unsigned n = 0; dir && n < FILES_MAX && (entry = readdir(dir)); n++) {
		if (entry->d_name[0] == '.' || strpbrk(entry->d_name, " \t'\"\\;#"))
			continue;
		snprintf(name, sizeof(name), "%s%s%s", folder, entry->d_name,
		         entry->d_type == DT_DIR ? "/" : "");
		offer(k, name, entry->d_type == DT_DIR ? "a folder" : "a file");
	}
	if (dir)
		closedir(dir);
}

static void devices(struct completion *k)
{
	char description[64];

	for (unsigned i = 0; world(k) && i < world(k)->machine.nr_devices; i++) {
		const struct device *d = &world(k)->machine.device[i];

		snprintf(description, sizeof(description), "a device that reaches up to 0x%llx",
		         (unsigned long long)d->mask);
		offer(k, d->name, description);
	}
}

/* Whoever opens lessons knows. */
void offer_lesson_words(struct completion *k, bool verbs)
{
	const struct front_ops *front = k->in->front;
	const char *name, *doc;

	for (unsigned i = 0; front && front->lesson_word; i++) {
		name = front->lesson_word(k->in->front_ctx, verbs, i, &doc);
		if (!name)
			break;
		offer(k, name, doc);
	}
}

static void lessons(struct completion *k)
{
	offer_lesson_words(k, false);
	offer_lesson_words(k, true);
}

/* What a view can be told to look at. */
static void view_words(struct completion *k)
{
	if (!strcmp(k->first, "events"))
		offer_events(k);
	else if (!strcmp(k->first, "help"))
		topics(k);
	else if (!strcmp(k->first, "walk"))
		addresses(k);
}

static void (*const kinds[ARG_KINDS])(struct completion *k) = {
	[ARG_PAGE] = pages, [ARG_VA] = addresses, [ARG_PAGE_OR_VA] = addresses, [ARG_SLOT] = slots,
	[ARG_CPU] = cpus, [ARG_TASK] = tasks, [ARG_CPU_OR_TASK] = cpus_and_tasks, [ARG_TOPIC] = topics,
	[ARG_FILE] = files, [ARG_SETTING] = settings, [ARG_MANUAL] = manuals, [ARG_VIEW] = views,
	[ARG_VIEW_WORD] = view_words, [ARG_POSITION] = positions, [ARG_DEVICE] = devices,
	[ARG_LESSON] = lessons,
};

void complete_kind(struct completion *k, enum arg_kind kind)
{
	if (kinds[kind])
		kinds[kind](k);
	else
		complete_words(k, kind);
}

/* --- expressions ------------------------------------------------------------------------------ */

static bool name_byte(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("_.[]()", c));
}

/* Where the name at the end of the text begins: arguments in brackets belong to it, but an open
 * bracket begins a new one. */
static size_t name_start(const char *text)
{
	size_t i = strlen(text);
	int depth = 0;

	for (; i > 0 && (depth > 0 || name_byte(text[i - 1])); i--) {
		char c = text[i - 1];

		depth += c == ')' || c == ']';
		if ((c == '(' || c == '[') && depth-- == 0)
			break;
	}
	return i;
}

/* The table's name for what was typed: arguments become [i] and (P). Returns how long `typed` is
 * up to the end of its last argument, and in `*row` how long the table's name is up to there. */
static size_t typed_arguments(const char *typed, char *table, size_t size, size_t *row)
{
	size_t n = 0, last = 0;

	*row = 0;
	for (size_t i = 0; typed[i] && n + 4 < size; i++) {
		if (typed[i] != '(' && typed[i] != '[') {
			table[n++] = typed[i];
			continue;
		}
		memcpy(table + n, typed[i] == '[' ? "[i]" : "(P)", 3);
		n += 3;
		while (typed[i + 1] && typed[i] != ')' && typed[i] != ']')
			i++;
		last = i + 1;
		*row = n;
	}
	table[n] = '\0';
	return last;
}

/* Observables, up to their first argument that was not typed yet. */
static void offer_observables(struct completion *k, const char *typed)
{
	char table[128], text[256];
	size_t row, last = typed_arguments(typed, table, sizeof(table), &row);

	for (const struct observable *o = observables; o->name; o++) {
		size_t end;

		if (strncmp(o->name, table, row) != 0)
			continue;
		end = strcspn(o->name + row, "[(");
		end += o->name[row + end] != '\0';
		snprintf(text, sizeof(text), "%.*s%.*s", (int)last, typed, (int)end, o->name + row);
		offer(k, text, o->doc);
	}
}

size_t complete_expression(struct completion *k, const char *text)
{
	size_t start = name_start(text);

	k->word = text + start;
	if (start >= 6 && strncmp(text + start - 6, "count(", 6) == 0) {
		offer_events(k);
		return start;
	}
	if (start >= 5 && strncmp(text + start - 5, "page(", 5) == 0) {
		pages(k);
		return start;
	}
	offer_observables(k, text + start);
	names(k, VALUE_NONE);
	offer(k, "count(", "how often an event happened");
	return start;
}
