/*
 * Putting an event's arguments into its sentence.
 *
 * A row of an events.def holds "va:x" for an argument and "the walk of {va} reads {entries}
 * entr(y|ies)" for the narration: one entry, or several. Which words the small enumerations stand
 * for is told by whoever defines them: the machine for its own kinds, this file for the kernel's,
 * whose enumerations (contexts, locks) have names but no printed form there.
 */
#include "lab/narrate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum event_format event_argument(unsigned kind, unsigned i, char *name, size_t size)
{
	const struct event_desc *d = event_desc(kind);
	const char *arg = d && i < 3 ? d->arg[i] : NULL, *colon = arg ? strchr(arg, ':') : NULL;

	if (size)
		name[0] = '\0';
	if (!colon)
		return EVENT_ARG_NONE;
	snprintf(name, size, "%.*s", (int)(colon - arg), arg);
	return (enum event_format)colon[1];
}

static const char *context_word(uint64_t value)
{
	return value < CONTEXT_KINDS ? context_kind_name((enum context_kind)value) : NULL;
}

static const char *lock_word(uint64_t value)
{
	static const char *const words[] = { NULL, "kmap_lock", "call_function_lock",
		                             "zone->lock", "vmlist_lock", "purge_lock",
		                             "page_table_lock", "tlbstate_lock" };

	return value < sizeof(words) / sizeof(words[0]) ? words[value] : NULL;
}

/* Whose words the first argument of a kernel kind are. */
static const struct {
	unsigned kind;
	const char *(*word)(uint64_t value);
} kernel_words[] = {
	{ EVENT_CONTEXT_ENTER, context_word },
	{ EVENT_CONTEXT_EXIT, context_word },
	{ EVENT_LOCK, lock_word },
	{ EVENT_UNLOCK, lock_word },
};

const char *event_word(unsigned kind, unsigned i, uint64_t value)
{
	char name[32];
	enum event_format format = event_argument(kind, i, name, sizeof(name));

	if (format == EVENT_ARG_OP)
		return value < op_count() ? op_get((unsigned)value)->name : NULL;
	if (format != EVENT_ARG_WORD)
		return NULL;
	for (unsigned k = 0; k < sizeof(kernel_words) / sizeof(kernel_words[0]); k++)
		if (kernel_words[k].kind == kind)
			return kernel_words[k].word(value);
	return machine_event_word(kind, i, value);
}

/* "12" or, when the task still has a name, "12 (kmap)". */
static void task_text(const struct world *w, uint64_t task, char *buf, size_t size)
{
	const char *comm = task && task <= w->kernel.nr_tasks ?
	                   task_get(w, (unsigned)task)->comm : "";

	if (comm[0])
		snprintf(buf, size, "%" PRIu64 " (%s)", task, comm);
	else
		snprintf(buf, size, "%" PRIu64, task);
}

/* One argument as it stands in a sentence. Addresses have eight digits at least, as the kernel's
 * own messages print them; vectors and error codes are short and keep their 0x. */
static void argument_text(const struct world *w, const struct event *e, unsigned i,
                          enum event_format format, char *buf, size_t size)
{
	const char *word = event_word(e->kind, i, e->arg[i]);

	if (word)
		snprintf(buf, size, "%s", word);
	else if (format == EVENT_ARG_ADDRESS && e->arg[i] < 0x1000)
		snprintf(buf, size, "0x%" PRIx64, e->arg[i]);
	else if (format == EVENT_ARG_ADDRESS)
		snprintf(buf, size, "%08" PRIx64, e->arg[i]);
	else if (format == EVENT_ARG_PFN)
		snprintf(buf, size, "%" PRIx64, e->arg[i]);
	else if (format == EVENT_ARG_TASK)
		task_text(w, e->arg[i], buf, size);
	else
		snprintf(buf, size, "%" PRIu64, e->arg[i]);
}

/* Puts the argument called name[0..n-1] into buf; false when the kind has none of that name. */
static bool named_argument(const struct world *w, const struct event *e, const char *name, size_t n,
                           char *buf, size_t size)
{
	char own[32];

	for (unsigned i = 0; i < 3; i++) {
		enum event_format format = event_argument(e->kind, i, own, sizeof(own));

		if (format != EVENT_ARG_NONE && strlen(own) == n && memcmp(own, name, n) == 0) {
			argument_text(w, e, i, format, buf, size);
			return true;
		}
	}
	return false;
}

/* "(y|ies)": what stands behind a one, and behind any other number. False when `s` begins none. */
static bool number_form(const char **s, bool one, char *buf, size_t size)
{
	const char *bar = *s + strcspn(*s, "|)"), *end = bar + strcspn(bar, ")");

	if (**s != '(' || *bar != '|' || *end != ')')
		return false;
	snprintf(buf, size, "%.*s", (int)(one ? bar - *s : end - bar) - 1, one ? *s + 1 : bar + 1);
	*s = end + 1;
	return true;
}

void event_narrate(const struct world *w, const struct event *e, char *buf, size_t size)
{
	const struct event_desc *d = event_desc(e->kind);
	const char *s = d ? d->narration : "something unknown happens", *end;
	char value[64];
	size_t length = 0;
	bool one = false;

	while (*s && length + 1 < size) {
		end = *s == '{' ? strchr(s, '}') : NULL;
		if (end &&
		    named_argument(w, e, s + 1, (size_t)(end - s) - 1, value, sizeof(value))) {
			snprintf(buf + length, size - length, "%s", value);
			one = !strcmp(value, "1");
			s = end + 1;
		} else if (number_form(&s, one, value, sizeof(value))) {
			snprintf(buf + length, size - length, "%s", value);
		} else {
			buf[length] = *s++;
			buf[length + 1] = '\0';
		}
		length += strlen(buf + length);
	}
	if (size)
		buf[length] = '\0';
}
